//! Learning: the schema files that the examples of a suite make, held against those that are there.
//!
//! [`changes`] says what becomes of each file; nothing is read or written
//! here. Invariants: equal examples give equal documents; a file that a person edited or wrote is
//! never changed nor removed; and what is changed as told needs no other change afterwards. A file is
//! stale where its schema is another one: what `from` of its mark lists is kept true, but does not count.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::contracts::Contracts;
use super::error::ContractError;
use super::schema::infer::Strictness;
use super::schema::mark::{MARK, Owner, hash, stamp};
use super::schema::store::{self, Store};
use super::schema::{Key, PROPOSAL, SUFFIX, proposal_of, references};
use crate::suite::{SchemaFile, Suite};

/// What an item is called: the names of its folders and itself, and of each of its examples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemName {
    /// The id parts of folders and item.
    pub parts: Vec<String>,
    /// The case ids of its examples, in file order.
    pub examples: Vec<String>,
}

/// How files are to be learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// All of them in this way.
    As(Strictness),
    /// Each that is there as it was learned before, new ones open.
    AsBefore,
}

/// What would be done with a file below `schemas/<suite>/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// The file below the suite's folder, with `/`.
    pub path: String,
    /// What becomes of it.
    pub deed: Deed,
    /// Keywords that were taken out of what was inferred, because they refuse an example.
    pub dropped: Vec<String>,
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// It is written for the first time.
    New {
        /// Its text.
        text: String,
    },
    /// It was learned from other examples, or in another way, and is written anew.
    Changed {
        /// Its text.
        text: String,
    },
    /// It lies beside a file of a person that the examples no longer agree with.
    Proposed {
        /// Its text.
        text: String,
    },
    /// It was learned, and there is no example for it any more.
    Gone,
    /// It is a proposal that has become pointless.
    Withdrawn,
    /// It is a person's, and stays.
    Kept(Kept),
    /// No schema can be learned; the reason.
    Unlearned(String),
}

/// Why a person's file that was learned once is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It agrees with what the person has taken note of.
    Edited,
    /// A proposal lies beside it, as it should.
    Waiting,
    /// There is no example for it any more.
    WithoutExample,
    /// There is no example for it any more, but another file refers to it.
    Referred,
    /// It is a proposal that a person edited or wrote.
    Proposal,
}

impl Deed {
    /// Whether a file is written or removed.
    pub fn is_change(&self) -> bool {
        match self {
            Self::New { .. }
            | Self::Changed { .. }
            | Self::Proposed { .. }
            | Self::Gone
            | Self::Withdrawn => true,
            Self::Kept(_) | Self::Unlearned(_) => false,
        }
    }

    /// The text that is written.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::New { text } | Self::Changed { text } | Self::Proposed { text } => Some(text),
            Self::Gone | Self::Withdrawn | Self::Kept(_) | Self::Unlearned(_) => None,
        }
    }
}

/// What becomes of the schema files of a suite.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that are told of, sorted by path.
    pub files: Vec<FileChange>,
    /// How many are as they should be.
    pub unchanged: usize,
    /// Those of the unchanged whose schema is the same, but was learned from examples of other names or in
    /// another order: path and text. That is no staleness, so nobody is told; learning writes it in passing.
    pub renamed: Vec<(String, String)>,
}

/// What becomes of the schema files of a suite when they are learned; `items` names its items, in the
/// order of the collection.
///
/// Fails where a schema file is no JSON.
pub fn changes(suite: &Suite, items: &[ItemName], manner: Manner) -> Result<Changes, ContractError> {
    let files = Files::read(&suite.schemas)?;
    let wanted = wanted(suite, items, manner, &files);
    let mut changes = Changes::default();
    let mut done = BTreeSet::new();
    for wanted in &wanted {
        done.insert(wanted.path.clone());
        done.insert(proposal_of(&wanted.path));
        files.settle(wanted, &mut changes);
    }
    files.settle_rest(&done, &mut changes);
    changes.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(changes)
}

