use serde_json::{Value, json};

use super::*;

/// A workspace with these files.
fn workspace(files: &[(&str, &str)]) -> (tempfile::TempDir, Workspace) {
    let root = tempfile::tempdir().expect("a folder");
    for (file, text) in files {
        let path = root.path().join(file);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, text).expect("a file");
    }
    let workspace = Workspace::at(root.path());
    (root, workspace)
}

fn collection(variables: &Value) -> String {
    json!({
        "info": {"name": "x", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": [],
        "variable": variables,
    })
    .to_string()
}

fn environment(values: &Value) -> String {
    json!({"name": "e", "values": values}).to_string()
}

fn inputs(process: &[(&str, &str)], typed: &[(&str, &str)]) -> Inputs {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Inputs {
        process: process.iter().map(owned).collect(),
        variables: typed.iter().map(owned).collect(),
        ..Inputs::default()
    }
}

const COLLECTION: &str = "cases/s/s.postman_collection.json";

#[test]
fn layers_stand_in_their_order() {
    let key = |value: &str| json!([{"key": "a", "value": value}, {"key": value, "value": value}]);
    let (root, workspace) = workspace(&[
        (COLLECTION, &collection(&key("collection"))),
        ("cases/s/e.postman_environment.json", &environment(&key("environment"))),
        ("cases/s/suite.toml", "[variables]\na = \"settings\"\nsettings = \"settings\"\n"),
        ("globals.json", &environment(&key("globals"))),
    ]);
    let mut inputs = inputs(&[], &[("a", "typed")]);
    inputs.globals = Some(root.path().join("globals.json"));
    let suite = workspace.load("s", &inputs).expect("loads");
    let text = |name: &str| suite.scope.substitute(&format!("{{{{{name}}}}}")).text;
    assert_eq!(text("a"), "typed");
    for layer in ["settings", "environment", "collection", "globals"] {
        assert_eq!(text(layer), layer);
    }
    inputs.variables.clear();
    let again = workspace.load("s", &inputs).expect("loads");
    assert_eq!(again.scope.substitute("{{a}}").text, "settings");
    fs::remove_file(root.path().join("cases/s/suite.toml")).expect("there");
    let plain = workspace.load("s", &inputs).expect("loads");
    assert_eq!((plain.scope.substitute("{{a}}").text.as_str(), plain.settings_file), ("environment", None));
}

#[test]
fn an_unset_value_of_the_environment_is_named() {
    let toml = "[variables]\nid = \"${ID}\"\n[auth.default]\ntype = \"bearer\"\ntoken = \"${TOKEN}\"\n";
    let (_root, workspace) =
        workspace(&[(COLLECTION, &collection(&json!([]))), ("cases/s/suite.toml", toml)]);
    let suite = workspace.load("s", &Inputs::default()).expect("loads");
    let missing = |text: &str| {
        suite.scope.substitute(text).missing.into_iter().filter_map(|m| m.env).collect::<Vec<_>>()
    };
    assert_eq!(missing("{{id}}"), ["ID"]);
    assert_eq!(missing(&suite.settings.auth["default"].params["token"]), ["TOKEN"]);
    let on_mock = suite.scope.clone().with_stand_ins();
    assert!(on_mock.substitute(&suite.settings.auth["default"].params["token"]).missing.is_empty());
    let set = workspace.load("s", &inputs(&[("ID", "7"), ("TOKEN", "t0ken-value")], &[])).expect("loads");
    assert_eq!(set.scope.substitute("{{id}}").text, "7");
    assert_eq!(set.settings.auth["default"].params["token"], "t0ken-value");
}

#[test]
fn secrets_come_from_the_environment_types_and_names() {
    let toml = "[variables]\nid = \"${ID}\"\nclient_secret = \"from-settings\"\nplain = \"seen\"\n";
    let variables = json!([
        {"key": "password", "value": "from-collection"},
        {"key": "author", "value": "Ann"},
        {"key": "apiKey", "value": "<API Key>"},
        {"key": "token", "value": "Bearer {{inner}}"},
        {"key": "inner", "value": "deep"},
        {"key": "accessToken", "value": "{{nowhere}}"},
        {"key": "secret", "value": ""},
        {"key": "oauth_token", "value": "sample string 3"},
        {"key": "refreshToken", "value": false},
        {"key": "idToken", "value": "false"},
    ]);
    let values = json!([{"key": "pet", "value": "typed-secret", "type": "secret"}, {"key": "pin_code_token", "value": 123_456}]);
    let (_root, workspace) = workspace(&[
        (COLLECTION, &collection(&variables)),
        ("cases/s/e.postman_environment.json", &environment(&values)),
        ("cases/s/suite.toml", toml),
    ]);
    let suite = workspace
        .load("s", &inputs(&[("ID", "env-id")], &[("key", "typed-key"), ("x", "y")]))
        .expect("loads");
    assert_eq!(
        suite.secrets(),
        ["123456", "Bearer deep", "env-id", "from-collection", "from-settings", "typed-key", "typed-secret"]
    );
}

#[test]
fn the_environment_is_chosen_by_flag_settings_or_being_the_only_one() {
    let with = |name: &str| environment(&json!([{"key": "from", "value": name}]));
    let (root, workspace) = workspace(&[
        (COLLECTION, &collection(&json!([]))),
        ("cases/s/a.postman_environment.json", &with("a")),
        ("other.json", &with("other")),
    ]);
    let from = |inputs: &Inputs| {
        let suite = workspace.load("s", inputs).expect("loads");
        (suite.scope.substitute("{{from}}").text, suite.warnings)
    };
    assert_eq!(from(&Inputs::default()).0, "a");
    fs::write(root.path().join("cases/s/b.postman_environment.json"), with("b")).expect("written");
    let (text, warnings) = from(&Inputs::default());
    assert_eq!(text, "{{from}}");
    assert!(
        warnings[0].message.contains("a.postman_environment.json, b.postman_environment.json"),
        "{warnings:?}"
    );
    fs::write(root.path().join("cases/s/suite.toml"), "environment = \"b.postman_environment.json\"")
        .expect("written");
    assert_eq!(from(&Inputs::default()), ("b".to_owned(), vec![]));
    let flag = Inputs { environment: Some(root.path().join("other.json")), ..Inputs::default() };
    assert_eq!(from(&flag).0, "other");
}

#[test]
fn schema_files_are_found_at_any_depth() {
    let (root, workspace) = workspace(&[
        ("cases/my-suite/s.postman_collection.json", &collection(&json!([]))),
        ("schemas/my-suite/users/get/200.schema.json", "{}"),
        ("schemas/my-suite/200.schema.json", "[]"),
        ("schemas/my-suite/users/readme.md", "no"),
        ("schemas/other/200.schema.json", "{}"),
    ]);
    let suite = workspace.load("my-suite", &Inputs::default()).expect("loads");
    assert_eq!(suite.name, "my_suite");
    assert_eq!(suite.schemas.keys().collect::<Vec<_>>(), ["200.schema.json", "users/get/200.schema.json"]);
    assert_eq!(suite.schemas["200.schema.json"].text, "[]");
    fs::write(root.path().join("schemas/my-suite/bad.schema.json"), b"{\xff}").expect("written");
    let error = workspace.load("my-suite", &Inputs::default()).expect_err("no text").to_string();
    assert!(error.contains("bad.schema.json"), "{error}");
}

#[test]
fn a_lone_file_needs_nothing_else() {
    let (root, workspace) = workspace(&[("down/My API.json", &collection(&json!([])))]);
    let file = root.path().join("down/My API.json");
    let suite = workspace.load(&file.to_string_lossy(), &Inputs::default()).expect("loads");
    assert_eq!((suite.name.as_str(), suite.dir), ("my_api", root.path().join("down")));
}

#[test]
fn errors_name_the_file_and_the_place() {
    let (root, workspace) = workspace(&[
        (COLLECTION, &collection(&json!([]))),
        ("cases/s/suite.toml", "\n  environment = \"gone.json\"\n"),
        ("cases/bad/c.postman_collection.json", "{"),
        ("cases/v3/.resources/definition.yaml", "$kind: collection\nname: [\n"),
        ("cases/binary/suite.toml", ""),
        ("cases/binary/c.json", &collection(&json!([]))),
    ]);
    fs::write(root.path().join("cases/binary/suite.toml"), [0xff]).expect("written");
    for (suite, expected) in [
        ("s", "suite.toml:2:17: `environment`: there is no file"),
        ("bad", "c.postman_collection.json:1:1: not JSON"),
        ("v3", "definition.yaml:2:7: not YAML: "),
        ("binary", "suite.toml"),
        ("nope", "no suite `nope`"),
    ] {
        let error = workspace.load(suite, &Inputs::default()).expect_err(suite).to_string();
        assert!(error.contains(expected), "{suite}: {error}");
    }
    let missing = Inputs { globals: Some(root.path().join("no.json")), ..Inputs::default() };
    fs::remove_file(root.path().join("cases/s/suite.toml")).expect("there");
    assert!(workspace.load("s", &missing).expect_err("missing").to_string().contains("no.json"));
}

/// Every real collection loads as a lone file, or says what it is. Needs `UPHOLD_CORPUS`, a folder
/// of collections.
#[test]
fn real_collections_load_or_are_refused_with_their_name() {
    let Some(folder) = std::env::var_os("UPHOLD_CORPUS") else {
        println!("skipped: UPHOLD_CORPUS names no folder of collections");
        return;
    };
    let workspace = Workspace::at(tempfile::tempdir().expect("a folder").path());
    let mut loaded = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match workspace.load(&path.to_string_lossy(), &Inputs::default()) {
            Ok(suite) => {
                loaded += 1;
                println!("{}: {} warnings, secrets {:?}", suite.name, suite.warnings.len(), suite.secrets());
            }
            Err(error) => {
                let text = error.to_string();
                println!("refused: {text}");
                assert!(
                    text.contains(path.file_name().and_then(|name| name.to_str()).expect("a name")),
                    "{text}"
                );
            }
        }
    }
    assert!(loaded > 0);
}
