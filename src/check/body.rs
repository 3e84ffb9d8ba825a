//! The body: whether there is one, and whether it is what it must be.

use std::collections::BTreeSet;

use serde_json::Value;

use super::found::Collector;
use super::{Read, fields, schema_findings, show, values, walk};
use crate::contract::pointer::{Place, covers_place, last_step, names};
use crate::contract::schema::Schema;
use crate::contract::{BodyExpectation, Expectation, json, xml};
use crate::finding::{Finding, FindingId, Severity};
use crate::message::Answer;
use crate::postman::read::NoJson;
use crate::suite::Compare;

/// The JSON of an answer: byte order mark and charset honoured (RFC 8259 asks for UTF-8, servers
/// differ), and where a name is twice in one object. The error says why there is none; nesting
/// deeper than 127 levels is refused.
pub(super) fn parse(answer: &Answer) -> Result<(Value, BTreeSet<String>), String> {
    let Some(text) = answer.text() else {
        return Err(format!("no text in its charset: {}", show::excerpt(&answer.body)));
    };
    json::parse(&text).map_err(|error| NoJson::told(&error, &text, &show::excerpt(text.as_bytes())))
}

/// Everything that is wrong with the body.
pub(super) fn check(expectation: &Expectation, read: &Read<'_>) -> Vec<Finding> {
    let empty = is_empty(read.answer);
    let root = |id, expected: &str, actual: String| vec![Finding::new(id, "", expected, actual)];
    match &expectation.body {
        BodyExpectation::Any => Vec::new(),
        BodyExpectation::Empty if empty => Vec::new(),
        BodyExpectation::Empty => {
            root(FindingId::BodyBecameNonempty, "no body", show::excerpt(&read.answer.body))
        }
        _ if empty => root(FindingId::BodyBecameEmpty, "a body", "none".to_owned()),
        BodyExpectation::Opaque { text } => values::text(text.as_deref(), read.answer).into_iter().collect(),
        BodyExpectation::Xml { root, text } => of_xml(root, read.answer)
            .or_else(|| values::text(text.as_deref(), read.answer))
            .into_iter()
            .collect(),
        BodyExpectation::Json { .. } => match (&read.json, &read.not_json) {
            (Some(value), _) => of_json(expectation, value, read),
            (None, why) => root(FindingId::BodyNotJson, "JSON", why.clone().unwrap_or_default()),
        },
    }
}

/// Whether there is nothing but white space, in whatever charset.
fn is_empty(answer: &Answer) -> bool {
    let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    answer.body.iter().all(u8::is_ascii_whitespace)
        || answer.body.iter().all(blank) && answer.text().is_some_and(|text| text.trim().is_empty())
}

fn of_xml(root: &xml::Root, answer: &Answer) -> Option<Finding> {
    let text = answer.text().unwrap_or_else(|| String::from_utf8_lossy(&answer.body));
    match xml::root(&text) {
        Ok(actual) if actual == *root => None,
        Ok(actual) => Some(Finding::new(
            FindingId::BodyRootTypeChanged,
            "",
            show::cut(&root.to_string()),
            show::cut(&actual.to_string()),
        )),
        Err(why) => {
            let actual = show::cut(&format!("{why}: {}", show::excerpt(text.as_bytes())));
            Some(Finding::new(FindingId::BodyNotXml, "", "well-formed XML", actual))
        }
    }
}

/// What the examples only suggest of a value (its format, its list) is not asked where suite.toml
/// frees the value, nor where the result code stands, which is compared by itself: another code may have
/// any form.
fn drop_free_hints(expectation: &Expectation, read: &Read<'_>, found: &mut Collector<'_>) {
    let free = |place: &Place| expectation.volatile.iter().any(|pattern| names(pattern, &place.concrete));
    let codes = [&expectation.code, &read.reading.code];
    let is_code =
        |place: &Place| codes.iter().any(|code| code.as_ref().is_some_and(|code| code.at == place.at));
    found.drop_hints(&[FindingId::BodyStringBecameEmpty], free);
    found.drop_hints(&[FindingId::BodyFormatChanged, FindingId::BodyEnumNewValue], |place| {
        free(place) || is_code(place)
    });
}

/// Whether the body is to be a map and none of its names is a key of it: something else was sent, such as an error.
fn is_another_object(schema: &Schema, value: &Value) -> bool {
    let names = schema.document.get("propertyNames").and_then(|names| Schema::compile(names.clone()).ok());
    let Some((names, members)) = names.zip(value.as_object()) else { return false };
    !members.keys().any(|name| names.accepts(&Value::from(name.as_str())))
}

fn of_json(expectation: &Expectation, value: &Value, read: &Read<'_>) -> Vec<Finding> {
    let BodyExpectation::Json { schema, example, repeated } = &expectation.body else { return Vec::new() };
    let mut found = Collector::new(&expectation.ignore);
    schema_findings::check(schema, value, &mut found);
    if found.has(FindingId::BodyMapKeyShape) && is_another_object(schema, value) {
        for key in found.take(FindingId::BodyMapKeyShape, |place| {
            last_step(&place.at).is_some_and(|(above, _)| above.is_empty())
        }) {
            found.push(key.level(Severity::Breaking));
        }
    }
    // Below a value of another type there is nothing to walk over.
    if !found.has(FindingId::BodyRootTypeChanged) {
        let sources = expectation.known.sources.as_deref();
        walk::check(schema, example.as_deref(), sources, value, &mut found);
        walk::join_renamed(&mut found);
        if let Some(example) = example.as_deref().filter(|_| !schema.is_persons()) {
            fields::hint(example, value, &mut found);
        }
        drop_free_hints(expectation, read, &mut found);
        let level =
            if expectation.compare == Compare::Exact { Some(Severity::Breaking) } else { read.values };
        if let (Some(level), Some(example)) = (level, example) {
            values::check(expectation, example, value, level, &mut found);
        }
    }
    let mut findings = found.findings();
    let ignored = |at: &&String| expectation.ignore.iter().any(|pattern| covers_place(pattern, at));
    // What the example does, too, is no news.
    let news = read.repeated.difference(repeated).filter(|at| !ignored(at));
    findings.extend(news.map(|at| {
        let name = last_step(at).and_then(|(_, step)| step.name().map(str::to_owned)).unwrap_or_default();
        Finding::new(FindingId::LintDuplicateKey, at, format!("`{name}` once"), "twice or more in one object")
    }));
    findings
}
