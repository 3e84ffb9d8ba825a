//! What is found in a body: [`Found`] at its place, gathered in a [`Collector`].

use indexmap::IndexMap;
use indexmap::map::Entry;

use crate::contract::pointer::{Place, covers, is_within};
use crate::finding::{Finding, FindingId, Severity};

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

/// Findings about places, at most one per id and place: an answer of a million items that all
/// lost one field costs one finding.
pub(super) struct Collector<'e> {
    ignore: &'e [String],
    found: IndexMap<(FindingId, String), Found>,
}

impl<'e> Collector<'e> {
    /// Nothing found yet; places under these patterns are not told.
    pub(super) fn new(ignore: &'e [String]) -> Self {
        Self { ignore, found: IndexMap::new() }
    }

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
        self.found.keys().any(|(_, at)| is_within(&place.at, at))
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

    /// Forgets every finding of these ids that is no more than a hint and whose place is free.
    pub(super) fn drop_hints(&mut self, ids: &[FindingId], free: impl Fn(&Place) -> bool) {
        self.found.retain(|(id, _), found| {
            !(ids.contains(id) && found.severity < Severity::Breaking && free(&found.place))
        });
    }

    /// Gives findings of that id at wanted places a hint, where they have none.
    pub(super) fn hint(&mut self, id: FindingId, hint: &str, wanted: impl Fn(&Place) -> bool) {
        for ((known, _), found) in &mut self.found {
            if *known == id && wanted(&found.place) {
                found.hint.get_or_insert_with(|| hint.to_owned());
            }
        }
    }

    /// Whether there is a finding of that id.
    pub(super) fn has(&self, id: FindingId) -> bool {
        self.found.keys().any(|(known, _)| *known == id)
    }

    /// What was found, in the order in which it was.
    pub(super) fn findings(self) -> Vec<Finding> {
        self.found.into_values().map(Found::finding).collect()
    }
}
