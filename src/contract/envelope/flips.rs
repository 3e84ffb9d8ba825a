//! Success and failure at one place of two bodies: what the example shows under the name of a flag,
//! and what the answer shows at the same place.
//!
//! Where the example shows success, a failure needs no guess about names and neighbours, so this is
//! looked for at any depth. Still data: a thing of a list that has an id (a job, a delivery) is not
//! what became of the request, nor is a report of faults (a validator's, a linter's), nor a line of
//! a log. A placeholder says nothing, and neither does a word such as `active`.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::claims::{Claim, is_fine, is_http_error, is_report, squeezed, told, whole};
use super::rules::{is_token, scalar};
use super::{Outcome, Reading, ResultCode};
use crate::contract::pointer::Trail;
use crate::placeholder::recognise;

/// What the flags of a body say, by their places (`*` for array positions).
#[derive(Debug, Clone, Default)]
pub(crate) struct Flags {
    by_place: IndexMap<String, Shown>,
}

/// What stands at one place, in a list at all of its items.
#[derive(Debug, Clone, Default)]
struct Shown {
    success: bool,
    failure: Option<Failure>,
    /// A placeholder, or a thing that failed: the place says nothing of the request.
    free: bool,
}

/// A failure, and the code beside it.
#[derive(Debug, Clone)]
struct Failure {
    code: Option<ResultCode>,
}

/// Below this many steps nothing is looked for.
const DEPTH: usize = 60;

/// True in a success, and false in a failure; also as a text, and as 1 and 0.
const SUCCEEDED: [&str; 8] =
    ["success", "ok", "succeeded", "successful", "issuccess", "issuccessful", "issucceeded", "isok"];

/// Null, false or empty in a success.
const FAILED: [&str; 15] = [
    "error",
    "err",
    "errors",
    "usererrors",
    "faults",
    "errormessage",
    "errormsg",
    "errmsg",
    "errordescription",
    "iserror",
    "haserror",
    "haserrors",
    "iserrored",
    "iserroredonprocessing",
    "isfailed",
];

/// Numbers or words that are no data, whatever stands beside.
const RESULTS: [&str; 9] = [
    "errcode",
    "errno",
    "errorcode",
    "errorno",
    "retcode",
    "resultcode",
    "responsecode",
    "returncode",
    "ack",
];

/// Numbers or words that may be data, too.
const WORDS: [&str; 8] = ["status", "stat", "result", "response", "code", "ret", "cod", "responsestatus"];

/// The status of HTTP in a body.
const STATUSES: [&str; 2] = ["statuscode", "httpstatuscode"];

const GOOD: [&str; 8] =
    ["ok", "okay", "success", "successful", "succeeded", "successwithwarning", "successfully", "true"];

const BAD: [&str; 19] = [
    "error",
    "err",
    "fail",
    "failed",
    "failure",
    "failurewithwarning",
    "ko",
    "nok",
    "notok",
    "false",
    "denied",
    "invalid",
    "exception",
    "requestdenied",
    "overquerylimit",
    "overdailylimit",
    "invalidrequest",
    "unknownerror",
    "unauthorized",
];

const MESSAGES: [&str; 15] = [
    "message",
    "msg",
    "error",
    "errormessage",
    "errormsg",
    "errmsg",
    "errordescription",
    "detail",
    "description",
    "reason",
    "resultmessage",
    "resultmsg",
    "responsemessage",
    "returnmsg",
    "retmsg",
];

const IDENTITIES: [&str; 4] = ["id", "uuid", "guid", "sid"];

/// What a member says.
enum Says {
    Success,
    Failure,
    Free,
}

/// An object, its members by their names without case, `_` and `-`.
struct Holder<'a> {
    members: Vec<(String, &'a str, &'a Value)>,
    in_list: bool,
}

impl Flags {
    pub(crate) fn of(body: &Value) -> Self {
        let mut flags = Self::default();
        flags.walk(body, &Trail::ROOT, false, 0);
        flags
    }

    /// The places at which these show success alone, and the others failure; the first that is not freed.
    pub(super) fn failure(&self, answer: &Self, is_freed: impl Fn(&str) -> bool) -> Option<Claim> {
        answer.by_place.iter().find_map(|(at, shown)| {
            let Failure { code } = shown.failure.as_ref()?;
            let documented = self.by_place.get(at)?;
            let succeeds = documented.success && documented.failure.is_none() && !documented.free;
            (succeeds && !is_freed(at)).then(|| Claim { at: at.clone(), code: code.clone() })
        })
    }

    /// The failure at a place.
    pub(super) fn claim_at(&self, at: &str) -> Option<Claim> {
        let Failure { code } = self.by_place.get(at)?.failure.clone()?;
        Some(Claim { at: at.to_owned(), code })
    }

