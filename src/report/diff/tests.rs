use insta::assert_snapshot;
use serde_json::Value;

use super::*;
use crate::compare::Difference;

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/uphold/diff.schema.json");

fn report(findings: Vec<(Option<&str>, Finding)>, answers: bool) -> DiffReport {
    let differences = findings
        .into_iter()
        .map(|(case, finding)| Difference { case: case.map(str::to_owned), finding })
        .collect();
    let comparison = Comparison { compared: 3, differences, unrelated: false };
    let redactor = Redactor::new(["s3cr3t-value".to_owned()]);
    DiffReport::new(Path::new("./new.json"), answers, &comparison, &redactor)
}

fn printed(report: &DiffReport, color: bool) -> String {
    let mut out = Vec::new();
    text::write(&mut out, report, color).unwrap();
    String::from_utf8(out).unwrap()
}

fn written(report: &DiffReport) -> (String, Value) {
    let mut out = Vec::new();
    json::write(report, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let value = serde_json::from_str(&text).unwrap();
    (text, value)
}

fn hostile() -> DiffReport {
    let text = "\u{1b}[2J\u{202e}##vso[x]\u{9b}";
    let found = |id, at: &str| Finding::new(id, at, text, "s3cr3t-value").with_hint(text);
    report(
        vec![
            (Some("a::b"), found(FindingId::CaseGone, "")),
            (Some("a::b"), found(FindingId::BodyTypeChanged, text)),
            (Some("a::c"), Finding::new(FindingId::CaseNew, "", "absent", "200")),
            (Some("a::d"), Finding::new(FindingId::CaseRenamed, "", "\"x\"", "\"y\"")),
            (Some("a::e"), Finding::new(FindingId::BodyValueChanged, "/token", "\"abc\"", "\"def\"")),
            (Some("a::e"), Finding::new(FindingId::BodyNotJson, "", "JSON", "x: password=abc&a=1")),
            (Some("a::e"), Finding::new(FindingId::EnvAuth, "", "200", "401")),
        ],
        false,
    )
}

#[test]
fn differences_of_a_collection() {
    assert_snapshot!(printed(&hostile(), false), @r#"
    GONE     a::b
           breaking body.type.changed  \u{1b}[2J\u{202e}#\u{23}vso[x]\u{9b}
             expected  \u{1b}[2J\u{202e}#\u{23}vso[x]\u{9b}
             actual    «redacted»
             hint      \u{1b}[2J\u{202e}#\u{23}vso[x]\u{9b}
           warning case.gone
             expected  \u{1b}[2J\u{202e}#\u{23}vso[x]\u{9b}
             actual    «redacted»
             hint      \u{1b}[2J\u{202e}#\u{23}vso[x]\u{9b}
    NEW      a::c
           info case.new
             expected  absent
             actual    200
    RENAMED  a::d
           info case.renamed
             expected  "x"
             actual    "y"
    CHANGED  a::e
           env env.auth
             expected  200
             actual    401
           breaking body.not_json
             expected  JSON
             actual    x: password=«redacted»&a=1
           info body.value.changed  /token
             expected  «redacted»
             actual    «redacted»

    summary: 7 findings (1 env, 2 breaking, 1 warning, 3 info); 3 examples compared, 1 gone, 1 new, 1 renamed
    "#);
}

#[test]
fn no_difference_is_said() {
    assert_eq!(printed(&report(Vec::new(), true), false), "summary: no difference; 3 answers compared\n");
    assert_eq!(
        printed(&report(Vec::new(), false), false),
        "summary: no difference; 3 examples compared, 0 gone, 0 new, 0 renamed\n"
    );
}

#[test]
fn collections_that_share_nothing_get_a_note() {
    let comparison = Comparison { unrelated: true, ..Comparison::default() };
    let report = DiffReport::new(Path::new("new.json"), false, &comparison, &Redactor::new([]));
    let text = printed(&report, false);
    assert!(text.ends_with(&format!("\nnote: {UNRELATED}\n")), "{text}");
    let (_, value) = written(&report);
    assert_eq!(value["note"], UNRELATED);
    assert!(jsonschema::draft202012::new(&json::schema()).unwrap().is_valid(&value));
    assert_eq!(written(&hostile()).1.get("note"), None);
}

#[test]
fn the_answer_bears_the_name_of_its_file_in_colour() {
    let text =
        printed(&report(vec![(None, Finding::new(FindingId::StatusChanged, "", "200", "201"))], true), true);
    assert!(text.contains("new.json\n") && text.contains("\u{1b}["), "{text:?}");
    assert!(!text.contains("./new.json") && text.contains("1 finding (1 breaking)"), "{text:?}");
}

#[test]
fn json_is_safe_on_a_terminal_and_reads_back() {
    let (text, value) = written(&hostile());
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{9b}']) && !text.contains("##"), "{text}");
    assert!(!text.contains("s3cr3t") && !text.contains("abc"), "{text}");
    assert_eq!(value["findings"][0]["hint"], "\u{1b}[2J\u{202e}##vso[x]\u{9b}");
    assert_eq!(value["summary"]["gone"], 1);
}

#[test]
fn diff_schema_file_is_what_the_types_say() {
    let text = format!("{:#}\n", json::schema());
    if std::env::var_os("UPHOLD_UPDATE").is_some() {
        std::fs::write(SCHEMA, &text).unwrap();
    }
    let file = std::fs::read_to_string(SCHEMA).unwrap_or_default();
    assert!(file == text, "{SCHEMA} is old: UPHOLD_UPDATE=1 cargo test diff_schema writes it anew");
}

#[test]
fn what_is_written_is_valid_and_other_things_are_not() {
    let validator = jsonschema::draft202012::new(&json::schema()).unwrap();
    for report in [hostile(), report(Vec::new(), true)] {
        let (_, value) = written(&report);
        assert!(validator.is_valid(&value), "{value:#}");
        for pointer in ["/version", "/findings", "/summary/breaking"] {
            let mut changed = value.clone();
            *changed.pointer_mut(pointer).unwrap() = Value::Null;
            assert!(!validator.is_valid(&changed), "{pointer}");
        }
    }
}
