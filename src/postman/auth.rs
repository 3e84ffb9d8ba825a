//! Auth as saved ([`Auth`]: type and parameters, in v2.0 or v2.1 form), and what it writes into a
//! request (`Credential`).
//!
//! Auth never stands in an example's `originalRequest`; it comes from the item, its folders or the
//! collection, or from a profile of suite.toml.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use indexmap::IndexMap;

/// The credential that a request carries where it must be refused.
pub const INVALID: &str = "uphold-invalid-credential";

/// What stands for a credential that is missing, on the embedded mock only.
pub(super) const STAND_IN: &str = "uphold-stand-in";

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

impl AuthKind {
    /// The kind of Postman's `type`; every name is one.
    pub fn of(name: &str) -> Self {
        match name {
            "noauth" => Self::None,
            "bearer" => Self::Bearer,
            "basic" => Self::Basic,
            "apikey" => Self::ApiKey,
            "oauth2" => Self::OAuth2,
            other => Self::Unsupported(other.to_owned()),
        }
    }

    /// Postman's `type`.
    pub fn name(&self) -> &str {
        match self {
            Self::None => "noauth",
            Self::Bearer => "bearer",
            Self::Basic => "basic",
            Self::ApiKey => "apikey",
            Self::OAuth2 => "oauth2",
            Self::Unsupported(name) => name,
        }
    }
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

/// What auth writes into a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Credential {
    /// A header field.
    Header { name: String, value: String },
    /// A query parameter.
    Query { key: String, value: String },
}

/// Why auth writes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lack {
    /// The type cannot be sent.
    Unsupported,
    /// This parameter is missing or empty.
    Param(&'static str),
}

impl Auth {
    fn param(&self, name: &str) -> &str {
        self.params.get(name).map(String::as_str).unwrap_or_default()
    }

    fn in_query(&self) -> bool {
        match self.kind {
            AuthKind::ApiKey => self.param("in").eq_ignore_ascii_case("query"),
            AuthKind::OAuth2 => self.param("addTokenTo") == "queryParams",
            AuthKind::None | AuthKind::Bearer | AuthKind::Basic | AuthKind::Unsupported(_) => false,
        }
    }

    /// The names of the parameters that are read to make the credential.
    pub(super) fn wanted(&self) -> &'static [&'static str] {
        match self.kind {
            AuthKind::None | AuthKind::Unsupported(_) => &[],
            AuthKind::Bearer => &["token"],
            AuthKind::Basic => &["username", "password"],
            AuthKind::ApiKey => &["key", "value", "in"],
            AuthKind::OAuth2 => &["accessToken", "headerPrefix", "addTokenTo"],
        }
    }

    /// The names of the parameters that are secret.
    pub(super) fn secret(&self) -> &'static [&'static str] {
        match self.kind {
            AuthKind::None | AuthKind::Unsupported(_) => &[],
            AuthKind::Bearer => &["token"],
            AuthKind::Basic => &["password"],
            AuthKind::ApiKey => &["value"],
            AuthKind::OAuth2 => &["accessToken"],
        }
    }

    /// The header field that the credential would be written to, in lower case.
    pub(super) fn header_name(&self) -> Option<String> {
        match self.kind {
            AuthKind::None => None,
            _ if self.in_query() => None,
            AuthKind::ApiKey => Some(self.param("key").to_ascii_lowercase()),
            AuthKind::Bearer | AuthKind::Basic | AuthKind::OAuth2 | AuthKind::Unsupported(_) => {
                Some("authorization".to_owned())
            }
        }
    }

    /// The query parameter that the credential would be written to.
    pub(super) fn query_key(&self) -> Option<String> {
        match self.kind {
            _ if !self.in_query() => None,
            AuthKind::ApiKey => Some(self.param("key").to_owned()),
            AuthKind::None
            | AuthKind::Bearer
            | AuthKind::Basic
            | AuthKind::OAuth2
            | AuthKind::Unsupported(_) => Some("access_token".to_owned()),
        }
    }

    /// What is written into the request, the parameters being final; `None` for `noauth`.
    ///
    /// `headerPrefix` of OAuth 2 is `Bearer` where it is missing, and nothing where it is empty.
    pub(super) fn credential(&self) -> Result<Option<Credential>, Lack> {
        let needed = |name: &'static str| match self.param(name) {
            "" => Err(Lack::Param(name)),
            value => Ok(value),
        };
        let authorization = |value: String| Credential::Header { name: "Authorization".to_owned(), value };
        let made = match self.kind {
            AuthKind::None => return Ok(None),
            AuthKind::Unsupported(_) => return Err(Lack::Unsupported),
            AuthKind::Bearer => authorization(format!("Bearer {}", needed("token")?)),
            AuthKind::Basic => {
                if self.param("password").is_empty() {
                    needed("username")?;
                }
                let pair = format!("{}:{}", self.param("username"), self.param("password"));
                authorization(format!("Basic {}", BASE64.encode(pair)))
            }
            AuthKind::ApiKey => self.placed(needed("key")?, needed("value")?),
            AuthKind::OAuth2 => {
                let token = needed("accessToken")?;
                if self.in_query() {
                    self.placed("access_token", token)
                } else {
                    let prefix = self.params.get("headerPrefix").map_or("Bearer", |prefix| prefix.trim());
                    authorization(format!("{prefix} {token}").trim().to_owned())
                }
            }
        };
        Ok(Some(made))
    }

    fn placed(&self, name: &str, value: &str) -> Credential {
        let (name, value) = (name.to_owned(), value.to_owned());
        if self.in_query() {
            Credential::Query { key: name, value }
        } else {
            Credential::Header { name, value }
        }
    }

    /// The same auth with every secret parameter replaced.
    pub(super) fn with_secrets(&self, value: &str) -> Self {
        let mut changed = self.clone();
        for name in self.secret() {
            changed.params.insert((*name).to_owned(), value.to_owned());
        }
        changed
    }
}

