//! [`HistoryError`].

use std::path::PathBuf;

/// Why the history cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// There is no file.
    #[error("there is no history: {}", file.display())]
    Missing {
        /// The file.
        file: PathBuf,
    },
    /// A newer version of uphold wrote it.
    #[error("{}: a newer uphold wrote this history (version {found}; this one knows up to {known})", file.display())]
    Newer {
        /// The file.
        file: PathBuf,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// A text, or a database of another program.
    #[error("{}: this is no history, but a file of something else", file.display())]
    Foreign {
        /// The file.
        file: PathBuf,
    },
    /// Its bytes are no history.
    #[error("{}: the history is damaged: {why}", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What `SQLite` says.
        why: String,
    },
    /// The folder cannot be made, or a damaged file not be set aside.
    #[error("cannot use the history {}: {source}", file.display())]
    Place {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A run was killed while it wrote, and what it left can only be repaired by whoever may write here.
    #[error("{}: a run was killed while it wrote this history, and it cannot be repaired here: {source}", file.display())]
    HalfWritten {
        /// The file.
        file: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// It cannot be read or written: the disk is full, the folder may not be written, another process holds
    /// it for too long.
    #[error("cannot use the history {}: {source}", file.display())]
    Database {
        /// The file.
        file: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
}

impl HistoryError {
    /// What to do about it, where something is known.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Missing { .. } => {
                "`uphold drift` makes it; another file is named by --history FILE".to_owned()
            }
            Self::Newer { .. } => "use that uphold, or name another file with --history FILE".to_owned(),
            Self::Foreign { .. } => "name another file with --history FILE".to_owned(),
            Self::Damaged { .. } => "the next `uphold drift` sets it aside and begins a new one".to_owned(),
            Self::HalfWritten { file, .. } => format!(
                "give yourself the right to write it, its folder and {0}-journal; or copy both files to a folder of \
                 yours and name the copy with --history FILE",
                file.display()
            ),
            Self::Place { .. } | Self::Database { .. } => return None,
        })
    }

    /// Whether the run should not begin: going on would harm the file, or forget it in silence.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Newer { .. } | Self::Foreign { .. })
    }
}
