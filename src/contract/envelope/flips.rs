//! Success and failure at one place of two bodies: what the example shows under the name of a flag,
//! and what the answer shows at the same place.
//!
//! Where the example shows success, a failure needs no guess about names and neighbours, so this is
//! looked for at any depth; what is still data is told by [`Holder`]. Where the example has no such
//! member at all, an error that came beside the data is looked for only where an answer speaks of the
//! request: at the root, in a head, in what wraps all the rest.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::around::Around;
use super::asked::Asked;
use super::claims::Claim;
use super::holder::{Holder, Says};
use super::names::{self, FLAGS, HEADS, is_any};
use super::pairs::{complain, holds_errors};
use super::{Outcome, Reading, ResultCode};
use crate::contract::pointer::{Trail, escape};

/// What the flags of a body say, by their places (`*` for array positions).
#[derive(Debug, Clone, Default)]
pub(crate) struct Flags {
    by_place: IndexMap<String, Shown>,
    /// The objects that speak of the request, by their places.
    speakers: BTreeSet<String>,
    /// The flags that these have, whatever they say.
    present: BTreeSet<String>,
    /// Whether one of several bodies shows failure where it is read as a success.
    fails: bool,
}

/// What stands at one place, in a list at all of its items.
#[derive(Debug, Clone, Default)]
struct Shown {
    success: bool,
    /// A success that is no mere number beside a text that may say anything.
    clear: bool,
    failure: Option<Failure>,
    /// `true` or 1 of an answer that went well, `false` or less than 1 of one that did not.
    switch: Option<bool>,
    /// A placeholder, or a thing that failed: the place says nothing of the request.
    free: bool,
}

/// A failure, and the code beside it.
#[derive(Debug, Clone)]
struct Failure {
    code: Option<ResultCode>,
    /// Whether the object tells what became of a request.
    accounted: bool,
    /// Whether it says so in words.
    told: bool,
}

/// Below this many steps nothing is looked for.
const DEPTH: usize = 60;

/// How many objects may be wrapped around all the rest.
const WRAPS: usize = 3;

impl Flags {
    /// What a body shows that answers such a request.
    pub(crate) fn of(body: &Value, asked: &Asked) -> Self {
        let mut flags = Self::default();
        flags.walk(body, &Trail::ROOT, Around::root(asked), 0);
        for (at, object) in speakers(body) {
            let all = object.keys().filter_map(|name| Some((names::plain(name)?, name)));
            let may_say = |(plain, name): &(String, &String)| is_any(&FLAGS, plain) || holds_errors(name);
            flags.present.extend(all.filter(may_say).map(|(plain, _)| format!("{at}/{plain}")));
            flags.speakers.insert(at);
        }
        flags
    }

    /// The places at which these show success alone, and the others failure; the first that is not freed.
    pub(super) fn failure(&self, answer: &Self, is_freed: impl Fn(&str) -> bool) -> Option<Claim> {
        answer.by_place.iter().find_map(|(at, shown)| {
            let documented = self.by_place.get(at)?;
            let is_open = documented.failure.is_some() || documented.free || is_freed(at);
            let code = match &shown.failure {
                Some(failure) if documented.success => failure.code.clone(),
                None if documented.switch == Some(true) && shown.switch == Some(false) => None,
                _ => return None,
            };
            (!is_open).then(|| Claim { at: at.clone(), code })
        })
    }

    /// The reverse: the place at which this example shows failure alone, by an object that tells what
    /// became of the request, and the answer success; the first that is not freed.
    pub(super) fn recovery(&self, answer: &Self, is_freed: impl Fn(&str) -> bool) -> Option<Claim> {
        self.by_place.iter().find_map(|(at, documented)| {
            let Failure { code, accounted, .. } = documented.failure.as_ref()?;
            let shown = answer.by_place.get(at)?;
            let fails = *accounted && !documented.success && !documented.free;
            let succeeds = shown.clear && shown.failure.is_none() && !shown.free;
            (fails && succeeds && !is_freed(at)).then(|| Claim { at: at.clone(), code: code.clone() })
        })
    }

    /// The objects that tell what became of a request that failed, by their places.
    pub(super) fn failed_holders(&self) -> Vec<String> {
        let fails = |shown: &Shown| {
            let failure = shown.failure.as_ref().filter(|_| !shown.free && !shown.success);
            failure.is_some_and(|failure| failure.accounted && failure.told)
        };
        let failed = self.by_place.iter().filter(|(_, shown)| fails(shown));
        failed.filter_map(|(at, _)| Some(at.rsplit_once('/')?.0.to_owned())).collect()
    }

