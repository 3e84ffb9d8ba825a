//! How much is done at once, how long it may take, and how large an answer may be.

use std::time::Duration;

use tokio::time::Instant;

/// How much a client does at once, and how long and how large an answer may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests in flight in [`Sender::run`](super::Sender::run); 0 counts as 1.
    pub jobs: usize,
    /// From the start of a connection until it can carry a request: name lookup, TCP, TLS.
    pub connect: Duration,
    /// From the start of work until the head of the answer is complete, then between two pieces
    /// of its body. Connecting and sending the request count: until its head comes, a server that
    /// reads slowly cannot be told from one that does not read at all.
    pub idle: Duration,
    /// From the start of work until the last byte of the body is decoded.
    pub total: Duration,
    /// Bytes of a body, on the wire and after each content coding is undone.
    pub body_bytes: u64,
}

impl Default for Limits {
    /// 16 jobs, 10 s to connect, 30 s idle, 60 s in all, 16 MiB.
    fn default() -> Self {
        Self {
            jobs: 16,
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(30),
            total: Duration::from_mins(1),
            body_bytes: 16 * 1024 * 1024,
        }
    }
}

/// That long after a moment; a duration beyond the clock's reach means never.
pub(super) fn instant(from: Instant, after: Duration) -> Instant {
    const FAR: Duration = Duration::from_hours(24 * 365);
    from.checked_add(after).unwrap_or_else(|| from + FAR)
}
