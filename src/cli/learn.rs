//! `uphold learn`.

use clap::Args;

use super::Failure;
use super::args::SuiteArgs;
use super::exit::Exit;
use crate::jobs::Signals;
use crate::jobs::learn::{LearnSettings, learn};
use crate::report::schemas;

/// Write the schemas that the examples make into schemas/, and refresh them
///
/// Each item has a file for each status and outcome that its examples show in JSON. A run infers the
/// same schemas in memory; files can be read, reviewed and edited. A file that you edited or wrote is
/// never touched: where the examples no longer agree with it, `*.proposed.json` is written beside it.
/// A learned file whose examples are gone is removed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # every suite under cases/
  uphold learn

  # in CI: are the files those of the examples?
  uphold learn --check

  # schemas that refuse new members and new values; they stay so
  uphold learn zoho-crm --strict

Exit codes:
  0        done; with --check: nothing would change, or nothing was
           ever learned
  1        with --check: a file would change
  2        bad usage, unreadable input, or a file cannot be written")]
pub(super) struct LearnArgs {
    #[command(flatten)]
    suites: SuiteArgs,

    /// Write nothing; name each file that would change, and exit with 1 if there is one
    #[arg(long, help_heading = "Schemas")]
    check: bool,

    /// Refuse members that no example shows, and values other than the known ones
    ///
    /// Makes every learned file strict. Without it each stays as it was learned, and new ones are
    /// open; delete the files and run `learn` to have them open again.
    #[arg(long, help_heading = "Schemas")]
    strict: bool,
}

impl LearnArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let _ends_at_once = Signals::listen(super::give_up)?;
        let settings = LearnSettings { chosen: self.suites.chosen(), strict: self.strict, check: self.check };
        let learned = learn(&settings)?;
        let mut stdout = anstream::stdout().lock();
        Failure::unless_printed(schemas::text(&mut stdout, &learned, self.check))?;
        let changed = learned.iter().any(|suite| suite.changed() > 0);
        Ok(if self.check && changed { Exit::Failed } else { Exit::Passed })
    }
}
