//! Result codes and the rules by which error envelopes are recognised.
//!
//! [`read`] tries thirteen rules in a fixed order, the first that matches wins; the last of them
//! is the status alone (`rules`). Below 400 an answer may say in many other forms that it failed:
//! these are tried last (`claims`).
//!
//! What says so only beside a success is told by comparison (`Beside`): the example shows success
//! under the name of a flag, the answer failure at the same place, or the reverse, or an error came
//! beside the data (`flips`, and `holder` and `around` for what is data nevertheless). What the request asked for
//! has a say in that (`asked`). XML says that it failed by a fault of SOAP (`soap`). All names stand
//! in `names`.
//!
//! What codes an error carries beside that one is told by the names of its members (`details`)
//! and by the form of their values (`marks`).
//!
//! [`codes_at`] reads codes again at a place that is already known.
//!
//! Guards: a member named `code` in a success is no error, neither is a code that says success
//! (`0`, `OK`, `SUCCESS`) below 400, nor a sentence where a code is looked for.

mod around;
mod asked;
mod claims;
mod details;
mod flips;
mod holder;
mod kinds;
mod listed;
mod marks;
mod named;
mod names;
mod pairs;
mod rules;
mod soap;
mod things;

use std::collections::BTreeSet;

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

pub(crate) use asked::Asked;
pub(crate) use details::{Codes, details, details_of_answer};
pub(crate) use flips::Flags;
pub(super) use flips::read_groups;
pub(crate) use kinds::Kin;
pub(super) use kinds::read_kinds;
pub(crate) use soap::Soap;

use super::pointer;
use crate::message::Headers;

/// Whether an answer says that the request succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Status below 400 and no error envelope.
    Ok,
    /// Status from 400 on, or an error envelope, also inside a status below 400.
    Error,
}

/// A result code and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultCode {
    /// JSON pointer with `*` for array positions; `header:x-amzn-errortype` for AWS; empty where
    /// suite.toml names a code and no example shows its place.
    pub at: String,
    /// The code as text.
    pub code: String,
}

/// What an answer says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Success or error.
    pub outcome: Outcome,
    /// The code, where an error envelope holds one.
    pub code: Option<ResultCode>,
    /// Below 400, and where no error envelope is recognised by its code: the place that says that
    /// the request failed (`/success`).
    pub said_at: Option<String>,
}

/// Nothing says that anything failed.
const SUCCESS: Reading = Reading { outcome: Outcome::Ok, code: None, said_at: None };

/// Reads status, headers and body by the rules; `body` is `None` where it is no JSON.
///
/// ```
/// use serde_json::json;
/// use uphold::contract::{Outcome, envelope};
/// use uphold::message::Headers;
///
/// let body = json!({"users": [{"code": "INVALID_DATA", "status": "error"}]});
/// let reading = envelope::read(200, &Headers::new(), Some(&body));
/// assert_eq!(reading.outcome, Outcome::Error);
/// assert_eq!(reading.code.map(|c| c.at).as_deref(), Some("/users/*/code"));
/// ```
pub fn read(status: u16, headers: &Headers, body: Option<&Value>) -> Reading {
    if let Some(code) = rules::first_match(status, headers, body) {
        return Reading { outcome: Outcome::Error, code: Some(code), said_at: None };
    }
    match body.filter(|_| status < 400).and_then(claims::failure) {
        Some(claim) => Reading { outcome: Outcome::Error, code: claim.code, said_at: Some(claim.at) },
        None if status >= 400 => Reading { outcome: Outcome::Error, code: None, said_at: None },
        None => SUCCESS,
    }
}

/// The same of an example, whose request is known. One that only reads asks a question, and what the
/// example shows may be the answer to it: a word with nothing beside it (`{"result": "fail"}`), or a list
/// of things that failed (`{"failed": […]}`).
pub(super) fn read_example(status: u16, headers: &Headers, body: Option<&Value>, asked: &Asked) -> Reading {
    let reading = read_asked(status, headers, body, asked);
    let Some(body) = body.filter(|_| status < 400 && asked.only_reads()) else { return reading };
    match &reading {
        Reading { code: Some(code), .. } if lists_things(&code.at, body, asked) => {
            match claims::failure(body) {
                // A flag beside the list says so all the same.
                Some(claim) => Reading { outcome: Outcome::Error, code: claim.code, said_at: Some(claim.at) },
                None => SUCCESS,
            }
        }
        Reading { said_at: Some(_), .. } if claims::is_lone_word(body) => SUCCESS,
        _ => reading,
    }
}

