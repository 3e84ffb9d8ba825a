use std::collections::BTreeSet;

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::finding::{Finding, FindingId};
use crate::report::comparison::CancelledRow;
use crate::report::events::{CodeRow, DocumentedRow, Run, SeenCodesRow};
use crate::report::samples::{Sample, any_run, ordinary};
use crate::report::{json, junit, markdown};

const UPHOLD: &str = env!("CARGO_PKG_VERSION");

fn whole(sample: &Sample) -> Recorded {
    let mut started = sample.started.clone();
    started.whole.suites = vec!["zoho_crm".to_owned(), "zendesk".to_owned()];
    Recorded {
        uphold: UPHOLD.to_owned(),
        started,
        cases: sample.cases.clone(),
        finished: sample.finished.clone(),
    }
}

/// The reports of shards as they read back from their files; `shard_of` gives the shard of a case, from 0.
fn split(run: &Recorded, of: usize, shard_of: impl Fn(usize) -> usize) -> Vec<Named> {
    let shard = |number: usize| {
        let mut part = run.clone();
        let (own, others): (Vec<CaseRow>, Vec<CaseRow>) =
            part.cases.into_iter().partition(|row| shard_of(row.position) + 1 == number);
        let elsewhere: BTreeSet<String> = others.into_iter().map(|row| row.id).collect();
        let positions = own.iter().map(|row| row.position).collect();
        part.cases = own.into_iter().enumerate().map(|(at, row)| CaseRow { position: at, ..row }).collect();
        part.started.whole.shard = Some(ShardRow { number, of, positions, elsewhere });
        let mut written = Vec::new();
        json::write(&part.run(), &mut written).unwrap();
        (format!("{number}.json"), json::read(std::str::from_utf8(&written).unwrap()).unwrap())
    };
    (1..=of).map(shard).collect()
}

/// Every file that is written of a run.
fn files(run: &Run<'_>) -> Vec<String> {
    let mut out = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    let [as_json, rich, strict, page] = &mut out;
    json::write(run, as_json).unwrap();
    junit::write(run, junit::Dialect::Rich, rich).unwrap();
    junit::write(run, junit::Dialect::Strict, strict).unwrap();
    markdown::write(run, page).unwrap();
    out.map(|bytes| String::from_utf8(bytes).unwrap()).to_vec()
}

/// The run as its own report has it: times in whole milliseconds.
fn recorded(run: &Recorded) -> Recorded {
    let mut written = Vec::new();
    json::write(&run.run(), &mut written).unwrap();
    json::read(std::str::from_utf8(&written).unwrap()).unwrap()
}

fn refused(reports: Vec<Named>) -> String {
    merge(reports).unwrap_err().to_string()
}

#[test]
fn the_joined_report_is_that_of_the_whole() {
    let run = whole(&ordinary());
    for of in [1, 2, 4] {
        let mut shards = split(&run, of, |position| (position * 7) % of);
        shards.reverse();
        assert_eq!(files(&merge(shards).unwrap().run()), files(&recorded(&run).run()));
    }
    let alone = merge(vec![("run.json".to_owned(), run.clone())]).unwrap();
    assert_eq!(files(&alone.run()), files(&run.run()));
}

#[test]
fn a_code_is_unseen_only_where_no_shard_saw_it() {
    let mut run = whole(&ordinary());
    let documented = ["A", "B"].map(|code| DocumentedRow {
        code: code.to_owned(),
        places: vec!["/code".to_owned()],
        cases: vec![run.cases[0].id.clone()],
    });
    run.started.codes = vec![SuiteCodesRow { suite: "zoho_crm".to_owned(), documented: documented.to_vec() }];
    run.cases[0].codes =
        SeenCodesRow { codes: vec![CodeRow { at: "/code".to_owned(), code: "A".to_owned() }], more: 0 };
    let shards = split(&run, 2, |position| usize::from(position == 0));
    let states = |run: &Recorded| -> Vec<&str> {
        let rows: Vec<&CaseRow> = run.cases.iter().collect();
        let catalogues = super::super::codes::catalogues(&run.started, &rows);
        catalogues.iter().flat_map(|of| &of.documented).map(|entry| entry.state.words()).collect()
    };
    assert_eq!(states(&shards[0].1), ["in another shard", "in another shard"]);
    assert_eq!(states(&shards[1].1), ["seen", "not compared"]);
    assert_eq!(states(&merge(shards).unwrap()), ["seen", "not compared"]);
}

