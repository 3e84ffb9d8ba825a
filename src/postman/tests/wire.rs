//! What newman 6.2.2 puts on the wire, case by case (`tests/fixtures/wire`).

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::Bench;
use crate::message::Headers;
use crate::postman::variables::Binding;
use crate::postman::{Scope, read};

/// Cases where we differ from newman on purpose, each with what we do instead: method, target,
/// and what happens to header fields.
const DIFFERENT: &[(&str, &str)] = &[
    ("url: object with only raw", "GET /only-raw"),
    ("url: pathvar number value", "GET /u/42"),
    ("url: double slash & dot segments", "GET /a//b/d"),
    ("url: disableUrlEncoding", "GET /q?sp=a%27b{c}"),
    ("var: enabled:false env var falls back", "GET /v"),
    ("hdr: disabledSystemHeaders", "POST /h"),
];

/// Fields that the client writes: they are not made here, or (framing) never copied.
const CLIENTS: &[&str] = &["accept", "host", "connection", "content-length", "cookie"];

#[derive(Deserialize)]
struct Case {
    #[serde(rename = "case")]
    name: String,
    collection: Value,
    newman_sends: Vec<Sent>,
    expected: String,
}

#[derive(Deserialize)]
struct Sent {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wire")
}

fn bench(case: &Case) -> Result<Bench, Box<dyn std::error::Error>> {
    let mut bench = Bench::of(&case.collection)?;
    let mut scope = Scope::default();
    scope.push_bindings([("dataVar".to_owned(), Binding::Value("data".to_owned()))]);
    scope.push_variables(&read::environment(&folder().join("wire.postman_environment.json"))?.variables);
    scope.push_variables(&bench.collection.variables);
    scope.push_variables(&read::environment(&folder().join("wire.postman_globals.json"))?.variables);
    bench.scope = scope;
    bench.files = folder();
    Ok(bench)
}

/// Names in lower case with their values, sorted.
fn comparable<'a>(
    fields: impl Iterator<Item = (&'a str, &'a str)>,
    typed: &Headers,
) -> Vec<(String, String)> {
    let mut fields: Vec<_> = fields
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .filter(|(name, _)| {
            !CLIENTS.contains(&name.as_str()) || (name == "accept" && typed.contains("accept"))
        })
        .collect();
    fields.sort();
    fields
}

fn pairs(fields: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

#[test]
fn every_case_is_sent_as_newman_sends_it_or_refused() -> Result<(), Box<dyn std::error::Error>> {
    let mut checked = 0;
    for line in std::fs::read_to_string(folder().join("cases.jsonl"))?.lines() {
        let case: Case = serde_json::from_str(line)?;
        let name = &case.name;
        let resolved = bench(&case)?.resolve();
        checked += 1;
        if case.expected.starts_with("refuse") {
            assert!(matches!(&resolved, Err(causes) if !causes.is_empty()), "{name}: {resolved:?}");
            continue;
        }
        let request = resolved.map_err(|causes| format!("{name}: {causes:?}"))?.request;
        assert_eq!(request.origin.to_string(), "http://127.0.0.1:18557", "{name}");
        let line = format!("{} {}", request.method, request.target);
        match (DIFFERENT.iter().find(|(different, _)| different == name), case.newman_sends.first()) {
            (Some((_, ours)), sent) => {
                assert_ne!(case.expected, "same", "{name}");
                assert_eq!(line, *ours, "{name}");
                if let Some(sent) = sent.filter(|_| name.starts_with("hdr:")) {
                    let theirs = comparable(pairs(&sent.headers), &request.headers);
                    assert_eq!(comparable(request.headers.iter(), &request.headers), theirs, "{name}");
                }
            }
            (None, Some(sent)) => {
                assert_eq!(case.expected, "same", "{name}");
                assert_eq!(line, format!("{} {}", sent.method, sent.target), "{name}");
                let theirs = comparable(pairs(&sent.headers), &request.headers);
                assert_eq!(comparable(request.headers.iter(), &request.headers), theirs, "{name}");
                assert_eq!(request.body.as_deref().unwrap_or_default(), sent.body.as_bytes(), "{name}");
            }
            (None, None) => return Err(format!("{name}: nothing to compare with").into()),
        }
    }
    assert_eq!(checked, 84);
    Ok(())
}

#[test]
fn causes_name_what_is_wrong() -> Result<(), Box<dyn std::error::Error>> {
    let expected = [
        ("url: pathvar empty value", "path variable `:id` has no value"),
        ("url: unresolved variable in path and query", "variable `nope` has no value"),
        ("hdr: invalid name (space)", "header name `X Bad` is not a token"),
        ("hdr: newline in value", "holds a line break"),
        ("body: file src null", "no file is named"),
        ("body: formdata", "upload `nope.txt`: there is no such file"),
        ("auth: unknown type", "auth type `zzz`: is not supported"),
        ("var: cycle", "variable `cyc"),
        ("var: spaces in braces", "variable ` a ` has no value"),
    ];
    for line in std::fs::read_to_string(folder().join("cases.jsonl"))?.lines() {
        let case: Case = serde_json::from_str(line)?;
        let Some((name, text)) = expected.iter().find(|(name, _)| *name == case.name) else { continue };
        let causes = bench(&case)?.resolve().err().unwrap_or_default();
        let texts: Vec<String> = causes.iter().map(ToString::to_string).collect();
        assert!(texts.iter().any(|cause| cause.contains(text)), "{name}: {texts:?}");
    }
    Ok(())
}
