//! `uphold accept`.

use clap::Args;

use super::Failure;
use super::decide::{ChoiceArgs, PendingArgs, may_write, workspace};
use super::exit::Exit;
use super::run::FailOn;
use crate::finding::Severity;
use crate::jobs::Signals;
use crate::jobs::accept::{AcceptSettings, Accepted, accept};

/// Accept answers: what a case got is what it expects from now on
///
/// Takes answers that a run kept in reports/pending. Status, header fields, media type and result code of an
/// accepted answer are those of its case from now on, its body widens the schema, and learned schema files are
/// refreshed. It is written below cases/SUITE/accepted/, with stand-ins for ids, times, tokens and personal
/// values; collection and suite.toml stay as they are. Nothing is written unless the answer is clean then. An
/// answer is accepted as a whole: each finding from a warning on must be chosen.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # one answer, and before that what would change
  uphold accept --case '*::get_order::ok' --dry-run
  uphold accept --case '*::get_order::ok'

  # every answer that has nothing else than this
  uphold accept --id body.enum.new_value --path /orders/*/state

  # all but what breaks clients
  uphold accept --all

  # it stands instead of the saved example
  uphold accept --case '*::get_order::ok' --replace

Exit codes:
  0        every chosen answer was accepted
  1        one was not, or a file of them cannot be used; the line says why
  2        bad usage, unreadable input, or a file cannot be written;
           then no file of the suite has changed
  4        nothing was chosen")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(super) struct AcceptArgs {
    #[command(flatten)]
    choice: ChoiceArgs,

    /// Every pending answer; without --max-level nothing that breaks clients
    #[arg(long, help_heading = "Selection")]
    all: bool,

    /// The gravest finding that may be accepted; with --all warning, else breaking
    #[arg(long, value_name = "LEVEL", help_heading = "Selection")]
    max_level: Option<FailOn>,

    /// It stands instead of the saved example and of what was accepted before
    #[arg(long, help_heading = "Accepting")]
    replace: bool,

    /// Write nothing; show what would change
    #[arg(long, help_heading = "Accepting")]
    dry_run: bool,

    /// Write also where the variable CI is set
    #[arg(long, help_heading = "Accepting")]
    force_write: bool,

    #[command(flatten)]
    pending: PendingArgs,
}

impl AcceptArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let _ends_at_once = Signals::listen(super::give_up)?;
        if !self.all && !self.choice.is_given() {
            return Err(Failure::usage("nothing is chosen").with_hint(
                "give --case GLOB, --id ID, --path PATH or --all; `uphold review --list` shows what waits",
            ));
        }
        let (workspace, inputs) = workspace();
        may_write(&inputs, self.force_write || self.dry_run)?;
        let usual = if self.all { Severity::Warning } else { Severity::Breaking };
        let Accepted { report, failure } = accept(&AcceptSettings {
            workspace,
            inputs,
            pending: self.pending.pending.clone(),
            choice: self.choice.choice(self.max_level.map_or(usual, FailOn::severity)),
            replace: self.replace,
            dry: self.dry_run,
            now: jiff::Timestamp::now(),
        })?;
        Failure::unless_printed(report.write(&mut anstream::stdout().lock()))?;
        if let Some(failure) = failure {
            return Err(failure.into());
        }
        Ok(match report.counts() {
            _ if !report.unusable.is_empty() => Exit::Failed,
            [0, 0, 0] => Exit::NothingRan,
            [_, 0, 0] => Exit::Passed,
            _ => Exit::Failed,
        })
    }
}
