//! Where values stand under names, in URLs and in bodies of any syntax.
//!
//! Works on the text alone: a body may be cut off, broken, or of a syntax that nobody told.

use std::ops::Range;

use percent_encoding::percent_decode_str;

use super::forms;
use super::name::{hides_member, hides_parameter};

/// Adds the ranges of a URL that hold a password, or a parameter under a secret name.
pub(super) fn in_url(url: &str, found: &mut Vec<Range<usize>>) {
    found.extend(password(url));
    let Some(start) = url.find(['?', '#']) else {
        return;
    };
    let mut at = start + 1;
    for pair in url.get(at..).unwrap_or_default().split(['&', '#', '?']) {
        if let Some((name, value)) = pair.split_once('=')
            && hides_parameter(&decoded(name), value)
        {
            let end = at + pair.len();
            found.push(end - value.len()..end);
        }
        at += pair.len() + 1;
    }
}

/// The range of `pass` in `scheme://user:pass@host`.
fn password(url: &str) -> Option<Range<usize>> {
    let start = url.find("://")? + 3;
    let authority = url.get(start..)?.split(['/', '?', '#']).next()?;
    let (user_info, _) = authority.rsplit_once('@')?;
    let colon = user_info.find(':')?;
    Some(start + colon + 1..start + user_info.len())
}

