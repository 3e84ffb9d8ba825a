//! What a person says of the places where inference may be wrong: [`MapRules`].

use super::maps::{self, Names};
use super::node::Object;
use crate::contract::pointer::{last_step, names_place};

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
    /// The bodies are those of errors.
    of_errors: bool,
}

/// Names under which an error has, for each field of the request, what is wrong with it; without case, `_` and
/// `-`.
const BY_FIELD: [&str; 8] = [
    "errors",
    "error",
    "fielderrors",
    "formerrors",
    "validationerrors",
    "violations",
    "modelstate",
    "invalidfields",
];

/// Names that such an object has where it is a record all the same: `formErrors` and `fieldErrors` of Zod, and what is
/// a part of any error. What stands beside the fields of one request (`base` of Rails, `non_field_errors` of Django REST
/// framework, `full_messages` of Devise Token Auth) is none: as a record, another field that is wrong would be a change.
const OWN: [&str; 16] = [
    "args",
    "causes",
    "codes",
    "details",
    "errors",
    "fielderrors",
    "fields",
    "formerrors",
    "hints",
    "message",
    "messages",
    "params",
    "path",
    "reasons",
    "stack",
    "warnings",
];

/// From so many objects on, a name in all of them beside names that come and go is no field of a request.
const SEVERAL: u64 = 3;

impl MapRules {
    /// The rules of these patterns.
    pub fn new(maps: &[String], not_maps: &[String]) -> Self {
        Self { maps: maps.to_vec(), not_maps: not_maps.to_vec(), of_errors: false }
    }

    /// The same for bodies that are those of errors, or are not.
    #[must_use]
    pub fn of_errors(self, of_errors: bool) -> Self {
        Self { of_errors, ..self }
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

    /// Whether the objects of a place are maps: by what is said of it, else by [`maps::of`], and in an error where
    /// they have, for each field of the request, texts on what is wrong with it: another request has other fields.
    /// `at` has `*` for array positions and `{key}` for names of a map. Gives the schema of the names.
    pub(super) fn map(
        &self,
        real: Option<&Object>,
        doc: Option<&Object>,
        at: impl Fn() -> String,
    ) -> Option<Names> {
        let is_plain = self.maps.is_empty() && self.not_maps.is_empty() && !self.of_errors;
        if is_plain {
            return maps::of(real, doc, None);
        }
        let at = at();
        let said = self.at(&at);
        let by_field = || self.of_errors && is_by_field(&at) && real.is_some_and(lists_texts);
        maps::of(real, doc, said.or_else(|| by_field().then_some(true)))
    }

    /// Whether objects at a place are maps; `None` where nothing is said of it.
    fn at(&self, at: &str) -> Option<bool> {
        let named = |patterns: &[String]| patterns.iter().any(|pattern| names_place(pattern, at));
        if named(&self.not_maps) {
            return Some(false);
        }
        named(&self.maps).then_some(true)
    }
}

fn squeezed(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()).collect()
}

fn is_by_field(at: &str) -> bool {
    last_step(at)
        .is_some_and(|(_, step)| step.name().is_some_and(|name| BY_FIELD.contains(&squeezed(name).as_str())))
}

/// Whether a name is in every object while others come and go, two and more: it is fixed, and not data as they are.
fn has_fixed(object: &Object) -> bool {
    let come_and_go = object.members.values().filter(|member| member.present < object.n).count();
    object.n >= SEVERAL && come_and_go >= 2 && come_and_go < object.members.len()
}

