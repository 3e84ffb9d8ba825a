//! How a run is stopped early, in two steps: what is sent is waited for, or given up.
//!
//! The main type is [`Cancel`]. Invariant: after [`Cancel::finish`] nothing new is sent, and no answer of what was
//! sent is lost; only work that waits for leave to send ([`standing_by`]) is given up, since nothing of it is under
//! way.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use tokio_util::sync::CancellationToken;

tokio::task_local! {
    static STANDING: Standing;
    static LEFT: Left;
}

/// Stops a run early. Clones stop the same run.
#[derive(Debug, Clone, Default)]
pub struct Cancel {
    finish: CancellationToken,
    stop: CancellationToken,
}

impl Cancel {
    /// Nothing is cancelled yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// No further unit starts, and those under way send nothing new; what is sent is waited for. May be called
    /// repeatedly.
    pub fn finish(&self) {
        self.finish.cancel();
    }

    /// The same, and what is sent is given up. May be called repeatedly.
    pub fn cancel(&self) {
        self.finish.cancel();
        self.stop.cancel();
    }

    /// Whether nothing new may be sent: [`finish`](Self::finish) or [`cancel`](Self::cancel) was called.
    pub fn is_finishing(&self) -> bool {
        self.finish.is_cancelled()
    }

    /// Whether [`cancel`](Self::cancel) was called.
    pub fn is_cancelled(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Ends when nothing new may be sent.
    pub async fn finishing(&self) {
        self.finish.cancelled().await;
    }

    /// Ends when [`cancel`](Self::cancel) is called.
    pub async fn cancelled(&self) {
        self.stop.cancelled().await;
    }

    /// What the work gives, or `None` where the run is cancelled before it is done. Where the run only finishes, work
    /// that waits for leave to send is given up, and all other work is waited for.
    pub async fn unless<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let standing = Standing::default();
        let given_up = pin!(async {
            self.finishing().await;
            tokio::select! {
                () = self.cancelled() => {}
                () = standing.holds() => {}
            }
        });
        tokio::select! {
            biased;
            done = STANDING.scope(standing.clone(), work) => Some(done),
            () = given_up => None,
        }
    }
}

/// Whether some work waits for leave to send.
#[derive(Debug, Clone, Default)]
struct Standing(Arc<AtomicBool>);

impl Standing {
    /// Ends as soon as it holds. Nothing wakes it up: only the work itself changes it, and whoever polls the work
    /// polls this right after it.
    async fn holds(&self) {
        poll_fn(|_| if self.0.load(Ordering::Relaxed) { Poll::Ready(()) } else { Poll::Pending }).await;
    }
}

/// Waits for what a request may not be sent before: its turn, the time until its next try, the access token that
/// another one asks for.
pub(super) async fn standing_by<T>(wait: impl Future<Output = T>) -> T {
    let standing = STANDING.try_with(Standing::clone).unwrap_or_default();
    standing.0.store(true, Ordering::Relaxed);
    let waited = wait.await;
    standing.0.store(false, Ordering::Relaxed);
    waited
}

/// Whether anything of some work was sent.
#[derive(Debug, Clone, Default)]
pub(super) struct Left(Arc<AtomicBool>);

impl Left {
    /// The work, watched.
    pub(super) async fn watch<T>(&self, work: impl Future<Output = T>) -> T {
        LEFT.scope(self.clone(), work).await
    }

    /// Whether [`leave`] was called in the work.
    pub(super) fn holds(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Takes note that a request is sent now: from here on the server may act on it.
pub(super) fn leave() {
    // Whoever sends outside of a run asks nobody.
    let _nobody = LEFT.try_with(|left| left.0.store(true, Ordering::Relaxed));
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::oneshot;
    use tokio::time::sleep;

    use super::*;

    const LONG: Duration = Duration::from_hours(1);

    #[tokio::test(start_paused = true)]
    async fn what_is_under_way_is_waited_for_and_given_up_at_the_second_word() {
        let (cancel, (answer, answered)) = (Cancel::new(), oneshot::channel::<u8>());
        let (one, other) = (cancel.clone(), cancel.clone());
        let waited = tokio::spawn(async move { one.unless(answered).await });
        let endless = tokio::spawn(async move { other.unless(std::future::pending::<()>()).await });
        cancel.finish();
        sleep(LONG).await;
        assert!(!waited.is_finished() && !endless.is_finished());
        answer.send(7).unwrap();
        assert_eq!(waited.await.unwrap(), Some(Ok(7)));
        assert!(!endless.is_finished() && cancel.is_finishing() && !cancel.is_cancelled());
        cancel.cancel();
        assert_eq!(endless.await.unwrap(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_waits_for_leave_to_send_is_given_up_at_the_first_word() {
        let cancel = Cancel::new();
        let spawn = |before: Duration, after: Duration| {
            let cancel = cancel.clone();
            tokio::spawn(async move {
                let work = async {
                    sleep(before).await;
                    standing_by(sleep(LONG)).await;
                    sleep(after).await;
                };
                cancel.unless(work).await
            })
        };
        let second = Duration::from_secs(1);
        let (standing, later) = (spawn(Duration::ZERO, second), spawn(3 * second, second));
        sleep(second).await;
        assert!(!standing.is_finished());
        let begun = tokio::time::Instant::now();
        cancel.finish();
        assert_eq!(standing.await.unwrap(), None);
        assert_eq!(begun.elapsed(), Duration::ZERO);
        // The one that comes to wait later is given up then.
        assert_eq!(later.await.unwrap(), None);
        assert_eq!(begun.elapsed(), 2 * second);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_got_leave_before_is_waited_for() {
        let cancel = Cancel::new();
        let stop = cancel.clone();
        let work = tokio::spawn(async move {
            let work = async {
                standing_by(sleep(Duration::from_secs(1))).await;
                sleep(LONG).await;
                7
            };
            stop.unless(work).await
        });
        sleep(Duration::from_secs(2)).await;
        cancel.finish();
        assert_eq!(work.await.unwrap(), Some(7));
    }
}
