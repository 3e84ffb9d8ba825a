//! One case with what is sent around it: set-up, the case, tear-down.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::judging::judged;
use crate::check::{Judged, Mishap, SeenCodes, Values, Verdict, step as check_step, torn_down, unprepared};
use crate::finding::Severity;
use crate::message::Request;
use crate::plan::{Action, Case, Recipe, Step, Steps};
use crate::postman::auth::Late;
use crate::postman::{Captured, Deferred, Resolved};
use crate::redact::{Redactor, is_secret_name};
use crate::send::{Cancel, Exchange, Jar, Job, Pace, Sender};
use crate::suite::CaptureFrom;

/// How long the tear-down may go on once what is sent is given up.
const TEAR_DOWN_WITHIN: Duration = Duration::from_secs(2);

/// Whatever the steps of a case need besides the case.
pub(super) struct Around {
    pub(super) sender: Sender,
    pub(super) cancel: Cancel,
    pub(super) redactor: Redactor,
    pub(super) fail_on: Severity,
    pub(super) shared: Shared,
    /// The result codes in the answers of the steps.
    pub(super) seen: Mutex<SeenCodes>,
    /// How many requests were sent, repeats included.
    pub(super) requests: AtomicU32,
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
    pub(super) exchange: Arc<Exchange>,
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

/// What came of the steps before a case.
#[derive(Default)]
struct SetUp<'s> {
    captured: Captured,
    /// The names of values that no answer gave.
    missing: BTreeSet<&'s str>,
    /// Whether any request was sent.
    begun: bool,
}

impl Around {
    /// Sends the steps before, the case, and the steps after; `None` where the run was cancelled
    /// before the case had its answer.
    ///
    /// Once one step before was sent, something may be there to tear down: the steps after are sent
    /// whatever came of the others and of the case, also where the run finishes, and where it is given up for
    /// [`TEAR_DOWN_WITHIN`].
    /// Where the set-up is not whole, those that need a value that it did not give are left out: with
    /// another value from elsewhere they would tear down something else.
    pub(super) async fn run(&self, case: &Arc<Case>, steps: &Steps) -> Option<Outcome> {
        let mut set_up = SetUp::default();
        let of_case = match self.set_up(steps, &mut set_up).await {
            // Set up in vain, but what was set up is torn down.
            Some(Ok(())) if set_up.begun && self.cancel.is_finishing() => None,
            Some(Ok(())) => self.case(case, steps, &set_up.captured).await,
            Some(Err(verdict)) => Some(Outcome { verdict, sent: None }),
            None => None,
        };
        let nothing_begun = !steps.before.is_empty() && !set_up.begun;
        let mishaps = if nothing_begun { Vec::new() } else { self.tear_down(steps, &set_up).await };
        let mut outcome = of_case?;
        outcome.verdict = torn_down(case, outcome.verdict, &mishaps, self.fail_on);
        Some(outcome)
    }

    /// Sends the steps before, until one goes wrong; `None` where the run was cancelled.
    async fn set_up<'s>(&self, steps: &'s Steps, set_up: &mut SetUp<'s>) -> Option<Result<(), Verdict>> {
        set_up.missing =
            steps.before.iter().flat_map(|step| &step.capture).map(|(name, _)| &**name).collect();
        for step in &steps.before {
            if set_up.begun && self.cancel.is_finishing() {
                return None;
            }
            let unprepared = |mishap| Some(Err(unprepared(Some(&step.case), &mishap)));
            let ready = match self.ready(&step.case, step.deferred.as_ref(), &set_up.captured) {
                Ok(ready) => ready,
                Err(mishap) => return unprepared(mishap),
            };
            set_up.begun = true;
            match self.cancel.unless(self.step(step, ready)).await? {
                Ok(values) => self.take(step, values, set_up),
                Err(mishap) => return unprepared(mishap),
            }
        }
        Some(Ok(()))
    }

    async fn case(&self, case: &Arc<Case>, steps: &Steps, captured: &Captured) -> Option<Outcome> {
        let Ready { request, late } = match self.ready(case, steps.own.as_ref(), captured) {
            Ok(ready) => ready,
            Err(mishap) => return Some(Outcome { verdict: unprepared(None, &mishap), sent: None }),
        };
        let job = job(case, request, late, &self.shared);
        let exchange = Arc::new(self.cancel.unless(self.sender.send(&job)).await?);
        self.requests.fetch_add(exchange.attempts, Ordering::Relaxed);
        let verdict = self.cancel.unless(self.judged(case, &exchange, self.fail_on)).await?;
        Some(Outcome { verdict, sent: Some(Sent { request: job.request, late: job.late, exchange }) })
    }

    /// Sends the steps after, each whatever came of the one before it.
    async fn tear_down<'s>(&self, steps: &'s Steps, set_up: &SetUp<'_>) -> Vec<(&'s Case, Mishap)> {
        let mut mishaps = Vec::new();
        let too_late = async {
            self.cancel.cancelled().await;
            tokio::time::sleep(TEAR_DOWN_WITHIN).await;
        };
        tokio::pin!(too_late);
        for step in steps.after.iter().filter(|step| !set_up.is_missing_for(step)) {
            let attempt = async {
                let ready = self.ready(&step.case, step.deferred.as_ref(), &set_up.captured)?;
                self.step(step, ready).await
            };
            let sent = tokio::select! {
                biased;
                sent = attempt => sent.map(drop),
                () = &mut too_late => Err(Mishap::of_time()),
            };
            mishaps.extend(sent.err().map(|mishap| (&*step.case, mishap)));
        }
        mishaps
    }

    async fn step(&self, step: &Step, ready: Ready) -> Result<Values, Mishap> {
        let Ready { request, late } = ready;
        let exchange = Arc::new(self.sender.send(&job(&step.case, request, late, &self.shared)).await);
        self.requests.fetch_add(exchange.attempts, Ordering::Relaxed);
        let verdict = self.judged(&step.case, &exchange, Severity::Breaking).await;
        check_step(step, &exchange, verdict)
    }

    /// The verdict; the codes of the answer are kept.
    async fn judged(&self, case: &Arc<Case>, exchange: &Arc<Exchange>, fail_on: Severity) -> Verdict {
        let within = self.sender.client().limits().total;
        let Judged { verdict, codes } = judged(case, exchange, fail_on, within).await;
        self.saw(codes);
        verdict
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
    fn take(&self, step: &Step, values: Values, set_up: &mut SetUp<'_>) {
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
            set_up.missing.remove(name.as_str());
            set_up.captured.set(&name, value);
        }
    }
}

impl SetUp<'_> {
    /// Whether the step's request hangs on a value that is missing: with other values it is another
    /// one, or it cannot be made.
    fn is_missing_for(&self, step: &Step) -> bool {
        let Some(deferred) = step.deferred.as_ref().filter(|_| !self.missing.is_empty()) else {
            return false;
        };
        let with = |value: &str| {
            let mut captured = self.captured.clone();
            self.missing.iter().for_each(|name| captured.set(name, value.to_owned()));
            deferred.resolve(&captured).ok().map(|made| (made.request, made.late))
        };
        let one = with("1");
        one.is_none() || one != with("2")
    }
}
