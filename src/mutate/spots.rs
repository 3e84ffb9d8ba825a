//! The places of a body, each class of places once: array positions are `*`, keys of a map `{key}`.

use indexmap::IndexMap;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::contract::json::kind;
use crate::contract::pointer::escape;
use crate::contract::volatile::{is_opaque, is_timestamp};

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
}

/// Every class of places in a body, the root first, holders before what they hold.
pub(super) fn spots(body: &Value) -> Vec<Spot> {
    let mut found = IndexMap::new();
    walk(body, &Way::default(), &mut found);
    found.into_values().collect()
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

fn walk(value: &Value, way: &Way, found: &mut IndexMap<String, Spot>) {
    match found.get_mut(&way.at) {
        Some(spot) if way.is_later => spot.later = Some(way.pointer.clone()),
        Some(_) => {}
        None => {
            let spot =
                Spot { at: way.at.clone(), first: way.pointer.clone(), later: None, is_field: way.is_field };
            found.insert(way.at.clone(), spot);
        }
    }
    match value {
        Value::Object(members) => {
            let map = is_map(members);
            for (name, value) in members {
                let name = escape(name);
                let mut next = way.step(if map { "{key}" } else { &name }, &name);
                next.is_field = !map;
                walk(value, &next, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let mut next = way.step("*", &index.to_string());
                next.is_later |= index > 0;
                walk(item, &next, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether the names of an object are data: all of them what generators write for any name (`key_0`,
/// `additionalProp1`, `property1`); or, with values of one type, numbers (one of them with at least six
/// digits, or several of any length), UUIDs, dates, e-mail addresses or hexadecimal of at least 16.
pub(super) fn is_map(members: &Map<String, Value>) -> bool {
    if members.is_empty() {
        return false;
    }
    if members.keys().all(|name| is_marker(name)) {
        return true;
    }
    let kinds = members.values().map(kind).filter(|kind| *kind != "null");
    let kinds: BTreeSet<&str> = kinds.map(|kind| if kind == "integer" { "number" } else { kind }).collect();
    let digits = members.len() > 1 && members.keys().all(|name| is_digits(name));
    kinds.len() == 1 && (digits || members.keys().all(|name| is_data(name)))
}

fn is_digits(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit())
}

fn is_marker(name: &str) -> bool {
    ["key_", "additionalProp", "property"].iter().any(|start| name.strip_prefix(start).is_some_and(is_digits))
}

fn is_data(name: &str) -> bool {
    let hex = name.len() >= 16
        && name.bytes().all(|b| b.is_ascii_hexdigit())
        && name.bytes().any(|b| b.is_ascii_digit());
    let uuid = name.len() == 36 && name.matches('-').count() == 4 && is_opaque(name);
    let mail = name.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && host.contains('.') && !name.contains(char::is_whitespace)
    });
    name.len() >= 6 && is_digits(name) || hex || uuid || mail || is_timestamp(name)
}
