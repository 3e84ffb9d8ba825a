//! What a proof that lies beside the reports of a run says of that run's contract ([`beside`]).
//!
//! Invariant: nothing that was proven of another contract is told as if it were of this one. Each case of a proof
//! names its contract ([`contract_of`]); where the run has another for the case, the case counts as not proven.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::events::{ProvenRow, WarningRow};
use super::{OutputFormat, OutputSpec, row};
use crate::finding::Severity;
use crate::mutate::contract_of;
use crate::plan::{Plan, SuitePlan};

/// The name of the file that is looked for.
pub const FILE: &str = "prove.json";
/// The largest that is read, in bytes: ten times what ten thousand cases with forty survivors each come to.
const LARGEST: u64 = 1 << 30;

/// What is read of a proof; it has more.
#[derive(Debug, Deserialize)]
struct ProofFile {
    version: u32,
    suites: Vec<SuiteProven>,
}

#[derive(Debug, Deserialize)]
struct SuiteProven {
    name: String,
    cases: Vec<CaseProven>,
}

#[derive(Debug, Deserialize)]
struct CaseProven {
    id: String,
    /// Absent in those of an earlier uphold.
    contract: Option<String>,
    kinds: Vec<KindProven>,
}

#[derive(Debug, Deserialize)]
struct KindProven {
    nature: Nature,
    caught: usize,
    inherent: usize,
    wrong: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Nature {
    Breaking,
    Harmless,
}

/// What the `prove.json` that lies beside the page (else beside run.json) says of the suites of this plan: only of
/// those that are in it. A file that cannot be read is told as a warning; the run does not need it.
pub fn beside(outputs: &[OutputSpec], plan: &Plan, fail_on: Severity) -> (Vec<ProvenRow>, Vec<WarningRow>) {
    let Some(file) = places(outputs).into_iter().find(|file| file.is_file()) else {
        return Default::default();
    };
    match read(&file) {
        Ok(proof) => {
            (plan.suites.iter().filter_map(|suite| proven(&proof, suite, fail_on)).collect(), Vec::new())
        }
        Err(error) => {
            let message =
                format!("no proof of `uphold prove` that can be read ({error}); no report shows its score");
            (Vec::new(), vec![WarningRow { file: row::file(&file), pointer: String::new(), message }])
        }
    }
}

fn places(outputs: &[OutputSpec]) -> Vec<PathBuf> {
    let of = |format| outputs.iter().filter(move |spec| spec.format == format);
    let reports = of(OutputFormat::Html).chain(of(OutputFormat::Json));
    reports.map(|spec| spec.path.with_file_name(FILE)).collect()
}

fn read(file: &Path) -> io::Result<ProofFile> {
    let text = BufReader::new(File::open(file)?.take(LARGEST));
    let proof: ProofFile = serde_json::from_reader(text)?;
    if proof.version == 1 {
        Ok(proof)
    } else {
        Err(io::Error::other(format!("it is in version {}, and this uphold reads version 1", proof.version)))
    }
}

fn proven(proof: &ProofFile, suite: &SuitePlan, fail_on: Severity) -> Option<ProvenRow> {
    let of_suite = proof.suites.iter().find(|proven| proven.name == suite.name)?;
    let by_id: HashMap<&str, &CaseProven> =
        of_suite.cases.iter().map(|case| (case.id.as_str(), case)).collect();
    let mut row = ProvenRow { suite: suite.name.clone(), ..ProvenRow::default() };
    for case in &suite.cases {
        let same = by_id.get(case.id.as_str()).filter(|proven| {
            proven.contract.as_deref().is_some_and(|contract| contract == contract_of(case, fail_on))
        });
        row.add(&same.map_or_else(|| ProvenRow { others: 1, ..ProvenRow::default() }, |case| case.counts()));
    }
    (row.cases + row.others > 0).then_some(row)
}

impl CaseProven {
    fn counts(&self) -> ProvenRow {
        let mut row = ProvenRow { cases: 1, ..ProvenRow::default() };
        for kind in &self.kinds {
            row.add(&match kind.nature {
                Nature::Breaking => ProvenRow {
                    caught: kind.caught,
                    missed: kind.wrong,
                    inherent: kind.inherent,
                    ..ProvenRow::default()
                },
                Nature::Harmless => ProvenRow { false_alarms: kind.wrong, ..ProvenRow::default() },
            });
        }
        row
    }
}
