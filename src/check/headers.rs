//! Header fields, by the policy of [`crate::contract::headers`].

use crate::contract::Expectation;
use crate::contract::headers::{HeaderExpectation, is_api_version, is_ignored};
use crate::finding::{Finding, FindingId};
use crate::message::Answer;
use crate::suite::nearest;

/// Missing fields, other values, and fields that no example of the item shows.
pub(super) fn check(expectation: &Expectation, answer: &Answer) -> Vec<Finding> {
    let mut found: Vec<Finding> =
        expectation.headers.iter().filter_map(|expected| one(expected, answer)).collect();
    if !expectation.headers.is_empty() {
        found.extend(added(expectation, answer));
    }
    found
}

fn one(expected: &HeaderExpectation, answer: &Answer) -> Option<Finding> {
    let at = format!("header:{}", expected.name);
    let values: Vec<&str> = answer.headers.get_all(&expected.name).map(str::trim).collect();
    if values.is_empty() {
        let missing = Finding::new(FindingId::HeaderMissing, at, super::show::cut(&expected.value), "none");
        let names: Vec<String> = answer.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        let missing = match nearest(&expected.name, names.iter().map(String::as_str)) {
            Some(name) => {
                missing.with_hint(format!("the answer has `{name}`: is the name right in the example?"))
            }
            None => missing,
        };
        return expected.missing.map(|level| missing.at_severity(level));
    }
    let actual = values.join(", ");
    let level = expected.changed.filter(|_| !expected.accepts(&actual))?;
    let id = if is_api_version(&expected.name, &expected.value) {
        FindingId::HeaderApiVersionChanged
    } else {
        FindingId::HeaderValueChanged
    };
    let (expected, actual) = (super::show::cut(&expected.value), super::show::cut(&actual));
    Some(Finding::new(id, at, expected, actual).at_severity(level))
}

fn added(expectation: &Expectation, answer: &Answer) -> Vec<Finding> {
    let known = |name: &str| expectation.headers.iter().any(|expected| expected.name == name);
    answer
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .filter(|(name, _)| !known(name) && !is_ignored(name))
        .map(|(name, value)| {
            Finding::new(FindingId::HeaderAdded, format!("header:{name}"), "none", super::show::cut(value))
        })
        .collect()
}
