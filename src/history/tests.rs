use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

use super::answers::What;
use super::file::{STEPS, migrate};
use super::latency::{is_slow, percentile, regression, usual};
use super::weigh::weigh;
use super::*;
use crate::finding::Severity;

mod forgotten;
mod lost;
mod months;
mod stays;

const KEEP: SignedDuration = SignedDuration::from_hours(24 * 90);
const TARGET: &str = "https://api.example.com";

fn night(day: i64) -> Timestamp {
    let first: Timestamp = "2026-11-01T02:00:00Z".parse().unwrap();
    first + SignedDuration::from_hours(24 * (day - 1))
}

fn difference(kind: &str, at: &str) -> Difference {
    Difference {
        kind: kind.to_owned(),
        at: at.to_owned(),
        severity: Severity::Breaking,
        expected: "string".to_owned(),
        actual: "number 7".to_owned(),
        waived: false,
    }
}

fn record(outcome: Outcome, differences: &[(&str, &str)]) -> CaseRecord {
    CaseRecord {
        case: "shop::get_order::ok".to_owned(),
        target: TARGET.to_owned(),
        outcome,
        attempts: 1,
        retries: 0,
        ms: (outcome == Outcome::Passed).then_some(100.0),
        contract: 7,
        differences: differences.iter().map(|(kind, at)| difference(kind, at)).collect(),
    }
}

fn passed() -> CaseRecord {
    record(Outcome::Passed, &[])
}

fn failed() -> CaseRecord {
    record(Outcome::Failed, &[("body.type.changed", "/id")])
}

struct World {
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("reports/history.sqlite")
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.file().parent().unwrap()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn open(&self) -> Store {
        let opened = Store::open(&self.file(), night(1)).unwrap();
        assert_eq!(opened.set_aside, None);
        opened.store
    }

    /// One night: what is known of each case, and that it is remembered.
    fn run(&self, day: i64, cases: Vec<CaseRecord>) -> Vec<Weighed> {
        add(&mut self.open(), night(day), cases, KEEP)
    }

    fn one(&self, day: i64, case: CaseRecord) -> Weighed {
        self.run(day, vec![case]).remove(0)
    }
}

fn add(store: &mut Store, started: Timestamp, cases: Vec<CaseRecord>, keep: SignedDuration) -> Vec<Weighed> {
    let keys = cases.iter().map(|case| (case.target.as_str(), case.case.as_str()));
    let pasts = store.pasts(keys, started).unwrap();
    let weighed: Vec<Weighed> = pasts.iter().zip(&cases).map(|(past, case)| weigh(past, case)).collect();
    store.add(&RunRecord { started, duration: Duration::from_secs(3), cases }, &weighed, keep).unwrap();
    weighed
}

fn gone(weighed: &Weighed) -> Vec<(&str, bool)> {
    weighed.gone.iter().map(|gone| (gone.stretch.difference.kind.as_str(), gone.flaky)).collect()
}

#[test]
fn a_difference_is_new_then_known_then_resolved() {
    let world = World::new();
    assert_eq!(world.one(1, passed()), Weighed::default());
    let new = world.one(2, failed());
    assert_eq!((new.news, new.since), (vec![News::New], Some(night(1))));
    assert_eq!(world.one(3, failed()).news, [News::Known(night(2))]);
    let healed = world.one(4, passed());
    assert_eq!((gone(&healed), healed.flaky), (vec![("body.type.changed", false)], None));
    for day in 5..16 {
        assert_eq!(gone(&world.one(day, passed())), []);
    }
    assert_eq!(world.one(16, failed()).news, [News::New], "what comes back is new");
}

#[test]
fn another_target_has_a_history_of_its_own() {
    let world = World::new();
    world.one(1, failed());
    let elsewhere = CaseRecord { target: "https://sandbox.example.com".to_owned(), ..failed() };
    assert_eq!(world.one(2, elsewhere).news, [News::New]);
    assert_eq!(world.one(3, failed()).news, [News::Known(night(1))]);
}

