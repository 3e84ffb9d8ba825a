//! Over loopback, against a server that says exactly what it is told.

mod codings;
mod cookies;
mod faults;
mod hosts;
mod order;
mod redirects;
mod requests;
mod signed;
mod slow;
mod tls;
mod versions;

use std::time::Duration;

use super::testing::Server;
use super::{Client, Exchange, Jar, Limits, SendError};
use crate::message::Answer;

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

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
