//! Changes of the body as a whole: gone, cut, replaced; result code and outcome.

use bytes::Bytes;
use serde_json::{Number, Value, json};

use super::base::Base;
use super::change::{Change, ERROR_TYPE, Mutation};
use super::kind::Kind;
use crate::contract::envelope::{self, codes_at, read};
use crate::contract::pointer::{Step, Trail, steps};
use crate::contract::{BodyExpectation, Expectation, Outcome, ResultCode};
use crate::message::{Answer, Headers};
use crate::placeholder;
use crate::plan::{Case, Documented};

/// The most codes of one error that are changed beside the first.
const MOST_DETAILS: usize = 8;

/// The most examples of the other outcome that are put in the place of one.
const MOST_TWINS: usize = 4;

const PAGE: &str = "<!DOCTYPE html>\n<html><body><h1>Bad gateway</h1><br></body></html>\n";

pub(super) fn mutations(case: &Case, base: &Base) -> Vec<Mutation> {
    let expectation = &case.expectation;
    let mut list = text(expectation, base);
    if let (BodyExpectation::Json { .. }, Some(body)) = (&expectation.body, &base.json) {
        list.extend(flipped(case));
        if let Some(code) = &expectation.code {
            list.extend(code_changes(code, body, expectation.outcome));
        }
        list.extend(details(expectation, body));
    }
    list
}

fn text(expectation: &Expectation, base: &Base) -> Vec<Mutation> {
    let body = &base.answer.body;
    if matches!(expectation.body, BodyExpectation::Any | BodyExpectation::Empty) || body.is_empty() {
        return Vec::new();
    }
    let mutation = |kind, what: String, change| Mutation::new(kind, "", what, change);
    let mut list = vec![mutation(Kind::BodyEmpty, "no body".to_owned(), Change::Bytes(Bytes::new()))];
    let half = body.len() / 2;
    // In the charset of the answer: half of a long number is a number.
    let still_json = || {
        let cut = Answer { body: body.slice(..half), ..base.answer.clone() };
        let text = cut.text().unwrap_or_default();
        serde_json::from_str::<serde::de::IgnoredAny>(text.trim_start_matches('\u{feff}')).is_ok()
    };
    if half > 0 && !still_json() {
        list.push(mutation(Kind::BodyTruncated, format!("cut after {half} bytes"), Change::CutAt(half)));
    }
    let page = Change::Bytes(Bytes::from_static(PAGE.as_bytes()));
    list.push(mutation(Kind::BodyHtml, "an HTML page".to_owned(), page));
    list
}

/// What every other example of the item documents for the other outcome in the same status, or a plain
/// error. From 400 on there is no success.
fn flipped(case: &Case) -> Vec<Mutation> {
    let expected = &case.expectation;
    if !(200..400).contains(&expected.status) {
        return Vec::new();
    }
    let flip = |what: String, body: Value| Mutation::new(Kind::OutcomeFlipped, "", what, Change::Whole(body));
    let twins = case.siblings().filter_map(|Documented { example, expectation: other }| match &other.body {
        BodyExpectation::Json { example: Some(body), .. }
            if other.status == expected.status
                && other.outcome != expected.outcome
                && !says_the_same(expected, other) =>
        {
            let what = format!("what the example '{}' documents", example.name);
            let is_error_type = |(name, _): &&(String, String)| name.eq_ignore_ascii_case(ERROR_TYPE);
            let error = example.headers.iter().find(is_error_type).map(|(_, value)| value.clone());
            Some(Mutation::new(Kind::OutcomeFlipped, "", what, Change::Twin(Value::clone(body), error)))
        }
        _ => None,
    });
    let twins: Vec<Mutation> = twins.take(MOST_TWINS).collect();
    if !twins.is_empty() {
        return twins;
    }
    let (what, body) = match expected.outcome {
        Outcome::Ok => (
            "an error envelope",
            json!({"code": "UPHOLD_FAILED", "message": "changed by uphold", "status": "error"}),
        ),
        Outcome::Error => ("a body without an error", json!({"id": 1})),
    };
    let outcome = read(expected.status, &Headers::new(), Some(&body)).outcome;
    (outcome != expected.outcome).then(|| flip(what.to_owned(), body)).into_iter().collect()
}

/// Whether the place that alone says failure in one of the two bodies holds the same in the other, or another
/// collection that tells something: what came or went beside it is no flip. Nor is anything one where the
/// example has a placeholder there.
fn says_the_same(expected: &Expectation, other: &Expectation) -> bool {
    let said_at = expected.said_at.as_ref().or(other.said_at.as_ref());
    let held = |of: &Expectation| match &of.body {
        BodyExpectation::Json { example: Some(body), .. } => body.pointer(said_at?).cloned(),
        _ => None,
    };
    let is_open = |value: &Value| value.as_str().is_some_and(|text| placeholder::recognise(text).is_some());
    let (own, others) = (held(expected), held(other));
    let tells = |value: &Option<Value>| value.as_ref().is_some_and(tells_something);
    own.as_ref().is_some_and(is_open) || own.is_some() && own == others || tells(&own) && tells(&others)
}

