//! JSON as `serde_json` reads it, and the names that were twice in one object, which it hides.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

use super::pointer::Trail;

/// How many places of repeated names are remembered.
const MOST_PLACES: usize = 64;

/// The name under which `serde_json` hands on a number whose digits it keeps
/// (`arbitrary_precision`): a map of this one member.
pub(super) const NUMBER: &str = "$serde_json::private::Number";

/// Whether a value is an array without items or an object without members.
pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// A JSON text as a value, and where a name was twice in one object: places with `*` for array
/// positions, at most 64. The last value of a name counts, as in `serde_json` and in JavaScript.
///
/// A lone surrogate is read as [`readable`] has it. Fails where `serde_json` does besides: nesting deeper than 127
/// levels.
///
/// ```
/// use uphold::contract::json::parse;
///
/// let (value, repeated) = parse(r#"{"users": [{"id": 1, "id": 2}]}"#)?;
/// assert_eq!(value["users"][0]["id"], 2);
/// assert!(repeated.contains("/users/*/id"));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn parse(text: &str) -> Result<(Value, BTreeSet<String>), serde_json::Error> {
    let repeated = RefCell::<BTreeSet<String>>::default();
    let note = |trail: &Trail<'_>, _| {
        let mut repeated = repeated.borrow_mut();
        if repeated.len() < MOST_PLACES {
            repeated.insert(trail.place().at);
        }
    };
    let value = build(text, &note)?;
    Ok((value, repeated.into_inner()))
}

/// The values of a JSON text that [`parse`] leaves out, because their names come again in the same
/// object; each with its place, in which array positions are `*`. Fails as [`parse`] does.
///
/// ```
/// use serde_json::json;
/// use uphold::contract::json::overwritten;
///
/// let hidden = overwritten(r#"{"users": [{"id": 1, "id": "x"}]}"#)?;
/// assert_eq!(hidden, [("/users/*/id".to_owned(), json!(1))]);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn overwritten(text: &str) -> Result<Vec<(String, Value)>, serde_json::Error> {
    let hidden = RefCell::<Vec<(String, Value)>>::default();
    build(text, &|trail: &Trail<'_>, value| hidden.borrow_mut().push((trail.place().at, value)))?;
    Ok(hidden.into_inner())
}

/// The text with U+FFFD for each escape of half a surrogate pair, of the same length: the grammar allows these
/// (RFC 8259 §8.2), feeds that cut texts in the middle of an emoji send them, and clients in most languages read them,
/// but no `String` can hold them.
///
/// ```
/// use uphold::contract::json::readable;
///
/// assert_eq!(readable(r#"{"a": "nice \ud83d", "b": "\ud83d\ude00"}"#), r#"{"a": "nice \ufffd", "b": "\ud83d\ude00"}"#);
/// ```
pub fn readable(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    // Half of a pair that is escaped; the position is that of the backslash.
    let half = |at: usize| {
        let digits = text.get(at + 2..at + 6).filter(|_| bytes.get(at..at + 2) == Some(b"\\u"))?;
        u32::from_str_radix(digits, 16).ok().filter(|code| (0xd800..0xe000).contains(code))
    };
    let (mut made, mut done, mut at) = (String::new(), 0, 0);
    while let Some(next) = text.get(at..).and_then(|rest| rest.find('\\')) {
        let start = at + next;
        at = start + 2;
        let Some(code) = half(start) else { continue };
        at = start + 6;
        if code < 0xdc00 && half(at).is_some_and(|low| low >= 0xdc00) {
            at += 6;
            continue;
        }
        made.push_str(text.get(done..start).unwrap_or_default());
        made.push_str("\\ufffd");
        done = at;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    made.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(made)
}

/// `repeated` is called with each value that another one of its name replaces, and its place.
fn build(text: &str, repeated: &dyn Fn(&Trail<'_>, Value)) -> Result<Value, serde_json::Error> {
    let text = readable(text);
    let mut json = serde_json::Deserializer::from_str(&text);
    let value = Build { trail: Trail::ROOT, repeated }.deserialize(&mut json)?;
    json.end()?;
    Ok(value)
}

struct Build<'t> {
    trail: Trail<'t>,
    repeated: &'t dyn Fn(&Trail<'_>, Value),
}

