//! Why a suite cannot be used.

use std::io;
use std::path::{Path, PathBuf};

use super::document::{Problem, listed};
use crate::postman::spot::At;
use crate::postman::{Fault, ReadError, Spot};

/// Why a suite cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// A file of Postman's.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Neither a name under `cases/`, nor a folder, nor a file.
    #[error("no suite `{suite}`: it is no folder under {}, no other folder and no file{hint}{}", cases.display(), of(known))]
    NoSuchSuite {
        /// What was asked for.
        suite: String,
        /// The folder `cases/`.
        cases: PathBuf,
        /// The suites that there are.
        known: Vec<String>,
        /// `; did you mean …?`, or nothing.
        hint: String,
    },
    /// A folder without a collection.
    #[error("no collection in {}; put one there, exported from Postman as NAME.postman_collection.json", dir.display())]
    NoCollection {
        /// The folder.
        dir: PathBuf,
    },
    /// A folder with more than one collection.
    #[error("several collections in {}: {}; a suite has one, give each a folder of its own or name the file", dir.display(), files.join(", "))]
    SeveralCollections {
        /// The folder.
        dir: PathBuf,
        /// Their names.
        files: Vec<String>,
    },
    /// A file or folder of the suite that cannot be read.
    #[error("cannot read {}: {source}", file.display())]
    Io {
        /// The file or folder.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file or folder of the suite, or below `schemas/`, that cannot be made, written or removed; it is as it
    /// was.
    #[error("cannot {deed} {}: {source}", file.display())]
    Write {
        /// What was tried.
        deed: &'static str,
        /// The file or folder.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file below `accepted/` that holds no accepted answers.
    #[error("{}{}: {why}; it holds what `uphold accept` wrote: take it back from version control, or delete it", file.display(), at_line(at))]
    Accepted {
        /// The file.
        file: PathBuf,
        /// Where in it.
        at: At,
        /// What is wrong with it.
        why: String,
    },
    /// A link that leads out of the folder in which everything must lie.
    #[error("{} leads out of {}, and nothing is {deed} there; put a file or folder in the place of the link", link.display(), home.display())]
    Outside {
        /// What would be done: `read`, `written`.
        deed: &'static str,
        /// The link.
        link: PathBuf,
        /// The folder.
        home: PathBuf,
    },
    /// A suite of its own whose schema files would be those of a suite under `cases/`.
    #[error("{} and the suite {} have the same schema files ({}); rename the one that lies outside of cases/", collection.display(), suite.display(), schemas.display())]
    SharedSchemas {
        /// The collection.
        collection: PathBuf,
        /// The suite under `cases/`.
        suite: PathBuf,
        /// The folder of both.
        schemas: PathBuf,
    },
    /// A suite that would be made is there already, or what it would be mixed with.
    #[error("{} is there already; nothing was changed", there.display())]
    Exists {
        /// The folder.
        there: PathBuf,
        /// The name that was taken.
        name: String,
    },
    /// What a suite is made of cannot be taken for it.
    #[error("{}: {why}", given.display())]
    Unfit {
        /// The file or folder.
        given: PathBuf,
        /// What is wrong with it, and the cure.
        why: &'static str,
    },
    /// A name for a suite of which nothing is left as an id part.
    #[error("a name needs a letter or a digit; `{name}` has none")]
    NoName {
        /// As given.
        name: String,
    },
    /// What was made could not be taken back.
    #[error("cannot take back what was made, {} is left over: {source}", left.display())]
    LeftOver {
        /// The folder.
        left: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What is wrong in suite.toml, one line each.
    #[error("{}", lines(file, problems))]
    Settings {
        /// The file.
        file: PathBuf,
        /// All of it, in the order of the text; never empty.
        problems: Vec<Problem>,
    },
}

impl SuiteError {
    /// All that is wrong, each with its place where it is in a file.
    pub fn faults(&self) -> Vec<Fault> {
        let spot = match self {
            Self::Settings { file, problems } => {
                let fault = |problem: &Problem| Fault {
                    message: format!("{}:{problem}", file.display()),
                    spot: Some(Spot::character(file, problem.line, problem.column)),
                };
                return problems.iter().map(fault).collect();
            }
            Self::Read(error) => error.spot(),
            Self::Accepted { file, at, .. } => Some(Spot { file: file.clone(), at: at.clone() }),
            _ => None,
        };
        vec![Fault { message: self.to_string(), spot }]
    }
}

/// `:3:7`; a pointer stands in the words already.
fn at_line(at: &At) -> String {
    match at {
        At::Character(line, column) => format!(":{line}:{column}"),
        At::Byte(..) | At::Pointer(_) => String::new(),
    }
}

fn of(known: &[String]) -> String {
    if known.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    format!(" (suites are {})", listed(&names))
}

fn lines(file: &Path, problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(|problem| format!("{}:{problem}", file.display())).collect();
    lines.join("\n")
}
