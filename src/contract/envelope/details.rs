//! The codes of an error beside the first one: every token or whole number under the name of a code, at any
//! depth and inside of any wrapper (`details[].issue`, `error.error_code`, `response.errors[].code`).
//!
//! Names count by their words: a `code` with a word of the request before it, and `id`, `type`, `number` and
//! their kin of an error, count anywhere; a bare `code`, `reason` and `issue` where the object is one of the error;
//! `type`, `name`, `id`, `status` and their kin there, where the value says that something failed: else they are
//! those of the thing that the error speaks of. A message counts where it is a constant (`EMAIL_NOT_FOUND`).
//! Texts for people, ids of a call, times and whatever is new at every call are none, nor is what the request held.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::names::{complains, word};
use super::rules::is_token;
use crate::contract::pointer::Trail;
use crate::contract::uri::is_uri;
use crate::contract::volatile::{is_volatile, words};
use crate::placeholder::recognise;

/// What the name of a code ends in, squeezed.
const ENDS: [&str; 3] = ["code", "codes", "errno"];

/// What stands before `code` in the name of one that speaks of the request; `iataCode` and `customerCode` are data.
const STEMS: [&str; 43] = [
    "err",
    "error",
    "errors",
    "fault",
    "exception",
    "failure",
    "fail",
    "problem",
    "violation",
    "validation",
    "sub",
    "status",
    "result",
    "res",
    "ret",
    "return",
    "rsp",
    "resp",
    "response",
    "reply",
    "reason",
    "cause",
    "decline",
    "reject",
    "rejection",
    "refusal",
    "denial",
    "service",
    "api",
    "app",
    "application",
    "internal",
    "system",
    "sys",
    "biz",
    "business",
    "detail",
    "details",
    "http",
    "gateway",
    "processor",
    "message",
    "issue",
];

/// Words of names that speak of an error.
const ERRORS: [&str; 8] = ["err", "error", "errors", "fault", "exception", "failure", "problem", "violation"];

/// What such a name ends in, where it is a code.
const OF_ERRORS: [&str; 16] = [
    "id", "ids", "type", "types", "no", "num", "number", "name", "kind", "reason", "reasons", "key", "class",
    "category", "status", "tag",
];

/// Names of codes in the objects of an error.
const IN_ERRORS: [&str; 10] =
    ["type", "category", "name", "id", "key", "tag", "kind", "status", "subtype", "rule"];

/// Texts for people, unless they are constants.
const MESSAGES: [&str; 6] = ["message", "msg", "detail", "description", "title", "summary"];

/// Objects in which an error goes on.
const PARTS: [&str; 14] = [
    "details",
    "detail",
    "cause",
    "causes",
    "sys",
    "meta",
    "status",
    "extensions",
    "inner",
    "response",
    "messages",
    "message",
    "body",
    "issues",
];

/// Objects that show what was sent.
const ECHOES: [&str; 8] =
    ["request", "params", "parameters", "input", "args", "arguments", "headers", "context"];

/// Below this many steps nothing is looked for.
const DEPTH: usize = 40;

/// Numbers above this are no codes, and texts that are longer, either.
const MOST: i64 = 999_999_999;
const LONGEST: usize = 80;
/// How many digits [`MOST`] has.
const DIGITS: usize = 9;

/// Every code of an error, by its place (`*` for array positions), in the order in which they stand.
pub(crate) fn details(body: &Value) -> IndexMap<String, Vec<String>> {
    Details::default().of(body)
}

/// The same of an answer that is held against those of an example: where that has a code, whatever may be one is
/// another, also what does not say that something failed.
pub(crate) fn details_of_answer(body: &Value) -> IndexMap<String, Vec<String>> {
    Details { takes_all: true, ..Details::default() }.of(body)
}

#[derive(Default)]
struct Details {
    codes: IndexMap<String, Vec<String>>,
    /// Where a placeholder stands, which may be any code.
    free: BTreeSet<String>,
    /// Whether a name of an error's object counts whatever the value says.
    takes_all: bool,
}

/// How a name counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rank {
    /// Anywhere.
    Code,
    /// In an object of the error.
    OfError,
    /// There, where it says that something failed.
    Complaint,
    /// There, where it is a constant.
    Message,
}

impl Details {
    fn of(mut self, body: &Value) -> IndexMap<String, Vec<String>> {
        self.value(body, &Trail::ROOT, (true, DEPTH));
        let Self { mut codes, free, .. } = self;
        codes.retain(|at, _| !free.contains(at));
        codes
    }

