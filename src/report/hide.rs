//! What a finding may say of the value at a place.

use crate::redact::{MASK, Redactor};

/// The text of a finding about the value at this place, secrets hidden. Under a secret name the
/// whole text is hidden, unless it only speaks of kinds (`string`, `absent`): that the token is
/// `null` now is no secret, and what the reader needs to know.
pub(crate) fn at_place(at: &str, text: &str, redactor: &Redactor) -> String {
    if says_only_kinds(text) {
        return text.to_owned();
    }
    if at.starts_with("step:") {
        // The text speaks of the step; the name of a case (`get_token`) is no name of a value.
        return redactor.text(text).into_owned();
    }
    // A part of a request is named as one of an answer.
    let part = at.strip_prefix("request:").unwrap_or(at);
    let name = match part.strip_prefix("header:") {
        Some(name) => name.to_owned(),
        None => last_name(part),
    };
    let value = text.trim_matches('"');
    // Without its quotes, as the name's rule looks at the value itself.
    if redactor.named(&name, value) == MASK {
        return MASK.to_owned();
    }
    // A value may be a URL, as that of `Location` is.
    redactor.url(text).into_owned()
}

/// The last member name of a JSON pointer (RFC 6901), array positions (`*`) and map keys left out.
fn last_name(pointer: &str) -> String {
    let named = |token: &&str| !matches!(*token, "" | "*" | "{key}");
    let token = pointer.rsplit('/').find(named).unwrap_or_default();
    token.replace("~1", "/").replace("~0", "~")
}

fn says_only_kinds(text: &str) -> bool {
    const KINDS: [&str; 23] = [
        "null", "string", "integer", "number", "boolean", "object", "array", "absent", "present", "missing",
        "empty", "nothing", "a", "an", "the", "no", "not", "or", "and", "any", "header", "field", "value",
    ];
    text.split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| !word.is_empty())
        .all(|word| KINDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_place_is_its_last_member() {
        for (at, name) in [("", ""), ("/a/token", "token"), ("/tokens/*", "tokens"), ("/a~1b/{key}", "a/b")] {
            assert_eq!(last_name(at), name);
        }
    }

    #[test]
    fn secrets_are_hidden_by_name_and_by_value_but_kinds_are_told() {
        let redactor = Redactor::new(["s3cr3t-value".to_owned()]);
        for (at, text, shown) in [
            ("/access_token", "\"abc\"", MASK),
            ("/access_token", "string or null", "string or null"),
            ("/access_token", "integer 42", MASK),
            ("/tokens/*", "\"abc\"", MASK),
            ("header:set-cookie", "sid=1", MASK),
            ("header:x-trace", "abc", "abc"),
            ("request:body/users/0/password", "\"abc\"", MASK),
            ("request:header:x-api-key", "abc", MASK),
            ("request:header:x-trace", "abc", "abc"),
            ("/name", "\"abc\"", "\"abc\""),
            ("/name", "\"s3cr3t-value!\"", "\"«redacted»!\""),
            ("", "404", "404"),
        ] {
            assert_eq!(at_place(at, text, &redactor), shown, "{at} {text}");
        }
    }
}
