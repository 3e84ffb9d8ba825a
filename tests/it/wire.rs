//! What newman 6.2.2 puts on the wire, case by case (`tests/fixtures/wire`), and what the program puts
//! there: whole suites through one run, each against a recording server of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::{one_example, project, run, uphold, workspace};
use crate::wiretap::{Arrived, Wiretap};

/// The port that the variables of the fixture hold; each suite gets its own server's instead.
const PORT: &str = "18557";

/// Fields that each client writes for itself. They count where a case lists them.
const CLIENTS: &[&str] =
    &["user-agent", "host", "accept-encoding", "connection", "cache-control", "postman-token"];

/// What newman's cookie jar held from requests before, in its one session for all cases; here each case
/// is a session of its own.
const OF_THE_SESSION: &str = "cookie: s=1; u=3";

/// Where we differ from newman on purpose, each with what is sent instead: the request line, and the
/// fields besides newman's.
const DIFFERENT: &[(&str, &str, &[&str])] = &[
    // Newman finds no URL, because it does not read `raw`; 26 of 56,710 real requests have only that.
    ("url: object with only raw", "GET /only-raw", &["authorization: Bearer COLL", "accept: */*"]),
    // Newman sends `/u/:id`: a number is no value to it.
    ("url: pathvar number value", "GET /u/42", &[]),
    // reqwest's URL type follows the URL standard, which resolves dot segments; lint says so.
    ("url: double slash & dot segments", "GET /a//b/d", &[]),
    // The same standard encodes an apostrophe in a query; lint says so.
    ("url: disableUrlEncoding", "GET /q?sp=a%27b{c}", &[]),
    // reqwest always sends Accept.
    ("hdr: disabledSystemHeaders", "POST /h", &["accept: */*"]),
    // Newman forgets `enabled: false`, which is what the app writes; the collection's value counts.
    ("var: enabled:false env var falls back", "GET /v", &["x-v: fromCol"]),
];

/// Why each of these is never sent, with the cure.
const REFUSED: &[(&str, &str)] = &[
    ("url: pathvar empty value", PATH_ID),
    ("url: pathvar null value", PATH_ID),
    ("url: pathvar undefined", PATH_ID),
    (
        "url: pathvar name is also env var",
        "path variable `:a` has no value; give a value with `path = { … }` in a `[[case]]` of suite.toml",
    ),
    ("url: unresolved variable in path and query", NOPE),
    (
        "hdr: string with // comment line",
        "header name `//X-C` is not a token; correct it in Postman or in suite.toml",
    ),
    (
        "hdr: name/value with spaces around",
        "header name ` X-Trim ` is not a token; correct it in Postman or in suite.toml",
    ),
    (
        "hdr: invalid name (space)",
        "header name `X Bad` is not a token; correct it in Postman or in suite.toml",
    ),
    ("hdr: unresolved var in value", NOPE),
    (
        "hdr: newline in value",
        "header `X-NL`: character 2 of its value is U+000A, a line break or control character; correct it in Postman or in suite.toml",
    ),
    ("body: raw no language", NOPE),
    (
        "body: formdata",
        "an upload names no file, upload `nope.txt`: there is no such file; put it below SUITE; name one in Postman and put it into the folder of the suite",
    ),
    ("body: file missing", "upload `nope.bin`: there is no such file; put it below SUITE"),
    (
        "body: file src null",
        "an upload names no file; name one in Postman and put it into the folder of the suite",
    ),
    ("auth: bearer unresolved token", NOPE),
    (
        "auth: unknown type",
        "auth type `zzz`: is not supported (/item/0/item/0/request/auth); give the case another one as a profile of suite.toml",
    ),
    (
        "var: cycle",
        "variable `cyc2` is not filled to the end: values lead in a circle, or through more than 19 others; \
         correct the values, or give one with --var or `[variables]` of suite.toml",
    ),
    ("var: spaces in braces", "variable ` a ` has no value, variable `a ` has no value; GIVE"),
    ("var: folder-level variable (schema has it)", "variable `folderVar` has no value; GIVE"),
    ("var: item-level variable", "variable `itemVar` has no value; GIVE"),
    ("var: case sensitive", "variable `A` has no value; GIVE"),
    ("var: unbalanced braces", "variable `a|` has no value; GIVE"),
];

const PATH_ID: &str =
    "path variable `:id` has no value; give a value with `path = { … }` in a `[[case]]` of suite.toml";
const NOPE: &str = "variable `nope` has no value; GIVE";
/// What `GIVE` stands for above.
const GIVE: &str = "give a value with --var, an environment file or `[variables]` of suite.toml";

#[derive(Deserialize)]
struct Case {
    #[serde(rename = "case")]
    name: String,
    collection: Value,
    newman_sends: Vec<Sent>,
    expected: String,
}

#[derive(Deserialize)]
struct Sent {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Sent {
    fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }

    fn fields(&self) -> Vec<String> {
        sorted(self.headers.iter().map(written).filter(|field| field != OF_THE_SESSION))
    }
}

