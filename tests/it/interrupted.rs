//! Signals: what is not sent yet ends at once, what is under way is reported.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::support::{Recorder, answer, folder_entries, one_example, run, uphold, workspace};

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

fn start(folder: &Path, args: &[&str]) -> Child {
    uphold(folder).args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// A pipe that the program reads its variables from: it can be opened for writing as soon as the
/// program reads.
fn pipe(folder: &Path) {
    assert!(Command::new("mkfifo").arg(folder.join("env.json")).status().unwrap().success());
}

/// Many requests, so that planning takes a while.
fn large() -> String {
    let mut collection: Value =
        serde_json::from_str(&one_example("{{base}}/orders", 200, "{\"id\": 1}")).unwrap();
    let item = collection["item"][0].clone();
    let numbered = |number: usize| {
        let mut item = item.clone();
        item["name"] = format!("Get order {number}").into();
        item["response"][0]["body"] = format!("{{\"id\": {number}}}").into();
        item
    };
    collection["item"] = (0..5_000).map(numbered).collect();
    collection.to_string()
}

#[test]
fn what_is_still_read_or_planned_ends_at_once() {
    let folder = workspace(&[(COLLECTION, &large())]);
    pipe(folder.path());
    let open = || OpenOptions::new().write(true).open(folder.path().join("env.json")).unwrap();
    for (args, name, code) in [
        (["run", "shop", "-e", "env.json"], "TERM", 143),
        (["prove", "shop", "-e", "env.json"], "INT", 130),
        (["list", "shop", "-e", "env.json"], "TERM", 143),
        (["lint", "shop", "-e", "env.json"], "INT", 130),
        (["mock", "shop", "-e", "env.json"], "TERM", 143),
    ] {
        // While it reads, and waits for more.
        let child = start(folder.path(), &args);
        let writer = open();
        signal(&child, name);
        let ended = child.wait_with_output().unwrap();
        assert_eq!((ended.status.code(), ended.stdout.len()), (Some(code), 0), "{args:?}: {ended:?}");
        let word = format!("interrupted by SIG{name}: nothing more is sent or written\n");
        assert_eq!(String::from_utf8_lossy(&ended.stderr), word, "{args:?}");
        drop(writer);
        // All was read; it plans, and nothing is printed or written yet.
        let child = start(folder.path(), &args);
        let mut writer: File = open();
        writer.write_all(br#"{"name": "e", "values": []}"#).unwrap();
        drop(writer);
        signal(&child, name);
        let ended = child.wait_with_output().unwrap();
        assert_eq!((ended.status.code(), ended.stdout.len()), (Some(code), 0), "{args:?}: {ended:?}");
    }
    assert_eq!(folder_entries(folder.path()), ["cases", "env.json"]);
}

#[test]
fn what_would_be_written_is_not_begun_while_files_are_read() {
    let folder = workspace(&[(COLLECTION, &large()), ("two.json", &large())]);
    pipe(folder.path());
    for (args, name, code) in [
        (&["learn", "shop", "-e", "env.json"][..], "TERM", 143),
        (&["infer", "env.json"][..], "TERM", 143),
        (&["diff", "env.json", "two.json"][..], "INT", 130),
    ] {
        let child = start(folder.path(), args);
        let writer = OpenOptions::new().write(true).open(folder.path().join("env.json")).unwrap();
        signal(&child, name);
        let ended = child.wait_with_output().unwrap();
        assert_eq!((ended.status.code(), ended.stdout.len()), (Some(code), 0), "{args:?}: {ended:?}");
        drop(writer);
    }
    assert_eq!(folder_entries(folder.path()), ["cases", "env.json", "two.json"]);
}

/// A schema whose branches branch again, thirty times over: none of them accepts anything.
fn endless() -> String {
    let branch = |to: usize| json!({ "anyOf": [{ "$ref": format!("#/$defs/b{to}") }, { "$ref": format!("#/$defs/b{to}") }] });
    let mut schemas: serde_json::Map<String, Value> =
        (0..30).map(|n| (format!("b{n}"), branch(n + 1))).collect();
    schemas.insert("b30".to_owned(), json!({ "required": ["never"] }));
    json!({ "$ref": "#/$defs/b0", "$defs": schemas }).to_string()
}

/// Where a schema without end decides one of two cases.
fn with_endless_schema() -> tempfile::TempDir {
    let mut collection: Value =
        serde_json::from_str(&one_example("{{base}}/orders", 200, "{\"id\": 1}")).unwrap();
    let mut other = collection["item"][0].clone();
    other["name"] = "Get plain".into();
    collection["item"].as_array_mut().unwrap().push(other);
    let (schema, collection) = (endless(), collection.to_string());
    workspace(&[(COLLECTION, &collection), ("schemas/shop/get_order/200.schema.json", &schema)])
}

/// Waits until it proves, by a thread of that name: its reports are opened before.
fn wait_until_it_proves(child: &mut Child) {
    let tasks = format!("/proc/{}/task", child.id());
    let proves = |task: &String| {
        fs::read_to_string(format!("{tasks}/{task}/comm")).is_ok_and(|name| name.trim() == "prove")
    };
    while !folder_entries(Path::new(&tasks)).iter().any(proves) {
        assert_eq!(child.try_wait().unwrap(), None, "it ended by itself");
        std::thread::yield_now();
    }
}

#[test]
fn a_proof_that_is_interrupted_reports_what_was_proven() {
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let folder = with_endless_schema();
        let mut child = start(folder.path(), &["prove", "shop", "--report", "json=out/prove.json"]);
        wait_until_it_proves(&mut child);
        signal(&child, name);
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(code), "{ended:?}");
        let text = String::from_utf8(ended.stdout).unwrap();
        assert!(text.contains(&format!("interrupted by SIG{name}: ")), "{text}");
        let report: Value =
            serde_json::from_slice(&fs::read(folder.path().join("out/prove.json")).unwrap()).unwrap();
        assert_eq!((&report["interrupted"], &report["holds"]), (&format!("SIG{name}").into(), &false.into()));
        let proven = report["suites"][0]["cases"].as_array().unwrap().len();
        assert_eq!(report["unproven"], 2 - proven, "{report:#}");
        assert!(proven < 2);
        assert_eq!(folder_entries(&folder.path().join("out")), ["prove.json"]);
    }
}

