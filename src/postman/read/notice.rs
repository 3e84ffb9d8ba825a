//! What is odd in a file, collected during the walk, and small helpers to take JSON apart.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::postman::model::{Script, Warning};

/// An object that is taken apart.
pub(super) type Members = Map<String, Value>;

/// Collects warnings and scripts.
#[derive(Debug)]
pub(super) struct Notices {
    file: PathBuf,
    /// The pointer of the collection in the file: empty, or `/collection` in the API's wrapper.
    pub(super) root: String,
    pub(super) warnings: Vec<Warning>,
    pub(super) remarks: Vec<Warning>,
    pub(super) contradictions: Vec<Warning>,
    pub(super) scripts: Vec<Script>,
}

impl Notices {
    pub(super) fn new(file: &Path) -> Self {
        Self {
            file: file.to_owned(),
            root: String::new(),
            warnings: Vec::new(),
            remarks: Vec::new(),
            contradictions: Vec::new(),
            scripts: Vec::new(),
        }
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// Something odd at that place, and what was made of it.
    pub(super) fn warn(&mut self, at: &str, message: impl Into<String>) {
        let warning = self.notice(at, message.into());
        self.warnings.push(warning);
    }

    /// Something at that place that does less than it seems to.
    pub(super) fn remark(&mut self, at: &str, message: impl Into<String>) {
        let remark = self.notice(at, message.into());
        self.remarks.push(remark);
    }

    /// Two members say different things; which of them counts is in the message.
    pub(super) fn contradict(&mut self, at: &str, message: impl Into<String>) {
        let contradiction = self.notice(at, message.into());
        self.contradictions.push(contradiction);
    }

    fn notice(&self, at: &str, message: String) -> Warning {
        Warning { file: self.file.clone(), pointer: format!("{}{at}", self.root), message }
    }
}

/// Takes a member out; `Null` where there is none.
pub(super) fn take(members: &mut Members, name: &str) -> Value {
    members.get_mut(name).map(Value::take).unwrap_or_default()
}

/// Takes a text out; numbers and booleans become text, everything else nothing.
pub(super) fn take_text(members: &mut Members, name: &str) -> Option<String> {
    scalar(take(members, name))
}

/// The text of a string, number or boolean.
pub(super) fn scalar(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The text of any value but null: strings as they are, the rest as JSON.
pub(super) fn text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

/// Whether a member is the boolean `true`.
pub(super) fn is_true(members: &Members, name: &str) -> bool {
    members.get(name) == Some(&Value::Bool(true))
}

/// What a value is, for messages.
pub(in crate::postman) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The name, which becomes a part of ids.
pub(super) fn name(members: &mut Members, at: &str, notices: &mut Notices) -> String {
    let name = take_text(members, "name");
    if name.is_none() {
        notices.warn(at, "no name; its part of the id is `unnamed`");
    }
    name.unwrap_or_default()
}
