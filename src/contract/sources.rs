//! Where the claims of a schema come from: [`Sources`].

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::json;
use super::pointer::values_at;
use super::schema::Schema;
use super::schema::infer::{Accumulator, MapRules};
use super::schema::mark::hash;
use crate::postman::Example;

/// The longest name of an example that is told, in characters.
const LONGEST_NAME: usize = 60;

/// The examples of one group (item, status, outcome). Nothing of them is read before something is
/// asked, and then once.
#[derive(Debug)]
pub struct Sources {
    examples: Vec<Arc<Example>>,
    rules: MapRules,
    read: OnceLock<Evidence>,
    maps: OnceLock<BTreeSet<String>>,
}

/// What the examples show.
#[derive(Debug)]
struct Evidence {
    names: Vec<String>,
    seen: Accumulator,
}

impl Sources {
    /// The examples from which a schema is inferred.
    pub(super) fn of(examples: Vec<Arc<Example>>, rules: MapRules) -> Self {
        Self { examples, rules, read: OnceLock::new(), maps: OnceLock::new() }
    }

    /// The examples from which the claims are inferred, those among them that a person accepted later.
    pub fn examples(&self) -> &[Arc<Example>] {
        &self.examples
    }

    /// Whether the claims of this schema come from the examples: it was inferred from them, or
    /// learned from them into a file that is not old. What a person wrote or edited has no other
    /// source than the person.
    pub fn explain(&self, schema: &Schema) -> bool {
        let Some(owner) = schema.owner() else { return true };
        let inferred = || self.seen().finished_by(owner.strictness(), &self.rules);
        let learned = || hash(&schema.document) == hash(&inferred());
        !owner.is_person() && learned()
    }

    /// What the examples show at a place, in how many of them and in which:
    /// `string, digits; in 2 of 8: SUCCESS RESPONSE, DUPLICATE_DATA`. `None` where none of them
    /// shows the place. `at` is a JSON pointer with `*` for array positions and `{key}` for names of
    /// a map.
    pub fn told(&self, at: &str) -> Option<String> {
        let evidence = self.evidence();
        let name = |number: u32| usize::try_from(number).ok().and_then(|n| evidence.names.get(n));
        Some(evidence.seen.provenance(at)?.told(|number| name(number).map_or("", String::as_str)))
    }

    /// Whether one of the examples shows a place (as in [`Self::told`]).
    pub fn show(&self, at: &str) -> bool {
        self.seen().provenance(at).is_some()
    }

    /// Whether one of the examples has an array without items, or an object without members, at a place (as in
    /// [`Self::told`]).
    pub fn show_empty(&self, at: &str) -> bool {
        self.any_value(at, json::is_empty)
    }

    /// Whether one of the examples has such a value at a place (as in [`Self::told`]).
    pub fn any_value(&self, at: &str, is_such: impl Fn(&Value) -> bool) -> bool {
        let bodies = self.examples.iter().filter_map(|example| json::parse(example.text()).ok());
        bodies.into_iter().any(|(body, _)| values_at(at, &body).into_iter().any(&is_such))
    }

    /// The examples, folded: equal to what their group folds, but for the number of each.
    pub(super) fn seen(&self) -> &Accumulator {
        &self.evidence().seen
    }

    /// Whether the examples show, at a place, objects whose names are data. `at` is as in
    /// [`told`](Self::told).
    pub fn is_map(&self, at: &str) -> bool {
        self.maps.get_or_init(|| self.evidence().seen.maps(&self.rules)).contains(at)
    }

    fn evidence(&self) -> &Evidence {
        self.read.get_or_init(|| {
            let mut seen = Accumulator::default();
            let mut names = Vec::new();
            for (number, example) in (0..).zip(&self.examples) {
                names.push(one_line(&example.name));
                // One that is no JSON says nothing of the schema.
                if let Ok(one) = Accumulator::default().read_from(number, example.text()) {
                    seen.merge(one);
                }
            }
            Evidence { names, seen }
        })
    }
}

/// A name on one line: generators make names of whole paragraphs.
fn one_line(name: &str) -> String {
    let line = name.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
        None => line,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use serde_json::json;

    use super::*;
    use crate::contract::Outcome;
    use crate::contract::schema::Key;
    use crate::contract::schema::infer::Strictness;
    use crate::contract::schema::mark::stamp;
    use crate::contract::schema::store::Store;
    use crate::suite::SchemaFile;

    /// An example of status 200 with this body.
    pub(in crate::contract) fn example(name: &str, body: &str) -> Arc<Example> {
        Arc::new(Example {
            name: name.to_owned(),
            id: None,
            code: Some(200),
            headers: Vec::new(),
            body: Some(body.to_owned()),
            language: None,
            request: None,
            pointer: String::new(),
        })
    }

    fn in_a_file(document: &Value) -> Arc<Schema> {
        let file = SchemaFile { file: PathBuf::from("200.schema.json"), text: document.to_string() };
        let store = Store::load(&BTreeMap::from([("x/200.schema.json".to_owned(), file)])).unwrap();
        store.find(&["x".to_owned()], &Key::of(Some(200), Outcome::Ok)).unwrap()
    }

    #[test]
    fn claims_are_told_with_the_examples_that_make_them() {
        let long = format!("a\n  name {}", "x".repeat(200));
        let sources = Sources::of(
            vec![
                example("SUCCESS", r#"{"id": "123", "tags": [{"n": 1}]}"#),
                example("no json", "<html>"),
                example(&long, "\u{feff}{\"id\": \"9\", \"when\": null}"),
            ],
            MapRules::default(),
        );
        let told = sources.told("/id").unwrap();
        assert!(told.starts_with("string, digits; in 2 of 2: SUCCESS, a name xxx"), "{told}");
        assert!(told.ends_with("x…") && told.len() < 120, "{told}");
        assert_eq!(sources.told("/tags/*/n").as_deref(), Some("integer; in 1 of 2: SUCCESS"));
        assert_eq!(sources.told("/nothing"), None);
    }

    #[test]
    fn a_schema_is_explained_unless_a_person_wrote_it_or_it_is_old() {
        let sources = Sources::of(vec![example("A", r#"{"id": 1}"#)], MapRules::default());
        assert!(sources.explain(&Schema::new(json!({}))), "inferred in memory");
        for strictness in [Strictness::Open, Strictness::Closed] {
            let inferred = sources.evidence().seen.finished(strictness);
            let learned = stamp(inferred.clone(), &[], strictness);
            let mut edited = learned.clone();
            edited["properties"]["id"] = json!({"type": "string"});
            let old = stamp(json!({"type": "object"}), &[], strictness);
            for (document, explained) in [(inferred, false), (learned, true), (edited, false), (old, false)] {
                assert_eq!(sources.explain(&in_a_file(&document)), explained, "{document}");
            }
        }
    }
}
