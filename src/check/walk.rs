//! The walk over an answer beside its schema, for what a schema cannot say: members that no
//! example shows, items in an array that was always empty, none in one (or in a map) that never was, words that no
//! list knows, values where only null was known, members known from documentation alone that did not
//! come, and members that only changed their spelling.

use std::collections::{HashMap, HashSet, VecDeque};

use serde_json::{Map, Value};

use super::found::{Collector, Found};
use super::shape::{self, Part};
use super::show;
use crate::contract::pointer::{Place, Step, Trail, last_step, values_at};
use crate::contract::schema::Schema;
use crate::contract::sources::Sources;
use crate::finding::{FindingId, Severity};
use crate::placeholder;

/// What the schema cannot say of this body. `sources` are the examples of the group, that of the case
/// among them.
pub(super) fn check(
    schema: &Schema,
    example: Option<&Value>,
    sources: Option<&Sources>,
    body: &Value,
    found: &mut Collector<'_>,
) {
    let (sizes, listed, members) = (HashMap::new(), HashMap::new(), HashMap::new());
    let mut walk = Walk { schema, example, sources, sizes, listed, members, found };
    walk.value(&shape::root(schema), body, &Trail::ROOT);
}

struct Walk<'a, 'f, 'e> {
    schema: &'a Schema,
    example: Option<&'a Value>,
    sources: Option<&'a Sources>,
    /// By place how many items every documented array has, and how many members every map.
    sizes: HashMap<(FindingId, String), usize>,
    /// By place whether the examples show items there.
    listed: HashMap<String, bool>,
    /// By place the members that the example shows there.
    members: HashMap<String, HashSet<&'a str>>,
    found: &'f mut Collector<'e>,
}

/// Schemas, each with the document that it stands in.
type Schemas<'a> = [(&'a Value, &'a Value)];

