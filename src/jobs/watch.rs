//! The line that shows how far a job is.

use std::time::{Duration, Instant};

use tokio::time::{Interval, MissedTickBehavior, interval};

use super::signals::Interrupt;
use crate::report::events::Summary;
use crate::report::progress::{Progress, Standing, told_of_stop};

/// How often the line is drawn anew.
const MOMENT: Duration = Duration::from_millis(100);

/// The moments at which the line is drawn anew; the first is at once.
pub(super) fn moments() -> Interval {
    let mut moments = interval(MOMENT);
    moments.set_missed_tick_behavior(MissedTickBehavior::Skip);
    moments
}

/// Says on stderr what a signal has begun, whether there is a line that shows how far the job is or not: of what is
/// waited for, nothing else is seen.
pub(super) fn finishing(watch: &mut Option<Watch>, signal: Interrupt, left: usize) {
    if let Some(watch) = watch {
        watch.line.clear();
    }
    told_of_stop(signal.name(), left, signal == Interrupt::Int);
}

/// The line, and what it counts.
pub(super) struct Watch {
    line: Progress,
    clock: Instant,
    of: &'static str,
    sent: usize,
    bad: usize,
}

impl Watch {
    /// A line on stderr, of this many columns at most; `of` says what it counts, in the plural.
    pub(super) fn begin(width: usize, of: &'static str) -> Self {
        Self { line: Progress::on_stderr(width), clock: Instant::now(), of, sent: 0, bad: 0 }
    }

    /// A case that was sent is there: the line makes room for what is told of it.
    pub(super) fn row(&mut self) {
        self.sent += 1;
        self.line.clear();
    }

    /// One is done, of which nothing is told yet.
    pub(super) fn done(&mut self, is_bad: bool) {
        self.sent += 1;
        self.bad += usize::from(is_bad);
    }

    /// Draws the line anew: so many of `all` cases have their verdicts, and so many units of work were begun.
    pub(super) fn draw(&mut self, summary: &Summary, all: usize, begun: usize) {
        let Summary { passed, failed, errored, skipped, .. } = summary;
        self.bad = failed + errored;
        self.show(passed + failed + errored + skipped, all, begun);
    }

    /// Draws the line anew: all that were begun are sent, and those that are done were told by [`done`](Self::done).
    pub(super) fn draw_done(&mut self, all: usize, begun: usize) {
        self.show(self.sent, all, begun);
    }

    /// Draws the line anew: after a signal so many are waited for.
    pub(super) fn draw_left(&mut self, left: usize) {
        self.line.draw_left(left);
    }

    fn show(&mut self, done: usize, all: usize, begun: usize) {
        self.line.draw(&Standing {
            of: self.of,
            done,
            sent: self.sent,
            bad: self.bad,
            all,
            in_flight: begun.saturating_sub(self.sent),
            elapsed: self.clock.elapsed(),
        });
    }
}
