//! What a run says of itself: the one seam between jobs and reports.
//!
//! Every text in an event is already redacted; nothing in it is escaped for any format yet (each
//! format escapes for itself). Consumers match every event without `_ =>`.

use std::collections::BTreeSet;
use std::time::Duration;

use super::comparison::Comparison;
use super::exchange::ExchangeRow;
use crate::finding::Finding;
use crate::plan::SkipClass;

/// One event of a run, in the order: started, cases, finished.
#[derive(Debug)]
pub enum Event<'a> {
    /// Before the first request.
    Started(&'a RunStarted),
    /// A case has its verdict. Cases come in the order in which they finish.
    Case(&'a CaseRow),
    /// After the last case.
    Finished(&'a RunFinished),
}

/// What is known before the first request.
#[derive(Debug, Clone)]
pub struct RunStarted {
    /// When, in UTC.
    pub started: jiff::Timestamp,
    /// The seed of dynamic values; `None` where the run has none and no seed was asked for.
    pub seed: Option<u32>,
    /// Where to.
    pub target: TargetRow,
    /// The proxies on the way, as `host:port`.
    pub via: Vec<String>,
    /// Whether servers need not prove who they are (`--insecure`).
    pub insecure: bool,
    /// How many cases are selected; of a shard how many it has.
    pub cases: usize,
    /// What the cases are all of, or a shard of.
    pub whole: WholeRow,
    /// What is odd in the files.
    pub warnings: Vec<WarningRow>,
    /// Requests without an example, by path.
    pub without_example: Vec<String>,
    /// The collections, where none of their requests has an example; else empty.
    pub bare: Vec<String>,
    /// The result codes that the examples of each suite document.
    pub codes: Vec<SuiteCodesRow>,
    /// What came of a comparison of two servers, which is told when it is over; `None` for a run.
    pub compared: Option<Comparison>,
    /// What the proof that lies beside the reports says of each suite; empty where there is none.
    pub proven: Vec<ProvenRow>,
}

/// All that was selected, by this run and by the other shards that make one run with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WholeRow {
    /// The same for runs of the same cases; see [`Plan::identity`](crate::plan::Plan::identity).
    pub id: String,
    /// The suites, in the order of the run.
    pub suites: Vec<String>,
    /// How many cases.
    pub cases: usize,
    /// Which part of them this run has; `None` for all.
    pub shard: Option<ShardRow>,
}

/// A part of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardRow {
    /// Which it is, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
    /// For each of its cases the position among all of them, from 0.
    pub positions: Vec<usize>,
    /// The ids, without rows of data, of the cases that other shards have.
    pub elsewhere: BTreeSet<String>,
}

/// What a proof says of the cases of one suite that are in a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProvenRow {
    /// The suite.
    pub suite: String,
    /// Cases of the run whose contract is the one that was proven.
    pub cases: usize,
    /// Cases of the run that are not in the proof, or whose contract is another one by now.
    pub others: usize,
    /// Breaking changes that were caught.
    pub caught: usize,
    /// Breaking changes that were missed.
    pub missed: usize,
    /// Breaking changes that no contract of these examples and settings can tell.
    pub inherent: usize,
    /// Harmless changes that were told in vain.
    pub false_alarms: usize,
}

/// Answers of a run that wait for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRow {
    /// How many.
    pub answers: usize,
    /// Their folder.
    pub folder: String,
}

impl KeptRow {
    /// In words.
    pub fn note(&self) -> String {
        let Self { answers, folder } = self;
        let wait =
            if *answers == 1 { "1 answer waits".to_owned() } else { format!("{answers} answers wait") };
        format!("{wait} for a decision in {folder}: uphold review")
    }
}

/// A waiver that is for cases of several shards, or of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverRow {
    /// What there is to say where none of them has the finding that it lets go.
    pub note: String,
    /// Whether a case of this run has it, or has no verdict.
    pub used: bool,
}

/// The result codes that the examples of a suite document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuiteCodesRow {
    /// The suite.
    pub suite: String,
    /// The codes in file order, each once.
    pub documented: Vec<DocumentedRow>,
}

/// A documented result code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentedRow {
    /// The code.
    pub code: String,
    /// Where it stands.
    pub places: Vec<String>,
    /// The ids of the cases whose examples show it, selected or not, without rows of data.
    pub cases: Vec<String>,
}

/// The result codes in the answers of one case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeenCodesRow {
    /// Each once for a place.
    pub codes: Vec<CodeRow>,
    /// How many more there are that the suite does not document.
    pub more: usize,
}

/// A result code in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRow {
    /// Where it stands.
    pub at: String,
    /// The code.
    pub code: String,
}

/// Where a run was sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetRow {
    /// The embedded mock.
    Mock {
        /// Its URL.
        base_url: String,
    },
    /// A live API; the URLs of all suites, sorted, joined with a comma.
    Live {
        /// The base URL.
        base_url: String,
    },
}

/// An oddity of a user's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WarningRow {
    /// The file.
    pub file: String,
    /// The JSON pointer.
    pub pointer: String,
    /// What is odd.
    pub message: String,
}

/// The four verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VerdictRow {
    /// As documented.
    Passed,
    /// Differs.
    Failed,
    /// No usable answer.
    Errored,
    /// Not sent.
    Skipped,
}

