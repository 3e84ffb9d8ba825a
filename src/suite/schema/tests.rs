use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;

use super::*;
use crate::suite::{Settings, case_table, compare_table, parse, step_table};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/uphold/suite.schema.json");

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

fn json(text: &str) -> Value {
    toml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn parses(text: &str) -> bool {
    Settings::parse(text, Path::new("suite.toml"), &BTreeMap::new()).is_ok()
}

#[test]
fn suite_schema_file_is_what_the_table_says() {
    let text = format!("{:#}\n", schema());
    if std::env::var_os("UPHOLD_UPDATE").is_some() {
        fs::write(FILE, &text).unwrap();
    }
    let file = fs::read_to_string(FILE).unwrap_or_default();
    assert!(file == text, "{FILE} is old: UPHOLD_UPDATE=1 cargo test suite_schema writes it anew");
}

/// The keys at a place of the schema.
fn keys(pointer: &str) -> BTreeSet<String> {
    let schema = schema();
    let properties = schema.pointer(&format!("{pointer}/properties")).unwrap().as_object().unwrap();
    properties.keys().cloned().collect()
}

#[test]
fn the_parser_and_the_schema_know_the_same_keys() {
    let known = |keys: &[&str]| -> BTreeSet<String> { keys.iter().map(|key| (*key).to_owned()).collect() };
    let step = "/properties/case/items/properties/before/items";
    for (pointer, parsed) in [
        ("", parse::SECTIONS),
        ("/properties/target", parse::TARGET),
        ("/properties/recipes", parse::RECIPES),
        ("/properties/headers", parse::HEADERS),
        ("/properties/compare", compare_table::SIDES),
        ("/properties/compare/properties/old", compare_table::KEYS),
        ("/properties/compare/properties/new", compare_table::KEYS),
        ("/properties/case/items", case_table::KEYS),
        (step, step_table::STEP),
        ("/properties/case/items/properties/after/items", &["case"]),
        (&format!("{step}/properties/capture/additionalProperties/anyOf/1"), step_table::CAPTURE),
    ] {
        assert_eq!(keys(pointer), known(parsed), "{pointer}");
    }
    let levels = schema()["properties"]["severity"]["properties"]["header.missing"]["enum"].clone();
    assert_eq!(levels, json!(parse::LEVELS));
}

/// Every suite.toml of the repository, and every piece of one on its pages.
fn texts() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = |folder: &str| -> Vec<PathBuf> {
        fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let suites = files("cases").into_iter().map(|folder| folder.join("suite.toml"));
    let mut texts: Vec<String> = suites.filter_map(|file| fs::read_to_string(file).ok()).collect();
    assert!(!texts.is_empty());
    let pages = files("docs").into_iter().chain([root.join("README.md")]);
    for page in pages.filter(|page| page.extension().is_some_and(|ending| ending == "md")) {
        let page = fs::read_to_string(page).unwrap();
        let blocks = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
        texts.extend(blocks.filter(|block| parses(block)).map(str::to_owned));
    }
    texts
}

#[test]
fn what_is_written_for_people_is_valid() {
    let validator = validator();
    let texts = texts();
    assert!(texts.len() > 6, "{}", texts.len());
    for text in texts {
        let json = json(&text);
        let wrong: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert_eq!(wrong, Vec::<String>::new(), "{text}");
    }
}

#[test]
fn what_the_parser_refuses_by_its_form_the_schema_refuses() {
    let validator = validator();
    for text in [
        "x = 1",
        "environment = 1",
        "environment = \" \"",
        "[target]\nwrite = true",
        "[target]\nwrites = 1",
        "[target]\nbase_url = \"example.com\"",
        "[target]\nrate = \"1.5/s\"",
        "[target]\nhosts = { a = 1 }",
        "[variables]\na = []",
        "[auth.a]\ntype = \"bearer\"",
        "[auth.a]\ntype = \"barer\"\ntoken = \"t\"",
        "[auth.a]\ntype = \"bearer\"\ntoken = \"t\"\ntokens = \"t\"",
        "[auth.a]\ntype = \"apikey\"\nkey = \"k\"\nvalue = \"v\"\nin = \"body\"",
        "[auth.none]\ntype = \"noauth\"",
        "[recipes]\nbroken = true",
        "[headers]\nignore = [\"a b\"]",
        "[headers]\nonly = []",
        "[severity]\n\"body.eaten\" = \"off\"",
        "[severity]\nbody.eaten = \"off\"",
        "[severity]\n\"body.field.added\" = \"loud\"",
        "[compare.next]\nbase_url = \"https://a.example\"",
        "[compare.new]\nrewrite = { \"/a\" = \"b\" }",
        "[compare.new]\nurl = \"https://a.example\"",
        "[[case]]\nskip = \"why\"",
        "[[case]]\nmatch = \"*\"\nmatches = \"*\"",
        "[[case]]\nmatch = \"*\"\nstatus = 99",
        "[[case]]\nmatch = \"*\"\nstatus = \"200\"",
        "[[case]]\nmatch = \"*\"\ncompare = \"all\"",
        "[[case]]\nmatch = \"*\"\nvolatile = [\"a\"]",
        "[[case]]\nmatch = \"*\"\nset = { a = 1 }",
        "[[case]]\nmatch = \"*\"\nskip = \" \"",
        "[[case]]\nmatch = \"*\"\nbefore = [{ capture = { a = \"/a\" } }]",
        "[[case]]\nmatch = \"*\"\nbefore = [{ case = \"a\", capture = { a = { heading = \"x\" } } }]",
        "[[case]]\nmatch = \"*\"\nafter = [{ case = \"a\", capture = { a = \"/a\" } }]",
        "case = 1",
    ] {
        assert!(!parses(text), "{text}");
        assert!(!validator.is_valid(&json(text)), "{text}");
    }
}

#[test]
fn other_spellings_are_valid_too() {
    let validator = validator();
    for text in [
        "[severity]\nheader.missing = \"off\"\nbody.field.added = \"info\"\nbody.\"field.removed\" = \"info\"",
        "[auth.a]\ntype = \"oauth2\"\naccessToken = \"t\"\nheaderPrefix = \"Zoho\"",
        "[auth.a]\ntype = \"oauth1\"\nconsumer_key = \"k\"\nadd_params_to_header = true",
        "[auth.a]\ntype = \"apikey\"\nkey = \"k\"\nvalue = 7\nin = \"query\"",
        "[variables]\na = 1\nb = 1.5\nc = true",
        "[[case]]\nmatch = \"*\"\nset = { \"\" = [1, { a = true }] }\nignore = [\"/a/**\", \"/~2/b~1\", \"\"]\nerror_code = 7",
        "[target]\nrate = \" 10/s \"\nbase_url = \" https://a.example\"",
        "",
    ] {
        assert!(!parses(text) || validator.is_valid(&json(text)), "{text}");
        assert!(validator.is_valid(&json(text)), "{text}");
    }
}

#[test]
fn every_example_of_a_key_is_read() {
    let validator = validator();
    let mut count = 0;
    each_example(&schema()["properties"], &mut Vec::new(), &mut |path, example| {
        let mut whole = example.clone();
        for name in path.iter().rev() {
            whole = json!({ name.as_str(): whole });
        }
        if path[0] == "case" {
            let mut rule = whole["case"].clone();
            if let Some(name) = path.get(1).filter(|name| *name != "match") {
                rule = json!({"match": "*", name.as_str(): rule[name.as_str()]});
            }
            whole = json!({"case": [rule]});
        }
        let profiles = "[auth.narrow]\ntype = \"noauth\"\n[auth.next]\ntype = \"noauth\"\n";
        let text = format!(
            "{}\n{}",
            toml::to_string(&toml_of(&whole)).unwrap(),
            if path[0] == "auth" { "" } else { profiles }
        );
        assert!(parses(&text) && validator.is_valid(&json(&text)), "{path:?}\n{text}");
        count += 1;
    });
    assert!(count > 30, "{count}");
}

/// The examples of the keys that stand in a table of their own.
fn each_example(properties: &Value, path: &mut Vec<String>, see: &mut impl FnMut(&[String], &Value)) {
    for (name, key) in properties.as_object().unwrap() {
        path.push(name.clone());
        if let Some(example) = key.pointer("/examples/0") {
            see(path, example);
        }
        let inner = key.get("properties").or_else(|| key.pointer("/items/properties"));
        if let Some(inner) =
            inner.filter(|_| path[0] != "severity" && !["before", "after"].contains(&name.as_str()))
        {
            each_example(inner, path, see);
        }
        path.pop();
    }
}

/// Numbers of JSON are texts of any length here, which TOML does not know.
fn toml_of(value: &Value) -> toml::Value {
    match value {
        Value::Null => panic!("TOML has no null"),
        Value::Bool(flag) => (*flag).into(),
        Value::Number(number) => number.as_i64().unwrap().into(),
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => toml::Value::Array(items.iter().map(toml_of).collect()),
        Value::Object(members) => {
            toml::Value::Table(members.iter().map(|(name, value)| (name.clone(), toml_of(value))).collect())
        }
    }
}
