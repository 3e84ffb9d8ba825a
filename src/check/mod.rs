//! The one comparison engine: an answer against an expectation. Sync and pure; one file per check.

use crate::contract::Expectation;
use crate::finding::Finding;
use crate::message::Answer;
use crate::plan::Case;
use crate::send::Exchange;

/// What came of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// No finding at or above the level that fails; the lower ones are in here.
    Passed(Vec<Finding>),
    /// At least one finding at or above the level that fails.
    Failed(Vec<Finding>),
    /// No usable answer: transport, throttled, credentials refused.
    Errored(Vec<Finding>),
    /// Not sent, and why.
    Skipped(String),
}

/// Every difference between the answer and what it must be, in the order status, headers, result
/// code, body.
pub fn check(expectation: &Expectation, answer: &Answer) -> Vec<Finding> {
    let _ = (expectation, answer);
    Vec::new()
}

/// The verdict on an exchange; `fail_on` is the lowest level that fails.
pub fn judge(case: &Case, exchange: &Exchange, fail_on: crate::finding::Severity) -> Verdict {
    let _ = (case, exchange, fail_on);
    Verdict::Passed(Vec::new())
}
