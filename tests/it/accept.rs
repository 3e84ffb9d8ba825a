//! `uphold accept`, `waive` and `reject`, from the outside: what is accepted is clean in every command, what
//! goes wrong changes nothing, and nothing that nobody should see is on the disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::{Ran, Recorder, answer, run, uphold, workspace};

mod odd;
mod random;
#[cfg(target_os = "linux")]
mod review;
mod waiving;

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";
const ORDER: &str = "cases/shop/accepted/orders/get_order/ok.json";
const PENDING: &str = "reports/pending/shop/orders/get_order/ok.json";
const SCHEMA: &str = "schemas/shop/orders/get_order/200.schema.json";
const TOKEN: &str = "s3cr3t-access+token/0123";

/// A collection with the items `Get order` (one example, or these) and `List` (one example).
fn collection(examples: &[(&str, u16, Value)]) -> String {
    let example = |path: &str, name: &str, code: u16, body: &Value| {
        json!({
            "name": name, "code": code, "body": body.to_string(),
            "originalRequest": {"method": "GET", "header": [], "url": format!("{{{{base}}}}{path}")},
            "header": [{"key": "Content-Type", "value": "application/json"}],
        })
    };
    let orders: Vec<Value> =
        examples.iter().map(|(name, code, body)| example("/orders/1", name, *code, body)).collect();
    let item = |name: &str, path: &str, examples: Vec<Value>| {
        let request = json!({"method": "GET", "header": [], "url": format!("{{{{base}}}}{path}")});
        json!({"name": name, "request": request, "response": examples})
    };
    let list = vec![example("/list", "OK", 200, &json!({"items": [1]}))];
    json!({
        "info": {"name": "Shop", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}"}]},
        "item": [{"name": "Orders", "item": [item("Get order", "/orders/1", orders), item("List", "/list", list)]}],
    })
    .to_string()
}

fn order() -> Value {
    json!({"id": "738964000000291009", "state": "open", "fax": "1", "customer": {"email": "ann@corp.example"}})
}

/// The order after the change: a field is gone, one came, a state is new.
fn new_order() -> Value {
    json!({"id": "738964000000291999", "state": "closed", "customer": {"email": "bob.lee@corp.example"}, "note": null})
}

fn shop() -> tempfile::TempDir {
    workspace(&[
        (COLLECTION, &collection(&[("OK", 200, order())])),
        ("cases/shop/suite.toml", "[variables]\ntoken = \"${TOKEN}\"\n"),
    ])
}

/// A server that can be told to answer otherwise: by path, status line and body.
#[derive(Clone)]
struct Api {
    answers: Arc<Mutex<BTreeMap<&'static str, (String, String)>>>,
    url: String,
}

impl Api {
    fn start(order: &Value) -> Self {
        let answers = Arc::new(Mutex::new(BTreeMap::new()));
        let told = Arc::clone(&answers);
        let server = Recorder::with(move |request| {
            let answers: std::sync::MutexGuard<'_, BTreeMap<&str, (String, String)>> = told.lock().unwrap();
            let found = answers.iter().find(|(path, _)| request.contains(&format!(" {path} ")));
            let (status, body) = found.map(|(_, answer)| answer.clone()).unwrap();
            answer(&status, "application/json", &body)
        });
        let api = Self { answers, url: server.url() };
        api.says("/orders/1", "200 OK", order);
        api.says("/list", "200 OK", &json!({"items": [2]}));
        api
    }

    fn says(&self, path: &'static str, status: &str, body: &Value) {
        self.answers.lock().unwrap().insert(path, (status.to_owned(), body.to_string()));
    }

    fn run(&self, folder: &Path, more: &[&str]) -> Ran {
        in_folder(folder, &[&["run", "--base-url", &self.url], more].concat())
    }
}

fn in_folder(folder: &Path, args: &[&str]) -> Ran {
    run(uphold(folder).env("TOKEN", TOKEN).args(args))
}

fn read(folder: &Path, path: &str) -> Value {
    serde_json::from_slice(&fs::read(folder.join(path)).unwrap()).unwrap()
}

