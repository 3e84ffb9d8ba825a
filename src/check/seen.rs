//! Which result codes an answer carries.

use super::Read;
use crate::contract::envelope::codes_at;
use crate::contract::{Expectation, ResultCode};

/// How many codes that no example documents are kept of one answer.
const MOST_UNKNOWN: usize = 20;

/// The result codes of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeenCodes {
    /// Each once for a place: all that the suite documents, and of others the first few.
    pub codes: Vec<ResultCode>,
    /// How many others there are besides.
    pub more: usize,
}

impl SeenCodes {
    /// Adds the codes of another answer, those once that both have.
    pub fn add(&mut self, other: Self) {
        for code in other.codes {
            if !self.codes.contains(&code) {
                self.codes.push(code);
            }
        }
        self.more += other.more;
    }
}

/// The codes of the envelope and those at the places of the suite, and whatever stands where the
/// case's own code must stand.
pub(super) fn codes(expectation: &Expectation, read: &Read<'_>) -> SeenCodes {
    let book = &expectation.known.codes;
    let (headers, body) = (&read.answer.headers, read.json.as_ref());
    let mut all = book.all(&read.reading, headers, body);
    if let Some(expected) = &expectation.code
        && !all.iter().any(|code| code.at == expected.at)
    {
        let own = codes_at(&expected.at, headers, body).into_iter();
        all.extend(own.map(|code| ResultCode { at: expected.at.clone(), code }));
    }
    let expected = expectation.code.as_ref().map(|code| code.code.as_str());
    let is_known = |code: &ResultCode| book.knows(&code.code) || expected == Some(code.code.as_str());
    let (mut codes, mut unknown): (Vec<_>, Vec<_>) = all.into_iter().partition(is_known);
    let more = unknown.len().saturating_sub(MOST_UNKNOWN);
    unknown.truncate(MOST_UNKNOWN);
    codes.append(&mut unknown);
    SeenCodes { codes, more }
}