impl<'a> Walk<'a, '_, '_> {
    fn value(&mut self, schemas: &Schemas<'a>, value: &Value, trail: &Trail<'_>) {
        if !value.is_null() && !schemas.is_empty() && schemas.iter().all(|(_, schema)| says_nothing(schema)) {
            self.resolved(value, trail);
        }
        match value {
            Value::Object(members) => self.object(&shape::parts(self.schema, schemas), members, trail),
            Value::Array(items) => self.array(&shape::parts(self.schema, schemas), items, trail),
            Value::String(text) => self.word(schemas, text, trail),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn object(&mut self, parts: &[Part<'a>], members: &Map<String, Value>, trail: &Trail<'_>) {
        let described = parts.iter().any(|part| part.has("properties"));
        let open = parts.iter().any(|part| part.has("patternProperties"));
        if members.is_empty() && !described && !open && is_of_entries(parts) {
            self.became_empty(FindingId::BodyMapBecameEmpty, trail);
        }
        for (name, value) in members {
            let (known, named) = shape::of_member(parts, name);
            let here = if named || known.is_empty() { trail.key(name) } else { trail.map_key(name) };
            if known.is_empty() && described && !open {
                if self.is_shown(name, &here, trail) {
                    continue;
                }
                let added = FindingId::BodyFieldAdded;
                self.found.push(Found::new(added, here.place(), "no such member", show::kind(value)));
            } else {
                self.value(&known, value, &here);
            }
        }
        self.absent(parts, members, trail);
    }

    /// Whether the examples show a member that the schema does not describe: a file that a person wrote
    /// need not describe all of them, and one that is old cannot.
    fn is_shown(&mut self, name: &str, here: &Trail<'_>, above: &Trail<'_>) -> bool {
        if self.schema.owner().is_none() {
            return false;
        }
        if let Some(example) = self.example {
            let shown = self.members.entry(above.place().at).or_insert_with_key(|at| {
                values_at(at, example)
                    .into_iter()
                    .filter_map(Value::as_object)
                    .flat_map(Map::keys)
                    .map(String::as_str)
                    .collect()
            });
            if shown.contains(name) {
                return true;
            }
        }
        self.sources.is_some_and(|sources| sources.show(&here.place().at))
    }

    /// A text that is none of the known values. A case whose own example shows a placeholder there
    /// claims no value, and what it shows itself is no news: recordings alone make the list, so a text of
    /// documentation is not in it.
    fn word(&mut self, schemas: &Schemas<'a>, text: &str, trail: &Trail<'_>) {
        if schemas.iter().all(|(_, schema)| !may_list(schema)) {
            return;
        }
        let parts = shape::parts(self.schema, schemas);
        let mut lists = parts.iter().filter_map(|part| part.get("x-known-values")?.as_array()).peekable();
        if lists.peek().is_none() || lists.clone().flatten().any(|known| known == text) {
            return;
        }
        let place = trail.place();
        let shown = self.example.map(|example| values_at(&place.at, example)).unwrap_or_default();
        let is_free = |shown: &str| shown == text || placeholder::recognise(shown).is_some();
        if !shown.iter().any(|value| value.as_str().is_some_and(is_free)) {
            let known = lists.flatten().map(show::value).collect::<Vec<_>>().join(", ");
            let expected = show::cut(&format!("one of the known values {known}"));
            let new =
                Found::new(FindingId::BodyEnumNewValue, place, expected, show::value(&Value::from(text)));
            self.found.push(new.level(Severity::Warning));
        }
    }

    /// A value where the schema knows no type, because the examples have nothing but null.
    fn resolved(&mut self, value: &Value, trail: &Trail<'_>) {
        let Some(example) = self.example else { return };
        let place = trail.place();
        let shown = values_at(&place.at, example);
        if !shown.is_empty() && shown.iter().all(|value| value.is_null()) {
            self.found.push(Found::new(FindingId::BodyNullResolved, place, "null", show::kind(value)));
        }
    }

    /// Members that only documentation shows, and that the example of this case shows in every
    /// object at the place.
    fn absent(&mut self, parts: &[Part<'a>], members: &Map<String, Value>, trail: &Trail<'_>) {
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

    /// Whether the examples show items that the schema of a file says nothing of.
    fn shows_items(&mut self, trail: &Trail<'_>) -> bool {
        if self.schema.owner().is_none() {
            return false;
        }
        let at = format!("{}/{}", trail.place().at, Step::Item);
        *self.listed.entry(at).or_insert_with_key(|at| {
            self.example.is_some_and(|example| !values_at(at, example).is_empty())
                || self.sources.is_some_and(|sources| sources.show(at))
        })
    }

    fn array(&mut self, parts: &[Part<'a>], items: &[Value], trail: &Trail<'_>) {
        let schemas: Vec<(&Value, &Value)> =
            parts.iter().filter_map(|part| Some(part.below(part.get("items")?))).collect();
        let always_empty = parts.iter().any(|part| allows_array(part.schema))
            && parts.iter().all(|part| !part.has("items") && !part.has("prefixItems"));
        if always_empty && !items.is_empty() && !self.shows_items(trail) {
            let actual = show::counted(items.len(), "item");
            self.found.push(Found::new(FindingId::BodyArrayFirstItems, trail.place(), "no items", actual));
        }
        let documented = schemas.iter().any(|(_, schema)| schema.get("x-from").is_some());
        if items.is_empty() && !always_empty && !documented {
            self.became_empty(FindingId::BodyArrayBecameEmpty, trail);
        }
        if !schemas.is_empty() {
            for (index, item) in items.iter().enumerate() {
                self.value(&schemas, item, &trail.index(index));
            }
        }
    }

    /// Nothing is in an array or a map, and every example of the group shows something in every one at the place.
    /// (In documentation that means nothing: generators write two of every item.)
    fn became_empty(&mut self, id: FindingId, trail: &Trail<'_>) {
        let Some(example) = self.example else { return };
        let place = trail.place();
        // An answer may have an empty one in each of its many items.
        let least = if let Some(known) = self.sizes.get(&(id, place.at.clone())) {
            *known
        } else {
            let own =
                values_at(&place.at, example).into_iter().map(|value| size(id, value)).min().unwrap_or(0);
            let elsewhere = || self.sources.is_some_and(|sources| sources.show_empty(&place.at));
            let least = if own > 0 && elsewhere() { 0 } else { own };
            self.sizes.insert((id, place.at.clone()), least);
            least
        };
        if least > 0 {
            let (one, none) = match id {
                FindingId::BodyMapBecameEmpty => ("key", "no keys"),
                _ => ("item", "no items"),
            };
            let found = Found::new(id, place, show::counted(least, one), none);
            self.found.push(found.level(Severity::Warning));
        }
    }
}

/// How many items an array has, or how many members an object, by what is asked for.
fn size(id: FindingId, value: &Value) -> usize {
    match (id, value) {
        (FindingId::BodyMapBecameEmpty, Value::Object(members)) => members.len(),
        (FindingId::BodyArrayBecameEmpty, Value::Array(items)) => items.len(),
        _ => 0,
    }
}

/// Whether an object without members is a map in which something could be: of one that must have some
/// (`minProperties`) the schema speaks itself, and documentation shows entries that nobody ever saw.
fn is_of_entries(parts: &[Part<'_>]) -> bool {
    let speaks = |part: &Part<'_>| part.has("minProperties");
    let shown = |schema: &Value| schema.is_object() && schema.get("x-from").is_none();
    parts.iter().any(|part| part.get("additionalProperties").is_some_and(shown)) && !parts.iter().any(speaks)
}

/// Whether a schema, or one that it brings in, may know the values of a place.
fn may_list(schema: &Value) -> bool {
    let brings = |keyword: &String| {
        matches!(
            keyword.as_str(),
            "x-known-values" | "$ref" | "allOf" | "anyOf" | "oneOf" | "if" | "then" | "else"
        )
    };
    schema.as_object().is_some_and(|schema| schema.keys().any(brings))
}

/// The empty schema.
fn says_nothing(schema: &Value) -> bool {
    schema.as_object().is_some_and(Map::is_empty)
}

fn required(parts: &[Part<'_>], name: &str) -> bool {
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
        let name =
            last_step(&new.at).and_then(|(_, step)| step.name().map(str::to_owned)).unwrap_or_default();
        let actual = show::cut(&format!("`{name}`"));
        found.push(Found::new(FindingId::BodyFieldRenamed, place, expected, actual));
    }
}

/// Where a member stands, and its name without case, `_` and `-`.
fn spelling(place: &Place) -> (String, String) {
    let Some((above, step)) = last_step(&place.at) else { return Default::default() };
    let letters = step.name().unwrap_or_default().chars().filter(|c| !matches!(c, '_' | '-'));
    (above.to_owned(), letters.flat_map(char::to_lowercase).collect())
}
