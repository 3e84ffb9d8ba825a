//! `uphold run`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::args::{SelectArgs, ShardArgs, StrictArgs, SuiteArgs, TargetArgs};
use super::decide::PENDING;
use super::exit::Exit;
use super::reports::ReportArgs;
use super::screen;
use super::screen::ProgressArgs;
use super::sending::SendingArgs;
use super::{EXIT_CODES, Failure};
use crate::finding::Severity;
use crate::harness::fresh_seed;
use crate::jobs::run::{RunOutcome, RunSettings, Seed, run};

const EXAMPLES: &str = "\
Examples:
  # every suite under cases/: on the mock, or where its suite.toml says
  uphold run

  # one suite, live; POST, PUT, PATCH and DELETE allowed
  uphold run zoho-crm --base-url https://www.zohoapis.com --allow-writes

  # several suites, live
  uphold run zoho-crm zendesk-support \\
      --base-url zoho-crm=https://www.zohoapis.com \\
      --base-url zendesk-support=https://acme.zendesk.com

  # a lone file with an environment, some of its cases, what did not pass
  uphold run shop.json -e dev.json --filter '*::get_*' --quiet

  # every case once for each row, with the dynamic values of an earlier run
  uphold run shop.json --data orders.csv --seed 7

  # an API that throttles, through a proxy, with an authority of your own
  uphold run shop.json --base-url https://api.example.com --rate 10/s \\
      --retries 3 --proxy http://proxy:3128 --cacert company-ca.pem

  # what is sent and answered, secrets hidden
  uphold run shop.json --filter '*::get_order::*' --verbose

  # one of four machines; `uphold merge` joins their reports
  uphold run --shard 1/4 --report json=reports/shard-1.json

  # for Jenkins' xunit plugin
  uphold run --report junit=build/junit.xml --junit-dialect strict";

/// Send every case and check the answers
///
/// Without --base-url and without a base URL in suite.toml the embedded mock serves the examples:
/// that checks the examples against themselves, not the API. The cases, why some failed or were
/// skipped, and a summary are printed; reports/junit.xml and reports/run.json are written.
#[derive(Debug, Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(super) struct RunArgs<F: Level = FailOn> {
    // The help has its groups in the order of these fields.
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    select: SelectArgs,
    #[command(flatten)]
    shard: ShardArgs,
    #[command(flatten)]
    suites: SuiteArgs,

    /// Repeat the dynamic values ({{$guid}}, {{$randomInt}}, …) of a run that named this seed
    #[arg(long, value_name = "N", help_heading = "Variables")]
    seed: Option<u32>,

    #[command(flatten)]
    sending: SendingArgs,

    /// The lowest level of a finding that fails its case
    #[arg(long, value_name = "LEVEL", default_value = "breaking", help_heading = "Checking")]
    fail_on: F,

    #[command(flatten)]
    strict: StrictArgs,
    #[command(flatten)]
    reports: ReportArgs,

    /// Keep the answers of a live API that nobody has decided on here, for `uphold review`
    #[arg(long, value_name = "DIR", default_value = PENDING, help_heading = "Reports")]
    pending: PathBuf,

    /// Print only what did not pass, and the summary
    #[arg(short, long, help_heading = "Reports", conflicts_with = "verbose")]
    quiet: bool,

    /// Print the request and the answer of every case, secrets hidden
    #[arg(short, long, help_heading = "Reports")]
    verbose: bool,

    #[command(flatten)]
    progress: ProgressArgs,
}

/// The lowest level of a finding that fails a case.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum FailOn {
    Info,
    Warning,
    Breaking,
}

impl FailOn {
    pub(super) fn severity(self) -> Severity {
        match self {
            Self::Info => Severity::Info,
            Self::Warning => Severity::Warning,
            Self::Breaking => Severity::Breaking,
        }
    }
}

/// The values of `--fail-on`: those of a run, or those of a run with memory.
pub(super) trait Level: ValueEnum + std::fmt::Debug + Send + Sync + 'static {
    /// The lowest level of a finding that fails a case.
    fn severity(&self) -> Severity;
}

impl Level for FailOn {
    fn severity(&self) -> Severity {
        FailOn::severity(*self)
    }
}

impl RunArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let settings = self.settings()?;
        Ok(exit_of(&run(&settings, &mut *self.terminal())?))
    }
}

impl<F: Level> RunArgs<F> {
    /// What fails a case, as it was typed.
    pub(super) fn fail_on(&self) -> &F {
        &self.fail_on
    }

    /// Where the report for people goes.
    pub(super) fn terminal(&self) -> Box<dyn std::io::Write> {
        self.reports.terminal()
    }

    pub(super) fn settings(&self) -> Result<RunSettings, Failure> {
        let chosen = self.suites.chosen();
        Ok(RunSettings {
            rate: self.sending.network.rate,
            retries: self.sending.network.retries,
            network: self.sending.network.settings(&chosen.inputs.process),
            reports: self.reports.settings(&chosen.inputs.process),
            selection: self.select.selection()?,
            shard: self.shard.shard,
            goal: self.target.goal()?,
            allow_writes: self.target.allow_writes,
            only_safe: self.target.only_safe,
            limits: self.sending.limits(),
            fail_on: self.fail_on.severity(),
            no_skips: self.strict.no_skips,
            pending: Some(self.pending.clone()),
            verbosity: screen::verbosity(self.quiet, self.verbose),
            progress: self.progress.columns(&chosen.inputs.process),
            links: screen::links(&chosen.inputs.process),
            started: jiff::Timestamp::now(),
            give_up: super::give_up,
            chosen,
            seed: self.seed.map_or_else(|| Seed::Drawn(fresh_seed()), Seed::Asked),
        })
    }
}

pub(super) fn exit_of(outcome: &RunOutcome) -> Exit {
    let summary = &outcome.summary;
    match outcome.interrupted {
        Some(signal) => Exit::Interrupted(signal.exit_code()),
        None if summary.failed > 0 || outcome.forbidden_skips > 0 => Exit::Failed,
        None if summary.errored > 0 => Exit::Errored,
        None if summary.passed == 0 && !outcome.others_send => Exit::NothingRan,
        None => Exit::Passed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_tells_the_worst() {
        use crate::report::events::Summary;
        let exit = |passed, failed, errored| {
            let summary = Summary { passed, failed, errored, ..Summary::default() };
            exit_of(&RunOutcome { summary, interrupted: None, forbidden_skips: 0, others_send: false }).code()
        };
        assert_eq!([exit(1, 0, 0), exit(1, 1, 1), exit(1, 0, 1), exit(0, 0, 0)], [0, 1, 3, 4]);
        let interrupted = Some(crate::jobs::Interrupt::Term);
        let outcome =
            RunOutcome { summary: Summary::default(), interrupted, forbidden_skips: 0, others_send: false };
        assert_eq!(exit_of(&outcome).code(), 143);
        let passed = Summary { passed: 1, errored: 1, ..Summary::default() };
        let strict =
            RunOutcome { summary: passed, interrupted: None, forbidden_skips: 1, others_send: false };
        assert_eq!(exit_of(&strict).code(), 1);
        let shard = RunOutcome {
            summary: Summary::default(),
            interrupted: None,
            forbidden_skips: 0,
            others_send: true,
        };
        assert_eq!(exit_of(&shard).code(), 0, "the other shards have all of it");
    }
}
