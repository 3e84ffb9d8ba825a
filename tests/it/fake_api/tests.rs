//! The fake answers as the documentation says, and each mutation changes what it names.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};

use super::{FakeApi, Mutation, Options};

const ACTIVE: &str = "738964000000291009";
const DEACTIVATED: &str = "738964000002058003";

struct Got {
    status: u16,
    headers: Vec<(String, String)>,
    body: Value,
}

impl Got {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn code(&self) -> &str {
        let place = ["/users/0/code", "/code"].into_iter().find_map(|place| self.body.pointer(place));
        place.and_then(Value::as_str).unwrap_or_default()
    }
}

fn ask(api: &FakeApi, line: &str, auth: &str, body: &Value) -> Got {
    let address = api.base_url();
    let address = address.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(address).expect("a server");
    stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
    let body = body.to_string();
    let length = body.len();
    let auth = if auth.is_empty() { String::new() } else { format!("Authorization: {auth}\r\n") };
    write!(
        stream,
        "{line} HTTP/1.1\r\nHost: api\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n{auth}\r\n{body}"
    )
    .expect("sent");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("a whole answer");
    let (head, body) = text.split_once("\r\n\r\n").expect("head and body");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(": "));
    Got {
        status: status.expect("a status"),
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        body: serde_json::from_str(body).expect("JSON"),
    }
}

fn full() -> String {
    format!("Zoho-oauthtoken {}", Options::default().zoho_token)
}

fn update(api: &FakeApi, user: &Value) -> Got {
    ask(api, "PUT /crm/v2/users", &full(), &json!({ "users": [user] }))
}

fn agent() -> String {
    let Options { zendesk_email, zendesk_token, .. } = Options::default();
    let text = format!("{zendesk_email}/token:{zendesk_token}");
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(text))
}

fn import(api: &FakeApi, users: &Value) -> Got {
    ask(api, "POST /api/v2/users/create_or_update_many", &agent(), &json!({ "users": users }))
}

#[test]
fn zoho_asks_for_a_token_with_the_scope() {
    let api = FakeApi::start(Options::default());
    let body = json!({ "users": [{ "id": ACTIVE, "phone": "1" }] });
    let narrow = format!("Bearer {}", Options::default().zoho_narrow_token);
    for (auth, status, code) in [
        ("", 401, "AUTHENTICATION_FAILURE"),
        ("Bearer nobody's", 401, "AUTHENTICATION_FAILURE"),
        ("Basic dTpw", 401, "AUTHENTICATION_FAILURE"),
        (&narrow, 401, "OAUTH_SCOPE_MISMATCH"),
        (&full().replace("Zoho-oauthtoken", "Bearer"), 200, "SUCCESS"),
        (&full(), 200, "SUCCESS"),
    ] {
        let got = ask(&api, "PUT /crm/v2/users", auth, &body);
        assert_eq!((got.status, got.code()), (status, code), "{auth}");
        assert_eq!(got.header("x-download-options").is_some(), status == 401);
        assert_eq!(got.header("x-accesstoken-reset").is_some(), status == 200);
    }
    let got = ask(&api, "COPY /crm/v2/users", "", &body);
    assert_eq!(
        (got.status, got.code(), got.header("x-frame-options")),
        (400, "INVALID_REQUEST_METHOD", Some("deny"))
    );
}

#[test]
fn zoho_answers_by_the_state_of_the_user() {
    let api = FakeApi::start(Options::default());
    for (user, code, details) in [
        (json!({ "id": ACTIVE, "phone": "123456789" }), "SUCCESS", json!({ "id": ACTIVE })),
        (json!({ "phone": "1" }), "MANDATORY_NOT_FOUND", json!({ "api_name": "id" })),
        (json!({ "id": 123 }), "INVALID_DATA", json!({})),
        (json!({ "id": "42" }), "INVALID_DATA", json!({})),
        (json!({ "id": ACTIVE, "phone": 5 }), "INVALID_DATA", json!({ "api_name": "phone" })),
        (json!({ "id": "738964000002112147", "email": "a@b.c" }), "CANNOT_UPDATE_DELETED_USER", json!({})),
        (
            json!({ "id": ACTIVE, "email": "a@b.c" }),
            "EMAIL_UPDATE_NOT_ALOWED",
            json!({ "api_name": "email" }),
        ),
        (
            json!({ "id": "738964000002112003", "email": "patricia.b@zohocorp.com" }),
            "DUPLICATE_DATA",
            json!({ "api_name": "email", "id": DEACTIVATED }),
        ),
        (json!({ "id": ACTIVE, "status": "active" }), "ID_ALREADY_ACTIVE", json!({})),
        (json!({ "id": DEACTIVATED, "status": "inactive" }), "ID_ALREADY_DEACTIVATED", json!({})),
    ] {
        let got = update(&api, &user);
        assert_eq!((got.status, got.code()), (200, code), "{user}");
        assert_eq!(got.body["users"][0]["details"], details, "{user}");
    }
}

