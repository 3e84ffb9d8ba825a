//! The safety net under a schema that will be written to a file.

use serde_json::Value;

use crate::contract::schema::Schema;
use crate::placeholder::Filler;

/// A schema that accepts all of its examples.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The schema.
    pub document: Value,
    /// The keywords that were taken out of it, as JSON pointers.
    pub dropped: Vec<String>,
}

/// Takes out of a schema every keyword that refuses one of the bodies, type placeholders filled.
///
/// An inferred schema refuses none of its own examples; this holds even where a recogniser of
/// formats and the validator should disagree. Fails where the schema does not compile, or cannot
/// be made to accept a body.
pub fn fit<'b>(document: Value, bodies: impl IntoIterator<Item = &'b Value>) -> Result<Fitted, String> {
    let mut schema = Schema::compile(document)?;
    let mut dropped = Vec::new();
    for body in bodies {
        let mut body = body.clone();
        Filler::new(0).fill_value(&mut body, "");
        while let Some(keyword) = refusing(&schema, &body)? {
            let mut document = (*schema.document).clone();
            let holder = keyword.rsplit_once('/').and_then(|(above, name)| {
                let holder = document.pointer_mut(above)?.as_object_mut()?;
                holder.shift_remove(name)
            });
            if holder.is_none() {
                return Err(format!("{keyword} refuses an example and cannot be taken out"));
            }
            dropped.push(keyword);
            schema = Schema::compile(document)?;
        }
    }
    Ok(Fitted { document: (*schema.document).clone(), dropped })
}

fn refusing(schema: &Schema, body: &Value) -> Result<Option<String>, String> {
    let first = schema.errors(body)?.next();
    Ok(first.map(|error| error.schema_path().as_str().to_owned()))
}
