//! `uphold lint`: what is wrong with the chosen collections.

use super::planning::{Wanted, plan};
use super::{BaseUrls, Chosen, Goal, JobError, Targets, load};
use crate::plan::lint::{Lint, lint as lint_suite};

/// Every lint of every chosen suite, in the order of the files.
pub fn lint(chosen: &Chosen) -> Result<Vec<Lint>, JobError> {
    let suites = load(chosen)?;
    let targets = Targets::decide(&suites, &Goal::Named(BaseUrls::default()))
        // Where nothing is sent, a missing base URL is no obstacle.
        .unwrap_or(Targets::Mock);
    let plan = plan(&suites, &targets, None, &Wanted::everything())?;
    Ok(suites.iter().zip(&plan.suites).flat_map(|(suite, plan)| lint_suite(suite, plan)).collect())
}
