//! Postman's dynamic variables: `{{$guid}}`, `{{$timestamp}}`, `{{$randomEmail}}` and the others.
//!
//! Names, types and forms are those of postman-collection 4.4.0 and 5.3.1 ([`TABLE`]). A value is a
//! function of seed, case, name and occurrence, so that a run can be repeated; it never reads a
//! clock: the time is that of the start of the run ([`Chance`]).

mod compose;
mod dice;
mod table;
mod words;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use jiff::Timestamp;

use super::hash::fnv;
use dice::Dice;
pub use table::{Dynamic, TABLE};

/// How far a mistyped name may be from the one that is proposed.
const CLOSE: usize = 2;

/// What the dynamic values of a run are made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chance {
    /// Runs of equal seeds send equal values, but for those that tell the time.
    pub seed: u32,
    /// The time that `$timestamp`, `$isoTimestamp` and the dates go by.
    pub now: Timestamp,
}

/// For plans that are only looked at, and so need neither chance nor clock.
impl Default for Chance {
    fn default() -> Self {
        Self { seed: 0, now: Timestamp::UNIX_EPOCH }
    }
}

/// What the dynamic values of one case are made from.
///
/// The default gives every occurrence of a name the same value: texts that are equal before
/// substitution stay equal, which is how two requests are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    key: u64,
    now: Timestamp,
    anew: bool,
}

impl Default for Draw {
    fn default() -> Self {
        Self { key: 0, now: Timestamp::UNIX_EPOCH, anew: false }
    }
}

impl Draw {
    /// The values of a case: other ones for another seed, and for another case.
    pub fn of(chance: Chance, case: &str) -> Self {
        let key = fnv(format!("{}\n{case}", chance.seed).as_bytes());
        Self { key, now: chance.now, anew: true }
    }

    /// The value of `name` (with its `$`) where it stands for the nth time, counted from 0; `None`
    /// for a name that Postman does not know.
    ///
    /// ```
    /// use uphold::postman::dynamic::{Chance, Draw};
    ///
    /// let draw = Draw::of(Chance::default(), "shop::get_order::ok");
    /// assert_eq!(draw.value("$timestamp", 0).as_deref(), Some("0"));
    /// assert_ne!(draw.value("$guid", 0), draw.value("$guid", 1));
    /// assert_eq!(draw.value("$nope", 0), None);
    /// ```
    pub fn value(&self, name: &str, nth: u64) -> Option<String> {
        let dynamic = find(name)?;
        let nth = if self.anew { nth } else { 0 };
        let place = fnv(format!("{:016x}\n{name}\n{nth}", self.key).as_bytes());
        Some((dynamic.make)(&mut Dice::new(place, self.now)))
    }
}

/// How often each name was drawn.
#[derive(Debug)]
pub(super) struct Counts(HashMap<String, u64>);

/// The dynamic values of one request while it is made: each occurrence is counted.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    draw: Draw,
    counts: RefCell<HashMap<String, u64>>,
    any: Cell<bool>,
}

impl Drawn {
    pub(super) fn new(draw: Draw) -> Self {
        Self { draw, ..Self::default() }
    }

    /// The next value of that name.
    pub(super) fn next(&self, name: &str) -> Option<String> {
        if !name.starts_with('$') {
            return None;
        }
        let mut counts = self.counts.borrow_mut();
        let nth = counts.get(name).copied().unwrap_or_default();
        let value = self.draw.value(name, nth)?;
        counts.insert(name.to_owned(), nth + 1);
        self.any.set(true);
        Some(value)
    }

    /// Whether any value was drawn.
    pub(super) fn any(&self) -> bool {
        self.any.get()
    }

    /// What was counted so far, to come back to.
    pub(super) fn mark(&self) -> Counts {
        Counts(self.counts.borrow().clone())
    }

    /// Forgets what was counted since: those occurrences will be met again.
    pub(super) fn reset(&self, mark: Counts) {
        self.counts.replace(mark.0);
    }
}

/// Whether this is one of Postman's dynamic variables (with its `$`).
pub(crate) fn is_known(name: &str) -> bool {
    find(name).is_some()
}

fn find(name: &str) -> Option<&'static Dynamic> {
    TABLE.iter().find(|dynamic| dynamic.name == name)
}

/// `; did you mean …?` for a name that Postman does not know, or nothing.
pub(crate) fn hint(name: &str) -> String {
    let wanted = name.to_ascii_lowercase();
    let near = TABLE
        .iter()
        .map(|dynamic| (apart(&wanted, &dynamic.name.to_ascii_lowercase()), dynamic))
        .min_by_key(|(apart, _)| *apart)
        .filter(|(apart, _)| *apart <= CLOSE);
    near.map(|(_, dynamic)| format!("; did you mean `{}` ({})?", dynamic.name, dynamic.meaning))
        .unwrap_or_default()
}

/// How many characters differ between what two names begin and end with alike.
fn apart(a: &str, b: &str) -> usize {
    let same = |pairs: &mut dyn Iterator<Item = (u8, u8)>| pairs.take_while(|(x, y)| x == y).count();
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    let front = same(&mut a.bytes().zip(b.bytes()));
    let back = same(&mut a.bytes().rev().zip(b.bytes().rev()));
    long - (front + back).min(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_name_is_recognised() {
        assert_eq!(hint("$uuid"), "; did you mean `$guid` (a version 4 UUID)?");
        for (typed, meant) in [
            ("$randomEmial", "`$randomEmail`"),
            ("$randomFirstname", "`$randomFirstName`"),
            ("$timestmp", "`$timestamp`"),
            ("$randomUuid", "`$randomUUID`"),
        ] {
            assert!(hint(typed).contains(meant), "{typed}: {}", hint(typed));
        }
        assert_eq!(hint("$custom"), "");
        assert_eq!(hint("$"), "");
    }

    #[test]
    fn occurrences_are_counted_by_name() {
        let chance = Chance { seed: 3, ..Chance::default() };
        let drawn = Drawn::new(Draw::of(chance, "c"));
        let before = drawn.mark();
        let ahead = drawn.next("$guid");
        drawn.reset(before);
        let first = drawn.next("$guid");
        assert_eq!(ahead, first);
        assert_ne!(drawn.next("$guid"), first);
        let other = Drawn::new(Draw::of(chance, "c"));
        assert!(other.next("$randomInt").is_some() && other.next("guid").is_none());
        assert_eq!(other.next("$guid"), first, "another name before it changes nothing");
    }

    #[test]
    fn the_default_draws_alike_wherever_a_name_stands() {
        let drawn = Drawn::default();
        assert!(!drawn.any());
        assert_eq!(drawn.next("$guid"), drawn.next("$guid"));
        assert!(drawn.any());
    }
}
