//! The proof as JSON, version 1.
//!
//! The types here are the format; `schemas/uphold/prove.schema.json` is generated from them, and a
//! test keeps the file true (`UPHOLD_UPDATE=1 cargo test prove_schema` writes it anew). The rules are
//! those of `run.json`.

use std::io::{self, Write};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;

use super::{Proof, SuiteProof, Totals};
use crate::finding::Severity;
use crate::mutate::{CaseProof, Count, FalseAlarm, Kind, Nature, Survivor};
use crate::redact::Redactor;
use crate::report::row;

/// What came of `uphold prove`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "uphold prove.json")]
struct ProofJson {
    /// The version of this format.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// The version of uphold that wrote it.
    uphold: &'static str,
    /// Whether every breaking change was caught or is inherent, and nothing was told in vain; false
    /// where not every case was proven.
    holds: bool,
    /// The signal that ended the proof early; null where it is whole.
    interrupted: Option<&'static str>,
    /// How many selected cases are missing here because of that.
    unproven: usize,
    /// The selected cases whose schemas took too long to judge by; they are missing below.
    undecided: Vec<String>,
    /// The lowest level of a finding that fails a case.
    fail_on: FailOn,
    /// The seed by which places and values were chosen.
    seed: u64,
    /// How long it took, in milliseconds.
    duration_ms: u64,
    /// The suites, in the order in which they were asked for.
    suites: Vec<SuiteJson>,
    /// The changed answers that were served and judged over HTTP.
    http: HttpJson,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "fail_on")]
enum FailOn {
    Info,
    Warning,
    Breaking,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "suite")]
struct SuiteJson {
    /// The name of the suite.
    name: String,
    /// Of the breaking changes at places that an example shows, the part that was caught, from 0 to
    /// 1; null where there are none.
    score: Option<f64>,
    /// The counts of each kind of change that was tried.
    kinds: Vec<KindJson>,
    /// The cases, in the order of the plan.
    cases: Vec<CaseJson>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "kind")]
struct KindJson {
    /// The kind of change.
    kind: &'static str,
    /// Whether a client breaks: `breaking` or `harmless`.
    nature: NatureJson,
    /// Changes that were made.
    tried: usize,
    /// Breaking ones that were found.
    caught: usize,
    /// Breaking ones that nothing real shows or that settings allow, and harmless ones that settings
    /// forbid.
    inherent: usize,
    /// Breaking ones that were missed, and harmless ones that were found.
    wrong: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "nature")]
enum NatureJson {
    Breaking,
    Harmless,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "case")]
struct CaseJson {
    /// The stable id, `suite::folder::item::example`.
    id: String,
    /// A name of what was proven: the same as long as examples, schema, settings and waivers of the case, the
    /// level that fails it and the version of uphold are the same.
    contract: String,
    /// Whether nothing was missed and nothing was told in vain.
    proven: bool,
    /// The counts of each kind of change that was tried.
    kinds: Vec<KindJson>,
    /// Classes of places that were left out because the body has too many.
    left_out: usize,
    /// Breaking changes that were not found.
    survivors: Vec<SurvivorJson>,
    /// Harmless changes that were found.
    false_alarms: Vec<FalseAlarmJson>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "survivor")]
struct SurvivorJson {
    /// The kind of change.
    kind: &'static str,
    /// Where: a JSON pointer with `*` for array positions and `{key}` for the keys of a map, or
    /// `header:name`; empty for the answer as a whole.
    at: String,
    /// What became what.
    what: String,
    /// Why no contract of these examples and settings can tell; null where it should have.
    reason: Option<String>,
    /// What would catch it.
    caught_by: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "false_alarm")]
struct FalseAlarmJson {
    /// The kind of change; null where the answer as it is was found wanting.
    kind: Option<&'static str>,
    /// Where the change was made.
    at: String,
    /// What was found.
    finding: &'static str,
    /// Where it was found.
    found_at: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "http")]
