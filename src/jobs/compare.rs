//! `uphold compare`: plan each case once for each server, ask both, report what has drifted.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use super::judging::Desks;
use super::pairs::{OfBoth, Servers};
use super::planning::{Wanted, plan};
use super::receiving::{Came, receive};
use super::run::{RunOutcome, Seed, keep_inputs, open, part_of, run_started};
use super::signals::{GiveUp, Interrupt, Signals};
use super::steps::Shared;
use super::watch::{Watch, finishing};
use super::{BaseUrls, Chosen, Goal, JobError, TargetError, Targets, load};
use crate::finding::Severity;
use crate::plan::{Action, Case, Plan, Selection, Shard, Skip, SuitePlan};
use crate::postman::Chance;
use crate::redact::Redactor;
use crate::report::compared::{PairRow, comparison};
use crate::report::events::{Event, RunFinished, RunStarted, Summary, TargetRow, WholeRow};
use crate::report::{ReportSettings, Reporter, Terminal, Verbosity};
use crate::send::{
    Cancel, Client, GrantReport, Jar, Limits, Network, NetworkSettings, Pace, Run, Sender, Signing, Unit,
    start,
};
use crate::suite::{Rate, Settings, Side, Suite};

/// Everything that a comparison is told.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct CompareSettings {
    /// Which suites.
    pub chosen: Chosen,
    /// Which cases.
    pub selection: Selection,
    /// Which part of them; `None` for all.
    pub shard: Option<Shard>,
    /// Where the old server is; else `[compare.old]` says it.
    pub old: BaseUrls,
    /// Where the new server is; else `[compare.new]` says it.
    pub new: BaseUrls,
    /// Unsafe methods are sent, several times.
    pub allow_writes: bool,
    /// Compare values, too.
    pub values: bool,
    /// How many rounds a difference is confirmed by; at least one.
    pub rounds: usize,
    /// The terminal lists what did not count.
    pub lists_cancelled: bool,
    /// How many at once, how long, how large.
    pub limits: Limits,
    /// The pace of all requests together.
    pub rate: Option<Rate>,
    /// How often a request is tried again.
    pub retries: u32,
    /// Proxies and certificates.
    pub network: NetworkSettings,
    /// The lowest level that fails a case.
    pub fail_on: Severity,
    /// A case that is skipped without being asked for fails the comparison.
    pub no_skips: bool,
    /// Files and annotations.
    pub reports: ReportSettings,
    /// How much the terminal shows.
    pub verbosity: Verbosity,
    /// The columns of the line on stderr that shows how far the comparison is; `None` shows none.
    pub progress: Option<usize>,
    /// When the comparison started.
    pub started: jiff::Timestamp,
    /// What ends the program at a signal before anything is sent, and at the third one.
    pub give_up: GiveUp,
    /// The seed of dynamic values: both servers get the same.
    pub seed: Seed,
}

/// One server, with the plan for it.
struct Server {
    suites: Vec<Suite>,
    urls: String,
    plan: Plan,
}

/// Compares the chosen suites on two servers, and writes the terminal report to `terminal`, with
/// colours, when all is done: its first line is the verdict.
///
/// Fails before anything is sent, or where a report cannot be written at the end.
pub fn compare(settings: &CompareSettings, terminal: &mut dyn Write) -> Result<RunOutcome, JobError> {
    let signals = Signals::listen(settings.give_up)?;
    let mut old = server(Side::Old, &settings.old, settings)?;
    let mut new = server(Side::New, &settings.new, settings)?;
    let part = part_of(&mut old.plan, settings.shard, settings.seed, settings.fail_on)?;
    new.plan.keep_as(&old.plan);
    let network = Network::load(&settings.network)?;
    keep_inputs(&old.suites, &settings.reports.outputs)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(JobError::Runtime)?;
    let outcome = runtime.block_on(drive((old, new), (network, signals), (settings, part), terminal));
    // A worker may still wait for a server that an interrupt made pointless.
    runtime.shutdown_background();
    outcome
}

fn server(side: Side, urls: &BaseUrls, settings: &CompareSettings) -> Result<Server, JobError> {
    let mut chosen = settings.chosen.clone();
    chosen.inputs.side = Some(side);
    let suites = load(&chosen)?;
    let wrong = |source| JobError::Side { side, source };
    let is_named = |suite: &&Suite| {
        urls.only.is_some()
            || urls.by_suite.contains_key(&suite.name)
            || suite.settings.target.base_url.is_some()
    };
    let targets = Targets::decide(&suites, &Goal::Named(urls.clone())).map_err(wrong)?;
    let unnamed: Vec<String> =
        suites.iter().filter(|suite| !is_named(suite)).map(|suite| suite.name.clone()).collect();
    if !unnamed.is_empty() {
        return Err(wrong(TargetError::Missing { suites: unnamed }));
    }
    let wanted = Wanted {
        selection: settings.selection.clone(),
        allow_writes: settings.allow_writes,
        only_safe: false,
        repeats: true,
        chance: Chance { seed: settings.seed.number(), now: settings.started },
    };
    let plan = plan(&suites, &targets, None, &wanted)?;
    Ok(Server { urls: targets.urls(), suites, plan })
}

