use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration as Time;

use insta::assert_snapshot;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use roxmltree::{Document, Node};

use super::*;
use crate::report::escape;
use crate::report::samples::{HOSTILE, Sample, any_run, filled_with, ordinary};

fn written(sample: &Sample, dialect: Dialect) -> String {
    let mut out = Vec::new();
    write(&sample.run(), dialect, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn shown(sample: &Sample, dialect: Dialect) -> String {
    written(sample, dialect).replace(env!("CARGO_PKG_VERSION"), "[version]")
}

#[test]
fn an_ordinary_run() {
    assert_snapshot!(shown(&ordinary(), Dialect::Rich));
}

#[test]
fn an_ordinary_run_strict() {
    assert_snapshot!(shown(&ordinary(), Dialect::Strict));
}

#[test]
fn a_hostile_run() {
    assert_snapshot!(shown(&filled_with("\u{1b}[2J]]>\0\r\n::error::<&\u{202e}##[x]"), Dialect::Rich));
}

#[test]
fn a_run_without_cases_is_a_file() {
    let mut sample = ordinary();
    sample.cases.clear();
    let document = written(&sample, Dialect::Rich);
    assert_eq!(Document::parse(&document).unwrap().root_element().attribute("tests"), Some("0"));
}

fn all<'d>(document: &'d Document<'_>, name: &'static str) -> impl Iterator<Item = Node<'d, 'd>> {
    document.descendants().filter(move |node| node.has_tag_name(name))
}

/// What readers rely on, beyond well-formedness.
fn assert_sound(text: &str, sample: &Sample) {
    let document = Document::parse(text).unwrap();
    assert!(!text.contains("<![CDATA["));
    assert_eq!(all(&document, "testcase").count(), sample.cases.len());
    for suite in all(&document, "testsuite") {
        let count = |name| suite.descendants().filter(|node| node.has_tag_name(name)).count();
        for (attribute, element) in
            [("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")]
        {
            assert_eq!(suite.attribute(attribute), Some(count(element).to_string().as_str()));
        }
        assert_eq!(suite.attribute("timestamp"), Some("2026-11-21T20:00:00"));
    }
    for case in all(&document, "testcase") {
        let verdicts = case
            .children()
            .filter(|node| ["failure", "error", "skipped"].iter().any(|name| node.has_tag_name(*name)));
        assert!(verdicts.count() <= 1);
        assert!(case.attribute("time").unwrap().split_once('.').unwrap().1.len() == 3);
    }
    for node in document.descendants() {
        let text = node.text().unwrap_or_default();
        assert!(text.chars().all(escape::is_xml_char), "{text:?}");
        for attribute in node.attributes() {
            let value = attribute.value();
            assert!(!value.contains(['\n', '\t']) && value.chars().count() <= 1000, "{value:?}");
        }
        if ["failure", "error"].iter().any(|name| node.has_tag_name(*name)) {
            assert!(text.starts_with(node.attribute("message").unwrap()), "{text:?}");
            assert!(text.len() <= 64 * 1024);
        }
    }
}

#[test]
fn every_hostile_text_gives_a_sound_file() {
    for text in HOSTILE {
        for dialect in [Dialect::Rich, Dialect::Strict] {
            let sample = filled_with(text);
            assert_sound(&written(&sample, dialect), &sample);
        }
    }
}

#[test]
fn long_texts_are_cut() {
    for part in ["a", "\0", "]]>", "<&>", "é", "\n", "##["] {
        let sample = filled_with(&part.repeat(1024 * 1024 / part.len()));
        for dialect in [Dialect::Rich, Dialect::Strict] {
            let text = written(&sample, dialect);
            assert_sound(&text, &sample);
            assert!(text.len() < 3_000_000, "{} bytes of {part:?}", text.len());
        }
    }
}

#[test]
fn names_are_unique_and_dots_make_no_packages() {
    let mut sample = ordinary();
    sample.cases[0].id = "api::v2.1::a.b::ok.".to_owned();
    let text = written(&sample, Dialect::Rich);
    let document = Document::parse(&text).unwrap();
    let case = all(&document, "testcase").next().unwrap();
    assert_eq!(case.attribute("classname"), Some("api.v2_1.a_b"));
    assert_eq!(case.attribute("name"), Some("ok_"));
    let mut names: Vec<_> = all(&document, "testcase")
        .map(|case| (case.attribute("classname"), case.attribute("name")))
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), sample.cases.len());
}

