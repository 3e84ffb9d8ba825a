//! Auth as saved ([`Auth`]: type and parameters, in v2.0 or v2.1 form), and what it writes into a
//! request: at once (`Credential`), or when it goes out ([`Late`]).
//!
//! Auth never stands in an example's `originalRequest`; it comes from the item, its folders or the
//! collection, or from a profile of suite.toml.

pub mod jwt;
pub mod late;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use indexmap::IndexMap;

pub use late::Late;

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
    /// `oauth2` without a usable stored token: one is fetched by the grant that the parameters name.
    Grant,
    /// `jwt`: a signed token (RFC 7519).
    Jwt,
    /// `digest` (RFC 7616).
    Digest,
    /// `awsv4`: AWS Signature Version 4.
    AwsV4,
    /// `oauth1` (RFC 5849).
    OAuth1,
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
            "jwt" => Self::Jwt,
            "digest" => Self::Digest,
            "awsv4" => Self::AwsV4,
            "oauth1" => Self::OAuth1,
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
            Self::OAuth2 | Self::Grant => "oauth2",
            Self::Jwt => "jwt",
            Self::Digest => "digest",
            Self::AwsV4 => "awsv4",
            Self::OAuth1 => "oauth1",
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
    /// Something else is wrong with the parameters; the text follows the name of the type.
    Wrong(String),
}

impl Auth {
    fn param(&self, name: &str) -> &str {
        self.params.get(name).map(String::as_str).unwrap_or_default()
    }

    fn in_query(&self) -> bool {
        match self.kind {
            AuthKind::ApiKey => self.param("in").eq_ignore_ascii_case("query"),
            AuthKind::OAuth2 | AuthKind::Grant => self.param("addTokenTo") == "queryParams",
            AuthKind::Jwt => self.param("addTokenTo") == "queryParam",
            AuthKind::AwsV4 => self.param("addAuthDataToQuery") == "true",
            AuthKind::OAuth1 => self.param("addParamsToHeader") != "true",
            AuthKind::None
            | AuthKind::Bearer
            | AuthKind::Basic
            | AuthKind::Digest
            | AuthKind::Unsupported(_) => false,
        }
    }

