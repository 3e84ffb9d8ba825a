//! Values that differ at every call: ids, timestamps, tokens, durations.
//!
//! Where values are compared, such a value is free; its kind is still checked by the schema. The
//! classes look at the value and at whole words of the member's name, never at parts of words:
//! `candidate` is no `date`, `hashtag` no `hash`.

use serde_json::Value;

use super::formats::date_time;
use super::uri::is_uri;
use crate::message::MediaType;

/// Words of names whose values are new at every call.
const NAMES: &[&str] = &[
    "token",
    "nonce",
    "etag",
    "signature",
    "hash",
    "cursor",
    "trace",
    "correlation",
    "session",
    "elapsed",
    "duration",
    "took",
    "latency",
];

/// Words of names whose numbers are points in time.
const TIMES: &[&str] = &[
    "time",
    "timestamp",
    "date",
    "at",
    "on",
    "created",
    "updated",
    "modified",
    "expires",
    "expiry",
    "exp",
    "iat",
    "nbf",
    "since",
    "until",
    "ts",
    "epoch",
    "reset",
];

/// Whether this value under this member name is volatile: its kind is checked, its value is not.
///
/// ```
/// use serde_json::json;
/// use uphold::contract::volatile::is_volatile;
///
/// assert!(is_volatile("created", &json!("2021-05-11T12:57:36Z")));
/// assert!(is_volatile("user_id", &json!(42)));
/// assert!(!is_volatile("candidate", &json!("Ann")));
/// ```
pub fn is_volatile(name: &str, value: &Value) -> bool {
    let words = words(name);
    let says = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let scalar = !matches!(value, Value::Array(_) | Value::Object(_) | Value::Null | Value::Bool(_));
    if scalar && (says(NAMES) || words.windows(2).any(|pair| pair == ["request", "id"])) {
        return true;
    }
    match value {
        Value::String(text) => text_class(text).is_some() || is_digits(text) && is_id(&words),
        Value::Number(number) => is_id(&words) || number.as_f64().is_some_and(is_epoch) && says(TIMES),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    }
}

/// Of what kind a text is that is volatile under any name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextClass {
    /// As in [`is_timestamp`].
    Timestamp,
    /// Twelve or more digits.
    Digits,
    /// As in [`is_opaque`].
    Opaque,
}

/// The class of a text; `None` where it is not volatile.
pub fn text_class(text: &str) -> Option<TextClass> {
    if is_timestamp(text) {
        Some(TextClass::Timestamp)
    } else if is_digits(text) && text.len() >= 12 {
        Some(TextClass::Digits)
    } else {
        is_opaque(text).then_some(TextClass::Opaque)
    }
}

/// A point in time: RFC 3339 with or without offset, a date, or an HTTP date.
pub fn is_timestamp(text: &str) -> bool {
    let text = text.trim();
    if !(10..=40).contains(&text.len()) {
        return false;
    }
    let dated = text.as_bytes().get(4) == Some(&b'-') && text.starts_with(|c: char| c.is_ascii_digit());
    let minutes = dated && text.len() == 16 && text.parse::<jiff::civil::DateTime>().is_ok();
    minutes
        // More digits of a second than there are nanoseconds are a time all the same.
        || dated && (date_time(text) || text.parse::<jiff::civil::DateTime>().is_ok())
        || dated && text.parse::<jiff::Timestamp>().is_ok()
        || jiff::fmt::rfc2822::parse(text).is_ok()
}

/// A token that means nothing to people: a UUID, or at least 20 characters with letters and three
/// digits, neither a URI ([`is_uri`]: absolute or a path), e-mail address nor media type.
pub fn is_opaque(text: &str) -> bool {
    is_token_like(text) && !is_uri(text)
}

/// As [`is_opaque`], paths among them: a credential may look like one, and hiding too much does no harm.
pub fn is_token_like(text: &str) -> bool {
    let text = text.trim().trim_start_matches("W/").trim_matches('"');
    let letters = text.bytes().any(|b| b.is_ascii_alphabetic());
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_+/=.~:".contains(&b));
    let long = text.len() >= 20 && letters && digits >= 3 && plain && !text.contains("://");
    long && MediaType::parse(text).is_none_or(|media| media.essence.matches('/').count() != 1 || digits > 6)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// `id`, `*_id`, `*Id`, `*ID`, `sid`, `key`.
fn is_id(words: &[String]) -> bool {
    words.last().is_some_and(|word| matches!(word.as_str(), "id" | "ids" | "sid" | "uid" | "guid" | "key"))
}

/// Seconds or milliseconds since 1970, between 2001 and 2096.
fn is_epoch(number: f64) -> bool {
    (1e9..4e9).contains(&number) || (1e12..4e12).contains(&number)
}

/// The words of a name in lower case: `createdAt`, `created_at` and `Created-At` have the same.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut word, mut lower_before) = (String::new(), false);
    for c in name.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && lower_before {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        lower_before = c.is_lowercase() || c.is_ascii_digit();
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn volatile_by_value_or_name() {
        for (name, value) in [
            ("x", json!("2021-05-11")),
            ("x", json!("2021-07-02T01:40:19")),
            ("x", json!("2021-07-02T01:40")),
            ("x", json!("988c2c6d-df1b-4bb9-b837-6ba706c0b4ad")),
            ("x", json!("738964000000291009")),
            ("x", json!("4d8b6ee4f7d1d284c930a4e807480c5c")),
            ("userId", json!("12")),
            ("user_id", json!(12)),
            ("id", json!(12)),
            ("createdAt", json!(1_620_734_256)),
            ("expires", json!(1_620_734_256_000u64)),
            ("access_token", json!("abc")),
            ("requestId", json!("abc")),
            ("took", json!(12)),
        ] {
            assert!(is_volatile(name, &value), "{name} {value}");
        }
    }

    #[test]
    fn not_volatile() {
        for (name, value) in [
            ("message", json!("User updated")),
            ("candidate", json!("Ann")),
            ("hashtag", json!("rust")),
            ("amount", json!(1_620_734_256)),
            ("x", json!("2021-02-30")),
            ("x", json!("https://example.com/a/1234567890")),
            ("x", json!("/api/v1/orders/12345")),
            ("x", json!("urn:li:share:6844785523593134080")),
            ("x", json!("ann.123456789@example.com")),
            ("x", json!("application/vnd.example.v2021+json")),
            ("x", json!("1234")),
            ("session", json!(null)),
            ("token", json!({"a": 1})),
        ] {
            assert!(!is_volatile(name, &value), "{name} {value}");
        }
        assert!(is_timestamp("Tue, 11 May 2021 12:02:23 GMT"));
        assert!(!is_timestamp("2026") && !is_timestamp("4023320") && !is_timestamp(""));
    }
}
