//! JSON Schemas: inferred from examples ([`infer`]), compiled and validated against.

pub mod infer;

use serde_json::Value;

/// One compiled schema.
#[derive(Debug)]
pub struct Schema {
    /// The schema as JSON.
    pub document: Value,
}
