//! What is known still of runs that are forgotten.

use super::*;
use crate::history::answers::{CaseAnswers, Now};

fn asked(world: &World) -> (Vec<(Timestamp, What)>, CaseAnswers) {
    let mut answers = Store::read(&world.file()).unwrap().answers(Timestamp::MIN, |_| true).unwrap();
    let target = answers.targets.remove(0);
    let changes = target.changes.iter().map(|change| (change.at, change.what)).collect();
    (changes, target.cases.into_iter().next().unwrap())
}

/// A run each night, of which those of the last ten days are remembered.
fn nights(case: impl Fn(i64) -> CaseRecord) -> World {
    let world = World::new();
    let keep = SignedDuration::from_hours(24 * 10);
    (1..=40).for_each(|day| drop(add(&mut world.open(), night(day), vec![case(day)], keep)));
    world
}

#[test]
fn a_break_that_is_older_than_all_runs_is_as_old_and_as_new_as_it_was() {
    let world = nights(|day| if day < 3 { passed() } else { failed() });
    let (changes, case) = asked(&world);
    assert_eq!((case.runs, changes), (11, vec![(night(3), What::Came)]));
    assert_eq!(case.now, Some(Now { passes: false, since: night(3), at_least: true }));
    // One that the first run saw is not new for that the run is forgotten.
    let (changes, case) = asked(&nights(|_| failed()));
    assert_eq!(changes, [(night(1), What::First)]);
    assert_eq!(case.now, Some(Now { passes: false, since: night(1), at_least: true }));
}

#[test]
fn a_case_fails_since_its_oldest_break_counts_and_not_for_less() {
    // The waiver ended on the fifth night.
    let waived = CaseRecord {
        differences: vec![Difference { waived: true, ..difference("body.type.changed", "/id") }],
        ..passed()
    };
    let world = nights(|day| if day < 5 { waived.clone() } else { failed() });
    assert_eq!(asked(&world).1.now, Some(Now { passes: false, since: night(5), at_least: true }));
    // A passing run that is remembered says more.
    let world = nights(|day| if day == 38 { waived.clone() } else { failed() });
    assert_eq!(asked(&world).1.now, Some(Now { passes: false, since: night(39), at_least: false }));
    let world = nights(|_| waived.clone());
    assert_eq!(asked(&world).1.now, Some(Now { passes: true, since: night(30), at_least: true }));
}

/// Version 4 says nothing of the first run of a case.
#[test]
fn a_history_of_the_fourth_version_is_read_as_it_is() {
    let world = World::new();
    world.one(1, passed());
    world.one(2, failed());
    let db = rusqlite::Connection::open(world.file()).unwrap();
    db.execute_batch("ALTER TABLE subject DROP COLUMN begun; PRAGMA user_version = 4").unwrap();
    drop(db);
    let before = fs::read(world.file()).unwrap();
    assert_eq!(asked(&world).0, [(night(2), What::Came)]);
    assert!(fs::read(world.file()).unwrap() == before, "who asks writes nothing");
    add(&mut world.open(), night(20), vec![failed()], SignedDuration::from_hours(24));
    assert_eq!(asked(&world).0, [(night(2), What::Came)], "the first run is known from then on");
}
