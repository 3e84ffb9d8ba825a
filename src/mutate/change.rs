//! One change, and how it is made.

use bytes::Bytes;
use serde_json::Value;

use super::base::Base;
use super::draw::Dice;
use super::fresh;
use super::kind::Kind;
use crate::contract::pointer::unescape;
use crate::message::Answer;

/// One change of an answer: its kind, its place, and how it is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Mutation {
    /// The kind.
    pub kind: Kind,
    /// Where: a JSON pointer with `*` for array positions and `{key}` for the keys of a map, or
    /// `header:name` in lower case; empty for the answer as a whole.
    pub at: String,
    /// What becomes what, for people: `string to null`.
    pub what: String,
    pub(super) change: Change,
}

/// The header field in which AWS names an error.
pub(super) const ERROR_TYPE: &str = "x-amzn-errortype";

/// How an answer is changed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    Status(u16),
    /// Another value, or none.
    Header(String, Option<String>),
    /// Another body as a whole.
    Bytes(Bytes),
    /// The body up to there.
    CutAt(usize),
    /// Another JSON as a whole; AWS' error header goes with the error that it names.
    Whole(Value),
    /// The same, with the error header of the example that documents it, where it has one.
    Twin(Value, Option<String>),
    /// Another value at a pointer.
    Set(String, Value),
    Remove(String),
    /// A member that is new in the object at a pointer.
    Insert(String),
    /// The first item of the array at a pointer once more.
    Repeat(String),
    /// Other keys in the map at a pointer.
    Rename(String),
    Reverse,
    /// New volatile values, but for those at the patterns.
    Fresh(Vec<String>),
    Indent,
}

impl Mutation {
    pub(super) fn new(kind: Kind, at: impl Into<String>, what: impl Into<String>, change: Change) -> Self {
        Self { kind, at: at.into(), what: what.into(), change }
    }

    /// The changed answer. `None` where the place is not in the body, or nothing in it is volatile.
    pub fn apply(&self, base: &Base, seed: u64) -> Option<Answer> {
        let unchanged = || base.answer.clone();
        Some(match &self.change {
            Change::Status(status) => Answer { status: *status, ..unchanged() },
            Change::Header(name, value) => {
                let mut answer = unchanged();
                match value {
                    Some(value) => answer.headers.set(name, value.clone()),
                    None => answer.headers.remove(name),
                }
                answer
            }
            Change::Bytes(body) => Answer { body: body.clone(), ..unchanged() },
            Change::CutAt(end) => {
                let end = (*end).min(base.answer.body.len());
                Answer { body: base.answer.body.slice(..end), ..unchanged() }
            }
            Change::Whole(value) => {
                let mut answer = base.with_json(value);
                answer.headers.remove(ERROR_TYPE);
                answer
            }
            Change::Twin(value, error) => {
                let mut answer = base.with_json(value);
                match error {
                    Some(error) => answer.headers.set(ERROR_TYPE, error.clone()),
                    None => answer.headers.remove(ERROR_TYPE),
                }
                answer
            }
            Change::Indent => {
                let text = serde_json::to_string_pretty(base.json.as_ref()?).ok()?;
                base.with_text(&format!("\u{feff}\r\n{text}\r\n"))
            }
            of_json => {
                let mut json = base.json.clone()?;
                of_json.within(&mut json, seed)?;
                base.with_json(&json)
            }
        })
    }
}

impl Change {
    /// The pointer of the place that is changed in a body.
    pub(super) fn pointer(&self) -> Option<&str> {
        match self {
            Self::Set(pointer, _)
            | Self::Remove(pointer)
            | Self::Insert(pointer)
            | Self::Repeat(pointer)
            | Self::Rename(pointer) => Some(pointer),
            _ => None,
        }
    }

    fn within(&self, json: &mut Value, seed: u64) -> Option<()> {
        match self {
            Self::Set(pointer, value) => *json.pointer_mut(pointer)? = value.clone(),
            Self::Remove(pointer) => {
                let (holder, name) = pointer.rsplit_once('/')?;
                json.pointer_mut(holder)?.as_object_mut()?.shift_remove(unescape(name).as_ref())?;
            }
            Self::Insert(pointer) => {
                let added = serde_json::json!({ "new": [1] });
                json.pointer_mut(pointer)?.as_object_mut()?.insert("upholdAdded".to_owned(), added);
            }
            Self::Repeat(pointer) => {
                let items = json.pointer_mut(pointer)?.as_array_mut()?;
                items.push(items.first()?.clone());
            }
            Self::Rename(pointer) => {
                let members = json.pointer_mut(pointer)?.as_object_mut()?;
                fresh::rename(members, &mut Dice::new(seed, pointer));
            }
            Self::Reverse => reverse(json),
            Self::Fresh(kept) => {
                let keep: Vec<&str> = kept.iter().map(String::as_str).collect();
                let renewed = fresh::fresh(json, &keep, false, seed);
                if renewed == *json {
                    return None;
                }
                *json = renewed;
            }
            Self::Status(_)
            | Self::Header(..)
            | Self::Bytes(_)
            | Self::CutAt(_)
            | Self::Whole(_)
            | Self::Twin(..)
            | Self::Indent => return None,
        }
        Some(())
    }
}

fn reverse(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(reverse),
        Value::Object(members) => {
            let old = std::mem::take(members);
            for (name, mut value) in old.into_iter().rev() {
                reverse(&mut value);
                members.insert(name, value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
