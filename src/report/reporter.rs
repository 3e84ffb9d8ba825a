//! [`Reporter`]: takes the events of a run, prints them, and writes the report files at the end.
//!
//! Invariants: cases are printed in the order of the plan, each as soon as those before it are
//! known, so equal runs print equally; a terminal that went away (`uphold run | head`) does not
//! stop the files from being written.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::events::{CaseRow, Event, Run, RunFinished, RunStarted};
use super::exchange::Allowance;
use super::junit;
use super::outputs::{OutputError, OutputFormat, Outputs};
use super::settings::{Annotations, ReportSettings};
use super::terminal::Terminal;
use super::{escape, github, html, json, markdown};

/// Why a report is not complete.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A file could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// Standard output could not be written (a closed pipe is not told).
    #[error("cannot print the report: {0}")]
    Terminal(#[source] io::Error),
}

/// One run on its way to the terminal and to files.
#[derive(Debug)]
pub struct Reporter<W> {
    terminal: Terminal<W>,
    unprintable: Option<io::Error>,
    outputs: Option<Outputs>,
    dialect: junit::Dialect,
    annotations: Option<Annotations>,
    started: Option<RunStarted>,
    cases: InOrder,
    /// A program that reads along.
    stream: Option<json::event::Stream<io::Stdout>>,
}

impl<W: Write> Reporter<W> {
    /// Prints to that terminal and writes those files, which were opened for these settings.
    pub fn new(terminal: Terminal<W>, outputs: Outputs, settings: &ReportSettings) -> Self {
        Self {
            terminal,
            unprintable: None,
            outputs: Some(outputs),
            dialect: settings.dialect,
            annotations: settings.annotations.clone(),
            started: None,
            cases: InOrder::default(),
            stream: settings.streams.then(|| json::event::Stream::new(io::stdout())),
        }
    }

    /// Takes the next event. Errors come with [`Event::Finished`] only: when the files cannot be
    /// written, or could not be printed.
    pub fn event(&mut self, event: &Event<'_>) -> Result<(), ReportError> {
        if let Some(stream) = &mut self.stream {
            let streamed = stream.event(event);
            self.keep(streamed);
        }
        match event {
            Event::Started(started) => {
                self.started = Some((*started).clone());
                let printed = self.terminal.started(started);
                self.keep(printed);
                Ok(())
            }
            Event::Case(row) => {
                self.cases.add((*row).clone());
                let first = self.cases.next;
                let printed = self.cases.ready().try_for_each(|row| self.terminal.case(row));
                self.cases.forget(first);
                self.keep(printed);
                Ok(())
            }
            Event::Finished(finished) => self.finish(finished),
        }
    }

    /// Remembers the first thing that went wrong while printing.
    fn keep(&mut self, printed: io::Result<()>) {
        if let Err(error) = printed {
            self.unprintable.get_or_insert(error);
        }
    }

    fn finish(&mut self, finished: &RunFinished) -> Result<(), ReportError> {
        let (Some(started), Some(outputs)) = (self.started.take(), self.outputs.take()) else {
            // A run that never started, or that is already over.
            return Ok(());
        };
        let late = self.cases.rest().try_for_each(|row| self.terminal.case(row));
        self.keep(late);
        let run = Run { started: &started, cases: self.cases.all().collect(), finished };
        let written = outputs.commit(|format, out| match format {
            OutputFormat::Junit => junit::write(&run, self.dialect, out),
            OutputFormat::Json => json::write(&run, out),
            OutputFormat::Html => html::write(&run, out),
            OutputFormat::Markdown => markdown::write(&run, out),
        });
        tell(&written.without);
        let printed = self.terminal.finished(&run, &written.reports).and_then(|()| match &self.annotations {
            Some(annotations) => self.terminal.commands(&github::commands(&run, annotations)),
            None => Ok(()),
        });
        self.keep(printed);
        if let Some(error) = OutputError::of(written.failed) {
            return Err(error.into());
        }
        match self.unprintable.take() {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(ReportError::Terminal(error)),
            Some(_) | None => Ok(()),
        }
    }
}

/// Says on stderr what is amiss and fails nothing. A closed stderr leaves nobody to tell.
fn tell(without: &[OutputError]) {
    let mut out = io::stderr().lock();
    for error in without {
        let _ = writeln!(out, "warning: {}", escape::line(&error.to_string()));
    }
}

/// Rows by position; those of which all before are there are ready.
#[derive(Debug, Default)]
struct InOrder {
    /// By position and, should a position come twice, by arrival.
    rows: BTreeMap<(usize, usize), CaseRow>,
    /// The first position that is not ready yet.
    next: usize,
    /// What their messages may take.
    allowance: Allowance,
}

impl InOrder {
    fn add(&mut self, row: CaseRow) {
        self.rows.insert((row.position, self.rows.len()), row);
    }

    /// The rows that became ready by the last [`InOrder::add`], each once.
    fn ready(&mut self) -> impl Iterator<Item = &CaseRow> {
        let first = self.next;
        while self.rows.range((self.next, 0)..=(self.next, usize::MAX)).next().is_some() {
            self.next += 1;
        }
        let Self { rows, allowance, next } = self;
        rows.range_mut((first, 0)..(*next, 0)).map(|(_, row)| fitted(row, allowance))
    }

    /// Drops what `--verbose` alone shows of the rows from `first` on that were ready.
    fn forget(&mut self, first: usize) {
        let next = self.next;
        for (_, row) in self.rows.range_mut((first, 0)..(next, 0)) {
            if row.verdict == super::events::VerdictRow::Passed && row.findings.is_empty() {
                row.exchange = None;
            }
        }
    }

    /// The rows behind a gap, which were never ready.
    fn rest(&mut self) -> impl Iterator<Item = &CaseRow> {
        let Self { rows, allowance, next } = self;
        rows.range_mut((*next, 0)..).map(|(_, row)| fitted(row, allowance))
    }

    fn all(&self) -> impl Iterator<Item = &CaseRow> {
        self.rows.values()
    }
}

fn fitted<'r>(row: &'r mut CaseRow, allowance: &mut Allowance) -> &'r CaseRow {
    if let Some(exchange) = &mut row.exchange {
        allowance.fit(exchange);
    }
    row
}

#[cfg(test)]
mod tests;
