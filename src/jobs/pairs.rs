//! One case on two servers: who is asked when, and what becomes of the answers.

use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::judging::Desks;
use super::steps::{Around, Outcome, Shared, job};
use crate::check::{Verdict, undecided};
use crate::compare::live::{Compared, Watch};
use crate::finding::{Finding, FindingId, Severity};
use crate::plan::{Action, Case};
use crate::redact::Redactor;
use crate::report::compared::{Pair, PairRow};
use crate::send::{Cancel, Exchange, Sender};
use crate::suite::{Settings, Side};

/// Asks both servers, case by case.
pub(super) struct Servers {
    pub(super) old: Sender,
    pub(super) new: Sender,
    pub(super) cancel: Cancel,
    pub(super) redactor: Redactor,
    pub(super) fail_on: Severity,
    /// Compare values, too.
    pub(super) values: bool,
    /// How many rounds a difference is confirmed by; at least one.
    pub(super) rounds: usize,
    /// The rows of all cases hold their messages.
    pub(super) verbose: bool,
    /// Where answers are weighed.
    pub(super) desks: Desks,
}

/// A case as it is sent to each server.
pub(super) struct OfBoth {
    pub(super) position: usize,
    pub(super) old: Arc<Case>,
    pub(super) new: Arc<Case>,
    /// Of the suite on the old server.
    pub(super) settings: Arc<Settings>,
    /// Cookies and pace of the suite on each server.
    pub(super) shared: [Shared; 2],
}

/// What was spent on a case, and what happened on the way.
#[derive(Default)]
struct Spent {
    requests: u32,
    duration: Duration,
    notes: Vec<String>,
    /// The first exchange with the old server.
    first: Option<Arc<Exchange>>,
    /// The last exchange with the new server.
    last: Option<Arc<Exchange>>,
}

/// Why there is nothing to compare, or no further round.
struct Unusable {
    reason: String,
    findings: Vec<Finding>,
}

impl Servers {
    /// Compares a case; `None` where the run was cancelled before it was done.
    ///
    /// Old, new, old again; where something is left to be confirmed, new and old again, as long as the
    /// [`Watch`] asks for it. A later round in which a server gives no usable answer does not count, and two
    /// such rounds one after the other are the last.
    pub(super) async fn compare(&self, unit: &OfBoth) -> Option<PairRow> {
        let mut spent = Spent::default();
        let came = self.rounds(unit, &mut spent).await?;
        let (verdict, reason, compared) = match came {
            Ok(compared) => {
                let found: Vec<Finding> =
                    compared.drift.iter().chain(&compared.intermittent).cloned().collect();
                let fails = found.iter().any(|finding| finding.severity >= self.fail_on);
                let verdict = if fails { Verdict::Failed(found) } else { Verdict::Passed(found) };
                (verdict, None, Some(compared))
            }
            Err(Unusable { reason, findings }) => (Verdict::Errored(findings), Some(reason), None),
        };
        let pair = Pair {
            position: unit.position,
            case: &unit.new,
            verdict: &verdict,
            reason: reason.as_deref(),
            exchange: spent.last.as_deref(),
            old: spent.first.as_deref(),
            compared: compared.as_ref(),
            requests: spent.requests,
            duration: spent.duration,
            notes: &spent.notes,
            verbose: self.verbose,
        };
        Some(PairRow::new(&pair, &self.redactor))
    }

    async fn rounds(&self, unit: &OfBoth, spent: &mut Spent) -> Option<Result<Compared, Unusable>> {
        let first = match self.ask(Side::Old, unit, spent).await? {
            Ok(exchange) => exchange,
            Err(unusable) => return Some(Err(unusable)),
        };
        spent.first = Some(Arc::clone(&first));
        let Ok(answer) = &first.result else { return None };
        let (Action::Send { request, .. }, Action::Send { request: of_new, .. }) =
            (&unit.old.action, &unit.new.action)
        else {
            return None;
        };
        let origins = (request.origin.clone(), of_new.origin.clone());
        let (of_old, request, settings) =
            (Arc::clone(&unit.old), request.clone(), Arc::clone(&unit.settings));
        let (of_first, values) = (answer.clone(), self.values);
        let begin = move || Watch::begin(&of_old, &request, &settings, &of_first, values);
        let may_settle = unit.old.may_repeat() && unit.new.may_repeat();
        let mut watch = match self.desks.weighed(&unit.old, self.within(), begin).await {
            Some(Ok(Ok(watch))) => watch.at(&origins.0, &origins.1).confirmed_by(self.rounds, may_settle),
            Some(Ok(Err(finding))) => return Some(Err(refused(Side::Old, *finding))),
            Some(Err(error)) => {
                return Some(Err(Unusable { reason: error.to_string(), findings: Vec::new() }));
            }
            None => return Some(Err(self.undecided())),
        };
        let mut lost = Lost::default();
        for asked in 1..=watch.most_rounds() {
            let (back, came) = match self.round(unit, watch, spent).await? {
                Ok(done) => done,
                Err(unusable) => return Some(Err(unusable)),
            };
            let weigh = move || {
                let mut watch = back;
                let goes_on = watch.is_suspicious();
                (watch, goes_on)
            };
            let Some((back, goes_on)) = self.desks.weighed(&unit.old, self.within(), weigh).await else {
                return Some(Err(self.undecided()));
            };
            watch = back;
            match came {
                Err(unusable) if asked == 1 => return Some(Err(unusable)),
                Err(unusable) => lost.add(unusable.reason),
                Ok(()) => lost.in_a_row = 0,
            }
            if lost.in_a_row == GIVEN_UP || !goes_on {
                break;
            }
        }
        spent.notes.extend(lost.told());
        let compared = self.desks.weighed(&unit.old, self.within(), move || watch.finish()).await;
        Some(compared.ok_or_else(|| self.undecided()))
    }

