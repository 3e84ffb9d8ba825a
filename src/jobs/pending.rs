//! The answers of a run that somebody must decide on.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::check::{SeenCodes, Verdict};
use crate::finding::Severity;
use crate::plan::Case;
use crate::redact::Redactor;
use crate::report::events::KeptRow;
use crate::report::pending::Pending;
use crate::report::waiting::PendingFolder;
use crate::send::Exchange;

/// Keeps the answers of a live run, and takes away what it has settled. Used on the workers, so that bodies are
/// dropped there.
#[derive(Debug)]
pub(super) struct Keeper {
    folder: PendingFolder,
    /// Where there was no folder before, there is nothing to take away.
    was_there: bool,
    at: String,
    fails_from: Severity,
    /// The suites of which answers can be decided on: of others nothing is kept.
    decidable: BTreeSet<String>,
    kept: Mutex<(usize, Option<String>)>,
}

impl Keeper {
    pub(super) fn new(
        dir: PathBuf,
        started: jiff::Timestamp,
        fails_from: Severity,
        decidable: BTreeSet<String>,
    ) -> Self {
        let folder = PendingFolder::at(dir);
        let was_there = folder.is_there();
        folder.sweep();
        Self { folder, was_there, at: format!("{started:.0}"), fails_from, decidable, kept: Mutex::default() }
    }

    /// Keeps the answer where somebody must decide on it; a case that is as it should be has nothing pending.
    /// Without a usable answer everything stays.
    pub(super) fn see(
        &self,
        case: &Case,
        exchange: &Exchange,
        verdict: &Verdict,
        codes: &SeenCodes,
        redactor: &Redactor,
    ) {
        let (Ok(answer), Verdict::Passed(findings) | Verdict::Failed(findings)) = (&exchange.result, verdict)
        else {
            return;
        };
        if !self.decidable.contains(case.id.suite()) {
            return;
        }
        let codes: BTreeSet<String> = codes.codes.iter().map(|code| code.code.clone()).collect();
        let made = Pending::of(case, findings, self.fails_from, answer, &codes, (&self.at, redactor));
        let done = match &made {
            Some(pending) => self.folder.put(pending),
            None if self.was_there => self.folder.remove(&case.id).map_err(|error| error.source),
            None => Ok(()),
        };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match done {
            Ok(()) => kept.0 += usize::from(made.is_some()),
            Err(error) => kept.1 = Some(error.to_string()),
        }
    }

    /// What to tell of it at the end: what was kept, or why nothing could be.
    pub(super) fn outcome(&self) -> Result<Option<KeptRow>, String> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = self.folder.path().display();
        match &*kept {
            (_, Some(why)) => Err(format!("pending answers cannot be kept in {folder}: {why}")),
            (0, None) => Ok(None),
            (answers, None) => Ok(Some(KeptRow { answers: *answers, folder: folder.to_string() })),
        }
    }
}
