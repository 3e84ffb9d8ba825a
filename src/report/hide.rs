//! What a finding may say of the value at a place.

use serde::de::IgnoredAny;

use crate::contract::pointer::steps;
use crate::message::Answer;
use crate::record::given_by;
use crate::redact::{MASK, Redactor};

/// The text of a finding about the value at this place, secrets hidden. Under a secret name the
/// value is hidden, and with it the whole text, unless that only speaks of kinds (`string`,
/// `no such member`): that the token is `null` now is no secret, and what the reader needs to know.
/// Of a value in a body its kind is told, as in `number «redacted»`.
pub(crate) fn at_place(at: &str, text: &str, redactor: &Redactor) -> String {
    if says_only_kinds(text) || at.starts_with('/') && is_of_the_place(at, text) {
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
    let (kind, value) = if at.starts_with('/') { kind_and_value(text) } else { ("", text) };
    // Without its quotes, as the name's rule looks at the value itself.
    if redactor.named(&name, value.trim_matches('"')) == MASK {
        return format!("{kind}{MASK}");
    }
    // A value may be a URL, as that of `Location` is, or a text that is a message of its own: a body that is
    // no JSON, or JSON inside of a string.
    redactor.said(text)
}

/// A redactor that hides, besides, what this answer gives away under the names of credentials: the same token
/// may stand in it elsewhere, under a harmless name or in a message.
pub(crate) fn with_answer(redactor: &Redactor, answer: &Answer) -> Redactor {
    redactor.with(given_by(&answer.headers, &answer.text().unwrap_or_default()))
}

/// The last member name of a JSON pointer (RFC 6901), array positions (`*`) and map keys left out.
fn last_name(pointer: &str) -> String {
    let names = steps(pointer).rev().filter_map(|step| step.name().map(str::to_owned));
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
}

/// The kind that stands before a scalar (`number 7`, blank included), and the scalar; no kind where the
/// text is anything else.
fn kind_and_value(text: &str) -> (&str, &str) {
    let known = ["string ", "number ", "boolean "].into_iter().find(|kind| text.starts_with(kind));
    let (kind, value) = text.split_at(known.map_or(0, str::len));
    if serde_json::from_str::<IgnoredAny>(value).is_ok() { (kind, value) } else { ("", text) }
}

/// Whether the text says no more than the place does, or how many there are: the name of the member in
/// another spelling or in none (`` `token` ``, `` `token` once ``), `at least 2 items`. A value of a body
/// is never written so. (The names of a map may be secrets themselves: they are not among these.)
fn is_of_the_place(at: &str, text: &str) -> bool {
    const COUNTED: [&str; 4] = ["item", "member", "character", "schema"];
    let letters = |name: &str| name.replace(['_', '-'], "").to_lowercase();
    if let Some(name) = text.strip_prefix('`') {
        let name = name.strip_suffix("` once").or_else(|| name.strip_suffix('`'));
        return !at.ends_with("{key}") && name.is_some_and(|name| letters(name) == letters(&last_name(at)));
    }
    let limits = ["at least ", "at most ", "exactly one of ", "an object of "];
    let counted = limits.into_iter().find_map(|limit| text.strip_prefix(limit)).unwrap_or(text);
    counted.split_once(' ').is_some_and(|(number, noun)| {
        number.bytes().all(|b| b.is_ascii_digit()) && COUNTED.contains(&noun.trim_end_matches('s'))
    })
}

fn says_only_kinds(text: &str) -> bool {
    /// What the checks say of any value; the words alone may be those of a secret.
    const FIXED: [&str; 13] = [
        "no such member",
        "no items",
        "not among the items",
        "none",
        "digits",
        "no value at all",
        "no two equal items",
        "no announcement",
        "twice or more in one object",
        "a schema",
        "a schema that can be used",
        "a schema that can be checked",
        "well-formed XML",
    ];
    const KINDS: [&str; 23] = [
        "null", "string", "integer", "number", "boolean", "object", "array", "absent", "present", "missing",
        "empty", "nothing", "a", "an", "the", "no", "not", "or", "and", "any", "header", "field", "value",
    ];
    if FIXED.contains(&text) {
        return true;
    }
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

    /// The fixed texts in the sources of `check`: what stands in quotes in a call that makes a finding.
    fn fixed_texts() -> Vec<String> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/check");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let sources = files.filter(|file| file.is_file()).map(|file| std::fs::read_to_string(file).unwrap());
        let mut texts = Vec::new();
        for source in sources {
            let code = source.split("#[cfg(test)]").next().unwrap_or_default();
            for call in code.replace("Finding::new(", "Found::new(").split("Found::new(").skip(1) {
                let call = call.split([';', '}']).next().unwrap_or_default();
                let quoted = call.split('"').skip(1).step_by(2);
                // A form, and a hint.
                let own = quoted.filter(|text| !text.contains('{') && !text.starts_with("write the "));
                texts.extend(own.map(str::to_owned));
            }
        }
        texts
    }

    #[test]
    fn what_check_says_itself_is_told_under_a_secret_name() {
        let redactor = Redactor::new([]);
        let texts = fixed_texts();
        assert!(["no such member", "absent", "no items"].iter().all(|text| texts.iter().any(|t| t == text)));
        for text in texts {
            assert_eq!(at_place("/access_token", &text, &redactor), text);
        }
    }

    #[test]
    fn secrets_are_hidden_by_name_and_by_value_but_kinds_are_told() {
        let redactor = Redactor::new(["s3cr3t-value".to_owned()]);
        for (at, text, shown) in [
            ("/access_token", "\"abc\"", MASK),
            ("/access_token", "string or null", "string or null"),
            ("/access_token", "integer 42", MASK),
            ("/access_token", "number 42", "number «redacted»"),
            ("/access_token", "boolean true", "boolean true"),
            ("/access_token", r#"string "a\"b""#, "string «redacted»"),
            ("/access_token", "string 42 or so", MASK),
            ("/access_token", "`accessToken`", "`accessToken`"),
            ("/access_token", "`s3`", MASK),
            ("/tokens/{key}", "`abc`", MASK),
            ("/tokens/{key}", "`tokens`", MASK),
            ("/tokens", "at least 2 items", "at least 2 items"),
            ("/tokens", "1 item", "1 item"),
            ("/access_token", "one of \"a\", \"b\"", MASK),
            ("header:set-cookie", "number 42", MASK),
            ("header:set-cookie", "2 items", MASK),
            ("header:x-api-key", "none", "none"),
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
