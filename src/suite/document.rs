//! Typed access to a TOML document that keeps the place of everything and collects every problem
//! instead of stopping at the first.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use indexmap::IndexMap;
use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::environment::{Expanded, expand};
use super::name::did_you_mean;

/// A value with its place.
pub(super) type Node<'i> = Spanned<DeValue<'i>>;

/// One thing that is wrong in suite.toml.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The line, from 1 on.
    pub line: usize,
    /// The character in the line, from 1 on.
    pub column: usize,
    /// What is wrong, and the cure where it is known.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// The text of a document, what was found wrong in it so far, and what the process environment
/// gave to it.
#[derive(Debug)]
pub(super) struct Document<'t> {
    text: &'t str,
    process: &'t BTreeMap<String, String>,
    problems: Vec<Problem>,
    secrets: BTreeSet<String>,
    unset: BTreeSet<String>,
}

impl<'t> Document<'t> {
    /// `process` is the process environment.
    pub(super) fn new(text: &'t str, process: &'t BTreeMap<String, String>) -> Self {
        Self { text, process, problems: Vec::new(), secrets: BTreeSet::new(), unset: BTreeSet::new() }
    }

    /// Line and character of a byte position, both from 1 on.
    pub(super) fn place(&self, at: usize) -> (usize, usize) {
        let before = self.text.get(..self.text.floor_char_boundary(at)).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }

    pub(super) fn problem(&mut self, span: &Range<usize>, message: impl Into<String>) {
        let (line, column) = self.place(span.start);
        self.problems.push(Problem { line, column, message: message.into() });
    }

    /// What makes the text no TOML at all. Of a key that is there twice, it says which.
    pub(super) fn broken(&mut self, error: &toml::de::Error) {
        let span = error.span().unwrap_or_default();
        let message = error.message().to_lowercase();
        let there = self.text.get(span.clone()).unwrap_or_default();
        // A name of many lines, or one that takes up a screen, is found by its place.
        let is_shown = message == "duplicate key"
            && (1..=60).contains(&there.chars().count())
            && !there.contains(char::is_control);
        let key = if is_shown { format!(" `{there}`") } else { String::new() };
        self.problem(&span, format!("{message}{key}"));
    }

    /// Every problem, in the order of the text.
    pub(super) fn into_problems(mut self) -> Vec<Problem> {
        self.problems.sort();
        self.problems
    }

    /// Refuses a key by name; `known` are the ones there are in `section`.
    pub(super) fn unknown(&mut self, section: &str, key: &Key<'_>, known: &[&str]) {
        let hint = did_you_mean(key.name, known.iter().copied());
        let hint = if hint.is_empty() { format!("; known are {}", listed(known)) } else { hint };
        self.problem(&key.span, format!("unknown key `{}`{hint}", path(section, key.name)));
    }

    fn wrong_type(&mut self, path: &str, value: &Node<'_>, wanted: &str) {
        let message = format!("`{path}` must be {wanted}, not {}", with_article(value.get_ref()));
        self.problem(&value.span(), message);
    }

