//! The signals that end a job early.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::JobError;
use crate::send::Cancel;

/// How long what is sent is waited for after SIGTERM. Whoever sends that kills soon: Jenkins after 5 s, Docker and
/// GitHub after 10 s; tear-downs and reports need time, too. Ctrl-C is a person's, who can press it again.
const UNTIL_KILLED: Duration = Duration::from_secs(2);
/// A job that is told of a signal and does not take it up in this time is stuck.
const STUCK: Duration = Duration::from_secs(1);

/// A signal that ends a job early: a run or proof with its reports written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interrupt {
    /// SIGINT (Ctrl-C): exit code 130.
    Int,
    /// SIGTERM: exit code 143.
    Term,
}

impl Interrupt {
    /// What the program ends with: 128 and the number of the signal, as shells have it.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Int => 130,
            Self::Term => 143,
        }
    }

    /// As programs call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int => "SIGINT",
            Self::Term => "SIGTERM",
        }
    }

    /// The signal of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Int, Self::Term].into_iter().find(|signal| signal.name() == name)
    }
}

/// Ends the program at once, reports or not; only the front may do that.
pub type GiveUp = fn(Interrupt) -> !;

/// Listens from its making on, on a thread of its own: no work holds it up.
///
/// Until a job takes over (`in_order`) the first signal ends the program at once:
/// nothing is sent or written yet. From then on the first two are the job's. A second one that the job does not take
/// up within a second ends the program, whatever it is doing (it may be waiting for a pipe that nobody reads), and the
/// third does at once.
///
/// The system would end the program at the first signal, too, but not the first process of a
/// container, for which signals without a handler are dropped.
pub struct Signals {
    heard: mpsc::Receiver<Interrupt>,
    /// The first one that the job took up, and when what is sent is given up for it.
    taken: Option<(Interrupt, Option<Instant>)>,
    in_order: Arc<AtomicBool>,
    /// Of one thread; `None` only while it is dropped.
    listener: Option<Runtime>,
}

impl Signals {
    /// Listens until it is dropped; `give_up` ends the program.
    pub fn listen(give_up: GiveUp) -> Result<Self, JobError> {
        let listener = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(JobError::Runtime)?;
        // The handlers are the system's before this function ends.
        let mut signals = listener.block_on(async { Heard::new() })?;
        let (tell, heard) = mpsc::channel(1);
        let in_order = Arc::new(AtomicBool::new(false));
        let taken_over = Arc::clone(&in_order);
        listener.spawn(async move {
            let signal = signals.next().await;
            if !taken_over.load(Ordering::Acquire) {
                give_up(signal);
            }
            // Nobody may be left to be told; the next signal counts all the same.
            let _ = tell.send(signal).await;
            let signal = signals.next().await;
            let taken_up = async {
                let told =
                    timeout(STUCK, async { tell.send(signal).await.is_ok() && tell.reserve().await.is_ok() });
                if !told.await.is_ok_and(|taken_up| taken_up) {
                    give_up(signal);
                }
                std::future::pending::<()>().await;
            };
            tokio::select! {
                () = taken_up => {}
                third = signals.next() => give_up(third),
            }
        });
        Ok(Self { heard, taken: None, in_order, listener: Some(listener) })
    }

    /// From now on the first two signals are for [`next`](Self::next): there is something to finish.
    pub(super) fn in_order(&self) {
        self.in_order.store(true, Ordering::Release);
    }

    /// The next signal.
    pub(super) async fn next(&mut self) -> Interrupt {
        match self.heard.recv().await {
            Some(signal) => signal,
            None => std::future::pending().await,
        }
    }

    /// Waits for the next thing that stops the work, and stops it: at the first signal nothing new is sent; at the
    /// second, or [`UNTIL_KILLED`] after a SIGTERM, what is sent is given up. Dropped before it is done, it loses
    /// nothing.
    pub(super) async fn stop(&mut self, cancel: &Cancel) {
        let Some((_, until)) = self.taken else {
            let signal = self.next().await;
            let until = (signal == Interrupt::Term).then(|| Instant::now() + UNTIL_KILLED);
            self.taken = Some((signal, until));
            cancel.finish();
            return;
        };
        let killed_soon = async {
            match until {
                Some(until) => sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.next() => {}
            () = killed_soon => {}
        }
        cancel.cancel();
    }

    /// The signal that [`stop`](Self::stop) took up first.
    pub(super) fn taken(&self) -> Option<Interrupt> {
        self.taken.map(|(signal, _)| signal)
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        // A runtime that waits for its threads may not be dropped by work of another.
        if let Some(listener) = self.listener.take() {
            listener.shutdown_background();
        }
    }
}

/// The signals of the system, one after the other.
struct Heard {
    #[cfg(unix)]
    int: tokio::signal::unix::Signal,
    #[cfg(unix)]
    term: tokio::signal::unix::Signal,
    /// Of a file that would be larger than the process may write (`ulimit -f`): where it is heard, the write
    /// fails with an error that can be told, and without a listener the system ends the program without a word.
    #[cfg(unix)]
    _too_large: Option<tokio::signal::unix::Signal>,
}

/// SIGXFSZ, where the system has it under the number that nearly all have.
#[cfg(unix)]
const TOO_LARGE: Option<i32> = if cfg!(any(
    target_os = "linux",
    target_os = "android",
    target_os = "macos",
    target_os = "ios",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd",
    target_os = "dragonfly"
)) && !cfg!(any(target_arch = "mips", target_arch = "mips64"))
{
    Some(25)
} else {
    None
};

#[cfg(unix)]
impl Heard {
    fn new() -> Result<Self, JobError> {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).map_err(JobError::Runtime);
        Ok(Self {
            int: listen(SignalKind::interrupt())?,
            term: listen(SignalKind::terminate())?,
            _too_large: TOO_LARGE.map(SignalKind::from_raw).map(listen).transpose()?,
        })
    }

    async fn next(&mut self) -> Interrupt {
        tokio::select! {
            _ = self.int.recv() => Interrupt::Int,
            _ = self.term.recv() => Interrupt::Term,
        }
    }
}

#[cfg(not(unix))]
impl Heard {
    #[expect(clippy::unnecessary_wraps, reason = "the same signature on every system")]
    fn new() -> Result<Self, JobError> {
        Ok(Self {})
    }

    async fn next(&mut self) -> Interrupt {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Interrupt::Int
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Signals that a test gives.
    fn given() -> (mpsc::Sender<Interrupt>, Signals) {
        let (tell, heard) = mpsc::channel(1);
        (tell, Signals { heard, taken: None, in_order: Arc::default(), listener: None })
    }

    #[tokio::test(start_paused = true)]
    async fn ctrl_c_waits_until_it_comes_again_and_sigterm_gives_up_by_itself() {
        for (first, by_itself) in [(Interrupt::Int, false), (Interrupt::Term, true)] {
            let ((tell, mut signals), cancel) = (given(), Cancel::new());
            tell.send(first).await.unwrap();
            signals.stop(&cancel).await;
            assert!(cancel.is_finishing() && !cancel.is_cancelled());
            let begun = Instant::now();
            let ended = timeout(Duration::from_hours(1), signals.stop(&cancel)).await.is_ok();
            assert_eq!((ended, cancel.is_cancelled()), (by_itself, by_itself), "{first:?}");
            if by_itself {
                assert_eq!(begun.elapsed(), UNTIL_KILLED);
            } else {
                tell.send(Interrupt::Term).await.unwrap();
                signals.stop(&cancel).await;
                assert!(cancel.is_cancelled());
            }
            assert_eq!(signals.taken(), Some(first), "that is what it ends with");
        }
    }
}
