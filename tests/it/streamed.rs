//! `--format json`: one event a line on stdout, and nothing else.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Recorder, answer, copy_of_the_project, run, uphold};

#[test]
fn every_line_is_an_event_and_the_last_has_the_counts() {
    let server = Recorder::answering(answer("200 OK", "application/json", "{\"id\": 1}"));
    let folder = copy_of_the_project();
    let url = format!("zoho-crm={}", server.url());
    for command in [
        &["run", "zoho-crm"][..],
        &["run", "zoho-crm", "--base-url", &url, "--quiet"],
        &["drift", "zoho-crm"],
        &["compare", "zoho-crm", "--old", &url, "--new", &url],
    ] {
        let ran =
            run(uphold(folder.path()).env("ZOHO_TOKEN", "1000.abc").args(command).args(["--format", "json"]));
        let events: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let [started, cases @ .., finished] = events.as_slice() else { panic!("{ran:?}") };
        assert_eq!((&started["event"], &finished["event"]), (&"started".into(), &"finished".into()));
        assert!(cases.iter().all(|case| case["event"] == "case"), "{command:?}");
        let report = std::fs::read_to_string(folder.path().join("reports/run.json")).unwrap();
        let report: Value = serde_json::from_str(&report).unwrap();
        assert_eq!(finished["summary"], report["summary"]);
        assert_eq!(started["plan"], report["plan"]);
        let mut cases = cases.to_vec();
        cases.sort_by_key(|case| case["position"].as_u64());
        for case in &mut cases {
            case.as_object_mut().unwrap().remove("event");
        }
        assert_eq!(Value::from(cases), report["cases"]);
        assert!(ran.stderr.contains("summary: ") || ran.stderr.contains("passed, "), "{ran:?}");
    }
    let merged = run(uphold(folder.path()).args([
        "merge",
        "reports/run.json",
        "--format",
        "json",
        "--report",
        "md=a.md",
    ]));
    assert!(merged.stdout.lines().all(|line| line.starts_with("{\"event\":")), "{merged:?}");
}

#[test]
fn a_reader_that_stops_early_stops_no_report() {
    let folder = copy_of_the_project();
    let mut child = uphold(folder.path())
        .args(["run", "zoho-crm", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.starts_with("{\"event\":\"started\""), "{first}");
    let ended = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(ended.stderr).unwrap();
    assert!(ended.status.success() && !stderr.contains("panicked"), "{stderr}");
    assert!(folder.path().join("reports/junit.xml").exists());
}
