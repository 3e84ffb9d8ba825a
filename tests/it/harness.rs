//! `uphold::harness` from the outside: what `cargo test` and `cargo nextest run` see.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::support::{Ran, Recorder, answer, cargo, one_example, run, workspace};

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";
const IDS: [&str; 2] = ["shop::get_order::ok", "shop::get_order::teapot"];

/// Cargo on the tests that are this project's cases.
fn on_cases(args: &[&str]) -> Command {
    let mut command = cargo(args);
    command.args(["--test", "cases"]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    command.env_remove("UPHOLD_BASE_URL").env_remove("UPHOLD_SUITES");
    command
}

/// The program that `cargo test --test cases` runs.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let built = run(&mut on_cases(&["test", "--no-run", "--message-format=json"]));
        assert_eq!(built.code, 0, "{built:?}");
        let found = built.stdout.lines().find_map(|line| {
            let message: Value = serde_json::from_str(line).ok()?;
            (message["target"]["name"] == "cases")
                .then(|| message["executable"].as_str().map(PathBuf::from))?
        });
        found.expect("cargo names the program")
    })
}

fn harness(folder: &Path, env: &[(&str, &str)], args: &[&str]) -> Ran {
    run(Command::new(program()).current_dir(folder).env_clear().envs(env.iter().copied()).args(args))
}

/// One item with two examples that send the same request: live, the second is skipped.
fn twins() -> String {
    let mut collection: Value =
        serde_json::from_str(&one_example("{{base}}/orders/1", 200, "{\"id\": 1}")).unwrap();
    let mut teapot = collection["item"][0]["response"][0].clone();
    teapot["name"] = "Teapot".into();
    teapot["code"] = 418.into();
    collection["item"][0]["response"].as_array_mut().unwrap().push(teapot);
    collection.to_string()
}

#[test]
fn every_case_is_a_test_under_its_id() {
    let folder = workspace(&[(COLLECTION, &twins())]);
    let listed = harness(folder.path(), &[], &["--list"]);
    assert_eq!((listed.code, listed.stdout), (0, IDS.map(|id| format!("{id}: test\n")).concat()));
    for (args, passed, filtered) in [
        (&[][..], 2, 0),
        (&["teapot"], 1, 1),
        (&["--exact", IDS[0]], 1, 1),
        (&["--exact", "shop::get_order"], 0, 2),
        (&["--skip", "teapot"], 1, 1),
        (&["--ignored"], 0, 2),
    ] {
        let ran = harness(folder.path(), &[], args);
        let counts = format!("{passed} passed; 0 failed; 0 ignored; 0 measured; {filtered} filtered out");
        assert!(ran.code == 0 && ran.stdout.contains(&counts), "{args:?}: {ran:?}");
    }
}

#[test]
fn live_cases_fail_with_the_finding_and_skipped_ones_do_not_pass() {
    let server = Recorder::answering(answer("200 OK", "application/json", "{\"id\": \"1\"}"));
    let folder = workspace(&[(COLLECTION, &twins())]);
    let url = server.url();
    let ran = harness(folder.path(), &[("UPHOLD_BASE_URL", &url)], &[]);
    assert_eq!(ran.code, 101, "{ran:?}");
    for part in [
        "0 passed; 1 failed; 1 ignored",
        "breaking body.type.changed  /id",
        "$ curl ",
        "shop::get_order::teapot ... ignored (sends the same request as 'OK' (200); say",
    ] {
        assert!(ran.stdout.contains(part), "{part} is not in:\n{}", ran.stdout);
    }
    // As nextest asks.
    let nextest = [("UPHOLD_BASE_URL", url.as_str()), ("NEXTEST", "1")];
    let listed = harness(folder.path(), &nextest, &["--list", "--format", "terse", "--ignored"]);
    assert_eq!(listed.stdout, format!("{}: test\n", IDS[1]));
    let insisted = harness(folder.path(), &nextest, &["--exact", IDS[1], "--nocapture", "--include-ignored"]);
    assert_eq!(insisted.code, 101, "{insisted:?}");
    assert!(insisted.stdout.contains("skipped: sends the same request"), "{insisted:?}");
}

