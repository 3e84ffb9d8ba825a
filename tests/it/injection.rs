//! No value of a variable, wherever it comes from and wherever it stands, adds a header field, a
//! request line or a part of a form. What arrives is read by a parser that forgives nothing.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::batch::Batch;
use crate::wiretap::{Arrived, Wiretap};

/// How many items go through one run.
const ITEMS: usize = 80;

/// Where a value comes from: each is the name of a variable.
const SOURCES: &[&str] = &["environment", "collection", "globals", "row", "toml", "process", "nested"];

/// What ends a line, a field, a part or a URL, and what a reader might take for one of these.
const PIECES: &[&str] = &[
    "\r\n",
    "\n",
    "\r",
    "\0",
    "\u{b}",
    "\u{c}",
    "\u{1b}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\t",
    " ",
    ":",
    ";",
    ",",
    "\"",
    "\\",
    "%0d%0a",
    "%0a",
    "\u{10a}\u{10d}",
    "\u{560d}\u{560a}",
    "{{nl}}",
    "ü",
    "漢",
    "a",
    "--",
    "#",
    "?",
    "Injected: 1",
    "\r\nInjected: 1",
    "\nInjected: 1\r\n\r\n",
    "\r\n\r\nGET /injected HTTP/1.1\r\nHost: h\r\n\r\n",
    "\"\r\nInjected: 1\r\nX: \"",
    " HTTP/1.1\r\nInjected: 1\r\n",
    "\r\n Injected: folded",
];

/// The names of the fields that a request of [`item`] may have, besides `X-…`.
const NAMES: &[&str] = &[
    "accept",
    "accept-encoding",
    "authorization",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "user-agent",
];

fn value() -> impl Strategy<Value = String> {
    proptest::collection::vec(select(PIECES), 1..4).prop_map(|pieces| pieces.concat())
}

/// A token for a variable, sometimes with text around it.
fn slot() -> impl Strategy<Value = String> {
    (select(SOURCES), 0..4_u8).prop_map(|(source, around)| match around {
        0 => format!("a{{{{{source}}}}}b"),
        _ => format!("{{{{{source}}}}}"),
    })
}

fn auth(slot: &str, other: &str) -> Vec<Value> {
    let auth = |kind: &str, params: &[(&str, &str)]| {
        let params: Vec<Value> =
            params.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
        json!({"type": kind, kind: params})
    };
    vec![
        auth("bearer", &[("token", slot)]),
        auth("basic", &[("username", slot), ("password", other)]),
        auth("apikey", &[("key", "X-Key"), ("value", slot)]),
        auth("apikey", &[("key", slot), ("value", other), ("in", "query")]),
        auth("oauth2", &[("accessToken", slot), ("headerPrefix", other)]),
        auth("oauth2", &[("accessToken", slot), ("addTokenTo", "queryParams")]),
        auth(
            "digest",
            &[("username", slot), ("password", "p"), ("realm", other), ("nonce", other), ("opaque", slot)],
        ),
        auth("awsv4", &[("accessKey", slot), ("secretKey", "s"), ("region", other), ("sessionToken", slot)]),
        auth(
            "oauth1",
            &[
                ("consumerKey", slot),
                ("consumerSecret", "s"),
                ("realm", other),
                ("nonce", slot),
                ("addParamsToHeader", "true"),
            ],
        ),
        auth("jwt", &[("algorithm", "HS256"), ("secret", "s"), ("payload", "{}"), ("headerPrefix", slot)]),
    ]
}

fn bodies(slot: &str, other: &str) -> Vec<Value> {
    vec![
        json!({"mode": "raw", "raw": slot}),
        json!({"mode": "raw", "raw": format!("{{\"a\": \"{slot}\"}}"), "options": {"raw": {"language": "json"}}}),
        json!({"mode": "urlencoded", "urlencoded": [{"key": slot, "value": other}]}),
        json!({"mode": "graphql", "graphql": {"query": slot, "operationName": other}}),
        json!({"mode": "file", "file": {"src": slot}}),
        json!({"mode": "formdata", "formdata": [
            {"key": slot, "value": other, "type": "text"},
            {"key": "t", "value": "v", "type": "text", "contentType": other, "fileName": slot},
            {"key": other, "src": "a.txt", "type": "file", "fileName": slot},
        ]}),
    ]
}

