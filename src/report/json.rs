//! `run.json`, version 1: the one source of every other report.
//!
//! The types here are the format; `schemas/uphold/run.schema.json` is generated from them, and a
//! test keeps the file true (`UPHOLD_UPDATE=1 cargo test run_schema` writes it anew). Members may
//! be added within version 1: readers leave alone what they do not know. Member names are never
//! renamed or given another meaning; `null` stands where there is nothing to say.

use std::borrow::Cow;
use std::io::{self, Write};
use std::time::Duration;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::codes::CatalogueJson;
use self::compared::ComparisonJson;
use self::exchange::ExchangeJson;
use self::proven::ProvenJson;
use super::codes::catalogues;
use super::events::{CaseRow, Run, ShardRow, Summary, TargetRow, VerdictRow, WarningRow, WholeRow};
use crate::finding::{Finding, Severity};

/// What came of a run of `uphold run`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "uphold run.json")]
struct RunJson<'a> {
    /// The version of this format.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// The version of uphold that wrote it.
    uphold: Cow<'a, str>,
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
    proxies: Cow<'a, [String]>,
    /// Whether TLS certificates were not verified (`--insecure`).
    insecure: bool,
    /// All that was selected, by this run or by it and the other shards of one run.
    plan: PlanJson<'a>,
    /// Which part of it this run had (`--shard`); null for all.
    shard: Option<ShardJson>,
    /// The signal that ended the run early; null where none did.
    interrupted: Option<Cow<'a, str>>,
    /// The counts.
    summary: SummaryJson,
    /// Every selected case, in the order of the plan.
    cases: Vec<CaseJson<'a>>,
    /// The result codes of each suite that documents some, or got some.
    codes: Vec<CatalogueJson<'a>>,
    /// What came of `uphold compare`; null for a run against one server.
    compare: Option<ComparisonJson<'a>>,
    /// What the proof beside the reports (`uphold prove`) says of each suite that is in it; empty without one.
    #[serde(default)]
    proven: Vec<ProvenJson<'a>>,
    /// The paths of the requests that have no example.
    without_example: Cow<'a, [String]>,
    /// The collections, where none of their requests has an example; else empty.
    bare: Cow<'a, [String]>,
    /// What is odd in the collection and environment files.
    warnings: Vec<WarningJson<'a>>,
    /// Whether a case that was skipped without being asked for fails the run (`--no-skips`).
    no_skips: bool,
    /// What kept several cases from a usable answer, each said once here: a grant that failed.
    errors: Cow<'a, [String]>,
    /// What came up on the way that the user should know.
    notes: Cow<'a, [String]>,
    /// Of a run with memory (`uphold drift`), what is new, resolved and flaky since the runs before.
    drift: Cow<'a, [String]>,
    /// The answers that were kept for a decision; the last note says it, too. Null where none was.
    kept: Option<KeptJson<'a>>,
    /// Of a shard, the waivers of which only all shards together can say whether they were of use.
    waivers: Vec<WaiverJson<'a>>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "kept")]
struct KeptJson<'a> {
    /// How many.
    answers: usize,
    /// Their folder.
    folder: Cow<'a, str>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "plan")]
struct PlanJson<'a> {
    /// The same for runs of the same cases with the same `--fail-on`; shards of one run have the same.
    id: Cow<'a, str>,
    /// How many cases.
    cases: usize,
    /// The suites, in the order of the run.
    suites: Cow<'a, [String]>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "shard")]
struct ShardJson {
    /// Which it is, from 1.
    number: usize,
    /// How many there are.
    of: usize,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "waiver")]
struct WaiverJson<'a> {
    /// What there is to say where no shard had a finding that it lets go.
    note: Cow<'a, str>,
    /// Whether this shard had one, or a case that it is for has no verdict.
    used: bool,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "target")]
struct TargetJson<'a> {
    /// `mock`: the examples were served by uphold itself, no API was tested.
    kind: TargetKind,
    /// The base URL; those of several suites are joined with a comma.
    base_url: Cow<'a, str>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "target_kind")]
