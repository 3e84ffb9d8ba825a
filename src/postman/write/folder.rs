//! The file of an example in a collection in v3 form ([`example_file`]).

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::answer::{SavedAt, WriteError};
use super::yaml;
use crate::postman::model::Collection;
use crate::postman::read;

/// A file of a v3 folder that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleFile {
    /// The folder of the item's examples; need not exist.
    pub folder: PathBuf,
    /// The name of the file without its ending [`ExampleFile::ENDING`]; another is as good where it is
    /// taken.
    pub stem: String,
    /// What it holds.
    pub text: String,
}

impl ExampleFile {
    /// How the file's name ends.
    pub const ENDING: &'static str = ".example.yaml";
}

/// What of a request's file belongs to the item and not to what is sent.
const NOT_SENT: [&str; 9] =
    ["$kind", "name", "description", "auth", "scripts", "settings", "examples", "order", "id"];

/// The distance between the `order` of two examples, as Postman leaves it.
const STEP: f64 = 1000.0;

/// The file of an answer, behind the examples that its item has; its request is the item's, as saved.
///
/// Reads the item's file and the `order` of its examples. Fails where the item is not there any more,
/// and where the file would not read back as it is meant.
pub fn example_file(collection: &Collection, saved: &SavedAt) -> Result<ExampleFile, WriteError> {
    let gone = |file: &Path| WriteError::Gone {
        file: file.to_owned(),
        pointer: saved.pointer.clone(),
        item: saved.item.clone(),
    };
    let (file, _) = collection.places.find(&saved.pointer).ok_or_else(|| gone(&collection.file))?;
    let Value::Object(members) = read::yaml_of(file)? else { return Err(gone(file)) };
    let folder = read::examples_folder(&collection.file, file, members.get("examples"));
    let order = last_order(&folder) + STEP;
    let request: Map<String, Value> =
        members.into_iter().filter(|(name, _)| !NOT_SENT.contains(&name.as_str())).collect();
    let root = document(saved, request, order);
    let mut text = String::new();
    yaml::members(root.iter(), "", &mut text);
    if read::yaml_from(file, &text)? != Value::Object(root) {
        return Err(WriteError::Unfit {
            file: file.as_ref().clone(),
            pointer: String::new(),
            why: "its text cannot be written as YAML".to_owned(),
        });
    }
    Ok(ExampleFile { folder, stem: stem(&saved.example.name), text })
}

/// In Postman's order.
fn document(saved: &SavedAt, request: Map<String, Value>, order: f64) -> Map<String, Value> {
    let answer = &saved.example;
    let mut response = Map::new();
    response.insert("statusCode".to_owned(), answer.code.into());
    if !answer.status.is_empty() {
        response.insert("statusText".to_owned(), answer.status.clone().into());
    }
    if !answer.headers.is_empty() {
        response.insert("headers".to_owned(), headers(&answer.headers));
    }
    response.insert("body".to_owned(), json!({"type": answer.language, "content": answer.body}));
    let mut root = Map::new();
    root.insert("$kind".to_owned(), "http-example".into());
    root.insert("name".to_owned(), answer.name.clone().into());
    root.insert("request".to_owned(), Value::Object(request));
    root.insert("response".to_owned(), Value::Object(response));
    root.insert("order".to_owned(), Value::Number(serde_json::Number::from(whole(order))));
    root
}

/// A map of names and values, or a list where a name is there twice.
fn headers(fields: &[(String, String)]) -> Value {
    let map: Map<String, Value> =
        fields.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    if map.len() == fields.len() {
        return Value::Object(map);
    }
    fields.iter().map(|(name, value)| json!({"key": name, "value": value})).collect()
}

/// The highest `order` in the folder, at least 0.
fn last_order(folder: &Path) -> f64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.map(|entry| entry.path()).filter(|file| {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.ends_with(".example.yaml") || name.ends_with(".example.yml")
    });
    // What cannot be read was told when the collection was.
    let orders = files.filter_map(|file| read::yaml_of(&file).ok()?.get("order")?.as_f64());
    orders.fold(0.0, f64::max)
}

#[expect(clippy::cast_possible_truncation, reason = "held to the range before")]
fn whole(order: f64) -> i64 {
    order.clamp(0.0, 1e15) as i64
}

/// The name as a file's: what file systems refuse becomes `-`, as in Postman.
fn stem(name: &str) -> String {
    let refused = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
    name.replace(refused, "-").trim_start_matches('.').to_owned()
}
