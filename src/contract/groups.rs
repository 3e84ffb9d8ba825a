//! Which examples share a schema, and what it is: the one place that groups and infers, for runs
//! without files as for those that are learned.
//!
//! A group is (item, own status of the example, outcome); examples without a code are one group of
//! the item. What suite.toml corrects plays no part, save for what it says of maps: a group's schema is a
//! function of the examples and of that. Only JSON bodies are members, and only those that an answer can have.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::Value;

use super::body::SavedBody;
use super::schema::infer::{self, Accumulator, Fitted, MapRules, Strictness, fit};
use super::schema::{Key, Schema};
use super::sources::Sources;
use crate::placeholder::Filler;
use crate::postman::Example;

/// The groups of one suite.
#[derive(Debug, Default)]
pub(super) struct Groups {
    all: Vec<Group>,
    known: HashMap<(usize, Key), usize>,
    /// By address of the example; each is held by its group, so that the address stays its own.
    of_example: HashMap<usize, usize>,
    /// One schema for each distinct text.
    shared: Mutex<HashMap<String, Arc<Schema>>>,
}

/// The examples that share a schema.
#[derive(Debug)]
pub(super) struct Group {
    /// The position of the item in the collection.
    pub(super) item: usize,
    /// Status and outcome.
    pub(super) key: Key,
    /// In file order; never empty.
    pub(super) members: Vec<Member>,
    /// What suite.toml says of maps in any of the members.
    rules: MapRules,
    schema: OnceLock<Arc<Schema>>,
    /// What documentation alone says, open and closed, where real bodies are in the group, too: what a
    /// generator wrote may disagree with what was recorded, and each example must be accepted by its
    /// own.
    documentation: OnceLock<[Arc<Schema>; 2]>,
    /// Whether any of the bodies is a real one.
    has_recordings: OnceLock<bool>,
    sources: OnceLock<Arc<Sources>>,
    of_documentation: OnceLock<Arc<Sources>>,
}

/// An example of a group.
#[derive(Debug)]
pub(super) struct Member {
    /// The example.
    pub(super) example: Arc<Example>,
    body: Arc<Value>,
    /// Whether a name is twice in one of its objects.
    repeats: bool,
}

impl Groups {
    /// Adds an example to its group; one whose body is no JSON is of none.
    pub(super) fn add(
        &mut self,
        item: usize,
        key: Key,
        example: &Arc<Example>,
        body: &SavedBody,
        rules: &MapRules,
    ) {
        let SavedBody::Json(value, repeated) = body else { return };
        let member =
            Member { example: Arc::clone(example), body: Arc::clone(value), repeats: !repeated.is_empty() };
        let next = self.all.len();
        let at = *self.known.entry((item, key.clone())).or_insert(next);
        self.of_example.insert(example.address(), at);
        let of_errors = key.is_of_errors();
        match self.all.get_mut(at) {
            Some(group) => {
                group.rules.extend(rules);
                group.members.push(member);
            }
            None => self.all.push(Group {
                item,
                key,
                members: vec![member],
                rules: rules.clone().of_errors(of_errors),
                schema: OnceLock::new(),
                documentation: OnceLock::new(),
                has_recordings: OnceLock::new(),
                sources: OnceLock::new(),
                of_documentation: OnceLock::new(),
            }),
        }
    }

    /// Every group, in the order of their first examples.
    pub(super) fn all(&self) -> &[Group] {
        &self.all
    }

    /// The schema of an example's group, or the one of its documentation where the group's refuses
    /// it; of its body alone, by these rules, where it has no group.
    pub(super) fn schema(&self, example: &Example, body: &Value, rules: &MapRules) -> Arc<Schema> {
        let Some(group) = self.group_of(example) else {
            return self.alone(example, body, false, rules);
        };
        let schema = group.schema.get_or_init(|| self.share(&group.finished(Strictness::Open)));
        match self.documentation(group, example) {
            Some([open, _]) if !accepts_filled(schema, body) => Arc::clone(open),
            _ => Arc::clone(schema),
        }
    }

