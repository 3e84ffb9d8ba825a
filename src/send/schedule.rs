//! Runs many pieces of work at once, in the order that they allow.
//!
//! The main type is [`Run`], made by [`start`], or for plain requests by [`Sender::run`]. It knows
//! nothing of what is done: a [`Unit`] is some work with its lanes. Invariants:
//!
//! - never more units at once than there are jobs;
//! - of the units that may start, the first in the list starts first;
//! - units that have a lane in common run one after another in the order of the list, and one that
//!   waits for its lanes takes no place from others;
//! - nothing waits for ever: a unit only waits for units before it in the list;
//! - every unit gives one result or is named in [`Unrun`].

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::cancel::{Cancel, Left};
use super::exchange::Exchange;
use super::job::Job;
use super::sender::Sender;
use crate::plan::Lane;

/// The units without a result, by their positions, ascending. Empty unless cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unrun {
    /// Never started, or given up before anything of it was sent.
    pub waiting: Vec<usize>,
    /// Given up after something of it was sent: the server may have acted on it.
    pub abandoned: Vec<usize>,
}

/// Some work, and what it must not overlap with.
#[derive(Debug)]
pub struct Unit<W> {
    /// It overlaps with no other unit of any of these; without one it runs beside everything.
    pub lanes: Vec<Lane>,
    /// What is done.
    pub work: W,
}

/// A run in progress. Dropped, it gives up what is under way.
#[derive(Debug)]
pub struct Run<R> {
    results: mpsc::UnboundedReceiver<(usize, R)>,
    workers: JoinSet<()>,
    progress: Arc<Mutex<Progress>>,
}

impl<R> Run<R> {
    /// The next result with the position of its unit, in the order in which they are made; `None`
    /// when every worker has ended.
    ///
    /// # Panics
    ///
    /// Passes on a panic of the work.
    pub async fn next(&mut self) -> Option<(usize, R)> {
        if let Some(result) = self.results.recv().await {
            return Some(result);
        }
        while let Some(ended) = self.workers.join_next().await {
            if let Err(error) = ended
                && error.is_panic()
            {
                std::panic::resume_unwind(error.into_panic());
            }
        }
        None
    }

    /// How many units were begun so far, whether they are done or not.
    pub fn begun(&self) -> usize {
        let progress = locked(&self.progress);
        progress.started.len() - progress.left
    }

    /// How many units are under way.
    pub fn under_way(&self) -> usize {
        let progress = locked(&self.progress);
        (progress.started.len() - progress.left).saturating_sub(progress.ended)
    }

    /// What was not run. Ask after [`next`](Self::next) gave `None`.
    pub fn unrun(&self) -> Unrun {
        locked(&self.progress).unrun()
    }
}

impl Sender {
    /// Starts sending the jobs. Each exchange goes to the judge as soon as it is complete, on the
    /// worker that made it, so that bodies do not pile up; the judge's word is what
    /// [`Run::next`] gives.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn run<R, J>(&self, jobs: Vec<Job>, cancel: &Cancel, judge: J) -> Run<R>
    where
        R: Send + 'static,
        J: Fn(usize, Exchange) -> R + Send + Sync + 'static,
    {
        let numbered = jobs.into_iter().enumerate();
        let units = numbered
            .map(|(position, mut job)| Unit {
                lanes: job.lane.take().into_iter().collect(),
                work: (position, job),
            })
            .collect();
        let (sender, stop, judge) = (self.clone(), cancel.clone(), Arc::new(judge));
        start(units, self.client().limits().jobs, cancel, move |(position, job)| {
            let (sender, stop, judge) = (sender.clone(), stop.clone(), Arc::clone(&judge));
            async move {
                let exchange = stop.unless(sender.send(&job)).await?;
                Some(judge(position, exchange))
            }
        })
    }
}

/// Starts the work of the units, so many of them at once (0 counts as 1). Work that gives `None`
/// was given up.
///
/// # Panics
///
/// Outside of a tokio runtime.
pub fn start<W, R, F>(
    units: Vec<Unit<W>>,
    jobs: usize,
    cancel: &Cancel,
    work: impl Fn(W) -> F + Send + Sync + 'static,
) -> Run<R>
where
    W: Send + 'static,
    R: Send + 'static,
    F: Future<Output = Option<R>> + Send + 'static,
{
    let count = jobs.max(1).min(units.len());
    let lanes: Vec<&[Lane]> = units.iter().map(|unit| unit.lanes.as_slice()).collect();
    let progress = Arc::new(Mutex::new(Progress::new(&lanes)));
    let units = units.into_iter().map(|unit| Some(unit.work)).collect();
    let (done, results) = mpsc::unbounded_channel();
    let shared = Arc::new(Shared {
        units: Mutex::new(units),
        progress: Arc::clone(&progress),
        changed: Notify::new(),
        ended: CancellationToken::new(),
        cancel: cancel.clone(),
        work: Box::new(move |unit| Box::pin(work(unit))),
    });
    let mut workers = JoinSet::new();
    for _ in 0..count {
        workers.spawn(worker(Arc::clone(&shared), done.clone()));
    }
    Run { results, workers, progress }
}

/// Work under way.
type Doing<R> = Pin<Box<dyn Future<Output = Option<R>> + Send>>;

