//! Examples put into collections: in the way of the file, and nothing else changed.

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::postman::read;
use crate::postman::write::{NewExample, SavedAt, WriteError, insert};

fn saved(pointer: &str, item: &str) -> SavedAt {
    let example = NewExample {
        name: "200 OK".to_owned(),
        code: 200,
        status: "OK".to_owned(),
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: "{\"a\": \"ü\"}\n".to_owned(),
        language: "json",
    };
    SavedAt { pointer: pointer.to_owned(), item: item.to_owned(), example }
}

fn put(text: &str) -> Result<String, WriteError> {
    let made = insert(Path::new("c.json"), text.as_bytes(), &[saved("/item/0", "i")])?;
    Ok(String::from_utf8_lossy(&made).into_owned())
}

/// What was put in, where that is all that differs.
fn inserted<'n>(old: &[u8], new: &'n [u8]) -> Option<&'n [u8]> {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old.get(start..)?;
    (new.len() >= old.len() && new.ends_with(rest)).then(|| new.get(start..new.len() - rest.len()))?
}

#[test]
fn the_way_of_the_file_is_kept() -> Result<(), WriteError> {
    // Before the place, behind it, and what is put in: its beginning and its end.
    for (before, after, begins, ends) in [
        // One line, with spaces or without.
        (
            r#"{"item":[{"name":"i","request":{"url":"h"},"response":["#,
            "]}]}",
            r#"{"name":"200 OK","originalRequest":{"url":"h"},"status""#,
            "}",
        ),
        (
            r#"{"item": [{"name": "i", "request": {"url": "h"}, "response": ["#,
            "]}]}",
            r#"{"name": "200 OK", "originalRequest": {"url": "h"}, "status""#,
            "}",
        ),
        (r#"{"item":[{"name":"i","request":{"url":"h"}"#, "}]}", r#","response":[{"name":"200 OK","#, "}]"),
        (
            r#"{"item":[{"name":"i","request":{"url":"h"},"response":[{"name":"x"}"#,
            "]}]}",
            r#",{"name":"200 OK","#,
            "}",
        ),
        // Lines, by spaces and tabs, with both kinds of ends.
        (
            "{\n \"item\": [\n  {\n   \"name\": \"i\",\n   \"request\": \"h\",\n   \"response\": [",
            "]\n  }\n ]\n}\n",
            "\n    {\n     \"name\": \"200 OK\",\n     \"originalRequest\": {\n",
            "\n    }\n   ",
        ),
        (
            "{\r\n\t\"item\": [\r\n\t\t{\r\n\t\t\t\"request\": \"h\",\r\n\t\t\t\"name\": \"i\"",
            "\r\n\t\t}\r\n\t]\r\n}",
            ",\r\n\t\t\t\"response\": [\r\n\t\t\t\t{\r\n\t\t\t\t\t\"name\"",
            "\r\n\t\t\t\t}\r\n\t\t\t]",
        ),
        (
            "{\n \"item\": [\n  {\n   \"name\": \"i\",\n   \"request\": \"h\",\n   \"response\": [",
            "\n   ]\n  }\n ]\n}\n",
            "\n    {\n     \"name\"",
            "\n    }",
        ),
        (
            "{\n \"item\": [\n  {\n   \"name\": \"i\",\n   \"request\": \"h\",\n   \"response\": [\n    {\"name\": \"x\"}",
            "\n   ]\n  }\n ]\n}\n",
            ",\n    {\n     \"name\"",
            "\n    }",
        ),
        (
            "{\n \"item\": [{\n  \"name\": \"i\",\n  \"request\": \"h\",\n  \"response\": [{\n   \"name\": \"x\"\n  }",
            "]\n }]\n}\n",
            ", {\n   \"name\": \"200 OK\"",
            "\n  }",
        ),
        // The last of two counts, whatever stands in the first; numbers and escapes stay.
        (
            r#"{"a":1.0,"b":1e3,"c":"\u00fc\/","item":[{"name":"i","request":{"url":"h"},"response":[7],"response":["#,
            "]}]}",
            "{",
            "}",
        ),
    ] {
        let old = format!("{before}{after}");
        let new = put(&old)?;
        let there = new
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            .unwrap_or("! other text changed");
        assert!(there.starts_with(begins) && there.ends_with(ends), "{old}\n{there}");
    }
    Ok(())
}

#[test]
fn every_encoding_is_kept() -> Result<(), WriteError> {
    let text = r#"{"item":[{"name":"ü","request":{"url":"h"},"response":[]}]}"#;
    let made = put(&text.replace('ü', "i"))?.replace("\"name\":\"i\"", "\"name\":\"ü\"");
    let utf16 =
        |text: &str, unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    let marked = |text: &str| format!("\u{feff}{text}");
    let ways = |text: &str| {
        let marked = marked(text);
        [
            utf16(text, u16::to_le_bytes),
            utf16(text, u16::to_be_bytes),
            utf16(&marked, u16::to_le_bytes),
            utf16(&marked, u16::to_be_bytes),
            marked.into_bytes(),
        ]
    };
    for (old, new) in ways(text).iter().zip(ways(&made)) {
        assert_eq!(insert(Path::new("c"), old, &[saved("/item/0", "ü")])?, new);
    }
    Ok(())
}

#[test]
fn the_request_of_the_example_is_the_items_without_auth() -> Result<(), Box<dyn std::error::Error>> {
    let request = json!({"method": "POST", "header": [{"key": "A", "value": "{{a}}"}], "auth": {"type": "noauth"},
        "description": "long", "url": {"raw": "{{h}}/:id", "host": ["{{h}}"], "path": [":id"], "variable": [{"key": "id", "value": "1"}]}});
    let collection = json!({"item": [{"name": "i", "request": request, "response": null}]});
    let made: Value = serde_json::from_str(&put(&collection.to_string())?)?;
    let mut wanted = request;
    wanted.as_object_mut().map(|members| (members.remove("auth"), members.remove("description")));
    let example = made.pointer("/item/0/response/0").unwrap_or(&Value::Null);
    assert_eq!(example.get("originalRequest"), Some(&wanted));
    let names: Vec<&String> = example.as_object().into_iter().flat_map(|members| members.keys()).collect();
    assert_eq!(
        names,
        ["name", "originalRequest", "status", "code", "_postman_previewlanguage", "header", "cookie", "body"]
    );
    Ok(())
}

#[test]
fn what_cannot_be_put_in_is_refused_with_its_place() {
    let item = |response: &str| {
        format!(r#"{{"item":[{{"name":"i","request":{{"url":"h"}},"response":{response}}}]}}"#)
    };
    let refusal = |text: &str, saved: SavedAt| {
        insert(Path::new("c.json"), text.as_bytes(), &[saved]).err().map(|error| error.to_string())
    };
    let list = "must be a list, but is";
    for (response, what) in
        [("{}", "an object"), ("\"x\"", "a text"), ("7", "a number"), ("true", "a boolean")]
    {
        let told = refusal(&item(response), saved("/item/0", "i"));
        let cure = "correct it in Postman";
        assert_eq!(told, Some(format!("c.json /item/0/response: `response` {list} {what}; {cure}")));
    }
    for (pointer, name) in
        [("/item/1", "i"), ("/item/0", "other"), ("/collection/item/0", "i"), ("/item/x", "i")]
    {
        let told = refusal(&item("[]"), saved(pointer, name)).unwrap_or_default();
        assert!(told.contains("is not there any more"), "{told}");
    }
}

/// What a collection says, but for its examples and the places of what stands behind one.
fn told(collection: &crate::postman::Collection) -> Vec<String> {
    let items = collection.items();
    let item = |placed: &crate::postman::model::Placed<'_>| {
        let item = placed.item;
        let (request, examples) = (&item.request, item.examples.len());
        format!(
            "{:?} {} {} {request:?} {:?} {examples}",
            placed.folders, item.name, item.pointer, placed.auth
        )
    };
    items.iter().map(item).collect()
}

#[test]
fn nothing_else_of_a_real_collection_changes() -> Result<(), Box<dyn std::error::Error>> {
    let Some(folder) = std::env::var_os("UPHOLD_CORPUS") else {
        eprintln!("skipped: UPHOLD_CORPUS names no folder of collections");
        return Ok(());
    };
    let (mut files, mut done) = (Path::new(&folder).read_dir()?.collect::<Result<Vec<_>, _>>()?, 0);
    files.sort_by_key(std::fs::DirEntry::path);
    for (index, file) in files.iter().map(std::fs::DirEntry::path).enumerate() {
        let Ok(before) = read::collection(&file) else { continue };
        // The largest ones say what the others do, and take long.
        if file.is_dir() || file.metadata()?.len() > 2_000_000 {
            continue;
        }
        let bytes = std::fs::read(&file)?;
        let items = before.items();
        for step in [7_usize, 1009] {
            let at = (index * step + step) % items.len().max(1);
            let Some(item) = items.get(at).map(|placed| placed.item) else { continue };
            let made = match insert(&file, &bytes, &[saved(&item.pointer, &item.name)]) {
                Ok(made) => made,
                Err(error @ WriteError::NoList { .. }) => {
                    eprintln!("refused: {error}");
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            // `null` gives way.
            let is_null = inserted(&bytes, &made).is_none();
            let after = read::collection_from(&file, &made)?;
            let changed: Vec<_> =
                told(&before).into_iter().zip(told(&after)).filter(|(a, b)| a != b).collect();
            assert_eq!(changed.len(), 1, "{}", file.display());
            let (old, new) = (item.examples.len(), item.examples.len() + 1);
            let [(a, b)] = changed.as_slice() else { unreachable!("counted") };
            assert_eq!(a.strip_suffix(&old.to_string()), b.strip_suffix(&new.to_string()));
            assert!(!is_null || old == 0, "{}: {}", file.display(), item.pointer);
            done += 1;
        }
    }
    eprintln!("{done} examples put in");
    assert!(done > 50);
    Ok(())
}

/// Collections with one item, written in many ways.
fn ways() -> impl Strategy<Value = String> {
    let space = prop::sample::select(vec!["", " ", "\n", "\r\n  ", "\n\t\t", "\n      "]);
    let response = prop::sample::select(vec![
        None,
        Some("[]"),
        Some("[ ]"),
        Some("[\n ]"),
        Some("[{}]"),
        Some("[ {\"name\":\"x\"} , {} ]"),
        Some("[\n{},\n{}\n]"),
    ]);
    (prop::collection::vec(space, 8), response, ".{0,6}").prop_map(|(spaces, response, name)| {
        let space = |at: usize| spaces.get(at).copied().unwrap_or_default();
        let name = Value::from(format!("i{name}"));
        let response =
            response.map(|list| format!(",{}\"response\":{}{list}", space(3), space(4))).unwrap_or_default();
        format!(
            "{}{{\"item\":{}[{{{}\"request\":{{\"url\":\"h\"}}{response}{},\"name\":{name}{}}}{}]}}{}",
            space(0),
            space(1),
            space(2),
            space(5),
            space(6),
            space(7),
            space(0)
        )
    })
}

proptest! {
    #[test]
    fn however_it_is_written_only_the_example_is_new(text in ways()) {
        let before = read::collection_from(Path::new("c"), text.as_bytes());
        let before = before.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let items = before.items();
        let Some(item) = items.first().map(|placed| placed.item) else { return Err(TestCaseError::fail("no item")) };
        let made = insert(Path::new("c"), text.as_bytes(), &[saved("/item/0", &item.name)]);
        let made = made.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(inserted(text.as_bytes(), &made).is_some(), "{}", String::from_utf8_lossy(&made));
        let again = insert(Path::new("c"), &made, &[saved("/item/0", &item.name)]);
        prop_assert!(again.is_ok_and(|again| inserted(&made, &again).is_some()));
    }
}
