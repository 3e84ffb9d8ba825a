//! Sends jobs: each in the way that it asks for, with the auth that it gets on its way out, through
//! the redirects that it follows, and again where that was asked for.

use std::sync::Arc;

use rand_core::{OsRng, RngCore};
use tokio::time::sleep;

use super::cancel::standing_by;
use super::client::Client;
use super::cookies::Jar;
use super::exchange::{Exchange, SendError, Timing};
use super::failure;
use super::job::Job;
use super::redirect::{Chain, Next, Step};
use super::retry::{self, Unwaited};
use super::sign::{Effort, GrantReport, Sending, Signing};
use crate::message::Request;

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

    /// Sends the request of a job, and again as [`with_retries`](Self::with_retries) says.
    /// `attempts` counts every sending of it, challenges of auth included; `timing` is that of all of
    /// them and of the redirects that were followed, without the waits between. Each try is signed
    /// anew, and has the whole time of [`Limits::total`](super::Limits::total).
    pub async fn send(&self, job: &Job) -> Exchange {
        let mut exchange = self.attempt(job).await;
        for tried in 1..=self.retries {
            if !retry::allowed(&job.request) {
                break;
            }
            let now = self.signing.now().ok();
            match retry::next(&exchange.result, job.expected, tried, OsRng.next_u32(), now) {
                retry::Next::Keep => break,
                retry::Next::TooLong(time) => {
                    self.unwaited.add(&job.request.origin, time);
                    break;
                }
                retry::Next::Wait(time) => standing_by(sleep(time)).await,
            }
            exchange = self.attempt(job).await.after(&exchange);
        }
        exchange
    }

    /// One try, through the redirects that it follows; together they take no longer than one
    /// exchange may.
    async fn attempt(&self, job: &Job) -> Exchange {
        let client = self.client.paced(&job.pace).delivering(&job.delivery);
        let jar = if job.delivery.no_cookies { Jar::closed() } else { job.jar.clone() };
        let mut exchange = self.once(&client, job, &job.request, &jar).await;
        if !job.delivery.redirects.follow {
            return exchange;
        }
        let limits = self.client.limits();
        let mut chain = Chain::new(&job.delivery.redirects, &job.request);
        while let Ok(answer) = &exchange.result {
            match chain.step(answer) {
                Step::Done => break,
                Step::GiveUp(error) => exchange.result = Err(error),
                Step::Follow(next) => {
                    let left = limits.total.saturating_sub(exchange.timing.total);
                    let hop = self.follow(&client.within(left), job, &next, &jar).await;
                    exchange.timing.total += hop.timing.total;
                    exchange.attempts += hop.retries;
                    exchange.retries += hop.retries;
                    exchange.result = match hop.result {
                        Err(SendError::Timeout(_)) if exchange.timing.total >= limits.total => {
                            Err(failure::still_redirected(limits))
                        }
                        result => result,
                    };
                }
            }
        }
        Exchange { hops: chain.into_hops(), ..exchange }
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
        let mut sending = Sending::new(client, &self.signing, jar);
        let result = sending.signed(late, request, job.expected == 401).await;
        let Effort { attempts, retries, time } = sending.effort();
        Exchange { result, timing: Timing { total: time }, attempts, retries, hops: Vec::new() }
    }
}
