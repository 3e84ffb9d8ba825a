//! Adding a run, and forgetting what is old: one transaction.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};

use super::record::{outcome_number, severity_number};
use super::{CaseRecord, Difference, HistoryError, RunRecord, Store, Weighed};

impl Store {
    /// Adds a run with what it came to for each of its cases, and takes away runs that started more than
    /// `keep` before it; the file shrinks with them. A difference that is still there is kept, however
    /// long ago it came.
    ///
    /// All of it is in the file when this returns, or nothing, whatever happens. Another run that is added
    /// at the same time waits for this one.
    pub fn add(
        &mut self,
        run: &RunRecord,
        weighed: &[Weighed],
        keep: SignedDuration,
    ) -> Result<(), HistoryError> {
        self.add_all(run, weighed, keep).map_err(|error| self.error(error))
    }

    fn add_all(
        &mut self,
        run: &RunRecord,
        weighed: &[Weighed],
        keep: SignedDuration,
    ) -> rusqlite::Result<()> {
        let changes = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let started = run.started.as_millisecond();
        let took = i64::try_from(run.duration.as_millis()).unwrap_or(i64::MAX);
        changes.execute("INSERT INTO run (started, duration_ms) VALUES (?1, ?2)", (started, took))?;
        let id = changes.last_insert_rowid();
        for (case, weighed) in run.cases.iter().zip(weighed) {
            add_case(&changes, id, run.started, case, weighed)?;
        }
        let oldest = run.started.checked_sub(keep).unwrap_or(Timestamp::MIN);
        forget(&changes, oldest)?;
        changes.commit()
    }
}

fn add_case(
    changes: &Transaction<'_>,
    run: i64,
    started: Timestamp,
    case: &CaseRecord,
    weighed: &Weighed,
) -> rusqlite::Result<()> {
    let started = started.as_millisecond();
    let subject = subject(changes, &case.target, &case.case, started)?;
    changes
        .prepare_cached(
            "INSERT INTO verdict (subject, started, run, outcome, attempts, retries, ms, contract) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            subject,
            started,
            run,
            outcome_number(case.outcome),
            case.attempts,
            case.retries,
            case.ms,
            case.contract
        ])?;
    for difference in &case.differences {
        seen(changes, subject, started, difference)?;
    }
    for gone in &weighed.gone {
        let Difference { kind, at, .. } = &gone.stretch.difference;
        // Unless a run that started later saw it.
        changes.execute(
            "UPDATE finding SET resolved = ?4 \
             WHERE subject = ?1 AND kind = ?2 AND place = ?3 AND resolved IS NULL AND last_seen < ?4",
            params![subject, kind, at, started],
        )?;
    }
    Ok(())
}

fn subject(changes: &Transaction<'_>, target: &str, case: &str, started: i64) -> rusqlite::Result<i64> {
    let mut find = changes.prepare_cached("SELECT id FROM subject WHERE target = ?1 AND name = ?2")?;
    if let Some(id) = find.query_row([target, case], |row| row.get(0)).optional()? {
        // Sent, it is there.
        changes
            .prepare_cached(
                "UPDATE subject SET gone = NULL, begun = min(ifnull(begun, ?2), ?2) \
                 WHERE id = ?1 AND (gone IS NOT NULL OR begun IS NULL OR begun > ?2)",
            )?
            .execute((id, started))?;
        return Ok(id);
    }
    changes
        .execute("INSERT INTO subject (target, name, begun) VALUES (?1, ?2, ?3)", (target, case, started))?;
    Ok(changes.last_insert_rowid())
}

/// The stretch that is open grows, or a new one begins.
fn seen(changes: &Transaction<'_>, subject: i64, started: i64, found: &Difference) -> rusqlite::Result<()> {
    let Difference { kind, at, severity, expected, actual, waived } = found;
    changes
        .prepare_cached(
            "INSERT INTO finding \
             (subject, kind, place, severity, expected, actual, first_seen, last_seen, times, waived) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1, ?8) \
             ON CONFLICT (subject, kind, place) WHERE resolved IS NULL DO UPDATE SET \
             severity = excluded.severity, expected = excluded.expected, actual = excluded.actual, \
             waived = excluded.waived, \
             counts = CASE WHEN excluded.last_seen > last_seen \
             AND (1 - excluded.waived, excluded.severity) > (1 - waived, severity) \
             THEN excluded.last_seen ELSE counts END, \
             first_seen = min(first_seen, excluded.first_seen), \
             last_seen = max(last_seen, excluded.last_seen), times = times + 1",
        )?
        .execute(params![subject, kind, at, severity_number(*severity), expected, actual, started, waived])?;
    Ok(())
}

/// Runs that started before `oldest`, findings that nobody saw since then, cases of which nothing is left.
fn forget(changes: &Transaction<'_>, oldest: Timestamp) -> rusqlite::Result<()> {
    let oldest = oldest.as_millisecond();
    let gone = changes.execute("DELETE FROM run WHERE started < ?1", [oldest])?;
    if gone == 0 {
        return Ok(());
    }
    changes.execute("DELETE FROM verdict WHERE started < ?1", [oldest])?;
    changes.execute("DELETE FROM finding WHERE last_seen < ?1", [oldest])?;
    changes.execute(
        "DELETE FROM subject WHERE id NOT IN (SELECT subject FROM verdict) \
         AND id NOT IN (SELECT subject FROM finding)",
        [],
    )?;
    Ok(())
}
