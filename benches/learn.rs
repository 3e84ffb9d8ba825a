//! What it costs to learn the schemas of a large collection, beside what it costs to parse it.
//!
//! The collection is that of the benchmark `plan`. Measured in turns:
//!
//! - *parse*: the bytes into one [`serde_json::Value`], and that dropped again;
//! - *fresh*: [`learn`] where there is no schema file yet: load, infer, compile, write;
//! - *again*: the same where nothing changes: load, infer, compile, read, compare.
//!
//! Prints medians, the ratios to *parse*, and the most memory that the process has held by the end of
//! the first *fresh* and of the first *again*: `cargo bench --bench learn`.
#![expect(clippy::print_stdout, reason = "the figures are what a benchmark is for")]

#[path = "support/collection.rs"]
mod collection;
mod support;

use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;
use uphold::jobs::Chosen;
use uphold::jobs::learn::{LearnSettings, learn};
use uphold::report::schemas::SuiteSchemas;
use uphold::suite::{Inputs, Workspace};

use support::{Failure, median, megabytes, peak_memory};

const ROUNDS: usize = 9;

fn main() -> Result<(), Failure> {
    let dir = tempfile::tempdir()?;
    let file = collection::chosen(dir.path())?;
    let name = file.display().to_string();
    let chosen = Chosen {
        workspace: Workspace::at(dir.path()),
        suites: vec![name.clone()],
        inputs: Inputs::default(),
    };
    let settings = LearnSettings { chosen, strict: false, check: false };
    let (mut parse, mut fresh, mut again) = (Vec::new(), Vec::new(), Vec::new());
    let (mut memory, mut files) = ([0, 0], 0);
    for round in 0..ROUNDS {
        let started = Instant::now();
        files = learn(&settings)?.iter().map(SuiteSchemas::changed).sum();
        fresh.push(started.elapsed());
        if round == 0 {
            memory[0] = peak_memory()?;
        }
        let started = Instant::now();
        drop(learn(&settings)?);
        again.push(started.elapsed());
        if round == 0 {
            memory[1] = peak_memory()?;
        }
        fs::remove_dir_all(dir.path().join("schemas"))?;

        let started = Instant::now();
        drop(serde_json::from_slice::<Value>(&fs::read(&file)?)?);
        parse.push(started.elapsed());
    }
    println!(
        "{name}: {} MB, {files} schema files; medians of {ROUNDS}",
        megabytes(fs::metadata(&file)?.len())
    );
    let parse = median(parse);
    let line = |what: &str, time: Duration, memory: &str| {
        let ratio = time.as_secs_f64() / parse.as_secs_f64();
        println!("{what:<6} {:7.1} ms ({ratio:5.2} x){memory}", time.as_secs_f64() * 1e3);
    };
    line("parse", parse, "");
    line("fresh", median(fresh), &format!(" {:5} MB", megabytes(memory[0])));
    line("again", median(again), &format!(" {:5} MB", megabytes(memory[1])));
    Ok(())
}
