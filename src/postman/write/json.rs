//! A saved answer as the JSON that Postman writes for it (v2.0 and v2.1 alike).

use serde_json::{Map, Value, json};

use super::answer::NewExample;

/// The members in Postman's order. The request is the item's, as saved, without its auth (Postman keeps
/// none with an example) and without the documentation.
pub(super) fn example(answer: &NewExample, request: Value) -> Value {
    let headers: Vec<Value> =
        answer.headers.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    json!({
        "name": answer.name,
        "originalRequest": original(request),
        "status": answer.status,
        "code": answer.code,
        "_postman_previewlanguage": answer.language,
        "header": headers,
        "cookie": [],
        "body": answer.body,
    })
}

fn original(request: Value) -> Value {
    match request {
        Value::Object(members) => {
            let kept = members.into_iter().filter(|(name, _)| name != "auth" && name != "description");
            Value::Object(kept.collect::<Map<_, _>>())
        }
        url => json!({"method": "GET", "header": [], "url": url}),
    }
}
