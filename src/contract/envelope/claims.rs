//! Answers with a status below 400 that say by themselves that the request failed, without one of
//! the envelopes of [`super::rules`]: a flag (`"success": false`), a word (`"status": "fail"`), a
//! sentence under `error`, a number that is zero in every success (`errcode`, `code` beside `msg`).
//!
//! Data may have members of the same names, so most rules look at the neighbours, too. An object
//! with an `id` of its own is a thing that failed (a job, a payment), not a request; and where a
//! word alone says so, the object must be an envelope: each of its members is one that envelopes
//! have, or holds nothing. A placeholder says nothing in any rule: what is filled in for it is free.

use serde_json::{Map, Value};

use super::names::{
    self, CODES, ERROR, ERROR_CODES, FAILED, FAILURE_TEXTS, FAILURE_WORDS, HEADS, IDENTITIES, RESULT_CODES,
    STATES, STATUSES, SUCCEEDED, TEXTS, is_any, is_fine, is_of_envelope,
};
use super::rules::{is_token, scalar};
use super::{Outcome, ResultCode};
use crate::contract::pointer::Trail;
use crate::contract::volatile::text_class;
use crate::placeholder::recognise;

/// That a request failed.
pub(super) struct Claim {
    /// Where that is said.
    pub(super) at: String,
    /// The code beside it.
    pub(super) code: Option<ResultCode>,
}

/// An object that may say so.
struct Holder<'a> {
    trail: Trail<'a>,
    /// The name of the member of the root that this is, if it is one of [`HEADS`].
    head: Option<&'static str>,
    /// The members that envelopes have: the name without case, `_` and `-`, the name, the value.
    members: Vec<(String, &'a str, &'a Value)>,
    /// Whether all other members hold nothing.
    is_plain: bool,
    /// A validator's or a linter's: what it finds are no errors of the request.
    is_report: bool,
}

type Rule = for<'a> fn(&Holder<'a>) -> Option<&'a str>;

/// Each gives the name of the member that says so.
const RULES: [Rule; 7] = [flag, error_code, google_status, error_text, errors, verdict, numbered];

/// How many of the rules hold also beside a flag that says success.
const SURE: usize = 2;

pub(super) fn failure(body: &Value) -> Option<Claim> {
    let root = body.as_object()?;
    let holder = Holder::new(root, Trail::ROOT, None);
    holder.claim().or_else(|| {
        holder.members.iter().find_map(|(plain, name, value)| {
            let head = HEADS.into_iter().find(|head| head == plain)?;
            // A thing has a status, too.
            if head == "status" && !holder.is_envelope() {
                return None;
            }
            Holder::new(value.as_object()?, holder.trail.key(name), Some(head)).claim()
        })
    })
}

/// Whether a body is at this place as an example is: as failed where the example failed, else the same.
pub(super) fn is_alike(at: &str, (outcome, example): (Outcome, &Value), body: &Value) -> bool {
    let (Some(documented), Some(actual)) = (example.pointer(at), body.pointer(at)) else { return false };
    let word = |text: &str| FAILURE_WORDS.contains(&text.to_ascii_lowercase().as_str());
    // Whatever came beside it, a word that stayed says no more than it did.
    if documented == actual {
        return true;
    }
    match (documented, actual) {
        (Value::Array(saved), Value::Array(arrived)) => {
            saved.is_empty() == arrived.is_empty() && lists_errors(documented) == lists_errors(actual)
        }
        (Value::Object(saved), Value::Object(arrived)) => {
            saved.is_empty() == arrived.is_empty() && lists_errors(documented) == lists_errors(actual)
        }
        (Value::String(text), Value::String(other)) if word(text) => word(other),
        // The result of a game: what the example shows is no word for success, either.
        (Value::String(text), Value::String(_)) if outcome == Outcome::Ok && at.ends_with("/result") => {
            !is_fine(text)
        }
        (documented, actual) if outcome == Outcome::Ok => renewed(documented, actual),
        (Value::String(_), Value::String(other)) => !is_fine(other),
        (Value::Number(_), Value::Number(_)) => {
            whole(actual).is_some_and(|number| number != 0 && !(200..300).contains(&number))
        }
        _ => false,
    }
}

/// Whether a state is all there is.
pub(super) fn is_lone_word(body: &Value) -> bool {
    let is_state = |(name, value): (&String, &Value)| {
        names::plain(name).is_some_and(|plain| STATES.contains(&plain.as_str()))
            && told(value).and_then(names::word).is_some()
    };
    body.as_object().is_some_and(|members| members.len() == 1 && members.iter().all(is_state))
}

