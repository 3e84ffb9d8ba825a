//! reqwest's clients, one for each distinct setting, each with a pool of connections.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::exchange::SendError;
use super::failure;
use super::limits::Limits;
use super::network::Network;
use super::proxy::Proxy;
use super::stale::Noting;
use crate::message::{HttpVersion, Origin};

/// How long an unused connection is kept. Shorter than the keep-alive of common servers (Node
/// closes after 5 s), because a request on a connection that is just being closed is lost.
const KEEP_IDLE_CONNECTION: Duration = Duration::from_secs(4);

/// What tells one client from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// For `http`: no certificate is needed.
    Plain,
    /// For `https`, and for `http` by a proxy that is itself reached over TLS.
    Tls(Wish),
}

/// What a request wishes of a connection over TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Wish {
    /// Which version of HTTP is spoken. Plain `http` is always HTTP/1.1: no server of the field speaks
    /// HTTP/2 there unasked, and Postman does not try either.
    pub(super) version: HttpVersion,
    /// The server must prove who it is, also where the run does not ask for that.
    pub(super) strict: bool,
}

/// Whether a connection may be one that has been used before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Connection {
    /// One that was kept, where there is one.
    Any,
    /// A new one.
    New,
}

/// The clients that were needed so far.
///
/// Certificates of the system are only loaded for the first `https` request: a machine without
/// them can still send plain `http`, and a run on loopback does not pay for reading them.
#[derive(Debug, Default)]
pub(super) struct Pools {
    built: Mutex<HashMap<(Kind, Connection), Result<reqwest::Client, SendError>>>,
    network: Network,
    /// The only authorities that are trusted; `None` takes the system's.
    authorities: Option<Vec<reqwest::Certificate>>,
}

impl Pools {
    /// Pools of connections that take this way.
    pub(super) fn over(network: Network) -> Self {
        Self { network, ..Self::default() }
    }

    /// Pools that know these authorities alone, whatever the machine has installed.
    #[cfg(test)]
    pub(super) fn trusting(authorities: Vec<reqwest::Certificate>) -> Self {
        Self { authorities: Some(authorities), ..Self::default() }
    }

    /// The proxy for requests to that origin.
    pub(super) fn proxy(&self, origin: &Origin) -> Option<&Proxy> {
        self.network.proxy(origin)
    }

    /// The kind of client for requests to that origin.
    pub(super) fn kind(&self, origin: &Origin, wish: Wish) -> Kind {
        let proxy_over_tls = self.proxy(origin).is_some_and(Proxy::over_tls);
        if origin.scheme() == "https" || proxy_over_tls { Kind::Tls(wish) } else { Kind::Plain }
    }

    /// The client for requests of that kind.
    pub(super) fn get(
        &self,
        kind: Kind,
        connection: Connection,
        limits: &Limits,
    ) -> Result<reqwest::Client, SendError> {
        let mut built = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        built.entry((kind, connection)).or_insert_with(|| self.build(kind, connection, limits)).clone()
    }

    fn build(
        &self,
        kind: Kind,
        connection: Connection,
        limits: &Limits,
    ) -> Result<reqwest::Client, SendError> {
        let mut builder = self.network.proxied(builder(limits));
        if connection == Connection::New {
            builder = builder.pool_max_idle_per_host(0);
        }
        match kind {
            Kind::Plain => {
                let built = builder.tls_certs_only([]).build();
                built.map_err(|error| SendError::Connect(failure::cause(&error)))
            }
            Kind::Tls(wish) => self.trust(speaking(builder, wish.version), wish).build().map_err(|error| {
                SendError::Connect(format!(
                    "TLS is not available: {}; install the system's CA certificates or name them in SSL_CERT_FILE",
                    failure::cause(&error)
                ))
            }),
        }
    }

    fn trust(&self, builder: reqwest::ClientBuilder, wish: Wish) -> reqwest::ClientBuilder {
        match &self.authorities {
            Some(authorities) => builder.tls_certs_only(authorities.clone()),
            None => self.network.secured(builder, wish.strict),
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

/// What all clients have in common: reqwest's own redirects and retries off.
fn builder(limits: &Limits) -> reqwest::ClientBuilder {
    // An error only says that a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(limits.connect)
        .pool_idle_timeout(KEEP_IDLE_CONNECTION)
        .connector_layer(Noting)
}
