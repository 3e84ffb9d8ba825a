//! `uphold prove`: every case's answer changed one way at a time, and what the contract makes of it.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use super::planning::{Wanted, plan};
use super::run::keep_inputs;
use super::{Chosen, JobError, Targets, load};
use crate::check::{Verdict, check, judge};
use crate::contract::BodyExpectation;
use crate::finding::Severity;
use crate::message::Answer;
use crate::mock::{BoundMock, Mock, MockOptions, served};
use crate::mutate::{Base, CaseProof, Mutation, Rules, is_caught, mutations, prove as prove_case};
use crate::plan::{Action, Case, Plan, SEED, Selection};
use crate::redact::Redactor;
use crate::report::proof::{Proof, SuiteProof, Wire, json, text};
use crate::report::{OutputFormat, OutputSpec, Outputs, ReportError, Verbosity};
use crate::send::{Cancel, Client, Jar, Job, Limits, Pace, Sender, Signing};

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
    /// When the proof started.
    pub started: jiff::Timestamp,
}

/// Proves the chosen cases, writes the reports, and tells `terminal`.
pub fn prove(settings: &ProveSettings, terminal: &mut dyn Write) -> Result<Proof, JobError> {
    let clock = Instant::now();
    let suites = load(&settings.chosen)?;
    keep_inputs(&suites, &settings.outputs)?;
    let outputs = Outputs::open(&settings.outputs)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(JobError::Runtime)?;
    let bound = runtime.block_on(Mock::bind(MockOptions { port: None, seed: SEED }))?;
    let wanted = Wanted { selection: settings.selection.clone(), ..Wanted::everything() };
    let plan = plan(&suites, &Targets::Mock, Some(&bound.origin()), &wanted)?;
    let redactor = Redactor::new(plan.suites.iter().flat_map(|suite| suite.secrets.iter().cloned()));
    let proven = in_memory(&plan, settings);
    let wire = runtime.block_on(over_http(bound, &plan, settings, &redactor));
    let proof = Proof {
        suites: proven,
        wire,
        fail_on: settings.fail_on,
        seed: settings.seed,
        duration: clock.elapsed(),
    };
    let written = outputs.commit(|format, out| match format {
        OutputFormat::Json => json::write(&proof, &redactor, out),
        // Refused where options become settings.
        OutputFormat::Junit => Ok(()),
    })?;
    text::write(terminal, &proof, &redactor, settings.verbosity)
        .and_then(|()| written.iter().try_for_each(|path| writeln!(terminal, "report: {}", path.display())))
        .or_else(|error| if error.kind() == std::io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
        .map_err(|error| JobError::Report(ReportError::Terminal(error)))?;
    Ok(proof)
}

/// Every case, on all processors; each holds one answer at a time.
fn in_memory(plan: &Plan, settings: &ProveSettings) -> Vec<SuiteProof> {
    let work: Vec<(usize, &Arc<Case>)> = plan
        .suites
        .iter()
        .enumerate()
        .flat_map(|(position, suite)| suite.cases.iter().map(move |case| (position, case)))
        .collect();
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done: Vec<(usize, CaseProof)> = Vec::new();
        while let Some((at, (_, case))) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            work.get(at).map(|job| (at, *job))
        } {
            let owned = is_owned(case);
            let rules = Rules { fail_on: settings.fail_on, seed: settings.seed, owned };
            done.push((at, prove_case(case, &Base::new(served(case, SEED)), rules)));
        }
        done
    };
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get).min(work.len().max(1));
    let mut done: Vec<(usize, CaseProof)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        let joined = workers.into_iter().map(thread::ScopedJoinHandle::join);
        joined.flat_map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    let mut proven: Vec<SuiteProof> =
        plan.suites.iter().map(|suite| SuiteProof { name: suite.name.clone(), cases: Vec::new() }).collect();
    for (at, proof) in done {
        if let Some((suite, case)) = work.get(at)
            && let Some(suite) = proven.get_mut(*suite)
        {
            suite.cases.push((case.id.as_str().to_owned(), proof));
        }
    }
    proven
}

/// Whether the case is judged by a schema file that a person edited or wrote.
fn is_owned(case: &Case) -> bool {
    matches!(&case.expectation.body, BodyExpectation::Json { schema, .. } if schema.is_persons())
}

/// A changed answer that the mock serves under its name.
struct Sample<'p> {
    case: &'p Arc<Case>,
    mutation: Mutation,
    answer: Answer,
}

/// Serves and sends some of the changes, and judges what arrives.
async fn over_http(bound: BoundMock, plan: &Plan, settings: &ProveSettings, redactor: &Redactor) -> Wire {
    let samples = samples(plan, settings.seed);
    let name = |at: usize| format!("uphold-prove-{at}");
    let named: HashMap<String, Answer> =
        samples.iter().enumerate().map(|(at, sample)| (name(at), sample.answer.clone())).collect();
    let jobs = samples.iter().enumerate().filter_map(|(at, sample)| job(sample.case, &name(at))).collect();
    let mock = bound.serve_also(plan, named);
    let signing = Signing::new(settings.started.into(), redactor.clone());
    let sender = Sender::new(Client::new(Limits::default()), signing);
    let mut run = sender.run(jobs, &Cancel::new(), |_, exchange| exchange);
    let mut wire = Wire { sent: samples.len(), ..Wire::default() };
    while let Some((at, exchange)) = run.next().await {
        let Some(Sample { case, mutation, answer }) = samples.get(at) else { continue };
        let about = format!("{}  {}  {}", case.id, mutation.kind.as_str(), mutation.at);
        let caught = is_caught(&check(&case.expectation, answer), settings.fail_on);
        match (&exchange.result, judge(case, &exchange, settings.fail_on)) {
            (Err(error), _) => wire.unanswered.push(format!("{about}: {error}")),
            (Ok(_), verdict) if caught == matches!(verdict, Verdict::Passed(_)) => wire.differing.push(about),
            (Ok(_), _) => {}
        }
    }
    mock.stop().await;
    wire.differing.sort();
    wire.unanswered.sort();
    wire
}

/// A few changes of cases that lie evenly in the plan.
fn samples(plan: &Plan, seed: u64) -> Vec<Sample<'_>> {
    let sent = |case: &&Arc<Case>| matches!(case.action, Action::Send { .. });
    let cases: Vec<&Arc<Case>> = plan.suites.iter().flat_map(|suite| &suite.cases).filter(sent).collect();
    let step = cases.len().div_ceil(SENT / SENT_OF_A_CASE).max(1);
    let mut samples = Vec::new();
    for (at, case) in cases.iter().step_by(step).enumerate() {
        let base = Base::new(served(case, SEED));
        let list = mutations(case, &base, seed).list;
        for turn in 0..SENT_OF_A_CASE {
            // Other kinds with every case, without a choice of their own.
            let chosen = list.get((at * 7 + turn * (list.len() / SENT_OF_A_CASE)) % list.len().max(1));
            let Some(mutation) = chosen.cloned() else { continue };
            if let Some(answer) = mutation.apply(&base, seed) {
                samples.push(Sample { case, mutation, answer });
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
