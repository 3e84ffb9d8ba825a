//! Set-up and tear-down of cases: which requests are sent around a case, and what is captured.
//!
//! A step is the request of another case of the suite as it is planned, with that case's recipe and
//! changes, and without its steps: so nothing goes in a circle. `--filter`, `--skip`, `--tag` and
//! `skip` of suite.toml choose cases, not steps. With iteration data a step has the row of the case
//! that needs it.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use super::case::{Action, Case, Lane, Skip};
use super::ids::Named;
use crate::postman::Captured;
use crate::suite::{self, Problem, Suite, SuiteError, did_you_mean};

/// How many matches an error names.
const NAMED: usize = 3;

/// The position of an item and of its example.
pub(super) type Target = (usize, usize);

/// The cases that the steps of a suite name.
#[derive(Debug, Default)]
pub(super) struct Targets {
    by_pattern: HashMap<String, Target>,
}

impl Targets {
    /// Looks up every step of suite.toml; one that fits no case, or several, is an error.
    pub(super) fn find(suite: &Suite, items: &[Named<'_>]) -> Result<Self, SuiteError> {
        let mut targets = Self::default();
        let mut problems = Vec::new();
        for step in suite.settings.steps() {
            let found = matches(step, items);
            if let [(target, _)] = found.as_slice() {
                targets.by_pattern.insert(step.pattern.clone(), *target);
            } else {
                let names: Vec<&str> = found.iter().map(|(_, id)| *id).collect();
                let (line, column) = step.place;
                problems.push(Problem { line, column, message: unclear(&step.pattern, &names, items) });
            }
        }
        if problems.is_empty() {
            return Ok(targets);
        }
        problems.sort();
        problems.dedup();
        let file = suite.settings_file.clone().unwrap_or_else(|| PathBuf::from("suite.toml"));
        Err(SuiteError::Settings { file, problems })
    }

    /// The case that a step names.
    pub(super) fn of(&self, step: &suite::Step) -> Option<Target> {
        self.by_pattern.get(&step.pattern).copied()
    }

    /// The items of these cases.
    pub(super) fn items(&self) -> BTreeSet<usize> {
        self.by_pattern.values().map(|(item, _)| *item).collect()
    }
}

fn matches<'i>(step: &suite::Step, items: &'i [Named<'_>]) -> Vec<(Target, &'i str)> {
    let numbered = items.iter().enumerate().flat_map(|(item, named)| {
        named.examples.iter().enumerate().map(move |(example, id)| ((item, example), id))
    });
    numbered.filter(|(_, id)| step.is_match(id)).map(|(target, id)| (target, id.as_str())).collect()
}

fn unclear(pattern: &str, found: &[&str], items: &[Named<'_>]) -> String {
    if found.is_empty() {
        let ids = || items.iter().flat_map(|item| &item.examples);
        // What is misspelt is most often a part behind a `*`: it is compared with as many parts.
        let tail = pattern.trim_start_matches(['*', ':']);
        let parts = tail.split("::").count();
        let tails: BTreeSet<String> = ids().map(|id| last_parts(id.as_str(), parts)).collect();
        let hint = did_you_mean(tail, tails.iter().map(String::as_str));
        return format!("the step `{pattern}` matches no case of the suite{hint}");
    }
    let named = found.iter().take(NAMED).map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    let more = match found.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("the step `{pattern}` must match one case, but matches {}: {named}{more}", found.len())
}

fn last_parts(id: &str, count: usize) -> String {
    let parts: Vec<&str> = id.split("::").collect();
    parts.get(parts.len().saturating_sub(count)..).unwrap_or_default().join("::")
}

/// The names that these steps capture.
pub(super) fn names<'s>(steps: impl IntoIterator<Item = &'s suite::Step>) -> Captured {
    let mut captured = Captured::default();
    for (name, _) in steps.into_iter().flat_map(|step| &step.capture) {
        captured.expect(name);
    }
    captured
}

/// A case is not sent because one of its steps cannot be.
pub(super) fn step_skip(what: &str, case: &Case, skip: &Skip) -> Skip {
    Skip { reason: format!("its {what} `{}`: {}", case.id, skip.reason), ..skip.clone() }
}

/// What a case and its steps hold for themselves: nothing where all of them are safe; else the
/// paths of all of them, and the one lane of the cases of the suite that have steps, so that what
/// one of them prepares is not changed by another.
pub(super) fn lanes<'a>(suite: &str, actions: impl Iterator<Item = &'a Action> + Clone) -> Vec<Lane> {
    let requests = actions.filter_map(|action| match action {
        Action::Send { request, .. } => Some(request),
        Action::Skip(_) => None,
    });
    if requests.clone().all(crate::message::Request::is_safe) {
        return Vec::new();
    }
    let mut lanes = vec![lane(suite)];
    for request in requests {
        let lane = Lane::of(request);
        if !lanes.contains(&lane) {
            lanes.push(lane);
        }
    }
    lanes
}

/// The one lane of the cases of a suite that have steps.
pub(super) fn lane(suite: &str) -> Lane {
    Lane(format!("steps of {suite}"))
}
