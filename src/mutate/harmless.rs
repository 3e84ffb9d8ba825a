//! Changes that no client would notice.

use serde_json::Value;

use super::base::Base;
use super::change::{Change, Mutation};
use super::kind::Kind;
use super::spots::Spot;
use crate::contract::envelope::{Beside, details, is_of_first_error, read};
use crate::contract::pointer::{Step, steps, unescape};
use crate::contract::{BodyExpectation, Expectation, Outcome};
use crate::plan::Case;
use crate::suite::Compare;

/// Of the body as a whole.
pub(super) fn of_body(case: &Case, base: &Base) -> Vec<Mutation> {
    let (BodyExpectation::Json { .. }, Some(body)) = (&case.expectation.body, &base.json) else {
        return Vec::new();
    };
    vec![
        Mutation::new(Kind::Whitespace, "", "indented, with a byte order mark", Change::Indent),
        Mutation::new(Kind::MembersReordered, "", "in reverse order", Change::Reverse),
        Mutation::new(
            Kind::VolatileChanged,
            "",
            "new values of the same form",
            Change::Fresh(codes(case, base, body)),
        ),
    ]
}

/// The places at which the contract reads a result code: a code is no volatile value, whatever its form.
fn codes(case: &Case, base: &Base, body: &Value) -> Vec<String> {
    let Expectation { code, known, .. } = &*case.expectation;
    let headers = &base.answer.headers;
    let reading = read(base.answer.status, headers, Some(body));
    let seen = known.codes.all(&reading, headers, Some(body));
    let further = match case.expectation.outcome {
        Outcome::Error => details(body),
        Outcome::Ok => {
            let BodyExpectation::Json { example, .. } = &case.expectation.body else { return Vec::new() };
            Beside { known: &known.flags, asked: &known.asked, example: example.as_deref() }.failed_parts()
        }
    };
    code.iter().chain(&seen).map(|code| code.at.clone()).chain(further.into_keys()).collect()
}

/// Of one place. Where values are compared, another length or another key is no small matter.
pub(super) fn of_place(case: &Case, spot: &Spot, body: &Value) -> Vec<Mutation> {
    let exact = case.expectation.compare == Compare::Exact;
    let at = |kind, what: &str, change: fn(String) -> Change| {
        vec![Mutation::new(kind, &spot.at, what, change(spot.first.clone()))]
    };
    match body.pointer(&spot.first) {
        Some(Value::Object(members)) if spot.is_map => {
            if exact || members.is_empty() || holds_code(case, &spot.first) {
                Vec::new()
            } else {
                at(Kind::MapKeysChanged, "other keys", Change::Rename)
            }
        }
        Some(Value::Object(_)) => at(Kind::FieldAdded, "one more member", Change::Insert),
        Some(Value::Array(items)) if !items.is_empty() && !exact => {
            match with_another_error(case, spot, items) {
                Some(longer) => {
                    let change = Change::Set(spot.first.clone(), longer);
                    vec![Mutation::new(
                        Kind::ArrayLonger,
                        &spot.at,
                        "one more item, with another code",
                        change,
                    )]
                }
                None => at(Kind::ArrayLonger, "one more item", Change::Repeat),
            }
        }
        _ => Vec::new(),
    }
}

/// A list of errors with one more, which has another code: that of the answer is the first one.
fn with_another_error(case: &Case, spot: &Spot, items: &[Value]) -> Option<Value> {
    let code = case.expectation.code.as_ref().filter(|code| is_of_first_error(&code.at))?;
    let within = code.at.strip_prefix(spot.at.as_str())?.strip_prefix("/*")?;
    let mut other = items.first()?.clone();
    let place = other.pointer_mut(within)?;
    *place = match &*place {
        Value::String(text) => Value::String(match text.parse::<u32>() {
            Ok(number) => number.wrapping_add(1).to_string(),
            Err(_) => format!("{text}_2"),
        }),
        Value::Number(number) => Value::from(number.as_i64()?.checked_add(1)?),
        _ => return None,
    };
    Some(Value::Array(items.iter().cloned().chain([other]).collect()))
}

/// Whether the result code stands in the value at a pointer: another key on the way to it is another place
/// of the code. An error may be one by the names in its root alone.
fn holds_code(case: &Case, pointer: &str) -> bool {
    let Expectation { code, outcome, .. } = &*case.expectation;
    let mut way = steps(code.as_ref().map_or("", |code| &code.at));
    let fits = |step: Step<'_>, segment| step.name().is_none_or(|name| name == unescape(segment));
    let leads = pointer.split('/').skip(1).all(|segment| way.next().is_some_and(|step| fits(step, segment)));
    code.is_some() && leads || *outcome == Outcome::Error && pointer.is_empty()
}
