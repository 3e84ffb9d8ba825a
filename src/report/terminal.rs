//! The report that people read while a run goes on.
//!
//! Invariants: every text from outside is shown through [`escape::line()`], so that no control
//! character reaches the terminal but our own colours; every line begins with a word of ours, since
//! a CI server takes `::error::` at the beginning of a line for a command, also behind blanks.

use std::cmp::Reverse;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use anstyle::{AnsiColor, Style};

use super::codes::{Catalogue, catalogues};
use super::count::count;
use super::events::{CaseRow, Run, RunStarted, ShardRow, Summary, TargetRow, VerdictRow, WholeRow};
use super::exchange::BodyRow;
use super::overview::{self, Overview};
use super::{codes_line, escape, excerpt};
use crate::finding::{Finding, Severity};
use causes::Causes;
pub use links::Links;
use next::Bad;

mod bodies;
mod causes;
mod compared;
mod links;
mod next;
pub(super) mod wire;

/// Warnings of files that are shown before the first case.
const SHOWN_WARNINGS: usize = 5;
/// Requests without an example that are named at the end.
const SHOWN_WITHOUT_EXAMPLE: usize = 10;
/// Findings that are shown for one case, the gravest first.
const SHOWN_FINDINGS: usize = 25;
/// What happened on the way that is shown for one case.
const SHOWN_NOTES: usize = 12;
/// Bytes of the line on the result codes of a suite.
const SHOWN_CODES: usize = 4000;
/// Bytes of one value or reason.
const SHOWN_VALUE: usize = 500;

/// Bytes of an answer that came with another status.
const SHOWN_ANSWER: usize = 2000;
/// Lines of it.
const SHOWN_ANSWER_LINES: usize = 20;

/// How much is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verbosity {
    /// Cases that failed or errored, and the summary.
    Quiet,
    /// Every case.
    #[default]
    Normal,
    /// Every case with what went over the wire.
    Verbose,
}

/// Prints a run; the order of the cases is the caller's.
#[derive(Debug)]
pub struct Terminal<W> {
    out: W,
    color: bool,
    verbosity: Verbosity,
    overview: Overview,
    /// Whether a case was printed.
    begun: bool,
    bad: Bad,
    causes: Causes,
    links: Option<Links>,
    /// Whether what was expected is the answer of another server.
    compares: bool,
}

/// A case as text, without colours: what a test runner shows of a test that failed.
pub fn plain(row: &CaseRow) -> String {
    let mut terminal = Terminal::new(Vec::new(), false, Verbosity::Normal);
    match terminal.case(row) {
        Ok(()) => String::from_utf8_lossy(&terminal.out).into_owned(),
        Err(error) => error.to_string(),
    }
}

impl<W: Write> Terminal<W> {
    /// Prints to `out`, with ANSI colours or without.
    pub fn new(out: W, color: bool, verbosity: Verbosity) -> Self {
        Self {
            out,
            color,
            verbosity,
            overview: Overview::default(),
            begun: false,
            bad: Bad::default(),
            causes: Causes::default(),
            links: None,
            compares: false,
        }
    }

    /// The same with links to the places of examples.
    #[must_use]
    pub fn linked(self, links: Option<Links>) -> Self {
        Self { links, ..self }
    }

    /// What is printed before the first request: what is run, against what, and oddities.
    pub fn started(&mut self, run: &RunStarted) -> io::Result<()> {
        self.banner(run)?;
        self.compares = run.compared.is_some();
        if let Some(compared) = &run.compared {
            self.comparison(compared)?;
        }
        if self.verbosity == Verbosity::Quiet {
            return Ok(());
        }
        writeln!(
            self.out,
            "uphold {}: {}{}",
            env!("CARGO_PKG_VERSION"),
            count(run.cases, "case"),
            part(&run.whole)
        )?;
        self.target(run)?;
        if let Some(seed) = run.seed {
            writeln!(self.out, "seed: {seed} (--seed {seed} draws the same dynamic values)")?;
        }
        for warning in run.warnings.iter().take(SHOWN_WARNINGS) {
            let (file, pointer) = (escape::line(&warning.file), escape::line(&warning.pointer));
            let place = if pointer.is_empty() { file.into_owned() } else { format!("{file} {pointer}") };
            let label = self.paint("warning:", AnsiColor::Yellow);
            writeln!(self.out, "{label} {place}: {}", shown(&warning.message))?;
        }
        if let Some(more) = run.warnings.len().checked_sub(SHOWN_WARNINGS).filter(|more| *more > 0) {
            writeln!(self.out, "and {}: uphold lint", count(more, "more warning"))?;
        }
        writeln!(self.out)?;
        self.out.flush()
    }

