//! Sends requests: concurrency, order, timeouts, limits, cookies. Judges nothing.

pub mod exchange;

pub use exchange::{Exchange, SendError, Timing};
