//! `uphold history`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;

use super::Failure;
use super::drift::{HISTORY, days};
use super::exit::Exit;
use crate::jobs::history::{HistorySettings, history};
use crate::plan::Selection;

/// Ask what earlier runs saw: what changed, since when a case fails, is it flaky, is it slower
///
/// Without a case: what came and went, and the cases that fail, are flaky or differ in anything. With
/// one, all that is known of the cases that it fits: since when they pass or fail, how often they did,
/// p50 and p95 of the times that they took where they passed at once, week by week, and each finding
/// with the days on which it was first and last seen. Times are in UTC. Nothing is sent or written.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # what changed this month
  uphold history

  # since when does it fail, and is it flaky?
  uphold history '*::get_order::*' --since 90d

  # for a script: everything since a day
  uphold history --since 2026-11-01 --format json

Exit codes:
  0        answered
  2        no history, or an unreadable one; bad usage")]
pub(super) struct HistoryArgs {
    /// Only cases whose id fits a glob or contains the text, in full
    #[arg(value_name = "CASE")]
    cases: Vec<String>,

    /// The file that `uphold drift` wrote
    #[arg(long, value_name = "FILE", default_value = HISTORY)]
    history: PathBuf,

    /// From when on: a number of days such as 30d, or a day such as 2026-11-01
    #[arg(long, value_name = "WHEN", default_value = "30d", value_parser = since)]
    since: Since,

    /// How the answers are written to stdout
    #[arg(long, value_name = "FORMAT", default_value = "pretty")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Pretty,
    /// As schemas/uphold/history.schema.json says
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Since {
    Before(jiff::SignedDuration),
    Day(Timestamp),
}

fn since(text: &str) -> Result<Since, String> {
    let day = || {
        let day: Date = text.parse().ok()?;
        Some(day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    match (days(text), day()) {
        (Ok(days), _) => Ok(Since::Before(days)),
        (_, Some(day)) => Ok(Since::Day(day)),
        _ => Err("a number of days such as 30d, or a day such as 2026-11-01".to_owned()),
    }
}

impl HistoryArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let settings = HistorySettings {
            file: self.history.clone(),
            since: match self.since {
                Since::Before(time) => Timestamp::now().checked_sub(time).unwrap_or(Timestamp::MIN),
                Since::Day(day) => day,
            },
            wanted: if self.cases.is_empty() { None } else { Some(Selection::new(&self.cases, &[], &[])?) },
            json: matches!(self.format, Format::Json),
        };
        let mut stdout = anstream::stdout().lock();
        if history(&settings, &mut stdout)? {
            return Ok(Exit::Passed);
        }
        Err(self.nothing(settings.since))
    }

    /// Says what there is none of: any run, or one with these cases.
    fn nothing(&self, since: Timestamp) -> Failure {
        let (file, since) = (self.history.display(), since.strftime("%Y-%m-%d"));
        if self.cases.is_empty() {
            return Failure::usage(format!("{file}: no run since {since} is remembered")).with_hint(
                "uphold drift remembers each run in which a case is sent; ask for an earlier time with --since",
            );
        }
        Failure::usage(format!("{file}: no run since {since} sent such a case")).with_hint(
            "ask for an earlier time with --since, or for other cases; uphold list shows their ids",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_number_of_days_or_a_day() {
        let day: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
        assert_eq!(since("2026-11-01"), Ok(Since::Day(day)));
        assert_eq!(since("30d"), Ok(Since::Before(jiff::SignedDuration::from_hours(30 * 24))));
        for bad in ["30", "yesterday", "2026-13-01", "2026-11-01x", ""] {
            assert!(since(bad).is_err(), "{bad}");
        }
    }
}
