//! Twins, recipes, and what each of them sends.

use super::*;

const TWINS: &[(&str, u16)] = &[
    ("Unauthorized", 401),
    ("OK", 200),
    ("OK again", 200),
    ("Token expired", 401),
    ("SCOPE_MISSING", 401),
    ("Forbidden", 403),
    ("No such user", 404),
    ("Too many", 429),
];

#[test]
fn every_twin_has_a_request_of_its_own_or_says_why_not() {
    let world = World::item("{{baseUrl}}/users/:id", TWINS);
    let toml = "[[case]]\nmatch = \"*::item::*\"\npath = { id = \"42\" }\n";
    assert_eq!(
        world.toml(toml).lines(),
        [
            "without auth: GET /users/42",
            "as saved: GET /users/42",
            "as saved: GET /users/42",
            "with invalid auth: GET /users/42",
            "sends the same request as 'OK' (200); say in suite.toml how to get 401, \
             as by an auth profile with fewer rights",
            "sends the same request as 'OK' (200); say in suite.toml how to get 403, \
             as by an auth profile with fewer rights",
            "with an unknown id: GET /users/99",
            "sends the same request as 'OK' (200); say in suite.toml how to get 429",
        ]
    );
}

#[test]
fn on_the_mock_every_twin_is_named() {
    let plan = World::item("{{baseUrl}}/users/:id", TWINS).mock();
    assert_eq!(plan.cases.len(), TWINS.len());
    for case in &plan.cases {
        assert_eq!(sent(case).headers.get("x-mock-response-id"), Some(case.id.as_str()));
    }
    assert_eq!(plan.cases[7].recipe, Recipe::Named);
}

#[test]
fn without_auth_no_credential_of_any_kind_is_sent() {
    let request = json!({
        "method": "GET",
        "url": "https://ann:secret-1@{{baseUrl}}/x?api_key=secret-2&page=1&own=secret-3",
        "header": [
            {"key": "Authorization", "value": "Bearer secret-4"},
            {"key": "cookie", "value": "session=secret-5"},
            {"key": "X-API-Key", "value": "secret-6"},
            {"key": "Proxy-Authorization", "value": "Basic secret-7"},
            {"key": "Accept", "value": "text/plain"},
        ],
    });
    let mut of = item("Item", "x", &[]);
    of["request"] = request.clone();
    of["auth"] = json!({"type": "apikey", "apikey": [
        {"key": "key", "value": "own"}, {"key": "value", "value": "secret-8"}, {"key": "in", "value": "query"},
    ]});
    of["request"]["auth"] = of["auth"].take();
    of["response"] = json!([example("OK", 200, &request, "{}"), example("No", 401, &request, "{}")]);
    let plan = World::of([of]).live();
    assert_eq!(plan.cases[1].recipe, Recipe::WithoutAuth);
    let bare = sent(&plan.cases[1]);
    assert_eq!(bare.target, "/x?page=1");
    assert_eq!(bare.headers.iter().collect::<Vec<_>>(), [("Accept", "text/plain")]);
    let full = format!("{:?}", sent(&plan.cases[0]));
    assert!(full.contains("secret-8") && full.contains("secret-4"), "{full}");
}

#[test]
fn what_suite_toml_names_is_sent() {
    let world = World::item(
        "{{baseUrl}}/x",
        &[("OK", 200), ("Narrow", 403), ("None", 409), ("Invalid", 410), ("Query", 422)],
    );
    let toml = r#"
        [auth.narrow]
        type = "apikey"
        key = "X-Key"
        value = "NARROW-1"

        [[case]]
        match = "*::narrow"
        auth = "narrow"
        [[case]]
        match = "*::none"
        auth = "none"
        [[case]]
        match = "*::invalid"
        auth = "invalid"
        [[case]]
        match = "*::query"
        query = { page = "-1" }
    "#;
    let plan = world.toml(toml).live();
    let recipes: Vec<_> = plan.cases.iter().map(|case| case.recipe.to_string()).collect();
    assert_eq!(recipes, ["as saved", "profile narrow", "without auth", "with invalid auth", "as saved"]);
    let auth = |index: usize, name: &str| sent(&plan.cases[index]).headers.get(name).map(str::to_owned);
    assert_eq!(auth(0, "authorization").as_deref(), Some("Bearer TOKEN-1234"));
    assert_eq!(auth(1, "x-key").as_deref(), Some("NARROW-1"));
    assert_eq!(auth(1, "authorization"), None);
    assert_eq!(auth(2, "authorization"), None);
    assert_eq!(auth(3, "authorization").as_deref(), Some("Bearer uphold-invalid-credential"));
    assert_eq!(sent(&plan.cases[4]).target, "/x?page=-1");
    assert!(plan.secrets.contains(&"NARROW-1".to_owned()));
}

