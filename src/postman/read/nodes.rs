//! The collection itself: folders, items, auth, variables, scripts, behaviour.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;

use super::ReadError;
use super::detect::shape;
use super::notice::{Members, Notices, is_true, kind, name, scalar, take, take_text};
use super::scripts::scripts;
use super::{behavior, example, request};
use crate::postman::auth::{Auth, AuthKind};
use crate::postman::model::{Behavior, Collection, Folder, Item, Node, RequestSpec, Variable};
use crate::postman::number;
use crate::postman::places::Places;

/// Reads the root, whose `item` is a list.
pub(super) fn collection(mut root: Members, mut notices: Notices) -> Result<Collection, ReadError> {
    let name = root.get_mut("info").and_then(Value::as_object_mut).and_then(|info| take_text(info, "name"));
    scripts(&root, name.as_deref().unwrap_or_default(), "", &mut notices);
    let auth = auth(take(&mut root, "auth"), "/auth", &mut notices);
    let variables = variables(take(&mut root, "variable"), "/variable", &mut notices);
    let behavior = behavior::over(&Behavior::default(), &root, "", &mut notices);
    let nodes = nodes(take(&mut root, "item"), "/item", &behavior, &mut notices)?;
    Ok(Collection {
        file: notices.file().to_owned(),
        places: Places::default(),
        name: name.unwrap_or_default(),
        nodes,
        auth,
        variables,
        scripts: notices.scripts,
        warnings: notices.warnings,
        remarks: notices.remarks,
        contradictions: notices.contradictions,
    })
}

fn nodes(list: Value, at: &str, behavior: &Behavior, notices: &mut Notices) -> Result<Vec<Node>, ReadError> {
    let list = match list {
        Value::Array(list) => list,
        Value::Null => return Ok(Vec::new()),
        other => {
            let what = format!("must be a list of folders and requests, but is {}", kind(&other));
            return Err(shape(notices.file(), &format!("{}{at}", notices.root), what));
        }
    };
    let mut nodes = Vec::with_capacity(list.len());
    for (index, value) in list.into_iter().enumerate() {
        let at = format!("{at}/{index}");
        match value {
            Value::Object(members) => nodes.extend(node(members, &at, behavior, notices)?),
            other => {
                notices.warn(&at, format!("neither folder nor request but {}; left out", kind(&other)));
            }
        }
    }
    Ok(nodes)
}

/// A folder if it has `item`, an item if it has `request`; nothing else is one.
fn node(
    mut members: Members,
    at: &str,
    inherited: &Behavior,
    notices: &mut Notices,
) -> Result<Option<Node>, ReadError> {
    let name = name(&mut members, at, notices);
    scripts(&members, &name, at, notices);
    let behavior = behavior::over(inherited, &members, at, notices);
    let pointer = format!("{}{at}", notices.root);
    if members.contains_key("item") {
        let auth = auth(take(&mut members, "auth"), &format!("{at}/auth"), notices);
        let nodes = nodes(take(&mut members, "item"), &format!("{at}/item"), &behavior, notices)?;
        return Ok(Some(Node::Folder(Folder { name, nodes, auth, pointer })));
    }
    let mut saved = take(&mut members, "request");
    if saved.is_null() {
        notices.warn(at, "neither `item` nor `request`; left out");
        return Ok(None);
    }
    let own = saved.as_object_mut().map(|request| take(request, "auth")).unwrap_or_default();
    let auth = auth(own, &format!("{at}/request/auth"), notices);
    let request = request::request(saved, &format!("{at}/request"), notices).unwrap_or_else(|| {
        notices.warn(&format!("{at}/request"), "the request is empty");
        RequestSpec { pointer: format!("{pointer}/request"), ..RequestSpec::default() }
    });
    let examples = example::examples(take(&mut members, "response"), &format!("{at}/response"), notices);
    let examples = examples.into_iter().map(Arc::new).collect();
    Ok(Some(Node::Item(Item { name, request, auth, behavior, examples, pointer })))
}

/// Reads auth; `None` inherits. Parameters are a list (v2.1) or an object (v2.0), in any version.
pub(super) fn auth(value: Value, at: &str, notices: &mut Notices) -> Option<Auth> {
    let mut members = match value {
        Value::Null => return None,
        Value::Object(members) => members,
        other => {
            notices.warn(at, format!("auth is {}; it is inherited instead", kind(&other)));
            return None;
        }
    };
    let Some(kind) = take_text(&mut members, "type") else {
        if !members.is_empty() {
            notices.warn(at, "auth without a `type`; it is inherited instead");
        }
        return None;
    };
    let mut params = IndexMap::new();
    match take(&mut members, &kind) {
        Value::Array(list) => {
            for mut param in list.into_iter().filter_map(object) {
                if let Some(key) = take_text(&mut param, "key")
                    && let Some(value) = parameter(&key, take(&mut param, "value"))
                {
                    params.insert(key, value);
                }
            }
        }
        Value::Object(own) => {
            params.extend(own.into_iter().filter_map(|(key, value)| {
                let value = parameter(&key, value)?;
                Some((key, value))
            }));
        }
        _ => {}
    }
    Some(Auth { kind: AuthKind::of(&kind), params, place: format!("{}{at}", notices.root) })
}

/// An auth parameter as text; the few that may hold a list or an object as its JSON text.
fn parameter(key: &str, value: Value) -> Option<String> {
    let structured = matches!(key, "tokenRequestParams" | "refreshRequestParams" | "header" | "payload");
    if structured && (value.is_array() || value.is_object()) {
        return Some(value.to_string());
    }
    scalar(value)
}

fn object(value: Value) -> Option<Members> {
    match value {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// Reads a list of variables.
pub(super) fn variables(list: Value, at: &str, notices: &mut Notices) -> Vec<Variable> {
    let list = match list {
        Value::Array(list) => list,
        Value::Null => return Vec::new(),
        other => {
            notices.warn(at, format!("variables are {}; left out", kind(&other)));
            return Vec::new();
        }
    };
    let mut variables = Vec::with_capacity(list.len());
    for (index, value) in list.into_iter().enumerate() {
        match object(value).and_then(variable) {
            Some(variable) => variables.push(variable),
            None => notices.warn(&format!("{at}/{index}"), "a variable without a `key`; left out"),
        }
    }
    variables
}

/// Switched off by `disabled: true`, and by `enabled: false`, which newman overlooks. The text of a
/// `number` is a number: `007` is sent as `7`, as Postman does.
fn variable(mut members: Members) -> Option<Variable> {
    let key = ["key", "id", "name"].iter().find_map(|name| take_text(&mut members, name))?;
    let disabled = is_true(&members, "disabled") || members.get("enabled") == Some(&Value::Bool(false));
    let written = take_text(&mut members, "type").unwrap_or_default();
    let secret = written == "secret";
    let value = match members.get_mut("value").map(Value::take) {
        Some(Value::String(text)) if written == "number" => Value::String(number::as_javascript(&text)),
        Some(value) => value,
        None => Value::String(String::new()),
    };
    Some(Variable { key, value, disabled, secret })
}
