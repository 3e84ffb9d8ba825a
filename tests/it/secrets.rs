//! A credential that stands in a request is hidden wherever an answer repeats it, in every output, and what an
//! answer gives away under its name is hidden everywhere in that answer.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Ran, Recorder, answer, one_example, run, uphold, workspace};

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";
/// Its last word is the name of a secret; it is one all the same.
const SECRET: &str = "hunter2-Secret";

fn collection(body: &Value, headers: &Value) -> String {
    let request = json!({"method": "POST", "url": "{{base}}/login", "header": headers, "body": body});
    let example = json!({
        "name": "ok", "code": 200, "status": "OK", "originalRequest": request,
        "header": [{"key": "Content-Type", "value": "application/json"}], "body": "{\"said\": 1}"
    });
    let item = json!({"name": "Log in", "request": request, "response": [example]});
    let schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
    json!({"info": {"name": "shop", "schema": schema}, "item": [item]}).to_string()
}

fn raw(text: &str) -> Value {
    json!({"mode": "raw", "raw": text})
}

/// Every file below the folder but the collection itself, and what was printed.
fn outputs(folder: &Path, ran: &[Ran]) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = ran
        .iter()
        .flat_map(|ran| [("stdout", &ran.stdout), ("stderr", &ran.stderr)])
        .map(|(name, text)| (name.to_owned(), text.clone().into_bytes()))
        .collect();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with(COLLECTION) {
                all.push((path.display().to_string(), fs::read(&path).unwrap()));
            }
        }
    }
    all
}

fn shown_in(folder: &Path, ran: &[Ran], secret: &str) -> Vec<String> {
    let holds = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(secret);
    let found = outputs(folder, ran).into_iter().filter(|(_, bytes)| holds(bytes));
    found.map(|(name, bytes)| format!("{name}: {}", String::from_utf8_lossy(&bytes))).collect()
}

fn all_commands(folder: &Path, server: &Recorder) -> Vec<Ran> {
    let url = server.url();
    let drift = run(uphold(folder).args(["drift", "--base-url", &url]));
    assert_eq!(drift.code, 1, "{drift:?}");
    let github = run(uphold(folder).args(["run", "--base-url", &url, "--format", "github"]));
    let history = run(uphold(folder).arg("history"));
    let review = run(uphold(folder).args(["review", "--list"]));
    let accept = run(uphold(folder).args(["accept", "--all", "--max-level", "breaking"]));
    assert_eq!(accept.code, 0, "{accept:?}");
    vec![drift, github, history, review, accept]
}

#[test]
fn what_a_request_body_holds_under_a_secret_name_is_hidden_in_every_output() {
    let form =
        |mode: &str| json!({"mode": mode, mode: [{"key": "password", "value": SECRET, "type": "text"}]});
    let json_body = format!("{{\"user\": \"ann\", \"login\": {{\"client_secret\": \"{SECRET}\"}}}}");
    let graphql = json!({"mode": "graphql", "graphql": {
        "query": "mutation($password: String!) { login(password: $password) { id } }",
        "variables": format!("{{\"password\": \"{SECRET}\"}}")
    }});
    let inline = json!({"mode": "graphql", "graphql": {
        "query": format!("mutation {{ login(password: \"{SECRET}\") {{ id }} }}"), "variables": ""
    }});
    let bodies = [
        ("json", raw(&json_body)),
        ("form", form("urlencoded")),
        ("parts", form("formdata")),
        ("xml", raw(&format!("<login><password>{SECRET}</password></login>"))),
        ("raw form", raw(&format!("user=ann&password={SECRET}"))),
        ("graphql", graphql),
        ("inline", inline),
    ];
    for (name, body) in bodies {
        let folder = workspace(&[(COLLECTION, &collection(&body, &json!([])))]);
        let said = format!("{{\"said\": \"no such user with {SECRET}\"}}");
        let server = Recorder::answering(answer("200 OK", "application/json", &said));
        let ran = all_commands(folder.path(), &server);
        assert_eq!(shown_in(folder.path(), &ran, SECRET), Vec::<String>::new(), "{name}");
        assert!(ran[0].stdout.contains("no such user with «redacted»"), "{name}: {:?}", ran[0]);
    }
}