struct HttpJson {
    /// How many changed answers were asked for.
    sent: usize,
    /// Those that were judged otherwise than in memory.
    differing: Vec<String>,
    /// Those that did not arrive.
    unanswered: Vec<String>,
}

/// Writes a proof.
pub fn write(proof: &Proof, redactor: &Redactor, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &whole(proof, &Hide(redactor)))?;
    out.write_all(b"\n")
}

/// The JSON Schema (2020-12) of what [`write`](fn@write) writes.
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<ProofJson>().to_value()
}

struct Hide<'r>(&'r Redactor);

impl Hide<'_> {
    fn text(&self, text: &str) -> String {
        self.0.text(text).into_owned()
    }
}

fn whole(proof: &Proof, hide: &Hide<'_>) -> ProofJson {
    let all = |texts: &[String]| texts.iter().map(|text| hide.text(text)).collect();
    ProofJson {
        version: 1,
        uphold: env!("CARGO_PKG_VERSION"),
        holds: proof.holds(),
        interrupted: proof.interrupted,
        unproven: proof.unproven,
        undecided: all(&proof.undecided),
        fail_on: match proof.fail_on {
            Severity::Info => FailOn::Info,
            Severity::Warning => FailOn::Warning,
            Severity::Breaking | Severity::Env => FailOn::Breaking,
        },
        seed: proof.seed,
        duration_ms: u64::try_from(proof.duration.as_millis()).unwrap_or(u64::MAX),
        suites: proof.suites.iter().map(|suite| suite_json(suite, hide)).collect(),
        http: HttpJson {
            sent: proof.wire.sent,
            differing: all(&proof.wire.differing),
            unanswered: all(&proof.wire.unanswered),
        },
    }
}

fn suite_json(suite: &SuiteProof, hide: &Hide<'_>) -> SuiteJson {
    let totals = Totals::of(suite.cases.iter().map(|(_, case)| case));
    SuiteJson {
        name: suite.name.clone(),
        score: totals.score(),
        kinds: totals.kinds().map(kind).collect(),
        cases: suite.cases.iter().map(|(id, case)| case_json(id, case, hide)).collect(),
    }
}

fn case_json(id: &str, case: &CaseProof, hide: &Hide<'_>) -> CaseJson {
    CaseJson {
        id: id.to_owned(),
        contract: case.contract.clone(),
        proven: case.is_proven(),
        kinds: Totals::of([case]).kinds().map(kind).collect(),
        left_out: case.left_out,
        survivors: case.survivors.iter().map(|survivor| survived(survivor, hide)).collect(),
        false_alarms: case.false_alarms.iter().map(|alarm| alarmed(alarm, hide)).collect(),
    }
}

fn kind((kind, count): (Kind, Count)) -> KindJson {
    let Count { tried, caught, inherent, wrong } = count;
    let nature = match kind.nature() {
        Nature::Breaking => NatureJson::Breaking,
        Nature::Harmless => NatureJson::Harmless,
    };
    KindJson { kind: kind.as_str(), nature, tried, caught, inherent, wrong }
}

fn survived(survivor: &Survivor, hide: &Hide<'_>) -> SurvivorJson {
    SurvivorJson {
        kind: survivor.kind.as_str(),
        at: row::place(&survivor.at, hide.0),
        what: hide.text(&survivor.what),
        reason: survivor.reason.as_ref().map(|reason| hide.text(&reason.text())),
        caught_by: survivor.reason.as_ref().map(|reason| hide.text(&reason.cure())),
    }
}

fn alarmed(alarm: &FalseAlarm, hide: &Hide<'_>) -> FalseAlarmJson {
    FalseAlarmJson {
        kind: alarm.kind.map(Kind::as_str),
        at: row::place(&alarm.at, hide.0),
        finding: alarm.finding.as_str(),
        found_at: row::place(&alarm.found_at, hide.0),
    }
}
