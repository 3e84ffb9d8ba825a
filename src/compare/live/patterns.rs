//! How many things of a case come and go.

use std::collections::{BTreeMap, BTreeSet};

use super::settle::{Claim, Sight};
use crate::finding::{Finding, Severity};

/// How many things would count, and came or went: places that come and go in the same answers are one. Another
/// object in one answer of three is one event, however many members it lacks, and chance has one try at it.
///
/// `new` and `own` are what each answer of either server has against the first one of the old server.
pub(super) fn places(claims: &[Claim], new: &[Vec<Finding>], own: &[Vec<Finding>]) -> usize {
    let mut bearers: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (answer, found) in new.iter().chain(own).enumerate() {
        for finding in found.iter().filter(|finding| finding.severity >= Severity::Warning) {
            bearers.entry(finding.at.as_str()).or_default().insert(answer);
        }
    }
    for claim in claims.iter().filter(|claim| claim.finding.severity >= Severity::Warning) {
        let found = (0..).zip(&claim.new).filter(|(_, sight)| **sight == Sight::Found);
        bearers.entry(claim.finding.at.as_str()).or_default().extend(found.map(|(answer, _)| answer));
    }
    bearers.into_values().collect::<BTreeSet<_>>().len()
}
