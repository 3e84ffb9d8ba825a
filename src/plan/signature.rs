//! What tells requests apart: [`signature`], made of requests in which captured values stand by their
//! names ([`named`]).

use super::recipe::Signature;
use crate::message::Request;
use crate::postman::Captured;
use crate::suite::CaseSettings;

/// The request with captured values shown by their names.
pub(super) fn named(request: Request, captured: &Captured) -> Request {
    if captured.is_empty() {
        return request;
    }
    let headers = request.headers.iter().map(|(name, value)| (name.to_owned(), captured.named(value)));
    let body = request.body.as_ref().map(|body| match std::str::from_utf8(body) {
        Ok(text) => captured.named(text).into(),
        Err(_) => body.clone(),
    });
    Request { target: captured.named(&request.target), headers: headers.collect(), body, ..request }
}

/// The request as bytes that are equal for equal requests; the order of header fields with
/// different names does not count (RFC 9110 §5.3), nor does what Postman makes anew for each call, or
/// what becomes of the connection. After other set-up steps it is another request: the API is in
/// another state.
pub(super) fn signature(request: &Request, rules: &CaseSettings) -> Signature {
    let mut headers: Vec<(String, &str)> = request
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .filter(|(name, _)| !["connection", "postman-token"].contains(&name.as_str()))
        .collect();
    // Fields of one name keep their order: it has a meaning.
    headers.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut text = format!("{} {}\n", request.method, request.url());
    for (name, value) in headers {
        text.extend([name.as_str(), ": ", value, "\n"]);
    }
    let mut signature = text.into_bytes();
    for step in &rules.before {
        signature.extend_from_slice(format!("after {}\n", step.pattern).as_bytes());
    }
    signature.push(b'\n');
    signature.extend_from_slice(request.body.as_deref().unwrap_or_default());
    signature
}
