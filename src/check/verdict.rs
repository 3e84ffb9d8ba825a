//! The verdict on an exchange.

use std::time::Duration;

use super::code::names_example;
use super::seen::{self, SeenCodes};
use super::waive::waived;
use super::{Read, check, check_at, show};
use crate::contract::envelope::codes_at;
use crate::contract::{BodyExpectation, Expectation};
use crate::finding::{Finding, FindingId, Severity};
use crate::message::Answer;
use crate::plan::{Action, Case};
use crate::send::{Exchange, SendError};

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

/// A verdict with what else is known of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// What came of the case.
    pub verdict: Verdict,
    /// The result codes that the answer carries.
    pub codes: SeenCodes,
}

/// How many findings of one case are told with the examples that make their claims.
const MOST_TOLD: usize = 100;

/// The verdict on an exchange; `fail_on` is the lowest level that fails.
///
/// A finding of level [`Severity::Env`] makes the case errored. Where the answer is exactly what
/// another example of the item documents, the worst finding (the first of them) says so.
pub fn judge(case: &Case, exchange: &Exchange, fail_on: Severity) -> Verdict {
    judged(case, exchange, fail_on).verdict
}

/// The same with the result codes of the answer; those of an answer that says more of the
/// environment than of the API are among them.
pub fn judged(case: &Case, exchange: &Exchange, fail_on: Severity) -> Judged {
    match &exchange.result {
        Ok(answer) => {
            let read = Read { clock: Some(case.clock), ..Read::of(&case.expectation, answer, None) };
            let codes = seen::codes(&case.expectation, &read);
            Judged { verdict: of_answer(case, &read, fail_on), codes }
        }
        Err(error) => {
            Judged { verdict: Verdict::Errored(vec![transport(error)]), codes: SeenCodes::default() }
        }
    }
}

fn of_answer(case: &Case, read: &Read<'_>, fail_on: Severity) -> Verdict {
    let mut findings = check_at(&case.expectation, read);
    tell_sources(&case.expectation, &mut findings);
    let mut findings = waived(case, findings);
    let errored = findings.iter().any(|finding| finding.severity == Severity::Env);
    let failed = findings.iter().any(|finding| finding.severity >= fail_on);
    if !(errored || failed) {
        return Verdict::Passed(findings);
    }
    name_credential(case, &mut findings);
    let twin = answered_as(case, read.answer);
    if twin.is_some() {
        // Where the code is documented is said by the twin.
        for finding in &mut findings {
            finding.hint = finding.hint.take().filter(|hint| !names_example(hint));
        }
    }
    let worst = findings.iter_mut().rev().max_by_key(|finding| finding.severity);
    if let (Some(worst), Some(name)) = (worst, twin) {
        let name = show::one_line(name);
        let twin = format!("the API answered as its example '{name}'");
        worst.hint = Some(match worst.hint.take() {
            Some(hint) => format!("{twin}; {hint}"),
            None => twin,
        });
    }
    if errored { Verdict::Errored(findings) } else { Verdict::Failed(findings) }
}

/// Says whose credential was refused.
fn name_credential(case: &Case, findings: &mut [Finding]) {
    let bare = matches!(case.action, Action::Send { carries_auth: false, .. });
    let hint = match &case.credential {
        Some(credential) => format!("{credential} is refused: is it valid, and wide enough in scope?"),
        None if bare => {
            "the request carries no credential: give one in `[auth.default]` of suite.toml".to_owned()
        }
        None => return,
    };
    for finding in findings.iter_mut().filter(|finding| finding.id == FindingId::EnvAuth) {
        finding.hint = Some(hint.clone());
    }
}

/// Says of each finding from a warning on which examples make the claim about the body that is
/// broken, unless the claim is in a schema that a person wrote.
fn tell_sources(expectation: &Expectation, findings: &mut [Finding]) {
    let (BodyExpectation::Json { schema, .. }, Some(sources)) =
        (&expectation.body, &expectation.known.sources)
    else {
        return;
    };
    let mut claimed = findings
        .iter_mut()
        .filter(|finding| finding.severity >= Severity::Warning && is_claim(finding.id))
        .take(MOST_TOLD)
        .peekable();
    if claimed.peek().is_some() && sources.explain(schema) {
        claimed.for_each(|finding| finding.provenance = sources.told(&finding.at));
    }
}

