//! `uphold accept`: pending answers become what their cases expect.
//!
//! What would be is loaded and judged in memory first; only an answer that is clean then is written. All files
//! are written together or not at all, an accepted answer before the schemas that follow from it: by itself it
//! is valid. What is on the disk is judged once more, and taken back where it is not clean.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::JobError;
use crate::check::{check, waived};
use crate::contract::learn::{Deed, Manner, changes, still_hold};
use crate::finding::{CaseId, Finding, FindingId, Severity};
use crate::plan::{Case, Options, PlanError, Selection, SuitePlan, Target, item_names, suite as plan_suite};
use crate::postman::Chance;
use crate::report::accepted::{AcceptReport, Choice, Fate, Row, WrittenFile};
use crate::report::pending::{Pending, fingerprint};
use crate::report::waiting::PendingFolder;
use crate::suite::{
    AcceptedAnswer, AcceptedFiles, FileChange, Hold, Inputs, SchemaFile, StagedFiles, Suite, Undo, Workspace,
    id_part,
};

/// What is accepted, and how.
#[derive(Debug, Clone)]
pub struct AcceptSettings {
    /// Where the suites are.
    pub workspace: Workspace,
    /// The process environment.
    pub inputs: Inputs,
    /// Where the answers wait.
    pub pending: PathBuf,
    /// Which of them.
    pub choice: Choice,
    /// The answers stand instead of what was documented before.
    pub replace: bool,
    /// Nothing is written.
    pub dry: bool,
    /// Now.
    pub now: jiff::Timestamp,
}

/// What became of the chosen answers.
#[derive(Debug)]
pub struct Accepted {
    /// Each of them, and the files that were written.
    pub report: AcceptReport,
    /// Why a suite could not be read, or its files not be written; then they are as they were, and its answers are
    /// refused. The other suites are done all the same.
    pub failure: Option<JobError>,
}

/// Accepts the chosen answers, suite by suite, and tells what became of each.
///
/// Fails where the folder of the pending answers cannot be read.
pub fn accept(settings: &AcceptSettings) -> Result<Accepted, JobError> {
    let waiting = PendingFolder::at(&settings.pending).read()?;
    let mut report = AcceptReport { dry: settings.dry, ..AcceptReport::default() };
    report.unusable = waiting.unusable;
    report.unusable.retain(|unusable| settings.choice.may_name(unusable));
    let mut of_suites: BTreeMap<String, Vec<Pending>> = BTreeMap::new();
    for pending in waiting.answers {
        match settings.choice.fate(&pending) {
            None => {}
            Some(Ok(())) => {
                of_suites.entry(pending.case_id().suite().to_owned()).or_default().push(pending);
            }
            Some(Err(why)) => report.rows.push(Row::new(&pending, Fate::Left(why))),
        }
    }
    let mut failure = None;
    for (name, pending) in of_suites {
        let told = report.rows.len();
        if let Err(error) = of_suite(settings, &name, &pending, &mut report) {
            let why = error.to_string();
            let untold = |one: &&Pending| report.rows.iter().skip(told).all(|row| row.case != one.case);
            let left: Vec<&Pending> = pending.iter().filter(untold).collect();
            report.rows.extend(left.into_iter().map(|one| Row::new(one, Fate::Refused(why.clone()))));
            failure = failure.or(Some(error));
        }
    }
    report.rows.sort_by(|a, b| a.case.cmp(&b.case));
    Ok(Accepted { report, failure })
}

/// The folder of the suite of this name under `cases/`.
pub(super) fn folder_of(workspace: &Workspace, name: &str) -> Result<Option<String>, JobError> {
    Ok(workspace.suites()?.into_iter().find(|folder| id_part(folder) == name))
}

/// The plan of a suite for a live API, nothing of which is sent.
pub(super) fn planned(suite: &Suite, now: jiff::Timestamp) -> Result<SuitePlan, JobError> {
    let options = Options {
        target: Target::Live(None),
        selection: Selection::default(),
        allow_writes: true,
        only_safe: false,
        repeats: false,
        chance: Chance { seed: 0, now },
    };
    Ok(plan_suite(suite, &options)?)
}

pub(super) fn case_of<'p>(plan: &'p SuitePlan, id: &CaseId) -> Option<&'p Case> {
    plan.cases.iter().find(|case| case.id.as_str() == id.without_row()).map(|case| &**case)
}

/// Why the pending answer is none that can be decided on any more.
pub(super) fn stale(plan: &SuitePlan, pending: &Pending) -> Option<String> {
    match case_of(plan, &pending.case_id()) {
        None => {
            Some("there is no case of this id any more; `uphold reject` takes the answer away".to_owned())
        }
        Some(case) if fingerprint(case) != pending.expectation => {
            Some("what the case asks or expects has changed since; run it again".to_owned())
        }
        Some(_) => None,
    }
}