    /// `of_error` says that the value is one of the error, and not of what it speaks of.
    fn value(&mut self, value: &Value, trail: &Trail<'_>, (of_error, depth): (bool, usize)) {
        match value {
            Value::Array(items) if depth > 0 => {
                for (index, item) in items.iter().enumerate() {
                    self.value(item, &trail.index(index), (of_error, depth - 1));
                }
            }
            Value::Object(members) if depth > 0 => self.object(members, trail, (of_error, depth)),
            _ => {}
        }
    }

    fn object(&mut self, members: &Map<String, Value>, trail: &Trail<'_>, (of_error, depth): (bool, usize)) {
        for (name, value) in members {
            let words = words(name);
            let here = trail.key(name);
            // Spring lists every form of a code, with the field, beside it.
            let is_form = name == "codes" && members.contains_key("code");
            let rank = rank(&words).filter(|rank| (of_error || *rank == Rank::Code) && !is_form);
            match value {
                Value::Array(items) => {
                    let listed = rank.or_else(|| speaks_of_error(&words).then_some(Rank::Code));
                    for (index, item) in items.iter().enumerate() {
                        self.add(name, listed, item, &here.index(index));
                    }
                }
                _ => self.add(name, rank, value, &here),
            }
            let is_echo = words.iter().any(|word| ECHOES.contains(&word.as_str()));
            let goes_on = speaks_of_error(&words)
                || words.last().is_some_and(|last| PARTS.contains(&last.as_str()))
                // Dropbox names the member by the value of another one.
                || of_error && members.values().any(|value| value.as_str() == Some(name));
            if !is_echo {
                self.value(value, &here, (goes_on, depth - 1));
            }
        }
    }

    fn add(&mut self, name: &str, rank: Option<Rank>, value: &Value, trail: &Trail<'_>) {
        if rank.is_some() && value.as_str().is_some_and(|text| recognise(text).is_some()) {
            self.free.insert(trail.place().at);
        }
        let Some(code) = rank.and_then(|rank| code(name, rank, value, self.takes_all)) else { return };
        let codes = self.codes.entry(trail.place().at).or_default();
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
}

fn speaks_of_error(words: &[String]) -> bool {
    words.iter().any(|word| ERRORS.contains(&word.as_str()))
}

fn rank(words: &[String]) -> Option<Rank> {
    let last = words.last()?.as_str();
    if let Some(stem) = ENDS.iter().find_map(|end| last.strip_suffix(end)) {
        let before = words.len() - 1;
        let is_stem = |word: &str| STEMS.contains(&word);
        let speaks = is_stem(stem) || words.iter().take(before).any(|word| is_stem(word));
        return match (before, stem) {
            (0, "") => Some(Rank::OfError),
            _ if speaks => Some(Rank::Code),
            _ => None,
        };
    }
    if words.len() > 1 {
        return (speaks_of_error(words) && OF_ERRORS.contains(&last)).then_some(Rank::Code);
    }
    if matches!(last, "errortype" | "errorid" | "errorname" | "sqlstate") {
        return Some(Rank::Code);
    }
    if matches!(last, "reason" | "issue" | "error" | "err") {
        return Some(Rank::OfError);
    }
    if IN_ERRORS.contains(&last) {
        return Some(Rank::Complaint);
    }
    MESSAGES.contains(&last).then_some(Rank::Message)
}

/// The code, if the value may be one.
fn code(name: &str, rank: Rank, value: &Value, takes_all: bool) -> Option<String> {
    let is_id = words(name).last().is_some_and(|last| last == "id" || last == "ids");
    match value {
        Value::Number(number) => {
            let number = number.as_i64().filter(|number| number.abs() <= MOST)?;
            let is_status = rank == Rank::Complaint && name == "status";
            (is_status || matches!(rank, Rank::Code | Rank::OfError)).then(|| number.to_string())
        }
        Value::String(text) => {
            let text = text.trim();
            let is_code = match rank {
                Rank::Message => is_constant(text),
                Rank::Complaint if name == "type" && is_uri(text) => true,
                Rank::Complaint if name == "status" && is_number(text) => true,
                Rank::Complaint => is_mark(name, text) && (takes_all || says_failure(text)),
                _ if is_id => is_word(text) || rank == Rank::Code && is_number(text),
                _ => is_mark(name, text) || is_prefixed(text) && speaks_of_error(&words(name)),
            };
            (is_code && text.len() <= LONGEST && recognise(text).is_none() && !is_any_failure(text))
                .then(|| text.to_owned())
        }
        _ => None,
    }
}

/// A word that says no more than that the request failed.
fn is_any_failure(text: &str) -> bool {
    !text.contains('_') && word(text).is_some()
}

/// A token that is not new at every call, no URI but under `type`.
fn is_mark(name: &str, text: &str) -> bool {
    let is_path = text.contains('/') && name != "type";
    is_token(text) && !is_path && !is_uri(text) && !is_volatile("", &Value::from(text))
        || name == "type" && is_uri(text)
}

/// `not_found`, `ValidationException`, `INVALID_REQUEST`.
fn says_failure(text: &str) -> bool {
    let words = words(text);
    words.len() > 1 && complains(&words.join(" ")) || words.iter().any(|word| ERRORS.contains(&word.as_str()))
}

/// `EMAIL_NOT_FOUND`.
fn is_constant(text: &str) -> bool {
    text.contains('_') && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// A number in text, with no more digits than a code has; a longer one is an id.
fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<i64>().is_ok() && text.len() <= DIGITS
}

/// Words in one, without digits: `not_found`, `NotFound`.
fn is_word(text: &str) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    let parts = words(text);
    letters && parts.len() > 1 && parts.iter().all(|part| part.len() > 1)
}

