//! `uphold record`: the items' own requests are sent, and the answers saved as examples.

use std::sync::Arc;

use super::planning::{Wanted, plan_recording};
use super::receiving::{Came, receive};
use super::signals::{GiveUp, Interrupt, Signals};
use super::watch::{Watch, finishing};
use super::{Chosen, Goal, JobError, Targets, load};
use crate::message::Request;
use crate::plan::{Action, Recording, RecordingPlan, Selection, Skip, SkipClass};
use crate::postman::Chance;
use crate::postman::write::{NewExample, SavedAt, name_among};
use crate::record::{Unfit, example_of};
use crate::redact::Redactor;
use crate::report::recorded::{RecordOutcome, Recorded, RecordedItem, RecordedSuite, WireRow};
use crate::send::{Cancel, Client, Jar, Job, Limits, Network, NetworkSettings, Pace, Run, Sender, Signing};
use crate::suite::{CollectionFile, Rate, Suite, unsavable};

/// What is recorded, and how.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct RecordSettings {
    /// Which suites.
    pub chosen: Chosen,
    /// Which items, by suite, folders and item.
    pub selection: Selection,
    /// Where to; the mock is refused.
    pub goal: Goal,
    /// Only items without an example.
    pub missing_only: bool,
    /// How far it goes.
    pub extent: Extent,
    /// Unsafe methods may go to hosts other than this machine.
    pub allow_writes: bool,
    /// Unsafe methods are not sent.
    pub only_safe: bool,
    /// How many at once, how long, how large.
    pub limits: Limits,
    /// The pace of all requests together.
    pub rate: Option<Rate>,
    /// How often a request that only reads is tried again.
    pub retries: u32,
    /// Proxies and certificates.
    pub network: NetworkSettings,
    /// When it started.
    pub started: jiff::Timestamp,
    /// What ends the program at a signal before anything is sent, and at the third one.
    pub give_up: GiveUp,
    /// The seed of dynamic values.
    pub seed: u32,
    /// What was sent and what came is told, too.
    pub verbose: bool,
    /// The columns of the line on stderr that shows how far it is; `None` shows none.
    pub progress: Option<usize>,
}

/// How far recording goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The requests are sent and the answers saved.
    Whole,
    /// Nothing is sent and nothing written.
    Dry,
}

/// What came of it.
#[derive(Debug)]
pub struct RecordingDone {
    /// What there is to tell.
    pub recorded: Recorded,
    /// The signal that ended it early; what was answered before is saved.
    pub interrupted: Option<Interrupt>,
}

/// Which suite and which of its recordings a job is of.
type Place = (usize, usize);
/// What came of a job, and what went over the wire where that is told.
type Answer = (Result<NewExample, Unfit>, Option<Box<WireRow>>);
/// What came of each job.
type Answered = Vec<(Place, Answer)>;

/// Records the answers of the selected items, and saves those that are fit, all of a collection at once.
///
/// Fails before anything is sent: where a suite cannot be used or written, where no API is named, for
/// iteration data. A collection that cannot be written afterwards is a failure of its suite.
pub fn record(settings: &RecordSettings) -> Result<RecordingDone, JobError> {
    let signals = Signals::listen(settings.give_up)?;
    let suites = load(&settings.chosen)?;
    if suites.iter().any(|suite| !suite.rows.is_empty()) {
        return Err(JobError::RecordRows);
    }
    let targets = Targets::decide(&suites, &settings.goal)?;
    if targets == Targets::Mock {
        return Err(JobError::NoApi);
    }
    let network = Network::load(&settings.network)?;
    let wanted = Wanted {
        selection: settings.selection.clone(),
        allow_writes: settings.allow_writes,
        only_safe: settings.only_safe,
        repeats: false,
        chance: Chance { seed: settings.seed, now: settings.started },
    };
    let mut plans = plan_recording(&suites, &targets, &wanted, settings.missing_only)?;
    for (suite, plan) in suites.iter().zip(&mut plans) {
        spare(suite, plan)?;
    }
    let redactor = Redactor::new(plans.iter().flat_map(|plan| plan.secrets.iter().cloned()));
    if settings.extent == Extent::Dry {
        let suites = plans.iter().map(|plan| told(plan, |_, planned| (planned, None), &redactor)).collect();
        let recorded = Recorded { suites, dry: true, ..Recorded::default() };
        return Ok(RecordingDone { recorded, interrupted: None });
    }
    let files = suites.iter().map(CollectionFile::open).collect::<Result<Vec<_>, _>>()?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(JobError::Runtime)?;
    signals.in_order();
    let sent = runtime.block_on(send(&plans, network, signals, settings, &redactor));
    // What an interrupt gave up need not end.
    runtime.shutdown_background();
    let Sent { answered, interrupted, notes } = sent?;
    let recorded = Recorded {
        suites: saved(&suites, &plans, &files, &answered, &redactor),
        dry: false,
        interrupted: interrupted.map(Interrupt::name),
        notes: notes.iter().map(|note| redactor.text(note).into_owned()).collect(),
    };
    Ok(RecordingDone { recorded, interrupted })
}

