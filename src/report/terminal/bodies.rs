//! Two bodies side by side where they differ: the saved example and the answer, as a unified diff.
//!
//! Only the places of findings count. Everything else is one and the same `…` in both, so that values that change
//! with every answer are no difference, and containers without a finding take one line.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use crate::finding::Finding;
use crate::report::escape;
use crate::report::excerpt;
use crate::report::exchange::{BodyRow, ExchangeRow};

/// Lines of one diff.
const SHOWN_LINES: usize = 24;
/// Characters of one line.
const SHOWN_LINE: usize = 160;
/// Lines around a difference.
const AROUND: usize = 2;
/// Lines of one body that are laid out.
const MOST_LINES: usize = 20_000;

/// A line of a diff: its sign (`-`, `+`, a blank, or `@` between two differences), and its text, escaped.
pub(super) type Line = (char, String);

/// The diff; none where a body is no whole JSON text, or no finding has a place in it.
pub(super) fn diff(exchange: &ExchangeRow, findings: &[Finding]) -> Vec<Line> {
    let places: Vec<Vec<&str>> = findings
        .iter()
        .filter(|finding| finding.waived.is_none() && finding.at.starts_with('/'))
        // An answer of another outcome has nothing in common with the example: it is told as it is.
        .filter(|finding| finding.id.as_str().starts_with("body."))
        .map(|finding| finding.at.split('/').skip(1).collect())
        .collect();
    let body =
        |message: &Option<crate::report::exchange::MessageRow>| parsed(message.as_ref()?.body.as_ref()?);
    let (Some(old), Some(new)) = (body(&exchange.expected), body(&exchange.answer)) else {
        return Vec::new();
    };
    if places.is_empty() {
        return Vec::new();
    }
    let lines = |value: &Value| {
        let mut page = Page { lines: Vec::new() };
        page.value(0, "", value, &places, "");
        page.lines.join("\n")
    };
    let (old, new) = (lines(&old), lines(&new));
    let diff = TextDiff::from_lines(&old, &new);
    let mut shown: Vec<Line> = Vec::new();
    for (at, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if at > 0 {
            shown.push(('@', "…".to_owned()));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            let text = excerpt::beginning(change.value().trim_end_matches('\n'), SHOWN_LINE);
            shown.push((sign, escape::line(&text).into_owned()));
        }
    }
    if let Some(more @ 1..) = shown.len().checked_sub(SHOWN_LINES) {
        shown.truncate(SHOWN_LINES);
        shown.push(('@', format!("… {more} more lines")));
    }
    shown
}

fn parsed(body: &BodyRow) -> Option<Value> {
    if body.left_out > 0 || !body.is_text {
        return None;
    }
    serde_json::from_str(&body.text).ok()
}

struct Page {
    lines: Vec<String>,
}

impl Page {
    /// Lays a value out behind `name` (`"id": `); `places` are those of the findings below it.
    fn value(&mut self, depth: usize, name: &str, value: &Value, places: &[Vec<&str>], comma: &str) {
        if self.lines.len() > MOST_LINES {
            return;
        }
        let indent = "  ".repeat(depth);
        let is_found = places.iter().any(Vec::is_empty);
        match value {
            _ if places.is_empty() => self.lines.push(format!("{indent}{name}{}{comma}", folded(value))),
            Value::Object(members) if !members.is_empty() => {
                self.lines.push(format!("{indent}{name}{{"));
                let last = members.len() - 1;
                for (at, (key, member)) in members.iter().enumerate() {
                    let inner = below(places, key, is_found);
                    let name = format!("{}: ", Value::from(key.as_str()));
                    self.value(depth + 1, &name, member, &inner, if at == last { "" } else { "," });
                }
                self.lines.push(format!("{indent}}}{comma}"));
            }
            Value::Array(items) if !items.is_empty() => {
                self.lines.push(format!("{indent}{name}["));
                let last = items.len() - 1;
                for (at, item) in items.iter().enumerate() {
                    let inner = below(places, &at.to_string(), is_found);
                    self.value(depth + 1, "", item, &inner, if at == last { "" } else { "," });
                }
                self.lines.push(format!("{indent}]{comma}"));
            }
            scalar if is_found => self.lines.push(format!("{indent}{name}{scalar}{comma}")),
            other => self.lines.push(format!("{indent}{name}{}{comma}", folded(other))),
        }
    }
}

