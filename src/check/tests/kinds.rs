//! What success and failure are inside of an answer: by the other examples of the request, by the codes of an
//! error, by what the request asked for.

use super::*;
use crate::postman::model::{RequestSpec, UrlSpec};

const JSON: [(&str, &str); 1] = [("Content-Type", "application/json")];

/// Examples of one request, by method and path, with their names; the first is the one that is asked for.
fn of(method: &str, path: &str, examples: &[(&str, u16, &str)]) -> World {
    World::of(examples.iter().map(|(name, status, body)| {
        let mut one = Example::clone(&example(*status, &JSON, Some(body)));
        (*name).clone_into(&mut one.name);
        one.request = Some(RequestSpec {
            method: Some(method.to_owned()),
            url: UrlSpec { path: path.to_owned(), ..UrlSpec::default() },
            ..RequestSpec::default()
        });
        Arc::new(one)
    }))
}

/// What is found from a warning on.
fn told(world: &World, status: u16, body: &str) -> Vec<String> {
    let found = world.findings(&answer(status, &JSON, body.as_bytes()));
    let grave: Vec<Finding> = found.into_iter().filter(|f| f.severity >= Severity::Warning).collect();
    lines(&grave)
}

fn on(method: &str, example: &str, body: &str) -> Vec<String> {
    told(&of(method, "/things", &[("a", 200, example)]), 200, body)
}

