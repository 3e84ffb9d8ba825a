//! `uphold explain`.

use std::io::Write;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::Failure;
use super::exit::Exit;
use crate::report::explained::{Explained, explanation, table};

/// Explain what a finding or a lint means
///
/// What it does to the clients of the API, what to do about it, and how it is accepted, waived or given
/// another level. Without an id: every id with its level and its meaning in one line.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # what does this mean, and is it bad?
  uphold explain body.field.removed

  # every id
  uphold explain")]
pub(super) struct ExplainArgs {
    /// The id of a finding or a lint, as the reports show it
    #[arg(value_name = "ID", value_parser = PossibleValuesParser::new(Explained::all().map(Explained::id)),
          hide_possible_values = true)]
    ids: Vec<String>,
}

impl ExplainArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let asked = self.ids.iter().filter_map(|id| Explained::all().find(|one| one.id() == id));
        let texts: Vec<String> = asked.map(explanation).collect();
        let text = if texts.is_empty() { table() } else { texts.join("\n") };
        Failure::unless_printed(anstream::stdout().lock().write_all(text.as_bytes()))?;
        Ok(Exit::Passed)
    }
}
