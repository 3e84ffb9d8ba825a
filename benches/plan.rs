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

#[path = "support/collection.rs"]
mod collection;
mod support;

use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;
use uphold::message::Origin;
use uphold::plan::{Options, Selection, Target, suite as plan_suite};
use uphold::postman::BaseRule;
use uphold::suite::{Inputs, Workspace};

use support::{Failure, median, megabytes, peak_memory};

const ROUNDS: usize = 9;

fn main() -> Result<(), Failure> {
    let dir = tempfile::tempdir()?;
    let file = collection::chosen(dir.path())?;
    let options = Options {
        target: Target::Live(Some(BaseRule { origin: Origin::loopback(80), prefix: None })),
        selection: Selection::default(),
        allow_writes: true,
        only_safe: false,
        repeats: false,
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
