//! The one comparison engine: an answer against an expectation. Sync and pure; one file per check.
//!
//! [`check`] gives every difference, [`judge`] the [`Verdict`] on an exchange. Invariants: one
//! finding per (id, place), one id per fact, and the status is asserted in every case.
//!
//! - `status`: the status, and what says more of the environment than of the API
//! - `media_type`, `headers`, and `announced` for headers that announce an end
//! - `code`: outcome and result code; `details` for the codes of an error beside that one; `unknown` for codes that come where none is expected, `seen` for all
//!   that an answer carries
//! - `waive`: what waivers let go
//! - `body`: emptiness, JSON, XML; `schema_findings` for what a schema refuses, `walk` for what a
//!   schema cannot say, `values` for values where they are compared; `shape` knows what a schema says
//!   of a place, `found` gathers what they find

mod announced;
mod around;
mod body;
mod capture;
mod code;
mod details;
mod fields;
mod found;
mod headers;
mod media_type;
mod schema_findings;
mod seen;
mod shape;
mod show;
mod status;
mod unknown;
mod values;
mod verdict;
mod waive;
mod walk;

use std::collections::BTreeSet;

use indexmap::IndexMap;
use indexmap::map::Entry;
use jiff::Timestamp;
use serde_json::Value;

use crate::contract::Expectation;
use crate::contract::envelope::{self, Reading};
use crate::finding::{Finding, FindingId, Severity};
use crate::message::Answer;
use crate::suite::Compare;

pub use around::{Mishap, Values, step, torn_down, unprepared};
pub(crate) use code::quoted;
pub(crate) use fields::MAY_BE_A_MAP;
pub use seen::SeenCodes;
pub use verdict::{Judged, Verdict, judge, judged, undecided};
pub use waive::waived;

/// What was read out of an answer, once for all checks.
struct Read<'a> {
    answer: &'a Answer,
    /// The body, if it is JSON.
    json: Option<Value>,
    /// Why it is none.
    not_json: Option<String>,
    /// What the answer says of itself.
    reading: Reading,
    /// Where a name is twice in one object of the body.
    repeated: BTreeSet<String>,
    /// The level of a value that is another one, where values are compared though the expectation does
    /// not ask for it.
    values: Option<Severity>,
    /// When the run began, where there is one.
    clock: Option<Timestamp>,
}

impl<'a> Read<'a> {
    fn of(expectation: &Expectation, answer: &'a Answer, values: Option<Severity>) -> Self {
        let (json, repeated, not_json) = match body::parse(answer) {
            Ok((value, repeated)) => (Some(value), repeated, None),
            Err(why) => (None, BTreeSet::new(), Some(why)),
        };
        let asked = &expectation.known.asked;
        let reading = envelope::read_asked(answer.status, &answer.headers, json.as_ref(), asked);
        let reading = code::read_beside(expectation, reading, answer, json.as_ref());
        Self { answer, json, not_json, reading, repeated, values, clock: None }
    }
}

/// Every difference between the answer and what it must be, in the order status, headers, result
/// code, body, at the levels of `[severity]`.
///
/// Where the status says more of the environment than of the API (throttled, unavailable,
/// credentials refused), that one finding stands alone.
pub fn check(expectation: &Expectation, answer: &Answer) -> Vec<Finding> {
    check_at(expectation, &Read::of(expectation, answer, None))
}

/// The same, and where the expectation compares no values, those of JSON that are others and not
/// volatile, as info.
pub fn check_with_values(expectation: &Expectation, answer: &Answer) -> Vec<Finding> {
    check_at(expectation, &Read::of(expectation, answer, Some(Severity::Info)))
}

