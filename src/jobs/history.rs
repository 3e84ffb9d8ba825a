//! `uphold history`: what a history says.

use std::io::Write;
use std::path::PathBuf;

use jiff::Timestamp;

use super::JobError;
use crate::finding::CaseId;
use crate::history::Store;
use crate::plan::Selection;
use crate::report::ReportError;
use crate::report::history::{json, text};

/// What is asked.
#[derive(Debug, Clone)]
pub struct HistorySettings {
    /// The history.
    pub file: PathBuf,
    /// From when on.
    pub since: Timestamp,
    /// Which cases, in full; `None`: all, in short.
    pub wanted: Option<Selection>,
    /// Write JSON instead of text.
    pub json: bool,
}

/// Writes what the history says to `out`; false, and nothing written, where it knows of no such case since
/// then.
pub fn history(settings: &HistorySettings, out: &mut dyn Write) -> Result<bool, JobError> {
    let store = Store::read(&settings.file)?;
    let wanted = |case: &str| {
        let takes = |selection: &Selection| selection.takes(&CaseId::from_parts(&[case]), &[]);
        settings.wanted.as_ref().is_none_or(takes)
    };
    let answers = store.answers(settings.since, wanted)?;
    if answers.targets.is_empty() {
        return Ok(false);
    }
    let written = if settings.json {
        json::write(&answers, out)
    } else {
        text::write(out, &answers, settings.wanted.is_some())
    };
    written
        .or_else(|error| if error.kind() == std::io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
        .map_err(|error| JobError::Report(ReportError::Terminal(error)))?;
    Ok(true)
}
