//! Which suites.

use std::path::PathBuf;

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

impl Chosen {
    /// The folders of the suites, as far as there are such; [`load`] says of the others what is wrong.
    pub(super) fn folders(&self) -> Vec<PathBuf> {
        let names = if self.suites.is_empty() {
            self.workspace.suites().unwrap_or_default()
        } else {
            self.suites.clone()
        };
        names.iter().filter_map(|name| self.workspace.folder_of(name).ok()).collect()
    }
}

/// Loads the chosen suites, in the order they were given, each once, however its path is written.
///
/// Two different suites of one name are refused: their cases would have the same ids.
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
        let file = full(&suite);
        if suites.iter().any(|other| full(other) == file) {
            continue;
        }
        if let Some(other) = suites.iter().find(|other| other.name == suite.name) {
            return Err(JobError::SameName {
                name: suite.name.clone(),
                files: [other.collection.file.clone(), suite.collection.file],
            });
        }
        suites.push(suite);
    }
    Ok(suites)
}

/// One file has many paths: `cases/a`, `./cases/a`, a link.
fn full(suite: &Suite) -> PathBuf {
    let file = &suite.collection.file;
    file.canonicalize().unwrap_or_else(|_| file.clone())
}
