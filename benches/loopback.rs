//! What uphold adds to HTTP: GET cases with a small JSON body on loopback, 16 in flight, beside a
//! bare reqwest loop.
//!
//! All send to the same server in this process, in turns within one run, so that the machine's
//! moods hit all alike:
//!
//! - *bare*: reqwest, 16 in flight, the body compared with the one that was served;
//! - *send*: the scheduler of [`uphold::send`] with its limits and cookies, without checks;
//! - *run*: the whole of `uphold run`: the collection read, planned, sent, checked against the
//!   schemas, `JUnit` and run.json written, the terminal report made (and thrown away).
//!
//! Prints medians, the ratios to *bare*, and the most memory that this process, server and all,
//! has held so far: `cargo bench --bench loopback`.
#![expect(clippy::print_stdout, reason = "the figures are what a benchmark is for")]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use futures_util::StreamExt;
use serde_json::json;
use uphold::finding::Severity;
use uphold::jobs::run::{RunSettings, run};
use uphold::jobs::{BaseUrls, Chosen, Goal};
use uphold::message::{Headers, Origin, Request};
use uphold::plan::Selection;
use uphold::report::{OutputFormat, OutputSpec, ReportSettings, Verbosity};
use uphold::send::{Cancel, Client, Jar, Job, Limits, NetworkSettings, Pace, Sender, Signing};
use uphold::suite::{Inputs, Workspace};

use support::{Failure, median, megabytes, peak_memory};

const JOBS: usize = 16;
const BODY: &str = r#"{"users":[{"id":"1","name":"Ada"},{"id":"2","name":"Grace"}],"info":{"count":2}}"#;

fn main() -> Result<(), Failure> {
    // A server of its own threads, as a remote one would be.
    let server = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let listener = server.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let origin = Origin::parse(&format!("http://{}", listener.local_addr()?))?;
    let app = Router::new().fallback(|| async { ([("content-type", "application/json")], BODY) });
    server.spawn(async move { axum::serve(listener, app).await });

    println!("GET on loopback, {JOBS} in flight, a body of {} bytes; medians", BODY.len());
    println!("{:>6}  {:>20}  {:>20}  {:>20}  {:>10}", "cases", "bare", "send", "run", "memory");
    for (requests, rounds) in [(1_000, 21), (10_000, 5)] {
        compare(&origin, requests, rounds)?;
    }
    Ok(())
}

fn compare(origin: &Origin, requests: usize, rounds: usize) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let client = Client::new(Limits { jobs: JOBS, ..Limits::default() });
    let uphold = Sender::new(client, Signing::default());
    let _ = rustls::crypto::ring::default_provider().install_default();
    let bare = reqwest::Client::builder().no_proxy().tls_certs_only([]).build()?;
    let dir = tempfile::tempdir()?;
    let settings = settings(origin, requests, dir.path())?;
    let (mut of_bare, mut of_send, mut of_run) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=rounds {
        let bare = runtime.block_on(bare_loop(&bare, origin, requests))?;
        let send = runtime.block_on(scheduled(&uphold, origin, requests))?;
        let whole = whole_run(&settings, requests)?;
        // The first round opens the connections.
        if round > 0 {
            of_bare.push(bare);
            of_send.push(send);
            of_run.push(whole);
        }
    }
    let (bare, send, run) = (median(of_bare), median(of_send), median(of_run));
    let cell = |time: Duration| {
        format!("{:8.1} ms ({:5.2} x)", time.as_secs_f64() * 1e3, time.as_secs_f64() / bare.as_secs_f64())
    };
    println!(
        "{requests:>6}  {:>20}  {:>20}  {:>20}  {:>7} MB",
        cell(bare),
        cell(send),
        cell(run),
        megabytes(peak_memory()?)
    );
    Ok(())
}