impl<'de> DeserializeSeed<'de> for Build<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Build<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        loop {
            let item = Build { trail: self.trail.index(values.len()), repeated: self.repeated };
            match items.next_element_seed(item)? {
                Some(value) => values.push(value),
                None => return Ok(Value::Array(values)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        let mut first = true;
        while let Some(name) = members.next_key::<String>()? {
            if std::mem::take(&mut first) && name == NUMBER {
                let digits: String = members.next_value()?;
                return digits.parse::<Number>().map(Value::Number).map_err(Error::custom);
            }
            let member = Build { trail: self.trail.key(&name), repeated: self.repeated };
            let value = members.next_value_seed(member)?;
            match values.entry(name) {
                Entry::Vacant(free) => drop(free.insert(value)),
                Entry::Occupied(mut known) => {
                    let old = known.insert(value);
                    (self.repeated)(&self.trail.key(known.key()), old);
                }
            }
        }
        Ok(Value::Object(values))
    }
}

/// The type of a value as JSON Schema names it; a number with a fraction is `number`.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Both readers give the same, a value or a refusal, but for halves of surrogate pairs.
    fn agree(text: &str) {
        let own = parse(text).map(|(value, _)| value.to_string()).ok();
        let wanted = serde_json::from_str::<Value>(&readable(text)).map(|value| value.to_string()).ok();
        assert_eq!(own, wanted, "{text:.100}");
    }

    #[test]
    fn halves_of_surrogate_pairs_are_read_and_nothing_else_changes() {
        for (text, made) in [
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\ude00\ud83d\ud83d\ude00\udbff""#, r#""\ufffd\ufffd\ud83d\ude00\ufffd""#),
            (r#""\\ud83d \\\ud83d""#, r#""\\ud83d \\\ufffd""#),
            (r#""\ud83dx\ude00""#, r#""\ufffdx\ufffd""#),
            (r#""\uD83D\n""#, r#""\ufffd\n""#),
            ("\\ud8", "\\ud8"),
            ("\\ud8é1", "\\ud8é1"),
        ] {
            assert_eq!(readable(text), made, "{text}");
        }
        assert!(parse(r#"{"a": "\ud80"}"#).is_err());
    }

    proptest! {
        /// What is a string of JSON by its grammar is read, and no byte moves.
        #[test]
        fn every_escape_is_read(parts in prop::collection::vec(r"[a-z]|\\\\|\\n|\\u[dD][89a-fA-F][0-9a-f]{2}|\\u00[0-9a-f]{2}", 0..12)) {
            let text = format!("\"{}\"", parts.concat());
            let made = readable(&text);
            prop_assert_eq!(made.len(), text.len());
            prop_assert!(serde_json::from_str::<String>(&made).is_ok(), "{} {}", text, made);
        }
    }

    #[test]
    fn reads_as_serde_json_does() {
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        for text in [
            r#"{"a": 1, "b": [true, null, "x\u00e9"], "a": -0}"#,
            "123456789012345678901234567890",
            "[1.0, 1e400, -7, 18446744073709551615, -9223372036854775809]",
            r#""\ud800""#,
            r#"{"$serde_json::private::Number": "7"}"#,
            r#"{"$serde_json::private::Number": "x"}"#,
            r#"{"$serde_json::private::Number": 7}"#,
            r#"{"a": 1, "$serde_json::private::Number": 7}"#,
            "[1] 2",
            "",
            &deep(127),
            &deep(128),
            &deep(100_000),
        ] {
            agree(text);
        }
    }

    #[test]
    fn repeated_names_are_told_by_place_and_the_last_value_counts() {
        let text = r#"{"u": [{"a/b": 1, "a/b": 2}, {"a/b": 3, "a/b": 4}], "x": 1, "x": {"y": 1, "y": 2}}"#;
        let (value, repeated) = parse(text).unwrap();
        assert_eq!(value.to_string(), r#"{"u":[{"a/b":2},{"a/b":4}],"x":{"y":2}}"#);
        assert_eq!(repeated, ["/u/*/a~1b", "/x", "/x/y"].map(str::to_owned).into());
        let many: Vec<String> = (0..1_000).map(|n| format!(r#""k{n}": 1, "k{n}": 2"#)).collect();
        assert_eq!(parse(&format!("{{{}}}", many.join(", "))).unwrap().1.len(), MOST_PLACES);
    }

    proptest! {
        #[test]
        fn any_text_is_read_as_serde_json_reads_it(text in "[\\[\\]{}\":,a-c0-9.eE+ -]{0,60}") {
            agree(&text);
        }
    }
}
