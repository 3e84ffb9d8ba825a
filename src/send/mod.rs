//! Sends requests: concurrency, order, timeouts, limits, cookies. Judges nothing.
//!
//! The main type is [`Client`]: [`Client::send_one`] sends one request. [`Sender`]
//! sends [`Job`]s, with the auth that they get on their way, and [`Sender::run`] a list of them with
//! a bounded number in flight. Invariants:
//!
//! - a request is sent once, unless its auth asks for more (`sign`), retries were asked for
//!   (`retry`), or the kept connection that it went out on was closed (`stale`);
//! - a redirect is followed where the job says so, and then never takes anything of the request to
//!   another origin (`redirect`);
//! - every one of these keeps the pace of its suite and of the run (`pace`);
//! - a proxy is used where one was named, and never for this machine (`proxy`);
//! - whatever the other side does, an [`Exchange`] comes back within the limits of time and
//!   memory of [`Limits`], and an [`Answer`](crate::message::Answer) in it is complete: truncated
//!   or undecodable bytes are errors even where a prefix of them would parse;
//! - jobs of one lane never overlap and run in the order given.

mod body;
mod cancel;
mod client;
mod coding;
mod cookies;
mod exchange;
mod failure;
mod job;
mod limits;
mod network;
mod no_proxy;
mod outgoing;
mod pace;
mod pools;
mod proxy;
mod redirect;
mod retry;
mod schedule;
mod sender;
mod sign;
mod stale;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod tls;

pub use cancel::Cancel;
pub use client::Client;
pub use cookies::Jar;
pub use exchange::{Exchange, Fate, Hop, SendError, Timing};
pub use job::Job;
pub use limits::Limits;
pub use network::{Network, NetworkError, NetworkSettings};
pub use pace::Pace;
pub use schedule::{Run, Unit, Unrun, start};
pub use sender::Sender;
pub use sign::{GrantReport, Signing};
