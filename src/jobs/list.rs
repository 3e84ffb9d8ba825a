//! `uphold list`: the plan, nothing sent.

use super::{Chosen, Goal, JobError, Targets, load};
use crate::plan::{Options, Plan, Selection, suite as plan_suite};

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
    let mock = (settings.goal == Goal::Mock).then(|| crate::message::Origin::loopback(80));
    let mut plans = Vec::new();
    for (position, suite) in suites.iter().enumerate() {
        let options = Options {
            target: targets.of(position, mock.as_ref()),
            selection: settings.selection.clone(),
            allow_writes: settings.allow_writes,
            only_safe: settings.only_safe,
        };
        plans.push(plan_suite(suite, &options)?);
    }
    Ok(Plan { suites: plans })
}
