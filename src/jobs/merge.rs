//! `uphold merge`: the reports of shards become the reports of the whole run.

use std::io::Write;
use std::path::PathBuf;

use super::run::RunOutcome;
use super::{Interrupt, JobError};
use crate::report::events::Event;
use crate::report::merge::{find, load, merge as joined};
use crate::report::{Outputs, ReportSettings, Reporter, Terminal, Verbosity};

/// What is joined, and where to.
#[derive(Debug, Clone)]
pub struct MergeSettings {
    /// Files, or folders of files.
    pub inputs: Vec<PathBuf>,
    /// A case that was skipped without being asked for fails the run, whatever was said where it ran.
    pub no_skips: bool,
    /// Files and annotations.
    pub reports: ReportSettings,
    /// How much the terminal shows.
    pub verbosity: Verbosity,
}

/// Joins the reports, and writes what a run of all their cases would have written; the outcome is that of such a run.
///
/// Fails before anything is written where a report cannot be read, or they are not all of one run.
pub fn merge(settings: &MergeSettings, terminal: &mut dyn Write) -> Result<RunOutcome, JobError> {
    let found = find(&settings.inputs)?;
    for output in &settings.reports.outputs {
        let full = |path: &PathBuf| path.canonicalize().ok();
        let is_over = |input: &PathBuf| full(input).is_some() && full(input) == full(&output.path);
        if found.iter().any(|input| is_over(&input.path)) {
            return Err(JobError::OverReport { file: output.path.clone() });
        }
    }
    let mut run = joined(load(&found)?)?;
    run.finished.no_skips |= settings.no_skips;
    let outputs = Outputs::open(&settings.reports.outputs)?;
    let terminal = Terminal::new(terminal, true, settings.verbosity);
    let mut reporter = Reporter::new(terminal, outputs, &settings.reports);
    reporter.event(&Event::Started(&run.started))?;
    run.cases.iter().try_for_each(|row| reporter.event(&Event::Case(row)))?;
    reporter.event(&Event::Finished(&run.finished))?;
    let interrupted = run.finished.interrupted.and_then(Interrupt::named);
    let forbidden_skips = run.run().forbidden_skips();
    Ok(RunOutcome { summary: run.finished.summary, interrupted, forbidden_skips, others_send: false })
}
