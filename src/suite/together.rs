//! Several files changed together, or none of them.
//!
//! Every new file is written beside its place before the first is renamed into it, and so is a copy of every
//! file that is replaced: to take all of it back needs no room on the disk. Between two renames the first files
//! are the new ones, so whoever gives the changes puts first what is right by itself.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::beside::beside;
use super::error::SuiteError;
use super::schema_files::{reach, remove_empty};

/// What becomes of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// A folder two levels below the workspace or one of its folders (`cases/<suite>`, `schemas/<suite>`).
    pub dir: PathBuf,
    /// The file below it, with `/`.
    pub path: String,
    /// Its new text; `None` removes it.
    pub text: Option<String>,
}

/// Changes that are written beside their places. Dropped, they leave nothing behind.
#[derive(Debug, Default)]
pub struct Staged {
    steps: Vec<Step>,
}

/// What takes the changes back. Dropped, they stay.
#[derive(Debug, Default)]
pub struct Undo {
    done: Vec<Done>,
}

#[derive(Debug)]
struct Step {
    dir: PathBuf,
    file: PathBuf,
    new: Option<NamedTempFile>,
    old: Option<NamedTempFile>,
}

#[derive(Debug)]
struct Done {
    dir: PathBuf,
    file: PathBuf,
    old: Option<NamedTempFile>,
}

fn refused(file: &Path) -> impl Fn(io::Error) -> SuiteError {
    |source| SuiteError::Write { deed: "write", file: file.to_owned(), source }
}

impl Staged {
    /// Writes every new file beside its place, and a copy of every old one.
    ///
    /// Fails, with nothing changed, where the disk refuses, a file is write-protected, or a link among the
    /// folders leads out of the workspace.
    pub fn stage(changes: &[FileChange]) -> Result<Self, SuiteError> {
        let mut staged = Self::default();
        for change in changes {
            let made = staged.step(change);
            if let Err(error) = made {
                let steps = std::mem::take(&mut staged.steps);
                drop(staged);
                let dirs: Vec<_> = steps.into_iter().map(|step| (step.dir, step.file)).collect();
                for (dir, file) in dirs
                    .iter()
                    .map(|(dir, file)| (dir.as_path(), file.as_path()))
                    .chain([(change.dir.as_path(), change.dir.join(&change.path).as_path())])
                {
                    remove_empty(dir, file);
                }
                return Err(error);
            }
        }
        Ok(staged)
    }

    fn step(&mut self, change: &FileChange) -> Result<(), SuiteError> {
        let file = change.dir.join(&change.path);
        let folder = file.parent().unwrap_or(&change.dir);
        reach(&change.dir, folder, change.text.is_some())?;
        let there = match fs::symlink_metadata(&file) {
            Ok(there) if there.is_file() => Some(there),
            Ok(_) => return Err(refused(&file)(io::Error::other("it is no regular file"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(refused(&file)(error)),
        };
        if there.as_ref().is_some_and(|there| there.permissions().readonly()) {
            return Err(refused(&file)(io::Error::other("it is write-protected")));
        }
        let permissions = there.map(|there| there.permissions());
        let written = |bytes: &[u8]| -> io::Result<NamedTempFile> {
            let mut new = beside(folder, permissions.clone())?;
            new.write_all(bytes)?;
            new.as_file().sync_all()?;
            Ok(new)
        };
        let old = permissions.as_ref().map(|_| fs::read(&file).and_then(|bytes| written(&bytes)));
        let old = old.transpose().map_err(refused(&file))?;
        let new = change.text.as_ref().map(|text| written(text.as_bytes()));
        let new = new.transpose().map_err(refused(&file))?;
        self.steps.push(Step { dir: change.dir.clone(), file, new, old });
        Ok(())
    }

    /// Renames every file into its place, in their order. Where one cannot be, those before it are taken back.
    pub fn commit(self) -> Result<Undo, SuiteError> {
        let mut undo = Undo::default();
        for Step { dir, file, new, old } in self.steps {
            let put = match new {
                Some(new) => new.persist(&file).map(|_| ()).map_err(|error| error.error),
                None => fs::remove_file(&file),
            };
            if let Err(source) = put {
                undo.all()?;
                return Err(refused(&file)(source));
            }
            undo.done.push(Done { dir, file, old });
        }
        for done in &undo.done {
            remove_empty(&done.dir, &done.file);
        }
        Ok(undo)
    }
}

impl Undo {
    /// Takes every change back, byte for byte.
    pub fn all(self) -> Result<(), SuiteError> {
        for Done { dir, file, old } in self.done.into_iter().rev() {
            let back = match old {
                Some(old) => {
                    reach(&dir, file.parent().unwrap_or(&dir), true)?;
                    old.persist(&file).map(|_| ()).map_err(|error| error.error)
                }
                None => match fs::remove_file(&file) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                    removed => removed,
                },
            };
            back.map_err(|source| SuiteError::LeftOver { left: file.clone(), source })?;
            remove_empty(&dir, &file);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(dir: &Path, path: &str, text: Option<&str>) -> FileChange {
        FileChange { dir: dir.to_owned(), path: path.to_owned(), text: text.map(str::to_owned) }
    }

    #[test]
    fn all_of_it_or_nothing_and_back() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("cases/shop");
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("old.json"), "old").unwrap();
        fs::write(dir.join("gone.json"), "gone").unwrap();
        let changes = [
            change(&dir, "a/b/new.json", Some("new")),
            change(&dir, "old.json", Some("changed")),
            change(&dir, "gone.json", None),
        ];
        drop(Staged::stage(&changes).unwrap());
        assert_eq!(fs::read_to_string(dir.join("old.json")).unwrap(), "old");
        let undo = Staged::stage(&changes).unwrap().commit().unwrap();
        assert_eq!(fs::read_to_string(dir.join("a/b/new.json")).unwrap(), "new");
        assert_eq!(fs::read_to_string(dir.join("old.json")).unwrap(), "changed");
        assert!(!dir.join("gone.json").exists());
        undo.all().unwrap();
        assert_eq!(fs::read_to_string(dir.join("old.json")).unwrap(), "old");
        assert_eq!(fs::read_to_string(dir.join("gone.json")).unwrap(), "gone");
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 2, "no folder and no copy is left");
    }

    #[test]
    fn a_rename_that_fails_takes_back_those_before_it() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("cases/shop");
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("old.json"), "old").unwrap();
        let changes = [change(&dir, "old.json", Some("changed")), change(&dir, "x/new.json", Some("new"))];
        let staged = Staged::stage(&changes).unwrap();
        // Somebody puts a folder into the place.
        fs::create_dir(dir.join("x/new.json")).unwrap();
        assert!(staged.commit().is_err());
        assert_eq!(fs::read_to_string(dir.join("old.json")).unwrap(), "old");
    }

    #[test]
    fn what_cannot_be_staged_leaves_no_folder() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("cases/shop");
        fs::create_dir_all(dir.join("old.json")).unwrap();
        let changes = [change(&dir, "a/b/new.json", Some("new")), change(&dir, "old.json", Some("x"))];
        assert!(Staged::stage(&changes).is_err());
        assert!(!dir.join("a").exists());
    }
}
