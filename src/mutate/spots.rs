//! The places of a body, each class of places once: array positions are `*`, keys of a map `{key}`.

use indexmap::IndexMap;
use serde_json::Value;

use crate::contract::pointer::escape;

/// A class of places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    /// With `*` and `{key}`.
    pub(super) at: String,
    /// The first such place, as a JSON pointer.
    pub(super) first: String,
    /// The last one, where it lies in a later item of an array.
    pub(super) later: Option<String>,
    /// Whether it is a member of an object whose names are fixed.
    pub(super) is_field: bool,
    /// Whether the names of an object there are data.
    pub(super) is_map: bool,
}

/// Every class of places in a body, the root first, holders before what they hold. `is_map` says at
/// which places the names of objects are data.
pub(super) fn spots(body: &Value, is_map: &dyn Fn(&str) -> bool) -> Vec<Spot> {
    let mut walk = Walk { is_map, found: IndexMap::new() };
    walk.value(body, &Way::default());
    walk.found.into_values().collect()
}

struct Walk<'m> {
    is_map: &'m dyn Fn(&str) -> bool,
    found: IndexMap<String, Spot>,
}

/// The way to a place.
#[derive(Debug, Clone, Default)]
struct Way {
    at: String,
    pointer: String,
    is_field: bool,
    /// Through an item of an array that is not its first.
    is_later: bool,
}

impl Way {
    fn step(&self, class: &str, segment: &str) -> Self {
        Self {
            at: format!("{}/{class}", self.at),
            pointer: format!("{}/{segment}", self.pointer),
            is_field: false,
            is_later: self.is_later,
        }
    }
}

impl Walk<'_> {
    fn value(&mut self, value: &Value, way: &Way) {
        let is_map = value.is_object() && (self.is_map)(&way.at);
        match self.found.get_mut(&way.at) {
            Some(spot) if way.is_later => spot.later = Some(way.pointer.clone()),
            Some(_) => {}
            None => {
                let (at, first) = (way.at.clone(), way.pointer.clone());
                let spot = Spot { at, first, later: None, is_field: way.is_field, is_map };
                self.found.insert(way.at.clone(), spot);
            }
        }
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let name = escape(name);
                    let mut next = way.step(if is_map { "{key}" } else { &name }, &name);
                    next.is_field = !is_map;
                    self.value(value, &next);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let mut next = way.step("*", &index.to_string());
                    next.is_later |= index > 0;
                    self.value(item, &next);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}
