//! The part of `run.json` on a comparison of two servers.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FindingJson;
use crate::compare::live::Reason;
use crate::report::comparison::{CancelledRow, Comparison, Counts};

/// What came of `uphold compare`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "compare")]
pub(super) struct ComparisonJson<'a> {
    /// The base URL of the old server; those of several suites are joined with a comma.
    old: Cow<'a, str>,
    /// The base URL of the new server.
    new: Cow<'a, str>,
    /// How many rounds were asked for: a third of those that confirm a difference.
    rounds: usize,
    /// The verdict in one sentence, for people.
    sentence: Cow<'a, str>,
    /// The counts; every case is in one of the first five.
    counts: CountsJson,
    /// What was found and does not count.
    cancelled: Vec<CancelledJson<'a>>,
    /// The cases in which the old server differs from its saved example.
    old_violates_example: Cow<'a, [String]>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
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
    /// Of those, the ones that were not sent.
    not_sent: usize,
    /// Cases with a difference that not every round had.
    intermittent: usize,
    /// Requests sent to both servers.
    requests: usize,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "cancelled")]
struct CancelledJson<'a> {
    /// The case.
    case: Cow<'a, str>,
    /// Why it does not count. `noise`: the old server's own answers show what came. `documented`: the saved
    /// examples show it. `seldom`: it came so seldom that chance may have it.
    reason: Cow<'a, str>,
    /// What was found.
    finding: FindingJson<'a>,
}

impl<'a> From<&'a Comparison> for ComparisonJson<'a> {
    fn from(compared: &'a Comparison) -> Self {
        let counts = compared.counts;
        Self {
            old: (&compared.old).into(),
            new: (&compared.new).into(),
            rounds: compared.rounds,
            sentence: (&compared.sentence).into(),
            counts: CountsJson {
                breaking: counts.breaking,
                warnings: counts.warnings,
                harmless: counts.harmless,
                unchanged: counts.unchanged,
                not_comparable: counts.not_comparable,
                not_sent: counts.skipped,
                intermittent: counts.intermittent,
                requests: counts.requests,
            },
            cancelled: compared.cancelled.iter().map(CancelledJson::from).collect(),
            old_violates_example: (&compared.violating).into(),
        }
    }
}

impl<'a> From<&'a CancelledRow> for CancelledJson<'a> {
    fn from(row: &'a CancelledRow) -> Self {
        Self {
            case: (&row.case).into(),
            reason: word(row.reason).into(),
            finding: FindingJson::from(&row.finding),
        }
    }
}

impl ComparisonJson<'_> {
    /// What came of the comparison; fails at what none has.
    pub(super) fn read(self) -> Result<Comparison, String> {
        let counts = self.counts;
        Ok(Comparison {
            old: self.old.into_owned(),
            new: self.new.into_owned(),
            rounds: self.rounds,
            counts: Counts {
                breaking: counts.breaking,
                warnings: counts.warnings,
                harmless: counts.harmless,
                unchanged: counts.unchanged,
                not_comparable: counts.not_comparable,
                skipped: counts.not_sent,
                intermittent: counts.intermittent,
                requests: counts.requests,
            },
            sentence: self.sentence.into_owned(),
            cancelled: self.cancelled.into_iter().map(CancelledJson::read).collect::<Result<_, _>>()?,
            lists_cancelled: false,
            violating: self.old_violates_example.into_owned(),
        })
    }
}

impl CancelledJson<'_> {
    fn read(self) -> Result<CancelledRow, String> {
        let reason = REASONS.into_iter().find(|reason| word(*reason) == self.reason);
        Ok(CancelledRow {
            case: self.case.into_owned(),
            finding: self.finding.read()?,
            reason: reason.ok_or_else(|| format!("`{}` is no reason", self.reason))?,
        })
    }
}

const REASONS: [Reason; 3] = [Reason::Noise, Reason::Documented, Reason::Seldom];

fn word(reason: Reason) -> &'static str {
    match reason {
        Reason::Noise => "noise",
        Reason::Documented => "documented",
        Reason::Seldom => "seldom",
    }
}
