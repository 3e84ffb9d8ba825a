//! Answers that say by themselves that they failed, and what else is compared with what the
//! examples show: texts, codes in several header fields, arrays that may be empty.

use super::*;
use crate::suite::Compare;

const NONE: [&str; 0] = [];

#[test]
fn an_error_for_a_success_is_found_and_the_reverse() {
    for (success, failure, at) in [
        (r#"{"success": true, "message": "m"}"#, r#"{"success": false, "message": "m"}"#, "/success"),
        (r#"{"ok": true}"#, r#"{"ok": false, "error": "not_authed"}"#, "/error"),
        (r#"{"data": {}, "errors": []}"#, r#"{"data": {}, "errors": [{"message": "m"}]}"#, "/errors"),
        (r#"{"error": null, "data": [1]}"#, r#"{"error": "no such user", "data": [1]}"#, "/error"),
        (r#"{"errcode": 0, "errmsg": "ok"}"#, r#"{"errcode": 40013, "errmsg": "m"}"#, "/errcode"),
        (r#"{"code": 0, "msg": "ok", "data": {}}"#, r#"{"code": 1234, "msg": "m", "data": {}}"#, "/code"),
        (r#"{"meta": {"code": 200}}"#, r#"{"meta": {"code": 401}}"#, "/meta/code"),
    ] {
        assert_eq!(World::json(success).on(failure), [format!("breaking outcome.success_became_error {at}")]);
        assert_eq!(World::json(failure).on(success), [format!("breaking outcome.error_became_success {at}")]);
        assert_eq!(World::json(success).on(success), NONE);
        assert_eq!(World::json(failure).on(failure), NONE);
    }
}

#[test]
fn what_an_example_leaves_open_says_nothing() {
    let world = World::json(r#"{"success": "<boolean>", "message": "<string>"}"#);
    assert_eq!(world.on(r#"{"success": false, "message": "no"}"#), NONE);
    let mut world = World::json(r#"{"success": true}"#);
    world.rules.volatile = vec!["/success".to_owned()];
    assert_eq!(world.on(r#"{"success": false}"#), NONE);
    world.rules = CaseSettings { ignore: vec!["/success".to_owned()], ..CaseSettings::default() };
    assert_eq!(world.on(r#"{"success": false}"#), NONE);
}

#[test]
fn a_member_that_came_in_addition_makes_no_success_of_an_error() {
    let world = World::json(r#"{"status": "error", "message": "no such user"}"#);
    assert_eq!(
        world.on(r#"{"status": "error", "message": "no", "server": "a7"}"#),
        ["info body.field.added /server"]
    );
    assert_eq!(
        world.on(r#"{"status": "active", "message": "no", "server": "a7"}"#),
        ["breaking outcome.error_became_success /status"]
    );
}

#[test]
fn what_the_example_of_a_success_says_too_is_no_error() {
    let world = World::json(r#"{"error": "disk full", "host": "a7", "code": 1, "msg": "success"}"#);
    assert_eq!(world.on(r#"{"error": "disk full", "host": "", "code": 1, "msg": "success"}"#), NONE);
    assert_eq!(
        World::json(r#"{"code": 1, "msg": "success"}"#).on(r#"{"code": 1234, "msg": "bad"}"#),
        ["breaking outcome.success_became_error /code"]
    );
}

#[test]
fn a_text_is_compared_also_where_it_is_volatile() {
    let text = [("Content-Type", "text/plain")];
    let on = |saved: &str, arrived: &str| {
        let mut world = World::of([example(200, &text, Some(saved))]);
        world.rules.compare = Compare::Exact;
        lines(&world.findings(&answer(200, &text, arrived.as_bytes())))
    };
    let changed = ["breaking body.value.changed "];
    let token = "b7Kq2ZpR9sTw4VxY1mNc";
    for (saved, other, alike) in [
        ("2021-05-11T12:57:36Z", "not found", "2026-01-02T03:04:05+01:00"),
        (token, "2021-05-11T12:57:36Z", "Zz9Kq2ZpR9sTw4VxY1mNc"),
        ("123456789012", "none", "999999999999"),
    ] {
        assert_eq!(on(saved, other), changed, "{saved}");
        assert_eq!(on(saved, alike), NONE, "{saved}");
    }
    assert_eq!(on("a text", "another"), changed);
}

#[test]
fn of_several_header_fields_with_a_code_the_first_counts() {
    let both = |second| {
        let fields = [("X-Amzn-ErrorType", "NotFoundException"), ("X-Amzn-ErrorType", second)];
        [fields[0], fields[1], ("Content-Type", "application/json")]
    };
    let world = World::of([example(404, &both("Other:http://x/"), Some("{}"))]);
    assert_eq!(lines(&world.findings(&answer(404, &both("Other:http://x/"), b"{}"))), NONE);
    let swapped = [both("Other")[1], both("Other")[0], ("Content-Type", "application/json")];
    let found = lines(&world.findings(&answer(404, &swapped, b"{}")));
    assert!(found.contains(&"breaking error.code_changed header:x-amzn-errortype".to_owned()), "{found:?}");
}

#[test]
fn an_array_that_another_example_has_empty_may_be_empty() {
    let json = [("Content-Type", "application/json")];
    let full = example(200, &json, Some(r#"{"users": [{"tags": ["a"]}]}"#));
    let empty = |body: &'static str| example(200, &json, Some(body));
    let on = |other: &'static str, body: &str| World::of([Arc::clone(&full), empty(other)]).on(body);
    assert_eq!(on(r#"{"users": []}"#, r#"{"users": []}"#), NONE);
    let became_empty = ["warning body.array.became_empty /users/*/tags"];
    let many = format!(r#"{{"users": [{}]}}"#, vec![r#"{"tags": []}"#; 1000].join(","));
    assert_eq!(on(r#"{"users": []}"#, &many), became_empty);
    assert_eq!(on(r#"{"users": [{"tags": []}]}"#, &many), NONE);
    assert_eq!(World::of([full]).on(r#"{"users": []}"#), ["warning body.array.became_empty /users"]);
}

#[test]
fn one_more_error_is_no_other_code() {
    let json = [("Content-Type", "application/json")];
    let on = |saved: &str, arrived: &str| {
        lines(&World::of([example(422, &json, Some(saved))]).findings(&answer(
            422,
            &json,
            arrived.as_bytes(),
        )))
    };
    let errors = |codes: &[&str]| {
        let all: Vec<_> = codes.iter().map(|code| format!(r#"{{"code":"{code}","title":"t"}}"#)).collect();
        format!(r#"{{"errors":[{}]}}"#, all.join(","))
    };
    let changed = ["breaking error.code_changed /errors/*/code"];
    assert_eq!(on(&errors(&["blank"]), &errors(&["blank", "long"])), NONE);
    assert_eq!(on(&errors(&["blank"]), &errors(&["long", "blank"])), changed, "the first one counts");
    assert_eq!(on(&errors(&["blank", "long"]), &errors(&["blank", "short"])), changed, "one is another");
    assert_eq!(on(&errors(&["blank"]), &errors(&["long"])), changed);
    let salesforce = r#"[{"errorCode":"A","message":"m"}]"#;
    assert_eq!(on(salesforce, r#"[{"errorCode":"A","message":"m"},{"errorCode":"B","message":"m"}]"#), NONE);
    assert_eq!(
        on(
            r#"{"users":[{"code":"A","message":"m","status":"error"}]}"#,
            r#"{"users":[{"code":"A","message":"m","status":"error"},{"code":"B","message":"m","status":"error"}]}"#
        ),
        ["breaking error.code_changed /users/*/code"],
        "each part of a request has a code of its own"
    );
}
