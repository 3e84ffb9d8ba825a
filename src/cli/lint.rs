//! `uphold lint`.

use clap::Args;

use super::Failure;
use super::args::SuiteArgs;
use super::exit::Exit;
use crate::jobs::Signals;
use crate::jobs::lint::lint;
use crate::report::listing;

/// Show what is wrong with the collections
///
/// That is: examples that are never sent, names that differ from result codes, bodies that are no
/// JSON, oddities of the files, scripts that are not run. Nothing is sent. Lints are advice: the exit
/// code is 0 wherever the files can be read.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # every suite under cases/
  uphold lint

  # a lone file with its environment
  uphold lint shop.postman_collection.json -e dev.postman_environment.json")]
pub(super) struct LintArgs {
    #[command(flatten)]
    suites: SuiteArgs,
}

impl LintArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let _ends_at_once = Signals::listen(super::give_up)?;
        let lints = lint(&self.suites.chosen())?;
        let mut stdout = anstream::stdout().lock();
        Failure::unless_printed(listing::lints(&mut stdout, &lints))?;
        Ok(Exit::Passed)
    }
}
