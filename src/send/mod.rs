//! Sends requests: concurrency, order, timeouts, limits, cookies. Judges nothing.
//!
//! The main type is [`Client`]: [`Client::send_one`] sends one request, [`Client::run`] a list of
//! [`Job`]s with a bounded number in flight. Invariants:
//!
//! - a request is sent once, unless its auth asks for more (`sign`): no retry, no redirect followed, no proxy, no second host;
//! - whatever the other side does, an [`Exchange`] comes back within the limits of time and
//!   memory of [`Limits`], and an [`Answer`](crate::message::Answer) in it is complete: truncated
//!   or undecodable bytes are errors even where a prefix of them would parse;
//! - jobs of one lane never overlap and run in the order given.

mod body;
pub mod client;
mod coding;
pub mod cookies;
pub mod exchange;
mod failure;
mod outgoing;
pub mod schedule;
mod sign;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use client::{Client, Limits};
pub use cookies::Jar;
pub use exchange::{Exchange, SendError, Timing};
pub use schedule::{Cancel, Job, Run, Unrun};
pub use sign::{GrantReport, Signing};
