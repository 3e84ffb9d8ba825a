//! Zoho's user update and Zendesk's bulk update, changed one thing at a time.

use super::*;

const HEADERS: &[(&str, &str)] = &[
    ("Server", "ZGS"),
    ("Date", "Tue, 11 May 2021 12:02:23 GMT"),
    ("Content-Type", "application/json;charset=utf-8"),
    ("Content-Length", "112"),
    ("X-Frame-Options", "SAMEORIGIN"),
    ("X-ACCESSTOKEN-RESET", "2021-05-11T12:57:36+00:00"),
    ("clientVersion", "4023320"),
    ("clientsubVersion", "4d8b6ee4f7d1d284c930a4e807480c5c"),
    ("Content-Language", "en-US"),
];

const SUCCESS: &str = r#"{"users": [{"code": "SUCCESS", "details": {"id": "738964000000291009"}, "message": "User updated", "status": "success"}]}"#;
const NOT_ALLOWED: &str = r#"{"users": [{"code": "EMAIL_UPDATE_NOT_ALOWED", "details": {"api_name": "email"}, "message": "Cannot update email", "status": "error"}]}"#;
const INVALID: &str = r#"{"users": [{"code": "INVALID_DATA", "details": {}, "message": "the id given seems to be invalid", "status": "error"}]}"#;
const REFUSED: &str = r#"{"code": "AUTHENTICATION_FAILURE", "details": {}, "message": "Authentication failed", "status": "error"}"#;

/// The examples: success first, two errors inside of 200, and a 401.
fn zoho(first: usize) -> World {
    let mut examples = vec![
        example(200, HEADERS, Some(SUCCESS)),
        example(200, HEADERS, Some(NOT_ALLOWED)),
        example(200, HEADERS, Some(INVALID)),
        example(401, HEADERS, Some(REFUSED)),
    ];
    examples.swap(0, first);
    World::of(examples)
}

fn on(world: &World, status: u16, body: &str) -> Vec<String> {
    lines(&world.findings(&answer(status, HEADERS, body.as_bytes())))
}

#[test]
fn the_saved_answers_are_as_documented() {
    for (first, status, body) in
        [(0, 200, SUCCESS), (1, 200, NOT_ALLOWED), (2, 200, INVALID), (3, 401, REFUSED)]
    {
        assert_eq!(on(&zoho(first), status, body), [] as [&str; 0], "{body}");
    }
}

#[test]
fn zoho_one_change_at_a_time() {
    let success = |from: &str, to: &str| on(&zoho(0), 200, &SUCCESS.replace(from, to));
    let none: [&str; 0] = [];
    assert_eq!(success("738964000000291009", "738964000009999999"), none);
    assert_eq!(success("User updated", "The user was updated"), none);
    assert_eq!(success(r#""SUCCESS""#, r#""QUEUED""#), ["breaking error.code_changed /users/*/code"]);
    assert_eq!(success(r#""code": "SUCCESS", "#, ""), ["breaking error.code_missing /users/*/code"]);
    assert_eq!(success(r#""SUCCESS""#, "null"), ["breaking error.code_missing /users/*/code"]);
    assert_eq!(
        success(r#""message": "User updated", "#, ""),
        ["breaking body.field.removed /users/*/message"]
    );
    assert_eq!(success(r#""message""#, r#""Message""#), ["breaking body.field.renamed /users/*/message"]);
    assert_eq!(success(r#""User updated""#, "7"), ["breaking body.type.changed /users/*/message"]);
    assert_eq!(success(r#""User updated""#, "null"), ["breaking body.null.appeared /users/*/message"]);
    assert_eq!(success(r#""738964000000291009""#, "738"), ["breaking body.type.changed /users/*/details/id"]);
    assert_eq!(success(r#""status""#, r#""more": 1, "status""#), ["info body.field.added /users/*/more"]);
    assert_eq!(
        success(r#""users""#, r#""people""#),
        ["breaking body.field.removed /users", "info body.field.added /people"]
    );
    assert_eq!(on(&zoho(0), 200, r#"{"users": []}"#), ["breaking error.code_missing /users/*/code"]);
    assert_eq!(on(&zoho(0), 200, "[]"), ["breaking body.root_type_changed "]);
    assert_eq!(on(&zoho(0), 200, ""), ["breaking body.became_empty "]);
    assert_eq!(on(&zoho(0), 200, "<html>"), ["breaking body.not_json "]);
    assert_eq!(on(&zoho(0), 202, SUCCESS), ["breaking status.changed "]);
}

#[test]
fn zoho_outcome_and_code() {
    assert_eq!(on(&zoho(0), 200, INVALID), ["breaking outcome.success_became_error /users/*/code"]);
    assert_eq!(on(&zoho(2), 200, SUCCESS), ["breaking outcome.error_became_success /users/*/code"]);
    assert_eq!(
        on(&zoho(2), 200, &INVALID.replace("INVALID_DATA", "BAD_DATA")),
        ["breaking error.code_changed /users/*/code"]
    );
    assert_eq!(
        on(&zoho(1), 200, &NOT_ALLOWED.replace("ALOWED", "ALLOWED")),
        ["breaking error.code_changed /users/*/code"]
    );
    assert_eq!(on(&zoho(0), 401, REFUSED), ["env env.auth "]);
    assert_eq!(on(&zoho(2), 401, REFUSED), ["env env.auth "]);
    assert_eq!(
        on(&zoho(3), 200, SUCCESS),
        ["breaking outcome.error_became_success /code", "breaking status.class_changed "]
    );
    // A member that one of the siblings shows is no news.
    assert_eq!(on(&zoho(2), 200, &INVALID.replace("{}", r#"{"api_name": "id"}"#)), [] as [&str; 0]);
}

#[test]
fn zoho_headers() {
    let without = |name: &str| {
        let headers: Vec<_> = HEADERS.iter().copied().filter(|(n, _)| *n != name).collect();
        lines(&zoho(0).findings(&answer(200, &headers, SUCCESS.as_bytes())))
    };
    let none: [&str; 0] = [];
    for free in ["Server", "Date", "Content-Length", "X-ACCESSTOKEN-RESET", "clientsubVersion"] {
        assert_eq!(without(free), none, "{free}");
    }
    assert_eq!(without("X-Frame-Options"), ["warning header.missing header:x-frame-options"]);
    assert_eq!(without("Content-Language"), ["breaking header.missing header:content-language"]);
    assert_eq!(without("Content-Type"), ["breaking media_type.changed header:content-type"]);
}

#[test]
fn zendesk_placeholders_are_claims_about_types() {
    let saved = r#"{"job_status": {"id": "<string>", "progress": "<integer>", "results": [{"id": "<integer>"}], "url": "<string>"}}"#;
    let world = World::json(saved);
    let none: [&str; 0] = [];
    assert_eq!(
        world.on(r#"{"job_status": {"id": "8b7", "progress": null, "results": [], "url": "u"}}"#),
        none
    );
    assert_eq!(
        world.on(r#"{"job_status": {"id": "8b7", "progress": "2", "results": [], "url": "u"}}"#),
        ["warning body.type.changed /job_status/progress"]
    );
    assert_eq!(
        world.on(r#"{"job_status": {"id": true, "progress": 2, "results": [{}], "url": "u"}}"#),
        [
            "breaking body.type.changed /job_status/id",
            "info body.field.undocumented_absence /job_status/results/*/id"
        ]
    );
    assert_eq!(world.on("{}"), ["breaking body.field.removed /job_status"]);
}
