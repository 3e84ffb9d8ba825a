//! The codes of an error beside the first one: every token or whole number under the name of a code, at any
//! depth and inside of any wrapper (`details[].issue`, `error.error_code`, `response.errors[].code`).
//!
//! Names count by their words: a `code` with a word of the request before it, and `id`, `type`, `number` and
//! their kin of an error, count anywhere; a bare `code`, `reason` and `issue` where the object is one of the error;
//! `type`, `name`, `id`, `status` and their kin there, where the value says that something failed: else they are
//! those of the thing that the error speaks of. A message counts where it is a constant (`EMAIL_NOT_FOUND`).
//! A bare `code` counts also where a message for people stands beside it, whatever holds the two.
//! Texts for people, ids of a call, times and whatever is new at every call are none, nor is what the request held,
//! nor what is noted beside the errors.

use std::collections::{BTreeSet, HashSet};

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::claims::told;
use super::marks::{
    ERRORS, LONGEST, MOST, is_any_failure, is_constant, is_long_number, is_mark, is_number, is_numbered,
    is_prefixed, is_word, says_failure,
};
use crate::contract::pointer::Trail;
use crate::contract::uri::is_uri;
use crate::contract::volatile::words;
use crate::placeholder::recognise;

/// What the name of a code ends in, squeezed.
const ENDS: [&str; 3] = ["code", "codes", "errno"];

/// What stands before `code` in the name of one that speaks of the request; `iataCode` and `customerCode` are data.
const STEMS: [&str; 47] = [
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
    "legacy",
    "vendor",
    "provider",
    "native",
];

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
const PARTS: [&str; 17] = [
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
    "issue",
    "reasons",
    "coding",
];

/// Notes for people beside the errors, or in a success: what they say is no reason.
const NOTES: [&str; 5] = ["warnings", "notices", "infos", "hints", "notes"];

/// Objects that show what was sent.
const ECHOES: [&str; 8] =
    ["request", "params", "parameters", "input", "args", "arguments", "headers", "context"];

/// Below this many steps nothing is looked for.
const DEPTH: usize = 40;

/// The codes at one place, in the order in which they stand, and how often each does.
pub(crate) type Codes = IndexMap<String, usize>;

/// Every code of an error, by its place (`*` for array positions), in the order in which they stand.
pub(crate) fn details(body: &Value) -> IndexMap<String, Codes> {
    Details::default().of(body)
}

/// The same of an answer that is held against those of an example: where that has a code, whatever may be one is
/// another, also what does not say that something failed.
pub(crate) fn details_of_answer(body: &Value) -> IndexMap<String, Codes> {
    Details { takes_all: true, ..Details::default() }.of(body)
}

#[derive(Default)]
struct Details {
    codes: IndexMap<String, Codes>,
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
    fn of(mut self, body: &Value) -> IndexMap<String, Codes> {
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
        let around = Around::of(members, of_error);
        for (name, value) in members {
            let words = words(name);
            let here = trail.key(name);
            // Spring lists every form of a code, with the field, beside it.
            let is_form = name == "codes" && members.contains_key("code");
            let may_be =
                |rank: &Rank| of_error || *rank == Rank::Code || around.is_explained && is_bare_code(&words);
            let rank = rank(&words).filter(|rank| may_be(rank) && !is_form);
            let kept = (around.is_explained, trail.name().is_empty());
            match value {
                Value::Array(items) => {
                    let listed = rank.or_else(|| speaks_of_error(&words).then_some(Rank::Code));
                    for (index, item) in items.iter().enumerate() {
                        self.add((name, listed, kept), item, &here.index(index));
                    }
                }
                _ => self.add((name, rank, kept), value, &here),
            }
            if !around.is_aside(&words) {
                let goes_on = speaks_of_error(&words)
                    || words.last().is_some_and(|last| PARTS.contains(&last.as_str()))
                    // Dropbox names the member by the value of another one.
                    || around.named.contains(name.as_str());
                self.value(value, &here, (goes_on, depth - 1));
            }
        }
    }

    /// `kept` says whether a message stands beside the value, and whether it is a member of the root.
    fn add(
        &mut self,
        (name, rank, kept): (&str, Option<Rank>, (bool, bool)),
        value: &Value,
        trail: &Trail<'_>,
    ) {
        if rank.is_some() && value.as_str().is_some_and(|text| recognise(text).is_some()) {
            self.free.insert(trail.place().at);
        }
        let Some(code) = rank.and_then(|rank| code(name, (rank, kept), value, self.takes_all)) else {
            return;
        };
        *self.codes.entry(trail.place().at).or_default().entry(code).or_default() += 1;
    }
}

/// What an object tells of its members.
struct Around<'a> {
    /// Whether a message for people stands in it.
    is_explained: bool,
    /// Whether errors stand in a list beside its other members.
    lists_errors: bool,
    /// In an object of the error: the texts in it, one of which may name another member.
    named: HashSet<&'a str>,
}

