//! Ids: every item and example of a collection gets a name that stays.
//!
//! A part is the name in the form of [`id_part`]; siblings that come out alike get the next free
//! `_2`, `_3`, … in file order. Folders and items of one parent share one set of names, so that
//! the parts also name folders under `schemas/`.

use std::collections::HashSet;

use super::name::id_part;
use crate::finding::CaseId;
use crate::postman::model::Placed;
use crate::postman::{Auth, Collection, Node};

/// An item with its name.
#[derive(Debug)]
pub(crate) struct Named<'a> {
    /// The parts of suite, folders and item.
    pub(crate) parts: Vec<String>,
    /// The item and where it stands.
    pub(crate) placed: Placed<'a>,
    /// The id of each example, in file order.
    pub(crate) examples: Vec<CaseId>,
}

impl Named<'_> {
    /// Suite, folders and item in the form of an id.
    pub(crate) fn path(&self) -> String {
        self.parts.join("::")
    }

    /// The parts without the suite: where the item's schema files lie.
    pub(crate) fn below_suite(&self) -> &[String] {
        self.parts.get(1..).unwrap_or_default()
    }
}

/// Names every item of the collection, in file order.
pub(crate) fn name_items<'a>(suite: &str, collection: &'a Collection) -> Vec<Named<'a>> {
    let mut walk = Walk { parts: vec![suite.to_owned()], folders: Vec::new(), found: Vec::new() };
    walk.nodes(&collection.nodes, collection.auth.as_ref());
    walk.found
}

struct Walk<'a> {
    parts: Vec<String>,
    folders: Vec<&'a str>,
    found: Vec<Named<'a>>,
}

impl<'a> Walk<'a> {
    fn nodes(&mut self, nodes: &'a [Node], inherited: Option<&'a Auth>) {
        let mut taken = Taken::default();
        for node in nodes {
            match node {
                Node::Folder(folder) => {
                    self.parts.push(taken.claim(&folder.name));
                    self.folders.push(&folder.name);
                    self.nodes(&folder.nodes, folder.auth.as_ref().or(inherited));
                    self.folders.pop();
                    self.parts.pop();
                }
                Node::Item(item) => {
                    self.parts.push(taken.claim(&item.name));
                    let mut names = Taken::default();
                    let examples = item
                        .examples
                        .iter()
                        .map(|example| {
                            let name = names.claim(&example.name);
                            CaseId::from_parts(&[self.parts.as_slice(), &[name]].concat())
                        })
                        .collect();
                    self.found.push(Named {
                        parts: self.parts.clone(),
                        placed: Placed {
                            folders: self.folders.clone(),
                            item,
                            auth: item.auth.as_ref().or(inherited),
                        },
                        examples,
                    });
                    self.parts.pop();
                }
            }
        }
    }
}

/// The names that siblings have taken.
#[derive(Default)]
struct Taken {
    names: HashSet<String>,
}

impl Taken {
    fn claim(&mut self, name: &str) -> String {
        let part = id_part(name);
        let mut candidate = part.clone();
        let mut number = 2_usize;
        while !self.names.insert(candidate.clone()) {
            candidate = format!("{part}_{number}");
            number += 1;
        }
        candidate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn siblings_alike_get_the_next_free_number() {
        let mut taken = Taken::default();
        let names = ["Get user", "get-user", "get user 2", "GET USER", ""];
        let claimed: Vec<_> = names.iter().map(|name| taken.claim(name)).collect();
        assert_eq!(claimed, ["get_user", "get_user_2", "get_user_2_2", "get_user_3", "unnamed"]);
    }
}
