//! What inference and checking cost, and the laws of inference over many groups.
//!
//! - *infer*: 50 MB of records, one JSON text a line, through [`Accumulator::read`], beside
//!   `serde_json` building values of the same lines; and, where `UPHOLD_PEERS` is set, beside
//!   `schema_analysis` (built from `benches/peers/`, which asks crates.io once) and `GenSON` (Python);
//! - *check*: one answer as Zoho gives it, read, validated and walked over;
//! - *laws*: as many random groups of bodies as `UPHOLD_GROUPS` says, 20,000 without it, each held to
//!   soundness, independence of order and grouping, and the same schema twice.
//!
//! `UPHOLD_GROUPS=1000000 UPHOLD_PEERS=1 cargo bench --bench infer`
#![expect(clippy::print_stdout, reason = "the figures are what a benchmark is for")]

#[path = "support/groups.rs"]
mod groups;
mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use uphold::check::check;
use uphold::contract::schema::infer::Accumulator;
use uphold::message::Answer;
use uphold::plan::{Options, Selection, Target, suite as plan_suite};
use uphold::postman::BaseRule;
use uphold::suite::{Inputs, Workspace};

use support::{Failure, median, megabytes, peak_memory};

const SIZE: usize = 50_000_000;
const ROUNDS: usize = 5;
const GROUPS: u64 = 20_000;

fn main() -> Result<(), Failure> {
    let dir = tempfile::tempdir()?;
    inference(dir.path())?;
    checking(dir.path())?;
    laws()
}

