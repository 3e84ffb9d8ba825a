//! What a person says of the places where inference may be wrong: [`MapRules`].

use crate::contract::pointer::names_place;

/// The places whose objects are maps, their names data, and those whose objects are none, whatever
/// inference takes them for.
///
/// The patterns are pointers from the root of a body, in which `*` stands for any one step ([`names_place`]).
/// A place that both lists name is no map.
///
/// ```
/// use uphold::contract::schema::infer::{Accumulator, MapRules, Strictness};
///
/// let seen = Accumulator::default().read(r#"{"stock": {"berlin": 3, "paris": 0}}"#)?;
/// let rules = MapRules::new(&["/stock".to_owned()], &[]);
/// let schema = seen.finished_by(Strictness::Open, &rules);
/// assert_eq!(schema["properties"]["stock"]["additionalProperties"]["type"], "integer");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MapRules {
    maps: Vec<String>,
    not_maps: Vec<String>,
}

impl MapRules {
    /// The rules of these patterns.
    pub fn new(maps: &[String], not_maps: &[String]) -> Self {
        Self { maps: maps.to_vec(), not_maps: not_maps.to_vec() }
    }

    /// Whether they name no place.
    pub fn is_empty(&self) -> bool {
        self.maps.is_empty() && self.not_maps.is_empty()
    }

    /// Adds the patterns of others that are not among them.
    pub fn extend(&mut self, others: &Self) {
        for (own, others) in [(&mut self.maps, &others.maps), (&mut self.not_maps, &others.not_maps)] {
            for other in others {
                if !own.contains(other) {
                    own.push(other.clone());
                }
            }
        }
    }

    /// Whether objects at a place are maps; `None` where nothing is said of it. `at` has `*` for array
    /// positions and `{key}` for names of a map.
    pub(super) fn at(&self, at: &str) -> Option<bool> {
        let named = |patterns: &[String]| patterns.iter().any(|pattern| names_place(pattern, at));
        if named(&self.not_maps) {
            return Some(false);
        }
        named(&self.maps).then_some(true)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::contract::schema::infer::{Accumulator, Strictness};

    fn of(maps: &[&str], not_maps: &[&str]) -> MapRules {
        let owned = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        MapRules::new(&owned(maps), &owned(not_maps))
    }

    fn read(bodies: &[&str]) -> Accumulator {
        bodies.iter().copied().try_fold(Accumulator::default(), Accumulator::read).unwrap()
    }

    #[test]
    fn what_is_said_goes_before_what_is_seen() {
        let seen = read(&[r#"[{"a": {"x": 1, "y": "s"}, "b": {"150": 1, "300": 2}}, {"a": {}}]"#]);
        let rules = of(&["/*/a"], &["/*/b"]);
        let schema = seen.finished_by(Strictness::Closed, &rules);
        let item = &schema["items"]["properties"];
        assert_eq!(
            item["a"],
            json!({"type": "object", "additionalProperties": {"type": ["integer", "string"]}})
        );
        assert_eq!(item["b"]["required"], json!(["150", "300"]));
        assert_eq!(seen.maps(&rules).into_iter().collect::<Vec<_>>(), ["/*/a"]);
        assert_eq!(seen.maps(&MapRules::default()).into_iter().collect::<Vec<_>>(), ["/*/b"]);
        assert_eq!(seen.objects(&rules).into_iter().collect::<Vec<_>>(), ["/*", "/*/a", "/*/b"]);
    }

    #[test]
    fn maps_below_maps_are_named_by_any_key() {
        let seen = read(&[r#"{"a": {"u": {"x": {"n": 1}}, "v": {"y": {"n": 1}}}}"#]);
        for inner in ["/a/*/*", "/a/{key}/{key}"] {
            let rules = of(&["/a", "/a/*", inner], &[inner]);
            let schema = seen.finished_by(Strictness::Open, &rules);
            let innermost = &schema["properties"]["a"]["additionalProperties"]["additionalProperties"];
            assert_eq!(innermost["required"], json!(["n"]), "{inner}: a place in both is no map");
            assert_eq!(seen.maps(&rules).len(), 2);
        }
        let root = seen.finished_by(Strictness::Open, &of(&[""], &[]));
        assert!(root["properties"].is_null() && root["additionalProperties"].is_object(), "{root}");
    }

    #[test]
    fn an_object_without_members_may_get_any() {
        let schema = read(&[r#"{"a": {}}"#]).finished_by(Strictness::Closed, &of(&["/a"], &[]));
        assert_eq!(schema["properties"]["a"], json!({"type": "object", "additionalProperties": {}}));
    }

    #[test]
    fn generators_names_of_a_record_are_fields_where_it_is_said() {
        let seen = read(&[r#"{"a": {"additionalProp1": "<string>"}}"#]);
        let schema = seen.finished_by(Strictness::Open, &of(&[], &["/a"]));
        assert!(schema["properties"]["a"]["properties"]["additionalProp1"].is_object(), "{schema}");
    }
}
