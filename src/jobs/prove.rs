//! `uphold prove`: every case's answer changed one way at a time, and what the contract makes of it.

use std::collections::HashMap;
use std::io::{self, Write};
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use super::planning::{Wanted, plan};
use super::proofs::{Outcome, Proofs, WITHIN};
use super::run::{keep_inputs, open};
use super::signals::{GiveUp, Interrupt, Signals};
use super::watch::{Watch, moments};
use super::{Chosen, JobError, Targets, load};
use crate::check::{Verdict, check, judge, waived};
use crate::finding::Severity;
use crate::message::Answer;
use crate::mock::{BoundMock, Mock, MockOptions, served};
use crate::mutate::{Base, CaseProof, Mutation, is_caught, mutations};
use crate::plan::{Action, Case, Plan, SEED, Selection, SuitePlan};
use crate::postman::Chance;
use crate::redact::Redactor;
use crate::report::proof::{Proof, SuiteProof, Wire, json, text};
use crate::report::{OutputError, OutputFormat, OutputSpec, Outputs, ReportError, Verbosity};
use crate::send::{Cancel, Client, Exchange, Jar, Job, Limits, Pace, Sender, Signing};

/// How many changed answers are sent over HTTP, and how many of one case at the most.
const SENT: usize = 256;
const SENT_OF_A_CASE: usize = 2;

/// What is proven, and how.
#[derive(Debug, Clone)]
pub struct ProveSettings {
    /// Which suites.
    pub chosen: Chosen,
    /// Which cases.
    pub selection: Selection,
    /// The lowest level that fails a case.
    pub fail_on: Severity,
    /// Chooses among the places of large bodies, and new values.
    pub seed: u64,
    /// The files to write; all of them as JSON.
    pub outputs: Vec<OutputSpec>,
    /// How much the terminal shows.
    pub verbosity: Verbosity,
    /// The columns of the line on stderr that shows how far the proof is; `None` shows none.
    pub progress: Option<usize>,
    /// When the proof started.
    pub started: jiff::Timestamp,
    /// What ends the program at a signal before anything is proven, and at the second one.
    pub give_up: GiveUp,
}

/// A proof, and the signal that ended it early.
#[derive(Debug)]
pub struct Proven {
    /// What was proven until then.
    pub proof: Proof,
    /// The signal.
    pub interrupted: Option<Interrupt>,
}

/// Proves the chosen cases, writes the reports, and tells `terminal`; `data` gets the JSON report,
/// too.
///
/// At a signal what is proven until then is reported; nothing waits for a case under way, whose
/// schema may be such that it takes for ever.
pub fn prove(
    settings: &ProveSettings,
    terminal: &mut dyn Write,
    data: Option<&mut dyn Write>,
) -> Result<Proven, JobError> {
    let clock = Instant::now();
    let signals = Signals::listen(settings.give_up)?;
    let suites = load(&settings.chosen)?;
    keep_inputs(&suites, &settings.outputs)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(JobError::Runtime)?;
    let bound = runtime.block_on(Mock::bind(MockOptions { port: None, seed: SEED }))?;
    // By the day of the proof waivers hold or are over.
    let chance = Chance { now: settings.started, ..Chance::default() };
    let wanted = Wanted { selection: settings.selection.clone(), chance, ..Wanted::everything() };
    let plan = plan(&suites, &Targets::Mock, Some(&bound.origin()), &wanted)?;
    let redactor = Redactor::new(plan.suites.iter().flat_map(|suite| suite.secrets.iter().cloned()));
    let work = work(&plan);
    drop(suites);
    signals.in_order();
    let mut run = Proving { settings, signals, interrupted: None };
    let (outputs, done, undecided, wire) = runtime.block_on(async {
        let outputs = run.unless_interrupted(open(settings.outputs.clone())).await.transpose()?;
        let (done, undecided) = run.in_memory(&work).await?;
        let undecided: Vec<_> = undecided.into_iter().filter_map(|at| work.get(at)).collect();
        let undecided: Vec<_> = undecided.into_iter().map(|job| &*job.case).collect();
        let wire = run.over_http(bound, &plan, &undecided, &redactor).await;
        let undecided: Vec<_> = undecided.into_iter().map(|case| case.id.as_str().to_owned()).collect();
        Ok::<_, JobError>((outputs.unwrap_or_default(), done, undecided, wire))
    })?;
    // A thread may still judge an answer that an interrupt made pointless.
    runtime.shutdown_background();
    let interrupted = run.interrupted;
    let proof = Proof {
        unproven: work.len() - done.len() - undecided.len(),
        undecided,
        suites: by_suite(&plan, &work, done),
        wire,
        fail_on: settings.fail_on,
        seed: settings.seed,
        duration: clock.elapsed(),
        interrupted: interrupted.map(Interrupt::name),
    };
    tell(&proof, &redactor, settings.verbosity, outputs, (terminal, data))?;
    Ok(Proven { proof, interrupted })
}

