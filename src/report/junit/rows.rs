//! What is in a `JUnit` file, before it is XML. Every text here is clean: visible characters of XML
//! 1.0, in one line where it will be an attribute, and cut.

use std::cmp::Reverse;
use std::fmt::Write as _;

use indexmap::IndexMap;

use super::Dialect;
use crate::finding::{Finding, Severity};
use crate::report::events::{CaseRow, Run, VerdictRow};
use crate::report::{escape, excerpt};

/// Bytes of a message; Azure cuts at 4,000 characters.
const LONGEST_MESSAGE: usize = 950;
/// Bytes of one value of a finding, so that a long one leaves room for the others.
const LONGEST_VALUE: usize = 4 * 1024;
/// Bytes of the text of an element.
const LONGEST_TEXT: usize = 63 * 1024;
/// Bytes of one name; very long ones make a publisher of Azure fail.
const LONGEST_NAME: usize = 200;
/// Bytes of the output of a whole suite, in the strict dialect.
const LONGEST_OUTPUT: usize = 1024 * 1024;
/// A case that takes longer than this many milliseconds is a clock gone wrong.
const LONGEST_CASE: i64 = 1_000_000_000;

/// One `<testsuite>`.
#[derive(Debug)]
pub(super) struct SuiteRow {
    pub(super) name: String,
    pub(super) package: String,
    pub(super) tests: Vec<TestRow>,
}

