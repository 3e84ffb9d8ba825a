//! `summary.md`: what came of a run on a page that GitHub, GitLab and others show beside the build.
//!
//! Invariants: every text from outside stands in a code span of `CommonMark`, in a line of ours, so that no
//! link, image, HTML or mention comes of it; the page is not longer than 256 KiB, since GitHub takes 1 MiB
//! for all that a step writes, and what is left out is counted.

use std::cmp::Reverse;
use std::io::{self, Write};

use indexmap::IndexMap;

use super::codes::catalogues;
use super::count::count;
use super::events::{CaseRow, Run, VerdictRow};
use super::overview::Overview;
use super::{codes_line, escape, excerpt, sentence};
use crate::finding::{Finding, FindingId, Severity};

/// Bytes of the page.
const LONGEST: usize = 256 * 1024;
/// Bytes of it that are kept for headings and for what is told of the rest.
const RESERVED: usize = 4 * 1024;
/// Bytes of one text in it.
const SHOWN_TEXT: usize = 300;
/// Findings that are shown for a case.
const SHOWN_FINDINGS: usize = 10;
/// Differences that several cases have, shown at the top.
const SHOWN_SHARED: usize = 10;
/// Lines of the other lists.
const SHOWN_LINES: usize = 50;

/// Writes a run.
pub fn write(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::default();
    head(&mut page, run);
    let of = |wanted: fn(&CaseRow) -> bool| run.cases.iter().copied().filter(move |row| wanted(row));
    let failed: Vec<&CaseRow> = of(|row| row.verdict == VerdictRow::Failed).collect();
    shared(&mut page, &failed, run);
    cases(&mut page, "Failed", &failed, Severity::Info);
    let errored: Vec<&CaseRow> = of(|row| row.verdict == VerdictRow::Errored).collect();
    cases(&mut page, "Without a usable answer", &errored, Severity::Info);
    let warned: Vec<&CaseRow> = of(|row| row.verdict == VerdictRow::Passed && has_warning(row)).collect();
    // Only a run that fails for what is new alone lets them pass.
    let (known, warned): (Vec<_>, Vec<_>) = warned.into_iter().partition(|row| has_known_break(row));
    cases(&mut page, "Still broken, as in earlier runs", &known, Severity::Warning);
    cases(&mut page, "Passed with warnings", &warned, Severity::Warning);
    rest(&mut page, run);
    out.write_all(page.text.as_bytes())
}

/// The sentence, the counts, where to.
fn head(page: &mut Page, run: &Run<'_>) {
    let what = if run.started.compared.is_some() { "uphold compare" } else { "uphold" };
    page.line(&format!("## {what}: {}", sentence::of(run)));
    page.line("");
    if let Some(compared) = &run.started.compared {
        page.line(&format!("- old: {}", code(&compared.old)));
        page.line(&format!("- new: {}", code(&compared.new)));
        let requests = count(compared.counts.requests, "request");
        page.line(&format!("- sent: {requests}, --rounds {}", compared.rounds));
        page.line(&format!("- differences that did not count: {}", compared.cancelled.len()));
    } else {
        let target = &run.started.target;
        page.line(&format!("- target: {} {}", target.kind(), code(target.base_url())));
    }
    let summary = run.finished.summary;
    page.line(&format!(
        "- {} passed, {} failed, {} without a usable answer, {} skipped; {} without an example",
        summary.passed,
        summary.failed,
        summary.errored,
        summary.skipped,
        count(summary.without_example, "request")
    ));
    page.line(&format!(
        "- started {:.0}, took {:.1} s",
        run.started.started,
        run.finished.duration.as_secs_f64()
    ));
    if let Some(shard) = &run.started.whole.shard {
        let all = count(run.started.whole.cases, "case");
        page.line(&format!("- shard {} of {}, which together have {all}", shard.number, shard.of));
    }
    if run.started.insecure {
        page.line("- **TLS certificates were not verified** (`--insecure`)");
    }
    page.list("Since the runs before", run.finished.drift.iter());
    page.list("Errors", run.finished.errors.iter());
}

/// What several cases have in common: one cause is one thing to mend.
fn shared(page: &mut Page, failed: &[&CaseRow], run: &Run<'_>) {
    let mut causes: IndexMap<(Severity, FindingId, &str), usize> = IndexMap::new();
    for finding in failed.iter().filter_map(|row| gravest(row)) {
        *causes.entry((finding.severity, finding.id, &finding.at)).or_default() += 1;
    }
    let mut causes: Vec<_> = causes.into_iter().filter(|(_, cases)| *cases > 1).collect();
    causes.sort_by_key(|((severity, _, _), cases)| (Reverse(*severity), Reverse(*cases)));
    let mut overview = Overview::default();
    run.cases.iter().for_each(|row| overview.add(row));
    let errors = if overview.has_common_error() { overview.errored() } else { Vec::new() };
    if causes.is_empty() && errors.is_empty() {
        return;
    }
    page.heading("In several cases");
    for error in errors.iter().take(SHOWN_SHARED) {
        page.item(&code(error.trim_start()));
    }
    for ((severity, id, at), cases) in causes.iter().take(SHOWN_SHARED) {
        page.item(&format!("{}: {severity} `{id}`{}", count(*cases, "case"), place(at)));
    }
    page.more(causes.len().saturating_sub(SHOWN_SHARED));
}