async fn drive(
    (old, new): (Server, Server),
    (network, mut signals): (Network, Signals),
    (settings, (whole, others_send)): (&CompareSettings, (WholeRow, bool)),
    terminal: &mut dyn Write,
) -> Result<RunOutcome, JobError> {
    signals.in_order();
    let secrets = [&old.plan, &new.plan].into_iter().flat_map(|plan| &plan.suites);
    let redactor = Redactor::new(secrets.flat_map(|suite| suite.secrets.iter().cloned()));
    redactor.learn(network.secrets());
    let via = network.via(old.plan.origins().chain(new.plan.origins()));
    let insecure = network.is_insecure();
    let pace = settings.rate.map(Pace::at).unwrap_or_default();
    let client = Client::over(network, settings.limits).paced(&pace);
    let sender = || {
        let signing = Signing::new(settings.started.into(), redactor.clone());
        Sender::new(client.clone(), signing).with_retries(settings.retries)
    };
    let senders = [sender(), sender()];
    let outputs = tokio::select! {
        opened = open(settings.reports.outputs.clone()) => opened?,
        signal = signals.next() => {
            return Ok(RunOutcome { summary: Summary::default(), interrupted: Some(signal), forbidden_skips: 0, others_send });
        }
    };
    let clock = Instant::now();
    let cancel = Cancel::new();
    let [old_sender, new_sender] = &senders;
    let servers = Servers {
        old: old_sender.clone(),
        new: new_sender.clone(),
        cancel: cancel.clone(),
        redactor: redactor.clone(),
        fail_on: settings.fail_on,
        values: settings.values,
        rounds: settings.rounds,
        verbose: settings.verbosity == Verbosity::Verbose,
        desks: Desks::default(),
    };
    let work = Work::new(&old, &new, &redactor);
    let (rows, interrupted) =
        work.done(servers, (settings.limits.jobs, settings.progress), &cancel, signals).await?;
    let urls = (old.urls.clone(), new.urls.clone());
    let mut summary = Summary::default();
    for row in &rows {
        summary.count(row.case.verdict);
    }
    let target = TargetRow::Live { base_url: new.urls.clone() };
    let started = RunStarted {
        seed: settings.seed.reported(&new.plan),
        via,
        insecure,
        whole,
        compared: Some(comparison(&rows, urls, settings.rounds, settings.lists_cancelled)),
        // Of the codes a comparison tells what differs.
        codes: Vec::new(),
        ..run_started(&new.plan, target, settings.started, &redactor)
    };
    let amiss = rows.iter().filter(|row| settings.no_skips && row.case.is_amiss());
    let forbidden_skips = amiss.count();
    summary.without_example = started.without_example.len();
    let GrantReport { failures, notes } = both_grants(&senders);
    let terminal = Terminal::new(terminal, true, settings.verbosity);
    let mut reporter = Reporter::new(terminal, outputs, &settings.reports);
    reporter.event(&Event::Started(&started))?;
    rows.iter().try_for_each(|row| reporter.event(&Event::Case(&row.case)))?;
    reporter.event(&Event::Finished(&RunFinished {
        summary,
        duration: clock.elapsed(),
        interrupted: interrupted.map(Interrupt::name),
        no_skips: settings.no_skips,
        errors: failures,
        notes,
        kept: None,
        waivers: Vec::new(),
        drift: Vec::new(),
    }))?;
    Ok(RunOutcome { summary, interrupted, forbidden_skips, others_send })
}

/// What became of the grants on both servers, and of retries.
fn both_grants(senders: &[Sender]) -> GrantReport {
    let mut both = GrantReport::default();
    for sender in senders {
        let GrantReport { failures, notes } = sender.grants();
        both.failures
            .extend(failures.into_iter().filter(|one| !both.failures.contains(one)).collect::<Vec<_>>());
        let notes = notes.into_iter().chain(sender.notes());
        both.notes.extend(notes.filter(|one| !both.notes.contains(one)).collect::<Vec<_>>());
    }
    both
}

/// The cases of both plans, by their ids.
struct Work {
    cases: Vec<Arc<Case>>,
    /// For each unit the position of its case.
    positions: Vec<usize>,
    units: Vec<Unit<OfBoth>>,
    /// Of the cases that are not sent.
    unsent: Vec<PairRow>,
    redactor: Redactor,
}

