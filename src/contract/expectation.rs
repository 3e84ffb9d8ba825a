//! From an example to what its answer must be.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::body::{self, SavedBody};
use super::envelope::{self, Outcome, Reading, ResultCode};
use super::headers::{self, HeaderExpectation};
use super::schema::Schema;
use super::schema::infer::{self, Accumulator};
use super::schema::store::{Broken, Store};
use crate::message::{Headers, MediaType};
use crate::placeholder::{self, Filler};
use crate::postman::Example;
use crate::suite::{CaseSettings, Compare, HeaderRules, SchemaFile, Settings, SeverityTable, Suite};

/// Why a contract cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// A schema file that is no JSON Schema, or refers to something outside of it.
    #[error("{}: {why}", file.display())]
    Schema {
        /// The file.
        file: PathBuf,
        /// What is wrong, with the place.
        why: String,
    },
}

/// What the answer to one case must be. Immutable, shared between threads.
#[derive(Debug)]
pub struct Expectation {
    /// The status.
    pub status: u16,
    /// Success or error.
    pub outcome: Outcome,
    /// The result code and where it stands.
    pub code: Option<ResultCode>,
    /// The media type; `None` where the example has none, or no body.
    pub media_type: Option<MediaType>,
    /// The header fields that are looked at; where there is none, the example's headers were not
    /// recorded, and new ones are no news.
    pub headers: Vec<HeaderExpectation>,
    /// The body.
    pub body: BodyExpectation,
    /// How much is compared.
    pub compare: Compare,
    /// Pointers (with `*`) whose values are free.
    pub volatile: Vec<String>,
    /// Pointers of arrays whose order is free.
    pub unordered: Vec<String>,
    /// Pointers at and below which nothing is checked.
    pub ignore: Vec<String>,
    /// Levels of suite.toml.
    pub severity: Arc<SeverityTable>,
}

/// What the body must be.
#[derive(Debug)]
pub enum BodyExpectation {
    /// JSON that a schema accepts; `example` is the saved body, for comparing values.
    Json {
        /// The schema.
        schema: Arc<Schema>,
        /// The saved body; `None` where there is a schema file, but no JSON in the example.
        example: Option<Arc<Value>>,
    },
    /// Well-formed XML with this root element (namespace prefix kept).
    Xml {
        /// The name of the root element.
        root: String,
        /// The saved text, where values are compared.
        text: Option<Arc<str>>,
    },
    /// Some text or bytes that are not looked into.
    Opaque {
        /// The saved text, where values are compared.
        text: Option<Arc<str>>,
    },
    /// No body.
    Empty,
    /// Nothing is said of the body (the example's is null, or the method or status has none).
    Any,
}

/// The contracts of one suite.
///
/// Every saved body is parsed once; the schema of a group (item, status, outcome) is inferred
/// once, and equal schemas are one.
#[derive(Debug)]
pub struct Contracts {
    store: Result<Store, Broken>,
    /// By address of the example, which is held so that the address stays its own.
    saved: HashMap<usize, (Arc<Example>, SavedBody)>,
    /// The places at which the suite's errors carry their codes.
    places: BTreeSet<String>,
    groups: Mutex<HashMap<GroupKey, Arc<Group>>>,
    schemas: Mutex<HashMap<String, Arc<Schema>>>,
    headers: HeaderRules,
    severity: Arc<SeverityTable>,
}

type GroupKey = (Vec<String>, u16, Outcome);

/// The inferred schemas of one group.
#[derive(Debug)]
struct Group {
    schema: Arc<Schema>,
    /// Made of documentation alone, where real bodies are in the group, too: what a generator
    /// wrote may disagree with what was recorded, and each example must be accepted by its own.
    documentation: Option<Arc<Schema>>,
}

impl Contracts {
    /// Reads every example of the suite once: outcomes, result codes and the places where codes
    /// stand. A schema file that does not compile is the error of every [`Contracts::expectation`].
    pub fn new(suite: &Suite) -> Self {
        let items = suite.collection.items();
        let examples = items.iter().flat_map(|placed| &placed.item.examples);
        Self::of(examples, &suite.schemas, &suite.settings)
    }

