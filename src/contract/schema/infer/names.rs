//! What the names of objects at one place have in common.

use super::recognise::Formats;
use super::shapes::Shapes;

/// What generators write for "any name", before a number.
const MARKS: [&str; 3] = ["key_", "additionalProp", "property"];

/// What all names of a place have in common; a commutative monoid under [`Names::merge`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Names {
    /// The forms that all have.
    pub(super) formats: Formats,
    /// The forms that all have and no field has.
    pub(super) shapes: Shapes,
    /// Each has six characters and more.
    pub(super) long: bool,
    /// Each is what generators write for "any name": `key_0`, `additionalProp1`, `property1`.
    pub(super) marked: bool,
}

impl Default for Names {
    /// What no name has been seen of yet.
    fn default() -> Self {
        Self { formats: Formats::default(), shapes: Shapes::default(), long: true, marked: true }
    }
}

impl Names {
    pub(super) fn observe(&mut self, name: &str) {
        self.formats.narrow(name);
        self.shapes.narrow(name);
        self.long &= name.len() >= 6;
        self.marked = self.marked && is_mark(name);
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.formats = self.formats.and(other.formats);
        self.shapes = self.shapes.and(other.shapes);
        self.long &= other.long;
        self.marked &= other.marked;
    }
}

fn is_mark(name: &str) -> bool {
    MARKS.iter().any(|mark| {
        let number = name.strip_prefix(mark);
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    })
}
