//! `uphold drift`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::SignedDuration;

use super::Failure;
use super::exit::Exit;
use super::run::{Level, RunArgs, exit_of};
use crate::finding::Severity;
use crate::jobs::drift::{DriftOutcome, DriftSettings, drift};

/// Where runs are remembered unless --history says another file.
pub(super) const HISTORY: &str = crate::history::FILE;

/// Run with memory: what is new since the last run, known, resolved, flaky
///
/// A run as `uphold run` makes it, with all of its options. Besides, each case is held against what
/// earlier runs saw of it on the same target, and the run is remembered in a file. New is what the last
/// run of the case had not; resolved is what is there no more; flaky is what comes and goes while the
/// contract stays. A case that takes more than twice as long as usual, and more than 200 ms longer, is
/// sent twice more where it only reads, and told if it stays so (latency.regression). The file holds
/// ids, verdicts, times and findings with secrets hidden, no bodies. `uphold history` asks it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # each night, reading only; exit code 1 for what is new alone
  uphold drift --only-safe --fail-on new-breaking

  # a history of its own for each server, of the last year
  uphold drift shop --base-url https://sandbox.example.com \\
      --history sandbox.sqlite --keep 365d

  # since when, and how often
  uphold history '*::get_order::*'

Exit codes:
  0        all that ran passed
  1        a case failed
  2        bad usage or unreadable input, nothing was sent; or all passed
           and the run could not be remembered, its reports were written
  3        none failed, but one had no usable answer
  4        no case ran
  130/143  interrupted, the reports were written")]
pub(super) struct DriftArgs {
    #[command(flatten)]
    run: RunArgs<FailOnNew>,

    /// The file that remembers runs; made where there is none
    #[arg(long, value_name = "FILE", default_value = HISTORY, help_heading = "Memory")]
    history: PathBuf,

    /// How long runs are remembered, in days
    #[arg(long, value_name = "DAYS", default_value = "90d", value_parser = days, help_heading = "Memory")]
    keep: SignedDuration,
}

/// The lowest level of a finding that fails a case, or of a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOnNew {
    Info,
    Warning,
    Breaking,
    NewInfo,
    NewWarning,
    NewBreaking,
}

impl Level for FailOnNew {
    fn severity(&self) -> Severity {
        match self {
            Self::Info | Self::NewInfo => Severity::Info,
            Self::Warning | Self::NewWarning => Severity::Warning,
            Self::Breaking | Self::NewBreaking => Severity::Breaking,
        }
    }
}

impl DriftArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let settings = DriftSettings {
            run: self.run.settings()?,
            file: self.history.clone(),
            keep: self.keep,
            only_new: matches!(
                self.run.fail_on(),
                FailOnNew::NewInfo | FailOnNew::NewWarning | FailOnNew::NewBreaking
            ),
        };
        let DriftOutcome { run, remembered } = drift(&settings, &mut *self.run.terminal())?;
        Ok(match exit_of(&run) {
            Exit::Passed if !remembered => Exit::Usage,
            exit => exit,
        })
    }
}

/// `90d`: from 1 to 36500 days.
pub(super) fn days(text: &str) -> Result<SignedDuration, String> {
    match text.strip_suffix('d').map(str::parse) {
        Some(Ok(days @ 1..=36_500)) => Ok(SignedDuration::from_hours(24 * days)),
        Some(_) | None => Err("a number of days such as 90d".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_unit_and_a_bound() {
        assert_eq!(days("90d"), Ok(SignedDuration::from_hours(90 * 24)));
        for bad in ["90", "d", "0d", "-1d", "36501d", "1w", "9999999999999999999999d", ""] {
            assert!(days(bad).is_err(), "{bad}");
        }
    }
}
