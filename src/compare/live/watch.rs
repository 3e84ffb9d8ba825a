//! One case on two servers.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use super::super::error::CompareError;
use super::align::aligned;
use super::settle::{Cancelled, Reason, Settled, settle};
use super::{contract, documented};
use crate::check::{check, check_with_values};
use crate::contract::{BodyExpectation, Expectation, json};
use crate::finding::{Finding, FindingId, Severity};
use crate::message::{Answer, Headers, Origin, Request};
use crate::plan::Case;
use crate::suite::{Compare, Settings};

/// One case under comparison: begun with an answer of the old server, fed with the answers that follow.
#[derive(Debug)]
pub struct Watch {
    case: Arc<Case>,
    method: String,
    settings: Arc<Settings>,
    /// What the first answer of the old server asks for.
    expectation: Arc<Expectation>,
    /// Its status, headers and body, where values are compared.
    first: Option<Answer>,
    violations: Vec<Finding>,
    /// The origin of the new server and that of the old one, where they differ.
    origins: Option<(String, String)>,
    /// By round what was found in the answers of the new server.
    new: Vec<Vec<Finding>>,
    /// The same of the old server's further answers.
    old: Vec<Vec<Finding>>,
    documented: Vec<Finding>,
}

/// What came of one case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// What every answer of the new server has and none of the old one: by [`check`], at its level.
    pub drift: Vec<Finding>,
    /// What only some answers of the new server have: one level lower.
    pub intermittent: Vec<Finding>,
    /// What does not count, each once.
    pub cancelled: Vec<Cancelled>,
    /// Where the old server differs from the saved example, from a warning on.
    pub violations: Vec<Finding>,
    /// How many answers of the new server were looked at.
    pub rounds: usize,
}

impl Watch {
    /// Begins with the first answer of the old server to a request; `settings` are those
    /// of the suite on the old server. With `values`, values that are not volatile are compared, too.
    ///
    /// The inner error is a finding of level [`Severity::Env`]: the answer says more of the environment
    /// than of the API, and there is nothing to compare with.
    pub fn begin(
        case: &Arc<Case>,
        request: &Request,
        settings: &Arc<Settings>,
        answer: &Answer,
        values: bool,
    ) -> Result<Result<Self, Box<Finding>>, CompareError> {
        let mut violations = check(&case.expectation, answer);
        if let Some(environment) = environment(&violations) {
            return Ok(Err(environment));
        }
        violations.retain(|finding| finding.severity >= Severity::Warning);
        Ok(Ok(Self {
            expectation: contract::of(case, &request.method, answer, settings)?,
            // `compare = "exact"` compares them itself, at its own level.
            first: (values && case.expectation.compare == Compare::Contract).then(|| answer.clone()),
            case: Arc::clone(case),
            method: request.method.clone(),
            origins: None,
            settings: Arc::clone(settings),
            violations,
            new: Vec::new(),
            old: Vec::new(),
            documented: Vec::new(),
        }))
    }

    /// Reads the new server's own address in its answers as the old one's in theirs: links that lead to
    /// the server itself are no difference.
    #[must_use]
    pub fn at(mut self, old: &Origin, new: &Origin) -> Self {
        self.origins = (old != new).then(|| (new.to_string(), old.to_string()));
        self
    }

    /// Takes an answer of the new server: a round begins. The error is as in [`begin`](Self::begin), and
    /// leaves everything as it was.
    pub fn new_answer(&mut self, answer: &Answer) -> Result<(), Box<Finding>> {
        let answer =
            self.origins.as_ref().map_or(Cow::Borrowed(answer), |(new, old)| moved(answer, new, old));
        let mut found = self.found(&answer)?;
        for allowed in documented::take(&self.case.expectation, &answer, &mut found) {
            if !self.documented.iter().any(|known| known.id == allowed.id && known.at == allowed.at) {
                self.documented.push(allowed);
            }
        }
        self.new.push(found);
        Ok(())
    }

