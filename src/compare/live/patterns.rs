//! How many things of a case come and go.

use std::collections::{BTreeMap, BTreeSet};

use super::settle::{CHANCE_AT_TIMES, Claim, Sight, chance, float};
use crate::finding::{Finding, Severity};

/// How many things came or went that chance has a try at: places that come and go in the same answers are one.
/// Another object in one answer of three is one event, however many members it lacks, and chance has one try at it.
///
/// `new` and `own` are what each answer of either server has against the first one of the old server; `differing`
/// is what only some answers of either have, whichever server gave them, with how many show the place. Of these
/// only those count that could be told at all if the new server alone had them (Tarone, "A modified Bonferroni
/// method for discrete data", 1990).
pub(super) fn places(
    claims: &[Claim],
    (new, own): (&[Vec<Finding>], &[Vec<Finding>]),
    differing: &BTreeSet<(Vec<usize>, usize)>,
) -> usize {
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
    let told: BTreeSet<Vec<usize>> =
        bearers.into_values().map(|bearers| bearers.into_iter().collect()).collect();
    let others: Vec<f64> = differing
        .iter()
        .filter(|(bearers, _)| !told.contains(bearers))
        .map(|(bearers, shown)| least(bearers.len(), *shown, (new.len(), own.len())))
        .collect();
    let all = told.len() + others.len();
    let of = |places: usize| {
        told.len() + others.iter().filter(|least| **least <= CHANCE_AT_TIMES / float(places)).count()
    };
    (1..=all).find(|places| of(*places) <= *places).unwrap_or(all)
}

/// The least that the chance of something can be that so many answers have, where so many show its place: all that
/// have it are of the new server, and those that hide it, too.
fn least(found: usize, shown: usize, (new, old): (usize, usize)) -> f64 {
    if found > new {
        return 1.0;
    }
    let hidden = (new + old).saturating_sub(shown);
    let of_new = new.saturating_sub(hidden).max(found);
    chance(found, of_new, shown.saturating_sub(of_new))
}