/// Whether a code stands in a list whose items are things by themselves.
fn lists_things(at: &str, body: &Value, asked: &Asked) -> bool {
    let Some((list, _)) = at.rsplit_once("/*/").filter(|_| !is_of_first_error(at)) else { return false };
    let name = list.rsplit('/').next().unwrap_or_default();
    let items = pointer::values_at(list, body).into_iter().find_map(Value::as_array);
    items.is_some_and(|items| things::are_things(name, items, asked))
}

/// The same for the answer to a request that is known: a list of errors that was asked for is data.
pub(crate) fn read_asked(status: u16, headers: &Headers, body: Option<&Value>, asked: &Asked) -> Reading {
    let reading = read(status, headers, body);
    let at = reading.code.as_ref().map(|code| code.at.as_str()).or(reading.said_at.as_deref());
    let is_data = status < 400 && at.zip(body).is_some_and(|(at, body)| things::is_listing(at, body, asked));
    if is_data { Reading { outcome: Outcome::Ok, code: None, said_at: None } } else { reading }
}

/// Whether a place is in a list of errors that was asked for.
pub(crate) fn is_listing(at: &str, body: &Value, asked: &Asked) -> bool {
    things::is_listing(at, body, asked)
}

/// What the examples show, for an answer to be held against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beside<'e> {
    /// What the successes of the group show under the names of flags.
    pub(crate) known: &'e Flags,
    /// What the request asks for.
    pub(crate) asked: &'e Asked,
    /// The example itself, where it is JSON.
    pub(crate) example: Option<&'e Value>,
}

impl Beside<'_> {
    /// What an answer says that is read as a success alone: failure at a place where the examples show
    /// success, or where the documented error is told (`said_at`), or an error beside the data where
    /// they have none. `is_freed` tells the places that are not compared.
    pub(crate) fn failure(
        &self,
        said_at: Option<&str>,
        body: &Value,
        is_freed: impl Fn(&str) -> bool,
    ) -> Option<Reading> {
        if self.known.is_empty() && said_at.is_none() {
            return None;
        }
        // Where no flag is known, a body need not be walked through.
        let answer = || Flags::of(body, self.asked);
        let flipped = || self.known.failure(&answer(), &is_freed);
        let claim = match said_at {
            Some(at) => answer().claim_at(at),
            None => (self.known.has_flags().then(flipped).flatten())
                .or_else(|| self.known.newcomer(body, self.asked, &is_freed)),
        }?;
        Some(Reading { outcome: Outcome::Error, code: claim.code, said_at: Some(claim.at) })
    }

    /// What the example says, where it is read as a success alone and yet shows failure at a place at
    /// which the answer shows success.
    pub(crate) fn recovery(&self, body: &Value, is_freed: impl Fn(&str) -> bool) -> Option<Reading> {
        let example = self.example.filter(|_| self.known.fails())?;
        let own = Flags::of(example, self.asked);
        let is_open = |at: &str| is_freed(at) || things::is_listing(at, example, self.asked);
        let claim = own.recovery(&Flags::of(body, self.asked), is_open)?;
        Some(Reading { outcome: Outcome::Error, code: claim.code, said_at: Some(claim.at) })
    }

    /// The codes of what the example shows to have failed, though it is read as a success as a whole: a part of
    /// a batch, what is wrapped. Under a request that only reads, what failed is a thing.
    pub(crate) fn failed_parts(&self) -> IndexMap<String, Codes> {
        let example = self.example.filter(|_| self.known.fails() && !self.asked.only_reads());
        let Some(example) = example else { return IndexMap::new() };
        let failed = Flags::of(example, self.asked).failed_holders();
        let mut codes = details(example);
        codes.retain(|at, _| failed.iter().any(|holder| pointer::is_within(at, holder)));
        codes
    }

    /// Whether an answer shows success at the place where the example says that it failed: then it is not
    /// as failed as that, however alike the values are (`"status": "0"` and `"1"`).
    pub(crate) fn succeeds_at(&self, at: &str, body: &Value) -> bool {
        Flags::of(body, self.asked).succeeds_at(at)
    }

    /// Whether a code stands in a list whose items are things in a state, by what the example shows: then
    /// it is none of the request's.
    pub(crate) fn is_of_things(&self, at: &str, body: &Value) -> bool {
        let Some((list, _)) = at.rsplit_once("/*/") else { return false };
        let items = |body| pointer::values_at(list, body).into_iter().find_map(Value::as_array);
        match self.example.and_then(items).zip(items(body)) {
            Some((example, answer)) if !example.is_empty() => {
                things::shows_things(example, answer, self.asked)
            }
            _ => lists_things(at, body, self.asked),
        }
    }

    /// Whether what says that an answer failed is the state of a thing, or a list of errors that was asked for.
    pub(crate) fn is_of_thing(&self, reading: &Reading, body: &Value) -> bool {
        let at = reading.code.as_ref().map(|code| code.at.as_str()).or(reading.said_at.as_deref());
        let of_thing =
            |at| self.example.is_some_and(|example| things::is_of_thing(at, example, body, self.asked));
        at.is_some_and(|at| of_thing(at) || things::is_listing(at, body, self.asked))
    }
}

