//! What `uphold history` asks for.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::latency::percentile;
use super::past::{Earlier, Stretch, earlier, perhaps, stretch, time};
use super::weigh::{FLIPS, Flaky, WINDOW, enough, flips, last_swings};
use super::{Difference, HistoryError, Outcome, Store};
use crate::finding::Severity;

/// How long a period of times is.
const PERIOD: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What the history says of a time, by where the cases were sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// What started before is not in it, but for what began then and lasts.
    pub since: Timestamp,
    /// The targets with a case that was asked for, by name.
    pub targets: Vec<TargetAnswers>,
}

/// What the history says of one target.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetAnswers {
    /// The target, as runs name it.
    pub target: String,
    /// How many runs sent something there.
    pub runs: u32,
    /// The start of the last of them.
    pub last: Option<Timestamp>,
    /// What changed, oldest first.
    pub changes: Vec<Change>,
    /// The cases, by id.
    pub cases: Vec<CaseAnswers>,
}

/// A difference that came, went, or both.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub what: What,
    /// The case.
    pub case: String,
    /// The difference.
    pub stretch: Stretch,
}

/// What happened to a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The first run of the case saw it already.
    First,
    /// A run saw it, and the one before had not.
    Came,
    /// It was there, and counts for more from this run on: its waiver had ended, or its level had risen.
    Counts,
    /// A run saw it no more.
    Went,
    /// It came and went, this often together; the time is that of the last change.
    Flaky(usize),
}

/// What the history says of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseAnswers {
    /// Its id.
    pub case: String,
    /// Its last run.
    pub last: Option<Timestamp>,
    /// The first run whose collection had it no more; `None` while it is there.
    pub gone: Option<Timestamp>,
    /// Runs that sent it, and their verdicts.
    pub runs: usize,
    /// Runs in which it passed.
    pub passed: usize,
    /// Runs in which it failed.
    pub failed: usize,
    /// Runs in which it had no usable answer.
    pub errored: usize,
    /// How often it went from passing to failing or back, for whatever reason.
    pub flips: usize,
    /// The last run at which its verdict was flaky, and how.
    pub flaky: Option<(Timestamp, Flaky)>,
    /// Runs in which it passed only when it was tried again.
    pub retried: usize,
    /// Whether it passes or fails now; `None` where no run had a usable answer.
    pub now: Option<Now>,
    /// How long it took where it passed at once.
    pub times: Times,
    /// The same in periods of seven days, oldest first; those without a run are left out.
    pub periods: Vec<(Timestamp, Times)>,
    /// Its differences, oldest first.
    pub stretches: Vec<Stretch>,
}

/// The state of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Whether it passes.
    pub passes: bool,
    /// Since the run that started then; runs without a usable answer do not count.
    pub since: Timestamp,
    /// Whether it may be so for longer: no run is remembered in which it was otherwise.
    pub at_least: bool,
}

/// How long a case took, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Times {
    /// How many times there are.
    pub count: usize,
    /// The middle one.
    pub p50: Option<f64>,
    /// The one that 95 of 100 do not exceed.
    pub p95: Option<f64>,
}

impl CaseAnswers {
    /// Whether a run since then was told that it is flaky: it went back and forth while its contract stayed, or passed
    /// only when it was tried again.
    pub fn is_flaky(&self) -> bool {
        self.flaky.is_some() || self.retried > 0
    }
}

impl Store {
    /// What happened since then to the cases whose ids are `wanted`.
    pub fn answers(&self, since: Timestamp, wanted: impl Fn(&str) -> bool) -> Result<Answers, HistoryError> {
        self.ask(since, wanted).map_err(|error| self.error(error))
    }

