//! References between the schema files of one suite, resolved in memory: [`Home`] is where a schema
//! lies, [`Documents`] are all files that were loaded.
//!
//! Invariant: a reference finds what the suite has loaded and nothing else. A path that climbs out
//! of the suite's folder, an absolute one or a URL is looked up among the same names, is not there,
//! and is refused; the file system is not asked, so links play no part.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jsonschema::{Retrieve, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;

use super::Origin;

/// The root of all names. Only this program knows the scheme, so no URL can mean it by chance.
const ROOT: &str = "uphold-schemas:///";

/// What stays as it is in a path of a URI.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'_').remove(b'-').remove(b'~');

/// Schema files by their paths below the suite's folder, with `/`.
pub(super) type Documents = BTreeMap<String, Document>;

/// A schema file that was read.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// The file.
    pub(super) file: PathBuf,
    /// What it holds.
    pub(super) value: Arc<Value>,
}

/// Where a schema lies: its path among all files.
#[derive(Debug, Clone)]
pub(super) struct Home {
    path: String,
    file: PathBuf,
    all: Arc<Documents>,
}

impl Home {
    pub(super) fn new(path: &str, file: &Path, all: &Arc<Documents>) -> Self {
        Self { path: path.to_owned(), file: file.to_owned(), all: Arc::clone(all) }
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// The base of relative references; a document without any needs none, so that equal texts
    /// can share one compiled schema.
    pub(super) fn base(&self, document: &Value) -> Option<String> {
        refers_outside(document).then(|| uri(&self.path))
    }

    /// The keyword that an absolute location names.
    pub(super) fn find(&self, location: &str) -> Option<Origin<'_>> {
        let (path, keyword) = location.strip_prefix(ROOT)?.split_once('#').unwrap_or_default();
        let document = self.all.get(&decoded(path))?;
        Some(Origin { document: &document.value, keyword: decoded(keyword), file: Some(&document.file) })
    }

    /// The file of a document.
    pub(super) fn file_of(&self, document: &Value) -> Option<&Path> {
        let is_it = |known: &&Document| std::ptr::eq(known.value.as_ref(), document);
        self.all.values().find(is_it).map(|known| known.file.as_path())
    }

    /// The document that a relative reference in `from` names.
    pub(super) fn relative<'s>(&'s self, from: &'s Value, reference: &str) -> Option<&'s Value> {
        let here =
            self.all.iter().find(|(_, known)| std::ptr::eq(known.value.as_ref(), from)).map(|(path, _)| path);
        let path = joined(here.unwrap_or(&self.path), &decoded(reference));
        self.all.get(&path).map(|document| &*document.value)
    }
}

/// The path that a relative path means, seen from a file.
fn joined(here: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = here.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            // A path from the root of all names.
            "" => parts.clear(),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The paths of the files that a document refers to, itself included where it does so by its name.
pub fn references(path: &str, document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(document, &mut |reference| {
        let file = reference.split('#').next().unwrap_or_default();
        found.push(joined(path, &decoded(file)));
    });
    found
}

/// Every `$ref` of a document that leads out of it.
fn walk(document: &Value, found: &mut dyn FnMut(&str)) {
    match document {
        Value::Object(members) => {
            for (name, value) in members {
                if let Some(uri) = value.as_str().filter(|uri| name == "$ref" && !uri.starts_with('#')) {
                    found(uri);
                }
                walk(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether any reference of a document leads out of it.
pub(super) fn refers_outside(document: &Value) -> bool {
    match document {
        Value::Object(members) => members.iter().any(|(name, value)| {
            let leaves = name == "$ref" && value.as_str().is_some_and(|uri| !uri.starts_with('#'));
            leaves || refers_outside(value)
        }),
        Value::Array(items) => items.iter().any(refers_outside),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn uri(path: &str) -> String {
    format!("{ROOT}{}", utf8_percent_encode(path, PATH))
}

/// A piece of a URI without its percent signs.
pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Hands out the files of the suite; refuses everything else.
pub(super) struct Retriever(Option<Arc<Documents>>);

impl Retriever {
    pub(super) fn of(home: Option<&Home>) -> Self {
        Self(home.map(|home| Arc::clone(&home.all)))
    }
}

impl Retrieve for Retriever {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        let Some(path) = uri.as_str().strip_prefix(ROOT) else {
            let cure = "put it under $defs, or into a file below schemas/<suite>/";
            return Err(format!("`{uri}` lies outside of the schema, and nothing is fetched; {cure}").into());
        };
        let path = decoded(path.split('#').next().unwrap_or_default());
        let found = self.0.as_ref().and_then(|all| all.get(&path));
        found.map(|document| (*document.value).clone()).ok_or_else(|| {
            format!("`{path}` is no schema file of this suite (they end in `.schema.json`)").into()
        })
    }
}
