//! Input that means harm: answers that echo secrets, URLs and variables that try to leave the
//! named server or to begin another request, files without an end, signals at bad moments.

use serde_json::{Value, json};

use crate::support::{Ran, Recorder, answer, one_example, run, uphold, workspace};

/// What must be in no output.
const SECRET: &str = "abcdEFGH12345678";

/// Runs the suite `shop`, whose auth is a token from the environment, and gives every output.
fn outputs(collection: &str, answered: Vec<u8>) -> String {
    let server = Recorder::answering(answered);
    let folder = workspace(&[
        ("cases/shop/shop.postman_collection.json", collection),
        (
            "cases/shop/suite.toml",
            "[variables]\ntok = \"${TOK}\"\n[auth.default]\ntype = \"bearer\"\ntoken = \"${TOK}\"\n",
        ),
    ]);
    let mut command = uphold(folder.path());
    command.args(["run", "shop", "--fail-on", "info", "--base-url", &server.url()]).env("TOK", SECRET);
    let ran = run(&mut command);
    let report = |name: &str| std::fs::read_to_string(folder.path().join("reports").join(name)).unwrap();
    let reports = ["junit.xml", "run.json", "index.html", "summary.md"].map(report).concat();
    format!("{}{}{reports}", ran.stdout, ran.stderr)
}

/// The collection with one GET and one example, changed.
fn changed(url: &str, change: impl Fn(&mut Value)) -> String {
    let mut collection: Value = serde_json::from_str(&one_example(url, 200, "{\"a\": 1}")).unwrap();
    let item = &mut collection["item"][0];
    change(&mut item["request"]);
    change(&mut item["response"][0]["originalRequest"]);
    collection.to_string()
}

fn get() -> String {
    one_example("{{base}}/a", 200, "{\"a\": 1}")
}

#[track_caller]
fn holds_no_secret(output: &str, what: &str) {
    let least = &SECRET[..6].to_lowercase();
    assert!(!output.to_lowercase().contains(least), "{what}:\n{output}");
}

#[test]
fn a_secret_at_the_end_of_what_is_shown_is_hidden_whole() {
    for length in [185, 190, 195, 200, 225, 230, 235, 240] {
        let filler = "z".repeat(length);
        for body in
            [json!({"a": format!("{filler}{SECRET}")}).to_string(), format!("{filler}{SECRET} no JSON")]
        {
            let output = outputs(&get(), answer("200 OK", "application/json", &body));
            holds_no_secret(&output, &format!("after {length} characters"));
        }
    }
}

