//! The `[[case]]` tables, and what all of them together say of one case.

use indexmap::IndexMap;
use serde_json::Value;

use super::id_glob::IdGlob;
use super::step::Step;
use crate::finding::CaseId;
use crate::postman::variables::names_in;

/// `auth` of a `[[case]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthRule {
    /// `"none"`.
    Without,
    /// `"invalid"`.
    Invalid,
    /// The name of a profile (`[auth.NAME]`), checked to exist.
    Profile(String),
}

/// `compare` of a `[[case]]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compare {
    /// Only the status.
    Status,
    /// Status, headers, result code, and the body against its schema.
    #[default]
    Contract,
    /// Besides, every value that is not volatile.
    Exact,
}

/// What the `[[case]]` tables say of one case, the first match winning per key: a table such as
/// `set` is taken as a whole. Tags are those of all matching tables.
#[derive(Debug, Clone, Default)]
pub struct CaseSettings {
    /// `auth`.
    pub auth: Option<AuthRule>,
    /// `set`: JSON pointers into the request body.
    pub set: IndexMap<String, Value>,
    /// `query`.
    pub query: IndexMap<String, String>,
    /// `path`.
    pub path: IndexMap<String, String>,
    /// `status`.
    pub status: Option<u16>,
    /// `error_code`.
    pub error_code: Option<String>,
    /// `compare`.
    pub compare: Compare,
    /// `volatile`: pointers with `*`; the value is free, its kind is checked.
    pub volatile: Vec<String>,
    /// `unordered`: pointers of arrays whose order is free where values are compared.
    pub unordered: Vec<String>,
    /// `maps`: pointers with `*`, of objects whose names are data.
    pub maps: Vec<String>,
    /// `not_maps`: the same of objects whose names are fixed, though they look like data.
    pub not_maps: Vec<String>,
    /// `ignore`: pointers with `*` and a last `**`; nothing is checked there.
    pub ignore: Vec<String>,
    /// `repeatable`: its request may be sent more than once though its method is unsafe.
    pub repeatable: bool,
    /// `skip`: why the case is not run.
    pub skip: Option<String>,
    /// `tags`, of all matching tables.
    pub tags: Vec<String>,
    /// `before`: what is sent before the case.
    pub before: Vec<Step>,
    /// `after`: what is sent after it.
    pub after: Vec<Step>,
}

/// One `[[case]]` table; a key that is not in it is `None`.
#[derive(Debug, Clone, Default)]
pub(super) struct CaseRule {
    pub(super) pattern: String,
    pub(super) line: usize,
    /// `None` where `match` is missing or no glob, which is a problem of its own.
    pub(super) matcher: Option<IdGlob>,
    pub(super) auth: Option<AuthRule>,
    pub(super) set: Option<IndexMap<String, Value>>,
    pub(super) query: Option<IndexMap<String, String>>,
    pub(super) path: Option<IndexMap<String, String>>,
    pub(super) status: Option<u16>,
    pub(super) error_code: Option<String>,
    pub(super) compare: Option<Compare>,
    pub(super) volatile: Option<Vec<String>>,
    pub(super) unordered: Option<Vec<String>>,
    pub(super) ignore: Option<Vec<String>>,
    pub(super) maps: Option<Vec<String>>,
    pub(super) not_maps: Option<Vec<String>>,
    pub(super) repeatable: Option<bool>,
    pub(super) skip: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) before: Option<Vec<Step>>,
    pub(super) after: Option<Vec<Step>>,
}

impl CaseRule {
    pub(super) fn matches(&self, id: &CaseId) -> bool {
        self.matcher.as_ref().is_some_and(|matcher| matcher.is_match(id))
    }
}

/// One `[[case]]` table as it is written, for who asks whether it fits anything.
#[derive(Debug, Clone, Copy)]
pub struct CaseTable<'s>(pub(super) &'s CaseRule);

impl<'s> CaseTable<'s> {
    /// Its line in suite.toml, from 1.
    pub fn line(self) -> usize {
        self.0.line
    }

    /// Whether `match` fits the case.
    pub fn matches(self, id: &CaseId) -> bool {
        self.0.matches(id)
    }

