//! From what was seen to the keywords of a schema.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::kinds::Kinds;
use super::{Node, Object};

/// How deep a place lies, as far as it matters for documentation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Root,
    UnderRoot,
    Deeper,
}

/// What was seen at one place, in real bodies and in documentation.
#[derive(Clone, Copy)]
struct Seen<'a> {
    real: Option<&'a Node>,
    doc: Option<&'a Node>,
    depth: Depth,
}

/// The schema of the whole body.
pub(super) fn root(real: &Node, doc: &Node) -> Map<String, Value> {
    let there = |node: &Node| node.n > 0;
    Seen { real: Some(real).filter(|n| there(n)), doc: Some(doc).filter(|n| there(n)), depth: Depth::Root }
        .schema()
}

impl<'a> Seen<'a> {
    fn schema(self) -> Map<String, Value> {
        match self.real.filter(|node| node.has_values()) {
            Some(real) => self.shown(real),
            None => self.documented(),
        }
    }

    /// Real values decide; documentation only adds members and items that they never showed.
    fn shown(self, real: &'a Node) -> Map<String, Value> {
        let mut kinds = real.kinds | (real.claims - (Kinds::ANY | Kinds::ARRAY | Kinds::OBJECT));
        if real.claims.contains(Kinds::ANY) {
            // What claims no type stands in the body as the text that it is.
            kinds |= Kinds::STRING;
        }
        let array = (real.items.is_some() || real.claims.contains(Kinds::ARRAY)).then(|| self.array());
        let object = (real.object.is_some() || real.claims.contains(Kinds::OBJECT)).then(|| self.object());
        combine(kinds, array, object)
    }

    /// No real value: null at most, and whatever placeholders and documentation claim.
    fn documented(self) -> Map<String, Value> {
        let nodes = || self.real.into_iter().chain(self.doc);
        let (mut kinds, mut claims) = (Kinds::default(), Kinds::default());
        for node in nodes() {
            kinds |= node.kinds;
            claims |= node.claims;
        }
        let has = |kind, there: fn(&Node) -> bool| claims.contains(kind) || nodes().any(there);
        let array = has(Kinds::ARRAY, |node| node.items.is_some()).then(|| self.array());
        let object = has(Kinds::OBJECT, |node| node.object.is_some()).then(|| self.object());
        let nothing = (kinds - Kinds::NULL).is_empty() && claims.is_empty();
        let mut schema = if claims.contains(Kinds::ANY) || nothing && array.is_none() && object.is_none() {
            // Null alone says nothing of the type of the value that will come one day.
            Map::new()
        } else {
            if !claims.is_empty() {
                // Generators lose `nullable`, so any claim may be null.
                kinds |= Kinds::NULL;
            }
            combine(kinds | (claims - (Kinds::ARRAY | Kinds::OBJECT)), array, object)
        };
        let null_only = self.doc.is_none() && claims.is_empty();
        let asserted = self.depth == Depth::Root || self.depth == Depth::UnderRoot && self.is_container();
        if !(null_only || asserted) {
            schema.insert("x-from".to_owned(), Value::from("documentation"));
        }
        schema
    }

    fn is_container(self) -> bool {
        self.doc.is_some_and(|node| node.items.is_some() || node.object.is_some())
    }

    fn array(self) -> Map<String, Value> {
        fn items(node: &Node) -> Option<&Node> {
            node.items.as_deref().filter(|items| items.n > 0)
        }
        let seen =
            Seen { real: self.real.and_then(items), doc: self.doc.and_then(items), depth: Depth::Deeper };
        let mut array = typed("array");
        if seen.real.is_some() || seen.doc.is_some() {
            array.insert("items".to_owned(), Value::Object(seen.schema()));
        }
        array
    }

    fn object(self) -> Map<String, Value> {
        let real = self.real.and_then(|node| node.object.as_ref());
        let doc = self.doc.and_then(|node| node.object.as_ref());
        let names: BTreeSet<&String> = real.into_iter().chain(doc).flat_map(|o| o.members.keys()).collect();
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for name in names {
            let seen = Seen { real: member(real, name), doc: member(doc, name), depth: self.below() };
            if self.requires(seen, real, doc) {
                required.push(Value::from(name.as_str()));
            }
            properties.insert(name.clone(), Value::Object(seen.schema()));
        }
        let mut object = typed("object");
        if real.is_some() || doc.is_some() {
            // Also where it is empty: it says that the examples show no member.
            object.insert("properties".to_owned(), Value::Object(properties));
        }
        if !required.is_empty() {
            object.insert("required".to_owned(), Value::Array(required));
        }
        object
    }

    fn below(self) -> Depth {
        if self.depth == Depth::Root { Depth::UnderRoot } else { Depth::Deeper }
    }

    /// Present in every real object at the place; in documentation alone, only a container
    /// directly under the root that every body has.
    fn requires(self, member: Seen<'_>, real: Option<&Object>, doc: Option<&Object>) -> bool {
        // Where some body has no more than `<object>`, nothing can be asked of its members.
        let claimed = |node: Option<&Node>| node.is_some_and(|node| node.claims.contains(Kinds::OBJECT));
        if let Some(real) = real {
            let always = member.real.is_some_and(|node| node.n == real.n && node.is_shown());
            return always && !claimed(self.real);
        }
        let always = doc.is_some_and(|doc| member.doc.is_some_and(|node| node.n == doc.n));
        self.depth == Depth::Root && member.is_container() && always && !claimed(self.doc)
    }
}

fn member<'a>(object: Option<&'a Object>, name: &str) -> Option<&'a Node> {
    object?.members.get(name)
}

fn typed(name: &str) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), Value::from(name));
    schema
}

/// One schema for the kinds that meet at a place: one branch for arrays, one for objects, one for
/// all scalars.
fn combine(
    scalars: Kinds,
    array: Option<Map<String, Value>>,
    object: Option<Map<String, Value>>,
) -> Map<String, Value> {
    let mut branches: Vec<Map<String, Value>> = array.into_iter().chain(object).collect();
    let names = scalars.scalar_names();
    if branches.len() == 1
        && (names.is_empty() || names == ["null"])
        && let Some(mut only) = branches.pop()
    {
        if !names.is_empty()
            && let Some(name) = only.get_mut("type")
        {
            *name = Value::Array(vec![name.take(), Value::from("null")]);
        }
        return only;
    }
    if !names.is_empty() {
        let mut schema = Map::new();
        schema.insert("type".to_owned(), one_or_many(&names));
        branches.push(schema);
    }
    if branches.len() == 1 {
        return branches.pop().unwrap_or_default();
    }
    let mut schema = Map::new();
    schema.insert("anyOf".to_owned(), branches.into_iter().map(Value::Object).collect());
    schema
}

fn one_or_many(names: &[&str]) -> Value {
    match names {
        [name] => Value::from(*name),
        _ => names.iter().map(|name| Value::from(*name)).collect(),
    }
}
