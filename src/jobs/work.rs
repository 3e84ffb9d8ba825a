//! The cases of a run and the requests among them: sent, judged, made into rows.

use std::sync::Arc;

use crate::check::{Verdict, judge};
use crate::finding::Severity;
use crate::plan::{Action, Case, Plan, Recipe};
use crate::redact::Redactor;
use crate::report::events::CaseRow;
use crate::report::row;
use crate::send::{Cancel, Jar, Job, Run, Sender};

/// The cases of a plan in order, and the requests among them.
///
/// Every case becomes exactly one row: skipped ones by [`skipped`](Self::skipped), sent ones by
/// [`send`](Self::send), and those that an interrupt kept from being judged by
/// [`unrun`](Self::unrun).
pub(crate) struct Work {
    cases: Arc<[Arc<Case>]>,
    /// For each job the position of its case.
    positions: Arc<[usize]>,
    jobs: Vec<Job>,
    redactor: Arc<Redactor>,
}

impl Work {
    /// All cases of the plan for which `wanted` holds.
    ///
    /// Every suite has cookies of its own, and a case that other credentials decide has none at
    /// all: the session of a case before it would let it in.
    pub(crate) fn new(plan: &Plan, redactor: Arc<Redactor>, wanted: impl Fn(&Case) -> bool) -> Self {
        let mut cases = Vec::new();
        let mut positions = Vec::new();
        let mut jobs = Vec::new();
        for suite in &plan.suites {
            let jar = Jar::default();
            for case in suite.cases.iter().filter(|case| wanted(case)) {
                if let Action::Send { request, late, delivery, lane, .. } = &case.action {
                    positions.push(cases.len());
                    let jar = match case.recipe {
                        Recipe::WithoutAuth | Recipe::InvalidAuth | Recipe::Profile(_) => Jar::default(),
                        Recipe::AsSaved | Recipe::UnknownId | Recipe::Named | Recipe::None => jar.clone(),
                    };
                    jobs.push(Job {
                        request: request.clone(),
                        late: late.clone(),
                        delivery: Arc::clone(delivery),
                        refused: case.expectation.status == 401,
                        lane: lane.clone(),
                        jar,
                    });
                }
                cases.push(Arc::clone(case));
            }
        }
        Self { cases: cases.into(), positions: positions.into(), jobs, redactor }
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
    pub(crate) fn send(
        &mut self,
        sender: &Sender,
        cancel: &Cancel,
        fail_on: Severity,
    ) -> Run<Option<CaseRow>> {
        let (cases, positions) = (Arc::clone(&self.cases), Arc::clone(&self.positions));
        let redactor = Arc::clone(&self.redactor);
        sender.run(std::mem::take(&mut self.jobs), cancel, move |job, exchange| {
            let position = *positions.get(job)?;
            let case = cases.get(position)?;
            let verdict = judge(case, &exchange, fail_on);
            Some(row::case(position, case, Some(&exchange), &verdict, &redactor))
        })
    }

    /// The rows of the cases that a cancelled run left without a verdict; `by` names what
    /// cancelled it.
    pub(crate) fn unrun(&self, run: &Run<Option<CaseRow>>, by: &str) -> Vec<CaseRow> {
        let unrun = run.unrun();
        let waiting = unrun.waiting.iter().map(|job| (job, format!("not sent: interrupted by {by}")));
        let abandoned = unrun
            .abandoned
            .iter()
            .map(|job| (job, format!("sent, but the answer was not awaited: interrupted by {by}")));
        waiting
            .chain(abandoned)
            .filter_map(|(job, reason)| {
                let position = *self.positions.get(*job)?;
                Some(self.skipped_row(position, self.cases.get(position)?, reason))
            })
            .collect()
    }

    fn skipped_row(&self, position: usize, case: &Case, reason: String) -> CaseRow {
        row::case(position, case, None, &Verdict::Skipped(reason), &self.redactor)
    }
}
