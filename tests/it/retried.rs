//! Retries and pace, from the command line to the reports.

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

use serde_json::{Value, json};

use crate::support::{Ran, Recorder, answer, one_example, run, uphold, workspace};

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";

fn unavailable(retry_after: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 503 Busy\r\nRetry-After: {retry_after}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    .into()
}

fn good() -> Vec<u8> {
    answer("200 OK", "application/json", "{\"id\": 1}")
}

/// Gives these answers one after another, the last one for ever.
fn in_turn(answers: Vec<Vec<u8>>) -> Recorder {
    let next = Mutex::new(0);
    Recorder::with(move |_| {
        let mut next = next.lock().unwrap();
        let answer = answers[(*next).min(answers.len() - 1)].clone();
        *next += 1;
        answer
    })
}

fn ran(folder: &Path, server: &Recorder, args: &[&str]) -> (Ran, Value) {
    let ran = run(uphold(folder).args(["run", "--base-url", &server.url()]).args(args));
    let report = fs::read(folder.join("reports/run.json")).unwrap_or_else(|_| panic!("{ran:?}"));
    (ran, serde_json::from_slice(&report).unwrap())
}

#[test]
fn a_case_that_passes_on_another_attempt_is_marked() {
    let folder = workspace(&[(COLLECTION, &one_example("{{base}}/orders/1", 200, "{\"id\": 1}"))]);
    let server = in_turn(vec![unavailable("0"), unavailable("0"), good()]);
    let (ran, report) = ran(folder.path(), &server, &["--retries", "2"]);
    assert_eq!((ran.code, server.seen().len()), (0, 3), "{ran:?}");
    assert!(ran.stdout.contains("PASS   shop::get_order::ok  (200, passed on attempt 3, "), "{}", ran.stdout);
    let case = &report["cases"][0];
    assert_eq!(
        (&case["verdict"], &case["attempts"], &case["retries"]),
        (&json!("passed"), &json!(3), &json!(2))
    );
    let junit = fs::read_to_string(folder.path().join("reports/junit.xml")).unwrap();
    assert!(junit.contains("<property name=\"attempts\" value=\"3\"/>"), "{junit}");
    assert!(junit.contains("<system-out>passed on attempt 3\n"), "{junit}");
}

#[test]
fn without_being_asked_nothing_is_tried_again_and_never_what_the_case_expects() {
    let folder = workspace(&[(COLLECTION, &one_example("{{base}}/orders/1", 200, "{\"id\": 1}"))]);
    let server = in_turn(vec![unavailable("0"), good()]);
    let (once, report) = ran(folder.path(), &server, &[]);
    assert_eq!((once.code, server.seen().len()), (3, 1), "{once:?}");
    assert_eq!(report["cases"][0]["attempts"], 1);

    let folder = workspace(&[(COLLECTION, &one_example("{{base}}/orders/1", 503, ""))]);
    let server = in_turn(vec![answer("503 Busy", "application/json", ""), good()]);
    let (expected, _) = ran(folder.path(), &server, &["--retries", "5"]);
    assert_eq!((expected.code, server.seen().len()), (0, 1), "{expected:?}");
}

#[test]
fn a_server_that_wants_too_much_time_is_left_alone_and_told() {
    let folder = workspace(&[(COLLECTION, &one_example("{{base}}/orders/1", 200, "{\"id\": 1}"))]);
    let server = in_turn(vec![unavailable("120"), good()]);
    let (ran, report) = ran(folder.path(), &server, &["--retries", "5"]);
    assert_eq!((ran.code, server.seen().len()), (3, 1), "{ran:?}");
    let note = format!(
        "1 case was not tried again: {} asks to wait 120 s (Retry-After), and no more than 30 s are waited",
        server.url()
    );
    assert!(ran.stdout.contains(&format!("note: {note}\n")), "{}", ran.stdout);
    assert_eq!(report["notes"], json!([note]));
}

/// Four requests at 20 a second take three times 50 ms, at least.
#[test]
fn the_pace_of_the_option_and_of_suite_toml_is_kept() {
    let mut collection: Value =
        serde_json::from_str(&one_example("{{base}}/orders/1", 200, "{\"id\": 1}")).unwrap();
    let item = collection["item"][0].clone();
    collection["item"] = json!([item, item, item, item]);
    let collection = collection.to_string();
    for (toml, args) in [
        ("", &["--rate", "20/s"][..]),
        ("[target]\nrate = \"20/s\"\n", &[]),
        ("[target]\nrate = \"20/s\"\n", &["--rate", "1000/s"]),
        ("[target]\nrate = \"1000/s\"\n", &["--rate", "20/s"]),
    ] {
        let folder = workspace(&[(COLLECTION, &collection), ("cases/shop/suite.toml", toml)]);
        let server = in_turn(vec![good()]);
        let begun = Instant::now();
        let (ran, _) = ran(folder.path(), &server, args);
        assert_eq!((ran.code, server.seen().len()), (0, 4), "{ran:?}");
        assert!(begun.elapsed().as_millis() >= 150, "{toml} {args:?}");
    }
}

#[test]
fn numbers_that_are_none_are_refused() {
    let folder = workspace(&[(COLLECTION, &one_example("{{base}}/orders/1", 200, "{}"))]);
    let toml = workspace(&[
        (COLLECTION, &one_example("{{base}}/orders/1", 200, "{}")),
        ("cases/shop/suite.toml", "[target]\nrate = \"10 per second\"\n"),
    ]);
    for (folder, args, part) in [
        (&folder, &["--rate", "10"][..], "10/s, 600/m or 5000/h"),
        (&folder, &["--rate", "0/s"], "10/s, 600/m or 5000/h"),
        (&folder, &["--retries", "some"], "--retries"),
        (&folder, &["--retries", "101"], "0..=100"),
        (&toml, &[], "suite.toml:2:8: `target.rate` must be a rate such as 10/s"),
    ] {
        let ran = run(uphold(folder.path()).args(["run", "--base-url", "http://127.0.0.1:1"]).args(args));
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
        assert!(ran.stderr.contains(part), "`{part}` is not in {}", ran.stderr);
    }
}
