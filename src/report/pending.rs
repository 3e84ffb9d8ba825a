//! `reports/pending/`: the answers that nobody has decided on yet, a file for each case.
//!
//! A file holds nothing that nobody should see: its findings are redacted, its answer is a kept one
//! ([`record::kept`](crate::record::kept())). It is written whole or not at all, and its name is made of the case
//! id alone.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{hide, row};
use crate::finding::{CaseId, Finding, FindingId, Severity};
use crate::message::Answer;
use crate::plan::Case;
use crate::postman::Example;
use crate::postman::hash::fnv;
use crate::record::kept;
use crate::redact::Redactor;
use crate::suite::{Waiver, beside};

/// The version of the format.
const VERSION: u32 = 1;

/// An answer that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    version: u32,
    /// The case id.
    pub case: String,
    /// When the run started: RFC 3339, UTC.
    pub at: String,
    /// What the case expected then ([`Expectation::fingerprint`](crate::contract::Expectation::fingerprint)).
    pub expectation: String,
    /// What was found, the gravest first; what a waiver let go is not among it.
    pub findings: Vec<PendingFinding>,
    /// The answer; `None` where it cannot be kept.
    pub answer: Option<PendingAnswer>,
    /// Why there is no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unkept: Option<String>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PendingFinding {
    /// Its id.
    pub id: String,
    /// Its level: `breaking`, `warning`, `info`.
    pub severity: String,
    /// Where.
    pub at: String,
    /// What had to be there.
    pub expected: String,
    /// What was there.
    pub actual: String,
    /// What to do or to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Which examples make the claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<String>,
}

/// The answer as it may be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PendingAnswer {
    /// The status.
    pub status: u16,
    /// The header fields.
    pub headers: Vec<(String, String)>,
    /// The body as text; `None` where it is empty.
    pub body: Option<String>,
}

