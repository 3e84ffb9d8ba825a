//! Auth that can only be written when the request goes out ([`Late`]): it needs the time, a nonce,
//! a challenge of the server or a token of another server.
//!
//! Invariant: every parameter is final (nothing in it is still to be substituted), and what cannot
//! work (an unknown algorithm, a broken key, a URL without a host) is refused here already.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{Auth, AuthKind, Lack, jwt};
use crate::message::Origin;

/// RFC 3986 §2.3.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Auth that is written when the request goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Late {
    /// HTTP digest (RFC 7616).
    Digest(Digest),
    /// AWS Signature Version 4.
    AwsV4(AwsV4),
    /// OAuth 1.0 (RFC 5849).
    OAuth1(OAuth1),
    /// An access token of an OAuth 2 token endpoint (RFC 6749).
    Grant(Grant),
}

/// `digest`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// `username`.
    pub username: String,
    /// `password`.
    pub password: String,
    /// `realm` and `nonce`, where both are preset: the first request is answered for at once.
    pub preset: Option<(String, String)>,
    /// `algorithm`, where it is set: preferred among the server's challenges.
    pub algorithm: Option<String>,
    /// `qop`, where it is set: preferred among the ones that are offered.
    pub qop: Option<String>,
    /// `nonceCount`, where it is set, for the preset nonce.
    pub nonce_count: Option<String>,
    /// `clientNonce`, where it is set.
    pub client_nonce: Option<String>,
    /// `opaque`, for the preset nonce.
    pub opaque: Option<String>,
    /// Whether a challenge is answered (`disableRetryRequest` is not set).
    pub retry: bool,
}

/// `awsv4`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsV4 {
    /// `accessKey`.
    pub access_key: String,
    /// `secretKey`.
    pub secret_key: String,
    /// `sessionToken`.
    pub session_token: Option<String>,
    /// `region`, by default `us-east-1`.
    pub region: String,
    /// `service`, by default `execute-api`.
    pub service: String,
    /// `addAuthDataToQuery`: a presigned URL instead of header fields.
    pub in_query: bool,
}

/// `oauth1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuth1 {
    /// `signatureMethod`, by default `HMAC-SHA1`.
    pub method: OAuth1Method,
    /// `consumerSecret`.
    pub consumer_secret: String,
    /// `tokenSecret`.
    pub token_secret: String,
    /// `privateKey` (PEM), for the RSA methods; checked.
    pub private_key: String,
    /// The `oauth_…` parameters that are set, in the order in which they are written, without
    /// timestamp, nonce, body hash and signature.
    pub params: Vec<(&'static str, String)>,
    /// `timestamp`, where it is preset.
    pub timestamp: Option<String>,
    /// `nonce`, where it is preset.
    pub nonce: Option<String>,
    /// `realm`.
    pub realm: String,
    /// `includeBodyHash`.
    pub body_hash: bool,
    /// `addParamsToHeader`; else they go to the form body or to the query.
    pub in_header: bool,
    /// Not `disableHeaderEncoding`.
    pub encode_header: bool,
}

/// `signatureMethod` of OAuth 1.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the methods")]
pub enum OAuth1Method {
    HmacSha1,
    HmacSha256,
    HmacSha512,
    RsaSha1,
    RsaSha256,
    RsaSha512,
    Plaintext,
}

/// A token that is asked for at a token endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Where it stands: `[auth.default]`, or a JSON pointer.
    pub place: String,
    /// Whether suite.toml names it, and with it the host of the token endpoint.
    pub is_profile: bool,
    /// What is asked.
    pub ask: Ask,
    /// How the token is written into the request.
    pub put: Put,
}

/// The request for a token; equal ones are asked once in a run.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ask {
    /// Which grant: `refresh_token`, `client_credentials`, `password`.
    pub kind: &'static str,
    /// The server of the token endpoint.
    pub origin: Origin,
    /// Its path and query.
    pub target: String,
    /// Header fields besides the usual ones.
    pub headers: Vec<(String, String)>,
    /// The form.
    pub form: Vec<(String, String)>,
}