/// A request with values in one place of it, `kind`.
fn item(kind: usize, slot: &str, other: &str) -> Value {
    let mut changes = vec![
        json!({"method": slot}),
        json!({"url": format!("{{{{base}}}}/planned/{slot}")}),
        json!({"url": {"host": ["{{base}}"], "path": ["planned"], "query": [{"key": slot, "value": other}]}}),
        json!({"url": {"host": ["{{base}}"], "path": ["planned", ":id"],
            "variable": [{"key": "id", "value": slot}]}}),
        json!({"header": [{"key": "X-Value", "value": slot}, {"key": "X-Value", "value": other}]}),
        json!({"header": [{"key": format!("X-{slot}"), "value": other}]}),
        json!({"header": [{"key": "Content-Type", "value": slot}, {"key": "Cookie", "value": other}]}),
        json!({"header": [{"key": "Host", "value": slot}, {"key": "Connection", "value": other}]}),
    ];
    changes.extend(auth(slot, other).into_iter().map(|auth| json!({"auth": auth})));
    let typed = json!([{"key": "Content-Type", "value": "multipart/form-data; boundary=x"}]);
    changes.extend(bodies(slot, other).into_iter().map(|body| json!({"body": body, "header": typed})));
    let mut request = json!({"method": "POST", "url": "{{base}}/planned"});
    let change = changes.swap_remove(kind % changes.len());
    request.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    request
}

/// The bodies of a form's parts are theirs; their heads hold what was planned.
fn check_form(request: &Arrived) -> Result<(), TestCaseError> {
    let boundary = request.values("content-type").next().and_then(|value| value.split_once("; boundary="));
    let Some((_, boundary)) = boundary.filter(|(essence, _)| *essence == "multipart/form-data") else {
        return Ok(());
    };
    // The other kinds of bodies carry the typed boundary without being a form.
    if !request.body.starts_with(format!("--{boundary}\r\nContent-Disposition").as_bytes()) {
        return Ok(());
    }
    let body: String = request.body.iter().copied().map(char::from).collect();
    let parts: Vec<&str> = body.split(&format!("--{boundary}")).collect();
    prop_assert_eq!(parts.len(), 5, "{:?}", body);
    prop_assert_eq!((parts[0], parts[4]), ("", "--\r\n"));
    for part in &parts[1..4] {
        let (head, _) = part.strip_prefix("\r\n").and_then(|part| part.split_once("\r\n\r\n")).unwrap();
        let lines: Vec<&str> = head.split("\r\n").collect();
        prop_assert!(
            lines.len() <= 2 && lines[0].starts_with("Content-Disposition: form-data; name=\""),
            "{:?}",
            head
        );
        prop_assert!(lines.get(1).is_none_or(|line| line.starts_with("Content-Type: ")), "{:?}", head);
        prop_assert!(!lines.concat().contains(['\r', '\n', '\0']), "{:?}", head);
    }
    Ok(())
}

fn check(request: &Arrived) -> Result<(), TestCaseError> {
    prop_assert!(request.target.starts_with("/planned"), "{:?}", request);
    for (name, _) in &request.fields {
        let name = name.to_ascii_lowercase();
        let planned = NAMES.contains(&name.as_str()) || name.starts_with("x-");
        prop_assert!(planned && !name.contains("injected:"), "{:?}", request);
        prop_assert!(name != "x" && name != "injected", "{:?}", request);
    }
    check_form(request)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn no_value_adds_a_field_a_request_or_a_part(
        values in proptest::collection::vec(value(), SOURCES.len()),
        items in proptest::collection::vec((0..100_usize, slot(), slot()), ITEMS),
    ) {
        let server = Wiretap::start();
        let mut batch = Batch::new();
        let one = |name: &str, value: &str| json!({"key": name, "value": value});
        let environment =
            json!([one("base", &server.url()), one("environment", &values[0]), one("nl", "\r\n"), one("nested", "{{toml}}{{row}}")]);
        // TOML writes its strings as JSON does, but for what is beyond ASCII.
        let toml = format!(
            "[variables]\ntoml = {}\nprocess = \"${{INJECTED}}\"\n",
            serde_json::to_string(&values[4]).unwrap().replace('\u{7f}', "\\u007f")
        );
        for (kind, slot, other) in &items {
            let variables = json!([one("collection", &values[1])]);
            batch.suite(&server.url(), &item(*kind, slot, other), &variables, &environment, &toml);
        }
        batch.suite(&server.url(), &json!({"method": "GET", "url": "{{base}}/planned"}), &json!([]), &environment, "");
        batch.file("globals.json", &json!({"values": [one("globals", &values[2])]}).to_string());
        batch.file("row.json", &json!([{"row": values[3]}]).to_string());
        // An environment holds no NUL.
        let process = [("INJECTED", values[5].replace('\0', "\r"))];
        let outcome = batch.run(&["--globals=globals.json", "--data=row.json"], &process);
        let seen = server.seen();
        prop_assert_eq!(&seen.faults, &Vec::<String>::new());
        prop_assert_eq!(seen.requests.len(), outcome.attempts(), "{:?}", outcome.ran);
        prop_assert!(!seen.requests.is_empty());
        for request in &seen.requests {
            check(request)?;
        }
    }
}
