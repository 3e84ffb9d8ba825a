//! The forms of `capture`, the places where captured values go, and that they are data there.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Shop, item};
use crate::support::Recorder;

/// A step whose answer holds the value everywhere, and a case that sends it everywhere.
fn everywhere() -> Vec<Value> {
    let body = |mode: Value| json!({"method": "POST", "body": mode});
    let json_body = json!({"mode": "raw", "raw": r#"{"a": "<{{x}}>", "b": ["{{x}}"]}"#, "options": {"raw": {"language": "json"}}});
    let mut more = body(json_body);
    more["url"] = json!({
        "raw": "{{base}}/p/{{x}}/:id?q={{x}}&r=1", "host": ["{{base}}"], "path": ["p", "{{x}}", ":id"],
        "query": [{"key": "q", "value": "{{x}}"}, {"key": "r", "value": "1"}],
        "variable": [{"key": "id", "value": "{{x}}"}],
    });
    let form = json!({"mode": "urlencoded", "urlencoded": [{"key": "{{x}}", "value": "{{x}}"}, {"key": "z", "value": "1"}]});
    vec![
        item("Step", "GET", "{{base}}/step", 200, r#"{"v": "x"}"#, &json!({})),
        item("Json", "POST", "", 200, "{}", &more),
        item("Form", "POST", "{{base}}/form", 200, "{}", &body(form)),
        item(
            "Head",
            "GET",
            "{{base}}/head",
            200,
            "{}",
            &json!({"header": [{"key": "X-Value", "value": "a {{x}} b"}]}),
        ),
    ]
}

const TOML: &str = r#"
[[case]]
match = "*::{json,form,head}::ok"
before = [{ case = "*::step::ok", capture = { x = "/v" } }]
"#;

/// Answers the step with this value, everything else with `{}`.
fn giving(value: &str) -> Recorder {
    let body = json!({ "v": value }).to_string();
    Recorder::with(move |request| {
        let body = if request.starts_with("GET /step ") { body.as_str() } else { "{}" };
        crate::support::answer("200 OK", "application/json", body)
    })
}

/// What arrived for a case: the request line, the fields, the body.
fn arrived(server: &Recorder, path: &str) -> Option<(String, Vec<String>, String)> {
    let seen = server.seen();
    let request =
        seen.iter().find(|request| request.split(' ').nth(1).is_some_and(|t| t.starts_with(path)))?;
    let (head, body) = request.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n").map(str::to_owned);
    let line = lines.next()?;
    Some((line, lines.collect(), body.to_owned()))
}

#[test]
fn a_value_is_encoded_for_its_place() {
    let server = giving("a b/c?d&e=f#g\"h\\i%2F;ü{{x}}");
    let shop = Shop::live(&everywhere(), TOML, &server, &[]);
    assert_eq!(shop.ran.code, 0, "{:?}", shop.ran);
    let encoded = "a%20b%2Fc%3Fd%26e%3Df%23g%22h%5Ci%252F%3B%C3%BC%7B%7Bx%7D%7D";
    let (line, _, body) = arrived(&server, "/p/").unwrap();
    assert_eq!(line, format!("POST /p/{encoded}/{encoded}?q={encoded}&r=1 HTTP/1.1"));
    let (_, fields, _) = arrived(&server, "/head").unwrap();
    assert!(fields.contains(&"x-value: a a b/c?d&e=f#g\"h\\i%2F;ü{{x}} b".to_owned()), "{fields:?}");
    let value = "a b/c?d&e=f#g\"h\\i%2F;ü{{x}}";
    let sent: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(sent, json!({"a": format!("<{value}>"), "b": [value]}));
    let (_, _, body) = arrived(&server, "/form").unwrap();
    assert_eq!(body, format!("{encoded}={encoded}&z=1"));
}

#[test]
fn every_form_of_capture_reaches_the_request() {
    let server = Recorder::with(|request| {
        let extra = if request.starts_with("GET /step ") {
            "Location: /users/42\r\nSet-Cookie: sid=c00kie-value; Path=/\r\n"
        } else {
            ""
        };
        let body = r#"{"v": 7.50, "list": [1, {"a": null}], "yes": true}"#;
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n{extra}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
    });
    let body = r#"{"v": {{v}}, "list": {{list}}, "yes": {{yes}}, "loc": "{{loc}}", "sid": "{{sid}}", "re": "{{re}}", "all": "{{all}}"}"#;
    let raw = json!({"body": {"mode": "raw", "raw": body, "options": {"raw": {"language": "json"}}}});
    let items = [
        item("Step", "GET", "{{base}}/step", 200, r#"{"v": 1.5}"#, &json!({})),
        item("Send", "POST", "{{base}}/send", 200, "{}", &raw),
    ];
    let toml = r#"
[[case]]
match = "*::send::ok"
set = { "/set" = "{{loc}}" }
[[case.before]]
case = "*::step::ok"
[case.before.capture]
v = "/v"
list = "/list"
yes = "/yes"
loc = { header = "Location", regex = '/(\d+)$' }
sid = { cookie = "sid" }
re = { regex = '"(v)": (\d+)', group = 2 }
all = { body = true }
"#;
    let shop = Shop::live(&items, toml, &server, &["--filter", "*::send::*"]);
    assert_eq!(shop.ran.code, 0, "{:?}", shop.ran);
    let (_, _, body) = arrived(&server, "/send").unwrap();
    let expected = r#"{"v":7.50,"list":[1,{"a":null}],"yes":true,"loc":"42","sid":"c00kie-value","re":"7","all":"{\"v\": 7.50, \"list\": [1, {\"a\": null}], \"yes\": true}","set":"42"}"#;
    assert_eq!(body, expected);
}

#[test]
fn what_cannot_stand_in_its_place_is_not_sent() {
    for (case, value, why) in [
        ("head", "a\r\nX-Evil: 1", "holds a line break or control character, and header `X-Value` cannot"),
        ("head", "a\0b", "holds a line break or control character, and header `X-Value` cannot"),
        ("json", "..", "makes a `.` or `..` segment of the path"),
    ] {
        let server = giving(value);
        let shop = Shop::live(&everywhere(), TOML, &server, &["--filter", case]);
        assert_eq!(shop.ran.code, 3, "{:?}", shop.ran);
        assert_eq!(shop.verdict(&format!("shop::{case}::ok")), "errored setup.failed ");
        assert!(shop.ran.stdout.contains(why), "{}", shop.ran.stdout);
        assert_eq!(server.seen().len(), 1, "only the step");
    }
}

#[test]
fn captured_credentials_are_used_and_shown_nowhere() {
    let secret = "s3cr3t-t0ken-0123456789";
    for (auth, header) in [
        ("type = \"bearer\"\ntoken = \"{{handle}}\"", format!("authorization: Bearer {secret}")),
        (
            "type = \"basic\"\nusername = \"u\"\npassword = \"{{handle}}\"",
            "authorization: Basic dTpzM2NyM3QtdDBrZW4tMDEyMzQ1Njc4OQ==".to_owned(),
        ),
        ("type = \"apikey\"\nkey = \"X-Key\"\nvalue = \"{{handle}}\"", format!("x-key: {secret}")),
    ] {
        // The case fails and echoes the credential, so that everything is shown.
        let echo = json!({ "handle": secret, "note": format!("you are {secret}") }).to_string();
        let server = Recorder::with(move |request| {
            let status = if request.starts_with("POST /login ") { "200 OK" } else { "500 Oops" };
            crate::support::answer(status, "application/json", &echo)
        });
        let mut login =
            item("Login", "POST", "{{base}}/login", 200, r#"{"handle": "x", "note": ""}"#, &json!({}));
        login["request"]["auth"] = json!({"type": "noauth"});
        let items = [login, item("Me", "GET", "{{base}}/me", 200, "{}", &json!({}))];
        let toml = format!(
            "[auth.default]\n{auth}\n[[case]]\nmatch = \"*::me::ok\"\nbefore = [{{ case = \"*::login::ok\", capture = {{ handle = \"/handle\" }} }}]"
        );
        let shop = Shop::live(&items, &toml, &server, &["--filter", "*::me::*"]);
        assert_eq!(shop.ran.code, 1, "{:?}", shop.ran);
        let (_, fields, _) = arrived(&server, "/me").unwrap();
        assert!(fields.contains(&header), "{fields:?}");
        assert!(!shop.outputs.contains(secret) && !shop.outputs.contains("dTpz"), "{}", shop.outputs);
        assert!(shop.outputs.contains("«redacted»"), "{}", shop.outputs);
    }
}

#[test]
fn a_value_under_a_secret_name_is_hidden_before_it_is_used_as_anything() {
    let secret = "v4lue-0f-a-session";
    for (toml, body) in [
        ("access_token = \"/v\"", json!({ "v": secret })),
        ("x = \"/deep/api_key\"", json!({ "v": "x", "deep": { "api_key": secret } })),
    ] {
        let body = body.to_string();
        let server = Recorder::with(move |request| {
            let status = if request.starts_with("GET /step ") { "200 OK" } else { "500 Oops" };
            crate::support::answer(status, "application/json", &body)
        });
        let items = [
            item("Step", "GET", "{{base}}/step", 200, r#"{"v": "x"}"#, &json!({})),
            item("Use", "GET", "{{base}}/use/{{x}}{{access_token}}", 200, "{}", &json!({})),
        ];
        let toml = format!(
            "[variables]\nx = \"a\"\naccess_token = \"b\"\n[[case]]\nmatch = \"*::use::ok\"\nbefore = [{{ case = \"*::step::ok\", capture = {{ {toml} }} }}]"
        );
        let shop = Shop::live(&items, &toml, &server, &["--filter", "*::use::*"]);
        assert_eq!(shop.ran.code, 1, "{:?}", shop.ran);
        assert!(server.seen().iter().any(|request| request.contains(secret)), "it was sent");
        assert!(!shop.outputs.contains(secret), "{}", shop.outputs);
    }
}

fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\r\n".to_owned()),
        Just("\0".to_owned()),
        Just("/../".to_owned()),
        Just("..".to_owned()),
        Just("@evil.example".to_owned()),
        Just("//evil.example".to_owned()),
        Just("{{x}}{{base}}{{secret}}".to_owned()),
        Just(" HTTP/1.1\r\nX-Evil: 1\r\n\r\nGET /evil".to_owned()),
        Just("&q=evil#?".to_owned()),
        Just("\"}, \"evil\": {\"".to_owned()),
        Just("%0d%0a".to_owned()),
        "\\PC{0,4}",
    ];
    proptest::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// A second listener sees nothing; what arrives has the fields, parameters and members of the
    /// collection, and no more.
    #[test]
    fn no_value_adds_a_line_a_field_a_parameter_or_moves_the_host(value in nasty()) {
        let other = giving("x");
        let value = value.replace("evil.example", other.url().trim_start_matches("http://"));
        let server = giving(&value);
        let toml = format!("[variables]\nsecret = \"never-to-be-sent\"\n{TOML}");
        let shop = Shop::live(&everywhere(), &toml, &server, &[]);
        prop_assert!(matches!(shop.ran.code, 0 | 3), "{:?}", shop.ran);
        prop_assert_eq!(other.seen().len(), 0);
        for request in server.seen() {
            prop_assert!(!request.contains("never-to-be-sent"), "{}", request);
            let (head, _) = request.split_once("\r\n\r\n").unwrap();
            let fields: Vec<&str> = head.split("\r\n").skip(1).map(|line| line.split(':').next().unwrap()).collect();
            let known = ["accept", "accept-encoding", "content-length", "content-type", "host", "user-agent", "x-value"];
            prop_assert!(fields.iter().all(|name| known.contains(&name.to_ascii_lowercase().as_str())), "{:?}", fields);
            let target = head.split(' ').nth(1).unwrap();
            prop_assert!(["/step", "/form", "/p/", "/head"].iter().any(|path| target.starts_with(path)), "{}", target);
        }
        if let Some((line, _, body)) = arrived(&server, "/p/") {
            let (path, query) = line.split(' ').nth(1).unwrap().split_once('?').unwrap();
            prop_assert_eq!(path.split('/').count(), 4, "{}", path);
            prop_assert_eq!(query.split('&').count(), 2, "{}", query);
            let sent: Value = serde_json::from_str(&body).unwrap();
            prop_assert_eq!(sent, json!({"a": format!("<{value}>"), "b": [value.clone()]}));
        }
        if let Some((_, _, body)) = arrived(&server, "/form") {
            prop_assert_eq!(body.split('&').count(), 2, "{}", body);
        }
    }
}