    /// Takes a further answer of the old server: the round is complete. The error is as in
    /// [`new_answer`](Self::new_answer).
    pub fn old_again(&mut self, answer: &Answer) -> Result<(), Box<Finding>> {
        let found = self.found(answer)?;
        self.old.push(found);
        Ok(())
    }

    /// Whether anything is left that another round could confirm.
    pub fn is_suspicious(&self) -> bool {
        let Settled { drift, intermittent, .. } = settle(&self.new, &self.old);
        !(drift.is_empty() && intermittent.is_empty())
    }

    /// What came of it; a round that is not complete does not count.
    pub fn finish(mut self) -> Compared {
        self.new.truncate(self.old.len());
        let Settled { drift, intermittent, noise } = settle(&self.new, &self.old);
        let cancelled = |reason| move |finding| Cancelled { finding, reason };
        let noise = noise.into_iter().map(cancelled(Reason::Noise));
        let documented = self.documented.into_iter().map(cancelled(Reason::Documented));
        Compared {
            drift,
            intermittent,
            cancelled: noise.chain(documented).collect(),
            violations: self.violations,
            rounds: self.new.len(),
        }
    }

    fn found(&self, answer: &Answer) -> Result<Vec<Finding>, Box<Finding>> {
        let mut found = check(&self.expectation, answer);
        if let Some(environment) = environment(&found) {
            return Err(environment);
        }
        if let Some(first) = &self.first {
            found.extend(self.values(first, answer));
        }
        Ok(found)
    }

    /// The values that are others, arrays put side by side.
    fn values(&self, first: &Answer, answer: &Answer) -> Vec<Finding> {
        let read = |answer: &Answer| json::parse(answer.text()?.trim_start_matches('\u{feff}')).ok();
        let is_json = matches!(self.expectation.body, BodyExpectation::Json { .. });
        let (Some((old, _)), Some((new, _))) = (read(first).filter(|_| is_json), read(answer)) else {
            return only_values(check_with_values(&self.expectation, answer));
        };
        let (old, new) = aligned(&old, &new);
        let with = |answer: &Answer, body: &Value| Answer { body: body.to_string().into(), ..answer.clone() };
        let first = with(first, &old);
        // The first answer was read before, so this is read as well.
        let Ok(expectation) = contract::of(&self.case, &self.method, &first, &self.settings) else {
            return Vec::new();
        };
        only_values(check_with_values(&expectation, &with(answer, &new)))
    }
}

/// The answer with one origin in the place of another, wherever it stands alone: `http://h:80` is no part
/// of `http://h:8080`.
fn moved<'a>(answer: &'a Answer, from: &str, to: &str) -> Cow<'a, Answer> {
    let in_body = std::str::from_utf8(&answer.body).is_ok_and(|text| text.contains(from));
    if !in_body && !answer.headers.iter().any(|(_, value)| value.contains(from)) {
        return Cow::Borrowed(answer);
    }
    let headers: Headers =
        answer.headers.iter().map(|(name, value)| (name, replaced(value, from, to))).collect();
    let body = match std::str::from_utf8(&answer.body) {
        Ok(text) if in_body => replaced(text, from, to).into(),
        Ok(_) | Err(_) => answer.body.clone(),
    };
    Cow::Owned(Answer { status: answer.status, headers, body })
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    let mut pieces = text.split(from);
    let mut made = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let longer = piece.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
        made.push_str(if longer { from } else { to });
        made.push_str(piece);
    }
    made
}

fn only_values(found: Vec<Finding>) -> Vec<Finding> {
    let is_value = |finding: &Finding| finding.id == FindingId::BodyValueChanged;
    found.into_iter().filter(is_value).collect()
}

/// The finding that says more of the environment than of the API.
fn environment(found: &[Finding]) -> Option<Box<Finding>> {
    found.iter().find(|finding| finding.severity == Severity::Env).cloned().map(Box::new)
}
