//! `x-uphold`: the mark of a learned schema, by which an edit is seen.
//!
//! A learned document has the member `"x-uphold": {"hash": …, "from": [case ids]}`, with `"strict":
//! true` where it was learned by `--strict`. The hash is that of everything else in the document: what the
//! examples are called and in which order they stand makes no other schema. A
//! document whose hash is another one than its mark says was edited, and one without a mark was
//! written by hand: both belong to a person.

use std::fmt::Write as _;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::infer::Strictness;

/// The name of the mark.
pub const MARK: &str = "x-uphold";

/// Whose a schema file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// Learned and not edited since.
    Learned {
        /// How it was learned.
        strictness: Strictness,
    },
    /// Edited, or written by hand.
    Person {
        /// The hash in its mark: of the learned schema that the person has taken note of; `None`
        /// where there is no mark.
        noted: Option<String>,
        /// How the one that it was made from was learned.
        strictness: Strictness,
    },
}

impl Owner {
    /// Whose this document is.
    pub fn of(document: &Value) -> Self {
        let mark = document.get(MARK);
        let strict = mark.and_then(|mark| mark.get("strict")).and_then(Value::as_bool).unwrap_or(false);
        let strictness = if strict { Strictness::Closed } else { Strictness::Open };
        match mark.and_then(|mark| mark.get("hash")).and_then(Value::as_str) {
            Some(noted) if noted == hash(document) => Self::Learned { strictness },
            noted => Self::Person { noted: noted.map(str::to_owned), strictness },
        }
    }

    /// Whether it is a person's.
    pub fn is_person(&self) -> bool {
        matches!(self, Self::Person { .. })
    }

    /// How it was learned.
    pub fn strictness(&self) -> Strictness {
        match self {
            Self::Learned { strictness } | Self::Person { strictness, .. } => *strictness,
        }
    }
}

/// The document with its mark as the last member; `from` are the ids of the cases that it was
/// learned from.
pub fn stamp(document: Value, from: &[String], strictness: Strictness) -> Value {
    let mut mark = Map::new();
    mark.insert("hash".to_owned(), Value::from(hash(&document)));
    mark.insert("from".to_owned(), Value::from(from));
    if strictness == Strictness::Closed {
        mark.insert("strict".to_owned(), Value::from(true));
    }
    let Value::Object(mut members) = document else { return document };
    members.shift_remove(MARK);
    members.insert(MARK.to_owned(), Value::Object(mark));
    Value::Object(members)
}

/// `sha256:` and the SHA-256 (FIPS 180-4), in hexadecimal digits, of the document without its mark
/// and without white space, the members of every object sorted by the bytes of their names, numbers
/// as they are written. So neither another layout nor another order of members is an edit.
///
/// ```
/// use serde_json::json;
/// use uphold::contract::schema::mark::hash;
///
/// let plain = json!({"type": "object", "required": ["a"]});
/// let marked = json!({"x-uphold": {}, "required": ["a"], "type": "object"});
/// assert_eq!(hash(&plain), hash(&marked));
/// assert_ne!(hash(&plain), hash(&json!({"type": "object"})));
/// ```
pub fn hash(document: &Value) -> String {
    let mut text = String::new();
    match document {
        Value::Object(members) => {
            write_members(members.iter().filter(|(name, _)| *name != MARK), &mut text);
        }
        other => write_value(other, &mut text),
    }
    let mut shown = "sha256:".to_owned();
    for byte in Sha256::digest(&text) {
        // A string takes everything.
        let _ = write!(shown, "{byte:02x}");
    }
    shown
}

fn write_value(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => write_members(members.iter(), text),
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                text.push_str(if at == 0 { "" } else { "," });
                write_value(item, text);
            }
            text.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            let _ = write!(text, "{value}");
        }
    }
}

fn write_members<'m>(members: impl Iterator<Item = (&'m String, &'m Value)>, text: &mut String) {
    let mut sorted: Vec<_> = members.collect();
    sorted.sort_unstable_by_key(|(name, _)| name.as_str());
    text.push('{');
    for (at, (name, value)) in sorted.into_iter().enumerate() {
        text.push_str(if at == 0 { "" } else { "," });
        let _ = write!(text, "{}:", Value::from(name.as_str()));
        write_value(value, text);
    }
    text.push('}');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_edit_is_seen_and_another_layout_is_none() {
        let document = json!({"type": "object", "properties": {"b": {"type": "integer"}, "a": {}}});
        let stamped = stamp(document.clone(), &["s::i::e".to_owned()], Strictness::Closed);
        assert_eq!(stamped.as_object().unwrap().keys().next_back().map(String::as_str), Some(MARK));
        assert_eq!(Owner::of(&stamped), Owner::Learned { strictness: Strictness::Closed });
        let turned: Value = serde_json::from_str(&format!(
            r#"{{"x-uphold": {}, "properties": {{"a": {{}}, "b": {{"type": "integer"}}}}, "type": "object"}}"#,
            stamped[MARK]
        ))
        .unwrap();
        assert_eq!(Owner::of(&turned), Owner::of(&stamped));
        let mut edited = stamped.clone();
        edited["properties"]["a"] = json!({"type": "string"});
        let noted = Some(hash(&document));
        assert_eq!(Owner::of(&edited), Owner::Person { noted, strictness: Strictness::Closed });
        let by_hand = Owner::Person { noted: None, strictness: Strictness::Open };
        for document in [document, json!(true), json!({"x-uphold": 7}), json!({"x-uphold": {"hash": 7}})] {
            assert_eq!(Owner::of(&document), by_hand);
        }
    }

    #[test]
    fn the_hash_is_that_of_the_canonical_text() {
        let document = json!({"b": [1, {"d": null, "c": "\n"}], "a": true, "x-uphold": {"hash": ""}});
        let canonical = r#"{"a":true,"b":[1,{"c":"\n","d":null}]}"#;
        let plain: Value = serde_json::from_str(canonical).unwrap();
        assert_eq!(hash(&document), hash(&plain));
        // By sha256sum.
        assert_eq!(hash(&plain), "sha256:b30e7d689c7867e0802b8e9b3e512cf9e3799edff339bd0888e1c5ce37bcd4f2");
    }

    proptest! {
        #[test]
        fn the_order_of_members_never_counts(names in prop::collection::btree_set(".{0,3}", 0..6), by in 0usize..6) {
            let members: Vec<_> = names.iter().map(|name| (name.clone(), json!({name: [name]}))).collect();
            let mut turned = members.clone();
            turned.rotate_left(by.min(members.len()));
            let object = |members: Vec<_>| Value::Object(members.into_iter().collect());
            prop_assert_eq!(hash(&object(members)), hash(&object(turned)));
        }
    }
}
