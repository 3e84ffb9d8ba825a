//! The auth types of `[auth.NAME]` with their parameters, and what must hold between them.

use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::postman::AuthKind;

/// A parameter: Postman's name, the same in snake case, and whether it is needed.
pub(super) type Param = (&'static str, &'static str, bool);

/// The types by Postman's name.
pub(super) const AUTH_TYPES: &[(&str, AuthKind, &[Param])] = &[
    ("noauth", AuthKind::None, &[]),
    ("bearer", AuthKind::Bearer, &[("token", "token", true)]),
    ("basic", AuthKind::Basic, &[("username", "username", true), ("password", "password", true)]),
    ("apikey", AuthKind::ApiKey, &[("key", "key", true), ("value", "value", true), ("in", "in", false)]),
    ("oauth2", AuthKind::OAuth2, OAUTH2),
    ("jwt", AuthKind::Jwt, JWT),
    ("digest", AuthKind::Digest, DIGEST),
    ("awsv4", AuthKind::AwsV4, AWS),
    ("oauth1", AuthKind::OAuth1, OAUTH1),
];

const OAUTH2: &[Param] = &[
    ("accessToken", "access_token", false),
    ("headerPrefix", "header_prefix", false),
    ("addTokenTo", "add_token_to", false),
    ("grant_type", "grant", false),
    ("accessTokenUrl", "token_url", false),
    ("clientId", "client_id", false),
    ("clientSecret", "client_secret", false),
    ("refreshToken", "refresh_token", false),
    ("username", "username", false),
    ("password", "password", false),
    ("scope", "scope", false),
    ("audience", "audience", false),
    ("client_authentication", "client_auth", false),
    ("tokenRequestParams", "token_params", false),
];

const JWT: &[Param] = &[
    ("algorithm", "algorithm", true),
    ("payload", "payload", false),
    ("header", "header", false),
    ("secret", "secret", false),
    ("isSecretBase64Encoded", "is_secret_base64_encoded", false),
    ("privateKey", "private_key", false),
    ("addTokenTo", "add_token_to", false),
    ("headerPrefix", "header_prefix", false),
    ("queryParamKey", "query_param_key", false),
];

const DIGEST: &[Param] = &[
    ("username", "username", true),
    ("password", "password", true),
    ("realm", "realm", false),
    ("nonce", "nonce", false),
    ("algorithm", "algorithm", false),
    ("qop", "qop", false),
    ("nonceCount", "nonce_count", false),
    ("clientNonce", "client_nonce", false),
    ("opaque", "opaque", false),
    ("disableRetryRequest", "disable_retry_request", false),
];

const AWS: &[Param] = &[
    ("accessKey", "access_key", true),
    ("secretKey", "secret_key", true),
    ("sessionToken", "session_token", false),
    ("region", "region", false),
    ("service", "service", false),
    ("addAuthDataToQuery", "add_auth_data_to_query", false),
];

const OAUTH1: &[Param] = &[
    ("consumerKey", "consumer_key", true),
    ("consumerSecret", "consumer_secret", false),
    ("token", "token", false),
    ("tokenSecret", "token_secret", false),
    ("privateKey", "private_key", false),
    ("signatureMethod", "signature_method", false),
    ("callback", "callback", false),
    ("verifier", "verifier", false),
    ("timestamp", "timestamp", false),
    ("nonce", "nonce", false),
    ("version", "version", false),
    ("realm", "realm", false),
    ("includeBodyHash", "include_body_hash", false),
    ("addParamsToHeader", "add_params_to_header", false),
    ("addEmptyParamsToSign", "add_empty_params_to_sign", false),
    ("disableHeaderEncoding", "disable_header_encoding", false),
];

/// The values that a parameter may have; `None` where it may have any. `known` tells the type.
pub(super) fn allowed(name: &str, known: &[Param]) -> Option<&'static [&'static str]> {
    Some(match name {
        "in" => &["header", "query"],
        // Postman's names differ.
        "addTokenTo" if known.iter().any(|(name, ..)| *name == "queryParamKey") => &["header", "queryParam"],
        "addTokenTo" => &["header", "queryParams"],
        "grant_type" => &["refresh_token", "client_credentials", "password"],
        "client_authentication" => &["body", "header"],
        "isSecretBase64Encoded"
        | "disableRetryRequest"
        | "addAuthDataToQuery"
        | "includeBodyHash"
        | "addParamsToHeader"
        | "addEmptyParamsToSign"
        | "disableHeaderEncoding" => &["true", "false"],
        _ => return None,
    })
}

