//! Set-up and tear-down: `before` and `after` of a `[[case]]`.

use regex::Regex;

use super::id_glob::IdGlob;
use crate::finding::CaseId;

/// One step: another case of the suite, sent as it is planned (its recipe and changes hold, its own
/// steps do not).
#[derive(Debug, Clone)]
pub struct Step {
    /// The glob over case ids, as written; it fits exactly one case, which the plan checks.
    pub pattern: String,
    /// What is taken from its answer, by the name of the variable, in the order of the file. Empty
    /// in `after`.
    pub capture: Vec<(String, Capture)>,
    /// Line and column of `case`.
    pub place: (usize, usize),
    pub(super) matcher: IdGlob,
}

impl Step {
    /// Whether this is the case that is meant; rows of iteration data do not count, because a step
    /// is sent with the row of the case that needs it.
    pub fn is_match(&self, id: &CaseId) -> bool {
        self.matcher.is_match(&CaseId::from_parts(&[id.without_row()]))
    }
}

/// What is taken from an answer.
#[derive(Debug, Clone)]
pub struct Capture {
    /// Where it stands.
    pub from: CaptureFrom,
    /// What of it: the group of a pattern.
    pub part: Option<CapturePart>,
}

/// A part of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaptureFrom {
    /// The value at this JSON pointer (RFC 6901) of the body.
    Pointer(String),
    /// The first header field of this name.
    Header(String),
    /// The value of this cookie, the last one that is set.
    Cookie(String),
    /// The whole body as text.
    Body,
}

/// A group of a pattern.
#[derive(Debug, Clone)]
pub struct CapturePart {
    /// The pattern; the first place where it fits counts.
    pub pattern: Regex,
    /// The number of the group; 0 is all that fits.
    pub group: usize,
}
