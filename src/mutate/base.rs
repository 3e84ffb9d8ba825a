//! The unchanged answer of a case.

use bytes::Bytes;
use serde_json::Value;

use crate::message::Answer;

/// An answer that is to be changed, its body read once.
#[derive(Debug, Clone)]
pub struct Base {
    /// As it is served.
    pub answer: Answer,
    /// The body, where it is JSON.
    pub json: Option<Value>,
}

impl Base {
    /// Reads the body.
    pub fn new(answer: Answer) -> Self {
        let json = answer.text().and_then(|text| serde_json::from_str(&text).ok());
        Self { answer, json }
    }

    /// The same answer with this JSON as its body.
    pub(super) fn with_json(&self, value: &Value) -> Answer {
        self.with_text(&value.to_string())
    }

    /// The same answer with this text as its body.
    pub(super) fn with_text(&self, text: &str) -> Answer {
        let utf8 = self.answer.media_type().and_then(|media| media.charset).is_none_or(|set| set == "utf-8");
        // A byte order mark goes before any charset that is named.
        let plain = utf8 || text.starts_with('\u{feff}') || text.is_ascii() && !self.is_wide();
        let mark = if plain { "" } else { "\u{feff}" };
        Answer { body: Bytes::from(format!("{mark}{text}")), ..self.answer.clone() }
    }

    /// Whether the media type names a charset that is no superset of ASCII.
    fn is_wide(&self) -> bool {
        let charset = self.answer.media_type().and_then(|media| media.charset);
        charset.is_some_and(|charset| charset.starts_with("utf-16") || charset.starts_with("utf-32"))
    }
}
