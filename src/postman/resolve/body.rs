//! Bodies: text, forms, files and GraphQL become bytes, with the `Content-Type` that Postman gives
//! them where none is typed.

use std::borrow::Cow;

use bytes::Bytes;
use indexmap::IndexMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::draft::Draft;
use super::multipart;
use crate::message::MediaType;
use crate::postman::model::{BodySpec, Param};

/// Everything but the unreserved characters of RFC 3986 §2.3; a space is `%20`, never `+`.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A body that can be sent.
#[derive(Debug, Default)]
pub(super) struct Built {
    /// The bytes; `None` where there is no body at all.
    pub(super) bytes: Option<Bytes>,
    /// The `Content-Type` of its kind.
    pub(super) content_type: Option<String>,
    /// Whether a typed `Content-Type` must give way to it, because only it names the boundary.
    pub(super) names_boundary: bool,
}

impl Built {
    fn of(bytes: impl Into<Bytes>, content_type: impl Into<String>) -> Self {
        Self { bytes: Some(bytes.into()), content_type: Some(content_type.into()), names_boundary: false }
    }
}

/// Makes the body. `typed` is the enabled `Content-Type` header; `set` holds the changes by JSON
/// pointer.
pub(super) fn build(
    draft: &mut Draft<'_>,
    spec: Option<&BodySpec>,
    typed: Option<&str>,
    set: &IndexMap<String, Value>,
) -> Built {
    let before = draft.causes.len();
    let mut built = match spec {
        None => Built::default(),
        Some(BodySpec::Raw { text, language }) => raw(draft, text, language.as_deref(), typed),
        Some(BodySpec::UrlEncoded(params)) => url_encoded(draft, params),
        Some(BodySpec::FormData(parts)) => match multipart::build(draft, parts, typed) {
            Some((bytes, content_type)) => Built { names_boundary: true, ..Built::of(bytes, content_type) },
            None => Built::default(),
        },
        Some(BodySpec::File(path)) => file(draft, path.as_deref()),
        Some(BodySpec::GraphQl { query, operation, variables }) => {
            graph_ql(draft, query, operation.as_ref(), variables.as_deref())
        }
    };
    if !set.is_empty() && draft.causes.len() == before {
        change(draft, &mut built, set);
    }
    built
}

fn raw(draft: &mut Draft<'_>, text: &str, language: Option<&str>, typed: Option<&str>) -> Built {
    let json = language == Some("json") || typed.is_some_and(is_json);
    let looks_like_json = text.trim_start().starts_with(['{', '[']);
    let filled = if json || looks_like_json { draft.fill_json(text) } else { None };
    let text = filled.as_deref().unwrap_or(text);
    let strips = match language {
        Some(language) => language == "json",
        None => typed.is_some_and(strips_comments),
    };
    let whole = draft.substitute_later(text);
    let text = if strips { without_comments(&whole.text).into_owned() } else { whole.text.clone() };
    // What stands in a comment is not needed.
    draft.lack(
        whole.missing.into_iter().filter(|missing| text.contains(&format!("{{{{{}}}}}", missing.name))),
    );
    if whole.text.is_empty() {
        return Built::default();
    }
    let content_type = match language {
        Some("json") => "application/json",
        Some("xml") => "application/xml",
        Some("html") => "text/html",
        Some("javascript") => "application/javascript",
        _ => "text/plain",
    };
    Built::of(text, content_type)
}

fn is_json(content_type: &str) -> bool {
    MediaType::parse(content_type).is_some_and(|media| media.is_json())
}

/// Whether Postman's runtime takes comments out of a body of this typed `Content-Type`, where no
/// language is chosen: `/^application\/(\S+\+)?json/`, which is written in small letters and has no end.
fn strips_comments(content_type: &str) -> bool {
    content_type.strip_prefix("application/").is_some_and(|kind| {
        let word = kind.split(char::is_whitespace).next().unwrap_or_default();
        kind.starts_with("json") || word.rmatch_indices("+json").any(|(at, _)| at > 0)
    })
}

