//! Data that merely looks like an error: what was documented in one state and answered in another.

use super::*;
use crate::contract::Outcome;
use crate::postman::model::RequestSpec;

/// What it is, one state, another state.
const PAIRS: &[(&str, &str, &str)] = &[
    (
        "deliveries",
        r#"{"deliveries":[{"status":"success","code":200}]}"#,
        r#"{"deliveries":[{"status":"error","code":500}]}"#,
    ),
    (
        "deliveries of which some failed",
        r#"{"deliveries":[{"status":"success","code":200}]}"#,
        r#"{"deliveries":[{"status":"success","code":200},{"status":"error","code":500}]}"#,
    ),
    (
        "deliveries with ids",
        r#"{"data":[{"id":1,"status":"success","code":200}]}"#,
        r#"{"data":[{"id":2,"status":"error","code":500}]}"#,
    ),
    (
        "jobs",
        r#"{"jobs":[{"name":"a","status":"done"}]}"#,
        r#"{"jobs":[{"name":"b","status":"error","code":"E_TIMEOUT"}]}"#,
    ),
    (
        "jobs with a message",
        r#"{"jobs":[{"name":"a","status":"done"}]}"#,
        r#"{"jobs":[{"name":"b","status":"error","code":"E","message":"boom"}]}"#,
    ),
    ("jobs without a name", r#"{"jobs":[{"status":"done"}]}"#, r#"{"jobs":[{"status":"error","code":"X"}]}"#),
    (
        "jobs with ids",
        r#"{"jobs":[{"id":1,"status":"success"}]}"#,
        r#"{"jobs":[{"id":2,"status":"failed"}]}"#,
    ),
    ("one job", r#"{"id":1,"status":"running"}"#, r#"{"id":1,"status":"failed"}"#),
    (
        "one job that tells why",
        r#"{"id":1,"state":"done"}"#,
        r#"{"id":1,"state":"failed","error":"disk full"}"#,
    ),
    (
        "a build",
        r#"{"name":"b","state":"passed"}"#,
        r#"{"name":"b","state":"crashed","error":"out of memory"}"#,
    ),
    (
        "events",
        r#"{"data":{"id":1,"type":"login","success":true}}"#,
        r#"{"data":{"id":1,"type":"login","success":false}}"#,
    ),
    (
        "an event",
        r#"{"type":"login","data":{"success":true}}"#,
        r#"{"type":"login","data":{"success":false}}"#,
    ),
    (
        "an event at the root",
        r#"{"id":"e1","type":"login","payload":{"success":true}}"#,
        r#"{"id":"e1","type":"login","payload":{"success":false}}"#,
    ),
    (
        "payments",
        r#"{"payments":[{"id":"p","success":true}]}"#,
        r#"{"payments":[{"id":"p","success":false}]}"#,
    ),
    (
        "a run of a monitor",
        r#"{"run":{"info":{"name":"m","status":"success"},"failures":[]}}"#,
        r#"{"run":{"info":{"name":"m","status":"failed"},"failures":[{"name":"f"}]}}"#,
    ),
    (
        "jobs that succeeded",
        r#"{"jobs":[{"name":"a","status":"success"}]}"#,
        r#"{"jobs":[{"name":"a","status":"failed"}]}"#,
    ),
    ("an order", r#"{"order":{"status":"paid","total":1}}"#, r#"{"order":{"status":"failed","total":1}}"#),
    (
        "a charge",
        r#"{"id":"ch_1","object":"charge","status":"succeeded"}"#,
        r#"{"id":"ch_1","object":"charge","status":"failed"}"#,
    ),
    ("a log", r#"{"logs":[{"level":"info","error":""}]}"#, r#"{"logs":[{"level":"error","error":"boom"}]}"#),
    (
        "audit entries",
        r#"{"entries":[{"id":1,"event":"login","success":true}]}"#,
        r#"{"entries":[{"id":2,"event":"login","success":false}]}"#,
    ),
    ("health", r#"{"status":"UP"}"#, r#"{"status":"DOWN"}"#),
    (
        "health of parts",
        r#"{"status":"pass","checks":{"db":[{"status":"pass"}]}}"#,
        r#"{"status":"warn","checks":{"db":[{"status":"warn"}]}}"#,
    ),
    ("a linter", r#"{"errors":[],"warnings":[]}"#, r#"{"errors":[{"line":3}],"warnings":[]}"#),
    (
        "a linter that tells",
        r#"{"errors":[],"warnings":[{"line":1}]}"#,
        r#"{"errors":[{"message":"unused"}],"warnings":[{"line":1}]}"#,
    ),
    ("a validator", r#"{"valid":true,"errors":[]}"#, r#"{"valid":false,"errors":["bad email"]}"#),
    ("a validator that adds", r#"{"isValid":true}"#, r#"{"isValid":false,"errors":["bad email"]}"#),
    ("statistics", r#"{"errors":0,"total":5}"#, r#"{"errors":3,"total":5}"#),
    ("counts of success", r#"{"success":1,"failed":0}"#, r#"{"success":0,"failed":1}"#),
    ("a rate of errors", r#"{"error":0.01}"#, r#"{"error":0.02}"#),
    (
        "a postal code",
        r#"{"code":"94110","message":"San Francisco"}"#,
        r#"{"code":"10001","message":"New York"}"#,
    ),
    (
        "a one-time password",
        r#"{"code":"123456","message":"Your code"}"#,
        r#"{"code":"654321","message":"Your code"}"#,
    ),
    ("a country", r#"{"code":"US","message":"hello"}"#, r#"{"code":"DE","message":"hello"}"#),
    ("a game", r#"{"result":"win"}"#, r#"{"result":"fail"}"#),
    ("the last error of a thing", r#"{"last_error":null,"v":1}"#, r#"{"last_error":"x","v":1}"#),
    (
        "letters",
        r#"{"mails":[{"id":1,"body":"Hello","status":"success"}]}"#,
        r#"{"mails":[{"id":1,"body":"Hello","status":"failed"}]}"#,
    ),
    (
        "another word for success",
        r#"{"data":[{"code":"SUCCESS","status":"success","message":"m"}]}"#,
        r#"{"data":[{"code":"ADDED","status":"success","message":"m"}]}"#,
    ),
    ("a null beside the data", r#"{"data":{"x":1}}"#, r#"{"data":{"x":1},"error":null,"errors":[]}"#),
    (
        "warnings of partial success",
        r#"{"success":true,"v":1}"#,
        r#"{"success":true,"v":1,"message":"done with warnings"}"#,
    ),
    (
        "a payment below an id",
        r#"{"id":1,"payment":{"status":"success"}}"#,
        r#"{"id":2,"payment":{"status":"failed"}}"#,
    ),
    (
        "payments below ids",
        r#"[{"id":5,"payment":{"status":"success"}}]"#,
        r#"[{"id":5,"payment":{"status":"failed"}}]"#,
    ),
    (
        "attributes of JSON:API",
        r#"{"data":[{"id":1,"attributes":{"payment":{"success":true}}}]}"#,
        r#"{"data":[{"id":1,"attributes":{"payment":{"success":false}}}]}"#,
    ),
    ("a result beside an id", r#"{"id":1,"result":"success"}"#, r#"{"id":2,"result":"failure"}"#),
    (
        "the last answer to a hook",
        r#"[{"id":1,"last_response":{"code":200,"status":"active","message":"OK"}}]"#,
        r#"[{"id":1,"last_response":{"code":502,"status":"misconfigured","message":"Invalid HTTP Response"}}]"#,
    ),
    (
        "the last delivery",
        r#"{"webhook":{"url":"u","last_delivery":{"response_code":200}}}"#,
        r#"{"webhook":{"url":"u","last_delivery":{"response_code":500}}}"#,
    ),
    (
        "a job by another name",
        r#"{"job_id":"j1","status":"success"}"#,
        r#"{"job_id":"j2","status":"failed"}"#,
    ),
    (
        "a transaction",
        r#"{"transactionId":"t1","status":"success","amount":5}"#,
        r#"{"transactionId":"t2","status":"failed","amount":5}"#,
    ),
    ("an order with a result", r#"{"orderId":7,"result":"success"}"#, r#"{"orderId":8,"result":"failure"}"#),
    ("an issue by its key", r#"{"key":"P-1","status":"success"}"#, r#"{"key":"P-2","status":"failed"}"#),
    ("a build by its number", r#"{"number":5,"status":"success"}"#, r#"{"number":6,"status":"failure"}"#),
    (
        "checks",
        r#"{"checks":[{"name":"db","status":"ok"}]}"#,
        r#"{"checks":[{"name":"db","status":"error"}]}"#,
    ),
    (
        "attempts",
        r#"{"attempts":[{"ip":"1.2.3.4","success":true}]}"#,
        r#"{"attempts":[{"ip":"1.2.3.4","success":false}]}"#,
    ),
    (
        "attempts that tell why",
        r#"{"attempts":[{"ip":"1","success":true,"reason":""}]}"#,
        r#"{"attempts":[{"ip":"1","success":false,"reason":"bad password"}]}"#,
    ),
    ("tests", r#"{"tests":[{"success":true}]}"#, r#"{"tests":[{"success":false}]}"#),
    (
        "items that are out of stock",
        r#"{"items":[{"sku":"a","error":null}]}"#,
        r#"{"items":[{"sku":"a","error":"out of stock"}]}"#,
    ),
    ("an address", r#"{"user":{"email":{"ok":true}}}"#, r#"{"user":{"email":{"ok":false}}}"#),
    (
        "an address whose name begins like an operation",
        r#"{"address":{"ok":true}}"#,
        r#"{"address":{"ok":false}}"#,
    ),
    ("a suite of tests", r#"{"suite":{"ok":true,"tests":5}}"#, r#"{"suite":{"ok":false,"tests":5}}"#),
    ("a quiz", r#"{"quiz":{"result":"success","score":5}}"#, r#"{"quiz":{"result":"fail","score":1}}"#),
    (
        "parts of a service",
        r#"{"status":"ok","services":{"db":{"status":"ok"}}}"#,
        r#"{"status":"ok","services":{"db":{"status":"error"}}}"#,
    ),
    ("a question", r#"{"result":true}"#, r#"{"result":false}"#),
    (
        "a question of JSON-RPC",
        r#"{"jsonrpc":"2.0","id":1,"result":true}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":false}"#,
    ),
    ("a question that was answered", r#"{"ok":true,"result":true}"#, r#"{"ok":true,"result":false}"#),
    ("a switch", r#"{"name":"lamp","status":1}"#, r#"{"name":"lamp","status":0}"#),
    ("a check by its id", r#"{"result":"ok","id":"3"}"#, r#"{"result":"fail","id":"3"}"#),
];

#[test]
fn data_in_another_state_is_no_error() {
    let is_of_outcome = |line: &String| line.contains("outcome.");
    for (what, one, other) in PAIRS {
        let found = World::json(one).on(other);
        assert!(!found.iter().any(is_of_outcome), "{what}: {found:?}");
    }
}

#[test]
fn another_number_beside_a_text_that_may_say_anything_is_no_recovery() {
    let world = World::json(r#"{"code":"94110","message":"San Francisco"}"#);
    let found = world.on(r#"{"code":"200","message":"Nowhere"}"#);
    assert!(!found.iter().any(|line| line.contains("outcome.")), "{found:?}");
}

/// Some answer 0 where they succeed, others 1. Without a text and with all its data an answer of 1 has not
/// failed, whereas one that was on is off again.
#[test]
fn a_status_of_one_beside_the_data_says_nothing() {
    let data = |status: i32| format!(r#"{{"status":{status},"data":{{"x":1}}}}"#);
    assert_eq!(World::json(&data(0)).on(&data(1)), [""; 0]);
    assert_eq!(World::json(&data(1)).on(&data(0)), ["breaking outcome.success_became_error /status"]);
    let denied = r#"{"status":1,"message":"denied","data":null}"#;
    assert_eq!(World::json(&data(0)).on(denied), ["breaking outcome.success_became_error /status"]);
}

/// Neither is what is the reverse, where the example is read as a success.
#[test]
fn data_that_went_well_is_no_recovery() {
    for (what, one, other) in PAIRS {
        let world = World::json(other);
        if world.expectation(0).outcome == Outcome::Ok {
            let found = world.on(one);
            assert!(!found.iter().any(|line| line.contains("outcome.")), "{what}: {found:?}");
        }
    }
}

#[test]
fn what_two_examples_show_is_no_error() {
    let json = [("Content-Type", "application/json")];
    for (one, other) in [
        (r#"{"id":1,"pay":{"status":"success"}}"#, r#"{"id":2,"pay":{"status":"failed"}}"#),
        (r#"{"pay":{"status":"success"}}"#, r#"{"pay":{"status":"failed"}}"#),
    ] {
        let found = World::of([one, other].map(|body| example(200, &json, Some(body)))).on(other);
        assert_eq!(found, [""; 0], "{other}");
    }
}

/// A request that only reads asks for a state, and the answer may be a word alone, or a list of what failed.
#[test]
fn what_was_asked_for_is_no_error_where_it_is_all_there_is() {
    let on = |method: &str, saved: &str, arrived: &str| {
        let mut saved = Example::clone(&example(200, &[("Content-Type", "application/json")], Some(saved)));
        saved.request = Some(RequestSpec { method: Some(method.to_owned()), ..RequestSpec::default() });
        let world = World::of([Arc::new(saved)]);
        let told = world.on(arrived).iter().any(|line| line.contains("outcome."));
        (world.expectation(0).outcome, told)
    };
    for (one, other) in [
        (r#"{"result":"fail"}"#, r#"{"result":"success"}"#),
        (r#"{"result":"fail"}"#, r#"{"result":"failure"}"#),
        (r#"{"result":"fail"}"#, r#"{"result":"win"}"#),
        (r#"{"Response":"error"}"#, r#"{"Response":"ok"}"#),
        (r#"{"status":"error"}"#, r#"{"status":"ok"}"#),
        (r#"{"failed":[{"code":"E","status":"error"}]}"#, r#"{"failed":[]}"#),
        (r#"{"failed":[]}"#, r#"{"failed":[{"code":"E","status":"error"}]}"#),
        (r#"{"failures":[{"code":"E","status":"error","message":"m"}]}"#, r#"{"failures":[]}"#),
        (r#"{"importFailures":[{"code":"E","status":"error"}]}"#, r#"{"importFailures":[]}"#),
        (r#"{"jobs":[{"name":"a","code":"E","status":"error"}]}"#, r#"{"jobs":[]}"#),
        (r#"{"jobs":[]}"#, r#"{"jobs":[{"name":"a","code":"E","status":"error"}]}"#),
    ] {
        assert_eq!(on("GET", one, other), (Outcome::Ok, false), "{one} {other}");
    }
    for (method, one, other) in [
        ("DELETE", r#"{"result":"fail"}"#, r#"{"result":"success"}"#),
        ("POST", r#"{"failed":[{"code":"E","status":"error"}]}"#, r#"{"failed":[]}"#),
        ("GET", r#"{"result":"fail","message":"no such game"}"#, r#"{"result":"win"}"#),
        ("GET", r#"{"error":"invalid"}"#, r#"{"name":"x"}"#),
        ("GET", r#"{"failed":[{"code":"E","status":"error"}],"success":false}"#, r#"{"success":true}"#),
        (
            "GET",
            r#"{"users":[{"code":"E","details":{},"message":"m","status":"error"}]}"#,
            r#"{"users":[{"name":"x"}]}"#,
        ),
    ] {
        assert_eq!(on(method, one, other), (Outcome::Error, true), "{method} {one} {other}");
    }
    // Where another example of the same question succeeds, the word is what became of the request.
    let both = [r#"{"result":"fail"}"#, r#"{"result":"success"}"#];
    let world = World::of(both.map(|body| example(200, &[("Content-Type", "application/json")], Some(body))));
    assert_eq!(world.expectation(0).outcome, Outcome::Error);
}
