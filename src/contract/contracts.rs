//! From an example to what its answer must be.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::announcement::{self, Announcement};
use super::body::{self, SavedBody};
use super::codes::CodeBook;
use super::envelope::{self, Asked, Flags, Kin, Outcome, Reading, ResultCode, Soap};
use super::error::ContractError;
use super::expectation::{BodyExpectation, Expectation};
use super::groups::{Group, Groups};
use super::headers;
use super::known::Known;
use super::map_rules::{map_rules, own_rules};
use super::schema::infer::MapRules;
use super::schema::mark::Owner;
use super::schema::store::{Broken, Store};
use super::schema::{Key, Schema};
use super::siblings::Siblings;
use super::sources::Sources;
use crate::message::Headers;
use crate::placeholder;
use crate::postman::Example;
use crate::suite::{CaseSettings, Compare, HeaderRules, SchemaFile, Settings, SeverityTable, Suite};

/// The contracts of one suite.
///
/// Every saved body is parsed once; the schema of a group (item, status, outcome) is inferred once, and
/// equal schemas are one.
#[derive(Debug)]
pub struct Contracts {
    store: Result<Store, Broken>,
    /// By address of the example, which is held so that the address stays its own.
    saved: HashMap<usize, Saved>,
    /// The places at which the suite's errors carry their codes.
    places: BTreeSet<String>,
    groups: Groups,
    codes: Arc<CodeBook>,
    headers: HeaderRules,
    severity: Arc<SeverityTable>,
}

/// An example, read once.
#[derive(Debug)]
struct Saved {
    example: Arc<Example>,
    body: SavedBody,
    /// What it says of itself under its own status, and beside the successes of its group.
    reading: Reading,
    /// What the successes of its group show under the names of flags.
    flags: Arc<Flags>,
    /// The errors of its group that no envelope rule knows.
    kin: Arc<Kin>,
}

/// An example with where it stands and the method that it answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told<'e> {
    /// The position of its item in the collection.
    pub(crate) item: usize,
    /// The method of its request.
    pub(crate) method: &'e str,
    /// The example.
    pub(crate) example: &'e Arc<Example>,
}

impl Contracts {
    /// Reads every example of the suite once: outcomes, result codes and the places where codes
    /// stand. A schema file that does not compile is the error of every [`Contracts::expectation`].
    pub fn new(suite: &Suite) -> Self {
        Self::with_files(suite, &suite.schemas)
    }

    /// The contracts of a suite's examples and settings with these schema files.
    pub(super) fn with_files(suite: &Suite, files: &BTreeMap<String, SchemaFile>) -> Self {
        let items = suite.collection.items();
        let told = items.iter().enumerate().flat_map(|(item, placed)| {
            let examples = placed.item.examples.iter();
            examples.map(move |example| Told { item, method: placed.item.method_of(example), example })
        });
        let rules = map_rules(suite);
        let rules_of = |example: &Example| rules.get(&example.address()).cloned().unwrap_or_default();
        let mut contracts = Self::ruled(told, files, &suite.settings, &rules_of);
        for (item, placed) in items.iter().enumerate() {
            for example in &placed.item.examples {
                contracts.add_earlier(item, placed.item.method_of(example), example, suite.earlier(example));
            }
        }
        contracts
    }

    /// What a case documented before its newest accepted answer widens the schema of its group, as long as
    /// it is of the same status and outcome.
    fn add_earlier(&mut self, item: usize, method: &str, newest: &Example, earlier: &[Arc<Example>]) {
        let key = Key::of(newest.code, self.reading(newest, own_status(newest)).outcome);
        for example in earlier.iter().filter(|example| !is_bodiless(method, own_status(example))) {
            let body = SavedBody::of(example);
            let outcome = Self::envelope(example, &body, own_status(example)).outcome;
            if Key::of(example.code, outcome) == key {
                self.groups.add(item, key.clone(), example, &body, &MapRules::default());
            }
        }
    }

