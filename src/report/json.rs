//! `run.json`, version 1: the one source of every other report.
//!
//! The types here are the format; `schemas/uphold/run.schema.json` is generated from them, and a
//! test keeps the file true (`UPHOLD_UPDATE=1 cargo test run_schema` writes it anew). Members may
//! be added within version 1: readers leave alone what they do not know. Member names are never
//! renamed or given another meaning; `null` stands where there is nothing to say.

use std::io::{self, Write};
use std::time::Duration;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;

use self::codes::CatalogueJson;
use self::compared::ComparisonJson;
use self::exchange::ExchangeJson;
use super::codes::catalogues;
use super::events::{CaseRow, Run, Summary, TargetRow, VerdictRow, WarningRow};
use crate::finding::{Finding, Severity};

/// What came of a run of `uphold run`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "uphold run.json")]
struct RunJson<'a> {
    /// The version of this format.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// The version of uphold that wrote it.
    uphold: &'static str,
    /// When the run started: RFC 3339, UTC.
    #[schemars(extend("format" = "date-time"))]
    started: String,
    /// The seed of dynamic values such as `{{$guid}}`, for `--seed`; null where there are none.
    seed: Option<u32>,
    /// How long the run took, in milliseconds.
    duration_ms: u64,
    /// Where the requests were sent.
    target: TargetJson<'a>,
    /// The proxies on the way, as `host:port`; empty where there were none.
    proxies: &'a [String],
    /// Whether TLS certificates were not verified (`--insecure`).
    insecure: bool,
    /// The counts.
    summary: SummaryJson,
    /// Every selected case, in the order of the plan.
    cases: Vec<CaseJson<'a>>,
    /// The result codes of each suite that documents some, or got some.
    codes: Vec<CatalogueJson<'a>>,
    /// What came of `uphold compare`; null for a run against one server.
    compare: Option<ComparisonJson<'a>>,
    /// What is odd in the collection and environment files.
    warnings: Vec<WarningJson<'a>>,
    /// What kept several cases from a usable answer, each said once here: a grant that failed.
    errors: &'a [String],
    /// What came up on the way that the user should know.
    notes: &'a [String],
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "target")]
struct TargetJson<'a> {
    /// `mock`: the examples were served by uphold itself, no API was tested.
    kind: TargetKind,
    /// The base URL; those of several suites are joined with a comma.
    base_url: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "target_kind")]
enum TargetKind {
    Mock,
    Live,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "summary")]
struct SummaryJson {
    /// Cases answered as documented.
    passed: usize,
    /// Cases answered differently.
    failed: usize,
    /// Cases without a usable answer.
    errored: usize,
    /// Cases that were not sent.
    skipped: usize,
    /// Requests of the collections that have no example and so give no case.
    without_example: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "case")]
struct CaseJson<'a> {
    /// The stable id, `suite::folder::item::example`.
    id: &'a str,
    /// The suite.
    suite: &'a str,
    /// Where the example stands.
    source: SourceJson<'a>,
    /// What came of it.
    verdict: VerdictJson,
    /// Why it was skipped or errored.
    reason: Option<&'a str>,
    /// How the request was changed so that the API gives this answer.
    recipe: &'a str,
    /// How many requests were sent for it, retries and challenges of auth included; 0 where none was.
    attempts: u32,
    /// How often it was tried again: a case that passed with more than 0 is flaky.
    retries: u32,
    /// How long it took, in milliseconds.
    duration_ms: u64,
    /// How long it took in its earlier runs, where it passed at once, in milliseconds, oldest first; of a run
    /// with memory.
    earlier_ms: &'a [f64],
    /// The request; null where none could be made.
    request: Option<RequestJson<'a>>,
    /// The status of the answer; null without an answer.
    status: Option<u16>,
    /// What happened on the way: redirects, followed or not.
    notes: &'a [String],
    /// What was found.
    findings: Vec<FindingJson<'a>>,
    /// The tags of the case.
    tags: &'a [String],
    /// The messages; null where the case was not sent, or passed without findings.
    exchange: Option<ExchangeJson<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "verdict")]
enum VerdictJson {
    Passed,
    Failed,
    Errored,
    Skipped,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "source")]
struct SourceJson<'a> {
    /// The file.
    file: &'a str,
    /// The JSON pointer (RFC 6901) of the example in it.
    pointer: &'a str,
    /// The line, from 1, on which the example begins; null where it is not known.
    line: Option<u32>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "request")]
struct RequestJson<'a> {
    /// The method.
    method: &'a str,
    /// The absolute URL, secrets hidden.
    url: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "finding")]
