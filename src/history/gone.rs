//! Cases that are in the collection no more.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::TransactionBehavior;

use super::past::time;
use super::{HistoryError, Store};

/// A case that ran and is in its collection no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// Where it was sent.
    pub target: String,
    /// Its id, with its row where it had one.
    pub case: String,
    /// The start of its last run, where that is remembered.
    pub last: Option<Timestamp>,
}

impl Store {
    /// The cases of a suite that were sent to this target, are not among `there` (ids without rows of data), and of
    /// which that was not told yet; by id.
    pub fn lost(
        &self,
        target: &str,
        suite: &str,
        there: &BTreeSet<String>,
    ) -> Result<Vec<Lost>, HistoryError> {
        let read = || -> rusqlite::Result<Vec<Lost>> {
            let mut known = self.db.prepare(
                "SELECT name, (SELECT max(started) FROM verdict WHERE subject = subject.id) FROM subject \
                 WHERE target = ?1 AND gone IS NULL ORDER BY name",
            )?;
            let mut rows = known.query([target])?;
            let mut lost = Vec::new();
            while let Some(row) = rows.next()? {
                let case: String = row.get(0)?;
                let base = case.split('[').next().unwrap_or_default();
                let is_of_suite = base.strip_prefix(suite).is_some_and(|rest| rest.starts_with("::"));
                if !is_of_suite || there.contains(base) {
                    continue;
                }
                let ran = row.get::<_, Option<i64>>(1)?.map(|_| time(row, 1)).transpose()?;
                lost.push(Lost { target: target.to_owned(), case, last: ran });
            }
            Ok(lost)
        };
        read().map_err(|error| self.error(error))
    }

    /// The cases of suites that are not among these, wherever they were sent, of which that was not told yet; by
    /// target and id. A collection file by itself is remembered under a target with its path (` (`), and is no suite
    /// that could be gone.
    pub fn lost_suites(&self, there: &BTreeSet<&str>) -> Result<Vec<Lost>, HistoryError> {
        let read = || -> rusqlite::Result<Vec<Lost>> {
            let mut known = self.db.prepare(
                "SELECT name, (SELECT max(started) FROM verdict WHERE subject = subject.id), target FROM subject \
                 WHERE gone IS NULL AND instr(target, ' (') = 0 ORDER BY target, name",
            )?;
            let mut rows = known.query([])?;
            let mut lost = Vec::new();
            while let Some(row) = rows.next()? {
                let case: String = row.get(0)?;
                if case.split_once("::").is_some_and(|(suite, _)| !there.contains(suite)) {
                    let ran = row.get::<_, Option<i64>>(1)?.map(|_| time(row, 1)).transpose()?;
                    lost.push(Lost { target: row.get(2)?, case, last: ran });
                }
            }
            Ok(lost)
        };
        read().map_err(|error| self.error(error))
    }

    /// Remembers that these cases are gone since the run that started then, so that it is told once. A case that is
    /// sent again is there again.
    pub fn lose(&mut self, lost: &[Lost], since: Timestamp) -> Result<(), HistoryError> {
        let mut write = || -> rusqlite::Result<()> {
            let changes = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for Lost { target, case, .. } in lost {
                changes.execute(
                    "UPDATE subject SET gone = ?3 WHERE target = ?1 AND name = ?2 AND gone IS NULL",
                    (target, case, since.as_millisecond()),
                )?;
            }
            changes.commit()
        };
        write().map_err(|error| self.error(error))
    }
}