#[test]
fn zoho_keeps_what_was_changed() {
    let api = FakeApi::start(Options::default());
    let change = json!({ "id": DEACTIVATED, "phone": "77", "status": "active" });
    assert_eq!(update(&api, &change).code(), "SUCCESS");
    assert_eq!(update(&api, &change).code(), "ID_ALREADY_ACTIVE");
    let got = ask(&api, &format!("GET /crm/v2/users/{DEACTIVATED}"), &full(), &Value::Null);
    assert_eq!(
        (&got.body["users"][0]["phone"], &got.body["users"][0]["status"]),
        (&json!("77"), &json!("active"))
    );
    let free = json!({ "id": "738964000002112003", "email": "new@zohocorp.com" });
    assert_eq!(update(&api, &free).code(), "SUCCESS");

    let (first, second) = (update(&api, &free), update(&api, &free));
    assert_ne!(first.header("clientsubversion"), second.header("clientsubversion"));
    let seen = api.requests();
    assert_eq!((seen.len(), seen[0].method.as_str(), seen[0].target.as_str()), (6, "PUT", "/crm/v2/users"));
    assert_eq!(seen[0].header("authorization"), Some(full().as_str()));
    assert_eq!(serde_json::from_str::<Value>(&seen[0].body).expect("JSON")["users"][0], change);
}

#[test]
fn zendesk_checks_the_agent_and_the_types() {
    let api = FakeApi::start(Options::default());
    let user = json!({ "name": "A", "email": "a@example.com", "custom_role_id": 7, "organization": { "name": "o" },
        "identities": [{ "type": "email", "value": "b@example.com" }] });
    let (first, again) = (import(&api, &json!([user, user])), import(&api, &json!([user])));
    let job = &first.body["job_status"];
    assert_eq!((first.status, &job["status"], &job["total"]), (200, &json!("queued"), &json!(2)));
    assert!(job["url"].as_str().is_some_and(|url| url.contains(job["id"].as_str().expect("an id"))));
    assert_ne!(job["id"], again.body["job_status"]["id"]);
    assert_eq!(
        job["results"][1]["id"], again.body["job_status"]["results"][0]["id"],
        "one address, one user"
    );

    for (field, value) in [
        ("custom_role_id", json!("<integer>")),
        ("organization_id", json!(1.5)),
        ("name", json!(1)),
        ("identities", json!([{ "type": "email" }])),
        ("organization", json!("o")),
    ] {
        let mut wrong = user.clone();
        wrong[field] = value;
        let got = import(&api, &json!([user, wrong]));
        assert_eq!((got.status, &got.body["error"]), (422, &json!("RecordInvalid")), "{field}");
        assert!(got.body["details"][field].is_array(), "{field}");
    }
    assert_eq!(import(&api, &Value::Null).status, 400);
    let path = "POST /api/v2/users/create_or_update_many";
    assert_eq!(ask(&api, path, "Basic dTpw", &json!({ "users": [user] })).status, 401);
    assert_eq!(ask(&api, "GET /api/v2/users", &agent(), &Value::Null).status, 404);
}

#[test]
fn a_mutation_changes_one_thing_in_one_kind_of_answer() {
    let wanted = json!({ "id": ACTIVE, "status": "active" });
    let right = update(&FakeApi::start(Options::default()), &wanted);
    let told = |got: &Got| got.body["users"][0].clone();
    for mutation in [
        Mutation::Status,
        Mutation::Code,
        Mutation::FieldGone,
        Mutation::TypeChanged,
        Mutation::NullAppeared,
        Mutation::MediaType,
        Mutation::HeaderGone,
        Mutation::SuccessInsteadOfError,
    ] {
        let api = FakeApi::start(Options::with(mutation, "ID_ALREADY_ACTIVE"));
        let got = update(&api, &wanted);
        let mut changed = Vec::new();
        if got.status != right.status {
            changed.push("status".to_owned());
        }
        for (name, _) in &right.headers {
            let gone = got.header(name).is_none();
            if gone || (name == "content-type" && got.header(name) != right.header(name)) {
                changed.push(name.clone());
            }
        }
        for name in ["code", "details", "message", "status"] {
            if told(&got).get(name) != told(&right).get(name) {
                changed.push(format!("/{name}"));
            }
        }
        let expected: &[&str] = match mutation {
            Mutation::Status => &["status"],
            Mutation::Code => &["/code"],
            Mutation::FieldGone | Mutation::TypeChanged | Mutation::NullAppeared => &["/message"],
            Mutation::MediaType => &["content-type"],
            Mutation::HeaderGone => &["content-disposition"],
            _ => &["/code", "/details", "/message", "/status"],
        };
        assert_eq!(changed, expected, "{mutation:?}");
        assert_eq!(update(&api, &json!({ "id": ACTIVE, "phone": "1" })).code(), "SUCCESS", "{mutation:?}");
    }
}

#[test]
fn a_success_can_become_an_error() {
    let api = FakeApi::start(Options::with(Mutation::ErrorInsteadOfSuccess, "SUCCESS"));
    let got = update(&api, &json!({ "id": ACTIVE, "phone": "1" }));
    assert_eq!((got.status, got.code()), (200, "INTERNAL_ERROR"));
    let api = FakeApi::start(Options::with(Mutation::ErrorInsteadOfSuccess, super::zendesk::JOB_STATUS));
    assert_eq!(import(&api, &json!([{ "name": "A", "email": "a@example.com" }])).status, 422);
}
