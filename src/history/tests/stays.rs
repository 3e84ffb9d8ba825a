//! What is flaky is a difference and not a case; what stays, and what counts for more, is new.

use super::*;

fn with(severity: Severity, waived: bool) -> CaseRecord {
    let difference = Difference { severity, waived, ..difference("body.type.changed", "/id") };
    CaseRecord { differences: vec![difference], ..record(Outcome::Passed, &[]) }
}

#[test]
fn another_difference_of_a_flaky_case_is_new_then_known() {
    let world = World::new();
    let nights = [passed(), failed(), passed(), failed(), passed()];
    (1..).zip(nights).for_each(|(day, case)| drop(world.one(day, case)));
    let broken = || record(Outcome::Failed, &[("status.class_changed", "")]);
    let first = world.one(6, broken());
    assert_eq!(first.news, [News::New]);
    assert!(first.flaky.is_some(), "the case went back and forth all the same");
    for day in 7..20 {
        assert_eq!(world.one(day, broken()).news, [News::Known(night(6))], "{day}");
    }
}

#[test]
fn a_flaky_difference_that_stays_is_new_once_and_known_then() {
    let world = World::new();
    let nights = [passed(), failed(), passed(), failed(), passed(), failed()];
    (1..).zip(nights).for_each(|(day, case)| drop(world.one(day, case)));
    let told: Vec<News> = (7..14).map(|day| world.one(day, failed()).news[0]).collect();
    let known = News::Known(night(6));
    assert_eq!(told, [News::Flaky, News::Flaky, News::Flaky, News::New, known, known, known]);
    let changes = Store::read(&world.file()).unwrap().answers(night(1), |_| true).unwrap();
    let changes: Vec<_> = changes.targets[0].changes.iter().map(|change| (change.at, change.what)).collect();
    assert_eq!(changes, [(night(5), What::Flaky(4)), (night(6), What::Came)]);
    assert_eq!(gone(&world.one(14, passed())), [("body.type.changed", false)]);
}

#[test]
fn what_stayed_for_long_before_must_not_stay_as_long_again() {
    let world = World::new();
    (1..=30).for_each(|day| drop(world.one(day, failed())));
    let nights = [passed(), failed(), passed(), failed()];
    (31..).zip(nights).for_each(|(day, case)| drop(world.one(day, case)));
    let new: Vec<i64> = (35..50).filter(|day| world.one(*day, failed()).news == [News::New]).collect();
    assert_eq!(new, [43], "the tenth night since the 34th");
}

#[test]
fn what_counts_for_more_than_in_the_last_run_is_new() {
    let world = World::new();
    world.one(1, with(Severity::Info, true));
    assert_eq!(world.one(2, with(Severity::Info, true)).news, [News::Known(night(1))]);
    assert_eq!(world.one(3, with(Severity::Info, false)).news, [News::New], "the waiver ended");
    assert_eq!(world.one(4, with(Severity::Info, false)).news, [News::Known(night(1))]);
    assert_eq!(world.one(5, with(Severity::Breaking, false)).news, [News::New], "the level rose");
    assert_eq!(world.one(6, with(Severity::Breaking, false)).news, [News::Known(night(1))]);
    assert_eq!(world.one(7, with(Severity::Warning, false)).news, [News::Known(night(1))]);
    assert_eq!(gone(&world.one(8, passed())), [("body.type.changed", false)]);
}

/// The file of version 1, which knows of no waiver.
#[test]
fn a_history_of_the_first_version_is_read_as_it_is_and_brought_up_to_date_by_a_run() {
    let world = World::new();
    fs::create_dir_all(world.file().parent().unwrap()).unwrap();
    let mut db = rusqlite::Connection::open(world.file()).unwrap();
    migrate(&mut db, &STEPS[..1]).unwrap();
    let at = night(1).as_millisecond();
    db.execute_batch(&format!(
        "INSERT INTO run VALUES (1, {at}, 3000);
         INSERT INTO subject VALUES (1, '{TARGET}', 'shop::get_order::ok');
         INSERT INTO verdict VALUES (1, {at}, 1, 0, 1, 0, 100.0, 7);
         INSERT INTO finding VALUES
             (1, 1, 'body.type.changed', '/id', 0, 'string', 'number 7', {at}, {at}, 1, NULL)"
    ))
    .unwrap();
    drop(db);
    let before = fs::read(world.file()).unwrap();
    let answers = Store::read(&world.file()).unwrap().answers(Timestamp::MIN, |_| true).unwrap();
    let found = &answers.targets[0].cases[0].stretches[0];
    assert_eq!((found.difference.severity, found.difference.waived), (Severity::Info, false));
    assert!(fs::read(world.file()).unwrap() == before, "who asks writes nothing");
    assert_eq!(world.one(2, with(Severity::Info, true)).news, [News::Known(night(1))]);
    assert_eq!(world.one(3, failed()).news, [News::New]);
    let answers = Store::read(&world.file()).unwrap().answers(Timestamp::MIN, |_| true).unwrap();
    assert_eq!(answers.targets[0].runs, 3);
}

#[test]
fn a_text_is_no_damaged_history_for_who_asks_either() {
    let world = World::new();
    fs::create_dir_all(world.file().parent().unwrap()).unwrap();
    fs::write(world.file(), "hello\n").unwrap();
    assert!(matches!(Store::read(&world.file()), Err(HistoryError::Foreign { .. })));
    assert!(matches!(Store::open(&world.file(), night(1)), Err(HistoryError::Foreign { .. })));
}
