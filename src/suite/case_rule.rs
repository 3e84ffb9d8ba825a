//! `[[case]]`: reading the tables, and what all of them together say of one case.

use std::ops::Range;

use globset::{GlobBuilder, GlobMatcher};
use indexmap::IndexMap;
use serde_json::Value;
use toml::de::DeTable;

use super::document::{Node, entries};
use super::name::did_you_mean;
use super::parse::Parser;
use super::settings::{AuthRule, CaseSettings, Compare};
use crate::finding::CaseId;

/// A longer glob becomes a regex that globset cannot compile, which it takes for impossible.
const LONGEST_GLOB: usize = 4096;

/// The keys of a `[[case]]` table.
const KEYS: &[&str] = &[
    "match",
    "auth",
    "set",
    "query",
    "path",
    "status",
    "error_code",
    "compare",
    "volatile",
    "unordered",
    "ignore",
    "skip",
    "tags",
];

/// One `[[case]]` table; a key that is not in it is `None`.
#[derive(Debug, Clone)]
pub(super) struct CaseRule {
    pub(super) pattern: String,
    pub(super) line: usize,
    /// `None` where `match` is missing or no glob, which is a problem of its own.
    matcher: Option<GlobMatcher>,
    auth: Option<AuthRule>,
    set: Option<IndexMap<String, Value>>,
    query: Option<IndexMap<String, String>>,
    path: Option<IndexMap<String, String>>,
    status: Option<u16>,
    error_code: Option<String>,
    compare: Option<Compare>,
    volatile: Option<Vec<String>>,
    unordered: Option<Vec<String>>,
    ignore: Option<Vec<String>>,
    skip: Option<String>,
    tags: Vec<String>,
}

impl CaseRule {
    pub(super) fn matches(&self, id: &CaseId) -> bool {
        self.matcher.as_ref().is_some_and(|matcher| matcher.is_match(id.as_str()))
    }
}

/// What these tables say, the first one winning per key; tags of all of them, each once.
pub(super) fn together<'r>(rules: impl Iterator<Item = &'r CaseRule>) -> CaseSettings {
    let mut found = CaseSettings::default();
    let (mut set, mut query, mut path, mut compare) = (None, None, None, None);
    let (mut volatile, mut unordered, mut ignore) = (None, None, None);
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
        first(&mut found.skip, rule.skip.as_ref());
        for tag in &rule.tags {
            if !found.tags.contains(tag) {
                found.tags.push(tag.clone());
            }
        }
    }
    found.set = set.unwrap_or_default();
    found.query = query.unwrap_or_default();
    found.path = path.unwrap_or_default();
    found.compare = compare.unwrap_or_default();
    found.volatile = volatile.unwrap_or_default();
    found.unordered = unordered.unwrap_or_default();
    found.ignore = ignore.unwrap_or_default();
    found
}

fn first<T: Clone>(kept: &mut Option<T>, next: Option<&T>) {
    if kept.is_none() {
        *kept = next.cloned();
    }
}

