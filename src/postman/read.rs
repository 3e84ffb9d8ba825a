//! Reading files: what was given ([`ReadError`] says what it is where it is no collection), and
//! the lenient walk from JSON into the [model](super::model).

use std::path::{Path, PathBuf};

use super::model::{Collection, Environment};

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Reads a collection: v2.0, v2.1, or the `{"collection": …}` wrapper of Postman's API.
pub fn collection(file: &Path) -> Result<Collection, ReadError> {
    let _ = file;
    todo!()
}

/// Reads an environment or globals file, also in its API wrapper or as a bare list.
pub fn environment(file: &Path) -> Result<Environment, ReadError> {
    let _ = file;
    todo!()
}
