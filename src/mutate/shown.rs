//! What the saved examples show at a place: a plain reading of them, apart from any schema.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::contract::BodyExpectation;
use crate::contract::json::{self, kind};
use crate::contract::pointer::{Step, last_step, steps};
use crate::contract::schema::infer::{is_documentation, is_documentation_text};
use crate::contract::sources::Sources;
use crate::placeholder::{self, Kind as Claim};
use crate::plan::{Case, Documented};
use crate::postman::Example;

/// What the examples of each group show. A group is read once, and asked once for each place, however
/// many cases it has.
#[derive(Debug, Default)]
pub struct Witnesses {
    /// By address of the sources, which each group holds so that the address stays its own.
    groups: Mutex<HashMap<usize, Arc<Shown>>>,
}

/// The examples that one schema is about, in file order.
#[derive(Debug)]
pub(super) struct Shown {
    sources: Option<Arc<Sources>>,
    examples: Vec<Shows>,
    absences: Mutex<HashMap<String, Absence>>,
    types: Mutex<HashMap<(String, String), TypeShown>>,
}

#[derive(Debug)]
struct Shows {
    name: String,
    body: Arc<Value>,
    /// What stands under a name that comes again in the same object, by the place of the member.
    hidden: Vec<(String, Value)>,
    is_documentation: bool,
}

/// Why a field may be absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Absence {
    /// Every real example shows the field in every object at the place.
    Never,
    /// This example has an object without it.
    In(String),
    /// Only placeholders and documentation show it.
    Undocumented,
}

/// Whether a value may be of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TypeShown {
    /// The real examples show other types only.
    Never,
    /// This example shows that type.
    In(String),
    /// Null is all that the examples show.
    NullOnly,
    /// Only placeholders and documentation show the place, or one of them claims that type.
    Undocumented,
}

impl Witnesses {
    /// The examples of the case's group.
    pub(super) fn of(&self, case: &Case) -> Arc<Shown> {
        let sources = case.expectation.known.sources.as_ref();
        let at = sources.map_or(0, |sources| Arc::as_ptr(sources).addr());
        // A panic elsewhere leaves the map whole: an entry is either there or not.
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(groups.entry(at).or_insert_with(|| Arc::new(Shown::of(case, sources))))
    }
}

impl Shown {
    fn of(case: &Case, sources: Option<&Arc<Sources>>) -> Self {
        let own =
            Documented { example: Arc::clone(&case.example), expectation: Arc::clone(&case.expectation) };
        // One list has all examples of the item; a case that is not among them is alone.
        let is_listed = case.documented.iter().any(|one| Arc::ptr_eq(&one.expectation, &case.expectation));
        let alone = [own];
        let all = if is_listed { &*case.documented } else { &alone };
        let is_of_group = |one: &&Documented| match (&one.expectation.known.sources, sources) {
            (Some(of_one), Some(sources)) => Arc::ptr_eq(of_one, sources),
            _ => false,
        };
        let listed: Vec<&Documented> = all.iter().filter(is_of_group).collect();
        // What was accepted beside the saved example makes the schema, too, and has no case of its own.
        let is_listed = |example: &Arc<Example>| listed.iter().any(|one| Arc::ptr_eq(&one.example, example));
        let further = sources.iter().flat_map(|sources| sources.examples());
        let further =
            further.filter(|example| !is_listed(example)).filter_map(|example| Shows::further(example));
        let examples = listed.iter().filter_map(|one| Shows::of(one)).chain(further).collect();
        Self { sources: sources.cloned(), examples, absences: Mutex::default(), types: Mutex::default() }
    }

    fn is_map(&self, at: &str) -> bool {
        self.sources.as_ref().is_some_and(|sources| sources.is_map(at))
    }

    fn real(&self) -> impl Iterator<Item = &Shows> {
        self.examples.iter().filter(|example| !example.is_documentation)
    }

    /// Whether the field at a place is always there in the objects that hold it.
    pub(super) fn absence(&self, at: &str) -> Absence {
        once(&self.absences, at.to_owned(), || self.read_absence(at))
    }

    fn read_absence(&self, at: &str) -> Absence {
        let Some((holder, Step::Member(name))) = last_step(at) else { return Absence::Undocumented };
        let (mut objects, mut shown) = (0usize, false);
        for example in self.real() {
            for value in example.values(holder, &|at| self.is_map(at)) {
                match value {
                    Value::Object(members) if members.contains_key(name.as_ref()) => {}
                    Value::Object(_) => return Absence::In(example.name.clone()),
                    // `"<object>"` stands for an object of which nothing is known.
                    other if claim(other).is_some() => return Absence::Undocumented,
                    _ => {}
                }
                objects += 1;
            }
            shown |=
                example.values(at, &|at| self.is_map(at)).into_iter().any(|value| claim(value).is_none());
        }
        if objects == 0 || !shown { Absence::Undocumented } else { Absence::Never }
    }

