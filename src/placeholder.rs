//! Documentation placeholders: texts such as `<integer>` or `sample string 7` that stand for a
//! value of a type. Recognises them and fills them with seeded values.
//!
//! Three rooms need the same answer: `postman` fills placeholders in requests, `contract` reads
//! them as claims about types, `mock` fills them in answers.

use serde_json::Value;

/// The JSON type that a placeholder claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Any value: the generator did not know (`<Error: …>`, `<Circular reference to …>`, `{{x}}`).
    Unknown,
    /// A string, perhaps of a format named as in JSON Schema (`date-time`, `uuid`, …).
    String(Option<&'static str>),
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// An array of unknown items.
    Array,
    /// An object of unknown members.
    Object,
}

/// What the text of a JSON string claims, if the whole of it is a placeholder.
pub fn recognise(text: &str) -> Option<Kind> {
    let _ = text;
    None
}

/// Whether a credential still is the generator's placeholder: `<API Key>`, `Bearer <token>`,
/// `Basic <credentials>`.
pub fn is_credential(text: &str) -> bool {
    let _ = text;
    false
}

/// Makes values for placeholders, the same ones for the same seed, place and kind.
#[derive(Debug, Clone, Copy)]
pub struct Filler {
    seed: u64,
}

impl Filler {
    /// A filler; equal seeds fill equally.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// A value of that kind for that place.
    pub fn value(&self, kind: Kind, place: &str) -> Value {
        let _ = (self.seed, kind, place);
        Value::Null
    }

    /// The text of a form field, header, query value or path variable with its `<…>` type
    /// placeholders filled; `None` where there is nothing to fill.
    pub fn text(&self, text: &str, place: &str) -> Option<String> {
        let _ = (text, place);
        None
    }

    /// A JSON text in which each quoted `<…>` placeholder became a literal of its type; the rest
    /// of the text is kept byte for byte. `None` where there is nothing to fill.
    pub fn json_text(&self, text: &str) -> Option<String> {
        let _ = text;
        None
    }
}
