//! The places of a body, each class of places once: array positions are `*`, keys of a map `{key}`.

use indexmap::IndexMap;
use serde_json::Value;

use crate::contract::pointer::{MAP_KEY, escape, unescape};

/// What stands in a class of places for a member that is named `*`; escaped names have `~` before 0 and 1
/// only.
pub(super) const STAR: &str = "~2";

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

/// The class of a place (as in [`Spot::at`]), in which a member that is named `*` is no position of an array:
/// it is [`STAR`]. `pointer` is one such place.
pub(super) fn class(at: &str, pointer: &str) -> String {
    let mut there = pointer.split('/').skip(1);
    let step = |segment| match there.next() {
        Some("*") if segment == "*" => format!("/{STAR}"),
        _ => format!("/{segment}"),
    };
    at.split('/').skip(1).map(step).collect()
}

/// The name of the member that a segment of a class is.
pub(super) fn name(segment: &str) -> String {
    if segment == STAR { "*".to_owned() } else { unescape(segment) }
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
    at: String,
    class: String,
    pointer: String,
    is_field: bool,
    /// Through an item of an array that is not its first.
    is_later: bool,
}

impl Way {
    /// `any` stands for any segment of its kind.
    fn step(&self, any: Option<&str>, segment: &str) -> Self {
        let class = any.unwrap_or(if segment == "*" { STAR } else { segment });
        Self {
            at: format!("{}/{}", self.at, any.unwrap_or(segment)),
            class: format!("{}/{class}", self.class),
            pointer: format!("{}/{segment}", self.pointer),
            is_field: false,
            is_later: self.is_later,
        }
    }
}

impl Walk<'_> {
    fn value(&mut self, value: &Value, way: &Way) {
        let is_map = value.is_object() && (self.is_map)(&way.at);
        match self.found.get_mut(&way.class) {
            Some(spot) if way.is_later => spot.later = Some(way.pointer.clone()),
            Some(_) => {}
            None => {
                let (at, first) = (way.at.clone(), way.pointer.clone());
                let spot = Spot { at, first, later: None, is_field: way.is_field, is_map };
                self.found.insert(way.class.clone(), spot);
            }
        }
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let name = escape(name);
                    let mut next = way.step(is_map.then_some(MAP_KEY), &name);
                    next.is_field = !is_map;
                    self.value(value, &next);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let mut next = way.step(Some("*"), &index.to_string());
                    next.is_later |= index > 0;
                    self.value(item, &next);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}
