//! `uphold learn`: what it writes, and what it leaves to people.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use serde_json::{Value, json};
use uphold::contract::schema::infer::Strictness;
use uphold::contract::schema::mark::stamp;

use crate::support::{Ran, copy_of_the_project, project, run, uphold, workspace};

mod proposals;

const COLLECTION: &str = "cases/shop/shop.postman_collection.json";
const ORDER: &str = "schemas/shop/orders/get_order/200.schema.json";
const PROPOSAL: &str = "schemas/shop/orders/get_order/200.proposed.json";

/// An example: name, code, body.
type Example<'e> = (&'e str, Option<u16>, &'e str);

/// A collection with the item `Orders / Get order`.
fn collection(method: &str, examples: &[Example<'_>]) -> String {
    let request = json!({"method": method, "header": [], "url": "{{api}}/orders/1"});
    let example = |(name, code, body): &Example<'_>| {
        json!({
            "name": name, "originalRequest": request, "code": code, "body": body,
            "header": [{"key": "Content-Type", "value": "application/json"}],
        })
    };
    let examples: Vec<Value> = examples.iter().map(example).collect();
    json!({
        "info": {"name": "Shop", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": [{"name": "Orders", "item": [{"name": "Get order", "request": request, "response": examples}]}],
    })
    .to_string()
}

fn shop(examples: &[Example<'_>]) -> tempfile::TempDir {
    workspace(&[(COLLECTION, &collection("GET", examples))])
}

fn learned(folder: &Path, args: &[&str]) -> Ran {
    run(uphold(folder).arg("learn").args(args))
}

/// Every file below `schemas/` with its text and the time of its last change.
fn files(folder: &Path) -> BTreeMap<String, (String, SystemTime)> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.join("schemas")];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                let time = fs::metadata(&path).unwrap().modified().unwrap();
                found.insert(name, (fs::read_to_string(path).unwrap(), time));
            }
        }
    }
    found
}

fn names(folder: &Path) -> Vec<String> {
    files(folder).into_keys().collect()
}

fn read(folder: &Path, path: &str) -> Value {
    serde_json::from_slice(&fs::read(folder.join(path)).unwrap()).unwrap()
}

/// Changes a file as a person would, in an editor.
fn edit(folder: &Path, path: &str, change: impl FnOnce(&mut Value)) {
    let mut document = read(folder, path);
    change(&mut document);
    fs::write(folder.join(path), format!("{document:#}")).unwrap();
}

