//! The answers that were accepted after drift: `cases/<suite>/accepted/<id parts>.json`, a list for each
//! case, the newest last.
//!
//! Invariant: an accepted answer makes no new case. The newest takes the place of the saved example in the
//! loaded collection (its status, header fields and body; name, id, request and place stay those of the
//! example), so that whatever reads the collection agrees on what the case expects. The answers before it
//! widen its schema, back to the last that replaces.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::SuiteError;
use super::ids::name_items;
use super::walk::{Found, below};
use crate::postman::model::Node;
use crate::postman::read::{NoJson, place_of_character, text_file};
use crate::postman::spot::At;
use crate::postman::{Collection, Example, Warning};

/// One accepted answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptedAnswer {
    /// When it was accepted: RFC 3339, UTC.
    pub at: String,
    /// Whether nothing before it counts any more, the saved example included.
    pub replaces: bool,
    /// The status.
    pub status: u16,
    /// The header fields.
    pub headers: Vec<(String, String)>,
    /// The body: an object or array of JSON as such, any other body as the text that it is; absent where there
    /// is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
}

/// The accepted answers of a suite by the path of their file below `accepted/`, with `/`.
pub type AcceptedFiles = BTreeMap<String, Vec<AcceptedAnswer>>;

/// The answers before the newest, by the pointer of the example, the saved one first.
pub(super) type Earlier = HashMap<String, Vec<Arc<Example>>>;

impl AcceptedAnswer {
    /// An answer with this body; JSON is kept as JSON where it is an object or array.
    pub fn new(
        at: String,
        replaces: bool,
        status: u16,
        headers: Vec<(String, String)>,
        body: Option<&str>,
    ) -> Self {
        let body = body.map(|text| match serde_json::from_str::<Value>(text) {
            Ok(value @ (Value::Object(_) | Value::Array(_))) => value,
            Ok(_) | Err(_) => Value::String(text.to_owned()),
        });
        Self { at, replaces, status, headers, body }
    }

    /// The body as text.
    pub fn text(&self) -> Option<String> {
        self.body.as_ref().map(|body| match body {
            Value::String(text) => text.clone(),
            value => value.to_string(),
        })
    }

    /// The file of the case with these id parts (without the suite's) below `accepted/`.
    pub fn path(parts: &[&str]) -> String {
        format!("{}.json", parts.join("/"))
    }

    /// The text of a file with these answers.
    pub fn file(answers: &[Self]) -> String {
        let value = serde_json::to_value(answers).unwrap_or_default();
        format!("{value:#}\n")
    }

    /// The example as this answer has it.
    fn example(&self, saved: &Example) -> Example {
        Example {
            code: Some(self.status),
            headers: self.headers.clone(),
            body: self.text(),
            language: None,
            ..saved.clone()
        }
    }
}

/// Every file below `accepted/`; links are not followed.
///
/// Fails where a file is no list of accepted answers.
pub(super) fn read(dir: &Path) -> Result<AcceptedFiles, SuiteError> {
    let mut found = AcceptedFiles::new();
    for Found { path, file, kind } in below(dir)? {
        if kind.is_file() && file.extension().is_some_and(|ending| ending == "json") {
            found.insert(path, answers(&file)?);
        }
    }
    Ok(found)
}

fn answers(file: &Path) -> Result<Vec<AcceptedAnswer>, SuiteError> {
    let text = text_file(file)?;
    let broken = |at: At, why: String| SuiteError::Accepted { file: file.to_owned(), at, why };
    let answers: Vec<AcceptedAnswer> = serde_json::from_str(&text).map_err(|error| {
        let (line, column) = place_of_character(&error, &text);
        broken(At::Character(line, column), NoJson::of(&error).to_string())
    })?;
    match answers.iter().position(|answer| !(200..=999).contains(&answer.status)) {
        Some(at) => {
            let pointer = format!("/{at}/status");
            let why = format!("{pointer}: no answer ends with this status");
            Err(broken(At::Pointer(pointer), why))
        }
        None if answers.is_empty() => Err(broken(At::Pointer(String::new()), "the list is empty".to_owned())),
        None => Ok(answers),
    }
}

/// Puts the newest answers into the places of their examples, and gives those before them. A file that
/// belongs to no case is told.
pub(super) fn join(
    collection: &mut Collection,
    suite: &str,
    dir: &Path,
    files: &AcceptedFiles,
) -> (Earlier, Vec<Warning>) {
    let mut earlier = Earlier::new();
    if files.is_empty() {
        return (earlier, Vec::new());
    }
    let mut newest: HashMap<String, Arc<Example>> = HashMap::new();
    let mut known = Vec::new();
    for item in name_items(suite, collection) {
        for (id, saved) in item.examples.iter().zip(&item.placed.item.examples) {
            let parts: Vec<&str> = id.parts().skip(1).collect();
            let path = AcceptedAnswer::path(&parts);
            let Some((last, before)) = files.get(&path).and_then(|answers| answers.split_last()) else {
                continue;
            };
            let from = before.iter().rposition(|answer| answer.replaces);
            let mut counting: Vec<Arc<Example>> = Vec::new();
            if !last.replaces {
                counting.extend(from.is_none().then(|| named(saved, saved, "as saved")));
                let answers = before.get(from.unwrap_or(0)..).unwrap_or_default();
                let dated = |answer: &AcceptedAnswer| named(&answer.example(saved), saved, &answer.at);
                counting.extend(answers.iter().map(dated));
            }
            newest.insert(saved.pointer.clone(), Arc::new(last.example(saved)));
            earlier.insert(saved.pointer.clone(), counting);
            known.push(path);
        }
    }
    put(&mut collection.nodes, &newest);
    let left = files.keys().filter(|path| !known.contains(path));
    let odd = left.map(|path| Warning {
        file: dir.join(path),
        pointer: String::new(),
        message: "belongs to no case, and counts for nothing; delete it, or move it to the id that the case has now"
            .to_owned(),
    });
    (earlier, odd.collect())
}

/// The example under a name that says which one of several it is.
fn named(example: &Example, saved: &Example, which: &str) -> Arc<Example> {
    Arc::new(Example { name: format!("{} ({which})", saved.name), ..example.clone() })
}

fn put(nodes: &mut [Node], newest: &HashMap<String, Arc<Example>>) {
    for node in nodes {
        match node {
            Node::Folder(folder) => put(&mut folder.nodes, newest),
            Node::Item(item) => {
                for example in &mut item.examples {
                    if let Some(answer) = newest.get(&example.pointer) {
                        *example = Arc::clone(answer);
                    }
                }
            }
        }
    }
}

/// Where the accepted answers of a suite lie.
pub(super) fn folder(dir: &Path) -> PathBuf {
    dir.join("accepted")
}
