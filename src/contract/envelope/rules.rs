//! The rules, one function each, in the order in which they are tried.

use serde_json::{Map, Value};

use super::ResultCode;
use crate::contract::pointer::Trail;
use crate::message::{Headers, MediaType};
use crate::placeholder::{self, Kind};

/// What the rules look at.
struct Seen<'a> {
    /// The status is 400 or above.
    failed: bool,
    /// The media type is a problem document.
    problem: bool,
    body: &'a Value,
}

type Rule = fn(&Seen<'_>) -> Option<ResultCode>;

/// Rules 2 to 12; rule 1 looks at a header and rule 13 is the status alone.
const RULES: [Rule; 11] = [
    salesforce_list,
    problem_document,
    aws_type,
    google_status,
    error_code,
    error_type,
    error_text,
    errors_list,
    root_error_code,
    root_code,
    failed_item,
];

pub(super) fn first_match(status: u16, headers: &Headers, body: Option<&Value>) -> Option<ResultCode> {
    if let Some(value) = headers.get("x-amzn-errortype") {
        // Rule 1, in the order of the AWS SDKs: the header, then the body.
        return Some(ResultCode {
            at: "header:x-amzn-errortype".to_owned(),
            code: aws_name(value).to_owned(),
        });
    }
    let media = headers.get("content-type").and_then(MediaType::parse);
    let seen = Seen {
        failed: status >= 400,
        problem: media.is_some_and(|m| m.essence.ends_with("problem+json")),
        body: body?,
    };
    RULES.iter().find_map(|rule| rule(&seen))
}

/// `namespace#Name:suffix` without namespace and suffix.
pub(super) fn aws_name(text: &str) -> &str {
    let end = text.find([',', ':']).unwrap_or(text.len());
    let name = text.get(..end).unwrap_or(text);
    name.rsplit('#').next().unwrap_or(name).trim()
}

/// A code as text: any scalar that is neither null nor empty. A placeholder for an object or an array is
/// filled with what is no code.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() && !is_structure(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn is_structure(text: &str) -> bool {
    matches!(placeholder::recognise(text), Some(Kind::Object | Kind::Array))
}

/// One word such as `RecordInvalid`, `NOT_FOUND` or `21211`; no sentence.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 100
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.:/-".contains(&b))
}

/// Below 400 these codes say that nothing is wrong.
pub(super) fn says_success(code: &str) -> bool {
    let zero = !code.is_empty() && code.bytes().all(|byte| byte == b'0');
    zero || matches!(code.to_ascii_lowercase().as_str(), "ok" | "success" | "none" | "false" | "200")
}

impl<'a> Seen<'a> {
    fn object(&self) -> Option<&'a Map<String, Value>> {
        self.body.as_object()
    }

    /// The object under `error`.
    fn error(&self) -> Option<&'a Map<String, Value>> {
        self.object()?.get("error")?.as_object()
    }

    /// The code of `member` in `object`, which stands at `trail`.
    fn code(&self, object: &Map<String, Value>, member: &str, trail: &Trail<'_>) -> Option<ResultCode> {
        let code = scalar(object.get(member)?)?;
        // What a generator wrote into a success says nothing.
        let is_told = || !says_success(&code) && placeholder::recognise(&code).is_none();
        (self.failed || is_told()).then(|| ResultCode { at: trail.key(member).place().at, code })
    }
}

/// A text that is not empty, or a placeholder for one.
fn text<'v>(object: &'v Map<String, Value>, member: &str) -> Option<&'v str> {
    let is_text =
        |text: &&str| matches!(placeholder::recognise(text), None | Some(Kind::String(_) | Kind::Unknown));
    object.get(member)?.as_str().filter(|text| !text.is_empty()).filter(is_text)
}

/// Rule 2: a list whose first item has `errorCode` and `message` (Salesforce).
fn salesforce_list(seen: &Seen<'_>) -> Option<ResultCode> {
    let first = seen.body.as_array()?.first()?.as_object()?;
    first.get("message")?;
    seen.code(first, "errorCode", &Trail::ROOT.index(0))
}

/// Rule 3: a problem document (RFC 9457), by its media type or its members.
fn problem_document(seen: &Seen<'_>) -> Option<ResultCode> {
    let object = seen.object()?;
    let has = |member| object.contains_key(member);
    if !(seen.problem || seen.failed && has("type") && has("title") && (has("status") || has("detail"))) {
        return None;
    }
    let root = Trail::ROOT;
    let extension = || ["code", "errorCode"].into_iter().find_map(|m| seen.code(object, m, &root));
    let kind = || text(object, "type").filter(|uri| *uri != "about:blank").map(|uri| at_root("type", uri));
    let title = || text(object, "title").map(|title| at_root("title", title));
    extension().or_else(kind).or_else(title)
}

fn at_root(member: &str, code: &str) -> ResultCode {
    ResultCode { at: format!("/{member}"), code: code.to_owned() }
}

