//! What the page knows of a run: [`RunData`] for the list, [`DetailData`] for one case.
//!
//! Every text is as the rows have it; the script shows what is hidden in it. What is absent is left out, so
//! that a page of ten thousand cases stays small.

use serde::Serialize;

use crate::compare::live::Reason;
use crate::finding::Finding;
use crate::report::codes::{Catalogue, State, catalogues};
use crate::report::comparison::Comparison;
use crate::report::events::{CaseRow, CodeRow, ProvenRow, Run, Summary, VerdictRow, WarningRow};
use crate::report::exchange::{BodyRow, ExchangeRow, MessageRow};
use crate::report::overview::Overview;
use crate::report::sentence;

/// A run without what only the page of a case shows.
#[derive(Debug, Serialize)]
pub(super) struct RunData<'r> {
    /// The version of uphold.
    uphold: &'static str,
    sentence: String,
    /// RFC 3339, UTC.
    started: String,
    ms: u128,
    mock: bool,
    url: &'r str,
    via: &'r [String],
    insecure: bool,
    interrupted: Option<&'static str>,
    seed: Option<u32>,
    /// Passed, failed, errored, skipped, requests without an example.
    counts: [usize; 5],
    compared: Option<ComparedData<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    proven: Vec<ProvenData<'r>>,
    codes: Vec<SuiteCodesData<'r>>,
    warnings: Vec<[&'r str; 3]>,
    without_example: &'r [String],
    errors: &'r [String],
    notes: &'r [String],
    drift: &'r [String],
    skips: Vec<String>,
    /// How many cases are in one block of details.
    chunk: usize,
    cases: Vec<ListData<'r>>,
}

/// One case in the list.
#[derive(Debug, Serialize)]
struct ListData<'r> {
    id: &'r str,
    suite: &'r str,
    verdict: &'static str,
    ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'r str>,
    #[serde(skip_serializing_if = "is_zero")]
    retries: u32,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'r [String],
    /// Level, id and place of each finding, the gravest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    found: Vec<(String, &'static str, &'r str)>,
}

/// What the page of a case shows besides.
#[derive(Debug, Serialize)]
pub(super) struct DetailData<'r> {
    file: &'r str,
    pointer: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    recipe: &'r str,
    attempts: u32,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'r [String],
    /// In the order of the list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<FindingData<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    curl: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exchange: Option<ExchangeData<'r>>,
    /// Place and code of the result codes that came.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    codes: Vec<[&'r str; 2]>,
    /// The times of earlier runs, in milliseconds, oldest first.
    #[serde(skip_serializing_if = "<[f64]>::is_empty")]
    earlier_ms: &'r [f64],
}

#[derive(Debug, Serialize)]
struct FindingData<'r> {
    level: String,
    id: &'static str,
    means: &'static str,
    at: &'r str,
    expected: &'r str,
    actual: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provenance: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waived: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier: Option<&'r str>,
}

#[derive(Debug, Serialize)]
struct ExchangeData<'r> {
    request: MessageData<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<MessageData<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<MessageData<'r>>,
}

#[derive(Debug, Serialize)]
struct MessageData<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    headers: Vec<[&'r str; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<BodyData<'r>>,
}

#[derive(Debug, Serialize)]
struct BodyData<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    media_type: Option<&'r str>,
    bytes: usize,
    is_text: bool,
    text: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<usize>,
    #[serde(skip_serializing_if = "str::is_empty")]
    tail: &'r str,
}

#[derive(Debug, Serialize)]
struct ComparedData<'r> {
    old: &'r str,
    new: &'r str,
    rounds: usize,
    requests: usize,
    cancelled: Vec<CancelledData<'r>>,
    violating: &'r [String],
}

#[derive(Debug, Serialize)]
struct CancelledData<'r> {
    case: &'r str,
    reason: &'static str,
    finding: FindingData<'r>,
}

