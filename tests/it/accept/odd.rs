//! What is odd in the folder of the answers that wait, what killed processes left, and two at once.

use std::fs;

use serde_json::{Value, json};

use super::{
    Api, COLLECTION, ORDER, PENDING, SCHEMA, TOKEN, collection, files, in_folder, new_order, order, shop,
};
use crate::support::{run, uphold};

const BAD: &str = "reports/pending/shop/orders/bad/ok.json";
const LIST: &str = "reports/pending/shop/orders/list/ok.json";

/// Two answers wait, and one file is none.
fn waiting() -> (tempfile::TempDir, Api) {
    let folder = shop();
    let api = Api::start(&new_order());
    api.says("/list", "200 OK", &json!({"items": ["x"]}));
    assert_eq!(api.run(folder.path(), &[]).code, 1);
    fs::create_dir_all(folder.path().join(BAD).parent().unwrap()).unwrap();
    (folder, api)
}

#[test]
fn a_file_that_cannot_be_used_is_named_and_blocks_nothing() {
    let (folder, _) = waiting();
    let path = folder.path();
    fs::write(path.join(BAD), "{\n  oops").unwrap();
    let told =
        "UNUSED  reports/pending/shop/orders/bad/ok.json:2:3: key must be a string; delete it: the next run";
    let listed = in_folder(path, &["review", "--list"]);
    assert!(listed.code == 1 && listed.stdout.starts_with(told), "{listed:?}");
    assert!(listed.stdout.contains("2 waiting for a decision"), "{listed:?}");
    let json = in_folder(path, &["review", "--list", "--format", "json"]);
    let list: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((json.code, list["pending"].as_array().unwrap().len()), (1, 2));
    assert_eq!((&list["unusable"][0]["file"], &list["unusable"][0]["place"]), (&json!(BAD), &json!("2:3")));
    // One that is meant for another case is nothing to whoever names his own.
    let ran = in_folder(path, &["accept", "--case", "*::list::*"]);
    assert!(ran.code == 0 && !ran.stdout.contains("UNUSED"), "{ran:?}");
    let ran = in_folder(path, &["accept", "--all", "--max-level", "breaking"]);
    assert!(ran.code == 1 && ran.stdout.contains(told), "{ran:?}");
    assert!(ran.stdout.contains("summary: 1 accepted, 0 left, 0 refused, 1 unusable\n"), "{ran:?}");
    assert!(path.join(ORDER).exists() && !path.join(PENDING).exists());
    let ran = in_folder(path, &["reject", "--all"]);
    assert!(ran.code == 1 && ran.stdout.contains(told) && ran.stdout.ends_with("0 rejected\n"), "{ran:?}");
    assert!(path.join(BAD).exists(), "what nobody can read is nobody's to take away");
    fs::remove_file(path.join(BAD)).unwrap();
    assert_eq!(in_folder(path, &["reject", "--all"]).code, 4);
}

#[test]
fn a_suite_that_cannot_be_used_blocks_no_other() {
    let (folder, _) = waiting();
    let path = folder.path();
    let text = fs::read_to_string(path.join(PENDING)).unwrap();
    fs::create_dir_all(path.join("reports/pending/books/orders/get_order")).unwrap();
    let other = text.replace("shop::orders", "books::orders");
    fs::write(path.join("reports/pending/books/orders/get_order/ok.json"), other).unwrap();
    fs::create_dir_all(path.join("cases/books")).unwrap();
    fs::write(path.join("cases/books/books.postman_collection.json"), "{oops").unwrap();
    let listed = in_folder(path, &["review", "--list"]);
    assert!(listed.code == 0 && listed.stdout.contains("stale: its suite cannot be used: "), "{listed:?}");
    let ran = in_folder(path, &["accept", "--case", "*"]);
    assert!(ran.code == 2 && ran.stderr.contains("books.postman_collection.json"), "{ran:?}");
    assert!(ran.stdout.contains("2 accepted, 0 left, 1 refused") && path.join(ORDER).exists(), "{ran:?}");
}

