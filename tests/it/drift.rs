//! Runs with memory, through the program: what is new fails, and the file survives what happens to files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::support::{Ran, Recorder, answer, one_example, run, uphold, workspace};

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";

fn shop() -> tempfile::TempDir {
    workspace(&[(COLLECTION, &one_example("{{base}}/orders/1", 200, "{\"id\": 1}"))])
}

/// A server whose answer is as documented until it is changed.
fn server() -> (Recorder, Arc<AtomicBool>) {
    let changed = Arc::new(AtomicBool::new(false));
    let is_changed = Arc::clone(&changed);
    let server = Recorder::with(move |_| {
        let body = if is_changed.load(Ordering::SeqCst) { "{\"id\": \"1\"}" } else { "{\"id\": 1}" };
        answer("200 OK", "application/json", body)
    });
    (server, changed)
}

fn drift(folder: &Path, server: &Recorder, args: &[&str]) -> Ran {
    run(uphold(folder).args(["drift", "--base-url", &server.url()]).args(args))
}

fn history(folder: &Path, args: &[&str]) -> Ran {
    run(uphold(folder).arg("history").args(args))
}

fn asked(folder: &Path) -> Value {
    let ran = history(folder, &["--format", "json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn what_is_new_fails_once_and_is_known_then() {
    let (folder, (server, changed)) = (shop(), server());
    let only_new = ["--fail-on", "new-breaking"];
    let first = drift(folder.path(), &server, &only_new);
    assert_eq!(first.code, 0, "{first:?}");
    assert!(first.stdout.contains("drift: new (no earlier run is remembered): 0; known: 0"), "{first:?}");
    assert!(first.stdout.ends_with("history: reports/history.sqlite\n"), "{first:?}");
    changed.store(true, Ordering::SeqCst);
    let new = drift(folder.path(), &server, &only_new);
    assert_eq!(new.code, 1, "{new:?}");
    assert!(
        new.stdout.contains("\nnew       breaking body.type.changed  /id  shop::get_order::ok\n"),
        "{new:?}"
    );
    let known = drift(folder.path(), &server, &only_new);
    assert_eq!(known.code, 0, "{known:?}");
    assert!(known.stdout.contains("; known: 1 (since 20"), "{known:?}");
    assert!(known.stdout.contains("breaking body.type.changed  /id\n"), "{known:?}");
    assert!(known.stdout.contains("\n         earlier   known since 20"), "{known:?}");
    let summary = fs::read_to_string(folder.path().join("reports/summary.md")).unwrap();
    let (_, still) = summary.split_once("### Still broken, as in earlier runs\n").unwrap();
    assert!(still.contains("; `known since 20") && !summary.contains("Passed with warnings"), "{summary}");
    let on_github = drift(folder.path(), &server, &["--fail-on", "new-breaking", "--format", "github"]);
    assert!(on_github.stdout.contains("body.type.changed /id (known since 20"), "{on_github:?}");
    let report: Value =
        serde_json::from_slice(&fs::read(folder.path().join("reports/run.json")).unwrap()).unwrap();
    let case = &report["cases"][0];
    assert_eq!(
        (&case["verdict"], &case["findings"][0]["id"]),
        (&json!("passed"), &json!("body.type.changed"))
    );
    assert!(case["notes"][0].as_str().unwrap().starts_with("known since 20"), "{case}");
    assert_eq!(drift(folder.path(), &server, &[]).code, 1, "without it, what is known fails, too");
    changed.store(false, Ordering::SeqCst);
    let healed = drift(folder.path(), &server, &only_new);
    assert!(healed.stdout.contains("\nresolved  breaking body.type.changed  /id"), "{healed:?}");

    let answers = asked(folder.path());
    let target = &answers["targets"][0];
    assert_eq!((&target["target"], &target["runs"]), (&json!(server.url()), &json!(6)));
    let what: Vec<_> = target["changes"].as_array().unwrap().iter().map(|change| &change["what"]).collect();
    assert_eq!(what, ["new", "resolved"]);
    assert_eq!((&target["cases"][0]["passed"], &target["cases"][0]["failed"]), (&json!(2), &json!(4)));
    assert_eq!(target["changes"][0]["finding"]["waived"], json!(false));
    let text = history(folder.path(), &["get_order"]).stdout;
    assert!(text.contains("case: shop::get_order::ok  passes since 20"), "{text}");
    assert!(text.contains("  runs      6: 2 passed, 4 failed, 0 errored\n"), "{text}");
}

#[test]
fn files_of_one_name_have_a_history_each() {
    let other = one_example("{{base}}/orders/1", 200, "{\"id\": \"x\"}");
    let folder = workspace(&[
        ("shop.json", &one_example("{{base}}/orders/1", 200, "{\"id\": 1}")),
        ("sub/shop.json", &other),
    ]);
    let (server, _) = server();
    assert_eq!(drift(folder.path(), &server, &["sub/shop.json"]).code, 1);
    let first = drift(folder.path(), &server, &["./shop.json"]);
    assert!(first.code == 0 && first.stdout.contains("resolved: 0"), "{first:?}");
    let again = drift(folder.path(), &server, &["sub/shop.json"]);
    assert!(again.stdout.contains("; known: 1 (since 20"), "{again:?}");
    let targets = asked(folder.path())["targets"].clone();
    let told: Vec<&str> =
        targets.as_array().unwrap().iter().filter_map(|one| one["target"].as_str()).collect();
    assert_eq!(told, [format!("{} (shop.json)", server.url()), format!("{} (sub/shop.json)", server.url())]);
}

#[test]
fn a_waiver_that_ends_is_told_and_makes_no_case_flaky() {
    let (folder, (server, changed)) = (shop(), server());
    let waive = |until: &str| {
        let waiver = format!(
            "[[waiver]]\ncase = \"*::ok\"\nid = \"body.type.changed\"\nreason = \"T-1\"\nuntil = {until}\n"
        );
        fs::write(folder.path().join("cases/shop/waivers.toml"), waiver).unwrap();
    };
    let night = || drift(folder.path(), &server, &["--fail-on", "new-breaking"]);
    assert_eq!(night().code, 0);
    changed.store(true, Ordering::SeqCst);
    assert_eq!(night().code, 1);
    waive("2099-01-01");
    let waived = night();
    assert!(waived.code == 0 && waived.stdout.contains("; known: 1 (since 20"), "{waived:?}");
    waive("2020-01-01");
    let over = night();
    assert!(
        over.code == 1 && over.stdout.contains("\nnew       breaking body.type.changed  /id"),
        "{over:?}"
    );
    assert!(over.stdout.contains("; flaky: 0\n"), "{over:?}");
    let text = history(folder.path(), &["get_order"]).stdout;
    assert!(text.contains("  counts    breaking body.type.changed  /id  shop::get_order::ok\n"), "{text}");
    assert!(text.contains(", counts since 20") && !text.contains("flaky"), "{text}");
    let target = &asked(folder.path())["targets"][0];
    let what: Vec<_> = target["changes"].as_array().unwrap().iter().map(|change| &change["what"]).collect();
    assert_eq!(what, ["new", "new", "counts"], "the second is that the waiver is over");
    assert_eq!((&target["cases"][0]["flaky"], &target["cases"][0]["changes"]), (&json!(false), &json!(3)));
}

#[test]
fn a_case_that_is_gone_or_has_another_name_is_told_once_and_listed_then() {
    let (folder, (server, _)) = (large(3), server());
    assert_eq!(drift(folder.path(), &server, &[]).code, 0);
    let file = folder.path().join(COLLECTION);
    let mut collection: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    collection["item"].as_array_mut().unwrap().remove(0);
    collection["item"][0]["response"][0]["name"] = "Fine".into();
    fs::write(&file, collection.to_string()).unwrap();
    let filtered = drift(folder.path(), &server, &["--filter", "*::get_order_2::*"]);
    assert!(filtered.stdout.contains("; flaky: 0; gone: 2\n"), "what is not selected is there: {filtered:?}");
    assert!(
        filtered.stdout.contains(
            "\ngone      shop::get_order_0::ok  is in the collection no more; its last run was on 20"
        ),
        "{filtered:?}"
    );
    assert!(filtered.stdout.contains("\ngone      shop::get_order_1::ok  "), "the old name: {filtered:?}");
    let summary = fs::read_to_string(folder.path().join("reports/summary.md")).unwrap();
    assert!(summary.contains("shop::get_order_0::ok  is in the collection no more"), "{summary}");
    let again = drift(folder.path(), &server, &[]);
    assert!(again.code == 0 && !again.stdout.contains("gone"), "{again:?}");
    let text = history(folder.path(), &[]).stdout;
    assert!(text.contains("case: shop::get_order_0::ok  gone from the collection since 20"), "{text}");
    assert!(!text.contains("case: shop::get_order_1::fine"), "{text}");
    let cases = asked(folder.path());
    let gone: Vec<bool> = cases["targets"][0]["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| case["gone"].is_string())
        .collect();
    assert_eq!(gone, [true, false, true, false]);
}

#[test]
fn a_suite_that_is_gone_is_told_once_where_all_suites_run() {
    let (folder, (server, _)) = (shop(), server());
    let other = folder.path().join("cases/store");
    fs::create_dir(&other).unwrap();
    fs::copy(folder.path().join(COLLECTION), other.join("store.postman_collection.json")).unwrap();
    let everywhere = ["--base-url", &format!("store={}", server.url())];
    let all = |args: &[&str]| {
        let url = format!("shop={}", server.url());
        run(uphold(folder.path()).args(["drift", "--base-url", &url]).args(args))
    };
    assert_eq!(all(&everywhere).code, 0);
    fs::remove_dir_all(&other).unwrap();
    let chosen = all(&["shop"]);
    assert!(chosen.code == 0 && !chosen.stdout.contains("gone"), "only one suite was asked for: {chosen:?}");
    let told = all(&[]);
    assert!(told.stdout.contains("; gone: 1\n"), "{told:?}");
    assert!(
        told.stdout
            .contains("\ngone      store  is among the suites no more (1 case); its last run was on 20"),
        "{told:?}"
    );
    assert!(!all(&[]).stdout.contains("gone"));
    let text = history(folder.path(), &[]).stdout;
    assert!(text.contains("case: store::get_order::ok  gone from the collection since 20"), "{text}");
}

#[test]
fn no_secret_and_no_body_is_in_the_file() {
    let secret = "topsecret-0123456789";
    let body =
        format!("{{\"echo\": \"{secret}\", \"id\": \"other-{secret}\", \"text\": \"all-of-the-body\"}}");
    let settings = "[variables]\ntoken = \"${SHOP_TOKEN}\"\n";
    let url = "{{base}}/orders/1?token={{token}}";
    let folder = workspace(&[
        (COLLECTION, &one_example(url, 200, "{\"id\": 1, \"text\": \"x\"}")),
        ("cases/shop/suite.toml", settings),
    ]);
    let server = Recorder::answering(answer("200 OK", "application/json", &body));
    let mut command = uphold(folder.path());
    let ran = run(command.env("SHOP_TOKEN", secret).args(["drift", "--base-url", &server.url()]));
    assert_eq!(ran.code, 1, "{ran:?}");
    let bytes = fs::read(folder.path().join("reports/history.sqlite")).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("body.type.changed") && text.contains("shop::get_order::ok"));
    assert!(!text.contains("topsecret"), "{text}");
    assert!(!text.contains("all-of-the-body"), "{text}");
}

#[test]
fn a_history_that_cannot_be_used_stops_no_run_and_is_told() {
    let (folder, (server, _)) = (shop(), server());
    fs::write(folder.path().join("file"), "").unwrap();
    let nowhere = drift(folder.path(), &server, &["--history", "file/history.sqlite"]);
    assert_eq!(nowhere.code, 2, "{nowhere:?}");
    assert!(nowhere.stdout.contains("warning: cannot use the history file/history.sqlite"), "{nowhere:?}");
    assert!(nowhere.stdout.contains("\nhistory: this run is not remembered: cannot use"), "{nowhere:?}");
    assert!(
        folder.path().join("reports/run.json").exists() && folder.path().join("reports/junit.xml").exists()
    );

    fs::write(folder.path().join("reports/history.sqlite"), [0xff; 500]).unwrap();
    let damaged = drift(folder.path(), &server, &[]);
    assert_eq!(damaged.code, 0, "{damaged:?}");
    assert!(
        damaged
            .stdout
            .starts_with("warning: the history is damaged: set aside as reports/history.sqlite.corrupt-20")
    );
    assert_eq!(asked(folder.path())["targets"][0]["runs"], 1);
}

#[test]
fn a_history_of_another_program_is_refused_before_anything_is_sent() {
    let (folder, (server, _)) = (shop(), server());
    let file = folder.path().join("bookmarks.sqlite");
    rusqlite::Connection::open(&file).unwrap().execute_batch("CREATE TABLE bookmark (url TEXT)").unwrap();
    let ran = drift(folder.path(), &server, &["--history", "bookmarks.sqlite"]);
    assert_eq!((ran.code, server.seen().len()), (2, 0), "{ran:?}");
    assert!(
        ran.stderr.contains("bookmarks.sqlite: this is no history, but a file of something else\nhint: "),
        "{ran:?}"
    );
}

#[test]
fn history_without_a_file_or_a_run_says_so() {
    let (folder, (server, _)) = (shop(), server());
    let none = history(folder.path(), &[]);
    assert_eq!(none.code, 2, "{none:?}");
    assert!(
        none.stderr.contains("there is no history: reports/history.sqlite\nhint: `uphold drift` makes it"),
        "{none:?}"
    );
    assert!(!folder.path().join("reports").exists());
    assert_eq!(drift(folder.path(), &server, &[]).code, 0);
    let other = history(folder.path(), &["no_such_case"]);
    assert!(other.code == 2 && other.stderr.contains(" sent such a case"), "{other:?}");
    assert_eq!(history(folder.path(), &["--since", "yesterday"]).code, 2);
}

/// Many examples, so that it takes a while to write them all.
fn large(cases: usize) -> tempfile::TempDir {
    let mut collection: Value =
        serde_json::from_str(&one_example("{{base}}/orders/1", 200, "{\"id\": 1}")).unwrap();
    let item = collection["item"][0].clone();
    let items = (0..cases).map(|number| {
        let mut item = item.clone();
        item["name"] = format!("Get order {number}").into();
        item
    });
    collection["item"] = items.collect();
    workspace(&[(COLLECTION, &collection.to_string())])
}

fn runs(folder: &Path) -> u64 {
    asked(folder)["targets"][0]["runs"].as_u64().unwrap()
}

/// A folder with a history of more bytes than any other file of a run has but the page.
#[cfg(unix)]
fn grown() -> tempfile::TempDir {
    let folder = large(40);
    let history: PathBuf = folder.path().join("reports/history.sqlite");
    while fs::metadata(&history).map_or(0, |file| file.len()) <= 64 * 1024 {
        assert_eq!(run(uphold(folder.path()).args(["drift", "--mock", "--quiet"])).code, 0);
    }
    folder
}

/// Runs until the history has to grow, which it may not: no file may be larger than it is. By `trap` the
/// signal of a write beyond that is ignored, or not.
#[cfg(unix)]
fn until_full(folder: &Path, trap: &str, args: &[&str]) -> (u64, Output) {
    let blocks = fs::metadata(folder.join("reports/history.sqlite")).unwrap().len() / 512;
    let limited = || {
        let script = format!("trap {trap} XFSZ; ulimit -c 0; ulimit -f {blocks}; exec \"$@\"");
        let mut command = std::process::Command::new("sh");
        command.current_dir(folder).env_clear().args(["-c", &script, "sh"]);
        // The page would be larger than the history.
        let reports = "junit=reports/junit.xml,json=reports/run.json,md=reports/summary.md";
        command.arg(env!("CARGO_BIN_EXE_uphold")).args(["drift", "--mock", "--quiet", "--report", reports]);
        command.args(args);
        (runs(folder), command.output().unwrap())
    };
    // There may be room left within the file for a few runs.
    let full = (0..100).map(|_| limited()).find(|(_, ran)| !ran.status.success());
    full.expect("the history is full at some time")
}

/// As it lies on the disk when a run is killed in the middle of the file: the journal is complete, the file is not.
fn half_written(folder: &Path) {
    let file = folder.join("reports/history.sqlite");
    let journal = folder.join("reports/history.sqlite-journal");
    let before = fs::read(&file).unwrap();
    let db = rusqlite::Connection::open(&file).unwrap();
    // Pages leave so small a memory before the end of the transaction.
    db.execute_batch("PRAGMA cache_size = 5; PRAGMA synchronous = FULL; BEGIN IMMEDIATE").unwrap();
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
    let tables: Vec<String> =
        db.prepare(tables).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for table in tables {
        db.execute_batch(&format!(
            "CREATE TABLE \"{table}_2\" AS SELECT * FROM \"{table}\"; DROP TABLE \"{table}\""
        ))
        .unwrap();
    }
    let left = [&file, &journal].map(|path| fs::read(path).unwrap());
    drop(db);
    assert!(fs::read(&file).unwrap() == before && !journal.exists());
    let [half, kept] = &left;
    // It begins with its mark once it is complete, and the file is written from then on.
    assert!(kept[0] == 0xd9 && *half != before, "the file is half-written");
    fs::write(&file, half).unwrap();
    fs::write(&journal, kept).unwrap();
}

#[test]
fn a_history_that_is_half_written_is_as_it_was() {
    let folder = large(40);
    for _ in 0..2 {
        assert_eq!(run(uphold(folder.path()).args(["drift", "--mock", "--quiet"])).code, 0);
    }
    half_written(folder.path());
    assert_eq!(runs(folder.path()), 2);
    let cases = asked(folder.path());
    let cases = cases["targets"][0]["cases"].as_array().unwrap();
    assert!(cases.len() == 40 && cases.iter().all(|case| case["runs"] == 2), "{cases:?}");
    half_written(folder.path());
    let next = run(uphold(folder.path()).args(["drift", "--mock", "--quiet"]));
    assert!(next.code == 0 && !next.stdout.contains("damaged"), "{next:?}");
    assert_eq!(runs(folder.path()), 3);
}

/// It waits for a reader with the journal begun, which is where it is killed.
#[test]
fn a_run_that_is_killed_while_it_writes_leaves_the_history_as_it_was() {
    let folder = large(40);
    for _ in 0..2 {
        assert_eq!(run(uphold(folder.path()).args(["drift", "--mock", "--quiet"])).code, 0);
    }
    let file = folder.path().join("reports/history.sqlite");
    let reader = rusqlite::Connection::open(&file).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema").unwrap();
    let mut command = uphold(folder.path());
    command.args(["drift", "--mock", "--quiet"]).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    while !folder.path().join("reports/history.sqlite-journal").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it waits for the reader");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().code(), None);
    drop(reader);
    assert_eq!(runs(folder.path()), 2);
    let next = run(uphold(folder.path()).args(["drift", "--mock", "--quiet"]));
    assert!(next.code == 0 && !next.stdout.contains("damaged"), "{next:?}");
    assert_eq!(runs(folder.path()), 3);
}

/// As root every folder may be written, so the question is asked as nobody there.
#[test]
#[cfg(target_os = "linux")]
fn a_half_written_history_in_a_folder_that_may_not_be_written_is_told_with_its_cure() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    use std::os::unix::process::CommandExt as _;
    let folder = large(40);
    assert_eq!(run(uphold(folder.path()).args(["drift", "--mock", "--quiet"])).code, 0);
    half_written(folder.path());
    let reports = folder.path().join("reports");
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(folder.path(), 0o755);
    for name in ["history.sqlite", "history.sqlite-journal"] {
        mode(&reports.join(name), 0o444);
    }
    mode(&reports, 0o555);
    // Nobody may not start what lies in the folder of somebody else. Written by another process: a child that a test
    // beside this one starts would inherit the file while it is open, and what is open for writing is not started.
    let program = folder.path().join("uphold");
    assert_eq!(run(std::process::Command::new("cp").arg(env!("CARGO_BIN_EXE_uphold")).arg(&program)).code, 0);
    let mut command = std::process::Command::new(&program);
    command.current_dir(folder.path()).env_clear().arg("history");
    if fs::metadata(folder.path()).unwrap().uid() == 0 {
        command.uid(65534).gid(65534);
    }
    let ran = run(&mut command);
    mode(&reports, 0o755);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("a run was killed while it wrote this history"), "{ran:?}");
    assert!(
        ran.stderr.contains("hint: ") && ran.stderr.contains("reports/history.sqlite-journal"),
        "{ran:?}"
    );
}

