//! The media type.

use std::collections::BTreeSet;

use crate::contract::Expectation;
use crate::finding::{Finding, FindingId, Severity};
use crate::message::{Answer, MediaType};

const AT: &str = "header:content-type";

/// What a page for people may mean.
const PAGE: &str = "a page for people: a wrong address, a login, or a proxy on the way?";

/// Another media type; between `application/json` and `+json` it is a warning, another parameter alone
/// (charset, `version`, `odata.metadata`; not `boundary`) is info. Several fields that disagree are another type, too: which of them a client takes is its own
/// affair (RFC 9110 §8.3).
pub(super) fn check(expectation: &Expectation, answer: &Answer) -> Option<Finding> {
    let expected = expectation.media_type.as_ref()?;
    let Some(actual) = answer.media_type() else {
        let written = answer.headers.get("content-type").unwrap_or("none");
        return Some(Finding::new(
            FindingId::MediaTypeChanged,
            AT,
            &expected.essence,
            super::show::cut(written),
        ));
    };
    let other = |media: &MediaType| media.essence != actual.essence;
    let all = || answer.headers.get_all("content-type");
    if all().filter_map(MediaType::parse).any(|media| other(&media)) {
        let all = all().collect::<Vec<_>>().join(", ");
        return Some(Finding::new(
            FindingId::MediaTypeChanged,
            AT,
            &expected.essence,
            super::show::cut(&all),
        ));
    }
    if actual.essence != expected.essence {
        let finding = Finding::new(
            FindingId::MediaTypeChanged,
            AT,
            &expected.essence,
            super::show::cut(&actual.essence),
        );
        let finding = match actual.essence.as_str() {
            "text/html" => finding.with_hint(PAGE),
            _ => finding,
        };
        let variant = is_variant(expected, &actual);
        return Some(if variant { finding.at_severity(Severity::Warning) } else { finding });
    }
    let (before, after) = parameters(expected, &actual);
    (before != after)
        .then(|| Finding::new(FindingId::MediaTypeParamChanged, AT, before, super::show::cut(&after)))
}

/// The parameters that are not the same on both sides, as each side has them.
fn parameters(expected: &MediaType, actual: &MediaType) -> (String, String) {
    let mut differ: Vec<(&str, Option<&str>, Option<&str>)> = Vec::new();
    if expected.charset != actual.charset {
        differ.push(("charset", expected.charset.as_deref(), actual.charset.as_deref()));
    }
    let names: BTreeSet<&String> = expected.parameters.keys().chain(actual.parameters.keys()).collect();
    for name in names {
        let before = expected.parameters.get(name).map(String::as_str);
        let after = actual.parameters.get(name).map(String::as_str);
        if before != after {
            differ.push((name, before, after));
        }
    }
    let shown = |name: &str, value: Option<&str>| format!("{name} {}", value.unwrap_or("none"));
    let before: Vec<String> = differ.iter().map(|(name, before, _)| shown(name, *before)).collect();
    let after: Vec<String> = differ.iter().map(|(name, _, after)| shown(name, *after)).collect();
    (before.join(", "), after.join(", "))
}

/// Plain JSON on one side, `+json` (RFC 6839 §3.1) on the other.
fn is_variant(a: &MediaType, b: &MediaType) -> bool {
    let plain = |media: &MediaType| media.essence == "application/json";
    let suffixed = |media: &MediaType| media.essence.ends_with("+json");
    plain(a) && suffixed(b) || suffixed(a) && plain(b)
}