/// `EQuery:Unknown asset pair`.
fn is_prefixed(text: &str) -> bool {
    let Some((class, rest)) = text.split_once(':') else { return false };
    class.len() > 1
        && class.bytes().all(|byte| byte.is_ascii_alphabetic())
        && rest.starts_with(|c: char| c.is_ascii_uppercase())
        && !rest.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_code_of_an_error() {
        for (body, places) in [
            (json!({"name": "INVALID_REQUEST", "message": "x", "debug_id": "9"}), vec!["/name"]),
            (json!({"details": [{"issue": "A", "field": "b"}, {"issue": "C"}]}), vec!["/details/*/issue"]),
            (
                json!({"error": {"error_code": 5, "error_msg": "no", "request_params": [{"code": 1}]}}),
                vec!["/error/error_code"],
            ),
            (
                json!({"wrap": {"list": [{"fooErrors": [{"errorId": 25007}]}]}}),
                vec!["/wrap/list/*/fooErrors/*/errorId"],
            ),
            (json!({"error": ["EAPI:Invalid key"]}), vec!["/error/*"]),
            (json!({"error-codes": ["timeout-or-duplicate"]}), vec!["/error-codes/*"]),
            (json!({"id": "not_found", "message": "it is not there"}), vec!["/id"]),
            (json!({"ErrorNumber": 10, "Type": "ValidationException"}), vec!["/ErrorNumber", "/Type"]),
            (json!({"error": {"message": "EMAIL_NOT_FOUND"}}), vec!["/error/message"]),
            (json!({"sys": {"type": "Error", "id": "NotFound"}}), vec!["/sys/id"]),
            (
                json!({"errors": [{"code": "NotBlank", "codes": ["NotBlank.user.name"]}]}),
                vec!["/errors/*/code"],
            ),
            (
                json!({"statusCode": 5, "RspCode": "01", "type": "https://e.example/no"}),
                vec!["/statusCode", "/RspCode", "/type"],
            ),
        ] {
            assert_eq!(details(&body).keys().collect::<Vec<_>>(), places, "{body}");
        }
    }

    #[test]
    fn what_is_no_code() {
        for body in [
            json!({"error": {"message": "The token is not valid", "requestId": "a1b2", "trace_id": "17"}}),
            json!({"id": "5f0c", "user": {"type": "admin", "status": "active", "name": "x"}}),
            json!({"error": "Not Found", "timestamp": "2024-01-01T00:00:00Z", "path": "/users/5"}),
            json!({"errors": [{"id": "7f9c24e5-1c2b-4b0e-9a57-2f4f0f3a1c11", "detail": "no"}]}),
            json!({"status": "error", "currency_code": "USD", "postalCode": "10115", "id": 7}),
            json!({"error_code": "<string>", "params": {"code": "A"}}),
            json!({"code": ["<integer>", 0]}),
            json!({"message": "No such role", "name": "admin", "status": "shipped"}),
            json!({"errors": [{"name": "email", "message": "is invalid"}, {"id": "first_name"}]}),
            json!({"details": {"name": "nginx", "kind": "pods"}}),
            json!({"iataCode": "OSL", "barcode": "4711", "error": {"customerCode": "C17"}}),
            json!({"country": {"code": "DE"}, "error": {"coupon": {"code": "SPRING"}, "items": [{"code": "A1"}]}}),
        ] {
            assert!(details(&body).is_empty(), "{body}: {:?}", details(&body));
        }
    }
}
