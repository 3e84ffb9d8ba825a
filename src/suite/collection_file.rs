//! Answers saved into the collection of a suite: the one writer of a collection that is there.
//!
//! Invariants: the collection is whole at any time (a file is written beside and renamed into place, a
//! file of a v3 folder is new); before a collection file is replaced, a copy of it is there, and no copy
//! takes the place of another; nothing is written outside of the suite's folder, wherever links lead; a
//! file that somebody else has changed meanwhile is not touched.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::beside::{beside, beside_for_us, sweep, sweep_below};
use super::error::SuiteError;
use super::workspace::Suite;
use crate::postman::Collection;
use crate::postman::read;
use crate::postman::write::{ExampleFile, SavedAt, WriteError, example_file, insert};

/// A collection that answers are saved into, as it was when it was opened.
#[derive(Debug)]
pub struct CollectionFile {
    /// As the suite names it.
    named: PathBuf,
    /// Behind all links.
    real: PathBuf,
    /// What was in it; of a v3 folder nothing.
    bytes: Vec<u8>,
}

/// What saving wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The collection file, or the new files of a v3 folder.
    pub files: Vec<PathBuf>,
    /// The copy of the collection as it was; a v3 folder gets none, as nothing in it is changed.
    pub backup: Option<PathBuf>,
}

/// Why nothing, or not all, was saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The examples cannot be put in.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The disk refuses.
    #[error(transparent)]
    Suite(#[from] SuiteError),
    /// Somebody else has changed the file.
    #[error("{} was changed while answers were recorded; it stays as it is, and the collection as it was before, with the answers, is in {}", file.display(), kept.display())]
    Changed {
        /// The file.
        file: PathBuf,
        /// Where the answers are.
        kept: PathBuf,
    },
    /// The file cannot be replaced.
    #[error("{source}; the collection as it was before, with the answers, is in {}", kept.display())]
    Unplaced {
        /// Why.
        source: SuiteError,
        /// Where the answers are.
        kept: PathBuf,
    },
}

