//! What the scheduler costs: 1,000 requests on loopback, 16 in flight, beside a bare reqwest loop.
//!
//! Both send to the same server in this process, in turns within one run, so that the machine's
//! moods hit both alike. Prints the medians and their ratio: `cargo bench --bench loopback`.
#![expect(clippy::print_stdout, reason = "the figures are what a benchmark is for")]

use std::error::Error;
use std::time::{Duration, Instant};

use axum::Router;
use futures_util::StreamExt;
use uphold::message::{Headers, Origin, Request};
use uphold::send::{Cancel, Client, Jar, Job, Limits};

const REQUESTS: usize = 1_000;
const JOBS: usize = 16;
const ROUNDS: usize = 31;
const BODY: &str = r#"{"users":[{"id":"1","name":"Ada"},{"id":"2","name":"Grace"}],"info":{"count":2}}"#;

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    // A server of its own threads, as a remote one would be.
    let server = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let listener = server.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let origin = Origin::parse(&format!("http://{}", listener.local_addr()?))?;
    let app = Router::new().fallback(|| async { ([("content-type", "application/json")], BODY) });
    server.spawn(async move { axum::serve(listener, app).await });

    let client = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    client.block_on(compare(&origin))
}

async fn compare(origin: &Origin) -> Result<(), Failure> {
    let uphold = Client::new(Limits { jobs: JOBS, ..Limits::default() });
    let _ = rustls::crypto::ring::default_provider().install_default();
    let bare = reqwest::Client::builder().no_proxy().tls_certs_only([]).build()?;
    let (mut of_bare, mut of_uphold) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let times = (bare_loop(&bare, origin).await?, scheduled(&uphold, origin).await?);
        // The first round opens the connections.
        if round > 0 {
            of_bare.push(times.0);
            of_uphold.push(times.1);
        }
    }
    let (bare, uphold) = (median(of_bare), median(of_uphold));
    println!("{REQUESTS} requests on loopback, {JOBS} in flight, medians of {} rounds:", ROUNDS - 1);
    println!("bare reqwest loop  {:6.1} ms", bare.as_secs_f64() * 1e3);
    println!("uphold::send       {:6.1} ms", uphold.as_secs_f64() * 1e3);
    println!("ratio              {:6.2}", uphold.as_secs_f64() / bare.as_secs_f64());
    Ok(())
}

/// What anyone would write by hand.
async fn bare_loop(client: &reqwest::Client, origin: &Origin) -> Result<Duration, Failure> {
    let urls: Vec<String> = (0..REQUESTS).map(|n| format!("{origin}/users/{n}?page=1")).collect();
    let started = Instant::now();
    let mut answers = futures_util::stream::iter(urls)
        .map(|url| async { client.get(url).send().await?.bytes().await })
        .buffer_unordered(JOBS);
    let mut count = 0;
    while let Some(body) = answers.next().await {
        count += usize::from(body? == BODY);
    }
    let time = started.elapsed();
    whole(count)?;
    Ok(time)
}

async fn scheduled(client: &Client, origin: &Origin) -> Result<Duration, Failure> {
    let jar = Jar::default();
    let jobs: Vec<Job> = (0..REQUESTS)
        .map(|n| Job {
            late: None,
            refused: false,
            request: Request {
                method: "GET".to_owned(),
                origin: origin.clone(),
                target: format!("/users/{n}?page=1"),
                headers: Headers::new(),
                body: None,
            },
            lane: None,
            jar: jar.clone(),
        })
        .collect();
    let started = Instant::now();
    let mut run = client
        .run(jobs, &Cancel::new(), |_, exchange| exchange.result.is_ok_and(|answer| answer.body == BODY));
    let mut count = 0;
    while let Some((_, fine)) = run.next().await {
        count += usize::from(fine);
    }
    let time = started.elapsed();
    whole(count)?;
    Ok(time)
}

/// A fast wrong answer is no result.
fn whole(count: usize) -> Result<(), Failure> {
    if count == REQUESTS { Ok(()) } else { Err(format!("only {count} of {REQUESTS} came back").into()) }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
