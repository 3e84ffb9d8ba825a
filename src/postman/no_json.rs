//! Why a text is no JSON: the one place that knows the words of `serde_json`'s errors.

use std::fmt;

/// Why `serde_json` did not take a text, without the place ([`place`]).
///
/// ```
/// use uphold::postman::read::NoJson;
///
/// let why = |text: &str| serde_json::from_str::<serde_json::Value>(text).map_err(|error| NoJson::of(&error).to_string());
/// assert_eq!(why("{\"a\": [1").unwrap_err(), "it ends in the middle of a list");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoJson {
    /// The text ends before its JSON does: in the middle of this (`a list`).
    Ends(String),
    /// It is nested deeper than `serde_json` reads, which is 127 levels.
    Deep,
    /// A `\ud800` to `\udfff` without its other half (RFC 8259 §8.2).
    HalfPair,
    /// Bytes that are no UTF-8 (a reader of bytes meets them, never one of text).
    NotUtf8,
    /// Anything else, in the words of `serde_json`: ``expected `:` ``.
    Other(String),
}

impl NoJson {
    /// What an error of `serde_json` says.
    pub fn of(error: &serde_json::Error) -> Self {
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let why = text.strip_suffix(&place).unwrap_or(&text);
        match (why, why.strip_prefix("EOF while parsing ")) {
            ("recursion limit exceeded", _) => Self::Deep,
            ("lone leading surrogate in hex escape" | "unexpected end of hex escape", _) => Self::HalfPair,
            ("invalid unicode code point", _) => Self::NotUtf8,
            (_, Some(what)) => Self::Ends(what.to_owned()),
            (why, None) => Self::Other(why.to_owned()),
        }
    }

    /// The same for a finding, with the text, or the beginning of it: `no JSON: <html>oops</html>`,
    /// `JSON that breaks off at line 3, column 14: {"a": …`.
    pub fn told(error: &serde_json::Error, text: &str, shown: &str) -> String {
        let (line, column) = place(error, text);
        let place = format!("line {line}, column {column}");
        match Self::of(error) {
            Self::Ends(_) => format!("JSON that breaks off at {place}: {shown}"),
            Self::Deep => format!("JSON nested deeper than 127 levels: {shown}"),
            Self::Other(_) if is_start((line, column), text) => format!("no JSON: {shown}"),
            why @ (Self::HalfPair | Self::NotUtf8 | Self::Other(_)) => {
                format!("no JSON at {place} ({why}): {shown}")
            }
        }
    }
}

/// Line and column (in bytes, both from 1) of what `serde_json` stumbled over in this text.
///
/// Where that is a line feed, `serde_json` counts it to the next line, as its column 0; here it ends its
/// own. A text that ends too early ends in its last line, even if that is empty.
///
/// ```
/// use uphold::postman::read::place;
///
/// let text = "{\n \"a\": tru\n}";
/// let error = serde_json::from_str::<serde_json::Value>(text).unwrap_err();
/// assert_eq!((error.line(), error.column(), place(&error, text)), (3, 0, (2, 10)));
/// ```
pub fn place(error: &serde_json::Error, text: &str) -> (usize, usize) {
    match (error.line(), error.column()) {
        (line @ 2.., 0) if !error.is_eof() => {
            let ended = text.split('\n').nth(line - 2).map_or(0, str::len);
            (line - 1, ended + 1)
        }
        (line, column) => (line, column.max(1)),
    }
}

/// The same in characters, as people and editors count.
///
/// ```
/// use uphold::postman::read::place_of_character;
///
/// let text = "[\"ü\" x]";
/// let error = serde_json::from_str::<serde_json::Value>(text).unwrap_err();
/// assert_eq!((error.column(), place_of_character(&error, text)), (7, (1, 6)));
/// ```
pub fn place_of_character(error: &serde_json::Error, text: &str) -> (usize, usize) {
    let (line, byte) = place(error, text);
    let here = text.split('\n').nth(line.saturating_sub(1)).unwrap_or_default();
    let before = here.get(..here.floor_char_boundary(byte.saturating_sub(1))).unwrap_or_default();
    // Behind the end of a text there is a place, too.
    let beyond = byte.saturating_sub(1).saturating_sub(here.len());
    (line, before.chars().count() + beyond + 1)
}

/// Whether nothing but white space stands before this place.
fn is_start((line, column): (usize, usize), text: &str) -> bool {
    let lines = text.split('\n').take(line);
    let before = lines.enumerate().map(|(at, here)| {
        let end = if at + 1 == line { column.saturating_sub(1) } else { here.len() };
        here.as_bytes().get(..end).unwrap_or(here.as_bytes())
    });
    before.flatten().all(u8::is_ascii_whitespace)
}

impl fmt::Display for NoJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ends(what) => write!(f, "it ends in the middle of {what}"),
            Self::Deep => f.write_str("nested deeper than 127 levels"),
            Self::HalfPair => {
                f.write_str("half of a surrogate pair (`\\ud800` to `\\udfff` alone) is no character")
            }
            Self::NotUtf8 => f.write_str("neither UTF-8 nor UTF-16 text"),
            Self::Other(why) => f.write_str(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn error(text: &[u8]) -> serde_json::Error {
        serde_json::from_slice::<Value>(text).unwrap_err()
    }

    /// Another version of `serde_json` with other words fails here, and not at a reader of a report.
    #[test]
    fn the_words_of_serde_json_are_known() {
        let deep = "[".repeat(128);
        let other = |why: &str| NoJson::Other(why.to_owned());
        let ends = |what: &str| NoJson::Ends(what.to_owned());
        for (text, wanted) in [
            (deep.as_bytes(), NoJson::Deep),
            (br#""\ud800""#, NoJson::HalfPair),
            (br#""\ud800\u0041""#, NoJson::HalfPair),
            (b"\"M\xfcller\"", NoJson::NotUtf8),
            (b"", ends("a value")),
            (b"{\"a\":", ends("a value")),
            (b"[1", ends("a list")),
            (b"{", ends("an object")),
            (b"\"a", ends("a string")),
            (b"<html>", other("expected value")),
            (b"{\"a\" 1}", other("expected `:`")),
            (b"[1,]", other("trailing comma")),
            (b"1 2", other("trailing characters")),
        ] {
            assert_eq!(NoJson::of(&error(text)), wanted, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn a_finding_says_what_came_and_where_it_goes_wrong() {
        let deep = "[".repeat(128);
        for (text, wanted) in [
            ("<html>oops</html>", "no JSON: …"),
            ("\n  oops", "no JSON: …"),
            ("{\"a\": [\n1,\n  {\"b\": \"c", "JSON that breaks off at line 3, column 10: …"),
            ("{\n \"a\": tru\n}", "no JSON at line 2, column 10 (expected ident): …"),
            (
                "[\"a\nb\"]",
                "no JSON at line 1, column 4 (control character (\\u0000-\\u001F) found while parsing a string): …",
            ),
            ("{\"a\": -\n}", "no JSON at line 1, column 8 (invalid number): …"),
            ("[1,\n", "JSON that breaks off at line 2, column 1: …"),
            ("{\"a\": oops}", "no JSON at line 1, column 7 (expected value): …"),
            ("\"ü\" x", "no JSON at line 1, column 6 (trailing characters): …"),
            (&deep, "JSON nested deeper than 127 levels: …"),
        ] {
            assert_eq!(NoJson::told(&error(text.as_bytes()), text, "…"), wanted, "{text}");
        }
    }
}