fn of_suite(
    settings: &AcceptSettings,
    name: &str,
    pending: &[Pending],
    report: &mut AcceptReport,
) -> Result<(), JobError> {
    let mut refuse = |pending: &Pending, why: String| report.rows.push(Row::new(pending, Fate::Refused(why)));
    let Some(folder) = folder_of(&settings.workspace, name)? else {
        let why = format!(
            "there is no suite `{name}` under cases/, where answers are accepted; decide where it is one, or `uphold reject` takes the answer away"
        );
        for one in pending {
            refuse(one, why.clone());
        }
        return Ok(());
    };
    // Two that accept into one suite at once do so one after the other, or the later would undo the earlier.
    let _hold = (!settings.dry).then(|| Hold::of([settings.workspace.root().join("cases").join(&folder)]));
    let suite = settings.workspace.load(&folder, &settings.inputs)?;
    if !settings.dry {
        suite.sweep();
    }
    let plan = planned(&suite, settings.now)?;
    let mut able = Vec::new();
    for one in pending {
        let why = stale(&plan, one).or_else(|| one.answer.is_none().then(|| unkept(one)));
        match why {
            Some(why) => refuse(one, why),
            None => able.push(one.clone()),
        }
    }
    // What one answer widens may not be enough for another: those that are not clean are left out, until all are.
    let change = loop {
        if able.is_empty() {
            return Ok(());
        }
        let change = Change::of(settings, &folder, &suite, &able)?;
        let wrong = change.wrong(&able, settings.now)?;
        if wrong.is_empty() {
            break change;
        }
        able.retain(|one| match wrong.iter().find(|(case, _)| *case == one.case) {
            Some((_, why)) => {
                refuse(one, why.clone());
                false
            }
            None => true,
        });
    };
    if !settings.dry {
        change.write(settings, &folder, &able)?;
    }
    report.rows.extend(able.iter().map(|one| Row::new(one, Fate::Accepted)));
    report.files.extend(change.files.iter().map(|file| WrittenFile {
        file: file.dir.join(&file.path),
        old: change.old(file),
        new: file.text.clone(),
    }));
    let waiting = PendingFolder::at(&settings.pending);
    let gone = able.iter().filter(|_| !settings.dry).map(|one| waiting.remove(&one.case_id()));
    // One that cannot be taken away keeps no other.
    Ok(gone.fold(Ok(()), Result::and)?)
}

fn unkept(pending: &Pending) -> String {
    let why = pending.unkept.as_deref().unwrap_or("it was not kept");
    format!("the answer cannot be accepted: {why}; waive the findings, or change the example in Postman")
}

/// A suite with accepted answers, and the files that make it.
struct Change {
    before: Suite,
    after: Suite,
    files: Vec<FileChange>,
}

impl Change {
    fn of(
        settings: &AcceptSettings,
        folder: &str,
        before: &Suite,
        able: &[Pending],
    ) -> Result<Self, JobError> {
        let mut accepted = AcceptedFiles::new();
        for one in able {
            let (path, answer) = answer(settings, one);
            let known = accepted
                .entry(path.clone())
                .or_insert_with(|| before.accepted.get(&path).cloned().unwrap_or_default());
            known.push(answer);
        }
        let mut after = settings.workspace.load_with(folder, &settings.inputs, &accepted)?;
        let dir = after.accepted_dir.clone().unwrap_or_default();
        let mut files: Vec<FileChange> = accepted
            .iter()
            .map(|(path, answers)| FileChange {
                dir: dir.clone(),
                path: path.clone(),
                text: Some(AcceptedAnswer::file(answers)),
            })
            .collect();
        files.extend(relearned(&mut after, able)?);
        Ok(Self { before: before.clone(), after, files })
    }

    /// The answers that would not be clean, each with the reason.
    fn wrong(&self, able: &[Pending], now: jiff::Timestamp) -> Result<Vec<(String, String)>, JobError> {
        let plan = planned(&self.after, now)?;
        Ok(able.iter().filter_map(|one| Some((one.case.clone(), unclean(&plan, one)?))).collect())
    }