struct FindingJson<'a> {
    /// What kind of difference.
    id: &'static str,
    /// How much it matters.
    severity: SeverityJson,
    /// Where: a JSON pointer with `*` for array positions and `{key}` for map keys, or
    /// `header:name`, or `step:` and a case id for a request before or after; empty for the answer as a
    /// whole.
    at: &'a str,
    /// What had to be there, for people.
    expected: &'a str,
    /// What was there, for people.
    actual: &'a str,
    /// What to do or to know.
    hint: Option<&'a str>,
    /// Which examples make the claim that is broken, where the schema follows from them: what they show
    /// at the place, in how many of them and in which. Null where a person wrote the claim.
    provenance: Option<&'a str>,
    /// Until when a waiver lets it go, and why; its severity is info then. Null where it counts.
    waived: Option<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "severity")]
pub(super) enum SeverityJson {
    Info,
    Warning,
    Breaking,
    Env,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "warning")]
struct WarningJson<'a> {
    /// The file.
    file: &'a str,
    /// The JSON pointer (RFC 6901) in it; empty for the whole file.
    pointer: &'a str,
    /// What is odd, and what was made of it.
    message: &'a str,
}

/// Writes a run.
pub fn write(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &RunJson::from(run))?;
    out.write_all(b"\n")
}

/// The JSON Schema (2020-12) of what [`write`](fn@write) writes.
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<RunJson<'static>>().to_value()
}

impl<'a> From<&'a Run<'_>> for RunJson<'a> {
    fn from(run: &'a Run<'_>) -> Self {
        Self {
            version: 1,
            uphold: env!("CARGO_PKG_VERSION"),
            started: format!("{:.3}", run.started.started),
            seed: run.started.seed,
            duration_ms: milliseconds(run.finished.duration),
            target: TargetJson::from(&run.started.target),
            proxies: &run.started.via,
            insecure: run.started.insecure,
            summary: SummaryJson::from(run.finished.summary),
            cases: run.cases.iter().map(|row| CaseJson::from(*row)).collect(),
            codes: catalogues(run.started, &run.cases).iter().map(CatalogueJson::from).collect(),
            compare: run.started.compared.as_ref().map(ComparisonJson::from),
            warnings: run.started.warnings.iter().map(WarningJson::from).collect(),
            errors: &run.finished.errors,
            notes: &run.finished.notes,
        }
    }
}

impl<'a> From<&'a TargetRow> for TargetJson<'a> {
    fn from(target: &'a TargetRow) -> Self {
        let kind = match target {
            TargetRow::Mock { .. } => TargetKind::Mock,
            TargetRow::Live { .. } => TargetKind::Live,
        };
        Self { kind, base_url: target.base_url() }
    }
}

impl From<Summary> for SummaryJson {
    fn from(summary: Summary) -> Self {
        let Summary { passed, failed, errored, skipped, without_example } = summary;
        Self { passed, failed, errored, skipped, without_example }
    }
}

impl<'a> From<&'a CaseRow> for CaseJson<'a> {
    fn from(row: &'a CaseRow) -> Self {
        Self {
            id: &row.id,
            suite: &row.suite,
            source: SourceJson { file: &row.file, pointer: &row.pointer, line: row.line },
            verdict: match row.verdict {
                VerdictRow::Passed => VerdictJson::Passed,
                VerdictRow::Failed => VerdictJson::Failed,
                VerdictRow::Errored => VerdictJson::Errored,
                VerdictRow::Skipped => VerdictJson::Skipped,
            },
            reason: row.reason.as_deref(),
            recipe: &row.recipe,
            attempts: row.attempts,
            retries: row.retries,
            duration_ms: milliseconds(row.duration),
            earlier_ms: &row.earlier_ms,
            request: row.request.as_ref().map(|sent| RequestJson { method: &sent.method, url: &sent.url }),
            status: row.status,
            notes: &row.notes,
            findings: row.findings.iter().map(FindingJson::from).collect(),
            tags: &row.tags,
            exchange: row.exchange.as_deref().map(ExchangeJson::from),
        }
    }
}

impl<'a> From<&'a Finding> for FindingJson<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            id: finding.id.as_str(),
            severity: SeverityJson::from(finding.severity),
            at: &finding.at,
            expected: &finding.expected,
            actual: &finding.actual,
            hint: finding.hint.as_deref(),
            provenance: finding.provenance.as_deref(),
            waived: finding.waived.as_deref(),
        }
    }
}

impl From<Severity> for SeverityJson {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Info => Self::Info,
            Severity::Warning => Self::Warning,
            Severity::Breaking => Self::Breaking,
            Severity::Env => Self::Env,
        }
    }
}

impl<'a> From<&'a WarningRow> for WarningJson<'a> {
    fn from(warning: &'a WarningRow) -> Self {
        Self { file: &warning.file, pointer: &warning.pointer, message: &warning.message }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

mod codes;
mod compared;
mod exchange;

#[cfg(test)]
mod tests;
