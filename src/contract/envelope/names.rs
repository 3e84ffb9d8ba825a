//! What members of an answer are called, and the words that stand in them: each list once.
//!
//! Names are compared without case, `_`, `-`, `@` and spaces ([`squeezed`]): `error_code`, `ErrorCode` and
//! `errorCode` are one. Names that only one API has, as it writes them, stand in the rule of that API
//! (`rules`).

use serde_json::Value;

use super::rules::says_success;
use crate::placeholder::recognise;

/// True in a success, false in a failure.
pub(super) const SUCCEEDED: [&str; 8] =
    ["success", "ok", "succeeded", "successful", "issuccess", "issuccessful", "issucceeded", "isok"];

/// False in a success, true in a failure.
pub(super) const FAILED: [&str; 6] =
    ["iserror", "haserror", "haserrors", "iserrored", "iserroredonprocessing", "isfailed"];

/// The error itself, in any form: false, null, zero or empty in a success.
pub(super) const ERROR: [&str; 2] = ["error", "err"];

/// Errors, in a list or by the names of fields: empty in a success.
pub(super) const ERROR_LISTS: [&str; 3] = ["errors", "usererrors", "faults"];

/// What the error says: empty in a success.
pub(super) const ERROR_TEXTS: [&str; 6] =
    ["errormessage", "errormsg", "errmsg", "errordescription", "errortext", "errtext"];

/// The number of the error: zero in a success, and never data.
pub(super) const ERROR_CODES: [&str; 4] = ["errcode", "errno", "errorcode", "errorno"];

/// What became of the request, as a number or a word; never data either.
pub(super) const RESULT_CODES: [&str; 5] = ["retcode", "resultcode", "responsecode", "returncode", "ack"];

/// What became of the request, as a number or a word; but it may be data as well.
pub(super) const VERDICTS: [&str; 8] =
    ["status", "stat", "result", "response", "code", "ret", "cod", "responsestatus"];

/// The status of HTTP, in a body.
pub(super) const STATUSES: [&str; 2] = ["statuscode", "httpstatuscode"];

/// Texts that say what happened, in a success as in a failure.
pub(super) const MESSAGES: [&str; 10] = [
    "message",
    "msg",
    "detail",
    "description",
    "reason",
    "resultmessage",
    "resultmsg",
    "responsemessage",
    "returnmsg",
    "retmsg",
];

/// Where the code of an error stands, beside what says that there is one; the first counts.
pub(super) const CODES: [&str; 7] = ["code", "errorcode", "errcode", "errno", "resultcode", "err", "error"];

/// Names of things; what becomes of a request has none.
pub(super) const IDENTITIES: [&str; 4] = ["id", "uuid", "guid", "sid"];

/// How the names of things end, as they are written: `job_id`, `orderId`, `invoiceNumber`.
const IDENTITY_ENDS: [&str; 14] = [
    "_id", "-id", "Id", "ID", "_uuid", "Uuid", "UUID", "_guid", "Guid", "_number", "Number", "_arn", "Arn",
    "Handle",
];

/// Names of things that have no end of these.
const OWN_NAMES: [&str; 8] = ["key", "name", "number", "slug", "reference", "ref", "iid", "uid"];

/// What such a name begins with that is the one of a call, of its caller or of a page, and of no thing.
const OF_CALLS: [&str; 14] = [
    "request",
    "req",
    "trace",
    "correlation",
    "log",
    "session",
    "span",
    "client",
    "app",
    "open",
    "prepay",
    "tenant",
    "page",
    "xrequest",
];

/// Members in which an answer holds what was asked for.
pub(super) const DATA: [&str; 6] = ["data", "payload", "results", "body", "response", "output"];

/// Under these names, and those that end in one of them, an answer speaks of itself.
const CONTAINERS: [&str; 14] = [
    "data",
    "payload",
    "result",
    "results",
    "response",
    "responses",
    "body",
    "output",
    "reply",
    "answer",
    "return",
    "outcome",
    "messages",
    "operation",
];

/// What an operation is called by (`productCreate`, `deleteUser`): an object of that name is its result.
const VERBS: [&str; 19] = [
    "create",
    "update",
    "delete",
    "add",
    "remove",
    "set",
    "send",
    "login",
    "logout",
    "save",
    "submit",
    "upload",
    "register",
    "cancel",
    "charge",
    "insert",
    "upsert",
    "import",
    "subscribe",
];

/// What the name of an event that is over begins with (`last_response`).
const PAST: [&str; 5] = ["last", "latest", "previous", "prior", "recent"];

/// States, by a word: those of a thing, too.
pub(super) const STATES: [&str; 5] = ["status", "stat", "result", "response", "responsestatus"];

