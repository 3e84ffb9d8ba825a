//! Inference: a mergeable accumulator of everything seen at each place, and its finish as a
//! JSON Schema (draft 2020-12).
//!
//! [`Accumulator`] is a commutative monoid: [`observe`](Accumulator::observe) folds one body,
//! [`merge`](Accumulator::merge) joins two, and neither order nor grouping changes the result. The
//! kinds that meet at one place are united (the kind equivalence of Baazizi et al., «Parametric
//! schema inference for massive JSON datasets»).
//!
//! Invariant: the finished schema accepts every body it was made from, type placeholders filled or
//! not looked at. Documentation is the exception that the next lines name: it is kept apart and
//! only adds what real bodies never showed, so where both disagree real bodies win.

mod finish;
mod kinds;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use self::kinds::Kinds;
use crate::placeholder::{self, Kind};

/// Everything seen in the bodies of one schema.
///
/// ```
/// use serde_json::json;
/// use uphold::contract::schema::infer::Accumulator;
///
/// let mut seen = Accumulator::default();
/// seen.observe(&json!({"id": 1, "name": null}));
/// seen.observe(&json!({"id": 2}));
/// let schema = seen.finish();
/// assert_eq!(schema["required"], json!(["id"]));
/// assert_eq!(schema["properties"]["id"], json!({"type": "integer"}));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accumulator {
    /// Bodies with real values.
    real: Node,
    /// Bodies that a generator wrote from documentation.
    doc: Node,
}

/// What was seen at one place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Node {
    /// How often the place was there.
    n: u64,
    /// The kinds of the scalars.
    kinds: Kinds,
    /// The kinds that placeholders claim.
    claims: Kinds,
    /// The items of all arrays; `Some` also if each was empty.
    items: Option<Box<Node>>,
    /// The members of all objects.
    object: Option<Object>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Object {
    /// How many objects.
    n: u64,
    members: BTreeMap<String, Node>,
}

impl Accumulator {
    /// Folds one body in.
    ///
    /// A body counts as documentation if at least half of its strings are placeholders
    /// ([`placeholder::recognise`]); a body without strings is real.
    pub fn observe(&mut self, body: &Value) {
        let root = if is_documentation(body) { &mut self.doc } else { &mut self.real };
        root.observe(body);
    }

    /// Joins what another accumulator saw.
    pub fn merge(&mut self, other: Self) {
        self.real.merge(other.real);
        self.doc.merge(other.doc);
    }

    /// Whether both real bodies and documentation were seen, so that a body of documentation may
    /// be refused by the finished schema.
    pub fn is_mixed(&self) -> bool {
        self.real.n > 0 && self.doc.n > 0
    }

    /// The same without the real bodies.
    #[must_use]
    pub fn documentation(&self) -> Self {
        Self { real: Node::default(), doc: self.doc.clone() }
    }

    /// The schema: types, required and nullable members, items. Members are sorted by name.
    ///
    /// Places that only placeholders (or only documentation) show bear `"x-from": "documentation"`
    /// and are never required, save for the containers directly under the root.
    pub fn finish(&self) -> Value {
        let mut schema = Map::new();
        schema.insert("$schema".to_owned(), Value::from("https://json-schema.org/draft/2020-12/schema"));
        schema.append(&mut finish::root(&self.real, &self.doc));
        Value::Object(schema)
    }
}

/// Whether at least half of the strings in a body are placeholders.
///
/// Only strings are counted: generators write real-looking `0` and `true` beside them.
pub fn is_documentation(body: &Value) -> bool {
    let (mut strings, mut placeholders) = (0u64, 0u64);
    let mut rest = vec![body];
    while let Some(value) = rest.pop() {
        match value {
            Value::String(text) => {
                strings += 1;
                placeholders += u64::from(placeholder::recognise(text).is_some());
            }
            Value::Array(items) => rest.extend(items),
            Value::Object(members) => rest.extend(members.values()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    placeholders > 0 && placeholders * 2 >= strings
}

impl Node {
    fn observe(&mut self, value: &Value) {
        self.n += 1;
        match value {
            Value::Null => self.kinds |= Kinds::NULL,
            Value::Bool(_) => self.kinds |= Kinds::BOOLEAN,
            Value::Number(number) if number.is_i64() || number.is_u64() => self.kinds |= Kinds::INTEGER,
            Value::Number(_) => self.kinds |= Kinds::NUMBER,
            Value::String(text) => match placeholder::recognise(text) {
                Some(kind) => self.claims |= claim(kind),
                None => self.kinds |= Kinds::STRING,
            },
            Value::Array(items) => {
                let node = self.items.get_or_insert_default();
                for item in items {
                    node.observe(item);
                }
            }
            Value::Object(members) => {
                let object = self.object.get_or_insert_default();
                object.n += 1;
                for (key, value) in members {
                    match object.members.get_mut(key) {
                        Some(member) => member.observe(value),
                        None => object.members.entry(key.clone()).or_default().observe(value),
                    }
                }
            }
        }
    }

    fn merge(&mut self, other: Self) {
        self.n += other.n;
        self.kinds |= other.kinds;
        self.claims |= other.claims;
        if let Some(items) = other.items {
            self.items.get_or_insert_default().merge(*items);
        }
        if let Some(object) = other.object {
            let own = self.object.get_or_insert_default();
            own.n += object.n;
            for (key, node) in object.members {
                own.members.entry(key).or_default().merge(node);
            }
        }
    }

    /// Whether a value that is neither null nor a placeholder was seen.
    fn has_values(&self) -> bool {
        !(self.kinds - Kinds::NULL).is_empty() || self.items.is_some() || self.object.is_some()
    }

    /// Whether anything but a placeholder was seen.
    fn is_shown(&self) -> bool {
        self.has_values() || self.kinds.contains(Kinds::NULL)
    }
}

fn claim(kind: Kind) -> Kinds {
    match kind {
        Kind::Unknown => Kinds::ANY,
        Kind::String(_) => Kinds::STRING,
        Kind::Integer => Kinds::INTEGER,
        Kind::Number => Kinds::NUMBER,
        Kind::Boolean => Kinds::BOOLEAN,
        Kind::Array => Kinds::ARRAY,
        Kind::Object => Kinds::OBJECT,
    }
}

#[cfg(test)]
mod tests;
