//! `protocolProfileBehavior`, from the collection to the wire.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Ran, Recorder, answer, project, run, uphold, workspace};

/// An item that sends its credential to `{{base}}/<name>`, with an example of 200.
fn item(name: &str, settings: &Value) -> Value {
    let request = json!({
        "method": "POST",
        "url": format!("{{{{base}}}}/{name}"),
        "header": [{"key": "X-Api-Key", "value": "key-of-the-case"}],
        "body": {"mode": "raw", "raw": "body-of-the-case"},
    });
    json!({
        "name": name,
        "protocolProfileBehavior": settings,
        "request": request,
        "response": [{
            "name": "OK",
            "originalRequest": request,
            "code": 200,
            "header": [{"key": "Content-Type", "value": "application/json"}],
            "body": "{\"id\": 1}",
        }],
    })
}

fn collection(settings: &Value, items: &[Value]) -> String {
    json!({
        "info": {"name": "Shop", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "protocolProfileBehavior": settings,
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "token-of-the-case"}]},
        "item": items,
    })
    .to_string()
}

fn moved(location: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .into_bytes()
}

/// Whatever is asked for leads to that place, which itself answers as documented.
fn leading(location: String) -> Recorder {
    Recorder::with(move |request| {
        if request.contains(" /end") {
            answer("200 OK", "application/json", "{\"id\": 1}")
        } else {
            moved(&location)
        }
    })
}

fn shop(collection: &str, toml: &str, api: &Recorder) -> (Ran, Value) {
    let folder = workspace(&[
        ("cases/shop/shop.postman_collection.json", collection),
        ("cases/shop/suite.toml", toml),
    ]);
    let ran = run(uphold(folder.path()).args(["run", "--base-url", &api.url()]));
    let report = fs::read_to_string(folder.path().join("reports/run.json")).unwrap_or_default();
    (ran, serde_json::from_str(&report).unwrap_or_default())
}

#[test]
fn settings_hold_down_the_collection_key_by_key() {
    let api = leading("/end".to_owned());
    let folder = json!({
        "name": "Folder",
        "protocolProfileBehavior": {"followOriginalHttpMethod": true},
        "item": [
            item("method", &json!({})),
            item("off", &json!({"followRedirects": false})),
            item("none", &json!({"maxRedirects": 0})),
        ],
    });
    let agent = json!({"disabledSystemHeaders": {"user-agent": true, "accept-encoding": true}});
    let collection = collection(&json!({"followRedirects": true}), &[item("get", &agent), folder]);
    let (ran, report) = shop(&collection, "", &api);
    assert_eq!(ran.code, 1, "{ran:?}");
    let case = |name: &str| {
        let cases = report["cases"].as_array().unwrap();
        cases
            .iter()
            .find(|case| case["id"].as_str().unwrap().contains(&format!("::{name}::")))
            .unwrap()
            .clone()
    };
    let seen = |line: &str| {
        let all = api.seen();
        all.into_iter().filter(|request| request.starts_with(line)).collect::<Vec<_>>()
    };
    for name in ["get", "method"] {
        assert_eq!(
            (&case(name)["verdict"], &case(name)["attempts"]),
            (&json!("passed"), &json!(1)),
            "{report:#}"
        );
    }
    let to = format!("302 to {}/end: followed with ", api.url());
    assert_eq!(case("get")["notes"], json!([format!("{to}GET")]));
    assert_eq!(case("method")["notes"], json!([format!("{to}POST")]));
    let got = &seen("GET /end ")[0];
    assert!(got.contains("x-api-key: key-of-the-case") && !got.contains("body-of-the-case"), "{got}");
    assert!(!got.contains("user-agent:") && !got.contains("accept-encoding:"), "{got}");
    let posted = &seen("POST /end ")[0];
    assert!(posted.contains("body-of-the-case") && posted.contains("user-agent: uphold/"), "{posted}");
    // Switched off, the redirect is the answer; without any room for one it is an error.
    assert_eq!((&case("off")["verdict"], &case("off")["status"]), (&json!("failed"), &json!(302)));
    assert_eq!(case("off")["notes"], json!([]));
    assert_eq!(case("none")["reason"], "gave up after 0 redirects, the limit (`maxRedirects`)");
    assert_eq!((case("none")["verdict"].as_str(), seen("").len()), (Some("errored"), 6));
}

