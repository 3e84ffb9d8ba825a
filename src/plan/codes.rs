//! Which result codes the examples of a suite document, and which cases give them.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::case::{Case, DocumentedCode};
use super::ids::Named;
use crate::contract::{Contracts, ResultCode};

/// The codes of all examples of the suite in file order; where `error_code` of suite.toml corrects
/// one for a planned case, the correction.
pub(super) fn documented(
    items: &[Named<'_>],
    contracts: &Contracts,
    cases: &[Arc<Case>],
) -> Vec<DocumentedCode> {
    let mut planned: HashMap<&str, Vec<&Case>> = HashMap::new();
    for case in cases {
        planned.entry(case.id.without_row()).or_default().push(case);
    }
    let mut found: IndexMap<String, DocumentedCode> = IndexMap::new();
    for (id, example) in items.iter().flat_map(|item| item.examples.iter().zip(&item.placed.item.examples)) {
        let of_example = planned.get(id.as_str()).map_or(&[][..], Vec::as_slice);
        let status = of_example.first().map(|case| case.expectation.status).or(example.code).unwrap_or(200);
        let mut codes = contracts.codes(example, status);
        for case in of_example {
            correct(&mut codes, contracts.reading(example, status).code.as_ref(), case);
        }
        for ResultCode { code, at } in codes {
            let entry = found.entry(code.clone()).or_insert_with(|| DocumentedCode {
                code,
                places: Vec::new(),
                cases: Vec::new(),
            });
            if !at.is_empty() && !entry.places.contains(&at) {
                entry.places.push(at);
            }
            if entry.cases.last() != Some(id) {
                entry.cases.push(id.clone());
            }
        }
    }
    found.into_values().collect()
}

/// Puts the code that the case expects in the place of the one that its example shows.
fn correct(codes: &mut Vec<ResultCode>, shown: Option<&ResultCode>, case: &Case) {
    let Some(expected) = &case.expectation.code else { return };
    if codes.iter().any(|code| code.code == expected.code) {
        return;
    }
    codes.retain(|code| Some(code) != shown);
    codes.push(expected.clone());
}
