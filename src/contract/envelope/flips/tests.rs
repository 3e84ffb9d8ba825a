//! Flags by comparison: one row for each form, both directions, and what stays data.

use serde_json::{Value, json};

use super::*;

fn of(body: &Value) -> Flags {
    Flags::of(body, &Asked::default())
}

/// Where the answer is told to have failed.
fn told_at(example: &Value, answer: &Value) -> Option<String> {
    let mut known = Flags::default();
    known.join(&of(example));
    known.failure(&of(answer), |_| false).map(|claim| claim.at)
}

#[test]
fn failure_where_the_example_shows_success() {
    for (example, answer, at) in [
        (
            json!({"r": {"rows": [{"status": "success", "code": "OK"}]}}),
            json!({"r": {"rows": [{"status": "error", "code": "E1"}]}}),
            "/r/rows/*/status",
        ),
        (
            json!({"r": {"code": "10000", "msg": "Success"}}),
            json!({"r": {"code": "40004", "msg": "Business Failed"}}),
            "/r/code",
        ),
        (json!([{"id": "1", "success": true}]), json!([{"success": false}]), "/*/success"),
        (json!({"stat": "ok", "user": {}}), json!({"stat": "fail", "user": {}}), "/stat"),
        (json!({"data": {"success": true}}), json!({"data": {"success": false}}), "/data/success"),
        (json!({"result": {"errorCode": "0"}}), json!({"result": {"errorCode": "E5"}}), "/result/errorCode"),
        (
            json!({"responses": [{"id": "1", "status": 200, "body": {}}]}),
            json!({"responses": [{"id": "1", "status": 404, "body": {}}]}),
            "/responses/*/status",
        ),
        (json!({"error": null, "v": 1}), json!({"error": {"message": "bad"}, "v": 1}), "/error"),
        (json!({"error": "", "v": 1}), json!({"error": "bad thing", "v": 1}), "/error"),
        (json!({"ret": 0, "msg": "ok"}), json!({"ret": -1, "msg": "not authorised"}), "/ret"),
        (json!({"resultCode": "0000"}), json!({"resultCode": "E123"}), "/resultCode"),
        (json!({"responseCode": "00"}), json!({"responseCode": "51"}), "/responseCode"),
        (json!({"cod": 200, "message": 0}), json!({"cod": 404, "message": 0}), "/cod"),
        (json!({"status": "1", "message": "OK"}), json!({"status": "0", "message": "NOTOK"}), "/status"),
        (json!({"Response": "True", "Title": "x"}), json!({"Response": "False", "Title": "x"}), "/Response"),
        (json!({"Ack": "Success"}), json!({"Ack": "Failure"}), "/Ack"),
        (json!({"success": 1, "data": {}}), json!({"success": 0, "data": {}}), "/success"),
        (json!({"code": "00000", "message": "ok"}), json!({"code": "A0400", "message": "bad"}), "/code"),
        (json!({"return_code": "SUCCESS"}), json!({"return_code": "FAIL"}), "/return_code"),
        (
            json!({"code": 0, "msg": "ok", "users": [1]}),
            json!({"code": 1001, "msg": "bad", "users": [1]}),
            "/code",
        ),
    ] {
        assert_eq!(told_at(&example, &answer).as_deref(), Some(at), "{answer}");
        assert_eq!(told_at(&answer, &example), None, "{answer}");
        assert_eq!(told_at(&example, &example), None, "{example}");
        let asked = Asked::default();
        let rows = [((), Some((&example, &asked))), ((), Some((&answer, &asked)))];
        let (_, errors) = read_groups(rows.into_iter());
        let said: Vec<_> = errors.into_iter().map(|error| error.and_then(|one| one.said_at)).collect();
        assert_eq!(said, [None, Some(at.to_owned())], "{answer}");
    }
}

#[test]
fn data_says_nothing() {
    for (example, answer) in [
        (json!({"jobs": [{"id": 1, "status": "success"}]}), json!({"jobs": [{"id": 1, "status": "error"}]})),
        (json!({"id": 1, "status": "success"}), json!({"id": 1, "status": "failed"})),
        (json!({"status": "active"}), json!({"status": "failed"})),
        (json!({"status": "success"}), json!({"status": "pending"})),
        (json!({"status": "<string>"}), json!({"status": "failed"})),
        (json!([{"ok": true}, {"ok": false}]), json!([{"ok": false}])),
        (
            json!({"logs": [{"level": "info", "error": ""}]}),
            json!({"logs": [{"level": "error", "error": "boom"}]}),
        ),
        (json!({"valid": true, "errors": []}), json!({"valid": false, "errors": ["bad email"]})),
        (json!({"errors": [], "warnings": []}), json!({"errors": [{"message": "unused"}], "warnings": []})),
        (json!({"errors": 0, "total": 5}), json!({"errors": 3, "total": 5})),
        (json!({"success": 1, "failed": 0}), json!({"success": 0, "failed": 1})),
        (
            json!({"code": "94110", "message": "San Francisco"}),
            json!({"code": "10001", "message": "New York"}),
        ),
        (json!({"error": 0.01}), json!({"error": 0.02})),
    ] {
        assert_eq!(told_at(&example, &answer), None, "{answer}");
    }
}

#[test]
fn a_freed_place_says_nothing() {
    let (example, answer) = (json!({"reply": {"ok": true}}), json!({"reply": {"ok": false}}));
    let (known, answer) = (of(&example), of(&answer));
    assert!(known.failure(&answer, |at| at == "/reply/ok").is_none());
    assert!(known.failure(&answer, |_| false).is_some());
}
