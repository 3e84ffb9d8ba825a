//! Encodings that signatures are made over.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

/// RFC 3986 §2.3: what is never encoded.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // A String takes every text.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Everything but unreserved characters as `%XX`, in capitals.
pub(super) fn strict(bytes: impl AsRef<[u8]>) -> String {
    percent_encode(bytes.as_ref(), UNRESERVED).to_string()
}

/// A form-encoded text decoded: `+` is a space.
pub(super) fn form_decoded(text: &str) -> Vec<u8> {
    percent_decode_str(&text.replace('+', " ")).collect()
}

/// The pairs of a query or form as they are written; a name alone has the empty value.
pub(super) fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// The target with its query replaced.
pub(super) fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}
