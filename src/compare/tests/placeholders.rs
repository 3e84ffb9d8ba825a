//! Placeholders in a new example claim a type, or nothing.

use super::*;

#[test]
fn a_placeholder_claims_a_type_and_no_value() {
    let old = json!({"status": 200, "body": {"id": "1234567", "n": 5, "at": "2021-05-11", "state": "open"}});
    let with = |name: &str, value: &str| {
        let mut new = old.clone();
        new["body"][name] = value.into();
        differing(&old, &new, true)
    };
    for (name, value) in [
        ("id", "<string>"),
        ("id", "{{id}}"),
        ("n", "<integer>"),
        ("n", "<number>"),
        ("n", "{{n}}"),
        ("at", "<string>"),
        ("state", "<string>"),
        ("state", "<Error: Schema not found>"),
    ] {
        assert_eq!(with(name, value), [""; 0], "{name} {value}");
    }
    assert_eq!(with("n", "<string>"), ["breaking body.type.changed /n"]);
    assert_eq!(with("id", "<integer>"), ["breaking body.type.changed /id"]);
    assert_eq!(with("n", "five"), ["breaking body.type.changed /n"], "a text is no placeholder");
}

#[test]
fn what_stands_in_the_file_is_told_not_what_fills_it() {
    let (old, new) =
        (json!({"status": 200, "body": {"n": 5}}), json!({"status": 200, "body": {"n": "<string>"}}));
    let (old, new) = (answers_in(&old.to_string()).unwrap(), answers_in(&new.to_string()).unwrap());
    let comparison = answers(&old, &new[0], false).unwrap();
    assert_eq!(comparison.differences[0].finding.actual, "the placeholder \"<string>\"");
}

#[test]
fn a_placeholder_for_a_result_code_changes_none() {
    let old = json!({"status": 404, "body": {"code": "NOT_FOUND", "message": "m"}});
    let new = json!({"status": 404, "body": {"code": "<string>", "message": "<string>"}});
    assert_eq!(differing(&old, &new, true), [""; 0]);
}
