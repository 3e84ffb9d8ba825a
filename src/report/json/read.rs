//! Reads run.json back into the rows that it was written from.
//!
//! Everything in it is data: texts are taken as they are and escaped by each format, as those of a run. What is not
//! known is left alone, so that a report with more members reads, too.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::codes::CatalogueJson;
use super::{CaseJson, FindingJson, RunJson, SeverityJson, SummaryJson, TargetKind, VerdictJson};
use crate::finding::{Finding, FindingId, Severity};
use crate::plan::SkipClass;
use crate::report::events::{
    CaseRow, CodeRow, KeptRow, RequestRow, Run, RunFinished, RunStarted, SeenCodesRow, ShardRow, Summary,
    TargetRow, VerdictRow, WaiverRow, WarningRow, WholeRow,
};

/// The version of run.json that is written and read.
pub(super) const VERSION: u32 = 1;
/// The signals that a run can be ended by.
const SIGNALS: [&str; 2] = ["SIGINT", "SIGTERM"];

/// A run as its run.json has it.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The version of uphold that wrote it.
    pub uphold: String,
    /// What was known before the first request.
    pub started: RunStarted,
    /// Every case, in the order of the plan.
    pub cases: Vec<CaseRow>,
    /// What was known after the last case.
    pub finished: RunFinished,
}

impl Recorded {
    /// The run, for the formats.
    pub fn run(&self) -> Run<'_> {
        Run { started: &self.started, cases: self.cases.iter().collect(), finished: &self.finished }
    }
}

/// Why a text is not read as run.json.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is damaged, or something else.
    #[error("line {line}, column {column}: {message}")]
    Damaged {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// JSON of another kind.
    #[error("it is JSON, but no run.json: `version`, `uphold` or `target` is missing at its top")]
    Foreign,
    /// Another version of the format.
    #[error("it is run.json in version {found}, and this uphold reads version {VERSION}")]
    Version {
        /// As written.
        found: String,
    },
    /// A value that run.json does not have.
    #[error("{at}: {what}")]
    Value {
        /// The JSON pointer.
        at: String,
        /// What is wrong.
        what: String,
    },
}

/// What every version has.
#[derive(Deserialize)]
struct Head {
    version: Option<Value>,
    uphold: Option<Value>,
    target: Option<IgnoredAny>,
}

/// Reads what [`write`](fn@super::write) writes.
///
/// Fails where the text is damaged, is no run.json, is one of another version, or has a value that no run.json has.
pub fn read(text: &str) -> Result<Recorded, ReadError> {
    let head: Head = match serde_json::from_str(text) {
        Ok(head) => head,
        // An array, or a number: JSON, but no report.
        Err(error) if error.is_data() => return Err(ReadError::Foreign),
        Err(error) => return Err(damaged(&error)),
    };
    match (head.version, head.uphold, head.target) {
        (Some(version), Some(_), Some(_)) if version == VERSION => {}
        (Some(found), Some(_), Some(_)) => {
            return Err(ReadError::Version { found: found.to_string().chars().take(40).collect() });
        }
        (_, _, _) => return Err(ReadError::Foreign),
    }
    // serde takes an array for its members in order.
    if !text.trim_start().starts_with('{') {
        return Err(ReadError::Foreign);
    }
    let json: RunJson<'_> = serde_json::from_str(text).map_err(|error| damaged(&error))?;
    recorded(json)
}

fn damaged(error: &serde_json::Error) -> ReadError {
    let text = error.to_string();
    // The place is told once.
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message).to_owned();
    ReadError::Damaged { line: error.line(), column: error.column().max(1), message }
}

