//! What the saved examples of a case allow.
//!
//! Documentation and the old server's answer decide together: the answer says what clients get, the
//! examples say what they must be ready for. Where the new server gives what the examples show, at a
//! place that they show, nothing has drifted, whatever the old one happened to give this time.

use std::collections::HashSet;

use super::settle::WHOLE;
use crate::check::check;
use crate::contract::schema::infer::is_documentation;
use crate::contract::{BodyExpectation, Expectation};
use crate::finding::{Finding, FindingId};
use crate::message::Answer;

/// Findings that say how far values and members may differ; of these the examples have a say.
const RANGES: [FindingId; 12] = [
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
    FindingId::BodyArrayFirstItems,
    FindingId::ErrorCodeUnknown,
];

/// Whether the body was not looked into after this one, or is another one altogether.
fn stands_apart(id: FindingId) -> bool {
    WHOLE.contains(&id) || id == FindingId::SchemaViolation
}

/// Takes out of what was found in the answer of the new server what the examples allow, and gives it.
///
/// Allowed is a finding about a range that the check against the examples does not have at its place,
/// where a recorded example of the group shows the place. A generator's example allows nothing: it shows
/// every member and no null.
pub(super) fn take(documented: &Expectation, answer: &Answer, found: &mut Vec<Finding>) -> Vec<Finding> {
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
        finding.id == FindingId::ErrorCodeUnknown
            || documented.known.sources.as_ref().is_some_and(|sources| sources.told(&finding.at).is_some())
    };
    let allowed = |finding: &mut Finding| {
        RANGES.contains(&finding.id)
            && !refused.contains(&(same_claim(finding.id), finding.at.as_str()))
            && shows(finding)
    };
    found.extract_if(.., allowed).collect()
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