/// Texts that are new in every call, of one class.
fn renewed(documented: &Value, actual: &Value) -> bool {
    let class = |value: &Value| value.as_str().and_then(text_class);
    class(documented).is_some() && class(documented) == class(actual)
}

fn is_false(value: &Value) -> bool {
    *value == Value::Bool(false) || value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("false"))
}

fn is_true(value: &Value) -> bool {
    *value == Value::Bool(true) || value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

/// Null, false, zero, and whatever is empty.
pub(super) fn holds_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}

/// A text that is there, and is no placeholder.
pub(super) fn told(value: &Value) -> Option<&str> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty() && recognise(text).is_none())
}

/// A whole number, also one that is written as a text.
pub(super) fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

pub(super) fn is_http_error(number: i64) -> bool {
    (400..600).contains(&number)
}

impl<'a> Holder<'a> {
    fn new(object: &'a Map<String, Value>, trail: Trail<'a>, head: Option<&'static str>) -> Self {
        let mut holder = Self { trail, head, members: Vec::new(), is_plain: true, is_report: false };
        let mut all = Vec::new();
        for (name, value) in object {
            let plain = names::plain(name).unwrap_or_default();
            if is_of_envelope(&plain) {
                holder.members.push((plain.clone(), name, value));
            } else {
                holder.is_plain &= holds_nothing(value);
            }
            all.push(plain);
        }
        holder.is_report = names::is_report(all.iter().map(String::as_str));
        holder
    }

    fn claim(&self) -> Option<Claim> {
        let succeeded = self.name(&[&SUCCEEDED], is_true).is_some();
        // What says `"success": true` may have warnings under `errors`.
        let rules = if succeeded { RULES.get(..SURE)? } else { &RULES };
        let name = rules.iter().find_map(|rule| rule(self))?;
        Some(Claim { at: self.trail.key(name).place().at, code: self.code(name) })
    }

    /// The first member that has one of these names, and passes.
    fn name(&self, lists: &[&[&str]], passes: impl Fn(&Value) -> bool) -> Option<&'a str> {
        let mut members = self.members.iter().filter(|(plain, ..)| is_any(lists, plain));
        members.find(|(.., value)| passes(value)).map(|(_, name, _)| *name)
    }

    /// The code that stands beside the member which says that the request failed; else that itself,
    /// where it is no word for any failure.
    fn code(&self, by: &str) -> Option<ResultCode> {
        let is_code = |value: &Value| {
            let text = scalar(value).filter(|_| !value.is_boolean());
            text.is_some_and(|code| {
                let lower = code.to_ascii_lowercase();
                let any = lower == "true" || FAILURE_WORDS.contains(&lower.as_str());
                is_token(&code) && !any && !is_fine(&code) && recognise(&code).is_none()
            })
        };
        let name = self.name(&[&CODES], is_code).unwrap_or(by);
        let (.., value) = self.members.iter().find(|(_, own, value)| *own == name && is_code(value))?;
        Some(ResultCode { at: self.trail.key(name).place().at, code: scalar(value)? })
    }

    /// A thing of its own, not what became of a request.
    fn is_thing(&self) -> bool {
        self.head.is_none() && self.name(&[&IDENTITIES], |value| !holds_nothing(value)).is_some()
    }

    /// Nothing but what envelopes have.
    fn is_envelope(&self) -> bool {
        self.head.is_some() || self.is_plain && !self.is_thing()
    }

    /// A text that reads as an error.
    fn is_complaint(&self) -> bool {
        self.name(&TEXTS, |value| value.as_str().is_some_and(names::complains)).is_some()
    }

    /// A text that says what happened, and not that all went well. A placeholder may say anything.
    fn is_explained(&self) -> bool {
        self.name(&TEXTS, |value| value.as_str().is_some_and(|text| !is_fine(text))).is_some()
    }
}

/// `"success": false` and its kin; `"error": true`.
fn flag<'a>(holder: &Holder<'a>) -> Option<&'a str> {
    if holder.is_thing() {
        return None;
    }
    holder.name(&[&SUCCEEDED], is_false).or_else(|| holder.name(&[&FAILED, &ERROR], is_true))
}

/// `errcode` and its kin, other than zero (`WeChat`).
fn error_code<'a>(holder: &Holder<'a>) -> Option<&'a str> {
    let passes = |value: &Value| whole(value).is_some_and(|number| number != 0);
    if holder.is_thing() { None } else { holder.name(&[&ERROR_CODES], passes) }
}

