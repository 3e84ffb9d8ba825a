use bytes::Bytes;

use super::*;
use crate::message::Origin;

fn answer(status: u16, body: &str) -> Answer {
    Answer { status, headers: Headers::new(), body: Bytes::copy_from_slice(body.as_bytes()) }
}

fn refused(status: u16, body: &str) -> (String, String) {
    let refused = read(&answer(status, body)).unwrap_err();
    (refused.short, refused.long)
}

#[test]
fn a_token_is_read_with_its_time() {
    for (text, holds) in [
        ("3600", Some(3600)),
        ("\"60\"", Some(60)),
        ("-5", Some(0)),
        ("null", None),
        ("\"soon\"", None),
        ("1e300", None),
    ] {
        let body = format!(
            "{{\"access_token\": \"A\", \"expires_in\": {text}, \"refresh_token\": \"R\", \"id_token\": \"I\"}}"
        );
        let granted = read(&answer(200, &body)).unwrap();
        assert_eq!(granted.holds.map(|holds| holds.as_secs()), holds, "{text}");
        assert_eq!((granted.access.as_str(), granted.refresh.as_deref()), ("A", Some("R")));
        assert_eq!(granted.secrets, ["A", "R", "I"]);
    }
}

#[test]
fn an_error_is_one_whatever_the_status() {
    let texts = |short: &str, long: &str| (short.to_owned(), long.to_owned());
    assert_eq!(
        refused(200, "{\"error\": \"invalid_code\"}"),
        texts("invalid_code", "status 200 invalid_code")
    );
    assert_eq!(
        refused(400, "{\"error\": \"invalid_grant\", \"error_description\": \"gone\\u001b[31m\"}"),
        texts("invalid_grant", "status 400 invalid_grant: gone [31m")
    );
    assert_eq!(refused(200, "{}"), texts("status 200", "status 200 without an access token"));
    assert_eq!(refused(502, "<html>"), texts("status 502", "status 502 and no JSON"));
    assert_eq!(refused(401, "{\"access_token\": \"A\"}").0, "status 401");
    for token in ["A\\r\\nX: 1", "\\u6f22"] {
        let answer = format!("{{\"access_token\": \"{token}\"}}");
        assert_eq!(refused(200, &answer).0, "an unusable access token", "{token}");
    }
    assert!(refused(400, &format!("{{\"error\": \"{}\"}}", "e".repeat(9999))).1.len() < 300);
}

#[test]
fn a_token_is_put_where_the_grant_says() {
    let grant = |put| Grant {
        place: "[auth.default]".to_owned(),
        is_profile: true,
        ask: Ask {
            kind: "refresh_token",
            origin: Origin::loopback(1),
            target: "/".to_owned(),
            headers: Vec::new(),
            form: Vec::new(),
        },
        put,
    };
    let mut request = Request {
        method: "GET".to_owned(),
        origin: Origin::loopback(1),
        target: "/a?x=1&access_token=old".to_owned(),
        headers: Headers::new(),
        body: None,
    };
    for (prefix, value) in [("Zoho-oauthtoken", "Zoho-oauthtoken T+1"), ("", "T+1")] {
        put(&grant(Put::Header(prefix.to_owned())), "T+1", &mut request);
        assert_eq!(request.headers.get("authorization"), Some(value));
    }
    put(&grant(Put::Query), "T+1", &mut request);
    assert_eq!(request.target, "/a?x=1&access_token=T%2B1");
}
