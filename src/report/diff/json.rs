//! The differences as JSON, version 1.
//!
//! The types here are the format; `schemas/uphold/diff.schema.json` is generated from them, and a test
//! keeps the file true (`UPHOLD_UPDATE=1 cargo test diff_schema` writes it anew). The rules are those of
//! `run.json`, but that a member without anything to say is left out.

use std::fmt::Write as _;
use std::io::{self, Write};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;

use super::{Counts, DiffReport};
use crate::finding::Finding;
use crate::report::escape;
use crate::report::json::SeverityJson;

/// What `uphold diff` found.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "uphold diff.json")]
struct DiffJson<'a> {
    /// The version of this format.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// The version of uphold that wrote it.
    uphold: &'static str,
    /// The differences: in the order of the old file, then what is new; of one case the gravest first.
    findings: Vec<FindingJson<'a>>,
    /// The counts.
    summary: SummaryJson,
    /// What to know of the comparison as a whole; there where two collections have nothing in common.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "finding")]
struct FindingJson<'a> {
    /// The id of the case without its suite, or of a request without an example; not there where two
    /// answers were compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<&'a str>,
    /// What kind of difference.
    id: &'static str,
    /// How much it matters.
    severity: SeverityJson,
    /// Where: a JSON pointer with `*` for array positions and `{key}` for map keys, or `header:name`, or
    /// `request:` and a part of the request (`request:method`, `request:query/page`,
    /// `request:header:accept`, `request:body/users/0/id`); empty for the answer or case as a whole.
    at: &'a str,
    /// What the old file has, for people.
    expected: &'a str,
    /// What the new file has, for people.
    actual: &'a str,
    /// What to do or to know.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "summary")]
struct SummaryJson {
    /// Answers that were held against an old one.
    compared: usize,
    /// Examples and requests that only the old collection has.
    gone: usize,
    /// Examples and requests that only the new collection has.
    new: usize,
    /// Examples with another name.
    renamed: usize,
    /// Findings that break clients.
    breaking: usize,
    /// Findings that may break strict clients.
    warning: usize,
    /// Findings worth knowing.
    info: usize,
    /// Findings that say something of the environment: a recorded answer that is throttled, unavailable
    /// or refused for its credentials.
    env: usize,
}

/// Writes the report, fit for a terminal and the log of a CI server, too: what is hidden or a command
/// there is escaped, which changes nothing for who reads the JSON.
pub fn write(report: &DiffReport, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(&DiffJson::from(report))?;
    let mut shown = String::with_capacity(text.len());
    let mut before = None;
    for c in text.chars() {
        // Outside of strings the writer puts none of these but line feeds, and inside of them it escapes those.
        if c != '\n' && escape::is_hidden(c) || c == '#' && before == Some('#') {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // A String takes every text.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
        before = Some(c);
    }
    writeln!(out, "{shown}")
}

/// The JSON Schema (2020-12) of what [`write`](fn@write) writes.
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<DiffJson<'static>>().to_value()
}

impl<'a> From<&'a DiffReport> for DiffJson<'a> {
    fn from(report: &'a DiffReport) -> Self {
        let of_case = |(case, findings): &'a (Option<String>, Vec<Finding>)| {
            findings.iter().map(move |finding| FindingJson::of(case.as_deref(), finding))
        };
        Self {
            version: 1,
            uphold: env!("CARGO_PKG_VERSION"),
            findings: report.cases.iter().flat_map(of_case).collect(),
            summary: SummaryJson::from(report.counts),
            note: report.note,
        }
    }
}

impl<'a> FindingJson<'a> {
    fn of(case: Option<&'a str>, finding: &'a Finding) -> Self {
        Self {
            case,
            id: finding.id.as_str(),
            severity: SeverityJson::from(finding.severity),
            at: &finding.at,
            expected: &finding.expected,
            actual: &finding.actual,
            hint: finding.hint.as_deref(),
        }
    }
}

impl From<Counts> for SummaryJson {
    fn from(counts: Counts) -> Self {
        let Counts { compared, gone, new, renamed, breaking, warning, info, env } = counts;
        Self { compared, gone, new, renamed, breaking, warning, info, env }
    }
}
