//! The answer that an example documents, as if a server had sent it.
//!
//! Where the example shows a placeholder (`<integer>`, `{{id}}`), it claims a type or nothing at all;
//! the check sees a value of that type, and what is found about that value is taken back again.

use bytes::Bytes;
use serde_json::Value;

use crate::check::{MAY_BE_A_MAP, check, check_with_values};
use crate::contract::pointer::values_at;
use crate::contract::{Expectation, json};
use crate::finding::{Finding, FindingId};
use crate::message::{Answer, MediaType};
use crate::placeholder::{Filler, Kind, may_hold, recognise};
use crate::plan::SEED;
use crate::postman::Example;

/// What a placeholder says nothing about: it stands for any value of its type, and `<number>` also for
/// whole ones.
const UNCLAIMED: [FindingId; 6] = [
    FindingId::BodyFormatChanged,
    FindingId::BodyStringBecameEmpty,
    FindingId::BodyEnumNewValue,
    FindingId::BodyValueChanged,
    FindingId::BodyTypeWidened,
    FindingId::ErrorCodeChanged,
];

/// Every difference between what the example documents and what it must be. `status` is the one that
/// counts for it.
pub(super) fn held(expectation: &Expectation, example: &Example, status: u16, values: bool) -> Vec<Finding> {
    let answer = answer(example, status);
    let mut found =
        if values { check_with_values(expectation, &answer) } else { check(expectation, &answer) };
    for finding in &mut found {
        // There is no suite.toml to say it in.
        finding.hint = finding.hint.take().filter(|hint| !hint.starts_with(MAY_BE_A_MAP));
    }
    if found.is_empty() || !may_hold(example.text()) {
        return found;
    }
    let Ok((body, _)) = json::parse(example.text()) else { return found };
    found.into_iter().filter_map(|finding| claimed(finding, &body)).collect()
}

/// The finding as the example itself, placeholders and all, gives rise to it.
fn claimed(finding: Finding, body: &Value) -> Option<Finding> {
    if !finding.at.is_empty() && !finding.at.starts_with('/') {
        return Some(finding);
    }
    let there = values_at(&finding.at, body);
    let claim = |value: &&Value| value.as_str().and_then(recognise);
    let Some(claims) = there.iter().map(claim).collect::<Option<Vec<Kind>>>().filter(|all| !all.is_empty())
    else {
        return Some(finding);
    };
    let says_nothing = claims.iter().all(|kind| *kind == Kind::Unknown);
    if says_nothing || UNCLAIMED.contains(&finding.id) {
        return None;
    }
    let shown = there.first().map(ToString::to_string).unwrap_or_default();
    Some(Finding { actual: format!("the placeholder {shown}"), ..finding })
}

fn answer(example: &Example, status: u16) -> Answer {
    let filler = Filler::new(SEED);
    let headers = example
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), filler.text(value, name).unwrap_or_else(|| value.clone())));
    let mut answer = Answer { status, headers: headers.collect(), body: Bytes::new() };
    let text = example.text();
    let with_values = if !text.contains('<') {
        None
    } else if json::parse(text).is_ok() {
        filler.json_text(text)
    } else {
        filler.text(text.trim(), "body")
    };
    let text = with_values.as_deref().unwrap_or(text);
    answer.body = bytes(text, answer.media_type().as_ref()).into();
    answer
}

/// The text in UTF-8, with a mark that says so where the media type names another charset: the saved
/// text is decoded already.
fn bytes(text: &str, media: Option<&MediaType>) -> String {
    let charset = media.and_then(|media| media.charset.as_deref());
    let other = charset.is_some_and(|charset| !charset.eq_ignore_ascii_case("utf-8"));
    if other && !text.trim().is_empty() { format!("\u{feff}{text}") } else { text.to_owned() }
}