impl<'a> Around<'a> {
    fn of(members: &'a Map<String, Value>, of_error: bool) -> Self {
        let is_message = |(name, value): (&String, &Value)| {
            matches!(name.to_ascii_lowercase().as_str(), "message" | "msg") && told(value).is_some()
        };
        let lists = |(name, value): (&String, &Value)| {
            name.eq_ignore_ascii_case("errors") && value.as_array().is_some_and(|items| !items.is_empty())
        };
        let texts = members.values().filter_map(Value::as_str).filter(|_| of_error);
        Self {
            is_explained: members.iter().any(is_message),
            lists_errors: members.iter().any(lists),
            named: texts.collect(),
        }
    }

    /// Whether a member shows what was sent, or notes something beside the errors.
    fn is_aside(&self, words: &[String]) -> bool {
        let last = words.last().map(String::as_str).unwrap_or_default();
        words.iter().any(|word| ECHOES.contains(&word.as_str()))
            || NOTES.contains(&last)
            || self.lists_errors && words.len() == 1 && last == "messages"
    }
}

fn is_bare_code(words: &[String]) -> bool {
    matches!(words, [word] if word == "code")
}

/// Whether a name speaks of an error, also where it is written as one word (`innererror`).
fn speaks_of_error(words: &[String]) -> bool {
    let is_joint = |word: &str| {
        word != "terror" && word.len() > "error".len() && word.trim_end_matches('s').ends_with("error")
    };
    words.iter().any(|word| ERRORS.contains(&word.as_str()) || is_joint(word))
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
fn code(
    name: &str,
    (rank, (is_explained, is_root)): (Rank, (bool, bool)),
    value: &Value,
    takes_all: bool,
) -> Option<String> {
    let is_end = |end: &str| words(name).last().is_some_and(|last| last.ends_with(end));
    let is_id = words(name).last().is_some_and(|last| last == "id" || last == "ids");
    match value {
        Value::Number(number) => {
            let number = number.as_i64().filter(|number| number.abs() <= MOST)?;
            let is_status = rank == Rank::Complaint && name == "status";
            (is_status || matches!(rank, Rank::Code | Rank::OfError)).then(|| number.to_string())
        }
        Value::String(text) => {
            let text = text.trim();
            // What stands beside the message of one error of several is its type.
            let is_type = || is_explained && !is_root && name == "type";
            let says = || says_failure(text, is_explained && name != "status");
            let is_code = match rank {
                Rank::Message => is_constant(text),
                Rank::Complaint if name == "type" && is_uri(text) => true,
                Rank::Complaint if name == "status" && is_number(text) => true,
                Rank::Complaint => is_mark(name, text) && (takes_all || is_type() || says()),
                _ if is_id => is_word(text) || rank == Rank::Code && is_number(text),
                Rank::Code if is_end("code") && is_long_number(text) => true,
                _ if is_end("code") && is_numbered(text) => true,
                _ => is_mark(name, text) || is_prefixed(text) && speaks_of_error(&words(name)),
            };
            (is_code && text.len() <= LONGEST && recognise(text).is_none() && !is_any_failure(text))
                .then(|| text.to_owned())
        }
        _ => None,
    }
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
            (
                json!({"error": {"innererror": {"code": "passwordTooShort", "innererror": {"code": "x2"}}}}),
                vec!["/error/innererror/code", "/error/innererror/innererror/code"],
            ),
            (
                json!({"issue": [{"code": "invalid", "details": {"coding": [{"code": "MSG_BAD"}]}}]}),
                vec!["/issue/*/code", "/issue/*/details/coding/*/code"],
            ),
            (
                json!({"detail": [{"type": "missing", "loc": ["body"], "msg": "Field required"}]}),
                vec!["/detail/*/type"],
            ),
            (
                json!({"data": {"parts": {"email": {"code": "bad_email", "message": "no"}}}}),
                vec!["/data/parts/email/code"],
            ),
            (
                json!({"CancellationReasons": [{"Code": "None"}, {"Code": "Late", "Message": "m"}]}),
                vec!["/CancellationReasons/*/Code"],
            ),
            (json!({"id": "unauthorized", "message": "who are you"}), vec!["/id"]),
            (
                json!({"errors": [{"extensions": {"legacyCode": "81801"}}]}),
                vec!["/errors/*/extensions/legacyCode"],
            ),
            (json!({"odata.error": {"code": "-2147024891, System.Denied"}}), vec!["/odata.error/code"]),
            (json!({"rspCode": "100000000012", "rspMsg": "m"}), vec!["/rspCode"]),
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
            json!({"errors": [{"message": "m"}], "messages": [{"code": 10000, "message": "a note"}]}),
            json!({"rspCode": "738964000000291009", "rspMsg": "m"}),
            json!({"error": {"message": "m"}, "warnings": [{"code": "old", "message": "a note"}]}),
            json!({"message": "m", "type": "user", "id": "badge", "status": "expired"}),
            json!({"message": "m", "terror": {"code": "A1"}, "id": "a1b2c3", "request_id": "unauthorized"}),
            json!({"message": "m", "coupon": {"code": "SPRING", "text": "buy"}, "odata.context": "$a, b"}),
            json!({"country": {"code": "DE"}, "error": {"coupon": {"code": "SPRING"}, "items": [{"code": "A1"}]}}),
        ] {
            assert!(details(&body).is_empty(), "{body}: {:?}", details(&body));
        }
    }
}
