//! Requests: method, URL, header fields and body as saved.

use serde_json::Value;

use super::notice::{Members, Notices, is_true, kind, scalar, take, take_text, text};
use crate::postman::model::{BodySpec, FormPart, Param, RequestSpec, UrlSpec};
use crate::postman::url::{self, parse_query, split};

/// Reads a request; `None` where there is nothing in it that could be sent.
pub(super) fn request(value: Value, at: &str, notices: &mut Notices) -> Option<RequestSpec> {
    let pointer = format!("{}{at}", notices.root);
    let mut members = match value {
        Value::Object(members) => members,
        Value::String(url) if !url.trim().is_empty() => {
            notices.warn(at, "the request is only a URL; read as GET of it");
            return Some(RequestSpec { url: url::parse(&url), pointer, ..RequestSpec::default() });
        }
        Value::Null | Value::String(_) => return None,
        other => {
            notices.warn(at, format!("the request is {}; left out", kind(&other)));
            return None;
        }
    };
    for (name, option) in [("proxy", "--proxy"), ("certificate", "--cert")] {
        if members.get(name).is_some_and(Value::is_object) {
            let message =
                format!("`{name}` of a request does nothing; give {option}, which is for the whole run");
            notices.remark(&format!("{at}/{name}"), message);
        }
    }
    let method = method(&mut members, at, notices);
    let url = url_spec(take(&mut members, "url"), &format!("{at}/url"), notices);
    let headers = headers(take(&mut members, "header"), &format!("{at}/header"), notices);
    let body = body(take(&mut members, "body"), &format!("{at}/body"), notices);
    if url == UrlSpec::default() && method.is_none() && headers.is_empty() && body.is_none() {
        return None;
    }
    Some(RequestSpec { method, url, headers, body, pointer })
}

fn method(members: &mut Members, at: &str, notices: &mut Notices) -> Option<String> {
    let saved = take_text(members, "method")?;
    let method = saved.trim();
    if method.is_empty() {
        notices.warn(&format!("{at}/method"), "the method is blank; read as GET");
        return None;
    }
    // A variable keeps its case.
    Some(if method.contains("{{") { method.to_owned() } else { method.to_uppercase() })
}

fn url_spec(value: Value, at: &str, notices: &mut Notices) -> UrlSpec {
    match value {
        Value::String(text) => url::parse(&text),
        Value::Object(members) => url_object(members, at, notices),
        Value::Null => UrlSpec::default(),
        other => {
            notices.warn(at, format!("the URL is {}; left out", kind(&other)));
            UrlSpec::default()
        }
    }
}

/// A URL in parts. The parts count, not `raw`, except where the parts name no host.
fn url_object(mut members: Members, at: &str, notices: &mut Notices) -> UrlSpec {
    let raw = take_text(&mut members, "raw").unwrap_or_default();
    let variables = params(take(&mut members, "variable"), at, "variable", notices);
    let text = stringify(&mut members);
    let mut spec = if text.is_empty() && !raw.trim().is_empty() {
        let has_parts = members.contains_key("host") || members.contains_key("path");
        let missing = if has_parts { "no host in its parts" } else { "nothing but `raw`" };
        notices.warn(at, format!("the URL has {missing}; `raw` is read"));
        url::parse(&raw)
    } else {
        let spec = url::parse(&text);
        if disagrees(&spec, &raw) {
            notices.warn(at, "`raw` names another host or path than the parts; the parts are sent");
        }
        spec
    };
    let list = match take(&mut members, "query") {
        Value::String(text) => parse_query(&text),
        list => params(list, at, "query", notices),
    };
    // The list knows what is disabled; what else stands in the path or in `raw` stays.
    spec.query.retain(|own| !list.iter().any(|param| param.key == own.key));
    spec.query.extend(list);
    if let Some(Value::Object(mut auth)) = members.get_mut("auth").map(Value::take)
        && let Some(user) = take_text(&mut auth, "user")
    {
        let password = take_text(&mut auth, "password").unwrap_or_default();
        spec.userinfo = Some(format!("{user}:{password}"));
    }
    spec.variables = variables;
    spec
}

