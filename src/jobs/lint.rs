//! `uphold lint`: what is wrong with the chosen collections.

use super::{Chosen, Goal, JobError, Targets, load};
use crate::plan::lint::{Lint, lint as lint_suite};
use crate::plan::{Options, Selection, suite as plan_suite};
use crate::redact::Redactor;

/// Every lint of every chosen suite, in the order of the files, secret values hidden.
pub fn lint(chosen: &Chosen) -> Result<Vec<Lint>, JobError> {
    let suites = load(chosen)?;
    let targets = Targets::decide(&suites, &Goal::Named(super::BaseUrls::default()))
        // Where nothing is sent, a missing base URL is no obstacle.
        .unwrap_or(Targets::Mock);
    let mut lints = Vec::new();
    for (position, suite) in suites.iter().enumerate() {
        let options = Options {
            target: targets.of(position, None),
            selection: Selection::default(),
            allow_writes: true,
            only_safe: false,
        };
        let plan = plan_suite(suite, &options)?;
        let redactor = Redactor::new(plan.secrets.iter().cloned());
        lints.extend(
            lint_suite(suite, &plan)
                .into_iter()
                .map(|lint| Lint { message: redactor.text(&lint.message).into_owned(), ..lint }),
        );
    }
    Ok(lints)
}
