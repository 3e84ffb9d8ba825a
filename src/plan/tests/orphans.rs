//! Schema files of people that hold for nothing: a run warns of them, and so does lint.

use super::*;
use crate::plan::lint::{LintId, lint};

/// What a run of the world with these schema files warns of, and what lint says of it: file and message.
fn told(world: &World, files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("cases/s");
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("s.postman_collection.json"), world.collection.to_string()).unwrap();
    std::fs::write(dir.join("suite.toml"), &world.toml).unwrap();
    let schemas = folder.path().join("schemas/s");
    for (path, text) in files {
        let file = schemas.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    let loaded = Workspace::at(folder.path()).load("s", &Inputs::default()).unwrap();
    let plan = suite(&loaded, &world.options(world.live_target())).unwrap();
    let line = |file: &std::path::Path, message: &str| {
        format!("{}: {message}", file.strip_prefix(&schemas).unwrap().display())
    };
    let warned: Vec<String> =
        plan.warnings.iter().map(|warning| line(&warning.file, &warning.message)).collect();
    let lints = lint(&loaded, &plan).unwrap();
    let of_kind = lints.iter().filter(|lint| lint.id == LintId::SchemaWithoutExample);
    assert_eq!(of_kind.map(|lint| line(&lint.file, &lint.message)).collect::<Vec<_>>(), warned);
    warned
}

#[test]
fn a_file_in_no_folder_of_an_item_or_of_no_status_is_told_with_what_is_near() {
    let error = |name| (name, 200);
    let mut world =
        World::of([item("Get user", "{{baseUrl}}/u", &[("OK", 200), error("Wrong"), ("Gone", 404)])]);
    world.collection["item"][0]["response"][1]["body"] = json!(r#"{"error": {"code": "X", "message": "m"}}"#);
    let any = r#"{"type": "object"}"#;
    let held = ["200", "200.error", "404"].map(|key| format!("get_user/{key}.schema.json"));
    for path in &held {
        assert_eq!(told(&world, &[(path, any)]), Vec::<String>::new(), "{path}");
    }
    let cure = "; rename it, or remove it if it is not needed";
    let start = "holds for no example, so nothing is checked against it: ";
    for (path, why) in [
        ("get_uesr/200.schema.json", "no item has the folder `get_uesr`; did you mean `get_user`?"),
        ("elsewhere/200.schema.json", "no item has the folder `elsewhere`"),
        (
            "get_user/201.schema.json",
            "the examples of its item make `200.schema.json`, `200.error.schema.json`, `404.schema.json`",
        ),
    ] {
        assert_eq!(told(&world, &[(path, any)]), [format!("{path}: {start}{why}{cure}")]);
    }
    let edited = r#"{"x-uphold": {"hash": "sha256:0", "from": []}}"#;
    let [line] = &told(&world, &[("get_user/500.schema.json", edited)])[..] else { panic!("one line") };
    assert!(
        line.contains("edited, but no example is left that it could hold for: the examples of"),
        "{line}"
    );
}

#[test]
fn a_file_that_suite_toml_or_another_file_leads_to_is_in_use() {
    let world =
        World::of([item("Get user", "{{baseUrl}}/u", &[("OK", 200)]), item("Later", "{{baseUrl}}/l", &[])]);
    let corrected = world.toml("[[case]]\nmatch = \"*::ok\"\nstatus = 201\n");
    assert_eq!(told(&corrected, &[("get_user/201.schema.json", "true")]), Vec::<String>::new());
    let refers = r#"{"$ref": "../user.schema.json"}"#;
    let both = [("get_user/200.schema.json", refers), ("user.schema.json", "{}")];
    assert_eq!(told(&corrected, &both), Vec::<String>::new());
    assert_eq!(told(&corrected, &both[1..]).len(), 1, "nothing refers to it");
    let [line] = &told(&corrected, &[("later/200.schema.json", "true")])[..] else { panic!("one line") };
    assert!(line.contains("its item has no example"), "{line}");
}
