//! Reasons gathered: what keeps most cases from running, and what would cure it.
//!
//! A suite may skip thousands of cases for a handful of reasons. A reason is `cause; cure`: cases
//! are gathered by the cure, since that is what a person does next, and below it by the cause.

use std::cmp::Reverse;

use indexmap::IndexMap;

use crate::report::events::{CaseRow, VerdictRow};

/// Cures that are shown.
const SHOWN_CURES: usize = 10;
/// Causes that are shown for one cure.
const SHOWN_CAUSES: usize = 3;

/// The reasons of the cases so far.
#[derive(Debug, Default)]
pub(super) struct Overview {
    skipped: Groups,
    errored: Groups,
}

impl Overview {
    pub(super) fn add(&mut self, row: &CaseRow) {
        let groups = match row.verdict {
            VerdictRow::Skipped => &mut self.skipped,
            VerdictRow::Errored => &mut self.errored,
            VerdictRow::Passed | VerdictRow::Failed => return,
        };
        groups.add(row.reason.as_deref().unwrap_or("not sent"));
    }

    pub(super) fn skipped(&self) -> Vec<String> {
        self.skipped.lines("skipped")
    }

    pub(super) fn errored(&self) -> Vec<String> {
        self.errored.lines("errored")
    }
}

/// What stands before the cure.
pub(super) fn cause(reason: &str) -> &str {
    split(reason).0
}

fn split(reason: &str) -> (&str, Option<&str>) {
    match reason.rsplit_once("; ") {
        Some((cause, cure)) => (cause, Some(cure)),
        None => (reason, None),
    }
}

/// Causes with their counts, by what they have in common: the cure, or else the cause itself.
#[derive(Debug, Default)]
struct Groups(IndexMap<String, IndexMap<String, usize>>);

impl Groups {
    fn add(&mut self, reason: &str) {
        let (cause, cure) = split(reason);
        let causes = self.0.entry(cure.unwrap_or_default().to_owned()).or_default();
        *causes.entry(cause.to_owned()).or_insert(0) += 1;
    }

    /// The largest group first; within it the most frequent cause.
    fn lines(&self, label: &str) -> Vec<String> {
        let mut groups: Vec<_> =
            self.0.iter().map(|(cure, causes)| (causes.values().sum::<usize>(), cure, causes)).collect();
        groups.sort_by_key(|(number, _, _)| Reverse(*number));
        let mut lines = Vec::new();
        for (number, cure, causes) in groups.iter().take(SHOWN_CURES) {
            lines.extend(group(label, *number, cure, causes));
        }
        if let Some(left) = groups.get(SHOWN_CURES..).filter(|left| !left.is_empty()) {
            let cases = left.iter().map(|(number, _, _)| number).sum();
            lines.push(format!("{label} {}: for other reasons", super::count(cases, "more case")));
        }
        lines
    }
}

fn group(label: &str, number: usize, cure: &str, causes: &IndexMap<String, usize>) -> Vec<String> {
    let mut sorted: Vec<_> = causes.iter().collect();
    sorted.sort_by_key(|(_, number)| Reverse(**number));
    let head = format!("{label} {}", super::count(number, "case"));
    if let [(cause, _)] = sorted.as_slice() {
        let cure = if cure.is_empty() { String::new() } else { format!("; {cure}") };
        return vec![format!("{head}: {cause}{cure}")];
    }
    let mut lines = Vec::new();
    lines.push(if cure.is_empty() { format!("{head}:") } else { format!("{head}: {cure}") });
    for (cause, number) in sorted.iter().take(SHOWN_CAUSES) {
        lines.push(format!("  {number} × {cause}"));
    }
    if let Some(more @ 1..) = sorted.len().checked_sub(SHOWN_CAUSES) {
        lines.push(format!("  and {}", super::count(more, "more cause")));
    }
    lines
}
