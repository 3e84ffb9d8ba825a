//! The part of `run.json` on a proof of the contract that lay beside the reports.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::events::ProvenRow;

/// What `uphold prove` found of the cases of a suite.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "proven")]
pub(super) struct ProvenJson<'a> {
    /// The suite.
    suite: Cow<'a, str>,
    /// Cases of this run whose contract is the one that was proven.
    cases: usize,
    /// Cases of this run that are not in the proof, or whose contract is another one by now.
    others: usize,
    /// Breaking changes that were caught.
    caught: usize,
    /// Breaking changes that were missed.
    missed: usize,
    /// Breaking changes that no contract of these examples and settings can tell.
    inherent: usize,
    /// Harmless changes that were told in vain.
    false_alarms: usize,
}

impl<'a> From<&'a ProvenRow> for ProvenJson<'a> {
    fn from(row: &'a ProvenRow) -> Self {
        let ProvenRow { suite, cases, others, caught, missed, inherent, false_alarms } = row;
        Self {
            suite: suite.into(),
            cases: *cases,
            others: *others,
            caught: *caught,
            missed: *missed,
            inherent: *inherent,
            false_alarms: *false_alarms,
        }
    }
}

impl From<ProvenJson<'_>> for ProvenRow {
    fn from(json: ProvenJson<'_>) -> Self {
        let ProvenJson { suite, cases, others, caught, missed, inherent, false_alarms } = json;
        Self { suite: suite.into_owned(), cases, others, caught, missed, inherent, false_alarms }
    }
}
