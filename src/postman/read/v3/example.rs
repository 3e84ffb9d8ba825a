//! Saved answers: `*.example.yaml`.

use serde_json::{Value, json};

use super::super::notice::{Members, take, take_text};
use super::request::{self, request};
use super::scene::{Scene, put};
use super::tree::Doc;

/// Translates an example. Its answer stands under `response`, its request under `request`; files
/// in the wild also have `originalRequest`, and `code`, `headers` and `body` at the top.
pub(super) fn example(doc: Doc, at: &str, scene: &mut Scene<'_>) -> Option<Value> {
    let Doc { stem, mut members, .. } = doc;
    scene.place(at, "");
    if let Some(kind) = members.get("$kind").and_then(Value::as_str).filter(|kind| *kind != "http-example") {
        let message = format!("an example of the kind `{kind}`, which is no HTTP answer; left out");
        scene.warn("/$kind", message);
        return None;
    }
    let mut example = Members::new();
    let name = take_text(&mut members, "name").unwrap_or(stem);
    put(&mut example, "name", Value::String(name));
    put(&mut example, "id", take(&mut members, "id"));
    put(&mut example, "originalRequest", original(&mut members, at, scene));
    let (mut answer, yaml) = match take(&mut members, "response") {
        Value::Object(answer) => (answer, "/response"),
        _ => (members, ""),
    };
    for (name, alias, own) in [("code", "statusCode", "code"), ("status", "statusText", "status")] {
        let from = if answer.contains_key(alias) { alias } else { own };
        scene.place(format!("{at}/{name}"), format!("{yaml}/{from}"));
        put(&mut example, name, take(&mut answer, from));
    }
    let from = if answer.contains_key("headers") { "headers" } else { "header" };
    let headers = take(&mut answer, from);
    let headers = scene.headers(headers, &format!("{at}/header"), &format!("{yaml}/{from}"));
    put(&mut example, "header", headers);
    body(take(&mut answer, "body"), at, yaml, &mut example, scene);
    Some(Value::Object(example))
}

fn original(members: &mut Members, at: &str, scene: &mut Scene<'_>) -> Value {
    let name = if members.contains_key("request") { "request" } else { "originalRequest" };
    match take(members, name) {
        Value::Object(mut saved) => {
            let translated =
                request(&mut saved, &format!("{at}/originalRequest"), &format!("/{name}"), scene);
            if request::is_empty(&translated) { Value::Null } else { Value::Object(translated) }
        }
        other => other,
    }
}

/// The body: a text, or `{type, content}`.
///
/// An empty one of type `text` says nothing: Postman writes it for an answer that has no body and
/// for one whose body was never saved.
fn body(value: Value, at: &str, yaml: &str, example: &mut Members, scene: &mut Scene<'_>) {
    let place = format!("{at}/body");
    let content = match value {
        Value::Object(mut body) if body.contains_key("content") || body.contains_key("type") => {
            scene.place(place, format!("{yaml}/body/content"));
            if let Some(language) = take_text(&mut body, "type").filter(|kind| kind != "text") {
                put(example, "_postman_previewlanguage", json!(language));
            }
            let content = take(&mut body, "content");
            let says_nothing = example.get("_postman_previewlanguage").is_none() && content == "";
            if says_nothing { Value::Null } else { content }
        }
        other => {
            scene.place(place, format!("{yaml}/body"));
            other
        }
    };
    put(example, "body", content);
}
