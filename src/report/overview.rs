//! Reasons gathered: what keeps most cases from running, and what would cure it.
//!
//! A suite may skip thousands of cases for a handful of reasons. A reason is `cause; cure`: cases
//! are gathered by the cure, since that is what a person does next, and below it by the cause.
//! Causes that differ only in the name of an example (`'…'`) are one.

use std::borrow::Cow;
use std::cmp::Reverse;

use indexmap::IndexMap;

use super::count::count;
use super::events::{CaseRow, VerdictRow};

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
        let reason = row.reason.as_deref().unwrap_or("not sent");
        // What the answer said of itself: `401 INVALID_TOKEN: the credentials were refused …`.
        let said = row.status.filter(|_| row.verdict == VerdictRow::Errored).map(|status| {
            let code = row.codes.codes.first().map(|seen| format!(" {}", seen.code));
            format!("{status}{}: {reason}", code.unwrap_or_default())
        });
        let reason = said.as_deref().unwrap_or(reason);
        // Of a case that was sent the cure stands with what was found.
        let hint = row.findings.iter().find_map(|finding| finding.hint.as_ref());
        match hint.filter(|_| row.verdict == VerdictRow::Errored) {
            Some(hint) => groups.add_with(reason, Some(hint)),
            None => groups.add(reason),
        }
    }

    pub(super) fn skipped(&self) -> Vec<String> {
        self.skipped.lines("skipped")
    }

    pub(super) fn errored(&self) -> Vec<String> {
        self.errored.lines("errored")
    }

    /// Whether several cases have no usable answer for one reason.
    pub(super) fn has_common_error(&self) -> bool {
        self.errored.0.values().flat_map(|causes| causes.values()).any(|count| count.number > 1)
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

/// Causes by what they have in common: the cure, or else nothing.
#[derive(Debug, Default)]
struct Groups(IndexMap<String, Causes>);

/// Causes by what they are without the names in them.
type Causes = IndexMap<String, Count>;

/// How many cases have a cause.
#[derive(Debug)]
struct Count {
    number: usize,
    /// What is shown: the cause as it was, while all of them are equal.
    shown: String,
}

impl Groups {
    fn add(&mut self, reason: &str) {
        let (cause, cure) = split(reason);
        self.add_with(cause, cure);
    }

    fn add_with(&mut self, cause: &str, cure: Option<&str>) {
        let causes = self.0.entry(cure.unwrap_or_default().to_owned()).or_default();
        let general = nameless(cause);
        let known = causes
            .entry(general.clone().into_owned())
            .or_insert_with(|| Count { number: 0, shown: cause.to_owned() });
        known.number += 1;
        if known.shown != cause {
            known.shown = general.into_owned();
        }
    }

    /// The largest group first; within it the most frequent cause.
    fn lines(&self, label: &str) -> Vec<String> {
        let sum = |causes: &Causes| causes.values().map(|count| count.number).sum::<usize>();
        let mut groups: Vec<_> = self.0.iter().map(|(cure, causes)| (sum(causes), cure, causes)).collect();
        groups.sort_by_key(|(number, _, _)| Reverse(*number));
        let mut lines = Vec::new();
        for (number, cure, causes) in groups.iter().take(SHOWN_CURES) {
            lines.extend(group(label, *number, cure, causes));
        }
        if let Some(left) = groups.get(SHOWN_CURES..).filter(|left| !left.is_empty()) {
            let cases = left.iter().map(|(number, _, _)| number).sum();
            lines.push(format!("{label} {}: for other reasons", count(cases, "more case")));
        }
        lines
    }
}

/// The cause with `'…'` for what stands between its first and its last quotation mark.
fn nameless(cause: &str) -> Cow<'_, str> {
    match (cause.split_once('\''), cause.rsplit_once('\'')) {
        (Some((before, _)), Some((name, after))) if before.len() < name.len() => {
            format!("{before}'…'{after}").into()
        }
        (_, _) => cause.into(),
    }
}

fn group(label: &str, number: usize, cure: &str, causes: &Causes) -> Vec<String> {
    let mut sorted: Vec<_> = causes.values().collect();
    sorted.sort_by_key(|count| Reverse(count.number));
    let head = format!("{label} {}", count(number, "case"));
    if let [Count { shown: cause, .. }] = sorted.as_slice() {
        let cure = if cure.is_empty() { String::new() } else { format!("; {cure}") };
        return vec![format!("{head}: {cause}{cure}")];
    }
    let mut lines = Vec::new();
    lines.push(if cure.is_empty() { format!("{head}:") } else { format!("{head}: {cure}") });
    for Count { number, shown } in sorted.iter().take(SHOWN_CAUSES) {
        lines.push(format!("  {number} × {shown}"));
    }
    if let Some(more @ 1..) = sorted.len().checked_sub(SHOWN_CAUSES) {
        lines.push(format!("  and {}", count(more, "more cause")));
    }
    lines
}
