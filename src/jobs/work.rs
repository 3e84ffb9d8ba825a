//! The cases of a run and the requests among them: sent, judged, made into rows.

use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex};

use super::judging::judged;
use super::pending::Keeper;
use super::steps::{Around, Outcome, Sent, Shared, job};
use crate::check::{Judged, Verdict};
use crate::finding::Severity;
use crate::message::Request;
use crate::plan::{Action, Case, Plan, Steps};
use crate::redact::Redactor;
use crate::report::events::CaseRow;
use crate::report::row;
use crate::send::{Cancel, Exchange, Jar, Job, Pace, Run, Sender, Unit, start};

/// The cases of a plan in order, and the requests among them.
///
/// Every case becomes exactly one row: skipped ones by [`skipped`](Self::skipped), sent ones by
/// [`send`](Self::send), and those that an interrupt kept from being judged by
/// [`unrun`](Self::unrun).
pub(crate) struct Work {
    cases: Arc<[Arc<Case>]>,
    /// For each unit the position of its case.
    positions: Vec<usize>,
    units: Vec<Unit<OfCase>>,
    redactor: Arc<Redactor>,
    keeper: Option<Arc<Keeper>>,
    /// Whether the rows of all cases that are sent hold their messages.
    verbose: bool,
}

/// What is done for one case.
enum OfCase {
    /// Its request alone.
    Plain(usize, Job),
    /// Its request with what is sent around it.
    Around(usize, Arc<Steps>, Shared),
}

impl Work {
    /// All cases of the plan for which `wanted` holds.
    pub(crate) fn new(plan: &Plan, redactor: Arc<Redactor>, wanted: impl Fn(&Case) -> bool) -> Self {
        let mut cases = Vec::new();
        let mut positions = Vec::new();
        let mut units = Vec::new();
        for suite in &plan.suites {
            let shared = Shared { jar: Jar::default(), pace: suite.rate.map(Pace::at).unwrap_or_default() };
            for case in suite.cases.iter().filter(|case| wanted(case)) {
                let position = cases.len();
                if let Action::Send { request, late, lane, .. } = &case.action {
                    positions.push(position);
                    units.push(match &case.steps {
                        Some(steps) => Unit {
                            lanes: steps.lanes.clone(),
                            work: OfCase::Around(position, Arc::clone(steps), shared.clone()),
                        },
                        None => Unit {
                            lanes: lane.iter().cloned().collect(),
                            work: OfCase::Plain(position, job(case, request.clone(), late.clone(), &shared)),
                        },
                    });
                }
                cases.push(Arc::clone(case));
            }
        }
        Self { cases: cases.into(), positions, units, redactor, keeper: None, verbose: false }
    }

    /// The same, with what keeps the answers that somebody must decide on.
    pub(super) fn keeping(self, keeper: Option<Arc<Keeper>>) -> Self {
        Self { keeper, ..self }
    }

    /// The same, with the messages of every case that is sent.
    pub(super) fn telling_all(self, verbose: bool) -> Self {
        Self { verbose, ..self }
    }

    /// The rows of the cases that are not sent.
    pub(crate) fn skipped(&self) -> Vec<CaseRow> {
        let row = |(position, case): (usize, &Arc<Case>)| match &case.action {
            Action::Send { .. } => None,
            Action::Skip(skip) => Some(self.skipped_row(position, case, skip.reason.clone())),
        };
        self.cases.iter().enumerate().filter_map(row).collect()
    }

