//! The schema files of a suite, by (item, status, outcome).

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use super::files::{Document, Documents, Home, refers_outside};
use super::mark::{MARK, Owner};
use super::{Key, SUFFIX, Schema};
use crate::contract::pointer::escape;
use crate::postman::read::{NoJson, place_of_character};
use crate::postman::spot::At;
use crate::suite::SchemaFile;

/// A schema file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The file.
    pub file: PathBuf,
    /// Where in it, where that is known.
    pub at: Option<At>,
    /// What is wrong, with the pointer to it where it is a keyword.
    pub why: String,
}

/// The deepest nesting that a schema file is read with.
pub const MOST_LEVELS: usize = 127;

/// The compiled schema files of one suite.
#[derive(Debug, Default)]
pub struct Store {
    schemas: BTreeMap<String, Arc<Schema>>,
}

impl Store {
    /// Reads every schema file, and compiles those of people; files that are equal but for their marks share
    /// what is compiled, unless they refer to other files.
    ///
    /// Fails with the first file that is no JSON (nested deeper than 127 levels counts as none) or
    /// no schema, or that refers to what is no schema file of the suite.
    pub fn load(files: &BTreeMap<String, SchemaFile>) -> Result<Self, Broken> {
        let files = || files.iter().filter(|(path, _)| path.ends_with(SUFFIX));
        let mut owners = HashMap::new();
        let mut documents = Documents::new();
        for (path, file) in files() {
            let (document, owner) = read(file)?;
            documents.insert(path.clone(), document);
            owners.insert(path.as_str(), owner);
        }
        let documents = Arc::new(documents);
        let mut by_text: HashMap<String, Arc<Schema>> = HashMap::new();
        let mut schemas = BTreeMap::new();
        for (path, file) in files() {
            let (Some(document), Some(owner)) = (documents.get(path), owners.remove(path.as_str())) else {
                continue;
            };
            let home = Home::new(path, &file.file, &documents);
            let text = document.value.to_string();
            let schema = match by_text.get(&text) {
                Some(schema) if !refers_outside(&document.value) => schema.again_at(home, owner),
                _ => Schema::of_file(Arc::clone(&document.value), home, owner).map_err(|why| Broken {
                    file: file.file.clone(),
                    at: Some(At::Pointer(place_of(&why, &document.value))),
                    why: format!("no usable JSON Schema: {why}"),
                })?,
            };
            let schema = Arc::new(schema);
            by_text.insert(text, Arc::clone(&schema));
            schemas.insert(path.clone(), schema);
        }
        Ok(Self { schemas })
    }

    /// The file of an item, `<item>/<key>.schema.json`.
    pub fn find(&self, item: &[String], key: &Key) -> Option<Arc<Schema>> {
        self.schemas.get(&key.path(item)).map(Arc::clone)
    }
}

/// The place that the reason begins with; else that of the reference of which it speaks, or the whole.
fn place_of(why: &str, document: &Value) -> String {
    let told = why.split(": ").next().filter(|place| place.starts_with('/'));
    told.map(str::to_owned).or_else(|| reference(why, document)).unwrap_or_default()
}

/// The place of the first `$ref` to something that the reason names.
fn reference(why: &str, value: &Value) -> Option<String> {
    let below = |part: &str, value| Some(format!("/{}{}", escape(part), reference(why, value)?));
    match value {
        Value::Object(members) => members.iter().find_map(|(name, member)| match member.as_str() {
            Some(text) if name == "$ref" => {
                let target = text.trim_start_matches('#');
                (!target.is_empty() && why.contains(target)).then(|| "/$ref".to_owned())
            }
            _ => below(name, member),
        }),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| below(&index.to_string(), item))
        }
        _ => None,
    }
}

/// The document without its mark, and whose it is.
fn read(file: &SchemaFile) -> Result<(Document, Owner), Broken> {
    let mut value = parse(file)?;
    let owner = Owner::of(&value);
    if let Value::Object(members) = &mut value {
        members.shift_remove(MARK);
    }
    Ok((Document { file: file.file.clone(), value: Arc::new(value) }, owner))
}

