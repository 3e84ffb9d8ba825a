//! The code catalogue: which result codes the examples of a suite document, which of them came in a
//! run, why the others did not, and which came that no example documents.
//!
//! It is made of the rows of a run when the run is over, so it holds whatever happened on the way:
//! an interrupt leaves rows of skipped cases, and a case of iteration data has one row for each row
//! of data.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::events::{CaseRow, DocumentedRow, RunStarted, ShardRow, VerdictRow};
use crate::plan::Recipe;

/// How many codes that no example documents are kept of one suite.
const MOST_UNKNOWN: usize = 100;

/// The result codes of one suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Catalogue<'r> {
    pub(super) suite: &'r str,
    /// What the examples document, in file order.
    pub(super) documented: Vec<Entry<'r>>,
    /// What came that none of them documents, in the order of the plan.
    pub(super) unknown: Vec<Unknown<'r>>,
    /// How often others came that are not kept.
    pub(super) unknown_more: usize,
}

/// A documented code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry<'r> {
    pub(super) row: &'r DocumentedRow,
    pub(super) state: State,
    /// The number of cases whose answers had it.
    pub(super) seen_in: usize,
    /// Why it was not seen, where the state alone does not say it.
    pub(super) reason: Option<String>,
}

/// What became of a documented code. Where several cases document one that none of them got, the
/// first of these states that one of them is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum State {
    /// It came.
    Seen,
    /// A case got another answer.
    Failed,
    /// A case got no usable answer.
    Errored,
    /// A case passed without it: its code is not compared.
    NotCompared,
    /// A case was not sent.
    Skipped,
    /// No recipe gives this answer.
    NoRecipe,
    /// Its cases are in other shards of the run.
    OtherShard,
    /// Its cases are not among those of this run.
    NotSelected,
}

impl State {
    /// The state in words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Failed => "answered otherwise",
            Self::Errored => "no usable answer",
            Self::NotCompared => "not compared",
            Self::Skipped => "skipped",
            Self::NoRecipe => "no recipe",
            Self::OtherShard => "in another shard",
            Self::NotSelected => "not selected",
        }
    }
}

/// A code that no example documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unknown<'r> {
    pub(super) code: &'r str,
    /// Where it first came.
    pub(super) at: &'r str,
    /// The case that got it first.
    pub(super) case: &'r str,
    /// The number of cases that got it.
    pub(super) seen_in: usize,
}

/// The catalogue of every suite that documents codes or got some.
pub(super) fn catalogues<'r>(started: &'r RunStarted, cases: &[&'r CaseRow]) -> Vec<Catalogue<'r>> {
    let mut of_suite: HashMap<&str, Vec<&CaseRow>> = HashMap::new();
    for row in cases {
        of_suite.entry(row.suite.as_str()).or_default().push(row);
    }
    let suites = started.codes.iter();
    suites
        .map(|suite| {
            let rows = of_suite.get(suite.suite.as_str()).map_or(&[][..], Vec::as_slice);
            catalogue(&suite.suite, &suite.documented, rows, started.whole.shard.as_ref())
        })
        .filter(|catalogue| !catalogue.documented.is_empty() || !catalogue.unknown.is_empty())
        .collect()
}

fn catalogue<'r>(
    suite: &'r str,
    documented: &'r [DocumentedRow],
    rows: &[&'r CaseRow],
    shard: Option<&ShardRow>,
) -> Catalogue<'r> {
    let mut seen_in: HashMap<&str, usize> = documented.iter().map(|row| (row.code.as_str(), 0)).collect();
    let mut unknown: IndexMap<&str, Unknown<'r>> = IndexMap::new();
    let mut unknown_more = 0;
    for row in rows {
        unknown_more += row.codes.more;
        let mut counted: Vec<&str> = Vec::new();
        for seen in &row.codes.codes {
            if counted.contains(&seen.code.as_str()) {
                continue;
            }
            counted.push(&seen.code);
            if let Some(number) = seen_in.get_mut(seen.code.as_str()) {
                *number += 1;
            } else if unknown.len() < MOST_UNKNOWN || unknown.contains_key(seen.code.as_str()) {
                let first = Unknown { code: &seen.code, at: &seen.at, case: &row.id, seen_in: 0 };
                unknown.entry(&seen.code).or_insert(first).seen_in += 1;
            } else {
                unknown_more += 1;
            }
        }
    }
    let mut by_case: HashMap<&str, Vec<&CaseRow>> = HashMap::new();
    for row in rows {
        by_case.entry(without_row(&row.id)).or_default().push(row);
    }
    let entry = |row: &'r DocumentedRow| {
        let seen_in = seen_in.get(row.code.as_str()).copied().unwrap_or(0);
        let (state, reason) = if seen_in > 0 { (State::Seen, None) } else { unseen(row, &by_case, shard) };
        Entry { row, state, seen_in, reason }
    };
    let unknown = unknown.into_values().collect();
    Catalogue { suite, documented: documented.iter().map(entry).collect(), unknown, unknown_more }
}

/// The id without a row of iteration data.
fn without_row(id: &str) -> &str {
    id.split('[').next().unwrap_or_default()
}

/// Why a code did not come.
fn unseen(
    row: &DocumentedRow,
    by_case: &HashMap<&str, Vec<&CaseRow>>,
    shard: Option<&ShardRow>,
) -> (State, Option<String>) {
    let rows = row.cases.iter().filter_map(|id| by_case.get(id.as_str())).flatten();
    let is_elsewhere = shard.is_some_and(|shard| row.cases.iter().any(|id| shard.elsewhere.contains(id)));
    let without = if is_elsewhere { State::OtherShard } else { State::NotSelected };
    rows.map(|row| of_row(row)).min_by_key(|(state, _)| *state).unwrap_or((without, None))
}

fn of_row(row: &CaseRow) -> (State, Option<String>) {
    match row.verdict {
        VerdictRow::Passed => (State::NotCompared, None),
        VerdictRow::Failed => {
            let worst = row.findings.iter().rev().max_by_key(|finding| finding.severity);
            (
                State::Failed,
                worst.map(|finding| format!("{} {}", finding.id, finding.at).trim_end().to_owned()),
            )
        }
        VerdictRow::Errored => (State::Errored, row.reason.clone()),
        VerdictRow::Skipped if row.recipe == Recipe::None.to_string() => {
            (State::NoRecipe, row.reason.clone())
        }
        VerdictRow::Skipped => (State::Skipped, row.reason.clone()),
    }
}
