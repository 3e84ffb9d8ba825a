//! `uphold waive`: findings are let go until a day, with a reason.

use std::path::PathBuf;

use super::JobError;
use crate::finding::{CaseId, Severity};
use crate::plan::{item_names, meant};
use crate::report::waiting::PendingFolder;
use crate::suite::{
    FileChange, Hold, IdGlob, Inputs, NewWaiver, StagedFiles, Suite, WAIVERS, Workspace, with_waiver,
};

/// What is waived.
#[derive(Debug, Clone)]
pub struct WaiveSettings {
    /// Where the suites are.
    pub workspace: Workspace,
    /// The process environment.
    pub inputs: Inputs,
    /// Where the answers wait.
    pub pending: PathBuf,
    /// The waivers.
    pub new: Vec<NewWaiver>,
    /// Now.
    pub now: jiff::Timestamp,
}

/// Writes the waivers into `waivers.toml` of every suite that has a case that they fit, and takes away the
/// pending answers that have nothing else to decide on. Gives the files that were written.
///
/// Fails, with nothing changed, where a waiver fits no case, where its last day is over, and where a file cannot
/// be written.
pub fn waive(settings: &WaiveSettings) -> Result<Vec<PathBuf>, JobError> {
    let names = settings.workspace.suites()?;
    let hold = Hold::of(names.iter().map(|name| settings.workspace.root().join("cases").join(name)));
    let mut suites = Vec::new();
    for name in names {
        suites.push(settings.workspace.load(&name, &settings.inputs)?);
    }
    let today = settings.now.strftime("%Y-%m-%d").to_string();
    let mut texts: Vec<Option<String>> = vec![None; suites.len()];
    for new in &settings.new {
        if new.until < today {
            return Err(JobError::Over { until: new.until.clone() });
        }
        let mut fits = false;
        for (suite, text) in suites.iter().zip(&mut texts).filter(|(suite, _)| has_case(suite, &new.case)) {
            let before = match text.take() {
                Some(text) => text,
                None => suite.waivers_text()?,
            };
            *text = Some(with_waiver(&before, new));
            fits = true;
        }
        if !fits {
            let ids: Vec<String> =
                suites.iter().flat_map(item_names).flat_map(|item| item.examples).collect();
            let meant = meant(&new.case, ids.iter().map(String::as_str));
            return Err(JobError::NoCase { case: new.case.clone(), meant });
        }
    }
    let changed = suites.iter().zip(texts).filter_map(|(suite, text)| Some((suite, text?)));
    let files: Vec<FileChange> = changed
        .map(|(suite, text)| FileChange {
            dir: suite.dir.clone(),
            path: WAIVERS.to_owned(),
            text: Some(text),
        })
        .collect();
    suites.iter().for_each(Suite::sweep);
    StagedFiles::stage(&files)?.commit()?;
    drop(hold);
    settle(settings)?;
    Ok(files.iter().map(|file| file.dir.join(&file.path)).collect())
}

fn has_case(suite: &Suite, glob: &str) -> bool {
    let Ok(glob) = IdGlob::new(glob) else { return false };
    let ids = item_names(suite).into_iter().flat_map(|item| item.examples);
    ids.into_iter().any(|id| glob.is_match(&CaseId::from_parts(&[id])))
}

/// Takes away the answers whose findings are all let go now.
fn settle(settings: &WaiveSettings) -> Result<(), JobError> {
    let folder = PendingFolder::at(&settings.pending);
    // What cannot be used is told by whatever decides on it.
    for pending in folder.read()?.answers {
        let id = pending.case_id();
        let waived = |finding: &&crate::report::pending::PendingFinding| {
            settings.new.iter().any(|new| {
                let fits = IdGlob::new(&new.case).is_ok_and(|glob| glob.is_match(&id));
                fits && finding.is_named_by(new.id, new.path.as_deref())
            })
        };
        let counting = pending.counting();
        if counting.iter().all(waived) && counting.iter().any(|finding| finding.level() >= Severity::Info) {
            folder.remove(&id)?;
        }
    }
    Ok(())
}
