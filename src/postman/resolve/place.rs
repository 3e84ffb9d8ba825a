//! Captured values in their places: the marks of a finished request give way to the values, each in
//! the encoding of where it stands.
//!
//! | place | encoding |
//! | --- | --- |
//! | path, query, form | percent-encoded, all but the unreserved characters of RFC 3986 §2.3 |
//! | JSON body, inside of a string | escaped as in a JSON string (RFC 8259 §7) |
//! | JSON body, bare | as it is, where it is JSON itself |
//! | XML and HTML body | `& < > " '` as character references |
//! | head of a form part | line breaks and `"` as browsers write them |
//! | header value, text, form part | as it is |
//!
//! Invariants: a value adds no header, no request line, no parameter, no path segment and no form
//! part, and the origin is not its business at all; what cannot stand in its place is a
//! [`Cause`], whose text never repeats the value.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::multipart::quoted;
use super::{Cause, Resolved};
use crate::message::{MediaType, Request};
use crate::postman::captured::{Captured, Mark};
use crate::postman::headers::fault;
use crate::postman::model::BodySpec;
use crate::postman::url::has_dot_segments;

/// Everything but the unreserved characters of RFC 3986 §2.3.
const DATA: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Json,
    Markup,
    Form,
    Multipart,
    Text,
}

/// Puts every captured value into its place. `body` is what the body was made from, and `is_json`
/// says that it was written anew as JSON.
pub(super) fn fill(
    captured: &Captured,
    resolved: &mut Resolved,
    body: Option<&BodySpec>,
    is_json: bool,
) -> Vec<Cause> {
    let mut causes = Vec::new();
    let kind = body.and_then(|body| if is_json { Some(Kind::Json) } else { kind(body, &resolved.request) });
    let request = &mut resolved.request;
    if captured.stands_in(&request.method) {
        causes.push("a captured value cannot be the method".to_owned());
    }
    match target(captured, &request.target) {
        Ok(target) => request.target = target,
        Err(what) => causes.push(what),
    }
    match headers(captured, request) {
        Ok(headers) => request.headers = headers,
        Err(what) => causes.push(what),
    }
    if let (Some(bytes), Some(kind)) = (&request.body, kind) {
        match in_body(captured, bytes, kind, request) {
            Ok(Some(filled)) => request.body = Some(filled.into()),
            Ok(None) => {}
            Err(what) => causes.push(what),
        }
    }
    for secret in &mut resolved.secrets {
        *secret = captured.revealed(secret);
    }
    causes.into_iter().map(|what| Cause::Malformed { what }).collect()
}

