//! The differences for people, as a run prints its findings.

use std::io::{self, Write};

use anstyle::AnsiColor;

use super::{Counts, DiffReport};
use crate::finding::{Finding, FindingId};
use crate::report::count::count;
use crate::report::{Terminal, Verbosity, escape};

/// Prints the report, with ANSI colours or without.
pub fn write(out: &mut dyn Write, report: &DiffReport, color: bool) -> io::Result<()> {
    let mut page = Terminal::new(&mut *out, color, Verbosity::Normal);
    for (case, findings) in &report.cases {
        let (label, color) = label(findings);
        let label = page.paint(&format!("{label:<7}"), color);
        page.line(&format!("{label}  {}", escape::line(case.as_deref().unwrap_or(&report.file))))?;
        page.findings(findings.iter().collect())?;
    }
    if !report.cases.is_empty() {
        page.line("")?;
    }
    let color = match report.counts {
        Counts { breaking: 0, env: 0, warning: 0, .. } => AnsiColor::Green,
        Counts { breaking: 0, env: 0, .. } => AnsiColor::Yellow,
        Counts { .. } => AnsiColor::Red,
    };
    let summary = page.paint(&found(report.counts), color);
    page.line(&format!("summary: {summary}; {}", compared(report)))?;
    report.note.map_or(Ok(()), |note| page.line(&format!("note: {note}")))
}

/// What became of the case as a whole.
fn label(findings: &[Finding]) -> (&'static str, AnsiColor) {
    let has = |id: FindingId| findings.iter().any(|finding| finding.id == id);
    if has(FindingId::CaseGone) {
        ("GONE", AnsiColor::Yellow)
    } else if has(FindingId::CaseNew) {
        ("NEW", AnsiColor::Blue)
    } else if has(FindingId::CaseRenamed) {
        ("RENAMED", AnsiColor::Blue)
    } else {
        ("CHANGED", AnsiColor::Magenta)
    }
}

fn found(counts: Counts) -> String {
    let all = counts.breaking + counts.warning + counts.info + counts.env;
    if all == 0 {
        return "no difference".to_owned();
    }
    let levels = [
        (counts.env, "env"),
        (counts.breaking, "breaking"),
        (counts.warning, "warning"),
        (counts.info, "info"),
    ];
    let levels = levels.iter().filter(|(number, _)| *number > 0);
    let levels: Vec<String> = levels.map(|(number, level)| format!("{number} {level}")).collect();
    format!("{} ({})", count(all, "finding"), levels.join(", "))
}

fn compared(report: &DiffReport) -> String {
    let counts = report.counts;
    if report.answers {
        return format!("{} compared", count(counts.compared, "answer"));
    }
    let Counts { compared, gone, new, renamed, .. } = counts;
    format!("{} compared, {gone} gone, {new} new, {renamed} renamed", count(compared, "example"))
}
