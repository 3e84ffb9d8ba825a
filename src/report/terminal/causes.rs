//! What fails for one reason: cases gathered by what was found, for the end of a run.
//!
//! A reason is the findings that the same cases have in common; a case may have several. What fails one case alone
//! was told with it, and is not repeated.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::shown;
use crate::finding::Finding;
use crate::report::count::count;
use crate::report::events::{CaseRow, Summary, VerdictRow};

/// Reasons that are told.
const SHOWN_REASONS: usize = 10;
/// Findings that are told of one reason.
const SHOWN_FINDINGS: usize = 5;
/// Cases that are named for one reason.
const SHOWN_CASES: usize = 3;
/// How many different findings are kept apart; what an API gets wrong in more ways is told case by case.
const MOST: usize = 2000;

/// The findings of the cases that failed so far.
#[derive(Debug, Default)]
pub(super) struct Causes {
    by_finding: IndexMap<[String; 4], Found>,
}

#[derive(Debug)]
struct Found {
    level: String,
    hint: Option<String>,
    cases: BTreeSet<usize>,
    names: Vec<String>,
}

impl Causes {
    pub(super) fn add(&mut self, row: &CaseRow) {
        if row.verdict != VerdictRow::Failed {
            return;
        }
        let gravest = row.findings.iter().filter(|finding| finding.waived.is_none());
        let Some(level) = gravest.clone().map(|finding| finding.severity).max() else { return };
        for finding in gravest.filter(|finding| finding.severity == level) {
            self.add_finding(row, finding);
        }
    }

    fn add_finding(&mut self, row: &CaseRow, finding: &Finding) {
        let key =
            [finding.id.to_string(), finding.at.clone(), finding.expected.clone(), finding.actual.clone()];
        if self.by_finding.len() >= MOST && !self.by_finding.contains_key(&key) {
            return;
        }
        let found = self.by_finding.entry(key).or_insert_with(|| Found {
            level: finding.level(),
            hint: finding.hint.clone(),
            cases: BTreeSet::new(),
            names: Vec::new(),
        });
        if found.cases.insert(row.position) && found.names.len() < SHOWN_CASES {
            found.names.push(row.id.clone());
        }
        // What only some of the answers suggest is no advice for all.
        if found.hint != finding.hint {
            found.hint = None;
        }
    }

    /// A text for each reason of two cases or more, that of the most cases first; `summary` counts all cases.
    pub(super) fn lines(&self, summary: &Summary) -> Vec<String> {
        let ran = summary.passed + summary.failed + summary.errored;
        let mut reasons: IndexMap<&BTreeSet<usize>, Vec<(&[String; 4], &Found)>> = IndexMap::new();
        for (key, found) in self.by_finding.iter().filter(|(_, found)| found.cases.len() > 1) {
            reasons.entry(&found.cases).or_default().push((key, found));
        }
        let mut reasons: Vec<_> = reasons.into_iter().collect();
        reasons.sort_by_key(|(cases, _)| Reverse(cases.len()));
        let mut lines: Vec<String> = reasons
            .iter()
            .take(SHOWN_REASONS)
            .flat_map(|(cases, findings)| told(cases.len(), ran, findings))
            .collect();
        if let Some(more @ 1..) = reasons.len().checked_sub(SHOWN_REASONS) {
            lines.push(format!("and {} of several cases", count(more, "more reason")));
        }
        lines
    }
}

