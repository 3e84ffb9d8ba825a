//! From what was seen to the keywords of a schema.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::kinds::Kinds;
use super::node::{Claimed, Member, Node, Object};
use super::rules::MapRules;
use crate::contract::pointer::Trail;
use crate::redact::{is_credential_name, is_secret_name};

/// Whether what was never seen is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// Members may come, and a list of values only hints.
    Open,
    /// Objects are closed, and lists of values are enums.
    Closed,
}

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
    /// The name of the member, of an item that of its array, of a map's value that of the map.
    name: &'a str,
    /// It stands below a name of credentials: no value of it may be written down.
    in_secret: bool,
    strictness: Strictness,
    /// What a person says of maps, and the way to the place, by which it is looked up.
    rules: &'a MapRules,
    trail: Trail<'a>,
}

/// The schema of the whole body.
pub(super) fn root(real: &Node, doc: &Node, strictness: Strictness, rules: &MapRules) -> Map<String, Value> {
    let there = |node: &&Node| node.n > 0;
    let (real, doc) = (Some(real).filter(there), Some(doc).filter(there));
    let (depth, trail) = (Depth::Root, Trail::ROOT);
    Seen { real, doc, depth, name: "", in_secret: false, strictness, rules, trail }.schema()
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
        combine(kinds, self.hints(real, kinds), array, object)
    }

    /// What the strings have in common, unless a placeholder beside them may stand for any other.
    fn hints(self, real: &Node, kinds: Kinds) -> Map<String, Value> {
        let mut hints = Map::new();
        let free = real.claims.contains(Kinds::STRING) || real.claims.contains(Kinds::ANY);
        let Some(text) = real.text.as_ref().filter(|_| !free) else { return hints };
        let common = text.format().map(|format| ("format", format));
        let digits = || text.is_numeric_id(self.name).then_some(("pattern", "^[0-9]+$"));
        if let Some(hint) = common.or_else(digits) {
            insert_hint(&mut hints, hint);
        }
        let secret = self.in_secret || is_secret_name(self.name);
        if let Some(values) = text.known_values(self.name).filter(|_| !secret) {
            let mut values: Vec<Value> = values.iter().map(|value| Value::from(&**value)).collect();
            // An enum speaks of all values, not only of strings.
            let only_strings = (kinds - (Kinds::STRING | Kinds::NULL)).is_empty() && real.claims.is_empty();
            if self.strictness == Strictness::Open {
                hints.insert("x-known-values".to_owned(), Value::Array(values));
            } else if only_strings && real.items.is_none() && real.object.is_none() {
                values.extend(kinds.contains(Kinds::NULL).then_some(Value::Null));
                hints.insert("enum".to_owned(), Value::Array(values));
            }
        }
        hints
    }

    /// No real value: null at most, and whatever placeholders and documentation claim.
    fn documented(self) -> Map<String, Value> {
        let nodes = || self.real.into_iter().chain(self.doc);
        let (mut kinds, mut claims, mut claimed) = (Kinds::default(), Kinds::default(), Claimed::Nothing);
        for node in nodes() {
            kinds |= node.kinds;
            claims |= node.claims;
            claimed = claimed.and(node.claimed);
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
            let mut hints = Map::new();
            if let Some(format) = claimed.format().filter(|_| !kinds.contains(Kinds::STRING)) {
                insert_hint(&mut hints, ("format", format));
            }
            combine(kinds | (claims - (Kinds::ARRAY | Kinds::OBJECT)), hints, array, object)
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
        let (real, doc) = (self.real.and_then(items), self.doc.and_then(items));
        let seen = Seen { real, doc, depth: Depth::Deeper, trail: self.trail.index(0), ..self };
        let mut array = typed("array");
        if seen.real.is_some() || seen.doc.is_some() {
            array.insert("items".to_owned(), Value::Object(seen.schema()));
        }
        array
    }

    fn object(self) -> Map<String, Value> {
        let real = self.real.and_then(|node| node.object.as_deref());
        let doc = self.doc.and_then(|node| node.object.as_deref());
        let mut object = typed("object");
        if let Some(names) = self.rules.map(real, doc, || self.trail.place().at) {
            if !names.is_empty() {
                object.insert("propertyNames".to_owned(), Value::Object(names));
            }
            object.insert("additionalProperties".to_owned(), Value::Object(self.map_values(real, doc)));
        } else if real.is_some() || doc.is_some() {
            self.members(real, doc, &mut object);
        }
        object
    }

    fn map_values(self, real: Option<&Object>, doc: Option<&Object>) -> Map<String, Value> {
        let values = |object: Option<&Object>| object.map(Object::values).filter(|node| node.n > 0);
        let (real, doc) = (values(real), values(doc));
        let trail = self.trail.map_key("");
        Seen { real: real.as_ref(), doc: doc.as_ref(), depth: Depth::Deeper, trail, ..self }.schema()
    }

    fn members(self, real: Option<&Object>, doc: Option<&Object>, object: &mut Map<String, Value>) {
        let names: BTreeSet<&str> =
            real.into_iter().chain(doc).flat_map(|o| o.members.keys()).map(|name| &**name).collect();
        let in_secret = self.in_secret || is_credential_name(self.name);
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for name in names {
            let (in_real, in_doc) = (member(real, name), member(doc, name));
            let (real_node, doc_node) = (in_real.map(|m| &m.node), in_doc.map(|m| &m.node));
            let (depth, trail) = (self.below(), self.trail.key(name));
            let seen = Seen { real: real_node, doc: doc_node, depth, name, in_secret, trail, ..self };
            let asked = match (real, doc) {
                (Some(real), _) => self.shows_always(in_real, real),
                (None, Some(doc)) => self.documents_always(in_doc, doc),
                (None, None) => false,
            };
            if asked {
                required.push(Value::from(name));
            }
            properties.insert(name.to_owned(), Value::Object(seen.schema()));
        }
        // Also where it is empty: it says that the examples show no member.
        object.insert("properties".to_owned(), Value::Object(properties));
        if !required.is_empty() {
            object.insert("required".to_owned(), Value::Array(required));
        }
        if self.strictness == Strictness::Closed {
            object.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
    }

    fn below(self) -> Depth {
        if self.depth == Depth::Root { Depth::UnderRoot } else { Depth::Deeper }
    }

    /// Whether every real object at the place has the member, and one of them more than a
    /// placeholder for it.
    fn shows_always(self, member: Option<&Member>, object: &Object) -> bool {
        let always = member.is_some_and(|member| member.present == object.n && member.node.is_shown());
        always && !claims_object(self.real)
    }

    /// Whether every documented body has this container, directly under the root.
    fn documents_always(self, member: Option<&Member>, object: &Object) -> bool {
        let is_container = |node: &Node| node.items.is_some() || node.object.is_some();
        let always = member.is_some_and(|m| m.present == object.n && is_container(&m.node));
        self.depth == Depth::Root && always && !claims_object(self.doc)
    }
}

/// Where some body has no more than `<object>`, nothing can be asked of its members.
fn claims_object(node: Option<&Node>) -> bool {
    node.is_some_and(|node| node.claims.contains(Kinds::OBJECT))
}

fn member<'a>(object: Option<&'a Object>, name: &str) -> Option<&'a Member> {
    object?.members.get(name)
}

/// A keyword that a miss of is a warning.
fn insert_hint(schema: &mut Map<String, Value>, (keyword, value): (&str, &str)) {
    schema.insert(keyword.to_owned(), Value::from(value));
    schema.insert("x-level".to_owned(), Value::from("warning"));
}

fn typed(name: &str) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), Value::from(name));
    schema
}

/// One schema for the kinds that meet at a place: one branch for arrays, one for objects, one for
/// all scalars, with what is said of the strings among them.
fn combine(
    scalars: Kinds,
    mut hints: Map<String, Value>,
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
        schema.append(&mut hints);
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