#[test]
fn the_gravest_finding_gives_the_type() {
    let text = written(&ordinary(), Dialect::Rich);
    let document = Document::parse(&text).unwrap();
    let failure = all(&document, "failure").next().unwrap();
    assert_eq!(failure.attribute("type"), Some("status.class_changed"));
    assert_eq!(
        failure.attribute("message"),
        Some("status.class_changed: expected 200, actual 400 (and 2 more)")
    );
}

#[test]
fn times_are_rounded_and_never_overflow() {
    let mut sample = ordinary();
    for (row, duration) in sample.cases.iter_mut().zip([1118, 0, 999, 1, u64::MAX]) {
        row.duration = Time::from_millis(duration);
    }
    sample.cases[4].duration = Time::MAX;
    let text = written(&sample, Dialect::Rich);
    let document = Document::parse(&text).unwrap();
    let times: Vec<_> = all(&document, "testcase").filter_map(|case| case.attribute("time")).collect();
    assert_eq!(times, ["1.118", "0.000", "0.999", "0.001", "1000000.000"]);
    assert_eq!(document.root_element().attribute("time"), Some("1000002.118"));
}

#[test]
fn a_start_that_the_crate_cannot_write_is_no_panic() {
    let mut sample = ordinary();
    sample.started.started = jiff::Timestamp::MIN;
    assert!(written(&sample, Dialect::Strict).contains("timestamp=\"1970-01-01T00:00:00\""));
}

#[test]
fn dialects_have_names() {
    assert_eq!("rich".parse(), Ok(Dialect::Rich));
    assert_eq!("strict".parse(), Ok(Dialect::Strict));
    assert_eq!(
        "loose".parse::<Dialect>(),
        Err("`loose` is no dialect of JUnit: write rich or strict".to_owned())
    );
}

/// Runs that are written to files for `xmllint`: all hostile ones and many arbitrary ones.
fn many_runs() -> Vec<Sample> {
    let mut runner = TestRunner::deterministic();
    let mut samples: Vec<_> = HOSTILE.iter().map(|text| filled_with(text)).collect();
    samples.extend([ordinary(), filled_with(""), filled_with(&"]]>\0".repeat(300_000))]);
    samples.extend((0..64).map(|_| any_run().new_tree(&mut runner).unwrap().current()));
    samples
}

fn xmllint(schema: Option<&Path>, files: &[PathBuf]) {
    let mut command = Command::new("xmllint");
    command.arg("--noout");
    if let Some(schema) = schema {
        command.arg("--schema").arg(schema);
    }
    let output = command.args(files).output().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    let wrong: Vec<_> = complaints.lines().filter(|line| !line.ends_with(" validates")).take(10).collect();
    assert!(output.status.success(), "{schema:?}: {wrong:#?}");
}

/// `UPHOLD_XSD` names a folder with `junit-10.xsd` and `windyroad-JUnit.xsd`.
#[test]
fn files_are_valid_by_both_schemas() {
    if Command::new("xmllint").arg("--version").output().is_err() {
        println!("skipped: there is no xmllint here");
        return;
    }
    let folder = tempfile::TempDir::new().unwrap();
    let samples = many_runs();
    let files = |dialect: Dialect| -> Vec<PathBuf> {
        let write = |(number, sample)| {
            let path = folder.path().join(format!("{dialect:?}-{number}.xml"));
            std::fs::write(&path, written(sample, dialect)).unwrap();
            path
        };
        samples.iter().enumerate().map(write).collect()
    };
    xmllint(None, &files(Dialect::Rich));
    let strict = files(Dialect::Strict);
    let Some(schemas) = std::env::var_os("UPHOLD_XSD").map(PathBuf::from) else {
        println!("skipped: UPHOLD_XSD names no folder with junit-10.xsd; only well-formedness is checked");
        return xmllint(None, &strict);
    };
    xmllint(Some(&schemas.join("junit-10.xsd")), &strict);
    xmllint(Some(&schemas.join("windyroad-JUnit.xsd")), &strict);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn arbitrary_runs_give_sound_files(sample in any_run()) {
        for dialect in [Dialect::Rich, Dialect::Strict] {
            assert_sound(&written(&sample, dialect), &sample);
        }
    }
}