    /// One case: its line, and what there is to say about it. Why it was skipped stands in its
    /// line; what to do about it is said once for all cases, at the end.
    pub fn case(&mut self, row: &CaseRow) -> io::Result<()> {
        self.overview.add(row);
        self.bad.add(row);
        self.causes.add(row);
        let (label, color) = match row.verdict {
            VerdictRow::Passed => ("PASS", AnsiColor::Green),
            VerdictRow::Failed => ("FAIL", AnsiColor::Red),
            VerdictRow::Errored => ("ERROR", AnsiColor::Magenta),
            VerdictRow::Skipped => ("SKIP", AnsiColor::Cyan),
        };
        let bad = matches!(row.verdict, VerdictRow::Failed | VerdictRow::Errored);
        if self.verbosity == Verbosity::Quiet && !bad {
            return Ok(());
        }
        self.begun = true;
        let label = self.paint(&format!("{label:<5}"), color);
        writeln!(self.out, "{label}  {}  {}", escape::line(&row.id), about(row))?;
        let is_shown =
            |finding: &Finding| bad || finding.severity >= Severity::Warning || finding.waived.is_some();
        self.findings(row.findings.iter().filter(|finding| is_shown(finding)).collect())?;
        if bad {
            self.bodies(row)?;
            let place = place(row);
            let link = |links: &Links| links.link(&row.file, row.line, &place);
            writeln!(self.out, "       source    {}", self.links.as_ref().map_or(place.clone(), link))?;
        }
        // What is said of a finding stands beside it.
        let said: Vec<String> = row.findings.iter().filter_map(Finding::earlier_note).collect();
        for note in row.notes.iter().filter(|note| bad && !said.contains(note)).take(SHOWN_NOTES) {
            writeln!(self.out, "       note      {}", shown(note))?;
        }
        if bad && let Some(curl) = &row.curl {
            writeln!(self.out, "       $ {}", escape::line(curl))?;
        }
        if self.verbosity == Verbosity::Verbose {
            for line in wire::lines(row, self.compares) {
                writeln!(self.out, "       {line}")?;
            }
        }
        self.out.flush()
    }

    /// Where the bodies differ; or else the beginning of an answer that another status came with.
    fn bodies(&mut self, row: &CaseRow) -> io::Result<()> {
        let Some(exchange) = &row.exchange else { return Ok(()) };
        let diff = bodies::diff(exchange, &row.findings);
        if !diff.is_empty() {
            writeln!(self.out, "       diff      - saved example, + answer")?;
        }
        for (sign, text) in &diff {
            let line = format!("{sign} {text}");
            let line = match sign {
                '-' => self.paint(&line, AnsiColor::Red),
                '+' => self.paint(&line, AnsiColor::Green),
                _ => line,
            };
            writeln!(self.out, "         {}", line.trim_end())?;
        }
        let body = exchange.answer.as_ref().and_then(|answer| answer.body.as_ref());
        let of_status = |id: &str| ["status.", "outcome.", "env."].iter().any(|group| id.starts_with(group));
        let other = row.findings.iter().any(|finding| of_status(finding.id.as_str()));
        match body.filter(|body| diff.is_empty() && other && body.is_text) {
            Some(body) => self.answer(body),
            None => Ok(()),
        }
    }

    /// The beginning of a body: behind its label where it is one line, else line by line below it.
    fn answer(&mut self, body: &BodyRow) -> io::Result<()> {
        let lines = wire::of_body(body, SHOWN_ANSWER, SHOWN_ANSWER_LINES);
        let [first, .., last] = lines.as_slice() else {
            return writeln!(self.out, "       answer    {}", shown(&body.text));
        };
        let blank = |line: &String| line.trim().is_empty();
        writeln!(self.out, "       answer")?;
        let begin = usize::from(blank(first));
        let end = lines.len() - usize::from(blank(last));
        for line in lines.get(begin..end).unwrap_or_default() {
            // The mark keeps what a server says from the beginning of a line, where CI servers look for commands.
            writeln!(self.out, "{}", format!("         | {}", shown(line)).trim_end())?;
        }
        Ok(())
    }

    /// Lines that are for a program that reads along, escaped for it already.
    pub(super) fn commands(&mut self, lines: &str) -> io::Result<()> {
        self.out.write_all(lines.as_bytes())?;
        self.out.flush()
    }

