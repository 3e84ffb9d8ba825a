//! Sends many requests at once, in the order that they allow.
//!
//! The main type is [`Run`], made by [`Sender::run`]. Invariants:
//!
//! - never more than [`Limits::jobs`](super::Limits::jobs) requests in flight;
//! - of the jobs that may start, the first in the list starts first;
//! - jobs of one lane run one after another in the order of the list, and one that waits for its
//!   lane takes no place from others;
//! - every job is judged once or named in [`Unrun`].

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::exchange::Exchange;
use super::job::Job;
use super::sender::Sender;
use crate::plan::Lane;

/// Stops a run early. Clones stop the same run.
#[derive(Debug, Clone, Default)]
pub struct Cancel {
    token: CancellationToken,
}

impl Cancel {
    /// Nothing is cancelled yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// No further request starts, and those in flight are given up. May be called repeatedly.
    pub fn cancel(&self) {
        self.token.cancel();
    }

    /// Whether [`cancel`](Self::cancel) was called.
    pub fn is_cancelled(&self) -> bool {
        self.token.is_cancelled()
    }
}

/// The jobs without a judgement, by their positions, ascending. Empty unless cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unrun {
    /// Never sent.
    pub waiting: Vec<usize>,
    /// Sent, or about to be, and given up: the server may have acted on them.
    pub abandoned: Vec<usize>,
}

/// A run in progress. Dropped, it gives up what is in flight.
#[derive(Debug)]
pub struct Run<R> {
    results: mpsc::UnboundedReceiver<(usize, R)>,
    workers: JoinSet<()>,
    queue: Arc<Mutex<Queue>>,
}

impl<R> Run<R> {
    /// The next judgement with the position of its job, in the order in which they are made;
    /// `None` when every worker has ended.
    ///
    /// # Panics
    ///
    /// Passes on a panic of the judge.
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

    /// What was not run. Ask after [`next`](Self::next) gave `None`.
    pub fn unrun(&self) -> Unrun {
        locked(&self.queue).unrun()
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
        let queue = Queue::new(jobs);
        let count = self.client().limits().jobs.max(1).min(queue.ready.len());
        let queue = Arc::new(Mutex::new(queue));
        let judge = Arc::new(judge);
        let (judged, results) = mpsc::unbounded_channel();
        let mut workers = JoinSet::new();
        for _ in 0..count {
            workers.spawn(worker(
                self.clone(),
                Arc::clone(&queue),
                cancel.token.clone(),
                Arc::clone(&judge),
                judged.clone(),
            ));
        }
        Run { results, workers, queue }
    }
}

/// Takes jobs until none can start.
///
/// Finding none it may end for good: a job becomes ready only when its lane's job before it is
/// done, one for one, and the worker that did that one takes it up.
async fn worker<R, J>(
    sender: Sender,
    queue: Arc<Mutex<Queue>>,
    cancel: CancellationToken,
    judge: Arc<J>,
    results: mpsc::UnboundedSender<(usize, R)>,
) where
    J: Fn(usize, Exchange) -> R,
{
    let mut cancelled = pin!(cancel.cancelled());
    let mut taken = if cancel.is_cancelled() { None } else { locked(&queue).take() };
    while let Some((position, job)) = taken {
        let sent = sender.send(&job);
        let Some(exchange) = unless(cancelled.as_mut(), sent).await else {
            locked(&queue).abandoned.push(position);
            return;
        };
        if results.send((position, judge(position, exchange))).is_err() {
            return;
        }
        let mut queue = locked(&queue);
        queue.done(position);
        taken = if cancel.is_cancelled() { None } else { queue.take() };
    }
}

/// What the work gives, unless the other comes first.
async fn unless<T>(stop: impl Future<Output = ()>, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        done = work => Some(done),
        () = stop => None,
    }
}

/// What is still to be sent.
#[derive(Debug)]
struct Queue {
    /// By position; taken out when started.
    jobs: Vec<Option<Job>>,
    /// For each job the position of the next one in its lane.
    follower: Vec<Option<usize>>,
    /// Positions of the jobs that may start, smallest on top.
    ready: BinaryHeap<Reverse<usize>>,
    abandoned: Vec<usize>,
}

impl Queue {
    fn new(jobs: Vec<Job>) -> Self {
        let mut follower = vec![None; jobs.len()];
        let mut ready = Vec::new();
        let mut last: HashMap<&Lane, usize> = HashMap::new();
        for (position, job) in jobs.iter().enumerate() {
            let before = job.lane.as_ref().and_then(|lane| last.insert(lane, position));
            match before.and_then(|before| follower.get_mut(before)) {
                Some(place) => *place = Some(position),
                None => ready.push(Reverse(position)),
            }
        }
        let jobs = jobs.into_iter().map(Some).collect();
        Self { jobs, follower, ready: ready.into(), abandoned: Vec::new() }
    }

    fn take(&mut self) -> Option<(usize, Job)> {
        let Reverse(position) = self.ready.pop()?;
        Some((position, self.jobs.get_mut(position)?.take()?))
    }

    fn done(&mut self, position: usize) {
        if let Some(next) = self.follower.get(position).copied().flatten() {
            self.ready.push(Reverse(next));
        }
    }

    fn unrun(&self) -> Unrun {
        let waiting = self.jobs.iter().enumerate().filter(|(_, job)| job.is_some());
        let mut abandoned = self.abandoned.clone();
        abandoned.sort_unstable();
        Unrun { waiting: waiting.map(|(position, _)| position).collect(), abandoned }
    }
}

/// The queue is never left half-changed, so a panic elsewhere does not spoil it.
fn locked(queue: &Mutex<Queue>) -> MutexGuard<'_, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}