/// The page is the largest report.
#[test]
#[cfg(unix)]
fn a_report_that_may_not_be_so_large_is_told_and_costs_no_other() {
    let folder = large(40);
    for command in ["run", "drift"] {
        let script = format!(
            "ulimit -c 0; ulimit -f 96; exec '{}' {command} --mock --quiet",
            env!("CARGO_BIN_EXE_uphold")
        );
        let mut shell = std::process::Command::new("sh");
        let ran = run(shell.current_dir(folder.path()).env_clear().args(["-c", &script]));
        assert_eq!(ran.code, 2, "{ran:?}");
        let told = "cannot write reports/index.html: File too large (os error 27)\n";
        assert!(
            ran.stderr.contains(told) && ran.stderr.contains("hint: no file may be larger here"),
            "{ran:?}"
        );
        let names =
            fs::read_dir(folder.path().join("reports")).unwrap().map(|file| file.unwrap().file_name());
        let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
        names.retain(|name| !name.starts_with("history"));
        names.sort();
        assert_eq!(names, ["junit.xml", "run.json", "summary.md"]);
        fs::remove_dir_all(folder.path().join("reports")).unwrap();
    }
}

#[test]
fn two_runs_at_once_are_both_remembered() {
    let folder = large(100);
    let start = |report: &str| {
        let mut command = uphold(folder.path());
        command.args(["drift", "--mock", "--quiet", "--report", report]).stdout(Stdio::piped());
        command.spawn().unwrap()
    };
    let both = ["json=reports/1.json", "json=reports/2.json"].map(start);
    for child in both {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    assert_eq!(runs(folder.path()), 2);
}

#[test]
#[cfg(unix)]
fn a_full_disk_costs_the_memory_of_the_run_and_nothing_else() {
    for trap in ["''", "-"] {
        full(trap);
    }
}

#[cfg(unix)]
fn full(trap: &str) {
    let folder = grown();
    let (before, ran) = until_full(folder.path(), trap, &["--report", "json=reports/full.json"]);
    assert_eq!(ran.status.code(), Some(2), "{ran:?}");
    let told = String::from_utf8_lossy(&ran.stdout);
    assert!(told.contains("\nhistory: this run is not remembered: cannot use the history"), "{told}");
    let written = fs::read(folder.path().join("reports/full.json")).unwrap();
    let written: Value = serde_json::from_slice(&written).unwrap();
    assert_eq!(written["summary"]["passed"], 40);
    assert_eq!(runs(folder.path()), before, "the history is as it was");
    assert_eq!(run(uphold(folder.path()).args(["drift", "--mock", "--quiet"])).code, 0);
    assert_eq!(runs(folder.path()), before + 1);
}
