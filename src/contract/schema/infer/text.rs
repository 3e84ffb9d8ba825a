//! What the strings of one place have in common.

use std::collections::BTreeSet;

use super::recognise::{Formats, digits, format_of};
use crate::contract::volatile::is_opaque;

/// How many values a place may show before they are no closed list any more.
const MOST_VALUES: usize = 50;
/// The longest text that may be one of a list, in bytes.
const LONGEST_VALUE: usize = 64;

/// Names whose values are one of a list.
const LISTED: &[&str] = &[
    "code",
    "status",
    "type",
    "kind",
    "object",
    "state",
    "reason",
    "category",
    "errorCode",
    "error_code",
    "severity",
    "level",
    "role",
    "method",
    "event",
    "currency",
];
const LISTED_ENDS: &[&str] = &["_type", "_status", "_code", "Type", "Status", "Code"];

/// The strings of one place, placeholders apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    /// How many.
    n: u64,
    /// How many were empty: APIs write `""` for what is not set.
    empty: u64,
    /// What all others have in common.
    formats: Formats,
    /// The distinct values; `None` once there are too many, or one that is no plain word.
    values: Option<BTreeSet<Box<str>>>,
}

impl Default for Text {
    fn default() -> Self {
        Self { n: 0, empty: 0, formats: Formats::default(), values: Some(BTreeSet::new()) }
    }
}

impl Text {
    pub(super) fn observe(&mut self, text: &str) {
        self.n += 1;
        if text.is_empty() {
            self.empty += 1;
            return;
        }
        self.formats.narrow(text);
        if let Some(values) = &mut self.values
            && !values.contains(text)
        {
            if is_word(text) {
                values.insert(text.into());
            }
            if values.len() > MOST_VALUES || !values.contains(text) {
                self.values = None;
            }
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.n += other.n;
        self.empty += other.empty;
        self.formats = self.formats.and(other.formats);
        self.values = match (self.values.take(), other.values) {
            (Some(mut own), Some(more)) => {
                own.extend(more);
                Some(own).filter(|values| values.len() <= MOST_VALUES)
            }
            _ => None,
        };
    }

    /// Whether there are strings, and none of them is empty.
    fn is_full(&self) -> bool {
        self.empty == 0 && self.n > 0
    }

    /// The same without the empty strings, and whether there were any; `None` where nothing is left.
    pub(super) fn without_empty(mut self) -> (Option<Self>, bool) {
        let any = self.empty > 0;
        self.n -= self.empty;
        self.empty = 0;
        (Some(self).filter(|text| text.n > 0), any)
    }

    /// The format that all strings have.
    pub(super) fn format(&self) -> Option<&'static str> {
        self.formats.name().filter(|_| self.is_full())
    }

    /// Whether the strings are numbers that name something: digits under the name of an id, or at
    /// least twelve of them.
    pub(super) fn is_numeric_id(&self, name: &str) -> bool {
        let digits = self.formats.is_digits() && self.is_full();
        digits && (names_id(name) || self.formats.is_long_digits())
    }

    /// The values, where they are a list that will seldom grow: words under a name that says so,
    /// or few among many (at least ten strings, at most their square root of distinct ones).
    pub(super) fn known_values(&self, name: &str) -> Option<&BTreeSet<Box<str>>> {
        let values = self.values.as_ref().filter(|values| !values.is_empty() && self.empty == 0)?;
        let distinct = values.len() as u64;
        let few = self.n >= 10 && distinct.saturating_mul(distinct) <= self.n;
        (few || names_list(name)).then_some(values)
    }
}

/// `id`, `*_id`, `*Id`, `*ID`, `sid`, `key`.
fn names_id(name: &str) -> bool {
    matches!(name, "id" | "ID" | "Id" | "sid" | "key")
        || ["_id", "Id", "ID"].iter().any(|end| name.ends_with(end))
}

fn names_list(name: &str) -> bool {
    LISTED.contains(&name) || LISTED_ENDS.iter().any(|end| name.ends_with(end))
}

/// One plain word such as `RecordInvalid`, `text/plain` or `NOT_FOUND`; no date, id or token.
fn is_word(text: &str) -> bool {
    text.len() <= LONGEST_VALUE
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.:/-".contains(&b))
        && !digits(text)
        && !is_opaque(text)
        && format_of(text).is_none_or(|format| format == "uri")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(values: &[&str]) -> Text {
        let mut text = Text::default();
        for value in values {
            text.observe(value);
        }
        text
    }

    #[test]
    fn words_are_a_list_where_the_name_says_so() {
        let known = |values: &[&str], name: &str| text(values).known_values(name).map(BTreeSet::len);
        assert_eq!(known(&["a", "b", "a"], "status"), Some(2));
        assert_eq!(known(&["a"], "orderStatus"), Some(1));
        assert_eq!(known(&["a"], "name"), None);
        assert_eq!(known(&["a", ""], "status"), None);
        assert_eq!(known(&["two words"], "status"), None);
        assert_eq!(known(&["988c2c6d-df1b-4bb9-b837-6ba706c0b4ad"], "code"), None);
        assert_eq!(known(&["f4d8b6ee4f7d1d284c930a4e807480c5c"], "state"), None);
        let many: Vec<String> = (0..51).map(|n| format!("v{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(known(&many[..50], "type"), Some(50));
        assert_eq!(known(&many, "type"), None);
    }

    #[test]
    fn digits_are_ids_by_name_or_length() {
        assert!(text(&["7"]).is_numeric_id("user_id") && text(&["7"]).is_numeric_id("userId"));
        assert!(text(&["738964000000291009"]).is_numeric_id("owner"));
        assert!(!text(&["89073"]).is_numeric_id("zip") && !text(&["7", ""]).is_numeric_id("id"));
        assert!(!text(&["7", "x"]).is_numeric_id("id") && !text(&["7"]).is_numeric_id("grid"));
    }
}