enum TargetKind {
    Mock,
    Live,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
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

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "case")]
struct CaseJson<'a> {
    /// Where it stands among all cases of the plan, from 0.
    position: usize,
    /// The stable id, `suite::folder::item::example`.
    id: Cow<'a, str>,
    /// The suite.
    suite: Cow<'a, str>,
    /// Where the example stands.
    source: SourceJson<'a>,
    /// What came of it.
    verdict: VerdictJson,
    /// Why it was skipped or errored.
    reason: Option<Cow<'a, str>>,
    /// What kind of reason the plan has for not sending it, such as `twin`, `variable`, `credential`, `skip` (of
    /// suite.toml) or `only safe`; null where it was to be sent.
    skip: Option<Cow<'a, str>>,
    /// How the request was changed so that the API gives this answer.
    recipe: Cow<'a, str>,
    /// How many requests were sent for it, retries and challenges of auth included; 0 where none was.
    attempts: u32,
    /// How often it was tried again: a case that passed with more than 0 is flaky.
    retries: u32,
    /// How long it took, in milliseconds.
    duration_ms: u64,
    /// How long it took in its earlier runs, where it passed at once, in milliseconds, oldest first; of a run
    /// with memory.
    earlier_ms: Cow<'a, [f64]>,
    /// The request; null where none could be made.
    request: Option<RequestJson<'a>>,
    /// The status of the answer; null without an answer.
    status: Option<u16>,
    /// What happened on the way: redirects, followed or not.
    notes: Cow<'a, [String]>,
    /// What was found.
    findings: Vec<FindingJson<'a>>,
    /// The tags of the case.
    tags: Cow<'a, [String]>,
    /// The messages; null where the case was not sent, or passed without findings.
    exchange: Option<ExchangeJson<'a>>,
    /// The result codes that came: in the last answer of the case, and in those of its steps.
    codes: SeenCodesJson<'a>,
    /// A curl command that sends the same request, secrets hidden; null where there is no exchange.
    curl: Option<Cow<'a, str>>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "seen_codes")]
struct SeenCodesJson<'a> {
    /// Each once for a place.
    seen: Vec<SeenCodeJson<'a>>,
    /// How many more there are that the suite does not document.
    more: usize,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "seen_code")]
struct SeenCodeJson<'a> {
    /// Where it stands.
    at: Cow<'a, str>,
    /// The code; a long one is cut.
    code: Cow<'a, str>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "verdict")]
enum VerdictJson {
    Passed,
    Failed,
    Errored,
    Skipped,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "source")]
struct SourceJson<'a> {
    /// The file.
    file: Cow<'a, str>,
    /// The JSON pointer (RFC 6901) of the example in it.
    pointer: Cow<'a, str>,
    /// The line, from 1, on which the example begins; null where it is not known.
    line: Option<u32>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "request")]
struct RequestJson<'a> {
    /// The method.
    method: Cow<'a, str>,
    /// The absolute URL, secrets hidden.
    url: Cow<'a, str>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "finding")]
struct FindingJson<'a> {
    /// What kind of difference.
    id: Cow<'a, str>,
    /// How much it matters.
    severity: SeverityJson,
    /// Where: a JSON pointer with `*` for array positions and `{key}` for map keys, or
    /// `header:name`, or `step:` and a case id for a request before or after; empty for the answer as a
    /// whole.
    at: Cow<'a, str>,
    /// What had to be there, for people.
    expected: Cow<'a, str>,
    /// What was there, for people.
    actual: Cow<'a, str>,
    /// What to do or to know.
    hint: Option<Cow<'a, str>>,
    /// Which examples make the claim that is broken, where the schema follows from them: what they show
    /// at the place, in how many of them and in which. Null where a person wrote the claim.
    provenance: Option<Cow<'a, str>>,
    /// Until when a waiver lets it go, and why; its severity is info then. Null where it counts.
    waived: Option<Cow<'a, str>>,
    /// What earlier runs say of it, where it is not new to a run with memory. Null where nothing is known.
    earlier: Option<Cow<'a, str>>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "severity")]
pub(super) enum SeverityJson {
    Info,
    Warning,
    Breaking,
    Env,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "warning")]
