//! AWS Signature Version 4, in header fields or, presigned, in the query
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>).
//!
//! The signature is made by Amazon's own crate; what is signed is chosen here, as Postman does.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningParams, SigningSettings, UriPathNormalizationMode, sign as sign_http,
};
use aws_sigv4::sign::v4;
use percent_encoding::percent_decode_str;

use super::encode::{strict, with_query};
use crate::message::Request;
use crate::postman::auth::late::AwsV4;
use crate::send::exchange::SendError;

/// How long a presigned request holds where its query does not say, in seconds: a day, as Postman
/// has it.
const EXPIRES: u64 = 86_400;

/// The longest that Amazon takes, in seconds: a week.
const LONGEST: u64 = 604_800;

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

/// Parameters of a presigned request, which signing writes anew.
const OWN: [&str; 7] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
];

/// Signs the request for that moment.
///
/// S3 is signed as it wants it: the path encoded once and not normalised, the hash of the body in
/// `X-Amz-Content-Sha256`, and no hash of it in a presigned URL.
pub(super) fn sign(auth: &AwsV4, request: &mut Request, now: SystemTime) -> Result<(), SendError> {
    for name in ["authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"] {
        request.headers.remove(name);
    }
    let is_s3 = auth.service == "s3";
    let mut settings = settings(is_s3);
    if auth.in_query {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(unsigned(request));
    }
    let credentials =
        Credentials::new(&auth.access_key, &auth.secret_key, auth.session_token.clone(), None, "postman");
    let identity = credentials.into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(&auth.region)
        .name(&auth.service)
        .time(now)
        .settings(settings)
        .build();
    let params = SigningParams::from(params.map_err(|_| unsendable())?);
    let body = match &request.body {
        _ if is_s3 && auth.in_query => SignableBody::UnsignedPayload,
        body => SignableBody::Bytes(body.as_deref().unwrap_or_default()),
    };
    let url = format!("{}{}", request.origin, signed_target(&request.target, is_s3));
    let signable = SignableRequest::new(&request.method, url, request.headers.iter(), body);
    let signed = sign_http(signable.map_err(|_| unsendable())?, &params).map_err(|_| unsendable())?;
    let (headers, query) = signed.into_parts().0.into_parts();
    for header in &headers {
        request.headers.set(header.name(), header.value());
    }
    for (name, value) in &query {
        request.target.push(if request.target.contains('?') { '&' } else { '?' });
        request.target.push_str(name);
        request.target.push('=');
        request.target.push_str(&strict(value.as_bytes()));
    }
    Ok(())
}

fn settings(is_s3: bool) -> SigningSettings {
    let mut settings = SigningSettings::default();
    settings.excluded_headers = Some(UNSIGNED.map(Into::into).to_vec());
    if is_s3 {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    settings
}

/// Takes a former signature out of the query; how long the request holds stands there, too.
fn unsigned(request: &mut Request) -> Duration {
    let (path, query) = split(&request.target);
    let pairs = || query.split('&').filter(|pair| !pair.is_empty());
    let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
    let kept: Vec<&str> = pairs().filter(|pair| !OWN.contains(&name(pair).as_str())).collect();
    let expires = pairs().find_map(|pair| pair.strip_prefix("X-Amz-Expires=")?.parse().ok());
    request.target = with_query(path, &kept.join("&"));
    Duration::from_secs(expires.unwrap_or(EXPIRES).min(LONGEST))
}

fn split(target: &str) -> (&str, &str) {
    target.split_once('?').unwrap_or((target, ""))
}

/// The target as it is signed. S3 takes every byte of the path encoded once, however it is sent.
fn signed_target(target: &str, is_s3: bool) -> String {
    if !is_s3 {
        return target.to_owned();
    }
    let (path, query) = split(target);
    let segments = path.split('/').map(|segment| strict(percent_decode_str(segment).collect::<Vec<u8>>()));
    with_query(&segments.collect::<Vec<_>>().join("/"), query)
}

/// What is wrong is not told: the crate's words may hold a part of a header.
fn unsendable() -> SendError {
    SendError::Unsendable(
        "the request cannot be signed for AWS: its URL or a header field is not valid".to_owned(),
    )
}

#[cfg(test)]
mod tests;
