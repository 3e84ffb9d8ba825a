//! A month of nights: the verdicts are those of the checks, the times are made up.

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use super::*;
use crate::check::judge;
use crate::history::answers::{Answers, What};
use crate::jobs::list::{ListSettings, list};
use crate::jobs::{BaseUrls, Chosen, Goal, load};
use crate::message::Answer;
use crate::plan::Selection;
use crate::report::drift::Kept;
use crate::report::row;
use crate::send::{Exchange, Timing};
use crate::suite::{Inputs, Workspace};

const COLLECTION: &str = r#"{
    "info": {"name": "Shop", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
    "item": [{
        "name": "Get order",
        "request": {"method": "GET", "header": [], "url": "{{base}}/orders/1"},
        "response": [{
            "name": "OK",
            "originalRequest": {"method": "GET", "header": [], "url": "{{base}}/orders/1"},
            "status": "OK", "code": 200,
            "header": [{"key": "Content-Type", "value": "application/json"}],
            "body": "{\"id\": 1}"
        }]
    }]
}"#;

const GOOD: &str = "{\"id\": 1}";
const CHANGED: &str = "{\"id\": \"1\"}";

struct World {
    folder: TempDir,
    plan: Plan,
    suites: Vec<Suite>,
    targets: Targets,
}

impl World {
    fn new() -> Self {
        Self::of("GET", "")
    }

    fn of(method: &str, toml: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cases = folder.path().join("cases/shop");
        std::fs::create_dir_all(&cases).unwrap();
        let collection = COLLECTION.replace("GET", method);
        std::fs::write(cases.join("shop.postman_collection.json"), collection).unwrap();
        std::fs::write(cases.join("suite.toml"), toml).unwrap();
        let chosen =
            Chosen { workspace: Workspace::at(folder.path()), suites: Vec::new(), inputs: Inputs::default() };
        let urls = BaseUrls::parse(&["https://api.example.com".to_owned()]).unwrap();
        let goal = Goal::Named(urls);
        let suites = load(&chosen).unwrap();
        let targets = Targets::decide(&suites, &goal).unwrap();
        let settings = ListSettings {
            chosen,
            selection: Selection::default(),
            goal,
            allow_writes: true,
            only_safe: false,
        };
        Self { plan: list(&settings).unwrap(), folder, suites, targets }
    }

    fn case(&self) -> &Arc<Case> {
        &self.plan.suites[0].cases[0]
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("history.sqlite")
    }

    fn row(&self, body: &str, ms: u64) -> CaseRow {
        let answer = Answer {
            status: 200,
            headers: [("Content-Type", "application/json")].into_iter().collect(),
            body: body.to_owned().into(),
        };
        let exchange = Exchange {
            result: Ok(answer),
            timing: Timing { total: Duration::from_millis(ms) },
            attempts: 1,
            retries: 0,
            hops: Vec::new(),
        };
        let verdict = judge(self.case(), &exchange, Severity::Breaking);
        row::case(0, self.case(), Some(&exchange), &verdict, &Redactor::default())
    }

    /// One night: the row as it is reported, and the lines at the end.
    fn night(&self, day: i64, body: &str, ms: u64, only_new: bool) -> (CaseRow, String) {
        let started = night(day);
        let store = Store::open(&self.file(), started).unwrap().store;
        let mut memory = Memory::new(started, Some(store), Severity::Breaking, only_new);
        memory.go_to(&self.suites, &self.targets, false);
        memory.recall(&self.plan, &Redactor::default());
        let told = memory.weigh(self.row(body, ms)).unwrap_or_else(|| {
            assert!(memory.holds(self.case()) && memory.holds_any());
            for _ in 0..2 {
                memory.repeated(&self.row(body, ms));
            }
            memory.settle().remove(0)
        });
        let (report, kept) = memory.keep(Duration::from_secs(1), SignedDuration::from_hours(24 * 90));
        kept.unwrap();
        let mut text = Vec::new();
        report.text(&mut text, &Kept::Nothing).unwrap();
        (told, String::from_utf8(text).unwrap())
    }

    fn answers(&self, since: Timestamp) -> Answers {
        Store::read(&self.file()).unwrap().answers(since, |_| true).unwrap()
    }
}

fn night(day: i64) -> Timestamp {
    let first: Timestamp = "2026-11-01T02:00:00Z".parse().unwrap();
    first + SignedDuration::from_hours(24 * (day - 1))
}

