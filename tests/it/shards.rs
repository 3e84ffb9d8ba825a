//! `--shard` and `uphold merge`: the parts of a run come together as the run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use regex::Regex;
use serde_json::{Value, json};

use crate::support::{Ran, Recorder, answer, one_example, run, uphold, workspace};

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";
const SHARDS: usize = 4;
const ITEMS: usize = 1000;

/// 1,000 requests with four examples each: as saved, of some with an unknown id and without auth, and what nothing gives.
fn collection() -> Value {
    let items: Vec<Value> = (0..ITEMS).map(item).collect();
    let folders: Vec<Value> = items
        .chunks(100)
        .zip(0..)
        .map(|(items, at)| json!({"name": format!("Part {at}"), "item": items}))
        .collect();
    let mut collection = json!({
        "info": {"name": "Shop", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "TOKEN-1234"}]},
        "item": folders,
    });
    let bare = json!({"name": "Bare", "request": {"method": "GET", "url": "{{base}}/bare"}});
    collection["item"].as_array_mut().unwrap().push(bare);
    collection
}

fn item(number: usize) -> Value {
    let writes = number.is_multiple_of(5);
    let path = if writes { format!("shared_{}", number % 35) } else { format!("r_{number}") };
    let request = json!({
        "method": if writes { "PUT" } else { "GET" },
        "header": [{"key": "X-Item", "value": number.to_string()}, {"value": "no name"}],
        "url": {"host": ["{{base}}"], "path": [path, ":id"], "variable": [{"key": "id", "value": "7"}]},
    });
    let example = |name: &str, code: u16, body: &str| {
        json!({
            "name": name, "originalRequest": request, "code": code, "body": body,
            "header": [{"key": "Content-Type", "value": "application/json"}],
        })
    };
    // What has a recipe is sent; most of these have none, so that the test takes its time with few requests.
    let (absent, unknown) = if number < ITEMS / 4 { (404, 401) } else { (409, 410) };
    json!({"name": format!("Item {number}"), "request": request, "response": [
        example("ok", 200, r#"{"code": "SUCCESS", "id": 7, "name": "a"}"#),
        example("not found", absent, r#"{"code": "NOT_FOUND", "message": "m", "status": "error"}"#),
        example("no token", unknown, r#"{"code": "INVALID_TOKEN", "message": "m", "status": "error"}"#),
        example("denied", 403, r#"{"code": "NO_PERMISSION", "message": "m", "status": "error"}"#),
    ]})
}

/// What the API answers: mostly as documented, now and then not.
fn api(request: &str) -> Vec<u8> {
    let lower = request.to_lowercase();
    let number: usize =
        lower.split("x-item: ").nth(1).unwrap().lines().next().unwrap().trim().parse().unwrap();
    let json = |status: &str, body: &str| answer(status, "application/json", body);
    let error = |code: &str| format!(r#"{{"code": "{code}", "message": "m", "status": "error"}}"#);
    if !lower.contains("authorization: bearer token-1234") {
        return json("401 Unauthorized", &error("INVALID_TOKEN"));
    }
    match number {
        _ if !request.lines().next().unwrap().contains("/7 ") => json("404 Not Found", &error("NOT_FOUND")),
        _ if number.is_multiple_of(90) => json("503 Service Unavailable", ""),
        _ if number.is_multiple_of(70) => json("400 Bad Request", &error("STRANGE")),
        _ if number.is_multiple_of(50) => json("200 OK", r#"{"code": "SUCCESS", "id": 7}"#),
        _ => json("200 OK", r#"{"code": "SUCCESS", "id": 7, "name": "b"}"#),
    }
}

const SETTINGS: &str = r#"
[target]
writes = true

[[case]]
match = "*::item_1[0-9]1::*"
skip = "not today"

[[case]]
match = "*::item_2[0-9]2::ok"
before = [{ case = "*::item_10::ok" }]
"#;

const WAIVERS: &str = r#"
[[waiver]]
case = "*::item_50::ok"
id = "body.field.removed"
path = "/name"
reason = "they bring it back"
until = 2099-12-31

[[waiver]]
case = "*::item_[1-4]::ok"
id = "header.missing"
reason = "nothing has it"
until = 2099-12-31
"#;

fn shop() -> tempfile::TempDir {
    workspace(&[
        (COLLECTION, &collection().to_string()),
        ("cases/shop/suite.toml", SETTINGS),
        ("cases/shop/waivers.toml", WAIVERS),
    ])
}

/// `--report` with every format that there is, in this folder.
fn reports(folder: &Path, into: &str) -> String {
    let help = run(uphold(folder).args(["run", "--help"])).stdout;
    let files = [("json", "run.json"), ("junit", "junit.xml"), ("md", "summary.md"), ("html", "index.html")];
    let known = files.iter().filter(|(format, _)| help.contains(&format!("{format}=")));
    known.map(|(format, file)| format!("{format}={into}/{file}")).collect::<Vec<_>>().join(",")
}

/// Without times, durations and ports.
fn timeless(text: &str) -> String {
    let times = [
        r#""(duration_ms|started|ms)": ?("[^"]*"|[\d.]+)"#,
        r#"time(stamp)?="[^"]*""#,
        r"127\.0\.0\.1:\d+",
        r"\d+(\.\d+)? m?s\b",
        r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?",
    ];
    times
        .iter()
        .fold(text.to_owned(), |text, time| Regex::new(time).unwrap().replace_all(&text, "TIME").into_owned())
}

/// The files of a folder, timeless.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let text = |path: &Path| timeless(&fs::read_to_string(path).unwrap());
    files.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), text(&path))).collect()
}

fn printed(ran: &Ran) -> String {
    let text = timeless(&ran.stdout);
    text.lines().filter(|line| !line.starts_with("report: ")).collect::<Vec<_>>().join("\n")
}

/// Of long texts only what differs is shown.
fn assert_same(what: &str, whole: &str, merged: &str) {
    let mut both = whole.lines().zip(merged.lines()).zip(1..);
    let differing = both.find(|((a, b), _)| a != b);
    assert!(whole == merged, "{what}, {} and {} bytes: {differing:?}", whole.len(), merged.len());
}

#[test]
fn four_shards_of_4000_cases_are_together_the_whole_run() {
    let folder = shop();
    let server = Recorder::with(api);
    let go = |args: &[&str], into: &str| {
        let report = reports(folder.path(), into);
        run(uphold(folder.path()).args(args).args(["--report", &report]))
    };
    let whole = go(&["run", "--base-url", &server.url()], "whole");
    assert_eq!(whole.code, 1, "{}", whole.stderr);
    let sent = server.seen().len();
    let mut sizes = Vec::new();
    for number in 1..=SHARDS {
        let shard = format!("{number}/{SHARDS}");
        let ran = go(&["run", "--base-url", &server.url(), "--shard", &shard], &format!("shards/{number}"));
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert!(ran.stdout.contains(&format!("(shard {shard}; all have 4000 cases)")), "{}", ran.stdout);
        // Of what other shards run nothing is told.
        assert!(
            !ran.stdout.contains("waiver.unused") && !ran.stdout.contains("not selected"),
            "{}",
            ran.stdout
        );
        let text = fs::read_to_string(folder.path().join(format!("shards/{number}/run.json"))).unwrap();
        sizes.push(serde_json::from_str::<Value>(&text).unwrap()["cases"].as_array().unwrap().len());
    }
    assert_eq!(server.seen().len(), 2 * sent, "each request once");
    assert!(
        sizes.iter().sum::<usize>() == 4000 && sizes.iter().all(|size| (800..1200).contains(size)),
        "{sizes:?}"
    );
    let merged = go(&["merge", "shards"], "merged");
    assert_eq!(merged.code, 1, "{}", merged.stderr);
    assert_same("the terminal", &printed(&whole), &printed(&merged));
    let (whole, merged) = (files(&folder.path().join("whole")), files(&folder.path().join("merged")));
    assert!(whole.len() >= 3 && whole.keys().eq(merged.keys()), "{:?}", merged.keys());
    for (name, text) in &whole {
        assert_same(name, text, &merged[name]);
    }
    assert!(whole["summary.md"].contains("waiver.unused") && whole["summary.md"].contains("STRANGE"));
}

#[test]
fn the_list_shows_what_a_shard_has() {
    let folder = small_shop();
    let ids = |args: &[&str]| -> Vec<String> {
        let ran = run(uphold(folder.path()).arg("list").args(args));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let lines = ran.stdout.lines().filter(|line| line.starts_with("shop::") && line.contains("::item_"));
        lines.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
    };
    let mut parts: Vec<String> =
        ["1/3", "2/3", "3/3"].iter().flat_map(|shard| ids(&["--shard", shard])).collect();
    let mut whole = ids(&[]);
    assert_eq!(whole.len(), 48);
    parts.sort();
    whole.sort();
    assert_eq!(parts, whole);
}

/// One case: one of two shards has it.
fn one_case() -> tempfile::TempDir {
    workspace(&[(COLLECTION, &one_example("{{base}}/orders/1", 200, "{\"id\": 1}"))])
}

#[test]
fn an_empty_shard_passes_and_says_so() {
    let folder = one_case();
    let ran = ["1/2", "2/2"].map(|shard| run(uphold(folder.path()).args(["run", "--shard", shard])));
    let empty = ran.iter().find(|ran| ran.stdout.contains("0 passed")).unwrap();
    let full = ran.iter().find(|ran| ran.stdout.contains("1 passed")).unwrap();
    assert_eq!((empty.code, full.code), (0, 0), "{empty:?}");
    assert!(empty.stdout.contains("0 cases (shard "), "{empty:?}");
    assert!(
        empty.stdout.contains("nothing was tested: no case of this shard is sent; all shards have 1 case")
    );
    // Where no shard sends anything, nothing is what was asked for.
    for shard in ["1/2", "2/2"] {
        let none = run(uphold(folder.path()).args(["run", "--filter", "nothing", "--shard", shard]));
        assert_eq!(none.code, 4, "{none:?}");
    }
}

#[test]
fn shards_share_the_seed_of_dynamic_values() {
    let folder = workspace(&[(COLLECTION, &one_example("{{base}}/orders/{{$guid}}", 200, "{\"id\": 1}"))]);
    let ran = run(uphold(folder.path()).args(["run", "--shard", "1/2"]));
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.stderr.contains("each shard would draw its own") && ran.stderr.contains("--seed N"),
        "{ran:?}"
    );
    for shard in ["1/2", "2/2"] {
        let report = format!("json=shards/{}.json", &shard[..1]);
        let ran =
            run(uphold(folder.path()).args(["run", "--shard", shard, "--seed", "7", "--report", &report]));
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    let merged = run(uphold(folder.path()).args(["merge", "shards"]));
    assert!(merged.code == 0 && merged.stdout.contains("seed: 7"), "{merged:?}");
    let misspelt = run(uphold(folder.path()).args(["run", "--shard", "3/2"]));
    assert!(misspelt.code == 2 && misspelt.stderr.contains("such as 1/4 to 4/4"), "{misspelt:?}");
}

#[test]
fn reports_that_do_not_make_one_run_are_refused_and_nothing_is_written() {
    let folder = one_case();
    let path = |name: &str| folder.path().join(name);
    for shard in ["1/2", "2/2"] {
        let report = format!("json=shards/{}.json", &shard[..1]);
        assert_eq!(run(uphold(folder.path()).args(["run", "--shard", shard, "--report", &report])).code, 0);
    }
    let one = fs::read_to_string(path("shards/1.json")).unwrap();
    fs::create_dir(path("odd")).unwrap();
    fs::write(path("odd/cut.json"), &one[..one.len() / 2]).unwrap();
    fs::write(path("odd/next.json"), one.replace("\"version\": 1", "\"version\": 2")).unwrap();
    fs::write(path("odd/other.json"), "{\"weather\": \"fine\"}").unwrap();
    fs::create_dir_all(path("none/below")).unwrap();
    fs::write(path("none/below/other.json"), "{}").unwrap();
    run(uphold(folder.path()).args(["run", "--report", "json=odd/whole.json"]));
    let merge = |args: &[&str]| {
        let ran = run(uphold(folder.path()).arg("merge").args(args));
        assert!(ran.code == 2 && ran.stdout.is_empty(), "{ran:?}");
        ran.stderr
    };
    let told: String = [
        &["shards/1.json"][..],
        &["shards", "shards/1.json", "odd/whole.json"],
        &["odd/cut.json"],
        &["odd/next.json"],
        &["odd/other.json"],
        &["none"],
        &["missing.json"],
        &["shards", "--report", "json=shards/1.json"],
    ]
    .iter()
    .map(|args| merge(args))
    .collect();
    // Where half of a report ends depends on the times in it.
    let told = Regex::new(r"line \d+, column \d+: EOF.*")
        .unwrap()
        .replace_all(&told, "line N, column M: EOF")
        .into_owned();
    insta::assert_snapshot!(told.replace('\\', "/"));
    assert!(!path("reports").exists());
    // Named twice, or found beside other files, a report is there once; one of a whole run may be written anew.
    let merged = run(uphold(folder.path()).args(["merge", "shards", "shards/1.json", "none"]));
    assert_eq!(merged.code, 0, "{merged:?}");
    let again = run(uphold(folder.path()).args(["merge", "odd/whole.json", "--report", "md=again.md"]));
    assert_eq!(again.code, 0, "{again:?}");
    assert!(path("again.md").exists() && path("reports/junit.xml").exists());
}

#[test]
fn what_a_report_says_stays_text() {
    let folder = one_case();
    run(uphold(folder.path()).args(["run", "--report", "json=run.json"]));
    let file = folder.path().join("run.json");
    let mut report: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let hostile = "\u{1b}[2J\n::error::x <script>alert(1)</script> ]]> [a](b)";
    report["cases"][0]["id"] = hostile.into();
    report["cases"][0]["verdict"] = "failed".into();
    report["cases"][0]["source"]["file"] = hostile.into();
    report["cases"][0]["curl"] = hostile.into();
    report["notes"] = json!([hostile]);
    report["warnings"] = json!([{"file": hostile, "pointer": hostile, "message": hostile}]);
    fs::write(&file, report.to_string()).unwrap();
    let ran = run(uphold(folder.path()).args(["merge", "run.json"]));
    assert_eq!(ran.code, 1, "what counts are the cases: {ran:?}");
    assert!(ran.stdout.contains("FAIL") && !ran.stdout.contains('\u{1b}'), "{ran:?}");
    assert!(!ran.stdout.lines().any(|line| line.trim_start().starts_with("::")), "{ran:?}");
    let junit = fs::read_to_string(folder.path().join("reports/junit.xml")).unwrap();
    assert!(roxmltree::Document::parse(&junit).is_ok() && !junit.contains("<script>"), "{junit}");
}

#[test]
fn a_run_with_memory_has_shards_too() {
    let folder = small_shop();
    let server = Recorder::with(api);
    for number in [1, 2] {
        let (shard, history) = (format!("{number}/2"), format!("history-{number}.sqlite"));
        let report = format!("json=shards/{number}.json");
        let args = ["drift", "--base-url", &server.url(), "--shard", &shard, "--history", &history];
        let ran = run(uphold(folder.path()).args(args).args(["--report", &report]));
        assert!([0, 1, 3].contains(&ran.code), "{ran:?}");
    }
    let merged = run(uphold(folder.path()).args(["merge", "shards"]));
    let page = fs::read_to_string(folder.path().join("reports/summary.md")).unwrap();
    assert!(page.contains("Since the runs before") && page.contains("`shard 2/2: "), "{page}\n{merged:?}");
}

/// The first of the requests.
fn small_shop() -> tempfile::TempDir {
    let mut small = collection();
    small["item"][0]["item"].as_array_mut().unwrap().truncate(12);
    small["item"].as_array_mut().unwrap().truncate(1);
    workspace(&[(COLLECTION, &small.to_string())])
}

#[test]
fn a_comparison_has_shards_too() {
    let folder = small_shop();
    let old = Recorder::with(|_| answer("200 OK", "application/json", r#"{"id": 7, "name": "a"}"#));
    let new = Recorder::with(|request| {
        let breaks = request.contains("GET /r_3/") || request.contains("GET /r_8/");
        answer(
            "200 OK",
            "application/json",
            if breaks { r#"{"id": 7}"# } else { r#"{"id": 7, "name": "a"}"# },
        )
    });
    let go = |args: &[&str], into: &str| {
        let report = reports(folder.path(), into);
        run(uphold(folder.path()).args(args).args(["--report", &report]))
    };
    let compare = |shard: &[&str], into: &str| {
        let args = ["compare", "--old", &old.url(), "--new", &new.url(), "--rounds", "1"];
        go(&[&args[..], shard].concat(), into)
    };
    let whole = compare(&[], "whole");
    for number in ["1", "2", "3"] {
        let ran = compare(&["--shard", &format!("{number}/3")], &format!("shards/{number}"));
        assert!([0, 1].contains(&ran.code), "{ran:?}");
    }
    let merged = go(&["merge", "shards"], "merged");
    assert_eq!((whole.code, merged.code), (1, 1), "{merged:?}");
    assert!(whole.stdout.starts_with("2 of 48") || whole.stdout.contains(" of 48 cases break"), "{whole:?}");
    assert_same("the terminal", &printed(&whole), &printed(&merged));
    let (whole, merged) = (files(&folder.path().join("whole")), files(&folder.path().join("merged")));
    for (name, text) in &whole {
        assert_same(name, text, &merged[name]);
    }
}
