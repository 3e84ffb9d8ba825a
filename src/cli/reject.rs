//! `uphold reject`.

use std::io::Write as _;

use clap::Args;

use super::Failure;
use super::decide::{ChoiceArgs, PendingArgs, may_write, workspace};
use super::exit::Exit;
use crate::finding::Severity;
use crate::jobs::Signals;
use crate::jobs::review::{Rejected, reject};
use crate::report::waiting::tell;

/// Take pending answers away: the API is wrong, and nothing is decided
///
/// Only files in reports/pending are removed. The cases fail in the next run as before.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  uphold reject --case '*::get_order::*'
  uphold reject --all

Exit codes:
  0        taken away
  1        a file of them cannot be used, and stays; the line says why
  2        bad usage or unreadable input
  4        nothing was chosen")]
pub(super) struct RejectArgs {
    #[command(flatten)]
    choice: ChoiceArgs,

    /// Every pending answer
    #[arg(long, help_heading = "Selection")]
    all: bool,

    /// Write also where the variable CI is set
    #[arg(long, help_heading = "Rejecting")]
    force_write: bool,

    #[command(flatten)]
    pending: PendingArgs,
}

impl RejectArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let _ends_at_once = Signals::listen(super::give_up)?;
        if !self.all && !self.choice.is_given() {
            return Err(Failure::usage("nothing is chosen").with_hint(
                "give --case GLOB, --id ID, --path PATH or --all; `uphold review --list` shows what waits",
            ));
        }
        may_write(&workspace().1, self.force_write)?;
        let folder = &self.pending.pending;
        let Rejected { gone, unusable, .. } = reject(folder, &self.choice.choice(Severity::Breaking))?;
        let mut stdout = anstream::stdout().lock();
        let told = tell(&unusable, &mut stdout).and_then(|()| writeln!(stdout, "{gone} rejected"));
        Failure::unless_printed(told)?;
        Ok(match gone {
            _ if !unusable.is_empty() => Exit::Failed,
            0 => Exit::NothingRan,
            _ => Exit::Passed,
        })
    }
}