/// A text under `error`, `error_message` and their kin, or a number or an object with a text.
fn error_text<'a>(holder: &Holder<'a>) -> Option<&'a str> {
    if !holder.is_envelope() {
        return None;
    }
    let says = |value: &Value| told(value).is_some_and(|text| !is_fine(text));
    holder.name(&FAILURE_TEXTS, |value| {
        says(value)
            || value.as_i64().is_some_and(|number| number != 0)
            || value
                .as_object()
                .is_some_and(|members| members.iter().any(|(name, value)| is_text(name) && says(value)))
    })
}

/// A list of errors that has one, a text or an object with a text (GraphQL), or errors by the names
/// of fields (Rails).
fn errors<'a>(holder: &Holder<'a>) -> Option<&'a str> {
    let lists = |value: &Value| lists_errors(value);
    let listed = |value: &Value| value.is_array() && lists_errors(value);
    (holder.is_envelope() && !holder.is_report)
        .then(|| holder.name(&[&["errors"]], lists).or_else(|| holder.name(&[&ERROR], listed)))?
}

/// Whether the member of an error with this name says what happened.
fn is_text(name: &str) -> bool {
    names::plain(name).is_some_and(|name| name == "title" || is_any(&TEXTS, &name))
}

fn lists_errors(value: &Value) -> bool {
    let says = |value: &Value| match value {
        Value::String(_) => told(value).is_some(),
        Value::Array(parts) => parts.first().is_some_and(|first| told(first).is_some()),
        Value::Object(members) => members.iter().any(|(name, value)| is_text(name) && told(value).is_some()),
        _ => false,
    };
    let of_field = |value: &Value| {
        told(value).is_some()
            || value.as_array().and_then(|all| all.first()).is_some_and(|one| told(one).is_some())
    };
    match value {
        Value::Array(items) => items.first().is_some_and(says),
        // In whatever order the fields come.
        Value::Object(members) => members.values().any(of_field),
        _ => false,
    }
}

/// A status in capitals beside an `error_message`, or one that is never data (Google's maps).
fn google_status<'a>(holder: &Holder<'a>) -> Option<&'a str> {
    const NEVER_DATA: [&str; 5] =
        ["REQUEST_DENIED", "OVER_QUERY_LIMIT", "OVER_DAILY_LIMIT", "INVALID_REQUEST", "UNKNOWN_ERROR"];
    let message = holder.name(&[&["errormessage"]], |value| told(value).is_some()).is_some();
    let capitals =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') && !is_fine(text);
    let passes = |value: &Value| {
        told(value).is_some_and(|text| NEVER_DATA.contains(&text) || message && capitals(text))
    };
    if holder.is_thing() { None } else { holder.name(&[&["status"]], passes) }
}

/// A word that says failure (`JSend`), or `false` beside an explanation (`OMDb`).
fn verdict<'a>(holder: &Holder<'a>) -> Option<&'a str> {
    let explained = holder.is_explained();
    let passes = |value: &Value| match value {
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "error" | "fail" | "failure" => true,
            "failed" | "false" => explained,
            _ => false,
        },
        _ => false,
    };
    let no = |value: &Value| *value == Value::Bool(false) && explained;
    let by_word = || holder.name(&[&["status", "result", "response"]], passes);
    holder.is_envelope().then(|| by_word().or_else(|| holder.name(&[&["status"]], no)))?
}

/// A number that is zero or of 200 to 299 in a success, beside a text that reads as an error: `code`
/// and `msg`; or one that is an HTTP error. Beside any other text it is data (a postal code).
fn numbered<'a>(holder: &Holder<'a>) -> Option<&'a str> {
    if !holder.is_envelope() {
        return None;
    }
    let explained = holder.is_explained();
    let fails = |value: &Value, always: bool| {
        whole(value).is_some_and(|number| {
            let usual = number == 0 || (200..300).contains(&number);
            !usual && (always || holder.is_complaint())
        })
    };
    let http = |value: &Value| {
        whole(value).is_some_and(|number| is_http_error(number) && (explained || holder.head.is_some()))
    };
    let always = holder.head == Some("responseheader");
    let code = holder.name(&[&["code"], &RESULT_CODES], |value| fails(value, always) || http(value));
    code.or_else(|| holder.name(&[&["status"]], |value| always && fails(value, true)))
        .or_else(|| holder.name(&[&["status"], &STATUSES], http))
}
