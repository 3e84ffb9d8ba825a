//! [`weigh`]: a case held against its past. Pure.
//!
//! A difference (kind and place) that the last run of the case on this target had is *known*, one that it
//! had not is *new*, and one that is there no more is *resolved*. Where the answer as a whole is another
//! one (another status, an error instead of success, no JSON), nothing is known of its parts, and where there
//! is no usable answer, nothing is known at all: what was open stays open.
//!
//! Flaky is what comes and goes while the contract stays: a case that went from passing to failing or back
//! at least [`FLIPS`] times within its last [`WINDOW`] runs with a usable answer, a difference that came
//! or went as often, and a case that passed only when it was tried again. A difference that is flaky is neither
//! new nor resolved, however often it comes; another one of a flaky case is new. Where a flaky one stays, in
//! [`STAYS`] runs and more than ever before, it is new in that run.
//!
//! A difference that counts for more than in the last run, because its waiver ended or its level rose, is
//! new: that it was let go says nothing of what counts now.

use std::cmp::Ordering;

use jiff::Timestamp;

use super::past::{Earlier, REMEMBERED, Stretch};
use super::{CaseRecord, Difference, Outcome, Past};

/// How many runs of a case are looked at, the new one included.
pub const WINDOW: usize = 10;
/// How many changes among them are flaky.
pub const FLIPS: usize = 3;
/// In how many runs on end a flaky difference is there before it is none any more.
pub const STAYS: u32 = 5;
/// In how many at most, however long it was there before.
const LONGEST_STAY: u32 = 10;

/// The finding that tells of time; only a run that passed says whether it is still there.
const LATENCY: &str = "latency.regression";

/// Findings that say that the answer as a whole is another one.
const WHOLE: &[&str] = &[
    "status.class_changed",
    "outcome.success_became_error",
    "outcome.error_became_success",
    "media_type.changed",
    "body.became_empty",
    "body.not_json",
    "body.not_xml",
    "body.root_type_changed",
];

/// A case held against its past.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Weighed {
    /// For each difference of the record, in their order, what it is.
    pub news: Vec<News>,
    /// What was there and is there no more.
    pub gone: Vec<Gone>,
    /// Whether and why the case is flaky.
    pub flaky: Option<Flaky>,
    /// The last run before that had a usable answer, where there is one.
    pub since: Option<Timestamp>,
}

/// What a difference is to whoever knows the last run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// It was not there, or did not count for as much.
    New,
    /// It is there since this run.
    Known(Timestamp),
    /// It comes and goes.
    Flaky,
}

/// A difference that is there no more.
#[derive(Debug, Clone, PartialEq)]
pub struct Gone {
    /// As it was.
    pub stretch: Stretch,
    /// Whether it comes and goes.
    pub flaky: bool,
}

/// Why a case is flaky.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flaky {
    /// How many of the runs failed.
    pub failed: usize,
    /// How many runs were looked at, the new one included.
    pub runs: usize,
    /// How often the verdict changed in them.
    pub flips: usize,
    /// How often the new run was tried again, where that made it pass.
    pub retries: u32,
}

/// Holds what a run found of a case against what earlier runs did.
pub fn weigh(past: &Past, now: &CaseRecord) -> Weighed {
    let since = last_usable(past);
    if now.outcome == Outcome::Errored {
        return Weighed { since, ..Weighed::default() };
    }
    let window = window(past, now);
    let flaky = flaky(&window, now);
    let news = now.differences.iter().map(|difference| news(past, now, difference)).collect();
    let gone = past.stretches.iter().filter(|stretch| stretch.resolved.is_none() && is_gone(stretch, now));
    let gone = gone.map(|stretch| {
        // A difference can only come or go after the first run that is looked at.
        let from = window.last().map(|run| run.started);
        let changes = changes(past, &stretch.difference, from) + 1;
        Gone { flaky: changes >= FLIPS && stretch.times < stay(past, stretch), stretch: stretch.clone() }
    });
    Weighed { news, gone: gone.collect(), flaky, since }
}

/// The last run that says anything of the API: one with a usable answer, or that saw what is still there.
fn last_usable(past: &Past) -> Option<Timestamp> {
    let judged = past.runs.iter().find(|run| run.outcome != Outcome::Errored).map(|run| run.started);
    judged.or_else(|| past.stretches.iter().map(|stretch| stretch.last).max())
}

fn news(past: &Past, now: &CaseRecord, difference: &Difference) -> News {
    let is_open = |stretch: &&Stretch| {
        stretch.resolved.is_none() && is_same(stretch, difference) && counts_as_much(stretch, difference)
    };
    let Some(open) = past.stretches.iter().find(is_open) else {
        let from = window(past, now).last().map(|run| run.started);
        return if changes(past, difference, from) + 1 >= FLIPS { News::Flaky } else { News::New };
    };
    // Whether it comes and goes is as it was when it came, or it were known in silence as the window moves on.
    let began = past.runs.iter().find(|run| run.started == open.first);
    let contract = began.map_or(now.contract, |run| run.contract);
    let before: Vec<&Earlier> = past.runs.iter().filter(|run| run.started < open.first).collect();
    let from = judged(&before, contract).last().map(|run| run.started);
    if changes(past, difference, from) < FLIPS {
        return News::Known(open.first);
    }
    match (open.times + 1).cmp(&stay(past, open)) {
        Ordering::Less => News::Flaky,
        Ordering::Equal => News::New,
        Ordering::Greater => News::Known(open.first),
    }
}