/// Whether a body is as an example is at a place where one of them says that it failed
/// ([`Reading::said_at`]): what else there is does not count, so that a member that came or went makes no
/// success of an error, nor an error of a success. `outcome` is that of the example.
pub fn is_alike(at: &str, outcome: Outcome, example: &Value, body: &Value) -> bool {
    claims::is_alike(at, (outcome, example), body)
}

/// Whether a code stands in a list of errors, the first of which is the code of the answer (the rules of
/// Salesforce, Google and `errors`); in any other list each item has its own.
pub(crate) fn is_of_first_error(at: &str) -> bool {
    at == "/*/errorCode"
        || ["/errors/*/", "/error/errors/*/", "/error/details/*/"].iter().any(|list| at.starts_with(list))
}

/// The distinct codes at a place (as in [`ResultCode::at`]), in the order in which they stand.
pub fn codes_at(at: &str, headers: &Headers, body: Option<&Value>) -> Vec<String> {
    let codes = match (at.strip_prefix("header:"), body) {
        // Of several fields of the name the first counts, as for clients and for rule 1.
        (Some(name), _) => headers.get(name).map(rules::aws_name).map(str::to_owned).into_iter().collect(),
        (None, Some(body)) if !at.is_empty() => body_codes(at, body),
        _ => Vec::new(),
    };
    // A list of an answer may hold a million of them.
    codes.into_iter().collect::<IndexSet<String>>().into_iter().collect()
}

fn body_codes(at: &str, body: &Value) -> Vec<String> {
    let shortened = at.ends_with("/__type");
    pointer::values_at(at, body)
        .into_iter()
        .filter_map(rules::scalar)
        .map(|code| if shortened { rules::aws_name(&code).to_owned() } else { code })
        .collect()
}

/// The distinct codes of a success at a place where errors of the same suite carry theirs, under
/// the conditions of [`success_code`].
pub(super) fn success_codes(at: &str, headers: &Headers, body: &Value) -> Vec<ResultCode> {
    if !speaks_of_result(at, body) {
        return Vec::new();
    }
    let codes = codes_at(at, headers, Some(body)).into_iter().filter(|code| rules::is_token(code));
    codes.map(|code| ResultCode { at: at.to_owned(), code }).collect()
}

/// The code of a success, where it stands at one of the places at which errors of the same suite
/// carry theirs (Zoho's `SUCCESS` at `/users/*/code`).
///
/// Only places whose name speaks of a code are looked at, and beside a bare `code` the object must
/// hold a `status` or `message`: a country's `{"code": "US", "name": …}` is data.
pub(super) fn success_code(places: &BTreeSet<String>, headers: &Headers, body: &Value) -> Option<ResultCode> {
    places.iter().filter(|at| speaks_of_result(at, body)).find_map(|at| {
        let code = codes_at(at, headers, Some(body)).into_iter().next()?;
        rules::is_token(&code).then(|| ResultCode { at: at.clone(), code })
    })
}

fn speaks_of_result(at: &str, body: &Value) -> bool {
    let Some((holder, name)) = at.rsplit_once('/') else { return false };
    let name = name.to_ascii_lowercase();
    if name != "code" {
        return name.ends_with("code");
    }
    let holders = pointer::values_at(holder, body);
    !holders.is_empty()
        && holders.iter().all(|value| {
            ["status", "message"].iter().any(|neighbour| value.get(neighbour).is_some_and(Value::is_string))
        })
}

#[cfg(test)]
mod tests;
