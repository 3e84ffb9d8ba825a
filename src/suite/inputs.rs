//! What is given from outside of a suite's folder.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::compare_table::Side;

/// What the command line and the process environment add to every suite.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// `--env-file`: instead of the suite's environment.
    pub environment: Option<PathBuf>,
    /// `--globals`.
    pub globals: Option<PathBuf>,
    /// `--data`: iteration data, for every suite.
    pub data: Option<PathBuf>,
    /// `--var`, before every other layer.
    pub variables: Vec<(String, String)>,
    /// Which server of a comparison the suite is for: what `[compare.old]` or `[compare.new]` says holds.
    pub side: Option<Side>,
    /// The process environment, for `${NAME}`.
    pub process: BTreeMap<String, String>,
}