#[test]
fn a_run_is_not_held_by_a_schema_without_end() {
    let folder = with_endless_schema();
    let server = Recorder::answering(answer("200 OK", "application/json", "{\"id\": 1}"));
    let url = server.url();
    let args = ["run", "shop", "--report", "json=out/run.json", "--base-url", &url];
    let child = start(folder.path(), &args);
    while server.seen().is_empty() {
        std::thread::yield_now();
    }
    signal(&child, "INT");
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130), "{ended:?}");
    let report: Value =
        serde_json::from_slice(&fs::read(folder.path().join("out/run.json")).unwrap()).unwrap();
    assert_eq!(report["cases"][0]["verdict"], "skipped", "{report:#}");
    // Left alone, it errors, and says what is wrong with the schema.
    let ran = run(uphold(folder.path()).args(["run", "shop", "--mock", "--timeout", "1s"]));
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stdout.contains("undecided after") && ran.stdout.contains("1 passed"), "{ran:?}");
}

#[test]
fn a_comparison_is_not_held_by_a_schema_without_end() {
    let folder = with_endless_schema();
    let answered = || Recorder::answering(answer("200 OK", "application/json", "{\"id\": 1}"));
    let (old, new) = (answered(), answered());
    let args = ["compare", "shop", "--timeout", "1s", "--old", &old.url(), "--new", &new.url()];
    let ran = run(uphold(folder.path()).args(args));
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stdout.contains("came to no end in time"), "{ran:?}");
    assert!(ran.stdout.contains("undecided after 1 s"), "{ran:?}");
}
