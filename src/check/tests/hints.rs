//! What the examples only suggest (formats, ids, lists, names of maps), names that are twice, and
//! faults of schemas.

use super::*;

const NONE: [&str; 0] = [];

#[test]
fn formats_ids_and_lists_are_warnings() {
    let mut world = World::json(
        r#"{"id": "738964000000291009", "at": "2021-05-11T12:57:36Z", "type": "card", "n": null}"#,
    );
    assert_eq!(
        world.on(r#"{"id": "9", "at": "2026-01-01T00:00:00.5+02:00", "type": "card", "n": null}"#),
        NONE
    );
    let changed = r#"{"id": "x9", "at": "", "type": "bank", "n": [1]}"#;
    assert_eq!(
        world.on(changed),
        [
            "info body.null.resolved /n",
            "warning body.enum.new_value /type",
            "warning body.format.changed /id",
            "warning body.string.became_empty /at",
        ]
    );
    let found = world.findings(&answer(200, &[("Content-Type", "application/json")], changed.as_bytes()));
    let told: Vec<_> = found.iter().map(|f| format!("{}: {} | {}", f.at, f.expected, f.actual)).collect();
    assert!(told.contains(&r#"/id: digits | "x9""#.to_owned()), "{told:?}");
    assert!(told.contains(&r#"/type: one of the known values "card" | "bank""#.to_owned()), "{told:?}");
    world.rules.volatile = ["/id", "/at", "/type"].map(str::to_owned).into();
    assert_eq!(world.on(changed), ["info body.null.resolved /n"]);
    assert_eq!(
        world.on(r#"{"id": 7, "at": "", "type": "bank", "n": 1}"#)[0],
        "breaking body.type.changed /id"
    );
}

#[test]
fn a_format_by_hand_counts_in_full() {
    let world = World::json("{}").with_file(
        "item/200.schema.json",
        r#"{"properties": {"day": {"format": "date"}, "m": {"propertyNames": {"maxLength": 2}}}}"#,
    );
    for odd in ["2021-05-1+", "2021-02-30", "2021-5-11"] {
        assert_eq!(world.on(&format!(r#"{{"day": "{odd}"}}"#)), ["breaking body.format.changed /day"]);
    }
    assert_eq!(world.on(r#"{"day": ""}"#), ["breaking body.string.became_empty /day"]);
    assert_eq!(
        world.on(r#"{"day": "2021-05-11", "m": {"abc": 1}}"#),
        ["breaking body.map.key_shape /m/{key}"]
    );
}

/// Where a person's schema counts the members itself, it alone speaks.
#[test]
fn a_map_is_missed_once() {
    let on = |more: &str| {
        let schema =
            format!(r#"{{"properties":{{"m":{{"additionalProperties":{{"type":"integer"}}{more}}}}}}}"#);
        World::json(r#"{"m":{"a":1}}"#).with_file("item/200.schema.json", &schema).on(r#"{"m":{}}"#)
    };
    assert_eq!(on(""), ["warning body.map.became_empty /m"]);
    assert_eq!(on(r#","minProperties":1"#), ["breaking schema.violation /m"]);
    assert_eq!(on(r#","properties":{"a":{}}"#), Vec::<String>::new());
}

#[test]
fn keys_of_a_map_are_one_place() {
    let world = World::json(r#"{"m": {"738964000000291009": {"n": 1}}}"#);
    assert_eq!(world.on(r#"{"m": {"1": {"n": 1}, "2": {"n": 3}}}"#), NONE);
    assert_eq!(world.on(r#"{"m": {}}"#), ["warning body.map.became_empty /m"]);
    assert_eq!(
        world.on(r#"{"m": {"1": {"n": "a"}, "2": {"n": "b", "x": 1}, "3": {}, "four": {"n": 4}}}"#),
        [
            "breaking body.field.removed /m/{key}/n",
            "breaking body.type.changed /m/{key}/n",
            "info body.field.added /m/{key}/x",
            "warning body.map.key_shape /m/{key}",
        ]
    );
}

#[test]
fn a_placeholder_of_the_case_claims_no_value() {
    let world = World::of([
        example(200, &[], Some(r#"{"id": 5, "status": "<string>", "name": "Ann", "city": "Ulm"}"#)),
        example(200, &[], Some(r#"{"id": 5, "status": "open", "name": "Ann", "city": "Ulm"}"#)),
    ]);
    let body = r#"{"id": 5, "status": "shut", "name": "Ann", "city": "Ulm"}"#;
    assert_eq!(lines(&check(&world.expectation(0), &answer(200, &[], body.as_bytes()))), NONE);
}

#[test]
fn a_name_that_is_twice_is_told_unless_the_example_does_it_too() {
    let world = World::json(r#"{"u": [{"id": 1}], "a/b": 1}"#);
    let body = r#"{"u": [{"id": 1, "id": 2}, {"id": 1, "id": 3}], "a/b": 1, "a/b": 2}"#;
    assert_eq!(world.on(body), ["warning lint.duplicate_key /a~1b", "warning lint.duplicate_key /u/*/id"]);
    let found = world.findings(&answer(200, &[("Content-Type", "application/json")], body.as_bytes()));
    assert_eq!(
        (found[0].expected.as_str(), found[0].actual.as_str()),
        ("`a/b` once", "twice or more in one object")
    );
    let mut same = World::json(r#"{"u": [{"id": 1, "id": "x"}], "a/b": 1}"#);
    assert_eq!(same.on(r#"{"u": [{"id": 1, "id": 2}], "a/b": 1}"#), NONE, "both values count");
    same.rules.ignore = vec!["/a~1b".to_owned()];
    assert_eq!(same.on(r#"{"u": [{"id": "y"}], "a/b": 1, "a/b": 2}"#), NONE);
}

#[test]
fn findings_name_places_behind_references_to_other_files() {
    let world = World::json(r#"{"users": []}"#)
        .with_file("item/200.schema.json", r#"{"properties": {"users": {"items": {"$ref": "../user.schema.json#/$defs/user"}}}}"#)
        .with_file(
            "user.schema.json",
            r##"{"$defs": {"user": {"properties": {"id": {"$ref": "#/$defs/id"}, "boss": {"$ref": "user.schema.json#/$defs/user"}}},
                "id": {"type": "string", "pattern": "^[0-9]+$", "x-level": "warning"}}}"##,
        );
    assert_eq!(
        world.on(r#"{"users": [{"id": "x", "boss": {"id": 7, "new": 1}}]}"#),
        [
            "breaking body.type.changed /users/*/boss/id",
            "info body.field.added /users/*/boss/new",
            "warning body.format.changed /users/*/id",
        ]
    );
}

#[test]
fn a_pattern_that_never_ends_is_the_fault_of_its_file() {
    let world = World::json("{}")
        .with_file("item/200.schema.json", r#"{"properties": {"a": {"$ref": "../word.schema.json"}}}"#)
        .with_file("word.schema.json", r#"{"type": "string", "pattern": "^(a*)*\\1c"}"#);
    let body = format!(r#"{{"a": "{}"}}"#, "a".repeat(60));
    let found = world.findings(&answer(200, &[("Content-Type", "application/json")], body.as_bytes()));
    assert_eq!(lines(&found), ["env schema.violation /a"]);
    assert!(found[0].actual.starts_with("word.schema.json /pattern: "), "{}", found[0].actual);
    assert!(found[0].hint.as_ref().is_some_and(|hint| hint.contains("nested repetition")));
}