    /// Writes all of it, and judges what is on the disk then.
    fn write(&self, settings: &AcceptSettings, folder: &str, able: &[Pending]) -> Result<(), JobError> {
        let staged = StagedFiles::stage(&self.files)?;
        // Somebody may have saved the collection while all of this was made.
        let as_it_is = planned(&settings.workspace.load(folder, &settings.inputs)?, settings.now)?;
        if let Some((case, why)) = able.iter().find_map(|one| Some((&one.case, stale(&as_it_is, one)?))) {
            return Err(JobError::TakenBack { what: format!("{case}: {why}") });
        }
        let undo = staged.commit()?;
        let judged = settings.workspace.load(folder, &settings.inputs).map_err(JobError::from);
        let judged = judged.and_then(|suite| planned(&suite, settings.now));
        let wrong = judged.map(|plan| able.iter().find_map(|one| unclean(&plan, one)));
        let take_back = |undo: Undo, what: String| -> Result<(), JobError> {
            undo.all()?;
            Err(JobError::TakenBack { what })
        };
        match wrong {
            Ok(None) => Ok(()),
            Ok(Some(what)) => take_back(undo, what),
            Err(error) => take_back(undo, error.to_string()),
        }
    }

    fn old(&self, file: &FileChange) -> Option<String> {
        if Some(&file.dir) == self.before.accepted_dir.as_ref() {
            return self.before.accepted.get(&file.path).map(|answers| AcceptedAnswer::file(answers));
        }
        self.before.schemas.get(&file.path).map(|schema| schema.text.clone())
    }
}

/// The pending answer as it is accepted, with the path of its file.
fn answer(settings: &AcceptSettings, pending: &Pending) -> (String, AcceptedAnswer) {
    let id = pending.case_id();
    let base = id.without_row().to_owned();
    let parts: Vec<&str> = base.split("::").skip(1).collect();
    let (status, headers, body) = pending
        .answer
        .as_ref()
        .map(|answer| (answer.status, answer.headers.clone(), answer.body.as_deref()))
        .unwrap_or_default();
    let at = format!("{:.0}", settings.now);
    (AcceptedAnswer::path(&parts), AcceptedAnswer::new(at, settings.replace, status, headers, body))
}

/// What is left to be found of the answer, from a warning on.
fn unclean(plan: &SuitePlan, pending: &Pending) -> Option<String> {
    if pending.findings.iter().any(|finding| finding.id == FindingId::LintDuplicateKey.as_str()) {
        return Some(
            "it has a name twice in one object, which no example can document; waive lint.duplicate_key, or \
             have the API mended"
                .to_owned(),
        );
    }
    let (case, answer) = (case_of(plan, &pending.case_id())?, pending.answer.as_ref()?.answer());
    let findings = waived(case, check(&case.expectation, &answer));
    let worst = findings.iter().filter(|f| f.severity >= Severity::Warning).max_by_key(|f| f.severity)?;
    let Finding { id, at, expected, actual, .. } = worst;
    let place = if at.is_empty() { "" } else { " " };
    let owner =
        if case.has_persons_schema() { "a schema file of yours" } else { "suite.toml, or another rule," };
    Some(format!(
        "accepted, it would still have {id}{place}{at} (expected {expected}, actual {actual}): {owner} decides there; \
         change that, or waive the finding"
    ))
}

/// The schema files of the items of these cases, as they must be now; they are put into the suite, too. Where
/// nothing was ever learned, nothing is: the schemas are those of the answers in memory.
fn relearned(suite: &mut Suite, able: &[Pending]) -> Result<Vec<FileChange>, JobError> {
    if !suite.has_learned() {
        return Ok(Vec::new());
    }
    let items: BTreeSet<String> = able
        .iter()
        .map(|one| {
            let id = one.case_id();
            let parts: Vec<&str> = id.parts().skip(1).collect();
            parts.split_last().map(|(_, item)| item.join("/")).unwrap_or_default()
        })
        .collect();
    let mut learned = changes(suite, &item_names(suite), Manner::AsBefore).map_err(PlanError::from)?;
    learned.files.retain(|change| {
        let item = change.path.rsplit_once('/').map_or("", |(item, _)| item);
        change.deed.is_change() && items.contains(item)
    });
    still_hold(suite, &learned).map_err(PlanError::from)?;
    let dir = suite.schemas_dir.clone();
    let mut files = Vec::new();
    for change in learned.files {
        let text = change.deed.text().map(str::to_owned);
        match (&change.deed, &text) {
            (Deed::Gone | Deed::Withdrawn, _) | (_, None) => drop(suite.schemas.remove(&change.path)),
            (_, Some(text)) => {
                let file = SchemaFile { file: dir.join(&change.path), text: text.clone() };
                suite.schemas.insert(change.path.clone(), file);
            }
        }
        files.push(FileChange { dir: dir.clone(), path: change.path, text });
    }
    Ok(files)
}
