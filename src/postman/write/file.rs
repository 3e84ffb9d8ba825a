//! Examples put into the text of a collection file ([`insert`]).

use std::ops::Range;
use std::path::Path;

use serde_json::Value;

use super::answer::{SavedAt, WriteError};
use super::json;

use super::style::{Style, behind_break};
use crate::postman::model::Collection;
use crate::postman::read;
use crate::postman::spans::{self, Object};

/// Text that takes the place of some other, mostly of none.
struct Edit {
    at: Range<usize>,
    text: String,
}

/// The bytes of the collection file with these examples put in, each behind those that its item has.
///
/// Line ends, indentation, the order of members, names that are twice, numbers, escapes, the encoding
/// and its byte order mark stay; at most one example is put into an item. Fails where an item is not
/// there any more, where its `response` is no list (null counts as an empty one), and where the result
/// would not read back as the collection with these examples.
pub fn insert(file: &Path, bytes: &[u8], saved: &[SavedAt]) -> Result<Vec<u8>, WriteError> {
    let before = read::collection_from(file, bytes)?;
    let text = read::decode(file, bytes)?;
    let wanted: Vec<&str> = saved.iter().map(|saved| saved.pointer.as_str()).collect();
    let root = wanted.first().and_then(|pointer| pointer.split_once("/item")).map_or("", |(root, _)| root);
    let objects = spans::items(&text, root, &wanted);
    let mut edits = Vec::with_capacity(saved.len());
    for saved in saved {
        let gone = || WriteError::Gone {
            file: file.to_owned(),
            pointer: saved.pointer.clone(),
            item: saved.item.clone(),
        };
        let object = objects.get(saved.pointer.as_str()).ok_or_else(gone)?;
        let is_same = examples(&before, &saved.pointer).is_some_and(|(item, _)| item == saved.item);
        let request = object.member("request").filter(|_| is_same).ok_or_else(gone)?;
        let request = text.get(request.value.clone()).and_then(|text| serde_json::from_str(text).ok());
        let example = json::example(&saved.example, request.ok_or_else(gone)?);
        let edit = edit(&text, object, example).map_err(|what| WriteError::NoList {
            file: file.to_owned(),
            pointer: format!("{}/response", saved.pointer),
            what,
        })?;
        edits.push(edit);
    }
    let made = encoded(bytes, &applied(&text, edits));
    holds(file, &before, &made, saved)?;
    Ok(made)
}

/// Where the example of an item is put in. The error says what its `response` is instead of a list.
fn edit(text: &str, item: &Object, example: Value) -> Result<Edit, &'static str> {
    let (style, indent) = Style::of(text, item);
    let end = style.lines.as_ref().map_or("", |lines| lines.end);
    let Some(response) = item.member("response") else {
        let last = item.members.last().map_or(item.range.start + 1, |member| member.value.end);
        let whole = style.write(&Value::Array(vec![example]), &indent);
        let gap = if end.is_empty() { style.comma.clone() } else { format!(",{end}{indent}") };
        return Ok(Edit { at: last..last, text: format!("{gap}\"response\"{}{whole}", style.colon) });
    };
    let saved = text.get(response.value.clone()).unwrap_or_default();
    if saved == "null" {
        let list = style.write(&Value::Array(vec![example]), &indent);
        return Ok(Edit { at: response.value.clone(), text: list });
    }
    let items = spans::array(text, response.value.start).ok_or_else(|| kind(saved))?;
    let first = items.first().map_or(response.value.end - 1, |first| first.start);
    let open = response.value.start + 1;
    let space = text.get(open..first).unwrap_or_default();
    let Some(last) = items.last() else {
        let inner = style.inner(&indent);
        let example = style.write(&example, &inner);
        // A closing bracket in a line of its own stays there.
        let close = if behind_break(space).is_some() { String::new() } else { format!("{end}{indent}") };
        let (before, close) = if end.is_empty() { ("", "") } else { (inner.as_str(), close.as_str()) };
        return Ok(Edit { at: open..open, text: format!("{end}{before}{example}{close}") });
    };
    let text = if let Some(inner) = behind_break(space) {
        format!(",{space}{}", style.write(&example, inner))
    } else {
        let between = match items.as_slice() {
            [first, second, ..] => text.get(first.end..second.start).unwrap_or(","),
            _ if end.is_empty() => &style.comma,
            _ => ", ",
        };
        format!("{between}{}", style.write(&example, &indent))
    };
    Ok(Edit { at: last.end..last.end, text })
}

fn kind(text: &str) -> &'static str {
    match text.as_bytes().first() {
        Some(b'"') => "a text",
        Some(b'{') => "an object",
        Some(b't' | b'f') => "a boolean",
        _ => "a number",
    }
}

fn applied(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| edit.at.start);
    let mut made =
        String::with_capacity(text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut done = 0;
    for edit in edits {
        made.push_str(text.get(done..edit.at.start).unwrap_or_default());
        made.push_str(&edit.text);
        done = edit.at.end;
    }
    made.push_str(text.get(done..).unwrap_or_default());
    made
}

/// The text in the encoding of the file, with the byte order mark that it has.
fn encoded(like: &[u8], text: &str) -> Vec<u8> {
    let utf16 = |mark: &[u8], unit: fn(u16) -> [u8; 2]| {
        mark.iter().copied().chain(text.encode_utf16().flat_map(unit)).collect()
    };
    match like {
        [0xef, 0xbb, 0xbf, ..] => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        [0xff, 0xfe, ..] => utf16(b"\xff\xfe", u16::to_le_bytes),
        [0xfe, 0xff, ..] => utf16(b"\xfe\xff", u16::to_be_bytes),
        [first, 0, ..] if *first != 0 => utf16(b"", u16::to_le_bytes),
        [0, second, ..] if *second != 0 => utf16(b"", u16::to_be_bytes),
        _ => text.as_bytes().to_vec(),
    }
}

/// Whether the bytes read back as the collection with these examples and no others.
fn holds(file: &Path, before: &Collection, made: &[u8], saved: &[SavedAt]) -> Result<(), WriteError> {
    let unfit = |pointer: &str, why: String| WriteError::Unfit {
        file: file.to_owned(),
        pointer: pointer.to_owned(),
        why,
    };
    let at = saved.first().map_or("", |saved| saved.pointer.as_str());
    let after = read::collection_from(file, made).map_err(|error| unfit(at, error.to_string()))?;
    for (old, new) in before.items().iter().zip(after.items()) {
        let added = saved.iter().find(|saved| saved.pointer == new.item.pointer);
        let wanted = old.item.examples.len() + usize::from(added.is_some());
        let last = new.item.examples.last();
        let is_last = added.is_none_or(|added| {
            last.is_some_and(|last| {
                let body = last.body.as_deref().unwrap_or_default();
                last.name == added.example.name && body == added.example.body
            })
        });
        if old.item.pointer != new.item.pointer || new.item.examples.len() != wanted || !is_last {
            return Err(unfit(&new.item.pointer, "the file would not read back with it".to_owned()));
        }
    }
    Ok(())
}

/// The name of the item at this pointer, and how many examples it has.
fn examples<'c>(collection: &'c Collection, pointer: &str) -> Option<(&'c str, usize)> {
    let items = collection.items();
    let placed = items.iter().find(|placed| placed.item.pointer == pointer)?;
    Some((&placed.item.name, placed.item.examples.len()))
}