/// Whether the files of people can still be used when these changes are made: a `$ref` of theirs may
/// lead into a learned file. The error names the file that cannot.
pub fn still_hold(suite: &Suite, changes: &Changes) -> Result<(), ContractError> {
    let mut files = suite.schemas.clone();
    for change in &changes.files {
        match (&change.deed, change.deed.text()) {
            (Deed::Gone, _) => drop(files.remove(&change.path)),
            (_, Some(text)) => {
                let file = SchemaFile { file: suite.schemas_dir.join(&change.path), text: text.to_owned() };
                files.insert(change.path.clone(), file);
            }
            (_, None) => {}
        }
    }
    Store::load(&files)?;
    Ok(())
}

/// A schema that the examples make.
struct Wanted {
    path: String,
    made: Result<Value, String>,
    dropped: Vec<String>,
}

fn wanted(suite: &Suite, items: &[ItemName], manner: Manner, files: &Files<'_>) -> Vec<Wanted> {
    let contracts = Contracts::with_files(suite, &BTreeMap::new());
    let placed = suite.collection.items();
    let mut wanted = Vec::new();
    for group in contracts.groups() {
        let (Some(name), Some(placed)) = (items.get(group.item), placed.get(group.item)) else { continue };
        let path = group.key.path(&name.parts);
        let strictness = match manner {
            Manner::As(strictness) => strictness,
            Manner::AsBefore => files.strictness(&path),
        };
        let is_member = |example| group.members.iter().any(|member| Arc::ptr_eq(&member.example, example));
        let examples = placed.item.examples.iter().zip(&name.examples);
        let from: Vec<String> =
            examples.filter(|(example, _)| is_member(example)).map(|(_, id)| id.clone()).collect();
        wanted.push(match group.fitted(strictness) {
            Ok(fitted) if levels(&fitted.document) > store::MOST_LEVELS => {
                Wanted { path, made: Err(TOO_DEEP.to_owned()), dropped: Vec::new() }
            }
            Ok(fitted) => {
                Wanted { path, made: Ok(stamp(fitted.document, &from, strictness)), dropped: fitted.dropped }
            }
            Err(why) => Wanted { path, made: Err(why), dropped: Vec::new() },
        });
    }
    wanted
}

/// Why a schema is not written that could not be read again: it has two levels for each of a body.
const TOO_DEEP: &str = "its examples are nested so deeply that their schema has more than 127 levels";

/// How many objects and arrays stand in one another at most.
fn levels(document: &Value) -> usize {
    let (mut deepest, mut open) = (0, vec![(document, 1)]);
    while let Some((value, level)) = open.pop() {
        match value {
            Value::Object(members) => open.extend(members.values().map(|value| (value, level + 1))),
            Value::Array(items) => open.extend(items.iter().map(|value| (value, level + 1))),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => continue,
        }
        deepest = deepest.max(level);
    }
    deepest
}

/// The files that are there.
struct Files<'f> {
    schemas: BTreeMap<&'f str, (Value, Owner)>,
    /// What is no JSON is no proposal of ours.
    proposals: BTreeMap<&'f str, Option<Value>>,
}

impl<'f> Files<'f> {
    fn read(files: &'f BTreeMap<String, SchemaFile>) -> Result<Self, ContractError> {
        let (mut schemas, mut proposals) = (BTreeMap::new(), BTreeMap::new());
        for (path, file) in files {
            if path.ends_with(PROPOSAL) {
                proposals.insert(path.as_str(), store::parse(file).ok());
            } else if path.ends_with(SUFFIX) {
                let document = store::parse(file)?;
                let owner = Owner::of(&document);
                schemas.insert(path.as_str(), (document, owner));
            }
        }
        Ok(Self { schemas, proposals })
    }

    /// How the file of a group was learned; where it is a person's, how the proposal beside it was.
    fn strictness(&self, path: &str) -> Strictness {
        match self.schemas.get(path) {
            None => Strictness::Open,
            Some((_, owner @ Owner::Learned { .. })) => owner.strictness(),
            Some((_, owner @ Owner::Person { .. })) => {
                let beside = self.proposals.get(proposal_of(path).as_str()).and_then(Option::as_ref);
                let proposal = beside.map(Owner::of).filter(|proposal| !proposal.is_person());
                proposal.as_ref().unwrap_or(owner).strictness()
            }
        }
    }

