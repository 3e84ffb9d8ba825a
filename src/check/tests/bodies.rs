//! Answers without a body, bodies that are no JSON, and what `ignore`, `volatile` and `exact`
//! say of codes and texts.

use super::*;
use crate::suite::Compare;

const BUSY: &str = r#"{"code": "BUSY", "status": "error", "message": "m"}"#;
const NONE: [&str; 0] = [];

fn json_headers() -> [(&'static str, &'static str); 1] {
    [("Content-Type", "application/json")]
}

#[test]
fn a_map_without_any_of_its_keys_is_another_object() {
    let rates = r#"{"USD":"United States Dollar","EUR":"Euro"}"#;
    let world = World::of([example(200, &[("Content-Type", "application/json")], Some(rates))]);
    let told = |body: &str| {
        lines(&world.findings(&answer(200, &[("Content-Type", "application/json")], body.as_bytes())))
    };
    assert_eq!(told(r#"{"message":"missing_app_id"}"#), ["breaking body.map.key_shape /{key}"]);
    assert_eq!(told(r#"{"CHF":"Swiss Franc","message":"x"}"#), ["warning body.map.key_shape /{key}"]);
    assert_eq!(told(r#"{"CHF":"Swiss Franc"}"#), Vec::<String>::new());
}

#[test]
fn a_map_in_which_every_example_has_something_must_have_some() {
    let told = |saved: &[&'static str], body: &str| {
        World::of(saved.iter().map(|saved| example(200, &json_headers(), Some(saved)))).on(body)
    };
    let empty = |at: &str| vec![format!("warning body.map.became_empty {at}")];
    let rates = r#"{"rates":{"EUR":1.1,"GBP":0.8}}"#;
    assert_eq!(told(&[rates], r#"{"rates":{}}"#), empty("/rates"));
    assert_eq!(told(&[rates, r#"{"rates":{"CHF":1.2}}"#], r#"{"rates":{}}"#), empty("/rates"));
    assert_eq!(told(&[r#"{"2024-01-02":7}"#], "{}"), empty(""));
    let users = r#"[{"by":{"738964000000291009":{"n":1}}},{"by":{"738964000000291010":{"n":1}}}]"#;
    assert_eq!(told(&[users], r#"[{"by":{}},{"by":{}}]"#), empty("/*/by"));
    assert_eq!(
        told(&[r#"{"a":{"1001":{"en-US":"x"},"1002":{"de-DE":"y"}}}"#], r#"{"a":{"1003":{}}}"#),
        empty("/a/{key}")
    );
    for (saved, body) in [
        (&[rates, r#"{"rates":{}}"#][..], r#"{"rates":{}}"#),
        (&[users, r#"[{"by":{}}]"#], r#"[{"by":{}}]"#),
        (&[r#"[{"by":{}},{"by":{"738964000000291009":{"n":1}}}]"#], r#"[{"by":{}}]"#),
        (&[rates], r#"{"rates":{"CHF":1.2}}"#),
        (&[r#"{"rates":{}}"#], r#"{"rates":{}}"#),
        (&[r#"{"a":{"additionalProp1":"string"}}"#], r#"{"a":{}}"#),
        (&[r#"{"rates":{"EUR":1.1,"GBP":0.8}}"#], r#"{"rates":{"EUR":1.1}}"#),
    ] {
        assert_eq!(told(saved, body), NONE, "{saved:?}: {body}");
    }
}

#[test]
fn what_an_error_says_in_its_body_is_not_asked_of_head() {
    let mut world = World::of([example(404, &json_headers(), Some(BUSY)), example(200, &[], Some(BUSY))]);
    world.method = Some("HEAD");
    assert_eq!(lines(&world.findings(&answer(404, &json_headers(), b""))), NONE);
    assert_eq!(lines(&check(&world.expectation(1), &answer(200, &[], b""))), NONE);
    let world = World::of([example(204, &[], Some(BUSY))]);
    assert_eq!(lines(&world.findings(&answer(204, &[], b""))), NONE);
}

#[test]
fn an_error_inside_of_a_success_that_is_unreadable_is_no_success() {
    let world = World::json(BUSY);
    assert_eq!(world.on(""), ["breaking body.became_empty "]);
    assert_eq!(world.on("<html>"), ["breaking body.not_json "]);
    assert_eq!(world.on(r#"{"code": "BU"#), ["breaking body.not_json "]);
    assert_eq!(world.on(r#"{"id": 1}"#), ["breaking outcome.error_became_success /code"]);
}

#[test]
fn codes_are_free_where_suite_toml_says_so() {
    let other = BUSY.replace("BUSY", "IDLE");
    let mut world = World::of([example(400, &json_headers(), Some(BUSY))]);
    let on =
        |world: &World, body: &str| lines(&world.findings(&answer(400, &json_headers(), body.as_bytes())));
    assert_eq!(on(&world, &other), ["breaking error.code_changed /code"]);
    world.rules.volatile = vec!["/code".to_owned()];
    assert_eq!(on(&world, &other), NONE);
    let number = BUSY.replace("\"BUSY\"", "7");
    assert_eq!(on(&world, &number), ["breaking body.type.changed /code"], "the kind is checked");
    world.rules.volatile.clear();
    world.rules.ignore = vec!["/code".to_owned()];
    assert_eq!(on(&world, &number), NONE);
    assert_eq!(on(&world, r#"{"status": "error", "message": "m"}"#), NONE);
}

#[test]
fn texts_are_compared_where_values_are() {
    for (media, saved) in [("text/csv", "id,name\r\n1,Ann\n"), ("text/xml", "<a>\r\n  <b>1</b>\n</a>")] {
        let headers = [("Content-Type", media)];
        let mut world = World::of([example(200, &headers, Some(saved))]);
        let on = |world: &World, body: &str| lines(&world.findings(&answer(200, &headers, body.as_bytes())));
        let other = saved.replace('1', "2");
        assert_eq!(on(&world, &other), NONE);
        world.rules.compare = Compare::Exact;
        assert_eq!(on(&world, &saved.replace("\r\n", "\n")), NONE);
        assert_eq!(on(&world, &other), ["breaking body.value.changed "]);
    }
    let mut world = World::of([example(200, &[], Some("<string>"))]);
    world.rules.compare = Compare::Exact;
    assert_eq!(lines(&world.findings(&answer(200, &[], b"anything"))), NONE);
}

#[test]
fn an_array_that_always_had_items_and_comes_without_is_a_hint() {
    let world = World::json(r#"{"users": [{"id": 1, "tags": []}]}"#);
    let found = world.findings(&answer(200, &json_headers(), br#"{"users": []}"#));
    assert_eq!(lines(&found), ["warning body.array.became_empty /users"]);
    assert_eq!((found[0].expected.as_str(), found[0].actual.as_str()), ("1 item", "no items"));
    assert_eq!(world.on(r#"{"users": [{"id": 1, "tags": []}]}"#), NONE);
    let bulk = World::of([
        example(200, &json_headers(), Some(r#"{"users": [{"code": "OK", "status": "success"}]}"#)),
        example(200, &json_headers(), Some(r#"{"users": [{"code": "BAD", "status": "error"}]}"#)),
    ]);
    assert_eq!(bulk.on(r#"{"users": []}"#), ["breaking error.code_missing /users/*/code"]);
}
