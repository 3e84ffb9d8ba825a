//! Over loopback, against a server that says exactly what it is told.

mod codings;
mod cookies;
mod faults;
mod hosts;
mod order;
mod paced;
mod redirects;
mod requests;
mod retries;
mod signed;
mod slow;
mod stale;
mod tls;
mod versions;

use std::sync::Arc;
use std::time::Duration;

use super::testing::Server;
use super::{Client, Exchange, Jar, Job, Limits, Pace, SendError};
use crate::message::{Answer, Request};
use crate::postman::auth::late::{AwsV4, Digest};

/// Limits under which nothing that works runs out of time, also on a busy machine.
fn limits() -> Limits {
    Limits::default()
}

/// Sends `GET /` with these limits.
async fn get_within(limits: Limits, server: &Server) -> Exchange {
    Client::new(limits).send_one(&server.request("GET", "/"), &Jar::default()).await
}

async fn get(server: &Server) -> Result<Answer, SendError> {
    get_within(limits(), server).await.result
}

/// The error's text, for an answer that must not be usable.
async fn refused(bytes: impl Into<Vec<u8>>) -> String {
    let server = Server::once(bytes).await;
    match get(&server).await {
        Err(SendError::Broken(text)) => text,
        other => panic!("expected a broken answer, got {other:?}"),
    }
}

/// A job that is this request and nothing else.
fn job_of(request: Request) -> Job {
    Job {
        request,
        late: None,
        delivery: Arc::default(),
        expected: 200,
        lane: None,
        jar: Jar::default(),
        pace: Pace::default(),
    }
}

fn digest() -> Digest {
    Digest {
        username: "u".to_owned(),
        password: "p".to_owned(),
        preset: None,
        algorithm: None,
        qop: None,
        nonce_count: None,
        client_nonce: None,
        opaque: None,
        retry: true,
    }
}

fn aws() -> AwsV4 {
    AwsV4 {
        access_key: "key".to_owned(),
        secret_key: "secret".to_owned(),
        session_token: None,
        region: "us-east-1".to_owned(),
        service: "execute-api".to_owned(),
        in_query: false,
    }
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