    /// Whether no flag was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_place.is_empty()
    }

    /// Adds what another example of the same group shows. One that shows failure alone is an example
    /// of an error, and does not count here; one that shows both leaves the place free.
    pub(crate) fn join(&mut self, other: &Self) {
        for (at, shown) in &other.by_place {
            let own = self.by_place.entry(at.clone()).or_default();
            own.success |= shown.success;
            own.free |= shown.free || shown.success && shown.failure.is_some();
        }
    }

    fn walk(&mut self, value: &Value, trail: &Trail<'_>, in_list: bool, depth: usize) {
        match value {
            Value::Array(items) if depth < DEPTH => {
                for (index, item) in items.iter().enumerate() {
                    self.walk(item, &trail.index(index), true, depth + 1);
                }
            }
            Value::Object(members) if depth < DEPTH => {
                self.object(members, trail, in_list);
                for (name, member) in members {
                    self.walk(member, &trail.key(name), false, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, members: &Map<String, Value>, trail: &Trail<'_>, in_list: bool) {
        let members = members.iter().filter(|(name, _)| name.len() <= 30);
        let members = members.map(|(name, value)| (squeezed(name), name.as_str(), value)).collect();
        let holder = Holder { members, in_list };
        for (plain, name, value) in &holder.members {
            let Some(says) = holder.says(plain, value) else { continue };
            let shown = self.by_place.entry(trail.key(name).place().at).or_default();
            match says {
                Says::Success => shown.success = true,
                Says::Free => shown.free = true,
                Says::Failure if shown.failure.is_some() => {}
                Says::Failure => shown.failure = Some(Failure { code: holder.code(name, trail) }),
            }
        }
    }
}

/// Reads the successes of each group beside each other: one that shows failure where another one shows
/// success is an example of an error. Gives what each group shows, and of each row the reading of such an error.
/// A row has its group, and the body where it is read as a success.
pub(in crate::contract) fn read_groups<'a, K: Copy + Eq + Hash>(
    rows: impl Iterator<Item = (K, Option<&'a Value>)>,
) -> (HashMap<K, Arc<Flags>>, Vec<Option<Reading>>) {
    let mut groups: HashMap<K, Flags> = HashMap::new();
    let mut shown = Vec::new();
    for (key, body) in rows {
        let flags = body.map(Flags::of).filter(|flags| !flags.is_empty());
        if let Some(flags) = &flags {
            groups.entry(key).or_default().join(flags);
        }
        shown.push((key, flags));
    }
    let error = |(key, flags): &(K, Option<Flags>)| {
        let claim = groups.get(key)?.failure(flags.as_ref()?, |_| false)?;
        Some(Reading { outcome: Outcome::Error, code: claim.code, said_at: Some(claim.at) })
    };
    let errors = shown.iter().map(error).collect();
    (groups.into_iter().map(|(key, flags)| (key, Arc::new(flags))).collect(), errors)
}

impl<'a> Holder<'a> {
    fn get(&self, names: &[&str]) -> impl Iterator<Item = &'a Value> {
        let found = self.members.iter().filter(|(plain, ..)| names.contains(&plain.as_str()));
        found.map(|(.., value)| *value)
    }

    fn says(&self, plain: &str, value: &Value) -> Option<Says> {
        let is_flag =
            [&SUCCEEDED[..], &FAILED, &RESULTS, &WORDS, &STATUSES].iter().any(|names| names.contains(&plain));
        if !is_flag {
            return None;
        }
        if value.as_str().is_some_and(|text| recognise(text).is_some()) {
            return Some(Says::Free);
        }
        let says = if SUCCEEDED.contains(&plain) {
            self.succeeded(value)
        } else if FAILED.contains(&plain) {
            self.failed(plain, value)
        } else {
            self.result(plain, value)
        }?;
        let is_failure = matches!(says, Says::Failure);
        Some(if is_failure && self.is_data(plain) { Says::Free } else { says })
    }

    /// Whether what failed is a thing, and not the request.
    fn is_data(&self, plain: &str) -> bool {
        let holds = |value: &Value| !matches!(value, Value::Null) && value.as_str() != Some("");
        let is_thing = self.get(&IDENTITIES).any(holds);
        // An answer of a batch has the id of its request.
        let is_answer = self.get(&["body"]).next().is_some();
        let is_log = self.in_list && self.get(&["level", "severity"]).any(Value::is_string);
        is_log || is_thing && !is_answer && (self.in_list || plain == "status")
    }

    fn succeeded(&self, value: &Value) -> Option<Says> {
        const COUNTS: [&str; 8] =
            ["failed", "failure", "failures", "fail", "total", "count", "error", "errors"];
        let counts = || self.get(&COUNTS).any(Value::is_number);
        match value {
            Value::Bool(flag) => Some(if *flag { Says::Success } else { Says::Failure }),
            Value::String(text) => word(text).or(match text.as_str() {
                "1" => Some(Says::Success),
                "0" => Some(Says::Failure),
                _ => None,
            }),
            Value::Number(_) if !counts() => match whole(value)? {
                0 => Some(Says::Failure),
                1 => Some(Says::Success),
                _ => None,
            },
            _ => None,
        }
    }

    fn failed(&self, plain: &str, value: &Value) -> Option<Says> {
        if self.is_report() {
            return None;
        }
        let says = |value: &Value| match value {
            Value::String(_) => told(value).is_some(),
            Value::Object(members) => members.values().any(|value| told(value).is_some()),
            _ => false,
        };
        let (is_list, is_count) = (plain.ends_with('s'), value.is_number());
        let (success, failure) = match value {
            Value::Null => (true, false),
            Value::Bool(flag) => (!flag, *flag),
            Value::Number(_) => {
                let number = whole(value)?;
                (number == 0, matches!(plain, "error" | "err") && number != 0)
            }
            Value::String(text) => (is_fine(text), !is_fine(text) && told(value).is_some()),
            Value::Array(items) => (items.is_empty(), items.iter().any(says)),
            Value::Object(members) if is_list => {
                (members.is_empty(), members.values().any(|one| says(one) || is_said(one)))
            }
            Value::Object(members) => (members.is_empty(), says(value)),
        };
        if is_count && is_list {
            return None;
        }
        if failure { Some(Says::Failure) } else { success.then_some(Says::Success) }
    }

    /// A validator's or a linter's: what it finds are no errors of the request.
    fn is_report(&self) -> bool {
        is_report(self.members.iter().map(|(plain, ..)| plain.clone()))
    }

    fn result(&self, plain: &str, value: &Value) -> Option<Says> {
        let is_sure = RESULTS.contains(&plain);
        match value {
            Value::Null if plain.starts_with("err") => Some(Says::Success),
            Value::Bool(flag) if plain == "status" => {
                if *flag {
                    Some(Says::Success)
                } else {
                    self.is_explained().then_some(Says::Failure)
                }
            }
            Value::Number(_) => self.number(plain, whole(value)?),
            Value::String(text) if text.is_empty() => plain.starts_with("err").then_some(Says::Success),
            Value::String(text) => word(text).or_else(|| match whole(value) {
                Some(0) if text == "0" && plain == "status" && self.is_denied() => Some(Says::Failure),
                Some(number) => self.number(plain, number),
                None => {
                    let capitals = text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
                    let is_code =
                        is_token(text) && (capitals || text.bytes().any(|byte| byte.is_ascii_digit()));
                    let fails = is_sure || plain == "code" && self.is_explained();
                    (is_code && fails && !is_fine(text)).then_some(Says::Failure)
                }
            }),
            _ => None,
        }
    }

    fn number(&self, plain: &str, number: i64) -> Option<Says> {
        // What is counted or computed.
        if matches!(plain, "stat" | "result" | "response" | "responsestatus") {
            return None;
        }
        let is_status = STATUSES.contains(&plain) || matches!(plain, "status" | "code" | "cod");
        if number == 0 || (200..300).contains(&number) {
            return Some(Says::Success);
        }
        let is_answer = || self.get(&["body", "error", "message", "msg"]).next().is_some();
        if is_status && is_http_error(number) && (!self.in_list || is_answer()) {
            return Some(Says::Failure);
        }
        if STATUSES.contains(&plain) {
            return None;
        }
        if self.is_content() {
            return Some(Says::Success);
        }
        (RESULTS.contains(&plain) || self.is_explained()).then_some(Says::Failure)
    }

    /// A text that says what happened, and not that all went well.
    fn is_explained(&self) -> bool {
        self.get(&MESSAGES).any(|value| told(value).is_some_and(|text| !is_fine(text)))
    }

    /// A text that says that all went well.
    fn is_content(&self) -> bool {
        self.get(&MESSAGES).any(|value| told(value).is_some_and(is_fine))
    }

    /// A text that is a word for failure.
    fn is_denied(&self) -> bool {
        self.get(&MESSAGES)
            .any(|value| told(value).is_some_and(|text| matches!(word(text), Some(Says::Failure))))
    }

    /// The code beside a flag; else the flag itself, where it is no word for any failure.
    fn code(&self, by: &str, trail: &Trail<'_>) -> Option<ResultCode> {
        const BESIDE: [&str; 6] = ["code", "errorcode", "errcode", "errno", "resultcode", "error"];
        let is_code = |value: &Value| {
            let code = scalar(value).filter(|_| !value.is_boolean());
            code.is_some_and(|code| is_token(&code) && !is_fine(&code) && word(&code).is_none())
        };
        let own = self.members.iter().find(|(_, name, value)| *name == by && is_code(value));
        let beside = BESIDE
            .iter()
            .find_map(|plain| self.members.iter().find(|(name, _, value)| name == plain && is_code(value)));
        let (_, name, value) = beside.or(own)?;
        Some(ResultCode { at: trail.key(name).place().at, code: scalar(value)? })
    }
}

/// A text, or a list that begins with one: what is wrong with a field.
fn is_said(value: &Value) -> bool {
    value.as_array().and_then(|all| all.first()).is_some_and(|one| told(one).is_some())
}

fn word(text: &str) -> Option<Says> {
    if text.len() > 30 {
        return None;
    }
    let plain = squeezed(text.trim());
    if GOOD.contains(&plain.as_str()) {
        return Some(Says::Success);
    }
    BAD.contains(&plain.as_str()).then_some(Says::Failure)
}

#[cfg(test)]
mod tests;
