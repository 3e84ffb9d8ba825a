//! Why two files cannot be compared.

use std::path::{Path, PathBuf};

use crate::contract::ContractError;
use crate::postman::{ReadError, Spot};

/// Why two files cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// A file that cannot be read, or a collection that is none.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A part of a recorded answer that is not as it must be.
    #[error("{}{pointer}: {what}", place(file, *line))]
    Answer {
        /// The file.
        file: PathBuf,
        /// The line where the answer begins, from 1, where the file holds one answer after another.
        line: Option<usize>,
        /// The place in the answer, or in the list of answers (RFC 6901), behind a blank; empty for the
        /// whole.
        pointer: String,
        /// What is wrong there.
        what: String,
    },
    /// One file holds answers, the other a collection.
    #[error("{} is a recorded answer, but {} is a collection", answer.display(), collection.display())]
    Mixed {
        /// The file with the answer.
        answer: PathBuf,
        /// The file with the collection.
        collection: PathBuf,
    },
    /// A folder that is no collection.
    #[error("{} is a folder, but not that of a collection in Postman's v3 form", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
    },
    /// A list of answers without any.
    #[error("{} holds no answer", file.display())]
    NoAnswer {
        /// The file.
        file: PathBuf,
    },
    /// Several new answers.
    #[error("{} holds {count} answers, but one is compared at a time", file.display())]
    SeveralNew {
        /// The file.
        file: PathBuf,
        /// How many.
        count: usize,
    },
    /// A contract that cannot be made.
    #[error(transparent)]
    Contract(#[from] ContractError),
}

impl CompareError {
    /// Where it is, where it is in a file.
    pub fn spot(&self) -> Option<Spot> {
        match self {
            Self::Read(error) => error.spot(),
            Self::Contract(error) => error.spot(),
            Self::Answer { file, line: None, pointer, .. } => Some(Spot::pointer(file, pointer.trim())),
            Self::Answer { file, line: Some(line), .. } => Some(Spot::character(file, *line, 1)),
            Self::Mixed { .. } | Self::Folder { .. } | Self::NoAnswer { .. } | Self::SeveralNew { .. } => {
                None
            }
        }
    }

    /// What to do about it, where something is known.
    pub fn hint(&self) -> Option<String> {
        const FORM: &str = "an answer is {\"status\": 200, \"headers\": {…}, \"body\": …}";
        let hint = match self {
            Self::Read(ReadError::Other { .. } | ReadError::NotJson { .. }) => {
                format!("give two recorded answers or two collections; {FORM}")
            }
            Self::Mixed { .. } => "give two recorded answers or two collections".to_owned(),
            Self::Folder { .. } => "name the file of the collection in it".to_owned(),
            Self::NoAnswer { .. } => FORM.to_owned(),
            Self::SeveralNew { .. } => {
                "several answers are examples of one contract: give them first, the new answer second"
                    .to_owned()
            }
            Self::Read(_) | Self::Answer { .. } | Self::Contract(_) => return None,
        };
        Some(hint)
    }
}

fn place(file: &Path, line: Option<usize>) -> String {
    match line {
        Some(line) => format!("{}:{line}", file.display()),
        None => file.display().to_string(),
    }
}
