//! AWS Signature Version 4, in header fields or, presigned, in the query
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>).

use std::collections::BTreeMap;

use hmac::{Hmac, Mac};
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};

use super::encode::{form_decoded, hex, pairs, strict, with_query};
use crate::message::Request;
use crate::postman::auth::late::AwsV4;
use crate::send::exchange::SendError;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Fields that are not signed: the client or something on the way may still change them.
const UNSIGNED: [&str; 14] = [
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "expect",
    "keep-alive",
    "proxy-connection",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "user-agent",
    "x-amzn-trace-id",
];

/// Signs the request for that time (seconds since 1970).
pub(super) fn sign(auth: &AwsV4, request: &mut Request, now: u64) -> Result<(), SendError> {
    let date = date(now)?;
    let day = date.get(..8).unwrap_or_default();
    let scope = format!("{day}/{}/{}/aws4_request", auth.region, auth.service);
    for name in ["authorization", "x-amz-date", "x-amz-security-token"] {
        request.headers.remove(name);
    }
    let body = hex(&Sha256::digest(request.body.as_deref().unwrap_or_default()));
    let is_s3 = auth.service == "s3";
    let payload = if auth.in_query && is_s3 { "UNSIGNED-PAYLOAD".to_owned() } else { body };
    if auth.in_query {
        presign(auth, request, &date, &scope);
    } else {
        request.headers.push("X-Amz-Date", &date);
        if let Some(token) = &auth.session_token {
            request.headers.push("X-Amz-Security-Token", token);
        }
        if is_s3 {
            request.headers.set("X-Amz-Content-Sha256", &payload);
        }
    }
    let headers = signed_headers(request);
    let names = headers.keys().map(String::as_str).collect::<Vec<_>>().join(";");
    if auth.in_query {
        add(&mut request.target, "X-Amz-SignedHeaders", &names);
    }
    let canonical = canonical(request, &headers, &names, &payload, is_s3);
    let text = format!("{ALGORITHM}\n{date}\n{scope}\n{}", hex(&Sha256::digest(canonical)));
    let signature = hex(&hmac(&key(auth, day), text.as_bytes()));
    if auth.in_query {
        add(&mut request.target, "X-Amz-Signature", &signature);
    } else {
        let credential = &auth.access_key;
        let value = format!(
            "{ALGORITHM} Credential={credential}/{scope}, SignedHeaders={names}, Signature={signature}"
        );
        request.headers.push("Authorization", value);
    }
    Ok(())
}

fn date(now: u64) -> Result<String, SendError> {
    let moment = i64::try_from(now).ok().and_then(|now| jiff::Timestamp::from_second(now).ok());
    let moment = moment
        .ok_or_else(|| SendError::Unsendable("the clock shows no time that can be signed".to_owned()))?;
    Ok(moment.strftime("%Y%m%dT%H%M%SZ").to_string())
}

fn presign(auth: &AwsV4, request: &mut Request, date: &str, scope: &str) {
    let (path, query) = split(&request.target);
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !is_own(pair)).collect();
    let has_expiry = kept.iter().any(|pair| pair.starts_with("X-Amz-Expires="));
    request.target = with_query(path, &kept.join("&"));
    let target = &mut request.target;
    add(target, "X-Amz-Algorithm", ALGORITHM);
    add(target, "X-Amz-Credential", &format!("{}/{scope}", auth.access_key));
    add(target, "X-Amz-Date", date);
    if auth.service == "s3" && !has_expiry {
        add(target, "X-Amz-Expires", "86400");
    }
    if let Some(token) = &auth.session_token {
        add(target, "X-Amz-Security-Token", token);
    }
}

fn is_own(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default();
    matches!(
        name,
        "X-Amz-Algorithm"
            | "X-Amz-Credential"
            | "X-Amz-Date"
            | "X-Amz-Security-Token"
            | "X-Amz-SignedHeaders"
            | "X-Amz-Signature"
    )
}

fn add(target: &mut String, name: &str, value: &str) {
    target.push(if target.contains('?') { '&' } else { '?' });
    target.push_str(name);
    target.push('=');
    target.push_str(&strict(value));
}

fn split(target: &str) -> (&str, &str) {
    target.split_once('?').unwrap_or((target, ""))
}

/// Names in lower case with their values: white space collapsed, several joined by a comma.
fn signed_headers(request: &Request) -> BTreeMap<String, String> {
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    if !request.headers.contains("host") {
        headers.insert("host".to_owned(), request.origin.authority().to_owned());
    }
    for (name, value) in request.headers.iter() {
        let name = name.to_ascii_lowercase();
        if UNSIGNED.contains(&name.as_str()) {
            continue;
        }
        let value = value.split([' ', '\t']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        headers
            .entry(name)
            .and_modify(|all| {
                all.push(',');
                all.push_str(&value);
            })
            .or_insert(value);
    }
    headers
}

fn canonical(
    request: &Request,
    headers: &BTreeMap<String, String>,
    names: &str,
    payload: &str,
    is_s3: bool,
) -> String {
    let (path, query) = split(&request.target);
    let mut params: Vec<(String, String)> =
        pairs(query).map(|(name, value)| (strict(form_decoded(name)), strict(form_decoded(value)))).collect();
    params.sort();
    let query: Vec<String> = params.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let fields: String = headers.iter().flat_map(|(name, value)| [name, ":", value, "\n"]).collect();
    let path = if is_s3 { once_encoded(path) } else { normalised(path) };
    format!("{}\n{path}\n{}\n{fields}\n{names}\n{payload}", request.method, query.join("&"))
}

/// S3 keys are taken as they are, encoded once.
fn once_encoded(path: &str) -> String {
    let segments = path.split('/').map(|segment| strict(percent_decode_str(segment).collect::<Vec<u8>>()));
    segments.collect::<Vec<_>>().join("/")
}

/// Every other service: empty and dot segments resolved, and what is sent is encoded once more.
fn normalised(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            segment => kept.push(segment),
        }
    }
    let end = if path.ends_with(['/']) || path.ends_with("/.") || path.ends_with("/..") { "/" } else { "" };
    let segments: Vec<String> = kept.into_iter().map(strict).collect();
    if segments.is_empty() { "/".to_owned() } else { format!("/{}{end}", segments.join("/")) }
}

fn key(auth: &AwsV4, day: &str) -> Vec<u8> {
    let secret = format!("AWS4{}", auth.secret_key);
    [day, &auth.region, &auth.service, "aws4_request"]
        .iter()
        .fold(secret.into_bytes(), |key, part| hmac(&key, part.as_bytes()))
}

fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    // An HMAC takes keys of any length (RFC 2104 §2).
    let made = Hmac::<Sha256>::new_from_slice(key)
        .map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec());
    made.unwrap_or_default()
}

#[cfg(test)]
mod tests;
