//! `uphold run` from the outside: exit codes, reports, guards, secrets, interrupts.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Ran, Recorder, answer, one_example, run, uphold, workspace};

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";

fn run_json(folder: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join("reports/run.json")).unwrap()).unwrap()
}

fn only_case(folder: &Path) -> Value {
    let report = run_json(folder);
    assert_eq!(report["cases"].as_array().unwrap().len(), 1);
    report["cases"][0].clone()
}

/// Runs the one-example suite against a server that answers so.
fn against(server: &Recorder, settings: &str, args: &[&str]) -> (Ran, tempfile::TempDir) {
    let collection = one_example("{{base}}/orders/1", 200, "{\"id\": 1, \"note\": \"x\"}");
    let folder = workspace(&[(COLLECTION, &collection), ("cases/shop/suite.toml", settings)]);
    let ran = run(uphold(folder.path()).args(["run", "--base-url", &server.url()]).args(args));
    (ran, folder)
}

#[test]
fn a_case_that_holds_passes() {
    let server = Recorder::answering(answer("200 OK", "application/json", "{\"id\": 9, \"note\": \"y\"}"));
    let (ran, folder) = against(&server, "", &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(server.seen()[0].starts_with("GET /orders/1 HTTP/1.1\r\n"));
    let report = run_json(folder.path());
    assert_eq!(report["version"], 1);
    assert_eq!(report["target"]["kind"], "live");
    assert_eq!(report["summary"]["passed"], 1);
    assert!(folder.path().join("reports/junit.xml").exists());
}

#[test]
fn a_case_that_does_not_hold_fails_with_pointer_and_curl() {
    let server =
        Recorder::answering(answer("200 OK", "application/json", "{\"id\": \"9\", \"note\": \"y\"}"));
    let (ran, folder) = against(&server, "", &[]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let case = only_case(folder.path());
    assert_eq!(case["findings"][0]["id"], "body.type.changed");
    assert_eq!(case["findings"][0]["at"], "/id");
    for part in ["body.type.changed", "/id", "integer", "string", "curl "] {
        assert!(ran.stdout.contains(part), "{part} is not in:\n{}", ran.stdout);
    }
}

#[test]
fn levels_decide_what_fails() {
    let server =
        Recorder::answering(answer("200 OK", "application/json", "{\"id\": 9, \"note\": \"\", \"x\": 1}"));
    assert_eq!(against(&server, "", &[]).0.code, 0);
    assert_eq!(against(&server, "", &["--fail-on", "info"]).0.code, 1);
    assert_eq!(against(&server, "[severity]\n\"body.field.added\" = \"breaking\"\n", &[]).0.code, 1);
    let off = "[severity]\n\"body.field.added\" = \"off\"\n";
    let (ran, folder) = against(&server, off, &["--fail-on", "info"]);
    assert_eq!((ran.code, only_case(folder.path())["findings"].as_array().unwrap().len()), (0, 0), "{ran:?}");
}

#[test]
fn no_usable_answer_is_an_error_and_the_reports_are_written() {
    // A port that was just free refuses.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let collection = one_example("{{base}}/orders/1", 200, "{}");
    let folder = workspace(&[(COLLECTION, &collection)]);
    let url = format!("http://127.0.0.1:{port}");
    let ran = run(uphold(folder.path()).args(["run", "--base-url", &url]));
    assert_eq!(ran.code, 3, "{ran:?}");
    let case = only_case(folder.path());
    assert_eq!(case["verdict"], "errored");
    assert_eq!(case["findings"][0]["id"], "transport.error");
    assert!(fs::read_to_string(folder.path().join("reports/junit.xml")).unwrap().contains("<error"));
}

#[test]
fn broken_and_late_answers_are_errors() {
    let cut = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"id\": 1}"
        .to_vec();
    for (bytes, id) in [
        (cut, "transport.error"),
        (b"SSH-2.0-OpenSSH_9\r\n".to_vec(), "transport.error"),
        (answer("503 Service Unavailable", "text/plain", "down"), "env.unavailable"),
        (answer("429 Too Many Requests", "text/plain", "slow down"), "env.throttled"),
        (answer("401 Unauthorized", "application/json", "{}"), "env.auth"),
    ] {
        let server = Recorder::answering(bytes);
        let (ran, folder) = against(&server, "", &[]);
        assert_eq!(ran.code, 3, "{id}: {ran:?}");
        assert_eq!(only_case(folder.path())["findings"][0]["id"], id);
    }
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let folder = workspace(&[(COLLECTION, &one_example("{{base}}/orders/1", 200, "{}"))]);
    let ran = run(uphold(folder.path()).args(["run", "--base-url", &url, "--timeout", "100ms"]));
    assert_eq!(
        (ran.code, &only_case(folder.path())["findings"][0]["id"]),
        (3, &Value::from("transport.timeout"))
    );
}

#[test]
fn nothing_that_runs_is_no_success() {
    let server = Recorder::answering(answer("200 OK", "application/json", "{}"));
    let (ran, _folder) = against(&server, "", &["--filter", "nothing_like_this"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    let (ran, _folder) = against(&server, "[[case]]\nmatch = \"*\"\nskip = \"not today\"\n", &[]);
    assert_eq!(ran.code, 4);
    assert!(ran.stdout.contains("not today"));
    assert_eq!(server.seen(), Vec::<String>::new());
}

#[test]
fn a_suite_named_twice_runs_once() {
    let folder = workspace(&[(COLLECTION, &one_example("{{base}}/orders/1", 200, "{}"))]);
    let full = folder.path().join("cases/shop");
    let names = ["run", "shop", "cases/shop", "./cases/shop/", COLLECTION, full.to_str().unwrap()];
    let ran = run(uphold(folder.path()).args(names));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("summary: 1 passed"), "{}", ran.stdout);
}

#[test]
fn an_absolute_path_below_the_working_directory_is_reported_as_a_relative_one() {
    let folder = workspace(&[(COLLECTION, &one_example("{{base}}/orders/1", 200, "{}"))]);
    let suite = folder.path().canonicalize().unwrap().join("cases/shop");
    let ran = run(uphold(folder.path()).args(["run", &suite.to_string_lossy()]));
    let junit =
        fs::read_to_string(folder.path().join("reports/junit.xml")).unwrap_or_else(|_| panic!("{ran:?}"));
    assert!(junit.contains(&format!("file=\"{COLLECTION}\"")), "{junit}");
}

#[test]
fn a_path_that_goes_up_and_comes_back_is_reported_without_the_detour() {
    let collection = one_example("{{base}}/orders/1", 200, "{}");
    let folder =
        workspace(&[("api/s.json", &collection), ("old/v1/s.json", &collection), ("s.json", &collection)]);
    let root = folder.path().canonicalize().unwrap();
    let api = root.join("api");
    let file = |typed: &str| {
        let ran = run(uphold(&api).args(["run", typed]));
        let junit = fs::read_to_string(api.join("reports/junit.xml")).unwrap_or_else(|_| panic!("{ran:?}"));
        let (_, rest) = junit.split_once(" file=\"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let full = |path: &str| root.join(path).to_string_lossy().into_owned();
    for (typed, told) in [
        ("s.json".to_owned(), "s.json".to_owned()),
        ("./s.json".to_owned(), "s.json".to_owned()),
        ("../api/s.json".to_owned(), "s.json".to_owned()),
        ("../old/v1/../../api/s.json".to_owned(), "s.json".to_owned()),
        (full("old/../api/s.json"), "s.json".to_owned()),
        // Elsewhere it stays as it was typed; an absolute path loses its detours.
        ("../s.json".to_owned(), "../s.json".to_owned()),
        (full("api/../old/v1/s.json"), full("old/v1/s.json")),
        (full("old/v1/s.json"), full("old/v1/s.json")),
    ] {
        assert_eq!(file(&typed), told, "{typed}");
    }
}

#[test]
fn a_run_that_sends_nothing_says_what_to_do() {
    let settings = "[auth.default]\ntype = \"bearer\"\ntoken = \"${SHOP_TOKEN}\"\n";
    let server = Recorder::answering(answer("200 OK", "application/json", "{}"));
    let (ran, _folder) = against(&server, settings, &[]);
    assert_eq!(ran.code, 4, "{ran:?}");
    let cure =
        "`SHOP_TOKEN` is not set in the environment; set it in the environment that uphold is started with";
    assert!(ran.stdout.contains(&format!("\nskipped 1 case: {cure}\n")), "{}", ran.stdout);
    assert!(ran.stdout.contains("nothing was tested: every case is skipped"), "{}", ran.stdout);
    let (ran, _folder) = against(&server, "", &["--filter", "nothing_like_this", "--quiet"]);
    assert!(ran.stdout.contains("nothing was tested: no case is selected"), "{}", ran.stdout);
}

#[test]
fn only_hosts_that_were_named_get_a_request() {
    let named = Recorder::answering(answer("200 OK", "application/json", "{}"));
    let other = Recorder::answering(answer("200 OK", "application/json", "{}"));
    let item = |name: &str, url: &str| {
        let mut item =
            serde_json::from_str::<Value>(&one_example(url, 200, "{}")).unwrap()["item"][0].clone();
        item["name"] = name.into();
        item
    };
    let collection = serde_json::json!({
        "info": {"name": "x", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": [
            item("a", "{{base}}/a"),
            item("b", "{{base}}/b"),
            item("c", &format!("{}/c", other.url())),
            item("d", "{{base}}//evil.example/d"),
            item("e", "{{base}}/\\evil.example/e"),
            item("f", "{{base}}@evil.example/f"),
        ],
    });
    let folder = workspace(&[(COLLECTION, &collection.to_string())]);
    let ran = run(uphold(folder.path()).args(["run", "--base-url", &named.url()]));
    assert_eq!(other.seen(), Vec::<String>::new());
    assert!(named.seen().iter().all(|request| request.contains(&format!("host: {}", &named.url()[7..]))));
    assert!(ran.stdout.contains("[target] hosts"), "{}", ran.stdout);
}

#[test]
fn writing_needs_a_yes_but_for_this_machine() {
    let mut collection: Value = serde_json::from_str(&one_example("{{base}}/o", 200, "{}")).unwrap();
    collection["item"][0]["response"][0]["originalRequest"]["method"] = "DELETE".into();
    let folder = workspace(&[(COLLECTION, &collection.to_string())]);
    let listed = |args: &[&str]| run(uphold(folder.path()).arg("list").args(args)).stdout;
    let live = listed(&["--base-url", "https://api.example.com"]);
    assert!(live.contains("skipped: DELETE may change data on api.example.com"), "{live}");
    assert!(!listed(&["--base-url", "https://api.example.com", "--allow-writes"]).contains("skipped:"));
    assert!(!listed(&["--base-url", "http://127.0.0.1:9"]).contains("skipped:"));
    assert!(listed(&["--base-url", "http://127.0.0.1:9", "--only-safe"]).contains("--only-safe"));
}

#[test]
fn secrets_appear_in_no_output_though_the_server_echoes_them() {
    let secret = "s3cr3t/t0ken+with=chars";
    let settings = "[auth.default]\ntype = \"bearer\"\ntoken = \"${SHOP_TOKEN}\"\n";
    let echo =
        serde_json::json!({"id": "wrong", "note": secret, "nested": {"a": format!("Bearer {secret}")}});
    let server = Recorder::answering(answer("200 OK", "application/json", &echo.to_string()));
    let collection = one_example("{{base}}/orders/1", 200, "{\"id\": 1, \"note\": 5}");
    let folder = workspace(&[(COLLECTION, &collection), ("cases/shop/suite.toml", settings)]);
    let ran = run(uphold(folder.path()).env("SHOP_TOKEN", secret).args(["run", "--base-url", &server.url()]));
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(server.seen()[0].to_ascii_lowercase().contains("authorization: bearer s3cr3t"), "it was sent");
    let mut outputs = vec![ran.stdout, ran.stderr];
    for file in ["reports/junit.xml", "reports/run.json"] {
        outputs.push(fs::read_to_string(folder.path().join(file)).unwrap());
    }
    for output in outputs {
        assert!(!output.contains("s3cr3t"), "{output}");
    }
}

#[test]
fn the_curl_line_repeats_the_request_once_the_secret_is_put_back() {
    let settings = "[auth.default]\ntype = \"bearer\"\ntoken = \"${SHOP_TOKEN}\"\n";
    let secret = "s3cr3t/t0ken+with=chars";
    let mut collection: Value =
        serde_json::from_str(&one_example("{{base}}/o/a%20b?q[]=x y&z={1}", 200, "{\"id\": 1}")).unwrap();
    let request = &mut collection["item"][0]["response"][0]["originalRequest"];
    request["method"] = "PUT".into();
    request["header"] = serde_json::json!([{"key": "X-Note", "value": "it's \"$HOME\" `a`"}]);
    let body = "{\"name\": \"O'Hara ✓\",\n  \"n\": 1}";
    request["body"] =
        serde_json::json!({"mode": "raw", "raw": body, "options": {"raw": {"language": "json"}}});
    let server = Recorder::answering(answer("500 Oops", "application/json", "{}"));
    let folder = workspace(&[(COLLECTION, &collection.to_string()), ("cases/shop/suite.toml", settings)]);
    let ran = run(uphold(folder.path()).env("SHOP_TOKEN", secret).args(["run", "--base-url", &server.url()]));
    assert_eq!(ran.code, 1, "{ran:?}");
    let line = ran.stdout.lines().find_map(|line| line.trim_start().strip_prefix("$ ")).unwrap();
    let line = line.replace("«redacted»", secret);
    let shell = std::process::Command::new("bash").args(["-c", &line]).output();
    let [sent, repeated] = server.seen().try_into().unwrap_or_else(|_| {
        eprintln!("SKIPPED: there is no bash, or no curl: {shell:?}");
        [String::new(), String::new()]
    });
    // What each client says of itself is no part of the request.
    let own = |line: &&str| {
        !["accept:", "user-agent:", "accept-encoding:"].iter().any(|name| line.starts_with(name))
    };
    let parts = |text: &str| {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
        let mut lines = head.lines();
        let first = lines.next().map(str::to_owned);
        let lower = |line: &str| {
            line.split_once(':')
                .map_or_else(String::new, |(name, value)| format!("{}:{value}", name.to_ascii_lowercase()))
        };
        let mut fields: Vec<String> = lines.map(lower).filter(|line| own(&line.as_str())).collect();
        fields.sort();
        (first, fields, body.to_owned())
    };
    assert_eq!(parts(&repeated), parts(&sent), "{line}");
}

#[test]
fn a_twin_that_answers_instead_is_named() {
    let mut collection: Value =
        serde_json::from_str(&one_example("{{base}}/o/1", 200, "{\"id\": 1}")).unwrap();
    let mut gone = collection["item"][0]["response"][0].clone();
    gone["name"] = "No such order".into();
    gone["code"] = 404.into();
    gone["body"] = "{\"code\": \"NOT_FOUND\", \"message\": \"gone\"}".into();
    collection["item"][0]["response"].as_array_mut().unwrap().push(gone);
    let folder = workspace(&[(COLLECTION, &collection.to_string())]);
    let body = "{\"code\": \"NOT_FOUND\", \"message\": \"never was\"}";
    let server = Recorder::answering(answer("404 Not Found", "application/json", body));
    let ran = run(uphold(folder.path()).args(["run", "--base-url", &server.url()]));
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stdout.contains("the API answered as its example 'No such order'"), "{}", ran.stdout);
    assert!(ran.stdout.contains("sends the same request as 'OK' (200); say in suite.toml how to get 404"));
}

#[test]
fn without_a_target_the_mock_is_used_and_every_report_says_so() {
    let collection = one_example("{{base}}/orders/{{id}}", 200, "{\"id\": \"<integer>\"}");
    let folder = workspace(&[("lone.postman_collection.json", &collection)]);
    let ran = run(uphold(folder.path()).args(["run", "lone.postman_collection.json"]));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("target: mock"), "{}", ran.stdout);
    assert_eq!(run_json(folder.path())["target"]["kind"], "mock");
    assert!(fs::read_to_string(folder.path().join("reports/junit.xml")).unwrap().contains("mock"));
}

#[cfg(unix)]
#[test]
fn an_interrupt_writes_the_reports() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let folder = workspace(&[(COLLECTION, &one_example("{{base}}/orders/1", 200, "{}"))]);
        let url = format!("http://{}", silent.local_addr().unwrap());
        let mut child = uphold(folder.path())
            .args(["run", "--base-url", &url])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The request has arrived, so the run is in the middle of it.
        let (stream, _) = silent.accept().unwrap();
        let mut line = String::new();
        BufReader::new(&stream).read_line(&mut line).unwrap();
        let sent = std::process::Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
        assert!(sent.unwrap().success());
        let mut said = String::new();
        BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut said).unwrap();
        let again = if signal == "INT" { "; Ctrl-C again stops" } else { "" };
        let word =
            format!("interrupted by SIG{signal}: nothing more is sent; finishing 1 in flight{again}\n");
        assert_eq!(said, word);
        // After a SIGTERM it gives up by itself.
        if signal == "INT" {
            let again =
                std::process::Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status();
            assert!(again.unwrap().success());
        }
        assert_eq!(child.wait().unwrap().code(), Some(code));
        let mut stdout = String::new();
        child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        assert!(stdout.contains("interrupted"), "{stdout}");
        let case = only_case(folder.path());
        assert_eq!(case["verdict"], "skipped");
        assert!(case["reason"].as_str().unwrap().contains(&format!("interrupted by SIG{signal}")));
        assert!(folder.path().join("reports/junit.xml").exists());
    }
}

#[test]
fn a_case_without_auth_does_not_ride_on_the_session_of_another() {
    let mut collection: Value = serde_json::from_str(&one_example("{{base}}/o", 200, "{}")).unwrap();
    let auth = serde_json::json!({"type": "bearer", "bearer": [{"key": "token", "value": "given-token"}]});
    collection["item"][0]["request"]["auth"] = auth;
    let mut refused = collection["item"][0]["response"][0].clone();
    refused["name"] = "Unauthorized".into();
    refused["code"] = 401.into();
    collection["item"][0]["response"].as_array_mut().unwrap().push(refused);
    let folder = workspace(&[(COLLECTION, &collection.to_string())]);
    let bytes = b"HTTP/1.1 200 OK\r\nSet-Cookie: session=1\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    let server = Recorder::answering(bytes.to_vec());
    let ran = run(uphold(folder.path()).args(["run", "-j", "1", "--base-url", &server.url()]));
    assert_eq!(ran.code, 1, "{ran:?}");
    let seen: Vec<String> = server.seen().iter().map(|request| request.to_ascii_lowercase()).collect();
    assert_eq!(seen.len(), 2);
    assert!(!seen[1].contains("authorization:") && !seen[1].contains("cookie:"), "{}", seen[1]);
}
