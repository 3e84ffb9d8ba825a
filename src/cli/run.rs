//! `uphold run`.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::args::{SelectArgs, SuiteArgs, TargetArgs};
use super::exit::Exit;
use super::network::NetworkArgs;
use super::{EXIT_CODES, Failure};
use crate::finding::Severity;
use crate::harness::fresh_seed;
use crate::jobs::run::{RunOutcome, RunSettings, Seed, run};
use crate::report::{Dialect, OutputFormat, OutputSpec, Verbosity};
use crate::send::Limits;

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
    suites: SuiteArgs,

    /// Repeat the dynamic values ({{$guid}}, {{$randomInt}}, …) of a run that named this seed
    #[arg(long, value_name = "N", help_heading = "Variables")]
    seed: Option<u32>,

    /// Requests in flight at once
    #[arg(short = 'j', long, value_name = "N", default_value = "16", value_parser = jobs, help_heading = "Sending")]
    jobs: usize,

    /// The most that one request may take, e.g. 500ms, 30s, 2m; followed redirects count
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration, help_heading = "Sending")]
    timeout: Duration,

    #[command(flatten)]
    network: NetworkArgs,

    /// The lowest level of a finding that fails its case
    #[arg(long, value_name = "LEVEL", default_value = "breaking", help_heading = "Checking")]
    fail_on: F,

    /// Write these reports: junit=FILE, json=FILE; may be repeated, or joined by commas
    ///
    /// Without it junit=reports/junit.xml,json=reports/run.json.
    #[arg(long, value_name = "FORMAT=FILE", value_delimiter = ',', help_heading = "Reports")]
    report: Vec<OutputSpec>,

    /// How much the JUnit file holds
    ///
    /// rich: for GitLab, GitHub, Azure, CircleCI. strict: valid against the schema that Jenkins' xunit
    /// plugin enforces.
    #[arg(long, value_name = "DIALECT", default_value = "rich", help_heading = "Reports")]
    junit_dialect: JunitDialect,

    /// Print only what did not pass, and the summary
    #[arg(short, long, help_heading = "Reports")]
    quiet: bool,
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

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum JunitDialect {
    Rich,
    Strict,
}

impl JunitDialect {
    pub(super) fn dialect(self) -> Dialect {
        match self {
            Self::Rich => Dialect::Rich,
            Self::Strict => Dialect::Strict,
        }
    }
}

impl RunArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let settings = self.settings()?;
        let mut stdout = anstream::stdout().lock();
        Ok(exit_of(&run(&settings, &mut stdout)?))
    }
}

impl<F: Level> RunArgs<F> {
    /// What fails a case, as it was typed.
    pub(super) fn fail_on(&self) -> &F {
        &self.fail_on
    }

    pub(super) fn settings(&self) -> Result<RunSettings, Failure> {
        let chosen = self.suites.chosen();
        Ok(RunSettings {
            rate: self.network.rate,
            retries: self.network.retries,
            network: self.network.settings(&chosen.inputs.process),
            chosen,
            selection: self.select.selection()?,
            goal: self.target.goal()?,
            allow_writes: self.target.allow_writes,
            only_safe: self.target.only_safe,
            limits: limits(self.jobs, self.timeout),
            fail_on: self.fail_on.severity(),
            outputs: outputs(&self.report),
            dialect: self.junit_dialect.dialect(),
            verbosity: if self.quiet { Verbosity::Quiet } else { Verbosity::Normal },
            started: jiff::Timestamp::now(),
            give_up: super::give_up,
            seed: self.seed.map_or_else(|| Seed::Drawn(fresh_seed()), Seed::Asked),
        })
    }
}

/// No part of a case may take longer than the whole; a whole that is longer than usual is meant for
/// servers that let one wait.
pub(super) fn limits(jobs: usize, timeout: Duration) -> Limits {
    let limits = Limits::default();
    Limits {
        jobs,
        connect: limits.connect.min(timeout),
        idle: if timeout > limits.total { timeout } else { limits.idle.min(timeout) },
        total: timeout,
        ..limits
    }
}

/// The files that were asked for, or the usual ones.
pub(super) fn outputs(asked: &[OutputSpec]) -> Vec<OutputSpec> {
    if !asked.is_empty() {
        return asked.to_vec();
    }
    [(OutputFormat::Junit, "reports/junit.xml"), (OutputFormat::Json, "reports/run.json")]
        .map(|(format, path)| OutputSpec { format, path: path.into() })
        .to_vec()
}

pub(super) fn exit_of(outcome: &RunOutcome) -> Exit {
    let summary = &outcome.summary;
    match outcome.interrupted {
        Some(signal) => Exit::Interrupted(signal.exit_code()),
        None if summary.failed > 0 => Exit::Failed,
        None if summary.errored > 0 => Exit::Errored,
        None if summary.passed == 0 => Exit::NothingRan,
        None => Exit::Passed,
    }
}

pub(super) fn jobs(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(jobs @ 1..=1024) => Ok(jobs),
        _ => Err("a number from 1 to 1024".to_owned()),
    }
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let error = || "a time such as 500ms, 30s or 2m".to_owned();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| error())?;
    let millis = match unit {
        "ms" => Some(number),
        "s" | "" => number.checked_mul(1000),
        "m" => number.checked_mul(60_000),
        _ => None,
    };
    match millis {
        Some(millis @ 1..=86_400_000) => Ok(Duration::from_millis(millis)),
        _ => Err(error()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_of_a_case_outlasts_the_whole_and_a_long_whole_may_be_waited_for() {
        let limits = |timeout: &str| limits(16, duration(timeout).unwrap());
        let short = limits("5s");
        assert_eq!((short.connect, short.idle, short.total), [Duration::from_secs(5); 3].into());
        assert_eq!(limits("60s").idle, Limits::default().idle);
        assert_eq!(limits("2m").idle, Duration::from_mins(2));
    }

    #[test]
    fn times_have_a_unit_and_a_bound() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2m"), Ok(Duration::from_mins(2)));
        assert_eq!(duration("30"), Ok(Duration::from_secs(30)));
        for bad in ["0s", "", "s", "1h", "-1s", "99999999999999999999s", "2d"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_exit_code_tells_the_worst() {
        use crate::report::events::Summary;
        let exit = |passed, failed, errored| {
            let summary = Summary { passed, failed, errored, ..Summary::default() };
            exit_of(&RunOutcome { summary, interrupted: None }).code()
        };
        assert_eq!([exit(1, 0, 0), exit(1, 1, 1), exit(1, 0, 1), exit(0, 0, 0)], [0, 1, 3, 4]);
        let interrupted = Some(crate::jobs::Interrupt::Term);
        let outcome = RunOutcome { summary: Summary::default(), interrupted };
        assert_eq!(exit_of(&outcome).code(), 143);
    }
}
