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
        assert_eq!((reading.outcome, &reading.code), (outcome, &code), "{}", row["name"]);
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
        json!({"error": "none of your business", "state": "done"}),
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

/// Success, then failure, of the same API, both under 200; where the failure says so, and its code.
fn are_told_apart<const N: usize>(rows: [(Value, Value, &str, Option<&str>); N]) {
    for (success, failure, said_at, code) in rows {
        assert_eq!(outcome(200, &success), Outcome::Ok, "{success}");
        let reading = read(200, &Headers::new(), Some(&failure));
        assert_eq!(reading.outcome, Outcome::Error, "{failure}");
        assert_eq!(reading.said_at.as_deref(), Some(said_at), "{failure}");
        assert_eq!(reading.code.map(|code| code.code).as_deref(), code, "{failure}");
        // From 400 on the status says it, and nothing changes in where codes are looked for.
        assert_eq!(read(400, &Headers::new(), Some(&failure)).said_at, None);
    }
}

#[test]
fn what_says_that_it_failed_is_an_error() {
    are_told_apart([
        (json!({"success": true, "data": [1]}), json!({"success": false, "message": "no"}), "/success", None),
        (json!({"Success": true}), json!({"Success": false, "code": 1001}), "/Success", Some("1001")),
        (json!({"ok": true, "user": {}}), json!({"ok": false, "description": "not found"}), "/ok", None),
        (
            json!({"data": {"a": 1}, "errors": []}),
            json!({"data": null, "errors": [{"message": "Film not found", "path": ["film"]}]}),
            "/errors",
            None,
        ),
        (json!({"data": {}}), json!({"errors": ["bad"]}), "/errors", None),
        (json!({"errors": {}}), json!({"errors": {"name": ["is too long"]}}), "/errors", None),
        (
            json!({"status": "success", "data": {"post": 1}}),
            json!({"status": "fail", "data": {"title": "is missing"}}),
            "/status",
            None,
        ),
        (json!({"status": "ok"}), json!({"status": "error", "message": "no"}), "/status", None),
        (
            json!({"status": true, "data": 1}),
            json!({"status": false, "message": "Invalid key"}),
            "/status",
            None,
        ),
        (
            json!({"errcode": 0, "errmsg": "ok"}),
            json!({"errcode": 40013, "errmsg": "invalid appid"}),
            "/errcode",
            Some("40013"),
        ),
        (
            json!({"code": 0, "msg": "ok", "data": {"id": 1}}),
            json!({"code": 1234, "msg": "bad sign", "data": null}),
            "/code",
            Some("1234"),
        ),
        (json!({"code": "0000", "msg": "ok"}), json!({"code": "1001", "msg": "bad"}), "/code", Some("1001")),
        (json!({"result": "success"}), json!({"result": "error"}), "/result", None),
        (
            json!({"isError": false, "content": []}),
            json!({"isError": true, "content": [1]}),
            "/isError",
            None,
        ),
        (
            json!({"hasErrors": false, "rows": [1]}),
            json!({"hasErrors": true, "rows": []}),
            "/hasErrors",
            None,
        ),
        (
            json!({"status": "OK", "results": [1]}),
            json!({"status": "REQUEST_DENIED", "error_message": "no key", "results": []}),
            "/status",
            Some("REQUEST_DENIED"),
        ),
        (json!({"error": false, "url": "u"}), json!({"error": true, "url": null}), "/error", None),
        (json!({"error": false, "n": 7}), json!({"error": "no such user"}), "/error", None),
        (json!({"error": "", "users": [1]}), json!({"error": "no such user", "users": []}), "/error", None),
        (
            json!({"Title": "Alien", "Response": "True"}),
            json!({"Response": "False", "Error": "Movie not found!"}),
            "/Error",
            None,
        ),
    ]);
}

