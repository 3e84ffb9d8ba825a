//! The options of the way to the servers, and how they become checked values.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use crate::send::NetworkSettings;
use crate::suite::Rate;

/// How requests get to the servers.
#[derive(Debug, Args)]
#[command(next_help_heading = "Network")]
pub(super) struct NetworkArgs {
    /// No more requests than that in any second (s), minute (m) or hour (h): 10/s, 600/m
    ///
    /// They are sent evenly apart, all suites together; retries and requests for tokens count. A `rate` in
    /// suite.toml is for one suite; where both are given, the slower one holds.
    #[arg(long, value_name = "N/s")]
    pub(super) rate: Option<Rate>,

    /// Try a GET, HEAD or OPTIONS up to N times again where there was no usable answer
    ///
    /// That is: no connection, a time that ran out, an answer that broke off, and 429, 502, 503 and 504 that the
    /// example does not document. The wait doubles from half a second on; Retry-After is kept to, up to
    /// 30 s.
    #[arg(long, value_name = "N", default_value = "0", value_parser = clap::value_parser!(u32).range(0..=100))]
    pub(super) retries: u32,

    /// An HTTP proxy for everything but this machine
    ///
    /// `http://HOST:PORT` or `https://HOST:PORT`, with USER:PASSWORD@ before the host where it asks for
    /// them. It takes the place of the variables `HTTP_PROXY`, `HTTPS_PROXY` and `ALL_PROXY`.
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,

    /// Hosts that are reached without a proxy, joined by commas
    ///
    /// Names (with all below them), addresses, networks, * for all. It takes the place of the variable
    /// `NO_PROXY`.
    #[arg(long, value_name = "LIST")]
    no_proxy: Option<String>,

    /// Trust the authorities in this PEM file, beside the system's
    #[arg(long, value_name = "FILE")]
    cacert: Option<PathBuf>,

    /// Show servers the certificate in this PEM file; its key may stand in the same file
    #[arg(long, value_name = "FILE")]
    cert: Option<PathBuf>,

    /// The key of --cert, PEM without a password
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,

    /// Do not verify TLS certificates: anybody on the way can read credentials and answer
    ///
    /// Every report says so. --cacert is the safe way to a server with a certificate of your own.
    #[arg(long, conflicts_with = "cacert")]
    insecure: bool,
}

impl NetworkArgs {
    /// With the proxies that the process environment names.
    pub(super) fn settings(&self, process: &BTreeMap<String, String>) -> NetworkSettings {
        NetworkSettings {
            proxy: self.proxy.clone(),
            no_proxy: self.no_proxy.clone(),
            cacert: self.cacert.clone(),
            cert: self.cert.clone(),
            key: self.key.clone(),
            insecure: self.insecure,
            ..NetworkSettings::from_environment(process)
        }
    }
}
