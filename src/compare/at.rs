//! Where a recorded answer stands, and how what is wrong there is told.

use std::path::Path;

use super::error::CompareError;

/// Where an answer stands.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) file: &'a Path,
    /// The line where it begins, in a file of several answers one after another.
    pub(super) line: Option<usize>,
    /// Its position, in a list of answers.
    pub(super) index: Option<usize>,
}

impl At<'_> {
    pub(super) fn wrong(&self, pointer: &str, what: impl Into<String>) -> CompareError {
        let index = self.index.map(|index| format!("/{index}")).unwrap_or_default();
        let pointer = format!("{index}{pointer}");
        CompareError::Answer {
            file: self.file.to_owned(),
            line: self.line,
            pointer: if pointer.is_empty() { pointer } else { format!(" {pointer}") },
            what: what.into(),
        }
    }
}

/// What a value is, for messages.
pub(super) fn kind(text: &str) -> &'static str {
    match text.trim_start().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a text",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}
