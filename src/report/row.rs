//! Rows of the [events](super::events) from what the other rooms give.
//!
//! Invariant: this is the one place where texts of a run are redacted, and every text that comes
//! from outside (URL, reason, finding, request, answer, warning) goes through it. The rows are not
//! escaped; each format does that for itself.

use std::path::Path;

use indexmap::IndexMap;

use super::events::{
    CaseRow, CodeRow, DocumentedRow, RequestRow, SeenCodesRow, SuiteCodesRow, VerdictRow, WarningRow,
};
use super::exchange::ExchangeRow;
use super::{curl, excerpt, hide};
use crate::check::{SeenCodes, Verdict};
use crate::contract::ResultCode;
use crate::finding::Finding;
use crate::message::Request;
use crate::plan::{Action, Case, DocumentedCode, SuitePlan};
use crate::postman::Warning;
use crate::postman::auth::Late;
use crate::redact::Redactor;
use crate::send::{Exchange, Fate, Hop};

/// How many characters of what a finding expects or got are shown.
const SHOWN_VALUE: usize = 240;
/// How many characters of a reason or hint are shown.
const SHOWN_REASON: usize = 2000;

/// What came of a case. `position` counts the cases of a run in the order of the plan, from 0
/// without gaps; `exchange` is `None` where nothing was sent.
pub fn case(
    position: usize,
    case: &Case,
    exchange: Option<&Exchange>,
    verdict: &Verdict,
    redactor: &Redactor,
) -> CaseRow {
    let (request, late) = match &case.action {
        Action::Send { request, late, .. } => (Some(request), late.as_deref()),
        Action::Skip(_) => (None, None),
    };
    made(position, case, request, late, exchange, verdict, redactor)
}

/// The messages of a case that passed, of which a row holds none: for whoever looks on.
pub fn messages(
    case: &Case,
    request: &Request,
    exchange: &Exchange,
    redactor: &Redactor,
) -> Box<ExchangeRow> {
    let answer = exchange.result.as_ref().ok();
    let redactor = &answer.map_or_else(|| redactor.clone(), |answer| hide::with_answer(redactor, answer));
    let expected = (&*case.example, case.expectation.status);
    Box::new(ExchangeRow::new(request, answer, expected, redactor))
}

/// What came of a case whose request was made anew before it was sent, with its late auth.
pub fn sent(
    position: usize,
    case: &Case,
    (request, late): (&Request, Option<&Late>),
    exchange: &Exchange,
    verdict: &Verdict,
    redactor: &Redactor,
) -> CaseRow {
    made(position, case, Some(request), late, Some(exchange), verdict, redactor)
}

fn made(
    position: usize,
    case: &Case,
    request: Option<&Request>,
    late: Option<&Late>,
    exchange: Option<&Exchange>,
    verdict: &Verdict,
    redactor: &Redactor,
) -> CaseRow {
    let answer = exchange.and_then(|exchange| exchange.result.as_ref().ok());
    let (kind, findings) = match verdict {
        Verdict::Passed(findings) => (VerdictRow::Passed, findings.as_slice()),
        Verdict::Failed(findings) => (VerdictRow::Failed, findings.as_slice()),
        Verdict::Errored(findings) => (VerdictRow::Errored, findings.as_slice()),
        Verdict::Skipped(_) => (VerdictRow::Skipped, &[][..]),
    };
    let plainly_passed = kind == VerdictRow::Passed && findings.is_empty();
    // A case of which nothing of the answer is shown needs no closer look.
    let shown_of = answer.filter(|_| !plainly_passed);
    // A case that was never sent has nothing to show, nor to repeat.
    let messages_of = request.filter(|_| exchange.is_some() && !plainly_passed);
    let redactor = &shown_of.map_or_else(|| redactor.clone(), |answer| hide::with_answer(redactor, answer));
    CaseRow {
        position,
        id: case.id.to_string(),
        suite: case.id.suite().to_owned(),
        file: file(&case.source.file),
        pointer: case.source.pointer.clone(),
        line: case.source.line,
        verdict: kind,
        reason: reason(verdict, exchange).map(|reason| shown(&redactor.text(&reason), SHOWN_REASON)),
        skip: match &case.action {
            Action::Skip(skip) => Some(skip.class),
            Action::Send { .. } => None,
        },
        recipe: redactor.text(&case.recipe.to_string()).into_owned(),
        attempts: exchange.map_or(0, |exchange| exchange.attempts),
        retries: exchange.map_or(0, |exchange| exchange.retries),
        duration: exchange.map(|exchange| exchange.timing.total).unwrap_or_default(),
        earlier_ms: Vec::new(),
        request: request.map(|request| RequestRow {
            method: redactor.text(&request.method).into_owned(),
            url: redactor.url(&request.url()).into_owned(),
        }),
        status: answer.map(|answer| answer.status),
        notes: exchange.iter().flat_map(|exchange| &exchange.hops).map(|hop| told(hop, redactor)).collect(),
        codes: SeenCodesRow::default(),
        findings: findings.iter().map(|finding| hidden(finding, redactor)).collect(),
        tags: case.tags.iter().map(|tag| redactor.text(tag).into_owned()).collect(),
        curl: messages_of.map(|request| pasted(request, late, redactor)),
        exchange: messages_of.map(|request| {
            let expected = (&*case.example, case.expectation.status);
            Box::new(ExchangeRow::new(request, answer, expected, redactor))
        }),
    }
}

