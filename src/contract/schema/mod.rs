//! JSON Schemas: inferred from examples ([`infer`]), found in files ([`store`]) by their [`Key`],
//! marked where they were learned ([`mark`]), compiled and validated against ([`Schema`]).
//!
//! Draft 2020-12 where `$schema` says nothing else; formats are asserted in every draft. Invariant:
//! nothing is ever fetched or read for a schema: a reference leads to a place in the same document
//! or to another schema file of the suite, or it does not compile.

mod files;
pub mod infer;
mod key;
pub mod mark;
pub mod store;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use jsonschema::{ErrorIterator, PatternOptions, ValidationError, Validator};
use serde_json::Value;

pub use self::files::references;
pub use self::key::{Key, PROPOSAL, SUFFIX, proposal_of};

use self::files::{Home, Retriever};
use self::infer::Strictness;
use self::mark::Owner;
use super::formats;
use crate::suite::did_you_mean;

/// How often a pattern that needs backtracking may do so before it is given up.
const BACKTRACK_LIMIT: usize = 100_000;

/// One schema; compiled once, when it is first used or by [`Schema::compile`]. Clones share what
/// is compiled.
#[derive(Clone)]
pub struct Schema {
    /// The schema as JSON.
    pub document: Arc<Value>,
    home: Option<Home>,
    /// Whose file it is; `None` where it is no file.
    owner: Option<Owner>,
    validator: Arc<OnceLock<Result<Validator, String>>>,
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Schema({})", self.document)
    }
}

/// The schema that holds a keyword: the document, the place in it, and its file if it has one.
#[derive(Debug, Clone)]
pub struct Origin<'s> {
    /// The document.
    pub document: &'s Value,
    /// The keyword in it, a JSON pointer.
    pub keyword: String,
    /// The file.
    pub file: Option<&'s Path>,
}

impl Schema {
    /// A schema that is compiled when it is first used.
    pub fn new(document: Value) -> Self {
        Self { document: Arc::new(document), home: None, owner: None, validator: Arc::default() }
    }

    /// A schema that is compiled now. The error says what is wrong and at which place.
    pub fn compile(document: Value) -> Result<Self, String> {
        let schema = Self::new(document);
        schema.validator().map_err(str::to_owned)?;
        Ok(schema)
    }

    /// The schema of a file. A person's is compiled now; what was learned has been compiled before
    /// it was written, and most runs need few of the files.
    fn of_file(document: Arc<Value>, home: Home, owner: Owner) -> Result<Self, String> {
        let is_person = owner.is_person();
        let schema = Self { document, home: Some(home), owner: Some(owner), validator: Arc::default() };
        if is_person {
            schema.validator().map_err(str::to_owned)?;
        }
        Ok(schema)
    }

    /// Whose file the schema is, or whose it stands in for; `None` where it was inferred without files.
    pub fn owner(&self) -> Option<&Owner> {
        self.owner.as_ref()
    }

    /// Whether a person edited or wrote it.
    pub fn is_persons(&self) -> bool {
        self.owner.as_ref().is_some_and(Owner::is_person)
    }

    /// The same schema, as one that the examples alone made in this way.
    pub(super) fn learned_as(self, strictness: Strictness) -> Self {
        Self { owner: Some(Owner::Learned { strictness }), ..self }
    }

    /// The same schema as that of another file of the same text.
    fn again_at(&self, home: Home, owner: Owner) -> Self {
        Self { home: Some(home), owner: Some(owner), ..self.clone() }
    }

    /// The file that it was read from; `None` where it was inferred.
    pub fn file(&self) -> Option<&Path> {
        self.home.as_ref().map(Home::file)
    }

