//! The limits of compiling and validating.

use std::net::TcpListener;

use serde_json::json;

use super::*;

#[test]
fn a_reference_to_a_server_is_refused_and_never_fetched() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    server.set_nonblocking(true).unwrap();
    let url = format!("http://{}/x.json", server.local_addr().unwrap());
    assert!(Schema::compile(json!({"$ref": url})).is_err());
    assert!(Schema::compile(json!({"$schema": url})).is_err());
    assert!(server.accept().is_err(), "something connected");
}

#[test]
fn the_draft_that_is_named_holds() {
    let tuple = |draft: &str| json!({"$schema": draft, "items": [{"type": "string"}]});
    let old = Schema::compile(tuple("http://json-schema.org/draft-07/schema#")).unwrap();
    assert!(!old.accepts(&json!([1])));
    assert!(Schema::compile(tuple("https://json-schema.org/draft/2020-12/schema")).is_err());
}

#[test]
fn look_around_works_and_a_runaway_pattern_ends() {
    let schema = Schema::compile(json!({"pattern": "^(?!x)[a-z]+$"})).unwrap();
    assert!(schema.accepts(&json!("abc")) && !schema.accepts(&json!("xbc")));
    let runaway = Schema::compile(json!({"pattern": r"^(a*)*\1c"})).unwrap();
    let value = json!("a".repeat(60));
    let error = runaway.errors(&value).unwrap().next().unwrap();
    assert!(error.to_string().contains("backtracking"), "{error}");
}

#[test]
fn a_schema_that_refers_to_itself_ends() {
    for document in [
        json!({"$ref": "#"}),
        json!({"allOf": [{"$ref": "#"}]}),
        json!({"properties": {"a": {"$ref": "#"}}, "type": "object"}),
    ] {
        if let Ok(schema) = Schema::compile(document) {
            let _ = schema.accepts(&json!({"a": {"a": 1}}));
        }
    }
}

#[test]
fn big_numbers_stay_exact() {
    let schema = Schema::compile(json!({"type": "integer"})).unwrap();
    let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert!(schema.accepts(&value("123456789012345678901234567890")));
    assert!(!schema.accepts(&value("9007199254740993.5")));
    let _ = schema.accepts(&value("1e400"));
}
