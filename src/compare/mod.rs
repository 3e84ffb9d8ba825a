//! The old answer as expectation, the new answer checked against it: two recorded answers, or two
//! versions of a collection. No second engine: every difference of answers comes from
//! [`check`](crate::check).
//!
//! - [`read`](fn@read) tells what a file holds ([`Side`]): `recorded` reads answers, `asked` their requests, `at` says where they stand, `spans` cuts JSON
//!   text into its parts without changing a byte of them, `skim` says whether a part can be read.
//! - [`answers()`] holds one answer against the contract of others.
//! - [`collections()`] pairs the examples of two collections by their ids and holds each new one against
//!   the contract of the old one; `request` compares what they send.
//! - [`live`] holds the answers of one server against those of another.
//! - `documented` makes the answer of an example that may show placeholders.
//!
//! Nothing is sent, no variable is needed, and equal arguments give equal results. Invariant: an answer
//! or collection has no difference from itself.

mod answers;
mod asked;
mod at;
mod collections;
mod documented;
mod error;
pub mod live;
mod read;
mod recorded;
mod request;
mod skim;
mod spans;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use crate::finding::{Finding, FindingId};

pub use answers::answers;
pub use collections::collections;
pub use error::CompareError;
pub use read::{Side, read};

/// One difference, and the case that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The id of the case without its suite, `folder::item::example`, or of a request without an example,
    /// `folder::item`; `None` where two answers were compared.
    pub case: Option<String>,
    /// What differs.
    pub finding: Finding,
}

/// Everything that differs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// How many answers were held against an old one.
    pub compared: usize,
    /// Whether two collections have something in them, and nothing in one has a counterpart in the other:
    /// other collections, it seems, not versions of one.
    pub unrelated: bool,
    /// The differences: in the order of the old collection, then what is new in the order of the new one;
    /// of one case the gravest first.
    pub differences: Vec<Difference>,
}

impl Comparison {
    /// Adds what was found about one case.
    fn add(&mut self, case: Option<&str>, mut findings: Vec<Finding>) {
        findings.sort_by_key(|finding| Reverse(finding.severity));
        let of_case =
            findings.into_iter().map(|finding| Difference { case: case.map(str::to_owned), finding });
        self.differences.extend(of_case);
    }

    /// How many differences are of that kind.
    pub fn count(&self, id: FindingId) -> usize {
        self.differences.iter().filter(|difference| difference.finding.id == id).count()
    }
}
