//! What is remembered of a run.

use std::time::Duration;

use jiff::Timestamp;

use crate::finding::{Finding, Severity};

/// One run.
#[derive(Debug, Clone)]
pub struct RunRecord {
    /// When it started.
    pub started: Timestamp,
    /// How long it took.
    pub duration: Duration,
    /// Its cases that were sent.
    pub cases: Vec<CaseRecord>,
}

/// One case of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseRecord {
    /// Its id.
    pub case: String,
    /// Where its suite was sent.
    pub target: String,
    /// What came of it.
    pub outcome: Outcome,
    /// How many requests were sent for it.
    pub attempts: u32,
    /// How often it was tried again.
    pub retries: u32,
    /// How long it took, in milliseconds; `None` where it did not pass at once.
    pub ms: Option<f64>,
    /// What the answer had to be, as [`Expectation::fingerprint`](crate::contract::Expectation::fingerprint)
    /// has it: a case whose contract changed begins anew where it is asked whether it is flaky.
    pub contract: i64,
    /// What differed, texts redacted.
    pub differences: Vec<Difference>,
}

/// What came of a case that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// As documented.
    Passed,
    /// Differs.
    Failed,
    /// No usable answer: says nothing of the API.
    Errored,
}

/// One finding, as it is remembered. Of the same case and target, kind and place make it the same one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The id of the finding, `body.field.removed`.
    pub kind: String,
    /// Where: as in a [`Finding`].
    pub at: String,
    /// How much it matters.
    pub severity: Severity,
    /// What had to be there.
    pub expected: String,
    /// What was there.
    pub actual: String,
    /// Whether a waiver let it go.
    pub waived: bool,
}

impl Difference {
    /// Of a redacted finding; `None` where it speaks of the environment and not of the API.
    pub fn of(finding: &Finding) -> Option<Self> {
        (finding.severity != Severity::Env).then(|| Self {
            kind: finding.id.as_str().to_owned(),
            at: finding.at.clone(),
            severity: finding.severity,
            expected: finding.expected.clone(),
            actual: finding.actual.clone(),
            waived: finding.waived.is_some(),
        })
    }

    /// The word for its level: `waived` where it did not count.
    pub fn level(&self) -> String {
        if self.waived { "waived".to_owned() } else { self.severity.to_string() }
    }

    /// How much it counts: what is waived, less than every level.
    pub fn weight(&self) -> (bool, Severity) {
        (!self.waived, self.severity)
    }
}

/// A number for the file.
pub(super) fn outcome_number(outcome: Outcome) -> i64 {
    match outcome {
        Outcome::Passed => 0,
        Outcome::Failed => 1,
        Outcome::Errored => 2,
    }
}

/// Back from the file.
pub(super) fn outcome_of(number: i64) -> Option<Outcome> {
    [Outcome::Passed, Outcome::Failed, Outcome::Errored]
        .into_iter()
        .find(|outcome| outcome_number(*outcome) == number)
}

/// A number for the file.
pub(super) fn severity_number(severity: Severity) -> i64 {
    match severity {
        Severity::Info => 0,
        Severity::Warning => 1,
        Severity::Breaking => 2,
        Severity::Env => 3,
    }
}

/// Back from the file.
pub(super) fn severity_of(number: i64) -> Option<Severity> {
    [Severity::Info, Severity::Warning, Severity::Breaking, Severity::Env]
        .into_iter()
        .find(|severity| severity_number(*severity) == number)
}