/// What kind of thing it is.
pub(super) const KINDS: [&str; 5] = ["type", "kind", "event", "eventtype", "object"];

/// How grave a line of a log is.
pub(super) const LEVELS: [&str; 2] = ["level", "severity"];

/// The answer within an answer, or what it is called by: a part of a batch, a call of JSON-RPC.
pub(super) const ANSWERS: [&str; 2] = ["body", "jsonrpc"];

/// What one request of many got: texts, errors, or the answer itself. A thing with a state has none.
pub(super) const ACCOUNTS: [&[&str]; 6] =
    [&ERROR, &ERROR_LISTS, &ERROR_TEXTS, &MESSAGES, &ANSWERS, &["details"]];

/// How many; a flag beside them is a number, too.
pub(super) const COUNTS: [&str; 8] =
    ["failed", "failure", "failures", "fail", "total", "count", "error", "errors"];

/// What a validator or a linter finds; beside a verdict on the data these are no errors of the request.
pub(super) const FINDINGS: [&str; 5] = ["errors", "warnings", "infos", "notices", "hints"];

/// The verdict of a validator on the data.
pub(super) const VALID: [&str; 2] = ["valid", "isvalid"];

/// Members of the root that speak of the request and hold no data.
pub(super) const HEADS: [&str; 6] = ["meta", "header", "responseheader", "responsestatus", "head", "status"];

/// What envelopes have beside all that is named above.
const NEIGHBOURS: [&str; 36] = [
    "statustext",
    "results",
    "data",
    "payload",
    "body",
    "messages",
    "details",
    "title",
    "type",
    "path",
    "method",
    "field",
    "fields",
    "param",
    "timestamp",
    "time",
    "ts",
    "date",
    "requestid",
    "traceid",
    "correlationid",
    "logid",
    "version",
    "apiversion",
    "extensions",
    "warnings",
    "info",
    "help",
    "moreinfo",
    "documentationurl",
    "cause",
    "exception",
    "stack",
    "jsonrpc",
    "duration",
    "took",
];

/// What [`is_of_envelope`] knows beside [`FLAGS`].
const BESIDE_FLAGS: [&[&str]; 4] = [&MESSAGES, &HEADS, &NEIGHBOURS, &IDENTITIES];

/// Texts that say what happened, those of errors included.
pub(super) const TEXTS: [&[&str]; 3] = [&MESSAGES, &["error"], &ERROR_TEXTS];

/// Texts that are there in a failure only.
pub(super) const FAILURE_TEXTS: [&[&str]; 2] = [&ERROR, &ERROR_TEXTS];

/// All that is false, null, zero or empty in a success.
pub(super) const FAILURES: [&[&str]; 4] = [&FAILED, &ERROR, &ERROR_LISTS, &ERROR_TEXTS];

/// All under which an answer says what became of the request.
pub(super) const FLAGS: [&[&str]; 9] = [
    &SUCCEEDED,
    &FAILED,
    &ERROR,
    &ERROR_LISTS,
    &ERROR_TEXTS,
    &ERROR_CODES,
    &RESULT_CODES,
    &VERDICTS,
    &STATUSES,
];

/// What a status says of a failure, whatever stands beside it, in lower case.
pub(super) const FAILURE_WORDS: [&str; 5] = ["error", "fail", "failure", "failed", "false"];

/// Words for success, squeezed.
const GOOD: [&str; 8] =
    ["ok", "okay", "success", "successful", "succeeded", "successwithwarning", "successfully", "true"];

/// Words for failure where another answer says success at the same place, squeezed.
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

/// Texts that say of themselves that nothing is wrong.
const FINE: [&str; 12] = [
    "",
    "ok",
    "okay",
    "none",
    "no error",
    "no errors",
    "done",
    "completed",
    "accepted",
    "created",
    "null",
    "n/a",
];

/// Parts of texts that read as an error.
const COMPLAINTS: [&str; 37] = [
    "error",
    "fail",
    "invalid",
    "bad",
    "not ",
    "n't",
    "cannot",
    "unable",
    "denied",
    "deny",
    "missing",
    "unauthori",
    "forbidden",
    "expired",
    "required",
    "wrong",
    "unknown",
    "exceed",
    "limit",
    "illegal",
    "incorrect",
    "exception",
    "unsupported",
    "duplicate",
    "conflict",
    "exist",
    "timeout",
    "timed out",
    "no such",
    "too many",
    "must",
    "reject",
    "refused",
    "insufficient",
    "empty",
    "unavailable",
    "busy",
];

/// Longer names are none of these.
const LONGEST: usize = 30;

