//! The waivers of a suite and the cases that they are for.

use std::collections::HashSet;
use std::sync::Arc;

use super::case::Case;
use crate::finding::{CaseId, Finding, FindingId};
use crate::postman::Warning;
use crate::suite::{Suite, WAIVERS, Waiver};

/// The day of a moment, in UTC: `2027-03-31`.
pub(super) fn day(now: impl std::fmt::Display) -> String {
    now.to_string().chars().take(10).collect()
}

/// The waivers that fit no case: slips of the pen, or of cases that are gone.
pub(super) fn unmatched(suite: &Suite, ids: &[CaseId]) -> Vec<Warning> {
    let unmatched = suite.waivers.iter().filter(|waiver| !ids.iter().any(|id| waiver.fits(id)));
    let warning = |waiver: &Waiver| Warning {
        file: suite.dir.join(WAIVERS),
        pointer: String::new(),
        message: format!(
            "line {}: `case = \"{}\"` fits no case; take the waiver out",
            waiver.line, waiver.case
        ),
    };
    unmatched.map(warning).collect()
}

/// The waivers that fit cases, all of which are planned; none where `[severity]` switches off to be told of
/// those without use.
pub(super) fn decidable(
    suite: &Suite,
    waivers: &[Arc<Waiver>],
    ids: &[CaseId],
    cases: &[Arc<Case>],
) -> Vec<Arc<Waiver>> {
    let told = Finding::new(FindingId::WaiverUnused, "", "", "");
    if suite.settings.severity.apply(told).is_none() {
        return Vec::new();
    }
    let planned: HashSet<&CaseId> = cases.iter().map(|case| &case.id).collect();
    let decidable = |waiver: &&Arc<Waiver>| {
        let mut fitting = ids.iter().filter(|id| waiver.fits(id)).peekable();
        fitting.peek().is_some() && fitting.all(|id| planned.contains(id))
    };
    waivers.iter().filter(decidable).cloned().collect()
}
