//! A [`Request`] made into reqwest's: checked, with the fields that a client owes.

use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_LENGTH, Entry, HeaderMap, HeaderName, HeaderValue, USER_AGENT,
};
use reqwest::{Method, Url};

use super::exchange::SendError;
use crate::message::{Omitted, Request, field_bytes, is_close, is_framing};

const CODINGS: HeaderValue = HeaderValue::from_static("gzip, deflate, br, zstd");
const AGENT: HeaderValue = HeaderValue::from_static(concat!("uphold/", env!("CARGO_PKG_VERSION")));

/// The most that the `http` crate takes as a URI.
const LONGEST_URL: usize = 65_534;

/// Makes the request that is put on the wire.
///
/// Everything that could change its meaning on the way is refused as
/// [`SendError::Unsendable`]: a method that is no token, a target that does not begin with `/` or
/// holds control characters or `#`, a field name that is no token, a value with a line break.
/// The message never repeats a value: it may be a secret.
pub(super) fn build(request: &Request, omitted: Omitted) -> Result<reqwest::Request, SendError> {
    let method = method(&request.method)?;
    let mut out = reqwest::Request::new(method, url(request)?);
    *out.headers_mut() = headers(request, omitted)?;
    match &request.body {
        Some(body) if !body.is_empty() => *out.body_mut() = Some(body.clone().into()),
        // RFC 9110 §8.6: a method that may carry content says that there is none; some servers
        // answer 411 otherwise. These five say nothing in Postman's runtime (Node) either.
        _ if !matches!(request.method.as_str(), "GET" | "HEAD" | "DELETE" | "OPTIONS" | "TRACE") => {
            out.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        _ => {}
    }
    Ok(out)
}

fn method(token: &str) -> Result<Method, SendError> {
    if token == "CONNECT" {
        return Err(unsendable("the method CONNECT asks for a tunnel, not for an answer"));
    }
    Method::from_bytes(token.as_bytes())
        .map_err(|_| unsendable(format!("the method `{}` is not a token", token.escape_debug())))
}

/// Origin and target, joined as text: resolving one against the other would let `//host` choose
/// the host.
pub(super) fn url(request: &Request) -> Result<Url, SendError> {
    let target = &request.target;
    if !target.starts_with('/') {
        return Err(unsendable("the request target does not begin with `/`"));
    }
    if target.chars().any(char::is_control) {
        return Err(unsendable("the request target holds a control character"));
    }
    if target.contains('#') {
        return Err(unsendable("the request target holds `#`, which ends a URL; write it as %23"));
    }
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target.as_str(), None),
    };
    // The URL parser reads a backslash in a path as `/`.
    let mut text = format!("{}{}", request.origin, path.replace('\\', "%5C"));
    if let Some(query) = query {
        text.push('?');
        text.push_str(query);
    }
    if text.len() > LONGEST_URL {
        return Err(unsendable(format!(
            "the URL has {} bytes, and no more than {LONGEST_URL} can be sent",
            text.len()
        )));
    }
    Url::parse(&text).map_err(|error| unsendable(format!("the URL cannot be sent: {error}")))
}

fn headers(request: &Request, omitted: Omitted) -> Result<HeaderMap, SendError> {
    let mut headers = HeaderMap::with_capacity(request.headers.len() + 4);
    for (name, value) in request.headers.iter() {
        let shown = name.escape_debug();
        let field = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| unsendable(format!("the header name `{shown}` is not a token")))?;
        if is_framing(name) && !is_close(name, value) {
            continue;
        }
        let bytes = field_bytes(value).ok_or_else(|| {
            unsendable(format!("the value of header `{shown}` holds a character beyond Latin-1"))
        })?;
        let value = HeaderValue::from_bytes(&bytes)
            .map_err(|_| unsendable(format!("the value of header `{shown}` holds a control character")))?;
        headers
            .try_append(field, value)
            .map_err(|_| unsendable("the request has more header fields than can be sent"))?;
    }
    let own = [(ACCEPT_ENCODING, CODINGS, omitted.accept_encoding), (USER_AGENT, AGENT, omitted.user_agent)];
    for (name, value, left_out) in own {
        if let (Entry::Vacant(entry), false) = (headers.entry(name), left_out) {
            entry.insert(value);
        }
    }
    Ok(headers)
}

fn unsendable(text: impl Into<String>) -> SendError {
    SendError::Unsendable(text.into())
}
