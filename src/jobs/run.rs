//! `uphold run`: plan, open the outputs, send, check, report.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use super::memory::Memory;
use super::pending::Keeper;
use super::planning::Wanted;
use super::prepare::{Prepared, prepare};
use super::receiving::{Came, receive};
use super::signals::{GiveUp, Interrupt, Signals};
use super::unused::{Unused, idle_choices};
use super::watch::{Watch, finishing};
use super::work::Work;
use super::{Chosen, Goal, JobError, Targets, load};
use crate::finding::Severity;
use crate::history::latency::REPEATS;
use crate::plan::{Case, Plan, Selection, Shard, Share};
use crate::postman::Chance;
use crate::redact::Redactor;
use crate::report::events::{
    CaseRow, Event, RunFinished, RunStarted, ShardRow, Summary, TargetRow, WaiverRow, WholeRow,
};
use crate::report::proven::beside;
use crate::report::terminal::Links;
use crate::report::{OutputSpec, Outputs, ReportSettings, Reporter, Terminal, Verbosity, row};
use crate::send::{Cancel, Client, GrantReport, Limits, Network, NetworkSettings, Pace, Sender, Signing};
use crate::suite::{Rate, Suite};

/// Everything that a run is told.
#[derive(Debug, Clone)]
pub struct RunSettings {
    /// Which suites.
    pub chosen: Chosen,
    /// Which cases.
    pub selection: Selection,
    /// Which part of them; `None` for all.
    pub shard: Option<Shard>,
    /// Where to.
    pub goal: Goal,
    /// Unsafe methods may go to hosts other than this machine.
    pub allow_writes: bool,
    /// Unsafe methods are not sent.
    pub only_safe: bool,
    /// How many at once, how long, how large.
    pub limits: Limits,
    /// The pace of all requests together.
    pub rate: Option<Rate>,
    /// How often a case is tried again.
    pub retries: u32,
    /// Proxies and certificates.
    pub network: NetworkSettings,
    /// The lowest level that fails a case.
    pub fail_on: Severity,
    /// A case that is skipped without being asked for fails the run.
    pub no_skips: bool,
    /// Files and annotations.
    pub reports: ReportSettings,
    /// Where the answers of a live API are kept that nobody has decided on yet; `None` keeps none.
    pub pending: Option<PathBuf>,
    /// How much the terminal shows.
    pub verbosity: Verbosity,
    /// The columns of the line on stderr that shows how far the run is; `None` shows none.
    pub progress: Option<usize>,
    /// Links to the places of examples.
    pub links: Option<Links>,
    /// When the run started.
    pub started: jiff::Timestamp,
    /// What ends the program at a signal before anything is sent, and at the third one.
    pub give_up: GiveUp,
    /// The seed of dynamic values.
    pub seed: Seed,
}

/// What dynamic values are drawn by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seed {
    /// `--seed`: reported in any case.
    Asked(u32),
    /// Drawn for this run: reported where a request has a dynamic value in it.
    Drawn(u32),
}

impl Seed {
    pub(super) fn number(self) -> u32 {
        match self {
            Self::Asked(seed) | Self::Drawn(seed) => seed,
        }
    }

    pub(super) fn reported(self, plan: &Plan) -> Option<u32> {
        match self {
            Self::Asked(seed) => Some(seed),
            Self::Drawn(seed) => plan.suites.iter().any(|suite| suite.drawn).then_some(seed),
        }
    }
}

/// What came of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunOutcome {
    /// The counts.
    pub summary: Summary,
    /// The signal that ended it early.
    pub interrupted: Option<Interrupt>,
    /// How many skipped cases fail it.
    pub forbidden_skips: usize,
    /// Whether other shards of the run send cases.
    pub others_send: bool,
}

/// Runs the chosen suites and writes the terminal report to `terminal`, with colours (whoever
/// gives the terminal strips them where they are not wanted).
///
/// Fails before anything is sent, or where a report cannot be written at the end; whatever
/// happens to a single case is its verdict.
pub fn run(settings: &RunSettings, terminal: &mut dyn Write) -> Result<RunOutcome, JobError> {
    remembering(settings, None, terminal)
}