/// A run is killed while it waits for an answer, with its reports begun. Of an acceptance that was killed
/// lies here what it would have left: a file beside its target that nobody holds.
#[test]
fn what_a_killed_process_left_is_taken_away_and_what_another_writes_is_not() {
    let folder = shop();
    let path = folder.path();
    assert_eq!(in_folder(path, &["learn"]).code, 0);
    let mut order = new_order();
    order["text"] = json!("word ".repeat(4000));
    let api = Api::start(&order);
    assert_eq!(api.run(path, &[]).code, 1);
    let before = files(path, true);
    let left = || -> Vec<String> {
        let names = files(path, true).into_keys().map(|file| file.to_string_lossy().into_owned());
        names.filter(|name| name.contains(".uphold-")).collect()
    };
    let accepted = path.join("cases/shop/accepted/orders/get_order");
    fs::create_dir_all(&accepted).unwrap();
    fs::write(accepted.join(".uphold-fedcba9876543210.tmp"), "[{\"at\": ").unwrap();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = uphold(path);
    command.args(["run", "--base-url", &format!("http://{}", silent.local_addr().unwrap())]);
    let quiet = std::process::Stdio::null;
    let mut child = command.env("TOKEN", TOKEN).stdout(quiet()).stderr(quiet()).spawn().unwrap();
    let asked = silent.accept().unwrap();
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().code(), None);
    drop(asked);
    assert!(left().iter().any(|name| name.starts_with("reports/")), "{:?}", left());
    // Another process writes here as well: it holds what it writes.
    let written = path.join("cases/shop/accepted/orders/get_order/.uphold-0123456789abcdef.tmp");
    let other = fs::File::create(&written).unwrap();
    other.lock().unwrap();
    assert_eq!(api.run(path, &[]).code, 1);
    assert!(left().iter().all(|name| !name.starts_with("reports/")), "{:?}", left());
    let ran = in_folder(path, &["accept", "--case", "*::list::*"]);
    assert_eq!(ran.code, 4, "nothing of it waits, and nothing is swept: {ran:?}");
    assert_eq!(in_folder(path, &["accept", "--case", "*"]).code, 0);
    assert_eq!(left(), ["cases/shop/accepted/orders/get_order/.uphold-0123456789abcdef.tmp"]);
    drop(other);
    assert_eq!(in_folder(path, &["learn"]).code, 0);
    assert_eq!(left(), [""; 0]);
    assert!(before.len() <= files(path, true).len());
}