fn inference(dir: &Path) -> Result<(), Failure> {
    let text = records();
    let file = dir.join("records.ndjson");
    fs::write(&file, &text)?;
    let held = peak_memory()?;
    let mut schema = Value::Null;
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        schema = text.lines().try_fold(Accumulator::default(), Accumulator::read)?.finish();
        times.push(started.elapsed());
    }
    let more = peak_memory()?.saturating_sub(held);
    let mut built = Vec::new();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        for line in text.lines() {
            drop(serde_json::from_str::<Value>(line)?);
        }
        built.push(started.elapsed());
    }
    let speed = |time: Duration| megabytes_of(text.len()) / time.as_secs_f64();
    println!(
        "{} MB of records, {} lines; medians of {ROUNDS}",
        megabytes(text.len() as u64),
        text.lines().count()
    );
    println!("infer           {:7.1} MB/s, {} MB more than the text", speed(median(times)), megabytes(more));
    println!("serde_json      {:7.1} MB/s, values that are dropped", speed(median(built)));
    println!("schema          {} bytes", schema.to_string().len());
    peers(&file);
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "sizes of megabytes")]
fn megabytes_of(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

/// The same file through other programs, or why not.
fn peers(file: &Path) {
    if std::env::var_os("UPHOLD_PEERS").is_none() {
        println!("peers           skipped: UPHOLD_PEERS is not set");
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--release", "--quiet", "--manifest-path"]).arg(folder.join("Cargo.toml"));
    cargo.arg("--target-dir").arg(folder.join("target")).arg("--").arg(file);
    let mut python = Command::new("python3");
    python.arg(folder.join("by_genson.py")).arg(file);
    for mut command in [cargo, python] {
        match command.output() {
            Ok(output) if output.status.success() => print!("{}", String::from_utf8_lossy(&output.stdout)),
            Ok(output) => print!("{}", String::from_utf8_lossy(&output.stderr)),
            Err(error) => println!("peers           skipped: {error}"),
        }
    }
}

/// Records of some twenty members: ids, dates, words, an optional address, a list, a map.
fn records() -> String {
    let mut text = String::with_capacity(SIZE + 1_000);
    let mut n = 0_u64;
    while text.len() < SIZE {
        n += 1;
        let address = if n.is_multiple_of(3) {
            Value::Null
        } else {
            json!({"street": "Main Street 7", "zip": "89073"})
        };
        let record = json!({
            "id": (738_964_000_000_000_000 + n).to_string(), "number": n, "ratio": f64::from(u32::try_from(n % 1_000).unwrap_or(0)) / 8.0,
            "created": format!("2021-05-{:02}T12:{:02}:36+00:00", 1 + n % 28, n % 60), "day": "2021-05-11",
            "owner": {"id": n % 77, "name": format!("Owner {}", n % 77), "email": format!("owner.{}@example.com", n % 77)},
            "status": if n.is_multiple_of(5) { "inactive" } else { "active" }, "enabled": n.is_multiple_of(2),
            "uuid": format!("988c2c6d-df1b-4bb9-b837-{n:012x}"), "link": format!("https://example.com/records/{n}"),
            "address": address, "tags": ["one", "two"], "lines": [{"sku": "A-1", "count": 2}, {"sku": "B-2", "count": n % 9}],
            "fields": {(738_964_000_000_000_000 + n % 500).to_string(): {"n": 1}},
            "note": "A text of some length, as people write it.",
        });
        let _ = writeln!(text, "{record}");
    }
    text
}

/// The example of Zoho's that updates a user, checked again and again.
fn checking(dir: &Path) -> Result<(), Failure> {
    let body = json!({"users": [{"code": "SUCCESS", "details": {"id": "738964000000291009"}, "message": "User updated", "status": "success"}]});
    let failed = json!({"users": [{"code": "INVALID_DATA", "details": {}, "message": "the id given seems to be invalid", "status": "error"}]});
    let answer = |name: &str, body: &Value| {
        json!({"name": name, "code": 200, "body": body.to_string(),
            "header": [{"key": "Content-Type", "value": "application/json;charset=utf-8"}, {"key": "Server", "value": "ZGS"}]})
    };
    let item = json!({"name": "update", "request": {"method": "GET", "url": "https://api.example.com/users/1"},
        "response": [answer("SUCCESS", &body), answer("INVALID_DATA", &failed)]});
    let collection = json!({
        "info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json", "name": "zoho"}, "item": [item],
    });
    let file = dir.join("zoho.postman_collection.json");
    fs::write(&file, collection.to_string())?;
    let suite = Workspace::at(dir).load(&file.display().to_string(), &Inputs::default())?;
    let options = Options {
        target: Target::Live(Some(BaseRule { origin: uphold::message::Origin::loopback(80), prefix: None })),
        selection: Selection::default(),
        allow_writes: false,
        only_safe: false,
        repeats: false,
        chance: uphold::postman::Chance::default(),
    };
    let plan = plan_suite(&suite, &options)?;
    let case = plan.cases.first().ok_or("no case")?;
    let headers = [("Content-Type", "application/json;charset=utf-8"), ("Server", "ZGS")];
    let answer =
        Answer { status: 200, headers: headers.into_iter().collect(), body: body.to_string().into() };
    let broken = Answer { body: body.to_string().replace("\"User updated\"", "7").into(), ..answer.clone() };
    let time = |answer: &Answer| -> Duration {
        const TIMES: u32 = 20_000;
        let started = Instant::now();
        let found: usize = (0..TIMES).map(|_| check(&case.expectation, answer).len()).sum();
        assert_eq!(found > 0, answer.body == broken.body, "the answer is judged wrong");
        started.elapsed() / TIMES
    };
    let text = body.to_string();
    let parse = |read: &dyn Fn() -> bool| -> Duration {
        const TIMES: u32 = 20_000;
        let started = Instant::now();
        assert!((0..TIMES).all(|_| read()), "the answer is no JSON");
        started.elapsed() / TIMES
    };
    let (mut peer, mut own) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        peer.push(parse(&|| serde_json::from_str::<Value>(&text).is_ok()));
        own.push(parse(&|| uphold::contract::json::parse(&text).is_ok()));
    }
    let each = |time: Duration| time.as_secs_f64() * 1e6;
    println!("one answer of {} bytes; medians of {ROUNDS}", answer.body.len());
    println!("serde_json      {:7.2} µs", each(median(peer)));
    println!("parse           {:7.2} µs, names that are twice told", each(median(own)));
    println!(
        "check           {:7.2} µs, nothing found",
        each(median((0..ROUNDS).map(|_| time(&answer)).collect()))
    );
    println!(
        "check           {:7.2} µs, one finding",
        each(median((0..ROUNDS).map(|_| time(&broken)).collect()))
    );
    let item = json!({"code": "SUCCESS", "details": {"id": "738964000000291009"}, "status": "success"});
    let many = Answer { body: json!({"users": vec![item; 100_000]}).to_string().into(), ..answer };
    let started = Instant::now();
    let found = check(&case.expectation, &many).len();
    let seconds = started.elapsed().as_secs_f64();
    println!("check           {:7.1} ms, {found} finding in 100,000 items", seconds * 1e3);
    Ok(())
}

fn laws() -> Result<(), Failure> {
    let count = std::env::var("UPHOLD_GROUPS").ok().map_or(Ok(GROUPS), |text| text.parse::<u64>())?;
    let next = AtomicU64::new(0);
    let started = Instant::now();
    let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let broken: Vec<String> = thread::scope(|scope| {
        let work = || loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= count {
                return None;
            }
            if let Err(why) = groups::hold(seed) {
                return Some(why);
            }
        };
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .filter_map(|worker| worker.join().unwrap_or_else(|_| Some("a panic".to_owned())))
            .collect()
    });
    if broken.is_empty() {
        println!(
            "{count} random groups keep the laws; {:.1} s on {workers} threads",
            started.elapsed().as_secs_f64()
        );
        return Ok(());
    }
    Err(broken.join("\n\n").into())
}