#[test]
fn a_run_that_says_nothing_of_a_difference_leaves_it_open() {
    let world = World::new();
    world.one(1, failed());
    assert_eq!(gone(&world.one(2, record(Outcome::Errored, &[]))), [], "no usable answer");
    assert_eq!(gone(&world.one(3, record(Outcome::Failed, &[("status.class_changed", "")]))), []);
    let known = record(Outcome::Failed, &[("body.type.changed", "/id")]);
    let back = world.one(4, known);
    assert_eq!(
        (back.news.clone(), gone(&back)),
        (vec![News::Known(night(1))], vec![("status.class_changed", false)])
    );
    // Only a run that passed at once says something of the time.
    world.one(5, record(Outcome::Passed, &[("latency.regression", "")]));
    let retried = CaseRecord { ms: None, ..passed() };
    assert_eq!(gone(&world.one(6, retried)), [], "the other one was resolved in the night before");
    assert_eq!(gone(&world.one(7, passed())), [("latency.regression", false)]);
}

#[test]
fn what_comes_and_goes_is_flaky_and_neither_new_nor_resolved() {
    let world = World::new();
    let nights = [passed(), failed(), passed(), failed(), passed(), failed()];
    let told: Vec<Weighed> = (1..).zip(nights).map(|(day, case)| world.one(day, case)).collect();
    let flaky: Vec<bool> = told.iter().map(|weighed| weighed.flaky.is_some()).collect();
    assert_eq!(flaky, [false, false, false, true, true, true]);
    assert_eq!(told[1].news, [News::New]);
    assert_eq!(told[3].news, [News::Flaky]);
    assert_eq!(gone(&told[4]), [("body.type.changed", true)]);
    let weigh::Flaky { failed: count, runs, retries, .. } = told[5].flaky.unwrap();
    assert_eq!((count, runs, retries), (3, 6, 0));
    // A contract that changed begins anew.
    let other = CaseRecord { contract: 8, ..failed() };
    assert_eq!(world.one(7, other).flaky, None);
}

#[test]
fn a_warning_that_comes_and_goes_is_flaky_though_the_case_always_passes() {
    let world = World::new();
    let odd = || record(Outcome::Passed, &[("header.added", "header:x-a")]);
    let nights = [passed(), odd(), passed(), odd(), passed()];
    let told: Vec<Weighed> = (1..).zip(nights).map(|(day, case)| world.one(day, case)).collect();
    assert_eq!((told[1].news.clone(), told[3].news.clone()), (vec![News::New], vec![News::Flaky]));
    assert_eq!(
        (gone(&told[2]), gone(&told[4])),
        (vec![("header.added", false)], vec![("header.added", true)])
    );
    assert!(told.iter().all(|weighed| weighed.flaky.is_none()));
}

#[test]
fn a_case_that_passes_when_tried_again_is_flaky_and_an_outage_is_not() {
    let world = World::new();
    let retried = CaseRecord { retries: 2, attempts: 3, ms: None, ..passed() };
    assert_eq!(world.one(1, retried).flaky.unwrap().retries, 2);
    for day in 2..9 {
        let case = if day % 2 == 0 { record(Outcome::Errored, &[]) } else { passed() };
        assert_eq!(world.one(day, case).flaky, None, "{day}");
    }
}

#[test]
fn golden_row_on_latency() {
    let golden = include_str!("../../tests/fixtures/golden/drift.jsonl");
    let mut rows = 0;
    for row in golden.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let Some(p50) = row["p50"].as_f64() else { continue };
        let ms = row["observed"]["ms"].as_f64().unwrap();
        let found = regression(ms, &[ms, ms], p50).unwrap();
        let wanted = &row["findings"][0];
        assert_eq!(
            [found.severity.to_string(), found.id.to_string(), found.at],
            ["severity", "id", "at"].map(|key| wanted[key].as_str().unwrap().to_owned())
        );
        assert_eq!(regression(ms, &[ms, p50], p50), None, "a repeat at the usual speed");
        assert_eq!(regression(ms, &[ms], p50), None, "not confirmed");
        rows += 1;
    }
    assert_eq!(rows, 1);
}