    /// Every error of a value. Fails where the schema does not compile, with the reason.
    pub fn errors<'a>(&'a self, value: &'a Value) -> Result<ErrorIterator<'a>, &'a str> {
        Ok(self.validator()?.iter_errors(value))
    }

    /// Whether the schema accepts a value; one that does not compile accepts none.
    pub fn accepts(&self, value: &Value) -> bool {
        self.validator().is_ok_and(|validator| validator.is_valid(value))
    }

    /// Where the keyword stands that an error speaks of: also in another file.
    pub fn origin(&self, error: &ValidationError<'_>) -> Origin<'_> {
        let own = || Origin {
            document: &self.document,
            keyword: error.schema_path().as_str().to_owned(),
            file: self.home.as_ref().map(Home::file),
        };
        let Some(home) = self.home.as_ref().filter(|home| home.base(&self.document).is_some()) else {
            return own();
        };
        match error.absolute_keyword_location() {
            Some(location) => home.find(location.as_str()),
            // The validator does not say; then the way that it went does.
            None => self.at_the_end_of(error.evaluation_path().as_str()),
        }
        .unwrap_or_else(own)
    }

    /// Where a path through this schema ends, `$ref`s among its steps.
    fn at_the_end_of(&self, path: &str) -> Option<Origin<'_>> {
        let (mut document, mut keyword) = (&*self.document, String::new());
        for step in path.split('/').skip(1) {
            let reference = document.pointer(&keyword)?.get("$ref").and_then(Value::as_str);
            match reference.filter(|_| step == "$ref") {
                Some(reference) => {
                    document = self.follow(document, reference)?.0;
                    keyword = files::decoded(reference.split_once('#').map_or("", |(_, pointer)| pointer));
                }
                None => keyword = format!("{keyword}/{step}"),
            }
        }
        Some(Origin { document, keyword, file: self.home.as_ref()?.file_of(document) })
    }

    /// Where a `$ref` of a document leads to: the document and the schema in it. References by
    /// `$anchor` or into a document with a `$id` of its own are left to the validator.
    pub fn follow<'s>(&'s self, document: &'s Value, reference: &str) -> Option<(&'s Value, &'s Value)> {
        let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let document = match file {
            "" => document,
            file => self.home.as_ref()?.relative(document, file)?,
        };
        Some((document, document.pointer(&files::decoded(pointer))?))
    }

    fn validator(&self) -> Result<&Validator, &str> {
        let made = self.validator.get_or_init(|| build(&self.document, self.home.as_ref()));
        made.as_ref().map_err(String::as_str)
    }
}

/// What is wrong with a `type` that is none: the library only says that no alternative holds.
fn no_type(place: &str, value: &Value) -> Option<String> {
    const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];
    let name = value.as_str().filter(|name| place.ends_with("/type") && !TYPES.contains(name))?;
    let hint = did_you_mean(name, TYPES);
    Some(format!("{name:?} is no type of JSON Schema{hint} (known are {})", TYPES.join(", ")))
}

/// Compiles with the linear regex engine; only a schema that it refuses (look-around, back
/// references) gets the backtracking one, with a limit.
fn build(document: &Value, home: Option<&Home>) -> Result<Validator, String> {
    let options = || {
        let options = jsonschema::options()
            .with_retriever(Retriever::of(home))
            .should_validate_formats(true)
            .with_format("date", formats::date)
            .with_format("date-time", formats::date_time)
            .with_format("time", formats::time);
        match home.and_then(|home| home.base(document)) {
            Some(base) => options.with_base_uri(base),
            None => options,
        }
    };
    options()
        .with_pattern_options(PatternOptions::regex())
        .build(document)
        .or_else(|_| {
            let patterns = PatternOptions::fancy_regex().backtrack_limit(BACKTRACK_LIMIT);
            options().with_pattern_options(patterns).build(document)
        })
        .map_err(|error| match error.instance_path().as_str() {
            "" => error.to_string(),
            place => match no_type(place, error.instance()) {
                Some(why) => format!("{place}: {why}"),
                None => format!("{place}: {error}"),
            },
        })
}

#[cfg(test)]
mod tests;
