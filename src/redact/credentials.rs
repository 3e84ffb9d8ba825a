//! [`credentials_in`]: what a text gives away, to be hidden wherever else it stands.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use percent_encoding::percent_decode_str;

use super::name::is_plain_word;
use super::{LEAST, is_secret_name, places};

/// How many bytes a credential has at most: the largest in use are signed tokens with many claims.
const LONGEST: usize = 8 * 1024;

/// How many bytes of credentials one text gives away at most: what holds more is a list of something else, or
/// made to exhaust who reads it.
const MOST: usize = 64 * 1024;

/// The values that stand under secret names in a body or message of any syntax (see
/// [`Redactor::body`](super::Redactor::body)), as written and without the escapes of JSON and forms;
/// sorted, each once, 64 KiB at most.
///
/// Not among them is what is no credential of anyone: a value of less than [`LEAST`] characters or more than 8 KiB, the name of a
/// credential itself (`"password": "password"`) and the name of its type.
///
/// ```
/// use uphold::redact::credentials_in;
///
/// assert_eq!(credentials_in(r#"{"user": "ann", "password": "hunter\"2"}"#), ["hunter\"2", "hunter\\\"2"]);
/// assert_eq!(credentials_in("user=ann&password=hunter%202"), ["hunter 2", "hunter%202"]);
/// assert_eq!(credentials_in(r#"{"password": "my-1st-secret"}"#), ["my-1st-secret"]);
/// assert!(credentials_in(r#"{"password": "password", "token": "a"}"#).is_empty());
/// ```
pub fn credentials_in(text: &str) -> Vec<String> {
    let mut ranges = Vec::new();
    places::in_body(text, &mut ranges);
    let written = distinct(ranges).into_iter().filter_map(|range| text.get(range));
    let all: BTreeSet<String> = written.flat_map(forms).filter(|value| is_credential(value)).collect();
    let mut left = MOST;
    let fits = |value: &String| {
        left = left.saturating_sub(value.len());
        left > 0
    };
    all.into_iter().take_while(fits).collect()
}

/// The ranges of a length that a credential can have. Of several that end at one place (`token=token=token=…`
/// to the end of a long text) the longest and the shortest.
fn distinct(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.retain(|range| (1..=LONGEST).contains(&range.len()));
    ranges.sort_unstable_by_key(|range| (range.end, range.start));
    let mut kept: Vec<Range<usize>> = Vec::new();
    let mut of_end = 0;
    for range in ranges {
        of_end = if kept.last().is_some_and(|last| last.end == range.end) { of_end + 1 } else { 1 };
        if of_end > 2 {
            kept.pop();
        }
        kept.push(range);
    }
    kept
}

/// Those of [`credentials_in`] that are no words: an answer also says `"password": "must be longer"` and
/// `"token": "expired"`, and none of these words is a secret elsewhere in it.
///
/// ```
/// use uphold::redact::tokens_in;
///
/// let answer = r#"{"access_token": "xoxb-17", "errors": {"password": "too short", "token": "expired"}}"#;
/// assert_eq!(tokens_in(answer), ["xoxb-17"]);
/// ```
pub fn tokens_in(text: &str) -> Vec<String> {
    let mut all = credentials_in(text);
    all.retain(|value| !value.chars().any(char::is_whitespace) && !is_plain_word(value));
    all
}

/// The value as written, and what it may stand for.
fn forms(written: &str) -> Vec<String> {
    let unescaped = || serde_json::from_str::<String>(&format!("\"{written}\"")).ok();
    let decoded = || match percent_decode_str(&written.replace('+', " ")).decode_utf8() {
        Ok(Cow::Owned(text)) => Some(text),
        Ok(Cow::Borrowed(_)) | Err(_) => None,
    };
    // `Bearer abc1…`: the scheme is no part of the secret.
    let bare = written.split_once(' ').filter(|(scheme, rest)| is_plain_word(scheme) && !rest.contains(' '));
    let mut forms = vec![written.to_owned()];
    forms.extend(bare.map(|(_, token)| token.to_owned()));
    forms.extend(written.contains('\\').then(unescaped).flatten());
    forms.extend(written.contains('%').then(decoded).flatten());
    forms
}

fn is_credential(value: &str) -> bool {
    // `hunter2-Secret` is a name by its last word, and a password.
    let is_name = is_plain_word(value) && (is_secret_name(value) || value == "string");
    value.chars().count() >= LEAST && !is_name
}
