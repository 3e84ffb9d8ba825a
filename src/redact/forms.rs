//! Where values stand under names in forms that are no member, parameter or element: JSON and GraphQL inside
//! of strings, parts of a form, tags, tables of names and values, prose, the user of a URL.
//!
//! Each looks at the text once, from its beginning to its end.

use std::ops::Range;

use super::name::{hides_member, is_credential_name, is_plain_word};

/// How many bytes of a part of a form are looked at: no credential is longer, and a file has no secret name.
const LONGEST_PART: usize = 4 * 1024;

/// Adds the ranges that hold a value under a secret name.
pub(super) fn find(body: &str, found: &mut Vec<Range<usize>>) {
    behind_colons(body, found);
    named_apart(body, found);
    parts(body, found);
    tags(body, found);
    users(body, found);
}

/// `name: value` anywhere in a line, where the value is no plain word; with quotes also a word, as in
/// `login(password: "open")`; and with quotes that are escaped, as JSON is inside of a string of JSON.
fn behind_colons(body: &str, found: &mut Vec<Range<usize>>) {
    let mut bare = Next::default();
    let mut quoted = Next::default();
    let mut strings = Strings::default();
    for (colon, _) in body.match_indices(':') {
        let before = body.get(..colon).unwrap_or_default().trim_end_matches([' ', '\t']);
        let (before, closes) = without_quote(before);
        let length = before.bytes().rev().take_while(|b| is_name(*b)).count();
        let name = before.get(before.len() - length..).unwrap_or_default();
        if name.is_empty() || !(is_credential_name(name) || hides_member(name, "a1a1a1a1a1a1a1a1")) {
            continue;
        }
        let rest = body.get(colon + 1..).unwrap_or_default();
        let start = colon + 1 + (rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len());
        let slashes = body.get(start..).unwrap_or_default().bytes().take_while(|b| *b == b'\\').count();
        let range = match body.as_bytes().get(start + slashes) {
            // Members of JSON itself are found by their quotes.
            Some(b'"') if closes == Some(0) && slashes == 0 => continue,
            // The string ends there in which the name is the last word: `"label": "Password:", "type": …`.
            Some(b'"')
                if closes.is_none()
                    && (slashes > 0 || strings.are_open(body, colon))
                    && ends_string(body, start + slashes + 1) =>
            {
                continue;
            }
            Some(quote @ (b'"' | b'\'')) => {
                let start = start + slashes + 1;
                start..quoted.after(body, start, |b| b == *quote)
            }
            _ => {
                let first = start..bare.after(body, start, ends_word);
                let word = body.get(first.clone()).unwrap_or_default();
                if is_plain_word(word) {
                    // `Authorization: Bearer abc1…`: the scheme stays.
                    let after = first.end + usize::from(body.as_bytes().get(first.end) == Some(&b' '));
                    let second = after..bare.after(body, after, ends_word);
                    if after == first.end || is_plain_word(body.get(second.clone()).unwrap_or_default()) {
                        continue;
                    }
                    second
                } else {
                    first
                }
            }
        };
        let value = body.get(range.clone()).unwrap_or_default().trim_end_matches('\\');
        if hides_member(name, value) {
            found.push(range.start..range.start + value.len());
        }
    }
}

/// Whether what stands behind a quote is what stands behind a string of JSON.
fn ends_string(body: &str, behind: usize) -> bool {
    let rest = body.get(behind..).unwrap_or_default().trim_start();
    rest.is_empty() || rest.starts_with([',', ']', '}', ':'])
}

/// Whether a place is inside of a string, by the quotes before it that are not escaped. Looks at every byte once, as
/// long as the places are in order.
#[derive(Default)]
struct Strings {
    seen: usize,
    open: bool,
    escaped: bool,
}

impl Strings {
    fn are_open(&mut self, body: &str, at: usize) -> bool {
        for byte in body.as_bytes().get(self.seen..at).unwrap_or_default() {
            self.open ^= *byte == b'"' && !self.escaped;
            self.escaped = *byte == b'\\' && !self.escaped;
        }
        self.seen = at.max(self.seen);
        self.open
    }
}

