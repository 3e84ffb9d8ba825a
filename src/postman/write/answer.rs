//! What is written: [`NewExample`], and why it may not be ([`WriteError`]).

use std::path::PathBuf;

use crate::postman::ReadError;

/// A saved answer that is to be written. Nothing in it is secret any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExample {
    /// Its name.
    pub name: String,
    /// The status code.
    pub code: u16,
    /// The reason phrase; empty where the code has none.
    pub status: String,
    /// Header fields in order.
    pub headers: Vec<(String, String)>,
    /// The body as text; empty where the answer has none.
    pub body: String,
    /// `json`, `xml`, `html`, `javascript` or `text`: how Postman shows the body.
    pub language: &'static str,
}

/// A saved answer with the item that it is saved for.
#[derive(Debug, Clone)]
pub struct SavedAt {
    /// The JSON pointer of the item, as in [`Item::pointer`](crate::postman::Item::pointer).
    pub pointer: String,
    /// The name of the item, so that none is taken for another.
    pub item: String,
    /// The answer.
    pub example: NewExample,
}

/// Why a saved answer cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The file holds something else at that place.
    #[error("{} {pointer}: the request `{item}` is not there any more; load the collection again", file.display())]
    Gone {
        /// The file.
        file: PathBuf,
        /// The place in it (RFC 6901).
        pointer: String,
        /// The name of the item.
        item: String,
    },
    /// The list of saved answers is no list.
    #[error("{} {pointer}: `response` must be a list, but is {what}; correct it in Postman", file.display())]
    NoList {
        /// The file.
        file: PathBuf,
        /// The place in it (RFC 6901).
        pointer: String,
        /// What it is.
        what: &'static str,
    },
    /// With the example in it the file would say something else.
    #[error("{} {pointer}: the example cannot be put in: {why}", file.display())]
    Unfit {
        /// The file.
        file: PathBuf,
        /// The place in it (RFC 6901).
        pointer: String,
        /// What would be wrong.
        why: String,
    },
}

impl WriteError {
    /// The place in the file that cannot take its answer, where it is known.
    pub fn pointer(&self) -> Option<&str> {
        match self {
            Self::Read(_) => None,
            Self::Gone { pointer, .. } | Self::NoList { pointer, .. } | Self::Unfit { pointer, .. } => {
                Some(pointer)
            }
        }
    }
}

/// The wanted name, or with the first free number behind it where the item has an example of that name,
/// whatever the case of its letters: `200 OK`, `200 OK 2`.
///
/// ```
/// use uphold::postman::write::name_among;
///
/// assert_eq!(name_among(["200 ok", "200 OK 2"].into_iter(), "200 OK"), "200 OK 3");
/// ```
pub fn name_among<'n>(taken: impl Iterator<Item = &'n str>, wanted: &str) -> String {
    let taken: Vec<String> = taken.map(|name| name.trim().to_lowercase()).collect();
    let mut name = wanted.to_owned();
    let mut number = 2_usize;
    while taken.contains(&name.to_lowercase()) {
        name = format!("{wanted} {number}");
        number += 1;
    }
    name
}