/// The same, with a memory that every row goes through.
pub(super) fn remembering(
    settings: &RunSettings,
    mut memory: Option<&mut Memory>,
    terminal: &mut dyn Write,
) -> Result<RunOutcome, JobError> {
    let signals = Signals::listen(settings.give_up)?;
    let suites = load(&settings.chosen)?;
    let network = Network::load(&settings.network)?;
    keep_inputs(&suites, &settings.reports.outputs)?;
    if let Some(memory) = &mut memory {
        let targets = Targets::decide(&suites, &settings.goal)?;
        memory.go_to(&suites, &targets, settings.chosen.suites.is_empty());
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(JobError::Runtime)?;
    let outcome = runtime.block_on(async {
        let wanted = Wanted {
            selection: settings.selection.clone(),
            allow_writes: settings.allow_writes,
            only_safe: settings.only_safe,
            repeats: false,
            chance: Chance { seed: settings.seed.number(), now: settings.started },
        };
        let prepared = prepare(&suites, &settings.goal, &wanted).await?;
        let decidable = decidable(settings, &suites);
        let idle = idle_choices(&settings.selection, &suites);
        drop(suites);
        drive(prepared, network, signals, (settings, memory, decidable, idle), terminal).await
    });
    // A worker may still judge an answer, or wait for a pipe, that an interrupt made pointless.
    runtime.shutdown_background();
    outcome
}

/// A report never takes the place of a file that the run is made from, nor one where such a file would be.
pub(super) fn keep_inputs(suites: &[Suite], outputs: &[OutputSpec]) -> Result<(), JobError> {
    match outputs.iter().find(|spec| suites.iter().any(|suite| suite.owns(&spec.path))) {
        Some(spec) => Err(JobError::OverInput { file: spec.path.clone() }),
        None => Ok(()),
    }
}

async fn drive(
    prepared: Prepared,
    network: Network,
    mut signals: Signals,
    (settings, mut memory, decidable, idle): (
        &RunSettings,
        Option<&mut Memory>,
        BTreeSet<String>,
        Vec<String>,
    ),
    terminal: &mut dyn Write,
) -> Result<RunOutcome, JobError> {
    signals.in_order();
    let Prepared { mut plan, mock, target, redactor } = prepared;
    let (whole, others_send) = part_of(&mut plan, settings.shard, settings.seed, settings.fail_on)?;
    let is_live = mock.is_none();
    let signing = Signing::new(settings.started.into(), Redactor::clone(&redactor));
    redactor.learn(network.secrets());
    let (via, insecure) = (network.via(plan.origins()), is_live && network.is_insecure());
    let pace = settings.rate.map(Pace::at).unwrap_or_default();
    let client = Client::over(network, settings.limits).paced(&pace);
    let sender = Sender::new(client, signing).with_retries(settings.retries);
    let outputs = tokio::select! {
        opened = open(settings.reports.outputs.clone()) => opened?,
        signal = signals.next() => {
            return Ok(RunOutcome { summary: Summary::default(), interrupted: Some(signal), forbidden_skips: 0, others_send });
        }
    };
    if let Some(memory) = &mut memory {
        memory.recall(&plan, &redactor);
    }
    let clock = Instant::now();
    let keeper = keeper(settings, is_live, decidable);
    let screen: &mut dyn Write = terminal;
    let mut told = Told::start(
        Reporter::new(
            Terminal::new(screen, true, settings.verbosity).linked(settings.links.clone()),
            outputs,
            &settings.reports,
        ),
        &RunStarted {
            seed: settings.seed.reported(&plan),
            via,
            insecure,
            whole,
            ..started(&plan, target, settings, &redactor)
        },
        memory,
        (Unused::of(&plan, idle), keeper.clone(), settings.no_skips),
    )?;
    told.watch = settings.progress.map(|width| Watch::begin(width, "cases"));
    let is_verbose = settings.verbosity == Verbosity::Verbose;
    let mut work = Work::new(&plan, Arc::clone(&redactor), |_| true).keeping(keeper).telling_all(is_verbose);
    told.cases(work.skipped())?;
    let cancel = Cancel::new();
    let mut sending = work.send(&sender, &cancel, settings.fail_on);
    let mut interrupted = receive(&mut sending, &mut signals, &cancel, |came| told.came(came)).await?;
    for _ in 0..REPEATS {
        if interrupted.is_none() && told.waits() {
            let mut again = Work::new(&plan, Arc::clone(&redactor), |case| told.waits_for(case));
            let mut sending = again.send(&sender, &cancel, settings.fail_on);
            interrupted = receive(&mut sending, &mut signals, &cancel, |came| told.came_again(came)).await?;
        }
    }
    told.watch = None;
    told.settle()?;
    if let Some(signal) = interrupted {
        told.cases(work.unrun(&sending, signal.name()))?;
    }
    let (summary, forbidden_skips) = told.finish(clock, interrupted, &sender)?;
    if let Some(mock) = mock {
        mock.stop().await;
    }
    Ok(RunOutcome { summary, interrupted, forbidden_skips, others_send })
}

/// What the plan is all of; with `--shard` it is cut to that. Also whether other shards send cases.
///
/// Fails where the shards of one run would draw other dynamic values each.
pub(super) fn part_of(
    plan: &mut Plan,
    shard: Option<Shard>,
    seed: Seed,
    fail_on: Severity,
) -> Result<(WholeRow, bool), JobError> {
    let whole = whole(plan, fail_on);
    let Some(shard) = shard else { return Ok((whole, false)) };
    if let (Seed::Drawn(_), Some(_), 2..) = (seed, seed.reported(plan), shard.of()) {
        return Err(JobError::ShardSeed);
    }
    let Share { positions, elsewhere, is_sent_elsewhere, .. } = plan.cut(shard);
    let shard = ShardRow { number: shard.number(), of: shard.of(), positions, elsewhere };
    Ok((WholeRow { shard: Some(shard), ..whole }, is_sent_elsewhere))
}

/// Opens the files on a thread of its own: a named pipe opens only when somebody reads from it.
pub(super) async fn open(specs: Vec<OutputSpec>) -> Result<Outputs, JobError> {
    let opened = tokio::task::spawn_blocking(move || Outputs::open(&specs)).await;
    Ok(opened.map_err(|error| JobError::Runtime(error.into()))??)
}

/// The reporter with the counts of what it was told.
struct Told<'t> {
    reporter: Reporter<&'t mut dyn Write>,
    summary: Summary,
    memory: Option<&'t mut Memory>,
    unused: Unused,
    keeper: Option<Arc<Keeper>>,
    watch: Option<Watch>,
    all: usize,
    /// Whether other shards have a say in what is told of the whole.
    is_shard: bool,
    no_skips: bool,
    forbidden_skips: usize,
}