#[test]
fn each_group_has_a_file_and_learning_twice_changes_nothing() {
    let folder = shop(&[
        ("OK", Some(200), r#"{"id": 1, "state": "open"}"#),
        ("Other", Some(200), r#"{"id": 2}"#),
        ("Busy", Some(200), r#"{"status": "error", "code": "BUSY", "message": "m"}"#),
        ("Gone", Some(404), r#"{"code": "GONE", "message": "m"}"#),
        ("No code", None, "[1]"),
        ("Scalar", Some(201), "7"),
        ("Text", Some(500), "<html>"),
        ("Empty", Some(202), ""),
        ("None", Some(204), r#"{"id": 1}"#),
    ]);
    let check = learned(folder.path(), &["--check"]);
    assert!(check.code == 0 && check.stdout.starts_with("schemas/shop: nothing is learned, "), "{check:?}");
    assert!(check.stdout.contains("`uphold learn` writes them"), "{check:?}");
    assert_eq!(names(folder.path()), [""; 0], "a check writes nothing");

    let ran = learned(folder.path(), &[]);
    assert!(ran.code == 0 && ran.stdout.contains(&format!("wrote     {ORDER}\n")), "{ran:?}");
    assert!(ran.stdout.contains("\nschemas/shop: 5 written, 0 unchanged\n"), "{ran:?}");
    let dir = "schemas/shop/orders/get_order";
    let wanted = ["200.error", "200", "201", "404", "default"];
    assert_eq!(names(folder.path()), wanted.map(|name| format!("{dir}/{name}.schema.json")));
    let document = read(folder.path(), ORDER);
    assert_eq!(document["required"], json!(["id"]));
    let from = json!(["shop::orders::get_order::ok", "shop::orders::get_order::other"]);
    assert_eq!((&document["x-uphold"]["from"], document["x-uphold"].get("strict")), (&from, None));
    assert!(fs::read_to_string(folder.path().join(ORDER)).unwrap().ends_with("  }\n}\n"));

    let before = files(folder.path());
    let again = learned(folder.path(), &[]);
    assert_eq!((again.code, again.stdout.as_str()), (0, "schemas/shop: 5 unchanged\n"));
    assert_eq!(learned(folder.path(), &["--check"]).code, 0);
    // Another layout and order of members is no edit.
    edit(folder.path(), ORDER, |document| {
        let members = document.as_object_mut().unwrap();
        members.sort_keys();
    });
    assert_eq!(learned(folder.path(), &["--check"]).code, 0);
    fs::write(folder.path().join(ORDER), &before[ORDER].0).unwrap();
    let mut after = files(folder.path());
    after.insert(ORDER.to_owned(), before[ORDER].clone());
    assert_eq!(after, before, "no file was written again");
}

#[test]
fn what_the_examples_left_behind_is_refreshed_or_removed() {
    let folder = shop(&[("OK", Some(200), r#"{"id": 1}"#), ("Gone", Some(404), r#"{"code": "GONE"}"#)]);
    assert_eq!(learned(folder.path(), &[]).code, 0);
    let own = folder.path().join("schemas/shop/user.schema.json");
    fs::write(&own, "true").unwrap();
    fs::write(folder.path().join(COLLECTION), collection("GET", &[("OK", Some(200), r#"{"id": "x"}"#)]))
        .unwrap();

    let lint = run(uphold(folder.path()).arg("lint")).stdout;
    assert!(
        lint.contains(ORDER) && lint.contains("but the file still decides; run `uphold learn`"),
        "{lint}"
    );
    assert!(lint.contains("learned from examples that are gone"), "{lint}");
    // Until then the file decides.
    let stale = run(uphold(folder.path()).arg("run"));
    assert!(stale.code == 1 && stale.stdout.contains("body.type.changed  /id"), "{stale:?}");
    let check = learned(folder.path(), &["--check"]);
    assert!(
        check.code == 1 && check.stdout.contains(&format!("would refresh {ORDER}\nwould remove  ")),
        "{check:?}"
    );

    let ran = learned(folder.path(), &[]);
    assert!(ran.stdout.contains(&format!("refreshed {ORDER}\nremoved   ")), "{ran:?}");
    assert!(ran.stdout.contains("\nschemas/shop: 1 refreshed, 1 removed, 0 unchanged\n"), "{ran:?}");
    assert_eq!(names(folder.path()), [ORDER, "schemas/shop/user.schema.json"]);
    assert_eq!(run(uphold(folder.path()).arg("run")).code, 0);
    // Folders that are empty go with their last file.
    fs::remove_file(own).unwrap();
    fs::write(folder.path().join(COLLECTION), collection("GET", &[])).unwrap();
    assert_eq!(learned(folder.path(), &[]).code, 0);
    assert!(!folder.path().join("schemas/shop").exists());
}

#[test]
fn strict_files_refuse_what_was_never_seen_and_stay_strict() {
    let folder = shop(&[("OK", Some(200), r#"{"id": 1}"#)]);
    assert_eq!(learned(folder.path(), &["--strict"]).code, 0);
    let document = read(folder.path(), ORDER);
    assert_eq!(
        (&document["additionalProperties"], &document["x-uphold"]["strict"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(run(uphold(folder.path()).arg("lint")).stdout, "0 lints\n", "judged as it was learned");
    assert_eq!(learned(folder.path(), &["--strict", "--check"]).code, 0);
    assert_eq!(learned(folder.path(), &["--check"]).code, 0, "as it was learned");
    let other = collection("GET", &[("OK", Some(200), r#"{"id": 1, "n": 2}"#)]);
    fs::write(folder.path().join(COLLECTION), other).unwrap();
    let lint = run(uphold(folder.path()).arg("lint")).stdout;
    assert!(lint.contains("run `uphold learn`"), "{lint}");
    assert_eq!(learned(folder.path(), &["--check"]).code, 1);
    assert_eq!(learned(folder.path(), &[]).code, 0);
    assert_eq!(read(folder.path(), ORDER)["additionalProperties"], json!(false));
    let prove = run(uphold(folder.path()).args(["prove", "shop"]));
    let told = prove.stdout.lines().find(|line| line.trim_start().starts_with("field.added"));
    let told: Vec<&str> = told.unwrap_or_default().split_whitespace().collect();
    assert_eq!(
        told,
        ["field.added", "1", "0", "1", "0"],
        "a new member is told, as was asked for: {prove:?}"
    );
    // Open again: without the file there is nothing that says strict.
    fs::remove_dir_all(folder.path().join("schemas")).unwrap();
    assert!(learned(folder.path(), &[]).stdout.starts_with("wrote "));
    assert_eq!(read(folder.path(), ORDER).get("additionalProperties"), None);
    let strict = learned(folder.path(), &["--strict", "--check"]);
    assert!(strict.code == 1 && strict.stdout.contains("1 would be refreshed, 0 unchanged"), "{strict:?}");
}

#[test]
fn a_file_that_others_refer_to_is_not_taken_away_or_turned_under_them() {
    let folder = shop(&[("OK", Some(200), r#"{"a": {"b": 1}}"#)]);
    assert_eq!(learned(folder.path(), &[]).code, 0);
    let own = folder.path().join("schemas/shop/own.schema.json");
    let refer =
        |pointer: &str| json!({"$ref": format!("orders/get_order/200.schema.json#{pointer}")}).to_string();
    fs::write(&own, refer("/properties/a")).unwrap();
    fs::write(folder.path().join(COLLECTION), collection("GET", &[("OK", Some(200), "[]")])).unwrap();
    let before = files(folder.path());
    let ran = learned(folder.path(), &[]);
    assert!(
        ran.code == 2 && ran.stderr.contains("schemas/shop/own.schema.json: no usable JSON Schema"),
        "{ran:?}"
    );
    assert_eq!(files(folder.path()), before);
    fs::write(&own, refer("")).unwrap();
    fs::write(folder.path().join(COLLECTION), collection("GET", &[])).unwrap();
    let ran = learned(folder.path(), &[]);
    assert!(ran.code == 0 && ran.stdout.contains("leads to it"), "{ran:?}");
    assert_eq!(names(folder.path()), [ORDER, "schemas/shop/own.schema.json"]);
}

#[test]
fn a_file_that_is_no_json_is_named_and_a_broken_proposal_keeps_nothing_from_running() {
    let folder = shop(&[("OK", Some(200), r#"{"id": 1}"#)]);
    assert_eq!(learned(folder.path(), &[]).code, 0);
    fs::write(folder.path().join(PROPOSAL), [0xff, 0xfe]).unwrap();
    assert_eq!(run(uphold(folder.path()).arg("run")).code, 0);
    fs::write(folder.path().join(ORDER), "<<<<<<< ours").unwrap();
    let ran = learned(folder.path(), &[]);
    assert!(ran.code == 2 && ran.stderr.contains(&format!("{ORDER}:1:")), "{ran:?}");
    assert_eq!(fs::read(folder.path().join(ORDER)).unwrap(), b"<<<<<<< ours");
}

#[test]
fn documentation_beside_recordings_is_judged_as_without_files() {
    let examples = [
        ("Real", Some(200), r#"{"id": "abc", "n": 1}"#),
        ("Doc", Some(200), r#"{"id": "<integer>"}"#),
        ("Doc too", Some(200), r#"{"id": "<string>", "n": "<integer>"}"#),
    ];
    let folder = shop(&examples);
    let outcome = |folder: &Path| {
        let ran = run(uphold(folder).args(["prove", "shop"]));
        (
            ran.code,
            ran.stdout.lines().filter(|line| !line.starts_with("summary")).collect::<Vec<_>>().join("\n"),
        )
    };
    let without = outcome(folder.path());
    for args in [&[][..], &["--strict"]] {
        assert_eq!(learned(folder.path(), args).code, 0);
        assert_eq!(run(uphold(folder.path()).arg("run")).code, 0, "{args:?}");
        if args.is_empty() {
            assert_eq!(outcome(folder.path()), without);
        }
    }
    // A file of a person always decides.
    edit(folder.path(), ORDER, |document| document["title"] = json!("mine"));
    assert_eq!(run(uphold(folder.path()).arg("run")).code, 1);
}

#[test]
fn what_suite_toml_corrects_does_not_change_what_is_learned() {
    let folder = shop(&[("OK", Some(200), r#"{"id": 1}"#), ("Odd", Some(200), r#"{"why": "x"}"#)]);
    assert_eq!(learned(folder.path(), &[]).code, 0);
    let toml = "[[case]]\nmatch = \"*::odd\"\nstatus = 422\n";
    fs::write(folder.path().join("cases/shop/suite.toml"), toml).unwrap();
    assert_eq!(learned(folder.path(), &["--check"]).code, 0);
}

#[test]
fn a_lone_file_learns_where_runs_look_for_it_and_takes_nothing_from_a_suite() {
    let folder = shop(&[("OK", Some(200), r#"{"id": 1}"#)]);
    let lone = collection("GET", &[("OK", Some(200), r#"{"name": "x"}"#)]);
    for path in ["down/My API.postman_collection.json", "down/shop.json", "down/...json"] {
        fs::create_dir_all(folder.path().join("down")).unwrap();
        fs::write(folder.path().join(path), &lone).unwrap();
    }
    assert_eq!(learned(folder.path(), &["down/My API.postman_collection.json"]).code, 0);
    let path = "schemas/My API/orders/get_order/200.schema.json";
    assert_eq!(names(folder.path()), [path]);
    fs::write(folder.path().join(path), "false").unwrap();
    assert_eq!(run(uphold(folder.path()).args(["run", "down/My API.postman_collection.json"])).code, 1);
    let ran = learned(folder.path(), &["down/shop.json"]);
    assert!(ran.code == 2 && ran.stderr.contains("have the same schema files"), "{ran:?}");
    assert_eq!(learned(folder.path(), &["down/...json"]).code, 0);
    assert!(folder.path().join("schemas/unnamed/orders").is_dir());
}

#[test]
#[cfg(unix)]
fn nothing_is_written_or_read_through_links_that_lead_away() {
    use std::os::unix::fs::symlink;
    let elsewhere = tempfile::tempdir().unwrap();
    let here = || {
        let folder = shop(&[("OK", Some(200), r#"{"id": 1}"#)]);
        fs::create_dir_all(folder.path().join("schemas/shop/orders")).unwrap();
        folder
    };
    for link in ["schemas", "schemas/shop", "schemas/shop/orders", "schemas/shop/orders/get_order"] {
        let folder = here();
        let link = folder.path().join(link);
        if link.exists() {
            fs::remove_dir_all(&link).unwrap();
        }
        symlink(elsewhere.path(), &link).unwrap();
        let ran = learned(folder.path(), &[]);
        assert!(
            ran.code == 2 && ran.stderr.contains("leads out of ., and nothing is written there"),
            "{ran:?}"
        );
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }
    fs::write(elsewhere.path().join("x.json"), "true").unwrap();
    let folder = here();
    symlink(elsewhere.path().join("x.json"), folder.path().join("schemas/shop/x.schema.json")).unwrap();
    let ran = run(uphold(folder.path()).arg("run"));
    assert!(
        ran.code == 2 && ran.stderr.contains("leads out of ./schemas, and nothing is read there"),
        "{ran:?}"
    );
    // A link within schemas/ is another name of the file; a learned one is replaced, not followed.
    let folder = here();
    let shared = folder.path().join("schemas/shared.schema.json");
    fs::write(&shared, stamp_text(&json!({"type": "object"}))).unwrap();
    fs::create_dir_all(folder.path().join(ORDER).parent().unwrap()).unwrap();
    symlink(&shared, folder.path().join(ORDER)).unwrap();
    assert_eq!(learned(folder.path(), &[]).code, 0);
    assert!(!folder.path().join(ORDER).is_symlink());
    assert_eq!(fs::read_to_string(&shared).unwrap(), stamp_text(&json!({"type": "object"})));
}

fn stamp_text(document: &Value) -> String {
    stamp(document.clone(), &[], Strictness::Open).to_string()
}

#[test]
#[cfg(unix)]
fn a_disk_that_refuses_is_told_with_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = shop(&[("OK", Some(200), r#"{"id": 1}"#)]);
    assert_eq!(learned(folder.path(), &[]).code, 0);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let file = folder.path().join(ORDER);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    fs::write(folder.path().join(COLLECTION), collection("GET", &[("OK", Some(200), "[]")])).unwrap();
    assert_eq!(learned(folder.path(), &[]).code, 0);
    assert_eq!(mode(&file), 0o640, "a file that is written anew keeps its permissions");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
    fs::write(folder.path().join(COLLECTION), collection("GET", &[("OK", Some(200), "{}")])).unwrap();
    let before = files(folder.path());
    let ran = learned(folder.path(), &[]);
    assert!(
        ran.code == 2 && ran.stderr.contains(&format!("cannot write ./{ORDER}: it is write-protected")),
        "{ran:?}"
    );
    assert_eq!(files(folder.path()), before);
    // A file where a folder should be.
    let folder = shop(&[("OK", Some(200), r#"{"id": 1}"#)]);
    fs::create_dir_all(folder.path().join("schemas/shop")).unwrap();
    fs::write(folder.path().join("schemas/shop/orders"), "").unwrap();
    let ran = learned(folder.path(), &[]);
    assert!(ran.code == 2 && ran.stderr.contains("schemas/shop/orders"), "{ran:?}");
}

#[test]
fn the_schemas_of_this_project_are_those_of_its_examples() {
    let ran = learned(&project(), &["--check"]);
    assert_eq!(ran.code, 0, "run `uphold learn`: {}", ran.stdout);
    let folder = copy_of_the_project();
    fs::remove_dir_all(folder.path().join("schemas")).unwrap();
    assert_eq!(learned(folder.path(), &[]).code, 0);
    for (path, (text, _)) in files(folder.path()) {
        assert_eq!(fs::read_to_string(project().join(&path)).unwrap(), text, "{path}");
    }
}

#[test]
fn an_example_that_is_nested_too_deeply_keeps_nothing_else_from_being_learned() {
    for levels in [62, 64, 127] {
        let deep = format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
        let folder = shop(&[("OK", Some(200), r#"{"id": 1}"#), ("Deep", Some(404), &deep)]);
        let ran = learned(folder.path(), &[]);
        let said = ran.stdout.contains("404.schema.json  (no schema is learned: its examples are nested");
        assert_eq!((ran.code, said), (0, levels > 63), "{ran:?}");
        assert!(folder.path().join(ORDER).is_file(), "{levels}");
        let again = learned(folder.path(), &["--check"]);
        assert!(again.code == 0 && !again.stdout.contains("would"), "{again:?}");
    }
}

#[test]
fn no_value_under_the_name_of_a_secret_is_written_down() {
    let row = |id| {
        let (at, held) = (json!({"value": "hunter-e"}), json!({"a": "hunter-f"}));
        json!({"id": id, "password": "hunter-a", "api_key": "hunter-b", "authorization_code": "hunter-c",
            "tokens": ["hunter-d"], "secret": at, "credentials": held, "status_code": "FINE", "kind": "user"})
    };
    let rows: Vec<Value> = (0..12).map(row).collect();
    for flag in [&[] as &[&str], &["--strict"]] {
        let folder = shop(&[("OK", Some(200), &json!(rows).to_string())]);
        assert_eq!(learned(folder.path(), flag).code, 0);
        let text = fs::read_to_string(folder.path().join(ORDER)).unwrap();
        assert!(text.contains("FINE") && text.contains("user") && !text.contains("hunter"), "{text}");
    }
}

#[test]
fn other_names_and_another_order_of_the_examples_are_no_staleness() {
    let (a, b) = (("A", Some(200), r#"{"id": 1, "k": "x"}"#), ("B", Some(200), r#"{"k": "y", "id": 2}"#));
    let folder = shop(&[a, b]);
    learned(folder.path(), &[]);
    let before = files(folder.path());
    let renamed = ("Renamed", a.1, a.2);
    fs::write(folder.path().join(COLLECTION), collection("GET", &[b, renamed])).unwrap();
    let check = learned(folder.path(), &["--check"]);
    assert_eq!((check.code, files(folder.path()) == before), (0, true), "{check:?}");
    let lint = run(uphold(folder.path()).arg("lint")).stdout;
    assert!(!lint.contains("lint.schema"), "{lint}");
    let ran = learned(folder.path(), &[]);
    assert!(
        ran.code == 0 && ran.stdout.contains("1 unchanged") && !ran.stdout.contains("refreshed"),
        "{ran:?}"
    );
    // In passing the names are made true, so that the file is what the examples alone would make.
    let fresh = shop(&[b, renamed]);
    learned(fresh.path(), &[]);
    let read = |folder: &Path| fs::read_to_string(folder.join(ORDER)).unwrap();
    let (here, there): (Value, Value) = (
        serde_json::from_str(&read(folder.path())).unwrap(),
        serde_json::from_str(&read(fresh.path())).unwrap(),
    );
    assert_eq!(here, there);
    assert_eq!(
        here["x-uphold"]["from"],
        json!(["shop::orders::get_order::b", "shop::orders::get_order::renamed"])
    );
}

#[test]
fn a_folder_in_the_place_of_a_schema_file_is_named_by_every_command() {
    let folder = shop(&[("OK", Some(200), r#"{"id": 1}"#)]);
    fs::create_dir_all(folder.path().join(ORDER)).unwrap();
    for command in ["run", "learn", "lint", "list"] {
        let ran = run(uphold(folder.path()).arg(command));
        let told = format!("{ORDER}: it is a folder, not a schema file");
        assert!(ran.code == 2 && ran.stderr.contains(&told), "{command}: {ran:?}");
    }
}
