//! One recorded answer against others.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::Comparison;
use super::documented::held;
use super::error::CompareError;
use crate::contract::Siblings;
use crate::contract::envelope::Reading;
use crate::contract::pointer::values_at;
use crate::contract::{Contracts, Told, json};
use crate::finding::{Finding, FindingId};
use crate::postman::Example;
use crate::suite::{CaseSettings, Settings};

/// Where a recorded answer says nothing of its request, any method whose answers have bodies will do.
const METHOD: &str = "GET";

/// Holds the new answer against the contract that the old ones give as examples of one request; with
/// `values`, values that are not volatile, too.
///
/// What a single example must be (status, headers, result code) is said by the first old answer with the
/// new one's status, body and headers, or else its status and body, else by the first with its status, outcome and result code, else by the first with its status, else by the first.
/// Nothing is found where there is no old answer.
pub fn answers(old: &[Arc<Example>], new: &Arc<Example>, values: bool) -> Result<Comparison, CompareError> {
    let settings = Settings::default();
    let told = old.iter().map(|example| Told { item: 0, method: method(example), example });
    let contracts = Contracts::of(told, &BTreeMap::new(), &settings);
    let mut comparison = Comparison::default();
    let Some(example) = nearest(&contracts, old, new) else { return Ok(comparison) };
    let siblings: Vec<_> = old.iter().map(|example| (Arc::clone(example), example.code)).collect();
    let status = example.code.unwrap_or(200);
    let rules = CaseSettings::default();
    let expectation =
        contracts.expectation(&[], &Siblings::of(&siblings), example, status, method(example), &rules)?;
    comparison.compared = 1;
    let mut found = held(&expectation, new, new.code.unwrap_or(200), values);
    if found.iter().any(|finding| is_empty_now(finding.id)) {
        // They are examples of one request: what is empty in one of them may be in the next.
        let bodies: Vec<Value> =
            old.iter().filter(|old| old.code == example.code).filter_map(|old| body(old)).collect();
        let was_empty = |finding: &Finding| {
            let mut shown = bodies.iter().flat_map(|body| values_at(&finding.at, body));
            shown.any(json::is_empty)
        };
        found.retain(|finding| !is_empty_now(finding.id) || !was_empty(finding));
    }
    comparison.add(None, found);
    Ok(comparison)
}

fn is_empty_now(id: FindingId) -> bool {
    matches!(id, FindingId::BodyArrayBecameEmpty | FindingId::BodyMapBecameEmpty)
}

fn method(example: &Example) -> &str {
    example.request.as_ref().and_then(|request| request.method.as_deref()).unwrap_or(METHOD)
}

/// The JSON of an answer.
fn body(example: &Example) -> Option<Value> {
    let text = example.body.as_deref()?.trim_start_matches('\u{feff}');
    json::parse(text).ok().map(|(value, _)| value)
}

fn nearest<'o>(
    contracts: &Contracts,
    old: &'o [Arc<Example>],
    new: &Arc<Example>,
) -> Option<&'o Arc<Example>> {
    let same_status: Vec<_> = old.iter().filter(|example| example.code == new.code).collect();
    if let [_, _, ..] = same_status.as_slice() {
        let of_new = body(new);
        let equal = || same_status.iter().filter(|old| of_new.is_some() && body(old) == of_new);
        if let Some(found) = equal().find(|old| old.headers == new.headers).or_else(|| equal().next()) {
            return Some(found);
        }
        let reading = |example: &Example| contracts.reading(example, example.code.unwrap_or(200));
        let of_new = reading(new);
        let alike = |reading: &Reading| {
            let code = |reading: &Reading| reading.code.as_ref().map(|code| code.code.clone());
            reading.outcome == of_new.outcome && code(reading) == code(&of_new)
        };
        if let Some(found) = same_status.iter().find(|example| alike(&reading(example))) {
            return Some(found);
        }
    }
    same_status.first().copied().or(old.first())
}
