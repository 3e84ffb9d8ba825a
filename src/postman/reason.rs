//! Statuses that names and status texts speak of.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The status that a text begins with (`404 Not Found`, `404: no user`, `HTTP 404`), or whose reason
/// phrase (RFC 9110 §15) is the whole text. `OK` and `Found` are said of every success, so they say nothing.
pub fn said(text: &str) -> Option<u16> {
    let text = text.trim();
    let behind = text.strip_prefix("HTTP").map_or(text, str::trim_start);
    let digits = behind.get(..3).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    let ends = |rest: &str| rest.is_empty() || rest.starts_with([' ', ':', '-', '_', ',', ')', '.', '/']);
    if let Some(digits) = digits
        && behind.get(3..).is_some_and(ends)
    {
        let status = digits.parse().ok().and_then(|code| http::StatusCode::from_u16(code).ok())?;
        // `100 users` is no status.
        let phrase = status.canonical_reason()?;
        let rest = plain(behind.get(3..).unwrap_or_default());
        return (rest.is_empty() || plain(phrase) == rest || status.as_u16() >= 400)
            .then_some(status.as_u16());
    }
    PHRASES.get(plain(text).as_str()).copied()
}

/// The first status of each phrase, by its letters: asked for every saved answer of a collection.
static PHRASES: LazyLock<HashMap<String, u16>> = LazyLock::new(|| {
    let codes = (201..600u16).rev().filter(|code| *code != 302);
    codes.filter_map(|code| Some((plain(phrase(code)?), code))).collect()
});

/// The reason phrase of a status (RFC 9110 §15, and the registry of IANA); `None` where it has none.
pub fn phrase(status: u16) -> Option<&'static str> {
    http::StatusCode::from_u16(status).ok()?.canonical_reason()
}

/// Letters in lower case, and nothing else.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn a_status_is_read_where_the_text_is_one() {
        for (name, status) in [
            ("404 Not Found", Some(404)),
            ("404", Some(404)),
            ("HTTP 201 Created", Some(201)),
            ("422: no such user", Some(422)),
            ("Unauthorized", Some(401)),
            ("bad_request", Some(400)),
            ("OK", None),
            ("Success", None),
            ("Found", None),
            ("302 Found", Some(302)),
            ("100 users", None),
            ("4041", None),
            ("900 things", None),
            ("Not found: user", None),
            ("", None),
            ("ä40", None),
        ] {
            assert_eq!(said(name), status, "{name}");
        }
    }
}
