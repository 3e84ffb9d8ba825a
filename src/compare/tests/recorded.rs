//! The forms of a recorded answer, and what is none.

use proptest::prelude::*;

use super::*;

fn fields(headers: &str) -> Vec<(String, String)> {
    let text = format!(r#"{{"status": 200, "headers": {headers}}}"#);
    answers_in(&text).unwrap()[0].headers.clone()
}

#[test]
fn headers_are_written_in_several_ways() {
    let wanted = [("A", "1"), ("Set-Cookie", "x"), ("Set-Cookie", "y")].map(|(n, v)| (n.into(), v.into()));
    for headers in [
        r#"{"A": 1, "Set-Cookie": ["x", "y"]}"#,
        r#"{"A": "1", "Set-Cookie": "x", "Set-Cookie": "y"}"#,
        r#"[["A", "1"], ["Set-Cookie", "x"], ["Set-Cookie", "y"]]"#,
        r#"[{"key": "A", "value": 1}, {"name": "Set-Cookie", "value": "x"}, {"value": "y", "key": "Set-Cookie"}]"#,
    ] {
        assert_eq!(fields(headers), wanted, "{headers}");
    }
    assert!(fields("{}").is_empty() && fields("[]").is_empty());
}

#[test]
fn a_body_is_kept_as_it_is_written() {
    let body = |text: &str| answers_in(text).unwrap()[0].body.clone();
    assert_eq!(
        body(r#"{"body": {"n": 123456789012345678901234567890, "n": 1.0 }, "status": 200}"#).as_deref(),
        Some(r#"{"n": 123456789012345678901234567890, "n": 1.0 }"#)
    );
    assert_eq!(body(r#"{"status": 200, "raw": "<a>\u00e9</a>"}"#).as_deref(), Some("<a>é</a>"));
    assert_eq!(body(r#"{"status": 200, "text": ""}"#).as_deref(), Some(""));
    assert_eq!(body(r#"{"status": 200}"#), None);
    assert_eq!(body(r#"{"status": 200, "body": "x"}"#).as_deref(), Some("\"x\""));
    let html = r#"{"status": 200, "headers": {"content-type": "text/html"}, "body": "<p>{}</p>"}"#;
    assert_eq!(body(html).as_deref(), Some("<p>{}</p>"), "a text under a media type other than JSON");
}

#[test]
fn several_answers_are_a_list_or_follow_one_another() {
    for text in [
        r#"[{"status": 200}, {"status": 404}]"#,
        "{\"status\": 200}\n{\"status\": 404}\n",
        "{\n\"status\": 200}{\"status\": 404}",
    ] {
        let codes: Vec<_> = answers_in(text).unwrap().iter().map(|answer| answer.code).collect();
        assert_eq!(codes, [Some(200), Some(404)], "{text}");
    }
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let deep = format!(r#"{{"status": 200, "body": {}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    for (text, wanted) in [
        ("{\"status\": 200}\n\n{\"stat\": 1}", "F:3 /stat: no member of an answer; did you mean `status`?"),
        (r#"{"body": 1}"#, "F: no `status`: write the status code, such as \"status\": 200"),
        (r#"[{"status": 200}, 7]"#, "F /1: an answer must be an object, but this is a number"),
        (r#""x""#, "F: an answer must be an object, but this is a text"),
        (r#"{"status": "200"}"#, "F /status: must be a status code from 100 to 999, but is \"200\""),
        (r#"{"status": 99}"#, "F /status: must be a status code from 100 to 999, but is 99"),
        (r#"{"status": null}"#, "F /status: must be a status code from 100 to 999, but is null"),
        (r#"{"status": 200, "status": 200}"#, "F /status: twice in one answer: leave one out"),
        (
            r#"{"status": 200, "a/b": 1}"#,
            "F /a~1b: no member of an answer; an answer has `status`, `headers` and `body` or `raw`",
        ),
        (r#"{"status": 200, "raw": "", "body": 1}"#, "F: `body` and `raw` are both the body: leave one out"),
        (r#"{"status": 200, "request": "POST"}"#, "F /request: must be an object, but is a text"),
        (
            r#"{"status": 200, "request": {"url": "/a"}}"#,
            "F /request: no `method`: write it, such as \"method\": \"POST\"",
        ),
        (
            r#"{"status": 200, "request": {"method": 1}}"#,
            "F /request/method: must be a text, but is a number",
        ),
        (
            r#"{"status": 200, "request": {"methd": "POST"}}"#,
            "F /request/methd: no member of a request; did you mean `method`?",
        ),
        (r#"{"status": 200, "raw": {}}"#, "F /raw: must be a text, but is an object"),
        (
            r#"{"status": 200, "headers": "x"}"#,
            "F /headers: must be an object or a list of fields, but is a text",
        ),
        (
            r#"[{"status": 200, "headers": {"A": null}}]"#,
            "F /0/headers/A: must be a text or a number, but is null",
        ),
        (
            r#"{"status": 200, "headers": {"A": ["x", true]}}"#,
            "F /headers/A/1: must be a text or a number, but is a boolean",
        ),
        (r#"{"status": 200, "headers": {" ": "x"}}"#, "F /headers/ : a header field without a name"),
        (
            r#"{"status": 200, "headers": [["A"]]}"#,
            "F /headers/0: must be {\"key\": …, \"value\": …} or [name, value]",
        ),
        (
            r#"{"status": 200, "headers": [{"key": "A", "value": "1", "x": 1}]}"#,
            "F /headers/0: must be {\"key\": …, \"value\": …} or [name, value]",
        ),
        (
            r#"{"status": 200, "headers": [{"key": 1, "value": "1"}]}"#,
            "F /headers/0/key: must be a text, but is a number",
        ),
        (
            r#"{"status": 200, "body": "{\"a\": 1}"}"#,
            "F /body: a string that holds JSON: write the JSON itself, or the text that was received as `raw`",
        ),
        (
            r#"{"status": 200, "body": "\ud800"}"#,
            "F /body: JSON that is not read: half of a surrogate pair (`\\ud800` to `\\udfff` alone) is no character",
        ),
        (
            r#"{"status": 200, "body": {"a": "\ud800"}}"#,
            "F /body: JSON that is not read: half of a surrogate pair (`\\ud800` to `\\udfff` alone) is no character",
        ),
        (&deep, "F /body: nested deeper than 127 levels, which is not read"),
        ("[]", "F holds no answer"),
        ("{\"status\": 200}\n{\"status\": 2x}", "F:2:13: not JSON: expected `,` or `}`"),
        ("{", "F:1:1: not JSON: it ends in the middle of an object"),
        (r#"{"item": []}"#, "a collection"),
    ] {
        assert_eq!(answers_in(text).unwrap_err(), wanted, "{text:.80}");
    }
}

/// By what was asked a failure is told from data in a bad state, as in a run.
#[test]
fn the_request_of_a_recorded_answer_counts() {
    let sent = json!({"status": 200, "body": [{"to": "a", "ErrorCode": 0, "Message": "OK"}]});
    let failed = json!({"status": 200, "body": [{"to": "a", "ErrorCode": 406, "Message": "inactive"}]});
    let asked = |request: Value| {
        let mut old = sent.clone();
        old["request"] = request;
        differing(&old, &failed, false).iter().any(|line| line.contains("outcome.success_became_error"))
    };
    let list = json!([{"to": "a"}]);
    assert!(asked(json!({"method": "post", "url": "https://api.example.com/email/batch", "body": list})));
    assert!(asked(json!({"method": "POST", "body": list.to_string()})));
    assert!(!asked(json!({"method": "GET", "url": "/email/batch"})));
    assert!(!asked(json!({"method": "POST", "url": "/email/search", "body": list})));
}

#[test]
fn an_answer_is_held_against_the_example_that_is_nearest() {
    let old = json!([
        {"status": 200, "body": {"users": [{"code": "NO", "status": "error", "message": "m"}]}},
        {"status": 200, "body": {"users": [{"code": "SUCCESS", "status": "success", "message": "m"}]}},
        {"status": 404, "body": {"code": "NOT_FOUND", "message": "m"}},
    ]);
    for at in 0..3 {
        assert_eq!(differing(&old, &old[at], true), [""; 0], "{at}");
    }
    let other = json!({"status": 404, "body": {"code": "GONE", "message": "m"}});
    assert_eq!(differing(&old, &other, false), ["breaking error.code_changed /code"]);
    let other = json!({"status": 500, "body": {}});
    assert!(differing(&old, &other, false).contains(&"breaking status.class_changed".to_owned()));
}

#[test]
fn a_charset_is_that_of_the_recording_not_of_the_file() {
    let answer = json!({"status": 200, "body": {"größe": 1},
        "headers": {"Content-Type": "application/json; charset=ISO-8859-1"}});
    assert_eq!(differing(&answer, &answer, true), [""; 0]);
}

proptest! {
    #[test]
    fn any_two_files_are_read_without_a_panic(
        old in r#"[\[\]{}",: a1-]{0,20}(\{"status": ?(200|404|x)(, ?"(headers|body|raw|b)": ?([\[\]{}",:a1 ]{0,12}|"x"|\{\}))*\}){0,2}"#,
        new in r#"\{"status": ?200(, ?"(headers|body)": ?(\{"a": ?"?1"?\}|"x"|\[\]|null))?\}"#,
    ) {
        if let (Ok(old), Ok(new)) = (answers_in(&old), answers_in(&new)) {
            for example in &old {
                prop_assert_eq!(lines(&answers(&old[..1], &new[0], true).unwrap()).len() < 100, true);
                let own = [Arc::clone(example)];
                prop_assert_eq!(lines(&answers(&own, example, true).unwrap()), [""; 0]);
            }
        }
    }
}
