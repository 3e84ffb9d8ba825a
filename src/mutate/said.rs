//! A success that turns into an error at the member by which the API itself tells the two apart:
//! `"success": true` becomes `false`, `"errors": []` gets one, `"code": 0` beside `"msg": "ok"` becomes
//! another number.

use serde_json::{Map, Value, json};

use super::change::{Change, Mutation};
use super::kind::Kind;
use crate::contract::envelope::read;
use crate::contract::{BodyExpectation, Outcome};
use crate::message::Headers;
use crate::plan::Case;

/// The most members of one answer that are turned.
const MOST: usize = 4;

/// The text of an error.
const CHANGED: &str = "changed by uphold";

/// The members of the saved body, at the root and in the objects directly below it, that say so.
pub(super) fn mutations(case: &Case) -> Vec<Mutation> {
    let expected = &case.expectation;
    let BodyExpectation::Json { example: Some(body), .. } = &expected.body else { return Vec::new() };
    let Some(root) = body.as_object() else { return Vec::new() };
    if expected.outcome == Outcome::Error || !(200..400).contains(&expected.status) {
        return Vec::new();
    }
    let whole = root.keys().filter_map(|name| turned(root, name));
    let below = root.iter().filter_map(|(head, value)| Some((head, value.as_object()?))).flat_map(
        |(head, object)| {
            let inner = object.keys().filter_map(|name| turned(object, name));
            inner.map(|object| {
                let mut root = root.clone();
                root.insert(head.clone(), Value::Object(object));
                root
            })
        },
    );
    let made = whole.chain(below).filter_map(|body| {
        let body = Value::Object(body);
        let reading = read(expected.status, &Headers::new(), Some(&body));
        let at = reading.said_at?;
        let what = format!("says at {at} that it failed");
        Some(Mutation::new(Kind::OutcomeFlipped, at, what, Change::Whole(body)))
    });
    made.take(MOST).collect()
}

/// The object with a member that says failure, if it said success. A large one is data.
fn turned(object: &Map<String, Value>, name: &str) -> Option<Map<String, Value>> {
    if object.len() > 32 {
        return None;
    }
    let other = match object.get(name)? {
        Value::Bool(flag) => json!(!flag),
        Value::Number(number) if number.as_f64() == Some(0.0) => json!(40_013),
        Value::Array(items) if items.is_empty() => json!([{ "message": CHANGED }]),
        Value::String(text) if text.eq_ignore_ascii_case("success") => json!("error"),
        Value::String(text) if text == "OK" => json!("REQUEST_DENIED"),
        _ => return None,
    };
    let mut turned = object.clone();
    for text in ["message", "msg"] {
        if let Some(Value::String(text)) = turned.get_mut(text) {
            CHANGED.clone_into(text);
        }
    }
    turned.insert(name.to_owned(), other);
    Some(turned)
}
