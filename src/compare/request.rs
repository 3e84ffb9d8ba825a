//! What two examples send, as written: method, path, query, header fields, body. Hosts are where a
//! request goes, not what it is, and credentials are nobody's documentation: neither is compared.

use indexmap::IndexMap;
use serde_json::Value;

use crate::contract::pointer::escape;
use crate::finding::{Finding, FindingId, Severity};
use crate::message::is_framing;
use crate::postman::model::{BodySpec, FormPart, Param, RequestSpec};
use crate::redact::is_secret_name;

/// The longest text that a finding shows of a body, in characters; a report shows less.
const LONGEST: usize = 4096;

/// Every part that differs, at `request:` and the name of the part.
///
/// A method or a path is a warning: what clients send today is not documented any more. The rest is
/// info. The order of query parameters, fields and JSON members does not count, nor the names of path
/// variables, white space around a text, or anything that is switched off.
pub(super) fn changes(old: &RequestSpec, new: &RequestSpec) -> Vec<Finding> {
    let mut found = Vec::new();
    let methods = [old, new].map(|request| request.method.as_deref().unwrap_or("GET"));
    if methods[0] != methods[1] {
        found.push(changed("method", methods[0], methods[1]).at_severity(Severity::Warning));
    }
    if path_form(&old.url.path) != path_form(&new.url.path) {
        found.push(changed("path", &old.url.path, &new.url.path).at_severity(Severity::Warning));
    }
    fields(
        "path/",
        &params(&old.url.variables, str::to_owned),
        &params(&new.url.variables, str::to_owned),
        &mut found,
    );
    fields("query/", &params(&old.url.query, escape), &params(&new.url.query, escape), &mut found);
    fields("header:", &headers(&old.headers), &headers(&new.headers), &mut found);
    found.extend(body(old.body.as_ref(), new.body.as_ref()));
    found
}

fn changed(at: &str, old: &str, new: &str) -> Finding {
    let cut = |text: &str| text.chars().take(LONGEST).collect::<String>();
    Finding::new(FindingId::RequestChanged, format!("request:{at}"), cut(old), cut(new))
}

