//! What came of a comparison of two servers, as reports have it ([`Comparison`]).

use super::count::count;
use crate::compare::live::Reason;
use crate::finding::Finding;

/// What came of a comparison of two servers, over all cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Base URLs of the old server, joined with a comma.
    pub old: String,
    /// Base URLs of the new server.
    pub new: String,
    /// How many rounds were asked for: a third of those that confirm a difference.
    pub rounds: usize,
    /// The counts.
    pub counts: Counts,
    /// The counts as one sentence, with the cases that break.
    pub sentence: String,
    /// What did not count, in the order of the cases.
    pub cancelled: Vec<CancelledRow>,
    /// Whether the terminal lists what did not count.
    pub lists_cancelled: bool,
    /// The cases in which the old server differs from its saved example.
    pub violating: Vec<String>,
}

/// How many cases came to what; every selected case is in one of the first five.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// With a breaking finding.
    pub breaking: usize,
    /// With a warning, and nothing graver.
    pub warnings: usize,
    /// With differences that break no client.
    pub harmless: usize,
    /// Without a difference.
    pub unchanged: usize,
    /// Without two answers to compare: skipped, or no usable answer of one server.
    pub not_comparable: usize,
    /// Of those that are not comparable, the ones that were not sent.
    pub skipped: usize,
    /// With a finding that not every round had.
    pub intermittent: usize,
    /// Requests sent.
    pub requests: usize,
}

/// A difference that did not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelledRow {
    /// The case.
    pub case: String,
    /// The finding, secrets hidden.
    pub finding: Finding,
    /// Why it does not count.
    pub reason: Reason,
}

impl Counts {
    /// All cases.
    pub fn cases(&self) -> usize {
        self.breaking + self.warnings + self.harmless + self.unchanged + self.not_comparable
    }

    /// `2 of 48 cases break: NAMED; 3 with warnings; 41 unchanged; 2 not comparable`; `named` is empty where
    /// none is to be named.
    pub(super) fn sentence(&self, named: &str) -> String {
        let is_one = self.breaking == 1 || self.cases() == 1;
        let breaks = if is_one { "breaks" } else { "break" };
        let mut text = format!("{} of {} {breaks}", self.breaking, count(self.cases(), "case"));
        if !named.is_empty() {
            text = format!("{text}: {named}");
        }
        let parts = [
            (self.warnings, "with warnings"),
            (self.harmless, "with harmless differences"),
            (self.unchanged, "unchanged"),
            (self.not_comparable, "not comparable"),
        ];
        for (number, what) in parts {
            if number > 0 {
                text = format!("{text}; {number} {what}");
            }
        }
        match self.skipped {
            0 => text,
            skipped => format!("{text} ({skipped} not sent)"),
        }
    }
}
