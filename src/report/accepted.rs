//! What `uphold accept` does with pending answers: which are chosen, and what is told of each.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use super::pending::Pending;
use super::waiting::{Unusable, tell};
use super::{escape, review, row};
use crate::finding::{CaseId, Severity};
use crate::suite::{IdGlob, Waiver};

/// Which pending answers are meant.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Globs over case ids; none means every case.
    pub cases: Vec<IdGlob>,
    /// Just these cases, where a walk through them said so, each with the answer that was shown.
    pub only: Option<BTreeMap<String, Pending>>,
    /// The kinds of finding; none means every kind.
    pub ids: Vec<String>,
    /// The places of findings; none means every place.
    pub paths: Vec<String>,
    /// The gravest finding that may be accepted.
    pub max_level: Severity,
}

impl Choice {
    /// Every pending answer.
    pub fn all() -> Self {
        Self {
            cases: Vec::new(),
            only: None,
            ids: Vec::new(),
            paths: Vec::new(),
            max_level: Severity::Breaking,
        }
    }

    /// Just these answers.
    pub fn these<'p>(answers: impl Iterator<Item = &'p Pending>) -> Self {
        let only = answers.map(|pending| (pending.case.clone(), pending.clone())).collect();
        Self { only: Some(only), ..Self::all() }
    }

    /// Whether the case is meant, and one of the findings that wait.
    pub fn names(&self, pending: &Pending) -> bool {
        let case = self.cases.is_empty() || self.cases.iter().any(|glob| glob.is_match(&pending.case_id()));
        let only = self.only.as_ref().is_none_or(|answers| answers.contains_key(&pending.case));
        case && only && pending.counting().iter().any(|finding| self.takes(&finding.id, &finding.at))
    }

    /// Whether the answer is the one that was shown, where it was.
    pub fn is_as_shown(&self, pending: &Pending) -> bool {
        self.only.as_ref().is_none_or(|answers| answers.get(&pending.case) == Some(pending))
    }

    /// Whether a file that cannot be used may be one of those that are meant: unless its name says another case.
    pub fn may_name(&self, unusable: &Unusable) -> bool {
        let is_named = |case: &CaseId| self.cases.iter().any(|glob| glob.is_match(case));
        self.only.is_none() && (self.cases.is_empty() || unusable.case.as_ref().is_none_or(is_named))
    }

    fn takes(&self, id: &str, at: &str) -> bool {
        (self.ids.is_empty() || self.ids.iter().any(|wanted| wanted == id))
            && (self.paths.is_empty() || self.paths.iter().any(|path| Waiver::is_at(path, at)))
    }

    /// Whether the answer may be accepted; `None` where it is not meant. An answer is accepted as a whole, so
    /// every finding that counts must be meant.
    pub fn fate(&self, pending: &Pending) -> Option<Result<(), String>> {
        if !self.names(pending) {
            return None;
        }
        if !self.is_as_shown(pending) {
            return Some(Err(
                "another answer came after this one was shown: look at that one, too".to_owned()
            ));
        }
        let counting = pending.counting();
        let left = counting.iter().find(|finding| !self.takes(&finding.id, &finding.at));
        let grave = counting.iter().find(|finding| finding.level() > self.max_level);
        Some(match (left, grave) {
            (Some(finding), _) => Err(format!(
                "it also has {}: an answer is accepted as a whole; choose that finding, too, or waive it",
                finding.name()
            )),
            (None, Some(finding)) => Err(format!(
                "{} is {}: --max-level {} accepts it",
                finding.name(),
                finding.severity,
                finding.severity
            )),
            (None, None) => Ok(()),
        })
    }
}

/// What came of accepting.
#[derive(Debug, Clone, Default)]
pub struct AcceptReport {
    /// Nothing was written.
    pub dry: bool,
    /// Each answer that was meant.
    pub rows: Vec<Row>,
    /// The files that may have been meant and cannot be used.
    pub unusable: Vec<Unusable>,
    /// The files that were written.
    pub files: Vec<WrittenFile>,
}

/// What came of one answer.
#[derive(Debug, Clone)]
pub struct Row {
    /// The case.
    pub case: String,
    findings: Vec<String>,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a pending answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// The case expects it now.
    Accepted,
    /// It was not meant as a whole.
    Left(String),
    /// It cannot be accepted.
    Refused(String),
}

/// A file that was written, or would be.
#[derive(Debug, Clone)]
pub struct WrittenFile {
    /// Where.
    pub file: PathBuf,
    /// What was in it.
    pub old: Option<String>,
    /// What is in it; `None` where it was removed.
    pub new: Option<String>,
}

impl Row {
    /// The row of a pending answer.
    pub fn new(pending: &Pending, fate: Fate) -> Self {
        let findings = pending.counting().iter().map(|finding| finding.name()).collect();
        Self { case: pending.case.clone(), findings, fate }
    }
}

impl AcceptReport {
    /// How many answers were accepted, left, refused.
    pub fn counts(&self) -> [usize; 3] {
        let count = |wanted: &dyn Fn(&Fate) -> bool| self.rows.iter().filter(|row| wanted(&row.fate)).count();
        [
            count(&|fate| *fate == Fate::Accepted),
            count(&|fate| matches!(fate, Fate::Left(_))),
            count(&|fate| matches!(fate, Fate::Refused(_))),
        ]
    }

    /// Writes a line for each answer and file, and the summary; of a dry run what would change.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for row in &self.rows {
            let (label, why) = match &row.fate {
                Fate::Accepted if self.dry => ("WOULD", row.findings.join(", ")),
                Fate::Accepted => ("ACCEPT", row.findings.join(", ")),
                Fate::Left(why) => ("LEFT", why.clone()),
                Fate::Refused(why) => ("REFUSE", why.clone()),
            };
            writeln!(out, "{label:<6}  {}  {}", escape::line(&row.case), escape::line(&why))?;
        }
        tell(&self.unusable, out)?;
        for file in &self.files {
            let path = row::file(&file.file);
            let deed = match (&file.new, self.dry) {
                (Some(_), false) => "wrote",
                (Some(_), true) => "would write",
                (None, false) => "removed",
                (None, true) => "would remove",
            };
            writeln!(out, "{deed} {}", escape::line(&path))?;
            if self.dry {
                let (old, new) =
                    (file.old.as_deref().unwrap_or_default(), file.new.as_deref().unwrap_or_default());
                review::difference(out, old, new)?;
            }
        }
        let [accepted, left, refused] = self.counts();
        let done = if self.dry { "would be accepted" } else { "accepted" };
        let unread = match self.unusable.len() {
            0 => String::new(),
            number => format!(", {number} unusable"),
        };
        writeln!(out, "summary: {accepted} {done}, {left} left, {refused} refused{unread}")
    }
}