/// How an access token is written into a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// `Authorization` with this prefix; without one the token alone.
    Header(String),
    /// The query parameter `access_token`.
    Query,
}

impl Late {
    /// What it is, for people.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Digest(_) => "digest",
            Self::AwsV4(_) => "AWS Signature V4",
            Self::OAuth1(_) => "OAuth 1.0",
            Self::Grant(_) => "an OAuth 2 access token",
        }
    }

    /// Whether it is written as `Authorization`.
    pub(in crate::postman) fn takes_header(&self) -> bool {
        match self {
            Self::Digest(_) => true,
            Self::AwsV4(aws) => !aws.in_query,
            Self::OAuth1(oauth) => oauth.in_header,
            Self::Grant(grant) => matches!(grant.put, Put::Header(_)),
        }
    }
}

impl Grant {
    /// Values that follow from the parameters and are as secret as they are.
    pub(in crate::postman) fn derived_secrets(&self) -> impl Iterator<Item = String> {
        let basic = self.ask.headers.iter().filter(|(name, _)| name == "Authorization");
        basic.map(|(_, value)| super::typed_secret(value).to_owned())
    }
}

/// The scheme of `Authorization` that a late auth writes; `None` for a kind that is not late.
pub(in crate::postman) fn scheme(kind: &AuthKind) -> Option<&'static str> {
    match kind {
        AuthKind::Digest => Some("Digest"),
        AuthKind::AwsV4 => Some("AWS4-HMAC-SHA256"),
        AuthKind::OAuth1 => Some("OAuth"),
        AuthKind::None
        | AuthKind::Bearer
        | AuthKind::Basic
        | AuthKind::ApiKey
        | AuthKind::OAuth2
        | AuthKind::Grant
        | AuthKind::Jwt
        | AuthKind::Unsupported(_) => None,
    }
}

impl Auth {
    fn text(&self, name: &'static str) -> Option<String> {
        self.params.get(name).filter(|value| !value.trim().is_empty()).cloned()
    }

    fn some(&self, name: &'static str) -> Result<String, Lack> {
        self.text(name).ok_or(Lack::Param(name))
    }

    fn is_on(&self, name: &'static str) -> bool {
        self.params.get(name).is_some_and(|value| value == "true")
    }

    /// What is written late, the parameters being final; `None` for kinds that are written at once.
    pub(in crate::postman) fn late(&self) -> Result<Option<Late>, Lack> {
        Ok(Some(match self.kind {
            AuthKind::Digest => Late::Digest(self.digest()?),
            AuthKind::AwsV4 => Late::AwsV4(self.aws()?),
            AuthKind::OAuth1 => Late::OAuth1(self.oauth1()?),
            AuthKind::Grant => Late::Grant(self.grant()?),
            AuthKind::None
            | AuthKind::Bearer
            | AuthKind::Basic
            | AuthKind::ApiKey
            | AuthKind::OAuth2
            | AuthKind::Jwt
            | AuthKind::Unsupported(_) => return Ok(None),
        }))
    }

    fn digest(&self) -> Result<Digest, Lack> {
        let algorithm = self.text("algorithm");
        if let Some(name) = &algorithm
            && !DIGESTS.iter().any(|known| known.eq_ignore_ascii_case(name))
        {
            return Err(Lack::Wrong(format!(
                "has the unknown `algorithm` `{name}` (known are {})",
                DIGESTS.join(", ")
            )));
        }
        let qop = self.text("qop");
        if qop.as_deref().is_some_and(|qop| !matches!(qop, "auth" | "auth-int")) {
            return Err(Lack::Wrong("has a `qop` other than `auth` and `auth-int`".to_owned()));
        }
        Ok(Digest {
            username: self.some("username")?,
            password: self.params.get("password").cloned().unwrap_or_default(),
            preset: self.text("realm").zip(self.text("nonce")),
            algorithm,
            qop,
            nonce_count: self.text("nonceCount"),
            client_nonce: self.text("clientNonce"),
            opaque: self.text("opaque"),
            retry: !self.is_on("disableRetryRequest"),
        })
    }

