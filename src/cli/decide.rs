//! The options of the commands that decide on pending answers.

use std::path::PathBuf;

use clap::Args;

use super::Failure;
use super::args::process_environment;
use super::ci::in_ci;
use crate::finding::{FindingId, Severity};
use crate::report::accepted::Choice;
use crate::suite::{IdGlob, Inputs, Workspace, did_you_mean};

/// Where answers wait.
pub(super) const PENDING: &str = "reports/pending";

/// A longer glob becomes a regex that globset cannot compile.
const LONGEST_GLOB: usize = 4096;

/// Where the answers wait.
#[derive(Debug, Args)]
pub(super) struct PendingArgs {
    /// Where a run kept them
    #[arg(long, value_name = "DIR", default_value = PENDING, help_heading = "Reports")]
    pub(super) pending: PathBuf,
}

/// Which of them.
#[derive(Debug, Args)]
#[command(next_help_heading = "Selection")]
pub(super) struct ChoiceArgs {
    /// Only cases whose id fits this glob; may be repeated
    #[arg(long = "case", value_name = "GLOB", value_parser = glob)]
    cases: Vec<IdGlob>,

    /// Only findings of this kind, such as body.field.added; may be repeated
    #[arg(long = "id", value_name = "ID", value_parser = finding)]
    ids: Vec<FindingId>,

    /// Only findings at this place, such as /users/*/id or header:etag; may be repeated
    #[arg(long = "path", value_name = "PATH")]
    paths: Vec<String>,
}

impl ChoiceArgs {
    /// Whether anything was named.
    pub(super) fn is_given(&self) -> bool {
        !(self.cases.is_empty() && self.ids.is_empty() && self.paths.is_empty())
    }

    pub(super) fn choice(&self, max_level: Severity) -> Choice {
        Choice {
            cases: self.cases.clone(),
            only: None,
            ids: self.ids.iter().map(|id| id.as_str().to_owned()).collect(),
            paths: self.paths.clone(),
            max_level,
        }
    }
}

/// The folder that uphold was started in, and what the environment gives.
pub(super) fn workspace() -> (Workspace, Inputs) {
    (Workspace::at("."), Inputs { process: process_environment(), ..Inputs::default() })
}

/// Fails where a CI server runs this, unless it was asked for.
pub(super) fn may_write(inputs: &Inputs, force: bool) -> Result<(), Failure> {
    if force || !in_ci(&inputs.process) {
        return Ok(());
    }
    Err(Failure::usage("`CI` or `TF_BUILD` is set, and nothing is decided there; nothing was written")
        .with_hint("decide where the change can be reviewed and committed, or say --force-write"))
}

pub(super) fn glob(text: &str) -> Result<IdGlob, String> {
    if text.len() > LONGEST_GLOB {
        return Err(format!("it has more than {LONGEST_GLOB} bytes"));
    }
    IdGlob::new(text).map_err(|error| error.kind().to_string())
}

pub(super) fn finding(text: &str) -> Result<FindingId, String> {
    FindingId::parse(text).ok_or_else(|| {
        let hint = did_you_mean(text, FindingId::ALL.iter().map(|id| id.as_str()));
        format!("there is no such finding{hint}")
    })
}

/// A finding that can be waived.
pub(super) fn waivable(text: &str) -> Result<FindingId, String> {
    if FindingId::parse(text).is_none() && text.starts_with("lint.") {
        return Err(
            "a lint fails no case, so there is nothing to waive; `uphold lint` tells its cure".to_owned()
        );
    }
    let id = finding(text)?;
    crate::suite::waivable(id).map(|()| id)
}

/// A day such as 2027-03-31.
pub(super) fn day(text: &str) -> Result<String, String> {
    let day: Result<jiff::civil::Date, _> = text.parse();
    let shown = day.map(|day| day.to_string());
    shown.ok().filter(|shown| shown == text).ok_or_else(|| "a day such as 2027-03-31".to_owned())
}
