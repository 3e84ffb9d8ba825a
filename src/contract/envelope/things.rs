//! What failed is a thing, and not the request, by what the example shows: the items of a list that are in a
//! state ([`shows_things`]), a thing with an identity that is read ([`is_of_thing`]), and a list of errors that
//! was asked for ([`is_listing`]).

use serde_json::{Map, Value};

use super::around::Around;
use super::asked::Asked;
use super::claims::{holds_nothing, whole};
use super::holder::Holder;
use super::names::{
    self, ERROR, ERROR_CODES, ERROR_LISTS, ERROR_TEXTS, FAILED, IDENTITIES, MESSAGES, SUCCEEDED, Word, is_any,
};
use super::pairs::holds_errors;
use crate::contract::pointer::{Step, steps};
use crate::contract::volatile::words;

/// Members in which an envelope holds what was asked for: what has one is no thing, whatever its names are.
const HOLD_DATA: [&str; 3] = ["data", "payload", "result"];

/// How many there are, squeezed.
const COUNTS: [&str; 9] = [
    "total",
    "count",
    "totalcount",
    "totalerrors",
    "errorcount",
    "totalelements",
    "totalitems",
    "totalresults",
    "size",
];

/// Whether the items of a list are things in a state, by what the example of a success shows, so that one
/// with `"status": "error"` is no error of the request.
///
/// A thing keeps what it is in whatever state: an item that has none of the members of the example's is
/// an error in the place of a thing.
pub(super) fn shows_things(example: &[Value], answer: &[Value], asked: &Asked) -> bool {
    let failed = items(answer, asked).find(|item| item.state() == Some(Some(Word::Failure)));
    let Some(failed) = failed else { return false };
    items(example, asked).any(|item| match item.state() {
        Some(Some(_)) => item.is_listed_thing(),
        Some(None) => item.lives_on_in(&failed),
        None => false,
    })
}

/// Whether the items of a list are things whatever they say, under a request that only reads: the name of the
/// list says that they failed (`failed`, `importFailures`), or each that did is more than an error.
pub(super) fn are_things(name: &str, list: &[Value], asked: &Asked) -> bool {
    let mut failed = items(list, asked).filter(|item| item.state() == Some(Some(Word::Failure)));
    asked.only_reads() && (names::is_of_failures(name) || failed.all(|item| item.has_own()))
}

/// The objects of a list.
fn items<'a>(list: &'a [Value], asked: &'a Asked) -> impl Iterator<Item = Holder<'a>> {
    let around = Around::root(asked).items(list.len());
    list.iter().filter_map(Value::as_object).map(move |item| Holder::new(item, around))
}

/// Whether what says that an answer failed belongs to a thing whose identity the example shows, too: an error
/// of its own, at a place that the example has or beside a state, `success` without any account, a state.
///
/// So it is under a request that only reads; where no request is known, under the usual names alone.
pub(super) fn is_of_thing(at: &str, example: &Value, answer: &Value, asked: &Asked) -> bool {
    if asked.is_known() && !asked.only_reads() {
        return false;
    }
    let (mut example, mut answer) = (Some(example), Some(answer));
    for step in steps(at) {
        let (Some(documented), Some(arrived)) = (example, answer) else { return false };
        match (&step, documented, arrived) {
            (Step::Member(name), Value::Object(documented), Value::Object(arrived)) => {
                if is_own(name, documented, arrived, asked) {
                    return true;
                }
                (example, answer) = (documented.get(name.as_ref()), arrived.get(name.as_ref()));
            }
            (Step::Item, Value::Array(documented), Value::Array(arrived)) => {
                (example, answer) = (documented.first(), arrived.first());
            }
            _ => return false,
        }
    }
    false
}

