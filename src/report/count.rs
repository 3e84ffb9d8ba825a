//! How many of something, in words.

/// `1 case`, `2 cases`; a noun whose plural takes an `s`.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
