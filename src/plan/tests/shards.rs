//! Shards: each case in one, what may not overlap in the same, and no case moved by another.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;
use crate::plan::{Shard, Share};

const SET_UP: &str = "[[case]]\nmatch = \"*::read_1::ok\"\nbefore = [{ case = \"*::write_b::ok\" }]\n\
    [[case]]\nmatch = \"*::read_2::ok\"\nbefore = [{ case = \"*::read_0::ok\" }]\n\
    after = [{ case = \"*::write_c::ok\" }]\n";

fn writing(name: &str, method: &str, path: &str, examples: usize) -> Value {
    let request = json!({"method": method, "url": format!("{{{{baseUrl}}}}/{path}")});
    let names =
        (0..examples).map(|number| if number == 0 { "ok".to_owned() } else { format!("ok {number}") });
    let responses: Vec<Value> = names.map(|name| example(&name, 200, &request, "{}")).collect();
    json!({"name": name, "request": request, "response": responses})
}

/// Reads, writes to few paths, and what the steps of [`SET_UP`] name.
fn any_items() -> impl Strategy<Value = Vec<Value>> {
    let method = select(vec!["GET", "POST", "PUT", "DELETE"]);
    let path = select(vec!["a", "b", "c", "d/1", "d/{{$guid}}", "d/{{$timestamp}}"]);
    let some = proptest::collection::vec((method, path, 1_usize..4), 0..8);
    some.prop_map(|some| {
        let fixed =
            ["read 0", "read 1", "read 2"].map(|name| writing(name, "GET", &name.replace(' ', "/"), 1));
        let named = [("write b", "PUT", "b"), ("write c", "DELETE", "c")];
        let named = named.map(|(name, method, path)| writing(name, method, path, 1));
        let free = some.into_iter().enumerate();
        let free =
            free.map(|(at, (method, path, count))| writing(&format!("free {at}"), method, path, count));
        fixed.into_iter().chain(named).chain(free).collect()
    })
}

fn world(items: Vec<Value>, has_steps: bool) -> World {
    World::of(items).toml(if has_steps { SET_UP } else { "" })
}

fn plan(world: &World, port: u16, seed: u32) -> Plan {
    let options = Options {
        chance: Chance { seed, now: format!("20{:02}-01-01T00:00:00Z", 10 + seed % 80).parse().unwrap() },
        ..world.options(Target::Mock(Origin::loopback(port)))
    };
    Plan { suites: vec![suite(&world.load(), &options).unwrap()] }
}

fn all_shards(of: usize) -> impl Iterator<Item = Shard> {
    (1..=of).map(move |number| format!("{number}/{of}").parse().unwrap())
}

/// The shard of each case.
fn shards(world: &World, of: usize) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for shard in all_shards(of) {
        let mut cut = plan(world, 9, 1);
        cut.cut(shard);
        for id in ids(&cut) {
            assert_eq!(found.insert(id.clone(), shard.number()), None, "{id} is in two shards");
        }
    }
    found
}

fn ids(plan: &Plan) -> Vec<String> {
    plan.cases().map(|case| case.id.to_string()).collect()
}

