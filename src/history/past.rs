//! [`Past`]: what is known of one case on one target.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Statement};

use super::record::{outcome_of, severity_of};
use super::{Difference, HistoryError, Outcome, Store};

/// How many earlier runs of a case are looked at.
pub(super) const REMEMBERED: u32 = 20;

/// What is known of one case on one target; of a case that never ran, nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Past {
    /// Its last runs, newest first.
    pub runs: Vec<Earlier>,
    /// The differences that are there still, and those that ended within these runs.
    pub stretches: Vec<Stretch>,
}

/// What came of an earlier run of a case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Earlier {
    /// When the run started.
    pub started: Timestamp,
    /// What came of the case.
    pub outcome: Outcome,
    /// How often it was tried again.
    pub retries: u32,
    /// How long it took, in milliseconds, where it passed at once.
    pub ms: Option<f64>,
    /// What the answer had to be.
    pub contract: i64,
}

/// A time in which a difference was there.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// The difference, as it was last.
    pub difference: Difference,
    /// The start of the first run that saw it.
    pub first: Timestamp,
    /// The start of the last run that saw it.
    pub last: Timestamp,
    /// In how many runs it was seen.
    pub times: u32,
    /// The start of the first run after them that did not; `None` while it is there.
    pub resolved: Option<Timestamp>,
    /// The start of the last run in which it counted for more than in the one before: its waiver had ended, or its
    /// level had risen.
    pub counts: Option<Timestamp>,
}

impl Past {
    /// How long the case took in its earlier runs, where it passed at once; in milliseconds.
    pub fn times(&self) -> Vec<f64> {
        self.runs.iter().filter_map(|run| run.ms).collect()
    }
}

impl Store {
    /// The past of each of these (target, id of a case), in their order. Runs that started after `before`
    /// are not looked at.
    pub fn pasts<'c>(
        &self,
        cases: impl IntoIterator<Item = (&'c str, &'c str)>,
        before: Timestamp,
    ) -> Result<Vec<Past>, HistoryError> {
        let read = || -> rusqlite::Result<Vec<Past>> {
            let mut subject = self.db.prepare("SELECT id FROM subject WHERE target = ?1 AND name = ?2")?;
            let mut runs = self.db.prepare(
                "SELECT started, outcome, retries, ms, contract FROM verdict \
                 WHERE subject = ?1 AND started <= ?2 ORDER BY started DESC, run DESC LIMIT ?3",
            )?;
            let mut stretches =
                self.db.prepare(&format!("SELECT {} FROM finding WHERE subject = ?1", self.stretch))?;
            cases
                .into_iter()
                .map(|(target, case)| {
                    let id: Option<i64> = subject.query_row([target, case], |row| row.get(0)).optional()?;
                    match id {
                        Some(id) => past(id, before, &mut runs, &mut stretches),
                        None => Ok(Past::default()),
                    }
                })
                .collect()
        };
        read().map_err(|error| self.error(error))
    }
}

fn past(
    id: i64,
    before: Timestamp,
    runs: &mut Statement<'_>,
    stretches: &mut Statement<'_>,
) -> rusqlite::Result<Past> {
    let runs: Vec<Earlier> = runs
        .query_map((id, before.as_millisecond(), REMEMBERED), earlier)?
        .collect::<rusqlite::Result<_>>()?;
    let oldest = runs.last().map(|run| run.started);
    let mut stretches: Vec<Stretch> =
        stretches.query_map([id], |row| stretch(row, 0))?.collect::<rusqlite::Result<_>>()?;
    stretches.retain(|stretch| {
        // What came later is not known yet: the clock went back.
        stretch.first <= before && stretch.resolved.is_none_or(|at| Some(at) >= oldest)
    });
    for stretch in &mut stretches {
        stretch.last = stretch.last.min(before);
    }
    Ok(Past { runs, stretches })
}

/// The columns started, outcome, retries, ms, contract.
pub(super) fn earlier(row: &Row<'_>) -> rusqlite::Result<Earlier> {
    Ok(Earlier {
        started: time(row, 0)?,
        outcome: known(row, 1, outcome_of)?,
        retries: row.get(2)?,
        ms: row.get(3)?,
        contract: row.get(4)?,
    })
}

/// The columns that a [`Store`] has for a stretch, the first of them at this position.
pub(super) fn stretch(row: &Row<'_>, first: usize) -> rusqlite::Result<Stretch> {
    Ok(Stretch {
        difference: Difference {
            kind: row.get(first)?,
            at: row.get(first + 1)?,
            severity: known(row, first + 2, severity_of)?,
            expected: row.get(first + 3)?,
            actual: row.get(first + 4)?,
            waived: row.get(first + 9)?,
        },
        first: time(row, first + 5)?,
        last: time(row, first + 6)?,
        times: row.get(first + 7)?,
        resolved: perhaps(row, first + 8)?,
        counts: perhaps(row, first + 10)?,
    })
}

/// A time of the file, where there is one.
pub(super) fn perhaps(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    row.get::<_, Option<i64>>(column)?.map(|_| time(row, column)).transpose()
}

/// A time of the file.
pub(super) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    known(row, column, |millis| Timestamp::from_millisecond(millis).ok())
}

/// A number of the file that stands for something.
pub(super) fn known<T>(row: &Row<'_>, column: usize, read: impl Fn(i64) -> Option<T>) -> rusqlite::Result<T> {
    let number: i64 = row.get(column)?;
    read(number).ok_or(rusqlite::Error::IntegralValueOutOfRange(column, number))
}
