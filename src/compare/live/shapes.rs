//! What the places of one body are, as it would be told of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::family::Family;
use crate::contract::pointer::escape;

/// What a place may be told to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Null,
    Bool,
    Whole,
    Fraction,
    Empty,
    Text,
    Array,
    Object,
}

/// One place of a body, in arrays that of any item.
#[derive(Debug, Default)]
struct Place {
    /// How often it is there.
    times: usize,
    /// How many objects there are.
    objects: usize,
    kinds: BTreeSet<Kind>,
}

/// The places of a body by their pointers.
#[derive(Debug, Default)]
pub(super) struct Shape(BTreeMap<String, Place>);

impl Shape {
    pub(super) fn of(body: &Value) -> Self {
        let mut shape = Self::default();
        shape.add(body, &mut String::new());
        shape
    }

    fn add(&mut self, value: &Value, at: &mut String) {
        if !self.0.contains_key(at.as_str()) {
            self.0.insert(at.clone(), Place::default());
        }
        let Some(place) = self.0.get_mut(at.as_str()) else { return };
        place.times += 1;
        place.kinds.insert(kind(value));
        place.objects += usize::from(value.is_object());
        let length = at.len();
        match value {
            Value::Array(items) => {
                at.push_str("/*");
                for item in items {
                    self.add(item, at);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    at.push('/');
                    at.push_str(&escape(name));
                    self.add(member, at);
                    at.truncate(length);
                }
            }
            _ => {}
        }
        at.truncate(length);
    }
}

fn kind(value: &Value) -> Kind {
    match value {
        Value::Null => Kind::Null,
        Value::Bool(_) => Kind::Bool,
        Value::Number(number) if number.is_f64() => Kind::Fraction,
        Value::Number(_) => Kind::Whole,
        Value::String(text) if text.is_empty() => Kind::Empty,
        Value::String(_) => Kind::Text,
        Value::Array(_) => Kind::Array,
        Value::Object(_) => Kind::Object,
    }
}

/// What only some of the answers have that show the place: the places that are null, absent or of a kind in
/// them, by the numbers of these answers, each with how many show the place. What is in the same answers is one.
/// The order of the answers has no say, nor which server gave them.
pub(super) fn differing<'a>(
    answers: impl Iterator<Item = (Family, Option<&'a Shape>)>,
) -> BTreeSet<(Vec<usize>, usize)> {
    let answers: Vec<(usize, Family, &Shape)> =
        (0..).zip(answers).filter_map(|(number, (family, shape))| Some((number, family, shape?))).collect();
    let mut places: BTreeMap<(Family, &str), Vec<(usize, &Place)>> = BTreeMap::new();
    for (number, family, shape) in &answers {
        for (at, place) in &shape.0 {
            places.entry((*family, at)).or_default().push((*number, place));
        }
    }
    let mut differing = BTreeSet::new();
    for ((family, at), there) in &places {
        let mut of_kind: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
        for (number, place) in there {
            for kind in &place.kinds {
                of_kind.entry(*kind).or_default().push(*number);
            }
        }
        differing.extend(of_kind.into_values().map(|bearers| (bearers, there.len())));
        let Some(above) = at.rfind('/').and_then(|end| at.get(..end)) else { continue };
        let Some(above) = places.get(&(*family, above)).filter(|_| !at.ends_with("/*")) else { continue };
        let times: BTreeMap<usize, usize> =
            there.iter().map(|(number, place)| (*number, place.times)).collect();
        let objects: Vec<_> = above.iter().filter(|(_, place)| place.objects > 0).collect();
        let lacks =
            objects.iter().filter(|(number, above)| above.objects > times.get(number).copied().unwrap_or(0));
        differing.insert((lacks.map(|(number, _)| *number).collect(), objects.len()));
    }
    differing.retain(|(bearers, shown)| !bearers.is_empty() && bearers.len() < *shown);
    differing
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_in_the_same_answers_is_one_and_what_is_in_all_is_none() {
        let family = Family::JSON;
        let bodies = [
            json!({"a": 1, "b": "x", "c": null, "l": [{"n": 1}, {"n": 2}]}),
            json!({"a": 1, "b": "y", "c": "z", "l": [{"n": 1}, {}]}),
            json!({"a": 1.5, "c": null, "l": []}),
        ];
        let shapes: Vec<Shape> = bodies.iter().map(Shape::of).collect();
        let told = |shapes: &[Shape]| differing(shapes.iter().map(|shape| (family, Some(shape))));
        let wanted = [
            (vec![1], 2),    // an item without n
            (vec![0, 1], 3), // a whole number
            (vec![0, 2], 3), // null at /c
            (vec![1], 3),    // a text there
            (vec![2], 3),    // no b, and a fraction
        ];
        let wanted: BTreeSet<(Vec<usize>, usize)> = wanted.into_iter().collect();
        assert_eq!(told(&shapes), wanted);
        assert!(told(&shapes[..1]).is_empty());
    }
}
