//! From the text of waivers.toml to its tables, each value of the kind that it must be.

use std::ops::Range;

use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use super::document::{Document, Node, entries};

/// The keys of a `[[waiver]]` table; all but `path` must be there.
const KEYS: [&str; 5] = ["case", "id", "path", "reason", "until"];

/// A text with its place.
pub(super) type Text = (String, Range<usize>);

/// One `[[waiver]]` that has all that it must have.
pub(super) struct Table {
    /// Where it begins.
    pub(super) span: Range<usize>,
    pub(super) case: Text,
    pub(super) id: Text,
    pub(super) path: Option<Text>,
    pub(super) reason: Text,
    pub(super) until: (Datetime, Range<usize>),
}

/// The tables of a text that are whole; whatever is wrong is a problem of the document.
pub(super) fn tables(text: &str, document: &mut Document<'_>) -> Vec<Table> {
    let root = match DeTable::parse(text) {
        Ok(root) => root,
        Err(error) => {
            document.broken(&error);
            return Vec::new();
        }
    };
    let mut tables = Vec::new();
    for (key, value) in entries(root.get_ref()) {
        match (key.name, value.get_ref()) {
            ("waiver", DeValue::Array(items)) => {
                tables.extend(items.iter().filter_map(|item| table(item, document)));
            }
            ("waiver", DeValue::Table(_)) => document.problem(
                &key.span,
                "`[waiver]` is one table, and waivers are a list of them: write `[[waiver]]` above each",
            ),
            ("waiver", _) => {
                document.problem(&value.span(), "`waiver` must be tables: write `[[waiver]]` above each");
            }
            _ if KEYS.contains(&key.name) => {
                let message = format!("`{}` stands in no waiver: write `[[waiver]]` above it", key.name);
                document.problem(&key.span, message);
            }
            _ => document.unknown("", &key, &["waiver"]),
        }
    }
    tables
}

fn table(item: &Node<'_>, document: &mut Document<'_>) -> Option<Table> {
    let span = item.span();
    let table = document.table("waiver", item)?;
    let (mut case, mut id, mut path, mut reason, mut until) = (None, None, None, None, None);
    for (key, value) in entries(table) {
        let mut text = |name| Some((document.string(name, value)?, value.span()));
        match key.name {
            "case" => case = text("case"),
            "id" => id = text("id"),
            "path" => path = text("path"),
            "reason" => reason = text("reason"),
            "until" => until = day(value, document),
            _ => document.unknown("waiver", &key, &KEYS),
        }
    }
    for name in KEYS.into_iter().filter(|name| *name != "path" && !table.contains_key(*name)) {
        let cure = match name {
            "case" => "the glob over case ids, such as \"shop::*\"",
            "id" => "the kind of finding, such as \"body.field.removed\"",
            "reason" => "why it is let go, in words",
            _ => "the last day on which it holds, such as 2027-03-31",
        };
        document.problem(&span, format!("`waiver.{name}` is missing: {cure}"));
    }
    Some(Table { span, case: case?, id: id?, path, reason: reason?, until: until? })
}

fn day(value: &Node<'_>, document: &mut Document<'_>) -> Option<(Datetime, Range<usize>)> {
    if let DeValue::Datetime(moment) = value.get_ref() {
        return Some((*moment, value.span()));
    }
    let quoted = value.get_ref().as_str().is_some_and(|text| text.parse::<Datetime>().is_ok());
    let cure = if quoted { ": leave out the quotes" } else { "" };
    document.problem(&value.span(), format!("`until` must be a day, such as 2027-03-31{cure}"));
    None
}