/// Each case with its place and what was found, the gravest first.
fn cases(page: &mut Page, heading: &str, rows: &[&CaseRow], least: Severity) {
    if rows.is_empty() {
        return;
    }
    page.heading(heading);
    let shown = rows.iter().take_while(|row| page.block(&case(row, least))).count();
    page.more(rows.len() - shown);
}

fn case(row: &CaseRow, least: Severity) -> String {
    let line = row.line.map(|line| format!(":{line}")).unwrap_or_default();
    let mut block = format!("- {} ({})", code(&row.id), code(&format!("{}{line}", row.file)));
    if let Some(reason) = &row.reason {
        block = format!("{block}: {}", code(reason));
    }
    block.push('\n');
    let mut findings: Vec<&Finding> = row.findings.iter().filter(|found| found.severity >= least).collect();
    findings.sort_by_key(|finding| Reverse(finding.severity));
    for finding in findings.iter().take(SHOWN_FINDINGS) {
        let Finding { id, at, expected, actual, .. } = finding;
        let level = finding.level();
        let place = place(at);
        block = format!(
            "{block}  - {level} `{id}`{place}: expected {}, actual {}{}\n",
            code(expected),
            code(actual),
            finding.earlier.as_deref().map(|earlier| format!("; {}", code(earlier))).unwrap_or_default()
        );
        if let Some(hint) = &finding.hint {
            block = format!("{block}    - hint: {}\n", code(hint));
        }
    }
    if let Some(more @ 1..) = findings.len().checked_sub(SHOWN_FINDINGS) {
        block = format!("{block}  - and {}\n", count(more, "more finding"));
    }
    block
}

/// What was waived, why cases were skipped, the result codes, requests without an example, notes.
fn rest(page: &mut Page, run: &Run<'_>) {
    let waived = run.cases.iter().flat_map(|row| row.findings.iter().filter_map(|found| waived(row, found)));
    page.list("Waived", waived.collect::<Vec<_>>().iter());
    let mut overview = Overview::default();
    run.cases.iter().for_each(|row| overview.add(row));
    page.list("Skipped", overview.skipped().iter());
    let codes: Vec<String> =
        catalogues(run.started, &run.cases).iter().filter_map(codes_line::line).collect();
    page.list("Result codes", codes.iter());
    page.list("Requests without an example", run.started.without_example.iter());
    page.list("Notes", run.finished.notes.iter());
}

/// What was let go, and why.
fn waived(row: &CaseRow, finding: &Finding) -> Option<String> {
    let why = finding.waived.as_ref()?;
    let place = if finding.at.is_empty() { "" } else { " " };
    Some(format!("{}: {}{place}{}: {why}", row.id, finding.id, finding.at))
}

fn gravest(row: &CaseRow) -> Option<&Finding> {
    row.findings.iter().rev().max_by_key(|finding| finding.severity)
}

fn has_known_break(row: &CaseRow) -> bool {
    row.findings.iter().any(|found| found.severity == Severity::Breaking && found.earlier.is_some())
}

fn has_warning(row: &CaseRow) -> bool {
    row.findings.iter().any(|finding| finding.severity >= Severity::Warning)
}

fn place(at: &str) -> String {
    if at.is_empty() { String::new() } else { format!(" at {}", code(at)) }
}

/// The text as a code span (`CommonMark` 0.31 §6.1): its fence is longer than any in the text, so that nothing
/// in it ends the span.
fn code(text: &str) -> String {
    let text = excerpt::line(text, SHOWN_TEXT);
    let text = escape::line(&text);
    if text.is_empty() {
        return "*nothing*".to_owned();
    }
    let mut longest = 0;
    let mut ticks = 0;
    for c in text.chars() {
        ticks = if c == '`' { ticks + 1 } else { 0 };
        longest = longest.max(ticks);
    }
    let fence = "`".repeat(longest + 1);
    // One blank on both sides is taken away again where the text has other characters.
    let padded = text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    let pad = if padded && !text.trim_matches(' ').is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The page so far; what no longer fits is left out and counted.
#[derive(Debug, Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn heading(&mut self, heading: &str) {
        self.line(&format!("\n### {heading}\n"));
    }

    fn item(&mut self, item: &str) {
        self.line(&format!("- {item}"));
    }

    /// Takes the lines if they fit.
    fn block(&mut self, block: &str) -> bool {
        let fits = self.text.len() + block.len() <= LONGEST - RESERVED;
        if fits {
            self.text.push_str(block);
        }
        fits
    }

    fn more(&mut self, more: usize) {
        if more > 0 {
            self.item(&format!("and {more} more: `run.json` has all of them"));
        }
    }

    /// A section of texts; none without any.
    fn list<'t>(&mut self, heading: &str, texts: impl ExactSizeIterator<Item = &'t String>) {
        let number = texts.len();
        if number == 0 {
            return;
        }
        self.heading(heading);
        let shown =
            texts.take(SHOWN_LINES).take_while(|text| self.block(&format!("- {}\n", code(text)))).count();
        self.more(number - shown);
    }
}

#[cfg(test)]
mod tests;
