//! One suite whose set-up finds what it needs in the API itself, and whose tear-down puts back what
//! the case changed.

use serde_json::{Value, json};

use super::{COLLECTION, collection, item};
use crate::fake_api::{FakeApi, Options};
use crate::support::{run, uphold, workspace};

fn put(name: &str, body: &str, code: &str) -> Value {
    let status = if code == "SUCCESS" { "success" } else { "error" };
    let answer = json!({"users": [{"code": code, "details": {}, "message": "", "status": status}]});
    let raw = json!({"body": {"mode": "raw", "raw": body, "options": {"raw": {"language": "json"}}}});
    item(name, "PUT", "{{base}}/crm/v2/users", 200, &answer.to_string(), &raw)
}

#[test]
fn a_user_of_the_organisation_is_found_deactivated_and_activated_again() {
    let list = r#"{"users": [{"id": "1", "email": "a@example.com"}]}"#;
    let items = [
        item("List", "GET", "{{base}}/crm/v2/users", 200, list, &json!({})),
        put("Deactivate", r#"{"users":[{"id":"{{user}}","status":"inactive"}]}"#, "SUCCESS"),
        put("Activate", r#"{"users":[{"id":"{{user}}","status":"active"}]}"#, "SUCCESS"),
        put(
            "Deactivate twice",
            r#"{"users":[{"id":"{{user}}","status":"inactive"}]}"#,
            "ID_ALREADY_DEACTIVATED",
        ),
    ];
    let toml = r#"
[auth.default]
type = "oauth2"
access_token = "${TOKEN}"
header_prefix = "Zoho-oauthtoken"

[[case]]
match = "*::deactivate_twice::ok"
before = [
    { case = "*::list::ok", capture = { user = "/users/0/id" } },
    { case = "*::deactivate::ok" },
]
after = [{ case = "*::activate::ok" }]

[[case]]
match = "*::deactivate::ok"
before = [{ case = "*::list::ok", capture = { user = "/users/0/id" } }]
after = [{ case = "*::activate::ok" }]

[[case]]
match = "*::activate::ok"
skip = "is the tear-down of the others"
"#;
    let api = FakeApi::start(Options::default());
    let folder = workspace(&[(COLLECTION, &collection(&items)), ("cases/shop/suite.toml", toml)]);
    let mut command = uphold(folder.path());
    let ran = run(command.env("TOKEN", &Options::default().zoho_token).args([
        "run",
        "shop",
        "-j",
        "16",
        "--base-url",
        &api.base_url(),
    ]));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("3 passed, 0 failed, 0 errored, 1 skipped"), "{}", ran.stdout);
    let bodies: Vec<String> =
        api.requests().into_iter().map(|seen| seen.body).filter(|body| !body.is_empty()).collect();
    let id = "738964000000291009";
    let [inactive, active] =
        ["inactive", "active"].map(|status| format!(r#"{{"users":[{{"id":"{id}","status":"{status}"}}]}}"#));
    assert_eq!(bodies, [&inactive, &active, &inactive, &inactive, &active].map(Clone::clone));
}
