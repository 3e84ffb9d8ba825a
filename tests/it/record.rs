//! `uphold record`, from the outside: the collection gains examples and nothing else, no secret is on
//! the disk, and whatever goes wrong leaves the collection whole.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{Ran, Recorder, answer, copy_of_the_project, run, uphold, workspace};

const DOCUSIGN: &str = "cases/docusign-esignature/docusign-esignature.postman_collection.json";
const TOKEN: &str = "s3cr3t-access-token-0123";
const SHOP: &str = "cases/shop/shop.postman_collection.json";

/// Runs `uphold record` in the folder.
fn record(folder: &Path, api: &Recorder, more: &[&str]) -> Ran {
    run(uphold(folder)
        .envs([("DOCUSIGN_ACCOUNT_ID", "4711"), ("DOCUSIGN_ACCESS_TOKEN", TOKEN)])
        .args(["record", "--base-url", &api.url()])
        .args(more))
}

/// A suite `shop` of GET items with these names.
fn shop(names: &[&str]) -> tempfile::TempDir {
    workspace(&[(SHOP, &collection(names))])
}

fn collection(names: &[&str]) -> String {
    let item = |name: &&str| {
        let url = format!("{{{{base}}}}/{name}");
        json!({"name": name, "request": {"method": "GET", "header": [], "url": url}, "response": []})
    };
    let items: Vec<Value> = names.iter().map(item).collect();
    format!("{:#}\n", json!({"info": {"name": "Shop"}, "item": items}))
}

/// Every file below the folder, by its path, but reports.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut found, mut open) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(dir) = open.pop() {
        for path in fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// What was put into the text, where that is all that differs.
fn inserted<'n>(old: &str, new: &'n str) -> &'n str {
    let start = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    let rest = &old[start..];
    assert!(new.ends_with(rest), "more than an insertion:\n{new}");
    &new[start..new.len() - rest.len()]
}

#[test]
fn the_request_of_docusign_gains_one_example_and_nothing_else_changes() {
    let folder = copy_of_the_project();
    let before = files(folder.path());
    let body = json!({"newUsers": [{"userId": "c1b2a3d4-0000-4000-8000-000000000001", "userName": "Ann",
        "password": "of the new user", "created": "2026-05-11T12:57:36Z"}], "sentWith": format!("Bearer {TOKEN}")});
    let created = answer("201 Created", "application/json", &body.to_string());
    let created = String::from_utf8(created).unwrap();
    let fields =
        "Set-Cookie: sid=session-of-the-answer-0123456789; HttpOnly\r\nX-Request-Id: 7\r\nConnection";
    let api = Recorder::answering(created.replacen("Connection", fields, 1));
    let ran = record(folder.path(), &api, &["docusign-esignature"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stdout.contains(
            "SAVED  docusign_esignature::users::adds_news_user_to_the_specified_account  as 201 Created"
        ),
        "{ran:?}"
    );
    assert!(api.seen()[0].contains(&format!("Bearer {TOKEN}")) && api.seen().len() == 1, "{:?}", api.seen());

    let mut after = files(folder.path());
    let old = String::from_utf8(before[Path::new(DOCUSIGN)].clone()).unwrap();
    let new = String::from_utf8(after[Path::new(DOCUSIGN)].clone()).unwrap();
    assert!(
        inserted(&old, &new).starts_with("\n            {\n              \"name\": \"201 Created\""),
        "{new}"
    );
    assert_eq!(after.remove(Path::new(&format!("{DOCUSIGN}.bak"))).as_deref(), Some(old.as_bytes()));
    after.insert(DOCUSIGN.into(), old.clone().into_bytes());
    assert_eq!(after, before, "no other file");

    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let (mut whole, old) = (read(&new), read(&old));
    let examples = whole["item"][0]["item"][0]["response"].take();
    let mut request = old["item"][0]["item"][0]["request"].clone();
    request.as_object_mut().unwrap().remove("description");
    assert_eq!(examples[0]["originalRequest"], request, "the request is as saved");
    let kept: Vec<&Value> =
        examples[0]["header"].as_array().unwrap().iter().map(|field| &field["key"]).collect();
    assert_eq!(kept, ["content-type", "set-cookie", "x-request-id"], "fields of the connection are left out");
    let body: Value = read(examples[0]["body"].as_str().unwrap());
    assert_eq!(body["newUsers"][0]["userName"], "Ann");
    assert_eq!(
        (&body["newUsers"][0]["password"], &body["sentWith"]),
        (&json!("<string#1>"), &json!("<string#2>"))
    );
    for (path, bytes) in files(folder.path()) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for secret in [TOKEN, "of the new user", "session-of-the-answer"] {
            assert!(!text.contains(secret), "{secret} in {}", path.display());
        }
    }
    for target in [vec!["--mock".to_owned()], vec!["--base-url".to_owned(), api.url()]] {
        let ran = run(uphold(folder.path())
            .envs([("DOCUSIGN_ACCOUNT_ID", "4711"), ("DOCUSIGN_ACCESS_TOKEN", TOKEN)])
            .args(["run", "docusign-esignature"])
            .args(&target));
        assert!(ran.code == 0 && ran.stdout.contains("1 passed, 0 failed"), "{target:?}: {ran:?}");
    }
}

