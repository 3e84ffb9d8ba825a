//! `multipart/form-data` (RFC 7578): parts with text or files become bytes.
//!
//! Invariants: the boundary depends on the content alone, so that equal forms are equal bytes, and
//! occurs nowhere in it; no name or file name can end its header line.

use super::draft::{Draft, Upload};
use crate::postman::hash::fnv;
use crate::postman::model::FormPart;

/// One part, its head written.
struct Part {
    head: String,
    body: Vec<u8>,
}

/// The bytes of a form and its `Content-Type`; `None` where no part is enabled.
pub(super) fn build(draft: &mut Draft<'_>, specs: &[FormPart]) -> Option<(Vec<u8>, String)> {
    let mut parts = Vec::new();
    for spec in specs.iter().filter(|spec| !spec.param.disabled) {
        let name = draft.substitute(spec.param.key.as_deref().unwrap_or_default());
        let content_type = spec.content_type.as_deref().map(|text| draft.substitute(text));
        if let Some(files) = &spec.files {
            parts.extend(file_parts(draft, &name, files, content_type.as_deref()));
        } else {
            let text = draft.field(spec.param.value.as_deref().unwrap_or_default(), "form", &name);
            parts.push(part(draft, &name, None, content_type.as_deref(), text.into_bytes()));
        }
    }
    if parts.is_empty() {
        return None;
    }
    let boundary = boundary_for(&parts);
    Some((write(&parts, &boundary), format!("multipart/form-data; boundary={boundary}")))
}

fn file_parts(draft: &mut Draft<'_>, name: &str, files: &[String], content_type: Option<&str>) -> Vec<Part> {
    let none = [String::new()];
    let files = if files.is_empty() { &none } else { files };
    let mut parts = Vec::new();
    for file in files {
        if let Some(Upload { bytes, name: file_name, content_type: guessed }) = draft.upload(file) {
            let content_type = content_type.unwrap_or(&guessed);
            parts.push(part(draft, name, Some(&file_name), Some(content_type), bytes));
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
        let inside = |text: &[u8]| text.windows(boundary.len()).any(|window| window == boundary.as_bytes());
        if !parts.iter().any(|part| inside(part.head.as_bytes()) || inside(&part.body)) {
            return boundary;
        }
        number = number.wrapping_add(1);
    }
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