fn text_of(bytes: Option<Vec<u8>>, unchanged: &str) -> String {
    bytes.map_or_else(|| unchanged.to_owned(), |bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn encoded(value: &str) -> String {
    utf8_percent_encode(value, DATA).to_string()
}

/// A segment of dots cannot be encoded: `%2E%2E` is `..` as well (WHATWG URL, double-dot segment).
fn target(captured: &Captured, target: &str) -> Result<String, String> {
    let mut names: Vec<String> = Vec::new();
    let filled = captured.put(target.as_bytes(), |mark: &Mark<'_>| {
        names.push(format!("`{}`", mark.name));
        Ok::<_, String>(encoded(mark.value))
    })?;
    let filled = text_of(filled, target);
    let path = filled.split('?').next().unwrap_or_default();
    if !names.is_empty() && has_dot_segments(path) {
        let names = names.join(", ");
        return Err(format!("what was captured as {names} makes a `.` or `..` segment of the path"));
    }
    Ok(filled)
}

fn headers(captured: &Captured, request: &Request) -> Result<crate::message::Headers, String> {
    let mut headers = crate::message::Headers::new();
    for (name, value) in request.headers.iter() {
        if captured.stands_in(name) {
            return Err("a captured value cannot be the name of a header".to_owned());
        }
        let mut used = String::new();
        let filled = captured.put(value.as_bytes(), |mark| {
            mark.name.clone_into(&mut used);
            Ok::<_, String>(mark.value.to_owned())
        })?;
        let Some(filled) = filled else {
            headers.push(name, value);
            continue;
        };
        let filled = String::from_utf8_lossy(&filled);
        let filled = filled.trim_matches([' ', '\t']);
        if fault(name, filled).is_some() {
            return Err(format!(
                "what was captured as `{used}` holds a line break or control character, and header `{name}` cannot"
            ));
        }
        headers.push(name, filled);
    }
    Ok(headers)
}

/// `None` for the bytes of a file: nothing was substituted in them.
fn kind(body: &BodySpec, request: &Request) -> Option<Kind> {
    let media = request.headers.get("content-type").and_then(MediaType::parse);
    let typed = request.headers.get("content-type").unwrap_or_default().to_ascii_lowercase();
    Some(match body {
        BodySpec::GraphQl { .. } => Kind::Json,
        BodySpec::UrlEncoded(_) => Kind::Form,
        BodySpec::FormData(_) => Kind::Multipart,
        BodySpec::File(_) => return None,
        BodySpec::Raw { language, .. } => {
            let begins = |marks: &[u8]| {
                let bytes = request.body.as_deref().unwrap_or_default().trim_ascii_start();
                bytes.first().is_some_and(|first| marks.contains(first))
            };
            if language.as_deref() == Some("json")
                || media.as_ref().is_some_and(MediaType::is_json)
                || begins(b"{[")
            {
                Kind::Json
            } else if media.as_ref().is_some_and(MediaType::is_xml) || typed.contains("html") || begins(b"<")
            {
                Kind::Markup
            } else if typed.starts_with("application/x-www-form-urlencoded") {
                Kind::Form
            } else if typed.starts_with("multipart/") {
                Kind::Multipart
            } else {
                Kind::Text
            }
        }
    })
}

fn in_body(
    captured: &Captured,
    bytes: &[u8],
    kind: Kind,
    request: &Request,
) -> Result<Option<Vec<u8>>, String> {
    let mut json = Strings::default();
    captured.put(bytes, |mark| match kind {
        Kind::Json => in_json(mark, json.holds(bytes, mark.start)),
        Kind::Markup => Ok(referenced(mark.value)),
        Kind::Form => Ok(encoded(mark.value)),
        Kind::Multipart => in_part(mark, bytes, request.headers.get("content-type").unwrap_or_default()),
        Kind::Text => Ok(mark.value.to_owned()),
    })
}

/// Whether places of a JSON text lie in its strings, asked in order.
#[derive(Default)]
struct Strings {
    at: usize,
    inside: bool,
    escaped: bool,
}

impl Strings {
    fn holds(&mut self, bytes: &[u8], place: usize) -> bool {
        for byte in bytes.get(self.at..place).unwrap_or_default() {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = self.inside,
                b'"' => self.inside = !self.inside,
                _ => {}
            }
        }
        self.at = place;
        self.inside
    }
}

fn in_json(mark: &Mark<'_>, in_string: bool) -> Result<String, String> {
    if in_string {
        let quoted = Value::from(mark.value).to_string();
        return Ok(quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned());
    }
    match serde_json::from_str::<Value>(mark.value) {
        Ok(_) => Ok(mark.value.to_owned()),
        Err(_) => Err(format!(
            "what was captured as `{}` is no JSON, and it stands in the JSON body without quotes",
            mark.name
        )),
    }
}

/// Character references of XML 1.0 §4.6 (`'` by its number, which HTML knows, too).
fn referenced(value: &str) -> String {
    value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

fn in_part(mark: &Mark<'_>, bytes: &[u8], content_type: &str) -> Result<String, String> {
    let boundary = content_type.rsplit("boundary=").next().unwrap_or_default().trim_matches('"');
    if mark.value.contains(boundary) {
        return Err(format!("what was captured as `{}` holds the boundary of the form", mark.name));
    }
    let before = bytes.get(..mark.start).unwrap_or_default();
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let in_head = line.get(..8).is_some_and(|begin| begin.eq_ignore_ascii_case(b"content-"));
    Ok(if in_head { quoted(mark.value) } else { mark.value.to_owned() })
}

#[cfg(test)]
mod tests;
