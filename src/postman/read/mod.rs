//! Reading files: what was given ([`ReadError`] says what it is where it is no collection), and
//! the lenient walk from JSON into the [model](super::model).
//!
//! Lenient: what real files get wrong is read in the way Postman reads it, and becomes a
//! [`Warning`](super::model::Warning) where that changes what is sent or expected. Refused is only
//! what is no collection at all. Invariant: no input panics or recurses without bound (JSON deeper
//! than 127 levels is refused, YAML and folders deeper than 64).

mod behavior;
mod detect;
mod example;
mod lines;
mod nodes;
mod notice;
mod request;
mod scripts;
pub(super) mod text;
mod v3;
mod yaml;

use std::borrow::Cow;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::model::{Collection, Environment};
pub use super::no_json::{NoJson, place, place_of_character};
use super::places::Places;
use super::spot::Spot;
use notice::Notices;
pub(super) use notice::kind;

/// Why a file cannot be used. Its text says what the file is and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file holds no JSON.
    #[error("{}:{line}:{column}: not JSON: {why}", file.display())]
    NotJson {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
        /// What was expected there.
        why: String,
    },
    /// The file holds no YAML that Postman would write.
    #[error("{}:{line}:{column}: not YAML: {why}", file.display())]
    NotYaml {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
        /// What is wrong there.
        why: String,
    },
    /// The bytes are no text in UTF-8 or UTF-16.
    #[error("{}:{line}:{column}: {why}; save it as UTF-8", file.display())]
    NotText {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
        /// What is wrong there.
        why: &'static str,
    },
    /// The file is something else than what was asked for.
    #[error("{}: {what}; {cure}", file.display())]
    Other {
        /// The file.
        file: PathBuf,
        /// What it is.
        what: &'static str,
        /// What to do.
        cure: &'static str,
    },
    /// Iteration data that is no table.
    #[error("{}:{line}:{column}: {what}", file.display())]
    Data {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong there.
        what: String,
    },
    /// A part of the file is of a kind that cannot be read.
    #[error("{}{}{pointer}: {what}", file.display(), if pointer.is_empty() { "" } else { " " })]
    Shape {
        /// The file.
        file: PathBuf,
        /// The place in it (RFC 6901).
        pointer: String,
        /// What is wrong there.
        what: String,
    },
}

impl ReadError {
    /// A text that is no JSON, in the words of `serde_json`.
    pub(crate) fn not_json(file: &Path, text: &str, error: &serde_json::Error) -> Self {
        let (line, column) = place_of_character(error, text);
        Self::NotJson { file: file.to_owned(), line, column, why: NoJson::of(error).to_string() }
    }

    /// Where it is, where the file is text.
    pub fn spot(&self) -> Option<Spot> {
        match self {
            Self::NotJson { file, line, column, .. }
            | Self::NotYaml { file, line, column, .. }
            | Self::NotText { file, line, column, .. }
            | Self::Data { file, line, column, .. } => Some(Spot::character(file, *line, *column)),
            Self::Shape { file, pointer, .. } if !is_yaml(file) => Some(Spot::pointer(file, pointer)),
            Self::Io { .. } | Self::Other { .. } | Self::Shape { .. } => None,
        }
    }
}

/// Reads a collection: v2.0, v2.1, the `{"collection": …}` wrapper of Postman's API, or a folder in
/// v3 form. Text may be UTF-8 or UTF-16.
pub fn collection(file: &Path) -> Result<Collection, ReadError> {
    if is_v3_folder(file) {
        return v3::collection(file);
    }
    collection_from(file, &load(file)?)
}

/// Reads a collection from bytes; `file` is only what messages name.
pub fn collection_from(file: &Path, bytes: &[u8]) -> Result<Collection, ReadError> {
    let mut notices = Notices::new(file);
    let root = match unwrap(parse(file, bytes, detect::GIVE_A_COLLECTION)?, &["collection"], &mut notices) {
        Value::Object(root) => root,
        other => return Err(detect::not_a_collection(file, &other)),
    };
    if !root.get("item").is_some_and(Value::is_array) {
        return Err(detect::not_a_collection(file, &Value::Object(root)));
    }
    let places = Places::in_one_file(lines::lines(&text::decode(file, bytes)?, &notices.root));
    Ok(Collection { places, ..nodes::collection(root, notices)? })
}

/// Reads an environment or globals file, also in its API wrapper or as a bare list; YAML by the
/// ending `.yaml` or `.yml`.
pub fn environment(file: &Path) -> Result<Environment, ReadError> {
    environment_from(file, &load(file)?)
}

