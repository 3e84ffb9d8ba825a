//! What the translation of one file keeps: which place of it each translated part comes from.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use super::super::notice::Members;
use crate::postman::model::Warning;
use crate::postman::places::Places;

/// One file that is being translated. `at` is always the pointer that a part gets in the v2.1 form,
/// `yaml` the one that it has in the file.
pub(super) struct Scene<'d> {
    pub(super) file: &'d Arc<PathBuf>,
    pub(super) places: &'d mut Places,
    pub(super) warnings: &'d mut Vec<Warning>,
}

impl Scene<'_> {
    pub(super) fn place(&mut self, at: impl Into<String>, yaml: impl Into<String>) {
        self.places.insert(at.into(), self.file, yaml.into());
    }

    pub(super) fn warn(&mut self, yaml: impl Into<String>, message: impl Into<String>) {
        let warning =
            Warning { file: self.file.as_ref().clone(), pointer: yaml.into(), message: message.into() };
        self.warnings.push(warning);
    }

    /// Headers, parameters, credentials, variables: a map of names and values, all of them enabled,
    /// or a list of `{key, value, disabled, description}`, becomes that list. Of anything else the
    /// reader says what it is.
    pub(super) fn entries(&mut self, value: Value, at: &str, yaml: &str) -> Value {
        self.place(at, yaml);
        match value {
            Value::Object(map) => {
                let entries = map.into_iter().enumerate().map(|(index, (key, value))| {
                    self.place(format!("{at}/{index}"), format!("{yaml}/{}", escape(&key)));
                    json!({"key": key, "value": value})
                });
                Value::Array(entries.collect())
            }
            Value::Array(mut list) => {
                for (index, entry) in list.iter_mut().enumerate() {
                    self.place(format!("{at}/{index}"), format!("{yaml}/{index}"));
                    if let Value::Object(entry) = entry
                        && entry.get("enabled") == Some(&Value::Bool(false))
                    {
                        entry.insert("disabled".to_owned(), Value::Bool(true));
                    }
                }
                Value::Array(list)
            }
            other => other,
        }
    }

    /// Header fields. One without a value is empty: in YAML, `X-Empty:` is null.
    pub(super) fn headers(&mut self, value: Value, at: &str, yaml: &str) -> Value {
        let mut headers = self.entries(value, at, yaml);
        for header in headers.as_array_mut().into_iter().flatten() {
            if let Some(value @ Value::Null) = header.get_mut("value") {
                *value = Value::from("");
            }
        }
        headers
    }
}

/// A key as a part of a JSON pointer (RFC 6901).
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Puts a member in, except where it is null.
pub(super) fn put(members: &mut Members, name: &str, value: Value) {
    if !value.is_null() {
        members.insert(name.to_owned(), value);
    }
}
