//! From events to reports: terminal, `JUnit`, run.json, the page. Re-judges nothing.
//!
//! - [`row`] makes the rows of [`events`] from what the other rooms give; it is the one place where
//!   texts are redacted.
//! - [`Reporter`] takes the events, prints them and writes the files of [`Outputs`] at the end.
//! - [`terminal`], [`junit`], [`json`], [`html`], [`markdown`] and [`github`] are the formats; each escapes for itself,
//!   with [`escape`] first.
//! - [`compared`] makes the rows of a comparison of two servers, and the sentence on it.
//! - `codes` is the code catalogue, made of the rows when the run is over.
//! - [`listing`] prints what `list` and `lint` find, [`proof`] what `prove` does, [`schemas`] what
//!   `learn` does, [`mod@diff`] what `diff` finds, [`recorded`] what `record` saves, [`explained`] what an id means.
//! - [`pending`] are the answers that wait for a decision, [`waiting`] is their folder, [`review`] walks through
//!   them, [`accepted`] tells what became of them.

pub mod accepted;
mod codes;
mod codes_line;
pub mod compared;
pub mod comparison;
mod count;
pub mod curl;
pub mod diff;
pub mod drift;
pub mod escape;
pub mod events;
mod excerpt;
pub mod exchange;
pub mod explained;
pub mod failure;
pub mod github;
mod hide;
pub mod history;
pub mod html;
pub mod inferred;
pub mod initiated;
pub mod json;
pub mod junit;
pub mod keys;
pub mod listing;
pub mod markdown;
pub mod merge;
pub mod outputs;
mod overview;
pub mod pending;
pub mod progress;
pub mod proof;
pub mod proven;
pub mod recorded;
mod remarks;
pub mod reporter;
pub mod review;
pub mod row;
pub mod schemas;
mod sentence;
pub mod settings;
mod snippet;
pub mod terminal;
pub mod waiting;

#[cfg(test)]
mod samples;

pub use events::Event;
pub use junit::Dialect;
pub use outputs::{OutputError, OutputFormat, OutputSpec, Outputs, Written};
pub use reporter::{ReportError, Reporter};
pub use settings::ReportSettings;
pub use terminal::{Terminal, Verbosity};
