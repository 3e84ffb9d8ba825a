//! `uphold schema`.

use std::io::Write;

use clap::{Args, ValueEnum};

use super::Failure;
use super::exit::Exit;
use crate::report::{diff, history, json, proof};
use crate::suite;

/// Print the JSON Schema of a file of uphold
///
/// That of suite.toml is for editors, which complete and check it by it; the others say what the reports of
/// uphold hold.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # for an editor; the first line of suite.toml is then
  # #:schema ../../suite.schema.json
  uphold schema suite > suite.schema.json

  # what run.json holds
  uphold schema run")]
pub(super) struct SchemaArgs {
    /// Of what
    #[arg(value_name = "FILE")]
    of: Of,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Of {
    /// suite.toml
    Suite,
    /// run.json
    Run,
    /// A line of `run --format json`
    Event,
    /// What `prove --format json` writes
    Prove,
    /// What `diff --format json` writes
    Diff,
    /// What `history --format json` writes
    History,
}

impl SchemaArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let schema = match self.of {
            Of::Suite => suite::schema::schema(),
            Of::Run => json::schema(),
            Of::Event => json::event::schema(),
            Of::Prove => proof::json::schema(),
            Of::Diff => diff::json::schema(),
            Of::History => history::json::schema(),
        };
        Failure::unless_printed(writeln!(anstream::stdout().lock(), "{schema:#}"))?;
        Ok(Exit::Passed)
    }
}