    /// What becomes of the file of a group and the proposal beside it.
    fn settle(&self, wanted: &Wanted, changes: &mut Changes) {
        let mut tell = |path: &str, deed| {
            let (path, dropped) = (path.to_owned(), wanted.dropped.clone());
            changes.files.push(FileChange { path, deed, dropped });
        };
        let document = match &wanted.made {
            Ok(document) => document,
            Err(why) => return tell(&wanted.path, Deed::Unlearned(why.clone())),
        };
        let mut proposed = None;
        match self.schemas.get(wanted.path.as_str()) {
            None => tell(&wanted.path, Deed::New { text: text(document) }),
            Some((known, Owner::Learned { .. })) if known == document => changes.unchanged += 1,
            Some((known, Owner::Learned { .. })) if is_renamed(known, document) => {
                changes.unchanged += 1;
                changes.renamed.push((wanted.path.clone(), text(document)));
            }
            Some((_, Owner::Learned { .. })) => tell(&wanted.path, Deed::Changed { text: text(document) }),
            Some((known, Owner::Person { noted, .. })) => {
                let today = hash(document);
                if noted.as_deref() == Some(today.as_str()) || hash(known) == today {
                    if noted.is_some() {
                        tell(&wanted.path, Deed::Kept(Kept::Edited));
                    } else {
                        changes.unchanged += 1;
                    }
                } else {
                    proposed = Some(document);
                    tell(&wanted.path, Deed::Kept(Kept::Waiting));
                }
            }
        }
        let path = proposal_of(&wanted.path);
        match (proposed, self.proposals.get(path.as_str())) {
            (None, None) => {}
            (Some(document), Some(Some(there))) if there == document => {}
            (Some(document), Some(Some(there))) if is_renamed(there, document) => {
                changes.renamed.push((path, text(document)));
            }
            (_, Some(there)) if !is_ours(there.as_ref()) => tell(&path, Deed::Kept(Kept::Proposal)),
            (None, Some(_)) => tell(&path, Deed::Withdrawn),
            (Some(document), _) => tell(&path, Deed::Proposed { text: text(document) }),
        }
    }

    /// What becomes of the files without a group.
    fn settle_rest(&self, done: &BTreeSet<String>, changes: &mut Changes) {
        let referred = self.referred();
        let mut tell = |path: &str, deed| {
            changes.files.push(FileChange { path: path.to_owned(), deed, dropped: Vec::new() });
        };
        for (path, (document, owner)) in self.schemas.iter().filter(|(path, _)| !done.contains(**path)) {
            match owner {
                Owner::Learned { .. } if referred.contains(*path) => tell(path, Deed::Kept(Kept::Referred)),
                Owner::Learned { .. } => tell(path, Deed::Gone),
                Owner::Person { .. } if document.get(MARK).is_some() => {
                    tell(path, Deed::Kept(Kept::WithoutExample));
                }
                Owner::Person { .. } => {}
            }
        }
        for (path, there) in self.proposals.iter().filter(|(path, _)| !done.contains(**path)) {
            if is_key(path) {
                let ours = is_ours(there.as_ref());
                tell(path, if ours { Deed::Withdrawn } else { Deed::Kept(Kept::Proposal) });
            }
        }
    }

    /// The files that people's files refer to.
    fn referred(&self) -> BTreeSet<String> {
        let of_people = self.schemas.iter().filter(|(_, (_, owner))| owner.is_person());
        of_people.flat_map(|(path, (document, _))| references(path, document)).collect()
    }
}

/// Whether two learned documents are one schema, learned in one way, from examples that are only called
/// otherwise, stand in another order or say nothing new.
fn is_renamed(there: &Value, document: &Value) -> bool {
    !Owner::of(there).is_person() && Owner::of(there) == Owner::of(document) && hash(there) == hash(document)
}

/// A proposal bears the mark of the schema that it proposes, as long as nobody edits it.
fn is_ours(proposal: Option<&Value>) -> bool {
    proposal.is_some_and(|document| !Owner::of(document).is_person())
}

fn is_key(proposal: &str) -> bool {
    let name = proposal.rsplit('/').next().and_then(|name| name.strip_suffix(PROPOSAL));
    name.is_some_and(|name| Key::parse(name).is_some())
}

/// Indented by two, with a final line feed.
fn text(document: &Value) -> String {
    format!("{document:#}\n")
}