    /// The contracts of these examples.
    pub(crate) fn of<'e>(
        examples: impl Iterator<Item = &'e Arc<Example>>,
        files: &BTreeMap<String, SchemaFile>,
        settings: &Settings,
    ) -> Self {
        let mut contracts = Self {
            store: Store::load(files),
            saved: HashMap::new(),
            places: BTreeSet::new(),
            groups: Mutex::default(),
            schemas: Mutex::default(),
            headers: settings.headers.clone(),
            severity: Arc::new(settings.severity.clone()),
        };
        for example in examples {
            contracts.saved.insert(address(example), (Arc::clone(example), SavedBody::of(example)));
            let reading = contracts.envelope(example, example.code.unwrap_or(200));
            contracts.places.extend(reading.code.map(|code| code.at).filter(|at| at.starts_with('/')));
        }
        contracts
    }

    /// Outcome and result code that this example documents. `status` is the one that counts
    /// (suite.toml may correct the example's).
    ///
    /// A code that is a placeholder is none.
    pub fn reading(&self, example: &Example, status: u16) -> Reading {
        let mut reading = self.envelope(example, status);
        if reading.outcome == Outcome::Ok
            && let Some(body) = self.saved(example).json()
        {
            let code = envelope::success_code(&self.places, &fields(example), body);
            reading.code = code.filter(|code| placeholder::recognise(&code.code).is_none());
        }
        reading
    }

    fn envelope(&self, example: &Example, status: u16) -> Reading {
        let body = self.saved(example);
        let mut reading = envelope::read(status, &fields(example), body.json().map(Arc::as_ref));
        reading.code = reading.code.filter(|code| placeholder::recognise(&code.code).is_none());
        reading
    }

    fn saved(&self, example: &Example) -> SavedBody {
        match self.saved.get(&address(example)) {
            Some((_, body)) => body.clone(),
            None => SavedBody::of(example),
        }
    }

    /// What the answer to a case must be.
    ///
    /// `item` are the id parts of folders and item (where schema files lie), `siblings` all the
    /// examples of the item with the status that counts for each, `method` that of the request.
    /// Fails where any schema file of the suite is broken.
    pub fn expectation(
        &self,
        item: &[String],
        siblings: &[(Arc<Example>, Option<u16>)],
        example: &Example,
        status: u16,
        method: &str,
        rules: &CaseSettings,
    ) -> Result<Arc<Expectation>, ContractError> {
        let store = self
            .store
            .as_ref()
            .map_err(|broken| ContractError::Schema { file: broken.file.clone(), why: broken.why.clone() })?;
        let bodiless = method == "HEAD" || matches!(status, 100..=199 | 204 | 304);
        let reading = if bodiless {
            // Whatever the file shows: an answer without a body says nothing in it.
            envelope::read(status, &fields(example), None)
        } else {
            corrected(self.reading(example, status), rules)
        };
        let stored = store.find(item, Some(status), reading.outcome);
        let stored = stored.or_else(|| match example.code {
            None => store.find(item, None, reading.outcome),
            Some(_) => None,
        });
        let body = if bodiless {
            BodyExpectation::Any
        } else {
            self.body(item, siblings, example, (status, reading.outcome), stored, rules.compare)
        };
        let silent = bodiless && method != "HEAD" || matches!(body, BodyExpectation::Empty);
        let known = siblings.iter().filter(|(_, code)| *code == Some(status)).flat_map(|(s, _)| &s.headers);
        Ok(Arc::new(Expectation {
            status,
            outcome: reading.outcome,
            code: reading.code,
            media_type: if silent { None } else { body::media_type(&example.headers) },
            headers: headers::expected(&example.headers, known.map(|(name, _)| name.as_str()), &self.headers),
            body,
            compare: rules.compare,
            volatile: rules.volatile.clone(),
            unordered: rules.unordered.clone(),
            ignore: rules.ignore.clone(),
            severity: Arc::clone(&self.severity),
        }))
    }

    fn body(
        &self,
        item: &[String],
        siblings: &[(Arc<Example>, Option<u16>)],
        example: &Example,
        key: (u16, Outcome),
        stored: Option<Arc<Schema>>,
        compare: Compare,
    ) -> BodyExpectation {
        let saved = self.saved(example);
        let text = || example.body.as_deref().filter(|_| compare == Compare::Exact).map(Arc::from);
        let other = body::media_type(&example.headers).is_some_and(|media| !media.is_json());
        match (saved, stored) {
            (SavedBody::Json(value), Some(schema)) => BodyExpectation::Json { schema, example: Some(value) },
            (SavedBody::Json(value), None) => BodyExpectation::Json {
                schema: self.inferred(item, siblings, example, &value, key),
                example: Some(value),
            },
            (SavedBody::Xml(root), _) => BodyExpectation::Xml { root, text: text() },
            (_, Some(schema)) if !other => BodyExpectation::Json { schema, example: None },
            (SavedBody::Text, _) => BodyExpectation::Opaque { text: text() },
            (SavedBody::Empty, _) => BodyExpectation::Empty,
            (SavedBody::Absent, _) => BodyExpectation::Any,
        }
    }

    /// The schema of the example's group, or one of its own where it is not in the group (its
    /// outcome was corrected by suite.toml).
    fn inferred(
        &self,
        item: &[String],
        siblings: &[(Arc<Example>, Option<u16>)],
        example: &Example,
        value: &Value,
        (status, outcome): (u16, Outcome),
    ) -> Arc<Schema> {
        let members: Vec<_> = siblings
            .iter()
            .filter(|(sibling, code)| {
                *code == Some(status) && self.reading(sibling, status).outcome == outcome
            })
            .map(|(sibling, _)| sibling)
            .collect();
        if !members.iter().any(|member| address(member) == address(example)) {
            let mut seen = Accumulator::default();
            seen.observe(value);
            return self.shared(&seen.finish());
        }
        let key = (item.to_vec(), status, outcome);
        let known = locked(&self.groups).get(&key).map(Arc::clone);
        let group = known.unwrap_or_else(|| {
            let group = Arc::new(self.group(&members));
            locked(&self.groups).insert(key, Arc::clone(&group));
            group
        });
        match &group.documentation {
            Some(schema) if !accepts_filled(&group.schema, value) => Arc::clone(schema),
            _ => Arc::clone(&group.schema),
        }
    }

    fn group(&self, members: &[&Arc<Example>]) -> Group {
        let mut seen = Accumulator::default();
        for member in members {
            if let Some(value) = self.saved(member).json() {
                seen.observe(value);
            }
        }
        let documentation = seen.is_mixed().then(|| self.shared(&seen.documentation().finish()));
        Group { schema: self.shared(&seen.finish()), documentation }
    }

    /// One schema for each distinct text.
    fn shared(&self, document: &Value) -> Arc<Schema> {
        let schema = || Arc::new(Schema::new(document.clone()));
        Arc::clone(locked(&self.schemas).entry(document.to_string()).or_insert_with(schema))
    }
}

/// Whether a body of documentation is accepted once its placeholders are filled. Real bodies are
/// accepted by construction.
fn accepts_filled(schema: &Schema, body: &Value) -> bool {
    if !infer::is_documentation(body) {
        return true;
    }
    let mut filled = body.clone();
    Filler::new(0).fill_value(&mut filled, "");
    schema.accepts(&filled)
}

/// The reading after `error_code` of suite.toml.
pub(crate) fn corrected(reading: Reading, rules: &CaseSettings) -> Reading {
    let Some(code) = &rules.error_code else { return reading };
    match reading.code {
        Some(known) => Reading { code: Some(ResultCode { code: code.clone(), ..known }), ..reading },
        // No place is known: whatever code the answer's envelope holds is compared.
        None => Reading {
            outcome: Outcome::Error,
            code: Some(ResultCode { at: String::new(), code: code.clone() }),
        },
    }
}

fn fields(example: &Example) -> Headers {
    example.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn address(example: &Example) -> usize {
    std::ptr::from_ref(example).addr()
}

/// A panic elsewhere leaves these maps whole: an entry is either there or not.
fn locked<T>(map: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    map.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
