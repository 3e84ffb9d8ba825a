//! Saved bodies: what they are and what the header fields say of them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::found::Found;
use super::table::LintId;
use crate::contract::body::{SavedBody, media_type};
use crate::contract::json::parse;
use crate::contract::pointer::Trail;
use crate::message::MediaType;
use crate::plan::skip::one_line;
use crate::postman::Example;
use crate::postman::read::{NoJson, place};

/// The greatest integer up to which a double holds each one: 2^53 itself is held exactly.
const SAFE: u64 = 1 << 53;

pub(super) fn lint(example: &Example, found: &mut Found<'_>) {
    let mut add = |id, message: String| found.add_in(id, &example.pointer, message);
    let body = SavedBody::of(example);
    match &body {
        SavedBody::Json(value, repeated) => {
            for at in repeated.iter() {
                let at = one_line(at);
                add(
                    LintId::DuplicateKey,
                    format!(
                        "`{at}` of the saved body is there twice; the schema takes both values, most readers the last"
                    ),
                );
            }
            let mut unsafe_ones = BTreeSet::new();
            integers(value, &Trail::ROOT, &mut unsafe_ones);
            for at in unsafe_ones {
                let at = one_line(&at);
                add(LintId::UnsafeInteger, format!("`{at}` of the saved body is an integer beyond 2^53"));
            }
        }
        SavedBody::Text => {
            if let Some(problem) = broken_json(example) {
                add(LintId::BodyNotJson, problem);
            }
        }
        SavedBody::Absent | SavedBody::Empty | SavedBody::Xml(_) => {}
    }
    let has_body = !matches!(body, SavedBody::Absent | SavedBody::Empty);
    if let Some((id, message)) = has_body.then(|| type_of(example, &body)).flatten() {
        add(id, message);
    }
}

/// What is wrong with the media type of a body.
fn type_of(example: &Example, body: &SavedBody) -> Option<(LintId, String)> {
    let field = example.headers.iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("content-type"));
    let Some((_, written)) = field else {
        let message = "no `Content-Type` is saved among the header fields; the media type is not checked";
        return (!example.headers.is_empty()).then(|| (LintId::NoContentType, message.to_owned()));
    };
    let media = media_type(&example.headers)?;
    let json = body.json().is_some_and(|value| value.is_object() || value.is_array());
    (json && !media.is_json()).then(|| {
        let message = format!(
            "the saved body is JSON, but its `Content-Type` says {}; a live answer must say that, too",
            one_line(written)
        );
        (LintId::MediaTypeContradicted, message)
    })
}

fn broken_json(example: &Example) -> Option<String> {
    let typed = media_type(&example.headers).is_some_and(|media: MediaType| media.is_json());
    let body = Some(example.text().trim()).filter(|_| typed)?;
    let start = body.get(..9).unwrap_or(body).to_ascii_lowercase();
    if start.starts_with("<!doctype") || start.starts_with("<html") {
        return Some("an HTML page is saved as JSON; only that some text comes is checked".to_owned());
    }
    let error = parse(body).err()?;
    let ((line, column), why) = (place(&error, body), NoJson::of(&error));
    Some(format!(
        "the saved body is no JSON at line {line}, column {column} ({why}); only that some text comes is checked"
    ))
}

/// Where integers stand that a double cannot hold.
fn integers(value: &Value, trail: &Trail<'_>, found: &mut BTreeSet<String>) {
    match value {
        Value::Number(number) => {
            let text = number.to_string();
            let digits = text.strip_prefix('-').unwrap_or(&text);
            let is_integer = digits.bytes().all(|byte| byte.is_ascii_digit());
            if is_integer && digits.parse::<u64>().map_or(true, |number| number > SAFE) {
                found.insert(trail.place().at);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                integers(item, &trail.index(index), found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                integers(member, &trail.key(name), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_that_a_double_cannot_hold_are_told_by_place() {
        let text = r#"{"a": [9007199254740992, -9007199254740993], "i": -9007199254740992, "b": {"c/d": 123456789012345678901234567890},
            "e": 9007199254740993.5, "f": 1e300, "g": "9007199254740993", "h": 0}"#;
        let mut found = BTreeSet::new();
        integers(&serde_json::from_str(text).unwrap(), &Trail::ROOT, &mut found);
        assert_eq!(found, ["/a/*", "/b/c~1d"].map(str::to_owned).into());
    }
}