#[test]
fn what_the_recorded_example_says_is_checked() {
    let folder = shop(&["login"]);
    let login = |body: &str| Recorder::answering(answer("200 OK", "application/json", body));
    assert_eq!(record(folder.path(), &login(r#"{"access_token": "abcdef", "id": 1}"#), &[]).code, 0);
    let against = |body: &str| run(uphold(folder.path()).args(["run", "--base-url", &login(body).url()]));
    assert_eq!(against(r#"{"access_token": "ghijkl", "id": 2}"#).code, 0);
    for (body, id) in
        [(r#"{"id": 2}"#, "body.field.removed"), (r#"{"access_token": 7, "id": 2}"#, "body.type.changed")]
    {
        let ran = against(body);
        assert!(ran.code == 1 && ran.stdout.contains(id), "{ran:?}");
    }
}

#[test]
fn a_v3_folder_gets_new_files_and_no_other_change() {
    let request = "$kind: http-request\nurl: \"{{base}}/books/:id?q=1\"\nmethod: POST\nheaders:\n  - key: X-A\n    value: \"1\"\n    disabled: true\nqueryParams:\n  q: \"1\"\npathVariables:\n  id: \"42\"\nbody:\n  type: json\n  content: |-\n    {\n      \"a\": 1\n    }\nauth:\n  type: noauth\n";
    let examples = "cases/books/api/.resources/Create book.resources/examples";
    let saved = "$kind: http-example\nresponse:\n  statusCode: 404\n  statusText: Not Found\norder: 3000\n";
    let folder = workspace(&[
        ("cases/books/api/.resources/definition.yaml", "$kind: collection\nname: Books\n"),
        ("cases/books/api/Create book.request.yaml", request),
        ("cases/books/api/Other.request.yaml", "$kind: http-request\nurl: \"{{base}}/o\"\nmethod: GET\n"),
        (&format!("{examples}/gone.example.yaml"), saved),
    ]);
    let before = files(folder.path());
    let api =
        Recorder::answering(answer("200 OK", "application/json", "{\n  \"id\": 1,\n  \"token\": \"abc\"\n}"));
    let ran = record(folder.path(), &api, &["books", "--missing-only=false"]);
    assert!(ran.code == 0 && ran.stdout.contains("2 saved"), "{ran:?}");
    let mut after = files(folder.path());
    let other = "cases/books/api/.resources/Other.resources/examples/200 OK.example.yaml";
    assert!(after.remove(Path::new(other)).is_some(), "{:?}", after.keys());
    let new = after.remove(Path::new(&format!("{examples}/200 OK.example.yaml"))).unwrap();
    assert_eq!(after, before);
    let wanted = "$kind: http-example\nname: \"200 OK\"\nrequest:\n  url: \"{{base}}/books/:id?q=1\"\n  method: POST\n  headers:\n    - key: X-A\n      value: \"1\"\n      disabled: true\n  queryParams:\n    q: \"1\"\n  pathVariables:\n    id: \"42\"\n  body:\n    type: json\n    content: |-\n      {\n        \"a\": 1\n      }\nresponse:\n  statusCode: 200\n  statusText: OK\n  headers:\n    content-type: application/json\n  body:\n    type: json\n    content: |-\n      {\n        \"id\": 1,\n        \"token\": \"<string#1>\"\n      }\norder: 4000\n";
    assert_eq!(String::from_utf8(new).unwrap(), wanted);
    let ran = run(uphold(folder.path()).args(["run", "books"]));
    assert!(ran.code == 0 && ran.stdout.contains("3 passed"), "{ran:?}");
    let again = record(folder.path(), &api, &["books", "--missing-only=false", "--filter", "*::create_book"]);
    assert!(again.stdout.contains("as 200 OK 2"), "{again:?}");
    assert!(folder.path().join(format!("{examples}/200 OK 2.example.yaml")).exists());
}

#[test]
fn an_example_more_keeps_every_copy() {
    let folder = shop(&["a", "b"]);
    let api = Recorder::answering(answer("200 OK", "text/plain", "hello"));
    let first = fs::read(folder.path().join(SHOP)).unwrap();
    assert_eq!(record(folder.path(), &api, &["--filter", "shop::a"]).code, 0);
    let second = fs::read(folder.path().join(SHOP)).unwrap();
    let ran = record(folder.path(), &api, &["--filter", "shop::a"]);
    assert!(ran.code == 4 && ran.stdout.contains("1 request has an example already"), "{ran:?}");
    let ran = record(folder.path(), &api, &["--missing-only=false", "--skip", "shop::b"]);
    assert!(ran.code == 0 && ran.stdout.contains("SAVED  shop::a  as 200 OK 2"), "{ran:?}");
    let copy = |ending: &str| fs::read(folder.path().join(format!("{SHOP}{ending}"))).unwrap();
    assert_eq!((copy(".bak"), copy(".bak2")), (first, second));
    assert_eq!(run(uphold(folder.path()).args(["run", "--base-url", &api.url()])).code, 0);
}

#[test]
fn a_dry_run_sends_and_writes_nothing() {
    let folder = shop(&["a", "b"]);
    let before = files(folder.path());
    let api = Recorder::answering(answer("200 OK", "text/plain", "hello"));
    let ran = record(folder.path(), &api, &["--dry-run", "--skip", "shop::b"]);
    assert!(
        ran.code == 0 && ran.stdout.contains(&format!("WOULD  shop::a  send GET {}/a", api.url())),
        "{ran:?}"
    );
    assert!(ran.stdout.contains("1 would be sent, 0 skipped; nothing was sent"), "{ran:?}");
    assert!(api.seen().is_empty() && files(folder.path()) == before);
}

#[test]
fn answers_that_document_nothing_are_not_saved() {
    for (answered, why) in [
        (answer("401 Unauthorized", "text/plain", "no"), "401 Unauthorized: the credentials were refused"),
        (
            answer("503 Service Unavailable", "text/plain", "no"),
            "503 Service Unavailable: that is the state of the server",
        ),
        (
            answer("500 Internal Server Error", "text/plain", "no"),
            "500 Internal Server Error: that is the state",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 4\r\n\r\n\x89PNG".to_vec(),
            "the body is no text (image/png)",
        ),
        (Vec::new(), "UNFIT  shop::a"),
    ] {
        let folder = shop(&["a"]);
        let before = files(folder.path());
        let api = Recorder::answering(answered);
        let ran = record(folder.path(), &api, &[]);
        assert!(ran.code == 3 && ran.stdout.contains(why), "{why}: {ran:?}");
        assert!(ran.stdout.contains("0 saved, 1 unfit"), "{ran:?}");
        assert_eq!(files(folder.path()), before, "{why}");
    }
}

#[test]
fn what_cannot_be_sent_is_skipped_with_its_cure() {
    let mut collection: Value = serde_json::from_str(&collection(&["a", "{{unknown}}"])).unwrap();
    collection["item"][0]["request"]["method"] = "POST".into();
    let settings = "[[case]]\nmatch = \"shop::a\"\nskip = \"makes orders\"\n";
    let folder = workspace(&[(SHOP, &collection.to_string()), ("cases/shop/suite.toml", settings)]);
    let api = Recorder::answering(answer("200 OK", "text/plain", "hello"));
    let ran = record(folder.path(), &api, &[]);
    assert!(ran.code == 4 && ran.stdout.contains("SKIP   shop::a  makes orders"), "{ran:?}");
    assert!(ran.stdout.contains("variable `unknown` has no value"), "{ran:?}");
    fs::write(folder.path().join("cases/shop/suite.toml"), "").unwrap();
    let ran = run(uphold(folder.path()).args([
        "record",
        "--base-url",
        "http://api.invalid",
        "--filter",
        "shop::a",
    ]));
    assert!(ran.code == 4 && ran.stdout.contains("allow it with --allow-writes"), "{ran:?}");
    let ran = record(folder.path(), &api, &["--only-safe", "--filter", "shop::a"]);
    assert!(
        ran.code == 4 && ran.stdout.contains("left out by --only-safe") && api.seen().is_empty(),
        "{ran:?}"
    );
    let ran = run(uphold(folder.path()).args(["run", "shop"]));
    assert!(!ran.stdout.contains("matches no case"), "{ran:?}");
}

#[test]
fn without_examples_the_base_url_stands_for_the_host_of_most_requests() {
    let mut collection: Value = serde_json::from_str(&collection(&["a", "b", "c"])).unwrap();
    collection["item"][0]["request"]["url"] = "{{other}}/a".into();
    let folder = workspace(&[(SHOP, &collection.to_string())]);
    let api = Recorder::answering(answer("200 OK", "text/plain", "hello"));
    let ran = record(folder.path(), &api, &[]);
    assert!(ran.code == 0 && ran.stdout.contains("2 saved, 0 unfit, 1 skipped"), "{ran:?}");
    let skipped = "SKIP   shop::a  goes to `{{other}}`, while the base URL stands for `{{base}}`";
    assert!(ran.stdout.contains(skipped), "{ran:?}");
    // Now examples say it, and it is the same.
    let ran = record(folder.path(), &api, &[]);
    assert!(ran.code == 4 && ran.stdout.contains(skipped), "{ran:?}");
}

#[test]
fn nothing_is_sent_where_nothing_may_be_written() {
    let folder = shop(&["a"]);
    fs::write(folder.path().join("rows.csv"), "id\n1\n").unwrap();
    let api = Recorder::answering(answer("200 OK", "text/plain", "hello"));
    let url = api.url();
    let refused = |command: &mut Command, why: &str| {
        let before = files(folder.path());
        let ran = run(command);
        assert!(ran.code == 2 && ran.stderr.contains(why), "{why}: {ran:?}");
        assert!(api.seen().is_empty() && files(folder.path()) == before, "{why}");
    };
    let with_url = || {
        let mut command = uphold(folder.path());
        command.args(["record", "--base-url", &url]);
        command
    };
    refused(with_url().env("CI", "true"), "`CI` is set");
    refused(uphold(folder.path()).arg("record"), "none is named");
    refused(with_url().args(["--data", "rows.csv"]), "an example keeps its variables");
    let file = folder.path().join(SHOP);
    let dir = file.parent().unwrap();
    for place in [file.as_path(), dir] {
        let usual = fs::metadata(place).unwrap().permissions();
        let mut locked = usual.clone();
        locked.set_readonly(true);
        fs::set_permissions(place, locked).unwrap();
        refused(&mut with_url(), "is write-protected");
        fs::set_permissions(place, usual).unwrap();
    }
    assert_eq!(run(with_url().env("CI", "true").arg("--force-write")).code, 0);
}

#[cfg(unix)]
#[test]
fn no_link_leads_a_write_out_of_the_suite() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = shop(&["a"]);
    let api = Recorder::answering(answer("200 OK", "text/plain", "hello"));
    let (file, inside) = (folder.path().join(SHOP), folder.path().join("cases/shop/real.json"));
    let outside = folder.path().join("elsewhere.json");
    fs::rename(&file, &outside).unwrap();
    symlink(&outside, &file).unwrap();
    let before = files(folder.path());
    let ran = record(folder.path(), &api, &[]);
    assert!(ran.code == 2 && ran.stderr.contains("leads out of"), "{ran:?}");
    assert!(api.seen().is_empty() && files(folder.path()) == before);
    fs::remove_file(&file).unwrap();
    fs::rename(&outside, &inside).unwrap();
    fs::set_permissions(&inside, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.json", &file).unwrap();
    let ran = record(folder.path(), &api, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(file.is_symlink() && fs::read_to_string(&inside).unwrap().contains("200 OK"));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&inside), mode(&inside.with_file_name("real.json.bak"))), (0o640, 0o640));
}

#[test]
fn what_could_not_be_saved_is_not_sent() {
    let text = collection(&["a", "b", "c"]).replacen("\"response\": []", "\"response\": {}", 1);
    let folder = workspace(&[(SHOP, &text)]);
    let api = Recorder::answering(answer("200 OK", "text/plain", "hello"));
    let dry = record(folder.path(), &api, &["--dry-run"]);
    assert!(dry.stdout.contains("`response` must be a list, but is an object"), "{dry:?}");
    let ran = record(folder.path(), &api, &[]);
    assert!(ran.stdout.contains("its answer could not be saved"), "{ran:?}");
    assert!(ran.stdout.contains("2 saved, 0 unfit, 1 skipped"), "{ran:?}");
    assert_eq!(api.seen().len(), 2);
}

#[test]
fn a_collection_that_changes_meanwhile_is_not_touched_and_no_answer_is_lost() {
    let folder = shop(&["a"]);
    let file = folder.path().join(SHOP);
    let (old, changed) = (fs::read_to_string(&file).unwrap(), collection(&["a", "b"]));
    let other = (file.clone(), changed.clone());
    let api = Recorder::with(move |_| {
        fs::write(&other.0, &other.1).unwrap();
        answer("200 OK", "text/plain", "hello")
    });
    let ran = record(folder.path(), &api, &[]);
    assert!(ran.code == 1 && ran.stdout.contains("was changed while answers were recorded"), "{ran:?}");
    assert!(ran.stdout.contains("0 saved, 0 unfit, 1 not written"), "{ran:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), changed);
    let kept = fs::read_to_string(folder.path().join(format!("{SHOP}.recorded"))).unwrap();
    assert!(inserted(&old, &kept).contains("200 OK"));
    assert_ne!(run(uphold(folder.path()).args(["list", "shop"])).code, 2, "it is no second collection");
}

#[cfg(unix)]
#[test]
fn an_interrupt_saves_what_was_answered() {
    use std::process::Stdio;
    use std::sync::mpsc;
    let folder = shop(&["a", "b", "c"]);
    let ((tell, asked), (release, held)) = (mpsc::channel(), mpsc::channel::<()>());
    let held = std::sync::Mutex::new(held);
    let api = Recorder::with(move |request| {
        if request.starts_with("GET /b ") {
            tell.send(()).unwrap();
            let _ = held.lock().unwrap().recv();
        }
        answer("200 OK", "text/plain", "hello")
    });
    let mut child = uphold(folder.path())
        .args(["record", "--base-url", &api.url(), "-j", "1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    asked.recv().unwrap();
    assert!(Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().unwrap().success());
    let mut said = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stderr.as_mut().unwrap()), &mut said)
        .unwrap();
    assert!(said.contains("finishing 1 in flight; Ctrl-C again stops"), "{said}");
    drop(release);
    let output = child.wait_with_output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stdout}");
    assert!(stdout.contains("2 saved, 0 unfit, 1 skipped; interrupted by SIGINT"), "{stdout}");
    let saved: Value = serde_json::from_slice(&fs::read(folder.path().join(SHOP)).unwrap()).unwrap();
    let counts: Vec<_> = (0..3).map(|at| saved["item"][at]["response"].as_array().unwrap().len()).collect();
    assert_eq!(counts, [1, 1, 0], "what was in flight is answered");
}
