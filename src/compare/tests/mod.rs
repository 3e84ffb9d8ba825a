//! The room as a whole: forms of recorded answers, requests, collections, and real examples.

mod corpus;
pub(in crate::compare) mod mutations;
mod placeholders;
mod recorded;
mod requests;

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::postman::{Collection, Example, read as postman};

/// The answers that a file with this text holds.
fn answers_in(text: &str) -> Result<Vec<Arc<Example>>, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("answer.json");
    std::fs::write(&file, text).unwrap();
    match read(&file) {
        Ok(Side::Answers(answers)) => Ok(answers),
        Ok(Side::Collection(_)) => Err("a collection".to_owned()),
        Err(error) => Err(error.to_string().replace(&*file.to_string_lossy(), "F")),
    }
}

/// `severity id at` of every difference, with the case where there is one.
fn lines(comparison: &Comparison) -> Vec<String> {
    let line = |difference: &Difference| {
        let Finding { severity, id, at, .. } = &difference.finding;
        let case = difference.case.as_ref().map(|case| format!("{case}: ")).unwrap_or_default();
        format!("{case}{severity} {id} {at}").trim_end().to_owned()
    };
    comparison.differences.iter().map(line).collect()
}

/// What differs between an old answer (or a list of them) and a new one.
fn differing(old: &Value, new: &Value, values: bool) -> Vec<String> {
    let (old, new) = (answers_in(&old.to_string()).unwrap(), answers_in(&new.to_string()).unwrap());
    lines(&answers(&old, &new[0], values).unwrap())
}

/// A collection of these items.
fn collection(items: &Value) -> Collection {
    let text = json!({"info": {"name": "s"}, "item": items}).to_string();
    postman::collection_from(Path::new("s.json"), text.as_bytes()).unwrap()
}

/// An item with these examples; each sends the item's request.
fn item(name: &str, examples: &[(&str, u16, &str)]) -> Value {
    let request = json!({"method": "GET", "url": "https://api.example.com/a"});
    let response = |(name, code, body): &(&str, u16, &str)| {
        json!({"name": name, "code": code, "body": body, "originalRequest": request,
            "header": [{"key": "Content-Type", "value": "application/json"}]})
    };
    json!({"name": name, "request": request, "response": examples.iter().map(response).collect::<Vec<_>>()})
}

fn between(old: &Value, new: &Value) -> Vec<String> {
    lines(&collections(&collection(old), &collection(new), false).unwrap())
}