    /// New, then old: the watch, and whether both answers are usable. The error is that of a watch which
    /// is lost, because a schema came to no end.
    async fn round(
        &self,
        unit: &OfBoth,
        mut watch: Watch,
        spent: &mut Spent,
    ) -> Option<Result<(Watch, Result<(), Unusable>), Unusable>> {
        for side in [Side::New, Side::Old] {
            let exchange = match self.ask(side, unit, spent).await? {
                Ok(exchange) => exchange,
                Err(unusable) => return Some(Ok((watch, Err(unusable)))),
            };
            let Ok(answer) = exchange.result.clone() else { return None };
            let take = move || {
                let taken = match side {
                    Side::New => watch.new_answer(&answer),
                    Side::Old => watch.old_again(&answer),
                };
                (watch, taken)
            };
            let Some((back, taken)) = self.desks.weighed(&unit.old, self.within(), take).await else {
                return Some(Err(self.undecided()));
            };
            watch = back;
            if side == Side::New {
                spent.last = Some(exchange);
            }
            if let Err(finding) = taken {
                return Some(Ok((watch, Err(refused(side, *finding)))));
            }
        }
        Some(Ok((watch, Ok(()))))
    }

    /// What a schema that somebody wrote may take for one answer.
    fn within(&self) -> Duration {
        self.old.client().limits().total
    }

    fn undecided(&self) -> Unusable {
        let (Verdict::Errored(findings) | Verdict::Failed(findings) | Verdict::Passed(findings)) =
            undecided(self.within())
        else {
            return Unusable { reason: String::new(), findings: Vec::new() };
        };
        Unusable { reason: "the schema of the case came to no end in time".to_owned(), findings }
    }

    /// One exchange with a server, with what is sent around it. The exchange of the result has an answer.
    async fn ask(
        &self,
        side: Side,
        unit: &OfBoth,
        spent: &mut Spent,
    ) -> Option<Result<Arc<Exchange>, Unusable>> {
        let [of_old, of_new] = &unit.shared;
        let (sender, case, shared) = match side {
            Side::Old => (&self.old, &unit.old, of_old),
            Side::New => (&self.new, &unit.new, of_new),
        };
        let Action::Send { request, late, .. } = &case.action else { return None };
        if self.cancel.is_finishing() {
            return None;
        }
        let exchange = match &case.steps {
            None => {
                let job = job(case, request.clone(), late.clone(), shared);
                let exchange = Arc::new(self.cancel.unless(sender.send(&job)).await?);
                spent.requests += exchange.attempts;
                exchange
            }
            Some(steps) => {
                let around = Around {
                    sender: sender.clone(),
                    cancel: self.cancel.clone(),
                    redactor: self.redactor.clone(),
                    fail_on: self.fail_on,
                    shared: shared.clone(),
                    seen: Mutex::default(),
                    requests: AtomicU32::default(),
                };
                let ran = around.run(case, steps).await;
                spent.requests += around.requests.into_inner();
                let Outcome { verdict, sent } = ran?;
                spent.notes.extend(left_behind(side, &verdict));
                match sent {
                    Some(own) => own.exchange,
                    None => return Some(Err(unprepared(side, verdict))),
                }
            }
        };
        spent.duration += exchange.timing.total;
        let unanswered = |error: &crate::send::SendError| format!("{}: {error}", side.name());
        Some(match exchange.result.as_ref().map_err(unanswered) {
            Ok(_) => Ok(exchange),
            Err(reason) => {
                let finding = Finding::new(FindingId::TransportError, "", "an answer", reason.clone());
                Err(Unusable { reason, findings: vec![finding] })
            }
        })
    }
}

/// So many rounds without a usable answer, one after the other, end a case.
const GIVEN_UP: usize = 2;

/// Rounds that do not count.
#[derive(Default)]
struct Lost {
    rounds: usize,
    in_a_row: usize,
    /// Why the first of them.
    reason: Option<String>,
}

impl Lost {
    fn add(&mut self, reason: String) {
        self.rounds += 1;
        self.in_a_row += 1;
        self.reason.get_or_insert(reason);
    }

    fn told(self) -> Option<String> {
        let Self { rounds, reason, .. } = self;
        let rounds = if rounds == 1 { "1 round has".to_owned() } else { format!("{rounds} rounds have") };
        Some(format!("{rounds} no usable answer: {}", reason?))
    }
}

/// The answer says more of the environment than of the API.
fn refused(side: Side, finding: Finding) -> Unusable {
    let reason = format!("{}: {} ({})", side.name(), finding.id.explanation(), finding.actual);
    Unusable { reason, findings: vec![finding] }
}

/// The case could not be prepared on this server.
fn unprepared(side: Side, verdict: Verdict) -> Unusable {
    let findings = match verdict {
        Verdict::Errored(findings) | Verdict::Failed(findings) | Verdict::Passed(findings) => findings,
        Verdict::Skipped(_) => Vec::new(),
    };
    let why = findings.first().map_or("", |finding| finding.id.explanation());
    Unusable { reason: format!("{}: {why}", side.name()), findings }
}

/// What a tear-down left behind.
fn left_behind(side: Side, verdict: &Verdict) -> Vec<String> {
    let (Verdict::Passed(findings) | Verdict::Failed(findings) | Verdict::Errored(findings)) = verdict else {
        return Vec::new();
    };
    let of_tear_down = findings.iter().filter(|finding| finding.id == FindingId::TeardownFailed);
    of_tear_down
        .map(|finding| format!("{}: {} {}: {}", side.name(), finding.id, finding.at, finding.actual))
        .collect()
}