fn told(cases: usize, ran: usize, findings: &[(&[String; 4], &Found)]) -> Vec<String> {
    let mut lines = Vec::new();
    for (at, ([id, place, expected, actual], found)) in findings.iter().take(SHOWN_FINDINGS).enumerate() {
        let head =
            if at == 0 { format!("{cases} cases fail for one reason: ") } else { "  and: ".to_owned() };
        let place = if place.is_empty() { String::new() } else { format!(" {place}") };
        lines.push(shown(&format!("{head}{} {id}{place}: expected {expected}, got {actual}", found.level)));
    }
    if let Some(more @ 1..) = findings.len().checked_sub(SHOWN_FINDINGS) {
        lines.push(format!("  and: {}", count(more, "more finding")));
    }
    let everywhere =
        |(key, _): &(&[String; 4], &Found)| key.first().is_some_and(|id| id.starts_with("status."));
    let not_found = |(key, _): &(&[String; 4], &Found)| key.last().is_some_and(|actual| actual == "404");
    if cases == ran && findings.iter().any(|one| everywhere(one) && not_found(one)) {
        lines.push("  hint: nothing is found there: is the path of the base URL right?".to_owned());
    } else if let Some(hint) = findings.iter().find_map(|(_, found)| found.hint.as_ref()) {
        lines.push(format!("  hint: {}", shown(hint)));
    }
    if let Some((_, found)) = findings.first() {
        let more = cases.saturating_sub(found.names.len());
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        lines.push(format!("  cases: {}{more}", shown(&found.names.join(", "))));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::FindingId;
    use crate::report::samples::row;

    fn failed(position: usize, findings: &[(FindingId, &str, &str)]) -> CaseRow {
        let findings = findings.iter().map(|(id, at, actual)| Finding::new(*id, *at, "that", *actual));
        CaseRow {
            findings: findings.collect(),
            ..row(position, &format!("s::item::case_{position}"), VerdictRow::Failed)
        }
    }

    fn lines(rows: &[CaseRow]) -> Vec<String> {
        let mut causes = Causes::default();
        for row in rows {
            causes.add(row);
        }
        causes.lines(&Summary { failed: rows.len(), ..Summary::default() })
    }

    #[test]
    fn what_fails_the_same_cases_is_one_reason_and_the_largest_comes_first() {
        use FindingId::{BodyFieldAdded, BodyFieldRemoved, BodyTypeChanged, StatusChanged};
        let mut rows = vec![
            failed(0, &[(BodyTypeChanged, "/id", "string")]),
            failed(1, &[(BodyTypeChanged, "/id", "string")]),
            failed(2, &[(BodyTypeChanged, "/id", "null")]),
        ];
        rows.extend((3..8).map(|at| {
            let note = (BodyFieldAdded, "/x", "1");
            failed(at, &[(StatusChanged, "", "401"), (BodyFieldRemoved, "/a", "nothing"), note])
        }));
        assert_eq!(
            lines(&rows),
            [
                "5 cases fail for one reason: breaking status.changed: expected that, got 401",
                "  and: breaking body.field.removed /a: expected that, got nothing",
                "  cases: s::item::case_3, s::item::case_4, s::item::case_5 and 2 more",
                "2 cases fail for one reason: breaking body.type.changed /id: expected that, got string",
                "  cases: s::item::case_0, s::item::case_1",
            ]
        );
    }

    #[test]
    fn one_case_is_no_group_and_many_groups_are_cut() {
        assert!(lines(&[failed(0, &[(FindingId::StatusChanged, "", "401")])]).is_empty());
        let rows: Vec<CaseRow> = (0..30)
            .map(|at| failed(at, &[(FindingId::BodyFieldRemoved, &format!("/{}", at / 2), "nothing")]))
            .collect();
        let lines = lines(&rows);
        assert_eq!(lines.last().map(String::as_str), Some("and 5 more reasons of several cases"));
        assert_eq!(lines.len(), SHOWN_REASONS * 2 + 1);
    }

    #[test]
    fn a_base_url_that_finds_nothing_is_told() {
        let rows = [0, 1].map(|at| failed(at, &[(FindingId::StatusClassChanged, "", "404")]));
        let hint = "  hint: nothing is found there: is the path of the base URL right?".to_owned();
        assert!(lines(&rows).contains(&hint));
        let mut causes = Causes::default();
        for row in &rows {
            causes.add(row);
        }
        assert!(!causes.lines(&Summary { passed: 1, failed: 2, ..Summary::default() }).contains(&hint));
    }

    #[test]
    fn only_advice_for_all_is_given() {
        let mut rows = [0, 1].map(|at| failed(at, &[(FindingId::StatusChanged, "", "401")]));
        for row in &mut rows {
            row.findings[0].hint = Some("look there".to_owned());
        }
        assert!(lines(&rows).contains(&"  hint: look there".to_owned()));
        rows[1].findings[0].hint = None;
        assert!(!lines(&rows).iter().any(|line| line.contains("hint")));
    }
}
