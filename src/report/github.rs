//! GitHub's annotations: workflow commands that show a case at the line of its example
//! (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>).
//!
//! GitHub shows ten errors, ten warnings and ten notices of a step and drops the others without a word; so
//! the gravest come first, and the last one says how many are left out.
//!
//! Invariant: the text has one command a line and nothing else, whatever the rows hold: every text in it is
//! cleaned by [`escape`] and encoded by GitHub's rules.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::fmt::Write as _;

use super::count::count;
use super::events::{CaseRow, Run, VerdictRow};
use super::settings::Annotations;
use super::{escape, excerpt, sentence};
use crate::finding::{Finding, Severity};

/// Annotations of one kind that GitHub shows for a step.
const SHOWN: usize = 10;
/// Findings of a case in its annotation.
const SHOWN_FINDINGS: usize = 5;
/// Bytes of one value in it.
const SHOWN_VALUE: usize = 300;

/// One command for each case that did not pass, and for each with a warning, up to ten of each; and a
/// notice with what came of the run.
pub fn commands(run: &Run<'_>, annotations: &Annotations) -> String {
    let mut text = String::new();
    let bad = |row: &&CaseRow| matches!(row.verdict, VerdictRow::Failed | VerdictRow::Errored);
    let warned = |row: &&CaseRow| gravest(row) >= Some(Severity::Warning) && !bad(row);
    push_all(&mut text, "error", run.cases.iter().copied().filter(bad).collect(), annotations);
    push_all(&mut text, "warning", run.cases.iter().copied().filter(warned).collect(), annotations);
    push(&mut text, "notice", &[("title", "uphold".into())], &sentence::of(run));
    text
}

fn push_all(text: &mut String, command: &str, mut rows: Vec<&CaseRow>, annotations: &Annotations) {
    // What the API did before what the way to it did.
    rows.sort_by_key(|row| (row.verdict == VerdictRow::Errored, Reverse(gravest(row))));
    let shown = if rows.len() > SHOWN { SHOWN - 1 } else { SHOWN };
    for row in rows.iter().take(shown) {
        push_case(text, command, row, annotations);
    }
    if let Some(more @ 1..) = rows.len().checked_sub(shown) {
        let what = if command == "error" { "case without a pass" } else { "case with warnings" };
        let told = format!("{} not shown here; the reports of the run have all", counted(more, what));
        push(text, command, &[("title", "uphold".into())], &told);
    }
}

/// `3 more cases with warnings`.
fn counted(number: usize, what: &str) -> String {
    let (noun, rest) = what.split_once(' ').unwrap_or((what, ""));
    format!("{} {rest}", count(number, &format!("more {noun}")))
}

fn push_case(text: &mut String, command: &str, row: &CaseRow, annotations: &Annotations) {
    let mut properties = vec![("file", file(row, annotations))];
    if let Some(line) = row.line {
        properties.push(("line", line.to_string().into()));
    }
    let mut findings: Vec<&Finding> = row.findings.iter().collect();
    findings.sort_by_key(|finding| Reverse(finding.severity));
    let title = findings.first().map(|finding| format!("{}: {}", finding.id, row.id));
    properties.push(("title", title.unwrap_or_else(|| row.id.clone()).into()));
    let mut lines: Vec<String> = row.reason.iter().map(|reason| cut(reason)).collect();
    lines.extend(findings.iter().take(SHOWN_FINDINGS).map(|finding| told(finding)));
    if let Some(more @ 1..) = findings.len().checked_sub(SHOWN_FINDINGS) {
        lines.push(format!("and {}", count(more, "more finding")));
    }
    push(text, command, &properties, &lines.join("\n"));
}

fn told(finding: &Finding) -> String {
    let place = if finding.at.is_empty() { String::new() } else { format!(" {}", cut(&finding.at)) };
    let (expected, actual) = (cut(&finding.expected), cut(&finding.actual));
    let earlier =
        finding.earlier.as_deref().map(|earlier| format!(" ({})", cut(earlier))).unwrap_or_default();
    let level = finding.level();
    let told = format!("{level} {}{place}{earlier}: expected {expected}, actual {actual}", finding.id);
    finding.waived.as_ref().map_or_else(|| told.clone(), |why| format!("{told} ({})", cut(why)))
}

