//! Which values of a suite are secret by where they come from.

use std::collections::BTreeSet;

use serde_json::Value;

use super::inputs::Inputs;
use super::settings::Settings;
use crate::placeholder::{is_credential, recognise};
use crate::postman::model::Variable;
use crate::postman::variables::Binding;
use crate::postman::{Collection, Row, Scope};
use crate::redact::is_secret_name;

/// `${ENV}` values, variables of type secret, and values of variables under secret names, sorted.
pub(super) fn of<'v>(
    settings: &Settings,
    inputs: &Inputs,
    variables: impl Iterator<Item = &'v Variable>,
    scope: &Scope,
) -> Vec<String> {
    let typed = inputs.variables.iter().map(|(name, value)| (name, value.clone()));
    let set = settings.variables.iter().filter_map(|(name, binding)| match binding {
        Binding::Value(value) => Some((name, value.clone())),
        Binding::UnsetEnv(_) => None,
    });
    let named = typed.chain(set).filter(|(name, _)| is_secret_name(name)).map(|(_, value)| value);
    let saved = variables
        .filter(|variable| variable.secret || is_secret_name(&variable.key))
        .filter_map(|variable| text_of(&variable.value));
    let written = named.chain(saved).filter_map(|value| resolved(&value, scope));
    let secrets: BTreeSet<String> = settings.secrets.iter().cloned().chain(written).collect();
    secrets.into_iter().collect()
}

/// Values under secret names in rows of iteration data, each once, sorted.
pub(super) fn of_rows(rows: &[Row], scope: &Scope) -> Vec<String> {
    let mut secrets = BTreeSet::new();
    for row in rows {
        let mut named = row.iter().filter(|(name, _)| is_secret_name(name)).peekable();
        if named.peek().is_some() {
            let scope = scope.with_row(row);
            secrets.extend(named.filter_map(|(_, value)| resolved(value, &scope)));
        }
    }
    secrets.into_iter().collect()
}

/// The value with its variables replaced; `None` where there is nothing in it to hide.
fn resolved(value: &str, scope: &Scope) -> Option<String> {
    let value = scope.substitute(value);
    let hides = value.missing.is_empty()
        && !matches!(value.text.trim(), "" | "true" | "false" | "null")
        && recognise(&value.text).is_none()
        && !is_credential(&value.text);
    hides.then_some(value.text)
}

/// What is secret in a collection by itself: variables of type secret or under secret names, and
/// parameters of auth under secret names, as far as they are written out, sorted.
pub(crate) fn of_collection(collection: &Collection) -> Vec<String> {
    let mut scope = Scope::default();
    scope.push_variables(&collection.variables);
    let variables =
        collection.variables.iter().filter(|variable| variable.secret || is_secret_name(&variable.key));
    let values = variables.filter_map(|variable| text_of(&variable.value));
    let items = collection.items();
    let params = items.iter().filter_map(|placed| placed.auth).flat_map(|auth| {
        // What is named `value` is the key of an API.
        auth.params
            .iter()
            .filter(|(name, _)| is_secret_name(name) || *name == "value")
            .map(|(_, value)| value.clone())
    });
    let secrets: BTreeSet<String> =
        values.chain(params).filter_map(|value| resolved(&value, &scope)).collect();
    secrets.into_iter().collect()
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