struct WarningJson<'a> {
    /// The file.
    file: Cow<'a, str>,
    /// The JSON pointer (RFC 6901) in it; empty for the whole file.
    pointer: Cow<'a, str>,
    /// What is odd, and what was made of it.
    message: Cow<'a, str>,
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
            version: read::VERSION,
            uphold: env!("CARGO_PKG_VERSION").into(),
            started: format!("{:.3}", run.started.started),
            seed: run.started.seed,
            duration_ms: milliseconds(run.finished.duration),
            target: TargetJson::from(&run.started.target),
            proxies: (&run.started.via).into(),
            insecure: run.started.insecure,
            plan: PlanJson::from(&run.started.whole),
            shard: run.started.whole.shard.as_ref().map(ShardJson::from),
            interrupted: run.finished.interrupted.map(Cow::from),
            summary: SummaryJson::from(run.finished.summary),
            cases: run
                .cases
                .iter()
                .map(|row| CaseJson { position: run.started.whole.position(row), ..CaseJson::from(*row) })
                .collect(),
            codes: catalogues(run.started, &run.cases).iter().map(CatalogueJson::from).collect(),
            compare: run.started.compared.as_ref().map(ComparisonJson::from),
            proven: run.started.proven.iter().map(ProvenJson::from).collect(),
            warnings: run.started.warnings.iter().map(WarningJson::from).collect(),
            without_example: (&run.started.without_example).into(),
            bare: (&run.started.bare).into(),
            no_skips: run.finished.no_skips,
            errors: (&run.finished.errors).into(),
            notes: (&run.finished.notes).into(),
            drift: (&run.finished.drift).into(),
            kept: run
                .finished
                .kept
                .as_ref()
                .map(|kept| KeptJson { answers: kept.answers, folder: (&kept.folder).into() }),
            waivers: run
                .finished
                .waivers
                .iter()
                .map(|waiver| WaiverJson { note: (&waiver.note).into(), used: waiver.used })
                .collect(),
        }
    }
}

impl<'a> From<&'a WholeRow> for PlanJson<'a> {
    fn from(whole: &'a WholeRow) -> Self {
        Self { id: (&whole.id).into(), cases: whole.cases, suites: (&whole.suites).into() }
    }
}

impl From<&ShardRow> for ShardJson {
    fn from(shard: &ShardRow) -> Self {
        Self { number: shard.number, of: shard.of }
    }
}

impl<'a> From<&'a TargetRow> for TargetJson<'a> {
    fn from(target: &'a TargetRow) -> Self {
        let kind = match target {
            TargetRow::Mock { .. } => TargetKind::Mock,
            TargetRow::Live { .. } => TargetKind::Live,
        };
        Self { kind, base_url: target.base_url().into() }
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
            position: row.position,
            id: (&row.id).into(),
            suite: (&row.suite).into(),
            source: SourceJson { file: (&row.file).into(), pointer: (&row.pointer).into(), line: row.line },
            verdict: match row.verdict {
                VerdictRow::Passed => VerdictJson::Passed,
                VerdictRow::Failed => VerdictJson::Failed,
                VerdictRow::Errored => VerdictJson::Errored,
                VerdictRow::Skipped => VerdictJson::Skipped,
            },
            reason: row.reason.as_deref().map(Cow::from),
            skip: row.skip.map(|class| class.name().into()),
            recipe: (&row.recipe).into(),
            attempts: row.attempts,
            retries: row.retries,
            duration_ms: milliseconds(row.duration),
            earlier_ms: (&row.earlier_ms).into(),
            request: row
                .request
                .as_ref()
                .map(|sent| RequestJson { method: (&sent.method).into(), url: (&sent.url).into() }),
            status: row.status,
            notes: (&row.notes).into(),
            findings: row.findings.iter().map(FindingJson::from).collect(),
            tags: (&row.tags).into(),
            exchange: row.exchange.as_deref().map(ExchangeJson::from),
            codes: SeenCodesJson {
                seen: row
                    .codes
                    .codes
                    .iter()
                    .map(|seen| SeenCodeJson { at: (&seen.at).into(), code: (&seen.code).into() })
                    .collect(),
                more: row.codes.more,
            },
            curl: row.curl.as_deref().map(Cow::from),
        }
    }
}

impl<'a> From<&'a Finding> for FindingJson<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            id: finding.id.as_str().into(),
            severity: SeverityJson::from(finding.severity),
            at: (&finding.at).into(),
            expected: (&finding.expected).into(),
            actual: (&finding.actual).into(),
            hint: finding.hint.as_deref().map(Cow::from),
            provenance: finding.provenance.as_deref().map(Cow::from),
            waived: finding.waived.as_deref().map(Cow::from),
            earlier: finding.earlier.as_deref().map(Cow::from),
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
        Self {
            file: (&warning.file).into(),
            pointer: (&warning.pointer).into(),
            message: (&warning.message).into(),
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

mod codes;
mod compared;
pub mod event;
mod exchange;
mod proven;
mod read;

pub use read::{ReadError, Recorded, read};

#[cfg(test)]
mod tests;
