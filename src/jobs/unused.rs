//! Which waivers, globs and tags of a run were of no use.

use std::sync::Arc;

use crate::finding::CaseId;
use crate::plan::{Plan, Selection, item_names};
use crate::report::events::{CaseRow, VerdictRow, WaiverRow};
use crate::suite::{Suite, WAIVERS, Waiver};

/// A line for each glob of the selection that no case of these suites fits, selected or not, and for each tag that
/// none has.
pub(super) fn idle_choices(selection: &Selection, suites: &[Suite]) -> Vec<String> {
    if selection.is_all() {
        return Vec::new();
    }
    let items = suites.iter().flat_map(item_names);
    let ids = items.flat_map(|item| item.examples);
    let ids: Vec<CaseId> = ids.map(|id| CaseId::from_parts(&id.split("::").collect::<Vec<_>>())).collect();
    let tags: Vec<&str> = suites.iter().flat_map(|suite| suite.settings.tags()).collect();
    selection.idle(&ids, &tags)
}

/// What can be told to be unused when the run is over.
pub(super) struct Unused {
    /// What [`idle_choices`] says.
    choices: Vec<String>,
    watched: Vec<Watched>,
}

struct Watched {
    suite: String,
    waiver: Arc<Waiver>,
    /// Whether it let a finding go, or would have until its last day, or a case has no verdict.
    kept: bool,
}

impl Unused {
    /// `choices` are [`idle_choices`].
    pub(super) fn of(plan: &Plan, choices: Vec<String>) -> Self {
        let of_suite = plan.suites.iter().flat_map(|suite| {
            let watched = |waiver: &Arc<Waiver>| Watched {
                suite: suite.name.clone(),
                waiver: Arc::clone(waiver),
                kept: false,
            };
            suite.waivers.iter().map(watched)
        });
        Self { choices, watched: of_suite.collect() }
    }

    pub(super) fn see(&mut self, row: &CaseRow) {
        if self.watched.is_empty() {
            return;
        }
        let id = CaseId::from_parts(&row.id.split("::").collect::<Vec<_>>());
        let judged = matches!(row.verdict, VerdictRow::Passed | VerdictRow::Failed);
        let fitting = self.watched.iter_mut().filter(|one| one.suite == row.suite && one.waiver.fits(&id));
        for one in fitting {
            let names = row.findings.iter().any(|finding| {
                let path = one.waiver.path.as_deref();
                finding.id == one.waiver.id && path.is_none_or(|path| Waiver::is_at(path, &finding.at))
            });
            one.kept |= names || !judged;
        }
    }

    /// A line for each glob and tag of the selection that fits nothing.
    pub(super) fn choices(&self) -> &[String] {
        &self.choices
    }

    /// A line for each waiver, and whether it was of use.
    pub(super) fn rows(&self) -> Vec<WaiverRow> {
        self.watched
            .iter()
            .map(|Watched { suite, waiver, kept }| {
                let place = waiver.path.as_ref().map(|path| format!(" {path}")).unwrap_or_default();
                let note = format!(
                    "waiver.unused: {WAIVERS} of {suite}, line {}: no case of `{}` has {}{place} any more; take it out",
                    waiver.line, waiver.case, waiver.id
                );
                WaiverRow { note, used: *kept }
            })
            .collect()
    }
}
