//! How far a run is, in one line at the bottom of a terminal.
//!
//! Invariants: the line is only drawn where somebody looks at a terminal (whoever makes it decides that); it is
//! never wider than the terminal, so that one `CR, EL` takes it away; before anything else is printed it is taken
//! away ([`Progress::clear`]), and it is gone when the run is over.

use std::io::Write;
use std::time::Duration;

/// The columns of the bar.
const BAR: usize = 20;
/// `\r` and "erase the line" (ECMA-48 §8.3.41, EL).
const CLEAR: &str = "\r\u{1b}[2K";

/// What is known of a run at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// What is counted, in the plural; empty stands for cases.
    pub of: &'static str,
    /// How many cases have a verdict.
    pub done: usize,
    /// How many of these were sent.
    pub sent: usize,
    /// How many failed or errored.
    pub bad: usize,
    /// How many cases there are.
    pub all: usize,
    /// How many are being sent.
    pub in_flight: usize,
    /// How long it takes so far.
    pub elapsed: Duration,
}

/// Draws the line.
pub struct Progress {
    out: Box<dyn Write + Send>,
    width: usize,
    drawn: bool,
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Progress").field("width", &self.width).finish_non_exhaustive()
    }
}

impl Progress {
    /// Draws to a terminal that is `width` columns wide.
    pub fn new(out: Box<dyn Write + Send>, width: usize) -> Self {
        Self { out, width, drawn: false }
    }

    /// Draws the line on stderr.
    pub fn on_stderr(width: usize) -> Self {
        Self::new(Box::new(std::io::stderr()), width)
    }

    /// Puts the line in the place of the one before. A terminal that is gone is nobody's loss.
    pub fn draw(&mut self, standing: &Standing) {
        self.put(&line(standing));
    }

    fn put(&mut self, line: &str) {
        let line: String = line.chars().take(self.width.saturating_sub(1)).collect();
        self.drawn = write!(self.out, "{CLEAR}{line}").and_then(|()| self.out.flush()).is_ok();
    }

    /// Puts in the place of the line how many are waited for after a signal.
    pub fn draw_left(&mut self, left: usize) {
        self.put(&finishing(left));
    }

    /// Takes the line away, before something else is printed.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.drawn) {
            let _ = write!(self.out, "{CLEAR}").and_then(|()| self.out.flush());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

fn finishing(left: usize) -> String {
    format!("finishing {left} in flight; Ctrl-C again stops")
}

/// Says on stderr that a job sends nothing more since a signal, and that so many are waited for; `by_hand` says that
/// a person can end that. Where none is waited for, nothing is to be said.
pub fn told_of_stop(signal: &str, left: usize, by_hand: bool) {
    if left > 0 {
        // A stderr that is gone is nobody's loss.
        let _ = writeln!(std::io::stderr(), "{}", stop(signal, left, by_hand));
    }
}

fn stop(signal: &str, left: usize, by_hand: bool) -> String {
    let again = if by_hand { "; Ctrl-C again stops" } else { "" };
    format!("interrupted by {signal}: nothing more is sent; finishing {left} in flight{again}")
}

/// `[######..............] 120/400 cases, 3 bad, 85/s, 16 in flight, 3 s left`.
fn line(standing: &Standing) -> String {
    let Standing { of, done, sent, bad, all, in_flight, elapsed } = *standing;
    let filled = (done * BAR).checked_div(all).unwrap_or(BAR).min(BAR);
    let bar = format!("{}{}", "#".repeat(filled), ".".repeat(BAR - filled));
    let of = if of.is_empty() { "cases" } else { of };
    let mut parts = vec![format!("[{bar}] {done}/{all} {of}")];
    if bad > 0 {
        parts.push(format!("{bad} bad"));
    }
    let left = all.saturating_sub(done);
    let rate = per_second(sent, elapsed);
    if let Some(rate) = rate {
        parts.push(if rate < 10.0 { format!("{rate:.1}/s") } else { format!("{rate:.0}/s") });
    }
    parts.push(format!("{in_flight} in flight"));
    if let Some(seconds) = rate.and_then(|rate| seconds(left, rate)) {
        parts.push(format!("{} left", told(seconds)));
    }
    parts.join(", ")
}

/// Known after a moment in which something was done.
#[expect(clippy::cast_precision_loss, reason = "a rate that is shown with two digits")]
fn per_second(sent: usize, elapsed: Duration) -> Option<f64> {
    (sent > 0 && elapsed >= Duration::from_millis(300)).then(|| sent as f64 / elapsed.as_secs_f64())
}

#[expect(clippy::cast_precision_loss, reason = "a time that is shown in seconds")]
fn seconds(left: usize, rate: f64) -> Option<u64> {
    Duration::try_from_secs_f64((left as f64 / rate).ceil()).ok().map(|time| time.as_secs())
}

fn told(seconds: u64) -> String {
    match seconds {
        0..=90 => format!("{seconds} s"),
        91..=5400 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3600)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Screen(Arc<Mutex<Vec<u8>>>);

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn standing(done: usize, all: usize, millis: u64) -> Standing {
        Standing {
            of: "",
            done,
            sent: done,
            bad: 0,
            all,
            in_flight: 16,
            elapsed: Duration::from_millis(millis),
        }
    }

    #[test]
    fn the_line_says_what_is_known() {
        let shown = |standing: &Standing| line(standing);
        assert_eq!(shown(&standing(0, 400, 0)), "[....................] 0/400 cases, 16 in flight");
        assert_eq!(
            shown(&Standing { bad: 3, ..standing(100, 400, 2000) }),
            "[#####...............] 100/400 cases, 3 bad, 50/s, 16 in flight, 6 s left"
        );
        assert_eq!(
            shown(&Standing { sent: 1, in_flight: 5, ..standing(395, 400, 1000) }),
            "[###################.] 395/400 cases, 1.0/s, 5 in flight, 5 s left"
        );
        assert!(shown(&Standing { of: "requests", ..standing(1, 2, 0) }).contains("] 1/2 requests, "));
        assert!(shown(&standing(1, 100_000, 1000)).ends_with("28 h left"));
        assert!(shown(&standing(0, 0, 0)).starts_with("[####################] 0/0"));
    }

    #[test]
    fn what_is_waited_for_is_said() {
        let screen = Screen::default();
        let mut progress = Progress::new(Box::new(screen.clone()), 80);
        progress.draw_left(3);
        drop(progress);
        let bytes = String::from_utf8(screen.0.lock().unwrap().clone()).unwrap();
        assert_eq!(bytes, format!("{CLEAR}finishing 3 in flight; Ctrl-C again stops{CLEAR}"));
        let word = "interrupted by SIGTERM: nothing more is sent; finishing 1 in flight";
        assert_eq!(stop("SIGTERM", 1, false), word);
        assert_eq!(stop("SIGTERM", 1, true), format!("{word}; Ctrl-C again stops"));
    }

    #[test]
    fn it_is_taken_away_and_never_too_wide() {
        let screen = Screen::default();
        let mut progress = Progress::new(Box::new(screen.clone()), 30);
        progress.clear();
        assert!(screen.0.lock().unwrap().is_empty(), "nothing was there to take away");
        progress.draw(&standing(1, 2, 0));
        drop(progress);
        let bytes = String::from_utf8(screen.0.lock().unwrap().clone()).unwrap();
        assert_eq!(bytes, format!("{CLEAR}[##########..........] 1/2 ca{CLEAR}"));
    }
}