#[test]
fn two_at_once_accept_both() {
    let (folder, api) = waiting();
    let path = folder.path();
    assert_eq!(in_folder(path, &["learn"]).code, 0);
    let both = ["*::get_order::*", "*::list::*"].map(|case| {
        let mut command = uphold(path);
        command.env("TOKEN", TOKEN).args(["accept", "--case", case]).stdout(std::process::Stdio::piped());
        command.spawn().unwrap()
    });
    for child in both {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    assert_eq!(api.run(path, &["--fail-on", "warning"]).code, 0);
    assert_eq!(in_folder(path, &["learn", "--check"]).code, 0);
    assert!(path.join(ORDER).exists() && path.join(SCHEMA).exists() && !path.join(LIST).exists());
}

#[test]
fn an_answer_is_stale_where_a_sibling_was_added_and_the_schema_file_was_not() {
    let folder = shop();
    let path = folder.path();
    assert_eq!(in_folder(path, &["learn"]).code, 0);
    let api = Api::start(&new_order());
    assert_eq!(api.run(path, &[]).code, 1);
    let more = [("OK", 200, order()), ("Another", 200, json!({"id": "7", "must": 1}))];
    fs::write(path.join(COLLECTION), collection(&more)).unwrap();
    let ran = in_folder(path, &["accept", "--case", "*"]);
    assert!(ran.code == 1 && ran.stdout.contains("has changed since; run it again"), "{ran:?}");
}

#[test]
fn what_says_nothing_of_an_answer_is_not_waived() {
    let folder = shop();
    let path = folder.path();
    for (id, why) in [
        ("env.auth", "mend credentials"),
        ("setup.failed", "mend credentials"),
        ("lint.no_status", "a lint fails no case"),
        ("waiver.expired", "`[severity]` of suite.toml"),
        ("body.field.remved", "did you mean `body.field.removed`?"),
    ] {
        let args = ["waive", "--case", "*", "--id", id, "--reason", "r", "--until", "2099-01-01"];
        let ran = in_folder(path, &args);
        assert!(ran.code == 2 && ran.stderr.contains(why), "{id}: {ran:?}");
        assert!(!path.join("cases/shop/waivers.toml").exists());
    }
}

#[test]
fn lints_of_decisions_have_a_cure_that_fits() {
    let folder = shop();
    let path = folder.path();
    // Two examples of one request, and the API gives both the same answer.
    let two = [("OK", 200, order()), ("Other", 404, json!({"code": "GONE", "message": "m"}))];
    fs::write(path.join(COLLECTION), collection(&two)).unwrap();
    let waiver =
        "[[waiver]]\ncase = \"shop::gone\"\nid = \"status.changed\"\nreason = \"r\"\nuntil = 2099-01-01\n";
    fs::write(path.join("cases/shop/waivers.toml"), waiver).unwrap();
    let api = Api::start(&new_order());
    assert_eq!(api.run(path, &[]).code, 1);
    assert_eq!(in_folder(path, &["accept", "--case", "*::ok"]).code, 0);
    let accepted = fs::read(path.join(ORDER)).unwrap();
    fs::write(path.join("cases/shop/accepted/orders/get_order/other.json"), accepted).unwrap();
    let lint = in_folder(path, &["lint"]);
    assert!(lint.stdout.contains("with what was accepted, it has the same request"), "{lint:?}");
    assert!(
        lint.stdout.contains("lint.odd_decision") && lint.stdout.contains("take the waiver out"),
        "{lint:?}"
    );
    assert!(!lint.stdout.contains("lint.odd_file"), "{lint:?}");
}

#[test]
fn hostile_answers_and_reasons_stay_text() {
    let (folder, api) = waiting();
    let path = folder.path();
    let reason =
        format!("<img src=x> [a](http://evil.example) `x` \u{1b}[2J \u{202e} {}", "y".repeat(10_000));
    let args =
        ["waive", "--case", "*", "--id", "body.type.changed", "--until", "2099-12-31", "--reason", &reason];
    assert_eq!(in_folder(path, &args).code, 0);
    let ran = api.run(path, &["--color", "always"]);
    assert!(!ran.stdout.contains('\u{202e}') && !ran.stdout.contains("\u{1b}[2J"), "{ran:?}");
    let summary = fs::read_to_string(path.join("reports/summary.md")).unwrap();
    assert!(summary.contains("### Waived") && !summary.contains("\n<img"), "{summary}");
    let before = files(path, false);
    api.says("/orders/1", "200 OK", &json!("\u{0}\u{202e}\u{1b}[2J"));
    assert_eq!(api.run(path, &[]).code, 1);
    let ran = run(uphold(path).env("TOKEN", TOKEN).args(["accept", "--case", "*", "--dry-run"]));
    assert!(ran.code <= 1, "{ran:?}");
    assert_eq!(files(path, false), before);
}

#[test]
fn nothing_is_kept_that_nobody_can_decide_on() {
    let folder = shop();
    let path = folder.path();
    let api = Api::start(&new_order());
    fs::write(path.join("lone.json"), collection(&[("OK", 200, order())])).unwrap();
    let ran = run(uphold(path).args(["run", "lone.json", "--base-url", &api.url, "--var", "token=abcdefg"]));
    assert!(ran.code == 1 && !ran.stdout.contains("waits for a decision"), "{ran:?}");
    assert!(!path.join("reports/pending").exists());
    assert_eq!(api.run(path, &[]).code, 1);
    fs::rename(path.join("cases/shop"), path.join("cases/other")).unwrap();
    let ran = in_folder(path, &["accept", "--case", "*"]);
    assert!(ran.code == 1 && ran.stdout.contains("decide where it is one, or `uphold reject`"), "{ran:?}");
}
