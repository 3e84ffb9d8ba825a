//! The engine as a whole: golden rows, the seeds with one change at a time, and the rules of
//! precedence.

mod announced;
mod bodies;
mod claims;
mod corpus;
mod envelopes;
mod golden;
mod hints;
mod kinds;
mod lookalikes;
mod mutations;
mod rules;
mod schemas;
mod seeds;
mod unknown;
mod verdicts;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use super::*;
use crate::contract::Siblings;
use crate::contract::{Contracts, Told};
use crate::postman::Example;
use crate::postman::model::Placed;
use crate::suite::{CaseSettings, SchemaFile, Settings};

/// The examples of these items, as if each answered GET.
fn told<'e>(items: &'e [Placed<'e>]) -> impl Iterator<Item = Told<'e>> {
    let of = |(item, placed): (usize, &'e Placed<'e>)| {
        placed.item.examples.iter().map(move |example| Told { item, method: "GET", example })
    };
    items.iter().enumerate().flat_map(of)
}

/// An example by hand.
fn example(status: u16, headers: &[(&str, &str)], body: Option<&str>) -> Arc<Example> {
    Arc::new(Example {
        name: String::new(),
        id: None,
        request: None,
        code: Some(status),
        headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        body: body.map(str::to_owned),
        language: None,
        pointer: String::new(),
    })
}

fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    Answer { status, headers: headers.iter().copied().collect(), body: Bytes::copy_from_slice(body) }
}

/// What the examples of one item say, and a schema file or settings beside them.
#[derive(Default)]
struct World {
    examples: Vec<Arc<Example>>,
    settings: Settings,
    rules: CaseSettings,
    files: BTreeMap<String, SchemaFile>,
    /// GET where it is none.
    method: Option<&'static str>,
}

impl World {
    fn of(examples: impl IntoIterator<Item = Arc<Example>>) -> Self {
        Self { examples: examples.into_iter().collect(), ..Self::default() }
    }

    /// One JSON example with status 200.
    fn json(body: &str) -> Self {
        Self::of([example(200, &[("Content-Type", "application/json")], Some(body))])
    }

    fn with_file(mut self, path: &str, text: &str) -> Self {
        let file = SchemaFile { file: PathBuf::from(path), text: text.to_owned() };
        self.files.insert(path.to_owned(), file);
        self
    }

    fn expectation(&self, index: usize) -> Arc<Expectation> {
        let contracts = Contracts::of(
            self.examples.iter().map(|example| Told { item: 0, method: "GET", example }),
            &self.files,
            &self.settings,
        );
        let siblings: Vec<_> = self.examples.iter().map(|e| (Arc::clone(e), e.code)).collect();
        let example = &self.examples[index];
        let status = self.rules.status.or(example.code).unwrap_or(200);
        contracts
            .expectation(
                &["item".to_owned()],
                &Siblings::of(&siblings),
                example,
                status,
                self.method.unwrap_or("GET"),
                &self.rules,
            )
            .unwrap()
    }

    fn findings(&self, answer: &Answer) -> Vec<Finding> {
        check(&self.expectation(0), answer)
    }

    /// The findings on a JSON answer with status 200, as `severity id at`, sorted.
    fn on(&self, body: &str) -> Vec<String> {
        lines(&self.findings(&answer(200, &[("Content-Type", "application/json")], body.as_bytes())))
    }
}

fn lines(findings: &[Finding]) -> Vec<String> {
    let mut lines: Vec<_> = findings.iter().map(|f| format!("{} {} {}", f.severity, f.id, f.at)).collect();
    lines.sort();
    lines
}
