//! Which fields of a planned request are its credential.
//!
//! A plan says that a request carries auth, not where. `Authorization` is the place wherever it is
//! there (RFC 9110 §11.6.2); for API keys it is the header or query parameter with a secret value
//! or a name that says so.

use axum::http::HeaderMap;

use super::asked::query_pairs;
use crate::message::Request;
use crate::redact;

/// A place in a request that holds a credential; names as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Credential {
    /// A header field.
    Header(String),
    /// A query parameter.
    Query(String),
}

impl Credential {
    /// Where the credential of this planned request stands; empty where it cannot be told, and
    /// then none is asked for.
    pub(super) fn places(request: &Request, secrets: &[String]) -> Vec<Self> {
        if request.headers.contains("authorization") {
            return vec![Self::Header("authorization".to_owned())];
        }
        // A field that is sent empty (a variable without a value) is no credential to wait for.
        let secret = |name: &str, value: &str| {
            !value.is_empty() && (redact::is_secret_name(name) || secrets.iter().any(|s| value == s))
        };
        let headers = request.headers.iter().filter(|(name, value)| secret(name, value));
        let query = query_pairs(&request.target).into_iter().filter(|(name, value)| secret(name, value));
        headers
            .map(|(name, _)| Self::Header(name.to_owned()))
            .chain(query.map(|(name, _)| Self::Query(name)))
            .collect()
    }

    /// Whether a request with these fields has something in this place; what it is does not matter.
    pub(super) fn arrived(&self, headers: &HeaderMap, query: &[(String, String)]) -> bool {
        match self {
            Self::Header(name) => {
                headers.get(name.as_str()).is_some_and(|value| !value.as_bytes().trim_ascii().is_empty())
            }
            Self::Query(name) => query.iter().any(|(key, value)| key == name && !value.is_empty()),
        }
    }
}