/// What the workers share.
struct Shared<W, R> {
    /// By position; taken out when started.
    units: Mutex<Vec<Option<W>>>,
    progress: Arc<Mutex<Progress>>,
    /// More units became ready than the worker takes that made them so.
    changed: Notify,
    /// A worker ended: nothing is left, or it panicked and what waits for its unit waits in vain.
    ended: CancellationToken,
    cancel: Cancel,
    work: Box<dyn Fn(W) -> Doing<R> + Send + Sync>,
}

/// Does units until none is left; where all that are left wait for their lanes, it waits with them.
async fn worker<W, R>(shared: Arc<Shared<W, R>>, results: mpsc::UnboundedSender<(usize, R)>) {
    let _ended = shared.ended.clone().drop_guard();
    while !shared.cancel.is_finishing() {
        // Before the look at what is ready, so that no change after it is missed.
        let changed = shared.changed.notified();
        let taken = locked(&shared.progress).take();
        let position = match taken {
            Taken::Ready(position) => position,
            Taken::Nothing => return,
            Taken::Wait => {
                tokio::select! {
                    () = changed => continue,
                    () = shared.ended.cancelled() => return,
                    () = shared.cancel.finishing() => return,
                }
            }
        };
        let unit = locked(&shared.units).get_mut(position).and_then(Option::take);
        let Some(unit) = unit else { return };
        let left = Left::default();
        let result = left.watch((shared.work)(unit)).await;
        let ended = match &result {
            Some(_) => Ended::Done,
            None if left.holds() => Ended::Abandoned,
            None => Ended::Unsent,
        };
        let woken = locked(&shared.progress).done(position, ended);
        if let Some(result) = result
            && results.send((position, result)).is_err()
        {
            return;
        }
        if woken > 1 {
            shared.changed.notify_waiters();
        }
    }
}

enum Taken {
    Ready(usize),
    /// The units that are left wait for others that are under way.
    Wait,
    Nothing,
}

/// Which units may start, which are started and which are done.
#[derive(Debug)]
struct Progress {
    /// For each unit those behind it that wait for it.
    followers: Vec<Vec<usize>>,
    /// For each unit how many before it, in its lanes, are not done.
    pending: Vec<usize>,
    /// Positions of the units that may start, smallest on top.
    ready: BinaryHeap<Reverse<usize>>,
    started: Vec<bool>,
    left: usize,
    /// How many are done or given up.
    ended: usize,
    unsent: Vec<usize>,
    abandoned: Vec<usize>,
}

/// What became of a unit.
#[derive(Debug, Clone, Copy)]
enum Ended {
    Done,
    /// Given up before anything of it was sent.
    Unsent,
    /// Given up after that.
    Abandoned,
}

impl Progress {
    fn new(lanes: &[&[Lane]]) -> Self {
        let mut followers = vec![Vec::new(); lanes.len()];
        let mut pending = vec![0; lanes.len()];
        let mut ready = Vec::new();
        let mut last: HashMap<&Lane, usize> = HashMap::new();
        for (position, lanes) in lanes.iter().enumerate() {
            let before = lanes.iter().filter_map(|lane| last.insert(lane, position));
            let mut before: Vec<usize> = before.filter(|before| *before != position).collect();
            before.sort_unstable();
            before.dedup();
            if let Some(pending) = pending.get_mut(position) {
                *pending = before.len();
            }
            if before.is_empty() {
                ready.push(Reverse(position));
            }
            for before in before {
                if let Some(followers) = followers.get_mut(before) {
                    followers.push(position);
                }
            }
        }
        let count = lanes.len();
        let started = vec![false; count];
        Self {
            followers,
            pending,
            ready: ready.into(),
            started,
            left: count,
            ended: 0,
            unsent: Vec::new(),
            abandoned: Vec::new(),
        }
    }

    fn take(&mut self) -> Taken {
        match self.ready.pop() {
            Some(Reverse(position)) => {
                if let Some(started) = self.started.get_mut(position) {
                    *started = true;
                }
                self.left -= 1;
                Taken::Ready(position)
            }
            None if self.left == 0 => Taken::Nothing,
            None => Taken::Wait,
        }
    }

    /// Lets those start that waited for this unit alone; how many they are.
    fn done(&mut self, position: usize, ended: Ended) -> usize {
        self.ended += 1;
        match ended {
            Ended::Done => {}
            Ended::Unsent => self.unsent.push(position),
            Ended::Abandoned => self.abandoned.push(position),
        }
        let mut woken = 0;
        for follower in self.followers.get_mut(position).map(std::mem::take).unwrap_or_default() {
            if let Some(pending) = self.pending.get_mut(follower) {
                *pending -= 1;
                if *pending == 0 {
                    self.ready.push(Reverse(follower));
                    woken += 1;
                }
            }
        }
        woken
    }

    fn unrun(&self) -> Unrun {
        let never = self.started.iter().enumerate().filter(|(_, started)| !**started);
        let mut waiting: Vec<usize> =
            never.map(|(position, _)| position).chain(self.unsent.iter().copied()).collect();
        waiting.sort_unstable();
        let mut abandoned = self.abandoned.clone();
        abandoned.sort_unstable();
        Unrun { waiting, abandoned }
    }
}

/// What is locked is never left half-changed, so a panic elsewhere does not spoil it.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
