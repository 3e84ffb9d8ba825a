//! Finding and loading suites.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::settings::Settings;
use crate::postman::{Collection, Environment, ReadError, Scope, Warning};

/// What the command line and the process environment add to every suite.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// `--env-file`: instead of the suite's environment.
    pub environment: Option<PathBuf>,
    /// `--globals`.
    pub globals: Option<PathBuf>,
    /// `--var`, before every other layer.
    pub variables: Vec<(String, String)>,
    /// The process environment, for `${NAME}`.
    pub process: BTreeMap<String, String>,
}

/// A schema file below `schemas/<suite>/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaFile {
    /// Its path.
    pub file: PathBuf,
    /// Its text.
    pub text: String,
}

/// One loaded suite.
#[derive(Debug, Clone)]
pub struct Suite {
    /// Its name in ids: the folder's name, or the file's stem, as an id part.
    pub name: String,
    /// The folder below which uploads must lie.
    pub dir: PathBuf,
    /// The collection.
    pub collection: Collection,
    /// suite.toml, or its defaults.
    pub settings: Settings,
    /// The file of suite.toml, where there is one.
    pub settings_file: Option<PathBuf>,
    /// The variables: `--var`, `[variables]`, environment, collection, globals.
    pub scope: Scope,
    /// Schema files by their path below `schemas/<suite>/`, with `/`.
    pub schemas: BTreeMap<String, SchemaFile>,
    /// What was odd in any of the files.
    pub warnings: Vec<Warning>,
    secrets: Vec<String>,
}

/// The folder with `cases/` and `schemas/`.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
}

/// Why a suite cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// A file of Postman's.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl Suite {
    /// The values that are secret by where they come from: `${ENV}` values, variables of type
    /// secret, values of variables under secret names. (Auth parameters come with the plan.)
    pub fn secrets(&self) -> &[String] {
        &self.secrets
    }
}

impl Workspace {
    /// A workspace at this folder; `cases/` need not exist.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The names of the suites under `cases/`, sorted.
    pub fn suites(&self) -> Result<Vec<String>, SuiteError> {
        todo!()
    }

    /// Loads one suite: a name under `cases/`, a folder, or a collection file.
    pub fn load(&self, suite: &str, inputs: &Inputs) -> Result<Suite, SuiteError> {
        let _ = (
            suite,
            inputs,
            Environment { file: PathBuf::new(), name: String::new(), variables: vec![], warnings: vec![] },
        );
        todo!()
    }
}