/// Rule 4: `__type` (AWS JSON 1.0 and 1.1). Below 400 it is also what WCF calls the class of any
/// object, so there it must name an exception.
fn aws_type(seen: &Seen<'_>) -> Option<ResultCode> {
    let name = aws_name(text(seen.object()?, "__type")?);
    let names_error = ["Exception", "Error", "Fault"].iter().any(|end| name.ends_with(end));
    (seen.failed || names_error).then(|| at_root("__type", name))
}

/// Rule 5: a numeric `error.code` beside a `status` or a list of reasons (Google).
fn google_status(seen: &Seen<'_>) -> Option<ResultCode> {
    let error = seen.error()?;
    error.get("code").filter(|code| code.is_number())?;
    let root = Trail::ROOT.key("error");
    if text(error, "status").is_some() {
        let reason = first_reason(seen, error, "details", &root);
        return reason.or_else(|| seen.code(error, "status", &root));
    }
    let first = error.get("errors")?.as_array()?.first()?.as_object()?;
    text(first, "reason")?;
    let list = root.key("errors");
    seen.code(first, "reason", &list.index(0))
}

fn first_reason(
    seen: &Seen<'_>,
    error: &Map<String, Value>,
    list: &str,
    root: &Trail<'_>,
) -> Option<ResultCode> {
    let trail = root.key(list);
    let mut details = error.get(list)?.as_array()?.iter().enumerate();
    details.find_map(|(index, detail)| {
        let detail = detail.as_object()?;
        text(detail, "reason")?;
        seen.code(detail, "reason", &trail.index(index))
    })
}

/// Rule 6: `error.code` (Microsoft, Stripe, many).
fn error_code(seen: &Seen<'_>) -> Option<ResultCode> {
    seen.code(seen.error()?, "code", &Trail::ROOT.key("error"))
}

/// Rule 7: `error.type` (Stripe without a code), `error.title` (Zendesk's object form).
fn error_type(seen: &Seen<'_>) -> Option<ResultCode> {
    let error = seen.error()?;
    let member = ["type", "title"].into_iter().find(|member| text(error, member).is_some())?;
    seen.code(error, member, &Trail::ROOT.key("error"))
}

/// Rule 8: `error` as text: beside `error_description` (OAuth 2), or one word in a failure
/// (Zendesk, Slack's `ok: false`).
fn error_text(seen: &Seen<'_>) -> Option<ResultCode> {
    let object = seen.object()?;
    let error = text(object, "error")?;
    let failed = seen.failed || object.get("ok") == Some(&Value::Bool(false));
    (object.contains_key("error_description") || failed && is_token(error))
        .then(|| seen.code(object, "error", &Trail::ROOT))
        .flatten()
}

/// Rule 9: the first of `errors` (GraphQL's `extensions.code`, JSON:API, GitHub).
fn errors_list(seen: &Seen<'_>) -> Option<ResultCode> {
    let first = seen.object()?.get("errors")?.as_array()?.first()?.as_object()?;
    let list = Trail::ROOT.key("errors");
    let item = list.index(0);
    let extensions = first.get("extensions").and_then(Value::as_object);
    let in_extensions = extensions.and_then(|object| seen.code(object, "code", &item.key("extensions")));
    in_extensions.or_else(|| {
        ["code", "errorCode", "reason", "key"].into_iter().find_map(|member| seen.code(first, member, &item))
    })
}

/// Rule 10: a member of the root that says it is an error code (`DocuSign`).
fn root_error_code(seen: &Seen<'_>) -> Option<ResultCode> {
    let object = seen.object()?;
    ["errorCode", "error_code", "ErrorCode"].iter().find_map(|m| seen.code(object, m, &Trail::ROOT))
}

/// Rule 11: `code` beside a text, in a failure or beside a `status` that says so (Zoho, Twilio).
fn root_code(seen: &Seen<'_>) -> Option<ResultCode> {
    let object = seen.object()?;
    let explained = ["message", "details", "title"].iter().any(|member| object.contains_key(*member));
    (explained && (seen.failed || says_failure(object)))
        .then(|| seen.code(object, "code", &Trail::ROOT))
        .flatten()
}

fn says_failure(object: &Map<String, Value>) -> bool {
    text(object, "status")
        .is_some_and(|status| matches!(status.to_ascii_lowercase().as_str(), "error" | "failure" | "fail"))
}

fn is_thing(object: &Map<String, Value>) -> bool {
    ["id", "uuid", "guid", "sid"].iter().any(|name| object.get(*name).is_some_and(|id| !id.is_null()))
}

/// Rule 12: an item of a list at the root or one step below it, with `code` and a `status` that
/// says failure (Zoho's bulk answers), and no id of its own: a delivery that failed is data.
fn failed_item(seen: &Seen<'_>) -> Option<ResultCode> {
    let root = Trail::ROOT;
    let in_list = |list: &Value, trail: &Trail<'_>| {
        list.as_array()?.iter().enumerate().find_map(|(index, item)| {
            let item = item.as_object().filter(|item| says_failure(item) && !is_thing(item))?;
            seen.code(item, "code", &trail.index(index))
        })
    };
    in_list(seen.body, &root)
        .or_else(|| seen.object()?.iter().find_map(|(name, list)| in_list(list, &root.key(name))))
}
