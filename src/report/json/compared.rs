//! The part of `run.json` on a comparison of two servers.

use schemars::JsonSchema;
use serde::Serialize;

use super::FindingJson;
use crate::compare::live::Reason;
use crate::report::comparison::{CancelledRow, Comparison};

/// What came of `uphold compare`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "compare")]
pub(super) struct ComparisonJson<'a> {
    /// The base URL of the old server; those of several suites are joined with a comma.
    old: &'a str,
    /// The base URL of the new server.
    new: &'a str,
    /// How many rounds were asked for: a third of those that confirm a difference.
    rounds: usize,
    /// The verdict in one sentence, for people.
    sentence: &'a str,
    /// The counts; every case is in one of the first five.
    counts: CountsJson,
    /// What was found and does not count.
    cancelled: Vec<CancelledJson<'a>>,
    /// The cases in which the old server differs from its saved example.
    old_violates_example: &'a [String],
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "compare_counts")]
struct CountsJson {
    /// Cases with a breaking difference.
    breaking: usize,
    /// Cases with a warning and nothing graver.
    warnings: usize,
    /// Cases with differences that break no client.
    harmless: usize,
    /// Cases without a difference.
    unchanged: usize,
    /// Cases without two answers to compare, those that were not sent among them.
    not_comparable: usize,
    /// Cases with a difference that not every round had.
    intermittent: usize,
    /// Requests sent to both servers.
    requests: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "cancelled")]
struct CancelledJson<'a> {
    /// The case.
    case: &'a str,
    /// Why it does not count. `noise`: the old server's own answers show what came. `documented`: the saved
    /// examples show it. `seldom`: it came so seldom that chance may have it.
    reason: &'static str,
    /// What was found.
    finding: FindingJson<'a>,
}

impl<'a> From<&'a Comparison> for ComparisonJson<'a> {
    fn from(compared: &'a Comparison) -> Self {
        let counts = compared.counts;
        Self {
            old: &compared.old,
            new: &compared.new,
            rounds: compared.rounds,
            sentence: &compared.sentence,
            counts: CountsJson {
                breaking: counts.breaking,
                warnings: counts.warnings,
                harmless: counts.harmless,
                unchanged: counts.unchanged,
                not_comparable: counts.not_comparable,
                intermittent: counts.intermittent,
                requests: counts.requests,
            },
            cancelled: compared.cancelled.iter().map(CancelledJson::from).collect(),
            old_violates_example: &compared.violating,
        }
    }
}

impl<'a> From<&'a CancelledRow> for CancelledJson<'a> {
    fn from(row: &'a CancelledRow) -> Self {
        Self {
            case: &row.case,
            reason: match row.reason {
                Reason::Noise => "noise",
                Reason::Documented => "documented",
                Reason::Seldom => "seldom",
            },
            finding: FindingJson::from(&row.finding),
        }
    }
}
