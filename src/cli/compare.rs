//! `uphold compare`.

use clap::Args;

use super::args::{SelectArgs, ShardArgs, StrictArgs, SuiteArgs};
use super::exit::Exit;
use super::reports::ReportArgs;
use super::run::{FailOn, exit_of};
use super::screen::{self, ProgressArgs};
use super::sending::SendingArgs;
use super::{EXIT_CODES, Failure};
use crate::harness::fresh_seed;
use crate::jobs::compare::{CompareSettings, compare};
use crate::jobs::run::Seed;
use crate::jobs::{BaseUrls, JobError};
use crate::suite::Side;

const EXAMPLES: &str = "\
Examples:
  # does the vendor's new version break us?
  uphold compare shop.json --old https://api.example.com \\
      --new https://next.example.com

  # values, too, and what was cancelled as noise
  uphold compare shop.json --old https://api.example.com \\
      --new https://next.example.com --values --show-cancelled

  # how noisy is the API? both URLs are the same
  uphold compare shop.json --old https://api.example.com \\
      --new https://api.example.com

  # another prefix on the new server; what else differs: [compare.new]
  uphold compare zoho-crm --old https://www.zohoapis.com/crm/v2 \\
      --new https://www.zohoapis.com/crm/v8 --allow-writes";

/// Send every case to two servers and tell what differs
///
/// Each request goes to the old server, to the new one, and to the old one again. The old answer is the
/// contract for the new one; what the old server's own answers show is noise and is cancelled, and so
/// is what the saved examples document. A difference that is left is confirmed: new and old are asked
/// again until chance can hardly be the cause, and what does not come in every round is told as
/// intermittent, one level lower. Only GET, HEAD and OPTIONS are sent, unless a case is `repeatable` in suite.toml. The
/// verdict is the first line; reports are those of `uphold run`.
#[derive(Debug, Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct CompareArgs {
    /// Where the old server is; else [compare.old] of suite.toml says it
    ///
    /// A path in it, even `/`, replaces the prefix of the collection's own base URL. Where there are several
    /// suites, each has its own: SUITE=URL, repeated.
    #[arg(long, value_name = "[SUITE=]URL", help_heading = "Target")]
    old: Vec<String>,

    /// Where the new server is; else [compare.new] of suite.toml says it
    #[arg(long, value_name = "[SUITE=]URL", help_heading = "Target")]
    new: Vec<String>,

    /// Send POST, PUT, PATCH, DELETE, … too, several times, to both servers
    #[arg(long, help_heading = "Target")]
    allow_writes: bool,

    #[command(flatten)]
    select: SelectArgs,
    #[command(flatten)]
    shard: ShardArgs,
    #[command(flatten)]
    suites: SuiteArgs,

    /// The seed of dynamic values ({{$guid}}, {{$randomInt}}, …); both servers get the same
    #[arg(long, value_name = "N", help_heading = "Variables")]
    seed: Option<u32>,

    #[command(flatten)]
    sending: SendingArgs,

    /// How often a difference must come: in 3N rounds, of two requests each
    ///
    /// A case without a difference costs 3 requests, one with a difference 6N+1, one that differs now and
    /// then at most 24N+1. What changes something and is not `repeatable` in suite.toml is sent for N
    /// rounds at most, 2N+1 requests.
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u8).range(1..=20), help_heading = "Checking")]
    rounds: u8,

    /// Tell values that are others and not volatile, too (as info)
    ///
    /// Ids, dates, tokens and counters are volatile; items of arrays are paired by their id, key, name or
    /// code, and their order does not count.
    #[arg(long, help_heading = "Checking")]
    values: bool,

    /// The lowest level of a finding that fails its case
    #[arg(long, value_name = "LEVEL", default_value = "breaking", help_heading = "Checking")]
    fail_on: FailOn,

    /// List every difference that was cancelled; run.json has them in any case
    #[arg(long, help_heading = "Reports")]
    show_cancelled: bool,

    #[command(flatten)]
    strict: StrictArgs,
    #[command(flatten)]
    reports: ReportArgs,

    /// Print only the verdict, what did not pass, and the summary
    #[arg(short, long, help_heading = "Reports", conflicts_with = "verbose")]
    quiet: bool,

    /// Print the request of every case and the last answers of both servers, secrets hidden
    #[arg(short, long, help_heading = "Reports")]
    verbose: bool,

    #[command(flatten)]
    progress: ProgressArgs,
}

impl CompareArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let settings = self.settings()?;
        Ok(exit_of(&compare(&settings, &mut *self.reports.terminal())?))
    }

    fn settings(&self) -> Result<CompareSettings, Failure> {
        let chosen = self.suites.chosen();
        let progress = self.progress.columns(&chosen.inputs.process);
        Ok(CompareSettings {
            rate: self.sending.network.rate,
            retries: self.sending.network.retries,
            network: self.sending.network.settings(&chosen.inputs.process),
            reports: self.reports.settings(&chosen.inputs.process),
            chosen,
            selection: self.select.selection()?,
            shard: self.shard.shard,
            old: urls(Side::Old, &self.old)?,
            new: urls(Side::New, &self.new)?,
            allow_writes: self.allow_writes,
            values: self.values,
            rounds: self.rounds.into(),
            lists_cancelled: self.show_cancelled,
            limits: self.sending.limits(),
            fail_on: self.fail_on.severity(),
            no_skips: self.strict.no_skips,
            verbosity: screen::verbosity(self.quiet, self.verbose),
            progress,
            started: jiff::Timestamp::now(),
            give_up: super::give_up,
            seed: self.seed.map_or_else(|| Seed::Drawn(fresh_seed()), Seed::Asked),
        })
    }
}

fn urls(side: Side, texts: &[String]) -> Result<BaseUrls, Failure> {
    Ok(BaseUrls::parse(texts).map_err(|source| JobError::Side { side, source })?)
}
