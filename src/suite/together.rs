//! Several files changed together, or none of them.
//!
//! Every new file is written beside its place before the first is renamed into it, and so is a copy of every
//! file that is replaced: to take all of it back needs no room on the disk. Between two renames the first files
//! are the new ones, so whoever gives the changes puts first what is right by itself.

use std::collections::VecDeque;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::beside::beside;
use super::error::SuiteError;
use super::reach::{reach, remove_empty};
use super::schema_files::workspace_of;

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
    steps: VecDeque<Step>,
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
            let file = change.dir.join(&change.path);
            let folder = file.parent().unwrap_or(&change.dir);
            let made = reach(workspace_of(&change.dir), folder, change.text.is_some());
            let step = Step { dir: change.dir.clone(), file: file.clone(), new: None, old: None };
            // In any case it is taken back when it is dropped.
            staged.steps.push_back(step);
            made?;
            let (new, old) = beside_of(&file, folder, change.text.as_deref())?;
            if let Some(step) = staged.steps.back_mut() {
                (step.new, step.old) = (new, old);
            }
        }
        Ok(staged)
    }

    /// Renames every file into its place, in their order. Where one cannot be, those before it are taken back.
    pub fn commit(mut self) -> Result<Undo, SuiteError> {
        let mut undo = Undo::default();
        while let Some(mut step) = self.steps.pop_front() {
            let put = match step.new.take() {
                Some(new) => new.persist(&step.file).map(|_| ()).map_err(|error| error.error),
                None => fs::remove_file(&step.file),
            };
            if let Err(source) = put {
                let error = refused(&step.file)(source);
                self.steps.push_front(step);
                undo.all()?;
                return Err(error);
            }
            let Step { dir, file, old, .. } = step;
            undo.done.push(Done { dir, file, old });
        }
        for done in &undo.done {
            remove_empty(&done.dir, &done.file);
        }
        Ok(undo)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        for Step { dir, file, new, old } in std::mem::take(&mut self.steps) {
            drop((new, old));
            remove_empty(&dir, &file);
        }
    }
}

/// The new file and the copy of the old one, in the folder of the file.
fn beside_of(
    file: &Path,
    folder: &Path,
    text: Option<&str>,
) -> Result<(Option<NamedTempFile>, Option<NamedTempFile>), SuiteError> {
    let refused = refused(file);
    let there = match fs::symlink_metadata(file) {
        Ok(there) if there.is_file() => Some(there.permissions()),
        Ok(_) => return Err(refused(io::Error::other("it is no regular file"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(refused(error)),
    };
    if there.as_ref().is_some_and(fs::Permissions::readonly) {
        return Err(refused(io::Error::other("it is write-protected")));
    }
    let written = |bytes: &[u8]| -> io::Result<NamedTempFile> {
        let mut new = beside(folder, there.clone())?;
        new.write_all(bytes)?;
        new.as_file().sync_all()?;
        Ok(new)
    };
    let old = there.as_ref().map(|_| fs::read(file).and_then(|bytes| written(&bytes)));
    let old = old.transpose().map_err(&refused)?;
    let new = text.map(|text| written(text.as_bytes())).transpose().map_err(&refused)?;
    Ok((new, old))
}

impl Undo {
    /// Takes every change back, byte for byte.
    pub fn all(self) -> Result<(), SuiteError> {
        for Done { dir, file, old } in self.done.into_iter().rev() {
            let back = match old {
                Some(old) => {
                    reach(workspace_of(&dir), file.parent().unwrap_or(&dir), true)?;
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
        assert!(!dir.join("a").exists());
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
        fs::remove_dir(dir.join("x/new.json")).unwrap();
        assert_eq!(fs::read_dir(dir.join("x")).unwrap().count(), 0, "no copy is left");
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