/// In one line, as is all that stands in an annotation beside our own line breaks.
fn cut(text: &str) -> String {
    escape::line(&excerpt::line(text, SHOWN_VALUE)).into_owned()
}

/// From the root of the repository, as GitHub wants it.
fn file<'r>(row: &'r CaseRow, annotations: &Annotations) -> Cow<'r, str> {
    if annotations.folder.is_empty() || row.file.starts_with('/') {
        return row.file.as_str().into();
    }
    format!("{}/{}", annotations.folder, row.file).into()
}

fn gravest(row: &CaseRow) -> Option<Severity> {
    row.findings.iter().map(|finding| finding.severity).max()
}

/// `message` is clean but for line breaks of ours.
fn push(text: &mut String, command: &str, properties: &[(&str, Cow<'_, str>)], message: &str) {
    let properties = properties.iter().map(|(name, value)| format!("{name}={}", property(value)));
    // A String takes every text.
    let _ = writeln!(text, "::{command} {}::{}", properties.collect::<Vec<_>>().join(","), data(message));
}

/// Clean text, encoded for what stands behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Any text as the value of a property.
fn property(text: &str) -> String {
    data(&escape::line(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::finding::FindingId;
    use crate::report::samples;

    fn at_root(sample: &samples::Sample) -> String {
        commands(&sample.run(), &Annotations::default())
    }

    #[test]
    fn each_case_is_shown_at_its_line_and_the_gravest_first() {
        insta::assert_snapshot!(at_root(&samples::ordinary()));
    }

    #[test]
    fn files_are_named_from_the_root_of_the_repository() {
        let inner = Annotations { folder: "services/crm".to_owned() };
        let text = commands(&samples::ordinary().run(), &inner);
        assert!(text.starts_with("::error file=services/crm/cases/zoho-crm/zoho.postman"), "{text}");
    }

    #[test]
    fn what_github_would_drop_is_counted() {
        let mut sample = samples::ordinary();
        let failed = sample.cases[1].clone();
        sample.cases = vec![failed.clone(); 10];
        assert_eq!(at_root(&sample).matches("::error file=").count(), 10);
        sample.cases.push(failed);
        let text = at_root(&sample);
        assert_eq!(text.matches("::error file=").count(), 9);
        assert!(text.contains("::error title=uphold::2 more cases without a pass not shown here"), "{text}");
    }

    #[test]
    fn a_text_ends_no_command_and_begins_none() {
        let mut sample = samples::ordinary();
        let hostile = "a\n::stop-commands::x\r\n%0A::warning::, :";
        sample.cases[1].file = hostile.to_owned();
        sample.cases[1].findings = vec![Finding::new(FindingId::HeaderMissing, hostile, hostile, hostile)];
        let text = at_root(&sample);
        let line = text.lines().next().unwrap();
        assert!(
            line.starts_with(
                "::error file=a\\n%3A%3Astop-commands%3A%3Ax\\r\\n%250A%3A%3Awarning%3A%3A%2C %3A,line=11,"
            ),
            "{line}"
        );
        assert!(line.contains("expected a\\n::stop-commands::x\\r\\n%250A::warning::, :, actual"), "{line}");
    }

    #[test]
    fn a_waived_finding_says_so_and_why() {
        let mut sample = samples::ordinary();
        let mut waived =
            Finding::new(FindingId::HeaderMissing, "x-a", "x-a", "none").at_severity(Severity::Info);
        waived.waived = Some("until 2027-03-31: known".to_owned());
        sample.cases[1].findings.push(waived);
        let text = at_root(&sample);
        assert!(
            text.contains("waived header.missing x-a: expected x-a, actual none (until 2027-03-31: known)"),
            "{text}"
        );
    }

    proptest! {
        #[test]
        fn one_command_a_line(sample in samples::any_run()) {
            for line in at_root(&sample).lines() {
                prop_assert!(["::error ", "::warning ", "::notice "].iter().any(|start| line.starts_with(start)), "{line:?}");
                prop_assert!(!line.contains(|c: char| c.is_control() || escape::is_hidden(c)), "{line:?}");
            }
        }
    }
}
