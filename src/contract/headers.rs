//! The policy on header fields: which of the saved ones are checked, and how much they matter.

use crate::finding::Severity;

/// One saved header field that is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderExpectation {
    /// The name in lower case.
    pub name: String,
    /// The saved value.
    pub value: String,
    /// The level at which its absence is found.
    pub missing: Severity,
    /// The level at which another value is found; `None`: the value is free.
    pub changed: Option<Severity>,
}
