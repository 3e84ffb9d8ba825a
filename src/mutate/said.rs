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
const CHANGED: &str = "failed: changed by uphold";

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
    let said_at = |body: &Value| read(status, &Headers::new(), Some(body)).said_at;
    let Some(root) = body.as_object() else { return Vec::new() };
    let own = std::iter::once((None, root));
    let below = root.iter().filter_map(|(head, value)| Some((Some(head.as_str()), value.as_object()?)));
    let turned = own.chain(below).flat_map(|(head, object)| {
        let members = object.iter().filter_map(|(name, value)| Some((name, turned(value)?)));
        members.map(move |(name, other)| (head, object, name, other))
    });
    let failed = turned.filter_map(|(head, object, name, other)| {
        // The body is copied only where the member alone would say so.
        let alone = json!({ "message": CHANGED, name.as_str(): other });
        said_at(&match head {
            Some(head) => json!({ head: alone }),
            None => alone,
        })?;
        let body = with(body, head, object, (name, other));
        Some((said_at(&body)?, body))
    });
    failed.take(MOST).collect()
}

/// What says failure in the place of a value that says success.
fn turned(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(flag) => Some(json!(!flag)),
        Value::Number(number) if number.as_f64() == Some(0.0) => Some(json!(40_013)),
        Value::Array(items) if items.is_empty() => Some(json!([{ "message": CHANGED }])),
        Value::String(text) if text.eq_ignore_ascii_case("success") => Some(json!("error")),
        Value::String(text) if text == "OK" => Some(json!("REQUEST_DENIED")),
        _ => None,
    }
}

/// The body with another value for a member of one of its objects; what is told beside it is no success
/// any more.
fn with(
    body: &Value,
    head: Option<&str>,
    object: &Map<String, Value>,
    (name, other): (&str, Value),
) -> Value {
    let mut changed = object.clone();
    for text in ["message", "msg"] {
        if let Some(Value::String(text)) = changed.get_mut(text) {
            CHANGED.clone_into(text);
        }
    }
    changed.insert(name.to_owned(), other);
    match (head, body.as_object()) {
        (Some(head), Some(root)) => {
            let mut root = root.clone();
            root.insert(head.to_owned(), Value::Object(changed));
            Value::Object(root)
        }
        _ => Value::Object(changed),
    }
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
