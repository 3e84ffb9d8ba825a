//! What `list`, `lint` and errors of suite.toml say of steps and scripts.

use serde_json::json;

use super::{COLLECTION, collection, item, users};
use crate::support::{Ran, run, uphold, workspace};

fn told(command: &str, toml: &str) -> Ran {
    let folder = workspace(&[(COLLECTION, &collection(&users())), ("cases/shop/suite.toml", toml)]);
    run(uphold(folder.path()).args([command, "shop"]))
}

#[test]
fn list_shows_the_steps_of_each_case() {
    let toml = r#"
[[case]]
match = "*::read::ok"
before = [{ case = "*::list::ok", capture = { id = "/users/0/id", sid = { cookie = "sid" } } }]
after = [{ case = "*::delete::ok" }]
"#;
    let out = told("list", toml).stdout;
    let expected =
        "GET as saved\n    before: shop::list::ok → id, sid\n    after: shop::delete::ok\nshop::delete::ok";
    assert!(out.contains(expected), "{out}");
}

#[test]
fn a_step_must_name_one_case() {
    let step = |pattern: &str| {
        let ran =
            told("list", &format!("[[case]]\nmatch = \"*\"\nbefore = [\n  {{ case = \"{pattern}\" }},\n]"));
        (ran.code, ran.stderr)
    };
    let (code, error) = step("*::lst::ok");
    assert_eq!(code, 2);
    assert!(
        error.contains(
            "suite.toml:4:12: the step `*::lst::ok` matches no case of the suite; did you mean `list::ok`?"
        ),
        "{error}"
    );
    let (code, error) = step("*::ok");
    assert_eq!(code, 2);
    assert!(error.contains("suite.toml:4:12: the step `*::ok` must match one case, but matches 4: `shop::list::ok`, `shop::create::ok`, `shop::read::ok` and 1 more"), "{error}");
    // Also where its own table matches nothing.
    let ran = told("lint", "[[case]]\nmatch = \"no::such\"\nafter = [{ case = \"no\" }]");
    assert!(ran.code == 2 && ran.stderr.contains("suite.toml:3:19"), "{ran:?}");
}

#[test]
fn what_scripts_would_set_is_told_to_the_case_that_lacks_it() {
    let mut items = users();
    let script = json!([
        {"listen": "test", "script": {"exec": ["const r = pm.response.json();", "pm.environment.set(\"id\", r.id);"]}},
    ]);
    items[1]["event"] = script.clone();
    items[0]["event"] = json!([{"listen": "prerequest", "script": {"exec": "x()"}}]);
    items.push(item("Other", "GET", "{{base}}/o", 200, "{}", &json!({})));
    items[4]["event"] = script;
    let folder = workspace(&[(COLLECTION, &collection(&items))]);
    let explained = "variable `id` has no value, `id` would be set by the test script of 'Create' (/item/1/event/0) and 1 other; scripts are not run: capture it with `before` in suite.toml; give a value with --var, an environment file or `[variables]` of suite.toml";
    let out = run(uphold(folder.path()).args(["list", "shop", "--base-url", "http://127.0.0.1:9"])).stdout;
    assert!(out.contains(explained), "{out}");
    let out = run(uphold(folder.path()).args(["lint", "shop"])).stdout;
    let lint = "warning: variable `id` has no value; the test script of 'Create' (/item/1/event/0) and 1 other would set it; scripts are not run: capture it with `before` in suite.toml";
    assert!(out.contains(lint), "{out}");
    let named = "/item/1/event/0\n    info: its test script is not run; capture what it would set with `before` in suite.toml, or give it there: `id` (and 1 place more) [lint.script_not_run]\n";
    assert!(out.contains(named), "{out}");
    assert!(out.contains("/item/0/event/0\n    info: its pre-request script is not run; what it would do can be said in suite.toml [lint.script_not_run]\n"), "{out}");
    // An empty credential is missing, too.
    let mut shop: serde_json::Value = serde_json::from_str(&collection(&items)).unwrap();
    shop["auth"] = json!({"type": "bearer", "bearer": [{"key": "token", "value": "{{id}}"}]});
    shop["variable"] = json!([{"key": "id", "value": ""}]);
    let folder = workspace(&[(COLLECTION, &shop.to_string())]);
    let out = run(uphold(folder.path()).args(["list", "shop", "--base-url", "http://127.0.0.1:9"])).stdout;
    let explained =
        "auth `token`: `{{id}}` is empty, `id` would be set by the test script of 'Create' (/item/1/event/0)";
    assert!(out.contains(explained), "{out}");
}