#[test]
fn examples_come_go_change_and_are_renamed() {
    let old = json!([
        item("Get", &[("ok", 200, r#"{"id": 1}"#), ("none", 404, r#"{"code": "NO", "message": "m"}"#)]),
        item("Put", &[("kept", 200, r#"{"a": 1}"#), ("old name", 201, r#"{"b": 1}"#)]),
        item("Bare", &[]),
        {"name": "Users", "item": [item("Gone", &[])]},
    ]);
    let new = json!([
        item(
            "Put",
            &[("new name", 201, r#"{ "b": 1 }"#), ("kept", 200, r#"{"a": 1}"#), ("fresh", 200, "{}")]
        ),
        item("Get", &[("ok", 200, r#"{"id": "1"}"#)]),
        item("Bare", &[("ok", 200, "{}")]),
        item("Came", &[]),
    ]);
    assert_eq!(
        between(&old, &new),
        [
            "get::ok: breaking body.type.changed /id",
            "get::none: warning case.gone",
            "get::none: warning error.code_gone /code",
            "put::old_name: info case.renamed",
            "users::gone: warning case.gone",
            "put::fresh: breaking body.field.removed /a",
            "put::fresh: info case.new",
            "bare::ok: info case.new",
            "came: info case.new",
        ]
    );
    assert_eq!(between(&old, &old), [""; 0]);
}

#[test]
fn an_example_that_documents_or_sends_something_else_is_not_renamed() {
    let old = json!([item("Get", &[("a", 200, r#"{"id": 1}"#)])]);
    for (code, body) in [(201, r#"{"id": 1}"#), (200, r#"{"id": 2}"#)] {
        let new = json!([item("Get", &[("b", code, body)])]);
        assert_eq!(between(&old, &new), ["get::a: warning case.gone", "get::b: info case.new"]);
    }
    let mut new = json!([item("Get", &[("b", 200, r#"{"id": 1}"#)])]);
    new[0]["response"][0]["originalRequest"]["method"] = "POST".into();
    assert_eq!(between(&old, &new), ["get::a: warning case.gone", "get::b: info case.new"]);
}

#[test]
fn the_old_examples_of_a_request_are_one_contract() {
    let old = json!([item("Get", &[("a", 200, r#"{"id": 1, "n": 1}"#), ("b", 200, r#"{"id": 2}"#)])]);
    let new = json!([item("Get", &[("a", 200, r#"{"id": 1}"#), ("b", 200, r#"{"id": 2}"#)])]);
    assert_eq!(between(&old, &new), [""; 0], "one old example is without it");
}

#[test]
fn a_new_example_is_held_against_those_of_its_status_and_outcome() {
    let old = json!([item(
        "Get",
        &[("ok", 200, r#"{"id": 5, "n": "x"}"#), ("no", 404, r#"{"code": "A", "message": "m", "at": 1}"#)]
    )]);
    let with = |name: &str, code: u16, body: &str| {
        let mut new = old.clone();
        let more = item("Get", &[(name, code, body)])["response"][0].clone();
        new[0]["response"].as_array_mut().unwrap().push(more);
        between(&old, &new)
    };
    let came = "get::more: info case.new";
    assert_eq!(
        with("more", 200, r#"{"id": "5"}"#),
        ["get::more: breaking body.field.removed /n", "get::more: breaking body.type.changed /id", came]
    );
    assert_eq!(with("more", 200, r#"{"id": 6, "n": "y"}"#), [came]);
    // Another code is why it was added; what else its kind of error has is there still.
    assert_eq!(with("more", 404, r#"{"code": "B", "message": "n", "at": 2}"#), [came]);
    assert_eq!(
        with("more", 404, r#"{"code": "B", "message": "n"}"#),
        ["get::more: breaking body.field.removed /at", came]
    );
    // Of another kind than all.
    assert_eq!(with("more", 200, r#"{"status": "error", "code": "B", "message": "n"}"#), [came]);
    assert_eq!(with("more", 201, r#"{"made": true}"#), [came]);
    // Renamed, and another body.
    let new = json!([item("Get", &[("fine", 200, r#"{"id": "5"}"#), ("no", 404, "{}")])]);
    assert!(between(&old, &new).contains(&"get::fine: breaking body.type.changed /id".to_owned()));
}

#[test]
fn an_example_that_took_the_place_of_another_one_is_held_against_it() {
    let (flat, deep) = (r#"{"code": "NF", "message": "m"}"#, r#"{"error": {"code": "NF", "message": "m"}}"#);
    let old = json!([item("Get", &[("ok", 200, r#"{"id": 5}"#), ("no", 404, flat)])]);
    let on = |all: &[(&str, u16, &str)]| {
        let found = between(&old, &json!([item("Get", all)]));
        found.into_iter().filter(|line| line.contains("breaking")).collect::<Vec<_>>()
    };
    let ok = ("ok", 200, r#"{"id": 5}"#);
    let moved = "breaking error.location_changed /code";
    assert_eq!(on(&[ok, ("not found", 404, deep)]), [format!("get::not_found: {moved}")]);
    assert_eq!(on(&[ok, ("no", 404, flat), ("more", 404, deep)]), [format!("get::more: {moved}")]);
    assert_eq!(on(&[ok, ("more", 404, r#"{"code": "GONE", "message": "m"}"#)]), [""; 0]);
    assert_eq!(on(&[ok, ("more", 410, deep)]), [""; 0], "another status");
    assert!(
        on(&[ok, ("more", 404, r#"{"message": "m"}"#)])
            .contains(&"get::more: breaking error.code_missing /code".to_owned())
    );
    let failed = r#"{"success": false, "error": "no"}"#;
    let turned = "get::answer: breaking outcome.success_became_error /error";
    assert_eq!(on(&[("answer", 200, failed), ("no", 404, flat)]), [turned]);
    assert_eq!(on(&[ok, ("answer", 200, failed), ("no", 404, flat)]), [""; 0], "beside the success");
    assert_eq!(on(&[("fine", 200, r#"{"id": 6}"#), ("answer", 200, failed), ("no", 404, flat)]), [""; 0]);
    assert_eq!(on(&[("answer", 202, failed), ("no", 404, flat)]), [""; 0], "another status");
}

#[test]
fn a_kind_of_error_that_is_documented_stays_one() {
    let (flat, deep) = (r#"{"code": "NF", "message": "m"}"#, r#"{"error": {"code": "NF", "message": "m"}}"#);
    let old = json!([item("Get", &[("a", 404, flat), ("b", 404, deep)])]);
    let other = r#"{"error": {"code": "GONE", "message": "m"}}"#;
    let new = json!([item("Get", &[("a", 404, flat), ("b", 404, deep), ("c", 404, other)])]);
    assert_eq!(between(&old, &new), ["get::c: info case.new"]);
}

#[test]
fn an_example_without_header_fields_says_nothing_of_them() {
    let old = json!([item("Get", &[("a", 200, r#"{"id": 1}"#)])]);
    let mut new = old.clone();
    new[0]["response"][0]["header"] = json!([]);
    assert_eq!(between(&old, &new), [""; 0]);
    new[0]["response"][0]["body"] = r#"{"id": "1"}"#.into();
    assert_eq!(between(&old, &new), ["get::a: breaking body.type.changed /id"]);
    new[0]["response"][0]["header"] = json!([{"key": "X-Other", "value": "1"}]);
    assert!(
        between(&old, &new).contains(&"get::a: breaking media_type.changed header:content-type".to_owned())
    );
}

#[test]
fn a_status_that_says_something_of_an_environment_is_documented_here() {
    let old = json!([item("Get", &[("a", 200, "{}"), ("b", 200, "{}")])]);
    let new = json!([item("Get", &[("a", 401, "{}"), ("b", 503, "{}")])]);
    let found = between(&old, &new);
    for case in ["a", "b"] {
        let wanted = format!("get::{case}: breaking status.class_changed");
        assert!(found.contains(&wanted), "{found:?}");
    }
    assert!(!found.iter().any(|line| line.contains("env")), "{found:?}");
}

#[test]
fn a_status_that_only_one_of_them_has_is_all_that_is_told_of_it() {
    let with = json!([item("Get", &[("a", 404, r#"{"id": 1}"#)])]);
    let mut without = with.clone();
    without[0]["response"][0].as_object_mut().unwrap().remove("code");
    assert_eq!(between(&with, &without), ["get::a: warning status.changed"]);
    assert_eq!(between(&without, &with), ["get::a: info status.changed"]);
    assert_eq!(between(&without, &without), [""; 0]);
}

#[test]
fn a_result_code_that_moved_to_another_example_is_not_lost() {
    let error = r#"{"code": "NO", "message": "m"}"#;
    let old = json!([item("Get", &[("a", 404, error), ("b", 404, error)])]);
    let new = json!([item("Get", &[("b", 404, error), ("c", 400, error)])]);
    assert_eq!(between(&old, &new), ["get::a: warning case.gone", "get::c: info case.new"]);
}
