//! Arbitrary input: no panic, no broken request line or head, and under a rule one origin only.

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Bench, base};
use crate::postman::{AuthChoice, Changes, read};

/// The member names that the readers look for, so that arbitrary JSON reaches all of them.
const NAMES: &[&str] = &[
    "collection",
    "info",
    "item",
    "name",
    "request",
    "response",
    "originalRequest",
    "url",
    "raw",
    "host",
    "path",
    "query",
    "variable",
    "key",
    "value",
    "disabled",
    "header",
    "body",
    "mode",
    "urlencoded",
    "formdata",
    "file",
    "graphql",
    "auth",
    "type",
    "bearer",
    "event",
    "script",
    "exec",
    "code",
    "status",
    "values",
    "src",
    "options",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        prop_oneof![Just("raw"), Just("formdata"), Just("bearer"), Just("{{a}}")].prop_map(Value::from),
        "[\\PC\n:/?#@{}]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        let member = (proptest::sample::select(NAMES), inner.clone());
        prop_oneof![
            proptest::collection::vec(inner, 0..4).prop_map(Value::from),
            proptest::collection::vec(member, 0..6).prop_map(|members| {
                Value::Object(members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Map<_, _>>())
            }),
        ]
    })
}

/// Texts made of what could move an authority, end a line or end a token.
fn nasty() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "//",
        "\\\\",
        "@",
        "evil.example",
        "http://",
        "https://evil.example/",
        "{{a}}",
        "{{b}}",
        "{{",
        "}}",
        ":id",
        "/",
        "?",
        "#",
        "..",
        "%2e%2e",
        "\r\n",
        "\0",
        " ",
        "\t",
        "ü",
        ":8080",
        "&x=1",
        "=",
        "\"",
        "<",
        "a",
    ]);
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_json_is_read_or_refused(value in any_json()) {
        let file = Path::new("x.json");
        let _ = read::collection_from(file, value.to_string().as_bytes());
        let _ = read::environment_from(file, value.to_string().as_bytes());
        let wrapped = json!({"item": [{"name": "i", "request": value, "response": [value], "auth": value}]});
        let collection = read::collection_from(file, wrapped.to_string().as_bytes());
        prop_assert!(collection.is_ok_and(|c| c.items().len() <= 1));
    }

    #[test]
    fn any_bytes_are_refused_in_words(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        if let Err(error) = read::collection_from(Path::new("x.json"), &bytes) {
            prop_assert!(error.to_string().starts_with("x.json"));
        }
    }

    #[test]
    fn nothing_breaks_the_head_or_moves_the_origin(
        parts in proptest::collection::vec(nasty(), 12),
        prefix in proptest::option::of(Just("/v9")),
        stand_ins in any::<bool>(),
        unknown_id in any::<bool>(),
        auth in 0..3_u8,
    ) {
        let [host, path, key, value, id, name, field, text, a, b, user, whole] = parts.as_slice() else { unreachable!() };
        let headers = json!([{"key": name, "value": field}, {"key": "X-Ok", "value": text}]);
        let auths = json!({"type": "apikey", "apikey": {"key": name, "value": text, "in": "header"}});
        let object = json!({"host": [host], "path": [path, ":id"], "query": [{"key": key, "value": value}],
            "variable": [{"key": "id", "value": id}], "auth": {"user": user, "password": text}});
        for url in [object, json!(whole)] {
            let more = json!({"method": "POST", "header": headers, "auth": auths,
                "body": {"mode": "formdata", "formdata": [{"key": name, "value": text, "contentType": field}]}});
            let mut bench = Bench::request(url, &more).map_err(|e| TestCaseError::fail(e.to_string()))?
                .variable("a", a).variable("b", b);
            let form = bench.collection.items().first().map(|p| p.item.request.url.host.clone()).unwrap_or_default();
            let rule = base(&format!("https://api.example.com:8443{}", prefix.unwrap_or_default()));
            bench.bases.insert(form, rule.clone());
            let bench = if stand_ins { bench.stand_ins() } else { bench };
            let auth = [AuthChoice::Inherited, AuthChoice::Without, AuthChoice::Invalid][usize::from(auth)];
            match bench.resolve_with(&Changes { auth, unknown_id, ..Changes::default() }) {
                Ok(resolved) => {
                    let request = resolved.request;
                    prop_assert_eq!(&request.origin, &rule.origin);
                    let parsed = ::url::Url::parse(&request.url()).map_err(|e| TestCaseError::fail(e.to_string()))?;
                    prop_assert_eq!(parsed.host_str(), Some("api.example.com"));
                    prop_assert_eq!(parsed.port(), Some(8443));
                    prop_assert!(request.target.starts_with('/'));
                    prop_assert!(request.target.bytes().all(|b| b > b' ' && b < 0x7f), "{:?}", request.target);
                    for (name, value) in request.headers.iter() {
                        prop_assert!(!name.is_empty() && !name.contains([' ', '\r', '\n', '\0']), "{:?}", name);
                        prop_assert!(!value.contains(['\r', '\n', '\0']), "{:?}", value);
                    }
                }
                Err(causes) => prop_assert!(!causes.is_empty()),
            }
        }
    }
}