/// Whether the finding says that a claim of the schema is broken.
fn is_claim(id: FindingId) -> bool {
    matches!(
        id,
        FindingId::BodyRootTypeChanged
            | FindingId::BodyFieldRemoved
            | FindingId::BodyFieldUndocumentedAbsence
            | FindingId::BodyFieldRenamed
            | FindingId::BodyTypeChanged
            | FindingId::BodyTypeWidened
            | FindingId::BodyNullAppeared
            | FindingId::BodyFormatChanged
            | FindingId::BodyStringBecameEmpty
            | FindingId::BodyEnumNewValue
            | FindingId::BodyMapKeyShape
    )
}

/// The verdict where the schema came to no end in time: its fault, not the API's, as with a schema that
/// cannot be used.
pub fn undecided(within: Duration) -> Verdict {
    let actual = format!("undecided after {} s", within.as_secs());
    let finding = Finding::new(FindingId::SchemaViolation, "", "a schema that can be checked", actual)
        .at_severity(Severity::Env)
        .with_hint("write the schema so that its branches do not multiply");
    Verdict::Errored(vec![finding])
}

/// Why there is no answer. `[severity]` has no say here: without an answer no case passes.
fn transport(error: &SendError) -> Finding {
    let id = match error {
        SendError::Timeout(_) => FindingId::TransportTimeout,
        SendError::Grant { .. } => FindingId::EnvAuth,
        SendError::Connect(_)
        | SendError::Untrusted(_)
        | SendError::Broken(_)
        | SendError::TooLarge { .. }
        | SendError::Decode(_)
        | SendError::Redirects { .. }
        | SendError::Unsendable(_) => FindingId::TransportError,
    };
    let expected = if id == FindingId::EnvAuth { "an access token" } else { "an answer" };
    let finding = Finding::new(id, "", expected, show::cut(&error.to_string()));
    match cure(error) {
        Some(cure) => finding.with_hint(cure),
        None => finding,
    }
}

/// What to look at where there is no answer. The words of a failure to connect are those of `send/failure`.
fn cure(error: &SendError) -> Option<&'static str> {
    match error {
        SendError::Connect(why) if why.contains("the host name is not known") => {
            Some("is the host of the base URL spelt right, and known on this machine?")
        }
        SendError::Connect(why) if why.contains("refused") => {
            Some("is the server up, and the port of the base URL right?")
        }
        SendError::Timeout(_) => Some("is the server up and reachable? --timeout gives it longer"),
        SendError::TooLarge { .. }
        | SendError::Connect(_)
        | SendError::Untrusted(_)
        | SendError::Broken(_)
        | SendError::Decode(_)
        | SendError::Redirects { .. }
        | SendError::Grant { .. }
        | SendError::Unsendable(_) => None,
    }
}

/// The example of the item that documents this answer, if there is one.
fn answered_as<'c>(case: &'c Case, answer: &Answer) -> Option<&'c str> {
    let sibling = case.siblings().find(|sibling| documents(&sibling.expectation, answer))?;
    Some(&sibling.example.name)
}

/// The status is the same, so is the code, and nothing at or above a warning is found.
fn documents(sibling: &Expectation, answer: &Answer) -> bool {
    if sibling.status != answer.status {
        return false;
    }
    let Read { json, reading, .. } = Read::of(sibling, answer, None);
    let same_code = match (&sibling.code, &reading.code) {
        (Some(wanted), _) => {
            wanted.at.is_empty()
                || codes_at(&wanted.at, &answer.headers, json.as_ref()).contains(&wanted.code)
        }
        (None, there) => there.is_none(),
    };
    sibling.outcome == reading.outcome
        && same_code
        && check(sibling, answer).iter().all(|finding| finding.severity < Severity::Warning)
}
