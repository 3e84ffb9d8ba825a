//! What of the differences is drift.

use indexmap::IndexMap;

use crate::finding::{Finding, FindingId, Severity};

/// A difference that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelled {
    /// What was found in an answer of the new server.
    pub finding: Finding,
    /// Why it does not count.
    pub reason: Reason,
}

/// Why a difference does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The old server has the same finding at the same place against itself.
    Noise,
    /// The saved examples show what came.
    Documented,
}

/// The differences, told apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Settled {
    /// In every round.
    pub(super) drift: Vec<Finding>,
    /// In some rounds: one level lower, with a hint that says so.
    pub(super) intermittent: Vec<Finding>,
    pub(super) noise: Vec<Finding>,
}

/// Tells the findings in the answers of the new server apart by those in further answers of the old one.
///
/// A finding is noise where the old server has one of the same id at the same place, in any round; so a
/// value that changes at every call excuses no other kind of value. What is left is drift if every round
/// has it.
pub(super) fn settle(new: &[Vec<Finding>], old: &[Vec<Finding>]) -> Settled {
    let mut seen: IndexMap<(FindingId, &str), (&Finding, usize)> = IndexMap::new();
    for finding in new.iter().flatten() {
        seen.entry((finding.id, &finding.at)).or_insert((finding, 0)).1 += 1;
    }
    let is_noise = |finding: &Finding| {
        old.iter().flatten().any(|other| other.id == finding.id && other.at == finding.at)
    };
    let mut settled = Settled::default();
    for (finding, times) in seen.into_values() {
        if is_noise(finding) {
            settled.noise.push(finding.clone());
        } else if times == new.len() {
            settled.drift.push(finding.clone());
        } else {
            settled.intermittent.push(lowered(finding, times, new.len()));
        }
    }
    settled
}

fn lowered(finding: &Finding, times: usize, rounds: usize) -> Finding {
    let severity = match finding.severity {
        Severity::Breaking => Severity::Warning,
        Severity::Warning | Severity::Info => Severity::Info,
        Severity::Env => Severity::Env,
    };
    let told =
        format!("intermittent: in {times} of {rounds} rounds, and never in the old server's own answers");
    let hint = match &finding.hint {
        Some(hint) => format!("{told}; {hint}"),
        None => told,
    };
    finding.clone().at_severity(severity).with_hint(hint)
}
