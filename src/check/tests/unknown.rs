//! Codes that no example documents, and what is said of those that one does.

use super::*;

const JSON: [(&str, &str); 1] = [("Content-Type", "application/json")];

/// Examples with names, all of one item; the first is the one that is asked for.
fn suite(examples: &[(&str, u16, &str)]) -> World {
    World::of(examples.iter().map(|(name, status, body)| {
        let mut one = Example::clone(&example(*status, &JSON, Some(body)));
        (*name).clone_into(&mut one.name);
        Arc::new(one)
    }))
}

fn told(world: &World, status: u16, body: &str) -> Vec<String> {
    let found = world.findings(&answer(status, &JSON, body.as_bytes()));
    let line = |f: &Finding| {
        let hint = f.hint.as_deref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{} {} {}: {} | {}{hint}", f.severity, f.id, f.at, f.expected, f.actual)
    };
    found.iter().map(line).collect()
}

const REFUSED: (&str, u16, &str) =
    ("REFUSED", 400, r#"{"users": [{"code": "A", "status": "error", "message": "m"}]}"#);

#[test]
fn a_changed_code_says_whether_it_is_documented() {
    let world =
        suite(&[REFUSED, ("Other", 400, r#"{"users": [{"code": "B", "status": "error", "message": "m"}]}"#)]);
    let with = |code: &str| told(&world, 400, &REFUSED.2.replace("\"A\"", code));
    assert_eq!(
        with("\"B\""),
        [
            r#"breaking error.code_changed /users/*/code: "A" | "B" (this code is documented by the example 'Other')"#
        ]
    );
    assert_eq!(
        with("\"C\""),
        [
            r#"breaking error.code_changed /users/*/code: "A" | "C" (no example of this suite documents this code)"#
        ]
    );
    assert_eq!(with("\"A\""), Vec::<String>::new());
}

#[test]
fn a_code_of_suite_toml_is_documented_by_no_example() {
    let mut world = suite(&[REFUSED]);
    let toml = "[[case]]\nmatch = \"*::other\"\nerror_code = \"C\"\n";
    world.settings = Settings::parse(toml, std::path::Path::new("suite.toml"), &BTreeMap::new()).unwrap();
    let body = REFUSED.2.replace("\"A\"", "\"C\"");
    assert_eq!(told(&world, 400, &body), [r#"breaking error.code_changed /users/*/code: "A" | "C""#]);
}

#[test]
fn an_error_without_a_code_gets_one() {
    let plain = ("PLAIN", 404, r#"{"message": "no such user"}"#);
    let world = suite(&[plain, REFUSED]);
    let unknown = |at: &str| {
        vec![format!(
            r#"warning error.code_unknown {at}: no result code | "NEW" (no example of this suite documents this code)"#
        )]
    };
    assert_eq!(told(&world, 404, r#"{"message": "m", "code": "NEW"}"#), unknown("/code"));
    // The envelope that came with it is the same news.
    assert_eq!(
        told(&world, 404, r#"{"message": "m", "errors": [{"code": "NEW"}]}"#),
        unknown("/errors/*/code")
    );
    // A code that another example documents is only a new field.
    assert_eq!(
        told(&world, 404, r#"{"message": "m", "code": "A"}"#),
        [r#"info body.field.added /code: no such member | string "A""#]
    );
}

#[test]
fn a_success_carries_a_code_where_errors_do() {
    let success = ("OK", 200, r#"{"users": [{"id": 1, "message": "m"}]}"#);
    let mut world = suite(&[success, REFUSED]);
    let with = |code: &str| format!(r#"{{"users": [{{"id": 1, "message": "m", "code": "{code}"}}]}}"#);
    assert_eq!(
        told(&world, 200, &with("PARTIAL")),
        [
            r#"warning error.code_unknown /users/*/code: no result code | "PARTIAL" (no example of this suite documents this code)"#
        ]
    );
    assert!(told(&world, 200, &with("several words"))[0].starts_with("info body.field.added"));
    world.rules.ignore = vec!["/users/*/code".to_owned()];
    assert_eq!(told(&world, 200, &with("PARTIAL")), Vec::<String>::new());
}

#[test]
fn what_the_example_leaves_free_or_has_as_data_is_no_code() {
    for (saved, came) in [
        (r#"{"code": "<string>", "message": "<string>"}"#, r#"{"code": "NEW", "message": "m"}"#),
        (r#"{"error": "no such user"}"#, r#"{"error": "Gone"}"#),
    ] {
        let world = suite(&[("E", 404, saved), REFUSED]);
        assert_eq!(told(&world, 404, came), Vec::<String>::new(), "{saved}");
    }
    // Of an example without a body nothing is known.
    let silent = World::of([example(404, &[], None)]);
    assert_eq!(told(&silent, 404, r#"{"code": "NEW", "message": "m"}"#), Vec::<String>::new());
}

#[test]
fn what_is_gone_says_more_than_the_code_in_its_place() {
    let world = suite(&[("E", 404, r#"{"error": {"message": "m"}}"#)]);
    assert_eq!(
        told(&world, 404, r#"{"error": "NotFound"}"#),
        [r#"breaking body.type.changed /error: object | string "NotFound""#]
    );
}

#[test]
fn a_code_in_a_header_is_told_once() {
    let fields = [("Content-Type", "application/json"), ("X-Kept", "1")];
    let world = World::of([example(404, &fields, Some(r#"{"message": "m"}"#))]);
    let came = [fields[0], fields[1], ("x-amzn-ErrorType", "Gone:http://x")];
    let found = world.findings(&answer(404, &came, br#"{"message": "m"}"#));
    assert_eq!(lines(&found), ["warning error.code_unknown header:x-amzn-errortype"]);
}

#[test]
fn every_code_of_an_answer_is_seen_and_unknown_ones_are_few() {
    let expectation = suite(&[REFUSED]).expectation(0);
    let seen = |body: &str| {
        let answer = answer(400, &JSON, body.as_bytes());
        super::super::seen::codes(&expectation, &Read::of(&expectation, &answer, None))
    };
    let several = seen(r#"{"users": [{"code": "Z", "status": "error"}, {"code": "A"}, {"code": "A"}]}"#);
    let codes: Vec<&str> = several.codes.iter().map(|code| code.code.as_str()).collect();
    assert_eq!((codes, several.more), (vec!["A", "Z"], 0));
    let users: Vec<String> =
        (0..300).map(|n| format!(r#"{{"code": "NEW_{n}", "status": "error"}}"#)).collect();
    let flood = seen(&format!(r#"{{"users": [{}, {{"code": "A"}}]}}"#, users.join(",")));
    assert_eq!((flood.codes.len(), flood.more), (21, 280));
    assert_eq!(flood.codes[0].code, "A");
}
