//! The way down from the workspace to a folder that is written to, and back up where nothing is left in it.

use std::fs;
use std::io;
use std::path::{Component, Path};

use super::error::SuiteError;

/// Goes from the folder of the workspace down to one below it, and makes what is not there where that is
/// wanted. A link on the way must lead to somewhere in the workspace: nothing is ever written outside.
pub(super) fn reach(workspace: &Path, folder: &Path, make: bool) -> Result<(), SuiteError> {
    let root = if workspace.as_os_str().is_empty() { Path::new(".") } else { workspace };
    let failed =
        |file: &Path, source| SuiteError::Write { deed: "make the folder", file: file.to_owned(), source };
    let home = root.canonicalize().map_err(|source| failed(root, source))?;
    let outside =
        |link: &Path| SuiteError::Outside { deed: "written", link: link.to_owned(), home: root.to_owned() };
    let mut here = root.to_owned();
    for part in folder.strip_prefix(workspace).map_err(|_| outside(folder))?.components() {
        let Component::Normal(name) = part else { return Err(outside(folder)) };
        here.push(name);
        match fs::symlink_metadata(&here) {
            Ok(there) if there.is_symlink() => {
                let target = here.canonicalize().map_err(|source| failed(&here, source))?;
                if !target.starts_with(&home) {
                    return Err(outside(&here));
                }
            }
            Ok(_) => {}
            Err(error) if make && error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir(&here).map_err(|source| failed(&here, source))?;
            }
            Err(source) => return Err(failed(&here, source)),
        }
    }
    Ok(())
}

/// Removes the folders of a file as far as they are empty, `dir` included.
pub(super) fn remove_empty(dir: &Path, file: &Path) {
    let folders = file.ancestors().skip(1);
    for folder in folders.take_while(|folder| folder.starts_with(dir)) {
        // One that is not empty stays.
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
}
