//! Result codes that no example knows, where no code is expected.

use serde_json::Value;

use super::Read;
use super::code::{quoted, unheard_of};
use crate::contract::envelope::{codes_at, is_listing};
use crate::contract::pointer::{covers_place, names_place};
use crate::contract::{BodyExpectation, Expectation, ResultCode};
use crate::finding::{Finding, FindingId};
use crate::message::Headers;

/// A code that no example of the suite documents, for each place where one came though none is
/// expected there: in an error that is documented without a code, or in a success at a place where
/// errors of the suite carry theirs.
///
/// Nothing is said of a place at which the example has a value that is no code: a placeholder leaves
/// it free, and a text is data. What the case expects at its own place is compared by `code`.
pub(super) fn check(expectation: &Expectation, read: &Read<'_>) -> Vec<Finding> {
    let book = &expectation.known.codes;
    let mut all = book.all(&read.reading, &read.answer.headers, read.json.as_ref());
    all.retain(|code| !book.knows(&code.code) && !is_compared(expectation, read, code));
    let is_data =
        |at: &str| read.json.as_ref().is_some_and(|body| is_listing(at, body, &expectation.known.asked));
    all.retain(|code| read.answer.status >= 400 || !is_data(&code.at));
    all.dedup_by(|later, first| later.at == first.at);
    all.iter().filter_map(|code| of_place(expectation, code)).collect()
}

/// Whether the place is that of the code which the case expects.
fn is_compared(expectation: &Expectation, read: &Read<'_>, code: &ResultCode) -> bool {
    let Some(expected) = &expectation.code else { return false };
    // Where suite.toml names a code without a place, that of the envelope is compared.
    let place = if expected.at.is_empty() { read.reading.code.as_ref() } else { Some(expected) };
    place.is_some_and(|place| place.at == code.at)
}

fn of_place(expectation: &Expectation, code: &ResultCode) -> Option<Finding> {
    let at = code.at.as_str();
    let is_free = expectation.ignore.iter().any(|pattern| covers_place(pattern, at))
        || expectation.volatile.iter().any(|pattern| names_place(pattern, at));
    if is_free {
        return None;
    }
    let documented = match &expectation.body {
        BodyExpectation::Json { example: Some(example), .. } => shown(expectation, at, example)?,
        // Of another body, or of none, the news is that a body of this kind came.
        _ if at.starts_with('/') => return None,
        _ => None,
    };
    let expected = documented.map_or_else(|| "no result code".to_owned(), |code| quoted(&code));
    let finding = Finding::new(FindingId::ErrorCodeUnknown, at, expected, quoted(&code.code));
    Some(unheard_of(finding))
}

/// The code that the example shows at the place, if it shows one; `None` where it shows something
/// else there.
#[expect(clippy::option_option, reason = "nothing may be said, or there is nothing, or a code")]
fn shown(expectation: &Expectation, at: &str, example: &Value) -> Option<Option<String>> {
    let codes = codes_at(at, &Headers::new(), Some(example));
    let documented = codes.iter().find(|code| expectation.known.codes.knows(code));
    (codes.is_empty() || documented.is_some()).then(|| documented.cloned())
}
