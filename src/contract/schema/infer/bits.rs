//! A set of small numbers.

/// A set of small numbers: one word while all are below 64, then one for each 64 that hold a number.
///
/// Among very many bodies most sets are those of map keys, each shown by one body: a set has the size of what
/// is in it, not that of its largest number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Bits {
    first: u64,
    /// By number, without empty ones; the first is `first`.
    rest: Vec<Word>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Word {
    number: usize,
    bits: u64,
}

impl Bits {
    /// Adds a number; whether it is new.
    pub(super) fn insert(&mut self, number: usize) -> bool {
        let bit = 1u64 << (number % 64);
        let word = self.word(number / 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    /// Adds every number of another set.
    pub(super) fn merge(&mut self, other: &Self) {
        self.first |= other.first;
        for word in &other.rest {
            *self.word(word.number) |= word.bits;
        }
    }

    /// The numbers, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        let words = std::iter::once(Word { number: 0, bits: self.first }).chain(self.rest.iter().copied());
        words.flat_map(|Word { number, bits }| {
            (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| number * 64 + bit)
        })
    }

    /// The word of that number; the caller sets a bit in it.
    fn word(&mut self, number: usize) -> &mut u64 {
        if number == 0 {
            return &mut self.first;
        }
        // Bodies are read in order: nearly always it is the last.
        let found = match self.rest.last() {
            Some(last) if last.number == number => Ok(self.rest.len() - 1),
            Some(last) if last.number > number => self.rest.binary_search_by_key(&number, |word| word.number),
            _ => Err(self.rest.len()),
        };
        let position = found.unwrap_or_else(|free| {
            self.rest.insert(free, Word { number, bits: 0 });
            free
        });
        &mut self.rest[position].bits
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_set(numbers in prop::collection::vec(0usize..2_000, 0..60), more in prop::collection::vec(0usize..2_000, 0..60)) {
            let (mut set, mut other) = (Bits::default(), Bits::default());
            let (mut known, mut others) = (BTreeSet::new(), BTreeSet::new());
            for number in numbers {
                prop_assert_eq!(set.insert(number), known.insert(number));
            }
            for number in more {
                prop_assert_eq!(other.insert(number), others.insert(number));
            }
            let mut there = other.clone();
            there.merge(&set);
            set.merge(&other);
            prop_assert_eq!(&set, &there);
            let all: Vec<usize> = known.union(&others).copied().collect();
            prop_assert_eq!(set.iter().collect::<Vec<_>>(), all);
        }
    }

    #[test]
    fn a_large_number_takes_no_more_room_than_a_small_one() {
        let mut set = Bits::default();
        assert!(set.insert(50_000_000) && set.rest.len() == 1);
    }
}