    /// What documentation alone says, where the example is some, and its group has recordings, too.
    fn documentation<'g>(&self, group: &'g Group, example: &Example) -> Option<&'g [Arc<Schema>; 2]> {
        if !group.documents(example) || !group.has_recordings() {
            return None;
        }
        Some(group.documentation.get_or_init(|| {
            let seen = group.seen().documentation();
            let finished = |strictness| seen.finished_by(strictness, &group.rules);
            // The closed one stands in for a file that was learned so.
            let closed = Schema::new(finished(Strictness::Closed)).learned_as(Strictness::Closed);
            [self.share(&finished(Strictness::Open)), Arc::new(closed)]
        }))
    }

    /// A learned schema, or what documentation alone says where it refuses an example that a
    /// generator wrote: the verdicts are those of [`Groups::schema`].
    pub(super) fn learned(
        &self,
        learned: Arc<Schema>,
        strictness: Strictness,
        example: &Example,
        body: &Value,
    ) -> Arc<Schema> {
        // Whether it accepts the body is asked last: to be asked, it must be compiled.
        let group = self.group_of(example);
        let Some([open, closed]) = group.and_then(|group| self.documentation(group, example)) else {
            return learned;
        };
        if accepts_filled(&learned, body) {
            return learned;
        }
        Arc::clone(match strictness {
            Strictness::Open => open,
            Strictness::Closed => closed,
        })
    }

    /// The schema of one body that suite.toml takes out of its group; `repeats` says that a name is twice
    /// in one of its objects.
    pub(super) fn alone(
        &self,
        example: &Example,
        body: &Value,
        repeats: bool,
        rules: &MapRules,
    ) -> Arc<Schema> {
        let both = if repeats { Accumulator::default().read(example.text()).ok() } else { None };
        let seen = both.unwrap_or_else(|| {
            let mut seen = Accumulator::default();
            seen.observe(body);
            seen
        });
        self.share(&seen.finished_by(Strictness::Open, rules))
    }

    /// The examples from which this schema of an example's group comes: all of them, or those that a
    /// generator wrote; `None` where it has no group.
    pub(super) fn sources(&self, example: &Example, schema: &Arc<Schema>) -> Option<Arc<Sources>> {
        let group = self.group_of(example)?;
        let all = group.schema.get().is_some_and(|all| Arc::ptr_eq(all, schema));
        let documentation = group.documentation.get().filter(|_| !all);
        let of = |members: &mut dyn Iterator<Item = &Member>| {
            let examples = members.map(|member| Arc::clone(&member.example)).collect();
            Arc::new(Sources::of(examples, group.rules.clone()))
        };
        let sources = if documentation.is_some_and(|all| all.iter().any(|one| Arc::ptr_eq(one, schema))) {
            let documents = |member: &&Member| member.is_documentation();
            group.of_documentation.get_or_init(|| of(&mut group.members.iter().filter(documents)))
        } else {
            group.sources.get_or_init(|| of(&mut group.members.iter()))
        };
        Some(Arc::clone(sources))
    }

    /// What suite.toml says of maps in the example's group.
    pub(super) fn rules(&self, example: &Example) -> Option<&MapRules> {
        Some(&self.group_of(example)?.rules)
    }

    /// The places of objects in the bodies of the example's group, as its schema has them.
    pub(super) fn objects(&self, example: &Example) -> Option<BTreeSet<String>> {
        let group = self.group_of(example)?;
        Some(group.seen().objects(&group.rules))
    }

    fn group_of(&self, example: &Example) -> Option<&Group> {
        self.all.get(*self.of_example.get(&example.address())?)
    }

    /// One schema for each distinct text.
    fn share(&self, document: &Value) -> Arc<Schema> {
        let schema = || Arc::new(Schema::new(document.clone()));
        // A panic elsewhere leaves the map whole: an entry is either there or not.
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(shared.entry(document.to_string()).or_insert_with(schema))
    }
}

impl Group {
    /// The schema that is written to a file, with the safety net of [`fit`] under it.
    pub(super) fn fitted(&self, strictness: Strictness) -> Result<Fitted, String> {
        let seen = self.seen();
        let mixed = seen.is_mixed();
        // Where recordings and documentation disagree, recordings win.
        let counting = self.members.iter().filter(|member| !mixed || !member.is_documentation());
        fit(seen.finished_by(strictness, &self.rules), counting.map(|member| &*member.body))
    }

    fn finished(&self, strictness: Strictness) -> Value {
        self.seen().finished_by(strictness, &self.rules)
    }

    fn has_recordings(&self) -> bool {
        let real = || self.members.iter().any(|member| !member.is_documentation());
        *self.has_recordings.get_or_init(real)
    }

    /// Whether this example of the group was written by a generator.
    fn documents(&self, example: &Example) -> bool {
        let own = self.members.iter().find(|member| std::ptr::eq(member.example.as_ref(), example));
        own.is_some_and(Member::is_documentation)
    }

    fn seen(&self) -> Accumulator {
        let mut seen = Accumulator::default();
        for member in &self.members {
            match member.read_again() {
                Some(both) => seen.merge(both),
                None => seen.observe(&member.body),
            }
        }
        seen
    }
}

impl Member {
    /// The text observed, where a name is twice in one of its objects: both values count, and the text
    /// has both.
    fn read_again(&self) -> Option<Accumulator> {
        self.repeats.then(|| Accumulator::default().read(self.example.text()).ok())?
    }

    /// Whether it counts as documentation, in the way that it is observed.
    fn is_documentation(&self) -> bool {
        match self.read_again() {
            Some(both) => both == both.documentation(),
            None => infer::is_documentation(&self.body),
        }
    }
}

/// Whether a body is accepted once its placeholders are filled.
fn accepts_filled(schema: &Schema, body: &Value) -> bool {
    let mut filled = body.clone();
    Filler::new(0).fill_value(&mut filled, "");
    schema.accepts(&filled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Outcome;
    use crate::contract::sources::tests::example;

    /// What is said of a claim's source is said of the schema that a run judges by.
    #[test]
    fn a_group_and_its_sources_infer_the_same() {
        let bodies = [
            r#"{"id": "123", "tags": [{"n": 1}], "big": 123456789012345678901}"#,
            "\u{feff}{\"id\": \"9\", \"when\": null, \"id\": 7}",
            r#"{"id": "<integer>", "name": "<string>", "name": "<uuid>"}"#,
            r#"{"id": "\u003cstring\u003e"}"#,
            r#"{"when": "2021-05-11T10:00:00Z", "empty": {}, "n": 1.5e3}"#,
        ];
        let mut groups = Groups::default();
        let key = Key::of(Some(200), Outcome::Ok);
        let examples = bodies.map(|body| example("x", body));
        for example in &examples {
            groups.add(0, key.clone(), example, &SavedBody::of(example), &MapRules::default());
        }
        let schema = groups.schema(&examples[0], &Value::Null, &MapRules::default());
        let sources = groups.sources(&examples[0], &schema).unwrap();
        let [group] = groups.all() else { panic!("one group: {groups:?}") };
        assert_eq!(group.members.len(), bodies.len());
        for strictness in [Strictness::Open, Strictness::Closed] {
            assert_eq!(group.seen().finished(strictness), sources.seen().finished(strictness));
        }
    }
}
