//! The HTTP client: one request out, one complete answer or one clear error back.

use std::sync::Arc;

use reqwest::header::HeaderMap;
use tokio::time::{Instant, timeout_at};

use super::cookies::Jar;
use super::exchange::{Exchange, SendError, Timing};
use super::limits::{Limits, instant};
use super::pools::{Kind, Pools};
use super::{body, coding, failure, outgoing};
use crate::message::{Answer, Delivery, Headers, HttpVersion, Omitted, Request};

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
    /// For `https`: which version of HTTP is spoken.
    version: HttpVersion,
    omitted: Omitted,
}

#[derive(Debug)]
struct Shared {
    limits: Limits,
    pools: Pools,
}

impl Client {
    /// A client with these limits. Nothing is opened or loaded yet.
    pub fn new(limits: Limits) -> Self {
        let shared = Shared { limits, pools: Pools::default() };
        Self { shared: Arc::new(shared), version: HttpVersion::default(), omitted: Omitted::default() }
    }

    /// The same, sending in this way: version of HTTP, and which fields it adds. What else a delivery
    /// says is not the business of one request.
    pub(super) fn delivering(&self, delivery: &Delivery) -> Self {
        Self { shared: Arc::clone(&self.shared), version: delivery.version, omitted: delivery.omitted }
    }

    /// A client whose `https` side knows these authorities alone, whatever the machine has
    /// installed.
    #[cfg(test)]
    pub(super) fn trusting(authorities: Vec<reqwest::Certificate>, limits: Limits) -> Self {
        let shared = Shared { limits, pools: Pools::trusting(authorities) };
        Self { shared: Arc::new(shared), ..Self::new(limits) }
    }

    /// The limits it was made with.
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// Sends one request, once, with the cookies of the jar, and reads the whole answer.
    ///
    /// `Accept`, `Accept-Encoding` and `User-Agent` are added where the request has none; fields
    /// that frame a message (`Content-Length`, `Transfer-Encoding`, `Connection`, …) are the
    /// client's own. Redirects are answers like any other. HTTP/2 is spoken where an `https`
    /// server chooses it (ALPN), HTTP/1.1 everywhere else.
    ///
    /// Must be called within a tokio runtime that drives I/O and time.
    pub async fn send_one(&self, request: &Request, jar: &Jar) -> Exchange {
        let started = Instant::now();
        let result = self.exchange(request, jar, started).await;
        let attempts = u32::from(!matches!(result, Err(SendError::Unsendable(_))));
        Exchange { result, timing: Timing { total: started.elapsed() }, attempts, hops: Vec::new() }
    }

    async fn exchange(&self, request: &Request, jar: &Jar, started: Instant) -> Result<Answer, SendError> {
        let limits = &self.shared.limits;
        let mut outgoing = outgoing::build(request, self.omitted)?;
        let kind = Kind::of(&request.origin, self.version);
        let client = self.shared.pools.get(kind, limits)?;
        jar.add_to(&mut outgoing);
        let response = head(&client, outgoing, limits, started).await?;
        jar.store(response.url(), response.headers());
        let codings = coding::listed(response.headers())?;
        let status = response.status().as_u16();
        let headers = fields(response.headers());
        let body = body::read(response, codings, limits, started).await?;
        Ok(Answer { status, headers, body })
    }
}

/// Sends the request and waits for the head of the final answer, in the limits of time.
async fn head(
    client: &reqwest::Client,
    outgoing: reqwest::Request,
    limits: &Limits,
    started: Instant,
) -> Result<reqwest::Response, SendError> {
    let authority = outgoing.url().authority().to_owned();
    let total = instant(started, limits.total);
    let idle = instant(started, limits.idle);
    match timeout_at(total.min(idle), client.execute(outgoing)).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) => Err(failure::of_head(&error, &authority, limits)),
        Err(_) => Err(failure::no_head(limits)),
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
