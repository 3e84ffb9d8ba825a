//! The files below `schemas/<suite>/`: read with the suite, written by learning.
//!
//! Invariants: nothing outside of `schemas/` is read, and nothing outside of the workspace is
//! written, wherever links lead; a file appears whole or not at all; a file that is not written anew
//! is not touched.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::beside::beside;
use super::error::SuiteError;
use super::reach::{reach, remove_empty};
use super::walk::{Found, below};
use crate::postman::read::text_file;

/// A schema file below `schemas/<suite>/`, or a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaFile {
    /// Its path.
    pub file: PathBuf,
    /// Its text.
    pub text: String,
}

/// Every `*.schema.json` and `*.proposed.json` below this folder, by its path in it. Links to folders
/// are not followed, links to files only to others below `schemas/`.
pub(super) fn read(dir: &Path) -> Result<BTreeMap<String, SchemaFile>, SuiteError> {
    let mut found = BTreeMap::new();
    for Found { path, file, kind } in below(dir)? {
        // No part of an id has a full stop, so a folder of that name is a slip, and told as such.
        if path.ends_with(".schema.json") {
            let text = text_of(&file, dir)?;
            found.insert(path, SchemaFile { file, text });
        } else if path.ends_with(".proposed.json") && kind.is_file() {
            // Runs do not read it, so it cannot keep them from going on.
            let text = fs::read(&file).unwrap_or_default();
            let text = String::from_utf8_lossy(&text).into_owned();
            found.insert(path, SchemaFile { file, text });
        }
    }
    Ok(found)
}

/// The text of a schema file, which may be a link to another file below `schemas/`.
fn text_of(file: &Path, dir: &Path) -> Result<String, SuiteError> {
    let unreadable = |source| SuiteError::Io { file: file.to_owned(), source };
    if file.is_symlink() {
        let schemas = dir.parent().unwrap_or(dir);
        let home = schemas.canonicalize().map_err(unreadable)?;
        if !file.canonicalize().map_err(unreadable)?.starts_with(&home) {
            return Err(SuiteError::Outside {
                deed: "read",
                link: file.to_owned(),
                home: schemas.to_owned(),
            });
        }
    }
    // A pipe would never end, a device neither.
    let kind = fs::metadata(file).map_err(unreadable)?;
    if kind.is_dir() {
        return Err(unreadable(io::Error::other("it is a folder, not a schema file")));
    }
    if !kind.is_file() {
        return Err(unreadable(io::Error::other("it is no regular file")));
    }
    Ok(text_file(file)?)
}

/// Writes the file of this path below `dir` (`schemas/<suite>` of a workspace), whole or not at all, and
/// makes the folders that it needs.
///
/// Fails where the disk refuses, the file is write-protected, or a link among the folders leads out
/// of the workspace.
pub fn write(dir: &Path, path: &str, text: &str) -> Result<(), SuiteError> {
    let file = dir.join(path);
    let folder = file.parent().unwrap_or(dir);
    reach(workspace_of(dir), folder, true)?;
    let failed = |source| SuiteError::Write { deed: "write", file: file.clone(), source };
    let there = fs::symlink_metadata(&file).ok().filter(fs::Metadata::is_file);
    if there.as_ref().is_some_and(|there| there.permissions().readonly()) {
        return Err(failed(io::Error::other("it is write-protected")));
    }
    let mut beside = beside(folder, there.map(|there| there.permissions())).map_err(failed)?;
    // Not forced to the disk: what a failing machine loses can be learned again.
    beside.write_all(text.as_bytes()).map_err(failed)?;
    beside.persist(&file).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Removes the file of this path below `dir`, and the folders that are empty then.
pub fn remove(dir: &Path, path: &str) -> Result<(), SuiteError> {
    let file = dir.join(path);
    let folder = file.parent().unwrap_or(dir);
    reach(workspace_of(dir), folder, false)?;
    fs::remove_file(&file).map_err(|source| SuiteError::Write {
        deed: "remove",
        file: file.clone(),
        source,
    })?;
    remove_empty(dir, &file);
    Ok(())
}

/// The folder that holds the `schemas/` in which this folder is.
pub(super) fn workspace_of(dir: &Path) -> &Path {
    dir.parent().and_then(Path::parent).unwrap_or(dir)
}