    fn aws(&self) -> Result<AwsV4, Lack> {
        Ok(AwsV4 {
            access_key: self.some("accessKey")?,
            secret_key: self.some("secretKey")?,
            session_token: self.text("sessionToken"),
            region: self.text("region").unwrap_or_else(|| "us-east-1".to_owned()),
            service: self.text("service").unwrap_or_else(|| "execute-api".to_owned()),
            in_query: self.is_on("addAuthDataToQuery"),
        })
    }

    fn oauth1(&self) -> Result<OAuth1, Lack> {
        let name = self.text("signatureMethod").unwrap_or_else(|| "HMAC-SHA1".to_owned());
        let Some((_, method)) = OAUTH1_METHODS.iter().find(|(known, _)| *known == name) else {
            return Err(Lack::Wrong(format!("has the unknown `signatureMethod` `{name}`")));
        };
        let private_key = if name.starts_with("RSA") {
            let pem = self.some("privateKey")?;
            jwt::rsa_key(&pem).map_err(|why| Lack::Wrong(format!("cannot be used: {why}")))?;
            pem
        } else {
            self.some("consumerSecret")?;
            String::new()
        };
        let all = self.is_on("addEmptyParamsToSign");
        let saved = |name: &'static str| self.params.get(name).cloned().unwrap_or_default();
        let params = [
            ("oauth_consumer_key", self.some("consumerKey")?),
            ("oauth_token", saved("token")),
            ("oauth_signature_method", name),
            ("oauth_version", saved("version")),
            ("oauth_callback", saved("callback")),
            ("oauth_verifier", saved("verifier")),
        ];
        let optional = |name: &str| matches!(name, "oauth_callback" | "oauth_verifier");
        Ok(OAuth1 {
            method: *method,
            consumer_secret: saved("consumerSecret"),
            token_secret: saved("tokenSecret"),
            private_key,
            params: params
                .into_iter()
                .filter(|(name, value)| !value.is_empty() || (all && !optional(name)))
                .collect(),
            timestamp: self.text("timestamp"),
            nonce: self.text("nonce"),
            realm: saved("realm"),
            body_hash: self.is_on("includeBodyHash"),
            in_header: self.is_on("addParamsToHeader"),
            encode_header: !self.is_on("disableHeaderEncoding"),
        })
    }

    /// Whether the parameters of `oauth2` name a grant that needs no browser.
    pub(in crate::postman) fn has_grant(&self) -> bool {
        self.kind == AuthKind::OAuth2 && self.grant_kind().is_ok()
    }