/// What is not looked into: the same text for every value.
fn folded(_value: &Value) -> &'static str {
    "…"
}

/// The places below a member or item: `*` and `{key}` of a finding stand for every one.
fn below<'p>(places: &[Vec<&'p str>], name: &str, is_found: bool) -> Vec<Vec<&'p str>> {
    if is_found {
        return vec![Vec::new()];
    }
    let escaped = name.replace('~', "~0").replace('/', "~1");
    let fits = |place: &&Vec<&str>| {
        place.first().is_some_and(|part| *part == escaped || *part == "*" || *part == "{key}")
    };
    places.iter().filter(fits).map(|place| place.iter().skip(1).copied().collect()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::finding::FindingId;
    use crate::report::exchange::MessageRow;

    fn shown(old: &str, new: &str, places: &[&str]) -> String {
        let message = |text: &str| {
            let body = BodyRow { is_text: true, text: text.to_owned(), ..BodyRow::default() };
            Some(MessageRow { body: Some(body), ..MessageRow::default() })
        };
        let exchange =
            ExchangeRow { request: MessageRow::default(), answer: message(new), expected: message(old) };
        let findings: Vec<Finding> =
            places.iter().map(|at| Finding::new(FindingId::BodyTypeChanged, *at, "a", "b")).collect();
        let lines = diff(&exchange, &findings);
        lines.iter().flat_map(|(sign, text)| [sign.to_string(), format!("{text}\n")]).collect()
    }

    #[test]
    fn what_differs_elsewhere_is_no_difference() {
        let old = json!({"time": 1, "users": [{"id": 7, "name": "Ann", "x": {"y": [1]}}], "more": true});
        let new = json!({"time": 2, "users": [{"id": "7", "name": "Bob", "x": {"y": [2]}}], "more": false});
        assert_eq!(
            shown(&old.to_string(), &new.to_string(), &["/users/*/id"]),
            "   \"users\": [\n     {\n-      \"id\": 7,\n+      \"id\": \"7\",\n       \"name\": …,\n       \"x\": …\n"
        );
    }

    #[test]
    fn a_member_that_is_gone_and_one_that_came_are_lines_of_their_own() {
        let old = json!({"a": {"b": 1, "c": 2}});
        let new = json!({"a": {"c": 2, "d": {"e": 1}}});
        let diff = shown(&old.to_string(), &new.to_string(), &["/a/b", "/a/d"]);
        for line in ["-    \"b\": 1,\n", "+    \"d\": {\n", "+      \"e\": 1\n"] {
            assert!(diff.contains(line), "{diff}");
        }
    }

    #[test]
    fn nothing_is_shown_without_a_place_or_a_whole_body() {
        assert_eq!(shown("{\"a\": 1}", "{\"a\": 2}", &[]), "");
        assert_eq!(shown("{\"a\": 1}", "{\"a\": 2}", &["", "header:etag"]), "");
        assert_eq!(shown("{\"a\": 1}", "oops", &["/a"]), "");
        assert_eq!(shown("{\"a\": 1}", "{\"a\": 1}", &["/a"]), "");
    }

    #[test]
    fn a_long_diff_is_cut_and_texts_are_escaped() {
        let old = json!({"list": vec!["\u{1b}[2J"; 100]});
        let new = json!({"list": (0..100).collect::<Vec<_>>()});
        let diff = shown(&old.to_string(), &new.to_string(), &["/list/*"]);
        assert_eq!(diff.lines().count(), SHOWN_LINES + 1);
        assert!(diff.ends_with(" more lines\n") && !diff.contains('\u{1b}'), "{diff}");
    }

    proptest! {
        #[test]
        fn any_bodies_can_be_laid_out(old in ".{0,40}", new in "[\\[\\]{}\",:a1 ]{0,30}", place in "(/[a-z*0~{}]{0,3}){0,3}") {
            for (old, new) in [(&old, &new), (&new, &old), (&new, &new)] {
                let diff = shown(old, new, &[&place]);
                prop_assert!(diff.lines().count() <= SHOWN_LINES + 1);
                prop_assert!(old != new || diff.is_empty());
            }
        }
    }
}
