//! What is sent before and after, and what comes of it when a step goes wrong.

use serde_json::json;

use super::{Shop, api, item, lines, users};
use crate::support::{Recorder, answer};

const READ: &str = r#"
[[case]]
match = "*::read::ok"
before = [{ case = "*::list::ok", capture = { id = "/users/0/id" } }]
after = [{ case = "*::delete::ok" }]
"#;

#[test]
fn steps_are_sent_around_the_case_in_their_order() {
    let server = api();
    let toml = r#"
[[case]]
match = "*::read::ok"
before = [
    { case = "*::list::ok", capture = { first = "/users/0/id" } },
    { case = "*::create::ok", capture = { id = "/id" } },
]
after = [{ case = "*::delete::ok" }, { case = "*::list::ok" }]
"#;
    let shop = Shop::live(&users(), toml, &server, &["--filter", "*::read::*"]);
    assert_eq!(shop.verdict("shop::read::ok"), "passed", "{:?}", shop.ran);
    let expected =
        ["GET /users", "POST /users", "GET /users/u%2077%2Fx", "DELETE /users/u%2077%2Fx", "GET /users"];
    assert_eq!(lines(&server), expected);
    let case = shop.case("shop::read::ok");
    assert_eq!(case["attempts"], 1, "steps are not counted");
    assert_eq!(shop.report["cases"].as_array().unwrap().len(), 1, "a step is no case");
}

#[test]
fn a_captured_value_wins_over_every_other_source_and_only_in_its_case() {
    let server = api();
    let toml = format!("[variables]\nid = \"of_the_file\"\n{READ}");
    let shop = Shop::live(&users(), &toml, &server, &["--var", "id=typed", "-j", "1"]);
    assert_eq!(shop.ran.code, 0, "{:?}", shop.ran);
    let sent = lines(&server);
    assert!(sent.contains(&"GET /users/u42".to_owned()) && sent.contains(&"DELETE /users/u42".to_owned()));
    assert!(sent.contains(&"DELETE /users/typed".to_owned()), "the case of its own: {sent:?}");
}

