//! `uphold diff`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Failure;
use super::exit::Exit;
use super::run::FailOn;
use crate::jobs::Signals;
use crate::jobs::diff::{DiffSettings, diff};

/// Compare two recorded answers, or two versions of a collection, offline
///
/// The old one is the expectation, and the new one is checked against it as a run checks an answer. An
/// answer is a JSON file {"status": 200, "headers": {…}, "body": …}; a body that is no JSON is a text in
/// "raw". Several old answers, in a list or one after another, are examples of one contract.
///
/// Of two collections (files, or v3 folders) the examples are paired by their ids: what is gone, new or
/// renamed is told, what each new example documents is checked, and what it sends is compared. Nothing
/// is sent, and no variable is needed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # what a vendor changed between two versions of a collection
  uphold diff shop-v1.json shop-v2.json

  # is the answer of today still the one of yesterday, values included?
  uphold diff yesterday.json today.json --values

  # for a script: all findings as JSON, exit code 1 from a warning on
  uphold diff shop-v1.json shop-v2.json --format json --fail-on warning

Exit codes:
  0        nothing differs at the level of --fail-on
  1        something does
  2        bad usage or unreadable input")]
pub(super) struct DiffArgs {
    /// The old answer, several old answers, or the old collection
    #[arg(value_name = "OLD")]
    old: PathBuf,

    /// The new answer, or the new collection
    #[arg(value_name = "NEW")]
    new: PathBuf,

    /// Tell values that are others and not volatile, too (as info)
    ///
    /// Ids, dates, tokens and counters are volatile.
    #[arg(long, help_heading = "Checking")]
    values: bool,

    /// The lowest level of a finding that gives exit code 1
    #[arg(long, value_name = "LEVEL", default_value = "breaking", help_heading = "Checking")]
    fail_on: FailOn,

    /// How the findings are written to stdout
    #[arg(long, value_name = "FORMAT", default_value = "pretty", help_heading = "Reports")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Pretty,
    /// As schemas/uphold/diff.schema.json says
    Json,
}

impl DiffArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let _ends_at_once = Signals::listen(super::give_up)?;
        let settings = DiffSettings {
            old: self.old.clone(),
            new: self.new.clone(),
            values: self.values,
            json: matches!(self.format, Format::Json),
        };
        let mut stdout = anstream::stdout().lock();
        let gravest = diff(&settings, &mut stdout)?;
        let fails = gravest.is_some_and(|severity| severity >= self.fail_on.severity());
        Ok(if fails { Exit::Failed } else { Exit::Passed })
    }
}
