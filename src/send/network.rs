//! The way to the servers: through which proxies, and whom TLS trusts.
//!
//! What was typed becomes a [`Network`] once, before anything is sent; one [`Client`](super::Client)
//! is made over it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::proxy::{Proxies, Proxy, VARIABLES};
use super::tls::{BadFile, Tls};
use crate::message::Origin;

/// What was asked for; the default is the direct way and the system's authorities.
#[derive(Debug, Clone, Default)]
pub struct NetworkSettings {
    /// `--proxy`: the URL of an HTTP proxy, for everything but this machine.
    pub proxy: Option<String>,
    /// `--no-proxy`: hosts, domains and networks that are reached without one.
    pub no_proxy: Option<String>,
    /// `http_proxy` and its kind, as [`from_environment`](Self::from_environment) takes them.
    pub environment: BTreeMap<String, String>,
    /// `--cacert`: a PEM file of authorities that are trusted beside the system's.
    pub cacert: Option<PathBuf>,
    /// `--cert`: a PEM file with the client's certificate.
    pub cert: Option<PathBuf>,
    /// `--key`: a PEM file with its key, where that does not stand in the same file.
    pub key: Option<PathBuf>,
    /// `--insecure`: servers need not prove who they are.
    pub insecure: bool,
}

impl NetworkSettings {
    /// With the proxies that the process environment names.
    pub fn from_environment(process: &BTreeMap<String, String>) -> Self {
        let named = |name: &&str| Some(((*name).to_owned(), process.get(*name)?.clone()));
        Self { environment: VARIABLES.iter().filter_map(named).collect(), ..Self::default() }
    }
}

/// Why the way cannot be taken. Never quotes a password or a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// An option or a variable does not name a proxy, or no list of hosts.
    #[error("{place}: {why}")]
    Proxy {
        /// The option or the variable.
        place: &'static str,
        /// What is wrong.
        why: String,
    },
    /// A file of certificates or keys cannot be used.
    #[error("{}: {why}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        why: String,
        /// What to do about it, where something is known.
        hint: Option<String>,
    },
}

impl NetworkError {
    /// What to do about it, where something is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Proxy { .. } => None,
            Self::File { hint, .. } => hint.clone(),
        }
    }
}

/// The way to the servers. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Network {
    proxies: Arc<Proxies>,
    tls: Arc<Tls>,
}

impl Network {
    /// Checks what was asked for, and reads the files that it names.
    pub fn load(settings: &NetworkSettings) -> Result<Self, NetworkError> {
        let NetworkSettings { proxy, no_proxy, environment, cacert, cert, key, insecure } = settings;
        let proxies = Proxies::new(proxy.as_deref(), no_proxy.as_deref(), environment)
            .map_err(|(place, why)| NetworkError::Proxy { place, why })?;
        let tls = Tls::load(cacert.as_deref(), cert.as_deref(), key.as_deref(), !insecure)
            .map_err(|BadFile { file, why, hint }| NetworkError::File { file, why, hint })?;
        Ok(Self { proxies: Arc::new(proxies), tls: Arc::new(tls) })
    }

    /// The proxies that requests to these origins go through, as `host:port`, each once.
    pub fn via<'o>(&self, origins: impl IntoIterator<Item = &'o Origin>) -> Vec<String> {
        let mut via: Vec<String> =
            origins.into_iter().filter_map(|origin| self.proxy(origin)).map(Proxy::shown).collect();
        via.sort();
        via.dedup();
        via
    }

    /// Whether servers need not prove who they are.
    pub fn is_insecure(&self) -> bool {
        !self.tls.verified()
    }

    /// Values that must not appear in any output: passwords of proxies.
    pub fn secrets(&self) -> Vec<String> {
        self.proxies.secrets()
    }

    /// The proxy for requests to that origin; never one for this machine.
    pub(super) fn proxy(&self, origin: &Origin) -> Option<&Proxy> {
        self.proxies.of(origin)
    }

    /// Sets the proxies.
    pub(super) fn proxied(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        if !self.proxies.any() {
            return builder.no_proxy();
        }
        let proxies = Arc::clone(&self.proxies);
        builder.proxy(reqwest::Proxy::custom(move |url| {
            let origin = Origin::parse(url.as_str()).ok()?;
            proxies.of(&origin).map(|proxy| proxy.url().clone())
        }))
    }

    /// Sets whom TLS trusts, and what it shows; `strict` outdoes `--insecure`.
    pub(super) fn secured(&self, builder: reqwest::ClientBuilder, strict: bool) -> reqwest::ClientBuilder {
        self.tls.apply(builder, strict)
    }
}
