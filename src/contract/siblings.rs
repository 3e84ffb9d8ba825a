//! What the examples of one item have in common: [`Siblings`], read once for all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::announcement::Announcement;
use crate::postman::Example;

/// The header fields that the examples of an item show, by the status that counts for each example.
#[derive(Debug, Default)]
pub struct Siblings {
    of_status: BTreeMap<u16, Fields>,
}

/// What the examples of one status show.
#[derive(Debug, Default)]
struct Fields {
    /// Names in lower case.
    names: BTreeSet<String>,
    announced: BTreeSet<Announcement>,
}

impl Siblings {
    /// Reads the header fields of all of them. An example without a status has no say.
    pub fn of(examples: &[(Arc<Example>, Option<u16>)]) -> Self {
        let mut siblings = Self::default();
        for (example, status) in examples {
            let Some(status) = status else { continue };
            let fields = siblings.of_status.entry(*status).or_default();
            for (name, value) in &example.headers {
                fields.announced.extend(Announcement::ALL.iter().filter(|one| one.is_made_by(name, value)));
                let lower = name.to_ascii_lowercase();
                if !fields.names.contains(&lower) {
                    fields.names.insert(lower);
                }
            }
        }
        siblings
    }

    /// The names of the header fields that the examples of a status show, in lower case, sorted.
    pub(super) fn names(&self, status: u16) -> impl Iterator<Item = &str> {
        self.of_status.get(&status).into_iter().flat_map(|fields| &fields.names).map(String::as_str)
    }

    /// What they announce.
    pub(super) fn announced(&self, status: u16) -> impl Iterator<Item = Announcement> {
        self.of_status.get(&status).into_iter().flat_map(|fields| &fields.announced).copied()
    }
}
