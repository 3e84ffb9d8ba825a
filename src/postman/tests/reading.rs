//! What reading makes of odd files, and what it says.

use std::path::Path;

use serde_json::{Value, json};

use crate::postman::model::{Node, Warning};
use crate::postman::{AuthKind, Collection, ReadError, read};

fn read(value: &Value) -> Result<Collection, ReadError> {
    read::collection_from(Path::new("c.json"), value.to_string().as_bytes())
}

fn refusal(bytes: &[u8]) -> String {
    read::collection_from(Path::new("c.json"), bytes).err().map(|e| e.to_string()).unwrap_or_default()
}

fn said(warnings: &[Warning]) -> Vec<(&str, &str)> {
    warnings.iter().map(|w| (w.pointer.as_str(), w.message.as_str())).collect()
}

#[test]
fn what_is_no_collection_is_named_with_a_cure() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for (bytes, text) in [
        (&br#"{"id":"1","order":[],"requests":[]}"#[..], "v1 form; export it as Collection v2.1"),
        (br#"{"version":1,"collections":[]}"#, "a backup of several collections"),
        (br#"{"name":"e","values":[]}"#, "an environment or globals file"),
        (br#"{"openapi":"3.0.0"}"#, "an OpenAPI document"),
        (br#"{"log":{"entries":[]}}"#, "a HAR recording"),
        (
            br#"{"info":{},"item":"x"}"#,
            "c.json /item: must be a list of folders and requests, but is a string",
        ),
        (br#"{"info":{"name":"x"}}"#, "a collection without `item`"),
        (b"[1]", "no Postman collection"),
        (b"{\n  \"item\": [,]}", ":2:12: not JSON: expected value"),
        (b"\xff\xfe{\0", ":1:1: not JSON: "),
        (
            b"{\"caf\xe9\": 1}",
            "c.json:1:6: neither UTF-8 nor UTF-16 text, and other encodings, such as ISO-8859-1",
        ),
        (b"\xef\xbb\xbf \n", "an empty file"),
        (b"openapi: 3.0.0\n", "an OpenAPI document"),
        (b"$kind: http-request\n", "v3 form; give the folder of the collection"),
        (deep.as_bytes(), "nested deeper than 127 levels"),
    ] {
        let error = refusal(bytes);
        assert!(error.starts_with("c.json") && error.contains(text), "{error}");
    }
    let nested = json!({"item": [{"name": "f", "item": {}}]});
    assert!(refusal(nested.to_string().as_bytes()).contains("/item/0/item: must be a list"));
}

#[test]
fn wrappers_and_marks_are_taken_off() -> Result<(), ReadError> {
    let wrapped = json!({"collection": {"info": {"name": "w"}, "item": [{"request": "http://h"}]}});
    let text = format!("\u{feff}{wrapped}");
    let collection = read::collection_from(Path::new("c.json"), text.as_bytes())?;
    assert_eq!(collection.name, "w");
    assert_eq!(
        said(&collection.warnings),
        [
            ("/collection/item/0", "no name; its part of the id is `unnamed`"),
            ("/collection/item/0/request", "the request is only a URL; read as GET of it"),
        ]
    );
    Ok(())
}

#[test]
fn environments_come_in_three_shapes() -> Result<(), ReadError> {
    let values =
        json!([{"key": "a", "value": 1}, {"key": "b", "value": "x", "enabled": false, "type": "secret"}, {}]);
    for value in [json!({"values": values}), json!({"environment": {"values": values}}), values.clone()] {
        let environment = read::environment_from(Path::new("e.json"), value.to_string().as_bytes())?;
        let flags: Vec<_> =
            environment.variables.iter().map(|v| (v.key.as_str(), v.disabled, v.secret)).collect();
        assert_eq!(flags, [("a", false, false), ("b", true, true)]);
        assert_eq!(environment.warnings.len(), 1);
    }
    let collection = json!({"info": {}, "item": []}).to_string();
    let error =
        read::environment_from(Path::new("e.json"), collection.as_bytes()).err().map(|e| e.to_string());
    assert!(error.unwrap_or_default().contains("a collection, no environment"));
    Ok(())
}

#[test]
fn odd_examples_are_read_and_told() -> Result<(), ReadError> {
    let responses = json!([
        {"name": "a", "originalRequest": {"url": "http://h"}, "status": "200 OK"},
        {"name": "b", "originalRequest": {"url": "http://h"}, "code": "404", "header": "A: 1\nB: 2"},
        {"name": "c", "originalRequest": {}, "code": 7, "header": [null, {}, {"key": "D", "value": "x", "disabled": true}]},
        {"name": null, "code": 200, "body": {"k": 1}, "_": {"postman_previewlanguage": "json"}},
        "x",
    ]);
    let collection =
        read(&json!({"item": [{"name": "i", "request": {"url": "http://h"}, "response": responses}]}))?;
    let items = collection.items();
    let examples = items.first().map(|placed| placed.item.examples.clone()).unwrap_or_default();
    let codes: Vec<_> = examples.iter().map(|e| (e.code, e.headers.len(), e.request.is_some())).collect();
    assert_eq!(codes, [(Some(200), 0, true), (Some(404), 2, true), (None, 0, false), (Some(200), 0, false)]);
    let last = examples.last().map(|e| (e.body.clone(), e.language.clone()));
    assert_eq!(last, Some((Some("{\"k\":1}".to_owned()), Some("json".to_owned()))));
    let pointers: Vec<_> =
        collection.warnings.iter().map(|w| w.pointer.trim_start_matches("/item/0/response")).collect();
    let expected = ["/0/status", "/1/header", "/1/code", "/2", "/2/code", "/3", "/3", "/3/body", "/4"];
    assert_eq!(pointers, expected);
    Ok(())
}

#[test]
fn scripts_auth_and_behaviour_are_kept() -> Result<(), ReadError> {
    let script = |exec: Value| json!({"listen": "test", "script": {"exec": exec}});
    let collection = read(&json!({
        "event": [script(json!([" ", ""])), script(json!("pm.test()"))],
        "protocolProfileBehavior": {"disableBodyPruning": true, "disableUrlEncoding": true},
        "auth": {"type": "basic", "basic": {"username": "u", "password": null, "x": true}},
        "item": [{
            "name": "f", "protocolProfileBehavior": {"disableUrlEncoding": false}, "auth": null,
            "item": [{"name": "i", "event": [script(json!(["a"]))], "request": {"url": "http://h", "auth": {}}}],
        }],
    }))?;
    let scripts: Vec<&str> = collection.scripts.iter().map(|script| script.pointer.as_str()).collect();
    assert_eq!(scripts, ["/event/1", "/item/0/item/0/event/0"]);
    let items = collection.items();
    let Some(placed) = items.first() else { unreachable!("one item") };
    assert!(placed.item.behavior.keep_body && !placed.item.behavior.raw_url);
    let auth = placed.auth.map(|auth| (auth.kind.clone(), auth.params.len(), auth.place.as_str()));
    assert_eq!(auth, Some((AuthKind::Basic, 2, "/auth")));
    assert!(matches!(collection.nodes.as_slice(), [Node::Folder(folder)] if folder.pointer == "/item/0"));
    assert!(said(&collection.warnings).is_empty(), "{:?}", collection.warnings);
    Ok(())
}