#[test]
fn the_value_of_a_saved_cookie_is_hidden_without_its_name() {
    let headers = json!([{"key": "Cookie", "value": format!("lang=english; sid={SECRET}")}]);
    let folder = workspace(&[(COLLECTION, &collection(&raw("{}"), &headers))]);
    let said = format!("{{\"said\": \"in english: {SECRET} is over\"}}");
    let server = Recorder::answering(answer("200 OK", "application/json", &said));
    let ran = all_commands(folder.path(), &server);
    assert_eq!(shown_in(folder.path(), &ran, SECRET), Vec::<String>::new());
    assert!(ran[0].stdout.contains("in english: «redacted» is over"), "{:?}", ran[0]);
}

#[test]
fn what_an_answer_gives_away_is_hidden_everywhere_in_it() {
    let twice = format!("{{\"access_token\": \"{SECRET}\", \"said\": \"use {SECRET} from now on\"}}");
    let cut = format!("{{\"password\": \"{SECRET}\", \"access_token\": \"{SECRET}");
    let table = format!("{{\"said\": [{{\"name\": \"password\", \"value\": \"{SECRET}\"}}]}}");
    let page = format!("<html><form><input name=\"csrf_token\" value=\"{SECRET}\"></form></html>");
    let prose = format!("refused\r\nAuthorization: Bearer {SECRET} is over");
    for body in [twice, cut, table, page, prose] {
        let folder = workspace(&[(COLLECTION, &collection(&raw("{}"), &json!([])))]);
        let server = Recorder::answering(answer("200 OK", "application/json", &body));
        let url = server.url();
        let ran = [run(uphold(folder.path()).args(["drift", "--base-url", &url]))];
        assert_eq!(ran[0].code, 1, "{:?}", ran[0]);
        // What waits for a decision has rules of its own.
        fs::remove_dir_all(folder.path().join("reports/pending")).ok();
        assert_eq!(shown_in(folder.path(), &ran, SECRET), Vec::<String>::new(), "{body}");
    }
}

#[test]
fn a_recorded_example_does_not_repeat_what_was_sent() {
    let folder = workspace(&[(COLLECTION, &{
        let body = raw("{\"user\": \"ann\", \"password\": \"{{word}}\"}");
        let mut collection: Value = serde_json::from_str(&collection(&body, &json!([]))).unwrap();
        collection["item"][0]["response"] = json!([]);
        collection["variable"] = json!([{"key": "word", "value": "set by --var"}]);
        collection.to_string()
    })]);
    let said = format!("{{\"said\": \"bad {SECRET}\"}}");
    let server = Recorder::answering(answer("200 OK", "application/json", &said));
    let set = format!("word={SECRET}");
    let ran = run(uphold(folder.path()).args(["record", "shop", "--base-url", &server.url(), "--var", &set]));
    assert_eq!(ran.code, 0, "{ran:?}");
    let saved = fs::read_to_string(folder.path().join(COLLECTION)).unwrap();
    assert!(saved.contains("said") && !saved.contains(SECRET), "{saved}");
}

#[test]
fn a_value_of_the_environment_in_the_wrong_place_of_auth_is_not_shown() {
    let collection = one_example("{{base}}/orders", 200, "{}");
    for (kind, key) in [
        ("apikey\"\nkey = \"k\"\nvalue = \"v", "in"),
        ("oauth2\"\naccess_token = \"t", "add_token_to"),
        ("oauth2\"\ntoken_url = \"https://a.example/t", "grant"),
        ("oauth2\"\naccess_token = \"t", "client_auth"),
        ("jwt\"\nsecret = \"s", "algorithm"),
        ("jwt\"\nalgorithm = \"HS256", "is_secret_base64_encoded"),
        ("digest\"\nusername = \"u\"\npassword = \"p", "disable_retry_request"),
        ("digest\"\nusername = \"u\"\npassword = \"p", "algorithm"),
        ("awsv4\"\naccess_key = \"a\"\nsecret_key = \"s", "add_auth_data_to_query"),
        ("oauth1\"\nconsumer_key = \"c", "signature_method"),
    ] {
        let settings = format!("[auth.default]\ntype = \"{kind}\"\n{key} = \"${{SHOP_TOKEN}}\"\n");
        let folder =
            workspace(&[(COLLECTION, collection.as_str()), ("cases/shop/suite.toml", settings.as_str())]);
        for command in [&["run"][..], &["list"], &["lint"], &["run", "--base-url", "http://127.0.0.1:1"]] {
            let ran = run(uphold(folder.path()).args(command).env("SHOP_TOKEN", "SECRETVALUE99/x y"));
            let told = format!("{}{}", ran.stdout, ran.stderr);
            assert!(!told.contains("SECRETVALUE99"), "{key}: {ran:?}");
        }
    }
}
