//! An answer that is kept: [`kept`].
//!
//! What differs at every call, what is secret and what speaks of people has a stand-in of its class (see
//! `stand_in`): ids, moments, tokens, addresses; in longer texts, what is one by its form (`parts`). Everything else stays as it came: words, amounts, flags, result
//! codes. Invariants: equal values have equal stand-ins, also as parts of other texts (an id in a URL); what is
//! kept is kept as it is when it is kept again; no value that the redactor knows is in it.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use indexmap::IndexMap;
use serde_json::{Map, Number, Value};

use super::field::secret_part;
use super::marked::{Marked, marked};
use super::named::{deciding, is_personal};
use super::parts::{addresses, encoded_mailboxes, mailboxes, numbers};
use super::stand_in::{Class, class, is_digits, recognised, stand_in};
use super::{is_left_out, text};
use crate::contract::envelope::details;
use crate::contract::schema::infer::format_of;
use crate::contract::volatile::{is_opaque, is_volatile};
use crate::message::Answer;
use crate::placeholder::recognise;
use crate::redact::{MASK, Redactor};

/// The fewest characters of a value that is looked for within other texts.
const LEAST: usize = 6;
/// The same in what is told of an answer, which is about one value of it.
const LEAST_TOLD: usize = 3;

/// An answer without anything that nobody should see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The status.
    pub status: u16,
    /// The header fields, but those that only frame the message.
    pub headers: Vec<(String, String)>,
    /// The body; `None` where it is empty.
    pub body: Option<String>,
}

/// Why an answer cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unkept {
    /// Its body is no text.
    #[error("its body is no text, and only text is kept")]
    NoText,
    /// A secret is spread over several of its values.
    #[error("it holds a secret that cannot be taken out")]
    Secret,
    /// The name of a field would be another one: what is expected of the field would be lost.
    #[error("the name of one of its fields holds what must not be kept")]
    Name,
}

/// The stand-ins of one answer.
#[derive(Debug)]
pub struct StandIns {
    finder: Option<AhoCorasick>,
    others: Vec<String>,
}

impl StandIns {
    fn of(known: IndexMap<String, String>) -> Self {
        let told = known.into_iter().filter(|(value, _)| value.chars().count() >= LEAST_TOLD);
        let (values, others): (Vec<String>, Vec<String>) = told.unzip();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        Self { finder: finder(&values), others }
    }

    /// A text about the answer, with the stand-ins that the answer has.
    pub fn told(&self, text: &str) -> String {
        self.finder.as_ref().map_or_else(|| text.to_owned(), |finder| finder.replace_all(text, &self.others))
    }
}

/// The answer as it may be kept; `codes` are its result codes, which stay, as do those of its errors: each of
/// them is compared once the answer is an example.
pub fn kept(
    answer: &Answer,
    codes: &BTreeSet<String>,
    redactor: &Redactor,
) -> Result<(Kept, StandIns), Unkept> {
    let text = text(answer).map_err(|_| Unkept::NoText)?;
    let json: Option<Value> = serde_json::from_str(&text).ok();
    let fields: Vec<(&str, &str)> = answer.headers.iter().filter(|(name, _)| !is_left_out(name)).collect();
    let of_errors = json.as_ref().map(details).unwrap_or_default().into_values();
    let of_errors = of_errors.flat_map(IndexMap::into_keys);
    let codes: BTreeSet<String> = codes.iter().cloned().chain(of_errors).collect();
    let mut scrubber = Scrubber {
        codes: &codes,
        redactor,
        by_name: Redactor::default(),
        marked: json.as_ref().map(|value| marked(&text, value)).unwrap_or_default(),
        known: IndexMap::new(),
        counts: HashMap::new(),
    };
    for pass in [Pass::Values, Pass::Numbers, Pass::Names, Pass::Secrets] {
        match &json {
            Some(value) => scrubber.collect(value, "", pass),
            None => scrubber.collect_text(&text, pass),
        }
        for (name, value) in &fields {
            scrubber.collect_field(name, value, pass);
        }
    }
    let made = scrubber.put(json.as_ref(), &text, &fields, answer.status)?;
    Ok((made, StandIns::of(scrubber.known)))
}

