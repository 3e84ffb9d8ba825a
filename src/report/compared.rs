//! Two servers compared: the row of a case ([`PairRow`]), and what all of them come to
//! ([`comparison`](fn@comparison)).

use std::cmp::Reverse;
use std::time::Duration;

use super::comparison::{CancelledRow, Comparison, Counts};
use super::count::count;
use super::events::{CaseRow, VerdictRow};
use super::exchange::{ExchangeRow, of_answer};
use super::{hide, row};
use crate::check::Verdict;
use crate::compare::live::{Cancelled, Compared};
use crate::finding::{Finding, Severity};
use crate::plan::{Action, Case};
use crate::redact::Redactor;
use crate::send::Exchange;

/// Cases that break and are named in the sentence.
const NAMED: usize = 3;

/// One case with what came of it on both servers.
#[derive(Debug)]
pub struct Pair<'a> {
    /// The position in the plan.
    pub position: usize,
    /// The case as it is for the new server.
    pub case: &'a Case,
    /// What came of it.
    pub verdict: &'a Verdict,
    /// Which server gave no usable answer, and why.
    pub reason: Option<&'a str>,
    /// The last answer of the new server.
    pub exchange: Option<&'a Exchange>,
    /// The first answer of the old server.
    pub old: Option<&'a Exchange>,
    /// `None` where there is nothing to compare.
    pub compared: Option<&'a Compared>,
    /// How many requests were sent to both.
    pub requests: u32,
    /// How long all of them took.
    pub duration: Duration,
    /// What happened on the way.
    pub notes: &'a [String],
    /// Whether the row holds the messages also where nothing was found.
    pub verbose: bool,
}

/// A row with what did not count.
#[derive(Debug, Clone)]
pub struct PairRow {
    /// The row as in any run.
    pub case: CaseRow,
    /// What did not count.
    pub cancelled: Vec<CancelledRow>,
    /// Whether the old server differs from its saved example.
    pub violates: bool,
    /// Whether a finding was not in every round.
    pub intermittent: bool,
}

impl Pair<'_> {
    /// The messages of a case of which nothing is told, for whoever looks on.
    fn messages(&self, redactor: &Redactor) -> Option<Box<ExchangeRow>> {
        let Action::Send { request, .. } = &self.case.action else { return None };
        let exchange = self.exchange.filter(|_| self.verbose)?;
        Some(row::messages(self.case, request, exchange, redactor))
    }
}

impl PairRow {
    /// The row of a pair, secrets hidden.
    pub fn new(pair: &Pair<'_>, redactor: &Redactor) -> Self {
        let row = row::case(pair.position, pair.case, pair.exchange, pair.verdict, redactor);
        let compared = pair.compared.cloned().unwrap_or_default();
        let answer = pair.exchange.and_then(|exchange| exchange.result.as_ref().ok());
        let redactor = &answer.map_or_else(|| redactor.clone(), |answer| hide::with_answer(redactor, answer));
        let hidden = |finding: &Finding| row::hidden(finding, redactor);
        let cancelled = compared.cancelled.iter().map(|Cancelled { finding, reason }| CancelledRow {
            case: row.id.clone(),
            finding: hidden(finding),
            reason: *reason,
        });
        let cancelled: Vec<CancelledRow> = cancelled.collect();
        let violation = compared.violations.iter().max_by_key(|finding| finding.severity);
        let violated = violation.map(|finding| violated(&hidden(finding), compared.violations.len()));
        let told = (!cancelled.is_empty())
            .then(|| format!("{} did not count", count(cancelled.len(), "difference")));
        // What the new server is held against is the old one, not the example.
        let exchange = row.exchange.or_else(|| pair.messages(redactor)).map(|mut exchange| {
            let old = pair.old.and_then(|exchange| exchange.result.as_ref().ok());
            let hidden = |old| of_answer(old, &hide::with_answer(redactor, old));
            exchange.expected = old.map(hidden).or(exchange.expected);
            exchange
        });
        let notes = pair.notes.iter().map(|note| redactor.text(note).into_owned());
        Self {
            violates: violated.is_some(),
            intermittent: !compared.intermittent.is_empty(),
            case: CaseRow {
                reason: pair.reason.map(|reason| redactor.text(reason).into_owned()).or(row.reason),
                attempts: pair.requests,
                duration: pair.duration,
                exchange,
                notes: row.notes.into_iter().chain(notes).chain(violated).chain(told).collect(),
                ..row
            },
            cancelled,
        }
    }

