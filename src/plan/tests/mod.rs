//! Whole plans of suites made for the test: recipes, hosts, guards, selection, and what holds for
//! any collection.

mod behavior;
mod corpus;
mod lints;
mod orphans;
mod properties;
mod recipes;
mod rules;
mod shards;
mod targets;

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::postman::Chance;
use crate::suite::{Inputs, Workspace, parse_base_url};

/// A suite in the making.
#[derive(Debug)]
struct World {
    collection: Value,
    toml: String,
    base: Option<&'static str>,
    writes: bool,
    only_safe: bool,
    selection: Selection,
}

impl World {
    /// These items under `{{baseUrl}}`, with a bearer token for all of them.
    fn of(items: impl IntoIterator<Item = Value>) -> Self {
        let items: Vec<Value> = items.into_iter().collect();
        let collection = json!({
            "info": {"name": "S", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
            "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "TOKEN-1234"}]},
            "item": items,
        });
        Self {
            collection,
            toml: String::new(),
            base: Some("http://127.0.0.1:9"),
            writes: false,
            only_safe: false,
            selection: Selection::default(),
        }
    }

    /// One item with these examples, each with a request of its own.
    fn item(url: &str, examples: &[(&str, u16)]) -> Self {
        Self::of(vec![item("Item", url, examples)])
    }

    fn toml(mut self, text: &str) -> Self {
        text.clone_into(&mut self.toml);
        self
    }

    fn to(mut self, base: Option<&'static str>) -> Self {
        self.base = base;
        self
    }

    fn load(&self) -> Suite {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("cases/s");
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join("s.postman_collection.json"), self.collection.to_string()).unwrap();
        std::fs::write(dir.join("suite.toml"), &self.toml).unwrap();
        Workspace::at(folder.path()).load("s", &Inputs::default()).unwrap()
    }

    fn plan_for(&self, target: Target) -> SuitePlan {
        suite(&self.load(), &self.options(target)).unwrap()
    }

    fn options(&self, target: Target) -> Options {
        Options {
            target,
            selection: self.selection.clone(),
            allow_writes: self.writes,
            only_safe: self.only_safe,
            repeats: false,
            chance: Chance::default(),
        }
    }

    fn live_target(&self) -> Target {
        Target::Live(self.base.map(|base| parse_base_url(base).unwrap()))
    }

    fn live(&self) -> SuitePlan {
        self.plan_for(self.live_target())
    }

    fn mock(&self) -> SuitePlan {
        self.plan_for(Target::Mock(Origin::loopback(9)))
    }

    /// What becomes of each example on the live API: `as saved: GET /x`, or the reason.
    fn lines(&self) -> Vec<String> {
        self.live().cases.iter().map(|case| line(case)).collect()
    }
}

fn line(case: &Case) -> String {
    match &case.action {
        Action::Send { request, .. } => format!("{}: {} {}", case.recipe, request.method, request.target),
        Action::Skip(skip) => skip.reason.clone(),
    }
}

fn sent(case: &Case) -> &crate::message::Request {
    match &case.action {
        Action::Send { request, .. } => request,
        Action::Skip(skip) => panic!("{}: {}", case.id, skip.reason),
    }
}

fn item(name: &str, url: &str, examples: &[(&str, u16)]) -> Value {
    let request = json!({"method": "GET", "url": url});
    let responses: Vec<Value> =
        examples.iter().map(|(name, code)| example(name, *code, &request, "{}")).collect();
    json!({"name": name, "request": request, "response": responses})
}

fn example(name: &str, code: u16, request: &Value, body: &str) -> Value {
    json!({
        "name": name,
        "originalRequest": request,
        "code": code,
        "header": [{"key": "Content-Type", "value": "application/json"}],
        "body": body,
    })
}

/// Where two cases of one item send the same though they document different answers, though no
/// rule of suite.toml says so.
fn conflicts(plan: &SuitePlan) -> Vec<String> {
    let of_item = |case: &Case| case.id.as_str().rsplit_once("::").map(|(item, _)| item.to_owned());
    let mut found = Vec::new();
    let mut seen: std::collections::HashMap<(Option<String>, String), &Arc<Case>> =
        std::collections::HashMap::new();
    for case in &plan.cases {
        let Action::Send { request, .. } = &case.action else { continue };
        let request =
            format!("{} {} {:?} {:?}", request.method, request.url(), request.headers, request.body);
        let first = seen.entry((of_item(case), request)).or_insert(case);
        let documented = |case: &Case| {
            let expected = &case.expectation;
            (expected.status, expected.outcome, expected.code.as_ref().map(|code| code.code.clone()))
        };
        if documented(first) != documented(case) {
            found.push(format!("{} and {}", first.id, case.id));
        }
    }
    found
}
