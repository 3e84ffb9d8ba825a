//! The reports of the shards of one run, joined into the report of the whole ([`merge`](fn@merge)).
//!
//! Invariants: every case of the run is in the joined report exactly once, in the order of the plan, or there is none;
//! what each shard tells of the whole is told once; and what only all of them can tell (which documented codes were
//! not seen, which waivers were of no use) is found out here. Nothing is judged again.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::compared::sentence;
use super::comparison::{Comparison, Counts};
use super::count::count;
use super::events::{
    CaseRow, KeptRow, ProvenRow, RunFinished, RunStarted, ShardRow, SuiteCodesRow, Summary, TargetRow,
    WaiverRow, WholeRow,
};
use super::json::Recorded;

pub use files::{FileError, find, load};

mod files;

/// Why reports cannot be joined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// There is none.
    #[error("there is no report to join")]
    Nothing,
    /// A report beside others that is of a whole run.
    #[error("{file} is the report of a whole run, not of a shard (`--shard`)")]
    Whole {
        /// The file.
        file: String,
    },
    /// Two reports that do not belong together.
    #[error("{first} and {second} are of different runs: {what}")]
    Different {
        /// The one.
        first: String,
        /// The other.
        second: String,
        /// By what that is told.
        what: String,
    },
    /// Two reports of one shard.
    #[error("{first} and {second} are both of shard {shard}")]
    Twice {
        /// The one.
        first: String,
        /// The other.
        second: String,
        /// `2/4`.
        shard: String,
    },
    /// Shards without a report.
    #[error("no report of shard {missing}: {there} of {of} are there")]
    Missing {
        /// `2/4, 3/4`.
        missing: String,
        /// How many there are.
        there: usize,
        /// How many there should be.
        of: usize,
    },
    /// A report that says of itself what cannot be.
    #[error("{file}: {what}")]
    Wrong {
        /// The file.
        file: String,
        /// What cannot be.
        what: String,
    },
}

/// A report with the name of its file.
pub type Named = (String, Recorded);

/// Joins the reports of all shards of one run; the report of a whole run is given back as it is.
///
/// Fails where a shard is missing or there twice, or the reports are not of one run: another version of uphold, other
/// cases, answers or options, another seed, another kind of target.
pub fn merge(mut reports: Vec<Named>) -> Result<Recorded, MergeError> {
    if let [(_, one)] = reports.as_slice()
        && one.started.whole.shard.is_none()
    {
        return Ok(counted(reports.remove(0).1));
    }
    let mut shards: BTreeMap<usize, Named> = BTreeMap::new();
    let mut first: Option<(String, Traits)> = None;
    for (file, report) in reports {
        let (number, of) = number(&file, &report)?;
        let traits = Traits::of(&report);
        match &first {
            Some((other, others)) => {
                if let Some(what) = others.differ(&traits) {
                    return Err(MergeError::Different { first: other.clone(), second: file, what });
                }
            }
            None => first = Some((file.clone(), traits)),
        }
        if let Some((other, _)) = shards.get(&number) {
            let shard = format!("{number}/{of}");
            return Err(MergeError::Twice { first: other.clone(), second: file, shard });
        }
        shards.insert(number, (file, report));
    }
    let Some((_, Traits { of, .. })) = first else { return Err(MergeError::Nothing) };
    let missing: Vec<String> = (1..=of)
        .filter(|number| !shards.contains_key(number))
        .map(|number| format!("{number}/{of}"))
        .collect();
    if !missing.is_empty() {
        return Err(MergeError::Missing { missing: missing.join(", "), there: shards.len(), of });
    }
    joined(shards.into_values().collect())
}

/// Which shard a report is of.
fn number(file: &str, report: &Recorded) -> Result<(usize, usize), MergeError> {
    match &report.started.whole.shard {
        Some(ShardRow { number, of, .. }) if (1..=*of).contains(number) && *of <= 1000 => Ok((*number, *of)),
        Some(ShardRow { number, of, .. }) => {
            Err(MergeError::Wrong { file: file.to_owned(), what: format!("there is no shard {number}/{of}") })
        }
        None => Err(MergeError::Whole { file: file.to_owned() }),
    }
}

/// What the shards of one run have in common.
#[derive(Debug, PartialEq, Eq)]
struct Traits {
    uphold: String,
    of: usize,
    target: &'static str,
    seed: Option<u32>,
    cases: usize,
    id: String,
    rounds: Option<usize>,
}

impl Traits {
    fn of(report: &Recorded) -> Self {
        let RunStarted { whole, target, seed, compared, .. } = &report.started;
        Self {
            uphold: report.uphold.clone(),
            of: whole.shard.as_ref().map_or(0, |shard| shard.of),
            target: target.kind(),
            seed: *seed,
            cases: whole.cases,
            id: whole.id.clone(),
            rounds: compared.as_ref().map(|compared| compared.rounds),
        }
    }

