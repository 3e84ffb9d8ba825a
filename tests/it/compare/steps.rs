//! Cases with something sent around them.

use serde_json::json;

use crate::support::{Recorder, answer, run, uphold, workspace};

const SETTINGS: &str = r#"
[[case]]
match = "*::get::ok"
before = [{ case = "*::create::ok", capture = { uid = "/id" } }]
after = [{ case = "*::delete::ok" }]
[[case]]
match = "*::create::ok"
skip = "a step"
[[case]]
match = "*::delete::ok"
skip = "a step"
"#;

#[test]
fn the_requests_of_steps_are_counted() {
    let item = |name: &str, method: &str, path: &str| {
        let request = json!({"method": method, "url": format!("{{{{base}}}}/{path}")});
        let saved = json!({"name": "OK", "code": 200, "body": "{\"id\": 1}",
            "header": [{"key": "Content-Type", "value": "application/json"}]});
        json!({"name": name, "request": request, "response": [saved]})
    };
    let items =
        [item("create", "POST", "u"), item("get", "GET", "u/{{uid}}"), item("delete", "DELETE", "u/{{uid}}")];
    let collection = json!({"info": {"name": "Shop"}, "item": items});
    let folder = workspace(&[
        ("cases/shop/shop.postman_collection.json", &collection.to_string()),
        ("cases/shop/suite.toml", SETTINGS),
    ]);
    let api = || Recorder::answering(answer("200 OK", "application/json", "{\"id\": 1}"));
    let (old, new) = (api(), api());
    let ran = run(uphold(folder.path()).args([
        "compare",
        "--allow-writes",
        "--old",
        &old.url(),
        "--new",
        &new.url(),
    ]));
    let sent = old.seen().len() + new.seen().len();
    assert_eq!((ran.code, sent), (0, 9), "{ran:?}");
    assert!(ran.stdout.contains("\nsent: 9 requests, "), "{ran:?}");
}
