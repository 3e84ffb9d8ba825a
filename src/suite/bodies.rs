//! Files of JSON bodies that belong to no suite.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::error::SuiteError;

/// How much of a file is read at once, in bytes.
const CHUNK: usize = 1 << 16;

/// Opens a file of JSON bodies, which is read as a stream.
pub fn open_bodies(file: &Path) -> Result<BufReader<File>, SuiteError> {
    let opened = File::open(file).map_err(|source| SuiteError::Io { file: file.to_owned(), source })?;
    Ok(BufReader::with_capacity(CHUNK, opened))
}
