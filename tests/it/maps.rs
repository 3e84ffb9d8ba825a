//! `maps` and `not_maps` of suite.toml: what a person says of names that are data reaches everything that
//! knows of maps.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Ran, Recorder, answer, run, uphold, workspace};

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";
const SETTINGS: &str = "cases/shop/suite.toml";
const SCHEMA: &str = "schemas/shop/get_stock/200.schema.json";

/// The names of cities are words, like those of fields, and the sizes are numbers, like ids.
const BODY: &str =
    r#"{"shops": [{"stock": {"berlin": {"n": 3}, "paris": {"n": 0}}, "sizes": {"150": "a", "300": "b"}}]}"#;
const OTHER_CITY: &str = r#"{"shops": [{"stock": {"rome": {"n": 3}}, "sizes": {"150": "a", "300": "b"}}]}"#;
const OTHER_VALUE: &str =
    r#"{"shops": [{"stock": {"rome": {"n": "3"}}, "sizes": {"150": "a", "300": "b"}}]}"#;
const WITHOUT_A_SIZE: &str =
    r#"{"shops": [{"stock": {"berlin": {"n": 3}, "paris": {"n": 0}}, "sizes": {"150": "a"}}]}"#;

const MAPS: &str = "[[case]]\nmatch = \"*::get_stock::*\"\nmaps = [\"/shops/*/stock\"]\n";
const NOT_MAPS: &str = "[[case]]\nmatch = \"*::ok\"\nnot_maps = [\"/shops/*/sizes\"]\n";

