//! What earlier runs saw: [`Store`], a `SQLite` file that remembers runs, verdicts, times and findings.
//!
//! - [`record`] is what is remembered of a run. It is made of rows that are redacted; bodies and
//!   requests are not among it.
//! - `file` opens the file: new, old, of another program, damaged.
//! - [`weigh`](mod@weigh) holds a case against its past: what is new, known, resolved; is it flaky.
//! - [`latency`] does so with the time that it took.
//! - `gone` knows which cases are in the collection no more.
//! - `write` adds a run, and takes away what is too old.
//! - [`answers`] is what `uphold history` asks for.
//!
//! Invariants: a run is added in one transaction that excludes other writers, so it is in the file whole or
//! not at all; what is known of a case hangs on its id and on where it was sent, not on which cases were run
//! beside it; nothing here judges.

pub mod answers;
mod error;
mod file;
mod gone;
pub mod latency;
mod past;
pub mod record;
pub mod weigh;
mod write;

/// The file where none is named.
pub const FILE: &str = "reports/history.sqlite";

pub use error::HistoryError;
pub use file::{Opened, Store};
pub use gone::Lost;
pub use past::{Past, Stretch};
pub use record::{CaseRecord, Difference, Outcome, RunRecord};
pub use weigh::{News, Weighed};

#[cfg(test)]
mod tests;
