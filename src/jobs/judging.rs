//! The verdict on an exchange, in bounded time.

use std::sync::Arc;
use std::time::Duration;

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
    let within = within.max(LEAST);
    if !case.has_persons_schema() {
        return judged_now(case, exchange, fail_on);
    }
    let (of_case, judging) = (Arc::clone(case), Arc::clone(exchange));
    let work = tokio::task::spawn_blocking(move || judged_now(&of_case, &judging, fail_on));
    let undecided = || Judged { verdict: undecided(within), codes: SeenCodes::default() };
    match tokio::time::timeout(within, work).await {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(ended)) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime ends, and nobody waits for the verdict any more.
            Err(_) => undecided(),
        },
        Err(_) => undecided(),
    }
}
