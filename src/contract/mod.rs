//! What an answer must be: [`Expectation`], made from an example, its siblings, the schema files
//! and suite.toml.
//!
//! - [`envelope`] finds result codes, also inside HTTP 200.
//! - [`codes`] is the book of the codes that a suite documents, [`sources`] says which examples a
//!   claim of a schema comes from.
//! - [`Siblings`] is what the examples of an item have in common, read once for all of them.
//! - [`headers`] says which header fields matter and how much, [`announcement`] which of them announce
//!   an end.
//! - [`schema`] infers, compiles and finds JSON Schemas; a schema's key is (item, status, outcome).
//! - [`learn`] says what would change in the schema files if they were learned anew.
//! - [`volatile`] knows values that change at every call, [`uri`] those that only carry such a value.
//! - [`json`] and [`xml`] read bodies, [`body`] says of what kind a saved body is, [`mod@pointer`] names places in
//!   it.

pub mod announcement;
pub mod body;
pub mod codes;
pub mod contracts;
pub mod envelope;
mod error;
pub mod expectation;
mod fingerprint;
pub mod formats;
mod groups;
pub mod headers;
pub mod json;
mod known;
pub mod learn;
mod map_rules;
pub mod pointer;
pub mod schema;
mod siblings;
pub mod sources;
mod step;
pub mod uri;
pub mod volatile;
pub mod xml;

pub use codes::CodeBook;
pub use contracts::Contracts;
pub(crate) use contracts::{Told, corrected};
pub use envelope::{Outcome, ResultCode};
pub use error::ContractError;
pub use expectation::{BodyExpectation, Expectation};
pub use known::Known;
pub use siblings::Siblings;
