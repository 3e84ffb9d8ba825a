//! The body: whether there is one, and whether it is what it must be.

use indexmap::IndexMap;
use indexmap::map::Entry;
use serde_json::Value;

use super::{Read, schema_findings, show, values, walk};
use crate::contract::body::xml_root;
use crate::contract::pointer::{Place, covers};
use crate::contract::{BodyExpectation, Expectation};
use crate::finding::{Finding, FindingId, Severity};
use crate::message::Answer;
use crate::suite::Compare;

/// A finding about a place in the body, before `ignore` has its say.
pub(super) struct Found {
    pub(super) id: FindingId,
    pub(super) severity: Severity,
    pub(super) place: Place,
    pub(super) expected: String,
    pub(super) actual: String,
    pub(super) hint: Option<String>,
}

impl Found {
    pub(super) fn new(
        id: FindingId,
        place: Place,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> Self {
        let severity = id.default_severity();
        Self { id, severity, place, expected: expected.into(), actual: actual.into(), hint: None }
    }

    pub(super) fn level(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    fn finding(self) -> Finding {
        let finding =
            Finding::new(self.id, self.place.at, self.expected, self.actual).at_severity(self.severity);
        match self.hint {
            Some(hint) => finding.with_hint(hint),
            None => finding,
        }
    }
}

/// The JSON of an answer: byte order mark and charset honoured (RFC 8259 asks for UTF-8, servers
/// differ). The error says why there is none; nesting deeper than 127 levels is refused.
pub(super) fn parse(answer: &Answer) -> Result<Value, String> {
    let Some(text) = answer.text() else {
        return Err(format!("no text in its charset: {}", show::excerpt(&answer.body)));
    };
    serde_json::from_str(&text).map_err(|error| format!("{error}: {}", show::excerpt(text.as_bytes())))
}

/// Everything that is wrong with the body.
pub(super) fn check(expectation: &Expectation, read: &Read<'_>) -> Vec<Finding> {
    let empty = read.answer.body.iter().all(u8::is_ascii_whitespace);
    let root = |id, expected: &str, actual: String| vec![Finding::new(id, "", expected, actual)];
    match &expectation.body {
        BodyExpectation::Any => Vec::new(),
        BodyExpectation::Empty if empty => Vec::new(),
        BodyExpectation::Empty => {
            root(FindingId::BodyBecameNonempty, "no body", show::excerpt(&read.answer.body))
        }
        _ if empty => root(FindingId::BodyBecameEmpty, "a body", "none".to_owned()),
        BodyExpectation::Opaque => Vec::new(),
        BodyExpectation::Xml { root } => xml(root, read.answer).into_iter().collect(),
        BodyExpectation::Json { .. } => match (&read.json, &read.not_json) {
            (Some(value), _) => json(expectation, value),
            (None, why) => root(FindingId::BodyNotJson, "JSON", why.clone().unwrap_or_default()),
        },
    }
}

fn xml(root: &str, answer: &Answer) -> Option<Finding> {
    let text = answer.text().unwrap_or_else(|| String::from_utf8_lossy(&answer.body));
    match xml_root(&text) {
        Ok(actual) if actual == root => None,
        Ok(actual) => Some(Finding::new(
            FindingId::BodyRootTypeChanged,
            "",
            format!("<{root}>"),
            show::cut(&format!("<{actual}>")),
        )),
        Err(why) => {
            let actual = show::cut(&format!("{why}: {}", show::excerpt(text.as_bytes())));
            Some(Finding::new(FindingId::BodyNotXml, "", "well-formed XML", actual))
        }
    }
}

fn json(expectation: &Expectation, value: &Value) -> Vec<Finding> {
    let BodyExpectation::Json { schema, example } = &expectation.body else { return Vec::new() };
    let mut found = Collector { ignore: &expectation.ignore, found: IndexMap::new() };
    schema_findings::check(schema, value, &mut found);
    // Below a value of another type there is nothing to walk over.
    if !found.has(FindingId::BodyRootTypeChanged) {
        walk::check(schema, example.as_deref(), value, &mut found);
        walk::join_renamed(&mut found);
        if let (Compare::Exact, Some(example)) = (expectation.compare, example) {
            values::check(expectation, example, value, &mut found);
        }
    }
    found.found.into_values().map(Found::finding).collect()
}

/// Findings about places, at most one per id and place: an answer of a million items that all
/// lost one field costs one finding.
pub(super) struct Collector<'e> {
    ignore: &'e [String],
    found: IndexMap<(FindingId, String), Found>,
}

impl Collector<'_> {
    /// Adds a finding unless its place is ignored; of two of one id and place the graver one
    /// stays, of equals the first.
    pub(super) fn push(&mut self, found: Found) {
        if self.ignore.iter().any(|pattern| covers(pattern, &found.place.concrete)) {
            return;
        }
        match self.found.entry((found.id, found.place.at.clone())) {
            Entry::Occupied(mut known) if known.get().severity < found.severity => {
                known.insert(found);
            }
            Entry::Occupied(_) => {}
            Entry::Vacant(free) => {
                free.insert(found);
            }
        }
    }

    /// Whether something is said of a place or of one above it.
    pub(super) fn tells(&self, place: &Place) -> bool {
        self.found.keys().any(|(_, at)| covers(at, &place.at))
    }

    /// The places with a finding of that id.
    pub(super) fn places(&self, id: FindingId) -> Vec<Place> {
        self.found.values().filter(|found| found.id == id).map(|found| found.place.clone()).collect()
    }

    /// Takes out every finding of that id whose place is wanted, in order.
    pub(super) fn take(&mut self, id: FindingId, wanted: impl Fn(&Place) -> bool) -> Vec<Found> {
        let (taken, kept) = std::mem::take(&mut self.found)
            .into_iter()
            .partition(|((known, _), found)| *known == id && wanted(&found.place));
        self.found = kept;
        let taken: IndexMap<_, _> = taken;
        taken.into_values().collect()
    }

    fn has(&self, id: FindingId) -> bool {
        self.found.keys().any(|(known, _)| *known == id)
    }
}
