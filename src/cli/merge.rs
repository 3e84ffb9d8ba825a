//! `uphold merge`.

use std::path::PathBuf;

use clap::Args;

use super::args::{StrictArgs, process_environment};
use super::exit::Exit;
use super::reports::ReportArgs;
use super::run::exit_of;
use super::{EXIT_CODES, Failure};
use crate::jobs::merge::{MergeSettings, merge};
use crate::report::Verbosity;

const EXAMPLES: &str = "\
Examples:
  # what four machines found (`uphold run --shard 1/4 --report json=…`)
  uphold merge shards/*.json

  # every run.json in a folder and below it, as artifacts of a CI are
  uphold merge shards/ --report junit=build/junit.xml,md=build/summary.md

  # other reports of a run that is over
  uphold merge reports/run.json --report junit=build/junit.xml";

/// Join the reports of shards into those of the whole run
///
/// Reads the run.json of every shard and writes what one run of all cases would have written, with its exit
/// code. Whether a case passed was decided where it ran. A shard that is missing or there twice, and
/// reports of different runs, are refused: then nothing is written.
#[derive(Debug, Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(super) struct MergeArgs {
    /// A run.json, or a folder: every one in it and below it
    #[arg(value_name = "REPORT", required = true)]
    inputs: Vec<PathBuf>,

    #[command(flatten)]
    strict: StrictArgs,
    #[command(flatten)]
    reports: ReportArgs,

    /// Print only what did not pass, and the summary
    #[arg(short, long, help_heading = "Reports")]
    quiet: bool,
}

impl MergeArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let settings = MergeSettings {
            inputs: self.inputs.clone(),
            no_skips: self.strict.no_skips,
            reports: self.reports.settings(&process_environment()),
            verbosity: if self.quiet { Verbosity::Quiet } else { Verbosity::Normal },
        };
        Ok(exit_of(&merge(&settings, &mut *self.reports.terminal())?))
    }
}
