//! Schema files written by people, in the drafts that they write them in.

use serde_json::json;

use super::*;

const NONE: [&str; 0] = [];

fn with(schema: &Value) -> World {
    World::json("{}").with_file("item/200.schema.json", &schema.to_string())
}

#[test]
fn every_draft_is_read_by_its_own_rules() {
    for (draft, exclusive) in [
        ("http://json-schema.org/draft-04/schema#", json!({"maximum": 3, "exclusiveMaximum": true})),
        ("http://json-schema.org/draft-06/schema#", json!({"exclusiveMaximum": 3})),
        ("http://json-schema.org/draft-07/schema#", json!({"exclusiveMaximum": 3})),
        ("https://json-schema.org/draft/2019-09/schema", json!({"exclusiveMaximum": 3})),
        ("https://json-schema.org/draft/2020-12/schema", json!({"exclusiveMaximum": 3})),
    ] {
        let schema = json!({
            "$schema": draft, "type": "object", "required": ["n"],
            "properties": {"n": exclusive, "list": {"$ref": "#/definitions/list"}},
            "definitions": {"list": {"type": "array", "items": {"type": "string"}}},
        });
        let world = with(&schema);
        assert_eq!(world.on(r#"{"n": 2, "list": ["a"]}"#), NONE, "{draft}");
        assert_eq!(
            world.on(r#"{"n": 3, "list": [1]}"#),
            ["breaking body.type.changed /list/*", "breaking schema.violation /n"],
            "{draft}"
        );
        assert_eq!(world.on("{}"), ["breaking body.field.removed /n"], "{draft}");
    }
}

#[test]
fn marks_hold_behind_references_too() {
    let schema = json!({
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/hint"}, "n": {"$ref": "#/$defs/claim"}},
        "$defs": {
            "hint": {"type": "string", "pattern": "^[a-z]+$", "x-level": "warning"},
            "claim": {"type": "integer", "x-from": "documentation"},
        },
    });
    assert_eq!(
        with(&schema).on(r#"{"a": "A", "n": "1"}"#),
        ["warning body.format.changed /a", "warning body.type.changed /n"]
    );
}

#[test]
fn other_rules_are_told_by_their_keyword() {
    let schema = json!({
        "type": "object",
        "properties": {
            "size": {"minimum": 1},
            "tags": {"uniqueItems": true, "maxItems": 2},
            "kind": {"not": {"const": "x"}},
            "never": false,
            "one": {"oneOf": [{"type": "integer"}, {"minimum": 3}]},
        },
        "dependentRequired": {"size": ["unit"]},
    });
    let body = r#"{"size": 0, "tags": [1, 1, 2], "kind": "x", "never": 1, "one": 5}"#;
    let found =
        with(&schema).findings(&answer(200, &[("Content-Type", "application/json")], body.as_bytes()));
    let told: Vec<String> =
        found.iter().map(|f| format!("{} {}: {} | {}", f.id, f.at, f.expected, f.actual)).collect();
    let wanted = [
        "body.field.removed /unit: `unit` | absent",
        "schema.violation /size: at least 1 | 0",
        "schema.violation /tags: at most 2 items | 3 items",
        "schema.violation /kind: not {\"const\":\"x\"} | \"x\"",
        "schema.violation /never: no value at all | 1",
        "schema.violation /one: exactly one of 2 schemas | 5",
    ];
    assert_eq!(told, wanted);
}

#[test]
fn an_error_inside_of_a_success_has_a_file_of_its_own() {
    let error = r#"{"code": "BUSY", "status": "error", "message": "m"}"#;
    let world = World::json(error)
        .with_file("item/200.schema.json", "false")
        .with_file("item/200.error.schema.json", r#"{"required": ["retry"]}"#);
    assert_eq!(world.on(error), ["breaking body.field.removed /retry"]);
    let mut world = World::of([example(200, &[], Some("{}"))])
        .with_file("item/default.schema.json", r#"{"required": ["id"]}"#);
    assert_eq!(world.on("{}"), NONE, "the default is for examples without a code");
    Arc::get_mut(&mut world.examples[0]).unwrap().code = None;
    assert_eq!(world.on("{}"), ["breaking body.field.removed /id"]);
}

/// A person's schema need not speak of items: those that the example shows are no news.
#[test]
fn items_that_the_example_shows_are_not_the_first_ones() {
    let on = |example: &str, schema: &str, body: &str| {
        World::json(example).with_file("item/200.schema.json", schema).on(body)
    };
    for schema in [r#"{"type": ["array", "object"]}"#, r#"{"properties": {"a": {"type": "array"}}}"#] {
        for (example, grown) in [("[1]", "[1, 2]"), (r#"{"a": [1]}"#, r#"{"a": [1, 2]}"#)] {
            assert_eq!(on(example, schema, example), NONE, "{schema} {example}");
            assert_eq!(on(example, schema, grown), NONE, "{schema} {example}");
        }
    }
    assert_eq!(on("[]", r#"{"type": "array"}"#, "[1]"), ["info body.array.first_items "]);
}
