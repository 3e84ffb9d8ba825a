//! What suite.toml says of answers, over the whole path.

use serde_json::{Value, json};

use crate::support::{Recorder, answer, one_example, run, uphold, workspace};

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";

const SETTINGS: &str = r#"
[headers]
exact = ["X-Kind"]

[severity]
"body.field.added" = "breaking"

[[case]]
match = "*::ok"
status = 202
error_code = "NEW"
compare = "exact"
ignore = ["/meta/**"]
volatile = ["/n"]
unordered = ["/tags"]
"#;

fn collection() -> Value {
    let saved =
        r#"{"code": "OLD", "status": "error", "message": "m", "n": 1, "tags": ["a", "b"], "meta": {"x": 1}}"#;
    let mut collection: Value = serde_json::from_str(&one_example("{{base}}/o", 200, saved)).unwrap();
    let example = &mut collection["item"][0]["response"][0];
    example["header"].as_array_mut().unwrap().push(json!({"key": "X-Kind", "value": "order"}));
    collection
}

#[test]
fn what_is_corrected_for_the_live_api_passes_on_the_mock() {
    let folder = workspace(&[(COLLECTION, &collection().to_string()), ("cases/shop/suite.toml", SETTINGS)]);
    let ran = run(uphold(folder.path()).arg("run"));
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn the_live_api_is_held_to_what_suite_toml_says() {
    let folder = workspace(&[(COLLECTION, &collection().to_string()), ("cases/shop/suite.toml", SETTINGS)]);
    let body = r#"{"code": "NEW", "status": "error", "message": "m", "n": 2, "tags": ["b", "a"], "meta": {"y": []}}"#;
    let on = |status: &str, body: &str| {
        let mut bytes = answer(status, "application/json", body);
        let end = bytes.windows(2).position(|pair| pair == b"\r\n").unwrap();
        bytes.splice(end..end, b"\r\nX-Kind: order".iter().copied());
        let server = Recorder::answering(bytes);
        run(uphold(folder.path()).args(["run", "--base-url", &server.url()]))
    };
    let good = on("202 Accepted", body);
    assert_eq!(good.code, 0, "{good:?}");
    for (status, body, finding) in [
        ("200 OK", body.to_owned(), "status.changed"),
        ("202 Accepted", body.replace("NEW", "OLD"), "error.code_changed"),
        ("202 Accepted", body.replace("\"b\"", "\"c\""), "body.value.changed  /tags/*"),
        ("202 Accepted", body.replace("\"n\"", "\"k\": 0, \"n\""), "body.field.added  /k"),
    ] {
        let ran = on(status, &body);
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(ran.stdout.contains(&format!("breaking {finding}")), "{finding}: {}", ran.stdout);
        assert_eq!(ran.stdout.matches("breaking ").count(), 1, "{}", ran.stdout);
    }
}
