//! The recipe `broken_body` against a server that reads JSON as any does: the example of 400 is green
//! where it refuses the broken body as documented, and red where it takes it.

use std::fs;

use serde_json::{Value, json};

use crate::fake_api::{FakeApi, Mutation, Options};
use crate::support::{Ran, run, uphold, workspace};

const TOML: &str = "[recipes]\nbroken_body = true\n[variables]\nbaseUrl = \"http://localhost\"\n";

fn collection() -> String {
    let request = json!({
        "method": "PUT",
        "url": "{{baseUrl}}/crm/v2/users",
        "header": [{"key": "Content-Type", "value": "application/json"}],
        "body": {"mode": "raw", "raw": "{\"users\": [{\"id\": \"738964000000291009\", \"phone\": \"1\"}]}\n"},
    });
    let told =
        |code: &str, status: &str| json!({"code": code, "details": {}, "message": "m", "status": status});
    let example = |name: &str, status: u16, body: Value| {
        json!({
            "name": name, "originalRequest": request, "code": status, "body": body.to_string(),
            "header": [{"key": "Content-Type", "value": "application/json"}],
        })
    };
    let success = json!({"users": [told("SUCCESS", "success")]});
    let examples = [example("OK", 200, success), example("Bad", 400, told("INVALID_DATA", "error"))];
    json!({
        "info": {"name": "S", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "auth": {"type": "apikey", "apikey": [
            {"key": "key", "value": "Authorization"},
            {"key": "value", "value": "Zoho-oauthtoken {{token}}"},
        ]},
        "item": [{"name": "Update", "request": request, "response": examples}],
    })
    .to_string()
}

fn live(options: &Options) -> (Ran, FakeApi, Value) {
    let api = FakeApi::start(options.clone());
    let folder = workspace(&[("cases/s/s.json", &collection()), ("cases/s/suite.toml", TOML)]);
    let token = format!("token={}", options.zoho_token);
    let args = ["run", "s", "--var", &token, "--base-url", &api.base_url(), "-j", "1"];
    let ran = run(uphold(folder.path()).args(args));
    let report =
        fs::read_to_string(folder.path().join("reports/run.json")).unwrap_or_else(|_| panic!("{ran:?}"));
    (ran, api, serde_json::from_str(&report).unwrap())
}

#[test]
fn a_server_that_refuses_broken_json_as_documented_is_green() {
    let (ran, api, report) = live(&Options::default());
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(report["cases"][1]["recipe"], "with a broken body");
    let seen = api.requests();
    let (whole, broken) = (&seen[0], &seen[1]);
    assert_eq!(whole.body.trim_end().strip_suffix('}'), Some(broken.body.as_str()));
    assert_eq!(broken.header("content-length"), Some(broken.body.len().to_string().as_str()));
    for name in ["content-type", "authorization"] {
        assert!(whole.header(name).is_some() && whole.header(name) == broken.header(name), "{name}");
    }
}

#[test]
fn a_server_that_takes_broken_json_is_red() {
    let (ran, _api, report) = live(&Options::with(Mutation::SuccessInsteadOfError, "INVALID_DATA"));
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(report["cases"][0]["verdict"], "passed");
    assert_eq!(report["cases"][1]["verdict"], "failed");
    let ids: Vec<_> = report["cases"][1]["findings"].as_array().unwrap().iter().map(|f| &f["id"]).collect();
    assert!(ids.contains(&&json!("status.class_changed")), "{ids:?}");
}

#[test]
fn list_shows_the_recipe_and_a_slip_of_the_pen_is_told() {
    let folder = workspace(&[("cases/s/s.json", &collection()), ("cases/s/suite.toml", TOML)]);
    let ran = run(uphold(folder.path()).args(["list", "s", "--var", "token=abcdef"]));
    assert!(ran.stdout.contains("400 INVALID_DATA  PUT with a broken body"), "{ran:?}");
    let mock = run(uphold(folder.path()).args(["run", "s"]));
    assert_eq!(mock.code, 0, "{mock:?}");
    fs::write(folder.path().join("cases/s/suite.toml"), "[recipes]\nbroken_bdy = true\n").unwrap();
    let ran = run(uphold(folder.path()).args(["list", "s"]));
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("suite.toml:2:1: unknown key `recipes.broken_bdy`; did you mean `broken_body`?"),
        "{ran:?}"
    );
}
