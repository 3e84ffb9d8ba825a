//! What one object of an answer says under the names of flags ([`Holder`]), and whether it speaks of
//! the request or of a thing.
//!
//! Still data, whatever it says: what a list shows under a request that only reads; a thing with an
//! id or another name of its own, one that names its kind, and what belongs to such a thing, unless it
//! tells what became of the request (Salesforce's `{"id", "success", "errors"}`); a record of a list; a
//! lone flag under the name of a thing; an event that is over; a validator's report; a line of a log. A
//! placeholder says nothing, and neither does a word such as `active`.

use serde_json::{Map, Value};

use super::ResultCode;
use super::around::Around;
use super::claims::{holds_nothing, is_http_error, told, whole};
use super::listed::{is_error, is_explained, is_said};
use super::named::Named;
use super::names::{
    self, ACCOUNTS, ANSWERS, CODES, COUNTS, DATA, ERROR, ERROR_CODES, ERROR_LISTS, ERROR_TEXTS, FAILED,
    FAILURES, FLAGS, IDENTITIES, KINDS, LEVELS, RESULT_CODES, STATES, STATUSES, SUCCEEDED, TEXTS, VERDICTS,
    Word, is_any, is_fine, word,
};
use super::pairs;
use super::rules::{is_token, scalar};
use crate::contract::pointer::Trail;
use crate::contract::volatile::words;
use crate::placeholder::recognise;

/// What a member says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    Success,
    Failure,
    Free,
}

/// An object, its members by their names without case, `_` and `-`.
pub(super) struct Holder<'a> {
    pub(super) members: Vec<(String, &'a str, &'a Value)>,
    around: Around<'a>,
    named: Named,
}

impl<'a> Holder<'a> {
    pub(super) fn new(members: &'a Map<String, Value>, around: Around<'a>) -> Self {
        let plain =
            |(name, value): (&'a String, &'a Value)| Some((names::plain(name)?, name.as_str(), value));
        let members: Vec<_> = members.iter().filter_map(plain).collect();
        let named = Named::of(&members, around.asked);
        Self { members, around, named }
    }

