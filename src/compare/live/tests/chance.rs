//! The decision on simulated servers: how often equal ones are told apart, and how often a break is missed.

use super::super::settle::{Claim, Rounds, Settled, Sight, chance, chance_beside, most, settle};
use crate::finding::{Finding, FindingId};

/// xorshift64*, as in Marsaglia, "Xorshift RNGs".
struct Dice(u64);

impl Dice {
    /// Whether an event of this probability, in percent, happens.
    fn falls(&mut self, percent: u64) -> bool {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % 100 < percent
    }
}

/// A member that is absent from so many of a hundred answers of each server.
#[derive(Clone, Copy)]
struct Member {
    old: u64,
    new: u64,
}

/// One comparison, and how many rounds it took. Members that the first old answer lacks are not missed.
fn compared(dice: &mut Dice, members: &[Member], id: FindingId, rounds: Rounds) -> (Settled, usize) {
    let mut seen: Vec<(Claim, bool)> = members
        .iter()
        .enumerate()
        .map(|(at, member)| {
            let finding = Finding::new(id, format!("/{at}"), "", "");
            (
                Claim { finding, new: Vec::new(), old: 1, is_noisy: false, chance: None },
                dice.falls(member.old),
            )
        })
        .collect();
    for done in 1.. {
        for ((claim, is_noise), member) in seen.iter_mut().zip(members) {
            claim.new.push(if dice.falls(member.new) { Sight::Found } else { Sight::Fine });
            claim.old += 1;
            *is_noise |= dice.falls(member.old);
        }
        let left = seen.iter().filter(|(claim, is_noise)| !is_noise && claim.new.contains(&Sight::Found));
        let left: Vec<Claim> = left.map(|(claim, _)| claim.clone()).collect();
        let places = seen.iter().filter(|(claim, is_noise)| *is_noise || claim.new.contains(&Sight::Found));
        let settled = settle(&left, places.count());
        if !settled.goes_on(done, rounds) {
            return (settled, done);
        }
    }
    unreachable!("the number of rounds is bounded")
}

const ROUNDS: Rounds = Rounds { wanted: 3, may_settle: true };

#[test]
fn equal_servers_are_practically_never_told_apart() {
    // Any seed would tell some pair apart with a probability of one in forty.
    let mut dice = Dice(21);
    // Two members, as seldom and as often as may be: 1,000 comparisons each.
    let (mut breaks, mut warnings, mut comparisons) = (0, 0, 0);
    for percent in (5..=95).step_by(5) {
        for _ in 0..1_000 {
            let members = [Member { old: percent, new: percent }; 2];
            let (settled, took) = compared(&mut dice, &members, FindingId::BodyFieldRemoved, ROUNDS);
            assert!(took <= ROUNDS.most());
            breaks += settled.drift.len();
            warnings += settled.intermittent.len();
            comparisons += 1;
        }
    }
    assert_eq!(breaks, 0, "of {comparisons}");
    assert!(warnings * 1_000 < comparisons, "{warnings} of {comparisons}");
}

#[test]
fn the_more_places_come_and_go_the_less_likely_each_must_be() {
    let mut dice = Dice(10);
    for (number, percent) in [(6, 20), (12, 15), (30, 10), (30, 20)] {
        let (mut breaks, mut warnings) = (0, 0);
        for _ in 0..2_000 {
            let members = vec![Member { old: percent, new: percent }; number];
            let (settled, _) = compared(&mut dice, &members, FindingId::BodyFieldRemoved, ROUNDS);
            breaks += settled.drift.len();
            warnings += usize::from(!settled.intermittent.is_empty());
        }
        assert_eq!(breaks, 0, "{number} at {percent} %");
        assert!(warnings <= 6, "{warnings} of 2,000: {number} at {percent} %");
    }
}

