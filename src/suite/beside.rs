//! Files that appear whole or not at all: written beside their place, then renamed into it.

use std::fs;
use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

/// A new file in this folder with these permissions, or those that any new file gets (a report is often
/// read by another user, such as the agent of a CI server).
pub(crate) fn beside(folder: &Path, permissions: Option<fs::Permissions>) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".uphold-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    Ok(file)
}
