//! Which answers may be held beside each other.

use std::collections::BTreeMap;

use serde_json::Value;

use super::settle::WHOLE;
use crate::contract::Outcome;
use crate::contract::envelope;
use crate::finding::{Finding, FindingId};
use crate::message::Answer;
use crate::plan::Case;

/// What of an answer decides which others say anything of its places: the body of a failure shows no place of
/// that of a success, and what is no JSON, or null, shows none at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Family {
    status: u16,
    outcome: Outcome,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Nothing,
    Text,
    Null,
    Json,
}

/// A family of fewer answers than this shows nothing that chance would not give.
const FEWEST: usize = 4;

#[cfg(test)]
impl Family {
    /// That of a success with a JSON body.
    pub(super) const JSON: Self = Self { status: 200, outcome: Outcome::Ok, form: Form::Json };
}

impl Family {
    /// The family of an answer to the request of this case; `body` is its own where that is JSON.
    pub(super) fn of(case: &Case, answer: &Answer, body: Option<&Value>) -> Self {
        let form = match body {
            Some(Value::Null) => Form::Null,
            Some(_) => Form::Json,
            None if answer.body.is_empty() => Form::Nothing,
            None => Form::Text,
        };
        let asked = &case.expectation.known.asked;
        let outcome = envelope::read_asked(answer.status, &answer.headers, body, asked).outcome;
        Self { status: answer.status, outcome, form }
    }

    /// Whether an answer of the other family shows what the finding is about, which an answer of this one has: the
    /// status and the outcome are in all of them, media type and headers in those of a status, and a place in those of a status,
    /// an outcome and a form.
    pub(super) fn shows_as(self, other: Self, finding: &Finding) -> bool {
        match finding.id {
            FindingId::StatusChanged
            | FindingId::StatusClassChanged
            | FindingId::OutcomeSuccessBecameError
            | FindingId::OutcomeErrorBecameSuccess => true,
            id if WHOLE.contains(&id) || !finding.at.starts_with('/') => self.status == other.status,
            _ => self == other,
        }
    }
}

/// In how many ways a difference may be looked for in some of the families and not in others: the number of
/// their non-empty sets.
pub(super) fn choices(families: impl Iterator<Item = Family>) -> usize {
    let mut sizes: BTreeMap<Family, usize> = BTreeMap::new();
    for family in families {
        *sizes.entry(family).or_default() += 1;
    }
    let large = sizes.values().filter(|size| **size >= FEWEST).count();
    (1_usize << large.min(16)).saturating_sub(1).max(1)
}
