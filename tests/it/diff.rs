//! `uphold diff`: the golden rows on drift, two collections, every error, and what must not reach a
//! terminal.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Ran, copy, one_example, project, run, uphold, workspace};

const GOLDEN: &str = include_str!("../fixtures/golden/drift.jsonl");

fn diff(folder: &Path, args: &[&str]) -> Ran {
    run(uphold(folder).arg("diff").args(args))
}

fn lines(findings: &Value) -> Vec<String> {
    let line = |finding: &Value| ["severity", "id", "at"].map(|key| finding[key].as_str().unwrap()).join(" ");
    let mut lines: Vec<String> = findings.as_array().unwrap().iter().map(line).collect();
    lines.sort();
    lines
}

#[test]
fn the_golden_rows_are_found_by_the_program() {
    let folder = workspace(&[]);
    let mut rows = 0;
    for row in GOLDEN.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        if row.get("p50").or(row.get("second_call_of_old")).is_some() {
            // Needs earlier runs, or a second call.
            continue;
        }
        fs::write(folder.path().join("a.json"), row["examples"].to_string()).unwrap();
        fs::write(folder.path().join("b.json"), row["observed"].to_string()).unwrap();
        let mut args = vec!["a.json", "b.json", "--format", "json"];
        args.extend((row["values"] == true).then_some("--values"));
        let ran = diff(folder.path(), &args);
        let written: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
        let wanted = lines(&row["findings"]);
        assert_eq!(lines(&written["findings"]), wanted, "{}", row["name"]);
        let fails = wanted.iter().any(|line| line.starts_with("breaking") || line.starts_with("env"));
        assert_eq!(ran.code, i32::from(fails), "{}: {ran:?}", row["name"]);
        rows += 1;
    }
    assert_eq!(rows, 31);
}

