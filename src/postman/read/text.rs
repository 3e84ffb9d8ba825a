//! Bytes become text: UTF-8 and UTF-16, with or without a byte order mark.
//!
//! UTF-16 without a mark is known by the NUL beside its first character, which is ASCII in JSON
//! and in Postman's YAML. No other encoding is guessed: ISO-8859-1 read as another one of its kind
//! would be sent as other letters without anybody noticing.

use std::borrow::Cow;
use std::path::Path;

use super::ReadError;

/// The text, without its byte order mark.
pub(in crate::postman) fn decode<'b>(file: &Path, bytes: &'b [u8]) -> Result<Cow<'b, str>, ReadError> {
    let not_text = |(line, column): (usize, usize), why: &'static str| ReadError::NotText {
        file: file.to_owned(),
        line,
        column,
        why,
    };
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        [first, 0, ..] if *first != 0 => u16::from_le_bytes,
        [0, second, ..] if *second != 0 => u16::from_be_bytes,
        _ => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            return std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
                let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
                not_text(end_of(&String::from_utf8_lossy(good)), OTHER)
            });
        }
    };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    for read in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match read {
            Ok(char) => text.push(char),
            Err(_) => return Err(not_text(end_of(&text), "half of a UTF-16 surrogate pair")),
        }
    }
    if !rest.is_empty() {
        return Err(not_text(end_of(&text), "UTF-16 that ends in the middle of a character"));
    }
    Ok(Cow::Owned(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
}

const OTHER: &str = "neither UTF-8 nor UTF-16 text, and other encodings, such as ISO-8859-1, are not guessed";

/// The line and column behind the text, from 1.
fn end_of(text: &str) -> (usize, usize) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let last = text.rsplit('\n').next().unwrap_or_default();
    (text.matches('\n').count() + 1, last.chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> String {
        match decode(Path::new("f"), bytes) {
            Ok(text) => text.into_owned(),
            Err(error) => format!("! {error}"),
        }
    }

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn every_form_of_unicode_is_the_same_text() {
        let text = "{\"ü\": \"𝄞\"}";
        for marked in [text.to_owned(), format!("\u{feff}{text}")] {
            assert_eq!(read(marked.as_bytes()), text);
            assert_eq!(read(&utf16(&marked, u16::to_le_bytes)), text);
            assert_eq!(read(&utf16(&marked, u16::to_be_bytes)), text);
        }
        assert_eq!((read(b"").as_str(), read(b"\xff\xfe").as_str(), read(b"1").as_str()), ("", "", "1"));
    }

    #[test]
    fn what_is_no_unicode_is_named_with_its_place() {
        assert_eq!(read(b"{\n \"M\xfcller\": 1}"), format!("! f:2:4: {OTHER}; save it as UTF-8"));
        assert_eq!(read(b"{\0\n\0\x00\xd8x\0"), "! f:2:1: half of a UTF-16 surrogate pair; save it as UTF-8");
        assert_eq!(
            read(b"\xff\xfe{\0\n"),
            "! f:1:2: UTF-16 that ends in the middle of a character; save it as UTF-8"
        );
    }
}
