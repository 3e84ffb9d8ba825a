//! `--no-skips`: a case that is skipped though nobody asked for that fails the run.

use serde_json::Value;

use crate::support::{Recorder, answer, one_example, run, uphold, workspace};

/// Two examples that send the same request: one of them has no recipe.
fn twins(settings: &str) -> tempfile::TempDir {
    let mut collection: Value = serde_json::from_str(&one_example("{{base}}/o", 200, "{\"id\": 1}")).unwrap();
    let mut teapot = collection["item"][0]["response"][0].clone();
    teapot["name"] = "Teapot".into();
    teapot["code"] = 418.into();
    collection["item"][0]["response"].as_array_mut().unwrap().push(teapot);
    workspace(&[
        ("cases/shop/shop.postman_collection.json", &collection.to_string()),
        ("cases/shop/suite.toml", settings),
    ])
}

#[test]
fn a_skip_fails_a_run_that_forbids_it_and_its_reason_is_told() {
    let server = Recorder::answering(answer("200 OK", "application/json", "{\"id\": 1}"));
    let folder = twins("");
    let url = server.url();
    for command in [
        &["run", "--base-url", &url][..],
        &["drift", "--base-url", &url],
        &["compare", "--old", &url, "--new", &url],
    ] {
        let lenient = run(uphold(folder.path()).args(command));
        assert_eq!(lenient.code, 0, "{lenient:?}");
        let strict = run(uphold(folder.path()).args(command).args(["--no-skips", "--quiet"]));
        assert_eq!(strict.code, 1, "{strict:?}");
        assert!(
            strict.stdout.contains("--no-skips: 1 case skipped for want of what the reasons name"),
            "{strict:?}"
        );
        assert!(strict.stdout.contains("sends the same request as"), "{strict:?}");
    }
    // The report of the strict run stays strict when it is joined; one of a lenient run becomes so.
    run(uphold(folder.path()).args(["run", "--base-url", &url, "--report", "json=run.json"]));
    for (args, code) in [(&["merge", "run.json"][..], 0), (&["merge", "run.json", "--no-skips"], 1)] {
        assert_eq!(run(uphold(folder.path()).args(args)).code, code);
    }
    run(uphold(folder.path()).args(["run", "--base-url", &url, "--no-skips", "--report", "json=run.json"]));
    let merged = run(uphold(folder.path()).args(["merge", "run.json", "--report", "md=summary.md"]));
    assert_eq!(merged.code, 1, "{merged:?}");
    let page = std::fs::read_to_string(folder.path().join("summary.md")).unwrap();
    assert!(page.contains("1 skipped, 1 of them against --no-skips"), "{page}");
}

#[test]
fn what_is_asked_for_is_no_skip_to_be_cured() {
    let server = Recorder::answering(answer("200 OK", "application/json", "{\"id\": 1}"));
    let folder = twins("[[case]]\nmatch = \"*::teapot\"\nskip = \"no teapots\"\n");
    let ran = run(uphold(folder.path()).args(["run", "--base-url", &server.url(), "--no-skips"]));
    assert!(ran.code == 0 && ran.stdout.contains("1 skipped"), "{ran:?}");
    let none = run(uphold(folder.path()).args([
        "run",
        "--base-url",
        &server.url(),
        "--no-skips",
        "--filter",
        "teapot",
    ]));
    assert_eq!(none.code, 4, "nothing ran, by wish: {none:?}");
    // Nobody wants a write without a recipe to be sent, either.
    let mut writes: Value = serde_json::from_str(&one_example("{{base}}/o", 200, "{\"id\": 1}")).unwrap();
    let get = writes["item"][0].clone();
    let mut put = get.clone();
    put["name"] = "Put".into();
    put["response"][0]["originalRequest"]["method"] = "PUT".into();
    let mut teapot = put["response"][0].clone();
    teapot["name"] = "Teapot".into();
    teapot["code"] = 418.into();
    put["response"].as_array_mut().unwrap().push(teapot);
    writes["item"] = serde_json::json!([get, put]);
    let lone = workspace(&[("cases/shop/shop.postman_collection.json", &writes.to_string())]);
    let of = |args: &[&str]| {
        run(uphold(lone.path()).args(["run", "--no-skips", "--base-url", &server.url()]).args(args))
    };
    let (safe, all) = (of(&["--only-safe"]), of(&[]));
    assert!(
        safe.code == 0 && safe.stdout.contains("skipped 2 cases: PUT is left out by --only-safe"),
        "{safe:?}"
    );
    assert!(all.code == 1 && all.stdout.contains("418"), "{all:?}");
    let on_mock = run(uphold(twins("").path()).args(["run", "--no-skips"]));
    assert_eq!(on_mock.code, 0, "the mock gives every answer: {on_mock:?}");
}
