//! Sends jobs: each with the auth that it gets on its way out, and again where that was asked for.

use std::sync::Arc;

use rand_core::{OsRng, RngCore};
use tokio::time::sleep;

use super::client::Client;
use super::exchange::{Exchange, Timing};
use super::job::Job;
use super::retry::{self, Next, Unwaited};
use super::sign::{Effort, GrantReport, Sending, Signing};

/// Sends the jobs of one run. Clones share the pool of connections and the access tokens.
#[derive(Debug, Clone)]
pub struct Sender {
    client: Client,
    signing: Arc<Signing>,
    retries: u32,
    unwaited: Arc<Unwaited>,
}

impl Sender {
    /// Sends by this client, and signs with this; tries nothing again.
    pub fn new(client: Client, signing: Signing) -> Self {
        Self { client, signing: Arc::new(signing), retries: 0, unwaited: Arc::default() }
    }

    /// Tries a job up to that many times again where it has no usable answer and its method is GET,
    /// HEAD or OPTIONS: after no connection, a time that ran out or a broken answer, and after 429,
    /// 502, 503 and 504, unless the case expects that status. It waits between, as long as the
    /// answer's `Retry-After` says, else half a second and then twice as long each time.
    #[must_use]
    pub fn with_retries(self, retries: u32) -> Self {
        Self { retries, ..self }
    }

    /// The client that it sends by.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What became of the grants of OAuth 2 so far.
    pub fn grants(&self) -> GrantReport {
        self.signing.report()
    }

    /// What the user should know of the retries so far.
    pub fn notes(&self) -> Vec<String> {
        self.unwaited.notes()
    }

    /// Sends the request of a job, and again as [`with_retries`](Self::with_retries) says. `attempts`
    /// counts every sending, challenges of auth included; `timing` is that of all of them, without
    /// the waits between. Each try is signed anew, and has the whole time of
    /// [`Limits::total`](super::Limits::total).
    pub async fn send(&self, job: &Job) -> Exchange {
        let mut exchange = self.attempt(job).await;
        for tried in 1..=self.retries {
            if !retry::allowed(&job.request) {
                break;
            }
            let now = self.signing.now().ok();
            match retry::next(&exchange.result, job.expected, tried, OsRng.next_u32(), now) {
                Next::Keep => break,
                Next::TooLong(time) => {
                    self.unwaited.add(&job.request.origin, time);
                    break;
                }
                Next::Wait(time) => sleep(time).await,
            }
            exchange = self.attempt(job).await.after(&exchange);
        }
        exchange
    }

    /// One try.
    async fn attempt(&self, job: &Job) -> Exchange {
        let client = self.client.paced(&job.pace);
        let Some(late) = job.late.as_deref() else {
            return client.send_one(&job.request, &job.jar).await;
        };
        let mut sending = Sending::new(&client, &self.signing, &job.jar);
        let result = sending.signed(late, &job.request, job.expected == 401).await;
        let Effort { attempts, retries, time } = sending.effort();
        Exchange { result, timing: Timing { total: time }, attempts, retries }
    }
}
