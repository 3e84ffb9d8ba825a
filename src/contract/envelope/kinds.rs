//! Errors inside of a success that no envelope rule knows, recognised beside the other examples of the same
//! request and status: `[{"error": …}]` beside `[{"success": …}]`, `error_response` beside `x_get_response`.
//!
//! Two examples are of two kinds where each has members that the other lacks, at the root, in what alone is
//! there, or in an item of a list, and they share none but those of envelopes: what shares a member of its own is
//! a variant of one thing. One of them is an error where a member of its own has the name of an error
//! and says something, and no example of the other kind has one; or where its name says that it is one, and
//! a text of its own complains. A name alone makes no error, and neither does a member that came in addition.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use serde_json::{Map, Value};

use super::names::{IDENTITIES, complains, is_of_envelope, plain};
use super::{Outcome, Reading};
use crate::contract::pointer::escape;
use crate::contract::volatile::words;

/// Words of the names of members that hold an error.
const ERRORS: [&str; 8] = ["err", "error", "errors", "fault", "faults", "exception", "failure", "failures"];

/// Parts of the names of examples that say that the request failed.
const FAILED: [&str; 16] = [
    "error",
    "fail",
    "invalid",
    "unauthori",
    "forbidden",
    "denied",
    "not found",
    "missing",
    "bad request",
    "expired",
    "exceed",
    "refused",
    "rejected",
    "unknown",
    "wrong",
    "too many",
];

/// Below this many objects with one member each nothing is looked for.
const WRAPS: usize = 3;

/// An error of another kind that an example of the group documents.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rival {
    /// The member that only this kind has.
    at: String,
    /// What the successes have and this kind lacks.
    lacks: BTreeSet<String>,
}

/// The kinds of one group of examples.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Kin {
    rivals: Vec<Rival>,
}

impl Kin {
    /// The place by which a body is of the kind of a documented error: it has the member of that, and in the
    /// same object none of those that only the successes have.
    pub(crate) fn fails_at(&self, body: &Value) -> Option<&str> {
        let is_of = |rival: &&Rival| {
            let all = shapes(body);
            all.iter().any(|shape| shape.has_told(&rival.at) && shape.names.is_disjoint(&rival.lacks))
        };
        self.rivals.iter().find(is_of).map(|rival| rival.at.as_str())
    }
}

/// The members of one object by which kinds differ, and what they hold.
struct Shape<'a> {
    names: BTreeSet<String>,
    members: Vec<(String, &'a str, &'a Value)>,
}

impl<'a> Shape<'a> {
    fn new() -> Self {
        Self { names: BTreeSet::new(), members: Vec::new() }
    }

    fn add(&mut self, at: &str, object: &'a Map<String, Value>) {
        for (name, value) in object {
            let place = format!("{at}/{}", escape(name));
            self.names.insert(place.clone());
            self.members.push((place, name, value));
        }
    }

    fn has_told(&self, at: &str) -> bool {
        self.members.iter().any(|(place, _, value)| place == at && says_something(value))
    }

    /// The first member that holds an error, among these.
    fn error(&self, among: &BTreeSet<String>) -> Option<&str> {
        let holds = |(place, name, value): &&(String, &str, &Value)| {
            among.contains(place) && names_error(name) && says_something(value)
        };
        self.members.iter().find(holds).map(|(place, ..)| place.as_str())
    }

    fn complains(&self) -> bool {
        let text = |value: &Value| value.as_str().is_some_and(complains);
        self.members.iter().any(|(.., value)| text(value))
    }
}

/// The objects of a body that show its kind: the root with what is alone in it, or each item of a list.
fn shapes(body: &Value) -> Vec<Shape<'_>> {
    let objects: Vec<(&str, &Map<String, Value>)> = match body {
        Value::Object(root) => vec![("", root)],
        Value::Array(items) => items.iter().filter_map(Value::as_object).map(|item| ("/*", item)).collect(),
        _ => Vec::new(),
    };
    let mut shapes = Vec::new();
    for (at, object) in objects {
        let (mut at, mut here) = (at.to_owned(), object);
        let mut shape = Shape::new();
        shape.add(&at, here);
        for _ in 0..WRAPS {
            let only = here.iter().next().filter(|_| here.len() == 1);
            let Some((name, Value::Object(inner))) = only else { break };
            at = format!("{at}/{}", escape(name));
            shape.add(&at, inner);
            here = inner;
        }
        shapes.push(shape);
    }
    shapes
}

fn names_error(name: &str) -> bool {
    words(name).iter().any(|word| ERRORS.contains(&word.as_str()))
}

/// Whether the name of an example says that the request failed: by a word, or by a status.
fn tells_failure(name: &str) -> bool {
    let lower = name.to_lowercase();
    let is_status =
        |word: &str| word.len() == 3 && word.starts_with(['4', '5']) && word.parse::<u16>().is_ok();
    FAILED.iter().any(|part| lower.contains(part))
        || lower.split(|c: char| !c.is_ascii_alphanumeric()).any(is_status)
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) => true,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// Whether a member is one of a thing: neither what is wrapped around all the rest, nor one that envelopes have
/// beside success and failure alike.
fn is_of_things(at: &str, all: &BTreeSet<String>) -> bool {
    let wraps = all.iter().any(|other| other.strip_prefix(at).is_some_and(|rest| rest.starts_with('/')));
    let name = at.rsplit('/').next().unwrap_or_default();
    let of_envelope =
        plain(name).is_some_and(|plain| is_of_envelope(&plain) && !IDENTITIES.contains(&plain.as_str()));
    !wraps && !of_envelope
}