/// Whether a member is the state or the error of an object that is a thing in both.
fn is_own(name: &str, example: &Map<String, Value>, answer: &Map<String, Value>, asked: &Asked) -> bool {
    let Some(plain) = names::plain(name) else { return false };
    let is_usual = is_any(&[&ERROR, &ERROR_LISTS, &ERROR_TEXTS, &ERROR_CODES, &FAILED], &plain);
    let holder = Holder::new(answer, Around::root(asked));
    if holder.is_answer() {
        return false;
    }
    let documented = example.get(name);
    // A number that is zero in a success is a result code.
    let is_code = ERROR_CODES.contains(&plain.as_str()) && documented.is_some_and(Value::is_number);
    let is_word = |value: &Value| value.is_string() && whole(value).is_none();
    // What tells more of it beside the state is an answer to the request.
    let is_told = answer.iter().any(|(name, value)| {
        value.is_string() && names::plain(name).is_some_and(|plain| MESSAGES.contains(&plain.as_str()))
    });
    let is_state = matches!(plain.as_str(), "status" | "state")
        && [documented, answer.get(name)].into_iter().flatten().all(is_word)
        && !is_told;
    // `"error": false` is the flag of an answer.
    let is_flag = [documented, answer.get(name)].into_iter().flatten().any(Value::is_boolean);
    let speaks = is_usual && !is_code && !is_flag
        || asked.is_known() && holds_errors(name)
        || is_state
        || SUCCEEDED.contains(&plain.as_str()) && !holder.accounts();
    let is_shown = documented.is_some();
    // An identity alone may be that of the call (JSON-RPC's `id`); a thing that can fail has a state.
    let has_states = has_state(example) && has_state(answer);
    let is_account = ERROR.contains(&plain.as_str());
    let names_thing = || example.keys().any(|name| answer.contains_key(name) && is_id_of_thing(name));
    speaks && (has_states || is_shown && (!is_account || names_thing())) && {
        let has_own_state = || asked.is_known() && [example, answer].into_iter().all(names_state);
        let needs_id = !is_shown && !asked.is_known();
        shares_identity(example, answer, needs_id) && !holds_data(example) || has_own_state()
    }
}

/// Whether a member is the id of a thing by its name: `run_id`; not that of a call.
fn is_id_of_thing(name: &str) -> bool {
    const CALLS: [&str; 8] = ["request", "trace", "correlation", "log", "call", "message", "span", "session"];
    let words = words(name);
    let [first, .., last] = words.as_slice() else { return false };
    matches!(last.as_str(), "id" | "sid" | "uid") && !CALLS.contains(&first.as_str())
}

/// Whether both have a name of their own under the same name; `needs_id` says that it must be an id.
fn shares_identity(example: &Map<String, Value>, answer: &Map<String, Value>, needs_id: bool) -> bool {
    let identifies = |name: &str, value: &Value| {
        names::plain(name).is_some_and(|plain| {
            let is_id = IDENTITIES.contains(&plain.as_str()) && !holds_nothing(value);
            is_id || !needs_id && names::identifies(name, &plain, value)
        })
    };
    example.iter().any(|(name, value)| {
        identifies(name, value) && answer.get(name).is_some_and(|other| identifies(name, other))
    })
}

fn holds_data(object: &Map<String, Value>) -> bool {
    object.iter().any(|(name, value)| {
        (value.is_object() || value.is_array())
            && names::plain(name).is_some_and(|plain| HOLD_DATA.contains(&plain.as_str()))
    })
}

fn has_state(object: &Map<String, Value>) -> bool {
    object.iter().any(|(name, value)| {
        value.is_string()
            && words(name).last().is_some_and(|last| matches!(last.as_str(), "state" | "status"))
    })
}

/// Whether it has a state under the name of what is in it: `sync_state`.
fn names_state(object: &Map<String, Value>) -> bool {
    object.iter().any(|(name, value)| {
        let words = words(name);
        value.is_string()
            && words.len() > 1
            && words.last().is_some_and(|last| matches!(last.as_str(), "state" | "status"))
            && words.first().is_some_and(|first| !matches!(first.as_str(), "response" | "result" | "http"))
    })
}

/// Whether a place is in a list of errors that was asked for: by the end of the path that was read, or beside
/// how many there are; where no request is known, beside exactly as many as there are.
pub(super) fn is_listing(at: &str, body: &Value, asked: &Asked) -> bool {
    if asked.is_known() && !asked.only_reads() {
        return false;
    }
    let Some(root) = body.as_object() else { return false };
    let Some(Step::Member(name)) = steps(at).next() else { return false };
    let Some(items) = root.get(name.as_ref()).and_then(Value::as_array) else { return false };
    let is_named = ERROR_LISTS.iter().any(|list| *list == name.as_ref()) || holds_errors(&name);
    let counts = || {
        root.iter().any(|(name, value)| {
            let is_count = names::plain(name).is_some_and(|plain| COUNTS.contains(&plain.as_str()));
            is_count
                && value.as_u64().is_some_and(|count| {
                    asked.only_reads() || usize::try_from(count).is_ok_and(|count| count == items.len())
                })
        })
    };
    is_named && (asked.asks_for(&name) || counts())
}
