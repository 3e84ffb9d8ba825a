//! The score of `uphold prove` in the reports of later runs: of the same contract, or not told as theirs.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{copy_of_the_project, one_example, run, uphold, workspace};

const DEAD: [&str; 6] = [
    "--base-url",
    "zoho-crm=http://127.0.0.1:1",
    "--base-url",
    "zendesk-support=http://127.0.0.1:1",
    "--base-url",
    "docusign-esignature=http://127.0.0.1:1",
];

fn prove(folder: &Path, more: &[&str]) -> Value {
    let ran = run(uphold(folder).args(["prove", "--report", "json=reports/prove.json"]).args(more));
    assert_eq!(ran.code, 0, "{ran:?}");
    serde_json::from_slice(&fs::read(folder.join("reports/prove.json")).unwrap()).unwrap()
}

/// What run.json says is proven.
fn told(folder: &Path, args: &[&str]) -> Value {
    let ran = run(uphold(folder).args(args));
    assert!(ran.code != 2, "{ran:?}");
    let json: Value = serde_json::from_slice(&fs::read(folder.join("reports/run.json")).unwrap()).unwrap();
    json["proven"].clone()
}

#[test]
fn a_run_of_the_proven_contract_has_its_score() {
    let folder = copy_of_the_project();
    assert_eq!(told(folder.path(), &["run"]), json!([]), "nothing is proven yet");
    let proof = prove(folder.path(), &[]);
    let sum = |name: &str| -> u64 {
        let kinds = proof["suites"][2]["kinds"].as_array().unwrap().iter();
        kinds.filter(|kind| kind["nature"] == "breaking").map(|kind| kind[name].as_u64().unwrap()).sum()
    };
    let zoho = json!({"suite": "zoho_crm", "cases": 11, "others": 0, "caught": sum("caught"), "missed": 0,
        "inherent": sum("inherent"), "false_alarms": 0});
    assert!(sum("caught") > 500);
    let on_the_mock = told(folder.path(), &["run"]);
    // DocuSign's suite has no case.
    assert_eq!((on_the_mock.as_array().unwrap().len(), &on_the_mock[1]), (2, &zoho));
    let live = [&["run"][..], &DEAD].concat();
    assert_eq!(told(folder.path(), &live), on_the_mock, "the same contract, wherever it is sent");
    let part = told(folder.path(), &["run", "zoho-crm", "--filter", "*::success_response"]);
    assert_eq!((&part[0]["cases"], &part[0]["others"]), (&json!(1), &json!(0)), "{part}");
    let page = fs::read_to_string(folder.path().join("reports/index.html")).unwrap();
    assert!(page.contains(r#""proven":[{"suite":"zoho_crm","cases":1,"others":0,"#));
}

#[test]
fn what_has_changed_since_the_proof_is_not_told_as_proven() {
    let counts =
        |told: &Value| (told[0]["cases"].clone(), told[0]["others"].clone(), told[0]["caught"].clone());
    let example = |body: &str| one_example("{{api}}/orders", 200, body);
    let collection = "cases/shop/shop.postman_collection.json";
    let before = example(r#"{"id": 7, "name": "x"}"#);
    let other = example(r#"{"id": 7, "name": "y"}"#);
    let waiver =
        "[[waiver]]\ncase = \"*\"\nid = \"body.field.removed\"\nreason = \"r\"\nuntil = 2999-12-31\n";
    let schema = r#"{"type": "object", "required": ["id", "name"]}"#;
    for (file, text, args) in [
        (collection, other.as_str(), &["run"][..]),
        ("cases/shop/suite.toml", "[severity]\n\"body.field.removed\" = \"warning\"\n", &["run"]),
        ("cases/shop/suite.toml", "[[case]]\nmatch = \"*\"\nvolatile = [\"/name\"]\n", &["run"]),
        ("cases/shop/waivers.toml", waiver, &["run"]),
        ("schemas/shop/get_order/200.schema.json", schema, &["run"]),
        (collection, before.as_str(), &["run", "--fail-on", "warning"]),
    ] {
        let folder = workspace(&[(collection, &before)]);
        prove(folder.path(), &[]);
        let path = folder.path().join(file);
        let now = told(folder.path(), &["run"]);
        assert_eq!((&now[0]["cases"], &now[0]["others"]), (&json!(1), &json!(0)));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        assert_eq!(counts(&told(folder.path(), args)), (json!(0), json!(1), json!(0)), "{file}: {text}");
    }
}

#[test]
fn a_proof_that_cannot_be_read_is_told_and_changes_nothing() {
    let folder = workspace(&[(
        "cases/shop/shop.postman_collection.json",
        &one_example("{{api}}/orders", 200, r#"{"id": 7}"#),
    )]);
    fs::create_dir_all(folder.path().join("reports")).unwrap();
    for (text, why) in [
        ("{", "EOF while parsing an object"),
        (r#"{"version": 1}"#, "missing field `suites`"),
        (r#"{"version": 2, "suites": []}"#, "it is in version 2, and this uphold reads version 1"),
    ] {
        fs::write(folder.path().join("reports/prove.json"), text).unwrap();
        let ran = run(uphold(folder.path()).arg("run"));
        assert_eq!(ran.code, 0, "{ran:?}");
        let told = format!("{}{}", ran.stdout, ran.stderr);
        assert!(told.contains("reports/prove.json") && told.contains(why), "{why}: {ran:?}");
    }
    fs::remove_file(folder.path().join("reports/prove.json")).unwrap();
    fs::create_dir(folder.path().join("reports/prove.json")).unwrap();
    let ran = run(uphold(folder.path()).arg("run"));
    assert!(ran.code == 0 && !ran.stdout.contains("prove.json"), "a folder is no proof: {ran:?}");
}

#[test]
fn shards_add_up_to_the_proof_of_the_whole() {
    let folder = copy_of_the_project();
    prove(folder.path(), &["zoho-crm"]);
    let whole = told(folder.path(), &["run", "zoho-crm"]);
    for shard in 1..=3 {
        let (part, report) = (format!("{shard}/3"), format!("json=reports/{shard}.json"));
        let ran = run(uphold(folder.path()).args(["run", "zoho-crm", "--shard", &part, "--report", &report]));
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    let shards = ["reports/1.json", "reports/2.json", "reports/3.json"];
    let joined = told(folder.path(), &[&["merge"][..], &shards].concat());
    assert_eq!((&joined, &joined[0]["cases"]), (&whole, &json!(11)));
}

#[test]
fn a_waiver_that_is_over_lets_nothing_go_in_a_proof() {
    let folder = workspace(&[
        (
            "cases/shop/shop.postman_collection.json",
            &one_example("{{api}}/orders", 200, r#"{"id": 7, "n": "x"}"#),
        ),
        (
            "cases/shop/waivers.toml",
            "[[waiver]]\ncase = \"*\"\nid = \"body.field.removed\"\npath = \"/n\"\nreason = \"gone\"\n\
             until = 2020-12-31\n",
        ),
    ]);
    let proof = prove(folder.path(), &[]);
    assert_eq!(proof["suites"][0]["cases"][0]["survivors"], json!([]));
}
