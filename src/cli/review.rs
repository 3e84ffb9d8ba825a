//! `uphold review`.

use std::io::{IsTerminal as _, Write as _};

use clap::{Args, ValueEnum};

use super::Failure;
use super::decide::{ChoiceArgs, PendingArgs, day, may_write, workspace};
use super::exit::Exit;
use crate::finding::Severity;
use crate::jobs::accept::{AcceptSettings, Accepted, accept};
use crate::jobs::review::{Rejected, ReviewSettings, items, reject, waivers};
use crate::jobs::waive::{WaiveSettings, waive};
use crate::jobs::{JobError, Signals};
use crate::report::accepted::Choice;
use crate::report::review::{Decision, Item, json, list, walk};
use crate::report::waiting::tell;

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
  1        an answer could not be accepted, or a file of them cannot be
           used; the line says why
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
        let (items, unusable) = items(&settings)?;
        let left = if unusable.is_empty() { Exit::Passed } else { Exit::Failed };
        let mut stdout = anstream::stdout().lock();
        let walks = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        if self.list || !walks || items.is_empty() {
            Failure::unless_printed(match self.format {
                Format::Pretty => list(&items, &unusable, &mut stdout),
                Format::Json => json(&items, &unusable, &mut stdout),
            })?;
            return Ok(left);
        }
        may_write(&settings.inputs, self.force_write)?;
        Failure::unless_printed(tell(&unusable, &mut stdout))?;
        let walked =
            walk(&items, &|text| ahead(text, settings.now), &mut std::io::stdin().lock(), &mut stdout);
        let walked = walked.map_err(|error| Failure::usage(format!("cannot ask: {error}")))?;
        if !walked.is_whole {
            Failure::unless_printed(writeln!(stdout, "the input ended: nothing was done"))?;
            return Ok(left);
        }
        let decided: Vec<(&Item, Decision)> = items.iter().zip(walked.decisions).collect();
        let done = done(&settings, &decided, &mut stdout)?;
        Ok(if done == Exit::Passed { left } else { done })
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

/// Whether a text is a day that is not over.
fn ahead(text: &str, now: jiff::Timestamp) -> Result<(), String> {
    let day = day(text)?;
    if day < now.strftime("%Y-%m-%d").to_string() {
        return Err(JobError::Over { until: day }.to_string());
    }
    Ok(())
}

/// Does what was decided: accepts, then waives, then rejects. What cannot be done keeps nothing else from being done.
fn done(
    settings: &ReviewSettings,
    decided: &[(&Item, Decision)],
    out: &mut dyn std::io::Write,
) -> Result<Exit, Failure> {
    let of = |wanted: Decision| -> Option<Choice> {
        let mut those = decided.iter().filter(|(_, decision)| *decision == wanted).peekable();
        those.peek()?;
        Some(Choice::these(those.map(|(item, _)| &item.pending)))
    };
    let ReviewSettings { workspace, inputs, pending, now, .. } = settings.clone();
    let (mut exit, mut failed) = (Exit::Passed, None);
    if let Some(choice) = of(Decision::Accept) {
        let (workspace, inputs) = (workspace.clone(), inputs.clone());
        let Accepted { report, failure } = accept(&AcceptSettings {
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
        failed = failure;
    }
    let new: Vec<_> = decided.iter().flat_map(|(item, decision)| waivers(item, decision)).collect();
    if !new.is_empty() {
        let count = new.len();
        match waive(&WaiveSettings { workspace, inputs, pending: pending.clone(), new, now }) {
            Ok(_) => Failure::unless_printed(writeln!(out, "{count} waived"))?,
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    if let Some(choice) = of(Decision::Reject) {
        let Rejected { gone, later, .. } = reject(&pending, &choice)?;
        Failure::unless_printed(writeln!(out, "{gone} rejected"))?;
        if later > 0 {
            let told = format!("{later} not rejected: another answer came after the one that was shown");
            Failure::unless_printed(writeln!(out, "{told}"))?;
            exit = Exit::Failed;
        }
    }
    failed.map_or(Ok(exit), |error| Err(error.into()))
}
