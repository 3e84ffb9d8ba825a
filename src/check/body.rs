//! The body: whether there is one, and whether it is what it must be.

use serde_json::Value;

use super::found::Collector;
use super::{Read, schema_findings, show, values, walk};
use crate::contract::body::xml_root;
use crate::contract::{BodyExpectation, Expectation};
use crate::finding::{Finding, FindingId};
use crate::message::Answer;
use crate::suite::Compare;

/// The JSON of an answer: byte order mark and charset honoured (RFC 8259 asks for UTF-8, servers
/// differ). The error says why there is none; nesting deeper than 127 levels is refused.
pub(super) fn parse(answer: &Answer) -> Result<Value, String> {
    let Some(text) = answer.text() else {
        return Err(format!("no text in its charset: {}", show::excerpt(&answer.body)));
    };
    serde_json::from_str(&text).map_err(|error| format!("{error}: {}", show::excerpt(text.as_bytes())))
}

/// Everything that is wrong with the body.
pub(super) fn check(expectation: &Expectation, read: &Read<'_>) -> Vec<Finding> {
    let empty = read.answer.body.iter().all(u8::is_ascii_whitespace);
    let root = |id, expected: &str, actual: String| vec![Finding::new(id, "", expected, actual)];
    match &expectation.body {
        BodyExpectation::Any => Vec::new(),
        BodyExpectation::Empty if empty => Vec::new(),
        BodyExpectation::Empty => {
            root(FindingId::BodyBecameNonempty, "no body", show::excerpt(&read.answer.body))
        }
        _ if empty => root(FindingId::BodyBecameEmpty, "a body", "none".to_owned()),
        BodyExpectation::Opaque { text } => values::text(text.as_deref(), read.answer).into_iter().collect(),
        BodyExpectation::Xml { root, text } => xml(root, read.answer)
            .or_else(|| values::text(text.as_deref(), read.answer))
            .into_iter()
            .collect(),
        BodyExpectation::Json { .. } => match (&read.json, &read.not_json) {
            (Some(value), _) => json(expectation, value),
            (None, why) => root(FindingId::BodyNotJson, "JSON", why.clone().unwrap_or_default()),
        },
    }
}

fn xml(root: &str, answer: &Answer) -> Option<Finding> {
    let text = answer.text().unwrap_or_else(|| String::from_utf8_lossy(&answer.body));
    match xml_root(&text) {
        Ok(actual) if actual == root => None,
        Ok(actual) => Some(Finding::new(
            FindingId::BodyRootTypeChanged,
            "",
            format!("<{root}>"),
            show::cut(&format!("<{actual}>")),
        )),
        Err(why) => {
            let actual = show::cut(&format!("{why}: {}", show::excerpt(text.as_bytes())));
            Some(Finding::new(FindingId::BodyNotXml, "", "well-formed XML", actual))
        }
    }
}

fn json(expectation: &Expectation, value: &Value) -> Vec<Finding> {
    let BodyExpectation::Json { schema, example } = &expectation.body else { return Vec::new() };
    let mut found = Collector::new(&expectation.ignore);
    schema_findings::check(schema, value, &mut found);
    // Below a value of another type there is nothing to walk over.
    if !found.has(FindingId::BodyRootTypeChanged) {
        walk::check(schema, example.as_deref(), value, &mut found);
        walk::join_renamed(&mut found);
        if let (Compare::Exact, Some(example)) = (expectation.compare, example) {
            values::check(expectation, example, value, &mut found);
        }
    }
    found.findings()
}
