//! Every row of the golden table, the guards, and reading again at a known place.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const GOLDEN: &str = include_str!("../../../tests/fixtures/golden/error_envelopes.jsonl");

#[test]
fn golden_rows() {
    let mut rows = 0;
    for line in GOLDEN.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let mut headers = Headers::new();
        for (name, value) in row["headers"].as_object().into_iter().flatten() {
            headers.push(name, value.as_str().unwrap());
        }
        if let Some(media) = row["media"].as_str() {
            headers.push("Content-Type", media);
        }
        let status = u16::try_from(row["status"].as_u64().unwrap()).unwrap();
        let reading = read(status, &headers, Some(&row["body"]));

        let expected = &row["expect"];
        let outcome = if expected.is_null() { Outcome::Ok } else { Outcome::Error };
        let code = expected["code"].as_str().map(|code| {
            let pointer = expected["pointer"].as_str().unwrap();
            let at = match pointer.strip_prefix("header:") {
                Some(_) => pointer.to_owned(),
                None => pointer::Place::of(pointer, &row["body"]).at,
            };
            ResultCode { at, code: code.to_owned() }
        });
        assert_eq!(reading, Reading { outcome, code: code.clone() }, "{}", row["name"]);
        if let Some(code) = code {
            assert_eq!(codes_at(&code.at, &headers, Some(&row["body"])), [code.code], "{}", row["name"]);
        }
        rows += 1;
    }
    assert_eq!(rows, 22);
}

fn outcome(status: u16, body: &Value) -> Outcome {
    read(status, &Headers::new(), Some(body)).outcome
}

#[test]
fn data_in_a_success_is_no_error() {
    for body in [
        json!({"code": "US", "title": "United States"}),
        json!({"items": [{"code": "A1", "status": "active"}]}),
        json!({"errorCode": 0, "message": ""}),
        json!({"error": null, "errors": []}),
        json!({"error": {"code": 0, "message": "ok"}}),
        json!({"error": "none of your business"}),
        json!({"__type": "Customer:#Shop", "name": "x"}),
    ] {
        assert_eq!(outcome(200, &body), Outcome::Ok, "{body}");
    }
}

#[test]
fn an_error_inside_of_a_success_is_found() {
    for body in [
        json!({"ok": false, "error": "not_authed"}),
        json!({"data": [{"code": "SUCCESS", "status": "success"}, {"code": "BAD", "status": "failure"}]}),
        json!([{"code": 7, "status": "Error"}]),
        json!({"code": "X", "message": "m", "status": "FAIL"}),
    ] {
        assert_eq!(outcome(200, &body), Outcome::Error, "{body}");
    }
}

#[test]
fn codes_of_every_item_are_read_once() {
    let body = json!({"users": [{"code": "A"}, {"code": 7}, {"code": "A"}, {"code": null}]});
    assert_eq!(codes_at("/users/*/code", &Headers::new(), Some(&body)), ["A", "7"]);
    assert!(codes_at("", &Headers::new(), Some(&body)).is_empty());
    assert!(codes_at("/users/*/code", &Headers::new(), None).is_empty());
}

#[test]
fn a_success_has_a_code_only_where_its_neighbours_say_so() {
    let places: BTreeSet<String> = ["/code", "/users/*/code", "/type"].map(str::to_owned).into();
    let code = |body: Value| success_code(&places, &Headers::new(), &body);
    let zoho = json!({"users": [{"code": "SUCCESS", "status": "success"}]});
    assert_eq!(code(zoho), Some(ResultCode { at: "/users/*/code".into(), code: "SUCCESS".into() }));
    assert_eq!(code(json!({"code": "US", "name": "United States"})), None);
    assert_eq!(code(json!({"type": "book"})), None);
    assert_eq!(code(json!({"code": "all went well", "message": "m"})), None);
}

proptest! {
    #[test]
    fn reads_any_json(text in "[\\[\\]{}\":,a-z0-9 ]{0,80}", status in 100u16..999) {
        let body: Option<Value> = serde_json::from_str(&text).ok();
        let reading = read(status, &Headers::new(), body.as_ref());
        if let Some(code) = reading.code {
            prop_assert!(codes_at(&code.at, &Headers::new(), body.as_ref()).contains(&code.code));
        }
    }

    #[test]
    fn what_is_read_is_found_again(member in "code|errorCode|error|errors|__type|type|title|status|message",
                                   inner in "code|type|title|reason|status|message", value in "[A-Za-z#:]{1,12}") {
        for body in [
            json!({&member: value, "message": "m"}),
            json!({&member: {&inner: value, "status": "error"}, "message": "m"}),
            json!({&member: [{&inner: value, "status": "error"}], "message": "m"}),
            json!([{&member: value, "message": "m"}]),
        ] {
            if let Some(code) = read(400, &Headers::new(), Some(&body)).code {
                prop_assert!(codes_at(&code.at, &Headers::new(), Some(&body)).contains(&code.code), "{} {:?}", body, code);
            }
        }
    }
}
