//! What members of an answer are called, and the words that stand in them: each list once.
//!
//! Names are compared without case, `_`, `-` and spaces ([`squeezed`]): `error_code`, `ErrorCode` and
//! `errorCode` are one. Names that only one API has, as it writes them, stand in the rule of that API
//! (`rules`).

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
pub(super) const ERROR_TEXTS: [&str; 4] = ["errormessage", "errormsg", "errmsg", "errordescription"];

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
const MESSAGES: [&str; 10] = [
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

/// All that [`is_of_envelope`] knows.
const OF_ENVELOPES: [&[&str]; 13] = [
    &SUCCEEDED,
    &FAILED,
    &ERROR,
    &ERROR_LISTS,
    &ERROR_TEXTS,
    &ERROR_CODES,
    &RESULT_CODES,
    &VERDICTS,
    &STATUSES,
    &MESSAGES,
    &HEADS,
    &NEIGHBOURS,
    &IDENTITIES,
];

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

/// Without case, `_`, `-` and spaces.
pub(super) fn squeezed(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '-' | ' '));
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
    is_any(&OF_ENVELOPES, plain)
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
