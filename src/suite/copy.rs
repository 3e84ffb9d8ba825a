//! Copies of the user's files, for a new suite.
//!
//! Invariants: nothing that is there is written over; a copy is byte for byte its original, and nobody
//! may read it who may not read that one; links are not followed.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::error::SuiteError;

/// Copies one file, byte for byte, to where none is yet.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), SuiteError> {
    let unreadable = |source| SuiteError::Io { file: from.to_owned(), source };
    let bytes = fs::read(from).map_err(unreadable)?;
    let kind = fs::metadata(from).map_err(unreadable)?;
    write_new(to, &bytes, Some(&kind)).map_err(|source| SuiteError::Write {
        deed: "write",
        file: to.to_owned(),
        source,
    })
}

/// Writes a file that is not there yet. Who may not read the original may not read the copy: an
/// environment holds secrets.
pub(super) fn write_new(file: &Path, bytes: &[u8], original: Option<&fs::Metadata>) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if let Some(original) = original {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        options.mode(original.permissions().mode() & 0o777 | 0o200);
    }
    #[cfg(not(unix))]
    let _ = original;
    options.open(file)?.write_all(bytes)
}

/// Copies files and folders; whatever else is in there is left out.
pub(super) fn copy_folder(from: &Path, to: &Path, left_out: &mut Vec<PathBuf>) -> Result<(), SuiteError> {
    let mut open = vec![(from.to_owned(), to.to_owned())];
    while let Some((from, to)) = open.pop() {
        let unreadable = |source| SuiteError::Io { file: from.clone(), source };
        fs::create_dir(&to).map_err(|source| SuiteError::Write { deed: "make", file: to.clone(), source })?;
        for entry in fs::read_dir(&from).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let kind = entry.file_type().map_err(unreadable)?;
            let (path, target) = (entry.path(), to.join(entry.file_name()));
            if kind.is_dir() && entry.file_name() != ".git" {
                open.push((path, target));
            } else if kind.is_file() {
                copy(&path, &target)?;
            } else {
                left_out.push(path);
            }
        }
    }
    left_out.sort();
    Ok(())
}
