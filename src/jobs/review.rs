//! `uphold review` and `uphold reject`: what waits for a decision, and what becomes of it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::JobError;
use super::accept::{case_of, folder_of, planned, stale};
use crate::finding::FindingId;
use crate::message::Answer;
use crate::record::kept;
use crate::redact::Redactor;
use crate::report::accepted::Choice;
use crate::report::pending::{Pending, PendingError, PendingFolder};
use crate::report::review::{Decision, Item, Known};
use crate::suite::{Inputs, NewWaiver, Workspace};

/// What is reviewed.
#[derive(Debug, Clone)]
pub struct ReviewSettings {
    /// Where the suites are.
    pub workspace: Workspace,
    /// The process environment.
    pub inputs: Inputs,
    /// Where the answers wait.
    pub pending: PathBuf,
    /// Which of them.
    pub choice: Choice,
    /// Now.
    pub now: jiff::Timestamp,
}

/// The chosen answers with what their cases document.
///
/// Fails where the pending answers or a suite cannot be read.
pub fn items(settings: &ReviewSettings) -> Result<Vec<Item>, JobError> {
    let mut items = Vec::new();
    let mut plan = None;
    for pending in PendingFolder::at(&settings.pending).read()? {
        if !settings.choice.names(&pending) {
            continue;
        }
        let id = pending.case_id();
        let suite = id.suite().to_owned();
        if plan.as_ref().is_none_or(|(name, _)| *name != suite) {
            plan = match folder_of(&settings.workspace, &suite)? {
                Some(folder) => {
                    let suite_of = settings.workspace.load(&folder, &settings.inputs)?;
                    Some((suite, Some(planned(&suite_of, settings.now)?)))
                }
                None => Some((suite, None)),
            };
        }
        let known = plan.as_ref().and_then(|(_, plan)| plan.as_ref());
        items.push(match known {
            Some(plan) => {
                Item { known: case_of(plan, &id).map(documented), stale: stale(plan, &pending), pending }
            }
            None => Item {
                pending,
                known: None,
                stale: Some("there is no suite of this name under cases/".to_owned()),
            },
        });
    }
    Ok(items)
}

/// What a case documents, with stand-ins as its answers have them, so that only what differs is shown.
fn documented(case: &crate::plan::Case) -> Known {
    let example = &case.example;
    let answer = Answer {
        status: case.expectation.status,
        headers: example.headers.iter().cloned().collect(),
        body: format!("\u{feff}{}", example.text()).into_bytes().into(),
    };
    let codes: BTreeSet<String> = case.expectation.code.iter().map(|code| code.code.clone()).collect();
    let body = match kept(&answer, &codes, &Redactor::default()) {
        Ok((kept, _)) => kept.body,
        Err(_) => example.body.clone(),
    };
    Known {
        status: answer.status,
        headers: example.headers.clone(),
        body,
        file: case.source.file.to_path_buf(),
        pointer: case.source.pointer.clone(),
    }
}

/// Takes the pending answers of these cases away; gives how many there were.
pub fn reject(folder: &PathBuf, cases: &BTreeSet<String>) -> Result<usize, JobError> {
    let pending = PendingFolder::at(folder);
    let mut gone = 0;
    for one in pending.read()?.iter().filter(|one| cases.contains(&one.case)) {
        pending.remove(&one.case_id()).map_err(|source| PendingError::Io { file: folder.clone(), source })?;
        gone += 1;
    }
    Ok(gone)
}

/// The waivers that a decision asks for: one for each finding that counts, of this case alone.
pub fn waivers(item: &Item, decision: &Decision) -> Vec<NewWaiver> {
    let Decision::Waive { reason, until } = decision else { return Vec::new() };
    let counting = item.pending.counting().into_iter();
    counting
        .filter_map(|finding| {
            Some(NewWaiver {
                case: item.pending.case_id().without_row().to_owned(),
                id: FindingId::parse(&finding.id)?,
                path: Some(finding.at.clone()),
                reason: reason.clone(),
                until: until.clone(),
            })
        })
        .collect()
}

/// The cases that the choice names.
pub fn chosen(folder: &PathBuf, choice: &Choice) -> Result<BTreeSet<String>, JobError> {
    let all: Vec<Pending> = PendingFolder::at(folder).read()?;
    Ok(all.into_iter().filter(|one| choice.names(one)).map(|one| one.case).collect())
}
