//! Auth that is written into a request as it goes out: one file per scheme.
//!
//! The main type is [`Signing`]: the time, and the access tokens of a run. Invariants:
//!
//! - what is signed is what is sent: path and query are brought into their final form first;
//! - every sending is signed anew; the body is the same each time;
//! - an access token is known to the redactor before a request carries it.

mod aws;
mod digest;
mod encode;
mod oauth1;
mod token;
mod tokens;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rand_core::{OsRng, RngCore};
use tokio::time::Instant;

use super::client::Client;
use super::cookies::Jar;
use super::exchange::SendError;
use super::outgoing;
use crate::message::{Answer, Delivery, Request};
use crate::postman::auth::Late;
use crate::postman::auth::late::{Digest, Grant};
use crate::redact::Redactor;
use tokens::{Tokens, Use};

pub use tokens::GrantReport;

/// Seconds since 1970: dates are written with four digits of the year.
const YEAR_10000: u64 = 253_402_300_800;

/// What signing needs besides the request: the time, and the tokens of the run.
#[derive(Debug, Default)]
pub struct Signing {
    /// Seconds since 1970 at that moment; `None` where nobody said what time it is.
    clock: Option<(u64, Instant)>,
    redactor: Redactor,
    tokens: Tokens,
}

impl Signing {
    /// Signing in a run that starts now and at that time of day; access tokens become known to the
    /// redactor. The time goes on by the monotonic clock.
    pub fn new(now: SystemTime, redactor: Redactor) -> Self {
        let seconds = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self { clock: Some((seconds, Instant::now())), redactor, tokens: Tokens::default() }
    }

    /// What became of the grants, in the order in which they were first asked.
    pub(super) fn report(&self) -> GrantReport {
        self.tokens.report(&self.redactor)
    }

    fn now(&self) -> Result<u64, SendError> {
        let clock = self.clock.map(|(seconds, since)| seconds.saturating_add(since.elapsed().as_secs()));
        let clock = clock.filter(|seconds| *seconds < YEAR_10000);
        clock.ok_or_else(|| SendError::Unsendable("the time is not known, which this auth needs".to_owned()))
    }
}

/// The request with its target as it will stand on the request line.
fn sent_form(request: &Request) -> Result<Request, SendError> {
    let url = outgoing::url(request)?;
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Ok(Request { target: format!("{}{query}", url.path()), ..request.clone() })
}

/// One request on its way out, sent once or more often.
pub(super) struct Sending<'s> {
    client: &'s Client,
    signing: &'s Signing,
    jar: &'s Jar,
    attempts: u32,
}

type Answered = Result<Answer, SendError>;

impl<'s> Sending<'s> {
    pub(super) fn new(client: &'s Client, signing: &'s Signing, jar: &'s Jar) -> Self {
        Self { client, signing, jar, attempts: 0 }
    }

    /// How often it was sent.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Sends it with this auth; `refused` says that a refusal (401) is what is wanted.
    pub(super) async fn signed(&mut self, late: &Late, request: &Request, refused: bool) -> Answered {
        let mut signed = sent_form(request)?;
        match late {
            Late::Digest(digest) => return self.digest(digest, &signed).await,
            Late::Grant(grant) => return self.granted(grant, &signed, refused).await,
            Late::AwsV4(aws) => {
                aws::sign(aws, &mut signed, UNIX_EPOCH + Duration::from_secs(self.signing.now()?))?;
            }
            Late::OAuth1(oauth) => oauth1::sign(oauth, &mut signed, self.signing.now()?, &nonce())?,
        }
        self.once(&signed).await
    }

    async fn once(&mut self, request: &Request) -> Answered {
        let exchange = self.client.send_one(request, self.jar).await;
        self.attempts += exchange.attempts;
        exchange.result
    }

    /// As RFC 7616 §3.6 has it: the challenge of a 401 is answered, once; and once more where the
    /// server says that only the nonce was too old.
    async fn digest(&mut self, auth: &Digest, request: &Request) -> Answered {
        let mut signed = request.clone();
        if let Some(challenge) = digest::preset(auth) {
            digest::answer(auth, &challenge, &mut signed, &nonce());
        }
        let mut answer = self.once(&signed).await?;
        for again in [false, true] {
            let challenge = digest::challenge(auth, &answer);
            let Some(challenge) = challenge.filter(|found| auth.retry && (!again || found.stale)) else {
                return Ok(answer);
            };
            signed = request.clone();
            digest::answer(auth, &challenge, &mut signed, &nonce());
            answer = self.once(&signed).await?;
        }
        Ok(answer)
    }

    /// With an access token. One that is refused where the case expects no refusal is renewed, at
    /// most once in a run.
    async fn granted(&mut self, grant: &Grant, request: &Request, refused: bool) -> Answered {
        let signing = self.signing;
        // How a case is sent is no rule for the token server, which many cases ask together.
        let asking = self.client.delivering(&Delivery::default());
        let token = signing.tokens.get(&asking, grant, &signing.redactor, Use::First).await?;
        let mut signed = request.clone();
        token::put(grant, &token, &mut signed);
        let answer = self.once(&signed).await?;
        if answer.status != 401 || refused {
            return Ok(answer);
        }
        match signing.tokens.get(&asking, grant, &signing.redactor, Use::Refused(&token)).await {
            Ok(other) if other != token => {
                let mut signed = request.clone();
                token::put(grant, &other, &mut signed);
                self.once(&signed).await
            }
            Ok(_) | Err(_) => Ok(answer),
        }
    }
}

/// 128 random bits of the system as hexadecimal digits.
fn nonce() -> String {
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    encode::hex(&bytes)
}