impl<'t> Told<'t> {
    fn start(
        mut reporter: Reporter<&'t mut dyn Write>,
        started: &RunStarted,
        memory: Option<&'t mut Memory>,
        (unused, keeper, no_skips): (Unused, Option<Arc<Keeper>>, bool),
    ) -> Result<Self, JobError> {
        reporter.event(&Event::Started(started))?;
        let summary = Summary { without_example: started.without_example.len(), ..Summary::default() };
        let is_shard = started.whole.shard.is_some();
        Ok(Self {
            reporter,
            summary,
            memory,
            unused,
            keeper,
            watch: None,
            all: started.cases,
            is_shard,
            no_skips,
            forbidden_skips: 0,
        })
    }

    fn came(&mut self, came: Came<CaseRow>) -> Result<(), JobError> {
        match came {
            Came::Done(_, row) => {
                self.watch.iter_mut().for_each(Watch::row);
                return self.case(row);
            }
            Came::Moment(begun) => {
                self.watch.iter_mut().for_each(|watch| watch.draw(&self.summary, self.all, begun));
            }
            Came::Finishing(signal, left) => finishing(&mut self.watch, signal, left),
            Came::Waiting(left) => self.watch.iter_mut().for_each(|watch| watch.draw_left(left)),
        }
        Ok(())
    }

    /// A request that was sent once more, because it took long.
    fn came_again(&mut self, came: Came<CaseRow>) -> Result<(), JobError> {
        match came {
            Came::Done(_, row) => self.repeated(&row),
            other => self.came(other),
        }
    }

    /// Tells a row, unless the memory holds it back.
    fn case(&mut self, row: CaseRow) -> Result<(), JobError> {
        let row = match &mut self.memory {
            Some(memory) => memory.weigh(row),
            None => Some(row),
        };
        row.map_or(Ok(()), |row| self.tell(&row))
    }

    fn tell(&mut self, row: &CaseRow) -> Result<(), JobError> {
        self.summary.count(row.verdict);
        self.forbidden_skips += usize::from(self.no_skips && row.is_amiss());
        self.unused.see(row);
        Ok(self.reporter.event(&Event::Case(row))?)
    }

    fn cases(&mut self, rows: Vec<CaseRow>) -> Result<(), JobError> {
        rows.into_iter().try_for_each(|row| self.case(row))
    }

    /// Whether the memory wants cases to be sent again.
    fn waits(&self) -> bool {
        self.memory.as_ref().is_some_and(|memory| memory.holds_any())
    }

