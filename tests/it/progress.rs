//! How far `compare`, `record` and `prove` are: a line on a terminal that is gone at the end, and none elsewhere; what
//! they show with `--verbose` and leave out with `--quiet`.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Mutex, mpsc};

use serde_json::{Value, json};

use crate::screens::{Screen, orders};
use crate::support::{Ran, Recorder, answer, one_example, run, uphold, workspace};

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";
const GONE: &str = "\r\u{1b}[2K";

/// A server that answers the second order when it is let go.
fn held() -> (Recorder, mpsc::Sender<()>) {
    let (release, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let server = Recorder::with(move |request| {
        if request.starts_with("GET /orders/1 ") {
            let _ = held.lock().unwrap().recv();
        }
        answer("200 OK", "application/json", "{\"id\": 1, \"note\": \"b\"}")
    });
    (server, release)
}

/// What the command writes to a terminal until `seen` is there, and then to the end; with its exit code.
fn on_screen(
    folder: &Path,
    args: &[&str],
    seen: &str,
    release: impl FnOnce(),
) -> (String, String, Option<i32>) {
    let mut screen = Screen::new();
    let mut command = uphold(folder);
    command.args(args).env("TERM", "xterm").stdin(Stdio::null()).stdout(Stdio::null()).stderr(screen.stdio());
    let mut child = command.spawn().unwrap();
    drop(command);
    let first = screen.until(seen);
    release();
    let code = child.wait().unwrap().code();
    (first, screen.until(""), code)
}

fn without_examples(number: usize) -> String {
    let mut collection = orders(number);
    for item in collection["item"].as_array_mut().unwrap() {
        let example = item["response"][0].take();
        item["request"] = example["originalRequest"].clone();
        item["response"] = json!([]);
    }
    collection.to_string()
}

#[test]
fn a_line_tells_how_far_the_comparison_is() {
    let folder = workspace(&[(COLLECTION, &orders(2).to_string())]);
    let (server, release) = held();
    let url = server.url();
    let args = ["compare", "--old", &url, "--new", &url, "--rounds", "1"];
    let (first, rest, code) = on_screen(folder.path(), &args, "1/2 cases", || drop(release));
    assert!(first.contains("[##########..........] 1/2 cases") && rest.ends_with(GONE), "{first:?} {rest:?}");
    assert_eq!(code, Some(0));
    let (none, rest, _) = on_screen(folder.path(), &[&args[..], &["--no-progress"]].concat(), "", || ());
    assert_eq!((none.as_str(), rest.as_str()), ("", ""));
}

#[test]
fn a_line_tells_how_far_the_recording_is() {
    let folder = workspace(&[(COLLECTION, &without_examples(2))]);
    let (server, release) = held();
    let url = server.url();
    let args = ["record", "shop", "--base-url", &url];
    let (first, rest, code) = on_screen(folder.path(), &args, "1/2 requests", || drop(release));
    assert!(first.contains("] 1/2 requests") && rest.ends_with(GONE), "{first:?} {rest:?}");
    assert_eq!(code, Some(0));
}

#[test]
fn a_line_tells_how_far_the_proof_is() {
    let folder = workspace(&[(COLLECTION, &orders(3).to_string())]);
    let (first, rest, code) = on_screen(folder.path(), &["prove"], "/3 cases", || ());
    assert!(first.contains("/3 cases") && rest.ends_with(GONE), "{first:?} {rest:?}");
    assert_eq!(code, Some(0));
    let (none, _, _) = on_screen(folder.path(), &["prove", "--no-progress"], "", || ());
    assert_eq!(none, "");
}

fn told(folder: &Path, args: &[&str]) -> Ran {
    run(uphold(folder).args(args).env("SHOP_TOKEN", "s3cr3t-t0ken"))
}

#[test]
fn the_messages_of_both_servers_are_shown_where_that_is_asked_for() {
    let settings = "[auth.default]\ntype = \"bearer\"\ntoken = \"${SHOP_TOKEN}\"\n";
    let folder = workspace(&[(COLLECTION, &orders(1).to_string()), ("cases/shop/suite.toml", settings)]);
    let server = |note: &str| {
        Recorder::answering(answer(
            "200 OK",
            "application/json",
            &format!("{{\"id\": 1, \"note\": \"{note}\"}}"),
        ))
    };
    let (old, new) = (server("s3cr3t-t0ken"), server("new"));
    let (old, new) = (old.url(), new.url());
    let args = ["compare", "--old", &old, "--new", &new, "--rounds", "1"];
    let plain = told(folder.path(), &args);
    assert!(plain.code == 0 && !plain.stdout.contains("       > "), "{plain:?}");
    let report = || fs::read_to_string(folder.path().join("reports/run.json")).unwrap();
    let before: Value = serde_json::from_str(&report()).unwrap();
    let ran = told(folder.path(), &[&args[..], &["--verbose"]].concat());
    let lines = [
        format!("       > GET {new}/orders/0\n"),
        "       < 200 (old server)\n".to_owned(),
        "       < 200 (new server)\n".to_owned(),
        "       < {\"id\": 1, \"note\": \"«redacted»\"}\n".to_owned(),
        "       < {\"id\": 1, \"note\": \"new\"}\n".to_owned(),
    ];
    let places: Vec<usize> = lines
        .iter()
        .map(|line| ran.stdout.find(line).unwrap_or_else(|| panic!("{line} in {ran:?}")))
        .collect();
    assert!(places[0] < places[1] && places[1] < places[2] && places[3] < places[4], "{ran:?}");
    assert!(!ran.stdout.contains("s3cr3t"), "{ran:?}");
    // What is looked at is no part of the report.
    let after: Value = serde_json::from_str(&report()).unwrap();
    assert_eq!(before["cases"][0]["exchange"], after["cases"][0]["exchange"]);
    assert_eq!(told(folder.path(), &[&args[..], &["--verbose", "--quiet"]].concat()).code, 2);
}

#[test]
fn what_is_recorded_is_shown_or_left_out() {
    let server = || {
        Recorder::with(|request| {
            if request.starts_with("GET /orders/1 ") {
                return answer("500 Oops", "text/plain", "away");
            }
            answer("200 OK", "application/json", "{\"id\": 1, \"password\": \"hunter22\"}")
        })
    };
    let record = |more: &[&str]| {
        let folder = workspace(&[(COLLECTION, &without_examples(2))]);
        let server = server();
        let url = server.url();
        (told(folder.path(), &[&["record", "shop", "--base-url", &url][..], more].concat()), url)
    };
    let (ran, url) = record(&["--verbose"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    for line in [
        &format!("       > GET {url}/orders/0\n"),
        "       < 200\n",
        "       < {\"id\": 1, \"password\": \"«redacted»\"}\n",
        "       < 500\n",
        "       < away\n",
    ] {
        assert!(ran.stdout.contains(line), "{line} in {ran:?}");
    }
    assert!(!ran.stdout.contains("hunter22"), "{ran:?}");
    let (ran, _) = record(&["--quiet"]);
    assert!(!ran.stdout.contains("SAVED") && ran.stdout.contains("UNFIT"), "{ran:?}");
    assert!(ran.stdout.contains("summary: 1 saved, 1 unfit"), "{ran:?}");
}

#[test]
fn a_proof_names_each_inherent_change_where_that_is_asked_for() {
    let waiver = "[[waiver]]\ncase = \"*\"\nid = \"body.field.removed\"\npath = \"/id\"\nreason = \"r\"\nuntil = 2999-12-31\n";
    let folder = workspace(&[
        (COLLECTION, &one_example("{{base}}/orders", 200, r#"{"id": 1}"#)),
        ("cases/shop/waivers.toml", waiver),
    ]);
    let line = "        inherent     field.removed  /id";
    let ran = told(folder.path(), &["prove", "--verbose"]);
    assert!(ran.code == 0 && ran.stdout.contains(line), "{ran:?}");
    assert!(ran.stdout.contains("the waiver of body.field.removed until 2999-12-31: r"), "{ran:?}");
    assert!(!told(folder.path(), &["prove"]).stdout.contains(line));
}