    /// The row of a case that was not sent.
    pub fn unsent(position: usize, case: &Case, reason: String, redactor: &Redactor) -> Self {
        Self {
            case: row::case(position, case, None, &Verdict::Skipped(reason), redactor),
            cancelled: Vec::new(),
            violates: false,
            intermittent: false,
        }
    }
}

/// What these rows, in the order of the plan, come to.
pub fn comparison(
    rows: &[PairRow],
    (old, new): (String, String),
    rounds: usize,
    lists_cancelled: bool,
) -> Comparison {
    let mut counts = Counts::default();
    for row in rows {
        *count_of(&mut counts, row) += 1;
        counts.skipped += usize::from(row.case.verdict == VerdictRow::Skipped);
        counts.intermittent += usize::from(row.intermittent);
        counts.requests += usize::try_from(row.case.attempts).unwrap_or_default();
    }
    Comparison {
        old,
        new,
        rounds,
        counts,
        sentence: sentence(&counts, rows.iter().map(|row| &row.case)),
        cancelled: rows.iter().flat_map(|row| row.cancelled.clone()).collect(),
        lists_cancelled,
        violating: rows.iter().filter(|row| row.violates).map(|row| row.case.id.clone()).collect(),
    }
}

/// The one of the first five that the row is counted by.
fn count_of<'c>(counts: &'c mut Counts, row: &PairRow) -> &'c mut usize {
    match (row.case.verdict, gravest(&row.case)) {
        (VerdictRow::Errored | VerdictRow::Skipped, _) => &mut counts.not_comparable,
        (_, None) => &mut counts.unchanged,
        (_, Some(Severity::Info)) => &mut counts.harmless,
        (_, Some(Severity::Warning)) => &mut counts.warnings,
        (_, Some(Severity::Breaking | Severity::Env)) => &mut counts.breaking,
    }
}

fn gravest(row: &CaseRow) -> Option<Severity> {
    row.findings.iter().map(|finding| finding.severity).max()
}

/// `2 of 48 cases break: shop::list::ok (body.field.removed /total), …; 3 with warnings; 41 unchanged; 2
/// not comparable`.
pub(super) fn sentence<'r>(counts: &Counts, rows: impl Iterator<Item = &'r CaseRow>) -> String {
    let breaking = rows.filter(|row| {
        matches!(row.verdict, VerdictRow::Passed | VerdictRow::Failed)
            && gravest(row) >= Some(Severity::Breaking)
    });
    let named: Vec<String> = breaking.take(NAMED).map(named).collect();
    let more = if counts.breaking > NAMED { ", …" } else { "" };
    counts.sentence(&format!("{}{more}", named.join(", ")))
}

/// The case with its gravest finding, the first of several; of equals one about a header says least.
fn named(row: &CaseRow) -> String {
    let says_least = |finding: &Finding| finding.at.starts_with("header:");
    match row.findings.iter().min_by_key(|finding| (Reverse(finding.severity), says_least(finding))) {
        Some(finding) if finding.at.is_empty() => format!("{} ({})", row.id, finding.id),
        Some(finding) => format!("{} ({} {})", row.id, finding.id, finding.at),
        None => row.id.clone(),
    }
}

fn violated(finding: &Finding, findings: usize) -> String {
    let place = if finding.at.is_empty() { "" } else { " " };
    let more = if findings > 1 { format!(", and {} more", findings - 1) } else { String::new() };
    format!("the old server differs from its saved example, too: {}{place}{}{more}", finding.id, finding.at)
}

#[cfg(test)]
mod tests;
