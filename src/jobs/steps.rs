//! One case with what is sent around it: set-up, the case, tear-down.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::check::{
    Judged, Mishap, SeenCodes, Values, Verdict, judged, seen_in, step as check_step, torn_down, unprepared,
};
use crate::finding::Severity;
use crate::message::Request;
use crate::plan::{Action, Case, Recipe, Step, Steps};
use crate::postman::auth::Late;
use crate::postman::{Captured, Deferred, Resolved};
use crate::redact::{Redactor, is_secret_name};
use crate::send::{Cancel, Exchange, Jar, Job, Pace, Sender};
use crate::suite::CaptureFrom;

/// How long the tear-down may go on after an interrupt.
const TEAR_DOWN_WITHIN: Duration = Duration::from_secs(5);

/// Whatever the steps of a case need besides the case.
pub(super) struct Around {
    pub(super) sender: Sender,
    pub(super) cancel: Cancel,
    pub(super) redactor: Redactor,
    pub(super) fail_on: Severity,
    pub(super) shared: Shared,
    /// The result codes in the answers of the steps.
    pub(super) seen: Mutex<SeenCodes>,
}

/// What the requests of a suite have in common.
#[derive(Clone)]
pub(super) struct Shared {
    /// Its cookies.
    pub(super) jar: Jar,
    /// Its own pace.
    pub(super) pace: Pace,
}

/// What came of a case with its steps.
pub(super) struct Outcome {
    pub(super) verdict: Verdict,
    /// What was sent for the case itself; `None` where it was not prepared.
    pub(super) sent: Option<Sent>,
}

/// The request of a case with what came of it.
pub(super) struct Sent {
    pub(super) request: Request,
    pub(super) late: Option<Arc<Late>>,
    pub(super) exchange: Exchange,
}

/// A request that is about to be sent.
struct Ready {
    request: Request,
    late: Option<Arc<Late>>,
}

/// The request of a case. Every suite has cookies of its own, and a case that other credentials
/// decide has none at all: the session of a case before it would let it in.
pub(super) fn job(case: &Case, request: Request, late: Option<Arc<Late>>, shared: &Shared) -> Job {
    let jar = match case.recipe {
        Recipe::WithoutAuth | Recipe::InvalidAuth | Recipe::Profile(_) => Jar::default(),
        Recipe::AsSaved | Recipe::UnknownId | Recipe::BrokenBody | Recipe::Named | Recipe::None => {
            shared.jar.clone()
        }
    };
    let delivery = match &case.action {
        Action::Send { delivery, .. } => Arc::clone(delivery),
        Action::Skip(_) => Arc::default(),
    };
    let expected = case.expectation.status;
    Job { request, late, delivery, expected, lane: None, jar, pace: shared.pace.clone() }
}

impl Around {
    /// Sends the steps before, the case, and the steps after; `None` where the run was cancelled
    /// before the case had its answer.
    ///
    /// Once all steps before went as documented, the steps after are sent whatever came of the case,
    /// also after an interrupt, for [`TEAR_DOWN_WITHIN`].
    pub(super) async fn run(&self, case: &Case, steps: &Steps) -> Option<Outcome> {
        let mut captured = Captured::default();
        for step in &steps.before {
            match self.cancel.unless(self.step(step, &captured)).await? {
                Ok(values) => self.take(step, values, &mut captured),
                Err(mishap) => {
                    return Some(Outcome { verdict: unprepared(Some(&step.case), &mishap), sent: None });
                }
            }
        }
        let of_case = self.case(case, steps, &captured).await;
        let mishaps = self.tear_down(steps, &captured).await;
        let mut outcome = of_case?;
        outcome.verdict = torn_down(case, outcome.verdict, &mishaps, self.fail_on);
        Some(outcome)
    }

    async fn case(&self, case: &Case, steps: &Steps, captured: &Captured) -> Option<Outcome> {
        let Ready { request, late } = match self.ready(case, steps.own.as_ref(), captured) {
            Ok(ready) => ready,
            Err(mishap) => return Some(Outcome { verdict: unprepared(None, &mishap), sent: None }),
        };
        let job = job(case, request, late, &self.shared);
        let exchange = self.cancel.unless(self.sender.send(&job)).await?;
        let Judged { verdict, codes } = judged(case, &exchange, self.fail_on);
        self.saw(codes);
        Some(Outcome { verdict, sent: Some(Sent { request: job.request, late: job.late, exchange }) })
    }

    /// Sends every step after, each whatever came of the one before it.
    async fn tear_down<'s>(&self, steps: &'s Steps, captured: &Captured) -> Vec<(&'s Case, Mishap)> {
        let mut mishaps = Vec::new();
        let too_late = async {
            self.cancel.cancelled().await;
            tokio::time::sleep(TEAR_DOWN_WITHIN).await;
        };
        tokio::pin!(too_late);
        for step in &steps.after {
            let sent = tokio::select! {
                biased;
                sent = self.step(step, captured) => sent.map(drop),
                () = &mut too_late => Err(Mishap::of_time()),
            };
            mishaps.extend(sent.err().map(|mishap| (&*step.case, mishap)));
        }
        mishaps
    }

    async fn step(&self, step: &Step, captured: &Captured) -> Result<Values, Mishap> {
        let Ready { request, late } = self.ready(&step.case, step.deferred.as_ref(), captured)?;
        let exchange = self.sender.send(&job(&step.case, request, late, &self.shared)).await;
        self.saw(seen_in(&step.case, &exchange));
        check_step(step, &exchange)
    }

    /// The result codes in all answers so far.
    pub(super) fn seen(&self) -> SeenCodes {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn saw(&self, codes: SeenCodes) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).add(codes);
    }

    /// The request, made again with what was captured where it needs that.
    fn ready(&self, case: &Case, deferred: Option<&Deferred>, captured: &Captured) -> Result<Ready, Mishap> {
        let planned = match &case.action {
            Action::Send { request, late, .. } => (request, late.as_ref()),
            Action::Skip(skip) => return Err(Mishap::of_plan(&skip.reason)),
        };
        let Some(deferred) = deferred else {
            return Ok(Ready { request: planned.0.clone(), late: planned.1.cloned() });
        };
        let made = deferred.resolve(captured).map_err(|causes| Mishap::of_request(&causes))?;
        let Resolved { request, late, secrets, .. } = made;
        // Before any request carries them.
        self.redactor.learn(secrets);
        // Where a token is asked for was decided by the plan, and hangs on no captured value.
        let late = match late {
            Some(Late::Grant(_)) => planned.1.cloned(),
            late => late.map(Arc::new),
        };
        Ok(Ready { request, late })
    }

    /// Keeps what a step gave; what is secret by its name or by where it stood is hidden from now on.
    fn take(&self, step: &Step, values: Values, captured: &mut Captured) {
        for ((name, value), (_, from)) in values.into_iter().zip(&step.capture) {
            let stood = match &from.from {
                CaptureFrom::Pointer(pointer) => pointer.rsplit('/').next().unwrap_or_default(),
                CaptureFrom::Header(header) => header,
                CaptureFrom::Cookie(_) => "cookie",
                CaptureFrom::Body => "",
            };
            if is_secret_name(&name) || is_secret_name(stood) {
                self.redactor.learn([value.clone()]);
            }
            captured.set(&name, value);
        }
    }
}
