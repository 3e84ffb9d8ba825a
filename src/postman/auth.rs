//! Auth as saved: type and parameters, in v2.0 (object) or v2.1 (list) form.

use indexmap::IndexMap;

/// The auth types that can be sent, and the ones that are known by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthKind {
    /// `noauth`: nothing is sent, and nothing is inherited.
    None,
    /// `bearer`: `token`.
    Bearer,
    /// `basic`: `username`, `password` (RFC 7617).
    Basic,
    /// `apikey`: `key`, `value`, `in` (`header` or `query`).
    ApiKey,
    /// `oauth2` with a stored token: `accessToken`, `headerPrefix`, `addTokenTo`.
    OAuth2,
    /// A type that is not sent; cases that need it are skipped by its name.
    Unsupported(String),
}

/// Auth of an item, folder, collection, or profile of suite.toml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Auth {
    /// The type.
    pub kind: AuthKind,
    /// The parameters as written, nothing substituted.
    pub params: IndexMap<String, String>,
    /// Where it stands, for messages: a JSON pointer, or `[auth.narrow]` of suite.toml.
    pub place: String,
}
