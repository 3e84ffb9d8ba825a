use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{json, text};
use crate::finding::Severity;
use crate::history::answers::{Answers, CaseAnswers, Change, Now, TargetAnswers, Times, What};
use crate::history::weigh::Flaky;
use crate::history::{Difference, Stretch};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/uphold/history.schema.json");

fn night(day: i64) -> Timestamp {
    let first: Timestamp = "2026-11-01T02:00:00Z".parse().unwrap();
    first + SignedDuration::from_hours(24 * (day - 1))
}

fn stretch(kind: &str, at: &str, first: i64, resolved: Option<i64>) -> Stretch {
    Stretch {
        difference: Difference {
            kind: kind.to_owned(),
            at: at.to_owned(),
            severity: Severity::Breaking,
            expected: "string".to_owned(),
            actual: "number 7\u{1b}[31m".to_owned(),
            waived: false,
        },
        first: night(first),
        last: night(resolved.map_or(30, |day| day - 1)),
        times: 2,
        resolved: resolved.map(night),
        counts: (first == 30).then(|| night(30)),
    }
}

fn sample() -> Answers {
    let times = |p50, p95| Times { count: 7, p50: Some(p50), p95: Some(p95) };
    let broken = stretch("body.type.changed", "/id", 10, Some(12));
    let case = |name: &str, passes: bool, stretches: Vec<Stretch>| CaseAnswers {
        case: format!("shop::get_order::{name}"),
        last: Some(night(30)),
        gone: None,
        runs: 30,
        passed: 25,
        failed: 4,
        errored: 1,
        flips: if passes { 2 } else { 8 },
        flaky: (!passes).then_some((night(24), Flaky { failed: 4, runs: 10, flips: 8, retries: 0 })),
        retried: 0,
        now: Some(Now { passes, since: night(12), at_least: passes }),
        times: times(120.0, 300.4),
        periods: vec![(night(1), times(110.0, 130.0)), (night(8), times(140.0, 310.0))],
        stretches,
    };
    let change = |day, what| Change {
        at: night(day),
        what,
        case: "shop::get_order::ok".to_owned(),
        stretch: broken.clone(),
    };
    Answers {
        since: night(1),
        targets: vec![TargetAnswers {
            target: "https://api.example.com".to_owned(),
            runs: 30,
            last: Some(night(30)),
            changes: vec![
                change(10, What::Came),
                change(12, What::Went),
                change(24, What::Flaky(5)),
                change(26, What::Counts),
            ],
            cases: vec![
                case("ok", true, vec![broken.clone()]),
                case("other", false, vec![stretch("status.class_changed", "", 30, None)]),
            ],
        }],
    }
}

fn printed(in_full: bool) -> String {
    let mut out = Vec::new();
    text::write(&mut out, &sample(), in_full).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn in_short_what_changed_and_what_does_not_just_pass() {
    insta::assert_snapshot!(printed(false), @r"
    target: https://api.example.com  30 runs since 2026-11-01; the last on 2026-11-30
    on 2026-11-10  new       breaking body.type.changed  /id  shop::get_order::ok
    on 2026-11-12  resolved  breaking body.type.changed  /id  shop::get_order::ok
    on 2026-11-24  flaky     breaking body.type.changed  /id  shop::get_order::ok  (changed 5 times)
    on 2026-11-26  counts    breaking body.type.changed  /id  shop::get_order::ok
    case: shop::get_order::other  fails since 2026-11-12; findings: 1; failed in 4 of the 10 runs up to 2026-11-24, changed its verdict 8 times
    cases: 1 with something to tell, 1 that just pass
    ");
}

#[test]
fn in_full_all_that_is_known_of_a_case() {
    insta::assert_snapshot!(printed(true), @r"
    target: https://api.example.com  30 runs since 2026-11-01; the last on 2026-11-30
    on 2026-11-10  new       breaking body.type.changed  /id  shop::get_order::ok
    on 2026-11-12  resolved  breaking body.type.changed  /id  shop::get_order::ok
    on 2026-11-24  flaky     breaking body.type.changed  /id  shop::get_order::ok  (changed 5 times)
    on 2026-11-26  counts    breaking body.type.changed  /id  shop::get_order::ok
    case: shop::get_order::ok  passes since at least 2026-11-12
      runs      30: 25 passed, 4 failed, 1 errored
      latency   p50 120 ms, p95 300 ms (of 7)
        from 2026-11-01  p50 110 ms, p95 130 ms (of 7)
        from 2026-11-08  p50 140 ms, p95 310 ms (of 7)
      finding   breaking body.type.changed  /id
        since 2026-11-10, resolved on 2026-11-12; in 2 runs
        expected  string
        actual    number 7\u{1b}[31m
    case: shop::get_order::other  fails since 2026-11-12
      runs      30: 25 passed, 4 failed, 1 errored
      flaky     failed in 4 of the 10 runs up to 2026-11-24, changed its verdict 8 times
      latency   p50 120 ms, p95 300 ms (of 7)
        from 2026-11-01  p50 110 ms, p95 130 ms (of 7)
        from 2026-11-08  p50 140 ms, p95 310 ms (of 7)
      finding   breaking status.class_changed
        since 2026-11-30, counts since 2026-11-30, last seen on 2026-11-30; in 2 runs
        expected  string
        actual    number 7\u{1b}[31m
    ");
}

#[test]
fn history_schema_file_is_what_the_types_say() {
    let text = format!("{:#}\n", json::schema());
    if std::env::var_os("UPHOLD_UPDATE").is_some() {
        std::fs::write(SCHEMA, &text).unwrap();
    }
    let file = std::fs::read_to_string(SCHEMA).unwrap_or_default();
    assert!(file == text, "{SCHEMA} is old: UPHOLD_UPDATE=1 cargo test history_schema writes it anew");
}

#[test]
fn what_is_written_is_valid() {
    let mut out = Vec::new();
    json::write(&sample(), &mut out).unwrap();
    let written: Value = serde_json::from_slice(&out).unwrap();
    let validator = jsonschema::draft202012::options().build(&json::schema()).unwrap();
    let wrong: Vec<String> = validator.iter_errors(&written).map(|error| error.to_string()).collect();
    assert_eq!(wrong, [""; 0], "{written:#}");
    assert_eq!(written["targets"][0]["cases"][1]["now"]["passes"], false);
    assert_eq!(written["targets"][0]["changes"][2]["times"], 5);
    assert_eq!(written["targets"][0]["cases"][0]["findings"][0]["resolved"], "2026-11-12T02:00:00.000Z");
}
