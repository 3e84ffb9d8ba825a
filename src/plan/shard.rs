//! Which cases of a plan belong to one shard of it: `--shard 2/4`.
//!
//! Invariants: the shards of a plan have each case exactly once; cases that may not overlap (they have a [`Lane`](super::Lane)
//! in common, directly or by way of others) are in one shard, so that they keep their order; and where a case goes
//! follows from its id, or from the paths that it changes, alone. So neither its position nor the cases beside it
//! matter, and one that is added moves no other, except where it ties lanes together that had nothing to do with
//! each other: a new case with set-up steps.

use std::collections::{BTreeSet, HashMap};
use std::fmt::{self, Write as _};
use std::str::FromStr;

use super::case::{Action, Case, Plan};
use super::steps;
use crate::postman::hash::fnv;

/// More shards than anybody has machines.
const MOST: usize = 1000;

/// One of several parts of a run.
///
/// ```
/// use uphold::plan::Shard;
///
/// let shard: Shard = "2/4".parse()?;
/// assert_eq!((shard.number(), shard.of()), (2, 4));
/// assert!("0/4".parse::<Shard>().is_err() && "5/4".parse::<Shard>().is_err());
/// # Ok::<(), uphold::plan::ShardError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    number: usize,
    of: usize,
}

/// A text that names no shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a shard is given as NUMBER/OF, such as 1/4 to 4/4; OF is at most {MOST}")]
pub struct ShardError;

impl Shard {
    /// Which it is, from 1.
    pub fn number(self) -> usize {
        self.number
    }

    /// How many there are.
    pub fn of(self) -> usize {
        self.of
    }

    /// Whether the cases of this key are in it. The hash is FNV-1a, whose bits are mixed (as in `SplitMix64`), since keys
    /// often differ in their last character alone.
    pub(super) fn has(self, key: &str) -> bool {
        let mut hash = fnv(key.as_bytes());
        hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        hash ^= hash >> 31;
        let of = u64::try_from(self.of).unwrap_or(u64::MAX);
        usize::try_from(hash % of).is_ok_and(|at| at + 1 == self.number)
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let (number, of) = text.split_once('/').ok_or(ShardError)?;
        let whole = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse::<usize>().ok()).flatten().ok_or(ShardError)
        };
        let (number, of) = (whole(number)?, whole(of)?);
        if number == 0 || number > of || of > MOST { Err(ShardError) } else { Ok(Self { number, of }) }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// What is left of a plan that was cut to a shard, beside its cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Which shard.
    pub shard: Shard,
    /// For each case that is left its position among all cases of the plan, from 0.
    pub positions: Vec<usize>,
    /// The ids, without rows of data, of the cases that other shards have.
    pub elsewhere: BTreeSet<String>,
    /// Whether any of those is sent.
    pub is_sent_elsewhere: bool,
}

impl Plan {
    /// Takes the cases of the other shards out. Everything else that the plan says of its suites stays: it is told
    /// of the whole.
    pub fn cut(&mut self, shard: Shard) -> Share {
        let keys = keys(self);
        let mut positions = Vec::new();
        let mut elsewhere = BTreeSet::new();
        let mut is_sent_elsewhere = false;
        let mut numbered = keys.iter().enumerate();
        for suite in &mut self.suites {
            suite.cases.retain(|case| {
                let Some((position, key)) = numbered.next() else { return false };
                let is_in = shard.has(key);
                if is_in {
                    positions.push(position);
                } else {
                    elsewhere.insert(case.id.without_row().to_owned());
                    is_sent_elsewhere |= matches!(case.action, Action::Send { .. });
                }
                is_in
            });
        }
        Share { shard, positions, elsewhere, is_sent_elsewhere }
    }

    /// Takes the cases out that the other plan of the same suites has not.
    pub fn keep_as(&mut self, other: &Self) {
        let ids: BTreeSet<&str> = other.cases().map(|case| case.id.as_str()).collect();
        for suite in &mut self.suites {
            suite.cases.retain(|case| ids.contains(case.id.as_str()));
        }
    }

