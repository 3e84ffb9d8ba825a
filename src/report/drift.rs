//! What a run with memory tells at its end: what is new, known, resolved, flaky.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::count::count;
use super::curl::quote;
use super::escape;
use super::events::CaseRow;
use crate::finding::Severity;
use crate::history::{Difference, FILE, Lost, News, Weighed};

/// Lines that are shown of each kind.
const SHOWN: usize = 25;

/// What differs from the runs before; filled case by case.
#[derive(Debug, Clone, Default)]
pub struct DriftReport {
    /// Why the history could not be read.
    pub unread: Option<String>,
    /// The last run before of any of the cases.
    since: Option<Timestamp>,
    new: Vec<(Severity, String)>,
    /// The first case of which there is something to tell.
    first: Option<String>,
    known: usize,
    /// When the oldest of what is known came.
    oldest: Option<Timestamp>,
    resolved: Vec<String>,
    flaky: Vec<String>,
    gone: Vec<String>,
}

/// A case and what its past says.
#[derive(Debug)]
pub struct Told<'a> {
    /// Its row.
    pub row: &'a CaseRow,
    /// Its findings, as they are remembered.
    pub differences: &'a [Difference],
    /// What they are.
    pub weighed: &'a Weighed,
}

/// How the history fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// The run is in this file.
    In(PathBuf),
    /// It is in none, because of this.
    No(String),
    /// Nothing was sent.
    Nothing,
}

impl DriftReport {
    /// Takes one case more.
    pub fn add(&mut self, told: &Told<'_>) {
        let Told { row, differences, weighed } = told;
        self.since = self.since.max(weighed.since);
        if self.first.is_none() && (!differences.is_empty() || !weighed.gone.is_empty()) {
            self.first = Some(row.id.clone());
        }
        let line = |difference: &Difference| line(difference, &row.id);
        let mut flaky = Vec::new();
        for (difference, news) in differences.iter().zip(&weighed.news) {
            match news {
                News::New => self.new.push((difference.severity, line(difference))),
                News::Known(first) => {
                    self.known += 1;
                    self.oldest = Some(self.oldest.map_or(*first, |oldest| oldest.min(*first)));
                }
                News::Flaky => flaky.push(line(difference)),
            }
        }
        for gone in &weighed.gone {
            let of = if gone.flaky { &mut flaky } else { &mut self.resolved };
            of.push(line(&gone.stretch.difference));
        }
        match &weighed.flaky {
            Some(why) if why.retries > 0 => {
                self.flaky.push(format!("{}  passed when tried again (attempt {})", row.id, why.retries + 1));
            }
            Some(why) => {
                self.flaky.push(format!("{}  failed {} of its last {} runs", row.id, why.failed, why.runs));
            }
            None => self.flaky.extend(flaky),
        }
    }

    /// Takes the cases that are in their collections no more.
    pub fn lose(&mut self, lost: &[Lost]) {
        self.gone.extend(lost.iter().map(|one| {
            let ran = one.last.map(|at| format!("; its last run was on {}", day(at))).unwrap_or_default();
            format!("{}  is in the collection no more{ran}", one.case)
        }));
    }

    /// Takes the cases of suites that are there no more: a line for each suite.
    pub fn lose_suites(&mut self, lost: &[Lost]) {
        let mut suites: BTreeMap<&str, (BTreeSet<&str>, Option<Timestamp>)> = BTreeMap::new();
        for one in lost {
            let suite = one.case.split("::").next().unwrap_or_default();
            let (cases, ran) = suites.entry(suite).or_default();
            cases.insert(&one.case);
            *ran = one.last.max(*ran);
        }
        self.gone.extend(suites.into_iter().map(|(suite, (cases, last))| {
            let ran = last.map(|at| format!("; its last run was on {}", day(at))).unwrap_or_default();
            format!("{suite}  is among the suites no more ({}){ran}", count(cases.len(), "case"))
        }));
    }