fn decoded(name: &str) -> String {
    percent_decode_str(&name.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Adds the ranges of a body or message that hold a value under a secret name.
pub(super) fn in_body(body: &str, found: &mut Vec<Range<usize>>) {
    in_words(body, found);
    lines(body, found);
}

/// The same of a text that may be a message: what stands behind `token: ` to the end of its line is as likely
/// what is wrong with it.
pub(super) fn in_words(text: &str, found: &mut Vec<Range<usize>>) {
    json_members(text, found);
    pairs(text, found);
    elements(text, found);
    forms::find(text, found);
}

/// Adds the ranges of the value of a header field that hold a value under a secret name, such as
/// `Bearer token="…"` and the password of a URL.
pub(super) fn in_field(value: &str, found: &mut Vec<Range<usize>>) {
    in_url(value, found);
    pairs(value, found);
}

/// `"name": "value"`, `"name": 123`, `"name": ["a", "b"]`.
fn json_members(body: &str, found: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while let Some(start) = body.get(at..).and_then(|rest| rest.find('"')).map(|offset| at + offset + 1) {
        let end = string_end(body, start);
        let name = body.get(start..end).unwrap_or_default();
        at = end + 1;
        let Some(value) = after_colon(body, at) else {
            continue;
        };
        if body.as_bytes().get(value) == Some(&b'[') {
            array_strings(body, value + 1, name, found);
        } else {
            let range = scalar(body, value);
            if hides_member(name, body.get(range.clone()).unwrap_or_default()) {
                found.push(range);
            }
        }
    }
}

/// The strings right inside of the array that is open at `at`.
fn array_strings(body: &str, mut at: usize, name: &str, found: &mut Vec<Range<usize>>) {
    loop {
        at = skip(body, at, |b| b.is_ascii_whitespace() || b == b',');
        if body.as_bytes().get(at) != Some(&b'"') {
            return;
        }
        let range = scalar(body, at);
        at = range.end + 1;
        if hides_member(name, body.get(range.clone()).unwrap_or_default()) {
            found.push(range);
        }
    }
}

/// The range of a string without its quotes, or of a bare literal.
fn scalar(body: &str, at: usize) -> Range<usize> {
    if body.as_bytes().get(at) == Some(&b'"') {
        at + 1..string_end(body, at + 1)
    } else {
        at..skip(body, at, |b| b.is_ascii_alphanumeric() || b"+-._".contains(&b))
    }
}

/// The position of the quote that ends a string, of the line end before it, or of the text's end.
fn string_end(body: &str, start: usize) -> usize {
    let bytes = body.as_bytes();
    let mut at = start;
    loop {
        match bytes.get(at) {
            Some(b'\\') => at += 2,
            Some(b'"' | b'\n') => return at,
            Some(_) => at += 1,
            None => return bytes.len(),
        }
    }
}

fn after_colon(body: &str, at: usize) -> Option<usize> {
    let colon = skip(body, at, |b| b.is_ascii_whitespace());
    let after = (body.as_bytes().get(colon) == Some(&b':')).then_some(colon + 1)?;
    Some(skip(body, after, |b| b.is_ascii_whitespace()))
}

fn skip(body: &str, at: usize, passes: impl Fn(u8) -> bool) -> usize {
    let rest = body.as_bytes().get(at..).unwrap_or_default();
    (at + rest.iter().position(|b| !passes(*b)).unwrap_or(rest.len())).min(body.len())
}

/// `name=value` of forms, queries, cookies and attributes.
fn pairs(body: &str, found: &mut Vec<Range<usize>>) {
    let bytes = body.as_bytes();
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || b"_-.[]%+".contains(b);
    let mut ends = [Ends::new(b" \t\r\n&;\"'<>,"), Ends::new(b"\""), Ends::new(b"'")];
    for (equals, _) in body.match_indices('=') {
        let before = bytes.get(..equals).unwrap_or_default();
        let length = before.iter().rev().take_while(|b| is_name(b)).count();
        let [bare, double, single] = &mut ends;
        let range = match bytes.get(equals + 1) {
            Some(b'"') => equals + 2..double.after(bytes, equals + 2),
            Some(b'\'') => equals + 2..single.after(bytes, equals + 2),
            _ => equals + 1..bare.after(bytes, equals + 1),
        };
        let name = decoded(body.get(equals - length..equals).unwrap_or_default());
        if hides_member(&name, body.get(range.clone()).unwrap_or_default()) {
            found.push(range);
        }
    }
}

/// Where values end: at the next of some bytes. Looks at every byte once, however many values
/// begin before the same end.
struct Ends {
    of: &'static [u8],
    next: usize,
}

impl Ends {
    fn new(of: &'static [u8]) -> Self {
        Self { of, next: 0 }
    }

    fn after(&mut self, bytes: &[u8], start: usize) -> usize {
        if self.next < start {
            let rest = bytes.get(start..).unwrap_or_default();
            let length = rest.iter().position(|b| self.of.contains(b)).unwrap_or(rest.len());
            self.next = start + length;
        }
        self.next
    }
}

/// `<name>value</name>`, also with a namespace prefix and attributes.
fn elements(body: &str, found: &mut Vec<Range<usize>>) {
    for (open, _) in body.match_indices('<') {
        let Some(tag) = body.get(open + 1..).and_then(|rest| rest.split(['<', '>']).next()) else {
            continue;
        };
        let start = open + 1 + tag.len();
        if tag.ends_with('/') || body.as_bytes().get(start) != Some(&b'>') {
            continue;
        }
        let name = tag.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
        let name = name.rsplit(':').next().unwrap_or(name);
        let range = start + 1..skip(body, start + 1, |b| b != b'<');
        if hides_member(name, body.get(range.clone()).unwrap_or_default()) {
            found.push(range);
        }
    }
}

/// Lines of `name: value`: the head of a message, YAML, curl's `-H 'name: value'`.
fn lines(body: &str, found: &mut Vec<Range<usize>>) {
    let mut start = 0;
    for line in body.split_inclusive('\n') {
        if let Some((name, value)) = line.split_once(':')
            && name.len() <= 100
            && !name.contains(['{', '"', '<', '='])
        {
            let quoted = name.contains('\'');
            let name = name.trim().rsplit([' ', '\'']).next().unwrap_or_default();
            let value_end = if quoted { value.find('\'') } else { None };
            let kept = value.get(..value_end.unwrap_or(value.len())).unwrap_or_default().trim_end();
            let end = start + line.len() - (value.len() - kept.len());
            let range = end - kept.trim_start().len()..end;
            if hides_member(name, kept.trim_start()) {
                found.push(range);
            }
        }
        start += line.len();
    }
}
