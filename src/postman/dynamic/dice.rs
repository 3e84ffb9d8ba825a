//! Numbers that look random and are a function of one seed.

use jiff::{SignedDuration, Timestamp};

/// `SplitMix64` (Steele, Lea, Flood 2014), with the time that dates go by.
#[derive(Debug)]
pub(super) struct Dice {
    state: u64,
    now: Timestamp,
}

impl Dice {
    pub(super) fn new(seed: u64, now: Timestamp) -> Self {
        Self { state: seed, now }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    pub(super) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 where `end` is 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        let wide = (u128::from(self.bits()) * u128::from(end)) >> 64;
        u64::try_from(wide).unwrap_or_default()
    }

    /// A number from `first` to `last`, both included.
    pub(super) fn between(&mut self, first: u64, last: u64) -> u64 {
        first + self.below(last.saturating_sub(first) + 1)
    }

    /// One of the items; the default of their type where there is none.
    pub(super) fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        let at = self.below(u64::try_from(items.len()).unwrap_or_default());
        usize::try_from(at).ok().and_then(|at| items.get(at)).copied().unwrap_or_default()
    }

    /// The pattern with `#` as a digit, `!` as a digit from 2 to 9, `@` as a capital letter, `%` as
    /// a hexadecimal digit.
    pub(super) fn pattern(&mut self, pattern: &str) -> String {
        pattern
            .chars()
            .map(|c| match c {
                '#' => self.one_of("0123456789"),
                '!' => self.one_of("23456789"),
                '@' => self.one_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
                '%' => self.one_of("0123456789abcdef"),
                other => other,
            })
            .collect()
    }

    /// So many of these ASCII characters.
    pub(super) fn letters(&mut self, alphabet: &str, count: u64) -> String {
        (0..count).map(|_| self.one_of(alphabet)).collect()
    }

    fn one_of(&mut self, alphabet: &str) -> char {
        char::from(self.pick(alphabet.as_bytes()))
    }

    /// A moment up to so many seconds before (negative) or after the start of the run.
    pub(super) fn moment(&mut self, seconds: i64) -> Timestamp {
        let reach = seconds.unsigned_abs().saturating_mul(1000);
        let millis = i64::try_from(self.between(1, reach)).unwrap_or_default() * seconds.signum();
        self.now.checked_add(SignedDuration::from_millis(millis)).unwrap_or(self.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_a_range_comes_and_no_other() {
        let mut dice = Dice::new(1, Timestamp::UNIX_EPOCH);
        let mut seen: Vec<u64> = (0..200).map(|_| dice.between(2, 5)).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, [2, 3, 4, 5]);
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.pick::<u8>(&[]), 0);
        assert_eq!(dice.between(u64::MAX, u64::MAX), u64::MAX);
    }
}
