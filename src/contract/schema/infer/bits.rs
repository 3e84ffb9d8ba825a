//! A set of small numbers.

/// A set of small numbers: one word while all are below 64.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Bits {
    first: u64,
    rest: Vec<u64>,
}

impl Bits {
    /// Adds a number; whether it is new.
    pub(super) fn insert(&mut self, number: usize) -> bool {
        let (word, bit) = (number / 64, 1u64 << (number % 64));
        let Some(word) = word.checked_sub(1) else {
            let new = self.first & bit == 0;
            self.first |= bit;
            return new;
        };
        if self.rest.len() <= word {
            self.rest.resize(word + 1, 0);
        }
        self.rest.get_mut(word).is_some_and(|there| {
            let new = *there & bit == 0;
            *there |= bit;
            new
        })
    }

    /// Adds every number of another set.
    pub(super) fn merge(&mut self, other: &Self) {
        self.first |= other.first;
        if self.rest.len() < other.rest.len() {
            self.rest.resize(other.rest.len(), 0);
        }
        for (own, more) in self.rest.iter_mut().zip(&other.rest) {
            *own |= more;
        }
    }

    /// The numbers, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        let words = std::iter::once(&self.first).chain(&self.rest).enumerate();
        words.flat_map(|(word, bits)| {
            (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |b| word * 64 + b)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_numbers() {
        let mut set = Bits::default();
        assert!(set.insert(3) && set.insert(64) && set.insert(1_000) && !set.insert(64));
        let mut other = Bits::default();
        other.insert(2);
        other.merge(&set);
        set.merge(&other);
        assert_eq!(set, other);
        assert_eq!(set.iter().collect::<Vec<_>>(), [2, 3, 64, 1_000]);
    }
}