/// The kind of one example beside a success: what it alone has, and lacks.
fn rival(name: &str, body: &Value, (other_name, other): (&str, &Value)) -> Option<Rival> {
    let success: BTreeSet<String> = shapes(other).into_iter().flat_map(|shape| shape.names).collect();
    let succeeds = shapes(other).iter().all(|shape| shape.error(&shape.names).is_none());
    shapes(body).iter().find_map(|shape| {
        let own: BTreeSet<String> = shape.names.difference(&success).cloned().collect();
        let lacks: BTreeSet<String> = success.difference(&shape.names).cloned().collect();
        let shares = shape.names.intersection(&success).any(|at| is_of_things(at, &shape.names));
        if own.is_empty() || lacks.is_empty() || shares {
            return None;
        }
        let by_member = shape.error(&own).filter(|_| succeeds);
        let is_told = || tells_failure(name) && !tells_failure(other_name) && shape.complains();
        let first = || own.iter().find(|at| shape.has_told(at)).map(String::as_str);
        let at = by_member.or_else(|| is_told().then(first)?)?.to_owned();
        Some(Rival { at, lacks })
    })
}

/// Reads the examples of each group beside each other. A row has its group, and name and body where it is read
/// as a success. Gives the kinds of each group, and of each row the reading where it is an error.
pub(in crate::contract) fn read_kinds<'a, K: Copy + Eq + Hash>(
    rows: impl Iterator<Item = (K, Option<(&'a str, &'a Value)>)>,
) -> (HashMap<K, Kin>, Vec<Option<Reading>>) {
    let rows: Vec<_> = rows.collect();
    let mut groups: HashMap<K, Vec<(&str, &Value)>> = HashMap::new();
    for (key, row) in &rows {
        groups.entry(*key).or_default().extend(row);
    }
    let mut kin: HashMap<K, Kin> = HashMap::new();
    let mut readings = Vec::new();
    for (key, row) in &rows {
        let others = groups.get(key).filter(|all| all.len() > 1);
        let found = row
            .zip(others)
            .and_then(|((name, body), others)| others.iter().find_map(|other| rival(name, body, *other)));
        readings.push(found.as_ref().map(|rival| Reading {
            outcome: Outcome::Error,
            code: None,
            said_at: Some(rival.at.clone()),
        }));
        if let Some(rival) = found {
            let known = &mut kin.entry(*key).or_default().rivals;
            if !known.contains(&rival) {
                known.push(rival);
            }
        }
    }
    (kin, readings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kinds(rows: &[(&str, Value)]) -> Vec<Option<String>> {
        let rows = rows.iter().map(|(name, body)| ((), Some((*name, body))));
        read_kinds(rows).1.into_iter().map(|reading| reading?.said_at).collect()
    }

    #[test]
    fn an_error_of_a_form_of_its_own() {
        for (success, failure, at) in [
            (
                json!([{"success": {"/lights/1": true}}]),
                json!([{"error": {"type": 201, "description": "not modifiable"}}]),
                "/*/error",
            ),
            (
                json!([{"success": {"a": 1}}]),
                json!([{"success": {"a": 1}}, {"error": {"type": 201}}]),
                "/*/error",
            ),
            (json!({"x_response": {"n": 1}}), json!({"error_response": {"n": 15}}), "/error_response"),
            (json!({"r": {"n": 1}}), json!({"r": {"Fault": {"why": "x"}}}), "/r/Fault"),
        ] {
            assert_eq!(kinds(&[("a", success.clone()), ("b", failure.clone())]), [None, Some(at.to_owned())]);
            assert_eq!(kinds(&[("b", failure.clone()), ("a", success)]), [Some(at.to_owned()), None]);
        }
        let told = kinds(&[
            ("Session", json!({"session": {"n": 1}})),
            ("Invalid token", json!({"say": "the token is invalid"})),
        ]);
        assert_eq!(told, [None, Some("/say".to_owned())]);
    }

    #[test]
    fn variants_of_data_are_of_one_kind() {
        for rows in [
            [("a", json!({"user": 1})), ("b", json!({"group": 1}))],
            [("a", json!({"user": 1})), ("Not found", json!({"user": 1, "hint": "it is not there"}))],
            [("a", json!({"user": 1})), ("Invalid filter", json!({"rows": []}))],
            [("a", json!({"user": 1})), ("b", json!({"user": 1, "error": null}))],
            [("ok", json!({"vin": 1, "km": 3})), ("with fault", json!({"vin": 2, "fault": "P0300"}))],
            [("a", json!({"id": 1, "score": 9})), ("with failures", json!({"id": 2, "failures": ["x"]}))],
            [("a", json!({"id": 1, "error": "x"})), ("b", json!({"id": 2, "errors": ["x"]}))],
        ] {
            assert_eq!(kinds(&rows), [None, None], "{rows:?}");
        }
    }
}