/// Whether a header or query parameter of this name carries a credential wherever it is typed:
/// `Authorization`, `X-Api-Key`, `access_token`, `Private-Token`, …
///
/// `Cookie` does not count: it often holds nothing but preferences.
pub(super) fn is_credential_name(name: &str) -> bool {
    let plain: String =
        name.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect();
    matches!(plain.as_str(), "authorization" | "proxyauthorization" | "privatetoken" | "xtoken")
        || ["apikey", "authtoken", "accesstoken", "sessiontoken"].iter().any(|end| plain.ends_with(end))
}

/// The credential of a typed header value: what follows the scheme, else all of it.
pub(super) fn typed_secret(value: &str) -> &str {
    value.trim().split_once(' ').map_or(value, |(_, secret)| secret.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auth(kind: &str, params: &[(&str, &str)]) -> Auth {
        let params = params.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Auth { kind: AuthKind::of(kind), params, place: "/auth".to_owned() }
    }

    #[expect(clippy::unnecessary_wraps, reason = "it is compared with what `credential` returns")]
    fn header(name: &str, value: &str) -> Result<Option<Credential>, Lack> {
        Ok(Some(Credential::Header { name: name.to_owned(), value: value.to_owned() }))
    }

    #[test]
    fn every_type_writes_what_postman_writes() {
        assert_eq!(auth("bearer", &[("token", "T")]).credential(), header("Authorization", "Bearer T"));
        let basic = auth("basic", &[("username", "u"), ("password", "AAA")]);
        assert_eq!(basic.credential(), header("Authorization", "Basic dTpBQUE="));
        assert_eq!(auth("apikey", &[("key", "X-Key"), ("value", "V")]).credential(), header("X-Key", "V"));
        assert_eq!(auth("oauth2", &[("accessToken", "T")]).credential(), header("Authorization", "Bearer T"));
        let bare = auth("oauth2", &[("accessToken", "T"), ("headerPrefix", "")]);
        assert_eq!(bare.credential(), header("Authorization", "T"));
        let query = auth("oauth2", &[("accessToken", "T"), ("addTokenTo", "queryParams")]);
        let expected = Credential::Query { key: "access_token".to_owned(), value: "T".to_owned() };
        assert_eq!(query.credential(), Ok(Some(expected)));
        assert_eq!(auth("noauth", &[]).credential(), Ok(None));
    }

    #[test]
    fn what_lacks_is_named() {
        assert_eq!(auth("hawk", &[]).credential(), Err(Lack::Unsupported));
        assert_eq!(auth("bearer", &[("token", "")]).credential(), Err(Lack::Param("token")));
        assert_eq!(auth("basic", &[]).credential(), Err(Lack::Param("username")));
        assert_eq!(auth("apikey", &[("key", "k")]).credential(), Err(Lack::Param("value")));
    }

    #[test]
    fn credential_names_are_told_from_harmless_ones() {
        for name in ["Authorization", "x-api-key", "apiKey", "X-Auth-Token", "access_token", "PRIVATE-TOKEN"]
        {
            assert!(is_credential_name(name), "{name}");
        }
        for name in ["Idempotency-Key", "X-CSRF-Token", "Accept", "author", "page_token", "key"] {
            assert!(!is_credential_name(name), "{name}");
        }
    }
}