#[test]
fn a_folded_or_dumped_secret_is_hidden() {
    let head = |field: &str| {
        format!("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n{field}\r\n\r\n{{}}")
            .into_bytes()
    };
    for field in [
        format!("Content-Type: text/{SECRET}"),
        format!("Content-Encoding: {SECRET}"),
        format!("X-{SECRET}: 1"),
    ] {
        holds_no_secret(&outputs(&get(), head(&field)), &field);
    }
    let mut bytes =
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{\"a\":\"\xff"
            .to_vec();
    bytes.extend_from_slice(SECRET.as_bytes());
    let output = outputs(&get(), bytes);
    holds_no_secret(&output, "beside bytes that are no text");
    assert!(!output.contains("61 62 63 64"), "{output}");
    assert!(output.contains("bytes ff at offset 6"), "{output}");
}

#[test]
fn a_secret_in_the_method_or_the_path_is_hidden() {
    let method = changed("{{base}}/a", |request| request["method"] = json!("{{tok}}"));
    holds_no_secret(&outputs(&method, answer("200 OK", "application/json", "{}")), "method");
    let path = one_example("{{base}}/a/{{tok}}?x={{tok}}", 200, "{\"a\": 1}");
    holds_no_secret(&outputs(&path, answer("200 OK", "application/json", "{}")), "path");
}

#[test]
fn lint_and_list_hide_the_secret_that_a_reason_quotes() {
    let collection = changed("{{base}}/a", |request| {
        request["header"] = json!([{"key": "X", "value": "a\r\n{{tok}}"}]);
    });
    let folder = workspace(&[
        ("cases/shop/shop.postman_collection.json", &collection),
        ("cases/shop/suite.toml", "[variables]\ntok = \"${TOK}\"\n"),
    ]);
    for command in ["list", "lint"] {
        let ran = run(uphold(folder.path()).args([command, "shop"]).env("TOK", SECRET));
        assert!(ran.stdout.contains("line break"), "{ran:?}");
        holds_no_secret(&format!("{}{}", ran.stdout, ran.stderr), command);
    }
}

/// Runs the collection against a server; what the server saw.
fn sent(collection: &str, environment: &[(&str, &str)]) -> (Ran, Vec<String>) {
    let server = Recorder::answering(answer("200 OK", "application/json", "{\"a\": 1}"));
    let folder = workspace(&[("shop.json", collection)]);
    let mut command = uphold(folder.path());
    command.args(["run", "shop.json", "--base-url", &server.url()]).envs(environment.iter().copied());
    (run(&mut command), server.seen())
}

#[test]
fn nothing_leaves_for_a_host_that_a_url_a_header_or_the_environment_names() {
    let other = Recorder::answering(answer("200 OK", "application/json", "{\"a\": 1}"));
    let authority = other.url().replace("http://", "");
    for url in [
        "//@/x",
        r"\\@\x",
        r"http:\\@\x",
        "{{base}}.@/x",
        r"{{base}}/\@/x",
        r"http://@\@a/x",
        "http://u:p@@/x",
    ] {
        let url = url.replacen('@', &authority, 1);
        let (ran, seen) = sent(&one_example(&url, 200, "{\"a\": 1}"), &[]);
        assert_eq!((ran.code, seen.len()), (0, 1), "{url}: {ran:?}");
    }
    let host =
        changed("{{base}}/a", |request| request["header"] = json!([{"key": "Host", "value": authority}]));
    let (_, seen) = sent(&host, &[]);
    assert!(!seen.concat().contains(&authority), "{seen:?}");
    let proxy = format!("http://user:password@{authority}");
    let names = ["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let (ran, seen) = sent(&get(), &names.map(|name| (name, proxy.as_str())));
    assert_eq!((ran.code, seen.len()), (0, 1), "{ran:?}");
    assert_eq!(other.seen(), Vec::<String>::new());
}

#[test]
fn a_line_break_or_nul_in_a_url_or_header_is_never_sent() {
    for url in ["{{base}}/a\r\nX: 1", "{{base}}/a?b=\nc", "{{base}}/a\0b"] {
        let (ran, seen) = sent(&one_example(url, 200, "{\"a\": 1}"), &[]);
        assert_eq!((ran.code, seen.len()), (4, 0), "{url:?}: {ran:?}");
        assert!(ran.stdout.contains("line break or NUL"), "{ran:?}");
    }
    for header in [json!({"key": "X", "value": "a\r\nY: 1"}), json!({"key": "X: 1\r\nY", "value": "a"})] {
        let collection = changed("{{base}}/a", |request| request["header"] = json!([header]));
        let (ran, seen) = sent(&collection, &[]);
        assert_eq!((ran.code, seen.len()), (4, 0), "{header}: {ran:?}");
    }
}

#[test]
fn a_url_that_is_too_long_is_told_with_the_limit() {
    let (ran, seen) = sent(&one_example(&format!("{{{{base}}}}/{}", "a".repeat(70_000)), 200, "{}"), &[]);
    assert_eq!((ran.code, seen.len()), (3, 0));
    assert!(ran.stdout.contains("no more than 65534 can be sent"), "{}", ran.stdout);
}

#[test]
fn many_headers_and_many_members_are_no_trap() {
    let headers: Vec<Value> = (0..20_000).map(|n| json!({"key": format!("X-{n}"), "value": "a"})).collect();
    let (_, seen) = sent(&changed("{{base}}/a", |request| request["header"] = json!(headers)), &[]);
    assert_eq!(seen.len(), 1);
    let members: serde_json::Map<String, Value> = (0..20_000).map(|n| (format!("k{n}"), json!(n))).collect();
    let output = outputs(&get(), answer("200 OK", "application/json", &Value::Object(members).to_string()));
    assert!(output.contains("body.field.added"));
}

#[test]
fn a_glob_of_any_length_is_refused_in_words() {
    let stars = "*".repeat(100_000);
    let toml = format!("[[case]]\nmatch = \"{stars}\"\n");
    let collection = get();
    let folder = workspace(&[
        ("cases/shop/shop.postman_collection.json", &collection),
        ("cases/shop/suite.toml", &toml),
        ("alone.json", &collection),
    ]);
    let ran = run(uphold(folder.path()).args(["run", "shop"]));
    assert!(ran.code == 2 && ran.stderr.contains("suite.toml:2"), "{ran:?}");
    let ran = run(uphold(folder.path()).args(["run", "alone.json", "--filter", &stars]));
    assert!(ran.code == 2 && ran.stderr.contains("no valid glob"), "{ran:?}");
}

#[test]
fn a_message_cannot_begin_a_line_of_its_own() {
    let folder = workspace(&[]);
    let ran = run(uphold(folder.path()).args(["run", "x\n::error::owned\u{1b}[31m"]));
    assert_eq!(ran.code, 2);
    assert!(!ran.stderr.lines().any(|line| line.starts_with("::")), "{}", ran.stderr);
    assert!(!ran.stderr.contains('\u{1b}'), "{}", ran.stderr);
}

#[test]
fn a_report_in_a_folder_that_it_makes_itself_is_refused_before_anything_is_sent() {
    let server = Recorder::answering(answer("200 OK", "application/json", "{}"));
    let folder = workspace(&[("shop.json", &get())]);
    let ran = run(uphold(folder.path())
        .args(["run", "shop.json", "--report", "json=a/../a", "--base-url"])
        .arg(server.url()));
    assert_eq!((ran.code, server.seen().len()), (2, 0), "{ran:?}");
}

#[cfg(target_os = "linux")]
mod signals {
    use std::process::{Child, Command, Stdio};

    use super::{Recorder, answer, get, uphold, workspace};

    fn interrupt(child: &Child) {
        let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Whether SIGINT has a handler: bit 1 of the mask in `/proc`.
    fn listens(child: &Child) -> bool {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
        u64::from_str_radix(mask.trim(), 16).unwrap() & 2 != 0
    }

    /// A run with a report into a pipe that nobody opens for reading.
    #[test]
    fn a_pipe_that_nobody_reads_does_not_hold_an_interrupted_run() {
        let server = Recorder::answering(answer("200 OK", "application/json", "{}"));
        let folder = workspace(&[("shop.json", &get())]);
        let pipe = folder.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let mut child = uphold(folder.path())
            .args(["run", "shop.json", "--report", "json=pipe", "--base-url", &server.url()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while !listens(&child) {
            std::thread::yield_now();
        }
        interrupt(&child);
        assert_eq!(child.wait().unwrap().code(), Some(130));
        assert_eq!(server.seen(), Vec::<String>::new());
    }
}

#[test]
fn a_base_variable_that_holds_itself_twice_takes_no_time() {
    let environment = r#"{"name": "e", "values": [{"key": "base", "value": "{{base}}.h:80{{base}}"}]}"#;
    let folder = workspace(&[
        ("shop.json", &one_example("{{base}}@h:80/orders", 200, "{}")),
        ("dev.json", environment),
    ]);
    let ran = run(uphold(folder.path()).args([
        "list",
        "shop.json",
        "-e",
        "dev.json",
        "--base-url=http://127.0.0.1:9",
    ]));
    assert!(ran.code == 0 && ran.stdout.contains("variable `base` is not filled to the end"), "{ran:?}");
}
