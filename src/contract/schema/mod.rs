//! JSON Schemas: inferred from examples ([`infer`]), found in files ([`store`]), compiled and
//! validated against ([`Schema`]).
//!
//! Draft 2020-12 where `$schema` says nothing else. Invariant: nothing outside of a schema is ever
//! fetched or read for it; a reference that leaves it does not compile.

pub mod infer;
pub mod store;

use std::fmt;
use std::sync::OnceLock;

use jsonschema::{ErrorIterator, PatternOptions, Retrieve, Uri, Validator};
use serde_json::Value;

/// How often a pattern that needs backtracking may do so before it is given up.
const BACKTRACK_LIMIT: usize = 100_000;

/// One schema; compiled once, when it is first used or by [`Schema::compile`].
pub struct Schema {
    /// The schema as JSON.
    pub document: Value,
    validator: OnceLock<Result<Validator, String>>,
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Schema({})", self.document)
    }
}

impl Schema {
    /// A schema that is compiled when it is first used.
    pub fn new(document: Value) -> Self {
        Self { document, validator: OnceLock::new() }
    }

    /// A schema that is compiled now. The error says what is wrong and at which place.
    pub fn compile(document: Value) -> Result<Self, String> {
        let schema = Self::new(document);
        schema.validator().map_err(str::to_owned)?;
        Ok(schema)
    }

    /// Every error of a value. Fails where the schema does not compile, with the reason.
    pub fn errors<'a>(&'a self, value: &'a Value) -> Result<ErrorIterator<'a>, &'a str> {
        Ok(self.validator()?.iter_errors(value))
    }

    /// Whether the schema accepts a value; one that does not compile accepts none.
    pub fn accepts(&self, value: &Value) -> bool {
        self.validator().is_ok_and(|validator| validator.is_valid(value))
    }

    fn validator(&self) -> Result<&Validator, &str> {
        self.validator.get_or_init(|| build(&self.document)).as_ref().map_err(String::as_str)
    }
}

/// Compiles with the linear regex engine; only a schema that it refuses (look-around, back
/// references) gets the backtracking one, with a limit.
fn build(document: &Value) -> Result<Validator, String> {
    let options = || jsonschema::options().with_retriever(Refuse);
    options()
        .with_pattern_options(PatternOptions::regex())
        .build(document)
        .or_else(|_| {
            let patterns = PatternOptions::fancy_regex().backtrack_limit(BACKTRACK_LIMIT);
            options().with_pattern_options(patterns).build(document)
        })
        .map_err(|error| match error.instance_path().as_str() {
            "" => error.to_string(),
            place => format!("{place}: {error}"),
        })
}

/// Refuses to fetch or read anything.
struct Refuse;

impl Retrieve for Refuse {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        Err(format!("`{uri}` lies outside of the schema, and nothing is fetched; put it under $defs").into())
    }
}

#[cfg(test)]
mod tests;
