//! `uphold record`.

use clap::Args;

use super::Failure;
use super::args::{SelectArgs, SuiteArgs};
use super::ci::in_ci;
use super::exit::Exit;
use super::screen::{self, ProgressArgs};
use super::sending::SendingArgs;
use crate::harness::fresh_seed;
use crate::jobs::record::{Extent, RecordSettings, RecordingDone, record};
use crate::jobs::{BaseUrls, Goal, JobError};
use crate::report::recorded::RecordOutcome;

/// Send requests that have no example, and save the answers as examples in the collection
///
/// The request of each item is sent as saved, to a live API; its answer becomes a saved example,
/// named by its status, as Postman would write it. Credentials in the answer are replaced by
/// placeholders; nothing else of the collection changes, and a copy of it is kept as NAME.bak. The
/// only command that writes to a collection. Scripts are not run, set-up steps are not sent.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # what would be sent
  uphold record shop --base-url https://api.example.com --dry-run

  # every request without an example; POST, PUT, PATCH and DELETE allowed
  uphold record shop --base-url https://api.example.com --allow-writes

  # one request more, whatever examples it has
  uphold record shop --base-url https://api.example.com \\
      --filter '*::get_order' --missing-only=false

Exit codes:
  0        every answer was saved, or --dry-run found something to send
  1        answers came and could not be written
  2        bad usage or unreadable input, nothing was sent
  3        an answer was not fit to be saved, or there was none
  4        nothing was sent: nothing was selected, or everything was skipped
  130/143  interrupted, what was answered before is saved")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(super) struct RecordArgs {
    /// Where the API is; else suite.toml says it
    ///
    /// A path in it, even `/`, replaces the prefix of the collection's own base URL. Where there are several
    /// suites, each has its own: SUITE=URL, repeated.
    #[arg(long, value_name = "[SUITE=]URL", help_heading = "Target")]
    base_url: Vec<String>,

    /// Allow POST, PUT, PATCH, DELETE, … to hosts other than this machine
    #[arg(long, help_heading = "Target")]
    allow_writes: bool,

    /// Skip every request whose method is not GET, HEAD, OPTIONS or TRACE
    #[arg(long, help_heading = "Target")]
    only_safe: bool,

    /// Only requests without an example; =false also those that have some, to get one more
    #[arg(
        long,
        value_name = "BOOL",
        default_value_t = true,
        default_missing_value = "true",
        num_args = 0..=1,
        require_equals = true,
        action = clap::ArgAction::Set,
        help_heading = "Recording"
    )]
    missing_only: bool,

    /// Send and write nothing; say what would be sent
    #[arg(long, help_heading = "Recording")]
    dry_run: bool,

    /// Write to the collection also where the variable CI is set
    #[arg(long, help_heading = "Recording")]
    force_write: bool,

    // An id here is that of an item, without an example behind it.
    #[command(flatten)]
    select: SelectArgs,
    #[command(flatten)]
    suites: SuiteArgs,

    /// The dynamic values ({{$guid}}, {{$randomInt}}, …) are those of this seed
    #[arg(long, value_name = "N", help_heading = "Variables")]
    seed: Option<u32>,

    #[command(flatten)]
    sending: SendingArgs,

    /// Print only what was not saved, and the summary
    #[arg(short, long, help_heading = "Reports", conflicts_with = "verbose")]
    quiet: bool,

    /// Print every request and its answer, secrets hidden
    #[arg(short, long, help_heading = "Reports")]
    verbose: bool,

    #[command(flatten)]
    progress: ProgressArgs,
}

impl RecordArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let chosen = self.suites.chosen();
        if !(self.force_write || self.dry_run) && in_ci(&chosen.inputs.process) {
            let why = "`CI` is set, and a collection is not written to there; nothing was sent";
            return Err(Failure::usage(why)
                .with_hint("record where the change can be reviewed, or say --force-write"));
        }
        let verbosity = screen::verbosity(self.quiet, self.verbose);
        let done = record(&RecordSettings {
            network: self.sending.network.settings(&chosen.inputs.process),
            progress: self.progress.columns(&chosen.inputs.process),
            verbose: self.verbose,
            chosen,
            selection: self.select.selection()?,
            goal: Goal::Named(BaseUrls::parse(&self.base_url).map_err(JobError::from)?),
            missing_only: self.missing_only,
            extent: if self.dry_run { Extent::Dry } else { Extent::Whole },
            allow_writes: self.allow_writes,
            only_safe: self.only_safe,
            limits: self.sending.limits(),
            rate: self.sending.network.rate,
            retries: self.sending.network.retries,
            started: jiff::Timestamp::now(),
            give_up: super::give_up,
            seed: self.seed.unwrap_or_else(fresh_seed),
        })?;
        Failure::unless_printed(done.recorded.write(&mut anstream::stdout().lock(), verbosity))?;
        Ok(exit_of(&done))
    }
}

fn exit_of(done: &RecordingDone) -> Exit {
    let recorded = &done.recorded;
    let unfit = recorded.count(|outcome| matches!(outcome, RecordOutcome::Unfit(_)));
    let skipped = recorded.count(|outcome| matches!(outcome, RecordOutcome::Skipped(_)));
    let all = recorded.count(|_| true);
    match done.interrupted {
        _ if recorded.has_failed() => Exit::Failed,
        Some(signal) => Exit::Interrupted(signal.exit_code()),
        None if unfit > 0 => Exit::Errored,
        None if skipped == all => Exit::NothingRan,
        None => Exit::Passed,
    }
}
