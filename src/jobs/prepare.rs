//! From loaded suites to a plan that can be sent: targets, mock, redactor.

use std::sync::Arc;

use super::planning::{Wanted, plan};
use super::{Goal, JobError, Targets};
use crate::message::Origin;
use crate::mock::{BoundMock, Mock, MockOptions};
use crate::plan::{Plan, SEED};
use crate::redact::Redactor;
use crate::report::events::TargetRow;
use crate::suite::Suite;

/// A plan with what is needed to send it.
pub(crate) struct Prepared {
    pub(crate) plan: Plan,
    /// Serves the examples while it lives; `None` for a live run.
    pub(crate) mock: Option<Mock>,
    pub(crate) target: TargetRow,
    pub(crate) redactor: Arc<Redactor>,
}

/// Plans the suites for the goal; on the mock, starts it.
pub(crate) async fn prepare(suites: &[Suite], goal: &Goal, wanted: &Wanted) -> Result<Prepared, JobError> {
    let targets = Targets::decide(suites, goal)?;
    // The port is bound before planning: the requests of the plan name it.
    let bound = match &targets {
        Targets::Mock => Some(Mock::bind(MockOptions { port: None, seed: SEED }).await?),
        Targets::Live(_) => None,
    };
    let origin = bound.as_ref().map(BoundMock::origin);
    let plan = plan(suites, &targets, origin.as_ref(), wanted)?;
    let redactor = Redactor::new(plan.suites.iter().flat_map(|suite| suite.secrets.iter().cloned()));
    let mock = bound.map(|bound| bound.serve(&plan));
    Ok(Prepared { plan, mock, target: target_row(&targets, origin), redactor: Arc::new(redactor) })
}

fn target_row(targets: &Targets, mock: Option<Origin>) -> TargetRow {
    match targets {
        Targets::Live(_) => TargetRow::Live { base_url: targets.urls() },
        Targets::Mock => {
            TargetRow::Mock { base_url: mock.map(|origin| origin.to_string()).unwrap_or_default() }
        }
    }
}
