//! The verdict on an exchange, in bounded time.

use std::num::NonZero;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::check::{Judged, SeenCodes, judged as judged_now, undecided};
use crate::finding::Severity;
use crate::plan::Case;
use crate::send::Exchange;

/// What a schema file may take for one answer in any case: it takes microseconds, and the machine may be
/// busy.
const LEAST: Duration = Duration::from_secs(1);

/// The verdict. What examples alone decide is judged at once. A schema that somebody wrote may have
/// branches that branch again, and take longer than anybody waits: it is asked on a thread apart, which
/// is left to itself after `within`, but not before [`LEAST`].
pub(super) async fn judged(
    case: &Arc<Case>,
    exchange: &Arc<Exchange>,
    fail_on: Severity,
    within: Duration,
) -> Judged {
    let (of_case, judging) = (Arc::clone(case), Arc::clone(exchange));
    let judged = bounded(case, within, move || judged_now(&of_case, &judging, fail_on)).await;
    judged.unwrap_or_else(|| Judged { verdict: undecided(within.max(LEAST)), codes: SeenCodes::default() })
}

/// What asks the schemas of a case, in the same time; `None` where it came to no end.
pub(super) async fn bounded<T: Send + 'static>(
    case: &Case,
    within: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    if !case.has_persons_schema() {
        return Some(work());
    }
    tokio::time::timeout(within.max(LEAST), apart(work)).await.ok().flatten()
}

/// What computes for longer than a moment, on a thread apart, so that answers are read meanwhile; `None` where the
/// runtime ends, and nobody waits any more.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Some(done),
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => None,
        },
    }
}

/// So many threads as there are processors compute at once, and no more.
#[derive(Debug)]
pub(super) struct Desks(Semaphore);

impl Default for Desks {
    fn default() -> Self {
        Self(Semaphore::new(thread::available_parallelism().map_or(1, NonZero::get)))
    }
}

impl Desks {
    /// The same as [`bounded`], always on a thread apart: what weighs many answers takes its time.
    pub(super) async fn weighed<T: Send + 'static>(
        &self,
        case: &Case,
        within: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let _free = self.0.acquire().await.ok()?;
        if case.has_persons_schema() { bounded(case, within, work).await } else { apart(work).await }
    }
}
