//! Whether two expectations are the same, told by a number that can be kept.

use sha2::{Digest, Sha256};

use super::{BodyExpectation, Expectation};

impl Expectation {
    /// A number that is the same where the answer must be the same: status, outcome, result code, media type,
    /// headers, body, and how much is compared. The first eight bytes of a SHA-256.
    pub fn fingerprint(&self) -> i64 {
        let Self {
            status,
            outcome,
            code,
            media_type,
            headers,
            body,
            compare,
            volatile,
            unordered,
            ignore,
            ..
        } = self;
        let body = match body {
            BodyExpectation::Json { schema, .. } => schema.document.to_string(),
            BodyExpectation::Xml { root, .. } => format!("xml {root}"),
            BodyExpectation::Opaque { .. } => "opaque".to_owned(),
            BodyExpectation::Empty => "empty".to_owned(),
            BodyExpectation::Any => "any".to_owned(),
        };
        let code = code.as_ref().map(|code| (&code.at, &code.code));
        let rest = (status, outcome, code, media_type, headers, compare, volatile, unordered, ignore);
        let hash = Sha256::digest(format!("{rest:?} {body}"));
        i64::from_be_bytes(hash.first_chunk().copied().unwrap_or_default())
    }
}
