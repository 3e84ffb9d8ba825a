//! Differences that count only together: each answer breaks the client, each in a way of its own
//! ([`Together`]), or some of them do ([`Jointly`]).

use std::cmp::Reverse;

use super::settle::{Claim, Settled, Sight, chance_beside};
use crate::finding::{Finding, Severity};

/// What is less likely than this between equal servers is no chance: of what every answer has, at each of two
/// levels, and of what some have.
const CHANCE: f64 = 0.0005;
const CHANCE_AT_TIMES: f64 = 0.001;

/// How many answers of either server have anything of a level that the first answers of the old server ask for
/// otherwise. These are neither among the others nor chosen by what those have, so that it is one question,
/// asked beforehand, whatever the differences are of which the answer is made up, and however many places come
/// and go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Strange {
    /// Of so many new answers.
    pub(super) new: (usize, usize),
    /// Of so many old ones, without the first.
    pub(super) old: (usize, usize),
}

impl Strange {
    /// How likely as much is between equal servers.
    fn chance(self) -> f64 {
        chance_beside(self.new, self.old)
    }
}

/// Claims of a level that make up a difference of the case.
#[derive(Debug)]
pub(super) struct Together {
    /// Their positions, at least two.
    members: Vec<usize>,
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
        (members.len() > 1 && 2 * answers >= rounds).then_some(Self { members, rounds })
    }

    /// Whether chance may have it.
    pub(super) fn may_be_chance(strange: Strange) -> bool {
        strange.chance() > CHANCE
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

/// Claims of a level of which some answers have one or another.
#[derive(Debug)]
pub(super) struct Jointly {
    /// Their positions, at least two.
    members: Vec<usize>,
    /// How many answers have any of them.
    found: usize,
    /// How many answers there are.
    rounds: usize,
}

impl Jointly {
    /// All claims of that level or above; `None` where one is all there is.
    pub(super) fn of(claims: &[Claim], level: Severity) -> Option<Self> {
        let of_level = || claims.iter().enumerate().filter(|(_, claim)| claim.finding.severity >= level);
        let rounds = claims.first()?.new.len();
        let has = |round: &usize| of_level().any(|(_, claim)| claim.new.get(*round) == Some(&Sight::Found));
        let members: Vec<usize> = of_level().map(|(position, _)| position).collect();
        let found = (0..rounds).filter(has).count();
        (members.len() > 1).then_some(Self { members, found, rounds })
    }

    /// Whether chance may have it.
    pub(super) fn may_be_chance(strange: Strange) -> bool {
        strange.chance() > CHANCE_AT_TIMES
    }

    /// Tells the claims as intermittent.
    pub(super) fn tell(&self, claims: &[Claim], settled: &mut Settled) {
        for claim in self.members.iter().filter_map(|member| claims.get(*member)) {
            let told = format!(
                "intermittent: in {} of {} rounds; {} of them have this or another difference of this level",
                claim.found(),
                self.rounds,
                self.found
            );
            let Some(lowered) = claim.lowered_as(&told) else { continue };
            let is_same = |told: &Finding| told.id == claim.finding.id && told.at == claim.finding.at;
            settled.seldom.retain(|told| !is_same(told));
            settled.intermittent.retain(|told| !is_same(told));
            settled.intermittent.push(lowered);
        }
    }
}
