//! reqwest's clients, one for each distinct setting, each with a pool of connections.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::exchange::SendError;
use super::failure;
use super::limits::Limits;
use crate::message::{HttpVersion, Origin};

/// How long an unused connection is kept. Shorter than the keep-alive of common servers (Node
/// closes after 5 s), because a request on a connection that is just being closed is lost.
const KEEP_IDLE_CONNECTION: Duration = Duration::from_secs(4);

/// What tells one client from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// For `http`: HTTP/1.1, and no certificate is needed.
    Plain,
    /// For `https`.
    Tls(HttpVersion),
}

impl Kind {
    /// The kind for requests to that origin. Plain `http` is always HTTP/1.1: no server of the
    /// field speaks HTTP/2 there unasked, and Postman does not try either.
    pub(super) fn of(origin: &Origin, version: HttpVersion) -> Self {
        if origin.scheme() == "https" { Self::Tls(version) } else { Self::Plain }
    }
}

/// The clients that were needed so far.
///
/// Certificates of the system are only loaded for the first `https` request: a machine without
/// them can still send plain `http`, and a run on loopback does not pay for reading them.
#[derive(Debug, Default)]
pub(super) struct Pools {
    built: Mutex<HashMap<Kind, Result<reqwest::Client, SendError>>>,
    /// The only authorities that are trusted; `None` takes the system's.
    authorities: Option<Vec<reqwest::Certificate>>,
}

impl Pools {
    /// Pools that know these authorities alone, whatever the machine has installed.
    #[cfg(test)]
    pub(super) fn trusting(authorities: Vec<reqwest::Certificate>) -> Self {
        Self { authorities: Some(authorities), ..Self::default() }
    }

    /// The client for requests of that kind.
    pub(super) fn get(&self, kind: Kind, limits: &Limits) -> Result<reqwest::Client, SendError> {
        let mut built = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        built.entry(kind).or_insert_with(|| self.build(kind, limits)).clone()
    }

    fn build(&self, kind: Kind, limits: &Limits) -> Result<reqwest::Client, SendError> {
        let builder = builder(limits);
        match kind {
            Kind::Plain => {
                let built = builder.tls_certs_only([]).build();
                built.map_err(|error| SendError::Connect(failure::cause(&error)))
            }
            Kind::Tls(version) => self.trust(speaking(builder, version)).build().map_err(|error| {
                SendError::Connect(format!(
                    "TLS is not available: {}; install the system's CA certificates or name them in SSL_CERT_FILE",
                    failure::cause(&error)
                ))
            }),
        }
    }

    fn trust(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        match &self.authorities {
            Some(authorities) => builder.tls_certs_only(authorities.clone()),
            None => builder,
        }
    }
}

/// Over TLS the version is settled by ALPN: both are offered, or one alone.
fn speaking(builder: reqwest::ClientBuilder, version: HttpVersion) -> reqwest::ClientBuilder {
    match version {
        HttpVersion::Auto => builder,
        HttpVersion::Http1 => builder.http1_only(),
        HttpVersion::Http2 => builder.http2_prior_knowledge(),
    }
}

/// What all clients have in common: reqwest's own redirects, retries and proxies off.
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