#[test]
fn exit_codes_follow_the_level() {
    let old = r#"{"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"id": 1}}"#;
    let folder = workspace(&[
        ("old.json", old),
        ("same.ndjson", old),
        ("info.json", &old.replace("\"id\": 1", "\"id\": 2, \"new\": true")),
        ("warning.json", &old.replace("\"id\": 1", "\"id\": 1, \"id\": 1")),
        ("breaking.json", &old.replace("\"id\": 1", "\"id\": null")),
        ("throttled.json", r#"{"status": 429}"#),
    ]);
    let code = |new: &str, level: &str| diff(folder.path(), &["old.json", new, "--fail-on", level]).code;
    for (new, codes) in [
        ("same.ndjson", [0, 0, 0]),
        ("info.json", [1, 0, 0]),
        ("warning.json", [1, 1, 0]),
        ("breaking.json", [1, 1, 1]),
        ("throttled.json", [1, 1, 1]),
    ] {
        assert_eq!(["info", "warning", "breaking"].map(|level| code(new, level)), codes, "{new}");
    }
    let same = diff(folder.path(), &["old.json", "old.json"]);
    assert_eq!((same.code, same.stdout.as_str()), (0, "summary: no difference; 1 answer compared\n"));
    let found = diff(folder.path(), &["old.json", "breaking.json"]);
    assert_eq!(found.code, 1, "{found:?}");
    for part in
        ["CHANGED  breaking.json\n", "breaking body.null.appeared  /id\n", "summary: 1 finding (1 breaking)"]
    {
        assert!(found.stdout.contains(part) && found.stderr.is_empty(), "{part} in {found:?}");
    }
    let values = diff(folder.path(), &["old.json", "info.json", "--values"]);
    assert!(
        values.stdout.contains("2 findings (2 info)") || values.stdout.contains("1 finding"),
        "{values:?}"
    );
}

#[test]
fn what_cannot_be_compared_is_said_with_the_cure() {
    let deep = format!(r#"{{"status": 200, "body": {}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let folder = workspace(&[
        ("a.json", r#"{"status": 200}"#),
        ("two.json", r#"[{"status": 200}, {"status": 200}]"#),
        ("none.json", "[]"),
        ("empty.json", ""),
        ("odd.json", "{\"status\": 200,\n \"heders\": {}}"),
        ("other.json", r#"{"openapi": "3.0.0"}"#),
        ("broken.json", "{\"status\": 200,\n"),
        ("deep.json", &deep),
        ("half.json", r#"{"status": 200, "body": "\ud83d"}"#),
        ("shop.json", &one_example("https://api.example.com/a", 200, "{}")),
    ]);
    fs::write(folder.path().join("latin.json"), b"{\"status\": 200, \"raw\": \"\xfc\"}").unwrap();
    for (args, message, hint) in [
        (
            ["a.json", "shop.json"],
            "a.json is a recorded answer, but shop.json is a collection",
            "two recorded answers or two",
        ),
        (
            ["shop.json", "a.json"],
            "a.json is a recorded answer, but shop.json is a collection",
            "two recorded answers or two",
        ),
        (["a.json", "two.json"], "two.json holds 2 answers", "give them first"),
        (["none.json", "a.json"], "none.json holds no answer", "an answer is {"),
        (["empty.json", "a.json"], "empty.json: an empty file", "an answer is {"),
        (["a.json", "odd.json"], "odd.json /heders: no member of an answer; did you mean `headers`?", ""),
        (["a.json", "other.json"], "other.json: an OpenAPI document", "two recorded answers or two"),
        (["broken.json", "a.json"], "broken.json:2:", "an answer is {"),
        (["a.json", "deep.json"], "deep.json /body: nested deeper than 127 levels", ""),
        (["a.json", "half.json"], "half.json /body: JSON that is not read", ""),
        (["latin.json", "a.json"], "latin.json:1:25: neither UTF-8 nor UTF-16", ""),
        (
            ["a.json", "."],
            ". is a folder, but not that of a collection in Postman's v3 form",
            "name the file",
        ),
        (["missing.json", "a.json"], "cannot read missing.json: ", ""),
    ] {
        let ran = diff(folder.path(), &args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
        assert!(ran.stderr.starts_with(&format!("error: {message}")), "{message} in {}", ran.stderr);
        assert!(
            ran.stderr.contains(hint) && hint.is_empty() != ran.stderr.contains("hint:"),
            "{}",
            ran.stderr
        );
    }
    assert_eq!(diff(folder.path(), &["a.json"]).code, 2);
    assert_eq!(diff(folder.path(), &["a.json", "a.json", "--fail-on", "env"]).code, 2);
}

#[test]
fn collections_with_nothing_in_common_get_a_note() {
    let old = one_example("https://api.example.com/a", 200, "{}");
    let new = old.replace("Get order", "Get invoice");
    assert_ne!(old, new);
    let folder = workspace(&[("old.json", &old), ("new.json", &new)]);
    let ran = diff(folder.path(), &["old.json", "new.json"]);
    assert!(ran.code == 0 && ran.stdout.contains("\nnote: no example of the two has the same"), "{ran:?}");
    let ran = diff(folder.path(), &["old.json", "new.json", "--format", "json"]);
    let found: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(found["note"].as_str().unwrap().ends_with("are they versions of one collection?"), "{found}");
    let ran = diff(folder.path(), &["old.json", "old.json", "--format", "json"]);
    assert!(!ran.stdout.contains("\"note\""), "{ran:?}");
}

#[test]
fn two_versions_of_a_collection() {
    let old = one_example("{{base}}/orders/{{id}}", 200, r#"{"id": 7, "token": "abcdef-123456"}"#);
    let mut new: Value = serde_json::from_str(&old).unwrap();
    new["item"][0]["response"][0]["body"] = r#"{"id": "7", "token": "ghijkl-123456"}"#.into();
    new["item"][0]["response"][0]["originalRequest"]["method"] = "POST".into();
    let fresh = json!({"name": "Health", "request": {"method": "GET", "url": "{{base}}/health"}});
    new["item"].as_array_mut().unwrap().push(fresh);
    let wrapped = json!({"collection": new}).to_string();
    let folder = workspace(&[("old.json", &old), ("new.json", &new.to_string()), ("wrapped.json", &wrapped)]);
    for file in ["new.json", "wrapped.json"] {
        let ran = diff(folder.path(), &["old.json", file, "--values"]);
        assert_eq!(ran.code, 1, "{ran:?}");
        for part in [
            "CHANGED  get_order::ok\n       breaking body.type.changed  /id\n",
            "warning request.changed  request:method\n         expected  GET\n         actual    POST\n",
            "NEW      health\n       info case.new\n         expected  absent\n         actual    a request without an example\n",
            "1 example compared, 0 gone, 1 new, 0 renamed",
        ] {
            assert!(ran.stdout.contains(part), "{part} in {}", ran.stdout);
        }
        assert!(!ran.stdout.contains("abcdef") && !ran.stdout.contains("ghijkl"), "{}", ran.stdout);
    }
    let back = diff(folder.path(), &["new.json", "old.json", "--format", "json"]);
    let written: Value = serde_json::from_str(&back.stdout).unwrap();
    assert_eq!(written["findings"][2]["case"], "health", "{written:#}");
    assert_eq!(written["summary"]["gone"], 1);
}

#[test]
fn a_folder_in_v3_form_is_the_collection_that_it_was_made_from() {
    let fixtures = project().join("tests/fixtures/v3");
    let folder = workspace(&[]);
    copy(&fixtures, folder.path());
    let ran = diff(folder.path(), &["v3-sample-source.postman_collection.json", "v3-sample"]);
    assert!(ran.stdout.contains("examples compared, 0 gone, 0 new, 0 renamed"), "{ran:?}");
    assert!(!ran.stdout.contains("summary: no difference; 0 examples"), "{ran:?}");
}

#[test]
fn nothing_of_a_file_reaches_the_terminal_unescaped_and_no_secret_at_all() {
    let evil = "\u{1b}]0;x\u{7}\u{202e}\u{9b}##vso[x]\n::error::";
    let answer = |value: &str, secret: &str| {
        json!({
            "status": 200,
            "headers": [["Content-Type", "application/json"], ["Set-Cookie", secret], ["X-Api-Key", secret], [evil, value]],
            "body": {evil: value, "access_token": secret, "kind": secret},
        })
    };
    let mut new = answer("b", "short-2");
    new["body"].as_object_mut().unwrap().remove(evil);
    new["body"]["access_token"] = 12_345_678.into();
    let text = json!({"status": 500, "raw": format!("{evil} access_token=short-3")});
    let folder = workspace(&[
        ("old.json", &answer("a", "short-1").to_string()),
        ("new.json", &new.to_string()),
        ("text.json", &text.to_string()),
    ]);
    for new in ["new.json", "text.json"] {
        for format in ["pretty", "json"] {
            let ran = diff(folder.path(), &["old.json", new, "--values", "--format", format]);
            assert_eq!(ran.code, 1, "{ran:?}");
            assert!(!ran.stdout.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{9b}']), "{ran:?}");
            assert!(!ran.stdout.contains("##vso") && !ran.stdout.contains("\n::"), "{ran:?}");
            assert!(!ran.stdout.contains("12345678") && !ran.stdout.contains("short-3"), "{ran:?}");
            let of_kind = ran.stdout.matches("short-").count();
            assert!(of_kind <= 2, "only the value under `kind`, which names no secret: {}", ran.stdout);
        }
    }
}

#[test]
fn what_equals_one_of_several_old_answers_is_no_difference() {
    let answer = |body: &str| {
        format!(r#"{{"status": 200, "headers": {{"Content-Type": "application/json"}}, "body": {body}}}"#)
    };
    let old = [answer(r#"{"a": [1]}"#), answer(r#"{"a": []}"#)].join("\n");
    let folder = workspace(&[
        ("old.ndjson", &old),
        ("one.json", &answer(r#"{"a": [1]}"#)),
        ("empty.json", &answer(r#"{"a": []}"#)),
        ("other.json", &answer(r#"{"a": [], "b": 1}"#)),
        ("long.json", &answer(r#"{"a": [123456789012345678901234567890]}"#)),
        ("longer.json", &answer(r#"{"a": [123456789012345678901234567891]}"#)),
    ]);
    let found = |old: &str, new: &str| {
        let ran = diff(folder.path(), &[old, new, "--values", "--format", "json"]);
        lines(&serde_json::from_str::<Value>(&ran.stdout).unwrap()["findings"])
    };
    assert_eq!(found("old.ndjson", "empty.json"), [""; 0]);
    assert!(!found("old.ndjson", "other.json").iter().any(|line| line.contains("became_empty")));
    assert_eq!(found("one.json", "empty.json")[0], "warning body.array.became_empty /a");
    assert_eq!(found("long.json", "longer.json"), ["info body.value.changed /a/*"]);
}

#[test]
fn recorded_words_are_no_documentation() {
    let answer = |body: &str| {
        format!(r#"{{"status": 200, "headers": {{"Content-Type": "application/json"}}, "body": {body}}}"#)
    };
    let folder = workspace(&[
        ("old.json", &answer(r#"{"name": "age", "type": "string", "id": 7}"#)),
        ("new.json", &answer(r#"{"name": "age", "type": "string"}"#)),
        ("doc.json", &answer(r#"{"name": "string", "mail": "a@example.com", "id": 7}"#)),
        ("less.json", &answer(r#"{"name": "x", "mail": "a@example.com"}"#)),
    ]);
    assert_eq!(diff(folder.path(), &["old.json", "new.json"]).code, 1);
    assert_eq!(diff(folder.path(), &["doc.json", "less.json"]).code, 0);
}

#[test]
fn long_numbers_and_repeated_names_reach_the_check() {
    let answer = |body: &str| {
        format!(r#"{{"status": 200, "headers": {{"Content-Type": "application/json"}}, "body": {body}}}"#)
    };
    let folder = workspace(&[
        ("old.json", &answer(r#"{"sum": "x", "n": 1}"#)),
        ("new.json", &answer(r#"{"sum": 123456789012345678901234567890, "n": 1, "n": 1}"#)),
    ]);
    let ran = diff(folder.path(), &["old.json", "new.json", "--values", "--format", "json"]);
    let written: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        lines(&written["findings"]),
        ["breaking body.type.changed /sum", "warning lint.duplicate_key /n"]
    );
    assert_eq!(written["findings"][0]["actual"], "number 123456789012345678901234567890", "{written:#}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_two_files_end_with_a_code_of_their_own(
        old in prop::collection::vec(any::<u8>(), 0..40),
        new in r#"(\{"(status|body|item|info|collection)": ?(200|\[\]|\{\}|"x"|null)(, ?"body": ?[\[\]{}1",:a]{0,9})?\}|[ -~]{0,20}){1,2}"#,
    ) {
        let folder = workspace(&[("new.json", &new)]);
        fs::write(folder.path().join("old.json"), &old).unwrap();
        for args in [["old.json", "new.json"], ["new.json", "new.json"], ["new.json", "old.json"]] {
            let ran = diff(folder.path(), &args);
            prop_assert!([0, 1, 2].contains(&ran.code), "{ran:?}");
            prop_assert!(ran.code != 1 || args[0] != args[1], "{ran:?}");
            prop_assert_eq!(ran.code == 2, ran.stdout.is_empty(), "{:?}", ran);
        }
    }
}
