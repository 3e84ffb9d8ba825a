//! Differences that are in every new answer only together: each answer breaks the client, each in a way of
//! its own.

use std::cmp::Reverse;

use super::settle::{Claim, Settled, Sight, chance};
use crate::finding::{Finding, Severity};

/// What is less likely than this between equal servers is no chance. Smaller than that of what is told one
/// level lower: this breaks.
const CHANCE: f64 = 0.001;

/// Claims of a level that make up a difference of the case.
#[derive(Debug)]
pub(super) struct Together {
    /// Their positions, at least two.
    members: Vec<usize>,
    /// How many answers have one of them: all that show the place of any.
    answers: usize,
    /// How many answers there are.
    rounds: usize,
}

impl Together {
    /// The fewest claims of that level or above of which every new answer has one that shows the place of
    /// any; those that are in the most answers first. `None` where an answer has none, where one claim is
    /// enough, or where less than half of the answers show anything.
    pub(super) fn of(claims: &[Claim], level: Severity) -> Option<Self> {
        let of_level = || claims.iter().enumerate().filter(|(_, claim)| claim.finding.severity >= level);
        let rounds = claims.first()?.new.len();
        let sights = |round: usize| of_level().filter_map(move |(_, claim)| claim.new.get(round));
        let mut left: Vec<usize> =
            (0..rounds).filter(|round| sights(*round).any(|sight| *sight != Sight::Silent)).collect();
        let answers = left.len();
        let mut members = Vec::new();
        let has = |claim: &Claim, round: &usize| claim.new.get(*round) == Some(&Sight::Found);
        while !left.is_empty() {
            let found = |claim: &Claim| left.iter().filter(|round| has(claim, round)).count();
            let (position, claim) = of_level().min_by_key(|(_, claim)| Reverse(found(claim)))?;
            if found(claim) == 0 {
                return None;
            }
            left.retain(|round| !has(claim, round));
            members.push(position);
        }
        (members.len() > 1 && 2 * answers >= rounds).then_some(Self { members, answers, rounds })
    }

    /// Whether chance may have it, where of so many `old` answers some (`strange`) have a difference of the
    /// level from all others of the old server.
    pub(super) fn may_be_chance(&self, strange: usize, old: usize) -> bool {
        strange > 0 && chance(old.saturating_sub(strange), old, self.answers) > CHANCE
    }

    /// Tells the claims as drift, each with how often it came.
    pub(super) fn tell(&self, claims: &[Claim], settled: &mut Settled) {
        for claim in self.members.iter().filter_map(|member| claims.get(*member)) {
            let is_same = |told: &Finding| told.id == claim.finding.id && told.at == claim.finding.at;
            settled.intermittent.retain(|told| !is_same(told));
            settled.seldom.retain(|told| !is_same(told));
            let told = format!(
                "in {} of {} rounds; every answer of the new server has this or another difference of this level",
                claim.found(),
                self.rounds
            );
            let hint = claim.finding.hint.as_ref().map_or(told.clone(), |hint| format!("{told}; {hint}"));
            settled.drift.push(claim.finding.clone().with_hint(hint));
        }
    }
}
