//! Real collections, where a folder of them is at hand (`UPHOLD_CORPUS`).

use std::collections::HashSet;

use super::*;

#[test]
fn plans_of_real_collections_hold_together() {
    let Some(folder) = std::env::var_os("UPHOLD_CORPUS") else {
        println!("skipped: UPHOLD_CORPUS names no folder of collections");
        return;
    };
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Ok(loaded) = Workspace::at(".").load(path.to_str().unwrap(), &Inputs::default()) else {
            continue;
        };
        let base = BaseRule { origin: Origin::loopback(9), prefix: None };
        let options = Options {
            target: Target::Live(Some(base)),
            selection: Selection::default(),
            allow_writes: true,
            only_safe: false,
            repeats: false,
            chance: Chance::default(),
        };
        let plan = suite(&loaded, &options).unwrap();
        assert_eq!(conflicts(&plan), [""; 0], "{}", path.display());
        let examples: usize = loaded.collection.items().iter().map(|item| item.item.examples.len()).sum();
        let ids: HashSet<&CaseId> = plan.cases.iter().map(|case| &case.id).collect();
        assert_eq!((plan.cases.len(), ids.len()), (examples, examples), "{}", path.display());
    }
}
