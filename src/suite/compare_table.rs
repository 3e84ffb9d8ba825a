//! From `[compare.old]` and `[compare.new]` of suite.toml to what differs on each server
//! ([`CompareSide`]).

use std::collections::BTreeSet;
use std::ops::Range;

use indexmap::IndexMap;

use super::base_url::parse_base_url;
use super::document::{Document, Node, entries, path};
use super::name::did_you_mean;
use crate::postman::variables::Binding;
use crate::postman::{BaseRule, Rewrites};

/// The keys of `[compare]`.
pub(super) const SIDES: &[&str] = &["old", "new"];
/// The keys of `[compare.old]` and `[compare.new]`.
pub(super) const KEYS: &[&str] = &["base_url", "variables", "auth", "hosts", "rewrite"];

/// One of the two servers of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The one that is known.
    Old,
    /// The one that may take its place.
    New,
}

impl Side {
    /// `old` or `new`, as options and sections are called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::New => "new",
        }
    }
}

/// What is another one on this server than suite.toml says elsewhere.
#[derive(Debug, Clone, Default)]
pub(super) struct CompareSide {
    pub(super) base_url: Option<BaseRule>,
    /// Before `[variables]`.
    pub(super) variables: IndexMap<String, Binding>,
    /// A profile that stands for `[auth.default]`.
    pub(super) auth: Option<String>,
    /// Before `[target] hosts`.
    pub(super) hosts: IndexMap<String, BaseRule>,
    pub(super) rewrites: Rewrites,
}

/// Reads `[compare]`; `profiles` are the names that `auth` may bear. Gives what was said of old and new.
pub(super) fn read(
    document: &mut Document<'_>,
    profiles: &BTreeSet<String>,
    value: &Node<'_>,
) -> [CompareSide; 2] {
    let mut sides = [CompareSide::default(), CompareSide::default()];
    let Some(table) = document.table("compare", value) else { return sides };
    let [old, new] = &mut sides;
    for (key, value) in entries(table) {
        let side = match key.name {
            "old" => &mut *old,
            "new" => &mut *new,
            _ => {
                document.unknown("compare", &key, SIDES);
                continue;
            }
        };
        *side = self::side(document, profiles, &path("compare", key.name), value);
    }
    sides
}

fn side(
    document: &mut Document<'_>,
    profiles: &BTreeSet<String>,
    section: &str,
    value: &Node<'_>,
) -> CompareSide {
    let mut side = CompareSide::default();
    let Some(table) = document.table(section, value) else { return side };
    for (key, value) in entries(table) {
        let path = path(section, key.name);
        match key.name {
            "base_url" => side.base_url = base_url(document, &path, value),
            "variables" => side.variables = variables(document, &path, value),
            "auth" => side.auth = profile(document, profiles, &path, value),
            "hosts" => side.hosts = hosts(document, &path, value),
            "rewrite" => side.rewrites = rewrites(document, &path, value),
            _ => document.unknown(section, &key, KEYS),
        }
    }
    side
}

/// A base URL, as `[target] base_url` has it.
pub(super) fn base_url(document: &mut Document<'_>, path: &str, value: &Node<'_>) -> Option<BaseRule> {
    let text = document.string(path, value)?;
    match parse_base_url(&text) {
        Ok(rule) => Some(rule),
        Err(error) => {
            document.problem(&value.span(), format!("`{path}`: {error}"));
            None
        }
    }
}

/// A table of variables whose values may hold `${NAME}`.
pub(super) fn variables(
    document: &mut Document<'_>,
    section: &str,
    value: &Node<'_>,
) -> IndexMap<String, Binding> {
    let mut variables = IndexMap::new();
    let Some(table) = document.table(section, value) else { return variables };
    for (key, value) in entries(table) {
        let path = path(section, key.name);
        let Some(text) = document.scalar(&path, value) else { continue };
        let expanded = document.expanded(&path, &text, &value.span());
        let binding = match expanded.unset.into_iter().next() {
            Some(name) => Binding::UnsetEnv(name),
            None => Binding::Value(expanded.text),
        };
        variables.insert(key.name.to_owned(), binding);
    }
    variables
}

/// A table of host forms with a server for each.
pub(super) fn hosts(
    document: &mut Document<'_>,
    section: &str,
    value: &Node<'_>,
) -> IndexMap<String, BaseRule> {
    let Some(table) = document.table(section, value) else { return IndexMap::new() };
    let server = |(key, value): (super::document::Key<'_>, &Node<'_>)| {
        let rule = base_url(document, &path(section, key.name), value)?;
        Some((key.name.to_owned(), rule))
    };
    entries(table).into_iter().filter_map(server).collect()
}

fn profile(
    document: &mut Document<'_>,
    profiles: &BTreeSet<String>,
    path: &str,
    value: &Node<'_>,
) -> Option<String> {
    let name = document.string(path, value)?;
    if !profiles.contains(&name) {
        let hint = did_you_mean(&name, profiles.iter().map(String::as_str));
        document.problem(
            &value.span(),
            format!("`{path}`: there is no [auth.{name}]; it is the name of a profile{hint}"),
        );
    }
    Some(name)
}

fn rewrites(document: &mut Document<'_>, section: &str, value: &Node<'_>) -> Rewrites {
    let Some(table) = document.table(section, value) else { return Rewrites::default() };
    let mut pairs = Vec::new();
    for (key, value) in entries(table) {
        let path = path(section, key.name);
        let Some(to) = document.string(&path, value) else { continue };
        prefix(document, section, key.name, &key.span);
        prefix(document, &path, &to, &value.span());
        pairs.push((key.name.to_owned(), to));
    }
    pairs.into_iter().collect()
}

/// Refuses what is no beginning of a path as it stands on a request line.
fn prefix(document: &mut Document<'_>, path: &str, text: &str, span: &Range<usize>) {
    let plain =
        |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '"' | '<' | '>' | '\\' | '{' | '}');
    if !text.starts_with('/') || text.starts_with("//") || !text.chars().all(plain) {
        let message = format!(
            "`{path}`: {text:?} is no beginning of a path: it begins with one `/` and is written as it is sent, without host, query or variable"
        );
        document.problem(span, message);
    }
}

#[cfg(test)]
mod tests;
