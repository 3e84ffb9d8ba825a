//! The changes of one case.

use super::base::Base;
use super::change::Mutation;
use super::draw::Dice;
use super::spots::spots;
use super::{body, fields, harmless, head, said};
use crate::contract::BodyExpectation;
use crate::plan::Case;

/// The most classes of places of one body that are changed. A body of more than 16 KiB has fewer, so
/// that all changed bodies of a case come to about 8 MiB; there are never less than 4.
pub const MOST_PLACES: usize = 64;

const LEAST_PLACES: usize = 4;
/// What the changed bodies of one case may come to, in bytes, and how often a place is changed.
const BODIES: usize = 8 * 1024 * 1024;
const PER_PLACE: usize = 8;

/// The changes of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct Mutations {
    /// In a fixed order: status, header fields, body, places of the body.
    pub list: Vec<Mutation>,
    /// Classes of places that are left out because there are too many.
    pub left_out: usize,
}

/// Every change of this case's answer, each class of places once. Of more than [`MOST_PLACES`] the
/// seed chooses some; the root is always among them.
pub fn mutations(case: &Case, base: &Base, seed: u64) -> Mutations {
    let mut list = head::mutations(case, base);
    list.extend(body::mutations(case, base));
    list.extend(said::mutations(case));
    list.extend(harmless::of_body(case, base));
    let (BodyExpectation::Json { .. }, Some(json)) = (&case.expectation.body, &base.json) else {
        return Mutations { list, left_out: 0 };
    };
    let sources = case.expectation.known.sources.as_ref();
    let is_map = |at: &str| sources.is_some_and(|sources| sources.is_map(at));
    let mut all = spots(json, &is_map).into_iter();
    let root = all.next();
    let below: Vec<_> = all.collect();
    let affordable = BODIES / PER_PLACE / base.answer.body.len().max(1);
    let most = affordable.clamp(LEAST_PLACES, MOST_PLACES) - 1;
    let left_out = below.len().saturating_sub(most);
    let chosen = Dice::new(seed, case.id.as_str()).some_of(below, most);
    for spot in root.iter().chain(&chosen) {
        list.extend(fields::mutations(spot, json));
        list.extend(harmless::of_place(case, spot, json));
    }
    Mutations { list, left_out }
}