impl Parser<'_> {
    /// One `[[case]]` table; the profiles must have been read before.
    pub(super) fn case(&mut self, table: &DeTable<'_>, span: &Range<usize>) {
        let mut rule = None;
        let (line, _) = self.document.place(span.start);
        for (key, value) in entries(table) {
            if key.name == "match"
                && let Some(pattern) = self.document.string("case.match", value)
            {
                rule = self.pattern(pattern, line, &value.span());
            }
        }
        if !table.contains_key("match") {
            self.document.problem(span, "`case.match` is missing: the glob over case ids");
        }
        // Read the other keys all the same: their problems are told at once.
        let mut rule = rule.unwrap_or_else(|| CaseRule::new(String::new(), line, None));
        for (key, value) in entries(table) {
            self.case_key(&mut rule, key.name, value);
            if !KEYS.contains(&key.name) {
                self.document.unknown("case", &key, KEYS);
            }
        }
        self.settings.cases.push(rule);
    }

    fn case_key(&mut self, rule: &mut CaseRule, key: &str, value: &Node<'_>) {
        match key {
            "auth" => rule.auth = self.auth_rule(value),
            "set" => rule.set = Some(self.set(value)),
            "query" => rule.query = Some(self.texts("case.query", value)),
            "path" => rule.path = Some(self.texts("case.path", value)),
            "status" => rule.status = self.status(value),
            "error_code" => rule.error_code = self.document.scalar("case.error_code", value),
            "compare" => rule.compare = self.compare(value),
            "volatile" => rule.volatile = Some(self.pointers("case.volatile", value)),
            "unordered" => rule.unordered = Some(self.pointers("case.unordered", value)),
            "ignore" => rule.ignore = Some(self.pointers("case.ignore", value)),
            "skip" => rule.skip = self.reason(value),
            "tags" => {
                rule.tags =
                    self.document.strings("case.tags", value).into_iter().map(|(tag, _)| tag).collect();
            }
            _ => {}
        }
    }

    fn pattern(&mut self, pattern: String, line: usize, span: &Range<usize>) -> Option<CaseRule> {
        if pattern.len() > LONGEST_GLOB {
            let message = format!("`case.match` has {} bytes, more than {LONGEST_GLOB}", pattern.len());
            self.document.problem(span, message);
            return None;
        }
        // `*` crosses `::`, and a path separator means nothing in an id.
        match GlobBuilder::new(&pattern).literal_separator(false).build() {
            Ok(glob) => Some(CaseRule::new(pattern, line, Some(glob.compile_matcher()))),
            Err(error) => {
                let message = format!("`case.match`: `{pattern}` is no glob: {}", error.kind());
                self.document.problem(span, message);
                None
            }
        }
    }

    fn auth_rule(&mut self, value: &Node<'_>) -> Option<AuthRule> {
        let name = self.document.string("case.auth", value)?;
        match name.as_str() {
            "none" => return Some(AuthRule::Without),
            "invalid" => return Some(AuthRule::Invalid),
            _ => {}
        }
        if !self.profiles.contains(&name) {
            let known = self.profiles.iter().map(String::as_str).chain(["none", "invalid"]);
            let hint = did_you_mean(&name, known);
            let message = format!(
                "`case.auth`: there is no [auth.{name}]; it is a profile, \"none\" or \"invalid\"{hint}"
            );
            self.document.problem(&value.span(), message);
        }
        Some(AuthRule::Profile(name))
    }

    fn set(&mut self, value: &Node<'_>) -> IndexMap<String, Value> {
        let mut set = IndexMap::new();
        let Some(table) = self.document.table("case.set", value) else {
            return set;
        };
        for (key, value) in entries(table) {
            self.pointer("case.set", key.name, &key.span);
            let Some(mut json) = self.document.json("case.set", value) else {
                continue;
            };
            self.expand_json("case.set", &mut json, &value.span());
            set.insert(key.name.to_owned(), json);
        }
        set
    }

    fn status(&mut self, value: &Node<'_>) -> Option<u16> {
        let number = self.document.integer("case.status", value)?;
        let status = u16::try_from(number).ok().filter(|status| (100..=599).contains(status));
        if status.is_none() {
            let message = format!("`case.status`: {number} is no HTTP status (100 to 599)");
            self.document.problem(&value.span(), message);
        }
        status
    }

    fn compare(&mut self, value: &Node<'_>) -> Option<Compare> {
        let text = self.document.string("case.compare", value)?;
        match text.as_str() {
            "status" => Some(Compare::Status),
            "contract" => Some(Compare::Contract),
            "exact" => Some(Compare::Exact),
            other => {
                let hint = did_you_mean(other, ["status", "contract", "exact"]);
                let message =
                    format!("`case.compare` is \"status\", \"contract\" or \"exact\", not \"{other}\"{hint}");
                self.document.problem(&value.span(), message);
                None
            }
        }
    }

    fn reason(&mut self, value: &Node<'_>) -> Option<String> {
        let reason = self.document.string("case.skip", value)?;
        if reason.trim().is_empty() {
            self.document.problem(&value.span(), "`case.skip` must say why the case is not run");
        }
        Some(reason)
    }

    fn pointers(&mut self, path: &str, value: &Node<'_>) -> Vec<String> {
        let pointers = self.document.strings(path, value);
        for (pointer, span) in &pointers {
            self.pointer(path, pointer, span);
            let inner = pointer.strip_suffix("/**").unwrap_or(pointer);
            let last_too = path != "case.ignore" && inner.len() < pointer.len();
            if last_too || inner.split('/').any(|segment| segment == "**") {
                let message =
                    format!("`{path}`: `**` may only be the last part of a pointer in `ignore`: `{pointer}`");
                self.document.problem(span, message);
            }
        }
        pointers.into_iter().map(|(pointer, _)| pointer).collect()
    }

    /// Refuses what is no JSON pointer (RFC 6901 §3).
    fn pointer(&mut self, path: &str, pointer: &str, span: &Range<usize>) {
        let message = if !pointer.is_empty() && !pointer.starts_with('/') {
            format!("`{path}`: `{pointer}` is no JSON pointer: it must begin with `/` (`/{pointer}`?)")
        } else if pointer.split('~').skip(1).any(|behind| !behind.starts_with(['0', '1'])) {
            format!("`{path}`: `{pointer}` is no JSON pointer: write `~0` for `~` and `~1` for `/` in a name")
        } else {
            return;
        };
        self.document.problem(span, message);
    }
}

impl CaseRule {
    fn new(pattern: String, line: usize, matcher: Option<GlobMatcher>) -> Self {
        Self {
            pattern,
            line,
            matcher,
            auth: None,
            set: None,
            query: None,
            path: None,
            status: None,
            error_code: None,
            compare: None,
            volatile: None,
            unordered: None,
            ignore: None,
            skip: None,
            tags: Vec::new(),
        }
    }
}
