//! From an example to what its answer must be.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::announcement::{self, Announcement};
use super::body::{self, SavedBody};
use super::codes::CodeBook;
use super::envelope::{self, Outcome, Reading, ResultCode};
use super::headers::{self, HeaderExpectation};
use super::schema::Schema;
use super::schema::infer::{self, Accumulator};
use super::schema::store::{Broken, Store};
use super::sources::Sources;
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
    /// What the other examples of the suite show.
    pub known: Known,
}

/// What the other examples of a suite show: it decides no verdict by itself, but whether something
/// is news, and what there is to say beside a difference.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The result codes of the suite.
    pub codes: Arc<CodeBook>,
    /// Announcements that are no news: an example of the item and status has them, or `[headers]
    /// ignore` names their field.
    pub announced: Vec<Announcement>,
    /// The examples that the claims about the body come from; `None` where the body is no JSON.
    pub sources: Option<Arc<Sources>>,
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
        /// Where the saved body itself has a name twice in one object.
        repeated: Arc<BTreeSet<String>>,
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
    saved: HashMap<usize, Saved>,
    /// The places at which the suite's errors carry their codes.
    places: BTreeSet<String>,
    groups: Mutex<HashMap<GroupKey, Arc<Group>>>,
    schemas: Mutex<HashMap<String, Arc<Schema>>>,
    sources: Mutex<HashMap<GroupKey, Arc<Sources>>>,
    codes: Arc<CodeBook>,
    headers: HeaderRules,
    severity: Arc<SeverityTable>,
}