/// Which of these answers could not be saved into the collection as it is now, by their positions, and why.
/// Nothing is written.
pub fn unsavable(collection: &Collection, answers: &[SavedAt]) -> Result<Vec<(usize, String)>, SuiteError> {
    let file = &collection.file;
    let mut left: Vec<(usize, &SavedAt)> = answers.iter().enumerate().collect();
    if file.is_dir() {
        let refused = |(at, one)| Some((at, example_file(collection, one).err()?.to_string()));
        return Ok(left.into_iter().filter_map(refused).collect());
    }
    let bytes = read::load(file)?;
    let mut refused = Vec::new();
    while !left.is_empty() {
        let tried: Vec<SavedAt> = left.iter().map(|(_, one)| SavedAt::clone(one)).collect();
        let Err(error) = insert(file, &bytes, &tried) else { break };
        // The place is that of an item, or lies in it; where none is named, none can be put in.
        let place = error.pointer().unwrap_or_default();
        let is_there = |(_, one): &(usize, &SavedAt)| {
            place.strip_prefix(&one.pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let of_place: Vec<_> = left.iter().filter(|one| is_there(one)).copied().collect();
        let out = if of_place.is_empty() { left.clone() } else { of_place };
        left.retain(|(at, _)| out.iter().all(|(other, _)| other != at));
        refused.extend(out.into_iter().map(|(at, _)| (at, error.to_string())));
    }
    Ok(refused)
}

impl CollectionFile {
    /// Opens the collection of a suite, so that a collection which cannot be written is known before
    /// anything is sent.
    ///
    /// Fails where file or folder is write-protected, the file cannot be read, or a link leads out of the
    /// suite's folder.
    pub fn open(suite: &Suite) -> Result<Self, SuiteError> {
        let named = suite.collection.file.clone();
        let unreadable = |source| SuiteError::Io { file: named.clone(), source };
        let real = named.canonicalize().map_err(unreadable)?;
        let dir = if suite.dir.as_os_str().is_empty() { Path::new(".") } else { &suite.dir };
        let home = dir.canonicalize().map_err(unreadable)?;
        if !real.starts_with(&home) {
            return Err(SuiteError::Outside { deed: "written", link: named, home: suite.dir.clone() });
        }
        let is_folder = real.is_dir();
        let folder = if is_folder { &real } else { real.parent().unwrap_or(&real) };
        for place in [folder, &real] {
            if fs::metadata(place).map_err(unreadable)?.permissions().readonly() {
                return Err(refused(&named)(io::Error::other(format!(
                    "{} is write-protected",
                    place.display()
                ))));
            }
        }
        // What else may keep a file from being made here.
        beside_for_us(folder, None).map_err(refused(&named))?;
        if is_folder {
            sweep_below(folder);
        } else {
            sweep(folder);
        }
        let bytes = if is_folder { Vec::new() } else { read::load(&real)? };
        Ok(Self { named, real, bytes })
    }

    /// Saves these answers, all of a file at once.
    ///
    /// A collection file is written anew beside, forced to the disk, and renamed; before that it is copied
    /// to `<name>.bak`, `<name>.bak2` and so on. Where it was changed since it was opened, nothing happens
    /// to it, and the answers go to `<name>.recorded`; so they do where it cannot be replaced. Each answer of a v3 folder is a new file.
    pub fn save(&self, collection: &Collection, answers: &[SavedAt]) -> Result<Written, SaveError> {
        if self.real.is_dir() {
            let files = answers.iter().map(|answer| Ok(example_file(collection, answer)?));
            let files = files.collect::<Result<Vec<_>, SaveError>>()?;
            let written = files.iter().map(|file| self.new_file(file)).collect::<Result<_, _>>()?;
            return Ok(Written { files: written, backup: None });
        }
        let made = insert(&self.named, &self.bytes, answers)?;
        if !self.is_unchanged() {
            return Err(self.changed(&made)?);
        }
        match self.replace(&made) {
            Ok(Some(backup)) => Ok(Written { files: vec![self.named.clone()], backup: Some(backup) }),
            Ok(None) => Err(self.changed(&made)?),
            // A disk that is full, or a folder that is gone, may not keep it either; then that is told.
            Err(source) => Err(match self.keep(&made) {
                Ok(kept) => SaveError::Unplaced { source, kept },
                Err(_) => source.into(),
            }),
        }
    }

    /// Puts the new text into the place of the file. Gives the copy of the old one; `None` where somebody has
    /// changed it.
    fn replace(&self, made: &[u8]) -> Result<Option<PathBuf>, SuiteError> {
        let failed = refused(&self.named);
        let permissions = fs::metadata(&self.real).map_err(&failed)?.permissions();
        let backup = self.beside(".bak", &self.bytes, &permissions)?;
        let folder = self.real.parent().unwrap_or(&self.real);
        let mut new = beside_for_us(folder, Some(permissions)).map_err(&failed)?;
        new.write_all(made).and_then(|()| new.as_file().sync_all()).map_err(&failed)?;
        // Looked at again as late as can be.
        if !self.is_unchanged() {
            return Ok(None);
        }
        new.persist(&self.real).map_err(|error| failed(error.error))?;
        settle(folder);
        Ok(Some(backup))
    }

    fn is_unchanged(&self) -> bool {
        read::load(&self.real).is_ok_and(|bytes| bytes == self.bytes)
    }

    fn changed(&self, made: &[u8]) -> Result<SaveError, SuiteError> {
        Ok(SaveError::Changed { file: self.named.clone(), kept: self.keep(made)? })
    }

    fn keep(&self, made: &[u8]) -> Result<PathBuf, SuiteError> {
        let folder = self.real.parent().unwrap_or(&self.real);
        let permissions = fs::metadata(&self.real).or_else(|_| fs::metadata(folder));
        let mut permissions = permissions.map_err(refused(&self.named))?.permissions();
        owner_only(&mut permissions);
        self.beside(".recorded", made, &permissions)
    }

    /// Writes a new file beside the collection: its name with this ending, and a number where that is
    /// taken. Gives its path as the suite names it.
    fn beside(
        &self,
        ending: &str,
        bytes: &[u8],
        permissions: &fs::Permissions,
    ) -> Result<PathBuf, SuiteError> {
        let name = |file: &Path| file.file_name().map(ToOwned::to_owned).unwrap_or_default();
        for number in 1_u32.. {
            let number = if number == 1 { String::new() } else { number.to_string() };
            let mut own = name(&self.real);
            own.push(format!("{ending}{number}"));
            let file = self.real.with_file_name(&own);
            match new_file(&file, bytes, Some(permissions)) {
                Ok(()) => return Ok(self.named.with_file_name(own)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(refused(&file)(error)),
            }
        }
        Err(refused(&self.named)(io::Error::other("there are too many copies of it")))
    }

    fn new_file(&self, example: &ExampleFile) -> Result<PathBuf, SuiteError> {
        self.reach(&example.folder)?;
        for number in 1_u32.. {
            let number = if number == 1 { String::new() } else { format!(" {number}") };
            let file = example.folder.join(format!("{}{number}{}", example.stem, ExampleFile::ENDING));
            match new_file(&file, example.text.as_bytes(), None) {
                Ok(()) => return Ok(file),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(refused(&file)(error)),
            }
        }
        Err(refused(&example.folder)(io::Error::other("there are too many files of this name")))
    }

    /// Makes the folder, if what is there of its path lies in the collection.
    fn reach(&self, folder: &Path) -> Result<(), SuiteError> {
        let there = folder.ancestors().find(|part| part.symlink_metadata().is_ok()).unwrap_or(folder);
        let real = there.canonicalize().map_err(refused(there))?;
        if !real.starts_with(&self.real) {
            let home = self.named.clone();
            return Err(SuiteError::Outside { deed: "written", link: there.to_owned(), home });
        }
        fs::create_dir_all(folder).map_err(refused(folder))
    }
}

fn refused(file: &Path) -> impl Fn(io::Error) -> SuiteError {
    |source| SuiteError::Write { deed: "write", file: file.to_owned(), source }
}

/// Writes a file that is not there yet, whole or not at all.
fn new_file(file: &Path, bytes: &[u8], permissions: Option<&fs::Permissions>) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut new = match permissions {
        Some(permissions) => beside_for_us(folder, Some(permissions.clone()))?,
        None => beside(folder, None)?,
    };
    new.write_all(bytes)?;
    new.as_file().sync_all()?;
    new.persist_noclobber(file).map_err(|error| error.error)?;
    settle(folder);
    Ok(())
}

/// Forces the names in a folder to the disk, where the system knows of that.
fn settle(folder: &Path) {
    if let Ok(folder) = fs::File::open(folder) {
        // Not every file system can; the file itself is on the disk.
        let _ = folder.sync_all();
    }
}

#[cfg(unix)]
fn owner_only(permissions: &mut fs::Permissions) {
    use std::os::unix::fs::PermissionsExt as _;
    permissions.set_mode(permissions.mode() & 0o666 | 0o600);
}

#[cfg(not(unix))]
fn owner_only(_: &mut fs::Permissions) {}
