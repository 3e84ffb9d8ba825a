//! What a run writes besides its terminal report: [`ReportSettings`].

use super::{Dialect, OutputSpec};

/// The reports of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportSettings {
    /// The files.
    pub outputs: Vec<OutputSpec>,
    /// The dialect of `JUnit` files.
    pub dialect: Dialect,
    /// Whether GitHub's annotations are printed at the end.
    pub annotations: Option<Annotations>,
    /// Whether stdout gets each event as a line of JSON; the terminal report is then another file's.
    pub streams: bool,
}

/// How files are named in annotations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Annotations {
    /// The folder in which uphold was started, from the root of the repository; empty for the root itself.
    pub folder: String,
}
