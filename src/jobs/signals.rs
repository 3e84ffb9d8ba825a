//! The signals that end a job early.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::JobError;

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
/// nothing is sent or written yet. From then on the first is the job's, and the second ends the
/// program, whatever it is doing: it may be waiting for a pipe that nobody reads.
///
/// The system would end the program at the first signal, too, but not the first process of a
/// container, for which signals without a handler are dropped.
pub struct Signals {
    first: mpsc::Receiver<Interrupt>,
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
        let mut heard = listener.block_on(async { Heard::new() })?;
        let (tell, first) = mpsc::channel(1);
        let in_order = Arc::new(AtomicBool::new(false));
        let taken_over = Arc::clone(&in_order);
        listener.spawn(async move {
            let signal = heard.next().await;
            if !taken_over.load(Ordering::Acquire) {
                give_up(signal);
            }
            // Nobody may be left to be told; the next signal counts all the same.
            let _ = tell.send(signal).await;
            give_up(heard.next().await)
        });
        Ok(Self { first, in_order, listener: Some(listener) })
    }

    /// From now on the first signal is for [`next`](Self::next): there is something to finish.
    pub(super) fn in_order(&self) {
        self.in_order.store(true, Ordering::Release);
    }

    /// The first signal; never a second one.
    pub(super) async fn next(&mut self) -> Interrupt {
        match self.first.recv().await {
            Some(signal) => signal,
            None => std::future::pending().await,
        }
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