/// What could not be saved is not sent.
fn spare(suite: &Suite, plan: &mut RecordingPlan) -> Result<(), JobError> {
    let example = NewExample {
        name: "200 OK".to_owned(),
        code: 200,
        status: "OK".to_owned(),
        headers: Vec::new(),
        body: String::new(),
        language: "text",
    };
    let sent = plan.recordings.iter().enumerate();
    let sent = sent.filter(|(_, recording)| matches!(recording.action, Action::Send { .. }));
    let (places, tried): (Vec<usize>, Vec<SavedAt>) =
        sent.map(|(place, recording)| (place, at(recording, &example))).unzip();
    for (position, why) in unsavable(&suite.collection, &tried)? {
        let place = places.get(position).and_then(|place| plan.recordings.get_mut(*place));
        if let Some(recording) = place {
            let reason = format!("its answer could not be saved: {why}");
            recording.action = Action::Skip(Skip::new(SkipClass::Malformed, reason));
        }
    }
    Ok(())
}

/// What was sent.
struct Sent {
    answered: Answered,
    interrupted: Option<Interrupt>,
    notes: Vec<String>,
}

async fn send(
    plans: &[RecordingPlan],
    network: Network,
    mut signals: Signals,
    settings: &RecordSettings,
    redactor: &Redactor,
) -> Result<Sent, JobError> {
    redactor.learn(network.secrets());
    let mut notes = Vec::new();
    if network.is_insecure() {
        notes.push("certificates were not verified (--insecure)".to_owned());
    }
    let pace = settings.rate.map(Pace::at).unwrap_or_default();
    let signing = Signing::new(settings.started.into(), Redactor::clone(redactor));
    let client = Client::over(network, settings.limits).paced(&pace);
    let sender = Sender::new(client, signing).with_retries(settings.retries);
    let (places, jobs) = jobs(plans);
    let cancel = Cancel::new();
    let hiding = Redactor::clone(redactor);
    let seen: Vec<Request> = if settings.verbose { requests(&jobs) } else { Vec::new() };
    let watch = settings.progress.map(|width| Watch::begin(width, "requests"));
    let mut sending = sender.run(jobs, &cancel, move |at, exchange| {
        let wire = seen.get(at).map(|request| Box::new(WireRow::new(request, &exchange, &hiding)));
        (example_of(&exchange, &hiding), wire)
    });
    let (answered, interrupted) = take(&mut sending, &places, (&mut signals, watch), &cancel).await?;
    let report = sender.grants();
    notes.extend(report.failures.into_iter().chain(report.notes).chain(sender.notes()));
    Ok(Sent { answered, interrupted, notes })
}

fn requests(jobs: &[Job]) -> Vec<Request> {
    jobs.iter().map(|job| job.request.clone()).collect()
}

fn jobs(plans: &[RecordingPlan]) -> (Vec<Place>, Vec<Job>) {
    let (mut places, mut jobs) = (Vec::new(), Vec::new());
    for (suite, plan) in plans.iter().enumerate() {
        let jar = Jar::default();
        let pace = plan.rate.map(Pace::at).unwrap_or_default();
        for (position, recording) in plan.recordings.iter().enumerate() {
            if let Action::Send { request, late, delivery, lane, .. } = &recording.action {
                places.push((suite, position));
                jobs.push(Job {
                    request: request.clone(),
                    late: late.clone(),
                    delivery: Arc::clone(delivery),
                    expected: 200,
                    lane: lane.clone(),
                    jar: jar.clone(),
                    pace: pace.clone(),
                });
            }
        }
    }
    (places, jobs)
}