/// Whether every member is a list of texts, and none is a part of an error.
fn lists_texts(object: &Object) -> bool {
    !object.members.is_empty()
        && !has_fixed(object)
        && object.members.iter().all(|(name, member)| {
            let texts = member.node.items.as_deref().is_some_and(|items| items.n > 0 && items.is_of_texts());
            texts && member.node.is_of_arrays() && !OWN.contains(&squeezed(name).as_str())
        })
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
    fn texts_by_field_are_a_map_in_an_error() {
        let is_map = |body: &str, of_errors: bool| {
            let rules = MapRules::default().of_errors(of_errors);
            let found = read(&[body]).maps(&rules);
            assert_eq!(read(&[body]).finished_by(Strictness::Open, &rules), {
                let maps: Vec<String> = found.iter().cloned().collect();
                read(&[body]).finished_by(Strictness::Open, &MapRules::new(&maps, &[]))
            });
            !found.is_empty()
        };
        for body in [
            r#"{"message": "m", "errors": {"email": ["is taken"]}}"#,
            r#"{"errors": {"items.0.name": ["is blank"], "age": ["is low", "is odd"]}}"#,
            r#"[{"validation_errors": {"email": ["is taken"]}}]"#,
            r#"{"ModelState": {"order.Total": ["must be a number"]}}"#,
            r#"{"errors": {"non_field_errors": ["is odd"]}}"#,
            r#"{"errors": {"base": ["is odd"]}}"#,
            r#"{"errors": {"email": ["is taken"], "full_messages": ["email is taken"]}}"#,
            r#"{"errors": {"email": ["is taken"], "non_field_errors": ["is odd"]}}"#,
            r#"{"errors": {"email": ["is taken"], "base": ["is odd"]}}"#,
            r#"{"errors": {"_schema": ["is odd"], "age": ["is low"]}}"#,
        ] {
            assert!(is_map(body, true) && !is_map(body, false), "{body}");
        }
        for body in [
            r#"{"errors": {"code": "A", "message": "m"}}"#,
            r#"{"errors": {"email": "is taken"}}"#,
            r#"{"errors": {"messages": ["is taken"]}}"#,
            r#"{"error": {"formErrors": [], "fieldErrors": ["x"]}}"#,
            r#"{"errors": {"email": ["is taken"], "code": 7}}"#,
            r#"{"errors": {"email": []}}"#,
            r#"{"errors": {"email": [{"message": "m"}]}}"#,
            r#"{"errors": {"email": [7]}}"#,
            r#"{"errors": {}}"#,
            r#"{"data": {"tags": ["a"]}}"#,
            r#"{"email": ["is taken"]}"#,
        ] {
            assert!(!is_map(body, true), "{body}");
        }
        let rules = of(&[], &["/errors"]).of_errors(true);
        assert!(read(&[r#"{"errors": {"email": ["is taken"]}}"#]).maps(&rules).is_empty());
    }

    /// A name in every error, whatever its fields are, is none of them.
    #[test]
    fn what_every_error_has_beside_its_fields_is_fixed() {
        let errors = |names: &[&[&str]]| {
            let one = |names: &&[&str]| {
                let lists: Vec<_> = names.iter().map(|name| format!(r#""{name}": ["is odd"]"#)).collect();
                format!(r#"{{"errors": {{{}}}}}"#, lists.join(","))
            };
            let bodies: Vec<String> = names.iter().map(one).collect();
            let seen = read(&bodies.iter().map(String::as_str).collect::<Vec<_>>());
            let rules = MapRules::default().of_errors(true);
            seen.finished_by(Strictness::Open, &rules)["properties"]["errors"]["required"].clone()
        };
        assert_eq!(errors(&[&["summary", "a"], &["summary", "b"], &["b", "summary"]]), json!(["summary"]));
        assert_eq!(errors(&[&["a", "s"], &["s", "b"], &["s"], &["c", "s"]]), json!(["s"]));
        assert_eq!(errors(&[&["s", "t", "a"], &["s", "t", "b"], &["t", "s"]]), json!(["s", "t"]));
        for maps in [
            &[&["a", "s"][..], &["b", "s"]][..],
            &[&["a", "s"], &["s"], &["s"]],
            &[&["a"], &["b"], &["c"]],
            &[&["a", "b"], &["b", "c"], &["a", "c"]],
            &[&["a"], &["a"], &["a"]],
            &[&["a", "b"], &["a", "b"], &["a", "b"]],
        ] {
            assert_eq!(errors(maps), json!(null), "{maps:?}");
        }
    }

    #[test]
    fn generators_names_of_a_record_are_fields_where_it_is_said() {
        let seen = read(&[r#"{"a": {"additionalProp1": "<string>"}}"#]);
        let schema = seen.finished_by(Strictness::Open, &of(&[], &["/a"]));
        assert!(schema["properties"]["a"]["properties"]["additionalProp1"].is_object(), "{schema}");
    }
}