/// A collection with a text at any depth.
fn tells_something(value: &Value) -> bool {
    let tells = |value: &Value| {
        let is_told = |text: &str| !text.trim().is_empty() && placeholder::recognise(text).is_none();
        value.as_str().is_some_and(is_told) || tells_something(value)
    };
    match value {
        Value::Array(items) => items.iter().any(tells),
        Value::Object(members) => members.values().any(tells),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Every other code of an error.
fn details(expectation: &Expectation, body: &Value) -> Vec<Mutation> {
    let known = expectation.code.as_ref().map(|code| code.at.as_str());
    let BodyExpectation::Json { example: Some(example), .. } = &expectation.body else { return Vec::new() };
    if expectation.outcome != Outcome::Error || known == Some("") {
        return Vec::new();
    }
    let mut all = envelope::details(example);
    all.retain(|at, _| known != Some(at.as_str()));
    // Of the errors of a list the last one, too.
    let codes = all.iter().take(MOST_DETAILS).flat_map(|(at, codes)| {
        let last = codes.last().filter(|_| codes.len() > 1);
        codes.first().into_iter().chain(last).map(move |(code, _)| (at, code))
    });
    let changed = codes.filter_map(|(at, code)| {
        let pointer = first_code(at, code, body)?;
        let other = body.pointer(&pointer).map(another_code)?;
        Some(Mutation::new(Kind::CodeChanged, at.clone(), "another code", Change::Set(pointer, other)))
    });
    changed.collect()
}

fn code_changes(code: &ResultCode, body: &Value, outcome: Outcome) -> Vec<Mutation> {
    let mut list = Vec::new();
    if let Some(name) = code.at.strip_prefix("header:") {
        let header = |value: Option<&str>| Change::Header(name.to_owned(), value.map(str::to_owned));
        list.push(Mutation::new(
            Kind::CodeChanged,
            code.at.clone(),
            "another code",
            header(Some("UpholdOther")),
        ));
        list.push(Mutation::new(Kind::CodeGone, code.at.clone(), "gone", header(None)));
    } else if let Some(pointer) = first_code(&code.at, &code.code, body) {
        let other = body.pointer(&pointer).map(another_code).unwrap_or_default();
        list.push(Mutation::new(
            Kind::CodeChanged,
            code.at.clone(),
            "another code",
            Change::Set(pointer.clone(), other),
        ));
        list.push(Mutation::new(Kind::CodeGone, code.at.clone(), "gone", Change::Remove(pointer)));
    }
    if outcome == Outcome::Error && !list.is_empty() {
        let (to, moved) = if code.at == "/error/code" {
            ("/errors/*/code", json!({"errors": [{"code": code.code, "message": "moved by uphold"}]}))
        } else {
            ("/error/code", json!({"error": {"code": code.code, "message": "moved by uphold"}}))
        };
        list.push(Mutation::new(
            Kind::CodeMoved,
            code.at.clone(),
            format!("moved to {to}"),
            Change::Whole(moved),
        ));
    }
    list
}

/// The pointer of the first value at the pattern that is this code.
fn first_code(at: &str, code: &str, body: &Value) -> Option<String> {
    let way: Vec<Step<'_>> = steps(at).collect();
    descend(body, &way, &Trail::ROOT, &|value| {
        codes_at("/x", &Headers::new(), Some(&json!({ "x": value }))).iter().any(|found| found == code)
            || value.as_str().is_some_and(|text| text.contains(code))
    })
}

fn descend(
    value: &Value,
    way: &[Step<'_>],
    trail: &Trail<'_>,
    wanted: &dyn Fn(&Value) -> bool,
) -> Option<String> {
    let Some((step, rest)) = way.split_first() else {
        return wanted(value).then(|| trail.place().concrete);
    };
    match (step, value) {
        (Step::Item, Value::Array(items)) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| descend(item, rest, &trail.index(index), wanted)),
        (Step::Member(name), Value::Object(members)) => {
            descend(members.get(name.as_ref())?, rest, &trail.key(name), wanted)
        }
        _ => None,
    }
}

/// Another code of the same type.
fn another_code(old: &Value) -> Value {
    match old {
        Value::Number(number) => {
            let next = number.as_u64().and_then(|number| number.checked_add(1)).unwrap_or(9_999);
            Value::Number(Number::from(next))
        }
        Value::Bool(flag) => Value::Bool(!flag),
        _ => Value::from("UPHOLD_OTHER_CODE"),
    }
}
