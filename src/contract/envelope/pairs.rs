//! Result codes under names that no list has: a scalar beside a text of the same stem (`sCode` and `sMsg`,
//! `RspCode` and `Message`, `RESULT` and `RESPMSG`) says what became of the request, whatever the stem is.
//! And members that hold errors, by the last word of their names (`insertErrors`, `transaction_error`).

use std::collections::HashSet;

use serde_json::Value;

use super::claims::{told, whole};
use super::names::{Word, complains, is_fine, word};
use super::rules::is_token;
use crate::contract::volatile::words;

/// How the squeezed name of a code ends; what is left is its stem.
const CODE_ENDS: [&str; 3] = ["code", "cd", "errno"];

/// Names of codes that are a stem as a whole.
const BARE: [&str; 8] = ["status", "result", "response", "resp", "ret", "res", "rc", "type"];

/// How the squeezed name of a text beside a code ends.
const TEXT_ENDS: [&str; 11] = [
    "message",
    "msg",
    "mesg",
    "description",
    "desc",
    "text",
    "string",
    "details",
    "detail",
    "reason",
    "info",
];

/// Stems that say no more than that this is the result; also at the end of a longer one.
const RESULTS: [&str; 14] = [
    "result", "response", "reply", "rep", "resp", "rsp", "res", "return", "retn", "rtn", "ret", "rslt", "rc",
    "error",
];

/// Words under the name of a result code, beside those that say it under any name, squeezed.
const WENT_WELL: [&str; 15] = [
    "s",
    "authorised",
    "authorized",
    "approved",
    "accepted",
    "completed",
    "complete",
    "captured",
    "settled",
    "paid",
    "processed",
    "passed",
    "pass",
    "confirmed",
    "done",
];

/// The same for failure.
const WENT_WRONG: [&str; 14] = [
    "e",
    "a",
    "f",
    "n",
    "refused",
    "rejected",
    "declined",
    "aborted",
    "expired",
    "blocked",
    "ng",
    "nack",
    "timeout",
    "notauthed",
];

/// What the name of a member that holds errors ends in, as a word.
const ERROR_ENDS: [&str; 9] =
    ["error", "errors", "failed", "failure", "failures", "exception", "exceptions", "fault", "faults"];

/// What the name of a member begins with that holds what an API left undone of a batch (`UnprocessedItems`).
const LEFT: &str = "unprocessed";

/// What the name of a flag begins with that ends in `status`: `TransactionStatus`.
const REQUESTS: [&str; 6] = ["transaction", "payment", "request", "operation", "response", "result"];

/// The stem of the name of a code.
fn code_stem(plain: &str) -> Option<&str> {
    if BARE.contains(&plain) {
        return Some(plain);
    }
    CODE_ENDS.iter().find_map(|end| plain.strip_suffix(end))
}

fn text_stem(plain: &str) -> Option<&str> {
    TEXT_ENDS.iter().find_map(|end| plain.strip_suffix(end))
}

/// A stem without what only says that it is a result.
fn bare(stem: &str) -> &str {
    if stem == "type" {
        return "";
    }
    RESULTS.iter().find_map(|end| stem.strip_suffix(end)).unwrap_or(stem)
}

/// The texts beside a code that tell what it says.
pub(super) fn texts<'m>(
    plain: &'m str,
    members: &'m [(String, &'m str, &'m Value)],
) -> impl Iterator<Item = &'m str> {
    let stem = code_stem(plain).map(bare);
    let needs_own = needs_own(plain);
    members.iter().filter_map(move |(name, _, value)| {
        let text = text_stem(name).filter(|text| !needs_own || !text.is_empty())?;
        (stem == Some(bare(text)) && name != plain).then(|| value.as_str())?
    })
}

/// The members that are codes beside a text, by their squeezed names.
pub(super) fn paired(members: &[(String, &str, &Value)]) -> HashSet<String> {
    let texts = members.iter().filter(|(.., value)| value.is_string());
    let stems: HashSet<&str> = texts.filter_map(|(name, ..)| text_stem(name)).collect();
    if stems.is_empty() {
        return HashSet::new();
    }
    let bare_stems: HashSet<&str> = stems.iter().copied().map(bare).collect();
    let own_stems: HashSet<&str> = stems.iter().copied().filter(|stem| !stem.is_empty()).map(bare).collect();
    let is_paired = |plain: &&String| {
        let stems = if needs_own(plain) { &own_stems } else { &bare_stems };
        code_stem(plain).is_some_and(|stem| stems.contains(bare(stem)))
    };
    members.iter().map(|(plain, ..)| plain).filter(is_paired).cloned().collect()
}

/// Whether a code is none beside any message: what is counted or computed may stand beside one, too.
fn needs_own(plain: &str) -> bool {
    BARE.contains(&plain) && plain != "type"
}

/// What a code says, beside the texts of its stem.
pub(super) fn says<'t>(plain: &str, value: &Value, texts: impl Iterator<Item = &'t str>) -> Option<Word> {
    let texts: Vec<&str> = texts.filter(|text| told(&Value::from(*text)).is_some()).collect();
    let is_fine_text = !texts.is_empty() && texts.iter().all(|text| is_fine(text));
    // The code of a colour has a text, too.
    let is_result = code_stem(plain).is_some_and(|stem| matches!(bare(stem), "" | "status"));
    let number = |number| number_says(number, is_fine_text, &texts, is_result);
    match value {
        Value::Number(_) => number(whole(value)?),
        Value::String(text) if whole(value).is_some() => number(text.parse().ok()?),
        Value::String(text) => outcome(text).filter(|_| plain != "type" || text.len() == 1).or_else(|| {
            let fails = is_token(text) && plain != "type" && !is_fine(text);
            let complain = complains(text) || texts.iter().any(|text| complains(text));
            (fails && !is_fine_text && complain).then_some(Word::Failure)
        }),
        _ => None,
    }
}

