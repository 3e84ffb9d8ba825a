//! What the terminal at hand is good for: a line that moves, links.

use std::collections::BTreeMap;
use std::io::IsTerminal;

use clap::Args;

use super::ci::in_ci;
use super::width;
use crate::report::Verbosity;
use crate::report::terminal::Links;

/// Whether a line tells how far the job is.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reports")]
pub(super) struct ProgressArgs {
    /// Show no line that tells how far it is
    ///
    /// It is shown while the work goes on, where stderr is a terminal and `CI` is not set.
    #[arg(long)]
    no_progress: bool,
}

impl ProgressArgs {
    /// The columns of the line; `None` where there is none.
    pub(super) fn columns(&self, process: &BTreeMap<String, String>) -> Option<usize> {
        if self.no_progress { None } else { progress(process) }
    }
}

/// `--quiet` and `--verbose`.
pub(super) fn verbosity(quiet: bool, verbose: bool) -> Verbosity {
    match (quiet, verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        (false, false) => Verbosity::Normal,
    }
}

/// The columns of the line that shows how far a run is; `None` where nobody would see it move.
fn progress(process: &BTreeMap<String, String>) -> Option<usize> {
    let moves = std::io::stderr().is_terminal() && !is_dumb(process) && !in_ci(process);
    moves.then(width::of_stderr)
}

/// Links from stdout, where it is a terminal that is known to open them.
pub(super) fn links(process: &BTreeMap<String, String>) -> Option<Links> {
    let is_seen = std::io::stdout().is_terminal() && !in_ci(process);
    let folder = std::env::current_dir().ok()?;
    (is_seen && opens_links(process)).then(|| Links::from(&folder))
}

fn is_dumb(process: &BTreeMap<String, String>) -> bool {
    process.get("TERM").is_none_or(|term| term == "dumb")
}

/// By the variables with which terminals make themselves known; `FORCE_HYPERLINK` overrides them (`0`: none).
fn opens_links(process: &BTreeMap<String, String>) -> bool {
    let of = |name: &str| process.get(name).map_or("", String::as_str);
    if let Some(forced) = process.get("FORCE_HYPERLINK") {
        return !matches!(forced.as_str(), "" | "0");
    }
    // What runs inside of another is told the variables of the outer one, and passes links on or not.
    if is_dumb(process) || process.contains_key("TMUX") || of("TERM").starts_with("screen") {
        return false;
    }
    matches!(of("TERM_PROGRAM"), "iTerm.app" | "WezTerm" | "vscode" | "ghostty" | "Hyper" | "Tabby" | "rio")
        || matches!(of("TERM"), "xterm-kitty" | "xterm-ghostty" | "alacritty" | "foot" | "wezterm")
        || process.contains_key("WT_SESSION")
        || process.contains_key("KONSOLE_VERSION")
        || of("VTE_VERSION").parse::<u32>().is_ok_and(|version| version >= 5000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_for_terminals_that_open_them() {
        let opens = |variables: &[(&str, &str)]| {
            let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            opens_links(&variables.collect())
        };
        let xterm = ("TERM", "xterm-256color");
        for (variables, expected) in [
            (&[][..], false),
            (&[xterm], false),
            (&[xterm, ("VTE_VERSION", "7402")], true),
            (&[xterm, ("VTE_VERSION", "4601")], false),
            (&[xterm, ("TERM_PROGRAM", "vscode")], true),
            (&[("TERM", "xterm-kitty")], true),
            (&[("TERM", "dumb"), ("TERM_PROGRAM", "vscode")], false),
            (&[xterm, ("TERM_PROGRAM", "vscode"), ("TMUX", "/tmp/x")], false),
            (&[xterm, ("FORCE_HYPERLINK", "1")], true),
            (&[xterm, ("TERM_PROGRAM", "vscode"), ("FORCE_HYPERLINK", "0")], false),
        ] {
            assert_eq!(opens(variables), expected, "{variables:?}");
        }
    }
}