/// The path with its variables nameless.
fn path_form(path: &str) -> String {
    let path = path.trim_end_matches('/');
    let segments = path.split('/').map(|segment| if segment.starts_with(':') { ":" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

type Fields = IndexMap<String, Vec<String>>;

fn gathered(fields: impl Iterator<Item = (String, String)>) -> Fields {
    let mut gathered = Fields::new();
    for (name, value) in fields {
        gathered.entry(name).or_default().push(value);
    }
    gathered
}

/// The enabled parameters by name, without those that hold a credential.
fn params(params: &[Param], name: impl Fn(&str) -> String) -> Fields {
    let enabled = params.iter().filter(|param| !param.disabled);
    gathered(enabled.filter_map(|param| {
        let key = param.key.as_deref().unwrap_or_default();
        (!is_secret_name(key)).then(|| (name(key), param.value.clone().unwrap_or_default()))
    }))
}

/// The same of header fields, without those that only frame the request or that Postman makes anew for
/// each call.
fn headers(headers: &[Param]) -> Fields {
    let mut fields = params(headers, |name| name.trim().to_ascii_lowercase());
    fields.retain(|name, _| !is_framing(name) && name != "postman-token" && !name.is_empty());
    fields
}

fn fields(part: &str, old: &Fields, new: &Fields, found: &mut Vec<Finding>) {
    let shown =
        |values: Option<&Vec<String>>| values.map_or_else(|| "absent".to_owned(), |all| all.join(", "));
    let came = new.keys().filter(|name| !old.contains_key(*name));
    for name in old.keys().chain(came) {
        if old.get(name) != new.get(name) {
            found.push(changed(&format!("{part}{name}"), &shown(old.get(name)), &shown(new.get(name))));
        }
    }
}

fn body(old: Option<&BodySpec>, new: Option<&BodySpec>) -> Vec<Finding> {
    let mut found = Vec::new();
    match (old, new) {
        (Some(BodySpec::Raw { text: old, .. }), Some(BodySpec::Raw { text: new, .. })) => {
            found.extend(text("body", old, new));
        }
        (Some(BodySpec::UrlEncoded(old)), Some(BodySpec::UrlEncoded(new))) => {
            fields("body/", &params(old, escape), &params(new, escape), &mut found);
        }
        (Some(BodySpec::FormData(old)), Some(BodySpec::FormData(new))) => {
            fields("body/", &parts(old), &parts(new), &mut found);
        }
        (
            Some(BodySpec::GraphQl { query, operation, variables }),
            Some(BodySpec::GraphQl { query: new_query, operation: new_operation, variables: new_variables }),
        ) => {
            let or_none = |text: &Option<String>| text.clone().unwrap_or_default();
            let named = |name: &Option<Value>| name.as_ref().map(Value::to_string).unwrap_or_default();
            found.extend(text("body/query", query, new_query));
            found.extend(text("body/operationName", &named(operation), &named(new_operation)));
            found.extend(text("body/variables", &or_none(variables), &or_none(new_variables)));
        }
        (old, new) => {
            if old.filter(|body| !is_empty(body)) != new.filter(|body| !is_empty(body)) {
                found.push(changed("body", kind(old), kind(new)));
            }
        }
    }
    found
}

/// The parts of a form by name; of a file its path counts.
fn parts(parts: &[FormPart]) -> Fields {
    let enabled = parts.iter().filter(|part| !part.param.disabled);
    gathered(enabled.filter_map(|part| {
        let key = part.param.key.as_deref().unwrap_or_default();
        let value = match &part.files {
            Some(files) => format!("file {}", files.join(", ")),
            None => part.param.value.clone().unwrap_or_default(),
        };
        (!is_secret_name(key)).then(|| (escape(key), value))
    }))
}

/// Two texts, as JSON where both are.
fn text(at: &str, old: &str, new: &str) -> Option<Finding> {
    let plain = |text: &str| text.trim().replace("\r\n", "\n");
    if plain(old) == plain(new) {
        return None;
    }
    let (Ok(old_json), Ok(new_json)) = (serde_json::from_str(old), serde_json::from_str(new)) else {
        return Some(changed(at, old.trim(), new.trim()));
    };
    let mut places = Vec::new();
    differing(&old_json, &new_json, String::new(), &mut places);
    let (place, old, new) = places.first()?;
    let shown = |value: Option<&Value>| value.map_or_else(|| "absent".to_owned(), ToString::to_string);
    let finding = changed(&format!("{at}{place}"), &shown(*old), &shown(*new));
    Some(match places.len() - 1 {
        0 => finding,
        1 => finding.with_hint("and at another place of the body"),
        more => finding.with_hint(format!("and at {more} other places of the body")),
    })
}

type Differing<'v> = Vec<(String, Option<&'v Value>, Option<&'v Value>)>;

/// The places at which two bodies differ, without those that hold a credential.
fn differing<'v>(old: &'v Value, new: &'v Value, at: String, found: &mut Differing<'v>) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            let came = new.iter().filter(|(name, _)| !old.contains_key(*name));
            for (name, _) in old.iter().chain(came).filter(|(name, _)| !is_secret_name(name)) {
                let at = format!("{at}/{}", escape(name));
                match (old.get(name), new.get(name)) {
                    (Some(old), Some(new)) => differing(old, new, at, found),
                    (old, new) => found.push((at, old, new)),
                }
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                differing(old, new, format!("{at}/{index}"), found);
            }
        }
        (old, new) if old == new => {}
        (old, new) => found.push((at, Some(old), Some(new))),
    }
}

/// A body of which nothing is sent.
fn is_empty(body: &BodySpec) -> bool {
    match body {
        BodySpec::Raw { text, .. } => text.trim().is_empty(),
        BodySpec::UrlEncoded(params) => params.iter().all(|param| param.disabled),
        BodySpec::FormData(parts) => parts.iter().all(|part| part.param.disabled),
        BodySpec::File(file) => file.is_none(),
        BodySpec::GraphQl { query, .. } => query.trim().is_empty(),
    }
}

fn kind(body: Option<&BodySpec>) -> &str {
    match body.filter(|body| !is_empty(body)) {
        None => "absent",
        Some(BodySpec::Raw { .. }) => "a text",
        Some(BodySpec::UrlEncoded(_)) => "a form (urlencoded)",
        Some(BodySpec::FormData(_)) => "a form (multipart)",
        Some(BodySpec::File(file)) => file.as_deref().unwrap_or("absent"),
        Some(BodySpec::GraphQl { .. }) => "a GraphQL query",
    }
}
