//! Whether what stands in a list of errors, or in the place of one, tells something.

use serde_json::{Map, Value};

use super::claims::told;

/// A text, an object that says something, or a list that begins with a text: an error in a list of them.
pub(super) fn is_error(value: &Value) -> bool {
    match value {
        Value::String(_) => told(value).is_some(),
        Value::Array(parts) => parts.first().is_some_and(|first| told(first).is_some()),
        Value::Object(members) => members.values().any(|value| match value {
            Value::Null => false,
            Value::String(_) => told(value).is_some(),
            Value::Number(_) | Value::Bool(_) => true,
            Value::Array(items) => !items.is_empty(),
            Value::Object(members) => !members.is_empty(),
        }),
        _ => false,
    }
}

/// An error that is one object has a text.
pub(super) fn is_explained(error: &Map<String, Value>) -> bool {
    error.values().any(|value| told(value).is_some())
}

/// A text, an object with one, or a list that begins with one: what is wrong with a field.
pub(super) fn is_said(value: &Value) -> bool {
    match value {
        Value::Array(all) => all.first().is_some_and(|one| told(one).is_some()),
        Value::Object(members) => is_explained(members),
        _ => told(value).is_some(),
    }
}
