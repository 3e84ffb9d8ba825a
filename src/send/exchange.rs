//! What came of sending one request.

use std::time::Duration;

use crate::message::Answer;

/// What was answered, or why there is no usable answer.
#[derive(Debug)]
pub struct Exchange {
    /// The answer, or why there is none.
    pub result: Result<Answer, SendError>,
    /// How long it took, by the monotonic clock.
    pub timing: Timing,
    /// How many requests were sent for it: retries, and what auth asks for besides. What redirects
    /// ask for does not count.
    pub attempts: u32,
    /// How often it was tried again.
    pub retries: u32,
    /// The redirects on the way, in order; empty where none is to be followed.
    pub hops: Vec<Hop>,
}

impl Exchange {
    /// This exchange as another try after that one: what both took, and how this one ended.
    pub(super) fn after(self, before: &Self) -> Self {
        Self {
            timing: Timing { total: before.timing.total + self.timing.total },
            attempts: before.attempts + self.attempts,
            retries: before.retries + 1 + self.retries,
            ..self
        }
    }
}

/// A redirect, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// The status of the answer.
    pub status: u16,
    /// Where it leads: the absolute URL if it was followed, else `Location` as it came.
    pub to: String,
    /// What was done.
    pub fate: Fate,
}

/// What is done about a redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It was followed, by this method.
    Followed {
        /// The method.
        method: String,
    },
    /// It was not, for this reason.
    Refused(&'static str),
}

/// Durations of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timing {
    /// From the first byte of work on the request to the last byte of the answer, of every sending
    /// together; the time between sendings, and before a place of its pace, is not in it.
    pub total: Duration,
}

/// Why there is no usable answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// No connection: refused, unknown host, TLS.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// The server's certificate is refused: no other try changes that.
    #[error("cannot connect: {0}")]
    Untrusted(String),
    /// A limit of time ran out; which one is named.
    #[error("{0}")]
    Timeout(String),
    /// The answer broke off, or is no HTTP.
    #[error("{0}")]
    Broken(String),
    /// The decoded body is larger than the limit.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The body does not decode as its `Content-Encoding` says.
    #[error("{0}")]
    Decode(String),
    /// The redirects have no end within the limit.
    #[error(
        "gave up after {limit} redirects, the limit (`maxRedirects`){}",
        if *circle { ": they go in a circle" } else { "" }
    )]
    Redirects {
        /// How many were followed.
        limit: u32,
        /// Whether the next one leads where the chain has been already.
        circle: bool,
    },
    /// There is no access token to send it with.
    #[error("no access token: the grant of {place} failed ({why}); the end of the run says more")]
    Grant {
        /// Where the grant stands: `[auth.default]`, or a JSON pointer.
        place: String,
        /// In a few words.
        why: String,
    },
    /// The request cannot be put on the wire.
    #[error("{0}")]
    Unsendable(String),
}
