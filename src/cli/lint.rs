//! `uphold lint`.

use clap::{Args, ValueEnum};

use super::Failure;
use super::args::SuiteArgs;
use super::exit::Exit;
use crate::finding::Severity;
use crate::jobs::Signals;
use crate::jobs::lint::lint;
use crate::plan::lint::Lint;
use crate::report::listing;

/// Show what is wrong with the collections
///
/// That is: examples that are never sent and what would cure it, variables that are defined nowhere,
/// credentials in clear, names and statuses that contradict each other, bodies that are no JSON,
/// scripts that are not run, overrides in suite.toml that match nothing, and more. Each lint has an
/// id; docs/lints.md explains them. Nothing is sent. Lints are advice: the exit code is 0 wherever the
/// files can be read, unless --fail-on asks for more.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # every suite under cases/
  uphold lint

  # a lone file with its environment
  uphold lint shop.postman_collection.json -e dev.postman_environment.json

  # a CI stage that keeps collections clean: exit code 1 for a warning
  uphold lint --fail-on warning")]
pub(super) struct LintArgs {
    #[command(flatten)]
    suites: SuiteArgs,

    /// The least level of lints for which the exit code is 1
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = FailOn::Never)]
    fail_on: FailOn,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailOn {
    Never,
    Warning,
    Info,
}

impl FailOn {
    fn fails(self, lint: &Lint) -> bool {
        match self {
            Self::Never => false,
            Self::Warning => lint.id.severity() >= Severity::Warning,
            Self::Info => lint.id.severity() >= Severity::Info,
        }
    }
}

impl LintArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let _ends_at_once = Signals::listen(super::give_up)?;
        let lints = lint(&self.suites.chosen())?;
        let mut stdout = anstream::stdout().lock();
        Failure::unless_printed(listing::lints(&mut stdout, &lints))?;
        let fails = lints.iter().any(|lint| self.fail_on.fails(lint));
        Ok(if fails { Exit::Failed } else { Exit::Passed })
    }
}
