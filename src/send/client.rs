//! The HTTP client: one request out, one complete answer or one clear error back.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::time::{Instant, timeout_at};

use super::cancel::{leave, standing_by};
use super::cookies::Jar;
use super::exchange::{Exchange, SendError, Timing};
use super::limits::{Limits, instant};
use super::network::Network;
use super::pace::Pace;
use super::pools::{Connection, Pools, Wish};
use super::stale::{self, Opened};
use super::{body, coding, failure, outgoing};
use crate::message::{Answer, Delivery, Headers, Omitted, Origin, Request};

/// Sends requests over one pool of connections. Clones share the pool.
///
/// ```no_run
/// use uphold::message::{Headers, Origin, Request};
/// use uphold::send::{Client, Jar, Limits};
///
/// # async fn send() -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::new(Limits::default());
/// let request = Request {
///     method: "GET".into(),
///     origin: Origin::parse("https://api.example.com")?,
///     target: "/users?page=1".into(),
///     headers: Headers::new(),
///     body: None,
/// };
/// let exchange = client.send_one(&request, &Jar::default()).await;
/// println!("{}", exchange.result?.status);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Client {
    shared: Arc<Shared>,
    /// The limits of one exchange.
    limits: Limits,
    pace: Pace,
    wish: Wish,
    omitted: Omitted,
}

#[derive(Debug)]
struct Shared {
    pools: Pools,
}

impl Client {
    /// A client with these limits that takes the direct way. Nothing is opened or loaded yet.
    pub fn new(limits: Limits) -> Self {
        Self::over(Network::default(), limits)
    }

    /// A client with these limits that takes this way to the servers.
    pub fn over(network: Network, limits: Limits) -> Self {
        Self::with(Pools::over(network), limits)
    }

    fn with(pools: Pools, limits: Limits) -> Self {
        Self {
            shared: Arc::new(Shared { pools }),
            limits,
            pace: Pace::default(),
            wish: Wish::default(),
            omitted: Omitted::default(),
        }
    }

    /// The same client, which keeps this pace as well.
    #[must_use]
    pub fn paced(&self, pace: &Pace) -> Self {
        Self { pace: pace.within(&self.pace), ..self.clone() }
    }

    /// The same, sending in this way: by which version of HTTP, to whom, and which fields it adds.
    /// What else a delivery says is not the business of one request.
    pub(super) fn delivering(&self, delivery: &Delivery) -> Self {
        let wish = Wish { version: delivery.version, strict: delivery.strict_tls == Some(true) };
        Self { wish, omitted: delivery.omitted, ..self.clone() }
    }

    /// The same, with no more time than this for an exchange.
    pub(super) fn within(&self, total: Duration) -> Self {
        let limits = Limits { total: total.min(self.limits.total), ..self.limits };
        Self { limits, ..self.clone() }
    }

    /// A client whose `https` side knows these authorities alone, whatever the machine has
    /// installed.
    #[cfg(test)]
    pub(super) fn trusting(authorities: Vec<reqwest::Certificate>, limits: Limits) -> Self {
        Self::with(Pools::trusting(authorities), limits)
    }

    /// The limits it was made with.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Sends one request with the cookies of the jar, and reads the whole answer.
    ///
    /// `Accept`, `Accept-Encoding` and `User-Agent` are added where the request has none; fields
    /// that frame a message (`Content-Length`, `Transfer-Encoding`, `Connection`, …) are the
    /// client's own. Redirects are answers like any other. HTTP/2 is spoken where an `https`
    /// server chooses it (ALPN), HTTP/1.1 everywhere else.
    ///
    /// It is sent once; a GET, HEAD, OPTIONS, PUT or DELETE once more where it went out on a kept
    /// connection that the server closed before the head of an answer had come. A request of any other
    /// method goes out on a connection of its own.
    ///
    /// Must be called within a tokio runtime that drives I/O and time.
    pub async fn send_one(&self, request: &Request, jar: &Jar) -> Exchange {
        let mut watch = Watch::default();
        let result = self.exchange(request, jar, &mut watch).await;
        watch.stop();
        let sent = !matches!(result, Err(SendError::Unsendable(_)));
        Exchange {
            result,
            timing: Timing { total: watch.total },
            attempts: if sent { watch.attempts } else { 0 },
            retries: watch.attempts.saturating_sub(1),
            hops: Vec::new(),
        }
    }

