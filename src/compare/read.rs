//! What a file holds: recorded answers or a collection.

use std::path::Path;
use std::sync::Arc;

use serde::de::IgnoredAny;

use super::at::At;
use super::error::CompareError;
use super::recorded::{self, TELLING};
use super::spans::{items, members};
use crate::postman::{Collection, Example, ReadError, read as postman};

/// What one side of a comparison is.
#[derive(Debug)]
pub enum Side {
    /// Recorded answers, in the order of the file; at least one.
    Answers(Vec<Arc<Example>>),
    /// A collection.
    Collection(Box<Collection>),
}

/// Reads a file or a folder: one recorded answer, a list of them, one after another (NDJSON), or a
/// collection of any form that Postman writes.
///
/// An object with `status`, `headers`, `body`, `raw` or `text` is an answer, any other is read as a
/// collection.
pub fn read(file: &Path) -> Result<Side, CompareError> {
    if file.is_dir() {
        if !postman::is_v3_folder(file) {
            return Err(CompareError::Folder { folder: file.to_owned() });
        }
        return Ok(Side::Collection(Box::new(postman::collection(file)?)));
    }
    let bytes = postman::load(file)?;
    let text = postman::text_of(&bytes).unwrap_or_default();
    match answers(file, &text)? {
        Some(answers) if answers.is_empty() => Err(CompareError::NoAnswer { file: file.to_owned() }),
        Some(answers) => Ok(Side::Answers(answers)),
        // Its reader says what the file is where it is no collection.
        None => Ok(Side::Collection(Box::new(postman::collection_from(file, &bytes)?))),
    }
}

/// The answers that the text holds; `None` where it holds something else.
fn answers(file: &Path, text: &str) -> Result<Option<Vec<Arc<Example>>>, CompareError> {
    let values = values(file, text)?;
    if let [(_, value)] = values.as_slice() {
        let at = |index| At { file, line: None, index };
        if let Some(items) = items(value) {
            let each = items.into_iter().enumerate();
            return each
                .map(|(index, item)| recorded::example(item, at(Some(index))))
                .collect::<Result<_, _>>()
                .map(Some);
        }
        let Some(members) = members(value) else { return recorded::example(value, at(None)).map(|_| None) };
        let is_answer = members.iter().any(|(name, _)| TELLING.contains(&name.as_str()));
        return is_answer.then(|| recorded::of_members(&members, at(None)).map(|one| vec![one])).transpose();
    }
    if values.is_empty() {
        return Ok(None);
    }
    let each = values.into_iter();
    each.map(|(line, value)| recorded::example(value, At { file, line: Some(line), index: None }))
        .collect::<Result<_, _>>()
        .map(Some)
}

/// The JSON values of the text, one after another, with the lines where they begin; none where the
/// first is no JSON.
fn values<'t>(file: &Path, text: &'t str) -> Result<Vec<(usize, &'t str)>, CompareError> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    let (mut found, mut start, mut line) = (Vec::new(), 0, 1);
    while let Some(value) = stream.next() {
        if let Err(error) = value {
            return if found.is_empty() {
                Ok(found)
            } else {
                Err(ReadError::not_json(file, text, &error).into())
            };
        }
        let whole = text.get(start..stream.byte_offset()).unwrap_or_default();
        start = stream.byte_offset();
        let value = whole.trim_start();
        line += breaks(whole.get(..whole.len() - value.len()).unwrap_or_default());
        found.push((line, value));
        line += breaks(value);
    }
    Ok(found)
}

fn breaks(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}
