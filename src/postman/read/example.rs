//! Saved answers: name, code, header fields, body, and the request that got them.

use serde_json::Value;

use super::notice::{Members, Notices, kind, name, take, take_text, text};
use super::request::{headers, request};
use crate::postman::model::Example;
use crate::postman::reason::said;

/// Reads the list `response`.
pub(super) fn examples(list: Value, at: &str, notices: &mut Notices) -> Vec<Example> {
    let list = match list {
        Value::Array(list) => list,
        Value::Null => return Vec::new(),
        other => {
            notices.warn(at, format!("saved answers are {}; left out", kind(&other)));
            return Vec::new();
        }
    };
    let mut examples = Vec::with_capacity(list.len());
    for (index, value) in list.into_iter().enumerate() {
        let at = format!("{at}/{index}");
        match value {
            Value::Object(members) => examples.push(example(members, &at, notices)),
            other => notices.warn(&at, format!("a saved answer is {}; left out", kind(&other))),
        }
    }
    examples
}

fn example(mut members: Members, at: &str, notices: &mut Notices) -> Example {
    let name = name(&mut members, at, notices);
    let original = take(&mut members, "originalRequest");
    let request = request(original, &format!("{at}/originalRequest"), notices);
    if request.is_none() {
        notices.warn(at, "no `originalRequest`; the request of the item is sent");
    }
    let saved = headers(take(&mut members, "header"), &format!("{at}/header"), notices);
    let headers = saved
        .into_iter()
        .filter(|field| !field.disabled)
        .filter_map(|field| Some((field.key?, field.value.unwrap_or_default())));
    let body = take(&mut members, "body");
    if !matches!(body, Value::String(_) | Value::Null) {
        notices.warn(&format!("{at}/body"), format!("the saved body is {}; read as JSON text", kind(&body)));
    }
    Example {
        name,
        id: take_text(&mut members, "id").or_else(|| take_text(&mut members, "_postman_id")),
        request,
        code: code(&mut members, at, notices),
        headers: headers.collect(),
        body: text(body),
        language: language(&mut members),
        pointer: format!("{}{at}", notices.root),
    }
}

/// The code: a number, a text that holds one, else the number that begins the status text.
fn code(members: &mut Members, at: &str, notices: &mut Notices) -> Option<u16> {
    let saved = take(members, "code");
    let status = take_text(members, "status").unwrap_or_default();
    let valid = |code: &u16| (100..=999).contains(code);
    let read = match &saved {
        Value::Number(number) => number.to_string().parse().ok().filter(valid),
        Value::String(text) => {
            let code = text.trim().parse().ok().filter(valid);
            if let Some(code) = code {
                notices.warn(&format!("{at}/code"), format!("the code is a text; read as {code}"));
            }
            code
        }
        _ => None,
    };
    if let Some(code) = read {
        // `OK` is said of every success, but of no error.
        let fine = || (code >= 400 && status.trim().eq_ignore_ascii_case("ok")).then_some(200);
        if let Some(says) = said(&status).or_else(fine).filter(|says| *says != code) {
            let message = format!("the status text says {says}, but the code is {code}; the code counts");
            notices.contradict(&format!("{at}/status"), message);
        }
        return read;
    }
    if !saved.is_null() {
        notices.warn(&format!("{at}/code"), format!("`{saved}` is no status code; read as none"));
    }
    let first = status.split_whitespace().next().unwrap_or_default();
    let code = first.parse().ok().filter(valid)?;
    notices.warn(&format!("{at}/status"), format!("no code; {code} is read from the status `{status}`"));
    Some(code)
}

fn language(members: &mut Members) -> Option<String> {
    let own = take_text(members, "_postman_previewlanguage");
    own.or_else(|| take_text(members.get_mut("_")?.as_object_mut()?, "postman_previewlanguage"))
}