    pub(super) fn string(&mut self, path: &str, value: &Node<'_>) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong_type(path, value, "a string");
        }
        text
    }

    pub(super) fn boolean(&mut self, path: &str, value: &Node<'_>) -> Option<bool> {
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type(path, value, "true or false");
        }
        flag
    }

    pub(super) fn integer(&mut self, path: &str, value: &Node<'_>) -> Option<i64> {
        let number = integer(value.get_ref());
        if number.is_none() {
            self.wrong_type(path, value, "an integer");
        }
        number
    }

    /// A string, or a number or boolean as text.
    pub(super) fn scalar(&mut self, path: &str, value: &Node<'_>) -> Option<String> {
        let text = match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Boolean(flag) => Some(flag.to_string()),
            DeValue::Float(number) => Some(number.as_str().to_owned()),
            other => integer(other).map(|number| number.to_string()),
        };
        if text.is_none() {
            self.wrong_type(path, value, "a string");
        }
        text
    }

    pub(super) fn table<'v, 'i>(&mut self, path: &str, value: &'v Node<'i>) -> Option<&'v DeTable<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(path, value, "a table");
        }
        table
    }

    pub(super) fn array<'v, 'i>(
        &mut self,
        path: &str,
        value: &'v Node<'i>,
        of: &str,
    ) -> impl Iterator<Item = &'v Node<'i>> + use<'v, 'i> {
        let array = value.get_ref().as_array();
        if array.is_none() {
            self.wrong_type(path, value, of);
        }
        array.into_iter().flat_map(|items| items.iter())
    }

    /// An array of strings, each with its place.
    pub(super) fn strings(&mut self, path: &str, value: &Node<'_>) -> Vec<(String, Range<usize>)> {
        self.array(path, value, "an array of strings")
            .filter_map(|item| Some((self.string(path, item)?, item.span())))
            .collect()
    }

    /// Refuses what is no JSON pointer (RFC 6901 §3).
    pub(super) fn pointer(&mut self, path: &str, pointer: &str, span: &Range<usize>) {
        let message = if !pointer.is_empty() && !pointer.starts_with('/') {
            format!("`{path}`: `{pointer}` is no JSON pointer: it must begin with `/` (`/{pointer}`?)")
        } else if pointer.split('~').skip(1).any(|behind| !behind.starts_with(['0', '1'])) {
            format!("`{path}`: `{pointer}` is no JSON pointer: write `~0` for `~` and `~1` for `/` in a name")
        } else {
            return;
        };
        self.problem(span, message);
    }

    /// The value as JSON.
    pub(super) fn json(&mut self, path: &str, value: &Node<'_>) -> Option<Value> {
        Some(match value.get_ref() {
            DeValue::Table(table) => {
                let members = entries(table)
                    .into_iter()
                    .filter_map(|(key, member)| Some((key.name.to_owned(), self.json(path, member)?)));
                Value::Object(members.collect())
            }
            DeValue::Array(items) => items.iter().filter_map(|item| self.json(path, item)).collect(),
            DeValue::Boolean(flag) => (*flag).into(),
            DeValue::Integer(_) => self.integer(path, value)?.into(),
            DeValue::Float(number) => {
                let Ok(number) = number.as_str().parse::<serde_json::Number>() else {
                    self.problem(
                        &value.span(),
                        format!("`{path}`: JSON has no number `{}`", number.as_str()),
                    );
                    return None;
                };
                number.into()
            }
            DeValue::Datetime(moment) => moment.to_string().into(),
            DeValue::String(text) => text.as_ref().into(),
        })
    }

    /// A table of texts that may hold `${NAME}`.
    pub(super) fn texts(&mut self, section: &str, value: &Node<'_>) -> IndexMap<String, String> {
        let mut texts = IndexMap::new();
        let Some(table) = self.table(section, value) else {
            return texts;
        };
        for (key, value) in entries(table) {
            let path = path(section, key.name);
            if let Some(text) = self.scalar(&path, value) {
                texts.insert(key.name.to_owned(), self.expanded(&path, &text, &value.span()).text);
            }
        }
        texts
    }

    /// Replaces `${NAME}` in every string of a JSON value.
    pub(super) fn expand_json(&mut self, path: &str, json: &mut Value, span: &Range<usize>) {
        match json {
            Value::String(text) => *text = self.expanded(path, text, span).text,
            Value::Array(items) => items.iter_mut().for_each(|item| self.expand_json(path, item, span)),
            Value::Object(members) => {
                members.values_mut().for_each(|member| self.expand_json(path, member, span));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Replaces `${NAME}` in a text; what is wrong with one is a problem.
    pub(super) fn expanded(&mut self, path: &str, text: &str, span: &Range<usize>) -> Expanded {
        match expand(text, self.process) {
            Ok(expanded) => {
                self.secrets.extend(expanded.secrets.iter().cloned());
                self.unset.extend(expanded.unset.iter().cloned());
                expanded
            }
            Err(why) => {
                self.problem(span, format!("`{path}`: {why}"));
                Expanded::default()
            }
        }
    }

    /// Of the process environment: the values that stand in any text so far, and the names that
    /// have none.
    pub(super) fn take_process_values(&mut self) -> (BTreeSet<String>, BTreeSet<String>) {
        (std::mem::take(&mut self.secrets), std::mem::take(&mut self.unset))
    }
}

/// A key with its place.
#[derive(Debug, Clone)]
pub(super) struct Key<'v> {
    pub(super) name: &'v str,
    pub(super) span: Range<usize>,
}

/// The entries of a table in the order of the text.
pub(super) fn entries<'v, 'i>(table: &'v DeTable<'i>) -> Vec<(Key<'v>, &'v Node<'i>)> {
    let mut entries: Vec<_> = table
        .iter()
        .map(|(key, value)| (Key { name: key.get_ref().as_ref(), span: key.span() }, value))
        .collect();
    entries.sort_by_key(|(key, _)| key.span.start);
    entries
}

/// `target.writes`; a name that is no bare key is quoted as TOML quotes it.
pub(super) fn path(section: &str, name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    let name = if bare { name.to_owned() } else { format!("{name:?}") };
    if section.is_empty() { name } else { format!("{section}.{name}") }
}

/// `a`, `b` and `c`, each in backticks.
pub(super) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

fn integer(value: &DeValue<'_>) -> Option<i64> {
    let number = value.as_integer()?;
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

fn with_article(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "this integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
