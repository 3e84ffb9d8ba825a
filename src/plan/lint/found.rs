//! What is found, and where: equal lints of one suite are one, with the number of places.

use std::path::{Path, PathBuf};

use indexmap::{IndexMap, IndexSet};

use super::table::LintId;
use crate::postman::{Collection, Warning};

/// One thing that is wrong, or that a user should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// What kind.
    pub id: LintId,
    /// The suite.
    pub suite: String,
    /// The file.
    pub file: PathBuf,
    /// The first place in it (RFC 6901); empty for the whole file.
    pub pointer: String,
    /// What is wrong, and the cure.
    pub message: String,
    /// How many places are alike.
    pub places: usize,
}

/// Collects the lints of one suite.
pub(super) struct Found<'a> {
    suite: &'a str,
    collection: &'a Collection,
    /// The places of each kind, file and message.
    places: IndexMap<(LintId, PathBuf, String), IndexSet<(PathBuf, String)>>,
}

impl<'a> Found<'a> {
    pub(super) fn new(suite: &'a str, collection: &'a Collection) -> Self {
        Self { suite, collection, places: IndexMap::new() }
    }

    /// Adds what is found at a place of the collection, or of the file that it comes from.
    pub(super) fn add_in(&mut self, id: LintId, pointer: &str, message: impl Into<String>) {
        let collection = self.collection;
        let (file, pointer) = match collection.places.find(pointer) {
            Some((file, place)) => (file.as_path(), place),
            None => (collection.file.as_path(), pointer),
        };
        self.add(id, file, pointer, message.into());
    }

    /// Adds what a reader of files said.
    pub(super) fn add_warning(&mut self, id: LintId, warning: &Warning) {
        self.add(id, &warning.file, &warning.pointer, warning.message.clone());
    }

    /// A place counts once, however many rows of iteration data make cases of it.
    pub(super) fn add(&mut self, id: LintId, file: &Path, pointer: &str, message: String) {
        // The files of a v3 collection are one for this purpose.
        let whole = &self.collection.file;
        let whole = if file.starts_with(whole) { whole } else { file };
        let place = (file.to_owned(), pointer.to_owned());
        self.places.entry((id, whole.to_owned(), message)).or_default().insert(place);
    }

    /// The lints, in the order of the table; of one kind in the order in which they came up.
    pub(super) fn into_lints(self) -> Vec<Lint> {
        let suite = self.suite;
        let mut lints: Vec<Lint> = self
            .places
            .into_iter()
            .filter_map(|((id, _, message), places)| {
                let (file, pointer) = places.first()?.clone();
                Some(Lint { id, suite: suite.to_owned(), file, pointer, message, places: places.len() })
            })
            .collect();
        lints.sort_by_key(|lint| lint.id);
        lints
    }
}
