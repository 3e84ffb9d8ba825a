//! From an example to what its answer must be.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use super::envelope::{Outcome, Reading, ResultCode};
use super::headers::HeaderExpectation;
use super::schema::Schema;
use crate::message::MediaType;
use crate::postman::Example;
use crate::suite::{CaseSettings, Compare, SeverityTable, Suite};

/// Why a contract cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// A schema file that is no JSON Schema, or refers to something outside of it.
    #[error("{}: {why}", file.display())]
    Schema {
        /// The file.
        file: PathBuf,
        /// What is wrong, with the place.
        why: String,
    },
}

/// What the answer to one case must be. Immutable, shared between threads.
#[derive(Debug)]
pub struct Expectation {
    /// The status.
    pub status: u16,
    /// Success or error.
    pub outcome: Outcome,
    /// The result code and where it stands.
    pub code: Option<ResultCode>,
    /// The media type; `None` where the example has none.
    pub media_type: Option<MediaType>,
    /// The header fields that are checked.
    pub headers: Vec<HeaderExpectation>,
    /// The body.
    pub body: BodyExpectation,
    /// How much is compared.
    pub compare: Compare,
    /// Pointers (with `*`) whose values are free.
    pub volatile: Vec<String>,
    /// Pointers of arrays whose order is free.
    pub unordered: Vec<String>,
    /// Pointers below which nothing is checked.
    pub ignore: Vec<String>,
    /// Levels of suite.toml.
    pub severity: Arc<SeverityTable>,
}

/// What the body must be.
#[derive(Debug)]
pub enum BodyExpectation {
    /// JSON that a schema accepts; `example` is the saved body, for comparing values.
    Json {
        /// The schema.
        schema: Arc<Schema>,
        /// The saved body.
        example: Arc<Value>,
    },
    /// Well-formed XML with this root element (namespace prefix kept).
    Xml {
        /// The name of the root element.
        root: String,
    },
    /// Some text or bytes that are not looked into.
    Opaque,
    /// No body.
    Empty,
    /// Nothing is said of the body (the example's is null, or the method or status has none).
    Any,
}

/// The contracts of one suite.
#[derive(Debug)]
pub struct Contracts {}

impl Contracts {
    /// Reads every example of the suite once: outcomes, result codes and the places where codes
    /// stand.
    pub fn new(suite: &Suite) -> Self {
        let _ = suite;
        Self {}
    }

    /// Outcome and result code that this example documents. `status` is the one that counts
    /// (suite.toml may correct the example's).
    pub fn reading(&self, example: &Example, status: u16) -> Reading {
        let _ = example;
        super::envelope::read(status, &crate::message::Headers::new(), None)
    }

    /// What the answer to a case must be.
    ///
    /// `item` are the id parts of folders and item (where schema files lie), `siblings` all the
    /// examples of the item with the status that counts for each, `method` that of the request.
    pub fn expectation(
        &self,
        item: &[String],
        siblings: &[(Arc<Example>, Option<u16>)],
        example: &Example,
        status: u16,
        method: &str,
        rules: &CaseSettings,
    ) -> Result<Arc<Expectation>, ContractError> {
        let _ = (item, siblings, example, status, method, rules);
        todo!()
    }
}
