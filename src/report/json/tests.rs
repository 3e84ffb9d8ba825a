use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::report::samples::{HOSTILE, Sample, any_run, filled_with, ordinary};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/uphold/run.schema.json");

fn written(sample: &Sample) -> Value {
    let mut out = Vec::new();
    write(&sample.run(), &mut out).unwrap();
    assert_eq!(out.last(), Some(&b'\n'));
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn run_schema_file_is_what_the_types_say() {
    let text = format!("{:#}\n", schema());
    if std::env::var_os("UPHOLD_UPDATE").is_some() {
        std::fs::create_dir_all(std::path::Path::new(SCHEMA).parent().unwrap()).unwrap();
        std::fs::write(SCHEMA, &text).unwrap();
    }
    let file = std::fs::read_to_string(SCHEMA).unwrap_or_default();
    assert!(file == text, "{SCHEMA} is old: UPHOLD_UPDATE=1 cargo test run_schema writes it anew");
}

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::options().should_validate_formats(true).build(&schema()).unwrap()
}

#[test]
fn what_is_written_is_valid() {
    let validator = validator();
    let mut samples = vec![ordinary(), filled_with("")];
    samples.extend(HOSTILE.map(filled_with));
    for sample in samples {
        let written = written(&sample);
        let wrong: Vec<_> = validator.iter_errors(&written).map(|error| error.to_string()).collect();
        assert_eq!(wrong, [""; 0], "{written:#}");
    }
}

#[test]
fn the_schema_refuses_what_is_not_written() {
    let validator = validator();
    for (pointer, value) in [
        ("/version", Value::from(2)),
        ("/target/kind", Value::from("staging")),
        ("/cases/0/verdict", Value::from("flaky")),
        ("/cases/0/duration_ms", Value::from(1.5)),
        ("/cases/1/findings/0/severity", Value::Null),
        ("/started", Value::from("yesterday")),
    ] {
        let mut changed = written(&ordinary());
        *changed.pointer_mut(pointer).unwrap() = value;
        assert!(!validator.is_valid(&changed), "{pointer}");
    }
    for member in ["reason", "request", "status", "findings", "recipe", "attempts"] {
        let mut changed = written(&ordinary());
        changed["cases"][0].as_object_mut().unwrap().remove(member);
        assert!(!validator.is_valid(&changed), "{member} is always written");
    }
}

#[test]
fn an_ordinary_run() {
    let mut written = written(&ordinary());
    written["uphold"] = Value::from("[version]");
    written["warnings"].as_array_mut().unwrap().truncate(1);
    assert_snapshot!(format!("{written:#}"));
}

proptest! {
    #[test]
    fn arbitrary_runs_are_valid_and_texts_come_back(sample in any_run()) {
        let written = written(&sample);
        prop_assert!(validator().is_valid(&written));
        for (row, case) in sample.cases.iter().zip(written["cases"].as_array().unwrap()) {
            prop_assert_eq!(case["findings"][0]["actual"].as_str(), Some(row.findings[0].actual.as_str()));
        }
    }
}
