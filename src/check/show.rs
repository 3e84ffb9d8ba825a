//! Values in the words of findings: short, concrete, on one line.

use serde_json::Value;

/// The longest text of a finding, in characters. A report shows far less of it, but cuts only after
/// secrets are hidden: of one that is cut here nothing would be recognised any more.
const LONGEST: usize = 64 * 1024;

/// A value as JSON, cut.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::Array(items) => counted(items.len(), "item"),
        Value::Object(members) if members.is_empty() => "{}".to_owned(),
        Value::Object(members) => format!("an object of {}", counted(members.len(), "member")),
        // Only as much is escaped as can be shown.
        Value::String(text) => cut(&Value::from(cut(text)).to_string()),
        Value::Null | Value::Bool(_) | Value::Number(_) => cut(&value.to_string()),
    }
}

/// `1 item`, `3 items`.
pub(super) fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// The type of a value, as JSON Schema names it, and the value where it is a scalar: `string "a"`.
pub(super) fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Array(_) => "array".to_owned(),
        Value::Object(_) => "object".to_owned(),
        Value::Bool(_) => format!("boolean {value}"),
        Value::Number(_) => format!("number {}", self::value(value)),
        Value::String(_) => format!("string {}", self::value(value)),
    }
}

/// A text, cut where it is longer than any report needs.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A name on one line, cut.
pub(super) fn one_line(name: &str) -> String {
    cut(&name.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The beginning of a body: as text on one line where it is UTF-8, else in hex the bytes that are
/// no text. The text around them stays out: in hex it could not be told from a secret that is cut.
pub(super) fn excerpt(body: &[u8]) -> String {
    match std::str::from_utf8(body) {
        Ok(text) => one_line(text),
        Err(error) => {
            let start = error.valid_up_to();
            let odd = body.iter().skip(start).take_while(|byte| !byte.is_ascii()).take(16);
            let bytes = odd.map(|b| format!("{b:02x}")).collect::<Vec<_>>();
            format!("bytes {} at offset {start}", bytes.join(" "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn short_and_on_a_boundary() {
        assert_eq!(cut(&"ü".repeat(LONGEST + 9)).chars().count(), LONGEST + 1);
        assert_eq!(value(&json!("a\"b")), r#""a\"b""#);
        assert_eq!(value(&json!([1])), "1 item");
        assert_eq!(kind(&json!("7")), r#"string "7""#);
        assert_eq!(excerpt(b"<html>\n  x</html>"), "<html> x</html>");
        assert_eq!(excerpt(b"abc\xff\xfesecret"), "bytes ff fe at offset 3");
    }
}
