//! Which values of a JSON text are secret for what stands beside them: [`marked`].
//!
//! The rules are those of [`Redactor::hidden_in`], which looks at the text: `{"name": "password", "value": "…"}`.

use std::collections::HashSet;
use std::ptr::from_ref;

use serde_json::Value;

use super::nested::{is_name, tokens};
use crate::redact::Redactor;

/// Values of one document, by their places in memory.
#[derive(Debug, Default)]
pub(super) struct Marked(HashSet<*const Value>);

impl Marked {
    pub(super) fn has(&self, value: &Value) -> bool {
        self.0.contains(&from_ref(value))
    }
}

/// The strings of the value, which was read from this text, that are hidden whole and for no value that is known.
pub(super) fn marked(text: &str, value: &Value) -> Marked {
    let hidden = Redactor::default().hidden_in(text);
    let (mut shown, mut done) = (String::with_capacity(text.len()), 0);
    let mut hidden = hidden.iter().peekable();
    for token in tokens(text) {
        while hidden.next_if(|range| range.end < token.start).is_some() {}
        let is_string = text.as_bytes().get(token.start) == Some(&b'"') && token.len() > 2;
        let inner = token.start + 1..token.end.saturating_sub(1);
        if !is_string || is_name(text, token.end) || hidden.peek().is_none_or(|range| **range != inner) {
            continue;
        }
        shown.push_str(text.get(done..inner.start).unwrap_or_default());
        done = inner.end;
    }
    let mut found = Marked::default();
    if done > 0 {
        shown.push_str(text.get(done..).unwrap_or_default());
        if let Ok(shown) = serde_json::from_str(&shown) {
            differing(value, &shown, &mut found);
        }
    }
    found
}

/// The strings that are empty in the other one.
fn differing(value: &Value, shown: &Value, found: &mut Marked) {
    match (value, shown) {
        (Value::String(text), Value::String(shown)) if shown.is_empty() && !text.is_empty() => {
            found.0.insert(from_ref(value));
        }
        (Value::Array(items), Value::Array(others)) => {
            items.iter().zip(others).for_each(|(item, other)| differing(item, other, found));
        }
        (Value::Object(members), Value::Object(others)) => {
            // Both have the same names in the same order.
            members.values().zip(others.values()).for_each(|(item, other)| differing(item, other, found));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_marked_where_it_stands_and_nowhere_else() {
        let text = r#"{"a": [{"name": "password", "value": "open"}, {"name": "x", "value": "open"}],
            "b": "open", "b": {"value": "\u00fc", "name": "password"}, "n": "password: h1"}"#;
        let value: Value = serde_json::from_str(text).unwrap();
        let marked = marked(text, &value);
        for (pointer, is_marked) in [
            ("/a/0/value", true),
            ("/a/1/value", false),
            ("/b/value", true),
            ("/b/name", false),
            ("/n", false),
        ] {
            assert_eq!(marked.has(value.pointer(pointer).unwrap()), is_marked, "{pointer}");
        }
        assert_eq!(marked.0.len(), 2);
    }
}
