//! The files with the reports that are joined.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::report::json::{ReadError, Recorded, read};

/// How deep below a folder is looked.
const DEEPEST: usize = 8;

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("cannot read {}: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no run.json, or a damaged one.
    #[error("{}: {error}", file.display())]
    Content {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        error: ReadError,
    },
    /// A folder without any.
    #[error("there is no run.json in {}, nor in folders below it", folder.display())]
    Empty {
        /// The folder.
        folder: PathBuf,
    },
}

/// A file that is asked for, or found in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its path.
    pub path: PathBuf,
    /// The folder that was asked for, where the file was not: it may hold files of other kinds.
    in_folder: Option<PathBuf>,
}

/// The files at these paths; a folder stands for every `*.json` in it and below it. Sorted, each once.
///
/// Fails where a path or a folder cannot be read.
pub fn find(paths: &[PathBuf]) -> Result<Vec<Found>, FileError> {
    let mut found: Vec<Found> = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut below = Vec::new();
            collect(path, DEEPEST, &mut below)?;
            if below.is_empty() {
                return Err(FileError::Empty { folder: path.clone() });
            }
            found.extend(below.into_iter().map(|file| Found { path: file, in_folder: Some(path.clone()) }));
        } else {
            found.push(Found { path: path.clone(), in_folder: None });
        }
    }
    let mut once: Vec<(PathBuf, Found)> = Vec::new();
    for one in found {
        let full = one.path.canonicalize().unwrap_or_else(|_| one.path.clone());
        if !once.iter().any(|(other, _)| *other == full) {
            once.push((full, one));
        }
    }
    Ok(once.into_iter().map(|(_, found)| found).collect())
}

fn collect(folder: &Path, deep: usize, found: &mut Vec<PathBuf>) -> Result<(), FileError> {
    let unreadable = |source| FileError::Unreadable { file: folder.to_owned(), source };
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>().map_err(unreadable)?;
    paths.sort();
    for path in paths {
        // A link to a folder may lead back up.
        if path.is_dir() {
            if deep > 0 && !path.is_symlink() {
                collect(&path, deep - 1, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    Ok(())
}

/// Reads the reports. What is JSON of another kind is left out where a folder was asked for.
///
/// Fails where a file cannot be read, is damaged, or is no run.json although it was named, and where none is left.
pub fn load(found: &[Found]) -> Result<Vec<(String, Recorded)>, FileError> {
    let mut reports = Vec::new();
    for Found { path, in_folder } in found {
        let unreadable = |source| FileError::Unreadable { file: path.clone(), source };
        let bytes = fs::read(path).map_err(unreadable)?;
        let text = String::from_utf8_lossy(&bytes);
        match read(&text) {
            Ok(report) => reports.push((path.to_string_lossy().into_owned(), report)),
            Err(ReadError::Foreign) if in_folder.is_some() => {}
            Err(error) => return Err(FileError::Content { file: path.clone(), error }),
        }
    }
    match found.iter().find_map(|found| found.in_folder.clone()) {
        Some(folder) if reports.is_empty() => Err(FileError::Empty { folder }),
        Some(_) | None => Ok(reports),
    }
}
