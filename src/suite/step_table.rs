//! From `before` and `after` of a `[[case]]` to [`Step`]s.

use regex::Regex;
use toml::de::{DeTable, DeValue};

use super::document::{Document, Node, entries, path};
use super::id_glob::IdGlob;
use super::step::{Capture, CaptureFrom, CapturePart, Step};

pub(super) const STEP: &[&str] = &["case", "capture"];
pub(super) const CAPTURE: &[&str] = &["header", "cookie", "body", "regex", "group"];

/// A longer glob becomes a regex that globset cannot compile.
const LONGEST_GLOB: usize = 4096;

/// Reads the array; `key` is `case.before` or `case.after`.
pub(super) fn read(document: &mut Document<'_>, key: &str, value: &Node<'_>) -> Vec<Step> {
    let items: Vec<_> = document.array(key, value, "an array of tables such as { case = \"…\" }").collect();
    items.into_iter().filter_map(|item| step(document, key, item)).collect()
}

fn step(document: &mut Document<'_>, key: &str, item: &Node<'_>) -> Option<Step> {
    let table = document.table(key, item)?;
    let mut found = None;
    let mut capture = Vec::new();
    for (name, value) in entries(table) {
        match name.name {
            "case" => found = matcher(document, &path(key, "case"), value),
            "capture" if key == "case.after" => document.problem(
                &name.span,
                "`case.after.capture`: nothing is sent after the tear-down that could use a value; capture it in `before`",
            ),
            "capture" => capture = captures(document, &path(key, "capture"), value),
            _ => document.unknown(key, &name, STEP),
        }
    }
    if !table.contains_key("case") {
        document.problem(&item.span(), format!("`{key}.case` is missing: the glob over case ids"));
    }
    let (pattern, matcher, place) = found?;
    Some(Step { pattern, capture, place, matcher })
}

fn matcher(
    document: &mut Document<'_>,
    key: &str,
    value: &Node<'_>,
) -> Option<(String, IdGlob, (usize, usize))> {
    let pattern = document.string(key, value)?;
    if pattern.len() > LONGEST_GLOB {
        let message = format!("`{key}` has {} bytes, more than {LONGEST_GLOB}", pattern.len());
        document.problem(&value.span(), message);
        return None;
    }
    match IdGlob::new(&pattern) {
        Ok(glob) => Some((pattern, glob, document.place(value.span().start))),
        Err(error) => {
            document.problem(&value.span(), format!("`{key}`: `{pattern}` is no glob: {}", error.kind()));
            None
        }
    }
}

fn captures(document: &mut Document<'_>, key: &str, value: &Node<'_>) -> Vec<(String, Capture)> {
    let mut captures = Vec::new();
    let Some(table) = document.table(key, value) else { return captures };
    for (name, value) in entries(table) {
        if name.name.is_empty() || name.name.contains(['{', '}']) {
            let message = format!("`{key}`: `{}` is no name of a variable", name.name);
            document.problem(&name.span, message);
        }
        if let Some(capture) = capture(document, &path(key, name.name), value) {
            captures.push((name.name.to_owned(), capture));
        }
    }
    captures
}

fn capture(document: &mut Document<'_>, key: &str, value: &Node<'_>) -> Option<Capture> {
    match value.get_ref() {
        DeValue::String(pointer) => {
            document.pointer(key, pointer, &value.span());
            Some(Capture { from: CaptureFrom::Pointer(pointer.to_string()), part: None })
        }
        DeValue::Table(table) => from_table(document, key, table, value),
        _ => {
            let message = format!(
                "`{key}` must be a JSON pointer into the body (\"/users/0/id\"), or a table with `header`, `cookie`, `body` or `regex`"
            );
            document.problem(&value.span(), message);
            None
        }
    }
}

fn from_table(
    document: &mut Document<'_>,
    key: &str,
    table: &DeTable<'_>,
    value: &Node<'_>,
) -> Option<Capture> {
    let mut froms = Vec::new();
    let (mut pattern, mut group) = (None, None);
    for (name, value) in entries(table) {
        let path = path(key, name.name);
        match name.name {
            "header" => {
                let header = document.string(&path, value)?;
                if http::HeaderName::from_bytes(header.as_bytes()).is_err() {
                    document.problem(&value.span(), format!("`{path}`: `{header}` is no header name"));
                }
                froms.push(CaptureFrom::Header(header));
            }
            "cookie" => froms.push(CaptureFrom::Cookie(document.string(&path, value)?)),
            "body" => {
                if !document.boolean(&path, value)? {
                    document.problem(&value.span(), format!("`{path}` can only be true"));
                }
                froms.push(CaptureFrom::Body);
            }
            "regex" => pattern = Some(regex(document, &path, value)?),
            "group" => group = Some((document.integer(&path, value)?, value.span())),
            _ => document.unknown(key, &name, CAPTURE),
        }
    }
    let part = match (pattern, group) {
        (Some(pattern), group) => Some(part(document, key, pattern, group)?),
        (None, Some((_, span))) => {
            document.problem(&span, format!("`{key}.group` is a group of `regex`, which is missing"));
            return None;
        }
        (None, None) => None,
    };
    let from = match (froms.pop(), froms.is_empty(), &part) {
        (Some(from), true, _) => from,
        // A pattern alone is looked for in the body.
        (None, _, Some(_)) => CaptureFrom::Body,
        (Some(_), false, _) | (None, _, None) => {
            let message = format!(
                "`{key}` says where the value stands by one of `header`, `cookie` and `body`; `regex` alone looks in the body"
            );
            document.problem(&value.span(), message);
            return None;
        }
    };
    Some(Capture { from, part })
}

fn regex(document: &mut Document<'_>, key: &str, value: &Node<'_>) -> Option<Regex> {
    let text = document.string(key, value)?;
    match Regex::new(&text) {
        Ok(regex) => Some(regex),
        Err(error) => {
            // Its text draws the place on lines of its own; the last one says what is wrong.
            let error = error.to_string();
            let why = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
            document.problem(&value.span(), format!("`{key}`: `{text}` is no regex: {why}"));
            None
        }
    }
}

/// Without `group` the first group of the pattern, or all that fits where it has none.
fn part(
    document: &mut Document<'_>,
    key: &str,
    pattern: Regex,
    group: Option<(i64, std::ops::Range<usize>)>,
) -> Option<CapturePart> {
    let last = pattern.captures_len() - 1;
    let Some((number, span)) = group else {
        return Some(CapturePart { group: last.min(1), pattern });
    };
    if let Some(group) = usize::try_from(number).ok().filter(|group| *group <= last) {
        return Some(CapturePart { pattern, group });
    }
    let groups = match last {
        0 => "no group".to_owned(),
        1 => "1 group".to_owned(),
        more => format!("{more} groups"),
    };
    let message = format!("`{key}.group`: there is no group {number}; `{pattern}` has {groups}");
    document.problem(&span, message);
    None
}

#[cfg(test)]
mod tests;