/// Puts in the defaults that differ from Postman's (a client shows itself in the form; OAuth 1.0
/// goes to the header), and tells what is missing or does not go together.
pub(super) fn complete(kind: &AuthKind, params: &mut IndexMap<String, String>) -> Vec<String> {
    match kind {
        AuthKind::OAuth1 => {
            params.entry("addParamsToHeader".to_owned()).or_insert_with(|| "true".to_owned());
            Vec::new()
        }
        AuthKind::OAuth2 => {
            params.entry("client_authentication".to_owned()).or_insert_with(|| "body".to_owned());
            oauth2(params)
        }
        _ => Vec::new(),
    }
}

fn oauth2(params: &IndexMap<String, String>) -> Vec<String> {
    let Some(grant) = params.get("grant_type") else {
        let missing = !params.contains_key("accessToken");
        return missing
            .then(|| "needs `access_token`, or a `grant` that gets one".to_owned())
            .into_iter()
            .collect();
    };
    let mut problems = Vec::new();
    let needed: &[(&str, &str)] = match grant.as_str() {
        "refresh_token" => &[("refreshToken", "refresh_token")],
        "password" => &[("username", "username"), ("password", "password")],
        "client_credentials" => &[("clientId", "client_id")],
        // Told with its place, and perhaps no grant at all but a secret.
        _ => return Vec::new(),
    };
    for (name, snake) in [("accessTokenUrl", "token_url")].iter().chain(needed) {
        if !params.contains_key(*name) {
            problems.push(format!("has no `{snake}`; the grant `{grant}` needs it"));
        }
    }
    if let Some(url) = params.get("accessTokenUrl")
        && !names_host(url)
    {
        problems.push("has a `token_url` that does not begin with scheme and host in plain, such as https://accounts.example.com/token".to_owned());
    }
    problems
}

/// Whether scheme and host stand in the URL itself: a variable could send the client's secret
/// anywhere. A name without a value in the process environment may still stand for all of it.
fn names_host(url: &str) -> bool {
    if url.starts_with("{{env:") {
        return true;
    }
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.and_then(|rest| rest.split(['/', '?', '#']).next())
        .is_some_and(|host| !host.is_empty() && !host.replace("{{env:", "").contains("{{"))
}

/// The parameters of a token request in Postman's form.
pub(super) fn token_params(params: &IndexMap<String, String>) -> String {
    let list =
        params.iter().map(|(key, value)| json!({"key": key, "value": value, "send_as": "request_body"}));
    Value::Array(list.collect()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(params: &[(&str, &str)]) -> Vec<String> {
        let mut params =
            params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        complete(&AuthKind::OAuth2, &mut params)
    }

    #[test]
    fn a_grant_needs_what_it_asks_with() {
        let url = ("accessTokenUrl", "https://a.example/token");
        assert_eq!(
            problems(&[("grant_type", "refresh_token"), url, ("refreshToken", "r")]),
            Vec::<String>::new()
        );
        assert_eq!(problems(&[("accessToken", "t")]), Vec::<String>::new());
        let both = [("grant_type", "refresh_token"), url, ("refreshToken", "r"), ("accessToken", "t")];
        assert_eq!(problems(&both), Vec::<String>::new());
        for (params, part) in [
            (vec![], "needs `access_token`"),
            (vec![("grant_type", "refresh_token"), url], "no `refresh_token`"),
            (vec![("grant_type", "client_credentials"), ("clientId", "c")], "no `token_url`"),
            (vec![("grant_type", "password"), url, ("username", "u")], "no `password`"),
        ] {
            assert!(problems(&params).join(" ").contains(part), "{params:?}: {:?}", problems(&params));
        }
    }

    #[test]
    fn the_host_of_a_token_url_stands_in_it() {
        for (url, good) in [
            ("https://accounts.example.com/token", true),
            ("http://127.0.0.1:1/{{path}}", true),
            ("{{env:URL}}", true),
            ("https://{{env:HOST}}/t", true),
            ("{{url}}/token", false),
            ("https://{{host}}/token", false),
            ("https://a.{{host}}", false),
            ("ftp://a.example", false),
        ] {
            assert_eq!(names_host(url), good, "{url}");
        }
    }
}