/// In how many runs the difference must be there to be flaky no more.
fn stay(past: &Past, open: &Stretch) -> u32 {
    let earlier = past.stretches.iter().filter(|stretch| {
        stretch.resolved.is_some_and(|end| end <= open.first) && is_same(stretch, &open.difference)
    });
    enough(earlier.map(|stretch| stretch.times).max().unwrap_or(0))
}

/// The same, by the longest time that it was there before. One that once lasted for months need not do so again.
pub(super) fn enough(longest: u32) -> u32 {
    longest.saturating_add(1).clamp(STAYS, LONGEST_STAY)
}

/// The runs with a usable answer that count, newest first, without the new one.
fn window<'p>(past: &'p Past, now: &CaseRecord) -> Vec<&'p Earlier> {
    judged(&past.runs.iter().collect::<Vec<_>>(), now.contract)
}

/// Those of these runs with a usable answer and that contract that are looked at beside the run after them.
fn judged<'p>(runs: &[&'p Earlier], contract: i64) -> Vec<&'p Earlier> {
    let same = runs.iter().take_while(|run| run.contract == contract);
    same.filter(|run| run.outcome != Outcome::Errored).take(WINDOW - 1).copied().collect()
}

fn flaky(window: &[&Earlier], now: &CaseRecord) -> Option<Flaky> {
    let retries = if now.outcome == Outcome::Passed { now.retries } else { 0 };
    let swings = swings(now.outcome, window);
    (swings.flips >= FLIPS || retries > 0).then_some(Flaky { retries, ..swings })
}

/// How a case went back and forth in this run and those that are looked at beside it.
fn swings(now: Outcome, window: &[&Earlier]) -> Flaky {
    let outcomes = std::iter::once(now).chain(window.iter().map(|run| run.outcome));
    let failed: Vec<bool> = outcomes.map(|outcome| outcome == Outcome::Failed).collect();
    Flaky {
        failed: failed.iter().filter(|failed| **failed).count(),
        runs: failed.len(),
        flips: flips(&failed),
        retries: 0,
    }
}

/// The last of these runs, oldest first, at which the verdict of the case was flaky, and how it was: what [`weigh`]
/// told then. `since` is the first that is looked at.
pub(super) fn last_swings(runs: &[Earlier], since: Timestamp) -> Option<(Timestamp, Flaky)> {
    let asked = runs.iter().enumerate().rev().take_while(|(_, run)| run.started >= since);
    let judged_of = |at: usize, run: &Earlier| {
        let before = runs.get(at.saturating_sub(REMEMBERED as usize)..at).unwrap_or_default();
        let before: Vec<&Earlier> = before.iter().rev().collect();
        (run.started, swings(run.outcome, &judged(&before, run.contract)))
    };
    let mut usable = asked.filter(|(_, run)| run.outcome != Outcome::Errored);
    usable.find_map(|(at, run)| Some(judged_of(at, run)).filter(|(_, swings)| swings.flips >= FLIPS))
}

/// How often neighbours differ.
pub(super) fn flips(values: &[bool]) -> usize {
    values.windows(2).filter(|pair| pair.first() != pair.last()).count()
}

/// How often the difference came or went since then, counting for as much.
fn changes(past: &Past, difference: &Difference, from: Option<Timestamp>) -> usize {
    let Some(from) = from else { return 0 };
    let of = past
        .stretches
        .iter()
        .filter(|stretch| is_same(stretch, difference) && counts_as_much(stretch, difference));
    of.map(|stretch| {
        usize::from(stretch.first > from) + usize::from(stretch.resolved.is_some_and(|end| end > from))
    })
    .sum()
}

fn is_same(stretch: &Stretch, difference: &Difference) -> bool {
    (&stretch.difference.kind, &stretch.difference.at) == (&difference.kind, &difference.at)
}

fn counts_as_much(stretch: &Stretch, difference: &Difference) -> bool {
    stretch.difference.weight() >= difference.weight()
}

/// Whether the run shows that the difference is there no more.
fn is_gone(stretch: &Stretch, now: &CaseRecord) -> bool {
    let Difference { kind, .. } = &stretch.difference;
    let is_part = kind.starts_with("body.") || kind.starts_with("error.");
    let is_another = now.differences.iter().any(|found| WHOLE.contains(&found.kind.as_str()));
    let is_silent = match kind.as_str() {
        LATENCY => now.ms.is_none(),
        _ => is_part && is_another,
    };
    !is_silent && !now.differences.iter().any(|found| is_same(stretch, found))
}
