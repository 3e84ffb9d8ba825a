//! Whether the fields that went and came may be the names of a map that nobody told of: every one of a few
//! short examples looks like a record.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::found::Collector;
use super::show;
use crate::contract::json::kind;
use crate::contract::pointer::{last_step, values_at};
use crate::finding::FindingId;

/// How the hint begins; `uphold diff`, which reads no suite.toml, leaves it out.
pub(crate) const MAY_BE_A_MAP: &str = "if these names are data, say `maps = ";

/// Adds to each field that is gone, where others came in its object and all values of both are of one
/// type, which key of suite.toml says that the names are data.
pub(super) fn hint(example: &Value, body: &Value, found: &mut Collector<'_>) {
    let came: BTreeSet<String> = holders(found, FindingId::BodyFieldAdded);
    for holder in holders(found, FindingId::BodyFieldRemoved).intersection(&came) {
        if may_be_a_map(&objects(holder, example), &objects(holder, body)) {
            let hint = format!("{MAY_BE_A_MAP}{}` for the case in suite.toml", list(holder));
            found.hint(FindingId::BodyFieldRemoved, &show::cut(&hint), |place| {
                last_step(&place.at).is_some_and(|(above, _)| above == holder)
            });
        }
    }
}

/// The list of one pointer, as TOML.
fn list(holder: &str) -> String {
    if holder.contains(['\'', '\n']) {
        Value::from(vec![holder]).to_string()
    } else {
        format!("['{holder}']")
    }
}

/// The places above those of a finding.
fn holders(found: &Collector<'_>, id: FindingId) -> BTreeSet<String> {
    let places = found.places(id);
    places.iter().filter_map(|place| Some(last_step(&place.at)?.0.to_owned())).collect()
}

fn objects<'v>(at: &str, body: &'v Value) -> Vec<&'v Map<String, Value>> {
    values_at(at, body).into_iter().filter_map(Value::as_object).collect()
}

/// Several names, and values of one type, null aside: numbers, or objects with a member in common, …
fn may_be_a_map(example: &[&Map<String, Value>], body: &[&Map<String, Value>]) -> bool {
    let members = || example.iter().chain(body).flat_map(|object| object.iter());
    let values = || members().map(|(_, value)| value).filter(|value| !value.is_null());
    let names: BTreeSet<&String> = members().map(|(name, _)| name).collect();
    let kinds: BTreeSet<&str> =
        values().map(kind).map(|kind| if kind == "integer" { "number" } else { kind }).collect();
    let alike = |first: &Map<String, Value>| {
        first.keys().any(|name| values().all(|value| value.get(name).is_some())) || values().all(is_empty)
    };
    names.len() > 2
        && kinds.len() == 1
        && values().next().is_some_and(|value| value.as_object().is_none_or(alike))
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}