    /// The error that came in a body beside the data, under a name that no example has there.
    pub(super) fn newcomer(
        &self,
        body: &Value,
        asked: &Asked,
        is_freed: impl Fn(&str) -> bool,
    ) -> Option<Claim> {
        speakers(body).into_iter().filter(|(at, _)| self.speakers.contains(at)).find_map(|(at, object)| {
            let root = Around::root(asked);
            let around =
                if at.ends_with("/*") { root.items(1) } else { Around { is_root: at.is_empty(), ..root } };
            let holder = Holder::new(object, around);
            let place = |name: &str| format!("{at}/{}", escape(name));
            let is_new = |name: &str| {
                let known =
                    names::plain(name).is_none_or(|plain| self.present.contains(&format!("{at}/{plain}")));
                !known && !is_freed(&place(name))
            };
            let name = holder.newly_failed(is_new)?;
            let code = holder
                .code(name, &Trail::ROOT)
                .map(|code| ResultCode { at: format!("{at}{}", code.at), ..code });
            Some(Claim { at: place(name), code })
        })
    }

    /// The failure at a place.
    pub(super) fn claim_at(&self, at: &str) -> Option<Claim> {
        let shown = self.by_place.get(at)?;
        let code = match &shown.failure {
            Some(failure) => failure.code.clone(),
            // A zero without a text may say either.
            None if shown.switch == Some(false) && !shown.clear => None,
            None => return None,
        };
        Some(Claim { at: at.to_owned(), code })
    }

    /// Whether a place shows success alone.
    pub(super) fn succeeds_at(&self, at: &str) -> bool {
        let went_well = |shown: &Shown| shown.clear || shown.switch == Some(true);
        self.by_place.get(at).is_some_and(|shown| went_well(shown) && shown.failure.is_none() && !shown.free)
    }

    /// Whether any flag is known.
    pub(super) fn has_flags(&self) -> bool {
        !self.by_place.is_empty()
    }