/// An example, read once.
#[derive(Debug)]
struct Saved {
    example: Arc<Example>,
    body: SavedBody,
    /// What it says of itself under its own status.
    reading: Reading,
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
            sources: Mutex::default(),
            codes: Arc::default(),
            headers: settings.headers.clone(),
            severity: Arc::new(settings.severity.clone()),
        };
        let examples: Vec<&Arc<Example>> = examples.collect();
        for example in &examples {
            let body = SavedBody::of(example);
            let reading = Self::envelope(example, &body, own_status(example));
            let place = reading.code.as_ref().map(|code| &code.at).filter(|at| at.starts_with('/'));
            contracts.places.extend(place.cloned());
            let saved = Saved { example: Arc::clone(*example), body, reading };
            contracts.saved.insert(address(example), saved);
        }
        let places = &contracts.places;
        for saved in contracts.saved.values_mut().filter(|saved| saved.reading.outcome == Outcome::Ok) {
            saved.reading.code = success_code(places, &saved.example, &saved.body);
        }
        contracts.codes = contracts.book(&examples, settings);
        contracts
    }

    /// The codes of all examples, and those that suite.toml names.
    fn book(&self, examples: &[&Arc<Example>], settings: &Settings) -> Arc<CodeBook> {
        let empty = CodeBook::at(self.places.clone());
        let mut book = empty.clone();
        for example in examples {
            for code in self.documented(&empty, example, own_status(example)) {
                book.add(code.code, Some(&example.name));
            }
        }
        settings.error_codes().for_each(|code| book.add(code.to_owned(), None));
        Arc::new(book)
    }

    /// Every result code that the example shows, in a list those of all items; placeholders are none.
    /// `status` is as in [`reading`](Self::reading).
    pub fn codes(&self, example: &Example, status: u16) -> Vec<ResultCode> {
        self.documented(&self.codes, example, status)
    }

    fn documented(&self, book: &CodeBook, example: &Example, status: u16) -> Vec<ResultCode> {
        let (reading, body) = (self.reading(example, status), self.saved(example));
        let mut codes = book.all(&reading, &fields(example), body.json().map(Arc::as_ref));
        codes.retain(|code| placeholder::recognise(&code.code).is_none());
        codes
    }

    /// Outcome and result code that this example documents. `status` is the one that counts
    /// (suite.toml may correct the example's).
    ///
    /// A code that is a placeholder is none.
    pub fn reading(&self, example: &Example, status: u16) -> Reading {
        match self.saved.get(&address(example)) {
            Some(saved) if status == own_status(example) => saved.reading.clone(),
            known => {
                let body = known.map_or_else(|| SavedBody::of(example), |saved| saved.body.clone());
                let mut reading = Self::envelope(example, &body, status);
                if reading.outcome == Outcome::Ok {
                    reading.code = success_code(&self.places, example, &body);
                }
                reading
            }
        }
    }

    fn outcome(&self, example: &Example, status: u16) -> Outcome {
        match self.saved.get(&address(example)) {
            Some(saved) if status == own_status(example) => saved.reading.outcome,
            _ => self.reading(example, status).outcome,
        }
    }

    fn envelope(example: &Example, body: &SavedBody, status: u16) -> Reading {
        let mut reading = envelope::read(status, &fields(example), body.json().map(Arc::as_ref));
        reading.code = reading.code.filter(|code| placeholder::recognise(&code.code).is_none());
        reading
    }

    fn saved(&self, example: &Example) -> SavedBody {
        match self.saved.get(&address(example)) {
            Some(saved) => saved.body.clone(),
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
        let known = self.known(item, siblings, example, (status, reading.outcome), &body);
        let silent = bodiless && method != "HEAD" || matches!(body, BodyExpectation::Empty);
        let shown = siblings.iter().filter(|(_, code)| *code == Some(status)).flat_map(|(s, _)| &s.headers);
        Ok(Arc::new(Expectation {
            status,
            outcome: reading.outcome,
            code: reading.code,
            media_type: if silent { None } else { body::media_type(&example.headers) },
            headers: headers::expected(&example.headers, shown.map(|(name, _)| name.as_str()), &self.headers),
            body,
            compare: rules.compare,
            volatile: rules.volatile.clone(),
            unordered: rules.unordered.clone(),
            ignore: rules.ignore.clone(),
            severity: Arc::clone(&self.severity),
            known,
        }))
    }

    /// What the other examples show, beside what this one must be answered with.
    fn known(
        &self,
        item: &[String],
        siblings: &[(Arc<Example>, Option<u16>)],
        example: &Example,
        (status, outcome): (u16, Outcome),
        body: &BodyExpectation,
    ) -> Known {
        let of_status = || siblings.iter().filter(|(_, code)| *code == Some(status)).map(|(one, _)| one);
        let fields = of_status().flat_map(|one| &one.headers).chain(&example.headers);
        let is_own = |one: &&Arc<Example>| address(one) == address(example);
        let sources = || {
            let is_member = |one: &&Arc<Example>| self.outcome(one, status) == outcome;
            if !of_status().any(|one| is_own(&one) && is_member(&one)) {
                // Its outcome was corrected, so no other example has a say.
                let own = siblings.iter().map(|(one, _)| one).find(is_own);
                return Arc::new(Sources::of(own.into_iter().cloned().collect()));
            }
            let members = || Arc::new(Sources::of(of_status().filter(is_member).cloned().collect()));
            let key = (item.to_vec(), status, outcome);
            Arc::clone(locked(&self.sources).entry(key).or_insert_with(members))
        };
        Known {
            codes: Arc::clone(&self.codes),
            announced: announcement::known(fields, &self.headers),
            sources: matches!(body, BodyExpectation::Json { .. }).then(sources),
        }
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
            (SavedBody::Json(value, repeated), stored) => {
                let schema = stored.unwrap_or_else(|| self.inferred(item, siblings, example, &value, key));
                BodyExpectation::Json { schema, example: Some(value), repeated }
            }
            (SavedBody::Xml(root), _) => BodyExpectation::Xml { root, text: text() },
            (_, Some(schema)) if !other => {
                BodyExpectation::Json { schema, example: None, repeated: Arc::default() }
            }
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
        let is_member = |(sibling, code): &&(Arc<Example>, Option<u16>)| {
            *code == Some(status) && self.outcome(sibling, status) == outcome
        };
        let own = siblings.iter().find(|(sibling, _)| address(sibling) == address(example));
        if !own.is_some_and(|own| is_member(&own)) {
            return self.shared(&observed(value).finish());
        }
        let key = (item.to_vec(), status, outcome);
        let known = locked(&self.groups).get(&key).map(Arc::clone);
        let group = known.unwrap_or_else(|| {
            let members = siblings.iter().filter(is_member).map(|(sibling, _)| &**sibling);
            let group = Arc::new(self.group(members));
            locked(&self.groups).insert(key, Arc::clone(&group));
            group
        });
        match &group.documentation {
            Some(schema) if !accepts_filled(&group.schema, value) => Arc::clone(schema),
            _ => Arc::clone(&group.schema),
        }
    }

    fn group<'m>(&self, members: impl Iterator<Item = &'m Example>) -> Group {
        let mut seen = Accumulator::default();
        for member in members {
            match self.saved(member) {
                SavedBody::Json(value, repeated) if repeated.is_empty() => seen.observe(&value),
                // Of a name that is twice in an object both values count, and the text has both.
                SavedBody::Json(value, _) => {
                    seen.merge(read_again(member).unwrap_or_else(|| observed(&value)));
                }
                SavedBody::Absent | SavedBody::Empty | SavedBody::Xml(_) | SavedBody::Text => {}
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

fn observed(body: &Value) -> Accumulator {
    let mut seen = Accumulator::default();
    seen.observe(body);
    seen
}

/// The text of an example's body, observed.
fn read_again(example: &Example) -> Option<Accumulator> {
    let text = example.body.as_deref()?.trim_start_matches('\u{feff}');
    Accumulator::default().read(text).ok()
}

/// The code of a success that speaks of one; a placeholder is none.
fn success_code(places: &BTreeSet<String>, example: &Example, body: &SavedBody) -> Option<ResultCode> {
    let code = envelope::success_code(places, &fields(example), body.json()?);
    code.filter(|code| placeholder::recognise(&code.code).is_none())
}

fn own_status(example: &Example) -> u16 {
    example.code.unwrap_or(200)
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
