//! How likely new values are where servers are equal.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::contract::pointer::values_at;

/// So many ways to deal the answers out to the servers are tried at most.
const DEALS: u32 = 20_000;
/// So many deals that give as much are enough to know that it is chance.
const ENOUGH: u32 = 40;

/// The probability that, where the servers are equal, as many of the new answers as here have a value at the
/// place that no old answer has: of all ways to deal the same answers out to the two servers, the share in
/// which as many have one (a permutation test; Fisher, "The Design of Experiments", 1935, §21), from 20,000 of
/// them, or until 40 have as many (Besag and Clifford, "Sequential Monte Carlo p-values", 1991). Answers that do
/// not show the place are not dealt.
///
/// Equal arguments give equal results.
pub(super) fn chance(at: &str, new: &[&Value], old: &[&Value]) -> f64 {
    let shown = |bodies: &[&Value]| -> Vec<BTreeSet<String>> {
        let sets = bodies.iter().map(|body| texts(at, body));
        sets.filter(|set| !set.is_empty()).collect()
    };
    let (new, old) = (shown(new), shown(old));
    let number = new.len();
    let mut answers = numbered(&[new, old].concat());
    let wanted = unknown(&answers, number);
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut as_many = 0;
    for deal in 1..=DEALS {
        for last in (1..answers.len()).rev() {
            answers.swap(last, dice.below(last + 1));
        }
        as_many += u32::from(unknown(&answers, number) >= wanted);
        if as_many == ENOUGH {
            return f64::from(ENOUGH) / f64::from(deal);
        }
    }
    f64::from(as_many + 1) / f64::from(DEALS + 1)
}

/// The values at the place but for null, as JSON.
fn texts(at: &str, body: &Value) -> BTreeSet<String> {
    values_at(at, body).into_iter().filter(|value| !value.is_null()).map(Value::to_string).collect()
}

/// For each answer the numbers of its values. Values that are in the same answers have one number.
fn numbered(answers: &[BTreeSet<String>]) -> Vec<Vec<usize>> {
    let mut bearers: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (answer, values) in answers.iter().enumerate() {
        for value in values {
            bearers.entry(value).or_default().push(answer);
        }
    }
    let groups: BTreeSet<Vec<usize>> = bearers.into_values().collect();
    let mut numbers = vec![Vec::new(); answers.len()];
    for (group, members) in groups.into_iter().enumerate() {
        for answer in members {
            if let Some(numbers) = numbers.get_mut(answer) {
                numbers.push(group);
            }
        }
    }
    numbers
}

/// In how many of the first `number` answers there is a value that none of the others has.
fn unknown(answers: &[Vec<usize>], number: usize) -> usize {
    let (new, old) = answers.split_at(number.min(answers.len()));
    let known: BTreeSet<usize> = old.iter().flatten().copied().collect();
    new.iter().filter(|values| values.iter().any(|value| !known.contains(value))).count()
}

/// xorshift64*, as in Marsaglia, "Xorshift RNGs".
struct Dice(u64);

impl Dice {
    /// A number below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(drawn).unwrap_or(0) % end.max(1)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(new: &[&str], old: &[&str]) -> f64 {
        let bodies = |words: &[&str]| words.iter().map(|word| json!({"s": word})).collect::<Vec<Value>>();
        let (new, old) = (bodies(new), bodies(old));
        let [new, old] = [&new, &old].map(|bodies| bodies.iter().collect::<Vec<_>>());
        chance("/s", &new, &old)
    }

    #[test]
    fn words_spelled_anew_are_no_chance_and_words_that_never_come_twice_say_nothing() {
        let (upper, lower) = (["A", "B", "C", "D"].repeat(3), ["a", "b", "c", "d"].repeat(3));
        assert!(of(&lower, &upper) < 0.001, "{}", of(&lower, &upper));
        assert!(of(&lower[..9], &upper[..10]) < 0.005);
        assert!(of(&["a", "b", "c"], &["d", "e", "f", "g"]) > 0.99);
        assert!(of(&["A", "A", "A"], &["A", "A", "A"]) > 0.99);
        // One that came often and never from the old server: among so many words one such is likely.
        let one = of(
            &["A", "A", "A", "A", "A", "B", "C", "D", "E"],
            &["B", "C", "D", "E", "B", "C", "D", "E", "B"],
        );
        assert!(one > 0.01, "{one}");
    }
}
