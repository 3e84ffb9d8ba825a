//! What the saved examples show at a place: a plain reading of them, apart from any schema.

use std::sync::Arc;

use serde_json::Value;

use crate::contract::json::{self, kind};
use crate::contract::pointer::unescape;
use crate::contract::schema::infer::is_documentation;
use crate::contract::{BodyExpectation, Expectation};
use crate::placeholder::{self, Kind as Claim};
use crate::plan::Case;
use crate::postman::Example;

/// The examples that one schema is about: those of the item with the same status and outcome, the
/// case's own first.
pub(super) struct Shown<'c> {
    examples: Vec<Shows<'c>>,
}

struct Shows<'c> {
    name: &'c str,
    body: &'c Value,
    /// What stands under a name that comes again in the same object, by the place of the member.
    hidden: Vec<(String, Value)>,
    is_documentation: bool,
}

/// Why a field may be absent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Absence<'c> {
    /// Every real example shows the field in every object at the place.
    Never,
    /// This example has an object without it.
    In(&'c str),
    /// Only placeholders and documentation show it.
    Undocumented,
}

/// Whether a value may be of a type.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TypeShown<'c> {
    /// The real examples show other types only.
    Never,
    /// This example shows that type.
    In(&'c str),
    /// Null is all that the examples show.
    NullOnly,
    /// Only placeholders and documentation show the place, or one of them claims that type.
    Undocumented,
}

impl<'c> Shown<'c> {
    pub(super) fn of(case: &'c Case) -> Self {
        let own = (&*case.example, &*case.expectation);
        let siblings = case.siblings().map(|other| (&*other.example, &*other.expectation));
        let group = siblings.filter(|(_, other)| is_of_group(&case.expectation, other));
        let shows = |(example, expectation): (&'c Example, &'c Expectation)| match &expectation.body {
            BodyExpectation::Json { example: Some(body), repeated, .. } => Some(Shows {
                name: &example.name,
                body,
                hidden: if repeated.is_empty() { Vec::new() } else { hidden(example) },
                is_documentation: is_documentation(body),
            }),
            _ => None,
        };
        Self { examples: std::iter::once(own).chain(group).filter_map(shows).collect() }
    }

    fn real(&self) -> impl Iterator<Item = &Shows<'c>> {
        self.examples.iter().filter(|example| !example.is_documentation)
    }

    /// Whether the member `name` of the objects at a place is always there.
    pub(super) fn absence(&self, holder: &str, name: &str) -> Absence<'c> {
        let (mut objects, mut shown) = (0usize, false);
        for example in self.real() {
            for value in example.values(holder) {
                match value {
                    Value::Object(members) => match members.get(name) {
                        Some(value) => shown |= claim(value).is_none(),
                        None => return Absence::In(example.name),
                    },
                    // `"<object>"` stands for an object of which nothing is known.
                    other if claim(other).is_some() => return Absence::Undocumented,
                    _ => {}
                }
                objects += 1;
            }
        }
        if objects == 0 || !shown { Absence::Undocumented } else { Absence::Never }
    }

    /// Whether values at a place are shown to be of a type.
    pub(super) fn has_type(&self, at: &str, wanted: &str) -> TypeShown<'c> {
        let (mut claimed, mut kinds) = (false, Vec::new());
        for example in self.real() {
            for value in example.values(at) {
                if let Some(claim) = claim(value) {
                    claimed |= claims(claim, wanted);
                    continue;
                }
                let shown = kind(value);
                if shown == wanted || shown == "number" && wanted == "integer" {
                    return TypeShown::In(example.name);
                }
                kinds.push(shown);
            }
        }
        if claimed || kinds.is_empty() {
            return TypeShown::Undocumented;
        }
        if kinds.iter().all(|kind| *kind == "null") { TypeShown::NullOnly } else { TypeShown::Never }
    }
}

/// Documentation whose schema real bodies would refute has one of its own: the examples that share
/// the schema are those that say something of the place.
fn is_of_group(own: &Expectation, other: &Expectation) -> bool {
    own.status == other.status
        && own.outcome == other.outcome
        && match (&own.body, &other.body) {
            (BodyExpectation::Json { schema: own, .. }, BodyExpectation::Json { schema: other, .. }) => {
                Arc::ptr_eq(own, other)
            }
            _ => false,
        }
}

fn claim(value: &Value) -> Option<Claim> {
    placeholder::recognise(value.as_str()?)
}

fn claims(claim: Claim, wanted: &str) -> bool {
    match claim {
        Claim::Unknown => true,
        Claim::String(_) => wanted == "string",
        Claim::Integer => wanted == "integer",
        Claim::Number => wanted == "number" || wanted == "integer",
        Claim::Boolean => wanted == "boolean",
        Claim::Array => wanted == "array",
        Claim::Object => wanted == "object",
    }
}

/// The values that a reader which takes the last of a name does not see.
fn hidden(example: &Example) -> Vec<(String, Value)> {
    let text = example.body.as_deref().unwrap_or_default().trim_start_matches('\u{feff}');
    json::overwritten(text).unwrap_or_default()
}

impl Shows<'_> {
    /// Every value at a place, those under repeated names among them.
    fn values(&self, at: &str) -> Vec<&Value> {
        let hidden = self.hidden.iter().filter_map(|(place, value)| Some(values(below(at, place)?, value)));
        values(at, self.body).into_iter().chain(hidden.flatten()).collect()
    }
}

/// The rest of a place behind the one that holds it; `*` and `{key}` of the place stand for any name.
fn below<'a>(at: &'a str, holder: &str) -> Option<&'a str> {
    let mut rest = at;
    for name in holder.split('/').skip(1) {
        rest = rest.strip_prefix('/')?;
        let end = rest.find('/').unwrap_or(rest.len());
        let (segment, behind) = rest.split_at(end);
        if segment != name && segment != "{key}" {
            return None;
        }
        rest = behind;
    }
    Some(rest)
}

/// Every value at a place; `*` stands for every item, `{key}` for every member.
fn values<'v>(at: &str, body: &'v Value) -> Vec<&'v Value> {
    let mut found = vec![body];
    for segment in at.split('/').skip(1) {
        let name = unescape(segment);
        found = found
            .into_iter()
            .flat_map(|value| match (segment, value) {
                ("*", Value::Array(items)) => items.iter().collect(),
                ("{key}", Value::Object(members)) => members.values().collect(),
                (_, Value::Object(members)) => members.get(&name).into_iter().collect::<Vec<_>>(),
                _ => Vec::new(),
            })
            .collect();
    }
    found
}