/// The text without `//` and `/* */` comments outside of strings; the line feed behind one stays.
fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains("//") && !text.contains("/*") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if c == '"' {
            string_end(rest)
        } else if rest.starts_with("//") {
            rest = rest.get(rest.find('\n').unwrap_or(rest.len())..).unwrap_or_default();
            continue;
        } else if rest.starts_with("/*") {
            rest = rest.split_once("*/").map_or("", |(_, behind)| behind);
            continue;
        } else {
            c.len_utf8()
        };
        let (kept, behind) = rest.split_at(length);
        out.push_str(kept);
        rest = behind;
    }
    Cow::Owned(out)
}

/// Where the JSON string ends that the text begins with.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' if !escaped => escaped = true,
            _ => escaped = false,
        }
    }
    text.len()
}

/// Fields of one name stand together, where the first of them stands, as in Postman.
fn url_encoded(draft: &mut Draft<'_>, params: &[Param]) -> Built {
    let mut fields: IndexMap<String, Vec<String>> = IndexMap::new();
    for param in params.iter().filter(|param| !param.disabled) {
        let key = draft.substitute(param.key.as_deref().unwrap_or_default());
        let value = draft.field(param.value.as_deref().unwrap_or_default(), "form", &key);
        let field = format!("{}={}", form_encode(&key), form_encode(&value));
        fields.entry(key).or_default().push(field);
    }
    if fields.is_empty() {
        return Built::default();
    }
    let fields: Vec<String> = fields.into_values().flatten().collect();
    Built::of(fields.join("&"), "application/x-www-form-urlencoded")
}

fn form_encode(text: &str) -> String {
    utf8_percent_encode(text, FORM).to_string()
}

fn file(draft: &mut Draft<'_>, path: Option<&str>) -> Built {
    match draft.upload(path.unwrap_or_default()) {
        Some(upload) => Built::of(upload.bytes, upload.content_type),
        None => Built::default(),
    }
}

/// Query and operation as JSON strings; the variables as they are written, in the place of a value.
fn graph_ql(draft: &mut Draft<'_>, query: &str, operation: Option<&Value>, variables: Option<&str>) -> Built {
    let before = draft.causes.len();
    let mut text = format!("{{\"query\":{}", Value::String(draft.substitute(query)));
    if let Some(operation) = operation {
        let operation = operation.as_str().map_or(Value::Null, |name| Value::String(draft.substitute(name)));
        text = format!("{text},\"operationName\":{operation}");
    }
    let variables = variables.unwrap_or_default();
    let filled = draft.fill_json(variables);
    let variables = draft.substitute(filled.as_deref().unwrap_or(variables));
    if !variables.trim().is_empty() && draft.causes.len() == before {
        // Postman leaves comments in, which makes a body that no server can read.
        let variables = without_comments(&variables);
        match serde_json::from_str::<Value>(&variables) {
            Ok(_) => text = format!("{text},\"variables\":{variables}"),
            Err(why) => draft.refuse(format!("the GraphQL variables are not JSON: {why}")),
        }
    }
    Built::of(text + "}", "application/json")
}

/// Puts values into a JSON body. Only then is a body written anew; the order of members stays.
fn change(draft: &mut Draft<'_>, built: &mut Built, set: &IndexMap<String, Value>) {
    let Some(bytes) = &built.bytes else {
        return draft.refuse("`set` wants to change the request body, but there is none".to_owned());
    };
    let mut body: Value = match serde_json::from_slice(bytes) {
        Ok(body) => body,
        Err(why) => return draft.refuse(format!("`set` wants a JSON request body: {why}")),
    };
    for (pointer, value) in set {
        let value = substituted(draft, value);
        if let Err(why) = put(&mut body, pointer, value) {
            draft.refuse(format!("`set` cannot put a value at `{pointer}`: {why}"));
        }
    }
    built.bytes = Some(body.to_string().into());
}

/// Whether a body is a JSON object or array, which [`broken`] can break.
pub(crate) fn is_breakable(body: &[u8]) -> bool {
    body.trim_ascii_start().first().is_some_and(|first| b"{[".contains(first))
        && serde_json::from_slice::<Value>(body).is_ok()
}