#[test]
fn one_case_of_several_live_suites() {
    let server = Recorder::answering(answer("200 OK", "application/json", "{\"id\": 1}"));
    let other = one_example("{{base}}/x", 200, "{}");
    let files = [(COLLECTION, twins()), ("cases/other/other.postman_collection.json", other)];
    let folder = workspace(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
    let both = format!("shop={url},other={url}", url = server.url());
    let ran = harness(folder.path(), &[("UPHOLD_BASE_URL", &both)], &["--exact", IDS[0]]);
    assert!(ran.code == 0 && ran.stdout.contains("1 passed"), "{ran:?}");
    assert_eq!(server.seen().len(), 1);
    let one = format!("other={}", server.url());
    for args in [&[][..], &["--exact", IDS[0]]] {
        let ran = harness(folder.path(), &[("UPHOLD_BASE_URL", &one)], args);
        assert_eq!(ran.code, 2, "never the mock instead: {ran:?}");
        assert!(ran.stderr.contains("no base URL for: shop") && ran.stderr.contains("UPHOLD_SUITES"));
    }
    let chosen = [("UPHOLD_BASE_URL", one.as_str()), ("UPHOLD_SUITES", "other")];
    assert_eq!(harness(folder.path(), &chosen, &["--list"]).stdout, "other::get_order::ok: test\n");
}

#[test]
fn proxies_of_the_environment_are_used_and_their_password_is_hidden() {
    let proxy = Recorder::answering(answer("200 OK", "application/json", "{\"id\": \"p4ssw0rd\"}"));
    let folder = workspace(&[(COLLECTION, &twins())]);
    let host = proxy.url().trim_start_matches("http://").to_owned();
    let url = format!("http://me:p4ssw0rd@{host}");
    let env = [("UPHOLD_BASE_URL", "http://api.test"), ("http_proxy", &url)];
    let ran = harness(folder.path(), &env, &["--exact", IDS[0]]);
    assert_eq!((ran.code, proxy.seen().len()), (101, 1), "{ran:?}");
    assert!(ran.stdout.contains("breaking body.type.changed  /id"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("p4ssw0rd"), "{}", ran.stdout);
    let wrong = [("UPHOLD_BASE_URL", "http://api.test"), ("ALL_PROXY", "socks5://p")];
    let ran = harness(folder.path(), &wrong, &[]);
    assert!(ran.code == 2 && ran.stderr.contains("ALL_PROXY: a SOCKS proxy"), "{ran:?}");
}

#[test]
fn what_cannot_be_read_ends_the_run() {
    let broken = workspace(&[(COLLECTION, "{")]);
    let good = workspace(&[(COLLECTION, &twins())]);
    for (folder, env, part) in [
        (&broken, ("UPHOLD_SUITES", ""), "shop.postman_collection.json"),
        (&workspace(&[]), ("UPHOLD_SUITES", ""), "no suite in"),
        (&good, ("UPHOLD_SUITES", "shpo"), "did you mean `shop`"),
        (&good, ("UPHOLD_BASE_URL", "example.com"), "hint: it stands in UPHOLD_BASE_URL"),
        (&good, ("UPHOLD_BASE_URL", "other=http://127.0.0.1:9"), "UPHOLD_SUITES"),
    ] {
        for args in [&[][..], &["--list"]] {
            let ran = harness(folder.path(), &[env], args);
            assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
            assert!(ran.stderr.contains(part), "{part} is not in {}", ran.stderr);
        }
    }
}

#[test]
fn nextest_runs_every_case() {
    let known = Command::new(env!("CARGO")).args(["nextest", "--version"]).output();
    if !known.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: cargo-nextest is not installed");
        return;
    }
    let ran = run(&mut on_cases(&["nextest", "run", "--color", "never"]));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("12 tests run: 12 passed"), "{}", ran.stderr);
    let ran = run(on_cases(&["nextest", "run", "--color", "never"]).arg("oauth_scope_mismatch"));
    assert!(ran.code == 0 && ran.stderr.contains("1 test run: 1 passed"), "{}", ran.stderr);
    let of_part = |part: &str| {
        let ran = run(&mut on_cases(&["nextest", "run", "--color", "never", "--partition", part]));
        assert_eq!(ran.code, 0, "{ran:?}");
        let count = ran.stderr.split(" run: ").next().and_then(|text| text.split_whitespace().rev().nth(1));
        count.and_then(|count| count.parse::<usize>().ok()).unwrap_or_else(|| panic!("{}", ran.stderr))
    };
    assert_eq!(of_part("hash:1/2") + of_part("hash:2/2"), 12);
    // Nothing listens there: each case that is sent errors.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{free}");
    let live = [("UPHOLD_BASE_URL", url.as_str()), ("UPHOLD_SUITES", "zoho-crm"), ("ZOHO_TOKEN", "1000.abc")];
    let ran = run(on_cases(&["nextest", "run", "--color", "never", "--no-fail-fast"]).envs(live));
    assert_eq!(ran.code, 100, "{ran:?}");
    assert!(ran.stderr.contains("10 tests run: 0 passed, 10 failed, 1 skipped"), "{}", ran.stderr);
}
