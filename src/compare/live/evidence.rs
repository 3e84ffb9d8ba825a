//! What the answers of both servers say of each difference.

use serde_json::Value;

use super::family::Family;
use super::settle::{Claim, Sight, WHOLE};
use super::values;
use crate::contract::pointer::{Step, steps, values_at};
use crate::finding::{Finding, FindingId};

/// Findings that name no value: where the old server has one against its own first answer, the new
/// server's is the same. (Of the others the contract of all old answers knows which values it showed.)
const WITHOUT_VALUE: [FindingId; 15] = [
    FindingId::HeaderMissing,
    FindingId::HeaderAdded,
    FindingId::HeaderValueChanged,
    FindingId::HeaderDeprecationAnnounced,
    FindingId::HeaderApiVersionChanged,
    FindingId::MediaTypeParamChanged,
    FindingId::BodyFieldRemoved,
    FindingId::BodyFieldAdded,
    FindingId::BodyFieldRenamed,
    FindingId::BodyValueChanged,
    FindingId::BodyNullResolved,
    FindingId::BodyArrayBecameEmpty,
    FindingId::BodyMapBecameEmpty,
    FindingId::BodyArrayFirstItems,
    FindingId::BodyStringBecameEmpty,
];

/// So many other new values are named beside one.
const MOST_OTHERS: usize = 4;

/// Findings about values: null is no value of which anything could be said.
const OF_VALUES: [FindingId; 5] = [
    FindingId::BodyTypeChanged,
    FindingId::BodyTypeWidened,
    FindingId::BodyFormatChanged,
    FindingId::BodyStringBecameEmpty,
    FindingId::BodyEnumNewValue,
];

/// An answer as it is weighed.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    /// What was found in it, where it is of the new server.
    pub(super) found: &'a [Finding],
    /// Where it is JSON.
    pub(super) body: Option<&'a Value>,
    pub(super) family: Family,
}

/// Every difference of the new answers that the old server has not against itself (`own`, by answer); each
/// with what every answer says of it.
pub(super) fn claims(new: &[Seen<'_>], old: &[Seen<'_>], own: &[Vec<Finding>]) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    for finding in new.iter().flat_map(|seen| seen.found) {
        if claims.iter().any(|known| is_same(&known.finding, finding)) || is_noise(finding, own) {
            continue;
        }
        let having: Vec<Family> =
            new.iter().filter(|seen| has(seen, finding)).map(|seen| seen.family).collect();
        let is_of_them = |seen: &Seen<'_>| having.iter().any(|family| family.shows_as(seen.family, finding));
        // Where the old server has no such answer, that is the difference, and what came with it comes as often.
        let is_new = !old.iter().any(is_of_them);
        let is_asked = |seen: &Seen<'_>| is_new || is_of_them(seen);
        let sight = |seen: &Seen<'_>| if is_asked(seen) { sight(finding, seen) } else { Sight::Silent };
        claims.push(Claim {
            new: new.iter().map(sight).collect(),
            old: old.iter().filter(|seen| is_asked(seen) && shows(finding, seen.body)).count(),
            is_noisy: own.iter().flatten().any(|own| is_same(own, finding)),
            chance: (finding.id == FindingId::BodyEnumNewValue)
                .then(|| values::chance(&finding.at, &bodies(new, is_asked), &bodies(old, is_asked))),
            finding: with_others(finding, new),
        });
    }
    claims
}

/// The bodies of these answers.
fn bodies<'a>(of: &[Seen<'a>], is_asked: impl Fn(&Seen<'_>) -> bool) -> Vec<&'a Value> {
    of.iter().filter(|seen| is_asked(seen)).filter_map(|seen| seen.body).collect()
}

fn has(seen: &Seen<'_>, finding: &Finding) -> bool {
    seen.found.iter().any(|found| is_same(found, finding))
}

/// Whether both say the same of the same place.
pub(super) fn is_same(one: &Finding, other: &Finding) -> bool {
    one.id == other.id && one.at == other.at
}

/// The finding; one about a new value names others that came in its place.
fn with_others(finding: &Finding, new: &[Seen<'_>]) -> Finding {
    let mut others: Vec<&str> = Vec::new();
    let same = new.iter().flat_map(|seen| seen.found).filter(|found| is_same(found, finding));
    for found in same.filter(|_| finding.id == FindingId::BodyEnumNewValue) {
        let value = found.actual.as_str();
        if value != finding.actual && !others.contains(&value) && others.len() < MOST_OTHERS {
            others.push(value);
        }
    }
    if others.is_empty() {
        return finding.clone();
    }
    let told = format!("other answers have {}", others.join(", "));
    let hint = finding.hint.as_ref().map_or(told.clone(), |hint| format!("{told}; {hint}"));
    finding.clone().with_hint(hint)
}

pub(super) fn is_noise(finding: &Finding, own: &[Vec<Finding>]) -> bool {
    WITHOUT_VALUE.contains(&finding.id) && own.iter().flatten().any(|own| is_same(own, finding))
}

fn sight(finding: &Finding, seen: &Seen<'_>) -> Sight {
    if has(seen, finding) {
        return Sight::Found;
    }
    let is_of_body = is_in_body(finding) && !WHOLE.contains(&finding.id);
    let is_another = seen.found.iter().any(|found| WHOLE.contains(&found.id));
    if (is_of_body && is_another) || !shows(finding, seen.body) { Sight::Silent } else { Sight::Fine }
}

fn is_in_body(finding: &Finding) -> bool {
    finding.at.starts_with('/')
}

/// Whether a body has the place that the finding is about: of a member that is absent or new the object.
fn shows(finding: &Finding, body: Option<&Value>) -> bool {
    if !is_in_body(finding) || WHOLE.contains(&finding.id) {
        return true;
    }
    let Some(body) = body else { return false };
    let is_of_member = matches!(
        finding.id,
        FindingId::BodyFieldRemoved | FindingId::BodyFieldRenamed | FindingId::BodyFieldAdded
    );
    let at = match finding.at.rfind('/').and_then(|end| finding.at.get(..end)) {
        Some(above) if is_of_member => above,
        _ => finding.at.as_str(),
    };
    let there = values_at(at, body);
    if is_of_member {
        there.iter().any(|value| value.is_object())
    } else if OF_VALUES.contains(&finding.id) {
        there.iter().any(|value| !value.is_null())
    } else {
        !there.is_empty()
    }
}

/// Whether one place is the other, or above it.
pub(super) fn is_at_or_above(above: &str, at: &str) -> bool {
    if !above.is_empty() && !above.starts_with('/') {
        return above == at;
    }
    let mut below = steps(at);
    steps(above).all(|step| {
        below.next().is_some_and(|other| step == other || step == Step::AnyKey || other == Step::AnyKey)
    })
}
