//! The way in which the text around is written, and values written in that way.

use std::ops::Range;

use serde_json::Value;

use crate::postman::spans::Object;
/// How a file writes its objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Style {
    /// The line break between members, and what each level is indented by; `None` where all stands in
    /// one line.
    pub(super) lines: Option<Lines>,
    /// What stands between a name and its value.
    pub(super) colon: String,
    /// What stands between members in one line.
    pub(super) comma: String,
}

/// How lines are broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lines {
    /// `\n` or `\r\n`.
    pub(super) end: &'static str,
    /// What each level is indented by.
    pub(super) unit: String,
}

impl Style {
    /// The style of this object, and what its members are indented by.
    pub(super) fn of(text: &str, object: &Object) -> (Self, String) {
        let part = |range: Range<usize>| text.get(range).unwrap_or_default();
        let (first, second) = (object.members.first(), object.members.get(1));
        let colon = first.map_or(":", |member| part(member.key.end..member.value.start));
        let colon = if colon.contains(['\n', '\r']) { ": " } else { colon };
        let comma = match (first, second) {
            (Some(first), Some(second)) => part(first.value.end..second.key.start),
            _ if colon.ends_with(' ') => ", ",
            _ => ",",
        };
        let before = first.map_or("", |member| part(object.range.start + 1..member.key.start));
        let after = object.members.last().map_or("", |member| part(member.value.end..object.range.end - 1));
        let inner = behind_break(before);
        let lines = inner.map(|inner| Lines {
            end: if before.contains("\r\n") { "\r\n" } else { "\n" },
            unit: unit(inner, behind_break(after)),
        });
        let comma = if comma.contains(['\n', '\r']) { "," } else { comma };
        let style = Self { lines, colon: colon.to_owned(), comma: comma.to_owned() };
        (style, inner.unwrap_or_default().to_owned())
    }

    /// The value; lines behind the first are indented by this at least.
    pub(super) fn write(&self, value: &Value, indent: &str) -> String {
        let mut out = String::new();
        self.value(value, indent, &mut out);
        out
    }

    fn value(&self, value: &Value, indent: &str, out: &mut String) {
        match value {
            Value::Object(members) => {
                let members = members.iter().map(|(name, value)| (Some(name), value));
                self.list(('{', '}'), members, indent, out);
            }
            Value::Array(items) => self.list(('[', ']'), items.iter().map(|item| (None, item)), indent, out),
            scalar => out.push_str(&scalar.to_string()),
        }
    }

    fn list<'v>(
        &self,
        (open, close): (char, char),
        parts: impl Iterator<Item = (Option<&'v String>, &'v Value)>,
        indent: &str,
        out: &mut String,
    ) {
        out.push(open);
        let inner = self.inner(indent);
        let mut is_empty = true;
        for (name, value) in parts {
            match &self.lines {
                Some(lines) => {
                    out.push_str(if is_empty { "" } else { "," });
                    out.extend([lines.end, &inner]);
                }
                None => out.push_str(if is_empty { "" } else { &self.comma }),
            }
            is_empty = false;
            if let Some(name) = name {
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push_str(&self.colon);
            }
            self.value(value, &inner, out);
        }
        if let Some(lines) = self.lines.as_ref().filter(|_| !is_empty) {
            out.extend([lines.end, indent]);
        }
        out.push(close);
    }

    /// What is one level deeper than this.
    pub(super) fn inner(&self, indent: &str) -> String {
        let unit = self.lines.as_ref().map_or("", |lines| &lines.unit);
        format!("{indent}{unit}")
    }
}

/// What stands behind the last line break; `None` without one.
pub(super) fn behind_break(text: &str) -> Option<&str> {
    text.rsplit_once(['\n', '\r']).map(|(_, behind)| behind)
}

/// The difference between the members and the closing bracket, else what is usual.
fn unit(inner: &str, outer: Option<&str>) -> String {
    let difference = outer.and_then(|outer| inner.strip_prefix(outer)).filter(|unit| !unit.is_empty());
    let usual = if inner.starts_with('\t') { "\t" } else { "  " };
    difference.unwrap_or(usual).to_owned()
}
