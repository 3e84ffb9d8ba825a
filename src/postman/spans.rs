//! Where the parts of a JSON text stand in it, so that what is not looked into keeps its bytes: numbers
//! of any length, names that are twice in one object, the order of members.
//!
//! The text is JSON that was read before; of any other text the parts are unspecified. The depth of what
//! is skipped costs no stack. Of a name that is twice in one object the last one counts, as for the
//! reader.

use std::collections::HashMap;
use std::ops::Range;

/// A member of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    /// Its name, escapes undone; one that is no Unicode text (a lone surrogate) as it is written.
    pub(crate) name: String,
    /// The name with its quotes.
    pub(crate) key: Range<usize>,
    /// The value.
    pub(crate) value: Range<usize>,
}

/// An object with its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    /// From its opening to its closing brace, both included.
    pub(crate) range: Range<usize>,
    /// In the order of the text.
    pub(crate) members: Vec<Member>,
}

impl Object {
    /// The member of that name that counts.
    pub(crate) fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().rev().find(|member| member.name == name)
    }
}

/// The object at each of these JSON pointers, as far as there is one; `wanted` leads through the member
/// `item` of collection and folders alone, from a root such as `/collection`.
pub(crate) fn items<'p>(text: &str, root: &str, wanted: &[&'p str]) -> HashMap<&'p str, Object> {
    let mut walk = Walk {
        text,
        wanted: wanted.iter().map(|pointer| (*pointer, *pointer)).collect(),
        found: HashMap::new(),
    };
    let mut start = skip_space(text, 0);
    for name in root.split('/').skip(1) {
        let Some(object) = object(text, start) else { return walk.found };
        let Some(member) = object.member(name) else { return walk.found };
        start = member.value.start;
    }
    walk.node(start, root);
    walk.found
}

struct Walk<'t, 'p> {
    text: &'t str,
    wanted: HashMap<&'p str, &'p str>,
    found: HashMap<&'p str, Object>,
}

impl Walk<'_, '_> {
    fn node(&mut self, start: usize, pointer: &str) {
        let Some(object) = object(self.text, start) else { return };
        if let Some(list) = object.member("item").map(|member| member.value.start) {
            for (index, value) in array(self.text, list).unwrap_or_default().into_iter().enumerate() {
                self.node(value.start, &format!("{pointer}/item/{index}"));
            }
        }
        if let Some(wanted) = self.wanted.get(pointer) {
            self.found.insert(wanted, object);
        }
    }
}

/// The object that begins there.
pub(crate) fn object(text: &str, start: usize) -> Option<Object> {
    let mut members = Vec::new();
    let mut at = open(text, start, b'{')?;
    while byte(text, at) == Some(b'"') {
        let key = at..end_of(text, at);
        let colon = skip_space(text, key.end);
        let value = skip_space(text, colon + 1);
        let value = value..end_of(text, value);
        at = behind_comma(text, value.end);
        let written = text.get(key.clone()).unwrap_or_default();
        let name = serde_json::from_str(written).unwrap_or_else(|_| written.to_owned());
        members.push(Member { name, key, value });
    }
    (byte(text, at) == Some(b'}')).then_some(Object { range: start..at + 1, members })
}

/// The items of the array that begins there.
pub(crate) fn array(text: &str, start: usize) -> Option<Vec<Range<usize>>> {
    let mut items = Vec::new();
    let mut at = open(text, start, b'[')?;
    while byte(text, at).is_some_and(|byte| byte != b']') {
        let item = at..end_of(text, at);
        at = behind_comma(text, item.end);
        items.push(item);
    }
    Some(items)
}

fn byte(text: &str, at: usize) -> Option<u8> {
    text.as_bytes().get(at).copied()
}

/// The first position behind the bracket that is no space.
fn open(text: &str, start: usize, bracket: u8) -> Option<usize> {
    (byte(text, start) == Some(bracket)).then(|| skip_space(text, start + 1))
}

fn behind_comma(text: &str, at: usize) -> usize {
    let at = skip_space(text, at);
    if byte(text, at) == Some(b',') { skip_space(text, at + 1) } else { at }
}

/// The first position from `at` on that is no space.
pub(crate) fn skip_space(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).unwrap_or(rest.len())
}

/// The position behind the value that begins there, always behind `start` itself.
fn end_of(text: &str, start: usize) -> usize {
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (offset, byte) in rest.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => {
                quoted = !quoted;
                if !quoted && depth == 0 {
                    return start + offset + 1;
                }
            }
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 1 => depth -= 1,
            b'}' | b']' if depth == 1 => return start + offset + 1,
            b'}' | b']' | b',' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => return start + offset.max(1),
            _ => {}
        }
    }
    start + rest.len().max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn items_are_found_where_the_reader_finds_them() {
        let text = r#" {"collection":{"item":[1],"item" : [ {"item":[]}, {"n\u0061me":"a,}\"","item":[7,{"name":"b"}]}]}}"#;
        let found =
            items(text, "/collection", &["/collection/item/1/item/1", "/collection/item/1", "/item/0"]);
        let shown = |pointer: &str| found.get(pointer).and_then(|object| text.get(object.range.clone()));
        assert_eq!(shown("/collection/item/1/item/1"), Some(r#"{"name":"b"}"#));
        assert_eq!(found["/collection/item/1"].members[0].name, "name");
        assert_eq!(
            found["/collection/item/1"].member("name").map(|m| &text[m.value.clone()]),
            Some(r#""a,}\"""#)
        );
        assert_eq!(shown("/item/0"), None);
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
            let read = |range: Range<usize>| serde_json::from_str::<Value>(&text[range]).unwrap();
            match &value {
                Value::Object(wanted) => {
                    let object = object(&text, 0).unwrap();
                    prop_assert_eq!(object.range, 0..text.len());
                    let parts: serde_json::Map<String, Value> =
                        object.members.into_iter().map(|member| (member.name, read(member.value))).collect();
                    prop_assert_eq!(&parts, wanted);
                }
                Value::Array(wanted) => {
                    let parts: Vec<Value> = array(&text, 0).unwrap().into_iter().map(read).collect();
                    prop_assert_eq!(&parts, wanted);
                }
                _ => prop_assert!(object(&text, 0).is_none() && array(&text, 0).is_none()),
            }
        }

        #[test]
        fn any_text_is_cut_without_a_panic(text in "[\\[\\]{}\":,\\\\aü ]{0,40}") {
            let _ = (object(&text, 0), array(&text, 0), items(&text, "", &["/item/0"]));
        }
    }
}