fn check_at(expectation: &Expectation, read: &Read<'_>) -> Vec<Finding> {
    let answer = read.answer;
    let environment = status::environment(expectation, answer).and_then(|f| leveled(expectation, f));
    let environment = match environment {
        Some(finding) if finding.severity == Severity::Env => return vec![finding],
        // Made a matter of the API by `[severity]`: then it excuses nothing.
        other => other,
    };
    let mut found: Vec<Finding> = status::check(expectation.status, answer).into_iter().collect();
    if expectation.compare != Compare::Status {
        found.extend(media_type::check(expectation, answer));
        found.extend(headers_and_announcements(expectation, read));
        let of_body = code_and_body(expectation, read);
        // That a header with a code is new is said by the code.
        let told = |header: &Finding| {
            header.id == FindingId::HeaderAdded && of_body.iter().any(|code| code.at == header.at)
        };
        found.retain(|finding| !told(finding));
        found.extend(of_body);
    }
    let found = found.into_iter().filter_map(|finding| leveled(expectation, finding));
    once(environment.into_iter().chain(found))
}

/// Of a header that is another one and announces something, the graver is told.
fn headers_and_announcements(expectation: &Expectation, read: &Read<'_>) -> Vec<Finding> {
    let mut found = headers::check(expectation, read.answer);
    let mut announced = announced::check(expectation, read.answer, read.clock);
    found
        .retain(|header| !announced.iter().any(|one| one.at == header.at && one.severity >= header.severity));
    announced.retain(|one| !found.iter().any(|header| header.at == one.at));
    found.extend(announced);
    found
}

/// The finding at the level of `[severity]`. A schema that cannot be used stays an error: without
/// it the body is not checked at all.
fn leveled(expectation: &Expectation, finding: Finding) -> Option<Finding> {
    if finding.id == FindingId::SchemaViolation && finding.severity == Severity::Env {
        return Some(finding);
    }
    expectation.severity.apply(finding)
}

/// `outcome.*` replaces everything that is said of code and body, a moved code what is said of the
/// body; otherwise one fact has one finding.
fn code_and_body(expectation: &Expectation, read: &Read<'_>) -> Vec<Finding> {
    if let Some(finding) = code::outcome(expectation, read) {
        return vec![finding];
    }
    let mut codes = code::check(expectation, read);
    if codes.iter().any(|finding| finding.id == FindingId::ErrorLocationChanged) {
        return codes;
    }
    codes.extend(details::check(expectation, read));
    let mut bodies = body::check(expectation, read);
    // A code in the place of something else: that this is gone says more than what came.
    let says_more = |body: &Finding, code: &Finding| {
        (body.at == code.at || is_above(&body.at, &code.at))
            && leveled(expectation, body.clone()).is_some_and(|body| body.severity >= Severity::Warning)
    };
    let mut unknown = unknown::check(expectation, read);
    unknown.retain(|code| !bodies.iter().any(|body| says_more(body, code)));
    codes.extend(unknown);
    let told = |body: &Finding, code: &Finding| {
        let emptied = body.id == FindingId::BodyArrayBecameEmpty && code.id == FindingId::ErrorCodeMissing;
        let came = body.id == FindingId::BodyFieldAdded && code.id == FindingId::ErrorCodeUnknown;
        !code.at.is_empty() && (code.at == body.at || (emptied || came) && is_above(&body.at, &code.at))
    };
    bodies.retain(|body| !codes.iter().any(|code| told(body, code)));
    // A code that went with what held it is not said twice.
    let gone = |code: &Finding| {
        code.id == FindingId::ErrorCodeMissing && bodies.iter().any(|body| explains(expectation, body, code))
    };
    codes.iter().filter(|code| !gone(code)).chain(&bodies).cloned().collect()
}

fn is_above(above: &str, at: &str) -> bool {
    at.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

fn explains(expectation: &Expectation, body: &Finding, code: &Finding) -> bool {
    is_above(&body.at, &code.at)
        && leveled(expectation, body.clone()).is_some_and(|body| body.severity >= Severity::Breaking)
}

/// One finding per id and place: the gravest, the first of equals.
fn once(findings: impl Iterator<Item = Finding>) -> Vec<Finding> {
    let mut kept: IndexMap<(FindingId, String), Finding> = IndexMap::new();
    for finding in findings {
        match kept.entry((finding.id, finding.at.clone())) {
            Entry::Occupied(mut known) if known.get().severity < finding.severity => {
                known.insert(finding);
            }
            Entry::Occupied(_) => {}
            Entry::Vacant(free) => {
                free.insert(finding);
            }
        }
    }
    kept.into_values().collect()
}

#[cfg(test)]
mod tests;
