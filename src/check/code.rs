//! Outcome and result code.

use serde_json::Value;

use super::Read;
use super::show;
use crate::contract::envelope::{self, Beside, Reading, ResultCode, Soap, codes_at, is_alike};
use crate::contract::pointer::{covers_place, names_place, values_at};
use crate::contract::{BodyExpectation, Expectation, Outcome};
use crate::finding::{Finding, FindingId};
use crate::message::{Answer, Headers};
use crate::placeholder::{Kind, recognise};

/// Success where an error is documented, or an error where success is.
pub(super) fn outcome(expectation: &Expectation, read: &Read<'_>) -> Option<Finding> {
    let actual = read.reading.outcome;
    if actual == expectation.outcome {
        return recovered(expectation, read);
    }
    if is_unreadable(expectation, read) || is_left_open(expectation, read) {
        return None;
    }
    let documented = expectation.code.as_ref();
    let seen = read.reading.code.as_ref();
    let id = match actual {
        Outcome::Error => FindingId::OutcomeSuccessBecameError,
        Outcome::Ok => FindingId::OutcomeErrorBecameSuccess,
    };
    let said_at = said_at(expectation, read).map(str::to_owned);
    let place = if actual == Outcome::Error { seen } else { documented };
    let at = place.map(|code| code.at.clone()).or(said_at).unwrap_or_default();
    let arrived = match seen {
        Some(code) => Some(code.code.clone()),
        None => documented.and_then(|code| codes(&code.at, read).into_iter().next()),
    };
    let finding = Finding::new(
        id,
        at,
        text(expectation.outcome, expectation.status, documented.map(|c| c.code.as_str())),
        text(actual, read.answer.status, arrived.as_deref()),
    );
    Some(match &arrived {
        Some(code) => explained(finding, expectation, code),
        None => finding,
    })
}

fn text(outcome: Outcome, status: u16, code: Option<&str>) -> String {
    let word = if outcome == Outcome::Ok { "success" } else { "error" };
    match code {
        Some(code) => format!("{word} {status} {}", quoted(code)),
        None => format!("{word} {status}"),
    }
}

/// A success where the example is an error, though it is one only beside this answer.
fn recovered(expectation: &Expectation, read: &Read<'_>) -> Option<Finding> {
    let succeeds = read.reading.outcome == Outcome::Ok && expectation.status < 400;
    let body = read.json.as_ref().filter(|_| succeeds)?;
    let documented = beside(expectation).recovery(body, |at| is_free(expectation, at))?;
    let at = documented.code.as_ref().map(|code| code.at.clone()).or(documented.said_at)?;
    let code = documented.code.map(|code| code.code);
    let arrived = codes(&at, read).into_iter().next();
    Some(Finding::new(
        FindingId::OutcomeErrorBecameSuccess,
        at,
        text(Outcome::Error, expectation.status, code.as_deref()),
        text(Outcome::Ok, read.answer.status, arrived.as_deref()),
    ))
}

pub(super) fn beside(expectation: &Expectation) -> Beside<'_> {
    let example = match &expectation.body {
        BodyExpectation::Json { example, .. } => example.as_deref(),
        _ => None,
    };
    Beside { known: &expectation.known.flags, asked: &expectation.known.asked, example }
}

/// Whether nothing is compared at a place: suite.toml frees it, or it holds the code that is expected,
/// which is told as another one.
fn is_free(expectation: &Expectation, at: &str) -> bool {
    is_freed(expectation, at) || expectation.code.as_ref().is_some_and(|code| code.at == at)
}

/// What the answer says, where it succeeds by itself, and fails beside the example; and the reverse, where what
/// failed is a thing.
pub(super) fn read_beside(
    expectation: &Expectation,
    reading: Reading,
    answer: &Answer,
    body: Option<&Value>,
) -> Reading {
    let said_at = expectation.said_at.as_deref().filter(|_| expectation.outcome == Outcome::Error);
    let Some(body) = body else { return of_text(expectation, reading, answer) };
    let beside = beside(expectation);
    let succeeded = || Reading { outcome: Outcome::Ok, code: None, said_at: None };
    let is_of_things = |code: &ResultCode| beside.is_of_things(&code.at, body);
    let is_data = |reading: &Reading| {
        expectation.outcome == Outcome::Ok
            && answer.status < 400
            && reading.outcome == Outcome::Error
            && (reading.code.as_ref().is_some_and(is_of_things) || beside.is_of_thing(reading, body))
    };
    let reading = if is_data(&reading) { succeeded() } else { reading };
    let succeeds = reading.outcome == Outcome::Ok && reading.code.is_none();
    if !succeeds || expectation.outcome == Outcome::Error && said_at.is_none() {
        return reading;
    }
    let failure = beside.failure(said_at, body, |at| is_free(expectation, at));
    let failure = failure.filter(|failure| !is_data(failure));
    failure.or_else(|| of_kind(expectation, answer, body)).unwrap_or(reading)
}

