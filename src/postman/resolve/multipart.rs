//! `multipart/form-data` (RFC 7578): parts with text or files become bytes.
//!
//! Invariants: the boundary depends on the content alone, so that equal forms are equal bytes, and
//! occurs nowhere in it; no name or file name can end its header line.

use super::draft::{Draft, Upload, media_type};
use crate::postman::hash::fnv;
use crate::postman::model::FormPart;

/// One part, its head written.
struct Part {
    head: String,
    body: Vec<u8>,
}

/// The bytes of a form and its `Content-Type`; `None` where no part is enabled. A boundary in the
/// `typed` one is kept where no part holds it as a delimiter.
pub(super) fn build(
    draft: &mut Draft<'_>,
    specs: &[FormPart],
    typed: Option<&str>,
) -> Option<(Vec<u8>, String)> {
    let mut parts = Vec::new();
    for spec in specs.iter().filter(|spec| !spec.param.disabled) {
        let name = draft.substitute(spec.param.key.as_deref().unwrap_or_default());
        let mut named = |text: &Option<String>| {
            text.as_deref().map(|text| draft.substitute(text)).filter(|text| !text.trim().is_empty())
        };
        let content_type = named(&spec.content_type);
        // Only the last part of a path is a name.
        let file_name = named(&spec.file_name);
        let file_name = file_name.as_deref().map(|path| path.rsplit(['/', '\\']).next().unwrap_or(path));
        if let Some(files) = &spec.files {
            parts.extend(file_parts(draft, &name, files, file_name, content_type.as_deref()));
        } else {
            let text = draft.field(spec.param.value.as_deref().unwrap_or_default(), "form", &name);
            let content_type = content_type.as_deref().or(file_name.map(media_type));
            parts.push(part(draft, &name, file_name, content_type, text.into_bytes()));
        }
    }
    if parts.is_empty() {
        return None;
    }
    let boundary = match typed.and_then(boundary_of).filter(|typed| is_free(&parts, &format!("--{typed}"))) {
        Some(typed) => typed.to_owned(),
        None => boundary_for(&parts),
    };
    Some((write(&parts, &boundary), format!("multipart/form-data; boundary={boundary}")))
}

/// The boundary of a typed `multipart/form-data`, where it is one that needs no quotes (RFC 2046
/// §5.1.1).
fn boundary_of(typed: &str) -> Option<&str> {
    let mut parts = typed.split(';').map(str::trim);
    parts.next().filter(|essence| essence.eq_ignore_ascii_case("multipart/form-data"))?;
    let boundary = parts.find_map(|part| part.strip_prefix("boundary="))?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"'+_-.".contains(&b);
    ((1..=70).contains(&boundary.len()) && boundary.bytes().all(plain)).then_some(boundary)
}

fn file_parts(
    draft: &mut Draft<'_>,
    name: &str,
    files: &[String],
    file_name: Option<&str>,
    content_type: Option<&str>,
) -> Vec<Part> {
    let none = [String::new()];
    let files = if files.is_empty() { &none } else { files };
    let mut parts = Vec::new();
    for file in files {
        if let Some(Upload { bytes, name: own_name, content_type: guessed }) = draft.upload(file) {
            let content_type = content_type.unwrap_or(&guessed);
            let file_name = file_name.unwrap_or(&own_name);
            parts.push(part(draft, name, Some(file_name), Some(content_type), bytes));
        }
    }
    parts
}

fn part(
    draft: &mut Draft<'_>,
    name: &str,
    file_name: Option<&str>,
    content_type: Option<&str>,
    body: Vec<u8>,
) -> Part {
    let mut head = format!("Content-Disposition: form-data; name=\"{}\"", quoted(name));
    if let Some(file_name) = file_name {
        head = format!("{head}; filename=\"{}\"", quoted(file_name));
    }
    if let Some(content_type) = content_type.map(str::trim).filter(|text| !text.is_empty()) {
        if content_type.contains(|c: char| c.is_ascii_control()) {
            let content_type = content_type.escape_debug();
            draft.refuse(format!("form part `{name}`: content type `{content_type}` holds a line break"));
        } else {
            head = format!("{head}\r\nContent-Type: {content_type}");
        }
    }
    Part { head, body }
}

/// What browsers do with a name (WHATWG HTML, multipart/form-data encoding algorithm).
pub(super) fn quoted(name: &str) -> String {
    name.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22").replace('\0', "%00")
}

/// A boundary that occurs in no part.
fn boundary_for(parts: &[Part]) -> String {
    let seed = parts.iter().fold(0, |seed: u64, part| {
        seed.rotate_left(7) ^ fnv(part.head.as_bytes()) ^ fnv(&part.body).rotate_left(31)
    });
    let mut number = seed;
    loop {
        let boundary = format!("uphold-{number:016x}");
        if is_free(parts, &boundary) {
            return boundary;
        }
        number = number.wrapping_add(1);
    }
}

/// Whether a boundary occurs in no part.
fn is_free(parts: &[Part], boundary: &str) -> bool {
    let inside = |text: &[u8]| text.windows(boundary.len()).any(|window| window == boundary.as_bytes());
    !parts.iter().any(|part| inside(part.head.as_bytes()) || inside(&part.body))
}

fn write(parts: &[Part], boundary: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(format!("--{boundary}\r\n{}\r\n\r\n", part.head).as_bytes());
        bytes.extend_from_slice(&part.body);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(body: &[u8]) -> Part {
        Part { head: "h".to_owned(), body: body.to_vec() }
    }

    #[test]
    fn the_boundary_is_fixed_and_occurs_nowhere() {
        let first = boundary_for(&[plain(b"x")]);
        assert_eq!(first, boundary_for(&[plain(b"x")]));
        assert_ne!(first, boundary_for(&[plain(b"y")]));
    }

    #[test]
    fn names_cannot_end_their_line() {
        assert_eq!(quoted("a\"\r\nX: 1"), "a%22%0D%0AX: 1");
    }
}
