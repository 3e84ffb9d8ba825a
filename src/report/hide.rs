//! Secrets taken out of whole messages: by value everywhere, and by name where the format of the
//! text has names (header fields, query and form parameters, JSON members).

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::message::MediaType;
use crate::redact::{MASK, Redactor, is_secret_name};

/// A URL, absolute or not; the query parameters are also hidden by name.
pub(crate) fn url(url: &str, redactor: &Redactor) -> String {
    let hidden = match url.split_once('?') {
        Some((path, query)) => format!("{path}?{}", parameters(query, redactor)),
        None => url.to_owned(),
    };
    redactor.text(&hidden).into_owned()
}

/// `a=b&c=d`: a query or a form.
fn parameters(text: &str, redactor: &Redactor) -> String {
    let hide = |pair: &str| match pair.split_once('=') {
        Some((name, value)) => {
            let plain = percent_decode_str(name).decode_utf8_lossy();
            format!("{name}={}", redactor.named(&plain, value))
        }
        None => pair.to_owned(),
    };
    text.split('&').map(hide).collect::<Vec<_>>().join("&")
}

/// A body; JSON members and form fields are also hidden by name. Without a secret in it the text
/// stays as it is, byte for byte; JSON with one is written anew.
pub(crate) fn body<'t>(text: &'t str, media: Option<&MediaType>, redactor: &Redactor) -> Cow<'t, str> {
    let form = media.is_some_and(|media| media.essence == "application/x-www-form-urlencoded");
    let by_name = if form { Some(parameters(text, redactor)) } else { json(text) };
    match by_name {
        Some(hidden) => Cow::Owned(redactor.text(&hidden).into_owned()),
        None => redactor.text(text),
    }
}

/// JSON with the values under secret names masked; `None` where there is none, or no JSON.
fn json(text: &str) -> Option<String> {
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    mask_members(&mut value).then(|| format!("{value:#}"))
}

/// Masks below secret names; says whether there was one. The depth is bounded by the parser's.
fn mask_members(value: &mut Value) -> bool {
    match value {
        Value::Object(members) => members.iter_mut().fold(false, |found, (name, value)| {
            let masked = is_secret_name(name) && mask(value);
            mask_members(value) || masked || found
        }),
        Value::Array(items) => items.iter_mut().fold(false, |found, item| mask_members(item) || found),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Masks a value, or the values of a list; the members of an object have names of their own.
fn mask(value: &mut Value) -> bool {
    match value {
        Value::String(text) if text.is_empty() => false,
        Value::String(_) | Value::Number(_) => {
            *value = Value::String(MASK.to_owned());
            true
        }
        Value::Array(items) => items.iter_mut().fold(false, |found, item| mask(item) || found),
        Value::Null | Value::Bool(_) | Value::Object(_) => false,
    }
}

/// What a finding says of the value at a place. Under a secret name it is hidden, unless it only
/// speaks of kinds (`string`, `absent`), which is what the reader needs to know.
pub(crate) fn at_place(at: &str, text: &str, redactor: &Redactor) -> String {
    let name = match at.strip_prefix("header:") {
        Some(name) => name.to_owned(),
        None => last_name(at),
    };
    if is_secret_name(&name) && !says_only_kinds(text) {
        return MASK.to_owned();
    }
    redactor.text(text).into_owned()
}

/// The last member name of a JSON pointer (RFC 6901), array positions (`*`) and map keys left out.
fn last_name(pointer: &str) -> String {
    let named = |token: &&str| !matches!(*token, "" | "*" | "{key}");
    let token = pointer.rsplit('/').find(named).unwrap_or_default();
    token.replace("~1", "/").replace("~0", "~")
}

fn says_only_kinds(text: &str) -> bool {
    const KINDS: [&str; 23] = [
        "null", "string", "integer", "number", "boolean", "object", "array", "absent", "present", "missing",
        "empty", "nothing", "a", "an", "the", "no", "not", "or", "and", "any", "header", "field", "value",
    ];
    text.split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| !word.is_empty())
        .all(|word| KINDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_place_is_its_last_member() {
        for (at, name) in [("", ""), ("/a/token", "token"), ("/tokens/*", "tokens"), ("/a~1b/{key}", "a/b")] {
            assert_eq!(last_name(at), name);
        }
    }

    #[test]
    fn kinds_are_told_from_values() {
        assert!(says_only_kinds("string or null"));
        assert!(!says_only_kinds("string \"s3cr3t\""));
        assert!(!says_only_kinds("s3cr3t"));
    }

    #[test]
    fn a_text_without_secrets_stays_byte_for_byte() {
        let redactor = Redactor::default();
        let text = "{ \"a\" : 1.0, \"a\":2 }";
        assert_eq!(body(text, None, &redactor), text);
        assert_eq!(url("https://h/p?a=1&b&c=%20", &redactor), "https://h/p?a=1&b&c=%20");
    }

    #[test]
    fn values_of_a_list_are_masked_and_objects_left_to_their_names() {
        let mut list = serde_json::json!(["a", 1, null, {"x": "y"}, ""]);
        assert!(mask(&mut list));
        assert_eq!(list, serde_json::json!([MASK, MASK, null, {"x": "y"}, ""]));
    }
}
