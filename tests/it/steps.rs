//! Set-up and tear-down: which requests are sent around a case, what is captured, and what a step
//! that goes wrong means.

mod around;
mod forms;
mod life;
mod lists;
mod order;

use std::fs;

use serde_json::{Value, json};

use crate::support::{Ran, Recorder, answer, run, uphold, workspace};

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";

/// An item with one example, by name: method, URL, code and body of the answer, further members of
/// the request.
fn item(name: &str, method: &str, url: &str, code: u16, body: &str, more: &Value) -> Value {
    let mut request = json!({"method": method, "url": url});
    if let (Some(request), Some(more)) = (request.as_object_mut(), more.as_object()) {
        request.extend(more.clone());
    }
    json!({
        "name": name,
        "request": request,
        "response": [{
            "name": "ok",
            "originalRequest": request,
            "code": code,
            "header": [{"key": "Content-Type", "value": "application/json"}],
            "body": body,
        }],
    })
}

fn collection(items: &[Value]) -> String {
    json!({"info": {"name": "Shop"}, "item": items}).to_string()
}

/// Four requests of one API: a list, and the life of a user.
fn users() -> Vec<Value> {
    let json_body =
        |text: &str| json!({"body": {"mode": "raw", "raw": text, "options": {"raw": {"language": "json"}}}});
    vec![
        item("List", "GET", "{{base}}/users", 200, r#"{"users": [{"id": "u1"}]}"#, &json!({})),
        item("Create", "POST", "{{base}}/users", 201, r#"{"id": "u2"}"#, &json_body(r#"{"name": "x"}"#)),
        item("Read", "GET", "{{base}}/users/{{id}}", 200, r#"{"id": "u1"}"#, &json!({})),
        item("Delete", "DELETE", "{{base}}/users/{{id}}", 204, "", &json!({})),
    ]
}

/// The API of [`users`], which keeps its word.
fn api() -> Recorder {
    Recorder::with(|request| {
        let line = request.lines().next().unwrap_or_default();
        if line.starts_with("POST") {
            answer("201 Created", "application/json", r#"{"id": "u 77/x"}"#)
        } else if line.starts_with("DELETE") {
            answer("204 No Content", "application/json", "")
        } else if line.starts_with("GET /users ") {
            answer("200 OK", "application/json", r#"{"users": [{"id": "u42"}]}"#)
        } else {
            answer("200 OK", "application/json", r#"{"id": "u42"}"#)
        }
    })
}

/// What a run of the suite `shop` gave.
struct Shop {
    ran: Ran,
    report: Value,
    /// Terminal and reports in one.
    outputs: String,
}

impl Shop {
    fn run(items: &[Value], toml: &str, args: &[&str]) -> Self {
        let folder = workspace(&[(COLLECTION, &collection(items)), ("cases/shop/suite.toml", toml)]);
        let ran = run(uphold(folder.path()).args(["run", "shop"]).args(args));
        let read = |name: &str| fs::read_to_string(folder.path().join("reports").join(name));
        let (Ok(report), Ok(junit)) = (read("run.json"), read("junit.xml")) else { panic!("{ran:?}") };
        let outputs = format!("{}{}{report}{junit}", ran.stdout, ran.stderr);
        Self { ran, report: serde_json::from_str(&report).unwrap(), outputs }
    }

    fn live(items: &[Value], toml: &str, server: &Recorder, args: &[&str]) -> Self {
        let url = server.url();
        let args: Vec<&str> = ["--base-url", &url].into_iter().chain(args.iter().copied()).collect();
        Self::run(items, toml, &args)
    }

    fn case(&self, id: &str) -> &Value {
        let cases = self.report["cases"].as_array().unwrap();
        cases.iter().find(|case| case["id"] == id).unwrap_or_else(|| panic!("{:?}", self.ran))
    }

    /// `verdict id@place` of every finding at or above a warning.
    fn verdict(&self, id: &str) -> String {
        let case = self.case(id);
        let findings = case["findings"].as_array().unwrap().iter();
        let grave = findings.filter(|finding| finding["severity"] != "info");
        let named = grave.map(|finding| format!(" {} {}", finding["id"], finding["at"]).replace('"', ""));
        format!("{}{}", case["verdict"].as_str().unwrap(), named.collect::<String>())
    }
}

/// The request lines without the version.
fn lines(server: &Recorder) -> Vec<String> {
    let line = |request: &String| {
        request.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned()
    };
    server.seen().iter().map(line).collect()
}
