//! JSON text taken apart into its tokens, and which of them stand in an object or list that is secret.

use std::ops::Range;

use super::named::{deciding, is_of_one_use};
use crate::redact::is_credential_name;

/// Texts and numbers anywhere below a name that says without a doubt that it is secret
/// (`"credentials": {"user": …}`), or under the name of a PIN or nonce.
pub(super) fn secret_members(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // The deciding name of each object and list around, and of the value that comes next.
    let (mut around, mut name, mut done) = (Vec::new(), String::new(), 0);
    for token in tokens(text) {
        let between = text.get(done..token.start).unwrap_or_default();
        step(between, &mut around, &mut name);
        done = token.end;
        let written = text.get(token.clone()).unwrap_or_default();
        let of = around.last().map_or("", String::as_str);
        if is_name(text, token.end) {
            let own = serde_json::from_str::<String>(written).unwrap_or_default();
            name = deciding(of, &own).to_owned();
            continue;
        }
        let holds_something = !matches!(written, "null" | "true" | "false" | "\"\"");
        let is_below = is_credential_name(of) && name == of;
        if holds_something && (is_below || is_of_one_use(&name)) {
            found.push(token);
        }
    }
    found
}

/// What stands between two tokens opens and closes objects and lists.
fn step(between: &str, around: &mut Vec<String>, name: &mut String) {
    for c in between.chars() {
        match c {
            '{' | '[' => around.push(name.clone()),
            '}' | ']' => {
                around.pop();
            }
            ',' => *name = around.last().cloned().unwrap_or_default(),
            _ => {}
        }
    }
}

/// Strings with their quotes, and bare literals.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let is_between = |byte: &u8| byte.is_ascii_whitespace() || b"[]{}:,".contains(byte);
        at += bytes.get(at..)?.iter().position(|byte| !is_between(byte))?;
        let start = at;
        let rest = bytes.get(start..)?;
        at += if rest.first() == Some(&b'"') {
            let mut escaped = false;
            let end = rest.iter().skip(1).position(|byte| {
                let ends = !escaped && *byte == b'"';
                escaped = !escaped && *byte == b'\\';
                ends
            });
            end.map_or(rest.len(), |end| end + 2)
        } else {
            rest.iter().position(is_between).unwrap_or(rest.len())
        };
        Some(start..at)
    })
}

/// Whether what ends there is the name of a member.
pub(super) fn is_name(text: &str, end: usize) -> bool {
    text.get(end..).unwrap_or_default().trim_start().starts_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_a_secret_object_is_secret() {
        let text = r#"{"credentials": {"user": "u", "n": [1, {"x": "y"}], "on": true, "type": "basic"},
            "pin": 1234, "a": {"b": "c"}, "tokens": ["t", null], "last": "l"}"#;
        let found: Vec<&str> = secret_members(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["\"u\"", "1", "\"y\"", "1234", "\"t\""]);
    }
}
