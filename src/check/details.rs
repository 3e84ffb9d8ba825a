//! The codes that an error carries beside the one by which it is known.

use super::Read;
use super::code::{beside, explained, quoted};
use crate::contract::envelope::{self, is_of_list};
use crate::contract::pointer::{covers_place, names_place};
use crate::contract::{BodyExpectation, Expectation, Outcome};
use crate::finding::{Finding, FindingId};

/// Another code at a place at which the documented error, or a part of the answer that failed, shows one. Where an error of a list came in addition
/// to those that are documented, or one of several is gone, no code is another one.
pub(super) fn check(expectation: &Expectation, read: &Read<'_>) -> Vec<Finding> {
    let agrees = expectation.outcome == read.reading.outcome;
    let BodyExpectation::Json { example: Some(example), .. } = &expectation.body else { return Vec::new() };
    let Some(body) = read.json.as_ref().filter(|_| agrees) else { return Vec::new() };
    let documented = match expectation.outcome {
        Outcome::Error => envelope::details(example),
        Outcome::Ok => beside(expectation).failed_parts(),
    };
    if documented.is_empty() {
        return Vec::new();
    }
    let arrived = envelope::details_of_answer(body);
    // What the example shows beside a code is no other one.
    let shown = envelope::details_of_answer(example);
    let mut found = Vec::new();
    for (at, wanted) in &documented {
        let is_known = expectation.code.as_ref().is_some_and(|code| code.at == *at || code.at.is_empty());
        let is_freed = expectation.ignore.iter().any(|pattern| covers_place(pattern, at))
            || expectation.volatile.iter().any(|pattern| names_place(pattern, at));
        let Some(actual) = arrived.get(at).filter(|_| !is_known && !is_freed) else { continue };
        let grew = is_of_list(at) && actual.first() == wanted.first();
        let is_shown =
            |code: &String| wanted.contains(code) || shown.get(at).is_some_and(|shown| shown.contains(code));
        let foreign = actual.iter().find(|code| !grew && !is_shown(code));
        let Some((other, first)) = foreign.zip(wanted.first()) else { continue };
        let changed = Finding::new(FindingId::ErrorCodeChanged, at.as_str(), quoted(first), quoted(other));
        found.push(explained(changed, expectation, other));
    }
    found
}