/// What is proven of a suite.
#[derive(Debug, Serialize)]
struct ProvenData<'r> {
    suite: &'r str,
    cases: usize,
    others: usize,
    caught: usize,
    missed: usize,
    inherent: usize,
    false_alarms: usize,
}

#[derive(Debug, Serialize)]
struct SuiteCodesData<'r> {
    suite: &'r str,
    codes: Vec<CodeData<'r>>,
    /// Code, place and first case of those that no example documents, and in how many cases they came.
    unknown: Vec<(&'r str, &'r str, &'r str, usize)>,
    unknown_more: usize,
}

#[derive(Debug, Serialize)]
struct CodeData<'r> {
    code: &'r str,
    state: &'static str,
    seen: bool,
    seen_in: usize,
    reason: Option<String>,
    cases: &'r [String],
}

impl<'r> RunData<'r> {
    /// Of a run; the result codes are counted here.
    pub(super) fn of(run: &Run<'r>) -> Self {
        let Run { started, cases, finished } = run;
        let Summary { passed, failed, errored, skipped, without_example } = finished.summary;
        let mut overview = Overview::default();
        for row in cases {
            overview.add(row);
        }
        Self {
            uphold: env!("CARGO_PKG_VERSION"),
            sentence: sentence::of(run),
            started: format!("{:.0}", started.started),
            ms: finished.duration.as_millis(),
            mock: started.target.kind() == "mock",
            url: started.target.base_url(),
            via: &started.via,
            insecure: started.insecure,
            interrupted: finished.interrupted,
            seed: started.seed,
            counts: [passed, failed, errored, skipped, without_example],
            compared: started.compared.as_ref().map(ComparedData::from),
            proven: started.proven.iter().map(ProvenData::from).collect(),
            codes: catalogues(started, cases).into_iter().map(SuiteCodesData::from).collect(),
            warnings: started.warnings.iter().map(warning).collect(),
            without_example: &started.without_example,
            errors: &finished.errors,
            notes: &finished.notes,
            drift: &finished.drift,
            skips: overview.skipped(),
            chunk: super::CHUNK,
            cases: cases.iter().map(|row| ListData::of(row)).collect(),
        }
    }
}

impl<'r> ListData<'r> {
    fn of(row: &'r CaseRow) -> Self {
        Self {
            id: &row.id,
            suite: &row.suite,
            verdict: match row.verdict {
                VerdictRow::Passed => "passed",
                VerdictRow::Failed => "failed",
                VerdictRow::Errored => "errored",
                VerdictRow::Skipped => "skipped",
            },
            ms: milliseconds(row),
            method: row.request.as_ref().map(|request| request.method.as_str()),
            url: row.request.as_ref().map(|request| request.url.as_str()),
            status: row.status,
            reason: row.reason.as_deref(),
            retries: row.retries,
            tags: &row.tags,
            found: gravest_first(row).map(|found| (found.level(), found.id.as_str(), &*found.at)).collect(),
        }
    }
}

impl<'r> DetailData<'r> {
    /// Of a row.
    pub(super) fn of(row: &'r CaseRow) -> Self {
        let code = |CodeRow { at, code }: &'r CodeRow| [at.as_str(), code.as_str()];
        Self {
            file: &row.file,
            pointer: &row.pointer,
            line: row.line,
            recipe: &row.recipe,
            attempts: row.attempts,
            notes: &row.notes,
            findings: gravest_first(row).map(FindingData::from).collect(),
            curl: row.curl.as_deref(),
            exchange: row.exchange.as_deref().map(ExchangeData::from),
            codes: row.codes.codes.iter().map(code).collect(),
            earlier_ms: &row.earlier_ms,
        }
    }
}

/// The findings, those that count before those that are waived.
fn gravest_first(row: &CaseRow) -> impl Iterator<Item = &Finding> {
    let mut found: Vec<&Finding> = row.findings.iter().collect();
    found.sort_by_key(|finding| (finding.waived.is_some(), std::cmp::Reverse(finding.severity)));
    found.into_iter()
}