    /// The pointers into answers, each with its key.
    pub fn pointers(self) -> impl Iterator<Item = (&'static str, &'s str)> {
        let keys =
            [("volatile", &self.0.volatile), ("unordered", &self.0.unordered), ("ignore", &self.0.ignore)];
        keys.into_iter()
            .flat_map(|(key, list)| list.iter().flatten().map(move |pointer| (key, pointer.as_str())))
    }

    /// The pointers of `maps` and `not_maps`, each with its key.
    pub fn maps(self) -> impl Iterator<Item = (&'static str, &'s str)> {
        let keys = [("maps", &self.0.maps), ("not_maps", &self.0.not_maps)];
        keys.into_iter()
            .flat_map(|(key, list)| list.iter().flatten().map(move |pointer| (key, pointer.as_str())))
    }

    /// Whether it says anything of maps, were it an empty list that takes the place of another table's.
    pub fn says_maps(self) -> bool {
        self.0.maps.is_some() || self.0.not_maps.is_some()
    }

    /// The names of `path`.
    pub fn path_variables(self) -> impl Iterator<Item = &'s str> {
        self.0.path.iter().flat_map(|path| path.keys().map(String::as_str))
    }

    /// The variables that its values name.
    pub(super) fn names_used(self) -> Vec<&'s str> {
        let pairs = [&self.0.path, &self.0.query].into_iter().flatten().flat_map(|pairs| pairs.values());
        let mut names: Vec<&str> = pairs.flat_map(|text| names_in(text)).collect();
        let mut open: Vec<&Value> = self.0.set.iter().flat_map(|set| set.values()).collect();
        while let Some(value) = open.pop() {
            match value {
                Value::String(text) => names.extend(names_in(text)),
                Value::Array(items) => open.extend(items),
                Value::Object(members) => open.extend(members.values()),
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
            }
        }
        names
    }
}

/// What these tables say, the first one winning per key; tags of all of them, each once.
pub(super) fn together<'r>(rules: impl Iterator<Item = &'r CaseRule>) -> CaseSettings {
    let mut found = CaseSettings::default();
    let (mut set, mut query, mut path, mut compare) = (None, None, None, None);
    let (mut volatile, mut unordered, mut ignore) = (None, None, None);
    let (mut maps, mut not_maps) = (None, None);
    let (mut before, mut after, mut repeatable) = (None, None, None);
    for rule in rules {
        first(&mut found.auth, rule.auth.as_ref());
        first(&mut set, rule.set.as_ref());
        first(&mut query, rule.query.as_ref());
        first(&mut path, rule.path.as_ref());
        first(&mut found.status, rule.status.as_ref());
        first(&mut found.error_code, rule.error_code.as_ref());
        first(&mut compare, rule.compare.as_ref());
        first(&mut volatile, rule.volatile.as_ref());
        first(&mut unordered, rule.unordered.as_ref());
        first(&mut ignore, rule.ignore.as_ref());
        first(&mut maps, rule.maps.as_ref());
        first(&mut not_maps, rule.not_maps.as_ref());
        first(&mut repeatable, rule.repeatable.as_ref());
        first(&mut found.skip, rule.skip.as_ref());
        first(&mut before, rule.before.as_ref());
        first(&mut after, rule.after.as_ref());
        for tag in &rule.tags {
            if !found.tags.contains(tag) {
                found.tags.push(tag.clone());
            }
        }
    }
    found.repeatable = repeatable.unwrap_or_default();
    found.before = before.unwrap_or_default();
    found.after = after.unwrap_or_default();
    found.set = set.unwrap_or_default();
    found.query = query.unwrap_or_default();
    found.path = path.unwrap_or_default();
    found.compare = compare.unwrap_or_default();
    found.volatile = volatile.unwrap_or_default();
    found.unordered = unordered.unwrap_or_default();
    found.maps = maps.unwrap_or_default();
    found.not_maps = not_maps.unwrap_or_default();
    found.ignore = ignore.unwrap_or_default();
    found
}

fn first<T: Clone>(kept: &mut Option<T>, next: Option<&T>) {
    if kept.is_none() {
        *kept = next.cloned();
    }
}
