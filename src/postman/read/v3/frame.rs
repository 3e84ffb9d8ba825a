//! What collection, folder and request have in common: auth, scripts, settings.

use serde_json::{Value, json};

use super::super::notice::{Members, kind, take, take_text};
use super::scene::Scene;
use crate::postman::auth::AuthKind;

/// Auth: `{type, credentials}`, or a list of such entries; null inherits.
///
/// Of several entries (Postman's multi-auth) the first one counts whose type can be sent, else the
/// first; a warning names the others. `rules`, by which Postman chooses, are not applied.
pub(super) fn auth(value: Value, at: &str, scene: &mut Scene<'_>) -> Value {
    let (entry, yaml) = match value {
        Value::Array(list) => {
            let Some((index, entry)) = choose(list, scene) else { return Value::Null };
            (entry, format!("/auth/{index}"))
        }
        other => (other, "/auth".to_owned()),
    };
    scene.place(at, yaml.as_str());
    let Value::Object(mut members) = entry else { return entry };
    if members.get("rules").is_some_and(|rules| !is_blank(rules)) {
        scene.warn(format!("{yaml}/rules"), "the rules of this auth are not applied; it is always sent");
    }
    let Some(kind) = members.get("type").and_then(Value::as_str).map(str::to_owned) else {
        return Value::Object(members);
    };
    if kind == "inherit" {
        return Value::Null;
    }
    // Without `credentials`, parameters may stand under the type, as in v2.1.
    let credentials = match take(&mut members, "credentials") {
        Value::Null => take(&mut members, &kind),
        list @ Value::Array(_) => enabled(list),
        other => other,
    };
    json!({"type": kind.clone(), kind: credentials})
}

fn choose(list: Vec<Value>, scene: &mut Scene<'_>) -> Option<(usize, Value)> {
    let name = |entry: &Value| entry.get("type").and_then(Value::as_str).unwrap_or("no type").to_owned();
    let can_be_sent = |entry: &Value| !matches!(AuthKind::of(&name(entry)), AuthKind::Unsupported(_));
    let chosen = list.iter().position(can_be_sent).unwrap_or_default();
    let others = list.iter().enumerate().filter(|(index, _)| *index != chosen);
    let others: Vec<String> = others.map(|(_, entry)| format!("`{}`", name(entry))).collect();
    let entry = list.into_iter().nth(chosen)?;
    if !others.is_empty() {
        let message = format!(
            "of several auths the first that can be sent counts, `{}`; not used: {}",
            name(&entry),
            others.join(", ")
        );
        scene.warn("/auth", message);
    }
    Some((chosen, entry))
}

fn enabled(list: Value) -> Value {
    let Value::Array(list) = list else { return list };
    let off = |entry: &Value| {
        entry.get("disabled") == Some(&Value::Bool(true)) || entry.get("enabled") == Some(&Value::Bool(false))
    };
    Value::Array(list.into_iter().filter(|entry| !off(entry)).collect())
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Scripts: `[{type, code}]`, the type `beforeRequest` or `afterResponse`, in a definition behind
/// `http:`.
pub(super) fn events(value: Value, at: &str, scene: &mut Scene<'_>) -> Value {
    let list = match value {
        Value::Array(list) => list,
        Value::Null => return Value::Null,
        one @ Value::Object(_) => vec![one],
        other => {
            scene.warn("/scripts", format!("scripts are {}; left out", kind(&other)));
            return Value::Null;
        }
    };
    let mut events = Vec::with_capacity(list.len());
    for (index, script) in list.into_iter().enumerate() {
        scene.place(format!("{at}/{index}"), format!("/scripts/{index}"));
        let Value::Object(mut script) = script else { continue };
        let when = take_text(&mut script, "type").unwrap_or_default();
        let listen = if when.ends_with("beforeRequest") { "prerequest" } else { "test" };
        let disabled = script.get("disabled") == Some(&Value::Bool(true));
        let code = take(&mut script, "code");
        events.push(json!({"listen": listen, "disabled": disabled, "script": {"exec": code}}));
    }
    Value::Array(events)
}

/// Settings are Postman's `protocolProfileBehavior` under the same names, but for
/// `disabledSystemHeaders`, which may be a list of names.
pub(super) fn settings(value: Value, scene: &mut Scene<'_>) -> Value {
    let mut members = match value {
        Value::Object(members) => members,
        Value::Null => return Value::Null,
        other => {
            scene.warn("/settings", format!("settings are {}; left out", kind(&other)));
            return Value::Null;
        }
    };
    if let Some(Value::Array(names)) = members.get("disabledSystemHeaders") {
        let flags: Members = names
            .iter()
            .filter_map(|name| Some((name.as_str()?.to_ascii_lowercase(), Value::Bool(true))))
            .collect();
        if let Some(at) = names.iter().position(|name| !name.is_string()) {
            let place = format!("/settings/disabledSystemHeaders/{at}");
            scene.warn(place, "the name of a header field must be a string; left out");
        }
        members.insert("disabledSystemHeaders".to_owned(), Value::Object(flags));
    }
    Value::Object(members)
}
