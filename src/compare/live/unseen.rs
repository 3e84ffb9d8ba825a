//! What no answer of the new server has shown yet.

use std::collections::BTreeSet;

use serde_json::Value;

use super::settle::WHOLE;
use crate::contract::pointer::values_at;
use crate::finding::{Finding, FindingId};

/// Whether the value at the place, or the whole answer, may be what it was not in this round: a null hides of
/// what kind a value is, and so does a member that is there at times only.
pub(super) fn hides(finding: &Finding) -> bool {
    let is_in_body = finding.at.starts_with('/') && finding.id != FindingId::BodyValueChanged;
    is_in_body || WHOLE.contains(&finding.id)
}

/// Whether an answer of the old server has a value at or below one of these places, in arrays anywhere, where
/// none of the new server has one. Null and the empty text are none.
pub(super) fn is_unseen<'a>(
    places: impl Iterator<Item = &'a str>,
    old: &[Option<&Value>],
    new: &[Option<&Value>],
) -> bool {
    let places: BTreeSet<&str> = places.collect();
    places.into_iter().any(|at| {
        let all = |bodies: &[Option<&Value>]| {
            let mut shown = BTreeSet::new();
            for value in bodies.iter().flatten().flat_map(|body| values_at(at, body)) {
                show(value, &mut String::new(), &mut shown);
            }
            shown
        };
        !all(old).is_subset(&all(new))
    })
}

/// Adds the places of the scalars of a value, with `*` for any item.
fn show(value: &Value, at: &mut String, shown: &mut BTreeSet<String>) {
    let length = at.len();
    match value {
        Value::Array(items) => {
            at.push_str("/*");
            for item in items {
                show(item, at, shown);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                at.push('/');
                at.push_str(name);
                show(member, at, shown);
                at.truncate(length);
            }
        }
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        _ if shown.contains(at.as_str()) => {}
        _ => {
            shown.insert(at.clone());
        }
    }
    at.truncate(length);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_place_is_seen_once_any_answer_has_a_value_there() {
        let unseen = |at: &str, old: &Value, new: &[Value]| {
            let new: Vec<Option<&Value>> = new.iter().map(Some).collect();
            is_unseen([at].into_iter(), &[Some(old)], &new)
        };
        let old = json!({"a": [{"b": 1}, {"c": "x"}], "n": null});
        assert!(unseen("/a", &old, &[json!({"a": []})]));
        assert!(unseen("/a", &old, &[json!({"a": [{"b": 1, "c": ""}]}), json!({"a": [{"c": null}]})]));
        assert!(!unseen("/a", &old, &[json!({"a": [{"b": true}]}), json!({"a": [{"c": 1}]})]));
        // Another place, nothing there, and what only the new server has.
        assert!(!unseen("/n", &old, &[json!({"a": []})]));
        assert!(!unseen("/n", &old, &[json!({"n": 1})]));
        assert!(unseen("/a/*/c", &old, &[json!({"a": [{"b": 1}]})]));
    }
}