/// Scheme, host, port and path in one text; empty where there is no host.
fn stringify(members: &mut Members) -> String {
    let mut text = String::new();
    let host = match take(members, "host") {
        Value::Array(labels) => labels.into_iter().filter_map(scalar).collect::<Vec<_>>().join("."),
        other => scalar(other).unwrap_or_default(),
    };
    if host.trim().is_empty() {
        return text;
    }
    if let Some(protocol) = take_text(members, "protocol").filter(|protocol| !protocol.is_empty()) {
        text.push_str(protocol.trim_end_matches("://"));
        text.push_str("://");
    }
    text.push_str(&host);
    if let Some(port) = take_text(members, "port").filter(|port| !port.is_empty()) {
        text.push(':');
        text.push_str(&port);
    }
    let path = match take(members, "path") {
        Value::Array(segments) => segments.into_iter().map(segment).collect::<Vec<_>>().join("/"),
        other => {
            let path = scalar(other).unwrap_or_default();
            path.strip_prefix('/').map(str::to_owned).unwrap_or(path)
        }
    };
    if !path.is_empty() {
        text.push('/');
        text.push_str(&path);
    }
    text
}

/// A segment: a text, or an object with the text as its value.
fn segment(value: Value) -> String {
    match value {
        Value::Object(mut members) => take_text(&mut members, "value").unwrap_or_default(),
        other => scalar(other).unwrap_or_default(),
    }
}

/// Whether `raw` leads elsewhere: another host, or another path but for a slash at the end and
/// the escaping.
fn disagrees(spec: &UrlSpec, raw: &str) -> bool {
    let raw = raw.trim();
    if raw.is_empty() {
        return false;
    }
    let other = url::parse(raw);
    let plain = |path: &str| {
        let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned();
        decoded.trim_end_matches('/').to_owned()
    };
    let host = |host: &str| split(host).authority.to_owned();
    host(&spec.host) != host(&other.host) || plain(&spec.path) != plain(&other.path)
}

/// Query parameters or path variables.
fn params(list: Value, at: &str, name: &str, notices: &mut Notices) -> Vec<Param> {
    match list {
        Value::Array(list) => list.into_iter().filter_map(param).collect(),
        Value::Object(pairs) => pairs
            .into_iter()
            .map(|(key, value)| Param { key: Some(key), value: text(value), disabled: false })
            .collect(),
        Value::Null => Vec::new(),
        other => {
            notices.warn(&format!("{at}/{name}"), format!("{}, not a list; left out", kind(&other)));
            Vec::new()
        }
    }
}

/// `{key, value, disabled}`; v2.0 names a path variable by `id`.
fn param(value: Value) -> Option<Param> {
    let Value::Object(mut members) = value else { return None };
    let disabled = is_true(&members, "disabled");
    let key = take_text(&mut members, "key").or_else(|| take_text(&mut members, "id"));
    let value = text(take(&mut members, "value"));
    Some(Param { key, value, disabled })
}

/// Header fields: a list of objects or of texts `Name: value`, or one text with a line for each.
pub(super) fn headers(value: Value, at: &str, notices: &mut Notices) -> Vec<Param> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => {
            if !text.trim().is_empty() {
                notices.warn(at, "header fields are one text; read line by line");
            }
            text.lines().filter(|line| !line.trim().is_empty()).map(header_line).collect()
        }
        Value::Array(list) => {
            let fields = list.into_iter().enumerate();
            fields.filter_map(|(index, field)| header(field, &format!("{at}/{index}"), notices)).collect()
        }
        Value::Object(pairs) => {
            notices.warn(at, "header fields are an object; its members are read as fields");
            pairs
                .into_iter()
                .map(|(key, value)| Param { key: Some(key), value: text(value), disabled: false })
                .collect()
        }
        other => {
            notices.warn(at, format!("header fields are {}; left out", kind(&other)));
            Vec::new()
        }
    }
}

fn header(field: Value, at: &str, notices: &mut Notices) -> Option<Param> {
    let mut members = match field {
        Value::Object(members) => members,
        Value::String(line) => {
            notices.warn(at, "a header field is a text; read as `Name: value`");
            return Some(header_line(&line));
        }
        Value::Null => return None,
        other => {
            notices.warn(at, format!("a header field is {}; left out", kind(&other)));
            return None;
        }
    };
    let disabled = is_true(&members, "disabled");
    let is_null = members.get("value") == Some(&Value::Null);
    let key = take_text(&mut members, "key").filter(|key| !key.is_empty())?;
    if is_null && !disabled {
        notices.warn(at, format!("header `{key}` is null; sent as the text `null`, as Postman does"));
    }
    let value =
        if is_null { "null".to_owned() } else { text(take(&mut members, "value")).unwrap_or_default() };
    Some(Param { key: Some(key), value: Some(value), disabled })
}

