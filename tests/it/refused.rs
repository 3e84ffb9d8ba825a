//! A credential that is refused: told once for all cases, with what the API said and whose credential it is.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Ran, Recorder, answer, one_example, run, uphold, workspace};

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";

/// Three requests, with this auth of the collection.
fn collection(auth: &Value) -> String {
    let mut collection: Value =
        serde_json::from_str(&one_example("{{base}}/orders", 200, r#"{"id": 1}"#)).unwrap();
    let item = collection["item"][0].clone();
    let numbered = |number: usize| {
        let mut item = item.clone();
        item["name"] = format!("Get order {number}").into();
        item
    };
    collection["item"] = (0..3).map(numbered).collect();
    if !auth.is_null() {
        collection["auth"] = auth.clone();
    }
    collection.to_string()
}

fn refused(auth: &Value, args: &[&str]) -> (Ran, tempfile::TempDir) {
    let server = Recorder::answering(answer(
        "401 Unauthorized",
        "application/json",
        r#"{"code": "INVALID_TOKEN", "message": "no"}"#,
    ));
    let folder = workspace(&[(COLLECTION, &collection(auth))]);
    let mut command = uphold(folder.path());
    command.args(["run", "--base-url", &server.url(), "--var", "access-token=s3cr3t-t0ken"]).args(args);
    (run(&mut command), folder)
}

#[test]
fn what_refuses_all_cases_is_told_once_with_its_code_and_credential() {
    let bearer = json!({"type": "bearer", "bearer": [{"key": "token", "value": "{{access-token}}"}]});
    let line = "errored 3 cases: 401 INVALID_TOKEN: the credentials were refused where success was expected; \
                the bearer token in {{access-token}} is refused: is it valid, and wide enough in scope?";
    for args in [&[][..], &["--quiet"]] {
        let (ran, folder) = refused(&bearer, args);
        assert_eq!(ran.code, 3, "{ran:?}");
        assert_eq!(ran.stdout.matches(line).count(), 1, "{ran:?}");
        let summary = fs::read_to_string(folder.path().join("reports/summary.md")).unwrap();
        let (_, shared) = summary.split_once("### In several cases\n").unwrap();
        assert!(shared.trim_start().starts_with(&format!("- `{line}`")), "{summary}");
        let page = fs::read_to_string(folder.path().join("reports/index.html")).unwrap();
        assert!(!page.contains("s3cr3t") && !ran.stdout.contains("s3cr3t"));
    }
}

#[test]
fn a_request_without_a_credential_is_told_as_such() {
    let (ran, _) = refused(&Value::Null, &[]);
    let hint = "the request carries no credential: give one in `[auth.default]` of suite.toml";
    assert!(ran.stdout.contains(hint), "{ran:?}");
    let key = json!({"type": "apikey", "apikey": [{"key": "key", "value": "X-Key"}, {"key": "value", "value": "s3cr3t-k3y"}]});
    let (ran, _) = refused(&key, &[]);
    assert!(ran.stdout.contains("the API key of /auth is refused"), "{ran:?}");
    assert!(!ran.stdout.contains("s3cr3t"), "{ran:?}");
}