/// What anyone would write by hand.
async fn bare_loop(client: &reqwest::Client, origin: &Origin, requests: usize) -> Result<Duration, Failure> {
    let urls: Vec<String> = (0..requests).map(|n| format!("{origin}/users/{n}?page=1")).collect();
    let started = Instant::now();
    let mut answers = futures_util::stream::iter(urls)
        .map(|url| async { client.get(url).send().await?.bytes().await })
        .buffer_unordered(JOBS);
    let mut count = 0;
    while let Some(body) = answers.next().await {
        count += usize::from(body? == BODY);
    }
    let time = started.elapsed();
    all(count, requests)?;
    Ok(time)
}

async fn scheduled(sender: &Sender, origin: &Origin, requests: usize) -> Result<Duration, Failure> {
    let jar = Jar::default();
    let job = |n| Job {
        late: None,
        delivery: Arc::default(),
        expected: 200,
        request: Request {
            method: "GET".to_owned(),
            origin: origin.clone(),
            target: format!("/users/{n}?page=1"),
            headers: Headers::new(),
            body: None,
        },
        lane: None,
        jar: jar.clone(),
        pace: Pace::default(),
    };
    let jobs: Vec<Job> = (0..requests).map(job).collect();
    let started = Instant::now();
    let mut run = sender
        .run(jobs, &Cancel::new(), |_, exchange| exchange.result.is_ok_and(|answer| answer.body == BODY));
    let mut count = 0;
    while let Some((_, fine)) = run.next().await {
        count += usize::from(fine);
    }
    let time = started.elapsed();
    all(count, requests)?;
    Ok(time)
}

fn whole_run(settings: &RunSettings, requests: usize) -> Result<Duration, Failure> {
    let started = Instant::now();
    let outcome = run(settings, &mut std::io::sink())?;
    let time = started.elapsed();
    all(outcome.summary.passed, requests)?;
    Ok(time)
}

/// A collection of that many requests with one example each, and a run of it.
fn settings(origin: &Origin, requests: usize, dir: &Path) -> Result<RunSettings, Failure> {
    let item = |n: usize| {
        let request = json!({ "method": "GET", "url": {
            "raw": format!("{{{{baseUrl}}}}/users/{n}?page=1"), "host": ["{{baseUrl}}"],
            "path": ["users", n.to_string()], "query": [{ "key": "page", "value": "1" }],
        }});
        json!({ "name": format!("user {n}"), "request": request, "response": [{
            "name": "ok", "originalRequest": request, "code": 200, "body": BODY,
            "header": [{ "key": "Content-Type", "value": "application/json" }],
        }]})
    };
    let collection = json!({
        "info": { "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json", "name": "users" },
        "item": (0..requests).map(item).collect::<Vec<_>>(),
    });
    let file = dir.join("users.postman_collection.json");
    std::fs::write(&file, collection.to_string())?;
    let output = |format, name| OutputSpec { format, path: dir.join(name), behind: false };
    Ok(RunSettings {
        chosen: Chosen {
            workspace: Workspace::at(dir),
            suites: vec![file.display().to_string()],
            inputs: Inputs::default(),
        },
        selection: Selection::default(),
        shard: None,
        no_skips: false,
        goal: Goal::Named(BaseUrls::parse(&[origin.to_string()])?),
        allow_writes: false,
        only_safe: false,
        limits: Limits { jobs: JOBS, ..Limits::default() },
        rate: None,
        retries: 0,
        network: NetworkSettings::default(),
        fail_on: Severity::Breaking,
        reports: ReportSettings {
            outputs: vec![output(OutputFormat::Junit, "junit.xml"), output(OutputFormat::Json, "run.json")],
            ..ReportSettings::default()
        },
        pending: None,
        progress: None,
        links: None,
        verbosity: Verbosity::Normal,
        give_up: |signal| panic!("{signal:?}"),
        started: jiff::Timestamp::UNIX_EPOCH,
        seed: uphold::jobs::run::Seed::Asked(7),
    })
}

/// A fast wrong answer is no result.
fn all(count: usize, requests: usize) -> Result<(), Failure> {
    if count == requests { Ok(()) } else { Err(format!("only {count} of {requests} were fine").into()) }
}
