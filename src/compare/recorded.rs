//! A recorded answer, `{status, headers, body}`, as an example.
//!
//! The form:
//! - `status`: a number from 100 to 999; always there.
//! - `headers`: an object (each value a text, a number, or a list of texts), or a list of `{key, value}`,
//!   of `{name, value}`, or of `[name, value]`. Without it nothing is known of the headers.
//! - `body`: JSON, kept as it is written. A string under a media type other than JSON is the text itself.
//! - `raw` or `text` instead of `body`: the body as text, as it was received.
//! - `request`: `{method, url, body}`, what was asked: by it what failed is told from data in a bad state.
//! - `ms`: not looked at.
//!
//! Without any body, an old answer says nothing of it, and a new one has none. Any other member is an
//! error, so that a slip of the pen does not take a part of the contract away.

use std::sync::Arc;

use serde::de::IgnoredAny;
use serde_json::Value;

use super::asked as request;
use super::at::{At, kind};
use super::error::CompareError;
use super::skim::Skimmed;
use super::spans::{items, members};
use crate::contract::body::media_type;
use crate::contract::pointer::escape;
use crate::message::MediaType;
use crate::postman::Example;
use crate::postman::read::NoJson;
use crate::suite::did_you_mean;

const MEMBERS: [&str; 7] = ["status", "headers", "body", "raw", "text", "request", "ms"];

/// The members by which an object is told to be a recorded answer, not a collection.
pub(super) const TELLING: [&str; 5] = ["status", "headers", "body", "raw", "text"];

/// The members of an object, as they stand in the file.
pub(super) type Members<'t> = [(String, &'t str)];

/// The example that is this answer; `text` is valid JSON.
pub(super) fn example(text: &str, at: At<'_>) -> Result<Arc<Example>, CompareError> {
    let members = members(text)
        .ok_or_else(|| at.wrong("", format!("an answer must be an object, but this is {}", kind(text))))?;
    of_members(&members, at)
}

/// The example that has these members.
pub(super) fn of_members(members: &Members<'_>, at: At<'_>) -> Result<Arc<Example>, CompareError> {
    check_names(members, at)?;
    let member = |name: &str| members.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
    let headers = member("headers").map(|text| headers(text, at)).transpose()?.unwrap_or_default();
    let given: Vec<&str> =
        ["body", "raw", "text"].into_iter().filter(|name| member(name).is_some()).collect();
    let (body, language) = match given.as_slice() {
        [] => (None, None),
        ["body"] => body(member("body").unwrap_or_default(), media_type(&headers).as_ref(), at)?,
        [name] => (Some(plain(member(name).unwrap_or_default(), name, at)?), None),
        [first, second, ..] => {
            return Err(at.wrong("", format!("`{first}` and `{second}` are both the body: leave one out")));
        }
    };
    Ok(Arc::new(Example {
        name: String::new(),
        id: None,
        request: member("request").map(|text| request::of(text, at)).transpose()?,
        code: Some(status(member("status"), at)?),
        headers,
        body,
        language,
        pointer: String::new(),
    }))
}

/// Every name is known and stands there once.
fn check_names(members: &Members<'_>, at: At<'_>) -> Result<(), CompareError> {
    for (position, (name, _)) in members.iter().enumerate() {
        let pointer = format!("/{}", escape(name));
        if !MEMBERS.contains(&name.as_str()) {
            let hint = did_you_mean(name, MEMBERS);
            let hint = if hint.is_empty() {
                "; an answer has `status`, `headers` and `body` or `raw`".to_owned()
            } else {
                hint
            };
            return Err(at.wrong(&pointer, format!("no member of an answer{hint}")));
        }
        if members.iter().take(position).any(|(known, _)| known == name) {
            return Err(at.wrong(&pointer, "twice in one answer: leave one out"));
        }
    }
    Ok(())
}

fn status(text: Option<&str>, at: At<'_>) -> Result<u16, CompareError> {
    let Some(text) = text else {
        return Err(at.wrong("", "no `status`: write the status code, such as \"status\": 200"));
    };
    let number = text.parse::<u16>().ok().filter(|status| (100..=999).contains(status));
    number.ok_or_else(|| {
        at.wrong("/status", format!("must be a status code from 100 to 999, but is {}", shown(text)))
    })
}

type Fields = Vec<(String, String)>;

