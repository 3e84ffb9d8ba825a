//! Requests: of a `*.request.yaml`, and the one inside of an example.

use serde_json::{Value, json};

use super::super::notice::{Members, take, take_text};
use super::scene::{Scene, put};
use crate::postman::url::without_query;

/// Translates method, URL, header fields and body. `at` is the pointer of the v2.1 request, `yaml`
/// that of the map which these members were taken from.
pub(super) fn request(members: &mut Members, at: &str, yaml: &str, scene: &mut Scene<'_>) -> Members {
    let mut request = Members::new();
    scene.place(at, yaml);
    scene.place(format!("{at}/method"), format!("{yaml}/method"));
    let url = url(members, &format!("{at}/url"), yaml, scene);
    put(&mut request, "url", url);
    // v2.1 says `header`, and so do some examples in v3 folders.
    let name = if members.contains_key("headers") { "headers" } else { "header" };
    let headers = take(members, name);
    put(&mut request, "header", scene.headers(headers, &format!("{at}/header"), &format!("{yaml}/{name}")));
    let method = take_text(members, "method");
    let graph_ql = graph_ql(members);
    let method = method.or_else(|| (!graph_ql.is_null()).then(|| "POST".to_owned()));
    put(&mut request, "method", method.map_or(Value::Null, Value::String));
    let own = match take(members, "body") {
        Value::Null => graph_ql,
        body => self::body(body, &format!("{at}/body"), &format!("{yaml}/body"), scene),
    };
    put(&mut request, "body", own);
    request
}

/// Whether there is nothing that could be sent: what Postman writes for an example without a
/// request of its own is `url: ""` and `method: GET`.
pub(super) fn is_empty(request: &Members) -> bool {
    request.keys().all(|name| name == "method")
        && request
            .get("method")
            .is_none_or(|method| method.as_str().is_some_and(|m| m.eq_ignore_ascii_case("GET")))
}

/// The URL. `queryParams` says what is sent, so the query written in the URL goes.
fn url(members: &mut Members, at: &str, yaml: &str, scene: &mut Scene<'_>) -> Value {
    scene.place(at, format!("{yaml}/url"));
    let query = take(members, "queryParams");
    let variables = take(members, "pathVariables");
    let text = match take(members, "url") {
        Value::String(text) if !text.trim().is_empty() => text,
        Value::String(_) | Value::Null => return Value::Null,
        // A URL in parts is one of v2.1.
        other => return other,
    };
    let is_given = match &query {
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        other => !other.is_null(),
    };
    let mut url = Members::new();
    let host = if is_given { without_query(&text).to_owned() } else { text };
    put(&mut url, "host", Value::String(host));
    if is_given {
        put(&mut url, "query", scene.entries(query, &format!("{at}/query"), &format!("{yaml}/queryParams")));
    }
    let variables = scene.entries(variables, &format!("{at}/variable"), &format!("{yaml}/pathVariables"));
    put(&mut url, "variable", variables);
    Value::Object(url)
}

/// A `graphql-request` has the parts of its body beside the URL.
fn graph_ql(members: &mut Members) -> Value {
    let Some(query) = take_text(members, "query") else { return Value::Null };
    let mut parts = Members::from_iter([("query".to_owned(), Value::String(query))]);
    for name in ["variables", "operationName"] {
        // What is not there is not sent; what is null is.
        if members.contains_key(name) {
            parts.insert(name.to_owned(), take(members, name));
        }
    }
    json!({"mode": "graphql", "graphql": parts})
}

/// A body `{type, content}`; one with `mode` is one of v2.1.
fn body(value: Value, at: &str, yaml: &str, scene: &mut Scene<'_>) -> Value {
    scene.place(at, yaml);
    scene.place(format!("{at}/mode"), format!("{yaml}/type"));
    let mut members = match value {
        Value::Object(members) if !members.contains_key("mode") => members,
        other => return other,
    };
    let content = take(&mut members, "content");
    let content_at = format!("{yaml}/content");
    let kind = take_text(&mut members, "type").unwrap_or_else(|| {
        if !content.is_null() {
            scene.warn(yaml, "the body has no `type`; read as `text`");
        }
        "text".to_owned()
    });
    let disabled = take(&mut members, "disabled");
    match kind.as_str() {
        "json" | "text" | "xml" | "html" | "javascript" => {
            scene.place(format!("{at}/raw"), content_at);
            let options = json!({"raw": {"language": kind}});
            json!({"mode": "raw", "raw": content, "options": options, "disabled": disabled})
        }
        "urlencoded" | "formdata" => {
            let list = scene.entries(content, &format!("{at}/{kind}"), &content_at);
            json!({"mode": kind.clone(), kind: list, "disabled": disabled})
        }
        // `none`, and a type that is unknown: the reader says so.
        "file" | "graphql" | "none" => json!({"mode": kind.clone(), kind: content, "disabled": disabled}),
        other => json!({"mode": other}),
    }
}