/// A success, an error of a form of its own, and where that says so.
const FORMS: &[(&str, &str, &str)] = &[
    (r#"[{"done":{"n":1}}]"#, r#"[{"error":{"type":7,"description":"locked"}}]"#, "/*/error"),
    (r#"{"get_rows_reply":{"n":1}}"#, r#"{"error_reply":{"n":15,"say":"no"}}"#, "/error_reply"),
    (
        r#"{"RepCode":"00","Message":"Confirmed"}"#,
        r#"{"RepCode":"97","Message":"Invalid signature"}"#,
        "/RepCode",
    ),
    (
        r#"{"Message":"OK","Code":"OK","N":"1"}"#,
        r#"{"Message":"over the limit","Code":"biz.LIMIT","N":"2"}"#,
        "/Code",
    ),
    (
        r#"{"state":{"stepCode":0,"stepText":"ok"},"no":"5"}"#,
        r#"{"state":{"stepCode":1101,"stepText":"hard error"},"no":"5"}"#,
        "/state/stepCode",
    ),
];

#[test]
fn a_saved_error_does_not_make_failure_pass() {
    for (success, failure, at) in FORMS {
        let world = of("POST", "/x", &[("Works", 200, success), ("Refused", 200, failure)]);
        assert_eq!(told(&world, 200, success), Vec::<String>::new(), "{success}");
        // At the place of the result code the code is told.
        let ids = ["outcome.success_became_error", "error.code_changed"];
        let found = told(&world, 200, failure);
        assert!(ids.iter().any(|id| found == [format!("breaking {id} {at}")]), "{failure}: {found:?}");
        let world = of("POST", "/x", &[("Refused", 200, failure), ("Works", 200, success)]);
        assert_eq!(told(&world, 200, failure), Vec::<String>::new(), "{failure}");
        let found = told(&world, 200, success);
        assert!(
            found.iter().any(|line| line.contains("outcome.error_became_success")),
            "{success}: {found:?}"
        );
    }
}

#[test]
fn the_name_of_an_example_helps_to_tell_an_error() {
    let world = of(
        "POST",
        "/x",
        &[
            ("Session", 200, r#"{"session":{"n":1}}"#),
            ("Invalid token", 200, r#"{"say":"the token is invalid"}"#),
        ],
    );
    assert_eq!(
        told(&world, 200, r#"{"say":"the token is expired"}"#),
        ["breaking outcome.success_became_error /say"]
    );
    let variants =
        of("POST", "/x", &[("By user", 200, r#"{"user":1}"#), ("By group", 200, r#"{"group":1}"#)]);
    assert_eq!(told(&variants, 200, r#"{"group":2}"#), Vec::<String>::new());
}

#[test]
fn every_code_of_an_error_counts() {
    for (body, other, at) in [
        (
            r#"{"name":"BAD_BODY","message":"m","details":[{"issue":"TOO_LONG"}]}"#,
            r#"{"name":"BAD_BODY","message":"m","details":[{"issue":"TOO_SHORT"}]}"#,
            "/details/*/issue",
        ),
        (
            r#"{"fault":{"fault_code":5,"fault_msg":"m"}}"#,
            r#"{"fault":{"fault_code":6,"fault_msg":"m"}}"#,
            "/fault/fault_code",
        ),
        (
            r#"{"reply":{"errors":[{"code":"120100","message":"m"}]}}"#,
            r#"{"reply":{"errors":[{"code":"120101","message":"m"}]}}"#,
            "/reply/errors/*/code",
        ),
        (
            r#"{"vendorErrorCode":100,"message":"m"}"#,
            r#"{"vendorErrorCode":101,"message":"m"}"#,
            "/vendorErrorCode",
        ),
        (
            r#"{"error_codes":["card_invalid"],"request_id":"1"}"#,
            r#"{"error_codes":["cvv_invalid"],"request_id":"2"}"#,
            "/error_codes/*",
        ),
    ] {
        let world = of("POST", "/x", &[("Refused", 422, body)]);
        assert_eq!(told(&world, 422, body), Vec::<String>::new(), "{body}");
        assert_eq!(told(&world, 422, other), [format!("breaking error.code_changed {at}")], "{other}");
    }
    let world = of(
        "POST",
        "/x",
        &[("Refused", 422, r#"{"error":{"message":"no such card","trace_id":"a1"},"n":1}"#)],
    );
    assert_eq!(
        told(&world, 422, r#"{"error":{"message":"no such user","trace_id":"b2"},"n":2}"#),
        Vec::<String>::new()
    );
}

#[test]
fn every_code_of_a_list_counts_in_any_order() {
    let errors = |issues: &[&str]| {
        let details: Vec<_> =
            issues.iter().map(|issue| serde_json::json!({"issue": issue, "value": "x"})).collect();
        serde_json::json!({"name": "BAD_BODY", "message": "m", "details": details}).to_string()
    };
    let world = of("POST", "/x", &[("Refused", 422, &errors(&["TOO_LONG", "NO_NAME"]))]);
    let changed = ["breaking error.code_changed /details/*/issue"];
    for other in
        [&["TOO_LONG", "NO_TEXT"][..], &["NO_NAME", "NO_TEXT"], &["NO_TEXT"], &["TOO_LONG", "TOO_LONG"]]
    {
        assert_eq!(told(&world, 422, &errors(other)), changed, "{other:?}");
    }
    for same in [
        &["TOO_LONG", "NO_NAME"][..],
        &["NO_NAME", "TOO_LONG"],
        &["NO_NAME"],
        &["TOO_LONG", "NO_NAME", "NEW_ONE"],
    ] {
        let found = told(&world, 422, &errors(same));
        assert!(!found.iter().any(|line| line.starts_with("breaking")), "{same:?} {found:?}");
    }
}

/// Envelopes with the code under names, and in objects, of their own; a note beside them is no code.
#[test]
fn codes_of_errors_count_wherever_they_stand() {
    for (status, body, code, other) in [
        (400, r#"{"error":{"code":"Bad","innererror":{"code":"tooShort"}}}"#, "tooShort", "tooLong"),
        (400, r#"{"issue":[{"code":"invalid","diagnostics":"d"}]}"#, "invalid", "required"),
        (400, r#"{"issue":[{"code":"x","details":{"coding":[{"code":"MSG_A"}]}}]}"#, "MSG_A", "MSG_B"),
        (422, r#"{"detail":[{"type":"missing","loc":["body"],"msg":"m"}]}"#, "missing", "string_type"),
        (
            400,
            r#"{"code":"bad","message":"m","data":{"by":{"email":{"code":"bad_email","message":"m"}}}}"#,
            "bad_email",
            "no_email",
        ),
        (
            400,
            r#"{"__type":"Canceled","CancellationReasons":[{"Code":"Late","Message":"m"}]}"#,
            "Late",
            "Full",
        ),
        (401, r#"{"id":"unauthorized","message":"m"}"#, "unauthorized", "forbidden"),
        (401, r#"{"id":"forbidden","message":"m"}"#, "forbidden", "suspended"),
        (422, r#"{"errors":[{"message":"m","extensions":{"legacyCode":"81801"}}]}"#, "81801", "81802"),
        (
            403,
            r#"{"odata.error":{"code":"-2147, System.Denied","message":{"value":"m"}}}"#,
            "System.Denied",
            "System.Gone",
        ),
        (400, r#"{"rspCode":"100000000012","rspMsg":"m"}"#, "100000000012", "100000000013"),
    ] {
        let world = of("POST", "/x", &[("Refused", status, body)]);
        assert_eq!(told(&world, status, body), Vec::<String>::new(), "{body}");
        let found = told(&world, status, &body.replacen(code, other, 1));
        assert!(found.iter().any(|line| line.starts_with("breaking error.code_changed")), "{body} {found:?}");
    }
    for (body, one, other) in [
        (
            r#"{"success":false,"errors":[{"code":7,"message":"m"}],"messages":[{"code":10000,"message":"m"}]}"#,
            "10000",
            "10001",
        ),
        (r#"{"error":{"code":"A","message":"m"},"warnings":[{"code":"old","message":"m"}]}"#, "old", "older"),
        (r#"{"code":"A","message":"m","coupon":{"code":"SPRING","text":"t"}}"#, "SPRING", "SUMMER"),
        (r#"{"code":"A","message":"m","request":{"code":"B","message":"m"}}"#, r#"B""#, r#"C""#),
        (r#"{"code":"A","message":"m","status":"expired","type":"user"}"#, "user", "group"),
        (r#"{"code":"A","message":"m","id":"badge"}"#, "badge", "other"),
    ] {
        let world = of("POST", "/x", &[("Refused", 400, body)]);
        let found = told(&world, 400, &body.replacen(one, other, 1));
        assert!(!found.iter().any(|line| line.starts_with("breaking")), "{body} {found:?}");
    }
}

/// However many members the object has.
#[test]
fn what_went_wrong_is_found_in_large_objects() {
    let wide = |count: usize, more: &str| {
        let members: Vec<String> = (0..count).map(|n| format!(r#""field_{n}":{n},"#)).collect();
        let members = members.concat();
        format!("{{{members}{more}}}")
    };
    for (success, failure, at) in [
        (r#""RspCode":"0000","RspMsg":"ok""#, r#""RspCode":"1234","RspMsg":"no credit""#, "/RspCode"),
        (r#""sCode":"0","sMsg":"ok""#, r#""sCode":"7","sMsg":"invalid key""#, "/sCode"),
        (r#""RESULT":0,"RESPMSG":"Approved""#, r#""RESULT":12,"RESPMSG":"Declined""#, "/RESULT"),
        (r#""insertErrors":[]"#, r#""insertErrors":[{"reason":"invalid"}]"#, "/insertErrors"),
        (r#""UnprocessedItems":{}"#, r#""UnprocessedItems":{"t":[1]}"#, "/UnprocessedItems"),
        (r#""unprocessed":[]"#, r#""unprocessed":["a"]"#, "/unprocessed"),
    ] {
        for count in [0, 20, 300] {
            let found = on("POST", &wide(count, success), &wide(count, failure));
            let wanted = format!("breaking outcome.success_became_error {at}");
            assert!(found.contains(&wanted), "{count} {failure} {found:?}");
        }
    }
    // Hundreds of them are data.
    let codes = |code: usize| {
        let members: Vec<String> =
            (0..200).map(|n| format!(r#""p{n}Code":{code},"p{n}Msg":"no error","#)).collect();
        let members = members.concat();
        format!("{{{members}{}}}", r#""n":1"#)
    };
    assert_eq!(on("POST", &codes(0), &codes(7)), Vec::<String>::new());
}

#[test]
fn a_name_of_an_error_in_the_place_of_ok_is_one() {
    let ok = r#"{"code":"Ok","routes":[{"d":1}]}"#;
    let failed = |code: &str, text: &str| format!(r#"{{"code":"{code}","message":"{text}","routes":[]}}"#);
    for code in ["NoRoute", "no_route", "INVALID", "E17"] {
        let found = on("GET", ok, &failed(code, "Impossible route between points"));
        assert!(
            found.contains(&"breaking outcome.success_became_error /code".to_owned()),
            "{code} {found:?}"
        );
    }
    for (code, text) in [("Ok", "fine"), ("Partial", "some of it"), ("OK", "done")] {
        let found = on("GET", ok, &failed(code, text));
        assert!(!found.iter().any(|line| line.contains("outcome.")), "{code} {found:?}");
    }
}

#[test]
fn what_an_error_shows_beside_its_codes_is_no_other_code() {
    let body = r#"{"status":["A",0]}"#;
    let world = of("POST", "/x", &[("Refused", 404, body)]);
    assert_eq!(told(&world, 404, body), Vec::<String>::new());
    assert_eq!(told(&world, 404, r#"{"status":["A",7]}"#), ["breaking error.code_changed /status/*"]);
}

#[test]
fn a_placeholder_for_a_collection_fails_by_nothing_that_fills_it() {
    let world =
        of("GET", "/x", &[("Refused", 205, r#"{"error":"<array>"}"#), ("Works", 205, r#"{"title":1}"#)]);
    assert_eq!(told(&world, 205, r#"{"error":[]}"#), Vec::<String>::new());
    assert_eq!(told(&world, 205, r#"{"error":["no such title"]}"#), Vec::<String>::new());
    assert!(!told(&world, 205, r#"{"title":1}"#).is_empty());
}

#[test]
fn a_number_of_many_digits_is_an_id_and_no_code() {
    for (body, other) in [
        (r#"{"message":{"status":"000000000001"}}"#, r#"{"message":{"status":"000000000002"}}"#),
        (
            r#"{"error_id":"738964000000291009","message":"m"}"#,
            r#"{"error_id":"738964000000291010","message":"m"}"#,
        ),
    ] {
        let world = of("POST", "/x", &[("Refused", 404, body)]);
        assert_eq!(told(&world, 404, other), Vec::<String>::new(), "{body}");
    }
}

#[test]
fn a_part_that_failed_has_a_code_that_counts() {
    let body = r#"{"messages":[{"to":"4","status":"4","error-text":"Invalid credentials"}]}"#;
    let found = on("POST", body, &body.replace("\"4\",\"error", "\"9\",\"error"));
    assert_eq!(found, ["breaking error.code_changed /messages/*/status"]);
}

#[test]
fn a_thing_that_failed_is_data_where_it_is_read() {
    for (example, body) in [
        (
            r#"{"id":"d1","state":"ready","error_message":null}"#,
            r#"{"id":"d2","state":"ready","error_message":"Build failed"}"#,
        ),
        (r#"{"sid":"S1","error_code":null}"#, r#"{"sid":"S2","error_code":30003}"#),
        (r#"{"order":{"id":5,"errors":[]}}"#, r#"{"order":{"id":6,"errors":[{"code":"NO","message":"m"}]}}"#),
        (r#"{"flight_id":"5","success":true,"name":"a"}"#, r#"{"flight_id":"6","success":false,"name":"b"}"#),
        (
            r#"{"run_id":"r1","error":null,"log":"x"}"#,
            r#"{"run_id":"r2","error":{"code":"OOM","message":"m"},"log":"y"}"#,
        ),
        (r#"{"errors":[{"line":3,"message":"bad","code":"E1"}],"total":1}"#, r#"{"errors":[],"total":0}"#),
    ] {
        let grave: Vec<String> =
            on("GET", example, body).into_iter().filter(|line| line.starts_with("breaking")).collect();
        assert_eq!(grave, Vec::<String>::new(), "{body}");
    }
    let path = of("GET", "/imports/5/errors", &[("a", 200, r#"{"errors":[{"message":"bad","code":"E1"}]}"#)]);
    let other = told(&path, 200, r#"{"errors":[{"message":"bad","code":"E2"}]}"#);
    assert_eq!(other, ["warning body.enum.new_value /errors/*/code"]);
    let gone = on("GET", r#"{"id":"d1","error":null}"#, r#"{"error":"the server is on fire"}"#);
    assert!(gone.iter().any(|line| line.starts_with("breaking")), "{gone:?}");
}

#[test]
fn what_failed_in_part_is_an_error_of_a_write() {
    for (example, body, at) in [
        (
            r#"{"kind":"k"}"#,
            r#"{"kind":"k","insertErrors":[{"index":0,"errors":[{"reason":"invalid"}]}]}"#,
            "/insertErrors",
        ),
        (
            r#"{"uuid":"x","transaction_error":null}"#,
            r#"{"uuid":"x","transaction_error":{"code":"declined","message":"m"}}"#,
            "/transaction_error",
        ),
        (
            r#"{"Done":[{"Id":"1"}],"Failed":[]}"#,
            r#"{"Done":[{"Id":"1"}],"Failed":[{"Id":"2","Code":"Internal"}]}"#,
            "/Failed",
        ),
        (
            r#"{"UnprocessedItems":{}}"#,
            r#"{"UnprocessedItems":{"users":[{"PutRequest":{"Item":{}}}]}}"#,
            "/UnprocessedItems",
        ),
        (r#"{"done":3}"#, r#"{"done":2,"unprocessed_records":[{"sku":"a"}]}"#, "/unprocessed_records"),
        (
            r#"{"json":{"errors":[]}}"#,
            r#"{"json":{"errors":[["NO_USER","there is no such user","name"]]}}"#,
            "/json/errors",
        ),
    ] {
        let found = on("POST", example, body);
        assert!(
            found
                .iter()
                .any(|line| line.starts_with("breaking outcome.success_became_error") && line.contains(at)),
            "{body}: {found:?}"
        );
        assert!(
            !on("GET", example, body).iter().any(|line| line.contains("became_error"))
                || at == "/json/errors",
            "{body}"
        );
    }
}

#[test]
fn how_much_was_left_undone_says_nothing() {
    let found = on("POST", r#"{"unprocessedCount":0,"left":[]}"#, r#"{"unprocessedCount":4,"left":[]}"#);
    assert_eq!(found, [""; 0]);
}

/// Another request has other fields.
#[test]
fn texts_by_field_may_come_for_any_field_of_an_error() {
    let json = [("Content-Type", "application/json")];
    let saved = r#"{"message":"m","errors":{"email":["is taken"],"name":["is blank"]}}"#;
    let world = World::of([example(422, &json, Some(saved))]);
    let on = |body: &str| lines(&world.findings(&answer(422, &json, body.as_bytes())));
    assert_eq!(on(r#"{"message":"n","errors":{"age":["is low","is odd"]}}"#), [""; 0]);
    assert_eq!(
        on(r#"{"message":"n","errors":{"age":"is low"}}"#),
        ["breaking body.type.changed /errors/{key}"]
    );
    assert_eq!(on(r#"{"message":"n"}"#), ["breaking body.field.removed /errors"]);
    assert_eq!(on(r#"{"message":"n","errors":[]}"#), ["breaking body.type.changed /errors"]);
}

#[test]
fn a_verdict_under_the_name_of_a_result_code() {
    for (example, body) in [("Authorised", "Refused"), ("Success", "Rejected"), ("Completed", "Failed")] {
        let of = |word: &str| format!(r#"{{"ref":"9","resultCode":"{word}"}}"#);
        assert_eq!(
            on("POST", &of(example), &of(body)),
            ["breaking outcome.success_became_error /resultCode"]
        );
    }
    let other =
        on("POST", r#"{"ref":"9","resultCode":"Authorised"}"#, r#"{"ref":"9","resultCode":"Challenge"}"#);
    assert_eq!(other, ["warning body.enum.new_value /resultCode"]);
}
