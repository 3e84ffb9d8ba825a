//! Names and codes of 100 KB: every line of every output stays short, and two names stay two.

use serde_json::{Value, json};

use crate::support::{Recorder, answer, one_example, run, uphold, workspace};

/// More than any line of a report takes.
const LONG: usize = 100_000;
/// In characters: what the excerpt of an answer takes at most, the longest text of a report.
const LINE: usize = 8_000;

fn longest_line(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap_or(0)
}

#[test]
fn a_long_key_of_an_answer_makes_no_long_line() {
    let key = |end: &str| format!("{}{end}", "k".repeat(LONG));
    let body = json!({"a": 1, key("1"): {"b": 1}, key("2"): [1]}).to_string();
    let server = Recorder::answering(answer("200 OK", "application/json", &body));
    let folder = workspace(&[(
        "cases/shop/shop.postman_collection.json",
        &one_example("https://api.example.com/a", 200, "{\"a\": 1}"),
    )]);
    let reports = "junit=reports/junit.xml,json=reports/run.json";
    let mut command = uphold(folder.path());
    command.args(["run", "shop", "--fail-on", "info", "--report", reports, "--base-url", &server.url()]);
    let ran = run(&mut command);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let report = |name: &str| std::fs::read_to_string(folder.path().join("reports").join(name)).unwrap();
    let json: Value = serde_json::from_str(&report("run.json")).unwrap();
    let findings = json["cases"][0]["findings"].as_array().unwrap();
    let places: Vec<&str> = findings.iter().map(|finding| finding["at"].as_str().unwrap()).collect();
    assert_eq!(places.len(), 2);
    assert!(places[0] != places[1] && places.iter().all(|place| place.contains("…#")), "{places:?}");
    // A body stands there as it came, up to 64 KiB of it.
    let body = json["cases"][0]["exchange"]["answer"]["body"].clone();
    let kept = body["text"].as_str().unwrap().len() + body["tail"].as_str().unwrap().len();
    assert!(kept <= 64 * 1024 && body["left_out"].as_u64().unwrap() > 0, "{kept}");
    let mut without = json.clone();
    without["cases"][0]["exchange"] = Value::Null;
    for text in [&ran.stdout, &ran.stderr, &report("junit.xml"), &format!("{without:#}")] {
        assert!(longest_line(text) < LINE, "{}", longest_line(text));
    }
}

#[test]
fn a_long_code_of_an_example_makes_no_long_line() {
    let body = json!({"code": "X".repeat(LONG), "message": "m", "status": "error"}).to_string();
    let folder = workspace(&[(
        "cases/shop/shop.postman_collection.json",
        &one_example("https://api.example.com/a", 400, &body),
    )]);
    for args in [&["list"][..], &["run", "shop"], &["prove", "shop"]] {
        let ran = run(uphold(folder.path()).args(args));
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.stderr);
        assert!(longest_line(&ran.stdout) < LINE, "{args:?}: {}", longest_line(&ran.stdout));
    }
}
