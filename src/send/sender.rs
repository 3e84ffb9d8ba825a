//! Sends jobs: each with the auth that it gets on its way out.

use std::sync::Arc;

use tokio::time::Instant;

use super::client::Client;
use super::exchange::{Exchange, Timing};
use super::job::Job;
use super::sign::{GrantReport, Sending, Signing};

/// Sends the jobs of one run. Clones share the pool of connections and the access tokens.
#[derive(Debug, Clone)]
pub struct Sender {
    client: Client,
    signing: Arc<Signing>,
}

impl Sender {
    /// Sends by this client, and signs with this.
    pub fn new(client: Client, signing: Signing) -> Self {
        Self { client, signing: Arc::new(signing) }
    }

    /// The client that it sends by.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What became of the grants of OAuth 2 so far.
    pub fn grants(&self) -> GrantReport {
        self.signing.report()
    }

    /// Sends the request of a job. `attempts` counts every sending, challenges of auth included;
    /// `timing` is that of all of them.
    pub async fn send(&self, job: &Job) -> Exchange {
        let Some(late) = job.late.as_deref() else {
            return self.client.send_one(&job.request, &job.jar).await;
        };
        let started = Instant::now();
        let mut sending = Sending::new(&self.client, &self.signing, &job.jar);
        let result = sending.signed(late, &job.request, job.refused).await;
        Exchange { result, timing: Timing { total: started.elapsed() }, attempts: sending.attempts() }
    }
}
