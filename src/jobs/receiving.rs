//! Takes the results of a job as they come, and stops it at a signal: first in order, then at once.

use super::JobError;
use super::signals::{Interrupt, Signals};
use super::watch::moments;
use crate::send::{Cancel, Run};

/// What comes while requests are sent.
pub(super) enum Came<R> {
    /// What came of the unit at this position.
    Done(usize, R),
    /// A moment has gone by, with so many units begun.
    Moment(usize),
    /// A moment after a signal, and so many units that were begun are not done: they alone are waited for.
    Finishing(Interrupt, usize),
    /// Another moment after it.
    Waiting(usize),
}

/// Hands every result on as it comes. At the first signal nothing new is sent, and what is sent is waited for; at the
/// second that is given up, too. The signal, where there was one.
pub(super) async fn receive<R>(
    sending: &mut Run<R>,
    signals: &mut Signals,
    cancel: &Cancel,
    mut take: impl FnMut(Came<R>) -> Result<(), JobError>,
) -> Result<Option<Interrupt>, JobError> {
    let mut moments = moments();
    // What only waited for leave to send is gone by then, and counts no more.
    let mut told = false;
    loop {
        let interrupted = signals.taken();
        tokio::select! {
            next = sending.next() => match next {
                Some((position, result)) => take(Came::Done(position, result))?,
                None => return Ok(interrupted),
            },
            _ = moments.tick() => match interrupted {
                None => take(Came::Moment(sending.begun()))?,
                Some(signal) if !std::mem::replace(&mut told, true) => {
                    take(Came::Finishing(signal, sending.under_way()))?;
                }
                Some(_) => take(Came::Waiting(sending.under_way()))?,
            },
            () = signals.stop(cancel), if !cancel.is_cancelled() => {}
        }
    }
}
