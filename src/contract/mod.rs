//! What an answer must be: [`Expectation`], made from an example, its siblings, the schema files
//! and suite.toml.
//!
//! - [`envelope`] finds result codes, also inside HTTP 200.
//! - [`headers`] says which header fields matter and how much.
//! - [`schema`] infers, compiles and finds JSON Schemas; a schema's key is (item, status, outcome).
//! - [`learn`] says what would change in the schema files if they were learned anew.
//! - [`volatile`] knows values that change at every call.
//! - [`json`] reads JSON, [`body`] says of what kind a saved body is, [`mod@pointer`] names places in
//!   it.

pub mod body;
pub mod envelope;
pub mod expectation;
pub mod formats;
mod groups;
pub mod headers;
pub mod json;
pub mod learn;
pub mod pointer;
pub mod schema;
pub mod volatile;

pub use envelope::{Outcome, ResultCode};
#[cfg(test)]
pub(crate) use expectation::Told;
pub(crate) use expectation::corrected;
pub use expectation::{BodyExpectation, ContractError, Contracts, Expectation};