fn header_line(line: &str) -> Param {
    let (key, value) = line.split_once(':').unwrap_or((line, ""));
    let text = |text: &str| Some(text.trim().to_owned());
    Param { key: text(key), value: text(value), disabled: false }
}

/// Reads a body; `None` where there is none, or it is disabled.
fn body(value: Value, at: &str, notices: &mut Notices) -> Option<BodySpec> {
    let mut members = match value {
        Value::Object(members) => members,
        Value::Null => return None,
        Value::String(text) if text.is_empty() => return None,
        Value::String(text) => {
            notices.warn(at, "the body is a text; read as a raw body");
            return Some(BodySpec::Raw { text, language: None });
        }
        other => {
            notices.warn(at, format!("the body is {}; left out", kind(&other)));
            return None;
        }
    };
    if is_true(&members, "disabled") {
        return None;
    }
    let mode = take_text(&mut members, "mode").unwrap_or_default();
    match mode.as_str() {
        "raw" => raw(&mut members, at, notices),
        "urlencoded" => Some(BodySpec::UrlEncoded(match take(&mut members, "urlencoded") {
            Value::String(text) => parse_query(&text),
            list => params(list, at, "urlencoded", notices),
        })),
        "formdata" => Some(BodySpec::FormData(match take(&mut members, "formdata") {
            Value::Array(parts) => parts.into_iter().filter_map(form_part).collect(),
            _ => Vec::new(),
        })),
        "file" => Some(BodySpec::File(match take(&mut members, "file") {
            Value::Object(mut file) => take_text(&mut file, "src"),
            other => scalar(other),
        })),
        "graphql" => Some(graph_ql(take(&mut members, "graphql"))),
        "" if !members.contains_key("raw") => None,
        "" | "none" => {
            if members.get("raw").and_then(Value::as_str).is_some_and(|raw| !raw.is_empty()) {
                notices.warn(at, "the body has no mode; it is not sent");
            }
            None
        }
        other => {
            notices.warn(&format!("{at}/mode"), format!("unknown body mode `{other}`; no body is sent"));
            None
        }
    }
}

fn raw(members: &mut Members, at: &str, notices: &mut Notices) -> Option<BodySpec> {
    let saved = take(members, "raw");
    if !matches!(saved, Value::String(_) | Value::Null) {
        notices.warn(&format!("{at}/raw"), format!("the body is {}; sent as JSON text", kind(&saved)));
    }
    let language = members.get_mut("options").and_then(|options| options.get_mut("raw")?.as_object_mut());
    let language = language.and_then(|raw| take_text(raw, "language"));
    Some(BodySpec::Raw { text: text(saved)?, language })
}

fn form_part(value: Value) -> Option<FormPart> {
    let Value::Object(mut members) = value else { return None };
    let is_file = members.get("type").and_then(Value::as_str) == Some("file");
    let content_type = take_text(&mut members, "contentType");
    let file_name = take_text(&mut members, "fileName");
    let files = is_file.then(|| match take(&mut members, "src") {
        Value::Array(paths) => paths.into_iter().filter_map(scalar).filter(|path| !path.is_empty()).collect(),
        other => scalar(other).into_iter().filter(|path| !path.is_empty()).collect(),
    });
    Some(FormPart { param: param(Value::Object(members))?, files, content_type, file_name })
}

fn graph_ql(value: Value) -> BodySpec {
    let Value::Object(mut members) = value else {
        let query = scalar(value).unwrap_or_default();
        return BodySpec::GraphQl { query, operation: None, variables: None };
    };
    // As postman-runtime has it: what is null is sent as null, unless the variables are a text.
    let nulls = !members.get("variables").is_some_and(Value::is_string);
    let operation = match members.get("operationName") {
        Some(Value::Null) => nulls.then_some(Value::Null),
        _ => take_text(&mut members, "operationName").map(Value::String),
    };
    let variables = match members.get("variables") {
        Some(Value::Null) => Some("null".to_owned()),
        _ => text(take(&mut members, "variables")),
    };
    BodySpec::GraphQl { query: take_text(&mut members, "query").unwrap_or_default(), operation, variables }
}