#[test]
fn slow_is_more_than_twice_and_more_than_200_ms_above() {
    let slow = [(900.0, 120.0), (501.0, 250.0), (321.0, 120.0)];
    let usual_times = [(240.0, 120.0), (320.0, 120.0), (500.0, 250.0), (150.0, 10.0), (700.0, 400.0)];
    assert!(slow.iter().all(|(ms, p50)| is_slow(*ms, *p50)));
    assert!(!usual_times.iter().any(|(ms, p50)| is_slow(*ms, *p50)));
    assert_eq!((usual(&[1.0; 4]), usual(&[5.0, 1.0, 2.0, 9.0, 3.0])), (None, Some(3.0)));
    let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
    assert_eq!((percentile(&hundred, 0.5), percentile(&hundred, 0.95)), (Some(50.0), Some(95.0)));
    assert_eq!((percentile(&[], 0.5), percentile(&[4.0], 0.95)), (None, Some(4.0)));
}

#[test]
fn old_runs_are_forgotten_and_the_file_shrinks() {
    let world = World::new();
    let keep = SignedDuration::from_hours(24 * 10);
    let many = |day: i64| -> Vec<CaseRecord> {
        (0..300).map(|n| CaseRecord { case: format!("shop::get_{n}_of_{day}::ok"), ..failed() }).collect()
    };
    let mut store = world.open();
    for day in 1..=10 {
        add(&mut store, night(day), many(day), keep);
    }
    add(&mut store, night(1), vec![passed()], keep);
    add(&mut store, night(2), vec![failed()], keep);
    let large = fs::metadata(world.file()).unwrap().len();
    for day in 11..=40 {
        add(&mut store, night(day), vec![failed()], keep);
    }
    let small = fs::metadata(world.file()).unwrap().len();
    assert!(small * 4 < large, "{large} bytes became {small}");
    let answers = store.answers(Timestamp::MIN, |_| true).unwrap();
    let cases: Vec<&str> = answers.targets[0].cases.iter().map(|case| case.case.as_str()).collect();
    assert_eq!(cases, ["shop::get_order::ok"]);
    assert_eq!(answers.targets[0].cases[0].runs, 11);
    assert_eq!(answers.targets[0].cases[0].stretches[0].first, night(2), "what lasts keeps its beginning");
}

#[test]
fn writers_wait_for_each_other_and_lose_nothing() {
    let world = World::new();
    world.open();
    let file = world.file();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let file = &file;
            scope.spawn(move || {
                for round in 0..5 {
                    let mut store = Store::open(file, night(1)).unwrap().store;
                    let started = night(1) + SignedDuration::from_secs(writer * 100 + round);
                    let cases = (0..50).map(|n| CaseRecord { case: format!("shop::get::c{n}"), ..failed() });
                    add(&mut store, started, cases.collect(), KEEP);
                }
            });
        }
    });
    let answers = Store::read(&file).unwrap().answers(Timestamp::MIN, |_| true).unwrap();
    assert_eq!((answers.targets[0].runs, answers.targets[0].cases.len()), (20, 50));
    for case in &answers.targets[0].cases {
        assert_eq!((case.runs, case.stretches.len(), case.stretches[0].times), (20, 1, 20));
    }
}

#[test]
fn a_run_that_started_earlier_and_is_added_later_resolves_nothing() {
    let world = World::new();
    world.one(1, failed());
    let mut late = world.open();
    let pasts = late.pasts([(TARGET, "shop::get_order::ok")], night(2)).unwrap();
    let weighed = weigh(&pasts[0], &passed());
    assert_eq!(gone(&weighed), [("body.type.changed", false)]);
    world.one(3, failed());
    let run = RunRecord { started: night(2), duration: Duration::ZERO, cases: vec![passed()] };
    late.add(&run, &[weighed], KEEP).unwrap();
    assert_eq!(world.one(4, failed()).news, [News::Known(night(1))]);
}

