//! How long a case takes: what is usual, and what is too slow. Pure; times are in milliseconds.

use crate::finding::{Finding, FindingId};

/// How many earlier runs must have passed before a time is called unusual.
pub const LEAST: usize = 5;
/// How many repeats must be as slow before it is told.
pub const REPEATS: usize = 2;
/// How much slower than usual it must be, besides twice as slow.
const MARGIN: f64 = 200.0;

/// The value below which this part (0 to 1) of the values lies, by the nearest rank: p50 is the middle one,
/// of an even number the lower of both. `None` of no values.
pub fn percentile(values: &[f64], part: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    // Lengths are far below 2^52, and the rank lies within them.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank among fewer values than an f64 counts"
    )]
    let rank = (part * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}

/// What is usual: the p50 of earlier passing runs, where there are at least [`LEAST`].
pub fn usual(times: &[f64]) -> Option<f64> {
    if times.len() < LEAST { None } else { percentile(times, 0.5) }
}

/// Whether a time is unusual: more than twice the p50, and more than 200 ms above it.
pub fn is_slow(ms: f64, p50: f64) -> bool {
    ms > 2.0 * p50 && ms > p50 + MARGIN
}

/// The finding of a time that is unusual, and so are all of its repeats, of which there must be
/// [`REPEATS`].
pub fn regression(ms: f64, repeats: &[f64], p50: f64) -> Option<Finding> {
    let confirmed = repeats.len() >= REPEATS && repeats.iter().all(|repeat| is_slow(*repeat, p50));
    (confirmed && is_slow(ms, p50)).then(|| {
        let all: Vec<String> = std::iter::once(&ms).chain(repeats).map(|ms| format!("{ms:.0}")).collect();
        let expected = format!("about {p50:.0} ms, the p50 of earlier runs");
        Finding::new(FindingId::LatencyRegression, "", expected, format!("{} ms", all.join(", ")))
    })
}
