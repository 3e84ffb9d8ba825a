//! `uphold waive`.

use std::io::Write as _;

use clap::Args;

use super::Failure;
use super::decide::{PendingArgs, day, glob, may_write, waivable, workspace};
use super::exit::Exit;
use crate::finding::FindingId;
use crate::jobs::Signals;
use crate::jobs::waive::{WaiveSettings, waive};
use crate::report::escape;
use crate::suite::NewWaiver;

/// Let a finding go until a day, with a reason
///
/// The expectation stays as it is; the finding is shown as waived and fails nothing. Written to
/// cases/SUITE/waivers.toml, which can be edited. After its last day it counts again (waiver.expired), and
/// where it lets nothing go any more a run says so (waiver.unused).
#[derive(Debug, Args)]
#[command(
    override_usage = "uphold waive [OPTIONS] --case <GLOB> --id <ID> --reason <TEXT>\n                    --until <DATE>"
)]
#[command(after_help = "\
Examples:
  uphold waive --case '*::get_order::ok' --id body.field.removed \\
      --path /customer/fax --reason 'back in version 8' --until 2099-03-31

Exit codes:
  0        written
  2        bad usage, no such case, unreadable input, or the file cannot
           be written")]
pub(super) struct WaiveArgs {
    /// The cases: a glob over their ids
    #[arg(long, value_name = "GLOB", help_heading = "Selection")]
    case: String,

    /// The kind of finding, such as body.field.removed
    #[arg(long, value_name = "ID", value_parser = waivable, help_heading = "Selection")]
    id: FindingId,

    /// The place, such as /users/*/id, /meta/** or header:etag; without it every place
    #[arg(long, value_name = "PATH", help_heading = "Selection")]
    path: Option<String>,

    /// Why it is let go
    #[arg(long, value_name = "TEXT", help_heading = "Waiving")]
    reason: String,

    /// The last day, in UTC
    #[arg(long, value_name = "DATE", value_parser = day, help_heading = "Waiving")]
    until: String,

    /// Write also where the variable CI is set
    #[arg(long, help_heading = "Waiving")]
    force_write: bool,

    #[command(flatten)]
    pending: PendingArgs,
}

impl WaiveArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let _ends_at_once = Signals::listen(super::give_up)?;
        let (workspace, inputs) = workspace();
        may_write(&inputs, self.force_write)?;
        glob(&self.case).map_err(|why| Failure::usage(format!("--case: {why}")))?;
        if self.reason.trim().is_empty() {
            return Err(Failure::usage("--reason must say why"));
        }
        let new = NewWaiver {
            case: self.case.clone(),
            id: self.id,
            path: self.path.clone(),
            reason: self.reason.clone(),
            until: self.until.clone(),
        };
        let files = waive(&WaiveSettings {
            workspace,
            inputs,
            pending: self.pending.pending.clone(),
            new: vec![new],
            now: jiff::Timestamp::now(),
        })?;
        let mut stdout = anstream::stdout().lock();
        for file in files {
            let file = file.display().to_string();
            let line = format!("wrote {}", file.trim_start_matches("./"));
            Failure::unless_printed(writeln!(stdout, "{}", escape::line(&line)))?;
        }
        Ok(Exit::Passed)
    }
}
