//! `uphold lint`: what is wrong with the chosen collections.

use super::planning::{Wanted, plan};
use super::{BaseUrls, Chosen, Goal, JobError, Targets, load};
use crate::plan::lint::{Lint, lint as lint_suite};
use crate::redact::Redactor;

/// Every lint of every chosen suite, in the order of the files, secret values hidden.
pub fn lint(chosen: &Chosen) -> Result<Vec<Lint>, JobError> {
    let suites = load(chosen)?;
    let targets = Targets::decide(&suites, &Goal::Named(BaseUrls::default()))
        // Where nothing is sent, a missing base URL is no obstacle.
        .unwrap_or(Targets::Mock);
    let plan = plan(&suites, &targets, None, &Wanted::everything())?;
    let mut lints = Vec::new();
    for (suite, plan) in suites.iter().zip(&plan.suites) {
        let redactor = Redactor::new(plan.secrets.iter().cloned());
        lints.extend(
            lint_suite(suite, plan)?
                .into_iter()
                .map(|lint| Lint { message: redactor.text(&lint.message).into_owned(), ..lint }),
        );
    }
    Ok(lints)
}
