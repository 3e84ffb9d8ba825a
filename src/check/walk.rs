//! The walk over an answer beside its schema, for what a schema cannot say: members that no
//! example shows, items in an array that was always empty, none in one that never was, members
//! known from documentation alone that did not come, and members that only changed their spelling.

use std::collections::{HashMap, HashSet, VecDeque};

use serde_json::{Map, Value};

use super::found::{Collector, Found};
use super::show;
use crate::contract::pointer::{Place, Trail, unescape, values_at};
use crate::contract::schema::Schema;
use crate::finding::{FindingId, Severity};

/// How many references and branches are followed at one place before the walk stops looking.
const MOST_PARTS: usize = 64;

/// What the schema cannot say of this body.
pub(super) fn check(schema: &Schema, example: Option<&Value>, body: &Value, found: &mut Collector<'_>) {
    let mut walk = Walk { document: &schema.document, example, found };
    walk.value(&[&schema.document], body, &Trail::ROOT);
}

struct Walk<'a, 'f, 'e> {
    document: &'a Value,
    example: Option<&'a Value>,
    found: &'f mut Collector<'e>,
}

impl<'a> Walk<'a, '_, '_> {
    fn value(&mut self, schemas: &[&'a Value], value: &Value, trail: &Trail<'_>) {
        match value {
            Value::Object(members) => self.object(&self.parts(schemas), members, trail),
            Value::Array(items) => self.array(&self.parts(schemas), items, trail),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn object(&mut self, parts: &[&'a Map<String, Value>], members: &Map<String, Value>, trail: &Trail<'_>) {
        let described = parts.iter().any(|part| part.contains_key("properties"));
        let open = parts.iter().any(|part| part.contains_key("patternProperties"));
        let values: Vec<&Value> = parts
            .iter()
            .flat_map(|part| [part.get("additionalProperties"), part.get("unevaluatedProperties")])
            .flatten()
            .filter(|schema| schema.is_object())
            .collect();
        for (name, value) in members {
            let mut known = properties(parts, name);
            if known.is_empty() {
                known.clone_from(&values);
            }
            if known.is_empty() && described && !open {
                let place = trail.key(name).place();
                self.found.push(Found::new(
                    FindingId::BodyFieldAdded,
                    place,
                    "no such member",
                    show::kind(value),
                ));
            } else {
                self.value(&known, value, &trail.key(name));
            }
        }
        self.absent(parts, members, trail);
    }

    /// Members that only documentation shows, and that the example of this case shows in every
    /// object at the place.
    fn absent(&mut self, parts: &[&'a Map<String, Value>], members: &Map<String, Value>, trail: &Trail<'_>) {
        let Some(example) = self.example else { return };
        let all = parts.iter().filter_map(|part| part.get("properties")?.as_object()).flatten();
        for (name, schema) in all {
            if schema.get("x-from").is_none() || members.contains_key(name) || required(parts, name) {
                continue;
            }
            let here = trail.place();
            let shown = values_at(&here.at, example);
            if !shown.is_empty() && shown.iter().all(|object| object.get(name).is_some()) {
                let place = here.member(name);
                let expected = format!("`{name}`");
                self.found.push(Found::new(
                    FindingId::BodyFieldUndocumentedAbsence,
                    place,
                    expected,
                    "absent",
                ));
            }
        }
    }

    fn array(&mut self, parts: &[&'a Map<String, Value>], items: &[Value], trail: &Trail<'_>) {
        let schemas: Vec<&Value> = parts.iter().filter_map(|part| part.get("items")).collect();
        let always_empty = parts.iter().any(|part| allows_array(part))
            && parts.iter().all(|part| !part.contains_key("items") && !part.contains_key("prefixItems"));
        if always_empty && !items.is_empty() {
            let actual = show::counted(items.len(), "item");
            self.found.push(Found::new(FindingId::BodyArrayFirstItems, trail.place(), "no items", actual));
        }
        let documented = schemas.iter().any(|schema| schema.get("x-from").is_some());
        if items.is_empty() && !always_empty && !documented {
            self.became_empty(trail);
        }
        if !schemas.is_empty() {
            for (index, item) in items.iter().enumerate() {
                self.value(&schemas, item, &trail.index(index));
            }
        }
    }

    /// No item came, and the example of this case shows some in every array at the place. (In
    /// documentation that means nothing: generators write two of every item.)
    fn became_empty(&mut self, trail: &Trail<'_>) {
        let Some(example) = self.example else { return };
        let place = trail.place();
        let shown = values_at(&place.at, example);
        let least = shown.iter().map(|value| value.as_array().map_or(0, Vec::len)).min().unwrap_or(0);
        if least > 0 {
            let expected = show::counted(least, "item");
            let found = Found::new(FindingId::BodyArrayBecameEmpty, place, expected, "no items");
            self.found.push(found.level(Severity::Warning));
        }
    }

    /// The schemas and everything that they bring in: references within the document and branches.
    fn parts(&self, schemas: &[&'a Value]) -> Vec<&'a Map<String, Value>> {
        let mut parts: Vec<&'a Map<String, Value>> = Vec::new();
        let mut rest: Vec<&'a Value> = schemas.to_vec();
        while let Some(schema) = rest.pop() {
            let Some(schema) = schema.as_object() else { continue };
            if parts.iter().any(|known| std::ptr::eq(*known, schema)) || parts.len() == MOST_PARTS {
                continue;
            }
            parts.push(schema);
            let target = schema.get("$ref").and_then(Value::as_str).and_then(|uri| uri.strip_prefix('#'));
            rest.extend(target.and_then(|pointer| self.document.pointer(pointer)));
            for keyword in ["allOf", "anyOf", "oneOf"] {
                rest.extend(schema.get(keyword).and_then(Value::as_array).into_iter().flatten());
            }
            rest.extend(["if", "then", "else"].into_iter().filter_map(|keyword| schema.get(keyword)));
        }
        parts
    }
}

fn properties<'a>(parts: &[&'a Map<String, Value>], name: &str) -> Vec<&'a Value> {
    parts.iter().filter_map(|part| part.get("properties")?.get(name)).collect()
}

fn required(parts: &[&Map<String, Value>], name: &str) -> bool {
    let lists = parts.iter().filter_map(|part| part.get("required")?.as_array());
    lists.flatten().any(|required| required == name)
}

fn allows_array(schema: &Map<String, Value>) -> bool {
    match schema.get("type") {
        Some(Value::String(name)) => name == "array",
        Some(Value::Array(names)) => names.iter().any(|name| name == "array"),
        _ => false,
    }
}

/// A required member that is gone, and a new one beside it whose name differs only in case, `_`
/// and `-`: renamed, instead of both.
pub(super) fn join_renamed(found: &mut Collector<'_>) {
    // By spelling, so that an answer of many members costs no more than it has members.
    let mut free: HashMap<(String, String), VecDeque<Place>> = HashMap::new();
    for new in found.places(FindingId::BodyFieldAdded) {
        free.entry(spelling(&new)).or_default().push_back(new);
    }
    let mut renamed: HashMap<String, Place> = HashMap::new();
    for old in found.places(FindingId::BodyFieldRemoved) {
        if let Some(new) = free.get_mut(&spelling(&old)).and_then(VecDeque::pop_front) {
            renamed.insert(old.at, new);
        }
    }
    if renamed.is_empty() {
        return;
    }
    let taken: HashSet<&str> = renamed.values().map(|new| new.at.as_str()).collect();
    found.take(FindingId::BodyFieldAdded, |place| taken.contains(place.at.as_str()));
    let removed = found.take(FindingId::BodyFieldRemoved, |place| renamed.contains_key(&place.at));
    for Found { place, expected, .. } in removed {
        let Some(new) = renamed.get(&place.at) else { continue };
        let name = unescape(new.at.rsplit('/').next().unwrap_or_default());
        let actual = show::cut(&format!("`{name}`"));
        found.push(Found::new(FindingId::BodyFieldRenamed, place, expected, actual));
    }
}

/// Where a member stands, and its name without case, `_` and `-`.
fn spelling(place: &Place) -> (String, String) {
    let (above, name) = place.at.rsplit_once('/').unwrap_or_default();
    let letters = name.chars().filter(|c| !matches!(c, '_' | '-'));
    (above.to_owned(), letters.flat_map(char::to_lowercase).collect())
}
