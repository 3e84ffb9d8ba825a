//! `uphold review`.

use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Write as _};

use clap::{Args, ValueEnum};

use super::Failure;
use super::decide::{ChoiceArgs, PendingArgs, day, may_write, workspace};
use super::exit::Exit;
use crate::finding::Severity;
use crate::jobs::Signals;
use crate::jobs::accept::{AcceptSettings, accept};
use crate::jobs::review::{ReviewSettings, items, reject, waivers};
use crate::jobs::waive::{WaiveSettings, waive};
use crate::report::accepted::Choice;
use crate::report::review::{Decision, Item, json, list, walk};

/// Walk through the answers that wait for a decision
///
/// Each is shown with what was found, which examples say otherwise, and what differs from the example;
/// you accept it, reject it, waive the finding, or skip it. A, R and S decide on all later answers with the
/// same kind of finding. What was decided is done at the end; with q, as far as it was decided; where the input
/// ends, nothing is. Without a terminal the answers are listed, with the commands that decide.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # after a run against a live API
  uphold review

  # what waits, for people and for programs
  uphold review --list
  uphold review --list --format json

Exit codes:
  0        done, or nothing waits
  1        an answer could not be accepted; the line says why
  2        bad usage, unreadable input, or a file cannot be written")]
pub(super) struct ReviewArgs {
    #[command(flatten)]
    choice: ChoiceArgs,

    /// Only list what waits
    #[arg(long, help_heading = "Listing")]
    list: bool,

    /// How the list is written
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "pretty",
        requires = "list",
        help_heading = "Listing"
    )]
    format: Format,

    /// Write also where the variable CI is set
    #[arg(long, help_heading = "Reviewing")]
    force_write: bool,

    #[command(flatten)]
    pending: PendingArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Pretty,
    Json,
}

impl ReviewArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let _ends_at_once = Signals::listen(super::give_up)?;
        let settings = self.settings();
        let items = items(&settings)?;
        let mut stdout = anstream::stdout().lock();
        let walks = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        if self.list || !walks || items.is_empty() {
            Failure::unless_printed(match self.format {
                Format::Pretty => list(&items, &mut stdout),
                Format::Json => json(&items, &mut stdout),
            })?;
            return Ok(Exit::Passed);
        }
        may_write(&settings.inputs, self.force_write)?;
        let is_day = |text: &str| day(text).is_ok();
        let walked = walk(&items, is_day, &mut std::io::stdin().lock(), &mut stdout);
        let walked = walked.map_err(|error| Failure::usage(format!("cannot ask: {error}")))?;
        if !walked.is_whole {
            Failure::unless_printed(writeln!(stdout, "the input ended: nothing was done"))?;
            return Ok(Exit::Passed);
        }
        let decided: Vec<(&Item, Decision)> = items.iter().zip(walked.decisions).collect();
        done(&settings, &decided, &mut stdout)
    }

    fn settings(&self) -> ReviewSettings {
        let (workspace, inputs) = workspace();
        ReviewSettings {
            workspace,
            inputs,
            pending: self.pending.pending.clone(),
            choice: self.choice.choice(Severity::Breaking),
            now: jiff::Timestamp::now(),
        }
    }
}

/// Does what was decided: accepts, then waives, then rejects.
fn done(
    settings: &ReviewSettings,
    decided: &[(&Item, Decision)],
    out: &mut dyn std::io::Write,
) -> Result<Exit, Failure> {
    let of = |wanted: &Decision| -> BTreeSet<String> {
        let those = decided.iter().filter(|(_, decision)| decision == wanted);
        those.map(|(item, _)| item.pending.case.clone()).collect()
    };
    let ReviewSettings { workspace, inputs, pending, now, .. } = settings.clone();
    let mut exit = Exit::Passed;
    let accepted = of(&Decision::Accept);
    if !accepted.is_empty() {
        let choice = Choice::these(accepted);
        let (workspace, inputs) = (workspace.clone(), inputs.clone());
        let report = accept(&AcceptSettings {
            workspace,
            inputs,
            pending: pending.clone(),
            choice,
            replace: false,
            dry: false,
            now,
        })?;
        Failure::unless_printed(writeln!(out).and_then(|()| report.write(out)))?;
        let [_, left, refused] = report.counts();
        if left + refused > 0 {
            exit = Exit::Failed;
        }
    }
    let new: Vec<_> = decided.iter().flat_map(|(item, decision)| waivers(item, decision)).collect();
    if !new.is_empty() {
        let count = new.len();
        waive(&WaiveSettings { workspace, inputs, pending: pending.clone(), new, now })?;
        Failure::unless_printed(writeln!(out, "{count} waived"))?;
    }
    let gone = reject(&pending, &of(&Decision::Reject))?;
    if gone > 0 {
        Failure::unless_printed(writeln!(out, "{gone} rejected"))?;
    }
    Ok(exit)
}
