//! [`Hold`]: one at a time may change the files of a suite.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;

/// Keeps every other process that wants to hold one of these suites waiting, until it is dropped or its process
/// ends.
///
/// It is a lock on the folder itself, so that nothing is left behind. Where the system cannot lock a folder, there
/// is none, and whoever writes is held back by nothing, as any editor is.
#[derive(Debug)]
pub struct Hold(#[expect(dead_code, reason = "a lock ends where it is dropped")] Vec<File>);

impl Hold {
    /// Waits until nobody else holds a suite with one of these folders. A process that holds one must not ask again.
    pub fn of(dirs: impl IntoIterator<Item = PathBuf>) -> Self {
        // Each folder once, whatever leads to it, and in one order, so that no two wait for each other.
        let dirs: BTreeSet<PathBuf> = dirs.into_iter().filter_map(|dir| dir.canonicalize().ok()).collect();
        let folders = dirs.into_iter().filter_map(|dir| File::open(dir).ok());
        Self(folders.filter(|folder| folder.lock().is_ok()).collect())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn one_waits_for_the_other_and_never_for_itself() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(folder.path(), &link).unwrap();
        let held = Hold::of([folder.path().to_owned(), link, folder.path().join("none")]);
        let other = File::open(folder.path()).unwrap();
        assert!(other.try_lock().is_err());
        drop(held);
        assert!(other.try_lock().is_ok());
    }
}