    /// One line of our own words.
    pub(super) fn line(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.out, "{line}")
    }

    /// The findings of one case, the gravest first.
    pub(super) fn findings(&mut self, mut findings: Vec<&Finding>) -> io::Result<()> {
        findings.sort_by_key(|finding| Reverse(finding.severity));
        for finding in findings.iter().take(SHOWN_FINDINGS) {
            let color = match finding.severity {
                Severity::Breaking | Severity::Env => AnsiColor::Red,
                Severity::Warning => AnsiColor::Yellow,
                Severity::Info => AnsiColor::Blue,
            };
            let severity = self.paint(&finding.level(), color);
            let place = if finding.at.is_empty() { "" } else { "  " };
            writeln!(self.out, "       {severity} {}{place}{}", finding.id, escape::line(&finding.at))?;
            writeln!(self.out, "         expected  {}", shown(&finding.expected))?;
            writeln!(self.out, "         actual    {}", shown(&finding.actual))?;
            if let Some(earlier) = &finding.earlier {
                writeln!(self.out, "         earlier   {}", shown(earlier))?;
            }
            if let Some(told) = &finding.provenance {
                writeln!(self.out, "         examples  {}", shown(told))?;
            }
            if let Some(hint) = &finding.hint {
                writeln!(self.out, "         hint      {}", shown(hint))?;
            }
            if let Some(why) = &finding.waived {
                writeln!(self.out, "         waived    {}", shown(why))?;
            }
        }
        match findings.len().checked_sub(SHOWN_FINDINGS) {
            Some(more) if more > 0 => writeln!(self.out, "       and {}", count(more, "more finding")),
            Some(_) | None => Ok(()),
        }
    }

    /// The summary, with the reports that were written.
    pub fn finished(&mut self, run: &Run<'_>, reports: &[PathBuf]) -> io::Result<()> {
        let catalogues = catalogues(run.started, &run.cases);
        let forbidden = run.forbidden_skips();
        let Run { started, finished: run, .. } = run;
        let summary = run.summary;
        if self.verbosity != Verbosity::Quiet && self.begun {
            writeln!(self.out)?;
        }
        if let Some(signal) = run.interrupted {
            writeln!(self.out, "interrupted by {signal}: the cases that had not run are skipped")?;
        }
        self.said("error:", AnsiColor::Red, &run.errors)?;
        self.said("note:", AnsiColor::Blue, &run.notes)?;
        let color = match (summary.failed, summary.errored) {
            (0, 0) if summary.passed == 0 => AnsiColor::Yellow,
            (0, 0) => AnsiColor::Green,
            (0, _) => AnsiColor::Magenta,
            (_, _) => AnsiColor::Red,
        };
        let counts = format!(
            "{} passed, {} failed, {} errored, {} skipped",
            summary.passed, summary.failed, summary.errored, summary.skipped
        );
        let (counts, time) = (self.paint(&counts, color), time(run.duration));
        self.overview(&summary, (run.interrupted.is_some(), forbidden > 0), started)?;
        if forbidden > 0 {
            let label = self.paint("--no-skips:", AnsiColor::Red);
            writeln!(
                self.out,
                "{label} {} skipped for want of what the reasons name",
                count(forbidden, "case")
            )?;
        }
        writeln!(self.out, "summary: {counts}; {}; {time}", without_example(summary.without_example))?;
        self.without_example(&started.without_example)?;
        self.codes(&catalogues)?;
        self.target(started)?;
        for report in reports {
            writeln!(self.out, "report: {}", escape::line(&report.to_string_lossy()))?;
        }
        self.banner(started)?;
        self.next(started)?;
        self.out.flush()
    }

    fn said(&mut self, label: &str, color: AnsiColor, texts: &[String]) -> io::Result<()> {
        for text in texts {
            let label = self.paint(label, color);
            writeln!(self.out, "{label} {}", shown(text))?;
        }
        Ok(())
    }

    /// Why cases were skipped or errored, gathered; all of it even when quiet where nothing ran.
    fn overview(
        &mut self,
        summary: &Summary,
        (interrupted, forbids): (bool, bool),
        run: &RunStarted,
    ) -> io::Result<()> {
        let none_ran = summary.passed + summary.failed + summary.errored == 0;
        let mut lines = Vec::new();
        if self.verbosity != Verbosity::Quiet || none_ran || forbids {
            lines.extend(self.overview.skipped());
        }
        if self.verbosity != Verbosity::Quiet || self.overview.has_common_error() {
            lines.extend(self.overview.errored());
        }
        for line in self.causes.lines(summary) {
            writeln!(self.out, "{line}")?;
        }
        for line in lines {
            writeln!(self.out, "{}", shown(&line))?;
        }
        if none_ran && !interrupted {
            let why = match (summary.skipped, run.bare.as_slice()) {
                (_, _) if run.whole.shard.is_some() && run.cases < run.whole.cases => {
                    format!(
                        "no case of this shard is sent; all shards have {}",
                        count(run.whole.cases, "case")
                    )
                }
                (0, []) => "no case is selected; uphold list shows all there are".to_owned(),
                (0, files) => format!("no request of {} has a saved example", shown(&files.join(", "))),
                (_, _) => "every case is skipped; uphold list shows how each is had".to_owned(),
            };
            writeln!(self.out, "{} {why}", self.paint("nothing was tested:", AnsiColor::Yellow))?;
        }
        Ok(())
    }

    fn codes(&mut self, catalogues: &[Catalogue<'_>]) -> io::Result<()> {
        if self.verbosity == Verbosity::Quiet {
            return Ok(());
        }
        let mut lines = catalogues.iter().filter_map(codes_line::line);
        lines.try_for_each(|line| writeln!(self.out, "{}", escape::line(&excerpt::line(&line, SHOWN_CODES))))
    }

    fn without_example(&mut self, requests: &[String]) -> io::Result<()> {
        if self.verbosity == Verbosity::Quiet {
            return Ok(());
        }
        for path in requests.iter().take(SHOWN_WITHOUT_EXAMPLE) {
            writeln!(self.out, "no example: {}", escape::line(path))?;
        }
        match requests.len().checked_sub(SHOWN_WITHOUT_EXAMPLE) {
            Some(more) if more > 0 => writeln!(self.out, "no example: and {more} more: uphold list"),
            Some(_) | None => Ok(()),
        }
    }

    /// Where the answers may come from anybody: said loudly, also when quiet.
    fn banner(&mut self, run: &RunStarted) -> io::Result<()> {
        // Nothing leaves this machine on the mock.
        if !run.insecure || run.target.kind() == "mock" {
            return Ok(());
        }
        let label = self.paint("INSECURE:", AnsiColor::Red);
        writeln!(
            self.out,
            "{label} TLS certificates are not verified (--insecure): anybody on the way can read the credentials and answer"
        )
    }

    fn target(&mut self, run: &RunStarted) -> io::Result<()> {
        match &run.target {
            TargetRow::Live { .. } if run.compared.is_some() => Ok(()),
            TargetRow::Mock { .. } => {
                let mock = self.paint("target: mock", AnsiColor::Yellow);
                writeln!(
                    self.out,
                    "{mock} (the examples are served by uphold itself; --base-url URL tests an API)"
                )
            }
            TargetRow::Live { base_url } => writeln!(self.out, "target: {}", escape::line(base_url)),
        }?;
        run.via.iter().try_for_each(|proxy| writeln!(self.out, "via proxy {}", escape::line(proxy)))
    }

    pub(super) fn paint(&self, text: &str, color: AnsiColor) -> String {
        if !self.color {
            return text.to_owned();
        }
        let style = Style::new().fg_color(Some(color.into())).bold();
        format!("{style}{text}{style:#}")
    }
}