#[test]
fn another_server_sees_nothing_unless_it_is_named_and_then_nothing_of_the_case() {
    let other = leading("/end".to_owned());
    let api = leading(format!("{}/end?api_key=in-the-location", other.url()));
    let items = [item("a", &json!({}))];
    let (ran, report) = shop(&collection(&json!({"followRedirects": true}), &items), "", &api);
    assert_eq!((ran.code, other.seen().len(), api.seen().len()), (1, 0, 1), "{ran:?}");
    let case = &report["cases"][0];
    assert_eq!(case["status"], 302);
    let note = format!(
        "302 to {}/end?api_key=«redacted»: not followed, it leads to another origin, which neither the base URL \
         nor `[target] hosts` names",
        other.url()
    );
    assert_eq!(case["notes"], json!([note]));
    assert!(ran.stdout.contains(&format!("       note      {note}")), "{}", ran.stdout);

    let toml = format!("[target]\nhosts = {{ \"{{{{files}}}}\" = \"{}\" }}\n", other.url());
    let (ran, _) = shop(&collection(&json!({"followRedirects": true}), &items), &toml, &api);
    assert_eq!(ran.code, 0, "{ran:?}");
    let [seen] = other.seen().try_into().unwrap();
    assert!(seen.starts_with("GET /end?api_key=in-the-location HTTP/1.1\r\n"), "{seen}");
    for part in ["of-the-case", "authorization", "referer", "cookie", "content-type"] {
        assert!(!seen.contains(part), "{part} in {seen}");
    }
}

#[test]
fn without_a_word_of_the_collection_no_redirect_is_followed() {
    let api = leading("/end".to_owned());
    let (ran, report) = shop(&collection(&json!({"maxRedirects": 5}), &[item("a", &json!({}))]), "", &api);
    assert_eq!((ran.code, &report["cases"][0]["status"], api.seen().len()), (1, &json!(302), 1));
}

/// What newman sends for its own case of `disabledSystemHeaders`, but for `Accept`.
#[test]
fn disabled_fields_are_not_on_the_wire() {
    let lines = fs::read_to_string(project().join("tests/fixtures/wire/cases.jsonl")).unwrap();
    let cases = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let case = cases.into_iter().find(|case| case["case"] == "hdr: disabledSystemHeaders").unwrap();
    let api = Recorder::answering(answer("200 OK", "application/json", "{\"ok\": true}"));
    let (ran, _) = shop(&case["collection"].to_string(), "", &api);
    assert_eq!(ran.code, 0, "{ran:?}");
    let [seen] = api.seen().try_into().unwrap();
    let (head, body) = seen.split_once("\r\n\r\n").unwrap();
    let mut names: Vec<&str> =
        head.lines().skip(1).filter_map(|line| Some(line.split_once(": ")?.0)).collect();
    names.sort_unstable();
    assert_eq!((names, body), (vec!["accept", "authorization", "content-length", "host"], "abc"));
    let sent = case["newman_sends"][0]["headers"].as_array().unwrap();
    assert_eq!(sent, &[json!(["Authorization", "Bearer COLL"]), json!(["Content-Length", "3"])]);
}

#[test]
fn lint_says_what_is_not_as_in_postman() {
    let settings = json!({
        "strictSSL": false, "followAuthorizationHeader": true, "maxRedirects": "3",
        "disabledSystemHeaders": {"accept": true},
    });
    let folder = workspace(&[(
        "cases/shop/shop.postman_collection.json",
        &collection(&settings, &[item("a", &json!({}))]),
    )]);
    let ran = run(uphold(folder.path()).arg("lint"));
    assert_eq!(ran.code, 0, "{ran:?}");
    for text in [
        "/protocolProfileBehavior/maxRedirects\n    warning: `maxRedirects` must be a whole number from 0 on, but is \"3\"; \
         what is inherited holds",
        "`followAuthorizationHeader` does nothing here: a redirect takes no credential to another host",
        "`disabledSystemHeaders`: `accept` is sent all the same",
        "`strictSSL: false` is not followed: certificates are checked",
    ] {
        assert!(ran.stdout.contains(text), "{text} in {}", ran.stdout);
    }
}
