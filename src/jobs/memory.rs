//! What a run with memory does with its rows: each is held against the case's past before it is told,
//! and all are remembered at the end.

use std::collections::{BTreeSet, HashMap};
use std::path::{Component, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Targets;
use crate::finding::{Finding, Severity};
use crate::history::latency::{is_slow, regression, usual};
use crate::history::weigh::weigh;
use crate::history::{
    CaseRecord, Difference, HistoryError, Lost, News, Outcome, Past, RunRecord, Store, Weighed,
};
use crate::plan::{Action, Case, Plan, item_names};
use crate::postman::hash::fnv;
use crate::redact::Redactor;
use crate::report::drift::{DriftReport, Told};
use crate::report::events::{CaseRow, VerdictRow};
use crate::suite::Suite;

/// The memory of one run.
///
/// A row that is slower than usual is held back by [`weigh`](Self::weigh) until it was repeated
/// ([`repeated`](Self::repeated)) and is let go by [`settle`](Self::settle); every other one goes on at once.
pub(super) struct Memory {
    started: Timestamp,
    /// `None` where the history cannot be used; then everything is new.
    store: Option<Store>,
    /// The lowest level that fails a case.
    fail_on: Severity,
    /// Only what is new fails one.
    only_new: bool,
    /// By suite, where its cases are sent.
    targets: HashMap<String, String>,
    /// By suite, the ids of its cases, selected or not, without rows of data.
    there: HashMap<String, BTreeSet<String>>,
    /// Whether these are all suites that there are.
    are_all: bool,
    /// The cases that are in their collections no more, or their suites, and were when they ran last.
    lost: Vec<Lost>,
    of_case: HashMap<String, OfCase>,
    held: Vec<Held>,
    records: Vec<CaseRecord>,
    weighed: Vec<Weighed>,
    report: DriftReport,
}

/// What is known of a case before it is sent.
struct OfCase {
    case: Arc<Case>,
    target: String,
    contract: i64,
    past: Past,
    /// The p50 of its earlier runs, where it may be sent again to confirm that it is slower.
    usual: Option<f64>,
}

/// A row that waits for its repeats.
struct Held {
    row: CaseRow,
    repeats: Vec<f64>,
}

impl Memory {
    pub(super) fn new(started: Timestamp, store: Option<Store>, fail_on: Severity, only_new: bool) -> Self {
        Self {
            started,
            store,
            fail_on,
            only_new,
            targets: HashMap::new(),
            there: HashMap::new(),
            are_all: false,
            lost: Vec::new(),
            of_case: HashMap::new(),
            held: Vec::new(),
            records: Vec::new(),
            weighed: Vec::new(),
            report: DriftReport::default(),
        }
    }

    /// Where the suites are sent, and whether these are all that there are.
    pub(super) fn go_to(&mut self, suites: &[Suite], targets: &Targets, are_all: bool) {
        self.are_all = are_all;
        let named = suites.iter().enumerate();
        self.targets =
            named.map(|(at, suite)| (suite.name.clone(), place(suite, targets.name(at, suite)))).collect();
        let ids = |suite: &Suite| item_names(suite).into_iter().flat_map(|item| item.examples).collect();
        self.there = suites.iter().map(|suite| (suite.name.clone(), ids(suite))).collect();
    }

    /// Looks up the past of every case that will be sent. A history that cannot be read is none, and is
    /// told at the end.
    pub(super) fn recall(&mut self, plan: &Plan, redactor: &Redactor) {
        let cases = plan.suites.iter().flat_map(|suite| &suite.cases);
        let sent: Vec<(&Arc<Case>, String)> = cases
            .filter(|case| matches!(case.action, Action::Send { .. }))
            .map(|case| {
                let target = self.targets.get(case.id.suite()).map(String::as_str).unwrap_or_default();
                (case, redactor.text(target).into_owned())
            })
            .collect();
        let keys = sent.iter().map(|(case, target)| (target.as_str(), case.id.as_str()));
        let pasts = match self.store.as_ref().map(|store| store.pasts(keys, self.started)) {
            Some(Ok(pasts)) => pasts,
            Some(Err(error)) => {
                self.report.unread = Some(error.to_string());
                self.store = None;
                Vec::new()
            }
            None => Vec::new(),
        };
        self.miss(redactor);
        let pasts = pasts.into_iter().chain(std::iter::repeat_with(Past::default));
        for ((case, target), past) in sent.into_iter().zip(pasts) {
            let usual = usual(&past.times()).filter(|_| may_repeat(case));
            let contract = contract(case);
            let of_case = OfCase { case: Arc::clone(case), target, contract, past, usual };
            self.of_case.insert(case.id.to_string(), of_case);
        }
    }

    /// Looks up which cases are gone; what cannot be read is told as of any other past.
    fn miss(&mut self, redactor: &Redactor) {
        let Some(store) = &self.store else { return };
        let lost = self.there.iter().map(|(suite, there)| {
            let target = self.targets.get(suite).map(String::as_str).unwrap_or_default();
            store.lost(&redactor.text(target), suite, there)
        });
        let lost = lost.collect::<Result<Vec<_>, _>>().and_then(|lost| {
            let there = self.there.keys().map(String::as_str).collect();
            let suites = if self.are_all { store.lost_suites(&there)? } else { Vec::new() };
            Ok((lost.concat(), suites))
        });
        match lost {
            Ok((mut lost, suites)) => {
                lost.sort_by(|a, b| a.case.cmp(&b.case));
                self.report.lose(&lost);
                self.report.lose_suites(&suites);
                lost.extend(suites);
                self.lost = lost;
            }
            Err(error) => {
                self.report.unread = Some(error.to_string());
                self.store = None;
            }
        }
    }

    /// The row with what is known of it; `None` where it is held back.
    pub(super) fn weigh(&mut self, row: CaseRow) -> Option<CaseRow> {
        let usual = self.of_case.get(&row.id).and_then(|of_case| of_case.usual);
        match (usual, milliseconds(&row)) {
            (Some(p50), Some(ms)) if is_slow(ms, p50) => {
                self.held.push(Held { row, repeats: Vec::new() });
                None
            }
            _ => Some(self.remember(row)),
        }
    }

    /// Whether the row of this case waits for repeats.
    pub(super) fn holds(&self, case: &Case) -> bool {
        self.held.iter().any(|held| held.row.id == case.id.as_str())
    }

    /// Whether any row waits for repeats.
    pub(super) fn holds_any(&self) -> bool {
        !self.held.is_empty()
    }

    /// A row of a case that was sent once more. One that did not pass at once confirms nothing.
    pub(super) fn repeated(&mut self, again: &CaseRow) {
        let held = self.held.iter_mut().find(|held| held.row.id == again.id);
        if let (Some(held), Some(ms)) = (held, milliseconds(again)) {
            held.repeats.push(ms);
        }
    }

    /// The rows that were held back, with what their repeats say.
    pub(super) fn settle(&mut self) -> Vec<CaseRow> {
        let held = std::mem::take(&mut self.held);
        held.into_iter().map(|held| self.settled(held)).collect()
    }

    fn settled(&mut self, Held { mut row, repeats }: Held) -> CaseRow {
        let of_case = self.of_case.get(&row.id);
        let found = of_case.and_then(|of_case| {
            let finding = regression(milliseconds(&row)?, &repeats, of_case.usual?)?;
            of_case.case.expectation.severity.apply(finding)
        });
        if let Some(finding) = found {
            if finding.severity >= self.fail_on {
                row.verdict = VerdictRow::Failed;
            }
            row.findings.push(finding);
        }
        self.remember(row)
    }

    /// Notes down what came of the case, and writes into its row since when that is so.
    fn remember(&mut self, mut row: CaseRow) -> CaseRow {
        let Some(of_case) = self.of_case.get(&row.id) else { return row };
        let Some(record) = record(&row, of_case) else { return row };
        let weighed = weigh(&of_case.past, &record);
        let of_the_api = row.findings.iter_mut().filter(|finding| finding.severity != Severity::Env);
        for (finding, news) in of_the_api.zip(&weighed.news) {
            finding.earlier = earlier(news);
        }
        row.notes.extend(row.findings.iter().filter_map(Finding::earlier_note));
        row.earlier_ms = of_case.past.times();
        row.earlier_ms.reverse();
        if self.only_new && row.verdict == VerdictRow::Failed && !self.has_new(&record, &weighed) {
            row.verdict = VerdictRow::Passed;
        }
        self.report.add(&Told { row: &row, differences: &record.differences, weighed: &weighed });
        self.records.push(record);
        self.weighed.push(weighed);
        row
    }

    fn has_new(&self, record: &CaseRecord, weighed: &Weighed) -> bool {
        let mut both = record.differences.iter().zip(&weighed.news);
        both.any(|(difference, news)| {
            *news == News::New && !difference.waived && difference.severity >= self.fail_on
        })
    }

    /// Whether any case was sent and its row told.
    pub(super) fn has_sent(&self) -> bool {
        !self.records.is_empty()
    }

    /// What there is to tell so far, in lines.
    pub(super) fn told(&self) -> Vec<String> {
        self.report.lines()
    }

    /// Writes the run into the history, and gives what there is to tell. A run of which nothing was sent
    /// is none.
    pub(super) fn keep(
        mut self,
        duration: Duration,
        keep: SignedDuration,
    ) -> (DriftReport, Result<(), HistoryError>) {
        let run = RunRecord { started: self.started, duration, cases: self.records };
        let kept = match &mut self.store {
            Some(store) if !run.cases.is_empty() => store.add(&run, &self.weighed, keep).and_then(|()| {
                if self.lost.is_empty() { Ok(()) } else { store.lose(&self.lost, self.started) }
            }),
            Some(_) | None => Ok(()),
        };
        (self.report, kept)
    }
}

/// What the cases of a suite are remembered under: where it is sent, and of a file by itself which file it is, as files
/// in different folders may have one name.
fn place(suite: &Suite, target: String) -> String {
    if suite.accepted_dir.is_some() {
        return target;
    }
    let parts = suite.collection.file.components().filter(|part| *part != Component::CurDir);
    format!("{target} ({})", parts.collect::<PathBuf>().display())
}

/// What the answer of a case must be, the waivers that hold included: one that begins or ends is no change of the
/// API.
fn contract(case: &Case) -> i64 {
    let holding = case.waivers.iter().filter(|waiver| !waiver.is_over);
    let holding: Vec<_> = holding.map(|one| (one.waiver.id, &one.waiver.path)).collect();
    let own = case.expectation.fingerprint();
    if holding.is_empty() { own } else { own ^ fnv(format!("{holding:?}").as_bytes()).cast_signed() }
}

/// A request that may be sent more than once and has nothing sent around it may be sent again.
fn may_repeat(case: &Case) -> bool {
    case.may_repeat() && case.steps.is_none()
}

/// How long a case took that passed at once.
fn milliseconds(row: &CaseRow) -> Option<f64> {
    (row.verdict == VerdictRow::Passed && row.retries == 0).then_some(row.duration.as_secs_f64() * 1000.0)
}

/// `None` of a case that was not sent.
fn record(row: &CaseRow, of_case: &OfCase) -> Option<CaseRecord> {
    let outcome = match row.verdict {
        VerdictRow::Passed => Outcome::Passed,
        VerdictRow::Failed => Outcome::Failed,
        VerdictRow::Errored => Outcome::Errored,
        VerdictRow::Skipped => return None,
    };
    let is_slow = |finding: &Finding| finding.id == crate::finding::FindingId::LatencyRegression;
    let slow = row.findings.iter().any(is_slow) && row.retries == 0;
    Some(CaseRecord {
        case: row.id.clone(),
        target: of_case.target.clone(),
        outcome,
        attempts: row.attempts,
        retries: row.retries,
        // Also where that it was slow fails it.
        ms: milliseconds(row).or_else(|| slow.then_some(row.duration.as_secs_f64() * 1000.0)),
        contract: of_case.contract,
        differences: row.findings.iter().filter_map(Difference::of).collect(),
    })
}

/// What a reader should know of a difference that is not new.
fn earlier(news: &News) -> Option<String> {
    match news {
        News::New => None,
        News::Known(since) => Some(format!("known since {}", since.strftime("%Y-%m-%d"))),
        News::Flaky => Some("flaky, it comes and goes".to_owned()),
    }
}

#[cfg(test)]
mod tests;
