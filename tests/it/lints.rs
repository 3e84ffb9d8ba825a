//! `uphold lint` as a program: what it prints, its exit codes, and that no credential leaves it.

use std::fs;

use serde_json::{Value, json};

use crate::support::{one_example, run, uphold, workspace};

const FILE: &str = "cases/shop/shop.postman_collection.json";

fn changed(change: impl FnOnce(&mut Value)) -> String {
    let mut shop: Value = serde_json::from_str(&one_example("{{base}}/orders", 200, "{}")).unwrap();
    change(&mut shop);
    shop.to_string()
}

#[test]
fn each_lint_is_shown_with_place_level_and_id() {
    let collection = changed(|shop| {
        shop["item"][0]["response"][0]["originalRequest"]["url"] =
            json!("{{base}}/orders?a={{nope\u{1b}[31m}}");
        shop["variable"] = json!([{"key": "api_key", "value": "b7Kq2ZpR9sTw4VxY1mNc"}]);
    });
    let folder = workspace(&[(FILE, &collection)]);
    let ran = run(uphold(folder.path()).args(["lint", "shop"]));
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    let wanted = [
        &format!("{FILE} /item/0/response/0/originalRequest"),
        "    warning: variable `nope\\u{1b}[31m` has no value; give it in `[variables]` of suite.toml or in an environment (used once) [lint.undefined_variable]",
        FILE,
        "    info: the collection defines `api_key` and uses it nowhere [lint.unused_variable]",
        FILE,
        "    warning: a credential stands in clear in the variable `api_key`: everyone who reads the file has it; change it, and give the new one by `${NAME}` in suite.toml [lint.secret_in_request]",
        "3 lints: 2 warnings, 1 of level info",
        "",
        "what to do:",
        "  lint.undefined_variable  `[variables]` of suite.toml, an environment file, or `capture`",
        "  lint.secret_in_request   change it where it came from, and put `{{name}}` there with `name = \"${NAME}\"` in `[variables]`",
        "  lint.unused_variable     take it out",
        "",
    ];
    assert_eq!(ran.stdout, wanted.join("\n"));
}

#[test]
fn a_status_text_that_says_ok_contradicts_an_error() {
    for (text, code, told) in [
        ("OK", 404, Some("says 200, but the code is 404")),
        ("ok", 500, Some("says 200, but the code is 500")),
        ("Not Found", 200, Some("says 404, but the code is 200")),
        ("OK", 201, None),
        ("Unauthorized", 401, None),
    ] {
        let collection = changed(|shop| {
            shop["item"][0]["response"][0]["status"] = json!(text);
            shop["item"][0]["response"][0]["code"] = json!(code);
        });
        let folder = workspace(&[(FILE, &collection)]);
        let ran = run(uphold(folder.path()).args(["lint", "shop"]));
        let found = ran.stdout.contains("[lint.status_contradicted]");
        assert_eq!(found, told.is_some(), "{text} {code}: {ran:?}");
        assert!(told.is_none_or(|told| ran.stdout.contains(told)), "{ran:?}");
    }
}

#[test]
fn fail_on_decides_the_exit_code() {
    let info = changed(|shop| {
        shop["item"][0]["response"][0]["body"] = json!("{\"n\": 9007199254740993}");
    });
    let warning = changed(|shop| shop["item"][0]["response"][0]["name"] = json!("404 Not Found"));
    let healthy = changed(|_| ());
    let folder = workspace(&[]);
    for (collection, levels) in [(&healthy, [0, 0, 0]), (&info, [0, 0, 1]), (&warning, [0, 1, 1])] {
        fs::write(folder.path().join("shop.json"), collection).unwrap();
        for (level, code) in ["never", "warning", "info"].into_iter().zip(levels) {
            let ran = run(uphold(folder.path()).args(["lint", "shop.json", "--fail-on", level]));
            assert_eq!(ran.code, code, "{level}: {ran:?}");
        }
        let plain = run(uphold(folder.path()).args(["lint", "shop.json"]));
        assert_eq!(plain.code, 0, "{plain:?}");
    }
    let ran = run(uphold(folder.path()).args(["lint", "shop.json", "--fail-on", "breaking"]));
    assert!(ran.code == 2 && ran.stderr.contains("never, warning, info"), "{ran:?}");
}
