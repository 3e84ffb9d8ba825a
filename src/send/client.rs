//! The HTTP client: one request out, one complete answer or one clear error back.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::time::{Instant, timeout_at};

use super::cookies::Jar;
use super::exchange::{Exchange, SendError, Timing};
use super::limits::{Limits, instant};
use super::{body, coding, failure, outgoing};
use crate::message::{Answer, Headers, Request};

/// How long an unused connection is kept. Shorter than the keep-alive of common servers (Node
/// closes after 5 s), because a request on a connection that is just being closed is lost.
const KEEP_IDLE_CONNECTION: Duration = Duration::from_secs(4);

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
}

/// Certificates of the system are only loaded for the first `https` request: a machine without
/// them can still send plain `http`, and a run on loopback does not pay for reading them.
#[derive(Debug)]
struct Shared {
    limits: Limits,
    plain: OnceLock<Result<reqwest::Client, SendError>>,
    tls: OnceLock<Result<reqwest::Client, SendError>>,
}

impl Client {
    /// A client with these limits. Nothing is opened or loaded yet.
    pub fn new(limits: Limits) -> Self {
        let shared = Shared { limits, plain: OnceLock::new(), tls: OnceLock::new() };
        Self { shared: Arc::new(shared) }
    }

    /// A client whose `https` side knows these authorities alone, whatever the machine has
    /// installed.
    #[cfg(test)]
    pub(super) fn trusting(authorities: Vec<reqwest::Certificate>, limits: Limits) -> Self {
        let client = Self::new(limits);
        let built = builder(&limits).tls_certs_only(authorities).build();
        client.shared.tls.get_or_init(|| Ok(built.unwrap()));
        client
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
        Exchange { result, timing: Timing { total: started.elapsed() }, attempts }
    }

    async fn exchange(&self, request: &Request, jar: &Jar, started: Instant) -> Result<Answer, SendError> {
        let limits = &self.shared.limits;
        let mut outgoing = outgoing::build(request)?;
        let client = self.for_scheme(request.origin.scheme())?;
        jar.add_to(&mut outgoing);
        let response = head(client, outgoing, limits, started).await?;
        jar.store(response.url(), response.headers());
        let codings = coding::listed(response.headers())?;
        let status = response.status().as_u16();
        let headers = fields(response.headers());
        let body = body::read(response, codings, limits, started).await?;
        Ok(Answer { status, headers, body })
    }

    fn for_scheme(&self, scheme: &str) -> Result<&reqwest::Client, SendError> {
        let limits = &self.shared.limits;
        let built = if scheme == "https" {
            self.shared.tls.get_or_init(|| {
                builder(limits).build().map_err(|error| {
                    SendError::Connect(format!(
                        "TLS is not available: {}; install the system's CA certificates or name them in SSL_CERT_FILE",
                        failure::cause(&error)
                    ))
                })
            })
        } else {
            self.shared.plain.get_or_init(|| {
                builder(limits)
                    .tls_certs_only([])
                    .build()
                    .map_err(|error| SendError::Connect(failure::cause(&error)))
            })
        };
        built.as_ref().map_err(Clone::clone)
    }
}

/// What both clients have in common: reqwest's own redirects, retries and proxies off.
fn builder(limits: &Limits) -> reqwest::ClientBuilder {
    // An error only says that a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .connect_timeout(limits.connect)
        .pool_idle_timeout(KEEP_IDLE_CONNECTION)
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
