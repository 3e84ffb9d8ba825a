//! The line that shows how far a run is.

use std::time::Instant;

use crate::report::events::Summary;
use crate::report::progress::{Progress, Standing};

/// The line, and what it counts.
pub(super) struct Watch {
    line: Progress,
    clock: Instant,
    sent: usize,
}

impl Watch {
    /// A line on stderr, of this many columns at most.
    pub(super) fn begin(width: usize) -> Self {
        Self { line: Progress::on_stderr(width), clock: Instant::now(), sent: 0 }
    }

    /// A case that was sent is there: the line makes room for what is told of it.
    pub(super) fn row(&mut self) {
        self.sent += 1;
        self.line.clear();
    }

    /// Draws the line anew: so many of `all` cases have their verdicts, and so many units of work were begun.
    pub(super) fn draw(&mut self, summary: &Summary, all: usize, begun: usize) {
        let Summary { passed, failed, errored, skipped, .. } = summary;
        self.line.draw(&Standing {
            done: passed + failed + errored + skipped,
            sent: self.sent,
            bad: failed + errored,
            all,
            in_flight: begun.saturating_sub(self.sent),
            elapsed: self.clock.elapsed(),
        });
    }
}
