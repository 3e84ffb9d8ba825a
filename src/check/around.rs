//! What the steps around a case mean for its verdict.

use super::capture::{self, capture};
use super::show;
use super::verdict::Verdict;
use crate::finding::{Finding, FindingId, Severity};
use crate::plan::{Case, Step};
use crate::redact::{MASK, Redactor};
use crate::send::Exchange;

/// What a step that went as documented gave: the names and values, in the order of suite.toml.
pub type Values = Vec<(String, String)>;

/// What a step got that it should not have: what was expected, and what came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mishap {
    expected: String,
    actual: String,
}

impl Mishap {
    /// The request of a step, or of the case itself, cannot be made with what was captured.
    pub fn of_request(causes: &[crate::postman::Cause]) -> Self {
        let causes: Vec<String> = causes.iter().map(ToString::to_string).collect();
        Self { expected: "a request with the captured values".to_owned(), actual: causes.join(", ") }
    }

    /// The plan does not send it.
    pub fn of_plan(reason: &str) -> Self {
        Self { expected: "a request".to_owned(), actual: reason.to_owned() }
    }

    /// There was no time left.
    pub fn of_time() -> Self {
        Self { expected: "an answer".to_owned(), actual: "not awaited: the run was interrupted".to_owned() }
    }
}

/// The captured values of a step whose answer is what its case documents. The verdict on it is that of
/// [`judge`](super::judge) at the level [`Severity::Breaking`], whatever fails the cases of the run.
pub fn step(step: &Step, exchange: &Exchange, verdict: Verdict) -> Result<Values, Mishap> {
    match verdict {
        Verdict::Passed(_) => {}
        Verdict::Failed(findings) | Verdict::Errored(findings) => return Err(worst(&findings)),
        Verdict::Skipped(reason) => return Err(Mishap { expected: "an answer".to_owned(), actual: reason }),
    }
    let Ok(answer) = &exchange.result else { return Ok(Vec::new()) };
    let taken = step.capture.iter().map(|(name, from)| match capture(from, answer) {
        Ok(value) => Ok((name.clone(), value)),
        Err(why) => Err(Mishap { expected: format!("`{name}` from {}", capture::place(from)), actual: why }),
    });
    taken.collect()
}

fn worst(findings: &[Finding]) -> Mishap {
    let Some(finding) = findings.iter().rev().max_by_key(|finding| finding.severity) else {
        return Mishap { expected: "what its case documents".to_owned(), actual: String::new() };
    };
    let at = if finding.at.is_empty() { String::new() } else { format!(" {}", finding.at) };
    let hint = finding.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
    Mishap {
        expected: format!("{}{at}: {}", finding.id, shown(finding, &finding.expected)),
        actual: format!("{}{hint}", shown(finding, &finding.actual)),
    }
}

/// A value under a secret name is hidden here, because the place of the finding will be the step.
fn shown(finding: &Finding, text: &str) -> String {
    let name = finding.at.rsplit(['/', ':']).next().unwrap_or_default();
    let hidden = Redactor::default().named(name, text.trim_matches('"')) == MASK;
    if hidden { MASK.to_owned() } else { show::cut(text) }
}

/// The verdict on a case that could not be prepared. `[severity]` has no say here: such a case
/// proves nothing. `step` is `None` where its own request cannot be made.
pub fn unprepared(step: Option<&Case>, mishap: &Mishap) -> Verdict {
    Verdict::Errored(vec![finding(FindingId::SetupFailed, step, mishap)])
}

/// The verdict with what went wrong in the tear-down, each at the level of `[severity]`.
pub fn torn_down(case: &Case, verdict: Verdict, mishaps: &[(&Case, Mishap)], fail_on: Severity) -> Verdict {
    let found = mishaps.iter().map(|(step, mishap)| finding(FindingId::TeardownFailed, Some(step), mishap));
    let found: Vec<Finding> = found.filter_map(|one| case.expectation.severity.apply(one)).collect();
    let fails = found.iter().any(|finding| finding.severity >= fail_on);
    let with = |mut findings: Vec<Finding>| {
        findings.extend(found);
        findings
    };
    match verdict {
        Verdict::Passed(findings) if fails => Verdict::Failed(with(findings)),
        Verdict::Passed(findings) => Verdict::Passed(with(findings)),
        Verdict::Failed(findings) => Verdict::Failed(with(findings)),
        Verdict::Errored(findings) => Verdict::Errored(with(findings)),
        Verdict::Skipped(reason) => Verdict::Skipped(reason),
    }
}

fn finding(id: FindingId, step: Option<&Case>, mishap: &Mishap) -> Finding {
    let at = step.map(|step| format!("step:{}", step.id)).unwrap_or_default();
    Finding::new(id, at, mishap.expected.clone(), mishap.actual.clone())
}
