use std::collections::BTreeMap;

use insta::assert_snapshot;

use super::*;
use crate::finding::FindingId;
use crate::mutate::{FalseAlarm, Reason, Survivor};
use crate::redact::Redactor;
use crate::report::Verbosity;

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/uphold/prove.schema.json");

fn survivor(kind: Kind, at: &str, reason: Option<Reason>) -> Survivor {
    Survivor { kind, at: at.to_owned(), what: "string to null".to_owned(), reason }
}

fn sample(secret: &str) -> Proof {
    let count = |tried, caught, inherent, wrong| Count { tried, caught, inherent, wrong };
    let strong = CaseProof {
        contract: "c0".to_owned(),
        counts: BTreeMap::from([
            (Kind::StatusClass, count(1, 1, 0, 0)),
            (Kind::NullAppeared, count(3, 2, 1, 0)),
            (Kind::FieldAdded, count(2, 0, 1, 0)),
        ]),
        survivors: vec![survivor(
            Kind::NullAppeared,
            "/name",
            Some(Reason::TypeShown(format!("ok {secret}"))),
        )],
        false_alarms: Vec::new(),
        left_out: 2,
    };
    let weak = CaseProof {
        contract: "c1".to_owned(),
        counts: BTreeMap::from([
            (Kind::NullAppeared, count(3, 2, 0, 1)),
            (Kind::ArrayLonger, count(1, 0, 0, 1)),
        ]),
        survivors: vec![survivor(Kind::NullAppeared, &format!("/{secret}\u{1b}[2J"), None)],
        false_alarms: vec![FalseAlarm {
            kind: Some(Kind::ArrayLonger),
            at: "/a".to_owned(),
            finding: FindingId::SchemaViolation,
            found_at: "/a".to_owned(),
        }],
        left_out: 0,
    };
    Proof {
        suites: vec![
            SuiteProof {
                name: "shop".to_owned(),
                cases: vec![("shop::get::ok".to_owned(), strong), ("shop::get::bad".to_owned(), weak)],
            },
            SuiteProof { name: "empty".to_owned(), cases: Vec::new() },
        ],
        wire: Wire {
            sent: 4,
            differing: vec!["shop::get::ok  status.class  ".to_owned()],
            unanswered: vec!["shop::get::bad  body.empty  : timed out".to_owned()],
        },
        fail_on: Severity::Breaking,
        seed: 1,
        duration: Duration::from_millis(12),
        interrupted: None,
        unproven: 0,
        undecided: Vec::new(),
    }
}

fn printed(proof: &Proof, verbosity: Verbosity) -> String {
    let mut out = Vec::new();
    text::write(&mut out, proof, &Redactor::new(["hunter22".to_owned()]), verbosity).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_proof_as_text() {
    assert_snapshot!(printed(&sample("x"), Verbosity::Normal), @r#"
    PROVEN  shop::get::ok  (3 of 3 breaking changes caught, 1 inherent, 2 places left out)
    WEAK    shop::get::bad  (2 of 3 breaking changes caught)
            missed       null.appeared  /x\u{1b}[2J  string to null
            false alarm  array.longer  /a  told as schema.violation /a

    shop (2 cases)                changes  caught  inherent  missed
      status.class                      1       1         0       0
      null.appeared                     6       4         1       1
    harmless                      changes  silent     asked  false alarms
      field.added                       2       1         1       0
      array.longer                      1       0         0       1
    inherent: no contract of these examples and settings can tell
      1 × the type is shown by an example
          such as /name of shop::get::ok
          caught by `compare = "exact"` for this case, or a schema of your own for the item

    score: shop 83.3 %: 5 of 6 breaking changes caught, 1 inherent (71.4 % of all 7 caught); 1 false alarm of 3 harmless changes
    score: empty none: nothing to change in 0 cases
    left out: 2 places of large bodies (at most 64 of one body are changed; --seed chooses others)
    over HTTP judged otherwise: shop::get::ok  status.class
    over HTTP not answered: shop::get::bad  body.empty  : timed out
    over HTTP: 2 of 4 changed answers judged as in memory
    summary: 1 case proven, 1 weak; 12 ms
    next: one more example that shows the place, `compare = "exact"` for the case, or a schema of your own catches what is missed
    "#);
}

#[test]
fn a_proof_that_was_interrupted_says_so_and_does_not_hold() {
    let mut proof = sample("x");
    proof.suites[0].cases.truncate(1);
    proof.wire = Wire::default();
    assert!(proof.holds());
    (proof.interrupted, proof.unproven) = (Some("SIGTERM"), 1);
    assert!(!proof.holds());
    let text = printed(&proof, Verbosity::Quiet);
    assert!(text.contains("interrupted by SIGTERM: 1 case not proven"), "{text}");
}

#[test]
fn quietly_only_what_is_wrong_is_told() {
    let text = printed(&sample("x"), Verbosity::Quiet);
    assert!(
        text.starts_with("WEAK    shop::get::bad") && !text.contains("PROVEN") && !text.contains("inherent:")
    );
    assert!(text.contains("score: shop 83.3 %"), "{text}");
}

#[test]
fn no_secret_and_no_control_character_is_shown() {
    let proof = sample("hunter22");
    let text = printed(&proof, Verbosity::Normal);
    assert!(!text.contains("hunter22") && !text.contains('\u{1b}'), "{text}");
    let mut out = Vec::new();
    json::write(&proof, &Redactor::new(["hunter22".to_owned()]), &mut out).unwrap();
    assert!(!String::from_utf8(out).unwrap().contains("hunter22"));
}

#[test]
fn a_score_is_never_rounded_up() {
    let count = Count { tried: 3000, caught: 2999, inherent: 0, wrong: 1 };
    let mut proof = sample("x");
    proof.suites[0].cases[0].1.counts = BTreeMap::from([(Kind::StatusClass, count)]);
    assert!(printed(&proof, Verbosity::Quiet).contains("score: shop 99.9 %"));
}

#[test]
fn prove_schema_file_is_what_the_types_say() {
    let text = format!("{:#}\n", json::schema());
    if std::env::var_os("UPHOLD_UPDATE").is_some() {
        std::fs::write(SCHEMA, &text).unwrap();
    }
    let file = std::fs::read_to_string(SCHEMA).unwrap_or_default();
    assert!(file == text, "{SCHEMA} is old: UPHOLD_UPDATE=1 cargo test prove_schema writes it anew");
}

#[test]
fn what_is_written_is_valid() {
    let mut out = Vec::new();
    json::write(&sample("x"), &Redactor::default(), &mut out).unwrap();
    let written: serde_json::Value = serde_json::from_slice(&out).unwrap();
    let validator = jsonschema::draft202012::new(&json::schema()).unwrap();
    let wrong: Vec<_> = validator.iter_errors(&written).map(|error| error.to_string()).collect();
    assert_eq!(wrong, [""; 0], "{written:#}");
    assert_eq!(
        (&written["holds"], &written["suites"][1]["score"]),
        (&false.into(), &serde_json::Value::Null)
    );
    let mut changed = written;
    changed["suites"][0]["cases"][0]["kinds"][0]["nature"] = "odd".into();
    assert!(!validator.is_valid(&changed));
}
