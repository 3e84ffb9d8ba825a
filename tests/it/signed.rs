//! Auth that is signed when a request goes out, from the collection to the wire.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Recorder, answer, run, uphold, workspace};

const SECRET: &str = "s3cr3t-of-this-test";
const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/// One item for each type, `kind` being its name and its path; each with an example of 200 and, as
/// its twin, one of an invalid credential.
fn collection() -> String {
    let param = |(key, value): &(&str, &str)| json!({"key": key, "value": value});
    let item = |kind: &str, params: &[(&str, &str)]| {
        let request = json!({"method": "GET", "url": format!("{{{{base}}}}/{kind}")});
        let example = |name: &str, code: u16, body: &str| {
            json!({
                "name": name,
                "originalRequest": request,
                "code": code,
                "header": [{"key": "Content-Type", "value": "application/json"}],
                "body": body,
            })
        };
        let mut own = request.clone();
        own["auth"] = json!({"type": kind, kind: params.iter().map(param).collect::<Vec<_>>()});
        json!({"name": kind, "request": own, "response": [
            example("OK", 200, "{\"id\": 1}"),
            example("Invalid credentials", 401, "{\"message\": \"no\"}"),
        ]})
    };
    json!({
        "info": {"name": "Shop", "schema": SCHEMA},
        "variable": [{"key": "secret", "value": SECRET}],
        "item": [
            item("digest", &[("username", "u"), ("password", "{{secret}}"), ("realm", "r"), ("nonce", "n")]),
            item("awsv4", &[("accessKey", "AKID"), ("secretKey", "{{secret}}")]),
            item("oauth1", &[("consumerKey", "c"), ("consumerSecret", "{{secret}}"), ("addParamsToHeader", "true")]),
            item("jwt", &[("algorithm", "HS256"), ("payload", "{\"sub\": \"{{$x}}\"}"), ("secret", "{{secret}}")]),
            item("hawk", &[("authId", "a"), ("authKey", "{{secret}}")]),
        ],
    })
    .to_string()
    .replace("{{$x}}", "me")
}

#[test]
fn every_type_is_signed_on_its_way_out_and_no_secret_is_shown() {
    let api = Recorder::answering(answer("200 OK", "application/json", &json!({"id": SECRET}).to_string()));
    let folder = workspace(&[("cases/shop/shop.postman_collection.json", &collection())]);
    let ran = run(uphold(folder.path()).args(["run", "--base-url", &api.url()]));
    assert_eq!(ran.code, 1, "{ran:?}");
    let seen = api.seen();
    let with = |path: &str, part: &str| {
        let there =
            |request: &&String| request.starts_with(&format!("GET /{path} ")) && request.contains(part);
        seen.iter().filter(there).count()
    };
    for (path, good, other) in [
        (
            "digest",
            "authorization: Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"/digest\", response=\"",
            "Digest",
        ),
        (
            "awsv4",
            "authorization: AWS4-HMAC-SHA256 Credential=AKID/",
            "/us-east-1/execute-api/aws4_request, SignedHeaders=",
        ),
        (
            "oauth1",
            "authorization: OAuth oauth_consumer_key=\"c\",oauth_signature_method=\"HMAC-SHA1\"",
            "oauth_signature=",
        ),
        ("jwt", "authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.", "Bearer"),
    ] {
        // Once as saved, once with a secret that no server knows: the two signatures differ.
        assert_eq!((with(path, good), with(path, other)), (2, 2), "{path}: {seen:#?}");
        let lines: Vec<&str> = seen
            .iter()
            .filter(|request| request.starts_with(&format!("GET /{path} ")))
            .filter_map(|request| request.lines().find(|line| line.starts_with("authorization: ")))
            .collect();
        assert_ne!(lines[0], lines[1], "{path}");
    }
    assert!(ran.stdout.contains("auth type `hawk`: is not supported"), "{}", ran.stdout);
    assert!(ran.stdout.contains("# without its auth: AWS Signature V4"), "{}", ran.stdout);
    let mut outputs = format!("{}{}", ran.stdout, ran.stderr);
    for file in ["reports/junit.xml", "reports/run.json"] {
        outputs.push_str(&fs::read_to_string(folder.path().join(file)).unwrap());
    }
    assert!(!outputs.contains("s3cr3t"), "{outputs}");
}

#[test]
fn the_mock_needs_no_signature() {
    let folder = workspace(&[("cases/shop/shop.postman_collection.json", &collection())]);
    let ran = run(uphold(folder.path()).args(["run", "--mock"]));
    assert_eq!(ran.code, 0, "{ran:?}");
    let report = fs::read_to_string(folder.path().join("reports/run.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!((&report["summary"]["passed"], &report["errors"]), (&json!(10), &json!([])));
}
