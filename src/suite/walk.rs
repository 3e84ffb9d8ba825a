//! The folders of a suite whose files lie by the parts of ids: `schemas/<suite>/`, `accepted/`.

use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use super::error::SuiteError;

/// What lies in such a folder.
pub(super) struct Found {
    /// Its path below the folder, with `/`.
    pub(super) path: String,
    /// Where it is.
    pub(super) file: PathBuf,
    /// What it is; a link is a link.
    pub(super) kind: FileType,
}

/// Everything below a folder, the folders among it; links are not followed. Nothing where it is not there.
pub(super) fn below(dir: &Path) -> Result<Vec<Found>, SuiteError> {
    let mut found = Vec::new();
    let mut open = vec![(dir.to_owned(), String::new())];
    while let Some((dir, prefix)) = open.pop() {
        let entries = match fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(error) if prefix.is_empty() && error.kind() == io::ErrorKind::NotFound => continue,
            Err(source) => return Err(SuiteError::Io { file: dir, source }),
        };
        for entry in entries {
            let entry = entry.map_err(|source| SuiteError::Io { file: dir.clone(), source })?;
            let file = entry.path();
            let kind = entry.file_type().map_err(|source| SuiteError::Io { file: file.clone(), source })?;
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if kind.is_dir() {
                open.push((file.clone(), format!("{path}/")));
            }
            found.push(Found { path, file, kind });
        }
    }
    Ok(found)
}