/// What a word says of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Success,
    Failure,
}

/// Without case, `_`, `-`, `@` and spaces.
pub(super) fn squeezed(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '-' | ' ' | '@'));
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

/// A name as it is compared; `None` where it is too long to be one of these.
pub(super) fn plain(name: &str) -> Option<String> {
    (name.len() <= LONGEST).then(|| squeezed(name))
}

/// Whether one of the lists has this name.
pub(super) fn is_any(lists: &[&[&str]], plain: &str) -> bool {
    lists.iter().any(|names| names.contains(&plain))
}

/// Whether it is the name of a member that envelopes have.
pub(super) fn is_of_envelope(plain: &str) -> bool {
    is_any(&FLAGS, plain) || is_any(&BESIDE_FLAGS, plain)
}

/// Whether an object with these names tells what a validator or a linter found.
pub(super) fn is_report<'n>(names: impl Iterator<Item = &'n str>) -> bool {
    let (mut only, mut warns) = (true, false);
    for name in names {
        if VALID.contains(&name) {
            return true;
        }
        only &= FINDINGS.contains(&name);
        warns |= name == "warnings";
    }
    only && warns
}

/// Whether a member is the name of a thing: `job_id`, `orderId`, `number`, with a value that may be one.
pub(super) fn identifies(name: &str, plain: &str, value: &Value) -> bool {
    let own = OWN_NAMES.contains(&plain);
    let ends = IDENTITY_ENDS.iter().any(|end| name.ends_with(end));
    let of_call = || OF_CALLS.iter().any(|call| plain.starts_with(call));
    let may_name = || match value {
        Value::Number(number) => number.as_i64().is_some_and(|number| number > 0),
        Value::String(text) => {
            let text = text.trim();
            !text.is_empty() && recognise(text).is_none() && (own || !text.contains(char::is_whitespace))
        }
        _ => false,
    };
    (own || ends && !of_call()) && may_name()
}

/// Whether an object with this name is a part of the answer as such, or what became of an operation; under
/// any other name it is a thing.
pub(super) fn is_of_answer(name: &str) -> bool {
    let Some(plain) = plain(name) else { return true };
    HEADS.contains(&plain.as_str())
        || ERROR.contains(&plain.as_str())
        || CONTAINERS.iter().any(|end| plain.ends_with(end))
        || VERBS.iter().any(|verb| is_word_of(verb, name))
}

/// Whether a name begins or ends with this word (`userCreate`, `create_user`, not `created`).
fn is_word_of(word: &str, name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let letter = |at: usize| name.as_bytes().get(at).copied().unwrap_or(b'_');
    let begins = lower.starts_with(word) && !letter(word.len()).is_ascii_lowercase();
    let start = name.len().saturating_sub(word.len());
    let ends = || {
        lower.ends_with(word)
            && (start == 0 || letter(start).is_ascii_uppercase() || letter(start - 1) == b'_')
    };
    begins || ends()
}

/// Whether a list of this name is one of things that failed.
pub(super) fn is_of_failures(name: &str) -> bool {
    let plain = squeezed(name);
    plain.starts_with("failed") || plain.ends_with("failed") || plain.ends_with("failures")
}

/// Whether this is the name of an event that is over.
pub(super) fn is_past(name: &str) -> bool {
    PAST.iter().any(|word| name.to_ascii_lowercase().starts_with(word) && is_word_of(word, name))
}

/// What a text says, if it is a word for success or failure.
pub(super) fn word(text: &str) -> Option<Word> {
    let word = plain(text.trim())?;
    if GOOD.contains(&word.as_str()) {
        return Some(Word::Success);
    }
    BAD.contains(&word.as_str()).then_some(Word::Failure)
}

/// A text that says of itself that nothing is wrong.
pub(super) fn is_fine(text: &str) -> bool {
    let lower = text.trim().trim_end_matches(['.', '!']).to_lowercase();
    let succeeded = lower.contains("success") || lower.contains("succeed");
    let denied = ["unsuccess", "not succe", "no succe", "without succe"].iter().any(|no| lower.contains(no));
    FINE.contains(&lower.as_str()) || says_success(&lower) || succeeded && !denied
}

/// Whether a text reads as an error; of one that is not English nothing is known, and a placeholder may
/// say anything.
pub(super) fn complains(text: &str) -> bool {
    if recognise(text).is_some() || is_fine(text) {
        return false;
    }
    let lower = text.to_lowercase();
    !text.is_ascii()
        || lower.trim() == "no"
        || lower.starts_with("no ")
        || COMPLAINTS.iter().any(|word| lower.contains(word))
}