/// The body cut off before the last `}` or `]`, and nothing else changed: an object or array that is
/// never closed is JSON for no reader, not even for one that also takes JSON5 or YAML.
pub(super) fn broken(draft: &mut Draft<'_>, body: Option<&Bytes>) -> Option<Bytes> {
    let whole = body.map(|body| body.trim_ascii_end()).unwrap_or_default();
    let cut = whole.strip_suffix(b"}").or_else(|| whole.strip_suffix(b"]"));
    if let (Some(body), Some(cut)) = (body, cut)
        && serde_json::from_slice::<Value>(cut).is_err()
    {
        return Some(body.slice_ref(cut));
    }
    draft.refuse("the request body is no JSON object or array, so it cannot be sent broken".to_owned());
    body.cloned()
}

fn substituted(draft: &mut Draft<'_>, value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(draft.substitute(text)),
        Value::Array(items) => items.iter().map(|item| substituted(draft, item)).collect(),
        Value::Object(members) => {
            members.iter().map(|(key, value)| (key.clone(), substituted(draft, value))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// Puts a value at a pointer (RFC 6901): in the place of what is there, as a new member, or at the
/// end of an array (`-`, or the first index behind it).
fn put(root: &mut Value, pointer: &str, value: Value) -> Result<(), String> {
    if pointer.is_empty() {
        *root = value;
        return Ok(());
    }
    let (parent, last) = pointer.rsplit_once('/').ok_or("a pointer begins with `/`")?;
    let last = last.replace("~1", "/").replace("~0", "~");
    match root.pointer_mut(parent) {
        Some(Value::Object(members)) => _ = members.insert(last, value),
        Some(Value::Array(items)) => {
            let index = if last == "-" { Ok(items.len()) } else { last.parse::<usize>() };
            match index.ok().filter(|index| *index <= items.len()) {
                Some(index) => match items.get_mut(index) {
                    Some(place) => *place = value,
                    None => items.push(value),
                },
                None => return Err(format!("the array there has {} items", items.len())),
            }
        }
        Some(_) => return Err(format!("`{parent}` is neither an object nor an array")),
        None => return Err(format!("there is no `{parent}`")),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn comments_go_and_strings_stay() {
        for (text, expected) in [
            ("{\"a\":1} // c", "{\"a\":1} "),
            ("{\"u\":\"http://x/*y*/\"}", "{\"u\":\"http://x/*y*/\"}"),
            ("{\"q\":\"\\\"//\"} // x", "{\"q\":\"\\\"//\"} "),
            ("{ /* a\nb */ \"a\": 1, // c\r\n}", "{  \"a\": 1, \n}"),
            ("{} /* open", "{} "),
            ("{\"a\":1} // {{nope}}", "{\"a\":1} "),
        ] {
            assert_eq!(without_comments(text), expected, "{text}");
        }
    }

    #[test]
    fn values_are_put_where_the_pointer_says() {
        let mut body = json!({"users": [{"id": 1, "a/b": 2}], "z": 0});
        assert_eq!(put(&mut body, "/users/0/id", json!("x")), Ok(()));
        assert_eq!(put(&mut body, "/users/0/a~1b", json!(3)), Ok(()));
        assert_eq!(put(&mut body, "/users/-", json!({})), Ok(()));
        assert_eq!(put(&mut body, "/new", json!(null)), Ok(()));
        assert_eq!(body.to_string(), r#"{"users":[{"id":"x","a/b":3},{}],"z":0,"new":null}"#);
        for pointer in ["/users/7", "/users/x", "/no/id", "/z/id", "users"] {
            assert!(put(&mut body, pointer, json!(1)).is_err(), "{pointer}");
        }
    }

    #[test]
    fn forms_are_encoded_as_rfc_3986_says() {
        assert_eq!(form_encode("a b!'()*&=+ü~"), "a%20b%21%27%28%29%2A%26%3D%2B%C3%BC~");
    }

    proptest! {
        #[test]
        fn stripping_comments_never_changes_real_json(value in any::<Vec<String>>()) {
            let text = json!(value).to_string();
            prop_assert_eq!(without_comments(&text), text.as_str());
        }

        #[test]
        fn putting_never_panics(pointer in "[/~01a-]{0,8}") {
            let mut body = json!({"a": [1, {"0": []}], "": {"~": 1}});
            let _ = put(&mut body, &pointer, json!(1));
        }
    }
}