    /// In what the other differs.
    fn differ(&self, other: &Self) -> Option<String> {
        let Self { uphold, of, target, seed, cases, id, rounds } = self;
        let seed_of = |seed: Option<u32>| seed.map_or("none".to_owned(), |seed| seed.to_string());
        let pairs = [
            (*uphold != other.uphold, format!("uphold {uphold} and {}", other.uphold)),
            (*target != other.target, format!("target {target} and {}", other.target)),
            (*rounds != other.rounds, "another comparison".to_owned()),
            (*of != other.of, format!("{of} shards and {}", other.of)),
            (*seed != other.seed, format!("seed {} and {}", seed_of(*seed), seed_of(other.seed))),
            (*cases != other.cases, format!("{} and {} in all", count(*cases, "case"), other.cases)),
            (*id != other.id, "other cases, answers or options".to_owned()),
        ];
        pairs.into_iter().find_map(|(is_other, what)| is_other.then_some(what))
    }
}

fn joined(shards: Vec<Named>) -> Result<Recorded, MergeError> {
    let mut started = joined_started(&shards);
    let finished = joined_finished(&shards);
    let mut rows: BTreeMap<usize, CaseRow> = BTreeMap::new();
    let uphold = shards.first().map(|(_, report)| report.uphold.clone()).unwrap_or_default();
    for (file, report) in shards {
        let positions = report.started.whole.shard.map(|shard| shard.positions).unwrap_or_default();
        for (row, position) in report.cases.into_iter().zip(positions) {
            let wrong = |what| MergeError::Wrong { file: file.clone(), what };
            if position >= started.whole.cases {
                return Err(wrong(format!("case {position} of {}", started.whole.cases)));
            }
            if let Some(other) = rows.get(&position) {
                return Err(wrong(format!(
                    "case {position} is `{}`, and `{}` in another shard",
                    row.id, other.id
                )));
            }
            rows.insert(position, CaseRow { position, ..row });
        }
    }
    if rows.len() < started.whole.cases {
        let lost = (0..started.whole.cases).find(|position| !rows.contains_key(position)).unwrap_or_default();
        let what = format!("case {lost} of {} is in no shard", started.whole.cases);
        return Err(MergeError::Wrong { file: "the reports".to_owned(), what });
    }
    let cases: Vec<CaseRow> = rows.into_values().collect();
    started.cases = cases.len();
    if let Some(compared) = &mut started.compared {
        told_once(compared, &cases);
    }
    Ok(counted(Recorded { uphold, started, cases, finished }))
}

/// With the counts of its cases.
fn counted(mut run: Recorded) -> Recorded {
    let mut summary = Summary { without_example: run.started.without_example.len(), ..Summary::default() };
    run.cases.iter().for_each(|row| summary.count(row.verdict));
    run.finished.summary = summary;
    run
}

fn joined_started(shards: &[Named]) -> RunStarted {
    let all = || shards.iter().map(|(_, report)| &report.started);
    let whole = all().map(|started| &started.whole).next().cloned().unwrap_or_default();
    RunStarted {
        started: all().map(|started| started.started).min().unwrap_or_default(),
        seed: all().find_map(|started| started.seed),
        target: target(all().map(|started| &started.target)),
        via: distinct(all().flat_map(|started| &started.via)),
        insecure: all().any(|started| started.insecure),
        cases: 0,
        codes: codes(&whole, all().flat_map(|started| &started.codes)),
        whole: WholeRow { shard: None, ..whole },
        warnings: distinct(all().flat_map(|started| &started.warnings)),
        without_example: distinct(all().flat_map(|started| &started.without_example)),
        bare: distinct(all().flat_map(|started| &started.bare)),
        compared: compared(all().filter_map(|started| started.compared.as_ref())),
        proven: proven(all().flat_map(|started| &started.proven)),
    }
}

fn joined_finished(shards: &[Named]) -> RunFinished {
    let all = || shards.iter().map(|(_, report)| &report.finished);
    let mut waivers: IndexMap<&str, bool> = IndexMap::new();
    for WaiverRow { note, used } in all().flat_map(|finished| &finished.waivers) {
        *waivers.entry(note).or_default() |= used;
    }
    let waivers: Vec<WaiverRow> =
        waivers.into_iter().map(|(note, used)| WaiverRow { note: note.to_owned(), used }).collect();
    let is_of_kept = |finished: &RunFinished, note: &String| {
        finished.kept.as_ref().is_some_and(|kept| kept.note() == *note)
    };
    let notes =
        all().flat_map(|finished| finished.notes.iter().filter(move |note| !is_of_kept(finished, note)));
    let notes = distinct(notes);
    let kept = kept(all().filter_map(|finished| finished.kept.as_ref()));
    let of = shards.len();
    let drift = shards.iter().zip(1..).flat_map(|((_, report), number)| {
        report.finished.drift.iter().map(move |line| format!("shard {number}/{of}: {line}"))
    });
    RunFinished {
        summary: Summary::default(),
        duration: duration(shards),
        interrupted: all().find_map(|finished| finished.interrupted),
        no_skips: all().any(|finished| finished.no_skips),
        errors: distinct(all().flat_map(|finished| &finished.errors)),
        notes: [notes, WaiverRow::unused(&waivers), kept.iter().map(KeptRow::note).collect()].concat(),
        kept,
        waivers: Vec::new(),
        drift: drift.collect(),
    }
}