/// `(200, 12 ms)`, or the reason.
fn about(row: &CaseRow) -> String {
    if row.verdict == VerdictRow::Skipped {
        return row.reason.as_deref().map(|reason| shown(overview::cause(reason))).unwrap_or_default();
    }
    let reason = row.reason.as_deref().map(shown);
    let status = row.status.map(|status| status.to_string());
    let times = match row.verdict {
        VerdictRow::Passed if row.retries > 0 => Some(format!("passed on attempt {}", row.retries + 1)),
        _ => (row.attempts > 1).then(|| format!("{} attempts", row.attempts)),
    };
    let parts = [status, reason, times, Some(time(row.duration))];
    format!("({})", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// `file:line`, as editors take it, or the file.
fn place(row: &CaseRow) -> String {
    let file = shown(&row.file);
    row.line.map_or(file.clone(), |line| format!("{file}:{line}"))
}

fn shown(text: &str) -> String {
    escape::line(&excerpt::line(text, SHOWN_VALUE)).into_owned()
}

fn time(duration: Duration) -> String {
    if duration < Duration::from_millis(10) {
        format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
    } else if duration.as_secs() < 10 {
        format!("{} ms", duration.as_millis())
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}

/// ` (shard 2/4; all have 48 cases)`, for a shard.
fn part(whole: &WholeRow) -> String {
    let told = |shard: &ShardRow| {
        format!(" (shard {}/{}; all have {})", shard.number, shard.of, count(whole.cases, "case"))
    };
    whole.shard.as_ref().map(told).unwrap_or_default()
}

fn without_example(number: usize) -> String {
    format!("{} without an example", count(number, "request"))
}

#[cfg(test)]
mod tests;
