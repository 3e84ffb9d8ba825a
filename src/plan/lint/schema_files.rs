//! Lints of the schema files: those that the examples have left behind.

use super::found::Found;
use super::table::LintId;
use crate::contract::learn::{Deed, FileChange, Kept, Manner, changes};
use crate::contract::schema::mark::MARK;
use crate::contract::schema::{SUFFIX, proposal_of};
use crate::plan::{PlanError, item_names};
use crate::suite::Suite;

/// What is odd about the schema files of a suite.
///
/// Each learned file is held against the examples as it was learned, open or strict. A suite without
/// learned files has none of these lints, whatever people wrote there.
pub(super) fn lint(suite: &Suite, found: &mut Found<'_>) -> Result<(), PlanError> {
    // Few suites have learned files, and what they should be costs a look at every example.
    if !suite.schemas.values().any(|file| file.text.contains(MARK)) {
        return Ok(());
    }
    for change in &changes(suite, &item_names(suite), Manner::AsBefore)?.files {
        if let Some((id, message)) = told(suite, change) {
            found.add(id, &suite.schemas_dir.join(&change.path), "", message);
        }
    }
    Ok(())
}

fn told(suite: &Suite, change: &FileChange) -> Option<(LintId, String)> {
    let proposal = proposal_of(&change.path);
    let proposal = proposal.rsplit('/').next().unwrap_or_default();
    let there = suite.schemas.contains_key(&proposal_of(&change.path)) && change.path.ends_with(SUFFIX);
    Some(match &change.deed {
        Deed::Changed { .. } => {
            let message = "the examples, or this version of uphold, make another schema of it, but the file still \
                           decides; run `uphold learn`";
            (LintId::SchemaStale, message.to_owned())
        }
        Deed::Kept(Kept::Waiting) if there => {
            let message = format!(
                "{proposal} waits beside it: take it, or copy its `{MARK}` into this file to say that you have seen it"
            );
            (LintId::SchemaProposed, message)
        }
        Deed::Kept(Kept::Waiting) if is_marked(suite, &change.path) => {
            let message =
                "edited, and the examples have changed since; `uphold learn` writes a proposal beside it";
            (LintId::SchemaStale, message.to_owned())
        }
        Deed::Gone => (
            LintId::SchemaWithoutExample,
            "learned from examples that are gone; `uphold learn` removes it".to_owned(),
        ),
        Deed::Withdrawn => (
            LintId::SchemaWithoutExample,
            "this proposal has become pointless; `uphold learn` removes it".to_owned(),
        ),
        // Of a person's file without an example the plan warns.
        Deed::Kept(Kept::Waiting | Kept::Edited | Kept::WithoutExample | Kept::Referred | Kept::Proposal)
        | Deed::New { .. }
        | Deed::Proposed { .. }
        | Deed::Unlearned(_) => return None,
    })
}

/// Whether a person's file was learned once.
fn is_marked(suite: &Suite, path: &str) -> bool {
    suite.schemas.get(path).is_some_and(|file| file.text.contains(MARK))
}
