//! Sends requests: concurrency, order, timeouts, limits, cookies. Judges nothing.
//!
//! The main type is [`Client`]: [`Client::send_one`] sends one request. [`Sender`]
//! sends [`Job`]s, with the auth that they get on their way, and [`Sender::run`] a list of them with
//! a bounded number in flight. Invariants:
//!
//! - a request is sent once, unless its auth asks for more (`sign`): no retry, no redirect followed,
//!   no proxy, no second host;
//! - whatever the other side does, an [`Exchange`] comes back within the limits of time and
//!   memory of [`Limits`], and an [`Answer`](crate::message::Answer) in it is complete: truncated
//!   or undecodable bytes are errors even where a prefix of them would parse;
//! - jobs of one lane never overlap and run in the order given.

mod body;
mod client;
mod coding;
mod cookies;
mod exchange;
mod failure;
mod job;
mod limits;
mod outgoing;
mod schedule;
mod sender;
mod sign;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use client::Client;
pub use cookies::Jar;
pub use exchange::{Exchange, SendError, Timing};
pub use job::Job;
pub use limits::Limits;
pub use schedule::{Cancel, Run, Unit, Unrun, start};
pub use sender::Sender;
pub use sign::{GrantReport, Signing};
