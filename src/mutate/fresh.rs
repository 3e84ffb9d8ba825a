//! New values of the same class: what a second call of the same API answers.

use std::collections::BTreeSet;

use serde_json::{Map, Number, Value};

use super::base::Base;
use super::draw::Dice;
use crate::contract::headers::{is_free_value, is_ignored};
use crate::contract::json::kind;
use crate::contract::pointer::{Trail, names};
use crate::contract::uri::{id_class, is_uri, pieces};
use crate::contract::volatile::{is_opaque, is_timestamp, is_volatile};
use crate::message::{Answer, Headers};

/// Names of numbers that count something.
const COUNTERS: &[&str] =
    &["count", "total", "page", "size", "limit", "offset", "length", "remaining", "index"];

/// The body with a new value at every place whose value is volatile ([`is_volatile`]): digits become
/// other digits, letters other letters of the same case, dates other dates. Values at the places of
/// `keep` (patterns with `*`) stay. With `counters`, numbers under the names of [`COUNTERS`] are new, too.
pub(super) fn fresh(body: &Value, keep: &[&str], counters: bool, seed: u64) -> Value {
    let mut body = body.clone();
    let mut renewal = Renewal { keep, counters, dice: Dice::new(seed, "fresh") };
    renewal.value(&mut body, &Trail::ROOT);
    body
}

/// The answer as another call of the same API would have it: volatile values of the body new, counts
/// counted on, members in another order, maps under other keys, volatile header fields new. The result
/// code at `code` stays.
pub fn another_call(base: &Base, code: Option<&str>, seed: u64) -> Answer {
    let mut dice = Dice::new(seed, "another call");
    let keep: Vec<&str> = code.into_iter().collect();
    let answer = match &base.json {
        Some(body) => {
            let mut body = fresh(body, &keep, true, seed);
            shuffle(&mut body, &mut dice);
            base.with_json(&body)
        }
        None => base.answer.clone(),
    };
    let field = |(name, value): (&str, &str)| {
        let lower = name.to_ascii_lowercase();
        let by_name = is_ignored(&lower) && !lower.starts_with("content-");
        let value = match by_name || is_free_value(&lower, value) {
            true => text(value, &mut dice),
            false if is_uri(value) => uri(value, &mut dice),
            false => value.to_owned(),
        };
        (name.to_owned(), value)
    };
    let headers: Headers = base.answer.headers.iter().map(field).collect();
    Answer { headers, ..answer }
}

fn shuffle(value: &mut Value, dice: &mut Dice) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| shuffle(item, dice)),
        Value::Object(members) => {
            if is_map(members) {
                rename(members, dice);
            }
            let mut rest: Vec<_> = std::mem::take(members).into_iter().collect();
            while !rest.is_empty() {
                let (name, mut value) = rest.swap_remove(dice.position(rest.len()));
                shuffle(&mut value, dice);
                members.insert(name, value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Gives the members of a map other names of the same class.
pub(super) fn rename(members: &mut Map<String, Value>, dice: &mut Dice) {
    let old = std::mem::take(members);
    for (name, value) in old {
        let new = text(&name, dice);
        let new = if members.contains_key(&new) { name } else { new };
        members.insert(new, value);
    }
}

/// Whether the names of an object are data: all of them what generators write for any name (`key_0`,
/// `additionalProp1`, `property1`); or, with values of one type, numbers (one of them with at least six
/// digits, or several of any length), UUIDs, dates, e-mail addresses or hexadecimal of at least 16.
fn is_map(members: &Map<String, Value>) -> bool {
    if members.is_empty() {
        return false;
    }
    if members.keys().all(|name| is_marker(name)) {
        return true;
    }
    let kinds = members.values().map(kind).filter(|kind| *kind != "null");
    let kinds: BTreeSet<&str> = kinds.map(|kind| if kind == "integer" { "number" } else { kind }).collect();
    let digits = members.len() > 1 && members.keys().all(|name| is_digits(name));
    kinds.len() == 1 && (digits || members.keys().all(|name| is_data(name)))
}

fn is_digits(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit())
}

fn is_marker(name: &str) -> bool {
    ["key_", "additionalProp", "property"].iter().any(|start| name.strip_prefix(start).is_some_and(is_digits))
}

fn is_data(name: &str) -> bool {
    let hex = name.len() >= 16
        && name.bytes().all(|b| b.is_ascii_hexdigit())
        && name.bytes().any(|b| b.is_ascii_digit());
    let uuid = name.len() == 36 && name.matches('-').count() == 4 && is_opaque(name);
    let mail = name.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && host.contains('.') && !name.contains(char::is_whitespace)
    });
    name.len() >= 6 && is_digits(name) || hex || uuid || mail || is_timestamp(name)
}

struct Renewal<'k> {
    keep: &'k [&'k str],
    counters: bool,
    dice: Dice,
}

