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
        None if has("info") => shape(file, "", "a collection without `item`, so without requests".to_owned()),
        None => other(file, "JSON, but no Postman collection (it has no `item`)", GIVE_A_COLLECTION),
    }
}

/// What was read is no environment.
pub(super) fn not_an_environment(file: &Path, value: &Value) -> ReadError {
    if super::looks_like_collection(value) || value.get("requests").is_some() {
        return other(file, "a collection, no environment", GIVE_AN_ENVIRONMENT);
    }
    let kind = value.get("$kind").and_then(Value::as_str).unwrap_or_default();
    if kind == "collection" || kind.starts_with("http-") || kind.ends_with("-request") {
        let what = "one file of a collection in Postman's v3 form, no environment";
        return other(file, what, GIVE_AN_ENVIRONMENT);
    }
    other(file, "no Postman environment (it has no list `values`)", GIVE_AN_ENVIRONMENT)
}

/// A part that cannot be read.
pub(super) fn shape(file: &Path, pointer: &str, what: String) -> ReadError {
    ReadError::Shape { file: file.to_owned(), pointer: pointer.to_owned(), what }
}
