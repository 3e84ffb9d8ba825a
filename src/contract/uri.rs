//! URIs among values: what `Location` and links carry.
//!
//! A URI is no token: that it is there, and of which form it is, counts. Only the ids in it are those
//! of the thing that was just made, and free.

/// What parts a URI (RFC 3986 §2.2, as far as paths, queries and URNs use it).
const DELIMITERS: &[char] = &['/', '?', '&', '=', '#', ':'];

/// Whether a text without white space is a URI: absolute (`https://…`, `urn:…`), or the path of one.
///
/// A path starts with `/`, `./` or `../`, or all its segments but the last are plain; at least one of its
/// segments is plain: two or more letters, or digits, and nothing else but `-`, `_` and `.`, or a version
/// such as `v2`. Base64 may have slashes, too, but hardly ever a plain segment between them.
///
/// ```
/// use uphold::contract::uri::is_uri;
///
/// assert!(is_uri("/api/v1/orders/12345") && is_uri("urn:li:share:6844785523593134080"));
/// assert!(!is_uri("/9j/4AAQSkZJRgABAQ") && !is_uri("4d8b6ee4f7d1d284c930a4e807480c5c"));
/// ```
pub fn is_uri(text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() || text.chars().any(char::is_whitespace) {
        return false;
    }
    let urn = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
    urn || is_absolute(text) || is_path(text)
}

/// A scheme (RFC 3986 §3.1) and `//`.
fn is_absolute(text: &str) -> bool {
    let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
    let known = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(known)
}

fn is_path(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    // Base64 ends and is filled in this way; a path is free to, but does not.
    if path.ends_with('=') || path.contains('+') {
        return false;
    }
    let from_root = ["/", "./", "../"].iter().any(|start| path.starts_with(start));
    let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let plain = segments.iter().any(|segment| is_plain(segment));
    let last = segments.pop();
    let relative = last.is_some() && !segments.is_empty() && segments.iter().all(|segment| is_plain(segment));
    plain && (from_root || relative)
}

fn is_plain(segment: &str) -> bool {
    let word = segment.trim_matches(['-', '_', '.']);
    let of = |known: fn(&u8) -> bool| {
        word.len() >= 2 && word.bytes().all(|byte| known(&byte) || b"-_.".contains(&byte))
    };
    let version =
        word.strip_prefix(['v', 'V']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    of(u8::is_ascii_alphabetic) || of(u8::is_ascii_digit) || version && word.len() <= 8
}

/// Whether two texts are URIs of one form: the same but for the ids in them, and these of one class.
///
/// ```
/// use uphold::contract::uri::is_same_form;
///
/// assert!(is_same_form("/api/v1/orders/12345", "/api/v1/orders/7"));
/// assert!(!is_same_form("/api/v1/orders/12345", "/api/v2/orders/12345"));
/// ```
pub fn is_same_form(a: &str, b: &str) -> bool {
    is_uri(a) && is_uri(b) && has_same_pieces(a, b)
}

/// As [`is_same_form`], of texts that are known to be URIs.
pub fn has_same_pieces(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (pieces(a), pieces(b));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a == b || id_class(a).is_some() && id_class(a) == id_class(b) => {}
            _ => return false,
        }
    }
}

/// The parts of a URI and the delimiters behind them, in order; together they are the text.
pub fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.trim().split_inclusive(DELIMITERS).flat_map(|part| {
        let end = part.trim_end_matches(DELIMITERS).len();
        let (piece, delimiter) = part.split_at(end);
        [piece, delimiter].into_iter().filter(|piece| !piece.is_empty())
    })
}

/// What a part of a URI names a thing by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdClass {
    /// Digits.
    Number,
    /// At least eight characters with letters and three digits: a UUID, `cus_9s6XKzkNRiz8i3`.
    Token,
}

/// The class of an id; `None` for a word, a version (`v2`), a date.
pub fn id_class(piece: &str) -> Option<IdClass> {
    let digits = piece.bytes().filter(u8::is_ascii_digit).count();
    if digits > 0 && digits == piece.len() {
        return Some(IdClass::Number);
    }
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let letters = piece.bytes().any(|byte| byte.is_ascii_alphabetic());
    let token = piece.len() >= 8 && letters && digits >= 3 && piece.bytes().all(known);
    token.then_some(IdClass::Token)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn uris_are_told_from_tokens() {
        for text in [
            "/api/v1/orders/12345",
            "/2010-04-01/Accounts/ACd3adb33fd3adb33fd3adb33f/Calls",
            "/738964000000291009/orders",
            "../orders/12345",
            "api/v1/orders/123456",
            "https://api.example.com/orders/123456",
            "URN:uuid:988c2c6d-df1b-4bb9-b837-6ba706c0b4ad",
            "/orders?cursor=bmV4dF90b2tlbg==",
        ] {
            assert!(is_uri(text), "{text}");
        }
        for text in [
            "",
            "/",
            "a b/c",
            "988c2c6d-df1b-4bb9-b837-6ba706c0b4ad",
            "/9j/4AAQSkZJRgABAQEAYABgAAD",
            "Kx9ab3/aZb8cQ1/7ypfxlj9XXwf",
            "/rk5+ab/AbCdEfGh1jkl234567==",
            "sha256:4d8b6ee4f7d1d284c930a4e807480c5c",
            "://no.scheme/123456789012",
        ] {
            assert!(!is_uri(text), "{text}");
        }
    }

    #[test]
    fn only_ids_of_one_class_differ() {
        for (a, b, wanted) in [
            ("/orders/12345", "/orders/9", true),
            ("/customers/cus_9s6XKzkNRiz8i3", "/customers/cus_4QW5sZ1uTHcs7X", true),
            ("https://h/orders/12345?page=2", "https://h/orders/6?page=3", true),
            ("urn:li:share:6844785523593134080", "urn:li:share:1", true),
            ("/orders/12345", "/orders/12345/other", false),
            ("/orders/12345", "/orders/cus_9s6XKzkNRiz8i3", false),
            ("/orders/12345", "https://h/orders/12345", false),
            ("https://h/v1/orders/1", "https://h/v2/orders/1", false),
            ("/2010-04-01/Calls/1", "/2012-04-01/Calls/1", false),
            ("/orders/12345", "created", false),
        ] {
            assert_eq!(is_same_form(a, b), wanted, "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn pieces_are_the_text_and_a_form_is_its_own(text in "[a-z0-9/?&=#:é]{0,40}") {
            prop_assert_eq!(pieces(&text).collect::<String>(), text.trim());
            prop_assert_eq!(is_same_form(&text, &text), is_uri(&text));
        }
    }
}