/// Every file below the folder with its bytes; without `reports/` where only what is kept is asked for.
fn files(folder: &Path, reports: bool) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut found, mut open) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(dir) = open.pop() {
        for path in fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                if reports || !path.ends_with("reports") {
                    open.push(path);
                }
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// What was accepted beside the saved example is shown, whatever it changes.
#[test]
fn what_was_accepted_is_no_gap_of_the_contract() {
    let key = "738964000000291009";
    for (saved, arrived) in [
        (json!({"a": {"n": 1}}), json!({"a": {"n": "s"}})),
        (json!({"a": {"n": 1}}), json!({"a": {"m": 1}})),
        (json!({key: {"n": 1}}), json!({key: {"m": 1}})),
        (json!({key: {"n": 1}}), json!({"738964000000291010": {"n": "s"}})),
        (json!({"a": {"n": 1}, "b": 1}), json!({"a": null, "b": 1})),
    ] {
        let folder = workspace(&[(COLLECTION, &collection(&[("OK", 200, saved.clone())]))]);
        let path = folder.path();
        let api = Api::start(&arrived);
        assert_eq!(api.run(path, &["--var", "token=t"]).code, 1, "{saved}");
        let ran = in_folder(path, &["accept", "--case", "*"]);
        assert_eq!(ran.code, 0, "{saved} {ran:?}");
        let ran = in_folder(path, &["prove"]);
        assert!(ran.code == 0 && !ran.stdout.contains("missed "), "{saved} {ran:?}");
    }
}

#[test]
fn an_accepted_answer_is_what_every_command_expects() {
    let folder = shop();
    let path = folder.path();
    assert_eq!(in_folder(path, &["learn"]).code, 0);
    let before = fs::read(path.join(COLLECTION)).unwrap();
    let api = Api::start(&new_order());
    let ran = api.run(path, &[]);
    assert!(ran.code == 1 && ran.stdout.contains("1 answer waits for a decision"), "{ran:?}");
    let listed = in_folder(path, &["review"]);
    assert!(listed.code == 0 && listed.stdout.contains("body.field.removed /fax"), "{listed:?}");
    assert!(listed.stdout.contains("uphold accept --case 'shop::orders::get_order::ok'"), "{listed:?}");
    let json: Value =
        serde_json::from_str(&in_folder(path, &["review", "--list", "--format", "json"]).stdout).unwrap();
    assert_eq!(json["pending"][0]["case"], "shop::orders::get_order::ok");
    assert_eq!(json["pending"][0]["stale"], Value::Null);

    let ran = in_folder(path, &["accept", "--all"]);
    assert!(ran.code == 1 && ran.stdout.contains("--max-level breaking accepts it"), "{ran:?}");
    let ran = in_folder(path, &["accept", "--id", "body.field.removed"]);
    assert!(ran.code == 1 && ran.stdout.contains("it also has body.enum.new_value /state"), "{ran:?}");
    assert_eq!(in_folder(path, &["accept", "--case", "*::list::*"]).code, 4);
    assert!(!path.join(ORDER).exists());

    let kept = files(path, false);
    let dry = in_folder(path, &["accept", "--case", "*", "--dry-run"]);
    assert!(dry.code == 0 && dry.stdout.contains(&format!("would write {ORDER}")), "{dry:?}");
    assert!(
        dry.stdout.contains("-     \"fax\",") || dry.stdout.contains("- "),
        "the schema's difference: {dry:?}"
    );
    assert_eq!(files(path, false), kept);

    let ran = in_folder(path, &["accept", "--case", "*"]);
    assert!(ran.code == 0 && ran.stdout.contains(&format!("wrote {ORDER}\nwrote {SCHEMA}\n")), "{ran:?}");
    assert!(!path.join("reports/pending").exists());
    let accepted = read(path, ORDER);
    assert_eq!(accepted[0]["status"], 200);
    assert_eq!(
        accepted[0]["body"],
        json!({"id": "100000000000000000", "state": "closed", "customer": {"email": "user1@example.com"}, "note": null})
    );
    assert_eq!(fs::read(path.join(COLLECTION)).unwrap(), before, "the collection stays");
    let required = &read(path, SCHEMA)["required"];
    assert_eq!(*required, json!(["customer", "id", "state"]), "the saved example still counts");

    for order in [order(), new_order()] {
        api.says("/orders/1", "200 OK", &order);
        let ran = api.run(path, &["--fail-on", "warning"]);
        assert_eq!(ran.code, 0, "{order}: {ran:?}");
    }
    all_agree(path);
    // Killed between the two files, the schema would be the old one: a stale file, which `learn` refreshes.
    fs::write(path.join(SCHEMA), &kept[Path::new(SCHEMA)]).unwrap();
    assert!(in_folder(path, &["lint"]).stdout.contains("run `uphold learn`"));
    assert_eq!(in_folder(path, &["learn"]).code, 0);
    assert_eq!(read(path, SCHEMA)["required"], json!(["customer", "id", "state"]));
    all_agree(path);
}

/// Commands that send nothing to the API find nothing to say against what is accepted.
fn all_agree(folder: &Path) {
    for (args, code) in [
        (&["run"][..], 0),
        (&["run", "--mock", "--fail-on", "warning"][..], 0),
        (&["lint", "--fail-on", "warning"][..], 0),
        (&["list"][..], 0),
    ] {
        let ran = in_folder(folder, args);
        assert_eq!(ran.code, code, "{args:?}: {ran:?}");
    }
    if folder.join("schemas").exists() {
        assert_eq!(in_folder(folder, &["learn", "--check"]).code, 0);
    }
    let prove = in_folder(folder, &["prove"]);
    assert!(prove.stdout.contains("0 false alarms"), "{prove:?}");
}

#[test]
fn status_and_code_are_those_of_the_accepted_answer() {
    let gone = json!({"code": "GONE_FOREVER", "message": "m", "trace": "4d8b6ee4f7d1d284c930a4e807480c5c"});
    let folder = shop();
    let path = folder.path();
    let api = Api::start(&order());
    api.says("/orders/1", "410 Gone", &gone);
    assert_eq!(api.run(path, &[]).code, 1);
    assert_eq!(in_folder(path, &["accept", "--case", "*"]).code, 0);
    let ran = api.run(path, &["--fail-on", "warning"]);
    assert!(ran.code == 0 && ran.stdout.contains("codes of shop: 1 of 1 seen"), "{ran:?}");
    let listed = in_folder(path, &["list"]).stdout;
    assert!(listed.contains("get_order::ok  410") && listed.contains("GONE_FOREVER"), "{listed}");
    all_agree(path);
    // The code is compared as before.
    api.says("/orders/1", "410 Gone", &json!({"code": "OTHER", "message": "m", "trace": "x"}));
    let ran = api.run(path, &[]);
    assert!(ran.code == 1 && ran.stdout.contains("error.code_changed"), "{ran:?}");
    // And back: the newest decides.
    api.says("/orders/1", "200 OK", &order());
    assert_eq!(api.run(path, &[]).code, 1);
    assert_eq!(in_folder(path, &["accept", "--case", "*"]).code, 0);
    assert_eq!(read(path, ORDER).as_array().unwrap().len(), 2);
    assert_eq!(api.run(path, &["--fail-on", "warning"]).code, 0);
    all_agree(path);
}

#[test]
fn an_answer_that_replaces_stands_alone() {
    let folder = shop();
    let path = folder.path();
    let api = Api::start(&new_order());
    assert_eq!(api.run(path, &[]).code, 1);
    assert_eq!(in_folder(path, &["accept", "--case", "*", "--replace"]).code, 0);
    assert_eq!(read(path, ORDER)[0]["replaces"], true);
    assert_eq!(api.run(path, &["--fail-on", "warning"]).code, 0);
    api.says("/orders/1", "200 OK", &order());
    let ran = api.run(path, &["--fail-on", "warning"]);
    assert!(ran.code == 1 && ran.stdout.contains("body.field.removed  /note"), "{ran:?}");
    all_agree(path);
}

#[test]
fn an_answer_is_stale_where_its_example_was_edited_and_the_schema_file_was_not() {
    let folder = shop();
    let path = folder.path();
    assert_eq!(in_folder(path, &["learn"]).code, 0);
    let api = Api::start(&new_order());
    assert_eq!(api.run(path, &[]).code, 1);
    let mut edited = order();
    edited["must"] = 1.into();
    fs::write(path.join(COLLECTION), collection(&[("OK", 200, edited)])).unwrap();
    let ran = in_folder(path, &["accept", "--case", "*"]);
    assert!(ran.code == 1 && ran.stdout.contains("has changed since; run it again"), "{ran:?}");
}

#[test]
fn a_stale_answer_is_refused() {
    let folder = shop();
    let path = folder.path();
    let api = Api::start(&new_order());
    assert_eq!(api.run(path, &[]).code, 1);
    fs::write(path.join(COLLECTION), collection(&[("OK", 200, json!({"id": 1}))])).unwrap();
    let before = files(path, true);
    let ran = in_folder(path, &["accept", "--case", "*"]);
    assert!(ran.code == 1 && ran.stdout.contains("has changed since; run it again"), "{ran:?}");
    let listed = in_folder(path, &["review"]).stdout;
    assert!(listed.contains("stale: what the case asks or expects has changed"), "{listed}");
    assert!(listed.contains("uphold reject --case") && !listed.contains("uphold accept"), "{listed}");
    // The same example under another request: the answer is to what was asked before.
    let asked = collection(&[("OK", 200, order())]).replace("/orders/1", "/orders");
    fs::write(path.join(COLLECTION), asked).unwrap();
    let ran = in_folder(path, &["accept", "--case", "*"]);
    assert!(ran.code == 1 && ran.stdout.contains("asks or expects has changed since"), "{ran:?}");
    fs::write(path.join(COLLECTION), collection(&[("Other", 200, order())])).unwrap();
    let ran = in_folder(path, &["accept", "--case", "*"]);
    assert!(ran.code == 1 && ran.stdout.contains("no case of this id any more"), "{ran:?}");
    assert_eq!(files(path, true).len(), before.len());
    let ran = in_folder(path, &["reject", "--case", "*::ok"]);
    assert!(ran.code == 0 && ran.stdout == "1 rejected\n" && !path.join(PENDING).exists(), "{ran:?}");
    assert_eq!(in_folder(path, &["reject", "--all"]).code, 4);
}

#[test]
fn nothing_is_written_in_ci_unless_asked_for() {
    let folder = shop();
    let path = folder.path();
    let api = Api::start(&new_order());
    assert_eq!(api.run(path, &[]).code, 1);
    let before = files(path, true);
    let waive =
        ["waive", "--case", "*", "--id", "body.field.removed", "--reason", "r", "--until", "2099-01-01"];
    for (name, args) in
        [("CI", &["accept", "--all"][..]), ("TF_BUILD", &waive[..]), ("CI", &["reject", "--all"][..])]
    {
        let ran = run(uphold(path).env("TOKEN", TOKEN).env(name, "true").args(args));
        assert!(ran.code == 2 && ran.stderr.contains("--force-write"), "{args:?}: {ran:?}");
        assert_eq!(files(path, true), before, "{args:?}");
    }
    let args = ["accept", "--case", "*", "--force-write"];
    assert_eq!(run(uphold(path).env("TOKEN", TOKEN).env("CI", "true").args(args)).code, 0);
}

#[test]
fn what_a_person_decided_is_not_overruled() {
    let folder = shop();
    let path = folder.path();
    assert_eq!(in_folder(path, &["learn"]).code, 0);
    let mut schema = read(path, SCHEMA);
    schema["properties"]["state"] = json!({"enum": ["open", "new"]});
    fs::write(path.join(SCHEMA), schema.to_string()).unwrap();
    fs::write(
        path.join("cases/shop/suite.toml"),
        "[variables]\ntoken = \"${TOKEN}\"\n[[case]]\nmatch = \"*::list::*\"\nstatus = 201\n",
    )
    .unwrap();
    let api = Api::start(&new_order());
    assert_eq!(api.run(path, &[]).code, 1);
    let before = files(path, true);
    let ran = in_folder(path, &["accept", "--case", "*"]);
    assert!(ran.code == 1 && ran.stdout.contains("a schema file of yours decides there"), "{ran:?}");
    assert!(ran.stdout.contains("status.changed (expected 201, actual 200): suite.toml"), "{ran:?}");
    assert!(ran.stdout.contains("0 accepted, 0 left, 2 refused"), "{ran:?}");
    assert_eq!(files(path, true), before);
}

#[test]
#[cfg(unix)]
fn where_one_file_cannot_be_written_none_is() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = shop();
    let path = folder.path();
    assert_eq!(in_folder(path, &["learn"]).code, 0);
    let api = Api::start(&new_order());
    assert_eq!(api.run(path, &[]).code, 1);
    let before = files(path, true);
    let refused = |why: &str| {
        let ran = in_folder(path, &["accept", "--case", "*"]);
        assert!(ran.code == 2 && ran.stderr.contains(why), "{why}: {ran:?}");
        assert!(!path.join("cases/shop/accepted").exists(), "{why}");
    };
    fs::set_permissions(path.join(SCHEMA), fs::Permissions::from_mode(0o444)).unwrap();
    refused("200.schema.json: it is write-protected");
    assert_eq!(files(path, true), before);
    fs::set_permissions(path.join(SCHEMA), fs::Permissions::from_mode(0o644)).unwrap();
    // A file where a folder should be.
    fs::create_dir(path.join("cases/shop/accepted")).unwrap();
    fs::write(path.join("cases/shop/accepted/orders"), "").unwrap();
    let ran = in_folder(path, &["accept", "--case", "*"]);
    assert!(ran.code == 2 && ran.stderr.contains("accepted/orders"), "{ran:?}");
    fs::remove_dir_all(path.join("cases/shop/accepted")).unwrap();
    // A link that leads away.
    let elsewhere = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), path.join("cases/shop/accepted")).unwrap();
    let ran = in_folder(path, &["accept", "--case", "*"]);
    assert!(ran.code == 2 && ran.stderr.contains("leads out of"), "{ran:?}");
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    fs::remove_file(path.join("cases/shop/accepted")).unwrap();
    assert_eq!(files(path, true), before);
}