    /// Whether values at a place are shown to be of a type.
    pub(super) fn has_type(&self, at: &str, wanted: &str) -> TypeShown {
        once(&self.types, (at.to_owned(), wanted.to_owned()), || self.read_type(at, wanted))
    }

    fn read_type(&self, at: &str, wanted: &str) -> TypeShown {
        let (mut claimed, mut kinds) = (false, Vec::new());
        for example in self.real() {
            for value in example.values(at, &|at| self.is_map(at)) {
                if let Some(claim) = claim(value) {
                    claimed |= claims(claim, wanted);
                    continue;
                }
                let shown = kind(value);
                if shown == wanted || shown == "number" && wanted == "integer" {
                    return TypeShown::In(example.name.clone());
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

/// The answer that is known, or the one that is read now.
fn once<K: Eq + Hash, A: Clone>(known: &Mutex<HashMap<K, A>>, question: K, read: impl FnOnce() -> A) -> A {
    // Two that ask at once read the same.
    let found = known.lock().unwrap_or_else(PoisonError::into_inner).get(&question).cloned();
    found.unwrap_or_else(|| {
        let answer = read();
        known.lock().unwrap_or_else(PoisonError::into_inner).insert(question, answer.clone());
        answer
    })
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

impl Shows {
    fn of(documented: &Documented) -> Option<Self> {
        let BodyExpectation::Json { example: Some(body), repeated, .. } = &documented.expectation.body else {
            return None;
        };
        Some(Self::new(&documented.example, Arc::clone(body), !repeated.is_empty()))
    }

    /// An example of the group that no case documents.
    fn further(example: &Example) -> Option<Self> {
        let (body, repeated) = json::parse(example.text()).ok()?;
        Some(Self::new(example, Arc::new(body), !repeated.is_empty()))
    }

    fn new(example: &Example, body: Arc<Value>, repeats: bool) -> Self {
        // A reader that takes the last of a name does not see all.
        let hidden = if repeats { json::overwritten(example.text()).ok() } else { None };
        let is_documentation = match &hidden {
            Some(_) => is_documentation_text(example.text()),
            None => is_documentation(&body),
        };
        Self { name: example.name.clone(), body, hidden: hidden.unwrap_or_default(), is_documentation }
    }

    /// Every value at a place, those under repeated names among them.
    fn values(&self, at: &str, is_map: &dyn Fn(&str) -> bool) -> Vec<&Value> {
        let hidden = self.hidden.iter().filter_map(|(place, value)| {
            let rest = below(at, place)?;
            let holder = at.strip_suffix(rest).unwrap_or_default();
            Some(values(rest, value, &|at| is_map(&format!("{holder}{at}"))))
        });
        values(at, &self.body, is_map).into_iter().chain(hidden.flatten()).collect()
    }
}

/// The rest of a place behind the one that holds it; `{key}` of the place stands for any name.
fn below<'a>(at: &'a str, holder: &str) -> Option<&'a str> {
    let mut rest = at;
    for step in steps(holder) {
        let behind = rest.strip_prefix('/')?;
        let end = behind.find('/').unwrap_or(behind.len());
        let (segment, behind) = behind.split_at(end);
        let here = Step::of(segment);
        if here != step && !matches!((here, step), (Step::AnyKey, Step::Member(_))) {
            return None;
        }
        rest = behind;
    }
    Some(rest)
}

/// Every value at a place; `{key}` stands for every member where `is_map` says that the names are data.
fn values<'v>(at: &str, body: &'v Value, is_map: &dyn Fn(&str) -> bool) -> Vec<&'v Value> {
    let mut found = vec![body];
    let mut end = 0;
    for segment in at.split('/').skip(1) {
        let step = Step::of(segment);
        let any = step == Step::AnyKey && at.get(..end).is_some_and(is_map);
        end += 1 + segment.len();
        found = found
            .into_iter()
            .flat_map(|value| match (&step, value) {
                (Step::Item, Value::Array(items)) => items.iter().collect(),
                (Step::AnyKey, Value::Object(members)) if any => members.values().collect(),
                (Step::Member(name), Value::Object(members)) => {
                    members.get(name.as_ref()).into_iter().collect::<Vec<_>>()
                }
                _ => Vec::new(),
            })
            .collect();
    }
    found
}
