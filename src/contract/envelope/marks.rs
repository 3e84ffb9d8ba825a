//! Values that may be the code of an error, by their form.

use super::names::complains;
use super::rules::is_token;
use crate::contract::uri::is_uri;
use crate::contract::volatile::{is_volatile, words};
use serde_json::Value;

/// Numbers above this are no codes, and texts that are longer, either.
pub(super) const MOST: i64 = 999_999_999;
pub(super) const LONGEST: usize = 80;
/// How many digits [`MOST`] has.
const DIGITS: usize = 9;
/// How many the longest code of digits has under a name that says that it is one; what is longer is an id or a time.
const LONG_DIGITS: usize = 12;

/// Words that say no more than that the request failed, or did not, squeezed.
const ANY: [&str; 18] = [
    "error",
    "err",
    "fail",
    "failed",
    "failure",
    "failurewithwarning",
    "ko",
    "nok",
    "notok",
    "false",
    "exception",
    "ok",
    "okay",
    "success",
    "successful",
    "succeeded",
    "successwithwarning",
    "true",
];

/// How one word begins that says why a request failed.
const WHY: [&str; 18] = [
    "unauthori",
    "unauthenti",
    "forbidden",
    "invalid",
    "missing",
    "expired",
    "denied",
    "conflict",
    "duplicate",
    "timeout",
    "required",
    "unavailable",
    "unsupported",
    "rejected",
    "refused",
    "exceeded",
    "throttled",
    "suspended",
];

/// Words of names that speak of an error.
pub(super) const ERRORS: [&str; 8] =
    ["err", "error", "errors", "fault", "exception", "failure", "problem", "violation"];

/// A word that says no more than that the request failed.
pub(super) fn is_any_failure(text: &str) -> bool {
    !text.contains('_') && super::names::plain(text).is_some_and(|plain| ANY.contains(&plain.as_str()))
}

/// A token that is not new at every call, no URI but under `type`.
pub(super) fn is_mark(name: &str, text: &str) -> bool {
    let is_path = text.contains('/') && name != "type";
    is_token(text) && !is_path && !is_uri(text) && !is_volatile("", &Value::from(text))
        || name == "type" && is_uri(text)
}

/// `not_found`, `ValidationException`, `INVALID_REQUEST`; where `one` says so also a lone word: `unauthorized`.
pub(super) fn says_failure(text: &str, one: bool) -> bool {
    let words = words(text);
    let is_why = || WHY.iter().any(|why| words.first().is_some_and(|word| word.starts_with(why)));
    words.len() > 1 && complains(&words.join(" "))
        || one && words.len() == 1 && is_why()
        || words.iter().any(|word| ERRORS.contains(&word.as_str()))
}

/// `EMAIL_NOT_FOUND`.
pub(super) fn is_constant(text: &str) -> bool {
    text.contains('_') && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// A number in text, with no more digits than a code has; a longer one is an id.
pub(super) fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<i64>().is_ok() && text.len() <= DIGITS
}

/// Digits under the name of a code.
pub(super) fn is_long_number(text: &str) -> bool {
    (1..=LONG_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number and a name: `-2147024891, System.UnauthorizedAccessException`.
pub(super) fn is_numbered(text: &str) -> bool {
    text.split_once(", ").is_some_and(|(number, name)| {
        number.parse::<i64>().is_ok() && is_token(name) && name.starts_with(|c: char| c.is_ascii_alphabetic())
    })
}

/// Words in one, without digits: `not_found`, `NotFound`.
pub(super) fn is_word(text: &str) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    let parts = words(text);
    letters && parts.len() > 1 && parts.iter().all(|part| part.len() > 1)
}

/// `EQuery:Unknown asset pair`.
pub(super) fn is_prefixed(text: &str) -> bool {
    let Some((class, rest)) = text.split_once(':') else { return false };
    class.len() > 1
        && class.bytes().all(|byte| byte.is_ascii_alphabetic())
        && rest.starts_with(|c: char| c.is_ascii_uppercase())
        && !rest.bytes().any(|byte| byte.is_ascii_digit())
}