/// The text before a quote and the backslashes that escape it, and how many these are.
fn without_quote(text: &str) -> (&str, Option<usize>) {
    match text.strip_suffix(['"', '\'']) {
        None => (text, None),
        Some(text) => {
            let bare = text.trim_end_matches('\\');
            (bare, Some(text.len() - bare.len()))
        }
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.".contains(&byte)
}

fn ends_word(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b",;\"'<>(){}[]\\".contains(&byte)
}

/// `{"name": "password", "value": "…"}`, in either order.
fn named_apart(body: &str, found: &mut Vec<Range<usize>>) {
    let mut named = None;
    let mut held: Option<Range<usize>> = None;
    let mut at = 0;
    while let Some((between, name, value, end)) = member(body, at) {
        if between.contains(['{', '}']) {
            (named, held) = (None, None);
        }
        at = end;
        let text = body.get(value.clone()).unwrap_or_default();
        match name {
            "name" | "key" | "field" | "header" | "id" | "label" if is_credential_name(text) => {
                named = Some(text);
            }
            "value" | "val" | "content" | "text" => held = Some(value),
            _ => {}
        }
        if let (Some(name), Some(range)) = (named, &held) {
            if hides_member(name, body.get(range.clone()).unwrap_or_default()) {
                found.push(range.clone());
            }
            held = None;
        }
    }
}

/// The next string with a colon and another string behind it: what stands before it, both, and the end.
fn member(body: &str, from: usize) -> Option<(&str, &str, Range<usize>, usize)> {
    let mut at = from;
    loop {
        let start = at + body.get(at..)?.find('"')? + 1;
        let end = start + string_length(body.get(start..)?)?;
        let rest = body.get(end + 1..)?.trim_start();
        let Some(rest) = rest.strip_prefix(':') else {
            at = end + 1;
            continue;
        };
        let rest = rest.trim_start();
        if !rest.starts_with('"') {
            at = end + 1;
            continue;
        }
        let value = body.len() - rest.len() + 1;
        let length = string_length(body.get(value..)?)?;
        return Some((
            body.get(from..start)?,
            body.get(start..end)?,
            value..value + length,
            value + length + 1,
        ));
    }
}

fn string_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = !escaped && byte == b'"';
        escaped = !escaped && byte == b'\\';
        ends
    })
}

/// `name="password"`, the other header lines of a part, an empty line, the value, a boundary (RFC 7578).
fn parts(body: &str, found: &mut Vec<Range<usize>>) {
    for (at, mark) in body.match_indices("name=\"") {
        let rest = body.get(at + mark.len()..).unwrap_or_default();
        let name = rest.split(['"', '\r', '\n']).next().unwrap_or_default();
        if !is_credential_name(name) {
            continue;
        }
        let head = rest.get(..rest.floor_char_boundary(400)).unwrap_or_default();
        let blank =
            ["\r\n\r\n", "\n\n"].into_iter().filter_map(|blank| Some(head.find(blank)? + blank.len()));
        if let Some(start) = blank.min() {
            let start = body.len() - rest.len() + start;
            let value = body.get(start..body.floor_char_boundary(start + LONGEST_PART)).unwrap_or_default();
            let value = value.split("\n--").next().unwrap_or_default().trim_end_matches(['\r', '\n']);
            if hides_member(name, value) {
                found.push(start..start + value.len());
            }
        }
    }
}

/// `<input name="csrf_token" value="…">`, `<meta name="csrf-token" content="…">`.
fn tags(body: &str, found: &mut Vec<Range<usize>>) {
    let mut from = 0;
    while let Some(open) = body.get(from..).and_then(|rest| rest.find('<')).map(|at| from + at + 1) {
        let tag = body.get(open..).and_then(|rest| rest.split(['<', '>']).next()).unwrap_or_default();
        from = open + tag.len();
        let attributes = || attributes(tag);
        let named = attributes()
            .filter(|(name, _)| {
                ["name", "id", "key", "property"].iter().any(|of| name.eq_ignore_ascii_case(of))
            })
            .find_map(|(_, value)| tag.get(value).filter(|value| is_credential_name(value)));
        let Some(name) = named else { continue };
        for (attribute, value) in attributes() {
            let holds = ["value", "content"].iter().any(|of| attribute.eq_ignore_ascii_case(of));
            if holds && hides_member(name, tag.get(value.clone()).unwrap_or_default()) {
                found.push(open + value.start..open + value.end);
            }
        }
    }
}

/// The attributes of a tag with the places of their values.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let equals = at + tag.get(at..)?.find('=')?;
        let before = tag.get(at..equals)?.trim_end();
        let name = before.rsplit(|c: char| c.is_whitespace() || c == '"' || c == '\'').next()?;
        let rest = tag.get(equals + 1..)?;
        let start = equals + 1 + (rest.len() - rest.trim_start().len());
        let rest = tag.get(start..)?;
        let (start, length) = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = rest.get(1..)?;
                (start + 1, inner.find(quote).unwrap_or(inner.len()))
            }
            _ => (start, rest.find(char::is_whitespace).unwrap_or(rest.len())),
        };
        at = start + length;
        Some((name, start..at))
    })
}

/// The password of `scheme://user:password@host`, wherever a URL stands.
fn users(body: &str, found: &mut Vec<Range<usize>>) {
    for (at, mark) in body.match_indices("://") {
        let start = at + mark.len();
        let rest = body.get(start..).unwrap_or_default();
        let ends = |c: char| c.is_whitespace() || "/?#\"'<>\\".contains(c);
        let authority = rest.split(ends).next().unwrap_or_default();
        if let Some((user, _)) = authority.rsplit_once('@')
            && let Some(colon) = user.find(':')
        {
            found.push(start + colon + 1..start + user.len());
        }
    }
}