    fn ask(&self, since: Timestamp, wanted: impl Fn(&str) -> bool) -> rusqlite::Result<Answers> {
        let mut subjects = self.db.prepare(&format!(
            "SELECT id, target, name, {} FROM subject ORDER BY target, name",
            self.subject
        ))?;
        let mut runs = self.db.prepare(
            "SELECT started, outcome, retries, ms, contract FROM verdict WHERE subject = ?1 \
             ORDER BY started, run",
        )?;
        let mut found = self.db.prepare(&format!(
            "SELECT {} FROM finding WHERE subject = ?1 ORDER BY first_seen, id",
            self.stretch
        ))?;
        let mut targets: BTreeMap<String, TargetAnswers> = BTreeMap::new();
        let mut rows = subjects.query([])?;
        while let Some(row) = rows.next()? {
            let (id, target, case): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            if !wanted(&case) {
                continue;
            }
            let all: Vec<Earlier> = runs.query_map([id], earlier)?.collect::<rusqlite::Result<_>>()?;
            let stretches: Vec<Stretch> =
                found.query_map([id], |row| stretch(row, 0))?.collect::<rusqlite::Result<_>>()?;
            let answers = targets.entry(target).or_insert_with_key(|target| TargetAnswers {
                target: target.clone(),
                runs: 0,
                last: None,
                changes: Vec::new(),
                cases: Vec::new(),
            });
            let (gone, begun) = (perhaps(row, 3)?, perhaps(row, 4)?);
            answers.changes.extend(changes(&case, begun, &all, &stretches, since));
            let case = case_answers(case, &all, stretches, since);
            answers.cases.extend(case.map(|case| CaseAnswers { gone, ..case }));
        }
        let mut targets: Vec<TargetAnswers> = targets.into_values().collect();
        for target in &mut targets {
            target.changes.sort_by_key(|change| change.at);
            (target.runs, target.last) = self.runs(&target.target, since)?;
        }
        targets.retain(|target| !target.cases.is_empty());
        Ok(Answers { since, targets })
    }

    /// How many runs sent something to the target, and the last.
    fn runs(&self, target: &str, since: Timestamp) -> rusqlite::Result<(u32, Option<Timestamp>)> {
        self.db.query_row(
            "SELECT count(DISTINCT run), max(started) FROM verdict \
             WHERE subject IN (SELECT id FROM subject WHERE target = ?1) AND started >= ?2",
            (target, since.as_millisecond()),
            |row| {
                let last: Option<i64> = row.get(1)?;
                Ok((row.get(0)?, if last.is_some() { Some(time(row, 1)?) } else { None }))
            },
        )
    }
}

/// What came and went since then; what did so again and again is one change. `begun` is the first run of the
/// case, where the file says so: it may be forgotten, and what was not there then is new still.
fn changes(
    case: &str,
    begun: Option<Timestamp>,
    runs: &[Earlier],
    stretches: &[Stretch],
    since: Timestamp,
) -> Vec<Change> {
    let first = begun.into_iter().chain(runs.first().map(|run| run.started)).min();
    let mut counts = Vec::new();
    let mut by_place: BTreeMap<(&str, &str), Vec<Change>> = BTreeMap::new();
    for stretch in stretches {
        let change = |at, what| Change { at, what, case: case.to_owned(), stretch: stretch.clone() };
        counts.extend(stretch.counts.filter(|at| *at >= since).map(|at| change(at, What::Counts)));
        let is_first = first.is_none_or(|first| stretch.first <= first);
        let what = if is_first { What::First } else { What::Came };
        let both = [Some(change(stretch.first, what)), stretch.resolved.map(|end| change(end, What::Went))];
        let key = (stretch.difference.kind.as_str(), stretch.difference.at.as_str());
        let new = both.into_iter().flatten().filter(|change| change.at >= since);
        by_place.entry(key).or_default().extend(new);
    }
    by_place.into_values().flat_map(|changes| folded(&changes, runs)).chain(counts).collect()
}