    /// The counts, and each new, resolved and flaky difference in a line; not escaped.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.counts()];
        lines.extend(labelled("new", self.in_order()));
        lines.extend(labelled("resolved", self.resolved.iter()));
        lines.extend(labelled("flaky", self.flaky.iter()));
        lines.extend(labelled("gone", self.gone.iter()));
        lines
    }

    /// The same lines, and the file.
    pub fn text(&self, out: &mut dyn Write, kept: &Kept) -> io::Result<()> {
        for line in self.lines() {
            writeln!(out, "{}", escape::line(&line))?;
        }
        match kept {
            Kept::In(file) => {
                writeln!(out, "history: {}", escape::line(&file.to_string_lossy()))?;
                self.next(out, file)?;
            }
            Kept::No(why) => writeln!(out, "history: this run is not remembered: {}", escape::line(why))?,
            Kept::Nothing => {}
        }
        out.flush()
    }

    /// What is asked of the history after a night with something in it.
    fn next(&self, out: &mut dyn Write, file: &Path) -> io::Result<()> {
        let Some(id) = &self.first else { return Ok(()) };
        let option = match file.to_string_lossy() {
            file if file == FILE => String::new(),
            file => format!(" --history {}", quote(&file)),
        };
        let line = format!("next: uphold history {}{option} tells since when, and how often", quote(id));
        writeln!(out, "{}", escape::line(&line))
    }

    /// `drift: new since 2026-11-21: 2; known: 5 (since 2026-11-03); resolved: 1; flaky: 1`.
    fn counts(&self) -> String {
        let new = match &self.since {
            Some(since) => format!("new since {}", day(*since)),
            None => "new (no earlier run is remembered)".to_owned(),
        };
        let since = self.oldest.map(|oldest| format!(" (since {})", day(oldest))).unwrap_or_default();
        let gone = match self.gone.len() {
            0 => String::new(),
            number => format!("; gone: {number}"),
        };
        format!(
            "drift: {new}: {}; known: {}{since}; resolved: {}; flaky: {}{gone}",
            self.new.len(),
            self.known,
            self.resolved.len(),
            self.flaky.len()
        )
    }

    /// What is new, the gravest first.
    fn in_order(&self) -> impl Iterator<Item = &String> {
        let mut new: Vec<&(Severity, String)> = self.new.iter().collect();
        new.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
        new.into_iter().map(|(_, line)| line)
    }
}

fn labelled<'l>(label: &str, lines: impl Iterator<Item = &'l String>) -> Vec<String> {
    let lines: Vec<&String> = lines.collect();
    let mut shown: Vec<String> = lines.iter().take(SHOWN).map(|line| format!("{label:<8}  {line}")).collect();
    if let Some(more @ 1..) = lines.len().checked_sub(SHOWN) {
        shown.push(format!("{label:<8}  and {more} more: uphold history"));
    }
    shown
}

/// Level, id, place and case of a difference in one line.
pub(super) fn line(difference: &Difference, case: &str) -> String {
    let Difference { kind, at, .. } = difference;
    let place = if at.is_empty() { "" } else { "  " };
    format!("{} {kind}{place}{at}  {case}", difference.level())
}

/// The day of a time, in UTC.
pub(super) fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Stretch;
    use crate::history::weigh::{Flaky, Gone};
    use crate::report::events::VerdictRow;
    use crate::report::samples::row;

    fn difference(kind: &str, at: &str, severity: Severity) -> Difference {
        Difference {
            kind: kind.to_owned(),
            at: at.to_owned(),
            severity,
            expected: String::new(),
            actual: String::new(),
            waived: false,
        }
    }

    fn text(report: &DriftReport, kept: &Kept) -> String {
        let mut out = Vec::new();
        report.text(&mut out, kept).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_is_new_known_resolved_and_flaky_is_told_apart() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let mut report = DriftReport::default();
        let differences = [
            difference("header.added", "header:x-a\u{1b}[31m", Severity::Info),
            difference("body.type.changed", "/id", Severity::Breaking),
            difference("body.field.removed", "/name", Severity::Breaking),
        ];
        let gone = difference("latency.regression", "", Severity::Warning);
        let first = at("2026-11-03T02:00:00Z");
        let stretch =
            Stretch { difference: gone, first, last: first, times: 1, resolved: None, counts: None };
        let weighed = Weighed {
            news: vec![News::New, News::New, News::Known(first)],
            gone: vec![Gone { stretch, flaky: false }],
            flaky: None,
            since: Some(at("2026-11-21T02:00:00Z")),
        };
        let row_of = |id: &str| row(0, id, VerdictRow::Failed);
        report.add(&Told { row: &row_of("shop::a::ok"), differences: &differences, weighed: &weighed });
        let flaky = Some(Flaky { failed: 3, runs: 10, flips: 3, retries: 0 });
        let weighed = Weighed { news: vec![News::Flaky], flaky, ..Weighed::default() };
        let odd = [difference("body.type.changed", "/id", Severity::Breaking)];
        report.add(&Told { row: &row_of("shop::b::ok"), differences: &odd, weighed: &weighed });
        insta::assert_snapshot!(text(&report, &Kept::In("reports/history.sqlite".into())), @r"
        drift: new since 2026-11-21: 2; known: 1 (since 2026-11-03); resolved: 1; flaky: 1
        new       breaking body.type.changed  /id  shop::a::ok
        new       info header.added  header:x-a\u{1b}[31m  shop::a::ok
        resolved  warning latency.regression  shop::a::ok
        flaky     shop::b::ok  failed 3 of its last 10 runs
        history: reports/history.sqlite
        next: uphold history shop::a::ok tells since when, and how often
        ");
    }

    #[test]
    fn the_first_run_says_that_it_is_the_first() {
        let told = text(&DriftReport::default(), &Kept::No("the disk is full".to_owned()));
        assert!(
            told.starts_with("drift: new (no earlier run is remembered): 0; known: 0; resolved: 0"),
            "{told}"
        );
        assert!(told.ends_with("history: this run is not remembered: the disk is full\n"), "{told}");
    }
}
