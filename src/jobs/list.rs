//! `uphold list`: the plan, nothing sent.

use super::planning::{Wanted, plan};
use super::{Chosen, Goal, JobError, Targets, load};
use crate::message::Origin;
use crate::plan::{Plan, Selection};
use crate::postman::Chance;

/// What is listed.
#[derive(Debug, Clone)]
pub struct ListSettings {
    /// Which suites.
    pub chosen: Chosen,
    /// Which cases.
    pub selection: Selection,
    /// For which target; without one, the plan is that of a live API on this machine.
    pub goal: Goal,
    /// As for a run.
    pub allow_writes: bool,
    /// As for a run.
    pub only_safe: bool,
}

/// Plans every chosen suite.
pub fn list(settings: &ListSettings) -> Result<Plan, JobError> {
    let suites = load(&settings.chosen)?;
    let targets = Targets::decide(&suites, &settings.goal)?;
    let mock = (settings.goal == Goal::Mock).then(|| Origin::loopback(80));
    let wanted = Wanted {
        selection: settings.selection.clone(),
        allow_writes: settings.allow_writes,
        only_safe: settings.only_safe,
        repeats: false,
        chance: Chance::default(),
    };
    plan(&suites, &targets, mock.as_ref(), &wanted)
}
