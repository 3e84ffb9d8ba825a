//! `uphold man`.

use std::io::Write;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, CommandFactory};
use clap_mangen::Man;

use super::exit::Exit;
use super::{Cli, Failure};

/// Write a page of the manual to stdout, in the form that `man` reads
///
/// It says what `uphold help` says.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # read a page
  uphold man run > uphold-run.1 && man ./uphold-run.1

  # install one
  uphold man > ~/.local/share/man/man1/uphold.1")]
pub(super) struct ManArgs {
    /// A command; without it the page of uphold itself
    #[arg(value_name = "COMMAND", value_parser = NonEmptyStringValueParser::new())]
    command: Option<String>,
}

impl ManArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let mut uphold = Cli::command();
        uphold.build();
        let page = match self.command.as_deref() {
            None => uphold,
            Some(name) => uphold.find_subcommand(name).cloned().ok_or_else(|| {
                Failure::usage(format!("there is no command `{name}`")).with_hint("`uphold help` lists them")
            })?,
        };
        let mut text = Vec::new();
        let written = Man::new(page).render(&mut text);
        written.map_err(|error| Failure::usage(format!("cannot make the page: {error}")))?;
        Failure::unless_printed(anstream::stdout().lock().write_all(&text))?;
        Ok(Exit::Passed)
    }
}