fn headers(text: &str, at: At<'_>) -> Result<Fields, CompareError> {
    let mut fields = Fields::new();
    if let Some(members) = members(text) {
        for (name, value) in members {
            let pointer = format!("/headers/{}", escape(&name));
            match items(value) {
                Some(values) => {
                    for (position, value) in values.into_iter().enumerate() {
                        let value = field_value(value, &format!("{pointer}/{position}"), at)?;
                        push(&mut fields, name.clone(), value, &pointer, at)?;
                    }
                }
                None => push(&mut fields, name, field_value(value, &pointer, at)?, &pointer, at)?,
            }
        }
        return Ok(fields);
    }
    let list = items(text).ok_or_else(|| {
        at.wrong("/headers", format!("must be an object or a list of fields, but is {}", kind(text)))
    })?;
    for (position, field) in list.into_iter().enumerate() {
        let pointer = format!("/headers/{position}");
        let (name, value) = listed(field, &pointer, at)?;
        push(&mut fields, name, value, &pointer, at)?;
    }
    Ok(fields)
}

/// A field of a list: `{key, value}`, `{name, value}` or `[name, value]`.
fn listed(text: &str, pointer: &str, at: At<'_>) -> Result<(String, String), CompareError> {
    const FORM: &str = "must be {\"key\": …, \"value\": …} or [name, value]";
    let (name, value) = if let Some(pair) = items(text) {
        let [name, value] = pair.as_slice() else { return Err(at.wrong(pointer, FORM)) };
        ((*name, format!("{pointer}/0")), (*value, format!("{pointer}/1")))
    } else {
        let members = members(text).ok_or_else(|| at.wrong(pointer, FORM))?;
        let of = |names: &[&str]| members.iter().find(|(name, _)| names.contains(&name.as_str()));
        match (of(&["key", "name"]), of(&["value"])) {
            (Some((key, name)), Some((_, value))) if members.len() == 2 => {
                ((*name, format!("{pointer}/{key}")), (*value, format!("{pointer}/value")))
            }
            _ => return Err(at.wrong(pointer, FORM)),
        }
    };
    let text = serde_json::from_str::<String>(name.0)
        .map_err(|_| at.wrong(&name.1, format!("must be a text, but is {}", kind(name.0))))?;
    Ok((text, field_value(value.0, &value.1, at)?))
}

fn push(
    fields: &mut Fields,
    name: String,
    value: String,
    pointer: &str,
    at: At<'_>,
) -> Result<(), CompareError> {
    if name.trim().is_empty() {
        return Err(at.wrong(pointer, "a header field without a name"));
    }
    fields.push((name, value));
    Ok(())
}

fn field_value(text: &str, pointer: &str, at: At<'_>) -> Result<String, CompareError> {
    match serde_json::from_str::<Value>(text) {
        Ok(Value::String(value)) => Ok(value),
        Ok(Value::Number(number)) => Ok(number.to_string()),
        _ => Err(at.wrong(pointer, format!("must be a text or a number, but is {}", kind(text)))),
    }
}

/// The body as text, and the language in which it is written where no media type says it.
fn body(
    text: &str,
    media: Option<&MediaType>,
    at: At<'_>,
) -> Result<(Option<String>, Option<String>), CompareError> {
    if text.starts_with('"') {
        let inner = plain(text, "body", at)?;
        if media.is_some_and(|media| !media.is_json()) {
            return Ok((Some(inner), None));
        }
        let holds_json = inner.trim_start().starts_with(['{', '['])
            && serde_json::from_str::<IgnoredAny>(inner.trim()).is_ok();
        if holds_json {
            let what =
                "a string that holds JSON: write the JSON itself, or the text that was received as `raw`";
            return Err(at.wrong("/body", what));
        }
    }
    serde_json::from_str::<Skimmed>(text).map_err(|error| at.wrong("/body", unreadable(&error)))?;
    Ok((Some(text.to_owned()), Some("json".to_owned())))
}

fn plain(text: &str, name: &str, at: At<'_>) -> Result<String, CompareError> {
    let pointer = format!("/{name}");
    if !text.starts_with('"') {
        return Err(at.wrong(&pointer, format!("must be a text, but is {}", kind(text))));
    }
    serde_json::from_str(text).map_err(|error| at.wrong(&pointer, unreadable(&error)))
}

/// Valid JSON that `serde_json` does not read: too deep, or half of a character.
fn unreadable(error: &serde_json::Error) -> String {
    match NoJson::of(error) {
        NoJson::Deep => format!("{}, which is not read", NoJson::Deep),
        why => format!("JSON that is not read: {why}"),
    }
}

fn shown(text: &str) -> String {
    match kind(text) {
        "a number" | "a text" => text.chars().take(40).collect(),
        other => other.to_owned(),
    }
}
