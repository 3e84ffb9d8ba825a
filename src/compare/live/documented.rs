//! What the saved examples of a case allow.
//!
//! Documentation and the old server's answer decide together: the answer says what clients get, the
//! examples say what they must be ready for. Where the new server gives what the examples show, at a
//! place that they show, nothing has drifted, whatever the old one happened to give this time.
//!
//! What their schema allows only because it knows nothing is not allowed: of a place where the examples
//! have nothing but null it knows no type, of one where they have nothing but the empty text it knows
//! neither format nor values. Such an example excuses null, or the empty text, and nothing else.

use std::collections::HashSet;

use serde_json::Value;

use super::settle::WHOLE;
use crate::check::check;
use crate::contract::pointer::values_at;
use crate::contract::schema::infer::is_documentation;
use crate::contract::sources::Sources;
use crate::contract::{BodyExpectation, Expectation};
use crate::finding::{Finding, FindingId};
use crate::message::Answer;

/// Findings that say how far values and members may differ; of these the examples have a say.
const RANGES: [FindingId; 13] = [
    FindingId::BodyFieldRemoved,
    FindingId::BodyFieldAdded,
    FindingId::BodyTypeChanged,
    FindingId::BodyTypeWidened,
    FindingId::BodyNullAppeared,
    FindingId::BodyNullResolved,
    FindingId::BodyFormatChanged,
    FindingId::BodyStringBecameEmpty,
    FindingId::BodyEnumNewValue,
    FindingId::BodyArrayBecameEmpty,
    FindingId::BodyMapBecameEmpty,
    FindingId::BodyArrayFirstItems,
    FindingId::ErrorCodeUnknown,
];

/// Whether the body was not looked into after this one, or is another one altogether.
fn stands_apart(id: FindingId) -> bool {
    WHOLE.contains(&id) || id == FindingId::SchemaViolation
}

/// Of the ranges those that speak of members, and of codes: to these a null says as much as any value.
const OF_MEMBERS: [FindingId; 3] =
    [FindingId::BodyFieldRemoved, FindingId::BodyFieldAdded, FindingId::ErrorCodeUnknown];

/// Takes out of what was found in the answer of the new server what the examples allow, and gives it.
///
/// Allowed is a finding about a range that the check against the examples does not have at its place,
/// where a recorded example of the group shows the place and says something of its values. A generator's
/// example allows nothing: it shows every member and no null. `body` is that of the answer.
pub(super) fn take(
    documented: &Expectation,
    (answer, body): (&Answer, Option<&Value>),
    found: &mut Vec<Finding>,
) -> Vec<Finding> {
    if !found.iter().any(|finding| RANGES.contains(&finding.id)) || !is_recorded(documented) {
        return Vec::new();
    }
    let refused = check(documented, answer);
    if refused.iter().any(|finding| stands_apart(finding.id)) {
        return Vec::new();
    }
    let refused: HashSet<(FindingId, &str)> =
        refused.iter().map(|finding| (same_claim(finding.id), finding.at.as_str())).collect();
    let shows = |finding: &Finding| {
        let shown = |sources: &Sources| sources.show(&finding.at) && says(documented, sources, finding, body);
        finding.id == FindingId::ErrorCodeUnknown || documented.known.sources.as_deref().is_some_and(shown)
    };
    let allowed = |finding: &mut Finding| {
        RANGES.contains(&finding.id)
            && !refused.contains(&(same_claim(finding.id), finding.at.as_str()))
            && shows(finding)
    };
    found.extract_if(.., allowed).collect()
}

/// Whether the examples, or a person, say of the values at the place what the finding is about.
fn says(documented: &Expectation, sources: &Sources, finding: &Finding, body: Option<&Value>) -> bool {
    let is_of_examples = match &documented.body {
        BodyExpectation::Json { schema, .. } => sources.explain(schema),
        _ => true,
    };
    let says_something = |value: &Value| !value.is_null() && value != "";
    if OF_MEMBERS.contains(&finding.id) || !is_of_examples || sources.any_value(&finding.at, says_something) {
        return true;
    }
    let shown = |wanted: &Value| sources.any_value(&finding.at, |value| value == wanted);
    match finding.id {
        FindingId::BodyNullAppeared => shown(&Value::Null),
        FindingId::BodyStringBecameEmpty => shown(&"".into()),
        _ => {
            let given = body.map(|body| values_at(&finding.at, body)).unwrap_or_default();
            !given.is_empty() && given.into_iter().all(shown)
        }
    }
}

/// That a member known from documentation alone is absent is the same claim as that it is gone, and a
/// value of a wrong kind is one whatever its kind.
fn same_claim(id: FindingId) -> FindingId {
    match id {
        FindingId::BodyFieldUndocumentedAbsence | FindingId::BodyFieldRenamed => FindingId::BodyFieldRemoved,
        FindingId::BodyNullAppeared | FindingId::BodyTypeWidened => FindingId::BodyTypeChanged,
        other => other,
    }
}

fn is_recorded(documented: &Expectation) -> bool {
    matches!(&documented.body, BodyExpectation::Json { example: Some(body), .. } if !is_documentation(body))
}
