//! The places of a body, each class of places once: array positions are `*`, keys of a map `{key}`.

use indexmap::IndexMap;
use serde_json::Value;

use crate::contract::pointer::{Place, Step};

/// A class of places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    /// As in [`Place::at`].
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
    /// By class.
    found: IndexMap<String, Spot>,
}

/// The way to a place.
#[derive(Debug, Clone, Default)]
struct Way {
    place: Place,
    is_field: bool,
    /// Through an item of an array that is not its first.
    is_later: bool,
}

impl Walk<'_> {
    fn value(&mut self, value: &Value, way: &Way) {
        let at = &way.place.at;
        let is_map = value.is_object() && (self.is_map)(at);
        match self.found.get_mut(at) {
            Some(spot) if way.is_later => spot.later = Some(way.place.concrete.clone()),
            Some(_) => {}
            None => {
                let first = way.place.concrete.clone();
                let spot = Spot { at: at.clone(), first, later: None, is_field: way.is_field, is_map };
                self.found.insert(at.clone(), spot);
            }
        }
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let place = if is_map { way.place.map_key(name) } else { way.place.member(name) };
                    self.value(value, &Way { place, is_field: !is_map, is_later: way.is_later });
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let place = way.place.below(&Step::Item, index);
                    self.value(item, &Way { place, is_field: false, is_later: way.is_later || index > 0 });
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}