#[test]
fn what_is_asked_is_answered_from_the_runs() {
    let world = World::new();
    for day in 1..=20 {
        let case = match day {
            10 | 11 => failed(),
            15 => record(Outcome::Errored, &[]),
            _ => CaseRecord { ms: Some(f64::from(u8::try_from(day).unwrap()) * 10.0), ..passed() },
        };
        world.one(day, case);
    }
    let store = Store::read(&world.file()).unwrap();
    let answers = store.answers(night(8), |case| case.contains("get_order")).unwrap();
    let target = &answers.targets[0];
    assert_eq!((target.target.as_str(), target.runs, target.last), (TARGET, 13, Some(night(20))));
    let changes: Vec<_> = target.changes.iter().map(|change| (change.at, change.what)).collect();
    assert_eq!(changes, [(night(10), What::Came), (night(12), What::Went)]);
    let case = &target.cases[0];
    assert_eq!((case.runs, case.passed, case.failed, case.errored, case.flips), (13, 10, 2, 1, 2));
    let now = case.now.unwrap();
    assert_eq!((now.passes, now.since, now.at_least, case.is_flaky()), (true, night(12), false, false));
    let periods: Vec<_> = case.periods.iter().map(|(from, times)| (*from, times.count, times.p50)).collect();
    assert_eq!(periods, [(night(8), 5, Some(120.0)), (night(15), 5, Some(180.0))]);
    assert_eq!(store.answers(night(8), |_| false).unwrap().targets, []);
    assert_eq!(store.answers(night(21), |_| true).unwrap().targets, []);
}

#[test]
fn a_history_of_a_newer_uphold_or_of_another_program_is_refused_and_not_touched() {
    let world = World::new();
    world.one(1, failed());
    world.open().db.pragma_update(None, "user_version", 99).unwrap();
    let before = fs::read(world.file()).unwrap();
    let newer = Store::open(&world.file(), night(2)).unwrap_err();
    assert!(newer.is_refusal() && newer.hint().is_some(), "{newer}");
    assert!(newer.to_string().contains("version 99; this one knows up to 5"), "{newer}");
    assert!(matches!(Store::read(&world.file()), Err(HistoryError::Newer { .. })));
    assert!(fs::read(world.file()).unwrap() == before);

    let other = World::new();
    fs::create_dir_all(other.file().parent().unwrap()).unwrap();
    rusqlite::Connection::open(other.file())
        .unwrap()
        .execute_batch("CREATE TABLE bookmarks (url TEXT)")
        .unwrap();
    assert!(matches!(Store::open(&other.file(), night(1)), Err(HistoryError::Foreign { .. })));

    for text in ["{\"info\": {\"name\": \"Shop\"}}", "name: Größe\n"] {
        fs::write(other.file(), text).unwrap();
        assert!(matches!(Store::open(&other.file(), night(1)), Err(HistoryError::Foreign { .. })), "{text}");
        assert_eq!(fs::read_to_string(other.file()).unwrap(), text, "a collection is not set aside");
    }
}

#[test]
fn an_older_history_is_brought_up_to_date_whole_or_not_at_all() {
    let world = World::new();
    world.one(1, failed());
    let mut store = world.open();
    let then = |last| [STEPS, &["CREATE TABLE note (text TEXT)", last]].concat();
    let good = then("ALTER TABLE run ADD COLUMN note INTEGER");
    let bad = then("ALTER TABLE nothing ADD COLUMN x");
    let state = |store: &Store| -> (i64, i64) {
        let version = store.db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'note'";
        (version, store.db.query_row(sql, [], |row| row.get(0)).unwrap())
    };
    assert!(migrate(&mut store.db, &bad).is_err());
    assert_eq!(state(&store), (5, 0));
    migrate(&mut store.db, &good).unwrap();
    assert_eq!(state(&store), (7, 1));
    let runs: i64 = store.db.query_row("SELECT count(*) FROM run", [], |row| row.get(0)).unwrap();
    assert_eq!(runs, 1);
}

#[test]
fn no_file_and_an_empty_file_are_no_history_to_ask() {
    let world = World::new();
    assert!(matches!(Store::read(&world.file()), Err(HistoryError::Missing { .. })));
    fs::create_dir_all(world.file().parent().unwrap()).unwrap();
    fs::write(world.file(), "").unwrap();
    assert!(matches!(Store::read(&world.file()), Err(HistoryError::Missing { .. })));
    assert_eq!(world.one(1, failed()).news, [News::New], "a run makes one of it");
}

