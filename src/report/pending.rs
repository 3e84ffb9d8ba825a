//! `reports/pending/`: the answers that nobody has decided on yet, a file for each case.
//!
//! A file holds nothing that nobody should see: its findings are redacted, its answer is a kept one
//! ([`record::kept`](crate::record::kept())). [`waiting`](super::waiting) has the folder.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{hide, row};
use crate::finding::{CaseId, Finding, FindingId, Severity};
use crate::message::Answer;
use crate::plan::Case;
use crate::postman::Example;
use crate::postman::hash::fnv;
use crate::record::kept;
use crate::redact::Redactor;
use crate::suite::Waiver;

/// The version of the format.
pub(super) const VERSION: u32 = 1;

/// An answer that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    pub(super) version: u32,
    /// The case id.
    pub case: String,
    /// When the run started: RFC 3339, UTC.
    pub at: String,
    /// What the case asked and expected then ([`fingerprint`]).
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
    pub(super) fn id(&self) -> Option<CaseId> {
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

/// What a case asks and expects, as a pending file names it: with the example as it is saved, which a schema file
/// need not have followed yet.
pub fn fingerprint(case: &Case) -> String {
    let Example { code, headers, body, .. } = &*case.example;
    // And with the examples that widen its schema: the file need not have followed those either.
    let of_group = case.siblings().filter(|other| {
        let (other, own) = (&other.expectation, &case.expectation);
        (other.status, &other.outcome) == (own.status, &own.outcome)
    });
    let beside: Vec<_> = of_group.map(|other| (&other.example.code, &other.example.body)).collect();
    let saved = fnv(format!("{code:?} {headers:?} {body:?} {beside:?} {:x}", case.asked).as_bytes());
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