/// Reads an environment or globals file from bytes; `file` is only what messages name.
pub fn environment_from(file: &Path, bytes: &[u8]) -> Result<Environment, ReadError> {
    let mut notices = Notices::new(file);
    let parsed = if is_yaml(file) {
        v3::environment(file, bytes)?
    } else {
        parse(file, bytes, detect::GIVE_AN_ENVIRONMENT)?
    };
    let mut root = unwrap(parsed, &["environment", "globals"], &mut notices);
    let values = match &mut root {
        Value::Array(_) => root.take(),
        Value::Object(members) => match members.get_mut("values") {
            Some(values @ Value::Array(_)) => values.take(),
            _ => return Err(detect::not_an_environment(file, &root)),
        },
        _ => return Err(detect::not_an_environment(file, &root)),
    };
    let name = root.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let at = if root.is_object() { "/values" } else { "" };
    let variables = nodes::variables(values, at, &mut notices);
    Ok(Environment { file: file.to_owned(), name, variables, warnings: notices.warnings })
}

/// Whether the folder holds a collection in Postman's v3 form: a file `*.request.yaml` in it, or
/// `.resources/definition.yaml`, both also with `.yml`.
pub fn is_v3_folder(folder: &Path) -> bool {
    v3::is_folder(folder)
}

/// The text of these bytes, in UTF-8 or UTF-16, without a byte order mark; `file` is only what the
/// error names ([`ReadError::NotText`], with line and column).
pub fn decode<'b>(file: &Path, bytes: &'b [u8]) -> Result<Cow<'b, str>, ReadError> {
    text::decode(file, bytes)
}

/// The text of these bytes, in UTF-8 or UTF-16; `None` where they are none.
pub fn text_of(bytes: &[u8]) -> Option<Cow<'_, str>> {
    text::decode(Path::new(""), bytes).ok()
}

/// The content of a YAML file of a v3 collection.
pub(super) fn yaml_of(file: &Path) -> Result<Value, ReadError> {
    yaml_from(file, &text::decode(file, &load(file)?)?)
}

/// The same of its text; `file` is only what the error names.
pub(super) fn yaml_from(file: &Path, text: &str) -> Result<Value, ReadError> {
    yaml::parse(file, text)
}

/// The folder of the examples of a request in the v3 collection `root`; `named` is `examples` of its file.
pub(super) fn examples_folder(root: &Path, request: &Path, named: Option<&Value>) -> PathBuf {
    v3::examples_folder(root, request, named)
}

fn is_yaml(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
}

/// Whether the JSON is a collection that [`collection`] would read: an object with an `item` list,
/// bare or in the API's wrapper.
pub fn looks_like_collection(value: &Value) -> bool {
    value.get("collection").unwrap_or(value).get("item").is_some_and(Value::is_array)
}

/// The largest file that is read; the largest collection known has 24 MB, and a device has no end.
const LARGEST: u64 = 512 << 20;

/// The bytes of a file of at most 512 MiB.
pub(crate) fn load(file: &Path) -> Result<Vec<u8>, ReadError> {
    let unreadable = |source| ReadError::Io { file: file.to_owned(), source };
    let mut bytes = Vec::new();
    let opened = File::open(file).map_err(unreadable)?;
    opened.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST { Err(detect::too_large(file)) } else { Ok(bytes) }
}

/// The largest file of which a line is shown.
const LARGEST_SHOWN: u64 = 64 << 20;

/// The text of a file in which something is wrong, to show it; `None` where it is no regular file of at most 64 MiB
/// with text in it. A pipe is not read a second time. Bytes that are no UTF-8 are shown as `\u{fffd}`.
pub fn again(file: &Path) -> Option<String> {
    let known = std::fs::metadata(file).ok()?;
    if !known.is_file() || known.len() > LARGEST_SHOWN {
        return None;
    }
    let bytes = load(file).ok()?;
    // Where it is no text, that is what is wrong: the characters before the place are some all the same.
    let lossy = || (!bytes.contains(&0)).then(|| String::from_utf8_lossy(&bytes).into_owned());
    text_of(&bytes).map(Cow::into_owned).or_else(lossy)
}

/// The text of a file of at most 512 MiB, in UTF-8 or UTF-16, without its byte order mark.
///
/// Fails where the file cannot be read, or is no text.
pub fn text_file(file: &Path) -> Result<String, ReadError> {
    Ok(text::decode(file, &load(file)?)?.into_owned())
}

/// Parses JSON in UTF-8 or UTF-16, with or without a byte order mark. `cure` says what to give
/// instead.
fn parse(file: &Path, bytes: &[u8], cure: &'static str) -> Result<Value, ReadError> {
    if let Some(error) = detect::not_text(file, bytes, cure) {
        return Err(error);
    }
    let text = text::decode(file, bytes)?;
    serde_json::from_str(&text).map_err(|error| detect::not_json(file, &text, &error, cure))
}

/// Takes the content out of a wrapper such as `{"collection": {…}}`.
fn unwrap(mut value: Value, names: &[&str], notices: &mut Notices) -> Value {
    if value.get("item").is_some() || value.get("values").is_some() {
        return value;
    }
    for name in names {
        if let Some(inner @ (Value::Object(_) | Value::Array(_))) = value.get_mut(name) {
            notices.root = format!("/{name}");
            return inner.take();
        }
    }
    value
}
