//! Signals: what is not sent yet ends at once, what is sent is waited for, and given up at the second signal.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, mpsc};

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

/// Waits until it says that so many are waited for.
fn finishes(child: &mut Child, left: usize) {
    let mut said = String::new();
    BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut said).unwrap();
    let word = format!(
        "interrupted by SIGINT: nothing more is sent; finishing {left} in flight; Ctrl-C again stops\n"
    );
    assert_eq!(said, word);
}

/// A server that says of each request that it came, and answers it when it is let go.
fn held() -> (Recorder, mpsc::Receiver<String>, mpsc::Sender<()>) {
    let ((tell, came), (release, held)) = (mpsc::channel(), mpsc::channel::<()>());
    let held = Mutex::new(held);
    let server = Recorder::with(move |request| {
        let _ = tell.send(request.lines().next().unwrap().to_owned());
        let _ = held.lock().unwrap().recv();
        answer("200 OK", "application/json", "{\"id\": 1}")
    });
    (server, came, release)
}

/// So many requests, and the collection's suite.
fn many(number: usize) -> tempfile::TempDir {
    let mut collection: Value = serde_json::from_str(&large()).unwrap();
    collection["item"].as_array_mut().unwrap().truncate(number);
    workspace(&[(COLLECTION, &collection.to_string())])
}

fn report(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("reports/run.json")).unwrap()).unwrap()
}

fn verdicts(report: &Value) -> [usize; 2] {
    let cases = report["cases"].as_array().unwrap();
    let with = |verdict: &str| cases.iter().filter(|case| case["verdict"] == verdict).count();
    [with("passed"), with("skipped")]
}

#[test]
fn what_is_in_flight_is_answered_and_nothing_new_is_sent() {
    let folder = many(9);
    for command in ["run", "drift"] {
        let (server, came, release) = held();
        let mut child = start(folder.path(), &[command, "shop", "-j", "3", "--base-url", &server.url()]);
        (0..3).for_each(|_| drop(came.recv().unwrap()));
        signal(&child, "INT");
        finishes(&mut child, 3);
        drop(release);
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(130), "{ended:?}");
        let report = report(folder.path());
        assert_eq!((verdicts(&report), server.seen().len()), ([3, 6], 3), "{report:#}");
        assert_eq!(report["interrupted"], "SIGINT");
        let reason = |case: &Value| case["reason"].as_str() == Some("not sent: interrupted by SIGINT");
        assert_eq!(report["cases"].as_array().unwrap().iter().filter(|case| reason(case)).count(), 6);
        assert!(folder.path().join("reports/junit.xml").exists());
    }
}

#[test]
fn what_waits_for_its_turn_or_its_next_try_is_given_up_at_the_first_signal() {
    let folder = many(6);
    // One is on its way, the others wait for the pace.
    let (server, came, release) = held();
    let args = ["run", "shop", "-j", "4", "--rate", "1/h", "--base-url", &server.url()];
    let mut child = start(folder.path(), &args);
    came.recv().unwrap();
    signal(&child, "INT");
    finishes(&mut child, 1);
    drop(release);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    assert_eq!((verdicts(&report(folder.path())), server.seen().len()), ([1, 5], 1));
    // All wait for their next try.
    let (tell, came) = mpsc::channel();
    let server = Recorder::with(move |_| {
        let _ = tell.send(());
        b"HTTP/1.1 503 Away\r\nRetry-After: 30\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec()
    });
    let args = ["run", "shop", "-j", "6", "--retries", "9", "--base-url", &server.url()];
    let child = start(folder.path(), &args);
    (0..6).for_each(|_| came.recv().unwrap());
    signal(&child, "INT");
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    assert_eq!((verdicts(&report(folder.path())), server.seen().len()), ([0, 6], 6));
}

#[test]
fn a_comparison_waits_for_what_is_in_flight() {
    let folder = many(4);
    let (old, new) = (held(), Recorder::answering(answer("200 OK", "application/json", "{\"id\": 1}")));
    let (server, came, release) = old;
    let args = ["compare", "shop", "-j", "2", "--old", &server.url(), "--new", &new.url()];
    let mut child = start(folder.path(), &args);
    (0..2).for_each(|_| drop(came.recv().unwrap()));
    signal(&child, "INT");
    finishes(&mut child, 2);
    drop(release);
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130), "{ended:?}");
    // Without the answer of the new server there is nothing to compare.
    assert_eq!((verdicts(&report(folder.path())), new.seen().len()), ([0, 4], 0));
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn the_second_signal_gives_up_what_is_in_flight_with_its_reports() {
    let folder = many(5);
    let (server, came, _release) = held();
    let mut child = start(folder.path(), &["run", "shop", "-j", "2", "--base-url", &server.url()]);
    (0..2).for_each(|_| drop(came.recv().unwrap()));
    signal(&child, "INT");
    finishes(&mut child, 2);
    signal(&child, "TERM");
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130), "that of the first: {ended:?}");
    let report = report(folder.path());
    assert_eq!((verdicts(&report), server.seen().len()), ([0, 5], 2));
    let text = report.to_string();
    assert_eq!(text.matches("sent or about to be, and given up: interrupted by SIGINT").count(), 2, "{text}");
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
    let mut child = start(folder.path(), &args);
    while server.seen().is_empty() {
        std::thread::yield_now();
    }
    signal(&child, "INT");
    finishes(&mut child, 1);
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