fn written((name, value): &(String, String)) -> String {
    format!("{}: {value}", name.to_ascii_lowercase())
}

fn sorted(fields: impl Iterator<Item = String>) -> Vec<String> {
    let mut fields: Vec<String> = fields.collect();
    fields.sort();
    fields
}

/// The fields that arrived, but for those of the client that the case does not list.
fn fields(arrived: &Arrived, listed: &[String]) -> Vec<String> {
    let is_listed = |name: &str| {
        let begins = |field: &&String| field.split(':').next() == Some(name);
        listed.iter().find(begins).is_some()
    };
    let counts = |(name, _): &&(String, String)| {
        let name = name.to_ascii_lowercase();
        !CLIENTS.contains(&name.as_str()) || is_listed(&name)
    };
    sorted(arrived.fields.iter().filter(counts).map(written))
}

fn fixture() -> PathBuf {
    project().join("tests/fixtures/wire")
}

fn cases() -> Vec<Case> {
    let text = fs::read_to_string(fixture().join("cases.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What came of one case: what its server saw, and its line of run.json.
struct Done {
    requests: Vec<Arrived>,
    connections: usize,
    row: Value,
}

/// Runs each collection as a suite of its own, as the fixture says: with its environment, its globals,
/// one row of data, and its files.
fn run_all(collections: &[&Value]) -> Vec<Done> {
    let folder = tempfile::tempdir().unwrap();
    let copy = |name: &str, to: &Path, port: u16| {
        let text = fs::read_to_string(fixture().join(name)).unwrap();
        fs::write(to.join(name), text.replace(PORT, &port.to_string())).unwrap();
    };
    let servers: Vec<Wiretap> = collections.iter().map(|_| Wiretap::start()).collect();
    for (at, (collection, server)) in collections.iter().zip(&servers).enumerate() {
        let suite = folder.path().join(format!("cases/w{at}"));
        fs::create_dir_all(&suite).unwrap();
        let text = collection.to_string().replace(PORT, &server.port().to_string());
        fs::write(suite.join("w.postman_collection.json"), text).unwrap();
        fs::write(suite.join("suite.toml"), format!("[target]\nbase_url = \"{}\"\n", server.url())).unwrap();
        for name in ["wire.postman_environment.json", "a.txt", "b.txt"] {
            copy(name, &suite, server.port());
        }
    }
    copy("wire.postman_globals.json", folder.path(), 0);
    fs::write(folder.path().join("row.json"), r#"[{"dataVar": "data"}]"#).unwrap();
    let ran = run(uphold(folder.path()).args([
        "run",
        "--globals=wire.postman_globals.json",
        "--data=row.json",
        "--report=json=run.json",
    ]));
    let report = fs::read_to_string(folder.path().join("run.json")).unwrap_or_else(|_| panic!("{ran:?}"));
    let report: Value = serde_json::from_str(&report).unwrap();
    let rows = report["cases"].as_array().unwrap().iter();
    let mut rows: BTreeMap<&str, &Value> = rows.map(|row| (row["suite"].as_str().unwrap(), row)).collect();
    let done = servers.iter().enumerate().map(|(at, server)| {
        let seen = server.seen();
        assert_eq!(seen.faults, Vec::<String>::new());
        let row = rows.remove(format!("w{at}").as_str()).unwrap().clone();
        Done { requests: seen.requests.clone(), connections: seen.connections, row }
    });
    done.collect()
}

#[test]
fn every_case_arrives_as_newman_sends_it_or_is_refused_with_its_cause() {
    let cases = cases();
    let done = run_all(&cases.iter().map(|case| &case.collection).collect::<Vec<_>>());
    let mut split: BTreeMap<&str, usize> = BTreeMap::new();
    for (case, done) in cases.iter().zip(&done) {
        let kind = match case.expected.as_str() {
            "same" => same(case, done),
            expected if expected.starts_with("refuse") => refused(case, done),
            _ => different(case, done),
        };
        *split.entry(kind).or_default() += 1;
    }
    eprintln!("{} cases: {split:?}", cases.len());
    assert_eq!((cases.len(), split["refused"], split["different"]), (84, REFUSED.len(), DIFFERENT.len()));
}

#[track_caller]
fn one<'d>(case: &Case, done: &'d Done) -> &'d Arrived {
    assert_eq!(done.requests.len(), 1, "{}: {}", case.name, done.row);
    &done.requests[0]
}

/// The uploads that are not there left out, the form of the fixture is newman's to the byte.
#[test]
fn a_form_whose_files_are_all_there_is_newmans() {
    let mut case = cases().into_iter().find(|case| case.name == "body: formdata").unwrap();
    let missing = ["miss", "nul", "arr0"];
    let example = case.collection.pointer_mut("/item/0/item/0/response/0/originalRequest").unwrap();
    let parts = example["body"]["formdata"].as_array_mut().unwrap();
    parts.retain(|part| !missing.contains(&part["key"].as_str().unwrap()));
    let done = run_all(&[&case.collection]).remove(0);
    let ours = one(&case, &done);
    let boundary = ours.values("content-type").next().unwrap().split_once("boundary=").unwrap().1;
    let body = String::from_utf8_lossy(&ours.body).replace(&format!("--{boundary}"), "<boundary>");
    let kept = case.newman_sends[0]
        .body
        .split_inclusive("<boundary>")
        .filter(|part| !missing.iter().any(|name| part.contains(&format!("name=\"{name}\""))));
    assert_eq!(body, kept.collect::<String>());
}

fn same(case: &Case, done: &Done) -> &'static str {
    let ours = one(case, done);
    let [theirs] = &case.newman_sends[..] else { panic!("{}: not one request", case.name) };
    assert_eq!(ours.line(), theirs.line(), "{}", case.name);
    let listed = theirs.fields();
    assert_eq!(fields(ours, &listed), listed, "{}", case.name);
    assert_eq!(String::from_utf8_lossy(&ours.body), theirs.body, "{}", case.name);
    "same"
}

fn refused(case: &Case, done: &Done) -> &'static str {
    let reason = REFUSED.iter().find(|(name, _)| *name == case.name).unwrap().1;
    let folder = format!("./cases/{}", done.row["suite"].as_str().unwrap());
    let reason = reason.replace("GIVE", GIVE).replace("SUITE", &folder);
    assert_eq!((done.connections, done.row["verdict"].as_str()), (0, Some("skipped")), "{}", case.name);
    assert_eq!(done.row["reason"], reason, "{}", case.name);
    "refused"
}