/// Changes of one difference that follow each other within half a [`WINDOW`] of runs, as one change where they
/// are more than [`FLIPS`]: a break that healed long before stays apart, and so does the last coming where it
/// stayed.
fn folded(changes: &[Change], runs: &[Earlier]) -> Vec<Change> {
    let between = |from: Timestamp, to: Timestamp| {
        runs.iter().filter(|run| run.started > from && run.started <= to).count()
    };
    let close = |one: &Change, next: &Change| between(one.at, next.at) <= WINDOW / 2;
    let fold = |group: &[Change]| match group {
        [.., last] if group.len() > FLIPS => vec![Change { what: What::Flaky(group.len()), ..last.clone() }],
        _ => group.to_vec(),
    };
    let fold = |group: &[Change]| match group {
        [before @ .., last] if has_stayed(before, last) => [fold(before), vec![last.clone()]].concat(),
        _ => fold(group),
    };
    changes.chunk_by(close).flat_map(fold).collect()
}

/// Whether it is there so long that it is not flaky any more.
fn has_stayed(before: &[Change], last: &Change) -> bool {
    let longest = before.iter().map(|change| change.stretch.times).max().unwrap_or(0);
    last.stretch.resolved.is_none() && last.stretch.times >= enough(longest)
}

/// `None` of a case that did not run since then.
fn case_answers(
    case: String,
    all: &[Earlier],
    mut stretches: Vec<Stretch>,
    since: Timestamp,
) -> Option<CaseAnswers> {
    let runs: Vec<&Earlier> = all.iter().filter(|run| run.started >= since).collect();
    let count = |outcome| runs.iter().filter(|run| run.outcome == outcome).count();
    let judged = runs.iter().filter(|run| run.outcome != Outcome::Errored);
    let failed: Vec<bool> = judged.map(|run| run.outcome == Outcome::Failed).collect();
    let retried = runs.iter().filter(|run| run.outcome == Outcome::Passed && run.retries > 0).count();
    let mut periods: BTreeMap<i128, Vec<&Earlier>> = BTreeMap::new();
    for run in &runs {
        let behind = run.started.duration_since(since).as_nanos();
        periods.entry(behind.div_euclid(PERIOD.as_nanos())).or_default().push(run);
    }
    let periods = periods.into_values().filter_map(|runs| Some((runs.first()?.started, times(&runs))));
    stretches.retain(|stretch| stretch.resolved.is_none_or(|end| end >= since));
    (!runs.is_empty()).then(|| CaseAnswers {
        case,
        last: all.last().map(|run| run.started),
        gone: None,
        runs: runs.len(),
        passed: count(Outcome::Passed),
        failed: count(Outcome::Failed),
        errored: count(Outcome::Errored),
        flips: flips(&failed),
        flaky: last_swings(all, since),
        retried,
        now: now(all, &stretches),
        times: times(&runs),
        periods: periods.collect(),
        stretches,
    })
}

fn times(runs: &[&Earlier]) -> Times {
    let times: Vec<f64> = runs.iter().filter_map(|run| run.ms).collect();
    Times { count: times.len(), p50: percentile(&times, 0.5), p95: percentile(&times, 0.95) }
}

/// How it is now and since when, by all runs that are remembered, and by what was found before them and is there
/// still: a case fails at least since its oldest break counts.
fn now(all: &[Earlier], stretches: &[Stretch]) -> Option<Now> {
    let judged: Vec<&Earlier> = all.iter().rev().filter(|run| run.outcome != Outcome::Errored).collect();
    let outcome = judged.first()?.outcome;
    let so = judged.iter().take_while(|run| run.outcome == outcome).count();
    let (since, at_least) = (judged.get(so - 1)?.started, so == judged.len());
    let breaks = stretches.iter().filter(|stretch| {
        let Difference { severity, waived, .. } = stretch.difference;
        stretch.resolved.is_none() && severity == Severity::Breaking && !waived
    });
    let longer = breaks.map(|stretch| stretch.counts.unwrap_or(stretch.first));
    let longer = longer.filter(|_| at_least && outcome == Outcome::Failed).min();
    Some(Now {
        passes: outcome == Outcome::Passed,
        since: longer.map_or(since, |longer| longer.min(since)),
        at_least,
    })
}