/// The JSON of a schema file.
pub fn parse(file: &SchemaFile) -> Result<Value, Broken> {
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = place_of_character(&error, text);
        let why = format!("not JSON: {}", NoJson::of(&error));
        Broken { file: file.file.clone(), at: Some(At::Character(line, column)), why }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Outcome;

    fn files(entries: &[(&str, &str)]) -> BTreeMap<String, SchemaFile> {
        entries
            .iter()
            .map(|(path, text)| {
                let file = SchemaFile { file: PathBuf::from(path), text: (*text).to_owned() };
                ((*path).to_owned(), file)
            })
            .collect()
    }

    #[test]
    fn a_file_is_found_by_item_status_and_outcome() {
        let store = Store::load(&files(&[
            ("users/list/200.schema.json", r#"{"type": "array"}"#),
            ("users/list/200.error.schema.json", r#"{"type": "object"}"#),
            ("users/list/302.error.schema.json", "false"),
            ("users/list/404.schema.json", r#"{"type": "object"}"#),
            ("users/list/default.schema.json", "true"),
            ("users/list/200.proposed.json", "not read"),
        ]))
        .unwrap();
        let item = ["users".to_owned(), "list".to_owned()];
        let kind =
            |status, outcome| store.find(&item, &Key::of(status, outcome)).map(|s| s.document.to_string());
        assert_eq!(kind(Some(200), Outcome::Ok).as_deref(), Some(r#"{"type":"array"}"#));
        assert_eq!(kind(Some(200), Outcome::Error).as_deref(), Some(r#"{"type":"object"}"#));
        assert_eq!(kind(Some(404), Outcome::Error).as_deref(), Some(r#"{"type":"object"}"#));
        assert_eq!(kind(None, Outcome::Ok).as_deref(), Some("true"));
        assert_eq!(kind(Some(302), Outcome::Error).as_deref(), Some("false"));
        assert_eq!(kind(Some(201), Outcome::Ok), None);
        let shared = |status| store.find(&item, &Key::of(Some(status), Outcome::Error)).unwrap();
        assert!(Arc::ptr_eq(&shared(200).validator, &shared(404).validator));
    }

    #[test]
    fn a_file_may_refer_to_another_one() {
        let store = Store::load(&files(&[
            ("users/list/200.schema.json", r#"{"items": {"$ref": "../user.schema.json"}}"#),
            ("users/get/200.schema.json", r#"{"$ref": "/users/user.schema.json"}"#),
            ("users/other/200.schema.json", r#"{"items": {"$ref": "../user.schema.json"}}"#),
            ("a b/c%/200.schema.json", r#"{"$ref": "d%25.schema.json#/$defs/id"}"#),
            ("a b/c%/d%.schema.json", r#"{"$defs": {"id": {"type": "string"}}}"#),
            (
                "users/user.schema.json",
                r##"{"required": ["id"], "properties": {"id": {"$ref": "#/$defs/id"},
                "boss": {"$ref": "user.schema.json"}}, "$defs": {"id": {"type": "integer"}}}"##,
            ),
        ]))
        .unwrap();
        let accepts = |item: [&str; 2], text: &str| {
            let schema = store.find(&item.map(str::to_owned), &Key::of(Some(200), Outcome::Ok)).unwrap();
            schema.accepts(&serde_json::from_str(text).unwrap())
        };
        for item in ["list", "other"] {
            assert!(accepts(["users", item], r#"[{"id": 1, "boss": {"id": 2}}]"#));
            assert!(!accepts(["users", item], r#"[{"id": 1, "boss": {"id": "x"}}]"#));
        }
        assert!(accepts(["users", "get"], r#"{"id": 1}"#) && !accepts(["users", "get"], "{}"));
        assert!(accepts(["a b", "c%"], r#""x""#) && !accepts(["a b", "c%"], "1"));
    }

    #[test]
    fn a_broken_file_is_named_with_the_place() {
        let deep = format!("{}{}", r#"{"not":"#.repeat(200), "true");
        for (text, part) in [
            ("{", "not JSON: it ends in the middle of an object"),
            (deep.as_str(), "not JSON: nested deeper than 127 levels"),
            (r#"{"properties": {"a": {"type": "strange"}}}"#, "/properties/a/type"),
            (r#"{"pattern": "("}"#, "pattern"),
            (r#"{"$ref": "../../../other/200.schema.json"}"#, "`other/200.schema.json` is no schema file"),
            (r#"{"$ref": "/etc/hostname"}"#, "`etc/hostname` is no schema file"),
            (r#"{"$ref": "200.schema.json#/$defs/none"}"#, "none"),
            (r#"{"$ref": "http://127.0.0.1:9/x.json"}"#, "nothing is fetched"),
            (r#"{"$ref": "file:///etc/hostname"}"#, "nothing is fetched"),
            (r#"{"$schema": "https://example.com/own"}"#, "https://example.com/own"),
        ] {
            let broken = Store::load(&files(&[("a/200.schema.json", text)])).unwrap_err();
            assert_eq!(broken.file, PathBuf::from("a/200.schema.json"));
            assert!(broken.why.contains(part), "{text}: {}", broken.why);
        }
    }
}