fn shop(settings: &str) -> tempfile::TempDir {
    let request = json!({"method": "GET", "header": [], "url": "{{api}}/stock"});
    let example = json!({
        "name": "OK", "originalRequest": request, "code": 200, "body": BODY,
        "header": [{"key": "Content-Type", "value": "application/json"}],
    });
    let collection = json!({
        "info": {"name": "Shop", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": [{"name": "Get stock", "request": request, "response": [example]}],
    });
    workspace(&[(COLLECTION, &collection.to_string()), (SETTINGS, settings)])
}

fn ran(folder: &Path, args: &[&str]) -> Ran {
    run(uphold(folder).args(args))
}

/// The exit code of a run against a server that answers so, and what it prints.
fn told(folder: &Path, body: &str) -> (i32, String) {
    let server = Recorder::answering(answer("200 OK", "application/json", body));
    let ran = ran(folder, &["run", "--base-url", &server.url(), "--report", "json=r.json"]);
    (ran.code, ran.stdout)
}

#[test]
fn a_run_takes_for_a_map_what_a_person_says() {
    let plain = shop("");
    let (code, page) = told(plain.path(), OTHER_CITY);
    assert_eq!(code, 1, "{page}");
    let report: Value = serde_json::from_slice(&fs::read(plain.path().join("r.json")).unwrap()).unwrap();
    let findings = report["cases"][0]["findings"].as_array().unwrap();
    let hint = "if these names are data, say `maps = ['/shops/*/stock']` for the case in suite.toml";
    assert!(findings.iter().any(|finding| finding["hint"] == hint), "{findings:?}");
    assert_eq!(told(plain.path(), WITHOUT_A_SIZE).0, 0);

    let said = shop(MAPS);
    assert_eq!(told(said.path(), BODY).0, 0);
    assert_eq!(told(said.path(), OTHER_CITY).0, 0);
    let (code, page) = told(said.path(), OTHER_VALUE);
    assert!(code == 1 && page.contains("/shops/*/stock/{key}/n"), "{page}");

    let (code, page) = told(shop(NOT_MAPS).path(), WITHOUT_A_SIZE);
    assert!(code == 1 && page.contains("/shops/*/sizes/300"), "{page}");
}

/// The hint can be taken as it stands.
#[test]
fn the_hint_is_the_cure() {
    let folder = shop("[[case]]\nmatch = \"*\"\nmaps = ['/shops/*/stock']\n");
    assert_eq!(told(folder.path(), OTHER_CITY).0, 0);
}

#[test]
fn learned_files_are_stale_once_it_is_said_otherwise() {
    let folder = shop("");
    assert_eq!(ran(folder.path(), &["learn"]).code, 0);
    assert_eq!(ran(folder.path(), &["learn", "--check"]).code, 0);
    fs::write(folder.path().join(SETTINGS), MAPS).unwrap();
    let check = ran(folder.path(), &["learn", "--check"]);
    assert_eq!(check.code, 1, "{check:?}");
    // Until then the file decides.
    assert_eq!(told(folder.path(), OTHER_CITY).0, 1);
    assert_eq!(ran(folder.path(), &["learn"]).code, 0);
    assert_eq!(ran(folder.path(), &["learn", "--check"]).code, 0);
    let learned: Value = serde_json::from_slice(&fs::read(folder.path().join(SCHEMA)).unwrap()).unwrap();
    let shop = &learned["properties"]["shops"]["items"]["properties"];
    assert_eq!(shop["stock"]["additionalProperties"]["required"], json!(["n"]), "{learned:#}");
    assert_eq!(shop["stock"]["propertyNames"], Value::Null);
    assert_eq!(shop["sizes"]["propertyNames"]["pattern"], "^[0-9]+$");
    assert_eq!(told(folder.path(), OTHER_CITY).0, 0);
    // What a person does not say is no difference.
    fs::write(folder.path().join(SETTINGS), format!("{MAPS}not_maps = []\n")).unwrap();
    assert_eq!(ran(folder.path(), &["learn", "--check"]).code, 0);
}

#[test]
fn two_servers_are_compared_by_it() {
    let old = Recorder::answering(answer("200 OK", "application/json", BODY));
    let compared = |settings: &str, body: &str| {
        let new = Recorder::answering(answer("200 OK", "application/json", body));
        let folder = shop(settings);
        ran(folder.path(), &["compare", "--old", &old.url(), "--new", &new.url()]).code
    };
    assert_eq!(compared("", OTHER_CITY), 1);
    assert_eq!(compared(MAPS, OTHER_CITY), 0);
    assert_eq!(compared(MAPS, OTHER_VALUE), 1);
    assert_eq!(compared("", WITHOUT_A_SIZE), 0);
    assert_eq!(compared(NOT_MAPS, WITHOUT_A_SIZE), 1);
}

#[test]
fn the_proof_changes_the_keys_of_such_a_map_and_removes_such_fields() {
    for (settings, other_keys) in [("", 1), (MAPS, 2), (NOT_MAPS, 0)] {
        let folder = shop(settings);
        let ran = ran(folder.path(), &["prove", "--format", "json"]);
        assert_eq!(ran.code, 0, "{settings}: {ran:?}");
        let proof: Value = serde_json::from_str(&ran.stdout).unwrap();
        let kinds = proof["suites"][0]["kinds"].as_array().unwrap();
        let of = |name: &str| kinds.iter().find(|kind| kind["kind"] == name).cloned().unwrap_or_default();
        assert_eq!(of("map.other_keys")["tried"].as_u64().unwrap_or(0), other_keys, "{settings}: {proof:#}");
    }
}

#[test]
fn what_names_nothing_and_what_contradicts_itself_is_told() {
    let folder = shop(
        "[[case]]\nmatch = \"*\"\nmaps = [\"/shops/*/stock\", \"/shops/*/stok\"]\nnot_maps = [\"/shops\"]\n",
    );
    let lint = ran(folder.path(), &["lint"]);
    assert!(
        lint.stdout.contains("`maps`: no saved body of its cases has an object at `/shops/*/stok`"),
        "{lint:?}"
    );
    assert!(
        lint.stdout.contains("`not_maps`: no saved body of its cases has an object at `/shops`"),
        "{lint:?}"
    );
    assert!(!lint.stdout.contains("stock`"), "{lint:?}");
    // The key of a map is no name.
    let folder = shop("[[case]]\nmatch = \"*\"\nmaps = [\"/shops/*/stock\", \"/shops/*/stock/paris\"]\n");
    let lint = ran(folder.path(), &["lint"]);
    assert!(lint.stdout.contains("an object at `/shops/*/stock/paris`"), "{lint:?}");

    let folder = shop("[[case]]\nmatch = \"*\"\nmaps = [\"/a\"]\nnot_maps = [\"/b\", \"/a\"]\n");
    let refused = ran(folder.path(), &["run"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(
        refused.stderr.contains("suite.toml:4:19: `case.not_maps`: `/a` stands in `case.maps`, too"),
        "{refused:?}"
    );
    assert!(refused.stderr.contains('^'), "{refused:?}");
}
