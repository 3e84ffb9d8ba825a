//! What examples send.

use super::*;

/// What differs between two requests, as `severity at: expected -> actual`.
fn changes(old: &Value, new: &Value) -> Vec<String> {
    let of = |request: &Value| {
        let mut item = item("Get", &[("ok", 200, "{}")]);
        item["response"][0]["originalRequest"] = request.clone();
        collection(&json!([item]))
    };
    let comparison = collections(&of(old), &of(new), false).unwrap();
    let all = comparison.differences.iter().map(|difference| &difference.finding);
    all.map(|f| {
        assert_eq!(f.id, FindingId::RequestChanged);
        let hint = f.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{} {}: {} -> {}{hint}", f.severity, f.at, f.expected, f.actual)
    })
    .collect()
}

fn raw(text: &str) -> Value {
    json!({"method": "POST", "url": "https://h/a", "body": {"mode": "raw", "raw": text}})
}

#[test]
fn each_part_is_told_by_its_name() {
    let old = json!({"method": "GET", "url": "https://h/v1/a/:id?page=1&x=1",
        "header": [{"key": "Accept", "value": "a/b"}, {"key": "X-Old", "value": "1"}]});
    let new = json!({"method": "POST", "url": "https://other/v2/a/:key?x=1&page=2&q=s",
        "header": [{"key": "accept", "value": "a/c"}]});
    assert_eq!(
        changes(&old, &new),
        [
            "warning request:method: GET -> POST",
            "warning request:path: /v1/a/:id -> /v2/a/:key",
            "info request:query/page: 1 -> 2",
            "info request:query/q: absent -> s",
            "info request:header:accept: a/b -> a/c",
            "info request:header:x-old: 1 -> absent",
        ]
    );
}

#[test]
fn what_changes_nothing_is_not_told() {
    let old = json!({"method": "GET", "url": "{{base}}/a/:id?a=1&b=2", "header": [
        {"key": "Authorization", "value": "Bearer one"}, {"key": "Postman-Token", "value": "1"},
        {"key": "Content-Length", "value": "3"}, {"key": "X-Off", "value": "1", "disabled": true}]});
    let new = json!({"method": "get", "url": "https://api.example.com/a/:key?b=2&a=1&access_token=t", "header": [
        {"key": "authorization", "value": "Bearer two"}, {"key": "X-Api-Key", "value": "k"}]});
    assert_eq!(changes(&old, &new), [""; 0]);
    assert_eq!(changes(&raw(r#"{"a": 1, "b": [1]}"#), &raw("{\"b\":[1],\r\n \"a\":1}")), [""; 0]);
    assert_eq!(changes(&raw("x\n"), &raw(" x")), [""; 0]);
}

#[test]
fn bodies_differ_at_places() {
    assert_eq!(
        changes(
            &raw(r#"{"u": [{"id": 1, "a/b": 1}], "password": "x"}"#),
            &raw(r#"{"u": [{"id": "1"}], "password": "y", "n": null}"#)
        ),
        [r#"info request:body/u/0/id: 1 -> "1" (and at 2 other places of the body)"#]
    );
    assert_eq!(
        changes(&raw("{\"a\": {{n}}}"), &raw("{\"a\": {{m}}}")),
        ["info request:body: {\"a\": {{n}}} -> {\"a\": {{m}}}"]
    );
    let form = |fields: &Value| json!({"method": "POST", "url": "https://h/a", "body": {"mode": "urlencoded", "urlencoded": fields}});
    assert_eq!(
        changes(&form(&json!([{"key": "a", "value": "1"}])), &form(&json!([{"key": "a", "value": "2"}]))),
        ["info request:body/a: 1 -> 2"]
    );
    assert_eq!(
        changes(&raw("x"), &form(&json!([{"key": "a", "value": "1"}]))),
        ["info request:body: a text -> a form (urlencoded)"]
    );
    let none = json!({"method": "POST", "url": "https://h/a"});
    assert_eq!(changes(&none, &raw("x")), ["info request:body: absent -> a text"]);
    assert_eq!(changes(&none, &raw(" ")), [""; 0]);
}

#[test]
fn a_request_without_an_example_is_compared_as_well() {
    let mut old = item("Get", &[]);
    let new = old.clone();
    old["request"]["method"] = "DELETE".into();
    assert_eq!(between(&json!([old]), &json!([new])), ["get: warning request.changed request:method"]);
}
