//! Values in their places, one kind of body after the other.

use serde_json::{Value, json};

use crate::postman::model::Example;
use crate::postman::tests::Bench;
use crate::postman::{Captured, Changes, Deferred};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// The request of a POST with `{{x}}` in it once the value is there: head and body, or the causes.
fn filled(request: &Value, value: &str) -> Result<(Vec<(String, String)>, String), String> {
    made(request, value, &Changes::default())
}

fn made(
    request: &Value,
    value: &str,
    changes: &Changes<'_>,
) -> Result<(Vec<(String, String)>, String), String> {
    let mut more = request.clone();
    more["method"] = json!("POST");
    let bench = Bench::request("http://h/a", &more).map_err(|error| error.to_string())?;
    let mut captured = Captured::default();
    captured.set("x", value.to_owned());
    let example = std::sync::Arc::new(Example {
        name: String::new(),
        id: None,
        request: None,
        code: None,
        headers: Vec::new(),
        body: None,
        language: None,
        pointer: String::new(),
    });
    let resolver = bench.resolver();
    let items = bench.collection.items();
    let origin = crate::message::Origin::parse("http://h").map_err(|error| error.to_string())?;
    let deferred = Deferred::new(&resolver, &items[0], &example, changes, &origin);
    let made = deferred.resolve(&captured).map_err(|causes| format!("{causes:?}"))?;
    let headers = made.request.headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let body = made.request.body.unwrap_or_default();
    Ok((headers.collect(), String::from_utf8_lossy(&body).into_owned()))
}

fn raw(text: &str, language: &str) -> Value {
    json!({"body": {"mode": "raw", "raw": text, "options": {"raw": {"language": language}}}})
}

#[test]
fn a_bare_place_in_json_takes_json_alone() -> Outcome {
    for (value, expected) in
        [("7.50", "{\"n\": 7.50}"), ("{\"a\":[1]}", "{\"n\": {\"a\":[1]}}"), ("\"s\"", "{\"n\": \"s\"}")]
    {
        assert_eq!(filled(&raw("{\"n\": {{x}}}", "json"), value)?.1, expected);
    }
    let refused = filled(&raw("{\"n\": {{x}}}", "json"), "1, \"admin\": true").unwrap_err();
    assert!(refused.contains("`x` is no JSON") && !refused.contains("admin"), "{refused}");
    // A quote that is escaped ends no string.
    assert_eq!(filled(&raw(r#"{"n": "\"{{x}}"}"#, "json"), "a\"")?.1, r#"{"n": "\"a\""}"#);
    Ok(())
}

#[test]
fn markup_forms_and_text_have_their_own_encoding() -> Outcome {
    let value = "<a b=\"1\">&'";
    assert_eq!(filled(&raw("<r>{{x}}</r>", "xml"), value)?.1, "<r>&lt;a b=&quot;1&quot;&gt;&amp;&#39;</r>");
    assert_eq!(filled(&raw("plain {{x}}", "text"), value)?.1, format!("plain {value}"));
    let mut form = raw("a={{x}}&b=1", "text");
    form["header"] = json!([{"key": "Content-Type", "value": "application/x-www-form-urlencoded"}]);
    assert_eq!(filled(&form, "1&b=2")?.1, "a=1%26b%3D2&b=1");
    let graph = json!({"body": {"mode": "graphql", "graphql": {"query": "{ u(id: \"{{x}}\") }", "variables": "{\"id\": {{x}}}"}}});
    assert_eq!(filled(&graph, "42")?.1, r#"{"query":"{ u(id: \"42\") }","variables":{"id": 42}}"#);
    Ok(())
}

#[test]
fn a_form_part_cannot_end_early() -> Outcome {
    let parts = json!({"body": {"mode": "formdata", "formdata": [
        {"key": "{{x}}", "value": "{{x}}", "type": "text"}, {"key": "z", "value": "1", "type": "text"},
    ]}});
    let (headers, body) = filled(&parts, "a\"\r\nX: 1")?;
    assert!(body.contains("name=\"a%22%0D%0AX: 1\"\r\n\r\na\"\r\nX: 1\r\n--"), "{body}");
    let typed = headers.iter().find(|(name, _)| name == "Content-Type").map(|(_, value)| value.clone());
    let typed = typed.unwrap_or_default();
    let boundary = typed.split("boundary=").last().unwrap_or_default();
    assert_eq!(body.matches(boundary).count(), 3);
    let refused = filled(&parts, &format!("\r\n--{boundary}\r\n")).unwrap_err();
    assert!(refused.contains("holds the boundary of the form"), "{refused}");
    Ok(())
}

#[test]
fn set_query_path_and_headers_take_captured_values() -> Outcome {
    let changes =
        Changes { set: [("/n".to_owned(), json!("{{x}}"))].into_iter().collect(), ..Changes::default() };
    assert_eq!(
        made(&raw("{\"n\": 1, \"m\": \"{{x}}\"}", "json"), "a\"b", &changes)?.1,
        r#"{"n":"a\"b","m":"a\"b"}"#
    );
    let named = json!({"header": [{"key": "X-{{x}}", "value": "1"}]});
    assert!(filled(&named, "A").unwrap_err().contains("cannot be the name of a header"));
    Ok(())
}

#[test]
fn auth_that_is_computed_reads_the_value_whole() -> Outcome {
    let basic = json!({"auth": {"type": "basic", "basic": [{"key": "username", "value": "u"}, {"key": "password", "value": "{{x}}"}]}});
    let (headers, _) = filled(&basic, "{{x}}:p")?;
    assert_eq!(headers, [("Authorization".to_owned(), "Basic dTp7e3h9fTpw".to_owned())]);
    let jwt = json!({"auth": {"type": "jwt", "jwt": [
        {"key": "algorithm", "value": "HS256"}, {"key": "secret", "value": "{{x}}"}, {"key": "payload", "value": "{}"},
    ]}});
    let (a, b) = (filled(&jwt, "one")?.0, filled(&jwt, "two")?.0);
    assert_ne!(a, b, "the signature is that of the value");
    Ok(())
}
