use super::*;

const OUTLINE: &str = r#"{"info": {"name": "x"}, "item": []}"#;

/// A workspace with these files; the text of each is that of an empty collection.
fn workspace(files: &[&str]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    for file in files {
        let path = root.path().join(file);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, OUTLINE).expect("a file");
    }
    root
}

#[test]
fn suites_are_the_folders_with_a_collection_or_settings() {
    let root = workspace(&[
        "cases/b/x.postman_collection.json",
        "cases/a/plain.json",
        "cases/c/suite.toml",
        "cases/data/notes.txt",
        "cases/.hidden/x.postman_collection.json",
        "cases/v3/.resources/definition.yaml",
        "cases/lone.json",
    ]);
    assert_eq!(suites(root.path()).expect("reads"), ["a", "b", "c", "v3"]);
    assert_eq!(suites(&root.path().join("nothing")).expect("reads"), Vec::<String>::new());
}

#[test]
fn a_suite_is_found_by_name_id_part_folder_and_file() {
    let root = workspace(&[
        "cases/zoho-crm/Zoho.postman_collection.json",
        "cases/zoho-crm/suite.toml",
        "cases/zoho-crm/b.postman_environment.json",
        "cases/zoho-crm/a.POSTMAN_ENVIRONMENT.json",
        "cases/zoho-crm/data.json",
    ]);
    let dir = root.path().join("cases/zoho-crm");
    let file = dir.join("Zoho.postman_collection.json");
    for asked in ["zoho-crm", "zoho_crm", &dir.to_string_lossy(), &file.to_string_lossy()] {
        let located = locate(root.path(), asked).expect(asked);
        let expected = Located {
            has_folder: true,
            name: "zoho-crm".to_owned(),
            dir: dir.clone(),
            collection: file.clone(),
            settings: Some(dir.join("suite.toml")),
            environments: vec![
                dir.join("a.POSTMAN_ENVIRONMENT.json"),
                dir.join("b.postman_environment.json"),
            ],
            schemas: root.path().join("schemas/zoho-crm"),
        };
        assert_eq!(located, expected, "{asked}");
    }
}

#[test]
fn a_lone_file_stands_for_itself() {
    let root = workspace(&[
        "down/My API.postman_collection.json",
        "down/suite.toml",
        "down/e.postman_environment.json",
    ]);
    let file = root.path().join("down/My API.postman_collection.json");
    let located = locate(root.path(), &file.to_string_lossy()).expect("found");
    assert_eq!((located.name.as_str(), located.settings, located.environments.len()), ("My API", None, 0));
    assert_eq!(located.schemas, root.path().join("schemas/My API"));
    // The folder around it is a suite where it is asked for as one.
    let folder = locate(root.path(), &root.path().join("down").to_string_lossy()).expect("found");
    assert!(folder.settings.is_some() && folder.environments.len() == 1 && folder.name == "down");
}

#[test]
fn a_folder_of_another_workspace_brings_its_schemas() {
    let here = workspace(&[]);
    let there = workspace(&["cases/x/a.json"]);
    let located = locate(here.path(), &there.path().join("cases/x").to_string_lossy()).expect("found");
    assert_eq!(located.schemas, there.path().canonicalize().expect("there").join("schemas/x"));
}

#[test]
fn endings_tell_collections_from_other_files() {
    let root = workspace(&["cases/a/one.json", "cases/a/two.postman_collection.json", "cases/b/only.json"]);
    fs::create_dir_all(root.path().join("cases/c")).expect("folder");
    for (name, text) in [("data.json", "[1]"), ("api.json", OUTLINE), ("e.postman_environment.json", OUTLINE)]
    {
        fs::write(root.path().join("cases/c").join(name), text).expect("file");
    }
    fs::write(root.path().join("cases/b/only.json"), "[]").expect("file");
    for (suite, collection) in [("a", "two.postman_collection.json"), ("b", "only.json"), ("c", "api.json")] {
        let located = locate(root.path(), suite).expect(suite);
        assert_eq!(located.collection.file_name(), Some(OsStr::new(collection)));
    }
}

#[test]
fn a_v3_folder_is_a_suite_belongs_to_one_or_stands_alone() {
    let root = workspace(&[
        "cases/own/.resources/definition.yaml",
        "cases/own/f/x.request.yaml",
        "cases/own/e.environment.yaml",
        "cases/with/api/x.request.yml",
        "cases/with/suite.toml",
        "cases/with/e.environment.yml",
        "down/api/x.request.yaml",
        "down/suite.toml",
    ]);
    let at = |path: &str| root.path().join(path);
    for (asked, name, dir, collection, settings, environments) in [
        ("own", "own", "cases/own", "cases/own", false, 1),
        ("with", "with", "cases/with", "cases/with/api", true, 1),
        ("cases/with/api", "with", "cases/with", "cases/with/api", true, 1),
        ("down/api", "api", "down/api", "down/api", false, 0),
        ("down", "down", "down", "down/api", true, 0),
    ] {
        let path = if asked.contains('/') || asked == "down" { at(asked) } else { PathBuf::from(asked) };
        let located = locate(root.path(), &path.to_string_lossy()).expect(asked);
        assert_eq!(
            (located.name.as_str(), located.dir, located.collection),
            (name, at(dir), at(collection)),
            "{asked}"
        );
        assert_eq!(
            (located.settings.is_some(), located.environments.len()),
            (settings, environments),
            "{asked}"
        );
    }
}

#[test]
fn refusals_name_what_there_is() {
    let root = workspace(&[
        "cases/zoho-crm/a.json",
        "cases/two/a.postman_collection.json",
        "cases/two/b.postman_collection.json",
        "cases/none/suite.toml",
        "cases/bare/x.txt",
    ]);
    for (asked, expected) in [
        ("zoho-cmr", "no suite `zoho-cmr`"),
        ("zoho-cmr", "did you mean `zoho-crm`? (suites are `none`, `two` and `zoho-crm`)"),
        ("two", "a.postman_collection.json, b.postman_collection.json"),
        ("none", "no collection in "),
        ("bare", "no collection in "),
        ("", "no suite ``"),
        ("missing.postman_collection.json", "no other folder and no file"),
    ] {
        let error = locate(root.path(), asked).expect_err(asked).to_string();
        assert!(error.contains(expected), "{asked}: {error}");
    }
}