/// Where the next byte of a kind is: looks at every byte once, however many places ask, as long as they ask
/// in order and for one kind.
#[derive(Default)]
struct Next {
    known: Range<usize>,
    quote: Option<u8>,
}

impl Next {
    fn after(&mut self, body: &str, start: usize, ends: impl Fn(u8) -> bool) -> usize {
        let bytes = body.as_bytes();
        // What ended the last search may not end this one, where another kind of quote is looked for.
        let same = self.quote.is_none_or(&ends);
        if !same || !self.known.contains(&start) {
            let rest = bytes.get(start..).unwrap_or_default();
            let length = rest.iter().position(|byte| ends(*byte)).unwrap_or(rest.len());
            self.known = start..start + length;
            self.quote = bytes.get(start + length).copied();
        }
        self.known.end.max(start)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::redact::{MASK, Redactor};

    fn hidden(text: &str) -> String {
        Redactor::default().said(text)
    }

    #[test]
    fn every_form_hides_the_value_and_nothing_else() {
        for (text, shown) in [
            (
                r#"{"q": "{\"password\": \"hunter2\", \"a\": 1}"}"#,
                r#"{"q": "{\"password\": \"M\", \"a\": 1}"}"#,
            ),
            (r#"{"q": "{\\\"password\\\": \\\"h\\\"}"}"#, r#"{"q": "{\\\"password\\\": \\\"M\\\"}"}"#),
            (
                r#"mutation { login(user: "ann", password: "open") { id } }"#,
                r#"mutation { login(user: "ann", password: "M") { id } }"#,
            ),
            (
                r#"{"query":"mutation { login(password: \"open\") { id } }"}"#,
                r#"{"query":"mutation { login(password: \"M\") { id } }"}"#,
            ),
            (r#"login(password:",open")"#, r#"login(password:"M")"#),
            ("{'password': 'open', 'a': 'b'}", "{'password': 'M', 'a': 'b'}"),
            (
                r#"[{"name": "Authorization", "value": "Bearer a1"}, {"name": "Accept", "value": "b"}]"#,
                r#"[{"name": "Authorization", "value": "M"}, {"name": "Accept", "value": "b"}]"#,
            ),
            (
                r#"[{"value": "a1", "key": "password"}, {"value": "b"}]"#,
                r#"[{"value": "M", "key": "password"}, {"value": "b"}]"#,
            ),
            (
                r#"{"name": "password", "label": "x"} {"value": "b"}"#,
                r#"{"name": "password", "label": "x"} {"value": "b"}"#,
            ),
            (
                "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nhunter2\r\n--b--",
                "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nM\r\n--b--",
            ),
            (
                r#"<input type="hidden" name="csrf_token" value="a1b2"> <input name=user value=ann>"#,
                r#"<input type="hidden" name="csrf_token" value="M"> <input name=user value=ann>"#,
            ),
            ("<meta content='a1b2' name='csrf-token'/>", "<meta content='M' name='csrf-token'/>"),
            (
                "see https://ann:pw@host/x and https://host:8080/y",
                "see https://ann:M@host/x and https://host:8080/y",
            ),
            (
                "the request had password: hunter2, which is wrong",
                "the request had password: M, which is wrong",
            ),
            ("sent with Authorization: Bearer abc1 to it", "sent with Authorization: Bearer M to it"),
        ] {
            assert_eq!(hidden(text).replace(MASK, "M"), shown);
        }
    }

    #[test]
    fn messages_stay() {
        for text in [
            "in line one the token: expired yesterday",
            "say what: Authorization: none was sent",
            r#"{"detail": "the password: must be longer"}"#,
            r#"{"name": "password", "type": "string", "required": "true"}"#,
            r#"{"fields":[{"label":"Password:","type":"text"},{"label":"Your API token:" , "a":["Authorization:",null]}]}"#,
            r#"{"a":["Password:"],"b":"Token:"}"#,
            r#"{"q":"{\"label\":\"Password:\",\"type\":\"text\"}"}"#,
            "<input name=\"password\" type=\"password\">",
            "at 12:30:05 the author: Ann2 wrote",
        ] {
            assert_eq!(hidden(text), text);
        }
    }

    proptest! {
        /// Ranges lie in the text and on its characters, whatever it is.
        #[test]
        fn any_text_is_taken(text in r#"([a-z:"'\\<>={}/@ü\n-]|name="|password|: |token|value|://){0,60}"#) {
            let mut found = Vec::new();
            find(&text, &mut found);
            for range in found {
                prop_assert!(text.get(range.clone()).is_some(), "{range:?} of {text:?}");
            }
        }
    }
}