/// All that were kept, in the folders of the machines where they were.
fn kept<'r>(all: impl Iterator<Item = &'r KeptRow>) -> Option<KeptRow> {
    let all: Vec<&KeptRow> = all.collect();
    let answers = all.iter().map(|kept| kept.answers).fold(0, usize::saturating_add);
    let folders = distinct(all.iter().map(|kept| &kept.folder)).join(", ");
    (answers > 0).then_some(KeptRow { answers, folder: folders })
}

/// From the start of the first to the end of the last.
fn duration(shards: &[Named]) -> std::time::Duration {
    let started = |report: &Recorded| report.started.started;
    let first = shards.iter().map(|(_, report)| started(report)).min().unwrap_or_default();
    let ends = shards.iter().map(|(_, report)| {
        let waited = started(report).duration_since(first).unsigned_abs();
        waited.saturating_add(report.finished.duration)
    });
    ends.max().unwrap_or_default()
}

/// Shards of one run may have a server each, on any port.
fn target<'r>(all: impl Iterator<Item = &'r TargetRow>) -> TargetRow {
    let all: Vec<&TargetRow> = all.collect();
    match all.first() {
        Some(TargetRow::Mock { base_url }) => TargetRow::Mock { base_url: base_url.clone() },
        Some(TargetRow::Live { .. }) | None => {
            TargetRow::Live { base_url: urls(all.iter().map(|target| target.base_url())) }
        }
    }
}

/// The sum over the shards: each has the counts of its own cases.
fn proven<'r>(all: impl Iterator<Item = &'r ProvenRow>) -> Vec<ProvenRow> {
    let mut of_suite: IndexMap<&str, ProvenRow> = IndexMap::new();
    for row in all {
        let empty = || ProvenRow { suite: row.suite.clone(), ..ProvenRow::default() };
        of_suite.entry(&row.suite).or_insert_with(empty).add(row);
    }
    of_suite.into_values().collect()
}

/// Each URL once, sorted.
fn urls<'r>(joined: impl Iterator<Item = &'r str>) -> String {
    let mut all: Vec<&str> = joined.flat_map(|urls| urls.split(", ")).collect();
    all.sort_unstable();
    all.dedup();
    all.join(", ")
}

/// The codes of each suite, in the order of the suites; each shard has all of a suite that it tells of.
fn codes<'r>(whole: &WholeRow, all: impl Iterator<Item = &'r SuiteCodesRow>) -> Vec<SuiteCodesRow> {
    let mut of_suite: IndexMap<&str, &SuiteCodesRow> = IndexMap::new();
    for codes in all {
        of_suite.entry(&codes.suite).or_insert(codes);
    }
    let in_order = whole.suites.iter().filter_map(|suite| of_suite.get(suite.as_str()));
    in_order.map(|codes| (*codes).clone()).collect()
}

fn compared<'r>(mut all: impl Iterator<Item = &'r Comparison>) -> Option<Comparison> {
    let mut joined = all.next()?.clone();
    for Comparison { old, new, counts, cancelled, violating, .. } in all {
        joined.old = urls([joined.old.as_str(), old].into_iter());
        joined.new = urls([joined.new.as_str(), new].into_iter());
        joined.counts = sum(joined.counts, *counts);
        joined.cancelled.extend(cancelled.iter().cloned());
        joined.violating.extend(violating.iter().cloned());
    }
    Some(joined)
}

fn sum(a: Counts, b: Counts) -> Counts {
    Counts {
        breaking: a.breaking.saturating_add(b.breaking),
        warnings: a.warnings.saturating_add(b.warnings),
        harmless: a.harmless.saturating_add(b.harmless),
        unchanged: a.unchanged.saturating_add(b.unchanged),
        not_comparable: a.not_comparable.saturating_add(b.not_comparable),
        skipped: a.skipped.saturating_add(b.skipped),
        intermittent: a.intermittent.saturating_add(b.intermittent),
        requests: a.requests.saturating_add(b.requests),
    }
}

/// The sentence on all cases, and the lists in their order.
fn told_once(compared: &mut Comparison, cases: &[CaseRow]) {
    let positions: BTreeMap<&str, usize> = cases.iter().map(|row| (row.id.as_str(), row.position)).collect();
    let position = |id: &str| positions.get(id).copied();
    compared.sentence = sentence(&compared.counts, cases.iter());
    compared.cancelled.sort_by_key(|row| position(&row.case));
    compared.violating.sort_by_key(|id| position(id));
}

/// Each once, in the order in which they come.
fn distinct<'r, T: PartialEq + Clone + 'r>(all: impl Iterator<Item = &'r T>) -> Vec<T> {
    let mut once: Vec<T> = Vec::new();
    for one in all {
        if !once.contains(one) {
            once.push(one.clone());
        }
    }
    once
}

#[cfg(test)]
mod tests;