/// One `<testcase>`.
#[derive(Debug)]
pub(super) struct TestRow {
    pub(super) classname: String,
    pub(super) name: String,
    pub(super) file: String,
    /// Only where the dialect has it.
    pub(super) line: Option<u32>,
    pub(super) milliseconds: i64,
    pub(super) result: ResultRow,
    /// Request, answer and the findings that do not fail; `None` where there is nothing to say.
    pub(super) output: Option<String>,
    pub(super) properties: Vec<(&'static str, String)>,
}

/// What came of a case.
#[derive(Debug)]
pub(super) enum ResultRow {
    Passed,
    Failed { kind: &'static str, message: String, text: String },
    Errored { kind: &'static str, message: String, text: String },
    Skipped { reason: String },
}

/// The properties of every suite: target, version and, of an interrupted run, the signal.
pub(super) fn facts(run: &Run<'_>) -> Vec<(&'static str, String)> {
    let target = &run.started.target;
    let mut facts = vec![
        ("uphold", env!("CARGO_PKG_VERSION").to_owned()),
        ("target", target.kind().to_owned()),
        ("base_url", one_line(target.base_url(), LONGEST_MESSAGE)),
    ];
    if !run.started.via.is_empty() {
        facts.push(("proxies", one_line(&run.started.via.join(" "), LONGEST_MESSAGE)));
    }
    if run.started.insecure {
        facts.push(("insecure", "TLS certificates were not verified".to_owned()));
    }
    if let Some(seed) = run.started.seed {
        facts.push(("seed", seed.to_string()));
    }
    if let Some(signal) = run.finished.interrupted {
        facts.push(("interrupted", signal.to_owned()));
    }
    facts
}

/// The cases in suites by folder, both in the order in which they first come.
pub(super) fn suites(run: &Run<'_>, dialect: Dialect) -> Vec<SuiteRow> {
    let mut suites: IndexMap<String, SuiteRow> = IndexMap::new();
    for row in &run.cases {
        let place = Place::of(row);
        let suite = suites.entry(place.folder.clone()).or_insert_with(|| SuiteRow {
            name: place.folder.clone(),
            package: part(&row.suite),
            tests: Vec::new(),
        });
        suite.tests.push(test(row, place, dialect));
    }
    suites.into_values().collect()
}

impl SuiteRow {
    pub(super) fn skipped(&self) -> usize {
        self.tests.iter().filter(|test| matches!(test.result, ResultRow::Skipped { .. })).count()
    }

    /// What all its cases have to say, each under its name.
    pub(super) fn output(&self) -> String {
        let told = self.tests.iter().filter_map(|test| {
            test.output.as_ref().map(|output| format!("== {}.{}\n{output}\n", test.classname, test.name))
        });
        excerpt::lines(&told.collect::<String>(), LONGEST_OUTPUT).into_owned()
    }
}

/// An id taken apart into the names of `JUnit`.
struct Place {
    folder: String,
    classname: String,
    name: String,
}

impl Place {
    fn of(row: &CaseRow) -> Self {
        let parts: Vec<String> = row.id.split("::").map(part).collect();
        let first = |keep: usize| parts.get(..keep.max(1)).unwrap_or(&parts).join(".");
        Self {
            folder: first(parts.len().saturating_sub(2)),
            classname: first(parts.len().saturating_sub(1)),
            name: parts.last().cloned().unwrap_or_default(),
        }
    }
}

/// A part of a dotted name. Parts of ids have no dots; should one come, it must not make a package.
fn part(text: &str) -> String {
    let clean = one_line(text.trim(), LONGEST_NAME).replace('.', "_");
    if clean.is_empty() { "unnamed".to_owned() } else { clean }
}

fn test(row: &CaseRow, place: Place, dialect: Dialect) -> TestRow {
    let milliseconds = i64::try_from(row.duration.as_millis()).unwrap_or(LONGEST_CASE);
    TestRow {
        classname: place.classname,
        name: place.name,
        file: one_line(&row.file, LONGEST_MESSAGE),
        line: row.line.filter(|_| dialect == Dialect::Rich),
        milliseconds: milliseconds.min(LONGEST_CASE),
        result: result(row),
        output: output(row),
        properties: match dialect {
            Dialect::Rich => properties(row),
            Dialect::Strict => Vec::new(),
        },
    }
}

fn result(row: &CaseRow) -> ResultRow {
    match row.verdict {
        VerdictRow::Passed => ResultRow::Passed,
        VerdictRow::Failed => {
            let (kind, message) = headline(row, "the answer differs from the example");
            ResultRow::Failed { kind, text: text(&message, row), message }
        }
        VerdictRow::Errored => {
            let (kind, message) = headline(row, "there is no usable answer");
            ResultRow::Errored { kind, text: text(&message, row), message }
        }
        VerdictRow::Skipped => ResultRow::Skipped {
            reason: one_line(row.reason.as_deref().unwrap_or("not sent"), LONGEST_MESSAGE),
        },
    }
}

/// Kind and message: the gravest finding, of equals the first.
fn headline(row: &CaseRow, otherwise: &str) -> (&'static str, String) {
    let gravest = row.findings.iter().rev().max_by_key(|finding| finding.severity);
    let Some(finding) = gravest else {
        return ("uphold", one_line(row.reason.as_deref().unwrap_or(otherwise), LONGEST_MESSAGE));
    };
    let at = if finding.at.is_empty() { String::new() } else { format!(" {}", finding.at) };
    let more = match row.findings.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    let what = format!("{}{at}: expected {}, actual {}", finding.id, finding.expected, finding.actual);
    (finding.id.as_str(), format!("{}{more}", one_line(&what, LONGEST_MESSAGE)))
}

/// The message, every finding, the gravest first, and how to send the request again.
fn text(message: &str, row: &CaseRow) -> String {
    let mut text = format!("{message}\n");
    if let Some(reason) = &row.reason {
        // A String takes every text.
        let _ = writeln!(text, "\nreason: {reason}");
    }
    let mut findings: Vec<_> = row.findings.iter().collect();
    findings.sort_by_key(|finding| Reverse(finding.severity));
    for finding in findings {
        text.push('\n');
        push_finding(&mut text, finding);
    }
    for note in &row.notes {
        let _ = writeln!(text, "\nnote: {note}");
    }
    if let Some(curl) = &row.curl {
        let _ = writeln!(text, "\n{curl}");
    }
    clean(&text)
}

fn push_finding(text: &mut String, finding: &Finding) {
    let place = if finding.at.is_empty() { "" } else { " " };
    let at = one_line(&finding.at, LONGEST_MESSAGE);
    let _ = writeln!(text, "{} {}{place}{at}", finding.level(), finding.id);
    let told = [
        ("expected", Some(&finding.expected)),
        ("actual", Some(&finding.actual)),
        ("examples", finding.provenance.as_ref()),
        ("hint", finding.hint.as_ref()),
        ("waived", finding.waived.as_ref()),
    ];
    for (name, value) in told.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        let _ = writeln!(text, "  {name:<8}  {}", one_line(value, LONGEST_VALUE));
    }
}

/// Request line and answer; of a case that passed only what was found all the same, the gravest first,
/// with the request line. What was found in a case that did not pass stands in its failure.
fn output(row: &CaseRow) -> Option<String> {
    let mut found: Vec<_> = match row.verdict {
        VerdictRow::Passed => row.findings.iter().collect(),
        VerdictRow::Failed | VerdictRow::Errored | VerdictRow::Skipped => Vec::new(),
    };
    found.sort_by_key(|finding| Reverse(finding.severity));
    let flaky = row.verdict == VerdictRow::Passed && row.retries > 0;
    let wire = row.exchange.as_ref().filter(|_| is_told_whole(row));
    let curl = row.curl.as_ref().filter(|_| is_told_whole(row));
    if found.is_empty() && wire.is_none() && curl.is_none() && !flaky {
        return None;
    }
    let mut text = String::new();
    if flaky {
        let _ = writeln!(text, "passed on attempt {}", row.retries + 1);
    }
    if let Some(request) = &row.request {
        let _ = writeln!(text, "{} {}", request.method, request.url);
    }
    let answer = wire.and_then(|exchange| exchange.answer_excerpt());
    for told in [curl, answer.as_ref()].into_iter().flatten() {
        let _ = writeln!(text, "{told}");
    }
    for finding in found {
        push_finding(&mut text, finding);
    }
    Some(clean(&text))
}

/// Whether the messages of the case are shown: it did not pass, or only because what breaks it is known.
fn is_told_whole(row: &CaseRow) -> bool {
    let is_known = |found: &Finding| found.severity == Severity::Breaking && found.earlier.is_some();
    row.verdict != VerdictRow::Passed || row.findings.iter().any(is_known)
}

fn properties(row: &CaseRow) -> Vec<(&'static str, String)> {
    let ids: Vec<_> = row.findings.iter().map(|finding| finding.id.as_str()).collect();
    let request = row.request.as_ref();
    let properties = [
        ("method", request.map(|request| request.method.clone())),
        ("url", request.map(|request| request.url.clone())),
        ("recipe", Some(row.recipe.clone())),
        ("example", Some(row.pointer.clone())),
        ("attempts", (row.attempts > 1).then(|| row.attempts.to_string())),
        ("findings", (!ids.is_empty()).then(|| ids.join(" "))),
    ];
    properties
        .into_iter()
        .filter_map(|(name, value)| Some((name, one_line(&value?, LONGEST_MESSAGE))))
        .collect()
}

/// Cut last: an escaped character is longer than itself.
fn clean(text: &str) -> String {
    let text = excerpt::lines(text, LONGEST_TEXT);
    excerpt::lines(&escape::lines(&text), LONGEST_TEXT).into_owned()
}

fn one_line(text: &str, limit: usize) -> String {
    let text = excerpt::line(text, limit);
    excerpt::line(&escape::line(&text), limit).into_owned()
}
