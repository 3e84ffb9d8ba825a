//! The answers of a history as JSON, version 1.
//!
//! The types here are the format; `schemas/uphold/history.schema.json` is generated from them, and a test
//! keeps the file true (`UPHOLD_UPDATE=1 cargo test history_schema` writes it anew). The rules are those of
//! `run.json`.

use std::io::{self, Write};

use jiff::Timestamp;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;

use crate::history::Stretch;
use crate::history::answers::{Answers, CaseAnswers, Change, TargetAnswers, Times, What};
use crate::report::json::SeverityJson;

/// What `uphold history` answers. Times are RFC 3339 in UTC, and the starts of runs; durations are in
/// milliseconds.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "uphold history.json")]
struct HistoryJson<'a> {
    /// The version of this format.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// The version of uphold that wrote it.
    uphold: &'static str,
    /// From when on.
    since: String,
    /// The targets with a case that was asked for.
    targets: Vec<TargetJson<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "target")]
struct TargetJson<'a> {
    /// The base URL, or `mock`.
    target: &'a str,
    /// How many runs sent something there.
    runs: u32,
    /// The last of them.
    last: Option<String>,
    /// What changed, oldest first.
    changes: Vec<ChangeJson<'a>>,
    /// The cases, by id.
    cases: Vec<CaseJson<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "change")]
struct ChangeJson<'a> {
    /// When.
    at: String,
    /// What happened to the finding.
    what: WhatJson,
    /// How often a flaky one came or went; null otherwise.
    times: Option<usize>,
    /// The id of the case.
    case: &'a str,
    /// The finding.
    finding: FindingJson<'a>,
}

/// `first`: the first run of the case that is remembered saw it; `new`: it came; `counts`: it was there, and counts
/// for more from this run on, as its waiver had ended or its level had risen; `resolved`: it went; `flaky`:
/// it came and went, and the time is that of the last change.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "what")]
enum WhatJson {
    First,
    New,
    Counts,
    Resolved,
    Flaky,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "case")]
struct CaseJson<'a> {
    /// Its id.
    id: &'a str,
    /// Its last run.
    last_run: Option<String>,
    /// The first run whose collection had it no more; null while it is there.
    gone: Option<String>,
    /// How many runs sent it.
    runs: usize,
    /// In how many of them it passed.
    passed: usize,
    /// In how many of them it failed.
    failed: usize,
    /// In how many of them it had no usable answer.
    errored: usize,
    /// Whether it went from passing to failing or back at least three times within ten runs while its contract
    /// stayed, or passed only when it was tried again.
    flaky: bool,
    /// How often it went from passing to failing or back, for whatever reason.
    changes: usize,
    /// In how many runs it passed only when it was tried again.
    retried: usize,
    /// How it is now; null where no run had a usable answer.
    now: Option<NowJson>,
    /// How long it took where it passed at once.
    latency: TimesJson,
    /// The same in periods of seven days, oldest first.
    periods: Vec<PeriodJson>,
    /// Its findings, oldest first.
    findings: Vec<FindingJson<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "now")]
struct NowJson {
    /// Whether it passes.
    passes: bool,
    /// Since when.
    since: String,
    /// Whether it may be so for longer: no run is remembered in which it was otherwise.
    at_least: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "period")]
struct PeriodJson {
    /// Its first run.
    from: String,
    /// The times in it.
    latency: TimesJson,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "latency")]
struct TimesJson {
    /// How many times there are.
    count: usize,
    /// The middle one.
    p50: Option<f64>,
    /// The one that 95 of 100 do not exceed.
    p95: Option<f64>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "finding")]
struct FindingJson<'a> {
    /// What kind of difference.
    id: &'a str,
    /// How much it matters.
    severity: SeverityJson,
    /// Whether a waiver let it go when it was seen last.
    waived: bool,
    /// Where, as in run.json.
    at: &'a str,
    /// What had to be there, for people.
    expected: &'a str,
    /// What was there, for people.
    actual: &'a str,
    /// The first run that saw it.
    first_seen: String,
    /// The last run that saw it.
    last_seen: String,
    /// How many runs saw it.
    times: u32,
    /// The last run in which it counted for more than in the one before; null where it never did.
    counts: Option<String>,
    /// The first run that did not see it any more; null while it is there.
    resolved: Option<String>,
}

/// Writes the answers.
pub fn write(answers: &Answers, out: &mut dyn Write) -> io::Result<()> {
    let whole = HistoryJson {
        version: 1,
        uphold: env!("CARGO_PKG_VERSION"),
        since: written(answers.since),
        targets: answers.targets.iter().map(TargetJson::from).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &whole)?;
    out.write_all(b"\n")
}

/// The JSON Schema (2020-12) of what [`write`](fn@write) writes.
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<HistoryJson<'static>>().to_value()
}

fn written(time: Timestamp) -> String {
    format!("{time:.3}")
}

impl<'a> From<&'a TargetAnswers> for TargetJson<'a> {
    fn from(target: &'a TargetAnswers) -> Self {
        Self {
            target: &target.target,
            runs: target.runs,
            last: target.last.map(written),
            changes: target.changes.iter().map(ChangeJson::from).collect(),
            cases: target.cases.iter().map(CaseJson::from).collect(),
        }
    }
}

impl<'a> From<&'a Change> for ChangeJson<'a> {
    fn from(change: &'a Change) -> Self {
        let (what, times) = match change.what {
            What::First => (WhatJson::First, None),
            What::Came => (WhatJson::New, None),
            What::Counts => (WhatJson::Counts, None),
            What::Went => (WhatJson::Resolved, None),
            What::Flaky(times) => (WhatJson::Flaky, Some(times)),
        };
        let finding = FindingJson::from(&change.stretch);
        Self { at: written(change.at), what, times, case: &change.case, finding }
    }
}

impl<'a> From<&'a CaseAnswers> for CaseJson<'a> {
    fn from(case: &'a CaseAnswers) -> Self {
        Self {
            id: &case.case,
            last_run: case.last.map(written),
            gone: case.gone.map(written),
            runs: case.runs,
            passed: case.passed,
            failed: case.failed,
            errored: case.errored,
            flaky: case.is_flaky(),
            changes: case.flips,
            retried: case.retried,
            now: case.now.map(|now| NowJson {
                passes: now.passes,
                since: written(now.since),
                at_least: now.at_least,
            }),
            latency: TimesJson::from(case.times),
            periods: case
                .periods
                .iter()
                .map(|(from, times)| PeriodJson { from: written(*from), latency: TimesJson::from(*times) })
                .collect(),
            findings: case.stretches.iter().map(FindingJson::from).collect(),
        }
    }
}

impl From<Times> for TimesJson {
    fn from(Times { count, p50, p95 }: Times) -> Self {
        Self { count, p50, p95 }
    }
}

impl<'a> From<&'a Stretch> for FindingJson<'a> {
    fn from(stretch: &'a Stretch) -> Self {
        let difference = &stretch.difference;
        Self {
            id: &difference.kind,
            severity: SeverityJson::from(difference.severity),
            waived: difference.waived,
            at: &difference.at,
            expected: &difference.expected,
            actual: &difference.actual,
            first_seen: written(stretch.first),
            last_seen: written(stretch.last),
            times: stretch.times,
            counts: stretch.counts.map(written),
            resolved: stretch.resolved.map(written),
        }
    }
}
