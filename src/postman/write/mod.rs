//! Writing saved answers back: the one writer of Postman's files.
//!
//! [`insert`] puts examples into the text of a collection file, [`example_file`] makes the file that an
//! example has in a v3 folder. Invariants: nothing of a collection's text changes but that the examples
//! are put in, in the way in which the text around them is written; what comes out reads back as the
//! same collection with these examples besides, or nothing comes out.

mod answer;
mod file;
mod folder;
mod json;
mod style;
mod yaml;

pub use answer::{NewExample, SavedAt, WriteError, name_among};
pub use file::insert;
pub use folder::{ExampleFile, example_file};