#[test]
fn a_set_up_that_goes_wrong_is_an_error_of_its_own_and_nothing_more_is_sent() {
    for (status, body, finding) in [
        ("500 Oops", "{}", "status.class_changed"),
        ("200 OK", r#"{"users": []}"#, "/users/0/id"),
        ("200 OK", r#"{"users": [{"id": null}]}"#, "body.null.appeared"),
    ] {
        let server = Recorder::answering(answer(status, "application/json", body));
        let shop = Shop::live(&users(), READ, &server, &["--filter", "*::read::*"]);
        assert_eq!(shop.ran.code, 3, "{:?}", shop.ran);
        assert_eq!(shop.verdict("shop::read::ok"), "errored setup.failed step:shop::list::ok");
        assert!(shop.ran.stdout.contains(finding), "{finding}: {}", shop.ran.stdout);
        assert_eq!(lines(&server), ["GET /users"]);
        let case = shop.case("shop::read::ok");
        assert_eq!((&case["attempts"], &case["status"]), (&json!(0), &json!(null)));
        assert_eq!(case["request"]["url"], format!("{}/users/{{{{id}}}}", server.url()), "{case}");
    }
}

#[test]
fn what_the_steps_before_a_failed_one_set_up_is_torn_down() {
    let toml = r#"
[[case]]
match = "*::read::ok"
before = [
    { case = "*::create::ok", capture = { id = "/id" } },
    { case = "*::list::ok", capture = { other = "/users/0/id" } },
]
after = [{ case = "*::delete::ok" }]
"#;
    let server = Recorder::with(|request| {
        if request.starts_with("POST") {
            answer("201 Created", "application/json", r#"{"id": "u77"}"#)
        } else {
            answer("500 Oops", "application/json", "{}")
        }
    });
    let shop = Shop::live(&users(), toml, &server, &["--filter", "*::read::*"]);
    assert_eq!(lines(&server), ["POST /users", "GET /users", "DELETE /users/u77"]);
    let verdict = shop.verdict("shop::read::ok");
    assert!(verdict.starts_with("errored setup.failed step:shop::list::ok"), "{verdict}");
    assert!(verdict.ends_with("teardown.failed step:shop::delete::ok"), "{verdict}");
}

#[test]
fn a_tear_down_without_its_captured_value_takes_none_from_elsewhere() {
    let server = Recorder::answering(answer("500 Oops", "application/json", "{}"));
    let shop = Shop::live(&users(), READ, &server, &["--filter", "*::read::*", "--var", "id=typed"]);
    assert_eq!(shop.verdict("shop::read::ok"), "errored setup.failed step:shop::list::ok");
    assert_eq!(lines(&server), ["GET /users"], "and no DELETE of another user");
}

#[test]
fn a_set_up_without_any_answer_is_told_as_such() {
    let server = Recorder::answering("");
    let shop = Shop::live(&users(), READ, &server, &["--filter", "*::read::*"]);
    assert_eq!(shop.verdict("shop::read::ok"), "errored setup.failed step:shop::list::ok");
    assert!(shop.ran.stdout.contains("transport.error"), "{}", shop.ran.stdout);
}

#[test]
fn the_tear_down_is_sent_also_where_the_case_failed_and_its_own_failure_is_a_warning() {
    let server = Recorder::with(|request| {
        if request.starts_with("GET /users ") {
            answer("200 OK", "application/json", r#"{"users": [{"id": "u42"}]}"#)
        } else if request.starts_with("DELETE") {
            answer("403 Forbidden", "application/json", "{}")
        } else {
            answer("500 Oops", "application/json", "{}")
        }
    });
    let shop = Shop::live(&users(), READ, &server, &["--filter", "*::read::*"]);
    assert_eq!(lines(&server), ["GET /users", "GET /users/u42", "DELETE /users/u42"]);
    let verdict = shop.verdict("shop::read::ok");
    assert!(verdict.starts_with("failed") && verdict.ends_with("teardown.failed step:shop::delete::ok"));

    let server = Recorder::with(|request| {
        if request.starts_with("DELETE") {
            answer("403 Forbidden", "application/json", "{}")
        } else {
            answer("200 OK", "application/json", r#"{"users": [{"id": "u42"}], "id": "u1"}"#)
        }
    });
    for (args, severity, verdict) in [
        (&[][..], "", "passed teardown.failed step:shop::delete::ok"),
        (&["--fail-on", "warning"], "", "failed teardown.failed step:shop::delete::ok"),
        (&[], "[severity]\n\"teardown.failed\" = \"off\"\n", "passed"),
    ] {
        let args: Vec<&str> = ["--filter", "*::read::*"].into_iter().chain(args.iter().copied()).collect();
        let shop = Shop::live(&users(), &format!("{severity}{READ}"), &server, &args);
        assert_eq!(shop.verdict("shop::read::ok"), verdict, "{:?}", shop.ran);
    }
}

#[test]
fn steps_stand_under_the_guard_for_writes_and_under_only_safe() {
    let listed = |args: &[&str]| {
        let folder = crate::support::workspace(&[
            (super::COLLECTION, &super::collection(&users())),
            ("cases/shop/suite.toml", READ),
        ]);
        let mut command = crate::support::uphold(folder.path());
        crate::support::run(command.args(["list", "shop", "--filter", "*::read::*"]).args(args)).stdout
    };
    let out = listed(&["--base-url", "https://api.example.com"]);
    let reason = "skipped: its tear-down `shop::delete::ok`: DELETE may change data on api.example.com";
    assert!(out.contains(reason), "{out}");
    let out = listed(&["--base-url", "http://127.0.0.1:9", "--only-safe"]);
    assert!(out.contains("its tear-down `shop::delete::ok`: DELETE is left out by --only-safe"), "{out}");
    let out = listed(&["--base-url", "https://api.example.com", "--allow-writes"]);
    assert!(out.contains("1 case: 1 to send"), "{out}");
}

#[test]
fn what_else_a_request_lacks_is_still_told_by_the_plan() {
    let server = api();
    let mut items = users();
    items[2] = item("Read", "GET", "{{base}}/users/{{id}}?q={{other}}", 200, "{}", &json!({}));
    let shop = Shop::live(&items, READ, &server, &["--filter", "*::read::*"]);
    assert_eq!(shop.verdict("shop::read::ok"), "skipped");
    let reason = shop.case("shop::read::ok")["reason"].as_str().unwrap().to_owned();
    assert!(reason.contains("`other`") && !reason.contains("`id`"), "{reason}");
    assert_eq!(lines(&server), [""; 0]);
    // A step sees only what steps before it captured.
    let toml = "[[case]]\nmatch = \"*::list::ok\"\nbefore = [{ case = \"*::read::ok\", capture = { other = \"/id\", id = \"/id\" } }]";
    let shop = Shop::live(&items, toml, &server, &["--filter", "*::list::*"]);
    let reason = shop.case("shop::list::ok")["reason"].as_str().unwrap().to_owned();
    assert!(reason.starts_with("its set-up `shop::read::ok`: variable `id`"), "{reason}");
}

#[test]
fn on_the_mock_steps_are_answered_by_their_examples() {
    let shop = Shop::run(&users(), READ, &["--filter", "*::read::*"]);
    assert_eq!(shop.verdict("shop::read::ok"), "passed", "{:?}", shop.ran);
    assert!(shop.case("shop::read::ok")["request"]["url"].as_str().unwrap().ends_with("/users/u1"));

    let mut items = users();
    items[0] = item("List", "GET", "{{base}}/users", 200, r#"{"users": [{"id": "<integer>"}]}"#, &json!({}));
    let shop = Shop::run(&items, READ, &[]);
    assert_eq!(shop.ran.code, 0, "{:?}", shop.ran);
    let url = shop.case("shop::read::ok")["request"]["url"].as_str().unwrap().to_owned();
    assert!(url.rsplit('/').next().unwrap().parse::<u32>().is_ok(), "{url}");

    items[0] = item("List", "GET", "{{base}}/users", 200, r#"{"users": []}"#, &json!({}));
    let shop = Shop::run(&items, READ, &[]);
    assert_eq!(shop.verdict("shop::read::ok"), "errored setup.failed step:shop::list::ok");
}

#[test]
fn twins_after_different_set_ups_are_both_sent() {
    let server = Recorder::with(|request| {
        let count = |seen: &str| request.starts_with(seen);
        if count("GET /users ") {
            answer("200 OK", "application/json", r#"{"users": [{"id": "u42"}]}"#)
        } else {
            answer("201 Created", "application/json", r#"{"id": "u2"}"#)
        }
    });
    let mut items = users();
    let mut again = items[1]["response"][0].clone();
    again["name"] = "exists".into();
    again["code"] = 409.into();
    again["body"] = r#"{"code": "EXISTS", "message": "there"}"#.into();
    items[1]["response"].as_array_mut().unwrap().push(again);
    let shop = Shop::live(&items, "", &server, &["--filter", "*::create::*"]);
    assert_eq!(shop.verdict("shop::create::exists"), "skipped");
    let toml = "[[case]]\nmatch = \"*::create::exists\"\nbefore = [{ case = \"*::create::ok\" }]";
    let shop = Shop::live(&items, toml, &server, &["--filter", "*::create::exists"]);
    assert!(shop.verdict("shop::create::exists").starts_with("failed status"), "{:?}", shop.ran);
}

#[cfg(unix)]
mod interrupted {
    use std::io::{BufRead, BufReader, Write};
    use std::net::{TcpListener, TcpStream};
    use std::process::{Child, Command, Stdio};

    use super::super::{COLLECTION, collection, users};
    use super::READ;
    use crate::support::{answer, uphold, workspace};

    /// The next request on a connection of its own: its line, and where to answer.
    fn next(server: &TcpListener) -> (String, TcpStream) {
        let (stream, _) = server.accept().unwrap();
        let mut reader = BufReader::new(&stream);
        let mut first = String::new();
        reader.read_line(&mut first).unwrap();
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            reader.read_line(&mut line).unwrap();
        }
        (first.trim_end_matches(" HTTP/1.1\r\n").to_owned(), stream)
    }

    fn signal(child: &Child) {
        assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    }

    fn start(server: &TcpListener) -> (Child, tempfile::TempDir) {
        let folder = workspace(&[(COLLECTION, &collection(&users())), ("cases/shop/suite.toml", READ)]);
        let child = uphold(folder.path())
            .args(["run", "shop", "--filter", "*::read::*", "--base-url"])
            .arg(format!("http://{}", server.local_addr().unwrap()))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        (child, folder)
    }

    fn set_up(server: &TcpListener) {
        let (line, mut stream) = next(server);
        assert_eq!(line, "GET /users");
        stream.write_all(&answer("200 OK", "application/json", r#"{"users": [{"id": "u42"}]}"#)).unwrap();
    }

    #[test]
    fn what_was_set_up_is_torn_down() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let (mut child, _folder) = start(&server);
        set_up(&server);
        let (line, _held) = next(&server);
        assert_eq!(line, "GET /users/u42");
        signal(&child);
        finishes(&mut child);
        // Given up by the second, and torn down all the same.
        signal(&child);
        let (line, mut stream) = next(&server);
        assert_eq!(line, "DELETE /users/u42");
        stream.write_all(&answer("204 No Content", "application/json", "")).unwrap();
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(130));
        let out = String::from_utf8_lossy(&ended.stdout).into_owned();
        assert!(out.contains("and given up: interrupted by SIGINT"), "{out}");
    }

    /// Waits until it says that it waits for what is in flight.
    fn finishes(child: &mut Child) {
        let mut said = String::new();
        BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut said).unwrap();
        assert!(said.contains("finishing 1 in flight"), "{said}");
    }

    #[test]
    fn what_is_in_flight_at_the_first_signal_is_answered_and_torn_down() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let (mut child, _folder) = start(&server);
        set_up(&server);
        let (line, mut held) = next(&server);
        assert_eq!(line, "GET /users/u42");
        signal(&child);
        finishes(&mut child);
        held.write_all(&answer("200 OK", "application/json", r#"{"id": "u42"}"#)).unwrap();
        let (line, mut stream) = next(&server);
        assert_eq!(line, "DELETE /users/u42");
        stream.write_all(&answer("204 No Content", "application/json", "")).unwrap();
        let ended = child.wait_with_output().unwrap();
        let out = String::from_utf8_lossy(&ended.stdout).into_owned();
        assert_eq!(ended.status.code(), Some(130), "{out}");
        assert!(out.contains("1 passed") || out.contains("1 failed"), "{out}");
    }

    #[test]
    fn a_case_whose_set_up_ends_after_the_signal_is_not_sent_but_torn_down() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let (mut child, _folder) = start(&server);
        let (line, mut held) = next(&server);
        assert_eq!(line, "GET /users");
        signal(&child);
        finishes(&mut child);
        held.write_all(&answer("200 OK", "application/json", r#"{"users": [{"id": "u42"}]}"#)).unwrap();
        let (line, mut stream) = next(&server);
        assert_eq!(line, "DELETE /users/u42");
        stream.write_all(&answer("204 No Content", "application/json", "")).unwrap();
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(130));
        let out = String::from_utf8_lossy(&ended.stdout).into_owned();
        assert!(out.contains("interrupted by SIGINT") && out.contains("1 skipped"), "{out}");
    }

    #[test]
    fn a_third_signal_ends_it() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let (mut child, folder) = start(&server);
        set_up(&server);
        let (_, _held) = next(&server);
        signal(&child);
        finishes(&mut child);
        signal(&child);
        let (line, _silent) = next(&server);
        assert_eq!(line, "DELETE /users/u42");
        signal(&child);
        assert_eq!(child.wait().unwrap().code(), Some(130));
        assert!(!folder.path().join("reports/run.json").exists(), "nobody waited for the reports");
    }

    #[test]
    fn what_was_not_set_up_is_not_torn_down() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let (mut child, _folder) = start(&server);
        let (line, _held) = next(&server);
        assert_eq!(line, "GET /users");
        signal(&child);
        finishes(&mut child);
        signal(&child);
        assert_eq!(child.wait().unwrap().code(), Some(130));
        server.set_nonblocking(true).unwrap();
        assert!(server.accept().is_err(), "nothing more came");
    }
}