    /// Starts sending; each exchange becomes a row on the worker that made it, so that its body is
    /// dropped there.
    pub(crate) fn send(&mut self, sender: &Sender, cancel: &Cancel, fail_on: Severity) -> Run<CaseRow> {
        let cases = Arc::clone(&self.cases);
        let redactor = Arc::clone(&self.redactor);
        let (keeper, verbose) = (self.keeper.clone(), self.verbose);
        let (sender, stop) = (sender.clone(), cancel.clone());
        let jobs = sender.client().limits().jobs;
        start(std::mem::take(&mut self.units), jobs, cancel, move |work| {
            let (cases, redactor) = (Arc::clone(&cases), Arc::clone(&redactor));
            let keeper = keeper.clone();
            let (sender, cancel) = (sender.clone(), stop.clone());
            async move {
                match work {
                    OfCase::Plain(position, job) => {
                        let case = cases.get(position)?;
                        let exchange = Arc::new(cancel.unless(sender.send(&job)).await?);
                        let judging = judged(case, &exchange, fail_on, sender.client().limits().total);
                        let Judged { verdict, codes } = cancel.unless(judging).await?;
                        if let Some(keeper) = keeper {
                            keeper.see(case, &exchange, &verdict, &codes, &redactor);
                        }
                        let row = CaseRow {
                            codes: row::codes(&codes, &redactor),
                            ..row::case(position, case, Some(&exchange), &verdict, &redactor)
                        };
                        Some(if verbose {
                            with_messages(row, case, &job.request, &exchange, &redactor)
                        } else {
                            row
                        })
                    }
                    OfCase::Around(position, steps, shared) => {
                        let case = cases.get(position)?;
                        let redactor = Redactor::clone(&redactor);
                        let seen = Mutex::default();
                        let requests = AtomicU32::default();
                        let around = Around { sender, cancel, redactor, fail_on, shared, seen, requests };
                        let outcome = around.run(case, &steps).await?;
                        if let (Some(keeper), Some(sent)) = (keeper, &outcome.sent) {
                            keeper.see(
                                case,
                                &sent.exchange,
                                &outcome.verdict,
                                &around.seen(),
                                &around.redactor,
                            );
                        }
                        let row = CaseRow {
                            codes: row::codes(&around.seen(), &around.redactor),
                            ..surrounded_row(position, case, &outcome, &around.redactor)
                        };
                        Some(match &outcome.sent {
                            Some(Sent { request, exchange, .. }) if verbose => {
                                with_messages(row, case, request, exchange, &around.redactor)
                            }
                            Some(_) | None => row,
                        })
                    }
                }
            }
        })
    }

    /// The rows of the cases that a cancelled run left without a verdict; `by` names what
    /// cancelled it.
    pub(crate) fn unrun(&self, run: &Run<CaseRow>, by: &str) -> Vec<CaseRow> {
        let unrun = run.unrun();
        let waiting = unrun.waiting.iter().map(|unit| (unit, format!("not sent: interrupted by {by}")));
        let abandoned = unrun
            .abandoned
            .iter()
            .map(|unit| (unit, format!("sent or about to be, and given up: interrupted by {by}")));
        waiting
            .chain(abandoned)
            .filter_map(|(unit, reason)| {
                let position = *self.positions.get(*unit)?;
                Some(self.skipped_row(position, self.cases.get(position)?, reason))
            })
            .collect()
    }

    fn skipped_row(&self, position: usize, case: &Case, reason: String) -> CaseRow {
        row::case(position, case, None, &Verdict::Skipped(reason), &self.redactor)
    }
}

/// The row with what was sent and what came, also where it passed.
fn with_messages(
    row: CaseRow,
    case: &Case,
    request: &Request,
    exchange: &Exchange,
    redactor: &Redactor,
) -> CaseRow {
    let messages = row.exchange.unwrap_or_else(|| row::messages(case, request, exchange, redactor));
    CaseRow { exchange: Some(messages), ..row }
}

/// The row of a case with steps: of its own request as it was sent.
fn surrounded_row(position: usize, case: &Case, outcome: &Outcome, redactor: &Redactor) -> CaseRow {
    let Outcome { verdict, sent } = outcome;
    match sent {
        Some(Sent { request, late, exchange }) => {
            row::sent(position, case, (request, late.as_deref()), exchange, verdict, redactor)
        }
        None => row::case(position, case, None, verdict, redactor),
    }
}
