//! What suite.toml says of maps.

use std::collections::HashMap;

use super::schema::infer::MapRules;
use crate::suite::{CaseSettings, CaseTable, Suite, ids};

/// What suite.toml says of maps in each example of which it says anything, by the address of the example.
pub(super) fn map_rules(suite: &Suite) -> HashMap<usize, MapRules> {
    if !suite.settings.tables().any(CaseTable::says_maps) {
        return HashMap::new();
    }
    let items = ids::name_items(&suite.name, &suite.collection);
    let examples = items.iter().flat_map(|item| item.examples.iter().zip(&item.placed.item.examples));
    examples.map(|(id, example)| (example.address(), own_rules(&suite.settings.case(id)))).collect()
}

/// What suite.toml says of maps in the example of one case.
pub(super) fn own_rules(rules: &CaseSettings) -> MapRules {
    MapRules::new(&rules.maps, &rules.not_maps)
}
