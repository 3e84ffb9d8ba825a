use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::report::comparison::{CancelledRow, Comparison, Counts};
use crate::report::events::ProvenRow;
use crate::report::json::write;
use crate::report::samples::{HOSTILE, Sample, any_run, any_text, filled_with, ordinary};

fn written(run: &Run<'_>) -> String {
    let mut out = Vec::new();
    write(run, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The text as it is written again after it was read.
fn again(text: &str) -> String {
    written(&read(text).unwrap().run())
}

/// The run with this text in what only some runs have.
fn with_all(mut sample: Sample, text: &str) -> Sample {
    let text = || text.to_owned();
    let comparison = Comparison {
        old: text(),
        new: text(),
        rounds: 3,
        counts: Counts { breaking: 1, skipped: 2, requests: 7, ..Counts::default() },
        sentence: text(),
        cancelled: vec![CancelledRow {
            case: text(),
            finding: Finding::new(FindingId::StatusChanged, text(), text(), text()),
            reason: crate::compare::live::Reason::Seldom,
        }],
        lists_cancelled: false,
        violating: vec![text()],
    };
    let positions = (0..sample.cases.len()).map(|at| 3 * at + 1).collect();
    let elsewhere = sample.started.codes.iter().flat_map(|suite| &suite.documented);
    let elsewhere = elsewhere.flat_map(|row| row.cases.clone()).collect();
    sample.started.compared = Some(comparison);
    sample.started.proven = vec![ProvenRow {
        suite: text(),
        cases: 1,
        others: 2,
        caught: 3,
        missed: 4,
        inherent: 5,
        false_alarms: 6,
    }];
    (sample.started.seed, sample.started.insecure) = (Some(7), true);
    (sample.started.via, sample.started.bare) = (vec![text()], vec![text()]);
    sample.started.whole = WholeRow {
        id: text(),
        suites: vec![text(), text()],
        cases: 99,
        shard: Some(ShardRow { number: 2, of: 4, positions, elsewhere }),
    };
    sample.finished.no_skips = true;
    sample.finished.interrupted = Some("SIGTERM");
    sample.finished.errors = vec![text()];
    sample.finished.notes = vec![text()];
    sample.finished.drift = vec![text()];
    sample.finished.kept = Some(KeptRow { answers: 3, folder: text() });
    sample.finished.waivers = vec![WaiverRow { note: text(), used: true }];
    for finding in sample.cases.iter_mut().flat_map(|row| &mut row.findings) {
        (finding.provenance, finding.waived, finding.earlier) = (Some(text()), Some(text()), Some(text()));
    }
    sample
}

#[test]
fn what_is_written_reads_back_as_the_same() {
    let mut samples = vec![ordinary(), filled_with("")];
    samples.extend(HOSTILE.map(filled_with));
    for sample in samples {
        for sample in [with_all(sample.clone(), "é\0<b>"), sample] {
            let text = written(&sample.run());
            assert_eq!(again(&text), text);
            let cases = read(&text).unwrap().cases;
            assert_eq!(cases.len(), sample.cases.len());
            for (read, row) in cases.iter().zip(&sample.cases) {
                assert_eq!((&read.id, &read.curl, &read.findings), (&row.id, &row.curl, &row.findings));
                assert_eq!((&read.exchange, read.position), (&row.exchange, row.position));
            }
        }
    }
}

#[test]
fn what_is_not_known_is_left_alone() {
    let text = written(&ordinary().run());
    let mut more: Value = serde_json::from_str(&text).unwrap();
    more["weather"] = "fine".into();
    more["cases"][0]["mood"] = Value::Null;
    more["target"]["colour"] = 3.into();
    assert_eq!(again(&more.to_string()), text);
}

#[test]
fn something_else_is_refused_with_its_place() {
    let text = written(&ordinary().run());
    let changed = |pointer: &str, value: Value| {
        let mut changed: Value = serde_json::from_str(&text).unwrap();
        *changed.pointer_mut(pointer).unwrap() = value;
        read(&changed.to_string()).unwrap_err().to_string()
    };
    let without = |member: &str| {
        let mut changed: Value = serde_json::from_str(&text).unwrap();
        changed.as_object_mut().unwrap().remove(member);
        read(&changed.to_string()).unwrap_err().to_string()
    };
    let refused = |text: &str| read(text).unwrap_err().to_string();
    let told = [
        refused(""),
        refused(text.get(..text.len() / 2).unwrap()).split(':').next().unwrap().to_owned(),
        refused("{\n  \"version\": 1,\n  oops"),
        refused("[1, 2]"),
        refused("[1, \"0.1.0\", {}]"),
        refused("{}"),
        refused("{\"version\": 1, \"uphold\": \"0.1.0\"}"),
        refused("<testsuites/>"),
        changed("/version", 2.into()),
        changed("/version", "1".into()),
        changed("/started", "yesterday".into()),
        changed("/interrupted", "SIGKILL".into()),
        changed("/cases/1/findings/0/id", "body.eaten".into()),
        changed("/cases/1/verdict", "flaky".into()).split(':').nth(1).unwrap().to_owned(),
        without("version"),
        without("plan").split(':').nth(1).unwrap().to_owned(),
    ];
    insta::assert_snapshot!(told.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn arbitrary_runs_read_back(sample in any_run(), text in any_text()) {
        let text = written(&with_all(sample, &text).run());
        prop_assert_eq!(again(&text), text);
    }

    /// Bytes that are changed, cut out or doubled never make reading panic; what is still read is written again.
    #[test]
    fn damage_is_an_error_or_data(
        text in any_text(),
        changes in proptest::collection::vec((any::<Index>(), any::<Index>(), 0..4_u8, any::<char>()), 1..6),
    ) {
        let mut text = written(&with_all(filled_with(&text), &text).run());
        for (at, to, how, with) in changes {
            let place = |index: Index, text: &str| text.floor_char_boundary(index.index(text.len() + 1));
            let (a, b) = (place(at, &text), place(to, &text));
            let (start, end) = (a.min(b), a.max(b).min(a.min(b) + 40));
            let end = text.floor_char_boundary(end).max(start);
            match how {
                0 => text.replace_range(start..end, ""),
                1 => text.insert(start, with),
                2 => {
                    let twice = text.get(start..end).unwrap().to_owned();
                    text.insert_str(start, &twice);
                }
                _ => text.truncate(start),
            }
            if text.is_empty() {
                text.push('{');
            }
        }
        if let Ok(recorded) = read(&text) {
            let first = written(&recorded.run());
            prop_assert_eq!(again(&first), first);
        }
    }

    /// Any value in the place of any other.
    #[test]
    fn wrong_values_are_errors_or_data(at in any::<Index>(), value in prop_oneof![
        Just(Value::Null), Just(Value::from("x")), Just(Value::from(-1)), Just(Value::from(u64::MAX)),
        Just(serde_json::json!([])), Just(serde_json::json!({})), Just(serde_json::json!([[1], {"a": 2}])),
    ]) {
        let mut json: Value = serde_json::from_str(&written(&with_all(ordinary(), "t").run())).unwrap();
        let mut places = Vec::new();
        pointers(&json, &mut String::new(), &mut places);
        *json.pointer_mut(&places[at.index(places.len())]).unwrap() = value;
        if let Ok(recorded) = read(&json.to_string()) {
            let first = written(&recorded.run());
            prop_assert_eq!(again(&first), first);
        }
    }
}

fn pointers(value: &Value, at: &mut String, found: &mut Vec<String>) {
    found.push(at.clone());
    let members: Vec<(String, &Value)> = match value {
        Value::Array(items) => items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), value)).collect(),
        _ => return,
    };
    for (name, value) in members {
        let length = at.len();
        at.extend(["/", &name]);
        pointers(value, at, found);
        at.truncate(length);
    }
}
