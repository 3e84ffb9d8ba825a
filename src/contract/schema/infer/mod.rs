//! Inference: a mergeable accumulator of everything seen at each place, and its finish as a
//! JSON Schema (draft 2020-12).
//!
//! [`Accumulator`] is a commutative monoid: [`observe`](Accumulator::observe) and
//! [`read`](Accumulator::read) fold one body, [`merge`](Accumulator::merge) joins two, and neither
//! order nor grouping changes the result. The kinds that meet at one place are united (the kind
//! equivalence of Baazizi et al., «Parametric schema inference for massive JSON datasets»).
//!
//! Invariants: the finished schema accepts every body it was made from, type placeholders filled or
//! not looked at. Documentation is the exception that the next lines name: it is kept apart and
//! only adds what real bodies never showed, so where both disagree real bodies win. What a body
//! may claim without a doubt (types, presence) is written plainly; what it only suggests (formats,
//! patterns, names of map keys, known values) bears `"x-level": "warning"`, or is a keyword that no
//! validator asserts (`x-known-values`).

mod bits;
mod census;
mod codes;
mod digits;
mod finish;
mod fit;
mod ids;
mod kinds;
mod maps;
mod names;
mod node;
mod observe;
mod places;
mod provenance;
mod recognise;
mod rules;
mod shapes;
mod stream;
mod text;
mod versions;

use std::collections::BTreeSet;

use serde::de::DeserializeSeed as _;
use serde_json::{Map, Value};

pub use self::finish::Strictness;
pub use self::fit::{Fitted, fit};
pub use self::provenance::Provenance;
pub(crate) use self::recognise::format_of;
pub use self::rules::MapRules;
pub use self::stream::{BodyError, Fault};

use self::census::Census;
use self::node::{Node, Oddity};
use self::observe::{Fold, Way};
use self::places::Places;
use crate::contract::json::readable;
use crate::placeholder;

/// Everything seen in the bodies of one schema.
///
/// ```
/// use serde_json::json;
/// use uphold::contract::schema::infer::Accumulator;
///
/// let bodies = [r#"{"id": 1, "name": null}"#, r#"{"id": 2}"#];
/// let seen = bodies.into_iter().try_fold(Accumulator::default(), Accumulator::read)?;
/// let schema = seen.finish();
/// assert_eq!(schema["required"], json!(["id"]));
/// assert_eq!(schema["properties"]["id"], json!({"type": "integer"}));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accumulator {
    /// Bodies with real values.
    real: Node,
    /// Bodies that a generator wrote from documentation.
    doc: Node,
}

impl Accumulator {
    /// Folds one body in.
    ///
    /// A body counts as documentation if at least half of its strings are placeholders
    /// ([`placeholder::recognise`]); a body without strings is real.
    pub fn observe(&mut self, body: &Value) {
        let documentation = is_documentation(body);
        let fold =
            Fold { node: self.root(documentation), way: Way { documentation, source: None, tally: None } };
        // A value that is there already can be read.
        let _ = fold.deserialize(body);
    }

    /// Folds the text of one body in, as [`observe`](Accumulator::observe) does, without building
    /// values of it; of a name that is twice in one object both values count.
    ///
    /// A lone surrogate is read as [`readable`] has it. Fails where the text is no JSON or nested deeper than 127 levels,
    /// which is where every reader of this program stops. Half of a body may have been folded by
    /// then, so an error takes the accumulator with it.
    pub fn read(self, text: &str) -> Result<Self, serde_json::Error> {
        self.fold(text, None)
    }

    /// The same for a body whose number is remembered for [`provenance`](Accumulator::provenance).
    /// Numbers should be small: each place remembers a bit for every number up to its highest.
    pub fn read_from(self, source: u32, text: &str) -> Result<Self, serde_json::Error> {
        self.fold(text, Some(source))
    }

    fn fold(mut self, text: &str, source: Option<u32>) -> Result<Self, serde_json::Error> {
        let text = &*readable(text);
        let documentation = placeholder::may_hold(text) && {
            let (mut census, mut json) = (Census::default(), serde_json::Deserializer::from_str(text));
            (&mut census).deserialize(&mut json)?;
            census.is_documentation()
        };
        let mut json = serde_json::Deserializer::from_str(text);
        let fold = Fold { node: self.root(documentation), way: Way { documentation, source, tally: None } };
        fold.deserialize(&mut json)?;
        json.end()?;
        Ok(self)
    }

    fn root(&mut self, documentation: bool) -> &mut Node {
        if documentation { &mut self.doc } else { &mut self.real }
    }

    /// Joins what another accumulator saw.
    pub fn merge(&mut self, other: Self) {
        self.real.merge(other.real);
        self.doc.merge(other.doc);
    }

    /// Whether both real bodies and documentation were seen, so that a body of documentation may
    /// be refused by the finished schema.
    pub fn is_mixed(&self) -> bool {
        self.real.n > 0 && self.doc.n > 0
    }

