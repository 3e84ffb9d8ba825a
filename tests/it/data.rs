//! Iteration data: each row × each case, from the outside.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Ran, Recorder, answer, run, uphold, workspace};

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";
const ENVIRONMENT: &str = "cases/shop/shop.postman_environment.json";

/// POST /orders with the row's id in the body, then GET /orders/{{id}}.
fn collection() -> String {
    let example = |request: &Value| json!([{"name": "OK", "originalRequest": request, "code": 200, "header": [], "body": ""}]);
    let post = json!({
        "method": "POST", "url": "{{base}}/orders", "header": [],
        "body": {"mode": "raw", "raw": "{{id}} {{kind}} {{password}}"},
    });
    let get = json!({"method": "GET", "url": "{{base}}/orders/{{id}}?kind={{kind}}", "header": []});
    json!({
        "info": {"name": "s", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "variable": [{"key": "kind", "value": "of the collection"}],
        "item": [
            {"name": "Create", "request": post, "response": example(&post)},
            {"name": "Get", "request": get, "response": example(&get)},
        ],
    })
    .to_string()
}

fn environment() -> String {
    json!({"name": "e", "values": [{"key": "id", "value": "of the environment"}, {"key": "password", "value": "-"}]})
        .to_string()
}

struct Done {
    ran: Ran,
    report: Value,
    folder: tempfile::TempDir,
    /// Method, target and body of every request.
    seen: Vec<String>,
}

impl Done {
    fn ids(&self) -> Vec<&str> {
        self.report["cases"].as_array().into_iter().flatten().filter_map(|case| case["id"].as_str()).collect()
    }
}

fn with_data(name: &str, data: &str, settings: &str, args: &[&str]) -> Done {
    let server = Recorder::answering(answer("200 OK", "text/plain", ""));
    let folder = workspace(&[
        (COLLECTION, &collection()),
        (ENVIRONMENT, &environment()),
        ("cases/shop/suite.toml", settings),
        (name, data),
    ]);
    let ran = run(uphold(folder.path())
        .args(["run", "--base-url", &server.url(), "-j", "1", "--data", name])
        .args(args));
    let report = fs::read_to_string(folder.path().join("reports/run.json")).unwrap_or_default();
    let seen = server.seen().into_iter().map(|seen| {
        let line = seen.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1");
        format!("{line} {}", seen.split_once("\r\n\r\n").map_or("", |(_, body)| body)).trim_end().to_owned()
    });
    let seen = seen.collect();
    Done { ran, report: serde_json::from_str(&report).unwrap_or_default(), folder, seen }
}

const CSV: &str = "id,kind\n007,\"01\"\n8\n";

#[test]
fn every_row_goes_through_every_case_and_data_beats_the_environment() {
    let done = with_data("orders.csv", CSV, "", &[]);
    assert_eq!(done.ran.code, 0, "{:?}", done.ran);
    let ids = ["create::ok[1]", "get::ok[1]", "create::ok[2]", "get::ok[2]"].map(|id| format!("shop::{id}"));
    assert_eq!(done.ids(), ids);
    let mut seen = done.seen.clone();
    seen.sort();
    let expected = [
        "GET /orders/7?kind=01",
        "GET /orders/8?kind=of%20the%20collection",
        "POST /orders 7 01 -",
        "POST /orders 8 of the collection -",
    ];
    assert_eq!(seen, expected);
    let junit = fs::read_to_string(done.folder.path().join("reports/junit.xml")).unwrap();
    assert!(junit.contains("classname=\"shop.create\"") && junit.contains("name=\"ok[2]\""), "{junit}");
}

#[test]
fn a_typed_variable_beats_data_and_data_beats_suite_toml() {
    let settings = "[variables]\nid = \"of suite.toml\"\n";
    let args = ["--var", "kind=typed", "--filter", "*::get::*"];
    let done = with_data("orders.json", r#"[{"id": 1.50, "kind": "k"}]"#, settings, &args);
    assert_eq!(done.seen, ["GET /orders/1.5?kind=typed"], "{:?}", done.ran);
}

#[test]
fn rows_are_filtered_and_suite_toml_fits_with_and_without_the_row() {
    let settings = "[[case]]\nmatch = \"*::create::ok\"\nskip = \"all rows\"\n\
                    [[case]]\nmatch = \"*::get::ok[1]\"\nskip = \"this row\"\n\
                    [[case]]\nmatch = \"*::get::ok[3]\"\nskip = \"no such row\"\n";
    let done = with_data("orders.csv", CSV, settings, &[]);
    let reasons: Vec<&str> = done.report["cases"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|case| case["reason"].as_str().unwrap_or("sent"))
        .collect();
    assert_eq!(reasons, ["all rows", "this row", "all rows", "sent"]);
    let warnings = done.report["warnings"].to_string();
    assert!(warnings.contains("ok[3]") && !warnings.contains("ok[1]"), "{warnings}");
    assert_eq!(
        with_data("orders.csv", CSV, "", &["--filter", "*[2]"]).ids(),
        ["shop::create::ok[2]", "shop::get::ok[2]"]
    );
    assert_eq!(
        with_data("orders.csv", CSV, "", &["--skip", "ok[1]", "--filter", "get"]).ids(),
        ["shop::get::ok[2]"]
    );
}

#[test]
fn on_the_mock_each_row_finds_its_example() {
    let folder = workspace(&[(COLLECTION, &collection()), ("d.csv", CSV)]);
    let ran = run(uphold(folder.path()).args(["run", "--mock", "--data", "d.csv"]));
    assert!(ran.code == 0 && ran.stdout.contains("4 passed"), "{ran:?}");
    let listed = run(uphold(folder.path()).args(["list", "--data", "d.csv"]));
    assert!(listed.stdout.contains("shop::get::ok[2]"), "{listed:?}");
}

#[test]
fn dynamic_values_differ_between_rows() {
    let done = with_data("d.json", r#"[{"id": "{{$guid}}"}, {"id": "{{$guid}}"}]"#, "", &["--filter", "get"]);
    assert!(done.seen.len() == 2 && done.seen[0] != done.seen[1], "{:?}", done.seen);
}

#[test]
fn a_secret_of_a_row_is_shown_nowhere() {
    let done = with_data("d.csv", "id,password\n1,hunter2hunter2\n", "", &["--fail-on", "info"]);
    assert!(done.seen.iter().any(|seen| seen.contains("hunter2hunter2")), "{:?}", done.seen);
    let url = with_data("d.csv", "id,password\n{{password}},hunter2hunter2\n", "", &[]);
    assert!(url.seen.iter().any(|seen| seen.contains("/orders/hunter2hunter2")), "{:?}", url.seen);
    for done in [done, url] {
        let written = ["reports/run.json", "reports/junit.xml"]
            .map(|path| fs::read_to_string(done.folder.path().join(path)).unwrap());
        let shown = format!("{}{}{}", done.ran.stdout, done.ran.stderr, written.concat());
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn a_faulty_file_ends_the_run_before_anything_is_sent() {
    for (name, data, message) in [
        ("d.csv", "id\n", "d.csv:1:1: no rows of data: every case is sent once for each row"),
        ("d.csv", "", "d.csv:1:1: no header row: the first row names the columns"),
        ("d.csv", "id\n\"1\n", "d.csv:2:1: the quote that opens here is not closed"),
        (
            "d.json",
            "{}",
            "d.json:1:1: iteration data is a list of objects, one for each row, but this is an object",
        ),
        (
            "d.json",
            "[1]",
            "d.json /0: a row of iteration data is an object of names and values, but this is a number",
        ),
    ] {
        let done = with_data(name, data, "", &[]);
        assert!(done.ran.code == 2 && done.ran.stderr.contains(message), "{name} {data:?}: {:?}", done.ran);
        assert!(done.seen.is_empty() && !Path::new(&done.folder.path().join("reports/run.json")).exists());
    }
    let ran = run(uphold(tempfile::tempdir().unwrap().path()).args(["run", "--data", "no.csv"]));
    assert_eq!(ran.code, 2, "{ran:?}");
}

#[test]
fn a_column_that_stands_twice_is_a_warning() {
    let done = with_data("d.csv", "id,id\n1,2\n", "", &["--filter", "get"]);
    assert_eq!(done.seen, ["GET /orders/2?kind=of%20the%20collection"]);
    assert!(
        done.ran.stdout.contains("warning: d.csv: line 1, column 4: the column `id` is named twice"),
        "{:?}",
        done.ran
    );
}
