//! What the answer to one case must be: [`Expectation`]. [`contracts`](super::contracts) puts it together.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::envelope::{Outcome, ResultCode};
use super::headers::HeaderExpectation;
use super::known::Known;
use super::schema::Schema;
use super::xml;
use crate::message::MediaType;
use crate::suite::{Compare, SeverityTable};

/// What the answer to one case must be. Immutable, shared between threads.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// The status.
    pub status: u16,
    /// Success or error.
    pub outcome: Outcome,
    /// The result code and where it stands.
    pub code: Option<ResultCode>,
    /// Where an error says that it is one, as in [`Reading::said_at`](super::envelope::Reading::said_at).
    pub said_at: Option<String>,
    /// The media type; `None` where the example has none, or no body.
    pub media_type: Option<MediaType>,
    /// The header fields that are looked at; where there is none, the example's headers were not
    /// recorded, and new ones are no news.
    pub headers: Vec<HeaderExpectation>,
    /// The body.
    pub body: BodyExpectation,
    /// How much is compared.
    pub compare: Compare,
    /// Pointers (with `*`) whose values are free.
    pub volatile: Vec<String>,
    /// Pointers of arrays whose order is free.
    pub unordered: Vec<String>,
    /// Pointers at and below which nothing is checked.
    pub ignore: Vec<String>,
    /// Levels of suite.toml.
    pub severity: Arc<SeverityTable>,
    /// What the other examples of the suite show.
    pub known: Known,
}

/// What the body must be.
#[derive(Debug, Clone)]
pub enum BodyExpectation {
    /// JSON that a schema accepts; `example` is the saved body, for comparing values.
    Json {
        /// The schema.
        schema: Arc<Schema>,
        /// The saved body; `None` where there is a schema file, but no JSON in the example.
        example: Option<Arc<Value>>,
        /// Where the saved body itself has a name twice in one object.
        repeated: Arc<BTreeSet<String>>,
    },
    /// Well-formed XML with this root element.
    Xml {
        /// The root element: its namespace and name, whatever the prefix.
        root: xml::Root,
        /// The saved text, where values are compared.
        text: Option<Arc<str>>,
    },
    /// Some text or bytes that are not looked into.
    Opaque {
        /// The saved text, where values are compared.
        text: Option<Arc<str>>,
    },
    /// No body.
    Empty,
    /// Nothing is said of the body (the example's is null, or the method or status has none).
    Any,
}
