//! `uphold completions`.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::exit::Exit;
use super::{Cli, Failure};

/// Write the completions of a shell to stdout
///
/// They know every command, option, level and finding id.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # bash
  uphold completions bash > ~/.local/share/bash-completion/completions/uphold

  # zsh, into a folder of $fpath
  uphold completions zsh > ~/.zfunc/_uphold

  # fish
  uphold completions fish > ~/.config/fish/completions/uphold.fish")]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl CompletionsArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "uphold", &mut script);
        Failure::unless_printed(anstream::stdout().lock().write_all(&script))?;
        Ok(Exit::Passed)
    }
}
