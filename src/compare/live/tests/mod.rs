//! Cases under comparison: golden rows, every change of every answer of the seeds, and the rules.

mod chance;
mod every;
mod golden;
mod mutations;
mod noise;
mod rules;
mod times;

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::finding::Finding;
use crate::message::{Answer, Headers, Origin, Request};
use crate::plan::{Case, Options, Selection, Target, suite};
use crate::postman::Chance;
use crate::suite::{Inputs, Settings, Side, Suite, Workspace};

/// The cases of one GET item with these examples, as they are for the old server.
fn cases(examples: &Value, toml: &str) -> (Suite, Vec<Arc<Case>>) {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("cases/s");
    std::fs::create_dir_all(&dir).unwrap();
    let request = json!({"method": "GET", "url": "https://api.example.com/a"});
    let item = json!({"name": "a", "request": request, "response": examples});
    let collection = json!({"info": {"name": "s"}, "item": [item]});
    std::fs::write(dir.join("s.postman_collection.json"), collection.to_string()).unwrap();
    std::fs::write(dir.join("suite.toml"), toml).unwrap();
    let inputs = Inputs { side: Some(Side::Old), ..Inputs::default() };
    let loaded = Workspace::at(folder.path()).load("s", &inputs).unwrap();
    let options = Options {
        target: Target::Live(Some(crate::suite::parse_base_url("http://127.0.0.1:9").unwrap())),
        selection: Selection::default(),
        allow_writes: false,
        only_safe: false,
        repeats: true,
        chance: Chance::default(),
    };
    let plan = suite(&loaded, &options).unwrap();
    (loaded, plan.cases)
}

/// One JSON example with status 200.
fn case(body: &Value) -> (Suite, Arc<Case>) {
    one(&[body], "")
}

/// The first of several JSON examples with status 200.
fn one(bodies: &[&Value], toml: &str) -> (Suite, Arc<Case>) {
    let examples: Vec<Value> = bodies.iter().map(|body| example(200, body)).collect();
    let (suite, cases) = cases(&examples.into(), toml);
    (suite, Arc::clone(&cases[0]))
}

fn example(status: u16, body: &Value) -> Value {
    json!({"name": "OK", "code": status, "body": body.to_string(),
        "header": [{"key": "Content-Type", "value": "application/json"}]})
}

fn answer(status: u16, body: &Value) -> Answer {
    let headers: Headers = [("Content-Type", "application/json")].into_iter().collect();
    Answer { status, headers, body: body.to_string().into() }
}

fn request(method: &str) -> Request {
    Request {
        method: method.to_owned(),
        origin: Origin::loopback(9),
        target: "/a".to_owned(),
        headers: Headers::new(),
        body: None,
    }
}

/// Old, new, old again, and so on; the error is what kept it from being compared.
fn compared(
    (suite, case): &(Suite, Arc<Case>),
    answers: &[Answer],
    values: bool,
) -> Result<Compared, Box<Finding>> {
    let settings: Arc<Settings> = Arc::new(suite.settings.clone());
    let (first, rest) = answers.split_first().unwrap();
    let mut watch = Watch::begin(case, &request("GET"), &settings, first, values).unwrap()?;
    for round in rest.chunks(2) {
        watch.new_answer(&round[0])?;
        watch.old_again(&round[1])?;
    }
    Ok(watch.finish())
}

/// The same of JSON answers with status 200.
fn of_bodies(of: &(Suite, Arc<Case>), bodies: &[&Value]) -> Compared {
    let answers: Vec<Answer> = bodies.iter().map(|body| answer(200, body)).collect();
    compared(of, &answers, false).unwrap()
}

fn lines<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Vec<String> {
    let line = |f: &Finding| format!("{} {} {}", f.severity, f.id, f.at).trim_end().to_owned();
    let mut lines: Vec<String> = findings.into_iter().map(line).collect();
    lines.sort();
    lines
}
