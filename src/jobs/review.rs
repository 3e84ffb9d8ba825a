//! `uphold review` and `uphold reject`: what waits for a decision, and what becomes of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::JobError;
use super::accept::{case_of, folder_of, planned, stale};
use crate::finding::FindingId;
use crate::message::Answer;
use crate::plan::SuitePlan;
use crate::record::kept;
use crate::redact::Redactor;
use crate::report::accepted::Choice;
use crate::report::review::{Decision, Item, Known};
use crate::report::waiting::{PendingFolder, Unusable};
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

/// The chosen answers with what their cases document, and the files that may have been meant and cannot be used.
///
/// Fails where the folder of the pending answers cannot be read. An answer of a suite that cannot is stale.
pub fn items(settings: &ReviewSettings) -> Result<(Vec<Item>, Vec<Unusable>), JobError> {
    let mut items = Vec::new();
    let mut plan = None;
    let mut waiting = PendingFolder::at(&settings.pending).read()?;
    waiting.unusable.retain(|unusable| settings.choice.may_name(unusable));
    for pending in waiting.answers.into_iter().filter(|pending| settings.choice.names(pending)) {
        let id = pending.case_id();
        let suite = id.suite().to_owned();
        if plan.as_ref().is_none_or(|(name, _)| *name != suite) {
            let known = plan_of(settings, &suite);
            plan = Some((suite, known));
        }
        items.push(match plan.as_ref().map(|(_, plan)| plan) {
            Some(Ok(plan)) => {
                Item { known: case_of(plan, &id).map(documented), stale: stale(plan, &pending), pending }
            }
            Some(Err(why)) => Item { pending, known: None, stale: Some(why.clone()) },
            None => Item { pending, known: None, stale: None },
        });
    }
    Ok((items, waiting.unusable))
}

/// The plan of the suite of this name, or why there is none.
fn plan_of(settings: &ReviewSettings, name: &str) -> Result<SuitePlan, String> {
    let plan = || -> Result<Option<SuitePlan>, JobError> {
        let Some(folder) = folder_of(&settings.workspace, name)? else { return Ok(None) };
        let suite = settings.workspace.load(&folder, &settings.inputs)?;
        Ok(Some(planned(&suite, settings.now)?))
    };
    match plan() {
        Ok(Some(plan)) => Ok(plan),
        Ok(None) => Err("there is no suite of this name under cases/".to_owned()),
        Err(error) => Err(format!("its suite cannot be used: {error}")),
    }
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

/// What became of the answers that were to be taken away.
#[derive(Debug)]
pub struct Rejected {
    /// How many were.
    pub gone: usize,
    /// How many came after those that were shown, and stay.
    pub later: usize,
    /// The files that may have been meant and cannot be used; they stay.
    pub unusable: Vec<Unusable>,
}

/// Takes the chosen answers away.
///
/// Fails where the folder cannot be read, or an answer not be taken away; the others are.
pub fn reject(folder: &Path, choice: &Choice) -> Result<Rejected, JobError> {
    let pending = PendingFolder::at(folder);
    let mut waiting = pending.read()?;
    waiting.unusable.retain(|unusable| choice.may_name(unusable));
    let mut rejected = Rejected { gone: 0, later: 0, unusable: waiting.unusable };
    let mut failed = Ok(());
    for one in waiting.answers.iter().filter(|one| choice.names(one)) {
        if !choice.is_as_shown(one) {
            rejected.later += 1;
            continue;
        }
        match pending.remove(&one.case_id()) {
            Ok(()) => rejected.gone += 1,
            Err(error) => failed = failed.and(Err(error)),
        }
    }
    Ok(failed.map(|()| rejected)?)
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