    /// The names of the parameters that are read to make the credential.
    pub(super) fn wanted(&self) -> &'static [&'static str] {
        match self.kind {
            AuthKind::None | AuthKind::Unsupported(_) => &[],
            AuthKind::Bearer => &["token"],
            AuthKind::Basic => &["username", "password"],
            AuthKind::ApiKey => &["key", "value", "in"],
            AuthKind::OAuth2 => &["accessToken", "headerPrefix", "addTokenTo", "tokenType"],
            AuthKind::Grant => names::GRANT,
            AuthKind::Jwt => names::JWT,
            AuthKind::Digest => names::DIGEST,
            AuthKind::AwsV4 => names::AWS,
            AuthKind::OAuth1 => names::OAUTH1,
        }
    }

    /// The names of the parameters that are secret.
    pub(super) fn secret(&self) -> &'static [&'static str] {
        match self.kind {
            AuthKind::None | AuthKind::Unsupported(_) => &[],
            AuthKind::Bearer => &["token"],
            AuthKind::Basic | AuthKind::Digest => &["password"],
            AuthKind::ApiKey => &["value"],
            AuthKind::OAuth2 => &["accessToken"],
            AuthKind::Grant => &["clientSecret", "refreshToken", "password"],
            AuthKind::Jwt => &["secret", "privateKey"],
            AuthKind::AwsV4 => &["secretKey", "sessionToken"],
            AuthKind::OAuth1 => &["consumerSecret", "token", "tokenSecret", "privateKey"],
        }
    }

    /// The header field that the credential would be written to, in lower case.
    pub(super) fn header_name(&self) -> Option<String> {
        match self.kind {
            AuthKind::None => None,
            _ if self.in_query() => None,
            AuthKind::ApiKey => Some(self.param("key").to_ascii_lowercase()),
            _ => Some("authorization".to_owned()),
        }
    }

    /// The query parameter that the credential would be written to.
    pub(super) fn query_key(&self) -> Option<String> {
        match self.kind {
            _ if !self.in_query() => None,
            AuthKind::ApiKey => Some(self.param("key").to_owned()),
            AuthKind::Jwt => Some(self.jwt_query_key().to_owned()),
            AuthKind::AwsV4 => Some("X-Amz-Signature".to_owned()),
            AuthKind::OAuth1 => Some("oauth_signature".to_owned()),
            _ => Some("access_token".to_owned()),
        }
    }

    /// Postman's default for an empty or missing name is `token`.
    fn jwt_query_key(&self) -> &str {
        match self.param("queryParamKey") {
            "" => "token",
            key => key,
        }
    }

    /// A signed token in its place; `headerPrefix` is `Bearer` where it is missing or empty, as in
    /// Postman.
    fn jwt(&self) -> Result<Credential, Lack> {
        let name = match self.param("algorithm") {
            "" => return Err(Lack::Param("algorithm")),
            name => name,
        };
        let Some(algorithm) = jwt::Algorithm::of(name) else {
            return Err(Lack::Wrong(format!(
                "has the unknown `algorithm` `{name}` (known are HS, RS, PS and ES with 256, 384 and 512)"
            )));
        };
        let key = if algorithm.is_shared() { "secret" } else { "privateKey" };
        let text = self.params.get(key).filter(|text| !text.is_empty()).ok_or(Lack::Param(key))?;
        let wrong = |why| Lack::Wrong(format!("cannot be signed: {why}"));
        let bytes = if algorithm.is_shared() {
            jwt::secret(text, self.param("isSecretBase64Encoded") == "true").map_err(wrong)?
        } else {
            text.as_bytes().to_vec()
        };
        let token = jwt::token(name, algorithm, self.param("header"), self.param("payload"), &bytes)
            .map_err(wrong)?;
        if self.in_query() {
            return Ok(Credential::Query { key: self.jwt_query_key().to_owned(), value: token });
        }
        let prefix = match self.param("headerPrefix").trim() {
            "" => "Bearer",
            prefix => prefix,
        };
        Ok(Credential::Header { name: "Authorization".to_owned(), value: format!("{prefix} {token}") })
    }

    /// What is written into the request at once, the parameters being final; `None` for `noauth`
    /// and for what is written late.
    ///
    /// `headerPrefix` of OAuth 2 is `Bearer` where it is missing, and nothing where it is empty.
    pub(super) fn credential(&self) -> Result<Option<Credential>, Lack> {
        let needed = |name: &'static str| match self.param(name) {
            "" => Err(Lack::Param(name)),
            value => Ok(value),
        };
        let authorization = |value: String| Credential::Header { name: "Authorization".to_owned(), value };
        let made = match self.kind {
            AuthKind::None | AuthKind::Digest | AuthKind::AwsV4 | AuthKind::OAuth1 | AuthKind::Grant => {
                return Ok(None);
            }
            AuthKind::Jwt => self.jwt()?,
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
                // Postman sends no auth at all with another one, and says nothing.
                let named = self.param("tokenType");
                if !named.is_empty() && !named.eq_ignore_ascii_case("bearer") {
                    return Err(Lack::Wrong(format!(
                        "has the `tokenType` `{named}`, which is not supported"
                    )));
                }
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

    /// The same auth with every secret parameter replaced; where a type has several, those that are
    /// there.
    pub(super) fn with_secrets(&self, value: &str) -> Self {
        let mut changed = self.clone();
        for name in self.secret() {
            if self.secret().len() > 1 && self.param(name).is_empty() {
                continue;
            }
            changed.params.insert((*name).to_owned(), value.to_owned());
        }
        changed
    }
}

/// The parameters of the types with many.
mod names {
    pub(super) const GRANT: &[&str] = &[
        "grant_type",
        "accessTokenUrl",
        "refreshTokenUrl",
        "clientId",
        "clientSecret",
        "refreshToken",
        "username",
        "password",
        "scope",
        "audience",
        "client_authentication",
        "tokenRequestParams",
        "refreshRequestParams",
        "headerPrefix",
        "addTokenTo",
    ];
    pub(super) const JWT: &[&str] = &[
        "algorithm",
        "header",
        "payload",
        "secret",
        "isSecretBase64Encoded",
        "privateKey",
        "addTokenTo",
        "headerPrefix",
        "queryParamKey",
    ];
    pub(super) const DIGEST: &[&str] = &[
        "username",
        "password",
        "realm",
        "nonce",
        "algorithm",
        "qop",
        "nonceCount",
        "clientNonce",
        "opaque",
        "disableRetryRequest",
    ];
    pub(super) const AWS: &[&str] =
        &["accessKey", "secretKey", "sessionToken", "region", "service", "addAuthDataToQuery"];
    pub(super) const OAUTH1: &[&str] = &[
        "consumerKey",
        "consumerSecret",
        "token",
        "tokenSecret",
        "privateKey",
        "signatureMethod",
        "callback",
        "verifier",
        "timestamp",
        "nonce",
        "version",
        "realm",
        "includeBodyHash",
        "addParamsToHeader",
        "addEmptyParamsToSign",
        "disableHeaderEncoding",
    ];
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