fn number_says(number: i64, is_fine_text: bool, texts: &[&str], is_result: bool) -> Option<Word> {
    if number == 0
        || (200..300).contains(&number) && texts.iter().all(|text| !complains(text))
        || is_fine_text
    {
        return Some(Word::Success);
    }
    let complain = texts.iter().any(|text| complains(text));
    (complain || is_result && !texts.is_empty()).then_some(Word::Failure)
}

/// Whether an object says in words that something failed.
pub(super) fn complain(members: &[(String, &str, &Value)]) -> bool {
    members.iter().any(|(plain, _, value)| {
        let text = value.as_str().unwrap_or_default();
        let explains = plain == "error" || text_stem(plain).is_some();
        word(text) == Some(Word::Failure) || explains && told(value).is_some_and(complains)
    })
}

/// What a word says under the name of a result code.
pub(super) fn outcome(text: &str) -> Option<Word> {
    let squeezed = super::names::plain(text.trim())?;
    word(text).or_else(|| {
        if WENT_WELL.contains(&squeezed.as_str()) {
            return Some(Word::Success);
        }
        WENT_WRONG.contains(&squeezed.as_str()).then_some(Word::Failure)
    })
}

/// Whether a member holds errors, by the last word of its name.
pub(super) fn holds_errors(name: &str) -> bool {
    let words = words(name);
    let Some(last) = words.last() else { return false };
    // Failures alone are what a report counts or lists.
    let is_whole = words.len() == 1 && last != "failed";
    let is_left = words.first().is_some_and(|first| first == LEFT);
    is_left || ERROR_ENDS.contains(&last.as_str()) && !is_whole && !super::names::is_past(name)
}

/// Whether a member, by its squeezed name, holds what was left undone.
pub(super) fn is_left(plain: &str) -> bool {
    plain.starts_with(LEFT)
}

/// Whether nothing was left undone, and whether something was; how much says nothing.
pub(super) fn left(value: &Value) -> Option<(bool, bool)> {
    let is_empty = match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => return None,
    };
    Some((is_empty, !is_empty))
}

/// Whether a member is the flag of a request (`TransactionStatus`).
pub(super) fn is_flag(name: &str) -> bool {
    let words = words(name);
    let [first, last] = words.as_slice() else { return false };
    REQUESTS.contains(&first.as_str()) && matches!(last.as_str(), "status" | "success" | "succeeded")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(body: &Value, name: &str) -> Option<Word> {
        let members: Vec<_> = body
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (super::super::names::squeezed(name), name.as_str(), value))
            .collect();
        let plain = super::super::names::squeezed(name);
        paired(&members).contains(&plain).then(|| says(&plain, body.get(name)?, texts(&plain, &members)))?
    }

    #[test]
    fn a_code_beside_a_text_of_its_stem() {
        for (body, name, wanted) in [
            (json!({"RspCode": "00", "Message": "Confirm Success"}), "RspCode", Some(Word::Success)),
            (json!({"RspCode": "97", "Message": "Invalid signature"}), "RspCode", Some(Word::Failure)),
            (json!({"fooCode": 0, "fooDesc": ""}), "fooCode", Some(Word::Success)),
            (json!({"fooCode": 31, "fooDesc": "no credit"}), "fooCode", Some(Word::Failure)),
            (json!({"return_code": 1, "return_message": "OK"}), "return_code", Some(Word::Success)),
            (json!({"res_cd": "8012", "res_msg": "card"}), "res_cd", Some(Word::Failure)),
            (json!({"TYPE": "S", "MESSAGE": "saved"}), "TYPE", Some(Word::Success)),
            (json!({"TYPE": "E", "MESSAGE": "bad"}), "TYPE", Some(Word::Failure)),
            (json!({"type": "user", "message": "hello"}), "type", None),
            (json!({"RESULT": "12", "RESPMSG": "Declined"}), "RESULT", Some(Word::Failure)),
            (json!({"result": 12, "message": "computed"}), "result", None),
            (json!({"fooCode": 31, "barDesc": "no credit"}), "fooCode", None),
            (json!({"colorCode": 17, "colorDesc": "a warm red"}), "colorCode", None),
            (json!({"colorCode": "RED", "colorDesc": "a warm red"}), "colorCode", None),
        ] {
            assert_eq!(said(&body, name), wanted, "{body}");
        }
    }

    #[test]
    fn names_of_errors() {
        for name in [
            "insertErrors",
            "partialFailureError",
            "transaction_error",
            "Failed",
            "write-errors",
            "UnprocessedItems",
            "unprocessed",
        ] {
            assert!(holds_errors(name), "{name}");
        }
        for name in [
            "errorCount",
            "terror",
            "failedAt",
            "mirrors",
            "last_error",
            "failures",
            "notUnprocessed",
            "processed",
        ] {
            assert!(!holds_errors(name), "{name}");
        }
    }
}
