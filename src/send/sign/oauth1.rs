//! OAuth 1.0 (RFC 5849), with the SHA-2 methods that servers added to it and the body hash of
//! <https://tools.ietf.org/id/draft-eaton-oauth-bodyhash-00.html>.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use rand_core::OsRng;
use rsa::pkcs1v15::SigningKey;
use rsa::signature::{RandomizedSigner, SignatureEncoding};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::encode::{form_decoded, pairs, strict, with_query};
use crate::message::Request;
use crate::postman::auth::jwt::rsa_key;
use crate::postman::auth::late::{OAuth1, OAuth1Method};
use crate::send::exchange::SendError;

/// Signs the request; `now` in seconds since 1970, both only where the auth presets none.
///
/// The parameters go to the header; else to a form body of POST or PUT; else to the query.
pub(super) fn sign(auth: &OAuth1, request: &mut Request, now: u64, nonce: &str) -> Result<(), SendError> {
    request.headers.remove("authorization");
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let query = without_own(query);
    request.target = with_query(path, &query);
    let form = form(request).map(|form| without_own(&form));
    let mut params: Vec<(String, String)> =
        auth.params.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let at = params.iter().position(|(name, _)| name == "oauth_version").unwrap_or(params.len());
    let timestamp = auth.timestamp.clone().unwrap_or_else(|| now.to_string());
    params.insert(at, ("oauth_timestamp".to_owned(), timestamp));
    params.insert(at + 1, ("oauth_nonce".to_owned(), auth.nonce.clone().unwrap_or_else(|| nonce.to_owned())));
    let has_entity = request.body.is_some() || !matches!(request.method.as_str(), "GET" | "HEAD");
    if auth.body_hash && form.is_none() && has_entity {
        let hash = body_hash(auth.method, request.body.as_deref().unwrap_or_default());
        params.push(("oauth_body_hash".to_owned(), hash));
    }
    let base = base_string(request, &query, form.as_deref().unwrap_or_default(), &params);
    params.push(("oauth_signature".to_owned(), signature(auth, &base)?));
    put(auth, request, form, &params);
    Ok(())
}

fn put(auth: &OAuth1, request: &mut Request, form: Option<String>, params: &[(String, String)]) {
    if auth.in_header {
        let shown = |text: &str| if auth.encode_header { strict(text) } else { text.to_owned() };
        let realm = (!auth.realm.is_empty()).then(|| format!("realm=\"{}\"", auth.realm.replace('"', "%22")));
        let own = params.iter().map(|(name, value)| format!("{}=\"{}\"", shown(name), shown(value)));
        let fields: Vec<String> = realm.into_iter().chain(own).collect();
        request.headers.push("Authorization", format!("OAuth {}", fields.join(",")));
        return;
    }
    let own: Vec<String> =
        params.iter().map(|(name, value)| format!("{}={}", strict(name), strict(value))).collect();
    let joined = |text: &str| {
        let mark = if text.is_empty() { "" } else { "&" };
        format!("{text}{mark}{}", own.join("&"))
    };
    match form {
        Some(form) if matches!(request.method.as_str(), "POST" | "PUT") => {
            request.body = Some(joined(&form).into());
        }
        _ => {
            let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
            request.target = with_query(path, &joined(query));
        }
    }
}

/// The body where it is a form (RFC 5849 §3.4.1.3.1: by its media type).
fn form(request: &Request) -> Option<String> {
    let media = request.headers.get("content-type").and_then(crate::message::MediaType::parse)?;
    let body = request.body.as_deref()?;
    (media.essence == "application/x-www-form-urlencoded").then(|| String::from_utf8_lossy(body).into_owned())
}

/// Without parameters that signing writes anew.
fn without_own(text: &str) -> String {
    const OWN: [&str; 8] = [
        "oauth_consumer_key",
        "oauth_token",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_nonce",
        "oauth_version",
        "oauth_body_hash",
        "oauth_signature",
    ];
    let is_own = |pair: &str| OWN.contains(&pair.split('=').next().unwrap_or_default());
    text.split('&').filter(|pair| !is_own(pair)).collect::<Vec<_>>().join("&")
}

/// RFC 5849 §3.4.1: method, URI without query, and all parameters, sorted.
fn base_string(request: &Request, query: &str, form: &str, own: &[(String, String)]) -> String {
    let mut params: Vec<(String, String)> =
        own.iter().map(|(name, value)| (strict(name), strict(value))).collect();
    let written = pairs(query).chain(pairs(form));
    params.extend(written.map(|(name, value)| (strict(form_decoded(name)), strict(form_decoded(value)))));
    params.sort();
    let params: Vec<String> = params.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let host = request.headers.get("host").map(str::to_ascii_lowercase);
    let host = host.as_deref().unwrap_or(request.origin.authority());
    let uri = format!("{}://{host}{}", request.origin.scheme(), request.path());
    format!("{}&{}&{}", request.method.to_ascii_uppercase(), strict(uri), strict(params.join("&")))
}

fn signature(auth: &OAuth1, base: &str) -> Result<String, SendError> {
    let key = format!("{}&{}", strict(&auth.consumer_secret), strict(&auth.token_secret));
    let (key, base) = (key.as_bytes(), base.as_bytes());
    let made = match auth.method {
        OAuth1Method::Plaintext => return Ok(String::from_utf8_lossy(key).into_owned()),
        // An HMAC takes keys of any length (RFC 2104 §2).
        OAuth1Method::HmacSha1 => Hmac::<Sha1>::new_from_slice(key)
            .map(|mac| mac.chain_update(base).finalize().into_bytes().to_vec())
            .ok(),
        OAuth1Method::HmacSha256 => Hmac::<Sha256>::new_from_slice(key)
            .map(|mac| mac.chain_update(base).finalize().into_bytes().to_vec())
            .ok(),
        OAuth1Method::HmacSha512 => Hmac::<Sha512>::new_from_slice(key)
            .map(|mac| mac.chain_update(base).finalize().into_bytes().to_vec())
            .ok(),
        OAuth1Method::RsaSha1 | OAuth1Method::RsaSha256 | OAuth1Method::RsaSha512 => {
            let key = rsa_key(&auth.private_key).map_err(SendError::Unsendable)?;
            match auth.method {
                OAuth1Method::RsaSha1 => {
                    SigningKey::<Sha1>::new(key).try_sign_with_rng(&mut OsRng, base).map(|s| s.to_vec())
                }
                OAuth1Method::RsaSha512 => {
                    SigningKey::<Sha512>::new(key).try_sign_with_rng(&mut OsRng, base).map(|s| s.to_vec())
                }
                _ => SigningKey::<Sha256>::new(key).try_sign_with_rng(&mut OsRng, base).map(|s| s.to_vec()),
            }
            .ok()
        }
    };
    let made = made
        .ok_or_else(|| SendError::Unsendable("the key is too short for the signature method".to_owned()))?;
    Ok(STANDARD.encode(made))
}

fn body_hash(method: OAuth1Method, body: &[u8]) -> String {
    match method {
        OAuth1Method::HmacSha256 | OAuth1Method::RsaSha256 => STANDARD.encode(Sha256::digest(body)),
        OAuth1Method::HmacSha512 | OAuth1Method::RsaSha512 => STANDARD.encode(Sha512::digest(body)),
        OAuth1Method::HmacSha1 | OAuth1Method::RsaSha1 | OAuth1Method::Plaintext => {
            STANDARD.encode(Sha1::digest(body))
        }
    }
}

#[cfg(test)]
mod tests;
