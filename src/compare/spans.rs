//! The parts of a JSON text as they stand in it, so that a body keeps its bytes: numbers of any length,
//! names that are twice in one object, the order of members.
//!
//! The texts are valid JSON already; of any other text the parts are unspecified. Depth costs no stack.

/// Name and value of each member of an object, in order, also of those that stand there twice; `None`
/// where the text is no object.
///
/// A name that is no Unicode text (a lone surrogate) stands as it is written.
pub(super) fn members(text: &str) -> Option<Vec<(String, &str)>> {
    let inner = inside(text, '{', '}')?;
    let pairs = split(inner, b',').filter_map(|member| {
        let written = end_of_piece(member, b':')?;
        let (name, value) = (member.get(..written)?, member.get(written + 1..)?);
        let name = serde_json::from_str(name.trim()).unwrap_or_else(|_| name.trim().to_owned());
        Some((name, value.trim()))
    });
    Some(pairs.collect())
}

/// The items of an array, in order; `None` where the text is no array.
pub(super) fn items(text: &str) -> Option<Vec<&str>> {
    let inner = inside(text, '[', ']')?;
    let parts = split(inner, b',').map(str::trim);
    Some(parts.filter(|part| !part.is_empty()).collect())
}

fn inside(text: &str, open: char, close: char) -> Option<&str> {
    text.trim().strip_prefix(open)?.strip_suffix(close)
}

/// The pieces between separators that stand in no string, object or array.
fn split(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = end_of_piece(text, separator);
        rest = end.and_then(|end| text.get(end + 1..));
        Some(end.and_then(|end| text.get(..end)).unwrap_or(text))
    })
}

/// Where the first separator stands that is in no string, object or array.
fn end_of_piece(text: &str, separator: u8) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    text.bytes().position(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => return byte == separator && depth == 0,
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn parts_stand_as_written() {
        let text = r#" { "a,b" : [1, {"x": "}"}] ,"c\"":"\\","a,b":1e400, "\ud800": 2 } "#;
        let members: Vec<(String, &str)> = members(text).unwrap();
        let written: Vec<_> = members.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        assert_eq!(
            written,
            [("a,b", r#"[1, {"x": "}"}]"#), ("c\"", r#""\\""#), ("a,b", "1e400"), (r#""\ud800""#, "2")]
        );
        assert_eq!(items(r#"[ 1,"]," ,[2,3], {} ]"#).unwrap(), ["1", r#""],""#, "[2,3]", "{}"]);
        assert!(super::members("{ }").unwrap().is_empty() && items("[]").unwrap().is_empty());
        assert!(super::members("[]").is_none() && items("{}").is_none() && items("7").is_none());
        let deep = format!("[{}]", "[".repeat(100_000) + &"]".repeat(100_000));
        assert_eq!(items(&deep).map(|items| items.len()), Some(1));
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf =
            prop_oneof![Just(Value::Null), any::<i64>().prop_map(Value::from), ".*".prop_map(Value::from)];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((".*", inner), 0..6).prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_parts_are_those_of_serde_json(value in json(), pretty: bool) {
            let text = if pretty { format!("{value:#}") } else { value.to_string() };
            let read = |part: &str| serde_json::from_str::<Value>(part).unwrap();
            match &value {
                Value::Object(wanted) => {
                    let parts: serde_json::Map<String, Value> =
                        members(&text).unwrap().into_iter().map(|(name, part)| (name, read(part))).collect();
                    prop_assert_eq!(&parts, wanted);
                }
                Value::Array(wanted) => {
                    let parts: Vec<Value> = items(&text).unwrap().into_iter().map(read).collect();
                    prop_assert_eq!(&parts, wanted);
                }
                _ => prop_assert!(members(&text).is_none() && items(&text).is_none()),
            }
        }

        #[test]
        fn any_text_is_cut_without_a_panic(text in "[\\[\\]{}\":,\\\\aü ]{0,40}") {
            let _ = (members(&text), items(&text));
        }
    }
}