/// What the answer says by its members, where they are those of an error that another example of the request
/// documents, or those of the documented error itself.
fn of_kind(expectation: &Expectation, answer: &Answer, body: &Value) -> Option<Reading> {
    let at = expectation.known.kin.fails_at(body).filter(|at| !is_free(expectation, at))?;
    (answer.status < 400).then(|| Reading {
        outcome: Outcome::Error,
        code: None,
        said_at: Some(at.to_owned()),
    })
}

/// What an answer says that is XML where XML is documented: a fault of SOAP is an error, whatever the
/// status.
fn of_text(expectation: &Expectation, reading: Reading, answer: &Answer) -> Reading {
    if !matches!(expectation.body, BodyExpectation::Xml { .. }) || reading.outcome == Outcome::Error {
        return reading;
    }
    answer.text().and_then(|text| Soap::of(&text)).and_then(Soap::failure).unwrap_or(reading)
}

/// The place that says, in the answer or else in the example, that the request failed.
fn said_at<'r>(expectation: &'r Expectation, read: &'r Read<'_>) -> Option<&'r str> {
    let reading = &read.reading;
    match reading.outcome {
        Outcome::Error => reading.said_at.as_deref(),
        Outcome::Ok => expectation.said_at.as_deref(),
    }
}

/// Whether the place that says so may hold anything (suite.toml frees it, or the example, a success, has
/// a placeholder there), or says the same as in the example.
fn is_left_open(expectation: &Expectation, read: &Read<'_>) -> bool {
    let Some(at) = said_at(expectation, read) else { return is_filled(expectation, read) };
    let freed = is_freed(expectation, at);
    let BodyExpectation::Json { example: Some(example), .. } = &expectation.body else { return freed };
    let recovers = |body| expectation.outcome == Outcome::Error && beside(expectation).succeeds_at(at, body);
    let is_alike = |body| is_alike(at, expectation.outcome, example, body) && !recovers(body);
    let alike = || read.json.as_ref().is_some_and(is_alike);
    // What a documented error says it says without its placeholders, unless one stands for a collection, which
    // may be empty, where nothing else says that it failed.
    let is_there = || read.json.as_ref().is_some_and(|body| !values_at(at, body).is_empty());
    let is_collection =
        |text: &str| matches!(recognise(text), Some(Kind::Array | Kind::Object)) && is_there();
    let is_open = |value: &Value| match expectation.outcome {
        Outcome::Ok => holds_placeholder(value),
        Outcome::Error => value.as_str().is_some_and(is_collection),
    };
    freed || values_at(at, example).into_iter().any(is_open) || alike()
}

/// Whether suite.toml frees the place.
fn is_freed(expectation: &Expectation, at: &str) -> bool {
    expectation.ignore.iter().any(|pattern| covers_place(pattern, at))
        || expectation.volatile.iter().any(|pattern| names_place(pattern, at))
}

/// Whether the code that the answer says it failed by stands for a placeholder of the example, which says no
/// code at all: under the name of an error, or where without it nothing says that the request failed.
fn is_filled(expectation: &Expectation, read: &Read<'_>) -> bool {
    let BodyExpectation::Json { example: Some(example), .. } = &expectation.body else { return false };
    let Some(code) = read.reading.code.as_ref().filter(|_| read.reading.outcome == Outcome::Error) else {
        return false;
    };
    // One for an array or an object is filled with no code.
    let may_be_code = |text: &str| !matches!(recognise(text), None | Some(Kind::Array | Kind::Object));
    let is_placeholder =
        values_at(&code.at, example).into_iter().any(|value| value.as_str().is_some_and(may_be_code));
    is_placeholder && (code.at.to_ascii_lowercase().contains("error") || fails_by(&code.at, read))
}

/// Whether the answer would be a success without what stands at this place.
fn fails_by(at: &str, read: &Read<'_>) -> bool {
    let Some(mut body) = read.json.clone() else { return false };
    let Some(code) = body.pointer_mut(at) else { return false };
    *code = Value::Null;
    envelope::read(read.answer.status, &read.answer.headers, Some(&body)).outcome == Outcome::Ok
}