impl Renewal<'_> {
    fn value(&mut self, value: &mut Value, trail: &Trail<'_>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members.iter_mut() {
                    self.value(value, &trail.key(name));
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.value(item, &trail.index(index));
                }
            }
            Value::Null | Value::Bool(_) => {}
            Value::Number(_) | Value::String(_) => self.scalar(value, trail),
        }
    }

    fn scalar(&mut self, value: &mut Value, trail: &Trail<'_>) {
        let volatile = is_volatile(trail.name(), value);
        let name = trail.name().to_ascii_lowercase();
        let counts = self.counters && value.is_number() && COUNTERS.iter().any(|known| name.contains(known));
        if !(volatile || counts) {
            return;
        }
        let place = trail.place();
        if self.keep.iter().any(|pattern| names(pattern, &place.concrete)) {
            return;
        }
        match value {
            // `"token_type": "bearer"`: the name speaks of a token, the value is a word.
            Value::String(old) if old.bytes().any(|b| b.is_ascii_digit()) => *old = text(old, &mut self.dice),
            Value::Number(old) => *old = number(old, &mut self.dice),
            _ => {}
        }
    }
}

/// Another integer of the same number of digits; what is no integer of 64 bits stays.
fn number(old: &Number, dice: &mut Dice) -> Number {
    let Some(old_value) = old.as_u64() else { return old.clone() };
    let mut top: u64 = 10;
    while old_value >= top && top < 1_000_000_000_000_000_000 {
        top *= 10;
    }
    // Epochs stay between 2001 and 2033 or so: only the lower half of the digits is new.
    let step = if top > 1_000_000_000 { top / 100_000 } else { top };
    let bottom = if top == 10 { 0 } else { top / 10 };
    Number::from((old_value - old_value % step + dice.below(step)).max(bottom))
}

/// The same URI with other ids.
fn uri(old: &str, dice: &mut Dice) -> String {
    pieces(old)
        .map(|piece| if id_class(piece).is_some() { text(piece, dice) } else { piece.to_owned() })
        .collect()
}

/// Another text of the same form.
pub(super) fn text(old: &str, dice: &mut Dice) -> String {
    if old.bytes().all(|b| b.is_ascii_digit() || b == b'.') && old.contains('.') {
        // An address or a version: not any digits would do.
        return old.to_owned();
    }
    if is_timestamp(old) {
        return moment(old, dice);
    }
    // Scheme, host and the host of an address stay: a URL is still a URL.
    let from = old.find("://").map_or(0, |at| {
        let host = at + 3;
        old.get(host..).and_then(|rest| rest.find('/')).map_or(old.len(), |slash| host + slash)
    });
    let until = old.find('@').filter(|at| *at > from).unwrap_or(old.len());
    let renewed =
        |(at, c): (usize, char)| if at < from || at >= until { c } else { letter(c, at == from, dice) };
    old.char_indices().map(renewed).collect()
}

/// Another character of the same class; a first digit stays above 0, hexadecimal stays so.
fn letter(old: char, first: bool, dice: &mut Dice) -> char {
    let of = |alphabet: &[u8], dice: &mut Dice| {
        alphabet.get(dice.position(alphabet.len())).map_or(old, |byte| char::from(*byte))
    };
    match old {
        '0' if first => '0',
        '0'..='9' if first => of(b"123456789", dice),
        '0'..='9' => of(b"0123456789", dice),
        'a'..='f' => of(b"abcdef", dice),
        'g'..='z' => of(b"ghijklmnopqrstuvwxyz", dice),
        'A'..='F' => of(b"ABCDEF", dice),
        'G'..='Z' => of(b"GHIJKLMNOPQRSTUVWXYZ", dice),
        other => other,
    }
}

/// Another point in time in the same notation: the day of the month (where it is written
/// `YYYY-MM-DD`) and the time of day are new.
fn moment(old: &str, dice: &mut Dice) -> String {
    let mut bytes = old.as_bytes().to_vec();
    let mut put = |at: usize, number: u64| {
        let digits = [
            b'0' + u8::try_from(number / 10 % 10).unwrap_or(0),
            b'0' + u8::try_from(number % 10).unwrap_or(0),
        ];
        if let Some(two) = bytes.get_mut(at..at + 2)
            && two.iter().all(u8::is_ascii_digit)
        {
            two.copy_from_slice(&digits);
        }
    };
    let dated = old.as_bytes().get(4) == Some(&b'-') && old.as_bytes().get(7) == Some(&b'-');
    if dated {
        put(8, 1 + dice.below(28));
    }
    let colon = old.find(':').filter(|at| *at >= 2 && (!dated || *at == 13));
    if let Some(colon) = colon {
        put(colon - 2, dice.below(24));
        put(colon + 1, dice.below(60));
        if old.as_bytes().get(colon + 3) == Some(&b':') {
            put(colon + 4, dice.below(60));
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| old.to_owned())
}