/// What is collected in this order, so that what is recognised in a kept answer, too, is numbered first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    /// Whole values, and addresses in texts.
    Values,
    /// Parts of texts of which only the form is left.
    Numbers,
    /// Parts of texts that are secret by a name in the text.
    Names,
    /// Parts of texts that are secret by their value.
    Secrets,
}

struct Scrubber<'r> {
    codes: &'r BTreeSet<String>,
    redactor: &'r Redactor,
    /// Knows no value.
    by_name: Redactor,
    /// The texts of the body that are secret for what stands beside them.
    marked: Marked,
    known: IndexMap<String, String>,
    counts: HashMap<Class, u32>,
}

impl Scrubber<'_> {
    fn learn(&mut self, text: &str) {
        self.learn_as(text, text);
    }

    /// The stand-in is that of `plain`.
    fn learn_as(&mut self, text: &str, plain: &str) {
        if self.known.contains_key(text) {
            return;
        }
        let class = class(plain);
        let count = self.counts.entry(class.clone()).or_default();
        let made = stand_in(&class, plain, *count);
        *count += 1;
        self.known.insert(text.to_owned(), made);
    }

    fn is_secret(&self, name: &str, value: &str) -> bool {
        self.by_name.named(name, value) == MASK
    }

    /// Whether the whole of this text of the body, under this name, is replaced.
    fn wants_value(&self, name: &str, value: &Value, text: &str) -> bool {
        let may_be = || !self.codes.contains(text) && recognise(text).is_none();
        self.wants(name, text) || self.marked.has(value) && may_be()
    }

    /// Whether the whole of a text under this name is replaced.
    fn wants(&self, name: &str, text: &str) -> bool {
        if text.is_empty() || self.codes.contains(text) || recognise(text).is_some() {
            return false;
        }
        if is_digits(text) {
            let volatile = is_volatile(name, &Value::from(text));
            return is_told_apart(text) && (volatile || is_personal(name) || self.is_secret(name, text));
        }
        recognised(text).is_some() || is_opaque(text) || is_personal(name) || self.is_secret(name, text)
    }

    /// The same of a number.
    fn wants_number(&self, name: &str, number: &Number) -> bool {
        let literal = number.to_string();
        let named = is_personal(name) || self.is_secret(name, &literal);
        let volatile = is_digits(&literal) && is_volatile(name, &Value::Number(number.clone()));
        !self.codes.contains(&literal)
            && (named || volatile)
            && (!is_digits(&literal) || is_told_apart(&literal))
    }

    fn collect(&mut self, value: &Value, name: &str, pass: Pass) {
        match value {
            Value::String(text) if self.wants_value(name, value, text) => {
                if pass == Pass::Values {
                    self.learn(text);
                }
            }
            Value::String(text) => self.collect_text(text, pass),
            Value::Number(number) if pass == Pass::Values && self.wants_number(name, number) => {
                let literal = number.to_string();
                if is_digits(&literal) {
                    self.learn(&literal);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.collect(item, name, pass)),
            Value::Object(members) => {
                let of_map = is_map(members);
                for (key, value) in members {
                    let is_data = of_map || format_of(key) == Some("email");
                    if is_data && pass == Pass::Values {
                        self.learn(key);
                    } else if !is_data {
                        self.collect_name(key, pass);
                    }
                    self.collect(value, if is_data { name } else { deciding(name, key) }, pass);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The parts of a text that are replaced.
    fn collect_text(&mut self, text: &str, pass: Pass) {
        if pass == Pass::Values {
            self.collect_encoded(text);
        }
        let ranges = match pass {
            Pass::Values => addresses(text),
            Pass::Numbers => numbers(text),
            Pass::Names => self.by_name.hidden_in(text),
            Pass::Secrets => self.redactor.hidden_in(text),
        };
        self.learn_parts(text, ranges);
    }

    /// The parts of the name of a member: a number in it is no phone or card, as names are seldom data.
    fn collect_name(&mut self, name: &str, pass: Pass) {
        match pass {
            Pass::Values => self.learn_parts(name, mailboxes(name)),
            Pass::Numbers => {}
            Pass::Names | Pass::Secrets => self.collect_text(name, pass),
        }
    }

    fn learn_parts(&mut self, text: &str, ranges: Vec<Range<usize>>) {
        for range in ranges {
            if let Some(part) = text.get(whole(text, &range)) {
                self.learn(part);
            }
        }
    }

    /// Percent-encoded addresses: the stand-in of the address, encoded in the same way.
    fn collect_encoded(&mut self, text: &str) {
        for (range, mailbox) in encoded_mailboxes(text) {
            self.learn(&mailbox);
            if let (Some(part), Some(made)) = (text.get(range), self.known.get(&mailbox)) {
                let made = made.replace('@', "%40");
                self.known.insert(part.to_owned(), made);
            }
        }
    }

    fn collect_field(&mut self, name: &str, value: &str, pass: Pass) {
        if name.eq_ignore_ascii_case("content-type") {
            return;
        }
        match secret_part(name, value, self.redactor) {
            Some(range) if pass == Pass::Values => {
                if let Some(part) = value.get(range).filter(|part| !part.is_empty()) {
                    // Where it ends must stay where it ended.
                    let is_cookie = name.eq_ignore_ascii_case("set-cookie");
                    self.learn_as(
                        part,
                        &if is_cookie { part.replace([';', '='], "a") } else { part.to_owned() },
                    );
                }
            }
            Some(_) => {}
            None if self.wants(name, value) => {
                if pass == Pass::Values {
                    self.learn(value);
                }
            }
            None => self.collect_text(value, pass),
        }
    }

    fn put(
        &self,
        json: Option<&Value>,
        text: &str,
        fields: &[(&str, &str)],
        status: u16,
    ) -> Result<Kept, Unkept> {
        let distinct = self.known.iter().filter(|(value, _)| is_distinct(value));
        let (values, others): (Vec<&str>, Vec<&str>) =
            distinct.map(|(value, other)| (value.as_str(), other.as_str())).unzip();
        let within = Within { scrubber: self, finder: finder(&values), others };
        let body = match json {
            Some(value) => {
                let made = within.value(value, "");
                if is_renamed(value, &made) {
                    return Err(Unkept::Name);
                }
                made.to_string()
            }
            None => within.text(text),
        };
        let headers: Vec<(String, String)> =
            fields.iter().map(|(name, value)| (within.text(name), within.field(name, value))).collect();
        let shown = |text: &str| self.redactor.text(text) == text;
        if !shown(&body) || !headers.iter().all(|(name, value)| shown(name) && shown(value)) {
            return Err(Unkept::Secret);
        }
        Ok(Kept { status, headers, body: (!text.is_empty()).then_some(body) })
    }
}

/// What replaces values by their stand-ins.
struct Within<'s> {
    scrubber: &'s Scrubber<'s>,
    finder: Option<AhoCorasick>,
    others: Vec<&'s str>,
}

impl Within<'_> {
    fn known(&self, text: &str) -> String {
        self.scrubber.known.get(text).cloned().unwrap_or_else(|| text.to_owned())
    }

    fn value(&self, value: &Value, name: &str) -> Value {
        match value {
            Value::String(text) if self.scrubber.codes.contains(text) => value.clone(),
            Value::String(text) if self.scrubber.wants_value(name, value, text) => {
                Value::String(self.known(text))
            }
            Value::String(text) => Value::String(self.text(text)),
            Value::Number(number) => self.number(number, name),
            Value::Array(items) => Value::Array(items.iter().map(|item| self.value(item, name)).collect()),
            Value::Object(members) => {
                let of_map = is_map(members);
                let member = |(key, value): (&String, &Value)| {
                    let is_data = of_map || format_of(key) == Some("email");
                    let value = self.value(value, if is_data { name } else { deciding(name, key) });
                    (if is_data { self.known(key) } else { self.text(key) }, value)
                };
                Value::Object(members.iter().map(member).collect())
            }
            Value::Null | Value::Bool(_) => value.clone(),
        }
    }

    fn number(&self, number: &Number, name: &str) -> Value {
        let literal = number.to_string();
        let made = if self.scrubber.wants_number(name, number) {
            match self.scrubber.known.get(&literal) {
                Some(other) => other.clone(),
                // A fraction, or less than nothing, that nobody should know: only its form is left.
                None => literal.chars().map(|c| if c.is_ascii_digit() { '1' } else { c }).collect(),
            }
        } else if is_distinct(&literal) && is_digits(&literal) {
            self.known(&literal)
        } else {
            return Value::Number(number.clone());
        };
        made.parse().map_or_else(|_| Value::Number(number.clone()), Value::Number)
    }

    /// Every secret part and every known value in the text replaced.
    fn text(&self, text: &str) -> String {
        let (mut made, mut done) = (String::with_capacity(text.len()), 0);
        for range in self.scrubber.redactor.hidden_in(text) {
            let range = whole(text, &range);
            let start = range.start.max(done);
            made.push_str(&self.plain(text.get(done..start).unwrap_or_default()));
            made.push_str(&self.known(text.get(start..range.end).unwrap_or_default()));
            done = range.end.max(done);
        }
        made.push_str(&self.plain(text.get(done..).unwrap_or_default()));
        made
    }

    fn plain(&self, text: &str) -> String {
        self.finder.as_ref().map_or_else(|| text.to_owned(), |finder| finder.replace_all(text, &self.others))
    }

    fn field(&self, name: &str, value: &str) -> String {
        if name.eq_ignore_ascii_case("content-type") {
            return value.to_owned();
        }
        match secret_part(name, value, self.scrubber.redactor) {
            Some(range) => {
                let part = |range: Range<usize>| value.get(range).unwrap_or_default();
                let behind = self.text(part(range.end..value.len()));
                format!("{}{}{behind}", self.text(part(0..range.start)), self.known(part(range.clone())))
            }
            None if self.scrubber.wants(name, value) => self.known(value),
            None => self.text(value),
        }
    }
}

/// Made in a time and memory linear in the values: they are as long as the answers of others. (A DFA, which the builder
/// would take for a few of them, is neither: one value of 100 KB that repeats itself took 45 s.)
fn finder(values: &[&str]) -> Option<AhoCorasick> {
    let mut builder = AhoCorasick::builder();
    builder.match_kind(MatchKind::LeftmostLongest).kind(Some(AhoCorasickKind::ContiguousNFA));
    if values.is_empty() { None } else { builder.build(values).ok() }
}

/// The range with the characters that it begins and ends in.
fn whole(text: &str, range: &Range<usize>) -> Range<usize> {
    text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end)
}

/// Nothing but zeros says that there is none.
fn is_told_apart(digits: &str) -> bool {
    digits.bytes().any(|b| b != b'0')
}

/// Whether a value is unlike any word, so that it is the same value wherever it stands.
fn is_distinct(value: &str) -> bool {
    value.chars().count() >= LEAST && value.contains(|c: char| c.is_ascii_digit() || matches!(c, '@' | ' '))
}

/// Whether a field has another name in the answer as it is kept. The keys of a map are data, like its values.
fn is_renamed(value: &Value, kept: &Value) -> bool {
    match (value, kept) {
        (Value::Object(members), Value::Object(kept)) => {
            let is_map = is_map(members);
            let mut both = members.iter().zip(kept);
            members.len() != kept.len()
                || both.any(|((name, value), (new, kept))| !is_map && name != new || is_renamed(value, kept))
        }
        (Value::Array(items), Value::Array(kept)) => {
            items.iter().zip(kept).any(|(item, kept)| is_renamed(item, kept))
        }
        _ => false,
    }
}

/// Whether the names of the object are data, as a schema has it: ids, dates or hashes, of values of one kind, or UUIDs,
/// e-mail addresses or moments.
fn is_map(members: &Map<String, Value>) -> bool {
    fn kind(value: &Value) -> u8 {
        match value {
            Value::Null => 0,
            Value::Bool(_) => 1,
            Value::Number(_) => 2,
            Value::String(_) => 3,
            Value::Array(_) => 4,
            Value::Object(_) => 5,
        }
    }
    let mut kinds = members.values().map(kind).filter(|kind| *kind > 0);
    let first = kinds.next();
    let uniform = kinds.all(|kind| Some(kind) == first);
    let names = |wanted: &dyn Fn(&str) -> bool| members.keys().all(|name| wanted(name));
    let format = |format| names(&move |name| format_of(name) == Some(format));
    let is_hex = |name: &str| {
        name.len() >= 16
            && name.bytes().all(|b| b.is_ascii_hexdigit())
            && name.bytes().any(|b| b.is_ascii_digit())
    };
    let is_no_field = ["uuid", "date-time", "email"].into_iter().any(format);
    let is_data =
        || names(&|name| is_digits(name) && name.len() >= LEAST) || format("date") || names(&is_hex);
    !members.is_empty() && (is_no_field || uniform && is_data())
}

#[cfg(test)]
mod tests;
