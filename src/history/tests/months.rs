//! Longer times with several things in them: what is flaky and then breaks, a waiver that ends, a clock that goes
//! back, a server that is down.

use super::*;
use crate::history::answers::CaseAnswers;

fn asked(world: &World) -> (Vec<(Timestamp, What)>, CaseAnswers) {
    let mut answers = Store::read(&world.file()).unwrap().answers(night(1), |_| true).unwrap();
    let target = answers.targets.remove(0);
    let changes = target.changes.iter().map(|change| (change.at, change.what)).collect();
    (changes, target.cases.into_iter().next().unwrap())
}

fn waived() -> CaseRecord {
    let difference = Difference { waived: true, ..difference("body.type.changed", "/id") };
    CaseRecord { differences: vec![difference], contract: 8, ..passed() }
}

#[test]
fn a_waiver_that_began_and_ended_is_not_flaky_and_its_end_is_told() {
    let world = World::new();
    let nights = |day| match day {
        1..=3 => passed(),
        6..=8 => waived(),
        _ => failed(),
    };
    let told: Vec<Weighed> = (1..=20).map(|day| world.one(day, nights(day))).collect();
    assert!(told.iter().all(|night| night.flaky.is_none()));
    let news: Vec<i64> =
        (1..=20).zip(&told).filter(|(_, one)| one.news == [News::New]).map(|(day, _)| day).collect();
    assert_eq!(news, [4, 9]);
    let (changes, case) = asked(&world);
    assert_eq!(changes, [(night(4), What::Came), (night(9), What::Counts)]);
    assert_eq!((case.flips, case.is_flaky(), case.stretches.len()), (3, false, 1));
    let stretch = &case.stretches[0];
    assert_eq!((stretch.first, stretch.counts, stretch.times), (night(4), Some(night(9)), 17));
    // Less is no more, and a run that is added late says nothing of what is now.
    world.one(21, waived());
    assert_eq!(asked(&world).1.stretches[0].counts, Some(night(9)));
    world.one(15, failed());
    assert_eq!(asked(&world).1.stretches[0].counts, Some(night(9)));
}

#[test]
fn what_is_flaky_and_then_breaks_is_new_once() {
    let world = World::new();
    let nights = |day| if day >= 12 || [3, 5, 7].contains(&day) { failed() } else { passed() };
    let told: Vec<Weighed> = (1..=30).map(|day| world.one(day, nights(day))).collect();
    let of = |wanted: News| -> Vec<i64> {
        (1..=30).zip(&told).filter(|(_, one)| one.news == [wanted]).map(|(day, _)| day).collect()
    };
    assert_eq!(of(News::New), [3, 16], "and when it stayed for five nights");
    assert_eq!(of(News::Flaky), [5, 7, 12, 13, 14, 15]);
    let flaky: Vec<i64> =
        (1..=30).zip(&told).filter(|(_, one)| one.flaky.is_some()).map(|(day, _)| day).collect();
    assert_eq!(flaky, (5..=15).collect::<Vec<_>>());
    let (_, case) = asked(&world);
    let (last, swings) = case.flaky.unwrap();
    assert_eq!((last, swings.flips, swings.runs), (night(15), 3, 10), "as the last run that told so");
    assert_eq!((case.flips, case.now.unwrap().since), (7, night(12)));
}

#[test]
fn changes_that_are_far_apart_are_not_flaky() {
    let world = World::new();
    for day in 1..=40 {
        world.one(day, if day % 12 == 0 { failed() } else { passed() });
    }
    let (_, case) = asked(&world);
    assert_eq!((case.flips, case.is_flaky()), (6, false));
}

#[test]
fn a_clock_that_went_back_knows_only_what_was_before() {
    let world = World::new();
    world.one(20, failed());
    let back = world.one(3, failed());
    assert_eq!((back.news.as_slice(), back.since), ([News::New].as_slice(), None));
    let back = world.one(4, failed());
    assert_eq!((back.news.as_slice(), back.since), ([News::Known(night(3))].as_slice(), Some(night(3))));
    let again = world.one(21, failed());
    assert_eq!((again.news.as_slice(), again.since), ([News::Known(night(3))].as_slice(), Some(night(20))));
    assert_eq!(asked(&world).1.stretches.len(), 1);
}

#[test]
fn a_run_without_a_usable_answer_is_not_the_last_one() {
    let world = World::new();
    world.one(1, passed());
    world.one(2, failed());
    (3..=30).for_each(|day| drop(world.one(day, record(Outcome::Errored, &[]))));
    assert_eq!(world.one(31, failed()).since, Some(night(2)));
    let world = World::new();
    (1..=3).for_each(|day| drop(world.one(day, record(Outcome::Errored, &[]))));
    assert_eq!(world.one(4, failed()).since, None);
}

/// Version 3 knows of waivers, and not of their end.
#[test]
fn a_history_of_the_third_version_is_read_as_it_is() {
    let world = World::new();
    world.one(1, failed());
    let db = rusqlite::Connection::open(world.file()).unwrap();
    db.execute_batch("ALTER TABLE finding DROP COLUMN counts; ALTER TABLE subject DROP COLUMN begun; PRAGMA user_version = 3").unwrap();
    drop(db);
    let before = fs::read(world.file()).unwrap();
    let (changes, case) = asked(&world);
    assert_eq!((changes, case.stretches[0].counts), (vec![(night(1), What::First)], None));
    assert!(fs::read(world.file()).unwrap() == before);
    assert_eq!(world.one(2, failed()).news, [News::Known(night(1))]);
}