/// One case and what came of it.
#[derive(Debug, Clone)]
pub struct CaseRow {
    /// The position in the plan, for a stable order: counted over all suites of a run, from 0 and
    /// without gaps.
    pub position: usize,
    /// The id.
    pub id: String,
    /// The suite.
    pub suite: String,
    /// File of the example, relative to where uphold was started.
    pub file: String,
    /// JSON pointer of the example.
    pub pointer: String,
    /// The line, from 1, on which the example begins, where that is known.
    pub line: Option<u32>,
    /// What came of it.
    pub verdict: VerdictRow,
    /// Why it was skipped or errored.
    pub reason: Option<String>,
    /// What kind of reason the plan has for not sending it; `None` where it was to be sent.
    pub skip: Option<SkipClass>,
    /// How the API was asked.
    pub recipe: String,
    /// How many requests were sent for it; 0 where none was.
    pub attempts: u32,
    /// How often it was tried again.
    pub retries: u32,
    /// How long it took.
    pub duration: Duration,
    /// How long it took in its earlier runs, where it passed at once, in milliseconds, oldest first; of a run with
    /// memory.
    pub earlier_ms: Vec<f64>,
    /// Method and URL, where there is a request.
    pub request: Option<RequestRow>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// What happened on the way: redirects, followed or not.
    pub notes: Vec<String>,
    /// The result codes that came: in the last answer of the case, and in those of its steps.
    pub codes: SeenCodesRow,
    /// What was found.
    pub findings: Vec<Finding>,
    /// The tags of the case.
    pub tags: Vec<String>,
    /// A curl command that sends the same request, secrets hidden; where there is an exchange.
    pub curl: Option<String>,
    /// The messages; only of a case that was sent and did not pass, or passed with findings.
    pub exchange: Option<Box<ExchangeRow>>,
}

/// Method and URL of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRow {
    /// The method.
    pub method: String,
    /// The absolute URL.
    pub url: String,
}

/// The counts of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Passed cases.
    pub passed: usize,
    /// Failed cases.
    pub failed: usize,
    /// Errored cases.
    pub errored: usize,
    /// Skipped cases.
    pub skipped: usize,
    /// Requests without an example.
    pub without_example: usize,
}

/// What is known after the last case.
#[derive(Debug, Clone)]
pub struct RunFinished {
    /// The counts.
    pub summary: Summary,
    /// How long the run took.
    pub duration: Duration,
    /// The signal that ended the run early, by name.
    pub interrupted: Option<&'static str>,
    /// Whether a case that was skipped without being asked for fails the run (`--no-skips`).
    pub no_skips: bool,
    /// What kept several cases from a usable answer, each said once here: a grant that failed.
    pub errors: Vec<String>,
    /// What came up on the way that the user should know.
    pub notes: Vec<String>,
    /// The answers that were kept for a decision; the last of the notes says it, too.
    pub kept: Option<KeptRow>,
    /// Of a shard, the waivers of which only all shards together can say whether they were of use.
    pub waivers: Vec<WaiverRow>,
    /// What is new, resolved and flaky, of a run with memory; the terminal is told after the run.
    pub drift: Vec<String>,
}

/// A whole run, for the formats that are written at its end.
#[derive(Debug, Clone)]
pub struct Run<'a> {
    /// What was known before the first request.
    pub started: &'a RunStarted,
    /// Every case, in the order of the plan.
    pub cases: Vec<&'a CaseRow>,
    /// What is known after the last case.
    pub finished: &'a RunFinished,
}

impl TargetRow {
    /// `mock` or `live`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Mock { .. } => "mock",
            Self::Live { .. } => "live",
        }
    }

    /// The URL, or URLs.
    pub fn base_url(&self) -> &str {
        match self {
            Self::Mock { base_url } | Self::Live { base_url } => base_url,
        }
    }
}

impl CaseRow {
    /// Whether it was skipped though nobody asked for that: by `skip` of suite.toml or `--only-safe`.
    pub fn is_amiss(&self) -> bool {
        self.verdict == VerdictRow::Skipped
            && !matches!(self.skip, Some(SkipClass::Rule | SkipClass::OnlySafe))
    }
}

impl Run<'_> {
    /// How many skipped cases fail the run.
    pub fn forbidden_skips(&self) -> usize {
        if self.finished.no_skips { self.cases.iter().filter(|row| row.is_amiss()).count() } else { 0 }
    }
}

impl WaiverRow {
    /// What there is to say of those that were of no use.
    pub fn unused(rows: &[Self]) -> Vec<String> {
        rows.iter().filter(|row| !row.used).map(|row| row.note.clone()).collect()
    }
}

impl WholeRow {
    /// Where a row stands among all cases.
    pub fn position(&self, row: &CaseRow) -> usize {
        let of_shard = self.shard.as_ref().and_then(|shard| shard.positions.get(row.position));
        of_shard.copied().unwrap_or(row.position)
    }
}

impl ProvenRow {
    /// Both together: of two shards.
    pub fn add(&mut self, other: &Self) {
        let Self { suite: _, cases, others, caught, missed, inherent, false_alarms } = other;
        let counts = [
            (&mut self.cases, cases),
            (&mut self.others, others),
            (&mut self.caught, caught),
            (&mut self.missed, missed),
            (&mut self.inherent, inherent),
            (&mut self.false_alarms, false_alarms),
        ];
        for (own, more) in counts {
            *own = own.saturating_add(*more);
        }
    }
}

impl Summary {
    /// Counts one verdict more.
    pub fn count(&mut self, verdict: VerdictRow) {
        match verdict {
            VerdictRow::Passed => self.passed += 1,
            VerdictRow::Failed => self.failed += 1,
            VerdictRow::Errored => self.errored += 1,
            VerdictRow::Skipped => self.skipped += 1,
        }
    }
}
