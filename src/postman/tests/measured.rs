//! What newman 6.2.2 was measured to send where the wire cases say nothing.

use serde_json::{Value, json};

use super::Bench;
use crate::message::Request;

fn made(more: &Value) -> Result<Request, String> {
    let folder = tempfile::tempdir().map_err(|why| why.to_string())?;
    std::fs::write(folder.path().join("a.xml"), "A").map_err(|why| why.to_string())?;
    let mut bench = Bench::request(json!("http://h/x"), more).map_err(|why| why.to_string())?;
    bench.files = folder.path().to_owned();
    bench.resolve().map(|resolved| resolved.request).map_err(|causes| format!("{causes:?}"))
}

#[test]
fn bodies_are_newmans() {
    let raw = |text: &str, language: &str| json!({"mode": "raw", "raw": text, "options": {"raw": {"language": language}}});
    let graph_ql =
        |variables: &str| json!({"mode": "graphql", "graphql": {"query": "{ a }", "variables": variables}});
    let form = |parts: Value| json!({"mode": "formdata", "formdata": parts});
    let part = |head: &str, text: &str| {
        format!("--b\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n--b--\r\n")
    };
    for (typed, body, expected) in [
        ("application/json; charset=utf-8", raw("{} // c", "text"), "{} // c".to_owned()),
        ("application/json", raw("{} // c", "text"), "{} // c".to_owned()),
        ("application/json; charset=utf-8", json!({"mode": "raw", "raw": "{} // c"}), "{} ".to_owned()),
        ("application/vnd.api+json", json!({"mode": "raw", "raw": "{} /* c */"}), "{} ".to_owned()),
        ("text/json", json!({"mode": "raw", "raw": "{} // c"}), "{} // c".to_owned()),
        ("a/b", raw("{} // {{nope}}", "json"), "{} ".to_owned()),
        ("a/b", raw("{\r\n// c\r\n}", "json"), "{\r\n\n}".to_owned()),
        (
            "a/b",
            json!({"mode": "urlencoded", "urlencoded": [{"key": "a", "value": "1"}, {"key": "b"}, {"key": "a", "value": "2"}]}),
            "a=1&a=2&b=".to_owned(),
        ),
        (
            "a/b",
            graph_ql("{\"n\": 1.0, \"e\": 1e3}"),
            "{\"query\":\"{ a }\",\"variables\":{\"n\": 1.0, \"e\": 1e3}}".to_owned(),
        ),
        (
            "a/b",
            json!({"mode": "graphql", "graphql": {"query": "{ a }", "operationName": null, "variables": null}}),
            "{\"query\":\"{ a }\",\"operationName\":null,\"variables\":null}".to_owned(),
        ),
        (
            "a/b",
            json!({"mode": "graphql", "graphql": {"query": "{ a }", "operationName": null, "variables": "{}"}}),
            "{\"query\":\"{ a }\",\"variables\":{}}".to_owned(),
        ),
        (
            "multipart/form-data; boundary=b",
            form(json!([{"key": "t", "value": "v", "fileName": "x.json"}])),
            part("name=\"t\"; filename=\"x.json\"\r\nContent-Type: application/json", "v"),
        ),
        (
            "multipart/form-data; boundary=b",
            form(
                json!([{"key": "t", "type": "file", "src": "a.xml", "fileName": "dir/o.bin", "contentType": ""}]),
            ),
            part("name=\"t\"; filename=\"o.bin\"\r\nContent-Type: application/xml", "A"),
        ),
    ] {
        let header = json!([{"key": "Content-Type", "value": typed}]);
        let request = made(&json!({"method": "POST", "header": header, "body": body}));
        let body =
            request.map(|request| String::from_utf8_lossy(&request.body.unwrap_or_default()).into_owned());
        assert_eq!(body, Ok(expected));
    }
}

#[test]
fn header_fields_are_newmans() {
    let form = json!({"mode": "formdata", "formdata": [{"key": "a", "value": "v"}]});
    let cookies = json!([{"key": "Cookie", "value": "a=1"}, {"key": "cookie", "value": "b=2"}, {"key": "cookie", "value": "c=3"}]);
    for (method, header, body, name, expected) in [
        (
            "GET",
            json!([{"key": "host", "value": "other.example"}]),
            Value::Null,
            "host",
            Some("other.example"),
        ),
        ("GET", json!([{"key": "Connection", "value": "close"}]), Value::Null, "connection", Some("close")),
        ("GET", json!([{"key": "Connection", "value": "Upgrade"}]), Value::Null, "connection", None),
        ("GET", cookies, Value::Null, "cookie", Some("b=2; c=3")),
        (
            "POST",
            json!([{"key": "Content-Type", "value": "application/json"}]),
            form,
            "content-type",
            Some("multipart/form-data; boundary="),
        ),
    ] {
        let request = made(&json!({"method": method, "header": header, "body": body}));
        let value = request.map(|request| request.headers.get(name).map(str::to_owned));
        let fits = match (&value, expected) {
            (Ok(Some(value)), Some(expected)) => value.starts_with(expected),
            (Ok(None), None) => true,
            _ => false,
        };
        assert!(fits, "{name}: {value:?}");
    }
    for (name, value) in [("X", "漢"), ("Host", "a/b"), ("Host", "u@h")] {
        let refused = made(&json!({"header": [{"key": name, "value": value}]}));
        assert!(refused.is_err(), "{name}: {value}: {refused:?}");
    }
}

#[test]
fn a_typed_host_never_names_the_server_that_a_base_url_replaces() -> Result<(), String> {
    let more = json!({"header": [{"key": "Host", "value": "vendor.example"}]});
    for (base, host) in [("http://other.example", None), ("http://h:8080", Some("vendor.example"))] {
        let bench = Bench::request(json!("http://h/x"), &more).map_err(|why| why.to_string())?;
        let resolved = bench.base("http://h", base).resolve().map_err(|causes| format!("{causes:?}"))?;
        assert_eq!(resolved.request.headers.get("host"), host, "{base}");
        assert_eq!(resolved.notes.len(), usize::from(host.is_none()), "{:?}", resolved.notes);
    }
    Ok(())
}

#[test]
fn variables_of_type_number_are_numbers() -> Result<(), String> {
    let variables = json!([
        {"key": "n", "value": "007", "type": "number"},
        {"key": "s", "value": "007", "type": "string"},
        {"key": "id", "value": "738964000000291009", "type": "number"},
        {"key": "word", "value": "{{s}}", "type": "number"},
    ]);
    let file = json!({"info": {"name": "t"}, "variable": variables, "item": [{"name": "i", "request": "http://h/{{n}}/{{s}}/{{id}}/{{word}}"}]});
    let bench = Bench::of(&file).map_err(|why| why.to_string())?;
    let resolved = bench.resolve().map_err(|causes| format!("{causes:?}"))?;
    assert_eq!(resolved.request.target, "/7/007/738964000000291009/007");
    Ok(())
}
