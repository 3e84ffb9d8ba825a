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

pub(super) fn mutations(case: &Case) -> Vec<Mutation> {
    let expected = &case.expectation;
    let BodyExpectation::Json { example: Some(body), .. } = &expected.body else { return Vec::new() };
    if expected.outcome == Outcome::Error || !(200..400).contains(&expected.status) {
        return Vec::new();
    }
    let made = failures(expected.status, body).into_iter().map(|(at, body)| {
        let what = format!("says at {at} that it failed");
        Mutation::new(Kind::OutcomeFlipped, at, what, Change::Whole(body))
    });
    made.collect()
}

/// The body with one member turned, at the root or in an object directly below it, and the place that
/// says failure then.
fn failures(status: u16, body: &Value) -> Vec<(String, Value)> {
    let Some(root) = body.as_object() else { return Vec::new() };
    let own = root.keys().filter_map(|name| turned(root, name));
    let objects = root.iter().filter_map(|(head, value)| Some((head, value.as_object()?)));
    let below = objects.flat_map(|(head, object)| {
        let inner = object.keys().filter_map(|name| turned(object, name));
        inner.map(|object| {
            let mut root = root.clone();
            root.insert(head.clone(), Value::Object(object));
            root
        })
    });
    let made = own.chain(below).map(Value::Object);
    let failed = made.filter_map(|body| Some((read(status, &Headers::new(), Some(&body)).said_at?, body)));
    failed.take(MOST).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_success_is_turned_at_its_own_flag() {
        for (body, places) in [
            (json!({"success": true, "data": {"n": 0}}), vec!["/success"]),
            (json!({"ok": true, "errors": [], "user": {"active": true}}), vec!["/ok"]),
            (json!({"data": null, "errors": []}), vec!["/errors"]),
            (json!({"code": 0, "msg": "ok"}), vec!["/code"]),
            (json!({"meta": {"error": false}, "rows": []}), vec!["/meta/error"]),
            (json!({"id": 1, "name": "x", "active": true, "tags": []}), vec![]),
            (json!([{"success": true}]), vec![]),
        ] {
            let made = failures(200, &body);
            assert_eq!(made.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), places, "{body}");
        }
    }
}