    /// Whether nothing is known: neither a flag nor an object that speaks of the request.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_place.is_empty() && self.speakers.is_empty()
    }

    /// Whether an example that is read as a success shows failure somewhere.
    pub(super) fn fails(&self) -> bool {
        self.fails
    }

    /// Adds what another example of the same group shows. One that shows failure alone is an example
    /// of an error, and does not count here; one that shows both leaves the place free.
    pub(crate) fn join(&mut self, other: &Self) {
        for (at, shown) in &other.by_place {
            let own = self.by_place.entry(at.clone()).or_default();
            own.success |= shown.success;
            own.clear |= shown.clear;
            // What is switched off in one example is its error, where another one has it on.
            own.switch = own.switch.max(shown.switch);
            own.free |= shown.free || shown.success && shown.failure.is_some();
            self.fails |= shown.failure.is_some();
        }
        self.speakers.extend(other.speakers.iter().cloned());
        self.present.extend(other.present.iter().cloned());
    }

    fn walk(&mut self, value: &Value, trail: &Trail<'_>, around: Around<'_>, depth: usize) {
        match value {
            Value::Array(items) if depth < DEPTH => {
                let around = around.items(items.len());
                for (index, item) in items.iter().enumerate() {
                    self.walk(item, &trail.index(index), around, depth + 1);
                }
            }
            Value::Object(members) if depth < DEPTH => {
                let holder = Holder::new(members, around);
                self.object(&holder, trail);
                let owner = (holder.names_kind(), holder.owns());
                for (name, member) in members {
                    self.walk(member, &trail.key(name), around.member(name, owner), depth + 1);
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, holder: &Holder<'_>, trail: &Trail<'_>) {
        for (plain, name, value) in &holder.members {
            if let Some(on) = holder.switch(plain, value) {
                self.by_place.entry(trail.key(name).place().at).or_default().switch = Some(on);
            }
            let Some(says) = holder.says(plain, value) else { continue };
            let shown = self.by_place.entry(trail.key(name).place().at).or_default();
            match says {
                Says::Success => {
                    shown.success = true;
                    shown.clear |= !holder.is_explained();
                }
                Says::Free => shown.free = true,
                Says::Failure if shown.failure.is_some() => {}
                Says::Failure => {
                    let code = holder.code(name, trail);
                    let accounted = holder.accounts() || holder.is_paired(plain);
                    shown.failure = Some(Failure { code, accounted, told: complain(&holder.members) });
                }
            }
        }
    }
}

/// The objects that speak of the request, by their places: the root and its heads, what is wrapped
/// around all the rest, and the answers of a batch.
fn speakers(body: &Value) -> Vec<(String, &Map<String, Value>)> {
    let mut found = Vec::new();
    if let Value::Array(items) = body {
        let answers = items.iter().filter_map(Value::as_object).filter(|item| item.contains_key("jsonrpc"));
        found.extend(answers.map(|item| ("/*".to_owned(), item)));
    }
    let (mut at, mut here) = (String::new(), body.as_object());
    for _ in 0..=WRAPS {
        let Some(object) = here else { break };
        found.push((at.clone(), object));
        let below = |name: &str| format!("{at}/{}", escape(name));
        if at.is_empty() {
            let heads = object
                .iter()
                .filter(|(name, _)| names::plain(name).is_some_and(|one| HEADS.contains(&one.as_str())));
            found.extend(heads.filter_map(|(name, head)| Some((below(name), head.as_object()?))));
        }
        let only = object.iter().next().filter(|_| object.len() == 1);
        at = only.map(|(name, _)| below(name)).unwrap_or_default();
        here = only.and_then(|(_, value)| value.as_object());
    }
    found
}

/// Reads the successes of each group beside each other: one that shows failure where another one shows
/// success is an example of an error. Gives what each group shows, and of each row the reading of such an error.
/// A row has its group, and the body where it is read as a success, with what was asked for.
pub(in crate::contract) fn read_groups<'a, K: Copy + Eq + Hash>(
    rows: impl Iterator<Item = (K, Option<(&'a Value, &'a Asked)>)>,
) -> (HashMap<K, Arc<Flags>>, Vec<Option<Reading>>) {
    let mut groups: HashMap<K, Group> = HashMap::new();
    let mut shown = Vec::new();
    for (key, row) in rows {
        let flags = row.map(|(body, asked)| Flags::of(body, asked)).filter(|flags| !flags.is_empty());
        if let Some(flags) = &flags {
            groups.entry(key).or_default().join(flags);
        }
        shown.push((key, row, flags));
    }
    let mut errors = Vec::new();
    for (key, row, flags) in &shown {
        let group = groups.get_mut(key);
        let claim = group.zip(flags.as_ref()).zip(*row).and_then(|((group, flags), (body, asked))| {
            let flipped = group.flags.failure(flags, |_| false);
            let is_told = |claim: &Claim| flags.claim_at(&claim.at).is_some();
            flipped.filter(is_told).or_else(|| group.newcomer(body, asked))
        });
        errors.push(claim.map(|claim| Reading {
            outcome: Outcome::Error,
            code: claim.code,
            said_at: Some(claim.at),
        }));
    }
    (groups.into_iter().map(|(key, group)| (key, Arc::new(group.flags))).collect(), errors)
}

/// The successes of one group.
#[derive(Default)]
struct Group {
    flags: Flags,
    /// In how many of them something stands: an object that speaks of the request (its place ends in `/`
    /// here), or a flag of one.
    counts: HashMap<String, usize>,
}

impl Group {
    fn join(&mut self, flags: &Flags) {
        self.flags.join(flags);
        let speakers = flags.speakers.iter().map(|at| format!("{at}/"));
        for at in speakers.chain(flags.present.iter().cloned()) {
            *self.counts.entry(at).or_default() += 1;
        }
    }

    /// The error that stands beside the data in a body, where another one has the data without it. For an
    /// answer it is news from then on.
    fn newcomer(&mut self, body: &Value, asked: &Asked) -> Option<Claim> {
        let is_common = |at: &String| {
            let speaker = at.rfind('/').and_then(|slash| at.get(..=slash)).unwrap_or_default();
            self.counts.get(at) >= self.counts.get(speaker)
        };
        let present = self.flags.present.iter().filter(|at| is_common(at)).cloned().collect();
        let common = Flags { present, speakers: self.flags.speakers.clone(), ..Flags::default() };
        let claim = common.newcomer(body, asked, |_| false)?;
        let (holder, name) = claim.at.rsplit_once('/')?;
        self.flags.present.remove(&format!("{holder}/{}", names::plain(name)?));
        Some(claim)
    }
}

#[cfg(test)]
mod tests;
