//! The options of sending that several commands share, and how they become checked values.

use std::time::Duration;

use clap::Args;

use super::network::NetworkArgs;
use crate::send::Limits;

/// How many requests at once, how long each, and on which way.
#[derive(Debug, Args)]
#[command(next_help_heading = "Sending")]
pub(super) struct SendingArgs {
    /// Requests in flight at once
    #[arg(short = 'j', long, value_name = "N", default_value = "16", value_parser = jobs)]
    jobs: usize,

    /// The most that one request may take, e.g. 500ms, 30s, 2m; followed redirects count
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    timeout: Duration,

    #[command(flatten)]
    pub(super) network: NetworkArgs,
}

impl SendingArgs {
    pub(super) fn limits(&self) -> Limits {
        limits(self.jobs, self.timeout)
    }
}

/// No part of a case may take longer than the whole; a whole that is longer than usual is meant for
/// servers that let one wait.
fn limits(jobs: usize, timeout: Duration) -> Limits {
    let limits = Limits::default();
    Limits {
        jobs,
        connect: limits.connect.min(timeout),
        idle: if timeout > limits.total { timeout } else { limits.idle.min(timeout) },
        total: timeout,
        ..limits
    }
}

fn jobs(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(jobs @ 1..=1024) => Ok(jobs),
        _ => Err("a number from 1 to 1024".to_owned()),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
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
}
