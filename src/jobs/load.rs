//! Which suites.

use super::JobError;
use crate::suite::{Inputs, Suite, Workspace};

/// Which suites a job works on.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Where suites are looked for.
    pub workspace: Workspace,
    /// Names, folders or files; none means every suite of the workspace.
    pub suites: Vec<String>,
    /// What the command line and the environment add.
    pub inputs: Inputs,
}

/// Loads the chosen suites, in the order they were given, each once.
pub fn load(chosen: &Chosen) -> Result<Vec<Suite>, JobError> {
    let mut names = chosen.suites.clone();
    if names.is_empty() {
        names = chosen.workspace.suites()?;
    }
    if names.is_empty() {
        return Err(JobError::NoSuites { cases: chosen.workspace.root().join("cases") });
    }
    let mut suites: Vec<Suite> = Vec::new();
    for name in &names {
        let suite = chosen.workspace.load(name, &chosen.inputs)?;
        if !suites.iter().any(|other| other.collection.file == suite.collection.file) {
            suites.push(suite);
        }
    }
    Ok(suites)
}