impl Work {
    fn new(old: &Server, new: &Server, redactor: &Redactor) -> Self {
        let mut work = Self {
            cases: Vec::new(),
            positions: Vec::new(),
            units: Vec::new(),
            unsent: Vec::new(),
            redactor: redactor.clone(),
        };
        for (suite, (of_old, of_new)) in old.suites.iter().zip(old.plan.suites.iter().zip(&new.plan.suites)) {
            work.add(suite, of_old, of_new);
        }
        work
    }

    fn add(&mut self, suite: &Suite, old: &SuitePlan, new: &SuitePlan) {
        let settings: Arc<Settings> = Arc::new(suite.settings.clone());
        let shared = [old, new]
            .map(|plan| Shared { jar: Jar::default(), pace: plan.rate.map(Pace::at).unwrap_or_default() });
        let by_id: HashMap<&str, &Arc<Case>> =
            old.cases.iter().map(|case| (case.id.as_str(), case)).collect();
        for case in &new.cases {
            let position = self.cases.len();
            self.cases.push(Arc::clone(case));
            // Both plans are of the same files, so there always is one.
            let Some(old) = by_id.get(case.id.as_str()).map(|old| Arc::clone(old)) else { continue };
            let skipped = [(Side::Old, &old), (Side::New, case)].map(|(side, case)| match &case.action {
                Action::Skip(skip) => Some((side, skip)),
                Action::Send { .. } => None,
            });
            match skipped {
                [None, None] => {
                    self.positions.push(position);
                    let lanes = lanes(&old).into_iter().chain(lanes(case)).collect();
                    let (new, settings) = (Arc::clone(case), Arc::clone(&settings));
                    let work = OfBoth { position, old, new, settings, shared: shared.clone() };
                    self.units.push(Unit { lanes, work });
                }
                reasons => {
                    let row = PairRow::unsent(position, case, reason(&reasons), &self.redactor);
                    self.unsent.push(row);
                }
            }
        }
    }

    /// Every row in the order of the plan, and the signal that ended the work early.
    async fn done(
        self,
        servers: Servers,
        (jobs, progress): (usize, Option<usize>),
        cancel: &Cancel,
        signals: Signals,
    ) -> Result<(Vec<PairRow>, Option<Interrupt>), JobError> {
        let Self { cases, positions, units, unsent: mut rows, redactor } = self;
        let servers = Arc::new(servers);
        let mut run = start(units, jobs, cancel, move |unit| {
            let servers = Arc::clone(&servers);
            async move { servers.compare(&unit).await }
        });
        let watch = progress.map(|width| Watch::begin(width, "cases"));
        let interrupted = keep(&mut run, signals, cancel, (&mut rows, cases.len(), watch)).await?;
        if let Some(signal) = interrupted {
            let unrun = run.unrun();
            let given_up = unrun.waiting.iter().chain(&unrun.abandoned);
            rows.extend(given_up.filter_map(|unit| {
                let position = *positions.get(*unit)?;
                let reason = format!("not compared: interrupted by {}", signal.name());
                Some(PairRow::unsent(position, cases.get(position)?, reason, &redactor))
            }));
        }
        rows.sort_by_key(|row| row.case.position);
        Ok((rows, interrupted))
    }
}

/// Keeps every row as it comes, and shows how far it is.
async fn keep(
    run: &mut Run<PairRow>,
    mut signals: Signals,
    cancel: &Cancel,
    (rows, all, mut watch): (&mut Vec<PairRow>, usize, Option<Watch>),
) -> Result<Option<Interrupt>, JobError> {
    let mut summary = Summary::default();
    for row in rows.iter() {
        summary.count(row.case.verdict);
    }
    let take = |came| {
        match came {
            Came::Done(_, row) => {
                if let Some(watch) = &mut watch {
                    watch.done(false);
                }
                let row: PairRow = row;
                summary.count(row.case.verdict);
                rows.push(row);
            }
            Came::Moment(begun) => watch.iter_mut().for_each(|watch| watch.draw(&summary, all, begun)),
            Came::Finishing(signal, left) => finishing(&mut watch, signal, left),
            Came::Waiting(left) => watch.iter_mut().for_each(|watch| watch.draw_left(left)),
        }
        Ok(())
    };
    receive(run, &mut signals, cancel, take).await
}

fn lanes(case: &Case) -> Vec<crate::plan::Lane> {
    match (&case.steps, &case.action) {
        (Some(steps), _) => steps.lanes.clone(),
        (None, Action::Send { lane, .. }) => lane.iter().cloned().collect(),
        (None, Action::Skip(_)) => Vec::new(),
    }
}

/// Why a case is not sent; which server is meant, where it is only one of them.
fn reason(skipped: &[Option<(Side, &Skip)>; 2]) -> String {
    match skipped {
        [Some((_, old)), Some((_, new))] if old.reason == new.reason => old.reason.clone(),
        [one, other] => {
            let told = [one, other].into_iter().flatten();
            told.map(|(side, skip)| format!("{}: {}", side.name(), skip.reason))
                .collect::<Vec<_>>()
                .join("; ")
        }
    }
}