fn recorded(json: RunJson<'_>) -> Result<Recorded, ReadError> {
    let wrong = |at: &str, what: String| ReadError::Value { at: at.to_owned(), what };
    let started = json.started.parse();
    let started =
        started.map_err(|_| wrong("/started", format!("`{}` is no time of RFC 3339", json.started)))?;
    let interrupted = json.interrupted.as_deref().map(|name| {
        let known = SIGNALS.into_iter().find(|known| *known == name);
        known.ok_or_else(|| wrong("/interrupted", format!("`{name}` is none of {}", SIGNALS.join(", "))))
    });
    let positions: Vec<usize> = json.cases.iter().map(|case| case.position).collect();
    let shard = json.shard.map(|shard| ShardRow {
        number: shard.number,
        of: shard.of,
        positions,
        elsewhere: elsewhere(&json.codes),
    });
    let is_shard = shard.is_some();
    let cases = json.cases.into_iter().enumerate().map(|(at, case)| {
        let position = if is_shard { at } else { case.position };
        case_row(case, position).map_err(|what| wrong(&format!("/cases/{at}"), what))
    });
    let cases: Vec<CaseRow> = cases.collect::<Result<_, _>>()?;
    let compared = json.compare.map(|compare| compare.read().map_err(|what| wrong("/compare", what)));
    let base_url = json.target.base_url.into_owned();
    Ok(Recorded {
        uphold: json.uphold.into_owned(),
        started: RunStarted {
            started,
            seed: json.seed,
            target: match json.target.kind {
                TargetKind::Mock => TargetRow::Mock { base_url },
                TargetKind::Live => TargetRow::Live { base_url },
            },
            via: json.proxies.into_owned(),
            insecure: json.insecure,
            cases: cases.len(),
            whole: WholeRow {
                id: json.plan.id.into_owned(),
                suites: json.plan.suites.into_owned(),
                cases: json.plan.cases,
                shard,
            },
            warnings: json
                .warnings
                .into_iter()
                .map(|warning| WarningRow {
                    file: warning.file.into_owned(),
                    pointer: warning.pointer.into_owned(),
                    message: warning.message.into_owned(),
                })
                .collect(),
            without_example: json.without_example.into_owned(),
            bare: json.bare.into_owned(),
            codes: json.codes.into_iter().map(CatalogueJson::read).collect(),
            compared: compared.transpose()?,
            proven: json.proven.into_iter().map(Into::into).collect(),
        },
        finished: RunFinished {
            summary: json.summary.into(),
            duration: Duration::from_millis(json.duration_ms),
            interrupted: interrupted.transpose()?,
            no_skips: json.no_skips,
            errors: json.errors.into_owned(),
            notes: json.notes.into_owned(),
            kept: json.kept.map(|kept| KeptRow { answers: kept.answers, folder: kept.folder.into_owned() }),
            waivers: json
                .waivers
                .into_iter()
                .map(|waiver| WaiverRow { note: waiver.note.into_owned(), used: waiver.used })
                .collect(),
            drift: json.drift.into_owned(),
        },
        cases,
    })
}

/// The cases of codes of which it is told that other shards have them; of more nothing is told.
fn elsewhere(codes: &[CatalogueJson<'_>]) -> BTreeSet<String> {
    codes.iter().flat_map(CatalogueJson::elsewhere).map(str::to_owned).collect()
}

fn case_row(case: CaseJson<'_>, position: usize) -> Result<CaseRow, String> {
    Ok(CaseRow {
        position,
        id: case.id.into_owned(),
        suite: case.suite.into_owned(),
        file: case.source.file.into_owned(),
        pointer: case.source.pointer.into_owned(),
        line: case.source.line,
        verdict: match case.verdict {
            VerdictJson::Passed => VerdictRow::Passed,
            VerdictJson::Failed => VerdictRow::Failed,
            VerdictJson::Errored => VerdictRow::Errored,
            VerdictJson::Skipped => VerdictRow::Skipped,
        },
        reason: case.reason.map(Into::into),
        skip: case.skip.map(|name| skip_class(&name)).transpose()?,
        recipe: case.recipe.into_owned(),
        attempts: case.attempts,
        retries: case.retries,
        duration: Duration::from_millis(case.duration_ms),
        request: case
            .request
            .map(|sent| RequestRow { method: sent.method.into_owned(), url: sent.url.into_owned() }),
        status: case.status,
        notes: case.notes.into_owned(),
        codes: SeenCodesRow {
            codes: case
                .codes
                .seen
                .into_iter()
                .map(|seen| CodeRow { at: seen.at.into_owned(), code: seen.code.into_owned() })
                .collect(),
            more: case.codes.more,
        },
        findings: case.findings.into_iter().map(FindingJson::read).collect::<Result<_, _>>()?,
        tags: case.tags.into_owned(),
        curl: case.curl.map(Into::into),
        earlier_ms: case.earlier_ms.into_owned(),
        exchange: case.exchange.map(|exchange| Box::new(exchange.into())),
    })
}

fn skip_class(name: &str) -> Result<SkipClass, String> {
    SkipClass::parse(name).ok_or_else(|| format!("`{name}` is no kind of skip that this uphold knows"))
}

impl FindingJson<'_> {
    /// The finding; fails where its id is none that is known.
    pub(super) fn read(self) -> Result<Finding, String> {
        let id = FindingId::parse(&self.id);
        Ok(Finding {
            id: id.ok_or_else(|| format!("`{}` is no finding that this uphold knows", self.id))?,
            severity: match self.severity {
                SeverityJson::Info => Severity::Info,
                SeverityJson::Warning => Severity::Warning,
                SeverityJson::Breaking => Severity::Breaking,
                SeverityJson::Env => Severity::Env,
            },
            at: self.at.into_owned(),
            expected: self.expected.into_owned(),
            actual: self.actual.into_owned(),
            hint: self.hint.map(Into::into),
            provenance: self.provenance.map(Into::into),
            waived: self.waived.map(Into::into),
            earlier: self.earlier.map(Into::into),
        })
    }
}

impl From<SummaryJson> for Summary {
    fn from(summary: SummaryJson) -> Self {
        let SummaryJson { passed, failed, errored, skipped, without_example } = summary;
        Self { passed, failed, errored, skipped, without_example }
    }
}

#[cfg(test)]
mod tests;