/// A file may not grow beyond this: so a disk refuses in the middle of writing.
#[test]
#[cfg(target_os = "linux")]
fn a_disk_that_is_full_changes_nothing() {
    let folder = shop();
    let path = folder.path();
    assert_eq!(in_folder(path, &["learn"]).code, 0);
    let mut order = new_order();
    order["text"] = json!("word ".repeat(4000));
    let api = Api::start(&order);
    assert_eq!(api.run(path, &[]).code, 1);
    let before = files(path, true);
    // SIGXFSZ is ignored, so that the write fails with EFBIG.
    let script =
        format!("trap '' XFSZ; ulimit -f 8; exec '{}' accept --case '*'", env!("CARGO_BIN_EXE_uphold"));
    let mut shell = std::process::Command::new("sh");
    let ran = run(shell
        .current_dir(path)
        .env_clear()
        .env("TOKEN", TOKEN)
        .env("PATH", "/usr/bin:/bin")
        .args(["-c", &script]));
    assert!(ran.code == 2 && ran.stderr.contains("cannot write"), "{ran:?}");
    assert_eq!(files(path, true), before);
    assert!(!path.join("cases/shop/accepted").exists());
}

#[test]
fn a_secret_that_the_server_echoes_is_nowhere_on_the_disk() {
    use base64::Engine as _;
    let folder = shop();
    let path = folder.path();
    let base64 = base64::engine::general_purpose::STANDARD.encode(TOKEN);
    let (escaped, encoded) = (TOKEN.replace('/', "\\/"), TOKEN.replace('+', "%2B").replace('/', "%2F"));
    let order = json!({
        "id": "738964000000291009", "state": format!("you sent Bearer {TOKEN}"), "fax": [TOKEN, base64.as_str()],
        "customer": {"email": "bob.lee@corp.example", "first_name": "Robert Lee", "url": format!("https://x.y/?a={encoded}")},
        "raw": format!("{{\"token\": \"{escaped}\"}}"), "session_token": "of-the-answer-alone-1234",
    });
    let api = Api::start(&order);
    assert_eq!(api.run(path, &[]).code, 1);
    let gone = |folder: &Path| {
        let people = ["bob.lee@corp.example", "Robert Lee", "of-the-answer-alone-1234"];
        for (file, bytes) in files(folder, true) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            for secret in [TOKEN, &base64, &encoded, &escaped, base64.trim_end_matches('=')] {
                assert!(!text.contains(secret), "{secret} in {}", file.display());
            }
            let is_decided = ["pending", "accepted"].iter().any(|part| file.iter().any(|name| name == *part));
            for person in people.iter().filter(|_| is_decided) {
                assert!(!text.contains(person), "{person} in {}", file.display());
            }
        }
    };
    gone(path);
    assert_eq!(in_folder(path, &["accept", "--case", "*"]).code, 0);
    assert!(path.join(ORDER).exists());
    gone(path);
    assert_eq!(api.run(path, &[]).code, 0);
    gone(path);
}

