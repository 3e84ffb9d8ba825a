//! Arrays side by side, so that values are compared with their counterparts.

use std::collections::{HashMap, VecDeque};

use serde_json::{Map, Value};

/// Members that tell items apart, the first that does counts.
const KEYS: [&str; 4] = ["id", "key", "name", "code"];

/// The two bodies with the items of their arrays in one order; the order of sets is no difference.
///
/// - Items that are all objects with a scalar `id`, `key`, `name` or `code` of their own are paired by it,
///   where any pair is found. Items without a partner stay, behind the pairs, so that the lengths still
///   tell that the sets differ.
/// - Other items are paired where they are equal, and by position where they are not.
pub(super) fn aligned(old: &Value, new: &Value) -> (Value, Value) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => objects(old, new),
        (Value::Array(old), Value::Array(new)) => arrays(old, new),
        _ => (old.clone(), new.clone()),
    }
}

fn objects(old: &Map<String, Value>, new: &Map<String, Value>) -> (Value, Value) {
    let (mut of_old, mut of_new) = (old.clone(), new.clone());
    for (name, value) in old {
        if let Some(there) = new.get(name) {
            let (value, there) = aligned(value, there);
            of_old.insert(name.clone(), value);
            of_new.insert(name.clone(), there);
        }
    }
    (Value::Object(of_old), Value::Object(of_new))
}

fn arrays(old: &[Value], new: &[Value]) -> (Value, Value) {
    let partners = KEYS.iter().find_map(|key| by_key(old, new, key)).unwrap_or_else(|| by_value(old, new));
    let mut free: Vec<bool> = vec![true; new.len()];
    let (mut of_old, mut of_new, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    for (item, partner) in old.iter().zip(partners) {
        match partner.and_then(|at| Some((at, new.get(at)?))) {
            Some((at, there)) => {
                if let Some(free) = free.get_mut(at) {
                    *free = false;
                }
                let (item, there) = aligned(item, there);
                of_old.push(item);
                of_new.push(there);
            }
            None => alone.push(item.clone()),
        }
    }
    of_old.extend(alone);
    let left = new.iter().zip(free).filter(|(_, free)| *free).map(|(item, _)| item.clone());
    of_new.extend(left);
    (Value::Array(of_old), Value::Array(of_new))
}

/// For each old item the position of the new one with the same value under the key; `None` where the key
/// tells no items apart, or pairs none.
fn by_key(old: &[Value], new: &[Value], key: &str) -> Option<Vec<Option<usize>>> {
    let old: Vec<String> = names(old, key)?;
    let positions: HashMap<String, usize> = names(new, key)?.into_iter().zip(0..).collect();
    if positions.len() != new.len() {
        return None;
    }
    let mut once: Vec<&String> = old.iter().collect();
    once.sort();
    once.dedup();
    let partners: Vec<Option<usize>> = old.iter().map(|name| positions.get(name).copied()).collect();
    (once.len() == old.len() && partners.iter().any(Option::is_some)).then_some(partners)
}

/// The scalars under the key, as JSON; `None` where an item has none.
fn names(items: &[Value], key: &str) -> Option<Vec<String>> {
    let scalar = |value: &Value| (value.is_string() || value.is_number()).then(|| value.to_string());
    items.iter().map(|item| scalar(item.get(key)?)).collect()
}

/// For each old item the position of an equal new one, else of the next that is left.
fn by_value(old: &[Value], new: &[Value]) -> Vec<Option<usize>> {
    let mut equal: HashMap<String, VecDeque<usize>> = HashMap::new();
    for (at, item) in new.iter().enumerate() {
        equal.entry(item.to_string()).or_default().push_back(at);
    }
    let mut partners: Vec<Option<usize>> =
        old.iter().map(|item| equal.get_mut(&item.to_string()).and_then(VecDeque::pop_front)).collect();
    let mut left: Vec<usize> = equal.into_values().flatten().collect();
    left.sort_unstable();
    let mut left = left.into_iter();
    for partner in partners.iter_mut().filter(|partner| partner.is_none()) {
        *partner = left.next();
    }
    partners
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn items_stand_beside_their_counterparts() {
        let pair = |old: Value, new: Value| aligned(&old, &new);
        assert_eq!(pair(json!([1, 2, 3]), json!([3, 1, 2])), (json!([1, 2, 3]), json!([1, 2, 3])));
        assert_eq!(pair(json!(["a", "b"]), json!(["c", "b"])), (json!(["a", "b"]), json!(["c", "b"])));
        let (old, new) = pair(
            json!({"l": [{"id": 1, "v": "x"}, {"id": 2, "v": "y"}]}),
            json!({"l": [{"id": 3, "v": "n"}, {"id": 2, "v": "z"}]}),
        );
        assert_eq!(old, json!({"l": [{"id": 2, "v": "y"}, {"id": 1, "v": "x"}]}));
        assert_eq!(new, json!({"l": [{"id": 2, "v": "z"}, {"id": 3, "v": "n"}]}));
        // An id that is new at every call tells nothing apart, a name beside it does.
        let (_, new) = pair(
            json!([{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]),
            json!([{"id": 8, "name": "b"}, {"id": 9, "name": "a"}]),
        );
        assert_eq!(new, json!([{"id": 9, "name": "a"}, {"id": 8, "name": "b"}]));
        assert_eq!(pair(json!([1]), json!([2, 1])), (json!([1]), json!([1, 2])));
        assert_eq!(pair(json!({"a": 1}), json!([1])), (json!({"a": 1}), json!([1])));
    }

    fn body() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(Value::Null), (0..4).prop_map(Value::from), "[ab]".prop_map(Value::from)];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec(("id|name|x", inner), 0..3)
                    .prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    /// The value with every array sorted: what is left when order does not count.
    fn sorted(value: &Value) -> Value {
        match value {
            Value::Array(items) => {
                let mut items: Vec<Value> = items.iter().map(sorted).collect();
                items.sort_by_key(Value::to_string);
                items.into()
            }
            Value::Object(members) => {
                let mut members: Vec<_> =
                    members.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
                members.sort_by(|(a, _), (b, _)| a.cmp(b));
                members.into_iter().collect()
            }
            scalar => scalar.clone(),
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_a_shuffle_is_undone(old in body(), new in body()) {
            let (of_old, of_new) = aligned(&old, &new);
            prop_assert_eq!((sorted(&of_old), sorted(&of_new)), (sorted(&old), sorted(&new)));
            let (same, again) = aligned(&old, &old);
            prop_assert_eq!(same, again);
            if let Value::Array(items) = &old {
                let turned: Value = items.iter().rev().cloned().collect();
                let (one, other) = aligned(&old, &turned);
                prop_assert_eq!(one, other);
            }
        }
    }
}
