//! What is given from outside of a suite's folder.

use std::collections::BTreeMap;
use std::path::PathBuf;

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
    /// The process environment, for `${NAME}`.
    pub process: BTreeMap<String, String>,
}