/// To a tenth of one.
fn milliseconds(row: &CaseRow) -> f64 {
    (row.duration.as_secs_f64() * 10_000.0).round() / 10.0
}

fn warning(row: &WarningRow) -> [&str; 3] {
    let WarningRow { file, pointer, message } = row;
    [file, pointer, message]
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes what it asks for by reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl<'r> From<&'r Finding> for FindingData<'r> {
    fn from(finding: &'r Finding) -> Self {
        Self {
            level: finding.level(),
            id: finding.id.as_str(),
            means: finding.id.explanation(),
            at: &finding.at,
            expected: &finding.expected,
            actual: &finding.actual,
            hint: finding.hint.as_deref(),
            provenance: finding.provenance.as_deref(),
            waived: finding.waived.as_deref(),
            earlier: finding.earlier.as_deref(),
        }
    }
}

impl<'r> From<&'r ExchangeRow> for ExchangeData<'r> {
    fn from(row: &'r ExchangeRow) -> Self {
        Self {
            request: (&row.request).into(),
            answer: row.answer.as_ref().map(Into::into),
            expected: row.expected.as_ref().map(Into::into),
        }
    }
}

impl<'r> From<&'r MessageRow> for MessageData<'r> {
    fn from(row: &'r MessageRow) -> Self {
        Self {
            status: row.status,
            headers: row.headers.iter().map(|field| [field.name.as_str(), field.value.as_str()]).collect(),
            body: row.body.as_ref().map(Into::into),
        }
    }
}

impl<'r> From<&'r BodyRow> for BodyData<'r> {
    fn from(row: &'r BodyRow) -> Self {
        Self {
            media_type: row.media_type.as_deref(),
            bytes: row.bytes,
            is_text: row.is_text,
            text: &row.text,
            left_out: (row.left_out > 0).then_some(row.left_out),
            tail: &row.tail,
        }
    }
}

impl<'r> From<&'r Comparison> for ComparedData<'r> {
    fn from(compared: &'r Comparison) -> Self {
        let cancelled = compared.cancelled.iter().map(|row| CancelledData {
            case: &row.case,
            reason: match row.reason {
                Reason::Noise => "the old server's own answers show it",
                Reason::Documented => "the saved examples show it",
                Reason::Seldom => "it came so seldom that chance may have it",
            },
            finding: FindingData::from(&row.finding),
        });
        Self {
            old: &compared.old,
            new: &compared.new,
            rounds: compared.rounds,
            requests: compared.counts.requests,
            cancelled: cancelled.collect(),
            violating: &compared.violating,
        }
    }
}

impl<'r> From<&'r ProvenRow> for ProvenData<'r> {
    fn from(row: &'r ProvenRow) -> Self {
        let ProvenRow { suite, cases, others, caught, missed, inherent, false_alarms } = row;
        let [cases, others, caught, missed] = [*cases, *others, *caught, *missed];
        Self { suite, cases, others, caught, missed, inherent: *inherent, false_alarms: *false_alarms }
    }
}

impl<'r> From<Catalogue<'r>> for SuiteCodesData<'r> {
    fn from(catalogue: Catalogue<'r>) -> Self {
        let unknown = catalogue.unknown.iter().map(|code| (code.code, code.at, code.case, code.seen_in));
        Self {
            suite: catalogue.suite,
            unknown: unknown.collect(),
            unknown_more: catalogue.unknown_more,
            codes: catalogue
                .documented
                .into_iter()
                .map(|entry| CodeData {
                    code: &entry.row.code,
                    state: entry.state.words(),
                    seen: entry.state == State::Seen,
                    seen_in: entry.seen_in,
                    reason: entry.reason,
                    cases: &entry.row.cases,
                })
                .collect(),
        }
    }
}