    /// The grant, or the name of one that cannot be run: the kinds with a browser, unless a refresh
    /// token is saved.
    pub(in crate::postman) fn grant_kind(&self) -> Result<&'static str, String> {
        let named = self.params.get("grant_type").map(String::as_str).unwrap_or_default();
        match named {
            "client_credentials" => Ok("client_credentials"),
            "password" | "password_credentials" => Ok("password"),
            "refresh_token" => Ok("refresh_token"),
            _ if self.text("refreshToken").is_some() => Ok("refresh_token"),
            other => Err(other.to_owned()),
        }
    }

    fn grant(&self) -> Result<Grant, Lack> {
        let kind = self.grant_kind().map_err(|_| Lack::Param("accessToken"))?;
        let refresh_url = self.text("refreshTokenUrl").filter(|_| kind == "refresh_token");
        let url = match refresh_url {
            Some(url) => url,
            None => self.some("accessTokenUrl")?,
        };
        let (origin, mut target) = endpoint(&url).map_err(Lack::Wrong)?;
        let mut form = vec![("grant_type".to_owned(), kind.to_owned())];
        let mut put = |name: &str, value: Option<String>| {
            form.extend(value.map(|value| (name.to_owned(), value)));
        };
        match kind {
            "refresh_token" => put("refresh_token", Some(self.some("refreshToken")?)),
            "password" => {
                put("username", Some(self.some("username")?));
                put("password", Some(self.some("password")?));
            }
            _ => drop(self.some("clientId")?),
        }
        put("scope", self.text("scope"));
        put("audience", self.text("audience"));
        let mut headers = Vec::new();
        match (self.text("clientId"), self.params.get("client_authentication").map(String::as_str)) {
            (Some(id), Some("body")) => {
                put("client_id", Some(id));
                put("client_secret", self.text("clientSecret"));
            }
            (Some(id), _) => {
                headers.push(("Authorization".to_owned(), client(&id, self.text("clientSecret"))));
            }
            (None, _) => {}
        }
        for extra in self.extras(kind) {
            match extra.to {
                To::Body => form.push((extra.key, extra.value)),
                To::Header => headers.push((extra.key, extra.value)),
                To::Query => {
                    let mark = if target.contains('?') { '&' } else { '?' };
                    let (key, value) = (encoded(&extra.key), encoded(&extra.value));
                    target = format!("{target}{mark}{key}={value}");
                }
            }
        }
        Ok(Grant {
            place: self.place.clone(),
            is_profile: self.place.starts_with("[auth."),
            ask: Ask { kind, origin, target, headers, form },
            put: self.token_place(),
        })
    }

    /// `addTokenTo` and `headerPrefix`, as for a stored token.
    fn token_place(&self) -> Put {
        if self.params.get("addTokenTo").is_some_and(|to| to == "queryParams") {
            return Put::Query;
        }
        let prefix = self.params.get("headerPrefix").map_or("Bearer", |prefix| prefix.trim());
        Put::Header(prefix.to_owned())
    }

    /// `tokenRequestParams` (or `refreshRequestParams`): a JSON list of `{key, value, enabled,
    /// send_as}`. Anything else in it is left out.
    fn extras(&self, kind: &str) -> Vec<Extra> {
        let name = if kind == "refresh_token" && self.params.contains_key("refreshRequestParams") {
            "refreshRequestParams"
        } else {
            "tokenRequestParams"
        };
        let list = self.params.get(name).and_then(|text| serde_json::from_str(text).ok());
        let Some(Value::Array(list)) = list else { return Vec::new() };
        let text = |entry: &Value, name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
        list.iter()
            .filter(|entry| entry.get("enabled") != Some(&Value::Bool(false)))
            .filter_map(|entry| {
                let to = match text(entry, "send_as").as_deref() {
                    Some("request_header") => To::Header,
                    Some("request_url") => To::Query,
                    _ => To::Body,
                };
                let key = text(entry, "key").filter(|key| !key.is_empty())?;
                Some(Extra { key, value: text(entry, "value").unwrap_or_default(), to })
            })
            .collect()
    }
}

/// A further parameter of the token request.
struct Extra {
    key: String,
    value: String,
    to: To,
}

enum To {
    Body,
    Header,
    Query,
}

const DIGESTS: [&str; 6] = ["MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"];

const OAUTH1_METHODS: [(&str, OAuth1Method); 7] = [
    ("HMAC-SHA1", OAuth1Method::HmacSha1),
    ("HMAC-SHA256", OAuth1Method::HmacSha256),
    ("HMAC-SHA512", OAuth1Method::HmacSha512),
    ("RSA-SHA1", OAuth1Method::RsaSha1),
    ("RSA-SHA256", OAuth1Method::RsaSha256),
    ("RSA-SHA512", OAuth1Method::RsaSha512),
    ("PLAINTEXT", OAuth1Method::Plaintext),
];

/// Server and target of a token URL.
fn endpoint(text: &str) -> Result<(Origin, String), String> {
    let wrong = |why: &str| format!("has a token URL that {why}");
    let origin = Origin::parse(text.trim()).map_err(|error| wrong(&format!("cannot be used: {error}")))?;
    let url = url::Url::parse(text.trim()).map_err(|_| wrong("is no URL"))?;
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Ok((origin, format!("{}{query}", url.path())))
}

/// RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
fn client(id: &str, secret: Option<String>) -> String {
    let pair = format!("{}:{}", encoded(id), encoded(&secret.unwrap_or_default()));
    format!("Basic {}", STANDARD.encode(pair))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

#[cfg(test)]
mod tests;
