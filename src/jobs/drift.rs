//! `uphold drift`: a run with memory.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use jiff::SignedDuration;

use super::JobError;
use super::memory::Memory;
use super::run::{RunOutcome, RunSettings, remembering};
use crate::history::{Opened, Store};
use crate::report::ReportError;
use crate::report::drift::Kept;
use crate::report::escape;

/// What a run with memory is told.
#[derive(Debug, Clone)]
pub struct DriftSettings {
    /// The run.
    pub run: RunSettings,
    /// The history.
    pub file: PathBuf,
    /// How long runs are remembered.
    pub keep: SignedDuration,
    /// Only what is new fails a case, from the level of the run on.
    pub only_new: bool,
}

/// What came of a run with memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DriftOutcome {
    /// The run.
    pub run: RunOutcome,
    /// Whether the history was read and the run is in it.
    pub remembered: bool,
}

/// Runs the chosen suites, tells what is new since the runs before, and remembers it.
///
/// Fails before anything is sent where the history is of a newer version or of another program. One that
/// is damaged is set aside; where it can be neither read nor written, the run goes on without, and its
/// outcome says so. What is new, known and resolved is told whenever a case was judged, also where the run then
/// fails because of a report that cannot be written.
pub fn drift(settings: &DriftSettings, terminal: &mut dyn Write) -> Result<DriftOutcome, JobError> {
    let started = settings.run.started;
    let mut unusable = None;
    let store = match Store::open(&settings.file, started) {
        Ok(Opened { store, set_aside }) => {
            if let Some(aside) = set_aside {
                let aside = aside.to_string_lossy();
                say(terminal, &format!("the history is damaged: set aside as {aside}, a new one begins"))?;
            }
            Some(store)
        }
        Err(error) if error.is_refusal() => return Err(error.into()),
        Err(error) => {
            say(terminal, &format!("{error}: everything counts as new"))?;
            unusable = Some(error.to_string());
            None
        }
    };
    let mut memory = Memory::new(started, store, settings.run.fail_on, settings.only_new);
    let clock = Instant::now();
    let ran = remembering(&settings.run, Some(&mut memory), terminal);
    // What was seen is remembered and told also where a report cannot be written.
    let has_sent = memory.has_sent();
    let (report, added) = memory.keep(clock.elapsed(), settings.keep);
    let failure = unusable.or_else(|| report.unread.clone()).or_else(|| Some(added.err()?.to_string()));
    let kept = match &failure {
        Some(why) => Kept::No(why.clone()),
        None if has_sent => Kept::In(settings.file.clone()),
        None => Kept::Nothing,
    };
    let told = match &ran {
        // It ended before any case did: there is nothing to tell.
        Err(_) if !has_sent => Ok(()),
        // Where both fail, the first failure is told.
        Ok(_) | Err(_) => printed(report.text(terminal, &kept)),
    };
    let run = ran?;
    told?;
    Ok(DriftOutcome { run, remembered: failure.is_none() })
}

fn say(terminal: &mut dyn Write, warning: &str) -> Result<(), JobError> {
    printed(writeln!(terminal, "warning: {}", escape::line(warning)))
}

/// A terminal that went away does not stop the run.
fn printed(printed: std::io::Result<()>) -> Result<(), JobError> {
    match printed {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(JobError::Report(ReportError::Terminal(error)))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