#[test]
fn a_case_that_passes_again_has_nothing_pending_and_the_mock_decides_nothing() {
    let folder = shop();
    let path = folder.path();
    let api = Api::start(&new_order());
    assert_eq!(api.run(path, &[]).code, 1);
    assert!(path.join(PENDING).exists());
    assert_eq!(in_folder(path, &["run"]).code, 0);
    assert!(path.join(PENDING).exists(), "the mock says nothing of the API");
    api.says("/orders/1", "503 Service Unavailable", &json!({}));
    assert_eq!(api.run(path, &[]).code, 3);
    assert!(path.join(PENDING).exists(), "no usable answer settles nothing");
    api.says("/orders/1", "200 OK", &order());
    assert_eq!(api.run(path, &[]).code, 0);
    assert!(!path.join("reports/pending").exists());
    // Drift keeps as a run does, and where it is asked to.
    api.says("/orders/1", "200 OK", &new_order());
    let ran = in_folder(path, &["drift", "--base-url", &api.url, "--pending", "waiting"]);
    assert!(ran.code == 1 && path.join("waiting/shop/orders/get_order/ok.json").exists(), "{ran:?}");
    assert_eq!(in_folder(path, &["accept", "--case", "*", "--pending", "waiting"]).code, 0);
}

#[test]
fn odd_files_are_told_with_their_cure() {
    let folder = shop();
    let path = folder.path();
    let api = Api::start(&new_order());
    assert_eq!(api.run(path, &[]).code, 1);
    let pending = fs::read_to_string(path.join(PENDING)).unwrap();
    let with = |from: &str, to: &str| fs::write(path.join(PENDING), pending.replace(from, to)).unwrap();
    for (from, to, why) in [
        (
            "shop::orders::get_order::ok",
            "shop::../../../x::ok",
            "not the case that the name of the file says; ",
        ),
        ("\"version\": 1", "\"version\": 2", "of version 2, not 1"),
        ("\"case\"", "\"caze\"", "unknown field `caze`"),
    ] {
        with(from, to);
        let ran = in_folder(path, &["accept", "--all"]);
        assert!(ran.code == 1 && ran.stdout.contains(why) && ran.stdout.contains("delete it"), "{ran:?}");
    }
    with("", "");
    assert_eq!(in_folder(path, &["accept", "--case", "*"]).code, 0);
    let accepted = fs::read_to_string(path.join(ORDER)).unwrap();
    fs::write(path.join(ORDER), accepted.replace("\"status\": 200", "\"status\": 7")).unwrap();
    let ran = in_folder(path, &["list"]);
    assert!(ran.code == 2 && ran.stderr.contains("/0/status: no answer ends with this status"), "{ran:?}");
    fs::rename(path.join(ORDER), path.join("cases/shop/accepted/orders/get_order/else.json")).unwrap();
    fs::write(path.join("cases/shop/accepted/orders/get_order/else.json"), accepted).unwrap();
    let lint = in_folder(path, &["lint"]);
    assert!(lint.stdout.contains("belongs to no case"), "{lint:?}");
    assert_eq!(in_folder(path, &["accept"]).code, 2);
}