#[test]
fn a_month_is_told_as_it_was() {
    let world = World::new();
    let mut texts = vec![String::new()];
    for day in 1..=30 {
        let body = match day {
            10 | 11 | 20 | 22 | 24 => CHANGED,
            _ => GOOD,
        };
        let ms = if day >= 25 { 900 } else { 120 };
        let (row, text) = world.night(day, body, ms, false);
        let wanted = if body == GOOD { VerdictRow::Passed } else { VerdictRow::Failed };
        assert_eq!(row.verdict, wanted, "{day}");
        texts.push(text);
    }
    let line = |day: usize| texts[day].lines().next().unwrap().to_owned();
    assert_eq!(line(1), "drift: new (no earlier run is remembered): 0; known: 0; resolved: 0; flaky: 0");
    assert_eq!(line(9), "drift: new since 2026-11-08: 0; known: 0; resolved: 0; flaky: 0");
    assert_eq!(line(10), "drift: new since 2026-11-09: 1; known: 0; resolved: 0; flaky: 0");
    assert!(
        texts[10].contains("new       breaking body.type.changed  /id  shop::get_order::ok"),
        "{}",
        texts[10]
    );
    assert_eq!(
        line(11),
        "drift: new since 2026-11-10: 0; known: 1 (since 2026-11-10); resolved: 0; flaky: 0"
    );
    assert_eq!(line(12), "drift: new since 2026-11-11: 0; known: 0; resolved: 1; flaky: 0");
    assert_eq!(line(20), "drift: new since 2026-11-19: 1; known: 0; resolved: 0; flaky: 0");
    assert_eq!(line(21), "drift: new since 2026-11-20: 0; known: 0; resolved: 1; flaky: 0");
    assert_eq!(line(22), "drift: new since 2026-11-21: 0; known: 0; resolved: 0; flaky: 1");
    assert!(
        texts[22].contains("flaky     shop::get_order::ok  failed 2 of its last 10 runs"),
        "{}",
        texts[22]
    );
    let answers = world.answers(night(1));
    let target = &answers.targets[0];
    assert_eq!((target.target.as_str(), target.runs), ("https://api.example.com", 30));
    let changes: Vec<_> = target
        .changes
        .iter()
        .map(|change| (change.at, change.what, change.stretch.difference.kind.as_str()))
        .collect();
    assert_eq!(
        changes,
        [
            (night(10), What::Came, "body.type.changed"),
            (night(12), What::Went, "body.type.changed"),
            (night(25), What::Flaky(6), "body.type.changed"),
            (night(25), What::Came, "latency.regression"),
        ]
    );
    let case = &target.cases[0];
    assert_eq!((case.runs, case.passed, case.failed, case.flips, case.is_flaky()), (30, 25, 5, 8, true));
    let now = case.now.unwrap();
    assert_eq!((now.passes, now.since), (true, night(25)));
    assert_eq!((case.times.count, case.times.p50, case.times.p95), (25, Some(120.0), Some(900.0)));
    let p50: Vec<_> = case.periods.iter().map(|(from, times)| (*from, times.p50)).collect();
    assert_eq!(
        p50,
        [
            (night(1), Some(120.0)),
            (night(8), Some(120.0)),
            (night(15), Some(120.0)),
            (night(22), Some(900.0)),
            (night(29), Some(900.0)),
        ]
    );
    let seen: Vec<_> = case
        .stretches
        .iter()
        .map(|stretch| (stretch.difference.kind.as_str(), stretch.first, stretch.times, stretch.resolved))
        .collect();
    assert_eq!(
        seen,
        [
            ("body.type.changed", night(10), 2, Some(night(12))),
            ("body.type.changed", night(20), 1, Some(night(21))),
            ("body.type.changed", night(22), 1, Some(night(23))),
            ("body.type.changed", night(24), 1, Some(night(25))),
            ("latency.regression", night(25), 6, None),
        ]
    );
}

#[test]
fn a_case_is_slower_than_usual_only_where_its_repeats_are() {
    let world = World::new();
    for day in 1..=5 {
        let (row, _) = world.night(day, GOOD, if day == 3 { 900 } else { 100 }, false);
        assert!(row.findings.is_empty(), "too few runs are remembered on day {day}");
    }
    let (row, text) = world.night(6, GOOD, 900, false);
    assert_eq!((row.verdict, row.findings.len()), (VerdictRow::Passed, 1));
    assert_eq!(row.findings[0].expected, "about 100 ms, the p50 of earlier runs");
    assert_eq!(row.findings[0].actual, "900, 900, 900 ms");
    assert!(text.contains("new       warning latency.regression  shop::get_order::ok"), "{text}");
    let (row, text) = world.night(7, GOOD, 900, false);
    assert_eq!(row.notes, ["known since 2026-11-06: latency.regression"]);
    assert!(text.starts_with("drift: new since 2026-11-06: 0; known: 1 (since 2026-11-06)"), "{text}");
    let (_, text) = world.night(8, GOOD, 110, false);
    assert!(text.contains("resolved  warning latency.regression"), "{text}");

    let store = Store::open(&world.file(), night(9)).unwrap().store;
    let mut memory = Memory::new(night(9), Some(store), Severity::Warning, false);
    memory.go_to(&world.suites, &world.targets, false);
    memory.recall(&world.plan, &Redactor::default());
    assert!(memory.weigh(world.row(GOOD, 900)).is_none());
    memory.repeated(&world.row(GOOD, 900));
    memory.repeated(&world.row(GOOD, 100));
    let row = memory.settle().remove(0);
    assert_eq!((row.verdict, row.findings.len()), (VerdictRow::Passed, 0), "a repeat was as fast as usual");
}

#[test]
fn a_case_that_writes_is_sent_again_only_where_suite_toml_says_that_it_may_be() {
    let repeatable = "[[case]]\nmatch = \"*\"\nrepeatable = true\n";
    for (method, toml, wanted) in [("GET", "", true), ("PUT", "", false), ("PUT", repeatable, true)] {
        let world = World::of(method, toml);
        let case = &world.plan.suites[0].cases[0];
        assert!(matches!(case.action, Action::Send { .. }));
        assert_eq!(may_repeat(case), wanted, "{method} {toml}");
    }
}

#[test]
fn where_only_what_is_new_fails_a_known_difference_does_not() {
    let world = World::new();
    assert_eq!(world.night(1, GOOD, 100, true).0.verdict, VerdictRow::Passed);
    assert_eq!(world.night(2, CHANGED, 100, true).0.verdict, VerdictRow::Failed);
    let (row, _) = world.night(3, CHANGED, 100, true);
    assert_eq!(row.verdict, VerdictRow::Passed);
    assert_eq!(row.notes, ["known since 2026-11-02: body.type.changed /id"]);
    assert_eq!(row.findings.len(), 1, "it is still told");
    let case = &world.answers(night(1)).targets[0].cases[0];
    assert_eq!((case.passed, case.failed), (1, 2), "the history knows better");
}