/// Takes every answer as it comes, and shows how far it is.
async fn take(
    sending: &mut Run<Answer>,
    places: &[Place],
    (signals, mut watch): (&mut Signals, Option<Watch>),
    cancel: &Cancel,
) -> Result<(Answered, Option<Interrupt>), JobError> {
    let mut answered = Vec::new();
    let take = |came| {
        match came {
            Came::Done(job, answer) => {
                let answer: Answer = answer;
                if let Some(watch) = &mut watch {
                    watch.done(answer.0.is_err());
                }
                answered.extend(places.get(job).map(|place| (*place, answer)));
            }
            Came::Moment(begun) => watch.iter_mut().for_each(|watch| watch.draw_done(places.len(), begun)),
            Came::Finishing(signal, left) => finishing(&mut watch, signal, left),
            Came::Waiting(left) => watch.iter_mut().for_each(|watch| watch.draw_left(left)),
        }
        Ok(())
    };
    let interrupted = receive(sending, signals, cancel, take).await?;
    Ok((answered, interrupted))
}

/// Saves the answers of each suite, and tells what came of it.
fn saved(
    suites: &[Suite],
    plans: &[RecordingPlan],
    files: &[CollectionFile],
    answered: &Answered,
    redactor: &Redactor,
) -> Vec<RecordedSuite> {
    let each = suites.iter().zip(plans).zip(files).enumerate();
    each.map(|(index, ((suite, plan), file))| {
        let of = |position| {
            let answer = answered.iter().find(|(place, _)| *place == (index, position));
            answer.map(|(_, answer)| answer)
        };
        let fit: Vec<SavedAt> = plan
            .recordings
            .iter()
            .enumerate()
            .filter_map(|(position, recording)| Some(at(recording, of(position)?.0.as_ref().ok()?)))
            .collect();
        let outcome = |position, _| match of(position).map(|(answer, _)| answer) {
            Some(Ok(example)) => {
                let recording = plan.recordings.get(position);
                RecordOutcome::Recorded(recording.map(|r| at(r, example).example.name).unwrap_or_default())
            }
            Some(Err(unfit)) => RecordOutcome::Unfit(redactor.text(&unfit.to_string()).into_owned()),
            None => RecordOutcome::Skipped("interrupted before it was answered".to_owned()),
        };
        let wire = |position| of(position).and_then(|(_, wire)| wire.clone());
        let seen = |position, planned| (outcome(position, planned), wire(position));
        let mut told = told(plan, seen, redactor);
        match (!fit.is_empty()).then(|| file.save(&suite.collection, &fit)) {
            None => {}
            Some(Ok(written)) => (told.files, told.backup) = (written.files, written.backup),
            Some(Err(error)) => told.failure = Some(redactor.text(&error.to_string()).into_owned()),
        }
        told
    })
    .collect()
}

/// The answer under a name that no other example of the item has.
fn at(recording: &Recording, example: &NewExample) -> SavedAt {
    let name = name_among(recording.examples.iter().map(String::as_str), &example.name);
    SavedAt {
        pointer: recording.pointer.clone(),
        item: recording.item.clone(),
        example: NewExample { name, ..example.clone() },
    }
}

/// The rows of a suite; `sent` says what came of an item that is sent, by its position.
fn told(
    plan: &RecordingPlan,
    sent: impl Fn(usize, RecordOutcome) -> (RecordOutcome, Option<Box<WireRow>>),
    redactor: &Redactor,
) -> RecordedSuite {
    let row = |(position, recording): (usize, &Recording)| {
        let (outcome, wire) = match &recording.action {
            Action::Skip(skip) => (RecordOutcome::Skipped(redactor.text(&skip.reason).into_owned()), None),
            Action::Send { request, .. } => {
                let url = request.url();
                let planned = format!("send {} {}", request.method, redactor.url(&url));
                sent(position, RecordOutcome::Planned(planned))
            }
        };
        RecordedItem { id: recording.id.to_string(), outcome, wire }
    };
    RecordedSuite {
        name: plan.name.clone(),
        items: plan.recordings.iter().enumerate().map(row).collect(),
        with_example: plan.with_example,
        files: Vec::new(),
        backup: None,
        failure: None,
    }
}
