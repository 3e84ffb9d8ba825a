//! Data that merely looks like an error: what was documented in one state and answered in another.

use super::*;
use crate::contract::Outcome;

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
