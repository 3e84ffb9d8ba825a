//! `uphold diff`: two recorded answers or two collections, compared without a server.

use std::io::Write;
use std::path::PathBuf;
use std::thread;

use super::JobError;
use crate::compare::{CompareError, Comparison, Side, answers, collections, read};
use crate::finding::Severity;
use crate::redact::{Redactor, tokens_in};
use crate::report::ReportError;
use crate::report::diff::{DiffReport, json, text};
use crate::suite::secrets;

/// What is compared, and how.
#[derive(Debug, Clone)]
pub struct DiffSettings {
    /// The old answer, answers or collection.
    pub old: PathBuf,
    /// The new answer or collection.
    pub new: PathBuf,
    /// Compare values, too.
    pub values: bool,
    /// Write JSON instead of text.
    pub json: bool,
}

/// Compares the two, writes what differs to `out`, and gives the gravest level; `None` where nothing
/// differs.
pub fn diff(settings: &DiffSettings, out: &mut dyn Write) -> Result<Option<Severity>, JobError> {
    let (old, new) = both(settings)?;
    let redactor = Redactor::new([&old, &new].into_iter().flat_map(secrets_of));
    let is_answers = matches!(new, Side::Answers(_));
    let comparison = compare(settings, &old, &new)?;
    let report = DiffReport::new(&settings.new, is_answers, &comparison, &redactor);
    let written = if settings.json { json::write(&report, out) } else { text::write(out, &report, true) };
    written
        .or_else(|error| if error.kind() == std::io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
        .map_err(|error| JobError::Report(ReportError::Terminal(error)))?;
    Ok(report.findings().map(|finding| finding.severity).max())
}

/// Reads both files at the same time; of two errors the first file's counts.
fn both(settings: &DiffSettings) -> Result<(Side, Side), CompareError> {
    let (old, new) = thread::scope(|scope| {
        let new = scope.spawn(|| read(&settings.new));
        let old = read(&settings.old);
        (old, new.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    Ok((old?, new?))
}

fn compare(settings: &DiffSettings, old: &Side, new: &Side) -> Result<Comparison, CompareError> {
    let mixed = |answer: &PathBuf, collection: &PathBuf| CompareError::Mixed {
        answer: answer.clone(),
        collection: collection.clone(),
    };
    match (old, new) {
        (Side::Answers(old), Side::Answers(new)) => match new.as_slice() {
            [new] => answers(old, new, settings.values),
            several => Err(CompareError::SeveralNew { file: settings.new.clone(), count: several.len() }),
        },
        (Side::Collection(old), Side::Collection(new)) => collections(old, new, settings.values),
        (Side::Answers(_), Side::Collection(_)) => Err(mixed(&settings.old, &settings.new)),
        (Side::Collection(_), Side::Answers(_)) => Err(mixed(&settings.new, &settings.old)),
    }
}

fn secrets_of(side: &Side) -> Vec<String> {
    match side {
        Side::Answers(answers) => {
            answers.iter().flat_map(|answer| tokens_in(answer.body.as_deref().unwrap_or_default())).collect()
        }
        Side::Collection(collection) => secrets::of_collection(collection),
    }
}
