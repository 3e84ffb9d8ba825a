//! What a file is that is no collection or environment, and what its owner can do.

use std::path::Path;

use serde_json::Value;

use super::notice::kind;
use super::{NoJson, ReadError};

fn other(file: &Path, what: &'static str, cure: &'static str) -> ReadError {
    ReadError::Other { file: file.to_owned(), what, cure }
}

/// What to give where a collection is wanted.
pub(super) const GIVE_A_COLLECTION: &str = "give a collection exported from Postman as Collection v2.1";

/// What to give where an environment is wanted.
pub(super) const GIVE_AN_ENVIRONMENT: &str =
    "give an environment exported from Postman, with a list `values`";

/// A file that has no end in sight.
pub(super) fn too_large(file: &Path) -> ReadError {
    other(file, "larger than 512 MiB", "give a file exported from Postman")
}

/// Bytes that are no text at all, or nothing.
pub(super) fn not_text(file: &Path, bytes: &[u8], cure: &'static str) -> Option<ReadError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Some(other(file, "an empty file", cure));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Some(other(file, "a ZIP archive", "unpack it and give the file in it"));
    }
    None
}

/// Text that is no JSON.
pub(super) fn not_json(file: &Path, text: &str, error: &serde_json::Error, cure: &'static str) -> ReadError {
    let why = NoJson::of(error);
    if why == NoJson::Deep {
        return other(file, "nested deeper than 127 levels", cure);
    }
    if cure == GIVE_AN_ENVIRONMENT && is_dot_env(text) {
        return other(
            file,
            "a file of `NAME=value` lines (.env), no environment of Postman",
            "give each value with `--var NAME=VALUE`; a secret as `${NAME}` under [variables] of suite.toml, with the file loaded before (`set -a; . FILE; set +a`)",
        );
    }
    if text.starts_with("openapi:") || text.starts_with("swagger:") {
        return other(file, "an OpenAPI document", OPEN_API);
    }
    if text.starts_with("$kind:") {
        return other(
            file,
            "one file of a collection in Postman's v3 form",
            "give the folder of the collection",
        );
    }
    ReadError::not_json(file, text, error)
}

const OPEN_API: &str = "import it into Postman and export the collection as v2.1";

/// A folder of a v3 collection, read alone: auth and variables of the collection would be lost.
pub(super) fn inner_folder(folder: &Path) -> ReadError {
    let cure = "give the folder of the collection, and choose its cases with `--filter`";
    other(folder, "a folder inside of a collection in Postman's v3 form", cure)
}

/// JSON that is no collection.
pub(super) fn not_a_collection(file: &Path, value: &Value) -> ReadError {
    let has = |name: &str| value.get(name).is_some();
    let is_list = |name: &str| value.get(name).is_some_and(Value::is_array);
    if is_list("requests") && !has("item") {
        return other(file, "a collection in Postman's v1 form", "export it as Collection v2.1 in Postman");
    }
    if is_list("collections") {
        return other(
            file,
            "a backup of several collections",
            "import it into Postman and export each collection as v2.1",
        );
    }
    if is_list("values") || has("environment") || has("globals") || has("_postman_variable_scope") {
        return other(file, "an environment or globals file", "give it with `--env-file` or `--globals`");
    }
    if has("openapi") || has("swagger") {
        return other(file, "an OpenAPI document", OPEN_API);
    }
    if value.get("log").is_some_and(|log| log.get("entries").is_some()) {
        return other(file, "a HAR recording", "import it into Postman and export the collection as v2.1");
    }
    if has("$schema") && !has("info") {
        return other(file, "a JSON Schema", GIVE_A_COLLECTION);
    }
    if value.get("__export_format").is_some() {
        return other(file, "an Insomnia export", "import it into Postman and export the collection as v2.1");
    }
    match value.get("item") {
        Some(item) => {
            shape(file, "/item", format!("must be a list of folders and requests, but is {}", kind(item)))
        }
        None if has("info") => without_items(file, value),
        None => other(file, "JSON, but no Postman collection (it has no `item`)", GIVE_A_COLLECTION),
    }
}

/// A list that Postman does not have there is what was meant.
fn without_items(file: &Path, value: &Value) -> ReadError {
    let what = "a collection without `item`, so without requests";
    let known = ["variable", "event", "auth", "protocolProfileBehavior"];
    let members = value.as_object().into_iter().flatten();
    let meant = members.filter(|(name, list)| list.is_array() && !known.contains(&name.as_str()));
    match meant.map(|(name, _)| name).next() {
        Some(name) => {
            let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            shape(file, &pointer, format!("{what}; did you mean `item` here?"))
        }
        None => shape(file, "", format!("{what}; export it from Postman as Collection v2.1")),
    }
}

/// Whether a text is lines of `NAME=value`, as programs take them into their environment.
fn is_dot_env(text: &str) -> bool {
    let mut lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).peekable();
    let is_pair = |line: &str| {
        let pair = line.strip_prefix("export ").unwrap_or(line);
        pair.split_once('=').is_some_and(|(name, _)| {
            let name = name.trim();
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
    };
    lines.peek().is_some() && lines.all(is_pair)
}

/// What was read is no environment.
pub(super) fn not_an_environment(file: &Path, value: &Value) -> ReadError {
    if super::looks_like_collection(value) || value.get("requests").is_some() {
        return other(file, "a collection, no environment", GIVE_AN_ENVIRONMENT);
    }
    let part = value.get("$kind").and_then(Value::as_str).unwrap_or_default();
    if part == "collection" || part.starts_with("http-") || part.ends_with("-request") {
        let what = "one file of a collection in Postman's v3 form, no environment";
        return other(file, what, GIVE_AN_ENVIRONMENT);
    }
    match value.get("values") {
        Some(values) => {
            let what = format!(
                "must be a list such as [{{\"key\": \"token\", \"value\": \"…\"}}], but is {}; export the environment \
                 from Postman",
                kind(values)
            );
            shape(file, "/values", what)
        }
        None => other(file, "no Postman environment (it has no list `values`)", GIVE_AN_ENVIRONMENT),
    }
}

/// A part that cannot be read.
pub(super) fn shape(file: &Path, pointer: &str, what: String) -> ReadError {
    ReadError::Shape { file: file.to_owned(), pointer: pointer.to_owned(), what }
}