    async fn exchange(&self, request: &Request, jar: &Jar, watch: &mut Watch) -> Result<Answer, SendError> {
        let limits = &self.limits;
        let mut outgoing = outgoing::build(request, self.omitted)?;
        jar.add_to(&mut outgoing);
        let (response, started) = self.reached(outgoing, &request.origin, watch).await?;
        jar.store(response.url(), response.headers());
        let codings = coding::listed(response.headers())?;
        let status = response.status().as_u16();
        let headers = fields(response.headers());
        let body = body::read(response, codings, limits, started).await?;
        Ok(Answer { status, headers, body })
    }

    /// The head of the answer, and when the sending began that it answers.
    async fn reached(
        &self,
        outgoing: reqwest::Request,
        origin: &Origin,
        watch: &mut Watch,
    ) -> Result<(reqwest::Response, Instant), SendError> {
        let repeatable = stale::may_be_repeated(outgoing.method().as_str());
        let again = if repeatable { outgoing.try_clone() } else { None };
        let (limits, pools) = (&self.limits, &self.shared.pools);
        let (kind, proxy) = (pools.kind(origin, self.wish), pools.proxy(origin));
        let place = match proxy {
            Some(proxy) => format!("{} by the proxy {}", outgoing.url().authority(), proxy.shown()),
            None => outgoing.url().authority().to_owned(),
        };
        let connection = if repeatable { Connection::Any } else { Connection::New };
        let client = pools.get(kind, connection, limits)?;
        let mut answered = self.head(&client, outgoing, &place, watch).await;
        if let (Err(Lost { stale: true, .. }), Some(again)) = (&answered, again) {
            // Another connection that was kept may have been closed as well.
            let client = pools.get(kind, Connection::New, limits)?;
            answered = self.head(&client, again, &place, watch).await;
        }
        match answered {
            // Only a proxy says so (RFC 9110 §15.5.8), and it is no answer of the API.
            Ok((response, _)) if proxy.is_some() && response.status() == 407 => {
                Err(failure::wants_credentials(&place))
            }
            Ok(reached) => Ok(reached),
            Err(lost) => Err(lost.error),
        }
    }

    /// Sends the request when it is its turn, and waits for the head of the final answer, in the
    /// limits of time, which count from then on.
    async fn head(
        &self,
        client: &reqwest::Client,
        outgoing: reqwest::Request,
        place: &str,
        watch: &mut Watch,
    ) -> Result<(reqwest::Response, Instant), Lost> {
        let limits = &self.limits;
        watch.stop();
        standing_by(self.pace.turn()).await;
        leave();
        let started = watch.start();
        let total = instant(started, limits.total);
        let idle = instant(started, limits.idle);
        let opened = Opened::default();
        match timeout_at(total.min(idle), opened.noted(client.execute(outgoing))).await {
            Ok(Ok(response)) => Ok((response, started)),
            Ok(Err(error)) => {
                let stale = opened.stale(&error);
                Err(Lost { error: failure::of_head(&error, place, limits), stale })
            }
            Err(_) => Err(Lost { error: failure::no_head(limits), stale: false }),
        }
    }
}

/// A request without the head of an answer.
struct Lost {
    error: SendError,
    /// Whether the server had closed the connection, which had been used before.
    stale: bool,
}

/// How often something was sent, and how long that took.
#[derive(Debug, Default)]
struct Watch {
    attempts: u32,
    total: Duration,
    since: Option<Instant>,
}

impl Watch {
    fn start(&mut self) -> Instant {
        let now = Instant::now();
        self.attempts += 1;
        self.since = Some(now);
        now
    }

    fn stop(&mut self) {
        self.total += self.since.take().map(|since| since.elapsed()).unwrap_or_default();
    }
}

/// The header fields as text: UTF-8 where the bytes are, else latin-1 (RFC 9110 §5.5).
fn fields(headers: &HeaderMap) -> Headers {
    headers
        .iter()
        .map(|(name, value)| {
            let text = match std::str::from_utf8(value.as_bytes()) {
                Ok(text) => text.to_owned(),
                Err(_) => value.as_bytes().iter().copied().map(char::from).collect(),
            };
            (name.as_str(), text)
        })
        .collect()
}