#[test]
fn what_shards_tell_of_the_whole_is_told_once() {
    let mut run = whole(&ordinary());
    run.finished.notes = vec!["of all".to_owned()];
    run.finished.errors = vec!["no token".to_owned()];
    run.finished.duration = std::time::Duration::from_secs(2);
    let mut shards = split(&run, 2, |position| position % 2);
    let waiver = |note: &str, used| WaiverRow { note: note.to_owned(), used };
    let [(_, first), (_, second)] = shards.as_mut_slice() else { panic!("two shards") };
    first.finished.waivers = vec![waiver("unused", false), waiver("used", true)];
    second.finished.waivers = vec![waiver("unused", false), waiver("used", false)];
    first.finished.drift = vec!["1 new".to_owned()];
    second.finished.interrupted = Some("SIGTERM");
    second.started.started = "2026-11-21T20:00:05.123Z".parse().unwrap();
    second.started.target = TargetRow::Live { base_url: "http://127.0.0.1:4711".to_owned() };
    let joined = merge(shards).unwrap();
    assert_eq!(joined.finished.notes, ["of all", "unused"]);
    assert_eq!(joined.finished.errors, ["no token"]);
    assert_eq!(joined.finished.drift, ["shard 1/2: 1 new"]);
    assert_eq!(joined.finished.interrupted, Some("SIGTERM"));
    assert_eq!(joined.finished.duration, std::time::Duration::from_secs(7));
    assert_eq!(joined.started.warnings.len(), 7);
    assert_eq!(joined.started.without_example.len(), 1);
    assert_eq!(joined.started.target.base_url(), "http://127.0.0.1:4711, https://api.example.com/crm");
}

#[test]
fn comparisons_are_joined_with_their_sentence() {
    let mut run = whole(&ordinary());
    let cancelled = |case: &str| CancelledRow {
        case: case.to_owned(),
        finding: Finding::new(FindingId::BodyValueChanged, "/at", "1", "2"),
        reason: crate::compare::live::Reason::Noise,
    };
    let of = |counts, cases: &[CaseRow]| Comparison {
        old: "https://old.example".to_owned(),
        new: "https://new.example".to_owned(),
        rounds: 3,
        counts,
        sentence: sentence(&counts, cases.iter()),
        cancelled: cases.iter().map(|row| cancelled(&row.id)).collect(),
        lists_cancelled: false,
        violating: cases.iter().map(|row| row.id.clone()).collect(),
    };
    let counts = Counts { breaking: 1, unchanged: 2, not_comparable: 2, skipped: 1, ..Counts::default() };
    run.started.compared = Some(of(counts, &run.cases));
    let mut shards = split(&run, 2, |position| position % 2);
    let parts = [
        Counts { unchanged: 2, not_comparable: 1, ..Counts::default() },
        Counts { breaking: 1, not_comparable: 1, skipped: 1, ..Counts::default() },
    ];
    for ((_, shard), counts) in shards.iter_mut().zip(parts) {
        shard.started.compared = Some(of(counts, &shard.cases));
    }
    assert_eq!(files(&merge(shards.clone()).unwrap().run()), files(&recorded(&run).run()));
    shards[0].1.started.compared = None;
    assert_snapshot!(refused(shards), @"1.json and 2.json are of different runs: another comparison");
}

#[test]
fn what_is_not_one_run_is_refused() {
    let run = whole(&ordinary());
    let shards = || split(&run, 4, |position| position % 4);
    let with = |change: fn(&mut Recorded)| {
        let mut shards = shards();
        change(&mut shards[1].1);
        refused(shards)
    };
    let without = |left: &[usize]| {
        let kept = shards().into_iter().enumerate().filter(|(at, _)| !left.contains(at));
        refused(kept.map(|(_, shard)| shard).collect())
    };
    let twice = shards().into_iter().chain([("copy.json".to_owned(), shards().remove(2).1)]).collect();
    let told = [
        without(&[1, 3]),
        refused(Vec::new()),
        refused(twice),
        with(|report| report.started.whole.shard = None),
        with(|report| report.uphold = "0.0.9".to_owned()),
        with(|report| report.started.target = TargetRow::Mock { base_url: String::new() }),
        with(|report| report.started.seed = Some(7)),
        with(|report| report.started.whole.cases = 8),
        with(|report| report.started.whole.id = "f".to_owned()),
        with(|report| report.started.whole.shard.as_mut().unwrap().of = 5),
        with(|report| report.started.whole.shard.as_mut().unwrap().number = 0),
        with(|report| report.started.whole.shard.as_mut().unwrap().number = 9),
        with(|report| report.started.whole.shard.as_mut().unwrap().positions[0] = 99),
        with(|report| report.started.whole.shard.as_mut().unwrap().positions[0] = 0),
        with(|report| report.cases.clear()),
    ];
    assert_snapshot!(told.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn arbitrary_runs_come_together(sample in any_run(), of in 1_usize..5, step in 1_usize..7) {
        let mut run = whole(&sample);
        run.started.whole.cases = run.cases.len();
        let shards = split(&run, of, |position| (position * step / 2) % of);
        let joined = merge(shards).unwrap();
        prop_assert_eq!(files(&joined.run()), files(&recorded(&run).run()));
    }
}