/// Writes the files, and the proof to the terminal and, as JSON, to `data`. A reader that went away is
/// no failure.
fn tell(
    proof: &Proof,
    redactor: &Redactor,
    verbosity: Verbosity,
    outputs: Outputs,
    (terminal, data): (&mut dyn Write, Option<&mut dyn Write>),
) -> Result<(), JobError> {
    let written = outputs.commit(|format, out| match format {
        OutputFormat::Json => json::write(proof, redactor, out),
        // Refused where options become settings.
        OutputFormat::Junit | OutputFormat::Html | OutputFormat::Markdown => Ok(()),
    });
    let printed = |printed: io::Result<()>| match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(JobError::Report(ReportError::Terminal(error)))
        }
        Ok(()) | Err(_) => Ok(()),
    };
    if let Some(data) = data {
        printed(json::write(proof, redactor, data))?;
    }
    printed(text::write(terminal, proof, redactor, verbosity).and_then(|()| {
        written.reports.iter().try_for_each(|path| writeln!(terminal, "report: {}", path.display()))
    }))?;
    OutputError::of(written.failed).map_or(Ok(()), |error| Err(error.into()))
}

/// A case that is to be proven.
struct ToProve {
    /// The position of its suite.
    suite: usize,
    case: Arc<Case>,
}

fn work(plan: &Plan) -> Vec<ToProve> {
    let of_suite = |(position, suite): (usize, &SuitePlan)| {
        let of_case = |case: &Arc<Case>| ToProve { suite: position, case: Arc::clone(case) };
        suite.cases.iter().map(of_case).collect::<Vec<_>>()
    };
    plan.suites.iter().enumerate().flat_map(of_suite).collect()
}

/// The proofs, by the positions of their cases, in the order of the plan.
fn by_suite(plan: &Plan, work: &[ToProve], mut done: Vec<(usize, CaseProof)>) -> Vec<SuiteProof> {
    done.sort_by_key(|(at, _)| *at);
    let mut proven: Vec<SuiteProof> =
        plan.suites.iter().map(|suite| SuiteProof { name: suite.name.clone(), cases: Vec::new() }).collect();
    for (at, proof) in done {
        if let Some(ToProve { suite, case, .. }) = work.get(at)
            && let Some(suite) = proven.get_mut(*suite)
        {
            suite.cases.push((case.id.as_str().to_owned(), proof));
        }
    }
    proven
}

/// A changed answer that the mock serves under its name.
struct Sample {
    case: Arc<Case>,
    mutation: Mutation,
    answer: Answer,
}

/// A proof under way.
struct Proving<'s> {
    settings: &'s ProveSettings,
    signals: Signals,
    /// Once there was a signal, nothing more is begun.
    interrupted: Option<Interrupt>,
}