/// One request with a body, documented to give each of these.
fn with_body(body: &Value, all: &[(&str, u16)]) -> World {
    let request = json!({"method": "POST", "url": "{{baseUrl}}/users", "body": body});
    let mut of = item("Item", "x", &[]);
    of["request"] = request.clone();
    of["response"] = all.iter().map(|(name, code)| example(name, *code, &request, "{}")).collect();
    World::of([of])
}

const BREAK: &str = "[recipes]\nbroken_body = true\n";

#[test]
fn a_broken_body_is_cut_before_its_last_bracket_and_nothing_else_changes() {
    let all = [("OK", 201), ("Bad", 400)];
    for (body, whole, broken) in [
        (
            json!({"mode": "raw", "raw": "{\"a\": [1.0, {}]}\n "}),
            "{\"a\": [1.0, {}]}\n ",
            "{\"a\": [1.0, {}]",
        ),
        (json!({"mode": "raw", "raw": " []"}), " []", " ["),
        (
            json!({"mode": "graphql", "graphql": {"query": "{a}"}}),
            "{\"query\":\"{a}\"}",
            "{\"query\":\"{a}\"",
        ),
    ] {
        let plan = with_body(&body, &all).toml(BREAK).live();
        assert_eq!(plan.cases[1].recipe.to_string(), "with a broken body");
        let (ok, bad) = (sent(&plan.cases[0]), sent(&plan.cases[1]));
        let text = |request: &crate::message::Request| {
            String::from_utf8(request.body.clone().unwrap_or_default().to_vec()).unwrap()
        };
        assert_eq!((text(ok).as_str(), text(bad).as_str()), (whole, broken));
        assert!(serde_json::from_str::<Value>(broken).is_err());
        assert_eq!((&ok.method, &ok.target, &ok.headers), (&bad.method, &bad.target, &bad.headers));
    }
}

#[test]
fn what_is_no_json_object_or_array_is_not_broken() {
    let fields = json!([{"key": "a", "value": "{}"}]);
    for body in [
        json!({"mode": "raw", "raw": "<a/>"}),
        json!({"mode": "raw", "raw": "{,}"}),
        json!({"mode": "raw", "raw": "12"}),
        json!({"mode": "urlencoded", "urlencoded": fields}),
        json!({"mode": "formdata", "formdata": fields}),
        json!(null),
    ] {
        let world = with_body(&body, &[("OK", 200), ("Bad", 400)]).toml(BREAK);
        assert_eq!(
            world.lines()[1],
            "sends the same request as 'OK' (200); say in suite.toml how to get 400",
            "{body}"
        );
        let warning = &world.live().warnings[0];
        assert!(
            warning.message.starts_with("line 2: `broken_body = true` is used by no case"),
            "{warning:?}"
        );
    }
}

#[test]
fn broken_bodies_must_be_allowed_and_writing_must_be_too() {
    let body = json!({"mode": "raw", "raw": "{\"id\": {{id}}}"});
    let all = [("OK", 200), ("Bad", 400), ("Also bad", 422)];
    let cure = "sends the same request as 'OK' (200); say in suite.toml how to get 400, \
                or allow broken bodies with `broken_body = true` in `[recipes]` there";
    let world = with_body(&body, &all).toml("[variables]\nid = 7");
    assert_eq!(world.lines()[1], cure);
    let toml = format!("{BREAK}[variables]\nid = 7\n[[case]]\nmatch = \"*::bad\"\nset = {{ \"/id\" = 8 }}");
    let world = with_body(&body, &all).toml(&toml);
    let plan = world.live();
    // `set` changed the request of one of both, so it is no twin any more, and it is not broken.
    assert_eq!(sent(&plan.cases[1]).body.as_deref(), Some(&b"{\"id\":8}"[..]));
    assert_eq!(sent(&plan.cases[2]).body.as_deref(), Some(&b"{\"id\": 7"[..]));
    let plan = world.to(Some("https://api.example.com")).live();
    assert!(line(&plan.cases[2]).starts_with("POST may change data on api.example.com"));
}

#[test]
fn a_selection_does_not_make_the_setting_unused() {
    let mut world = with_body(&json!({"mode": "raw", "raw": "{}"}), &[("OK", 200), ("Bad", 400)]).toml(BREAK);
    world.selection = Selection::new(&["*::ok".to_owned()], &[], &[]).unwrap();
    assert_eq!(world.live().warnings, []);
    assert_eq!(world.mock().warnings, []);
    world.selection = Selection::default();
    assert_eq!(world.mock().cases[1].recipe, Recipe::BrokenBody);
    assert_eq!(sent(&world.mock().cases[1]).headers.get("x-mock-response-id"), Some("s::item::bad"));
}