fn holds_placeholder(value: &Value) -> bool {
    match value {
        Value::String(text) => recognise(text).is_some(),
        Value::Array(items) => items.iter().any(holds_placeholder),
        Value::Object(members) => members.values().any(holds_placeholder),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// How a hint begins that names the example which documents a code.
const DOCUMENTED: &str = "this code is documented by the example ";

/// The finding with a hint on where its code is documented.
pub(super) fn explained(finding: Finding, expectation: &Expectation, code: &str) -> Finding {
    let book = &expectation.known.codes;
    match book.example_of(code) {
        Some(name) => finding.with_hint(format!("{DOCUMENTED}'{}'", show::one_line(name))),
        None if book.knows(code) => finding,
        None => unheard_of(finding),
    }
}

/// The finding with the hint that its code is new.
pub(super) fn unheard_of(finding: Finding) -> Finding {
    finding.with_hint("no example of this suite documents this code")
}

/// Whether the hint only names the example that documents a code.
pub(super) fn names_example(hint: &str) -> bool {
    hint.starts_with(DOCUMENTED)
}

/// An error inside of a success is told by its body alone: where that is no JSON any more, or no SOAP, nothing
/// says that the request succeeded, and what is wrong with the body is the news.
fn is_unreadable(expectation: &Expectation, read: &Read<'_>) -> bool {
    let in_body = expectation.outcome == Outcome::Error && expectation.status < 400;
    in_body
        && match &expectation.body {
            BodyExpectation::Json { .. } => read.json.is_none(),
            BodyExpectation::Xml { .. } => read.answer.text().is_none_or(|text| Soap::of(&text).is_none()),
            BodyExpectation::Opaque { .. } | BodyExpectation::Empty | BodyExpectation::Any => false,
        }
}

/// Another code, no code, or the code at another place; nothing where `ignore` or `volatile` name
/// the place.
pub(super) fn check(expectation: &Expectation, read: &Read<'_>) -> Vec<Finding> {
    let Some(expected) = &expectation.code else { return Vec::new() };
    if !expected.at.is_empty()
        && (expectation.ignore.iter().any(|pattern| covers_place(pattern, &expected.at))
            || expectation.volatile.iter().any(|pattern| names_place(pattern, &expected.at)))
    {
        return Vec::new();
    }
    if expected.at.is_empty() {
        return named(expectation, expected, read).into_iter().collect();
    }
    let actual = codes(&expected.at, read);
    if actual.is_empty() {
        return moved(expectation, expected, read);
    }
    let documented = documented(expectation, expected);
    // One more error beside those that are documented is no other code.
    let has_all = || documented.iter().all(|code| actual.contains(code));
    let grew = envelope::is_of_first_error(&expected.at) && actual.first() == documented.first() && has_all();
    let foreign = actual.iter().find(|code| !grew && !documented.contains(code));
    let other = match foreign {
        Some(code) => code.as_str(),
        None if !actual.contains(&expected.code) => actual.first().map_or("none", String::as_str),
        None if is_lost(expectation, expected, read) => return vec![missing(expected)],
        None => return Vec::new(),
    };
    vec![explained(changed(&expected.at, &expected.code, other), expectation, other)]
}

/// The code that suite.toml names without a place: whatever the envelope holds is compared.
fn named(expectation: &Expectation, expected: &ResultCode, read: &Read<'_>) -> Option<Finding> {
    match &read.reading.code {
        Some(actual) if actual.code == expected.code => None,
        Some(actual) => {
            let changed = changed(&actual.at, &expected.code, &actual.code);
            Some(explained(changed, expectation, &actual.code))
        }
        None => Some(missing(expected)),
    }
}

/// Nothing stands at the place: the code is gone, or elsewhere.
fn moved(expectation: &Expectation, expected: &ResultCode, read: &Read<'_>) -> Vec<Finding> {
    let Some(actual) = read.reading.code.as_ref().filter(|actual| actual.at != expected.at) else {
        return vec![missing(expected)];
    };
    let location = Finding::new(
        FindingId::ErrorLocationChanged,
        &expected.at,
        format!("{} at {}", quoted(&expected.code), expected.at),
        format!("{} at {}", quoted(&actual.code), actual.at),
    );
    let other = (actual.code != expected.code).then(|| {
        let changed = changed(&expected.at, &expected.code, &actual.code);
        explained(changed, expectation, &actual.code)
    });
    std::iter::once(location).chain(other).collect()
}

fn changed(at: &str, expected: &str, actual: &str) -> Finding {
    Finding::new(FindingId::ErrorCodeChanged, at, quoted(expected), quoted(actual))
}

fn missing(expected: &ResultCode) -> Finding {
    Finding::new(FindingId::ErrorCodeMissing, &expected.at, quoted(&expected.code), "none")
}

fn codes(at: &str, read: &Read<'_>) -> Vec<String> {
    codes_at(at, &read.answer.headers, read.json.as_ref())
}

/// Whether an object of a list came without its code, where every one of the example has one.
fn is_lost(expectation: &Expectation, expected: &ResultCode, read: &Read<'_>) -> bool {
    let Some((holder, _)) = expected.at.rsplit_once('/') else { return false };
    let BodyExpectation::Json { example: Some(example), .. } = &expectation.body else { return false };
    let without = |body: &Value| {
        let holders = values_at(holder, body).into_iter().filter(|value| value.is_object()).count();
        let is_code = |value: &&Value| !matches!(value, Value::Null | Value::Array(_) | Value::Object(_));
        holders > values_at(&expected.at, body).into_iter().filter(is_code).count()
    };
    !without(example) && read.json.as_ref().is_some_and(without)
}

/// The codes that the example shows at the place: a list may show several, and suite.toml may
/// name another one.
fn documented(expectation: &Expectation, expected: &ResultCode) -> Vec<String> {
    let mut codes = match &expectation.body {
        BodyExpectation::Json { example: Some(example), .. } => {
            codes_at(&expected.at, &Headers::new(), Some(example))
        }
        _ => Vec::new(),
    };
    if !codes.contains(&expected.code) {
        codes = vec![expected.code.clone()];
    }
    codes
}

/// A result code or a name in quotes, cut.
pub(crate) fn quoted(code: &str) -> String {
    format!("\"{}\"", show::cut(code))
}
