//! Of which contract a proof is.

use std::fmt::Write as _;

use crate::finding::Severity;
use crate::plan::Case;
use crate::postman::hash::fnv;

/// A name of all that decides what becomes of the changes of a case: what its answer must be, the examples of its
/// item, its waivers, the levels of suite.toml, what fails a case, and the version of uphold. Where a run has
/// the same name for the case, a proof of it holds for that run.
pub fn contract_of(case: &Case, fail_on: Severity) -> String {
    let expectation = &case.expectation;
    let mut all = format!("{} {fail_on} {:?}", env!("CARGO_PKG_VERSION"), expectation.severity);
    for other in case.documented.iter().map(|documented| &documented.example) {
        let _ = write!(all, " {:?} {:?} {:?}", other.code, other.headers, other.body);
    }
    let _ = write!(all, " {:?} {:?} {:?}", case.example.code, case.example.headers, case.example.body);
    for held in &case.waivers {
        let (id, path) = (held.waiver.id, &held.waiver.path);
        let _ = write!(all, " {id:?} {path:?} {}", held.is_over);
    }
    format!("{:016x}{:016x}", expectation.fingerprint(), fnv(all.as_bytes()))
}