#[test]
fn what_is_captured_stands_in_a_broken_body_too() {
    let body = json!({"mode": "raw", "raw": "{\"id\": \"{{id}}\", \"n\": {{n}}}"});
    let toml = format!(
        "{BREAK}[[case]]\nmatch = \"*::{{ok,bad}}\"\nbefore = [{{ case = \"*::first\", \
         capture = {{ id = \"/id\", n = \"/n\" }} }}]"
    );
    let mut world = with_body(&body, &[("OK", 200), ("Bad", 400)]).toml(&toml);
    let first = item("First", "{{baseUrl}}/first", &[("First", 200)]);
    world.collection["item"].as_array_mut().unwrap().push(first);
    let plan = world.live();
    let own = plan.cases[1].steps.as_ref().unwrap().own.as_ref().unwrap();
    let values = [("id", "a\"b"), ("n", "7")];
    let mut captured = crate::postman::Captured::default();
    for (name, value) in values {
        captured.set(name, value.to_owned());
    }
    let made = own.resolve(&captured).unwrap();
    assert_eq!(made.request.body.as_deref(), Some(&b"{\"id\": \"a\\\"b\", \"n\": 7"[..]));
}

#[test]
fn an_unknown_id_is_of_the_kind_of_the_saved_one() {
    let uuid = "0b6c2c38-6d6e-4b0e-8f0a-0c2f3e1f2a3b";
    for (saved, wanted) in [
        (json!("738964000000291009"), "999999999999999999".to_owned()),
        (json!(uuid), "3f0c9d52-7a1e-4b86-9c35-e2d84af6710b".to_owned()),
        (json!("bob"), "uphold-unknown-id".to_owned()),
        (json!(null), "uphold-unknown-id".to_owned()),
    ] {
        let url = json!({
            "host": ["{{baseUrl}}"], "path": ["teams", "7", "users", ":id"],
            "variable": [{"key": "id", "value": saved}],
        });
        let request = json!({"method": "GET", "url": url});
        let mut of = item("Item", "x", &[]);
        of["request"] = request.clone();
        of["response"] = json!([example("OK", 200, &request, "{}"), example("None", 404, &request, "{}")]);
        let plan = World::of([of]).live();
        assert_eq!(sent(&plan.cases[1]).target, format!("/teams/7/users/{wanted}"), "{saved}");
    }
}

#[test]
fn an_example_that_sends_no_credential_is_the_request_without_auth() {
    let open = json!({"method": "GET", "url": "{{baseUrl}}/x"});
    let typed = json!({"method": "GET", "url": "{{baseUrl}}/x",
                       "header": [{"key": "Authorization", "value": "Bearer abc"}]});
    let mut of = item("Item", "x", &[]);
    of["request"] = json!({"method": "GET", "url": "{{baseUrl}}/x", "auth": {"type": "noauth"}});
    of["response"] = json!([example("OK", 200, &typed, "{}"), example("No", 401, &open, "{}")]);
    assert_eq!(World::of([of]).lines(), ["as saved: GET /x", "without auth: GET /x"]);
}

#[test]
fn a_lone_401_is_sent_without_auth_and_a_lone_403_as_saved() {
    let world = World::of([
        item("a", "{{baseUrl}}/a", &[("No", 401)]),
        item("b", "{{baseUrl}}/b", &[("Forbidden", 403)]),
        item("c", "{{baseUrl}}/c", &[("scope", 401)]),
    ]);
    assert_eq!(
        world.lines(),
        [
            "without auth: GET /a",
            "as saved: GET /b",
            "needs credentials with fewer rights; say in suite.toml how to get 401, as by an auth profile",
        ]
    );
}

#[test]
fn another_code_makes_a_twin_and_a_saved_token_of_postman_does_not() {
    let with = |token: &str| {
        json!({"method": "GET", "url": "{{baseUrl}}/x",
               "header": [{"key": "Postman-Token", "value": token}]})
    };
    let error = r#"{"code": "BUSY", "status": "error", "message": "m"}"#;
    let mut of = item("Item", "{{baseUrl}}/x", &[]);
    of["response"] = json!([
        example("OK", 200, &with("a"), "{}"),
        example("Busy", 200, &with("b"), error),
        example("Busy too", 200, &with("c"), error),
    ]);
    let plan = World::of([of]).live();
    assert_eq!(
        line(&plan.cases[1]),
        "sends the same request as 'OK' (200); say in suite.toml how to get this answer"
    );
    assert_eq!(conflicts(&plan), [""; 0]);
}

#[test]
fn unknown_ids_of_two_examples_may_be_one_request() {
    let request = |id: Value| {
        let url = json!({"host": ["{{baseUrl}}"], "path": ["users", ":id"],
                         "variable": [{"key": "id", "value": id}]});
        json!({"method": "GET", "url": url})
    };
    let coded = |code: &str| format!(r#"{{"code": "{code}", "message": "m"}}"#);
    let mut of = item("Item", "x", &[]);
    of["request"] = request(json!(""));
    of["response"] = json!([
        example("None", 404, &request(json!("")), &coded("NONE")),
        example("Gone", 404, &request(json!("{{id}}")), &coded("GONE")),
    ]);
    assert_eq!(
        World::of([of]).lines(),
        [
            "with an unknown id: GET /users/uphold-unknown-id",
            "sends the same request as 'None' (404); say in suite.toml how to get this answer",
        ]
    );
}
