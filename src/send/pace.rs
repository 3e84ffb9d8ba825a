//! Pacing: no more requests in a time than were asked for.
//!
//! Requests start one after another, evenly apart, so that there is no burst either. Invariant: in
//! every window as long as the rate's unit, at most as many requests start as its number, whatever
//! the timers do. A request that is given up while it waits takes no place.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

use crate::suite::Rate;

/// A timer wakes up to a millisecond late, and a busy runtime later. A start that is at most this
/// late does not delay the ones after it.
const LATE: Duration = Duration::from_millis(2);

/// The rates that a request has to keep; by default none. Clones share the places, so one pace is
/// kept by everything that is sent with it together.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    /// The innermost first: whoever waits here has no place further on yet, so that a slow suite does
    /// not hold up the others.
    gates: Vec<Arc<Gate>>,
}

#[derive(Debug)]
struct Gate {
    /// From one start to the next.
    apart: Duration,
    /// When the next one may start. Waited for under the lock, which is fair.
    next: Mutex<Instant>,
}

impl Pace {
    /// A pace of its own at this rate.
    pub fn at(rate: Rate) -> Self {
        // A window may begin with a late start and end with one in time: see `Gate::passed`.
        let apart = (rate.unit() + LATE) / rate.number();
        Self { gates: vec![Arc::new(Gate { apart, next: Mutex::new(Instant::now()) })] }
    }

    /// This pace, kept within another one that more requests share: the slower one holds.
    pub(super) fn within(&self, outer: &Self) -> Self {
        Self { gates: [self.gates.as_slice(), &outer.gates].concat() }
    }

    /// Waits until a request may start.
    pub(super) async fn turn(&self) {
        let mut held = Vec::with_capacity(self.gates.len());
        for gate in &self.gates {
            let next = gate.next.lock().await;
            // A timer waits for the next whole millisecond even where its time has come.
            if *next > Instant::now() {
                sleep_until(*next).await;
            }
            held.push((gate, next));
        }
        let now = Instant::now();
        for (gate, mut next) in held {
            *next = gate.passed(*next, now);
        }
    }
}

impl Gate {
    /// When the next may start, where one that was to start at `due` starts `now`.
    ///
    /// A start counts as in time when it is at most [`LATE`] behind; so the places are never closer
    /// than `apart`, a start is never more than `LATE` behind its place, and from any start to the
    /// N-th after it at least `N * apart - LATE`, the unit, goes by.
    fn passed(&self, due: Instant, now: Instant) -> Instant {
        let earliest = now.checked_sub(LATE).unwrap_or(now);
        due.max(earliest) + self.apart
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(rates: &[&str]) -> Pace {
        rates.iter().fold(Pace::default(), |pace, rate| Pace::at(rate.parse().unwrap()).within(&pace))
    }

    /// The moments at which this many start, who all want to at once.
    async fn starts(pace: &Pace, count: usize) -> Vec<Instant> {
        let tasks: Vec<_> = (0..count)
            .map(|_| {
                let pace = pace.clone();
                tokio::spawn(async move {
                    pace.turn().await;
                    Instant::now()
                })
            })
            .collect();
        let mut starts = Vec::new();
        for task in tasks {
            starts.push(task.await.unwrap());
        }
        starts.sort();
        starts
    }

    /// The most that start in any window of that length, its end left out.
    fn most(starts: &[Instant], window: Duration) -> usize {
        let within = |from: &Instant| starts.iter().filter(|s| *s >= from && **s < *from + window).count();
        starts.iter().map(within).max().unwrap_or_default()
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_sees_more_than_the_rate_and_hardly_fewer() {
        for (rate, count) in
            [("10/s", 50), ("1/s", 4), ("7/s", 60), ("300/s", 900), ("60/m", 200), ("3/h", 8)]
        {
            let parsed: Rate = rate.parse().unwrap();
            let begun = Instant::now();
            let starts = starts(&pace(&[rate]), count).await;
            let number = usize::try_from(parsed.number()).unwrap();
            assert!(most(&starts, parsed.unit()) <= number, "{rate}");
            assert_eq!(starts[0], begun, "the first does not wait");
            let taken = *starts.last().unwrap() - begun;
            let least = parsed.unit() * u32::try_from(count - 1).unwrap() / parsed.number();
            assert!(taken >= least && taken < least.mul_f64(1.02) + LATE, "{rate}: {taken:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn of_two_rates_the_slower_one_holds() {
        for rates in [["10/s", "2/s"], ["2/s", "10/s"], ["120/m", "10/s"]] {
            let starts = starts(&pace(&rates), 12).await;
            assert_eq!(most(&starts, Duration::from_secs(1)), 2, "{rates:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_suite_does_not_hold_up_the_others() {
        let run = pace(&["100/s"]);
        let (slow, quick) = (pace(&["1/m"]).within(&run), pace(&["50/s"]).within(&run));
        let begun = Instant::now();
        let waiting = tokio::spawn(async move { starts(&slow, 3).await });
        let quick = starts(&quick, 50).await;
        assert!(*quick.last().unwrap() - begun < Duration::from_secs(2));
        assert_eq!(most(&waiting.await.unwrap(), Duration::from_mins(1)), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_gives_up_takes_no_place() {
        let pace = pace(&["1/s"]);
        pace.turn().await;
        let begun = Instant::now();
        assert!(tokio::time::timeout(Duration::from_millis(10), pace.turn()).await.is_err());
        pace.turn().await;
        assert!(Instant::now() - begun < Duration::from_millis(1010));
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_is_not_made_up_for_by_a_burst() {
        let pace = pace(&["10/s"]);
        starts(&pace, 3).await;
        tokio::time::advance(Duration::from_mins(1)).await;
        assert_eq!(most(&starts(&pace, 30).await, Duration::from_secs(1)), 10);
    }

    proptest::proptest! {
        /// However late the timers and the scheduler wake whoever waits.
        #[test]
        fn lateness_never_makes_a_window_too_full(
            number in 1..40_u32,
            late in proptest::collection::vec(0..20_000_u64, 1..150),
        ) {
            let rate: Rate = format!("{number}/s").parse().unwrap();
            let begun = Instant::now();
            let gate = Gate { apart: (rate.unit() + LATE) / number, next: Mutex::new(begun) };
            let (mut due, mut starts) = (begun, Vec::new());
            for micros in late {
                let now = starts.last().copied().unwrap_or(begun).max(due) + Duration::from_micros(micros);
                starts.push(now);
                due = gate.passed(due, now);
            }
            proptest::prop_assert!(most(&starts, rate.unit()) <= usize::try_from(number).unwrap());
        }
    }
}
