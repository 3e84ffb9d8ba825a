//! Files that appear whole or not at all: written beside their place, then renamed into it.
//!
//! What is written is locked as long as somebody writes it, and a lock ends with its process. So a file of this
//! kind that can be locked was left by a process that was killed, and [`sweep`] takes it away; one that another
//! process writes, here or on another machine, is never touched. Where a file system knows no locks, nothing is.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

use super::reach::remove_empty;

const BEGIN: &str = ".uphold-";
const END: &str = ".tmp";
/// Letters and digits between them.
const RANDOM: usize = 16;
/// How often a name is drawn anew because a sweep was faster.
const TRIES: usize = 8;

/// A new file in this folder with these permissions, or those that any new file gets (a report is often
/// read by another user, such as the agent of a CI server).
pub(crate) fn beside(folder: &Path, permissions: Option<fs::Permissions>) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    new(folder, &mut builder, permissions)
}

/// The same; until it has these permissions nobody else may read it.
pub(super) fn beside_for_us(
    folder: &Path,
    permissions: Option<fs::Permissions>,
) -> io::Result<NamedTempFile> {
    new(folder, &mut tempfile::Builder::new(), permissions)
}

fn new(
    folder: &Path,
    builder: &mut tempfile::Builder<'_, 'static>,
    permissions: Option<fs::Permissions>,
) -> io::Result<NamedTempFile> {
    builder.prefix(BEGIN).suffix(END).rand_bytes(RANDOM);
    for _ in 0..TRIES {
        let file = builder.tempfile_in(folder)?;
        match file.as_file().try_lock() {
            // Taken away before it was locked.
            Ok(()) if fs::symlink_metadata(file.path()).is_err() => continue,
            Err(TryLockError::WouldBlock) => continue,
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        if let Some(permissions) = permissions {
            file.as_file().set_permissions(permissions)?;
        }
        return Ok(file);
    }
    Err(io::Error::other("a new file is taken away again and again"))
}

/// Takes away what processes that were killed left in this folder. Nothing hangs on it, so it never fails.
pub(crate) fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        take_away(&entry);
    }
}

/// The same in this folder and all below it, and the folders that are empty then; no link is followed.
pub(crate) fn sweep_below(folder: &Path) {
    let mut open = vec![folder.to_owned()];
    while let Some(dir) = open.pop() {
        let mut any = false;
        for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push(entry.path()),
                Ok(_) => any |= take_away(&entry),
                Err(_) => {}
            }
        }
        if any {
            remove_empty(folder, &dir.join("any"));
        }
    }
}

fn take_away(entry: &fs::DirEntry) -> bool {
    let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
    if !is_file || !is_ours(&entry.file_name()) {
        return false;
    }
    // The lock is held until it is gone.
    File::open(entry.path())
        .is_ok_and(|file| file.try_lock().is_ok() && fs::remove_file(entry.path()).is_ok())
}

fn is_ours(name: &OsStr) -> bool {
    let middle = name.to_str().and_then(|name| name.strip_prefix(BEGIN)?.strip_suffix(END));
    middle
        .is_some_and(|drawn| drawn.len() == RANDOM && drawn.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_goes_and_what_is_written_stays() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("a/b");
        fs::create_dir_all(&deep).unwrap();
        let written = beside(root.path(), None).unwrap();
        let left = beside(&deep, None).unwrap().into_temp_path().keep().unwrap();
        for name in [".uphold-notes.tmp", ".uphold-0123456789abcde-.tmp", ".uphold-0123456789abcdef"] {
            fs::write(root.path().join(name), "of somebody").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(&deep, root.path().join(".uphold-0123456789abcdef.tmp")).unwrap();
        sweep(root.path());
        assert!(written.path().exists() && left.exists());
        sweep_below(root.path());
        assert!(written.path().exists() && !root.path().join("a").exists());
        let others = fs::read_dir(root.path()).unwrap().count();
        assert_eq!(others, if cfg!(unix) { 5 } else { 4 });
        let place = root.path().join("place");
        written.persist(&place).unwrap();
        sweep(root.path());
        assert!(place.exists());
    }

    #[test]
    fn who_writes_and_who_sweeps_at_once_do_not_meet() {
        let root = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for number in 0..500 {
                    let mut file = beside(root.path(), None).unwrap();
                    io::Write::write_all(&mut file, b"all of it").unwrap();
                    let place = root.path().join(number.to_string());
                    file.persist(&place).unwrap();
                    assert_eq!(fs::read(&place).unwrap(), b"all of it");
                }
            });
            while !writer.is_finished() {
                sweep(root.path());
            }
        });
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 500);
    }
}