    /// The values under the names of these lists.
    fn get(&self, lists: &[&[&str]]) -> impl Iterator<Item = &'a Value> {
        let found = self.members.iter().filter(|(plain, ..)| is_any(lists, plain));
        found.map(|(.., value)| *value)
    }

    /// What a member says of the request; `None` where it is no flag, or says neither.
    pub(super) fn says(&self, plain: &str, value: &Value) -> Option<Says> {
        if !self.is_flag(plain) {
            return None;
        }
        if value.as_str().is_some_and(|text| recognise(text).is_some()) {
            return Some(Says::Free);
        }
        let says = if SUCCEEDED.contains(&plain) {
            self.succeeded(value)
        } else if is_any(&FAILURES, plain) || !is_any(&FLAGS, plain) && self.holds_errors(plain) {
            self.failed(plain, value)
        } else {
            // What stands beside a text of its own says more than a number alone.
            let paired = || self.paired(plain, value);
            let first = if VERDICTS.contains(&plain) { None } else { paired() };
            first.or_else(|| self.result(plain, value)).or_else(paired)
        }?;
        let is_data =
            self.is_listed_thing() || self.is_record() || says == Says::Failure && self.is_data(plain);
        Some(if is_data { Says::Free } else { says })
    }

    /// Whether a member may say what became of the request: by its name, as the code beside a text, or, where
    /// the request is none that only reads, as one that holds errors.
    pub(super) fn is_flag(&self, plain: &str) -> bool {
        is_any(&FLAGS, plain) || self.is_paired(plain) || self.holds_errors(plain) || self.is_switched(plain)
    }

    fn is_switched(&self, plain: &str) -> bool {
        self.named.switched.contains(plain)
    }

    fn holds_errors(&self, plain: &str) -> bool {
        self.named.erring.contains(plain)
    }

    /// What a code says beside a text of its stem, or by a word under the name of a result code.
    fn paired(&self, plain: &str, value: &Value) -> Option<Says> {
        let by_text =
            self.is_paired(plain).then(|| pairs::says(plain, value, pairs::texts(plain, &self.members)));
        let by_word = || {
            let is_result = RESULT_CODES.contains(&plain) || plain == "result";
            value.as_str().filter(|_| is_result).and_then(pairs::outcome)
        };
        by_text.flatten().or_else(by_word).map(Says::from)
    }

    /// Whether a member is a code beside a text of its stem.
    pub(super) fn is_paired(&self, plain: &str) -> bool {
        self.named.paired.contains(plain)
    }

    /// Whether there is a code of a name of its own beside its text.
    fn is_coded(&self) -> bool {
        let own = |plain: &str| !is_any(&FLAGS, plain) && self.is_paired(plain);
        self.members.iter().any(|(plain, ..)| own(plain))
    }

    /// Whether the object is a thing of a list, and not what became of a part of the request.
    pub(super) fn is_listed_thing(&self) -> bool {
        if !self.around.below_list || self.is_answer() {
            return false;
        }
        if self.around.asked.only_reads() {
            return true;
        }
        let Some(items) = self.around.list else { return false };
        let is_number = |value: &Value| whole(value).is_some();
        !self.around.asked.has_parts(items) && !self.accounts() && self.get(&[&["code"]]).any(is_number)
    }

    /// Whether the object is an item of a list, a check, an attempt, a line of an order, under a request that
    /// did not ask for several things at once. Two of these three tell what became of a part of the request:
    /// a verdict, a text or errors beside it, a code; the first two only where the list has the name of
    /// what an answer holds (`results`).
    fn is_record(&self) -> bool {
        if self.around.list.is_none() || self.around.asked.is_bulk() || self.is_answer() {
            return false;
        }
        let is_verdict = |lists| self.get(lists).next().is_some();
        let is_zero = |value: &Value| whole(value) == Some(0);
        let zero = !self.around.is_named && self.get(&[&["status"]]).any(is_zero);
        let judged = is_verdict(&[&VERDICTS, &SUCCEEDED]) && self.accounts() || self.is_coded() || zero;
        let coded = is_verdict(&[&["code"], &ERROR_CODES, &RESULT_CODES]) || self.is_coded();
        let fills = is_verdict(&[&SUCCEEDED]) && is_verdict(&[&ERROR_LISTS]);
        self.has_own() && !judged || self.around.is_named && !coded && !fills
    }

    /// Whether what failed is a thing, and not the request.
    fn is_data(&self, plain: &str) -> bool {
        if self.around.list.is_some() && self.get(&[&LEVELS]).any(Value::is_string) {
            return true;
        }
        if self.is_answer() {
            return false;
        }
        if self.around.of_thing || self.is_state(plain) {
            return true;
        }
        // A run, a build: it has a state beside what it is.
        if !self.around.is_root && VERDICTS.contains(&plain) && !self.accounts() && self.has_own() {
            return true;
        }
        // A code beside its text, and errors under a name of their own, are those of the request.
        if !is_any(&FLAGS, plain) && !self.around.asked.only_reads() {
            return self.around.is_named && self.holds_errors(plain);
        }
        let lists_errors = self.get(&[&ERROR_LISTS]).any(Value::is_array);
        if SUCCEEDED.contains(&plain) && self.around.of_kind && !self.accounts() {
            return true;
        }
        if !self.is_thing() {
            return false;
        }
        let has_flag = self.get(&[&SUCCEEDED]).next().is_some();
        let of_kind = SUCCEEDED.contains(&plain) && self.names_kind() && !lists_errors;
        match self.around.list {
            Some(_) => !(lists_errors && has_flag),
            None if self.around.is_root => STATES.contains(&plain) || of_kind,
            None => plain == "status" || of_kind || !self.accounts(),
        }
    }

    /// Whether a flag is no more than the state of a thing: of a named one (`"email": {"ok": false}`), or of
    /// one with a name of its own at the root (`job_id`) that holds no other data. What tells of an error
    /// beside it makes it an answer.
    fn is_state(&self, plain: &str) -> bool {
        if self.accounts()
            || self.get(&[&CODES]).any(|value| scalar(value).is_some_and(|code| word(&code).is_none()))
        {
            return false;
        }
        if self.around.is_named && self.around.list.is_none() {
            return is_any(&[&VERDICTS, &SUCCEEDED, &FAILED, &STATUSES], plain);
        }
        let holds_data = || self.get(&[&DATA]).any(|value| value.is_object() || value.is_array());
        self.around.is_root && STATES.contains(&plain) && self.is_identified() && !holds_data()
    }

    /// Whether all that it holds is that of a thing.
    pub(super) fn owns(&self) -> bool {
        !self.is_answer() && self.is_identified()
    }

    /// A thing has an id, or a name of its own.
    fn is_identified(&self) -> bool {
        self.is_thing()
            || self.members.iter().any(|(plain, name, value)| names::identifies(name, plain, value))
    }

    /// A thing of its own has an id.
    pub(super) fn is_thing(&self) -> bool {
        self.get(&[&IDENTITIES]).any(|value| !holds_nothing(value))
    }

    /// Whether it has a member that envelopes have not.
    pub(super) fn has_own(&self) -> bool {
        self.members.iter().any(|(plain, ..)| !names::is_of_envelope(plain))
    }

    /// An answer of a batch has the id of its request; a text under `body` is that of a letter.
    pub(super) fn is_answer(&self) -> bool {
        let is_prose = |text: &str| recognise(text).is_none() && !text.trim_start().starts_with(['{', '[']);
        self.get(&[&ANSWERS]).any(|value| value.as_str().is_none_or(|text| text == "2.0" || !is_prose(text)))
    }

    /// Whether it says of what kind it is, by a word that is no verdict.
    pub(super) fn names_kind(&self) -> bool {
        self.get(&[&KINDS]).any(|value| told(value).is_some_and(|text| word(text).is_none()))
    }

    /// Whether there is a member that tells what became of a request.
    pub(super) fn accounts(&self) -> bool {
        self.get(&ACCOUNTS).next().is_some()
    }

    fn succeeded(&self, value: &Value) -> Option<Says> {
        let counts = || self.get(&[&COUNTS]).any(Value::is_number);
        match value {
            Value::Bool(flag) => Some(if *flag { Says::Success } else { Says::Failure }),
            Value::String(text) => said(text).or(match text.as_str() {
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
        let is_list = plain.ends_with('s');
        let (success, failure) = match value {
            Value::Null => (true, false),
            Value::Bool(flag) => (!flag, *flag),
            // What is counted.
            Value::Number(_) if is_list => return None,
            Value::Number(_) => {
                let number = whole(value)?;
                (number == 0, ERROR.contains(&plain) && number != 0)
            }
            Value::String(text) => (is_fine(text), !is_fine(text) && told(value).is_some()),
            _ if pairs::is_left(plain) => pairs::left(value)?,
            Value::Array(items) => (items.is_empty(), items.iter().any(is_error)),
            Value::Object(members) if is_list => (members.is_empty(), members.values().any(is_said)),
            Value::Object(members) => (members.is_empty(), is_explained(members)),
        };
        if failure { Some(Says::Failure) } else { success.then_some(Says::Success) }
    }

    /// A validator's or a linter's: what it finds are no errors of the request.
    pub(super) fn is_report(&self) -> bool {
        names::is_report(self.members.iter().map(|(plain, ..)| plain.as_str()))
    }

    fn result(&self, plain: &str, value: &Value) -> Option<Says> {
        match value {
            Value::Null if plain.starts_with("err") => Some(Says::Success),
            Value::Bool(flag) if !is_any(&FLAGS, plain) => {
                Some(if *flag { Says::Success } else { Says::Failure })
            }
            Value::Bool(flag) if plain == "status" => {
                if *flag {
                    Some(Says::Success)
                } else {
                    self.is_explained().then_some(Says::Failure)
                }
            }
            Value::Number(_) => self.number(plain, whole(value)?),
            Value::String(text) if text.is_empty() => plain.starts_with("err").then_some(Says::Success),
            Value::String(text) => said(text).or_else(|| match whole(value) {
                Some(0) if text == "0" && plain == "status" && self.is_denied() => Some(Says::Failure),
                Some(number) => self.number(plain, number),
                None => self.names_error(plain, text).then_some(Says::Failure),
            }),
            _ => None,
        }
    }

    /// Whether a word that is no verdict names an error.
    fn names_error(&self, plain: &str, text: &str) -> bool {
        let capitals = text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        // `NoRoute`; one word alone may be a state.
        let joint = || plain == "code" && words(text).len() > 1;
        let is_code =
            is_token(text) && (capitals || text.bytes().any(|byte| byte.is_ascii_digit()) || joint());
        let fails = is_any(&[&ERROR_CODES, &RESULT_CODES], plain)
            || plain == "code" && self.is_explained() && !self.is_successful();
        is_code && fails && !is_fine(text)
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
        let is_answer = || self.get(&[&["body", "error", "message", "msg"]]).next().is_some();
        let is_part = || self.around.list.is_some_and(|items| self.around.asked.has_parts(items));
        if is_status && is_http_error(number) && (self.around.list.is_none() || is_answer() || is_part()) {
            return Some(Says::Failure);
        }
        if STATUSES.contains(&plain) {
            return None;
        }
        if self.is_content() || VERDICTS.contains(&plain) && self.is_successful() {
            return Some(Says::Success);
        }
        // The number of an answer that holds data, or nothing but that number.
        let is_of_answer = || {
            let has_data = self.get(&[&DATA]).next().is_some();
            self.around.is_root
                && matches!(plain, "code" | "ret" | "cod")
                && (has_data || self.members.len() == 1)
        };
        let fails = is_any(&[&ERROR_CODES, &RESULT_CODES], plain) || self.is_explained() || is_of_answer();
        fails.then_some(Says::Failure)
    }

    /// Whether the root of an envelope is switched on or off, by `true` or 1 and `false` or less: beside data
    /// or beside a text that says no more than that all went well it is on, and off where the envelope holds
    /// nothing but what envelopes have.
    pub(super) fn switch(&self, plain: &str, value: &Value) -> Option<bool> {
        let is_switch = self.around.is_root && VERDICTS.contains(&plain) && !self.is_answer();
        if !is_switch || self.is_identified() || self.get(&[&SUCCEEDED]).next().is_some() {
            return None;
        }
        let holds = |value: &Value| !matches!(value, Value::Null | Value::Bool(_));
        let has_data = self
            .members
            .iter()
            .any(|(name, _, value)| name != plain && DATA.contains(&name.as_str()) && holds(value));
        let on = match value {
            Value::Bool(flag) => *flag,
            Value::Number(_) => match whole(value)? {
                1 => true,
                number if number <= 0 => false,
                _ => return None,
            },
            _ => return None,
        };
        if on {
            return (has_data && !self.is_explained() || self.is_content()).then_some(true);
        }
        (has_data || !self.has_own()).then_some(false)
    }

    /// A text that says what happened, and not that all went well.
    pub(super) fn is_explained(&self) -> bool {
        self.get(&TEXTS).any(|value| told(value).is_some_and(|text| !is_fine(text)))
    }

    /// A text that says that all went well.
    fn is_content(&self) -> bool {
        self.get(&TEXTS).any(|value| told(value).is_some_and(is_fine))
    }

    /// A word or a flag that says that all went well: then no other word names an error.
    fn is_successful(&self) -> bool {
        let well = |value: &Value| {
            *value == Value::Bool(true) || value.as_str().and_then(word) == Some(Word::Success)
        };
        self.get(&[&SUCCEEDED, &["status"]]).any(well)
    }

    /// A text that is a word for failure.
    fn is_denied(&self) -> bool {
        self.get(&TEXTS).any(|value| told(value).and_then(word) == Some(Word::Failure))
    }

    /// The code beside a flag; else the flag itself, where it is no word for any failure.
    pub(super) fn code(&self, by: &str, trail: &Trail<'_>) -> Option<ResultCode> {
        let is_code = |value: &Value| {
            let code = scalar(value).filter(|_| !value.is_boolean());
            code.is_some_and(|code| {
                is_token(&code) && !is_fine(&code) && word(&code).is_none() && recognise(&code).is_none()
            })
        };
        let own = self.members.iter().find(|(_, name, value)| *name == by && is_code(value));
        let beside = CODES
            .iter()
            .find_map(|plain| self.members.iter().find(|(name, _, value)| name == plain && is_code(value)));
        let (_, name, value) = beside.or(own)?;
        Some(ResultCode { at: trail.key(name).place().at, code: scalar(value)? })
    }

    /// The word under `status`, and what it says of a request, if anything.
    #[expect(clippy::option_option, reason = "there is no status, or one that says nothing of a request")]
    pub(super) fn state(&self) -> Option<Option<Word>> {
        self.get(&[&["status"]]).find_map(told).map(word)
    }

    /// Whether another item is this thing in another state: it has what this one has, or this one has
    /// nothing and the other tells no more of a request.
    pub(super) fn lives_on_in(&self, other: &Holder<'_>) -> bool {
        let mut own = self
            .members
            .iter()
            .filter(|(plain, ..)| !is_any(&FLAGS, plain) && !is_any(&ACCOUNTS, plain))
            .peekable();
        if own.peek().is_none() {
            return self.accounts() || !other.accounts();
        }
        own.any(|(_, name, _)| other.members.iter().any(|(_, theirs, _)| theirs == name))
    }

    /// What came under the name of an error, or as a word for failure beside a text, where no example
    /// has it: the name of the member.
    pub(super) fn newly_failed(&self, is_new: impl Fn(&str) -> bool) -> Option<&'a str> {
        let is_state =
            |value: &Value| value.as_str().is_some_and(|text| word(text).is_none() && whole(value).is_none());
        if self.is_report()
            || self.is_thing() && !self.is_answer()
            || self.get(&[&["status", "state"]]).any(is_state)
            || self.is_listed_thing()
        {
            return None;
        }
        let new = self.members.iter().filter(|(plain, name, _)| self.is_flag(plain) && is_new(name));
        let mut failed = new.filter(|(plain, _, value)| {
            let by_word = || VERDICTS.contains(&plain.as_str()) && value.is_string() && self.is_explained();
            (is_any(&[&ERROR, &ERROR_LISTS, &ERROR_TEXTS], plain) || self.holds_errors(plain) || by_word())
                && self.says(plain, value) == Some(Says::Failure)
        });
        failed.next().map(|(_, name, _)| *name)
    }
}

fn said(text: &str) -> Option<Says> {
    word(text).map(Says::from)
}

impl From<Word> for Says {
    fn from(word: Word) -> Self {
        match word {
            Word::Success => Self::Success,
            Word::Failure => Self::Failure,
        }
    }
}