/// The lanes that the scheduler keeps.
fn lanes(case: &Case) -> Vec<Lane> {
    match (&case.action, &case.steps) {
        (Action::Send { .. }, Some(steps)) => steps.lanes.clone(),
        (Action::Send { lane, .. }, None) => lane.iter().cloned().collect(),
        (Action::Skip(_), _) => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn each_case_is_in_one_shard_with_what_it_may_not_overlap(items in any_items(), steps: bool, of in 1_usize..6) {
        let world = world(items, steps);
        let whole = plan(&world, 9, 1);
        let found = shards(&world, of);
        prop_assert_eq!(found.keys().cloned().collect::<BTreeSet<_>>(), ids(&whole).into_iter().collect());
        let mut of_lane: BTreeMap<String, usize> = BTreeMap::new();
        for case in whole.cases() {
            for lane in lanes(case) {
                let shard = found[case.id.as_str()];
                prop_assert_eq!(*of_lane.entry(lane.0).or_insert(shard), shard, "{}", &case.id);
            }
        }
    }

    #[test]
    fn a_case_that_is_added_moves_no_other(items in any_items(), steps: bool, at: Index, more in select(vec![
        ("GET", "b"), ("PUT", "b"), ("POST", "new"), ("POST", "d/{{$guid}}"),
    ])) {
        let before = shards(&world(items.clone(), steps), 4);
        let mut more_items = items;
        more_items.insert(at.index(more_items.len() + 1), writing("added", more.0, more.1, 2));
        let after = shards(&world(more_items, steps), 4);
        for (id, shard) in before {
            prop_assert_eq!(after.get(&id), Some(&shard), "{}", id);
        }
    }

    #[test]
    fn neither_port_nor_seed_nor_time_moves_a_case(items in any_items(), steps: bool, port: u16, seed: u32) {
        let world = world(items, steps);
        let cut = |port, seed| {
            let mut plan = plan(&world, port, seed);
            let identity = plan.identity("breaking");
            (plan.cut("2/3".parse().unwrap()), ids(&plan), identity)
        };
        prop_assert_eq!(cut(9, 1), cut(port, seed));
    }
}

#[test]
fn what_is_cut_knows_the_whole() {
    let mut items = vec![writing("read", "GET", "read", 30)];
    items.push(writing("write", "PUT", "write", 30));
    let world = world(items, false);
    let whole = ids(&plan(&world, 9, 1));
    for shard in all_shards(3) {
        let mut cut = plan(&world, 9, 1);
        let Share { positions, elsewhere, is_sent_elsewhere, .. } = cut.cut(shard);
        assert!(is_sent_elsewhere);
        assert_eq!(positions.iter().map(|at| whole[*at].clone()).collect::<Vec<_>>(), ids(&cut));
        assert_eq!(elsewhere.len(), 60 - positions.len());
        let writes = ids(&cut).iter().filter(|id| id.contains("::write::")).count();
        assert!([0, 30].contains(&writes), "{writes} of 30 that have one lane");
    }
    let mut alone = plan(&world, 9, 1);
    let share = alone.cut("1/1".parse().unwrap());
    assert_eq!((ids(&alone), share.elsewhere.len(), share.is_sent_elsewhere), (whole, 0, false));
}

#[test]
fn other_cases_answers_or_options_are_another_run() {
    let of = |examples: &[(&str, u16)]| plan(&World::item("{{baseUrl}}/u", examples), 9, 1);
    let usual = of(&[("a", 200), ("b", 401)]).identity("breaking");
    assert_eq!(usual.len(), 16);
    assert_eq!(usual, of(&[("a", 200), ("b", 401)]).identity("breaking"));
    for other in [
        of(&[("a", 200), ("b", 401)]).identity("info"),
        of(&[("a", 200)]).identity("breaking"),
        of(&[("b", 401), ("a", 200)]).identity("breaking"),
        of(&[("a", 201), ("b", 401)]).identity("breaking"),
    ] {
        assert_ne!(usual, other);
    }
}

/// 4,000 cases that may go anywhere: no shard has a tenth more or less than its part.
#[test]
fn shards_are_of_about_one_size() {
    let ids = (0..4000).map(|number| format!("case shop::folder_{}::get_{number}::ok", number % 40));
    let ids: Vec<String> = ids.collect();
    for of in [2, 3, 4, 8] {
        for shard in all_shards(of) {
            let cases = ids.iter().filter(|id| shard.has(id)).count();
            let part = 4000 / of;
            assert!(cases.abs_diff(part) * 10 <= part, "{cases} of {part} in {shard}");
        }
    }
}

#[test]
fn only_a_number_of_a_whole_is_a_shard() {
    for bad in
        ["", "1", "/", "1/", "/4", "0/4", "5/4", "+1/4", "1/+4", "-1/4", "1/4/4", " 1/4", "1/1001", "a/b"]
    {
        assert!(bad.parse::<Shard>().is_err(), "{bad}");
    }
    assert!("9/99999999999999999999".parse::<Shard>().is_err());
    assert_eq!("3/12".parse::<Shard>().unwrap().to_string(), "3/12");
}
