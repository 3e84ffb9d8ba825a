//! `uphold prove`.

use clap::{Args, ValueEnum};

use super::Failure;
use super::args::{SelectArgs, SuiteArgs};
use super::exit::Exit;
use super::run::FailOn;
use super::screen::{self, ProgressArgs};
use crate::jobs::prove::{ProveSettings, Proven, prove};
use crate::report::{OutputFormat, OutputSpec};

/// Show which changes of the API the contract catches: the proof that the tests can fail
///
/// The answer that the mock serves for each case is changed in one way at a time (another status, a
/// field gone, null in a value's place, another result code, …) and judged as in a run; some are
/// sent over HTTP. Every breaking change must be caught, no harmless one (a new field, another
/// order, new ids) may be told. What no contract of these examples can catch is named with the
/// reason and the cure, and does not count against the score. No API is asked.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # every suite under cases/
  uphold prove

  # what is weak in a lone collection
  uphold prove shop.postman_collection.json --quiet

  # every survivor with its reason
  uphold prove zoho-crm --report json=reports/prove.json

  # the report for another program
  uphold prove zoho-crm --format json 2>/dev/null

Exit codes:
  0        every breaking change was caught or is inherent, no false alarm
  1        a breaking change was missed, or a harmless one was told
  2        bad usage or unreadable input
  3        no answer came from the mock, or a schema took too long to judge by
  4        no case was proven: none was selected
  130/143  interrupted, what was proven until then is reported")]
pub(super) struct ProveArgs {
    #[command(flatten)]
    suites: SuiteArgs,
    #[command(flatten)]
    select: SelectArgs,

    /// The lowest level of a finding that counts as caught
    #[arg(long, value_name = "LEVEL", default_value = "breaking", help_heading = "Checking")]
    fail_on: FailOn,

    /// Chooses among the places of large bodies, and the new values
    #[arg(long, value_name = "N", default_value = "1", help_heading = "Checking")]
    seed: u64,

    /// What stdout gets: the text for people, or the report as JSON with the text on stderr
    #[arg(long, value_name = "FORMAT", default_value = "pretty", help_heading = "Reports")]
    format: Format,

    /// Write every survivor, with the reason and what would catch it, as json=FILE
    #[arg(long, value_name = "json=FILE", value_delimiter = ',', help_heading = "Reports")]
    report: Vec<OutputSpec>,

    /// Print only the cases with something missed or told in vain, the scores and the summary
    #[arg(short, long, help_heading = "Reports", conflicts_with = "verbose")]
    quiet: bool,

    /// Print every inherent change with its case and reason, too
    #[arg(short, long, help_heading = "Reports")]
    verbose: bool,

    #[command(flatten)]
    progress: ProgressArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Pretty,
    Json,
}

impl ProveArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        if self.report.iter().any(|spec| spec.format != OutputFormat::Json) {
            return Err(Failure::usage("`uphold prove` writes no JUnit: write --report json=FILE"));
        }
        let chosen = self.suites.chosen();
        let settings = ProveSettings {
            selection: self.select.selection()?,
            fail_on: self.fail_on.severity(),
            seed: self.seed,
            outputs: self.report.clone(),
            verbosity: screen::verbosity(self.quiet, self.verbose),
            progress: self.progress.columns(&chosen.inputs.process),
            started: jiff::Timestamp::now(),
            give_up: super::give_up,
            chosen,
        };
        let mut stdout = anstream::stdout().lock();
        let proven = match self.format {
            Format::Pretty => prove(&settings, &mut stdout, None)?,
            Format::Json => prove(&settings, &mut anstream::stderr().lock(), Some(&mut stdout))?,
        };
        Ok(exit_of(&proven))
    }
}

fn exit_of(Proven { proof, interrupted }: &Proven) -> Exit {
    if let Some(signal) = interrupted {
        Exit::Interrupted(signal.exit_code())
    } else if proof.cases().next().is_none() && proof.undecided.is_empty() {
        Exit::NothingRan
    } else if proof.is_refuted() {
        Exit::Failed
    } else if !proof.wire.unanswered.is_empty() || !proof.undecided.is_empty() {
        Exit::Errored
    } else {
        Exit::Passed
    }
}
