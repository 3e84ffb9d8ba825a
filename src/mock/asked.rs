//! What a request to the mock asks for.

use axum::http::{HeaderMap, request};

use super::path::Path;

/// What a request says, as far as it matters for the choice.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    /// The method token.
    pub(super) method: &'a str,
    /// Path and query as they arrived.
    pub(super) target: String,
    /// The header fields.
    pub(super) headers: &'a HeaderMap,
    /// The path, to be compared.
    pub(super) path: Path,
    /// Keys and values of the query, decoded.
    pub(super) query: Vec<(String, String)>,
    /// The body's bytes.
    pub(super) body: &'a [u8],
}

impl<'a> Asked<'a> {
    /// Takes the request apart.
    pub(super) fn new(head: &'a request::Parts, body: &'a [u8]) -> Self {
        let target = head.uri.path_and_query().map_or("/", |t| t.as_str()).to_owned();
        Self {
            method: head.method.as_str(),
            path: Path::new(path_of(&target)),
            query: query_pairs(&target),
            target,
            headers: &head.headers,
            body,
        }
    }

    /// The value of an `x-mock-response-…` header.
    pub(super) fn wish(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
    }
}

fn path_of(target: &str) -> &str {
    target.split('?').next().unwrap_or(target)
}

/// Keys and values of a target's query, decoded.
pub(super) fn query_pairs(target: &str) -> Vec<(String, String)> {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}