    /// The same without the real bodies.
    #[must_use]
    pub fn documentation(&self) -> Self {
        Self { real: Node::default(), doc: self.doc.clone() }
    }

    /// The schema. Objects are open, members sorted by name, keywords in a fixed order: equal
    /// observations give equal texts.
    ///
    /// Places that only placeholders (or only documentation) show bear `"x-from": "documentation"`
    /// and are never required, save for the containers directly under the root.
    pub fn finish(&self) -> Value {
        self.finished(Strictness::Open)
    }

    /// The schema that also refuses members and listed values that were never seen.
    pub fn finish_strict(&self) -> Value {
        self.finished(Strictness::Closed)
    }

    /// The schema, open or closed.
    pub fn finished(&self, strictness: Strictness) -> Value {
        self.finished_by(strictness, &MapRules::default())
    }

    /// The schema, open or closed, in which objects are maps where a person says so.
    pub fn finished_by(&self, strictness: Strictness, rules: &MapRules) -> Value {
        let mut schema = Map::new();
        schema.insert("$schema".to_owned(), Value::from("https://json-schema.org/draft/2020-12/schema"));
        schema.append(&mut finish::root(&self.real, &self.doc, strictness, rules));
        Value::Object(schema)
    }

    /// What was seen at a place and in which bodies; `None` where nothing was. `at` is a JSON
    /// pointer with `*` for array positions and `{key}` for any name of an object.
    ///
    /// ```
    /// use uphold::contract::schema::infer::Accumulator;
    ///
    /// let names = ["SUCCESS", "INVALID", "DUPLICATE"];
    /// let bodies = [r#"{"id": "123"}"#, r#"{}"#, r#"{"id": "456"}"#];
    /// let mut seen = Accumulator::default();
    /// for (number, body) in (0..).zip(bodies) {
    ///     seen = seen.read_from(number, body)?;
    /// }
    /// let id = seen.provenance("/id").map(|found| found.told(|n| names[n as usize]));
    /// assert_eq!(id.as_deref(), Some("string, digits; in 2 of 3: SUCCESS, DUPLICATE"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn provenance(&self, at: &str) -> Option<Provenance> {
        provenance::of(&self.real, &self.doc, at)
    }

    /// The places at which the names of objects are data, so that any name may come: `*` for array
    /// positions, `{key}` for names of a map that holds others.
    ///
    /// ```
    /// use uphold::contract::schema::infer::Accumulator;
    ///
    /// let text = r#"{"by_day": {"2021-05-11": {"n": 1}}, "last": {"n": 1}}"#;
    /// let maps = Accumulator::default().read(text)?.maps(&Default::default());
    /// assert_eq!(maps.into_iter().collect::<Vec<_>>(), ["/by_day"]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn maps(&self, rules: &MapRules) -> BTreeSet<String> {
        Places::of(&self.real, &self.doc, rules).maps
    }

    /// The places of all objects, maps or not, written in the same way.
    pub fn objects(&self, rules: &MapRules) -> BTreeSet<String> {
        Places::of(&self.real, &self.doc, rules).objects
    }

    /// The places of names that were twice in one object, with `*` for array positions, sorted.
    pub fn repeated_names(&self) -> Vec<String> {
        self.odd_places(Oddity::Repeated)
    }

    /// The places of whole numbers beyond 2^53 (in 64 bits, or written in digits alone), which
    /// JavaScript and every other reader that keeps numbers in 64-bit floats rounds; sorted.
    pub fn wide_integers(&self) -> Vec<String> {
        self.odd_places(Oddity::Wide)
    }

    fn odd_places(&self, wanted: Oddity) -> Vec<String> {
        let mut found = Vec::new();
        for root in [&self.real, &self.doc] {
            root.odd("", &mut |oddity, at| found.extend((oddity == wanted).then(|| at.to_owned())));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Whether at least half of the strings in a body are placeholders.
///
/// Only strings are counted: generators write real-looking `0` and `true` beside them. A placeholder that
/// [may be a value](crate::placeholder::may_be_a_value) counts only where every other string is a
/// placeholder, empty, or of a form that generators make up, too (a date, UUID, URI, e-mail or IP address):
/// `{"name": "age", "type": "string"}` was recorded.
pub fn is_documentation(body: &Value) -> bool {
    let mut census = Census::default();
    // A value that is there already can be read.
    let _ = (&mut census).deserialize(body);
    census.is_documentation()
}

/// The same for the text of a body, in which every value of a repeated name counts. A text that is no JSON
/// documents nothing.
pub fn is_documentation_text(text: &str) -> bool {
    let text = readable(text);
    let (mut census, mut json) = (Census::default(), serde_json::Deserializer::from_str(&text));
    (&mut census).deserialize(&mut json).is_ok() && census.is_documentation()
}

#[cfg(test)]
mod tests;
