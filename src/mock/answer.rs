//! The HTTP answers of the mock: of an example, and where there is none.
//!
//! An example is served with its status, header fields and body as saved, but for what cannot be:
//! framing and hop-by-hop fields are the connection's own (RFC 9110 §7.6.1), `Content-Encoding`
//! is left out because the saved text is decoded, `Date` is the time of the answer, and type
//! placeholders are filled.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use super::asked::Asked;
use super::catalogue::{Entry, Route};
use super::credential::Credential;
use crate::message::{MediaType, is_framing};
use crate::placeholder::Filler;

/// Saved fields that are not served besides the framing ones, in lower case. `Proxy-Authenticate`
/// is not among them: it belongs to the answer 407 and concerns nobody here.
const OWN_FIELDS: [&str; 3] = ["content-encoding", "date", "proxy-authorization"];

/// The answer that an example documents.
pub(super) fn of_example(entry: &Entry, filler: Filler, method: &str) -> Response<Body> {
    let example = &entry.case.example;
    let status = StatusCode::from_u16(entry.status).unwrap_or(StatusCode::OK);
    let headers = fields(&example.headers, filler);
    let bodiless = method == "HEAD" || matches!(status.as_u16(), 204 | 304);
    let text = example.body.as_deref().filter(|_| !bodiless).unwrap_or_default();
    let media =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).and_then(MediaType::parse);
    let mut response = Response::new(Body::from(body(text, media.as_ref(), filler)));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Saved header fields as far as they can be served: other characters than HTTP allows in a value
/// (RFC 9110 §5.5) become spaces, a name that is no token is left out.
fn fields(saved: &[(String, String)], filler: Filler) -> HeaderMap {
    let mut fields = HeaderMap::new();
    for (name, value) in saved {
        let Ok(name) = name.trim().parse::<HeaderName>() else { continue };
        if is_framing(name.as_str()) || OWN_FIELDS.contains(&name.as_str()) {
            continue;
        }
        let with_values = filler.text(value, name.as_str());
        let clean: String = with_values
            .as_deref()
            .unwrap_or(value)
            .chars()
            .map(|c| if c.is_ascii_control() && c != '\t' { ' ' } else { c })
            .collect();
        if let Ok(value) = HeaderValue::from_bytes(clean.trim().as_bytes()) {
            fields.append(name, value);
        }
    }
    fields
}

/// The bytes of a saved body: placeholders filled, in the charset that its media type names.
fn body(text: &str, media: Option<&MediaType>, filler: Filler) -> Vec<u8> {
    let json =
        media.is_some_and(MediaType::is_json) || serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    let with_values = if json {
        filler.json_text(text)
    } else {
        // Fills a body that is a placeholder as a whole: in XML and HTML `<string>` is an element.
        filler.text(text.trim(), "body")
    };
    let text = with_values.as_deref().unwrap_or(text);
    let label = media.and_then(|media| media.charset.as_deref()).unwrap_or("utf-8");
    encode(text, label)
}

/// The text in that charset; as UTF-8 where the charset is unknown or lacks a character.
fn encode(text: &str, label: &str) -> Vec<u8> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    if encoding == encoding_rs::UTF_16LE {
        return text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    }
    if encoding == encoding_rs::UTF_16BE {
        return text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    }
    match encoding.encode(text) {
        (bytes, _, false) => bytes.into_owned(),
        (_, _, true) => text.as_bytes().to_vec(),
    }
}

/// The bare answer where a credential is missing and the item documents no 401.
pub(super) fn unauthorised(route: &Route) -> Response<Body> {
    let places: Vec<String> = route
        .credentials
        .iter()
        .map(|place| match place {
            Credential::Header(name) => format!("header {name}"),
            Credential::Query(name) => format!("query parameter {name}"),
        })
        .collect();
    let scheme = route
        .request
        .headers
        .get("authorization")
        .and_then(|value| value.split_once(' '))
        .map_or("Bearer", |(scheme, _)| scheme);
    let mut response =
        own(StatusCode::UNAUTHORIZED, &json!({ "error": "no credential arrived", "expected": places }));
    let challenge = format!("{scheme} realm=\"uphold mock\"");
    if let Ok(challenge) = HeaderValue::try_from(challenge) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// The answer to a request that no example answers: what was asked for, and what comes closest.
pub(super) fn nothing(asked: &Asked<'_>, closest: &[&Entry]) -> Response<Body> {
    let mut question = json!({ "method": asked.method, "target": asked.target });
    for name in ["x-mock-response-id", "x-mock-response-name", "x-mock-response-code"] {
        if let (Some(wish), Some(question)) = (asked.wish(name), question.as_object_mut()) {
            question.insert(name.to_owned(), Value::from(wish));
        }
    }
    let closest: Vec<Value> = closest
        .iter()
        .filter_map(|entry| {
            let request = &entry.route.as_ref()?.request;
            Some(json!({ "id": entry.case.id.as_str(), "name": entry.case.example.name,
                "method": request.method, "path": request.path() }))
        })
        .collect();
    own(
        StatusCode::NOT_FOUND,
        &json!({ "error": "no example answers this request", "asked": question, "closest": closest }),
    )
}

/// The answer to a request body over the limit.
pub(super) fn too_large(limit: usize) -> Response<Body> {
    own(
        StatusCode::PAYLOAD_TOO_LARGE,
        &json!({ "error": format!("the request body is incomplete or larger than {limit} bytes") }),
    )
}

/// An answer of the mock's own.
fn own(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