    /// The contracts of these examples.
    pub(crate) fn of<'e>(
        examples: impl Iterator<Item = Told<'e>>,
        files: &BTreeMap<String, SchemaFile>,
        settings: &Settings,
    ) -> Self {
        Self::ruled(examples, files, settings, &|_| MapRules::default())
    }

    /// The contracts of these examples, with what is said of maps in each.
    pub(crate) fn ruled<'e>(
        examples: impl Iterator<Item = Told<'e>>,
        files: &BTreeMap<String, SchemaFile>,
        settings: &Settings,
        rules_of: &dyn Fn(&Example) -> MapRules,
    ) -> Self {
        let mut contracts = Self {
            store: Store::load(files),
            saved: HashMap::new(),
            places: BTreeSet::new(),
            groups: Groups::default(),
            codes: Arc::default(),
            headers: settings.headers.clone(),
            severity: Arc::new(settings.severity.clone()),
        };
        let told: Vec<Told<'e>> = examples.collect();
        let mut all: Vec<(SavedBody, Reading)> = told
            .iter()
            .map(|Told { example, .. }| {
                let body = SavedBody::of(example);
                let reading = Self::envelope(example, &body, own_status(example));
                (body, reading)
            })
            .collect();
        let flags = Self::compared(&told, &mut all);
        let kin = Self::kinds(&told, &mut all);
        for (&Told { item, method, example }, (body, reading)) in told.iter().zip(all) {
            let place = reading.code.as_ref().map(|code| &code.at).filter(|at| at.starts_with('/'));
            contracts.places.extend(place.cloned());
            if !is_bodiless(method, own_status(example)) {
                let key = Key::of(example.code, reading.outcome);
                contracts.groups.add(item, key, example, &body, &rules_of(example));
            }
            let flags = flags.get(&(item, own_status(example))).cloned().unwrap_or_default();
            let kin = kin.get(&(item, own_status(example))).cloned().unwrap_or_default();
            let saved = Saved { example: Arc::clone(example), body, reading, flags, kin };
            contracts.saved.insert(example.address(), saved);
        }
        let places = &contracts.places;
        for saved in contracts.saved.values_mut().filter(|saved| saved.reading.outcome == Outcome::Ok) {
            saved.reading.code = success_code(places, &saved.example, &saved.body);
        }
        contracts.codes = contracts.book(&told, settings);
        contracts
    }

    /// Reads the successes of each item and status beside each other, and gives what they show under
    /// the names of flags.
    fn compared(told: &[Told<'_>], all: &mut [(SavedBody, Reading)]) -> HashMap<(usize, u16), Arc<Flags>> {
        let asked: Vec<Asked> = told.iter().map(|told| Asked::of(told.example.request.as_ref())).collect();
        let rows = all.iter().zip(told).zip(&asked).map(|(((body, reading), told), asked)| {
            let status = own_status(told.example);
            let succeeds = reading.outcome == Outcome::Ok && status < 400;
            let json = body.json().filter(|_| succeeds).map(Arc::as_ref);
            ((told.item, status), json.map(|json| (json, asked)))
        });
        let (groups, errors) = envelope::read_groups(rows);
        for ((_, reading), error) in all.iter_mut().zip(errors) {
            *reading = error.unwrap_or_else(|| reading.clone());
        }
        groups
    }

    /// The same by their members; gives the errors of each item and status that no other rule knows.
    fn kinds(told: &[Told<'_>], all: &mut [(SavedBody, Reading)]) -> HashMap<(usize, u16), Arc<Kin>> {
        let rows = all.iter().zip(told).map(|((body, reading), told)| {
            let status = own_status(told.example);
            let succeeds = reading.outcome == Outcome::Ok && status < 400;
            let json = body.json().filter(|_| succeeds).map(Arc::as_ref);
            ((told.item, status), json.map(|json| (told.example.name.as_str(), json)))
        });
        let (groups, errors) = envelope::read_kinds(rows);
        for ((_, reading), error) in all.iter_mut().zip(errors) {
            *reading = error.unwrap_or_else(|| reading.clone());
        }
        groups.into_iter().map(|(key, kin)| (key, Arc::new(kin))).collect()
    }

    /// The codes of all examples, and those that suite.toml names.
    fn book(&self, told: &[Told<'_>], settings: &Settings) -> Arc<CodeBook> {
        let empty = CodeBook::at(self.places.clone());
        let mut book = empty.clone();
        for Told { example, .. } in told {
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
        match self.saved.get(&example.address()) {
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

    fn envelope(example: &Example, body: &SavedBody, status: u16) -> Reading {
        let json = body.json().map(Arc::as_ref);
        let mut reading = envelope::read(status, &fields(example), json);
        if reading.outcome == Outcome::Error && status < 400 {
            let asked = Asked::of(example.request.as_ref());
            reading = envelope::read_example(status, &fields(example), json, &asked);
        }
        let soap = || {
            Soap::of(example.text()).and_then(Soap::failure).map(|failure| Reading { code: None, ..failure })
        };
        if let Some(failure) = matches!(body, SavedBody::Xml(_)).then(soap).flatten().filter(|_| status < 400)
        {
            reading = failure;
        }
        reading.code = reading.code.filter(|code| placeholder::recognise(&code.code).is_none());
        reading
    }

    fn saved(&self, example: &Example) -> SavedBody {
        match self.saved.get(&example.address()) {
            Some(saved) => saved.body.clone(),
            None => SavedBody::of(example),
        }
    }

    /// What the answer to a case must be.
    ///
    /// `item` are the id parts of folders and item (where schema files lie), `siblings` all the
    /// examples of the item, `method` that of the request.
    /// Fails where any schema file of the suite is broken.
    pub fn expectation(
        &self,
        item: &[String],
        siblings: &Siblings,
        example: &Example,
        status: u16,
        method: &str,
        rules: &CaseSettings,
    ) -> Result<Arc<Expectation>, ContractError> {
        let store = self.store.as_ref().map_err(Clone::clone)?;
        let bodiless = is_bodiless(method, status);
        let reading = if bodiless {
            // Whatever the file shows: an answer without a body says nothing in it.
            envelope::read(status, &fields(example), None)
        } else {
            corrected(self.reading(example, status), rules)
        };
        let (stored, is_own) = self.stored(store, item, example, &Key::of(Some(status), reading.outcome));
        let body = if bodiless { BodyExpectation::Any } else { self.body(example, is_own, stored, rules) };
        let known = self.known(siblings, example, status, is_own, &body, rules);
        let silent = bodiless && method != "HEAD" || matches!(body, BodyExpectation::Empty);
        Ok(Arc::new(Expectation {
            status,
            outcome: reading.outcome,
            code: reading.code,
            said_at: reading.said_at,
            media_type: if silent { None } else { body::media_type(&example.headers) },
            headers: headers::expected(&example.headers, siblings.names(status), &self.headers),
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
        siblings: &Siblings,
        example: &Example,
        status: u16,
        is_own: bool,
        body: &BodyExpectation,
        rules: &CaseSettings,
    ) -> Known {
        let of_group = if is_own { self.groups.rules(example) } else { None };
        let maps = of_group.cloned().unwrap_or_else(|| own_rules(rules));
        let own =
            |one: &Announcement| example.headers.iter().any(|(name, value)| one.is_made_by(name, value));
        let announced = siblings.announced(status).chain(Announcement::ALL.into_iter().filter(own));
        let sources = |schema| {
            let alone = || self.saved.get(&example.address()).map(|saved| Arc::clone(&saved.example));
            // Where suite.toml takes it out of its group, no other example has a say.
            let group = if is_own { self.groups.sources(example, schema) } else { None };
            group.unwrap_or_else(|| Arc::new(Sources::of(alone().into_iter().collect(), maps.clone())))
        };
        let schema = match body {
            BodyExpectation::Json { schema, .. } => Some(schema),
            _ => None,
        };
        Known {
            codes: Arc::clone(&self.codes),
            announced: announcement::known(announced, &self.headers),
            sources: schema.map(sources),
            flags: self.flags(example, status, is_own),
            kin: self
                .saved
                .get(&example.address())
                .filter(|_| is_own)
                .map(|s| Arc::clone(&s.kin))
                .unwrap_or_default(),
            asked: Asked::of(example.request.as_ref()),
            maps,
        }
    }

    /// What the successes of its group show under the names of flags; of an example that is out of its
    /// group what it shows itself.
    fn flags(&self, example: &Example, status: u16, is_own: bool) -> Arc<Flags> {
        match self.saved.get(&example.address()) {
            Some(saved) if is_own && status == own_status(example) => Arc::clone(&saved.flags),
            _ if status >= 400 => Arc::default(),
            _ => {
                let mut flags = Flags::default();
                self.saved(example)
                    .json()
                    .inspect(|body| flags.join(&Flags::of(body, &Asked::of(example.request.as_ref()))));
                Arc::new(flags)
            }
        }
    }

    /// The schema file for an example that counts as of this key, and whether that is its own group.
    ///
    /// What was learned holds for the examples of its own group alone; a person's file for every
    /// example that counts as of its key, also by a correction of suite.toml. An example without a
    /// code has the default, unless a person wrote a file for the status that it gets.
    fn stored(
        &self,
        store: &Store,
        item: &[String],
        example: &Example,
        key: &Key,
    ) -> (Option<Arc<Schema>>, bool) {
        let persons = store.find(item, key).filter(|schema| schema.is_persons());
        let Some(outcome) = self.saved.get(&example.address()).map(|saved| saved.reading.outcome) else {
            return (persons, true);
        };
        let own = Key::of(example.code, outcome);
        let is_own = example.code.is_none() || own == *key;
        (persons.or_else(|| store.find(item, &own).filter(|_| is_own)), is_own)
    }

    /// `is_own` says that suite.toml leaves the example in its own group.
    fn body(
        &self,
        example: &Example,
        is_own: bool,
        stored: Option<Arc<Schema>>,
        rules: &CaseSettings,
    ) -> BodyExpectation {
        let saved = self.saved(example);
        let text = || example.body.as_deref().filter(|_| rules.compare == Compare::Exact).map(Arc::from);
        let other = body::media_type(&example.headers).is_some_and(|media| !media.is_json());
        match (saved, stored) {
            (SavedBody::Json(value, repeated), stored) => {
                let schema = match stored {
                    Some(schema) => match schema.owner() {
                        Some(Owner::Learned { strictness }) => {
                            let strictness = *strictness;
                            self.groups.learned(schema, strictness, example, &value)
                        }
                        Some(Owner::Person { .. }) | None => schema,
                    },
                    None if is_own => self.groups.schema(example, &value, &own_rules(rules)),
                    None => self.groups.alone(example, &value, !repeated.is_empty(), &own_rules(rules)),
                };
                BodyExpectation::Json { schema, example: Some(value), repeated }
            }
            (SavedBody::Xml(root), _) => BodyExpectation::Xml { root, text: text() },
            // What was learned from other examples says nothing of one that shows no JSON.
            (_, Some(schema)) if !other && schema.is_persons() => {
                BodyExpectation::Json { schema, example: None, repeated: Arc::default() }
            }
            (SavedBody::Text, _) => BodyExpectation::Opaque { text: text() },
            (SavedBody::Empty, _) => BodyExpectation::Empty,
            (SavedBody::Absent, _) => BodyExpectation::Any,
        }
    }

    /// The places of objects in the bodies that share the example's schema, by which `maps` and `not_maps`
    /// of suite.toml name them: `*` for array positions, `{key}` for names of maps. None where its body is no
    /// JSON.
    pub fn objects(&self, example: &Example) -> Option<BTreeSet<String>> {
        self.groups.objects(example)
    }

    /// The groups that have a schema each, in the order of their first examples.
    pub(super) fn groups(&self) -> &[Group] {
        self.groups.all()
    }
}

/// Whether an answer to this method with this status has no body (RFC 9110 §6.4.1).
fn is_bodiless(method: &str, status: u16) -> bool {
    method == "HEAD" || matches!(status, 100..=199 | 204 | 304)
}

/// The code of a success that speaks of one; a placeholder is none.
fn success_code(places: &BTreeSet<String>, example: &Example, body: &SavedBody) -> Option<ResultCode> {
    let json = body.json()?;
    let code = envelope::success_code(places, &fields(example), json)?;
    let is_data = envelope::is_listing(&code.at, json, &Asked::of(example.request.as_ref()));
    Some(code).filter(|code| !is_data && placeholder::recognise(&code.code).is_none())
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
            said_at: reading.said_at,
        },
    }
}

fn fields(example: &Example) -> Headers {
    example.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[cfg(test)]
mod tests;
