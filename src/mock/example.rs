//! What the mock answers for an example.
//!
//! An example is served with its status, header fields and body as saved, but for what cannot be:
//! framing and hop-by-hop fields are the connection's own (RFC 9110 §7.6.1), `Content-Encoding`
//! is left out because the saved text is decoded, `Date` is the time of the answer, and type
//! placeholders are filled.

use axum::http::HeaderName;
use serde_json::Value;

use crate::contract::BodyExpectation;
use crate::message::{Answer, Headers, MediaType, is_framing};
use crate::placeholder::Filler;
use crate::plan::{Action, Case};

/// Saved fields that are not served besides the framing ones, in lower case. `Proxy-Authenticate`
/// is not among them: it belongs to the answer 407 and concerns nobody here.
const OWN_FIELDS: [&str; 3] = ["content-encoding", "date", "proxy-authorization"];

/// The answer that the mock gives to the planned request of this case, without a server; `seed` as in
/// [`MockOptions`](super::MockOptions).
pub fn served(case: &Case, seed: u64) -> Answer {
    let method = match &case.action {
        Action::Send { request, .. } => request.method.as_str(),
        Action::Skip(_) => "GET",
    };
    of_example(case, Filler::new(seed), method)
}

/// The answer that an example documents, as it is served to a request with this method.
pub(super) fn of_example(case: &Case, filler: Filler, method: &str) -> Answer {
    let example = &case.example;
    let status = served_status(case);
    let headers = fields(&example.headers, filler);
    let bodiless = method == "HEAD" || matches!(status, 204 | 304);
    let text = example.body.as_deref().filter(|_| !bodiless).unwrap_or_default();
    let media = headers.get("content-type").and_then(MediaType::parse);
    // What is text for the contract (a scalar that nothing calls JSON, JSON that no reader takes) is text
    // here: it is compared as it was saved.
    let as_text = matches!(case.expectation.body, BodyExpectation::Opaque { .. });
    let is_json = || serde_json::from_str::<Value>(text).is_ok();
    let json = !as_text && (media.as_ref().is_some_and(MediaType::is_json) || is_json());
    Answer { status, body: body(text, json, media.as_ref(), filler).into(), headers }
}

/// The status that a case is served with: the one that is expected of it, which is the example's
/// unless suite.toml corrects it, and 200 where neither says one.
///
/// 200 stands also for what no final answer can have: 1xx, and numbers that have not three digits.
pub(super) fn served_status(case: &Case) -> u16 {
    match case.expectation.status {
        status @ 200..=999 => status,
        _ => 200,
    }
}

/// Saved header fields as far as they can be served: other characters than HTTP allows in a value
/// (RFC 9110 §5.5) become spaces, a name that is no token is left out.
fn fields(saved: &[(String, String)], filler: Filler) -> Headers {
    let mut fields = Headers::new();
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
        fields.push(name.as_str(), clean.trim());
    }
    fields
}

/// The bytes of a saved body: placeholders filled, in the charset that its media type names.
fn body(text: &str, json: bool, media: Option<&MediaType>, filler: Filler) -> Vec<u8> {
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