#[test]
fn what_speaks_of_the_request_may_stand_below_the_root() {
    are_told_apart([
        (
            json!({"meta": {"code": 200}, "response": {"a": 1}}),
            json!({"meta": {"code": 400, "errorDetail": "bad"}, "response": {}}),
            "/meta/code",
            Some("400"),
        ),
        (
            json!({"responseHeader": {"status": 0, "QTime": 1}, "docs": [1]}),
            json!({"responseHeader": {"status": 7, "QTime": 1}, "docs": [1]}),
            "/responseHeader/status",
            Some("7"),
        ),
        (
            json!({"header": {"resultCode": 0, "resultMessage": "SUCCESS", "isSuccessful": true}, "a": 1}),
            json!({"header": {"resultCode": -4, "resultMessage": "no", "isSuccessful": false}, "a": 1}),
            "/header/isSuccessful",
            Some("-4"),
        ),
        (
            json!({"status": {"error_code": 0, "error_message": null}, "data": {"a": 1}}),
            json!({"status": {"error_code": 1002, "error_message": "key missing"}, "data": {"a": 1}}),
            "/status/error_code",
            Some("1002"),
        ),
        (
            json!({"status": 200, "url": "u"}),
            json!({"status": 404, "message": "gone"}),
            "/status",
            Some("404"),
        ),
    ]);
}

#[test]
fn things_that_failed_are_data() {
    for body in [
        json!({"id": 7, "status": "failed", "error": "disk full"}),
        json!({"id": 7, "success": false, "amount": 10}),
        json!({"id": "7", "hasErrors": true, "errorMessage": "The certification has an error"}),
        json!({"status": "failed"}),
        json!({"status": "failed", "created": "2021-05-11", "message": "later"}),
        json!({"requestId": "a", "state": "IN_PROGRESS", "errors": ["The payload is invalid"], "sourceIds": ["x"]}),
        json!({"importedObjects": [1], "errors": [{"message": "m"}], "infos": [1]}),
        json!({"total": 2, "errors": [{"id": 1, "message": "logged"}]}),
        json!({"success": 0, "failed": 3}),
        json!({"code": 20000, "message": "Successful", "data": {}}),
        json!({"code": 44, "name": "United Kingdom"}),
        json!({"code": 201, "msg": "created it"}),
        json!({"status": "ERROR", "scriptName": "x", "message": "m"}),
        json!({"meta": {"page": 2, "status": 5}, "data": []}),
        json!({"header": "x", "meta": ["error"], "status": "degraded"}),
        json!([{"success": false}]),
        json!({"success": true, "errors": ["one of the items was skipped"]}),
        json!({"result": false, "message": "not eligible"}),
        json!({"name": "job", "status": {"state": "failed", "error": "out of memory"}}),
        json!({"sid": "SM1", "errcode": 30003}),
        json!({"code": "94110", "message": "San Francisco"}),
        json!({"code": 8, "message": "eight"}),
        json!({"valid": false, "errors": ["bad email"]}),
        json!({"errors": [{"message": "unused"}], "warnings": []}),
        json!({"jobs": [{"id": 1, "status": "error", "code": 500}]}),
    ] {
        assert_eq!(outcome(200, &body), Outcome::Ok, "{body}");
    }
}

#[test]
fn placeholders_say_nothing() {
    for body in [
        json!({"success": "<boolean>", "message": "<string>"}),
        json!({"error": "<string>"}),
        json!({"errors": [{"message": "<string>"}]}),
        json!({"errcode": "<integer>", "errmsg": "<string>"}),
        json!({"status": "<string>", "message": "<string>"}),
        json!({"error": {"code": "<string>", "message": "<string>"}}),
        json!({"errors": [{"code": "string"}]}),
        json!({"errorCode": "{{code}}"}),
    ] {
        assert_eq!(outcome(200, &body), Outcome::Ok, "{body}");
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
    fn what_is_read_is_found_again(member in "code|errorCode|error|errors|__type|type|title|status|message|errcode|success|meta",
                                   inner in "code|type|title|reason|status|message", value in "[A-Za-z#:]{1,12}") {
        for body in [
            json!({&member: value, "message": "m"}),
            json!({&member: {&inner: value, "status": "error"}, "message": "m"}),
            json!({&member: [{&inner: value, "status": "error"}], "message": "m"}),
            json!([{&member: value, "message": "m"}]),
        ] {
            for status in [200, 400] {
                if let Some(code) = read(status, &Headers::new(), Some(&body)).code {
                    prop_assert!(codes_at(&code.at, &Headers::new(), Some(&body)).contains(&code.code), "{} {:?}", body, code);
                }
            }
        }
    }
}
