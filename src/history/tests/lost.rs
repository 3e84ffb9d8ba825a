//! Cases that are in the collection no more.

use std::collections::BTreeSet;

use super::*;

const ID: &str = "shop::get_order::ok";

fn ids(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[test]
fn a_case_that_is_gone_is_told_once_and_is_there_again_when_it_is_sent() {
    let world = World::new();
    world.run(1, vec![passed(), CaseRecord { case: format!("{ID}[2]"), ..passed() }]);
    let mut store = world.open();
    assert_eq!(store.lost(TARGET, "shop", &ids(&[ID])).unwrap(), [], "a row of a case that is there");
    assert_eq!(store.lost(TARGET, "sho", &ids(&[])).unwrap(), [], "another suite");
    assert_eq!(store.lost("https://other.example", "shop", &ids(&[])).unwrap(), []);
    let lost = store.lost(TARGET, "shop", &ids(&["shop::get_order::fine"])).unwrap();
    let told: Vec<_> = lost.iter().map(|lost| (lost.case.as_str(), lost.last)).collect();
    assert_eq!(told, [(ID, Some(night(1))), ("shop::get_order::ok[2]", Some(night(1)))]);
    store.lose(&lost, night(2)).unwrap();
    assert_eq!(store.lost(TARGET, "shop", &ids(&[])).unwrap(), [], "once");
    let gone = |world: &World| -> Vec<Option<Timestamp>> {
        let answers = Store::read(&world.file()).unwrap().answers(Timestamp::MIN, |_| true).unwrap();
        let cases = &answers.targets[0].cases;
        assert!(cases.iter().all(|case| case.last.is_some()));
        cases.iter().map(|case| case.gone).collect()
    };
    assert_eq!(gone(&world), [Some(night(2)), Some(night(2))]);
    drop(store);
    world.one(3, passed());
    assert_eq!(gone(&world), [None, Some(night(2))]);
    assert_eq!(world.open().lost(TARGET, "shop", &ids(&[])).unwrap().len(), 1, "and may go again");
}
