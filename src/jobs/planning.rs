//! From loaded suites to one plan.

use super::{JobError, Targets};
use crate::message::Origin;
use crate::plan::{Options, Plan, RecordingPlan, Selection, recording, suite as plan_suite};
use crate::postman::Chance;
use crate::suite::Suite;

/// Which cases are planned, and which of them may be sent.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) selection: Selection,
    pub(crate) allow_writes: bool,
    pub(crate) only_safe: bool,
    pub(crate) repeats: bool,
    pub(crate) chance: Chance,
}

impl Wanted {
    /// Every case, wherever the target is: for jobs that send nothing to an API.
    pub(super) fn everything() -> Self {
        Self {
            selection: Selection::default(),
            allow_writes: true,
            only_safe: false,
            repeats: false,
            chance: Chance::default(),
        }
    }
}

/// Plans each suite for its target; `mock` is where the mock listens, or would.
pub(super) fn plan(
    suites: &[Suite],
    targets: &Targets,
    mock: Option<&Origin>,
    wanted: &Wanted,
) -> Result<Plan, JobError> {
    let mut plans = Vec::with_capacity(suites.len());
    for (position, suite) in suites.iter().enumerate() {
        plans.push(plan_suite(suite, &options(targets, position, mock, wanted))?);
    }
    Ok(Plan { suites: plans })
}

/// Plans what is sent to record each suite.
pub(super) fn plan_recording(
    suites: &[Suite],
    targets: &Targets,
    wanted: &Wanted,
    missing_only: bool,
) -> Result<Vec<RecordingPlan>, JobError> {
    let numbered = suites.iter().enumerate();
    numbered
        .map(|(position, suite)| {
            Ok(recording(suite, &options(targets, position, None, wanted), missing_only)?)
        })
        .collect()
}

fn options(targets: &Targets, position: usize, mock: Option<&Origin>, wanted: &Wanted) -> Options {
    Options {
        target: targets.of(position, mock),
        selection: wanted.selection.clone(),
        allow_writes: wanted.allow_writes,
        only_safe: wanted.only_safe,
        repeats: wanted.repeats,
        chance: wanted.chance,
    }
}
