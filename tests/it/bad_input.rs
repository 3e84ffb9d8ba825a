//! Bad usage and unreadable input: exit 2, one message with file and place, nothing sent.

use std::net::TcpListener;

use crate::support::{Ran, Recorder, answer, one_example, run, uphold, workspace};

/// Runs `uphold run` with these arguments in a workspace whose suite `shop` is sent to a recorder.
fn refused(files: &[(&str, &str)], args: &[&str]) -> Ran {
    let server = Recorder::answering(answer("200 OK", "application/json", "{}"));
    let collection = one_example("{{base}}/orders/1", 200, "{\"id\": 1}");
    let mut all = vec![("cases/shop/shop.postman_collection.json", collection.as_str())];
    all.retain(|(path, _)| !files.iter().any(|(other, _)| other == path));
    all.extend_from_slice(files);
    let folder = workspace(&all);
    let url = server.url();
    let args: Vec<String> = args.iter().map(|arg| arg.replace("$URL", &url)).collect();
    let ran = run(uphold(folder.path()).arg("run").args(&args));
    assert_eq!(ran.code, 2, "{ran:?}");
    assert_eq!(server.seen(), Vec::<String>::new(), "something was sent");
    assert_eq!(ran.stdout, "", "nothing belongs on stdout");
    assert!(!folder.path().join("reports/junit.xml").exists(), "no report of a run that never was");
    ran
}

#[track_caller]
fn says(ran: &Ran, parts: &[&str]) {
    for part in parts {
        assert!(ran.stderr.contains(part), "`{part}` is not in:\n{}", ran.stderr);
    }
}

const LIVE: &[&str] = &["shop", "--base-url", "$URL"];

#[test]
fn a_collection_that_is_no_json() {
    let files = [("cases/shop/shop.postman_collection.json", "{\n  \"info\": {,\n}")];
    says(&refused(&files, LIVE), &["shop.postman_collection.json:2:12: not JSON"]);
}

#[test]
fn a_file_that_is_no_collection() {
    for (text, part) in [
        ("{\"openapi\": \"3.1.0\", \"info\": {}, \"paths\": {}}", "OpenAPI"),
        ("{\"id\": \"1\", \"name\": \"old\", \"order\": [], \"requests\": []}", "v2.1"),
        ("[1, 2]", "collection"),
        ("", "empty"),
    ] {
        let files = [("cases/shop/shop.postman_collection.json", text)];
        says(&refused(&files, LIVE), &["shop.postman_collection.json", part]);
    }
}

#[test]
fn a_suite_that_is_not_there() {
    says(&refused(&[], &["shpo", "--base-url", "$URL"]), &["shpo", "shop"]);
    says(&refused(&[], &["missing.postman_collection.json", "--base-url", "$URL"]), &["missing.postman"]);
}

#[test]
fn a_folder_of_suites_is_no_suite() {
    for folder in ["cases", "cases/", "."] {
        says(&refused(&[], &[folder]), &["no collection", "hint:", "`uphold run shop`"]);
    }
}

#[test]
fn two_suites_of_one_name() {
    let other = one_example("{{base}}/x", 200, "{}");
    let files = [("elsewhere/shop.postman_collection.json", other.as_str())];
    let args = ["shop", "elsewhere/shop.postman_collection.json"];
    says(&refused(&files, &args), &["two suites have the name `shop`", "elsewhere", "hint:"]);
}

#[test]
fn a_key_that_is_unknown_in_suite_toml() {
    let files = [("cases/shop/suite.toml", "[target]\nbase_url = \"http://127.0.0.1:1\"\nwirtes = true\n")];
    says(&refused(&files, LIVE), &["suite.toml", "3", "wirtes", "writes"]);
}

#[test]
fn options_that_are_wrong() {
    for (args, part) in [
        (vec!["shop", "--var", "novalue"], "NAME=VALUE"),
        (vec!["shop", "--base-url", "ftp://example.com"], "ftp://example.com"),
        (vec!["shop", "--base-url", "example.com"], "example.com"),
        (vec!["shop", "--base-url", "$URL", "--filter", "a["], "a["),
        (vec!["shop", "--base-url", "$URL", "--timeout", "soon"], "30s"),
        (vec!["shop", "--base-url", "$URL", "--jobs", "0"], "1 to 1024"),
        (vec!["shop", "--base-url", "other=$URL"], "other"),
        (vec!["shop", "--base-url", "$URL", "--report", "yaml=x"], "yaml"),
        (vec!["--no-such-option"], "--no-such-option"),
    ] {
        says(&refused(&[], &args), &[part]);
    }
}

#[test]
fn one_url_for_two_suites() {
    let other = one_example("{{base}}/x", 200, "{}");
    let files = [("cases/other/other.postman_collection.json", other.as_str())];
    says(&refused(&files, &["--base-url", "$URL"]), &["other", "shop", "--base-url shop=URL"]);
}

#[test]
fn an_environment_that_is_none() {
    let files = [("env.json", "{\"info\": {}, \"item\": []}")];
    says(&refused(&files, &["shop", "--base-url", "$URL", "-e", "env.json"]), &["env.json", "environment"]);
    says(&refused(&[], &["shop", "--base-url", "$URL", "-e", "gone.json"]), &["gone.json"]);
}

#[test]
fn a_schema_that_does_not_compile() {
    let path = "schemas/shop/get_order/200.schema.json";
    for text in ["{\"type\": 7}", "{", "{\"$ref\": \"http://127.0.0.1:9/x.json\"}", "{\"pattern\": \"(\"}"] {
        says(&refused(&[(path, text)], LIVE), &[path]);
    }
}

#[test]
fn a_report_that_cannot_be_written() {
    let files = [("blocked", "a file where a folder is wanted")];
    let args = ["shop", "--base-url", "$URL", "--report", "junit=blocked/junit.xml"];
    says(&refused(&files, &args), &["blocked"]);
}

#[test]
fn a_report_in_the_place_of_the_collection() {
    let file = "cases/shop/shop.postman_collection.json";
    let ran = refused(&[], &["shop", "--base-url", "$URL", "--report", &format!("json=./{file}")]);
    says(&ran, &[file, "is a place for files of a suite, not for a report"]);
}

#[test]
fn a_port_in_use() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port().to_string();
    let collection = one_example("{{base}}/orders/1", 200, "{}");
    let folder = workspace(&[("cases/shop/shop.postman_collection.json", &collection)]);
    let ran = run(uphold(folder.path()).args(["mock", "--port", &port]));
    assert_eq!(ran.code, 2);
    says(&ran, &[&port, "in use"]);
}

#[test]
fn no_suites_at_all() {
    let folder = workspace(&[]);
    let ran = run(uphold(folder.path()).arg("run"));
    assert_eq!(ran.code, 2);
    says(&ran, &["cases", "hint:"]);
}

#[test]
fn messages_hold_no_control_characters() {
    let files = [("cases/shop/suite.toml", "\"\\u001b[2J\" = 1\n")];
    let ran = refused(&files, LIVE);
    assert!(!ran.stderr.contains('\u{1b}'), "{:?}", ran.stderr);
}