impl Proving<'_> {
    /// What the work gives; `None` at a signal, and after it.
    async fn unless_interrupted<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        if self.interrupted.is_some() {
            return None;
        }
        tokio::select! {
            done = work => Some(done),
            signal = self.signals.next() => {
                self.interrupted = Some(signal);
                None
            }
        }
    }

    /// Every case that is decided in time, and the positions of the others.
    async fn in_memory(
        &mut self,
        work: &[ToProve],
    ) -> Result<(Vec<(usize, CaseProof)>, Vec<usize>), JobError> {
        let cases = work.iter().map(|job| Arc::clone(&job.case)).collect();
        let mut proofs = Proofs::begin(cases, self.settings.fail_on, self.settings.seed, WITHIN)
            .map_err(JobError::Runtime)?;
        let (mut done, mut undecided) = (Vec::with_capacity(work.len()), Vec::new());
        let mut watch = self.settings.progress.map(|width| Watch::begin(width, "cases"));
        let begun = proofs.begun();
        let mut moments = moments();
        loop {
            let next = self.unless_interrupted(async {
                let mut next = pin!(proofs.next());
                loop {
                    tokio::select! {
                                           next = &mut next => return next,
                                           _ = moments.tick() => {
                                               if let Some(watch) = &mut watch {
                    watch.draw_done(work.len(), begun());
                    }
                                           }
                                       }
                }
            });
            let Some(next) = next.await else { break };
            let (at, proof) = match next.map_err(JobError::Runtime)? {
                Some(Outcome::Proven(at, proof)) => (at, Some(proof)),
                Some(Outcome::Undecided(at)) => (at, None),
                None => break,
            };
            let is_bad = proof.as_ref().is_none_or(|proof| !proof.is_proven());
            if let Some(watch) = &mut watch {
                watch.done(is_bad);
            }
            match proof {
                Some(proof) => done.push((at, proof)),
                None => undecided.push(at),
            }
        }
        undecided.sort_unstable();
        Ok((done, undecided))
    }

    /// Serves and sends some of the changes, and judges what arrives.
    async fn over_http(
        &mut self,
        bound: BoundMock,
        plan: &Plan,
        undecided: &[&Case],
        redactor: &Redactor,
    ) -> Wire {
        let seed = self.settings.seed;
        let cases = sampled(plan, undecided);
        let made = tokio::task::spawn_blocking(move || samples(&cases, seed));
        let Some(Ok(samples)) = self.unless_interrupted(made).await else { return Wire::default() };
        let samples: Arc<[Sample]> = samples.into();
        let name = |at: usize| format!("uphold-prove-{at}");
        let named: HashMap<String, Answer> =
            samples.iter().enumerate().map(|(at, sample)| (name(at), sample.answer.clone())).collect();
        let jobs =
            samples.iter().enumerate().filter_map(|(at, sample)| job(&sample.case, &name(at))).collect();
        let mock = bound.serve_also(plan, named);
        let signing = Signing::new(self.settings.started.into(), redactor.clone());
        let sender = Sender::new(Client::new(Limits::default()), signing);
        let (judged, fail_on) = (Arc::clone(&samples), self.settings.fail_on);
        let mut run = sender.run(jobs, &Cancel::new(), move |at, exchange| {
            judged.get(at).map(|sample| sample.held_against(&exchange, fail_on))
        });
        let mut wire = Wire::default();
        while let Some(Some((_, held))) = self.unless_interrupted(run.next()).await {
            wire.sent += 1;
            match held {
                Some(Held::Otherwise(about)) => wire.differing.push(about),
                Some(Held::Unanswered(about)) => wire.unanswered.push(about),
                Some(Held::Same) | None => {}
            }
        }
        if self.interrupted.is_none() {
            mock.stop().await;
        }
        wire.differing.sort();
        wire.unanswered.sort();
        wire
    }
}

/// What came of a changed answer that was sent.
enum Held {
    /// It is judged as in memory.
    Same,
    /// It is judged otherwise.
    Otherwise(String),
    /// It did not arrive.
    Unanswered(String),
}

impl Sample {
    fn held_against(&self, exchange: &Exchange, fail_on: Severity) -> Held {
        let Self { case, mutation, answer } = self;
        let about = format!("{}  {}  {}", case.id, mutation.kind.as_str(), mutation.at);
        let caught = is_caught(&waived(case, check(&case.expectation, answer)), fail_on);
        match (&exchange.result, judge(case, exchange, fail_on)) {
            (Err(error), _) => Held::Unanswered(format!("{about}: {error}")),
            (Ok(_), verdict) if caught == matches!(verdict, Verdict::Passed(_)) => Held::Otherwise(about),
            (Ok(_), _) => Held::Same,
        }
    }
}

/// A few of the cases that can be sent, evenly over the plan; none that cannot be judged in time.
fn sampled(plan: &Plan, undecided: &[&Case]) -> Vec<Arc<Case>> {
    let sent = |case: &&Arc<Case>| {
        matches!(case.action, Action::Send { .. }) && !undecided.iter().any(|slow| slow.id == case.id)
    };
    let cases: Vec<&Arc<Case>> = plan.suites.iter().flat_map(|suite| &suite.cases).filter(sent).collect();
    let step = cases.len().div_ceil(SENT / SENT_OF_A_CASE).max(1);
    cases.into_iter().step_by(step).cloned().collect()
}

/// A few changes of each of these cases.
fn samples(cases: &[Arc<Case>], seed: u64) -> Vec<Sample> {
    let mut samples = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        let base = Base::new(served(case, SEED));
        let list = mutations(case, &base, seed).list;
        for turn in 0..SENT_OF_A_CASE {
            // Other kinds with every case, without a choice of their own.
            let chosen = list.get((at * 7 + turn * (list.len() / SENT_OF_A_CASE)) % list.len().max(1));
            let Some(mutation) = chosen.cloned() else { continue };
            if let Some(answer) = mutation.apply(&base, seed) {
                samples.push(Sample { case: Arc::clone(case), mutation, answer });
            }
        }
    }
    samples
}

/// The case's request, asking for the answer of that name.
fn job(case: &Case, name: &str) -> Option<Job> {
    let Action::Send { request, late, delivery, .. } = &case.action else { return None };
    let mut request = request.clone();
    request.headers.set("x-mock-response-id", name);
    Some(Job {
        request,
        late: late.clone(),
        delivery: Arc::clone(delivery),
        expected: case.expectation.status,
        lane: None,
        jar: Jar::default(),
        pace: Pace::default(),
    })
}