fn different(case: &Case, done: &Done) -> &'static str {
    let (_, line, besides) = DIFFERENT.iter().find(|(name, ..)| *name == case.name).unwrap();
    let ours = one(case, done);
    assert_eq!(ours.line(), *line, "{}", case.name);
    let theirs = case.newman_sends.first();
    let replaced = |field: &String| !besides.iter().any(|b| b.split(':').next() == field.split(':').next());
    let kept = theirs.map(Sent::fields).unwrap_or_default().into_iter().filter(replaced);
    if case.name == "hdr: disabledSystemHeaders" {
        for left_out in ["user-agent", "accept-encoding", "cache-control", "postman-token", "connection"] {
            assert_eq!(ours.values(left_out).next(), None, "{left_out}");
        }
    }
    let listed = sorted(kept.chain(besides.iter().map(|field| (*field).to_owned())));
    assert_eq!(fields(ours, &listed), listed, "{}", case.name);
    assert_eq!(String::from_utf8_lossy(&ours.body), theirs.map_or("", |sent| &sent.body), "{}", case.name);
    "different"
}

/// What the URL type cannot carry is told by lint, and what it can carry arrives as newman sends it.
#[test]
fn lint_names_every_target_that_is_altered_on_its_way() {
    let dots = "`.` and `..` in the path are resolved";
    let encoded = |what: &str| format!("{what} in the URL is percent-encoded before it is sent");
    for (url, raw, sent, lint) in [
        ("/a/./b", false, "/a/b", Some(dots.to_owned())),
        ("/a/../b", false, "/b", Some(dots.to_owned())),
        ("/a/%2e/b", false, "/a/b", Some(dots.to_owned())),
        ("/a/.%2E/b", false, "/b", Some(dots.to_owned())),
        ("/a/..", false, "/", Some(dots.to_owned())),
        ("/a/.../b..c", false, "/a/.../b..c", None),
        ("/q?a='b", true, "/q?a=%27b", Some(encoded("`'`"))),
        ("/{a}?b=\"<", true, "/%7Ba%7D?b=%22%3C", Some(encoded("`{`, `}`, `\"`, `<`"))),
        ("/q?a='b", false, "/q?a=%27b", None),
        ("/a\\b", false, "/a/b", None),
        ("/a\tb/ü?c=漢", false, "/a%09b/%C3%BC?c=%E6%BC%A2", None),
        ("//a//b/?", false, "//a//b/?", None),
    ] {
        let server = Wiretap::start();
        let mut collection: Value =
            serde_json::from_str(&one_example(&format!("{}{url}", server.url()), 200, "")).unwrap();
        collection["protocolProfileBehavior"] = json!({"disableUrlEncoding": raw});
        let folder = workspace(&[("shop.json", &collection.to_string())]);
        let ran = run(uphold(folder.path()).args(["run", "shop.json", "--base-url", &server.url()]));
        let arrived: Vec<String> =
            server.seen().requests.iter().map(|request| request.target.clone()).collect();
        assert_eq!(arrived, [sent], "{url:?}: {ran:?}");
        let said = run(uphold(folder.path()).args(["lint", "shop.json"])).stdout;
        match lint {
            Some(lint) => assert!(said.contains(&lint), "{url:?}: {said}"),
            None => assert!(!said.contains("is sent"), "{url:?}: {said}"),
        }
    }
}
