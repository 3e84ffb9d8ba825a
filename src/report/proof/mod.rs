//! What `uphold prove` found: [`Proof`], as text ([`text`]) and as JSON ([`json`]).
//!
//! A proof shows places, types and names of examples, never a value of an answer. Invariant: the
//! counts of a suite and of the whole are sums of those of the cases.

pub mod json;
pub mod text;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::finding::Severity;
use crate::mutate::{CaseProof, Count, Kind, Nature};

/// What became of every change of every case.
#[derive(Debug)]
pub struct Proof {
    /// The suites, in the order in which they were asked for.
    pub suites: Vec<SuiteProof>,
    /// What became of the changes that were sent over HTTP.
    pub wire: Wire,
    /// The lowest level that fails a case.
    pub fail_on: Severity,
    /// The seed.
    pub seed: u64,
    /// How long it took.
    pub duration: Duration,
    /// The signal that ended it early, by name.
    pub interrupted: Option<&'static str>,
    /// How many cases that left unproven.
    pub unproven: usize,
    /// The cases whose schemas took too long to judge by.
    pub undecided: Vec<String>,
}

/// The cases of one suite.
#[derive(Debug)]
pub struct SuiteProof {
    /// The suite.
    pub name: String,
    /// The cases, in the order of the plan, by their ids.
    pub cases: Vec<(String, CaseProof)>,
}

/// The changed answers that the mock served, judged as they arrived.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Wire {
    /// How many were asked for.
    pub sent: usize,
    /// Those that were judged otherwise than in memory: case, kind, place.
    pub differing: Vec<String>,
    /// Those that did not arrive, with the reason.
    pub unanswered: Vec<String>,
}

/// Counts by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals(BTreeMap<Kind, Count>);

impl Totals {
    /// The sum over these cases.
    pub fn of<'p>(cases: impl IntoIterator<Item = &'p CaseProof>) -> Self {
        let mut totals = Self::default();
        for (kind, count) in cases.into_iter().flat_map(|case| &case.counts) {
            totals.0.entry(*kind).or_default().add(*count);
        }
        totals
    }

    /// The kinds that were tried, in the order of the table.
    pub fn kinds(&self) -> impl Iterator<Item = (Kind, Count)> {
        self.0.iter().map(|(kind, count)| (*kind, *count))
    }

    /// All kinds of that nature together.
    pub fn all(&self, nature: Nature) -> Count {
        let mut all = Count::default();
        self.kinds().filter(|(kind, _)| kind.nature() == nature).for_each(|(_, count)| all.add(count));
        all
    }

    /// Of the breaking changes that an example shows the place of, how many were caught: from 0 to
    /// 1; `None` where there are none.
    pub fn score(&self) -> Option<f64> {
        let all = self.all(Nature::Breaking);
        let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        let shown = all.caught + all.wrong;
        (shown > 0).then(|| number(all.caught) / number(shown))
    }
}

impl Proof {
    /// Every case of every suite.
    pub fn cases(&self) -> impl Iterator<Item = &(String, CaseProof)> {
        self.suites.iter().flat_map(|suite| &suite.cases)
    }

    /// Whether every case was proven: nothing was missed, told in vain, or judged otherwise over HTTP.
    pub fn holds(&self) -> bool {
        self.interrupted.is_none() && self.undecided.is_empty() && !self.is_refuted()
    }

    /// Whether something was missed, told in vain, or judged otherwise over HTTP.
    pub fn is_refuted(&self) -> bool {
        !self.wire.differing.is_empty() || !self.cases().all(|(_, case)| case.is_proven())
    }
}

#[cfg(test)]
mod tests;