/// Why the pending answers cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PendingError {
    /// A file or folder cannot be read, or not be removed.
    #[error("{}: {source}", file.display())]
    Io {
        /// The file or folder.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is none that a run wrote.
    #[error("{}: {why}", file.display())]
    Broken {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

impl Pending {
    /// What waits for a decision after this verdict; `None` where nothing does. Only what an answer can be
    /// accepted for counts: nothing of steps around the case, of time, or of waivers.
    pub fn of(
        case: &Case,
        findings: &[Finding],
        fails_from: Severity,
        answer: &Answer,
        codes: &BTreeSet<String>,
        (at, redactor): (&str, &Redactor),
    ) -> Option<Self> {
        let mut open: Vec<&Finding> = findings.iter().filter(|finding| is_open(finding)).collect();
        let least = fails_from.min(Severity::Warning);
        if !open.iter().any(|finding| finding.severity >= least) {
            return None;
        }
        open.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let redactor = &hide::with_answer(redactor, answer);
        let (answer, unkept, stand_ins) = match kept(answer, codes, redactor) {
            Ok((kept, stand_ins)) => {
                let answer = PendingAnswer { status: kept.status, headers: kept.headers, body: kept.body };
                (Some(answer), None, Some(stand_ins))
            }
            Err(why) => (None, Some(why.to_string()), None),
        };
        let told = |text: &str| stand_ins.as_ref().map_or_else(|| text.to_owned(), |known| known.told(text));
        let finding = |finding: &&Finding| {
            let hidden = row::hidden(finding, redactor);
            PendingFinding {
                id: hidden.id.to_string(),
                severity: hidden.severity.to_string(),
                at: told(&hidden.at),
                expected: hidden.expected,
                actual: told(&hidden.actual),
                hint: hidden.hint.as_deref().map(told),
                provenance: hidden.provenance,
            }
        };
        Some(Self {
            version: VERSION,
            case: case.id.to_string(),
            at: at.to_owned(),
            expectation: fingerprint(case),
            findings: open.iter().map(finding).collect(),
            answer,
            unkept,
        })
    }

    /// The case; `None` where the text is no id.
    fn id(&self) -> Option<CaseId> {
        let is_part = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        let base = self.case.split('[').next().unwrap_or_default();
        let row = self.case.get(base.len()..).unwrap_or_default();
        let number = row.strip_prefix('[').and_then(|row| row.strip_suffix(']'));
        let parts: Vec<&str> = base.split("::").collect();
        let is_row = row.is_empty() || number.is_some_and(|n| n.parse::<usize>().is_ok());
        (is_row && parts.len() >= 2 && parts.iter().all(|part| is_part(part)))
            .then(|| CaseId::from_parts(&self.case.split("::").collect::<Vec<_>>()))
    }

    /// The case id.
    pub fn case_id(&self) -> CaseId {
        CaseId::from_parts(&self.case.split("::").collect::<Vec<_>>())
    }

    /// The findings that wait for a decision: those from a warning on, or all where there is none.
    pub fn counting(&self) -> Vec<&PendingFinding> {
        let counts = |finding: &&PendingFinding| finding.level() >= Severity::Warning;
        let found: Vec<_> = self.findings.iter().filter(counts).collect();
        if found.is_empty() { self.findings.iter().collect() } else { found }
    }
}

impl PendingFinding {
    /// Its level; of one that is written otherwise the gravest.
    pub fn level(&self) -> Severity {
        match self.severity.as_str() {
            "info" => Severity::Info,
            "warning" => Severity::Warning,
            _ => Severity::Breaking,
        }
    }

    /// Id and place in one text.
    pub fn name(&self) -> String {
        let place = if self.at.is_empty() { "" } else { " " };
        format!("{}{place}{}", self.id, self.at)
    }

    /// Whether a waiver of this kind at this place, or everywhere, lets it go.
    pub fn is_named_by(&self, id: FindingId, path: Option<&str>) -> bool {
        self.id == id.as_str() && path.is_none_or(|path| Waiver::is_at(path, &self.at))
    }
}

impl PendingAnswer {
    /// The answer as it would have arrived.
    pub fn answer(&self) -> Answer {
        // The mark says that the text is UTF-8, whatever charset the media type names.
        let body = self.body.as_deref().map(|body| format!("\u{feff}{body}")).unwrap_or_default();
        Answer {
            status: self.status,
            headers: self.headers.iter().cloned().collect(),
            body: body.into_bytes().into(),
        }
    }
}

/// What a case expects, as a pending file names it: with the example as it is saved, which a schema file need
/// not have followed yet.
pub fn fingerprint(case: &Case) -> String {
    let Example { code, headers, body, .. } = &*case.example;
    let saved = fnv(format!("{code:?} {headers:?} {body:?}").as_bytes());
    format!("{:016x}{saved:016x}", case.expectation.fingerprint())
}

fn is_open(finding: &Finding) -> bool {
    let bookkeeping = matches!(
        finding.id,
        FindingId::WaiverExpired
            | FindingId::LatencyRegression
            | FindingId::SetupFailed
            | FindingId::TeardownFailed
    );
    !bookkeeping && finding.waived.is_none() && finding.severity != Severity::Env
}

/// The folder of the pending answers; need not exist.
#[derive(Debug, Clone)]
pub struct PendingFolder {
    dir: PathBuf,
}

impl PendingFolder {
    /// The folder at this path.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.dir
    }

    fn file(&self, case: &CaseId) -> PathBuf {
        self.dir.join(format!("{}.json", case.parts().collect::<Vec<_>>().join("/")))
    }

    /// Writes the file of a case, in the place of the one that was there.
    pub fn put(&self, pending: &Pending) -> io::Result<()> {
        let file = self.file(&pending.case_id());
        let folder = file.parent().unwrap_or(&self.dir);
        fs::create_dir_all(folder)?;
        let mut new = beside(folder, None)?;
        serde_json::to_writer_pretty(&mut new, pending)?;
        new.write_all(b"\n")?;
        new.persist(&file).map(|_| ()).map_err(|error| error.error)
    }

    /// Removes the file of a case, if there is one, and the folders that are empty then.
    pub fn remove(&self, case: &CaseId) -> io::Result<()> {
        let file = self.file(case);
        match fs::remove_file(&file) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(());
            }
            removed => removed?,
        }
        for folder in file.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.dir)) {
            // One that is not empty stays.
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// Whether there is any file or folder in it.
    pub fn is_there(&self) -> bool {
        self.dir.is_dir()
    }

    /// Every pending answer, by case id.
    ///
    /// Fails where a file is none that a run wrote.
    pub fn read(&self) -> Result<Vec<Pending>, PendingError> {
        let mut found = Vec::new();
        let mut open = vec![self.dir.clone()];
        while let Some(dir) = open.pop() {
            let failed = |source| PendingError::Io { file: dir.clone(), source };
            let entries = match fs::read_dir(&dir) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(failed(error)),
            };
            for entry in entries {
                let entry = entry.map_err(failed)?;
                let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
                if kind.is_dir() {
                    open.push(path);
                } else if kind.is_file() && path.extension().is_some_and(|ending| ending == "json") {
                    found.push(self.one(&path)?);
                }
            }
        }
        found.sort_by(|a, b| a.case.cmp(&b.case));
        Ok(found)
    }

    fn one(&self, file: &Path) -> Result<Pending, PendingError> {
        let text =
            fs::read_to_string(file).map_err(|source| PendingError::Io { file: file.to_owned(), source })?;
        let broken = |why: String| PendingError::Broken { file: file.to_owned(), why };
        let pending: Pending = serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
        if pending.version != VERSION {
            return Err(broken(format!("it is of version {}, not {VERSION}", pending.version)));
        }
        match pending.id() {
            Some(id) if self.file(&id) == file => Ok(pending),
            Some(_) | None => Err(broken("`case` is not the case that the name of the file says".to_owned())),
        }
    }
}