    /// A text by which runs of the same cases are told: 16 hexadecimal digits that follow from the ids, what is sent of
    /// each, what its example shows, and `options`. Shards of one run have the same.
    pub fn identity(&self, options: &str) -> String {
        let mut text = format!("{options}\n");
        for (case, key) in self.cases().zip(keys(self)) {
            let Case { id, recipe, expectation, example, .. } = case;
            let done = match &case.action {
                Action::Send { request, .. } => {
                    format!("{} {}", request.method, case.path.as_deref().unwrap_or_default())
                }
                Action::Skip(skip) => skip.class.name().to_owned(),
            };
            let body = fnv(example.body.as_deref().unwrap_or_default().as_bytes());
            // A String takes every text.
            let _ = writeln!(text, "{id} {key} {recipe} {done} {} {body:x}", expectation.status);
        }
        format!("{:016x}", fnv(text.as_bytes()))
    }

    pub(super) fn cases(&self) -> impl Iterator<Item = &Case> {
        self.suites.iter().flat_map(|suite| &suite.cases).map(|case| &**case)
    }
}

/// For each case what its shard follows from: its id, or where it holds lanes, these.
fn keys(plan: &Plan) -> Vec<String> {
    let held: Vec<Vec<String>> = plan.cases().map(held).collect();
    let lanes = Lanes::tied(&held);
    let of_case = |(case, held): (&Case, &Vec<String>)| match held.first() {
        Some(lane) => format!("lane {}", lanes.name(lane)),
        None => format!("case {}", case.id),
    };
    plan.cases().zip(&held).map(of_case).collect()
}

/// The lanes of a case in words that are the same in every run: without the server, whose port may be any, and
/// without the values of dynamic variables.
fn held(case: &Case) -> Vec<String> {
    match (&case.action, &case.steps) {
        (Action::Send { .. }, Some(around)) if !around.lanes.is_empty() => {
            let paths = case.with_steps().filter_map(|case| case.path.clone());
            std::iter::once(steps::lane(case.id.suite()).0).chain(paths).collect()
        }
        (Action::Send { lane: Some(_), .. }, None) => case.path.iter().cloned().collect(),
        (Action::Send { .. } | Action::Skip(_), _) => Vec::new(),
    }
}

/// Lanes, tied together where one case holds several.
struct Lanes<'l> {
    numbers: HashMap<&'l str, usize>,
    /// For each lane one that it is tied to, nearer to the one that stands for all of them.
    tied_to: Vec<usize>,
    /// The name of all that are tied to this one.
    names: Vec<&'l str>,
}

impl<'l> Lanes<'l> {
    fn tied(held: &'l [Vec<String>]) -> Self {
        let mut lanes = Self { numbers: HashMap::new(), tied_to: Vec::new(), names: Vec::new() };
        for of_case in held {
            let mut first = None;
            for lane in of_case {
                let number = lanes.number(lane);
                let root = lanes.root(number);
                let to = *first.get_or_insert(root);
                lanes.tie(root, to);
            }
        }
        lanes
    }

    fn number(&mut self, lane: &'l str) -> usize {
        let next = self.tied_to.len();
        let number = *self.numbers.entry(lane).or_insert(next);
        if number == next {
            self.tied_to.push(next);
            self.names.push(lane);
        }
        number
    }

    fn root(&self, mut number: usize) -> usize {
        while let Some(next) = self.tied_to.get(number).copied().filter(|next| *next != number) {
            number = next;
        }
        number
    }

    fn tie(&mut self, lane: usize, to: usize) {
        let (lane, to) = (self.root(lane), self.root(to));
        let (Some(other), Some(name)) = (self.names.get(lane).copied(), self.names.get(to).copied()) else {
            return;
        };
        // The lane of the steps of a suite stands for the paths that are tied to it, so that it changes no name
        // when one more is.
        let rank = |name: &'l str| (name.starts_with('/'), name);
        if let Some(best) = self.names.get_mut(to) {
            *best = if rank(other) < rank(name) { other } else { name };
        }
        if let Some(tied_to) = self.tied_to.get_mut(lane) {
            *tied_to = to;
        }
    }

    /// The name of a lane, and of those that it is tied to.
    fn name<'n>(&'n self, lane: &'n str) -> &'n str {
        let number = self.numbers.get(lane).map(|number| self.root(*number));
        number.and_then(|number| self.names.get(number).copied()).unwrap_or(lane)
    }
}
