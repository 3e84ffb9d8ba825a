//! What it costs to load and plan a large collection, beside what it costs to parse it.
//!
//! The collection is the largest file of the folder that `UPHOLD_CORPUS` names, else one made in
//! memory: 24 MB of requests with headers, folders, and some examples each. Measured in turns:
//!
//! - *parse*: the bytes into one [`serde_json::Value`], and that dropped again;
//! - *load*: [`Workspace::load`], the collection as uphold holds it;
//! - *plan*: [`uphold::plan::suite`] for a live API: ids, requests, recipes, schemas, expectations.
//!
//! Prints medians, the ratios to *parse*, and the most memory that the process has held when the
//! first plan is made, before anything else is done: `cargo bench --bench plan`.
#![expect(clippy::print_stdout, reason = "the figures are what a benchmark is for")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use uphold::message::Origin;
use uphold::plan::{Options, Selection, Target, suite as plan_suite};
use uphold::postman::BaseRule;
use uphold::suite::{Inputs, Workspace};

use support::{Failure, median, megabytes, peak_memory};

const ROUNDS: usize = 9;

fn main() -> Result<(), Failure> {
    let dir = tempfile::tempdir()?;
    let file = match std::env::var_os("UPHOLD_CORPUS") {
        Some(corpus) => largest(Path::new(&corpus))?,
        None => made(dir.path())?,
    };
    let options = Options {
        target: Target::Live(Some(BaseRule { origin: Origin::loopback(80), prefix: None })),
        selection: Selection::default(),
        allow_writes: true,
        only_safe: false,
        chance: uphold::postman::Chance::default(),
    };
    let name = file.display().to_string();
    let workspace = Workspace::at(dir.path());
    let (mut parse, mut load, mut plan) = (Vec::new(), Vec::new(), Vec::new());
    let (mut memory, mut cases) = (0, 0);
    for round in 0..ROUNDS {
        let started = Instant::now();
        let suite = workspace.load(&name, &Inputs::default())?;
        load.push(started.elapsed());
        let started = Instant::now();
        let planned = plan_suite(&suite, &options)?;
        plan.push(started.elapsed());
        cases = planned.cases.len();
        drop((suite, planned));
        if round == 0 {
            memory = peak_memory()?;
        }

        let started = Instant::now();
        drop(serde_json::from_slice::<Value>(&fs::read(&file)?)?);
        parse.push(started.elapsed());
    }
    println!("{name}: {} MB, {cases} cases; medians of {ROUNDS}", megabytes(fs::metadata(&file)?.len()));
    let parse = median(parse);
    let line = |what: &str, time: Duration| {
        let ratio = time.as_secs_f64() / parse.as_secs_f64();
        println!("{what:<6} {:7.1} ms ({ratio:5.2} x)", time.as_secs_f64() * 1e3);
    };
    line("parse", parse);
    line("load", median(load));
    line("plan", median(plan));
    println!("memory {:7} MB", megabytes(memory));
    Ok(())
}

fn largest(corpus: &Path) -> Result<PathBuf, Failure> {
    let mut files = Vec::new();
    for entry in fs::read_dir(corpus)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().ends_with(".postman_collection.json") {
            files.push((entry.metadata()?.len(), entry.path()));
        }
    }
    let (_, file) = files.into_iter().max().ok_or("no collection in UPHOLD_CORPUS")?;
    Ok(file)
}

/// 1,000 requests with a documented success and six errors each, as generators write them.
fn made(dir: &Path) -> Result<PathBuf, Failure> {
    let record = json!({
        "id": "<string>", "name": "<string>", "created": "<dateTime>", "enabled": "<boolean>",
        "owner": { "id": "<string>", "type": "IDENTITY", "name": "<string>" },
        "attributes": { "count": "<integer>", "ratio": "<number>", "tags": ["<string>", "<string>"] },
    });
    let success = json!({ "records": vec![record; 10], "total": "<integer>" }).to_string();
    let error = json!({
        "detailCode": "400.1 Bad Request Content", "trackingId": "e7eab60924f64aa284175b9fa3309599",
        "messages": [{ "locale": "en-US", "localeOrigin": "DEFAULT", "text": "x".repeat(1_000) }],
    })
    .to_string();
    let description = "A parameter that is described at some length. ".repeat(20);
    let item = |n: usize| {
        let request = json!({
            "method": if n.is_multiple_of(3) { "POST" } else { "GET" },
            "header": [{ "key": "Accept", "value": "application/json" }],
            "url": {
                "host": ["{{baseUrl}}"], "path": [format!("things-{n}"), ":id"],
                "query": [{ "key": "limit", "value": "<integer>", "description": description }],
                "variable": [{ "key": "id", "value": "<string>", "description": description }],
            },
        });
        let answer = |code: u16| {
            json!({
                "name": format!("answer {code}"), "originalRequest": request, "code": code,
                "header": [{ "key": "Content-Type", "value": "application/json" }],
                "body": if code == 200 { &success } else { &error },
            })
        };
        let answers: Vec<Value> = [200, 400, 401, 403, 404, 429, 500].map(answer).into();
        json!({ "name": format!("thing {n}"), "request": request, "response": answers })
    };
    let collection = json!({
        "info": { "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json", "name": "made" },
        "auth": { "type": "bearer", "bearer": [{ "key": "token", "value": "{{token}}" }] },
        "item": (0..1_000).map(item).collect::<Vec<_>>(),
    });
    let file = dir.join("made.postman_collection.json");
    fs::write(&file, collection.to_string())?;
    Ok(file)
}