#[test]
fn a_damaged_history_is_set_aside() {
    let world = World::new();
    world.one(1, failed());
    fs::write(world.file(), vec![0; 5000]).unwrap();
    assert!(matches!(Store::read(&world.file()), Err(HistoryError::Damaged { .. })));
    for wanted in ["history.sqlite.corrupt-20261102T020000Z", "history.sqlite.corrupt-20261102T020000Z-2"] {
        let opened = Store::open(&world.file(), night(2)).unwrap();
        assert_eq!(opened.set_aside.unwrap().file_name().unwrap(), wanted);
        fs::write(world.file(), vec![0xff; 5000]).unwrap();
    }
    assert_eq!(world.names().len(), 3);
}

#[test]
fn a_full_disk_leaves_the_history_as_it_was() {
    let world = World::new();
    world.one(1, failed());
    let mut store = world.open();
    let pages: i64 = store.db.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    store.db.pragma_update(None, "max_page_count", pages).unwrap();
    let cases: Vec<CaseRecord> =
        (0..500).map(|n| CaseRecord { case: format!("shop::get::c{n}"), ..failed() }).collect();
    let weighed = vec![Weighed::default(); cases.len()];
    let run = RunRecord { started: night(2), duration: Duration::ZERO, cases };
    let error = store.add(&run, &weighed, KEEP).unwrap_err();
    assert!(matches!(error, HistoryError::Database { .. }), "{error}");
    drop(store);
    let answers = Store::read(&world.file()).unwrap().answers(Timestamp::MIN, |_| true).unwrap();
    assert_eq!((answers.targets[0].runs, answers.targets[0].cases.len()), (1, 1));
}

fn whole_history() -> Vec<u8> {
    let world = World::new();
    for day in 1..=6 {
        world.one(day, if day % 2 == 0 { failed() } else { passed() });
    }
    fs::read(world.file()).unwrap()
}

/// Whatever the bytes are, a run gets a history that it can write, or is told why not.
fn survives(bytes: &[u8]) {
    let world = World::new();
    fs::create_dir_all(world.file().parent().unwrap()).unwrap();
    fs::write(world.file(), bytes).unwrap();
    if let Ok(store) = Store::read(&world.file()) {
        let _ = store.answers(Timestamp::MIN, |_| true);
    }
    match Store::open(&world.file(), night(9)) {
        Ok(Opened { mut store, set_aside }) => {
            assert!(set_aside.is_none_or(|path| path.exists()));
            let run = RunRecord { started: night(9), duration: Duration::ZERO, cases: vec![failed()] };
            let pasts = store.pasts([(TARGET, "shop::get_order::ok")], night(9));
            let weighed = pasts.map(|pasts| weigh(&pasts[0], &failed())).unwrap_or_default();
            let _ = store.add(&run, &[weighed], KEEP);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
        survives(&bytes);
    }

    #[test]
    fn a_history_with_holes_is_survived(
        places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = whole_history();
        for (place, byte) in places {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        if is_cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        survives(&bytes);
    }

    #[test]
    fn every_difference_is_told_once(nights in proptest::collection::vec(0..3_u8, 1..25)) {
        let world = World::new();
        let mut store = world.open();
        let (mut told, mut times) = (false, 0);
        for (day, night_of) in (1..).zip(nights) {
            let case = match night_of { 0 => passed(), 1 => failed(), _ => record(Outcome::Errored, &[]) };
            let weighed = add(&mut store, night(day), vec![case.clone()], KEEP).remove(0);
            match case.outcome {
                Outcome::Errored => prop_assert!(weighed.news.is_empty() && weighed.gone.is_empty()),
                Outcome::Failed => {
                    prop_assert_eq!(weighed.news.len(), 1);
                    times += 1;
                    match weighed.news[0] {
                        News::New => {
                            prop_assert!(!told && (times == 1 || times >= weigh::STAYS));
                            told = true;
                        }
                        News::Known(_) => prop_assert!(told, "known in silence"),
                        News::Flaky => prop_assert!(!told),
                    }
                }
                Outcome::Passed => {
                    prop_assert_eq!(weighed.gone.len(), usize::from(times > 0));
                    (told, times) = (false, 0);
                }
            }
        }
    }
}