#[test]
fn rows_of_data_and_folders_in_v3_form_are_accepted_too() {
    let request = "$kind: http-request\nurl: \"{{base}}/orders/1\"\nmethod: GET\n";
    let example = "$kind: http-example\nname: OK\nresponse:\n  statusCode: 200\n  statusText: OK\n  headers:\n    content-type: application/json\n  body:\n    type: json\n    content: |-\n      {\"id\": 1}\norder: 1000\n";
    let folder = workspace(&[
        ("cases/books/.resources/definition.yaml", "$kind: collection\nname: Books\n"),
        ("cases/books/Get.request.yaml", request),
        ("cases/books/.resources/Get.resources/examples/OK.example.yaml", example),
        ("rows.csv", "n\n1\n2\n"),
    ]);
    let path = folder.path();
    let api = Api::start(&json!({"id": "x"}));
    let ran = api.run(path, &["--data", "rows.csv"]);
    assert!(ran.code == 1 && path.join("reports/pending/books/get/ok[2].json").exists(), "{ran:?}");
    let ran = in_folder(path, &["accept", "--case", "*[2]"]);
    assert!(ran.code == 0 && path.join("cases/books/accepted/get/ok.json").exists(), "{ran:?}");
    let ran = api.run(path, &["--data", "rows.csv", "--fail-on", "warning"]);
    assert!(ran.code == 0 && ran.stdout.contains("2 passed"), "{ran:?}");
    for args in [&["run"][..], &["list"][..]] {
        assert_eq!(in_folder(path, args).code, 0);
    }
}
