//! [`ContractError`].

use std::path::PathBuf;

use super::schema::store::Broken;
use crate::postman::Spot;
use crate::postman::spot::At;

/// Why a contract cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// A schema file that is no JSON Schema, or refers to something outside of it.
    #[error("{}{}: {why}", file.display(), place(at.as_ref()))]
    Schema {
        /// The file.
        file: PathBuf,
        /// Where in it, where that is known.
        at: Option<At>,
        /// What is wrong, with the place.
        why: String,
    },
}

impl From<Broken> for ContractError {
    fn from(Broken { file, at, why }: Broken) -> Self {
        Self::Schema { file, at, why }
    }
}

impl ContractError {
    /// Where it is.
    pub fn spot(&self) -> Option<Spot> {
        let Self::Schema { file, at, .. } = self;
        at.clone().map(|at| Spot { file: file.clone(), at })
    }
}

/// `:3:7`; a pointer stands in the words already.
fn place(at: Option<&At>) -> String {
    match at {
        Some(At::Character(line, column)) => format!(":{line}:{column}"),
        Some(At::Byte(..) | At::Pointer(_)) | None => String::new(),
    }
}
