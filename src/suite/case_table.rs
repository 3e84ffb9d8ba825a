//! From a `[[case]]` table of suite.toml to a [`CaseRule`].

use std::collections::BTreeSet;
use std::ops::Range;

use indexmap::IndexMap;
use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::case_rule::{AuthRule, CaseRule, Compare};
use super::document::{Document, Key, Node, entries};
use super::id_glob::IdGlob;
use super::name::did_you_mean;
use super::step_table;

/// A longer glob becomes a regex that globset cannot compile, which it takes for impossible.
const LONGEST_GLOB: usize = 4096;

/// The keys of a `[[case]]` table.
pub(super) const KEYS: &[&str] = &[
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
    "maps",
    "not_maps",
    "repeatable",
    "skip",
    "tags",
    "before",
    "after",
];

/// Reads one `[[case]]` table, which begins at `span`; `profiles` are the names that `auth` may
/// bear.
pub(super) fn read(
    document: &mut Document<'_>,
    profiles: &BTreeSet<String>,
    table: &DeTable<'_>,
    span: &Range<usize>,
) -> CaseRule {
    CaseTable { document, profiles }.read(table, span)
}

struct CaseTable<'a, 'p> {
    document: &'a mut Document<'p>,
    profiles: &'a BTreeSet<String>,
}

impl CaseTable<'_, '_> {
    fn read(&mut self, table: &DeTable<'_>, span: &Range<usize>) -> CaseRule {
        let (line, _) = self.document.place(span.start);
        let mut rule = CaseRule { line, ..CaseRule::default() };
        if !table.contains_key("match") {
            self.document.problem(span, "`case.match` is missing: the glob over case ids");
        }
        for (key, value) in entries(table) {
            self.key(&mut rule, &key, value);
        }
        self.contradictions(table, &rule);
        rule
    }

    fn key(&mut self, rule: &mut CaseRule, key: &Key<'_>, value: &Node<'_>) {
        match key.name {
            "match" => self.pattern(rule, value),
            "auth" => rule.auth = self.auth_rule(value),
            "set" => rule.set = Some(self.set(value)),
            "query" => rule.query = Some(self.document.texts("case.query", value)),
            "path" => rule.path = Some(self.document.texts("case.path", value)),
            "status" => rule.status = self.status(value),
            "error_code" => rule.error_code = self.document.scalar("case.error_code", value),
            "compare" => rule.compare = self.compare(value),
            "volatile" => rule.volatile = Some(self.pointers("case.volatile", value)),
            "unordered" => rule.unordered = Some(self.pointers("case.unordered", value)),
            "ignore" => rule.ignore = Some(self.pointers("case.ignore", value)),
            "maps" => rule.maps = Some(self.pointers("case.maps", value)),
            "not_maps" => rule.not_maps = Some(self.pointers("case.not_maps", value)),
            "repeatable" => rule.repeatable = self.document.boolean("case.repeatable", value),
            "skip" => rule.skip = self.reason(value),
            "tags" => {
                rule.tags =
                    self.document.strings("case.tags", value).into_iter().map(|(tag, _)| tag).collect();
            }
            "before" => rule.before = Some(step_table::read(self.document, "case.before", value)),
            "after" => rule.after = Some(step_table::read(self.document, "case.after", value)),
            _ => self.document.unknown("case", key, KEYS),
        }
    }

    /// One place cannot be both.
    fn contradictions(&mut self, table: &DeTable<'_>, rule: &CaseRule) {
        let Some(DeValue::Array(items)) = table.get("not_maps").map(Node::get_ref) else { return };
        for item in items {
            let both = item
                .get_ref()
                .as_str()
                .filter(|pointer| rule.maps.iter().flatten().any(|map| map == pointer));
            if let Some(pointer) = both {
                let message = format!("`case.not_maps`: `{pointer}` stands in `case.maps`, too");
                self.document.problem(&item.span(), message);
            }
        }
    }

    fn pattern(&mut self, rule: &mut CaseRule, value: &Node<'_>) {
        let Some(pattern) = self.document.string("case.match", value) else { return };
        if pattern.len() > LONGEST_GLOB {
            let message = format!("`case.match` has {} bytes, more than {LONGEST_GLOB}", pattern.len());
            self.document.problem(&value.span(), message);
            return;
        }
        // `*` crosses `::`, and a path separator means nothing in an id.
        match IdGlob::new(&pattern) {
            Ok(glob) => rule.matcher = Some(glob),
            Err(error) => {
                let message = format!("`case.match`: `{pattern}` is no glob: {}", error.kind());
                self.document.problem(&value.span(), message);
            }
        }
        rule.pattern = pattern;
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
            self.document.pointer("case.set", key.name, &key.span);
            let Some(mut json) = self.document.json("case.set", value) else {
                continue;
            };
            self.document.expand_json("case.set", &mut json, &value.span());
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
            self.document.pointer(path, pointer, span);
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
}
