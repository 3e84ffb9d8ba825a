//! The signals that end a run early.

use tokio::sync::mpsc;

use super::JobError;

/// A signal that ends a run early, with its reports written.
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

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Int => "SIGINT",
            Self::Term => "SIGTERM",
        }
    }
}

/// Ends the program at the second signal, reports or not; only the front may do that.
pub type GiveUp = fn(Interrupt) -> !;

/// Listens from its making on; a signal that arrived before [`next`](Self::next) is not lost.
///
/// At the second signal the program gives up at once, whatever it is doing: it may be waiting for a
/// pipe that nobody reads.
pub(super) struct Signals {
    first: mpsc::Receiver<Interrupt>,
}

impl Signals {
    pub(super) fn new(give_up: GiveUp) -> Result<Self, JobError> {
        let mut heard = Heard::new()?;
        let (tell, first) = mpsc::channel(1);
        tokio::spawn(async move {
            // Nobody may be left to be told; the next signal counts all the same.
            let _ = tell.send(heard.next().await).await;
            give_up(heard.next().await)
        });
        Ok(Self { first })
    }

    /// The first signal; never a second one.
    pub(super) async fn next(&mut self) -> Interrupt {
        match self.first.recv().await {
            Some(signal) => signal,
            None => std::future::pending().await,
        }
    }
}

/// The signals of the system, one after the other.
struct Heard {
    #[cfg(unix)]
    int: tokio::signal::unix::Signal,
    #[cfg(unix)]
    term: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Heard {
    fn new() -> Result<Self, JobError> {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).map_err(JobError::Runtime);
        Ok(Self { int: listen(SignalKind::interrupt())?, term: listen(SignalKind::terminate())? })
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
