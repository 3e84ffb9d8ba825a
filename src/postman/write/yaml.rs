//! Values written as YAML, in the way in which Postman writes its files.

use serde_json::Value;

/// Writes `key: value` for each pair, with this indentation, each in lines of its own.
pub(super) fn members<'v>(
    pairs: impl Iterator<Item = (&'v String, &'v Value)>,
    indent: &str,
    out: &mut String,
) {
    for (key, value) in pairs {
        out.extend([indent, &scalar(key), ":"]);
        behind(value, indent, out);
    }
}

/// What stands behind `key:` or `-`.
fn behind(value: &Value, indent: &str, out: &mut String) {
    let inner = format!("{indent}  ");
    match value {
        Value::Object(map) if !map.is_empty() => {
            out.push('\n');
            members(map.iter(), &inner, out);
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            for item in items {
                out.extend([&inner, "-"]);
                match item {
                    Value::Object(map) if !map.is_empty() => {
                        let mut text = String::new();
                        members(map.iter(), &format!("{inner}  "), &mut text);
                        // The first member stands behind the dash.
                        out.push(' ');
                        out.push_str(text.trim_start_matches(' '));
                    }
                    other => behind(other, &inner, out),
                }
            }
        }
        Value::Object(_) => out.push_str(" {}\n"),
        Value::Array(_) => out.push_str(" []\n"),
        Value::String(text) if is_block(text) => {
            out.push_str(" |-\n");
            for line in text.split('\n') {
                let indent = if line.is_empty() { "" } else { inner.as_str() };
                out.extend([indent, line, "\n"]);
            }
        }
        Value::String(text) => out.extend([" ", &scalar(text), "\n"]),
        other => out.extend([" ", &other.to_string(), "\n"]),
    }
}

/// Several lines that a block keeps as they are: no space at the ends of the text, nothing that must be
/// escaped.
fn is_block(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace)
        && text.chars().all(|c| c == '\n' || is_plain(c))
}

/// Whether the character may stand in YAML as it is (YAML 1.2.2 §5.1), and is no line break of any
/// version.
fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
        && c != '\u{feff}'
}

/// A text without quotes where it cannot be taken for anything else, else in double quotes.
fn scalar(text: &str) -> String {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$');
    let holds = text.chars().all(|c| c.is_ascii_alphanumeric() || " $_-./".contains(c));
    let means = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    if starts && holds && !text.ends_with(' ') && !means.contains(&text.to_ascii_lowercase().as_str()) {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_plain(c) => out.push(c),
            c => out.extend(["\\U", &format!("{:08x}", u32::from(c))]),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::postman::read::yaml_from;

    fn value() -> impl Strategy<Value = Value> {
        let text = prop_oneof![
            "\\PC{0,12}",
            "[a-z:#\\-\n\t \"'|>&*!%@`,{}\\[\\]0-9.\r\\\\\u{85}\u{2028}\u{feff}\u{7f}]{0,12}"
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            text.prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("[^\\x00]{1,5}", inner), 0..4)
                    .prop_map(|pairs| pairs.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(value in value()) {
            let root: serde_json::Map<String, Value> = [("key".to_owned(), value)].into_iter().collect();
            let mut text = String::new();
            members(root.iter(), "", &mut text);
            let read = yaml_from(Path::new("t.yaml"), &text);
            prop_assert!(read.as_ref().is_ok_and(|read| *read == Value::Object(root)), "{text}\n{read:?}");
        }
    }
}