#[test]
fn servers_that_fail_as_often_are_told_apart_in_less_than_one_case_of_two_hundred() {
    let mut dice = Dice(11);
    for percent in (5..=95).step_by(5) {
        let mut told = 0;
        for _ in 0..2_000 {
            let member = [Member { old: percent, new: percent }];
            let (settled, _) = compared(&mut dice, &member, FindingId::StatusClassChanged, ROUNDS);
            assert!(settled.drift.is_empty());
            told += settled.intermittent.len();
        }
        assert!(told < 10, "{told} of 2,000 at {percent} %");
    }
}

#[test]
fn a_break_is_found_beside_noisy_neighbours() {
    let mut dice = Dice(8);
    let members = [Member { old: 50, new: 50 }, Member { old: 0, new: 100 }, Member { old: 50, new: 50 }];
    for _ in 0..2_000 {
        let (settled, took) = compared(&mut dice, &members, FindingId::BodyFieldRemoved, ROUNDS);
        assert!(settled.drift.iter().any(|finding| finding.at == "/1") && took >= 9);
    }
}

#[test]
fn what_comes_now_and_then_is_told_as_that() {
    let mut dice = Dice(9);
    let (mut failed, mut half) = (0, 0);
    for _ in 0..2_000 {
        // Seen in the first round; else nobody asks again.
        let fails = [Member { old: 0, new: 20 }];
        let (settled, _) = compared(&mut dice, &fails, FindingId::StatusClassChanged, ROUNDS);
        assert!(settled.drift.is_empty());
        failed += settled.intermittent.len();
        let absent = [Member { old: 0, new: 50 }];
        let (settled, _) = compared(&mut dice, &absent, FindingId::BodyFieldRemoved, ROUNDS);
        half += settled.intermittent.len() + settled.drift.len();
    }
    // Of about 400 that were seen in the first round nearly all.
    assert!((340..440).contains(&failed), "{failed}");
    assert!((900..1_100).contains(&half), "{half}");
}

#[test]
fn a_request_that_may_not_be_repeated_is_sent_no_more_often_than_asked_for() {
    let once = Rounds { wanted: 3, may_settle: false };
    let always = [Member { old: 0, new: 100 }];
    let took = compared(&mut Dice(1), &always, FindingId::BodyFieldRemoved, once).1;
    assert_eq!((took, once.most()), (3, 3));
    assert_eq!(compared(&mut Dice(1), &always, FindingId::BodyFieldRemoved, ROUNDS).1, 9);
}

#[test]
fn what_the_old_server_shows_less_often_is_weighed_by_the_exact_test_of_fisher() {
    // Where no old answer has it both are the same.
    for (found, new, old) in [(0, 5, 6), (3, 5, 6), (5, 5, 6), (12, 36, 37)] {
        assert!((chance_beside((found, new), (0, old)) - chance(found, new, old)).abs() < 1e-9);
    }
    // The tea of the lady: three of four cups right, and all of them.
    assert!((chance_beside((3, 4), (1, 4)) - 17.0 / 70.0).abs() < 1e-9);
    assert!((chance_beside((4, 4), (0, 4)) - 1.0 / 70.0).abs() < 1e-9);
    // As often on both, and on the old one more often.
    assert!(chance_beside((6, 18), (6, 19)) > 0.5 && chance_beside((1, 18), (9, 19)) > 0.99);
}

#[test]
fn what_is_always_there_is_at_most_so_likely() {
    for (rounds, one_in) in [(3, 119.0), (9, 510_000.0)] {
        let bound = most(rounds, rounds + 1);
        assert!((one_in..1.01 * one_in).contains(&(1.0 / bound)), "{rounds}: 1 in {}", 1.0 / bound);
        // Whatever the probability.
        let of = |percent: u32| {
            let (p, n) = (f64::from(percent) / 100.0, i32::try_from(rounds).unwrap());
            p.powi(n) * (1.0 - p).powi(n + 1)
        };
        assert!((0..=100).all(|percent| of(percent) <= bound));
    }
}
