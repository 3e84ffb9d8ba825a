//! What `uphold diff` found: [`DiffReport`], as text ([`text`]) and as JSON ([`json`]).
//!
//! Everything in a report is redacted: by the values that are secret, and by the names under which
//! values stand, since an answer out of a file has no secrets that anybody named.

pub mod json;
pub mod text;

use std::path::Path;

use super::row;
use crate::compare::Comparison;
use crate::finding::{Finding, FindingId, Severity};
use crate::redact::Redactor;

/// The differences between two files.
#[derive(Debug)]
pub struct DiffReport {
    /// The new file, as reports name it.
    pub file: String,
    /// Whether answers were compared, not collections.
    pub answers: bool,
    /// The cases with differences, in order; `None` stands for the answer.
    pub cases: Vec<(Option<String>, Vec<Finding>)>,
    /// The counts.
    pub counts: Counts,
    /// What the reader should know of the comparison as a whole.
    pub note: Option<&'static str>,
}

const UNRELATED: &str =
    "no example of the two has the same folder, request and name; are they versions of one collection?";

/// How much was compared, and how much was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Answers that were held against an old one.
    pub compared: usize,
    /// Examples and requests that only the old collection has.
    pub gone: usize,
    /// Examples and requests that only the new collection has.
    pub new: usize,
    /// Examples with another name.
    pub renamed: usize,
    /// Findings of that level.
    pub breaking: usize,
    /// Findings of that level.
    pub warning: usize,
    /// Findings of that level.
    pub info: usize,
    /// Findings of that level.
    pub env: usize,
}

impl DiffReport {
    /// The report of a comparison with the answers or the collection of this file.
    pub fn new(new: &Path, answers: bool, comparison: &Comparison, redactor: &Redactor) -> Self {
        let level = |severity: Severity| {
            comparison.differences.iter().filter(|one| one.finding.severity == severity).count()
        };
        let counts = Counts {
            compared: comparison.compared,
            gone: comparison.count(FindingId::CaseGone),
            new: comparison.count(FindingId::CaseNew),
            renamed: comparison.count(FindingId::CaseRenamed),
            breaking: level(Severity::Breaking),
            warning: level(Severity::Warning),
            info: level(Severity::Info),
            env: level(Severity::Env),
        };
        let mut cases: Vec<(Option<String>, Vec<Finding>)> = Vec::new();
        for difference in &comparison.differences {
            let finding = hidden(&difference.finding, redactor);
            match cases.last_mut() {
                Some((case, findings)) if *case == difference.case => findings.push(finding),
                Some(_) | None => cases.push((difference.case.clone(), vec![finding])),
            }
        }
        Self { file: row::file(new), answers, cases, counts, note: comparison.unrelated.then_some(UNRELATED) }
    }

    /// Every finding, in order.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.cases.iter().flat_map(|(_, findings)| findings)
    }
}

/// A text about the whole of an answer may quote the beginning of a body, or a whole form.
fn hidden(finding: &Finding, redactor: &Redactor) -> Finding {
    let named = |text: &str| redactor.body(text).into_owned();
    let finding = Finding {
        expected: named(&finding.expected),
        actual: named(&finding.actual),
        hint: finding.hint.as_deref().map(named),
        ..finding.clone()
    };
    row::hidden(&finding, redactor)
}

#[cfg(test)]
mod tests;