    fn waits_for(&self, case: &Case) -> bool {
        self.memory.as_ref().is_some_and(|memory| memory.holds(case))
    }

    #[expect(clippy::unnecessary_wraps, reason = "as `case`, which takes rows in the same way")]
    fn repeated(&mut self, row: &CaseRow) -> Result<(), JobError> {
        if let Some(memory) = &mut self.memory {
            memory.repeated(row);
        }
        Ok(())
    }

    /// Tells what the memory held back.
    fn settle(&mut self) -> Result<(), JobError> {
        let held = self.memory.as_mut().map(|memory| memory.settle()).unwrap_or_default();
        held.iter().try_for_each(|row| self.tell(row))
    }

    fn finish(
        mut self,
        clock: Instant,
        interrupted: Option<Interrupt>,
        sender: &Sender,
    ) -> Result<(Summary, usize), JobError> {
        let GrantReport { failures, notes } = sender.grants();
        let kept = self.keeper.as_ref().map_or(Ok(None), |keeper| keeper.outcome());
        let (kept, note) = match kept {
            Ok(kept) => (kept.clone(), kept.map(|kept| kept.note())),
            Err(why) => (None, Some(why)),
        };
        let waivers = self.unused.rows();
        let (waivers, unused) =
            if self.is_shard { (waivers, Vec::new()) } else { (Vec::new(), WaiverRow::unused(&waivers)) };
        self.reporter.event(&Event::Finished(&RunFinished {
            summary: self.summary,
            duration: clock.elapsed(),
            interrupted: interrupted.map(Interrupt::name),
            no_skips: self.no_skips,
            errors: failures,
            notes: [
                notes,
                sender.notes(),
                self.unused.choices().to_vec(),
                unused,
                note.into_iter().collect(),
            ]
            .concat(),
            kept,
            waivers,
            drift: self.memory.as_ref().map(|memory| memory.told()).unwrap_or_default(),
        }))?;
        Ok((self.summary, self.forbidden_skips))
    }
}

/// What the mock answers is the example: there is nothing to decide on.
fn keeper(settings: &RunSettings, is_live: bool, decidable: BTreeSet<String>) -> Option<Arc<Keeper>> {
    let dir = settings.pending.clone().filter(|_| is_live)?;
    Some(Arc::new(Keeper::new(dir, settings.started, settings.fail_on, decidable)))
}

/// The suites of which answers can be decided on.
fn decidable(settings: &RunSettings, suites: &[Suite]) -> BTreeSet<String> {
    let there = suites.iter().filter(|suite| settings.chosen.workspace.has(suite));
    there.map(|suite| suite.name.clone()).collect()
}

/// What is known before the first request, with what was proven of the contract that this run judges by.
fn started(plan: &Plan, target: TargetRow, settings: &RunSettings, redactor: &Redactor) -> RunStarted {
    let started = run_started(plan, target, settings.started, redactor);
    let (proven, unread) = beside(&settings.reports.outputs, plan, settings.fail_on);
    RunStarted { proven, warnings: [started.warnings, unread].concat(), ..started }
}

/// What is known of a run before its first request.
pub(super) fn run_started(
    plan: &Plan,
    target: TargetRow,
    started: jiff::Timestamp,
    redactor: &Redactor,
) -> RunStarted {
    let suites = &plan.suites;
    let warnings = suites.iter().flat_map(|suite| &suite.warnings);
    let without = suites.iter().flat_map(|suite| &suite.without_example);
    RunStarted {
        started,
        seed: None,
        target,
        via: Vec::new(),
        insecure: false,
        cases: suites.iter().map(|suite| suite.cases.len()).sum(),
        whole: WholeRow::default(),
        warnings: warnings.map(|warning| row::warning(warning, redactor)).collect(),
        without_example: without.map(|item| item.path.clone()).collect(),
        bare: plan.bare().into_iter().map(|file| row::file(file)).collect(),
        codes: suites.iter().map(|suite| row::documented(suite, redactor)).collect(),
        compared: None,
        proven: Vec::new(),
    }
}

/// All that is selected; runs that fail cases for other findings are others.
fn whole(plan: &Plan, fail_on: Severity) -> WholeRow {
    WholeRow {
        id: plan.identity(&fail_on.to_string()),
        suites: plan.suites.iter().map(|suite| suite.name.clone()).collect(),
        cases: plan.suites.iter().map(|suite| suite.cases.len()).sum(),
        shard: None,
    }
}
