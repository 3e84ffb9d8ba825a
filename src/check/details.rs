//! The codes that an error carries beside the one by which it is known.

use super::Read;
use super::code::{beside, explained, quoted};
use crate::contract::envelope::{self, Codes};
use crate::contract::pointer::{covers_place, names_place};
use crate::contract::{BodyExpectation, Expectation, Outcome};
use crate::finding::{Finding, FindingId};

/// Another code at a place at which the documented error, or a part of the answer that failed, shows one. Of the
/// errors of a list each counts, in whatever order they come: one that came in addition to those that are
/// documented, or one of several that is gone, makes no code another one.
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
    let mut shown = envelope::details_of_answer(example);
    let mut found = Vec::new();
    for (at, codes) in &documented {
        let is_known = expectation.code.as_ref().is_some_and(|code| code.at == *at || code.at.is_empty());
        let is_freed = expectation.ignore.iter().any(|pattern| covers_place(pattern, at))
            || expectation.volatile.iter().any(|pattern| names_place(pattern, at));
        let Some(actual) = arrived.get(at).filter(|_| !is_known && !is_freed) else { continue };
        let wanted = shown.swap_remove(at).unwrap_or_default();
        // Of the parts of a success each may fare otherwise, by a code that is documented.
        let counts = expectation.outcome == Outcome::Error;
        let other = replaced(&wanted, actual, counts);
        let Some((first, other)) = other.map(|(gone, other)| (gone.or(codes.keys().next()), other)) else {
            continue;
        };
        let first = first.map_or("none", String::as_str);
        let changed = Finding::new(FindingId::ErrorCodeChanged, at.as_str(), quoted(first), quoted(other));
        found.push(explained(changed, expectation, other));
    }
    found
}

/// The code that stands in the place of another one, and that, if it is gone as a whole. Of as many codes each
/// counts (`counts`), else what no other one shows.
fn replaced<'c>(
    wanted: &'c Codes,
    actual: &'c Codes,
    counts: bool,
) -> Option<(Option<&'c String>, &'c String)> {
    let total = |codes: &Codes| codes.values().sum::<usize>();
    let gone = wanted.keys().find(|code| !actual.contains_key(*code));
    let foreign = actual.keys().find(|code| !wanted.contains_key(*code));
    if counts && total(wanted) == total(actual) {
        let fewer = |(code, count): &(&String, &usize)| actual.get(*code).is_none_or(|other| other < *count);
        let more = |(code, count): &(&String, &usize)| wanted.get(*code).is_none_or(|other| other < *count);
        let gone = gone.or_else(|| wanted.iter().find(fewer).map(|(code, _)| code));
        return foreign.or_else(|| actual.iter().find(more).map(|(code, _)| code)).map(|other| (gone, other));
    }
    let is_less = total(actual) < total(wanted);
    foreign.filter(|_| gone.is_some() || is_less).map(|other| (gone, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(all: &str) -> Codes {
        let mut codes = Codes::new();
        for code in all.chars() {
            *codes.entry(code.to_string()).or_default() += 1;
        }
        codes
    }

    #[test]
    fn one_of_several_codes_is_another_one() {
        for (wanted, actual, other) in [
            ("AB", "AB", None),
            ("AB", "BA", None),
            ("AB", "ABC", None),
            ("AB", "CAB", None),
            ("ABC", "AB", None),
            ("ABC", "C", None),
            ("A", "AA", None),
            ("AAB", "AB", None),
            ("A", "B", Some(("A", "B"))),
            ("AB", "AC", Some(("B", "C"))),
            ("AB", "AA", Some(("B", "A"))),
            ("AAB", "ABB", Some(("A", "B"))),
            ("ABB", "ABC", Some(("B", "C"))),
            ("ABC", "AX", Some(("B", "X"))),
            ("AB", "AXY", Some(("B", "X"))),
        ] {
            let (wanted, actual) = (codes(wanted), codes(actual));
            let found = replaced(&wanted, &actual, true);
            let found = found.map(|(gone, other)| (gone.map_or("", String::as_str), other.as_str()));
            assert_eq!(found, other, "{wanted:?} {actual:?}");
        }
        // The parts of a success.
        for (wanted, actual, other) in
            [("AB", "AA", None), ("AB", "BB", None), ("AB", "AC", Some("C")), ("AB", "ABC", None)]
        {
            let (wanted, actual) = (codes(wanted), codes(actual));
            let found = replaced(&wanted, &actual, false).map(|(_, other)| other.as_str());
            assert_eq!(found, other, "{wanted:?} {actual:?}");
        }
    }
}