/// The command, with a comment that names auth which is only made when the request goes out.
fn pasted(request: &Request, late: Option<&Late>, redactor: &Redactor) -> String {
    let command = curl::command(request, redactor);
    match late {
        Some(late) => format!("{command} # without its auth: {}", late.name()),
        None => command,
    }
}

/// A redirect and what was done about it.
fn told(hop: &Hop, redactor: &Redactor) -> String {
    let to = shown(&redactor.url(&hop.to), SHOWN_REASON);
    match &hop.fate {
        Fate::Followed { method } => {
            format!("{} to {to}: followed with {}", hop.status, redactor.text(method))
        }
        Fate::Refused(why) => format!("{} to {to}: not followed, {why}", hop.status),
    }
}

/// The result codes of the answers to a case.
pub fn codes(seen: &SeenCodes, redactor: &Redactor) -> SeenCodesRow {
    let row = |code: &ResultCode| CodeRow {
        at: place(&code.at, redactor),
        code: shown_code(&code.at, &code.code, redactor),
    };
    SeenCodesRow { codes: seen.codes.iter().map(row).collect(), more: seen.more }
}

/// The result codes that a suite documents.
pub fn documented(suite: &SuitePlan, redactor: &Redactor) -> SuiteCodesRow {
    // By what is shown: two codes of which the same is left are one, as they are in answers.
    let mut rows: IndexMap<String, DocumentedRow> = IndexMap::new();
    for DocumentedCode { code, places, cases } in &suite.codes {
        let nowhere = [String::new()];
        for at in if places.is_empty() { &nowhere[..] } else { places } {
            let code = shown_code(at, code, redactor);
            let row = rows.entry(code.clone()).or_insert_with(|| DocumentedRow {
                code,
                places: Vec::new(),
                cases: Vec::new(),
            });
            let place = place(at, redactor);
            if !place.is_empty() && !row.places.contains(&place) {
                row.places.push(place);
            }
            let new = cases.iter().map(ToString::to_string).filter(|id| !row.cases.contains(id));
            let new: Vec<String> = new.collect();
            row.cases.extend(new);
        }
    }
    SuiteCodesRow { suite: suite.name.clone(), documented: rows.into_values().collect() }
}

/// A code as a server wrote it, which may be anything: hidden by value and by the name of its place,
/// then cut.
pub(super) fn shown_code(at: &str, code: &str, redactor: &Redactor) -> String {
    shown(&hide::at_place(at, code, redactor), SHOWN_VALUE)
}

/// A place as it is shown: its names may be those of a server, secret and of any length.
pub(super) fn place(at: &str, redactor: &Redactor) -> String {
    excerpt::name(&redactor.text(at)).into_owned()
}

/// A warning about a user's file; a value that it quotes may be secret.
pub fn warning(warning: &Warning, redactor: &Redactor) -> WarningRow {
    WarningRow {
        file: file(&warning.file),
        pointer: warning.pointer.clone(),
        message: redactor.text(&warning.message).into_owned(),
    }
}

/// A path as reports name it: with `/`, without `./` in front (CI servers look for it in the
/// repository).
pub(crate) fn file(path: &Path) -> String {
    let text = path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    text.trim_start_matches("./").to_owned()
}

/// Why a case was skipped or errored.
fn reason(verdict: &Verdict, exchange: Option<&Exchange>) -> Option<String> {
    match verdict {
        Verdict::Passed(_) | Verdict::Failed(_) => None,
        Verdict::Skipped(reason) => Some(reason.clone()),
        Verdict::Errored(findings) => match exchange.map(|exchange| &exchange.result) {
            Some(Err(error)) => Some(error.to_string()),
            Some(Ok(_)) | None => findings.first().map(|finding| finding.id.explanation().to_owned()),
        },
    }
}

/// A finding with its secrets hidden, its texts cut to what a report shows.
pub(super) fn hidden(finding: &Finding, redactor: &Redactor) -> Finding {
    Finding {
        id: finding.id,
        severity: finding.severity,
        at: place(&finding.at, redactor),
        expected: shown(&hide::at_place(&finding.at, &finding.expected, redactor), SHOWN_VALUE),
        actual: shown(&hide::at_place(&finding.at, &finding.actual, redactor), SHOWN_VALUE),
        // A hint may end in a URL that the server named.
        hint: finding.hint.as_deref().map(|hint| shown(&redactor.url(hint), SHOWN_REASON)),
        provenance: finding.provenance.as_deref().map(|told| shown(&redactor.text(told), SHOWN_REASON)),
        waived: finding.waived.as_deref().map(|why| shown(&redactor.text(why), SHOWN_REASON)),
        earlier: finding.earlier.clone(),
    }
}

/// The beginning of a text whose secrets are hidden already.
fn shown(redacted: &str, limit: usize) -> String {
    excerpt::beginning(redacted, limit).into_owned()
}

#[cfg(test)]
mod tests;
