//! Sends jobs: each in the way that it asks for, with the auth that it gets on its way out, through
//! the redirects that it follows.

use std::sync::Arc;

use tokio::time::{Instant, timeout_at};

use super::client::Client;
use super::cookies::Jar;
use super::exchange::{Exchange, Timing};
use super::failure;
use super::job::Job;
use super::limits::instant;
use super::redirect::{Chain, Next, Step};
use super::sign::{GrantReport, Sending, Signing};
use crate::message::Request;

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

    /// Sends the request of a job. `attempts` counts every sending of it, challenges of auth included;
    /// `timing` is that of all of them and of the redirects that were followed, which together take
    /// no longer than one exchange may.
    pub async fn send(&self, job: &Job) -> Exchange {
        let started = Instant::now();
        let client = self.client.delivering(&job.delivery);
        let jar = if job.delivery.no_cookies { Jar::closed() } else { job.jar.clone() };
        let first = self.once(&client, job, &job.request, &jar).await;
        if !job.delivery.redirects.follow {
            return first;
        }
        let limits = self.client.limits();
        let deadline = instant(started, limits.total);
        let mut chain = Chain::new(&job.delivery.redirects, &job.request);
        let Exchange { mut result, attempts, .. } = first;
        while let Ok(answer) = &result {
            match chain.step(answer) {
                Step::Done => break,
                Step::GiveUp(error) => result = Err(error),
                Step::Follow(next) => {
                    let sent = self.follow(&client, job, &next, &jar);
                    result = match timeout_at(deadline, sent).await {
                        Ok(exchange) => exchange.result,
                        Err(_) => Err(failure::still_redirected(limits)),
                    };
                }
            }
        }
        Exchange { result, timing: Timing { total: started.elapsed() }, attempts, hops: chain.into_hops() }
    }

    async fn follow(&self, client: &Client, job: &Job, next: &Next, jar: &Jar) -> Exchange {
        if next.bare {
            client.send_one(&next.request, &Jar::closed()).await
        } else {
            self.once(client, job, &next.request, jar).await
        }
    }

    /// Sends this request with the auth of the job.
    async fn once(&self, client: &Client, job: &Job, request: &Request, jar: &Jar) -> Exchange {
        let Some(late) = job.late.as_deref() else {
            return client.send_one(request, jar).await;
        };
        let started = Instant::now();
        let mut sending = Sending::new(client, &self.signing, jar);
        let result = sending.signed(late, request, job.refused).await;
        let timing = Timing { total: started.elapsed() };
        Exchange { result, timing, attempts: sending.attempts(), hops: Vec::new() }
    }
}
