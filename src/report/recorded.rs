//! What `uphold record` prints: a line for each item, what was written, and what to do next.

use std::io::{self, Write};
use std::path::PathBuf;

use super::exchange::ExchangeRow;
use super::terminal::wire;
use super::{Verbosity, escape, hide, row};
use crate::message::Request;
use crate::redact::Redactor;
use crate::send::Exchange;

/// What came of recording. Every text of a suite or server in it is redacted.
#[derive(Debug, Default)]
pub struct Recorded {
    /// The suites, in the order they were asked for.
    pub suites: Vec<RecordedSuite>,
    /// Nothing was sent, as asked.
    pub dry: bool,
    /// The signal that ended it early, by name.
    pub interrupted: Option<&'static str>,
    /// What the user should know besides: proxies, certificates, grants that failed.
    pub notes: Vec<String>,
}

/// What came of one suite.
#[derive(Debug)]
pub struct RecordedSuite {
    /// Its name.
    pub name: String,
    /// Its selected items, in file order.
    pub items: Vec<RecordedItem>,
    /// How many items have an example, and were left alone.
    pub with_example: usize,
    /// The files that were written.
    pub files: Vec<PathBuf>,
    /// The copy of the collection as it was.
    pub backup: Option<PathBuf>,
    /// Why the answers could not be written.
    pub failure: Option<String>,
}

/// One item.
#[derive(Debug)]
pub struct RecordedItem {
    /// Suite, folders and item.
    pub id: String,
    /// What came of it.
    pub outcome: RecordOutcome,
    /// What was sent and what came; only where it is looked at.
    pub wire: Option<Box<WireRow>>,
}

/// What went over the wire, secrets hidden.
#[derive(Debug, Clone)]
pub struct WireRow {
    /// Method and URL.
    request: String,
    messages: ExchangeRow,
}

impl WireRow {
    /// Of a request as it was made, and what came of it.
    pub fn new(request: &Request, exchange: &Exchange, redactor: &Redactor) -> Self {
        let answer = exchange.result.as_ref().ok();
        let redactor = &answer.map_or_else(|| redactor.clone(), |answer| hide::with_answer(redactor, answer));
        let method = redactor.text(&request.method);
        Self {
            request: format!("{method} {}", redactor.url(&request.url())),
            messages: ExchangeRow::seen(request, answer, redactor),
        }
    }
}

/// What came of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordOutcome {
    /// Its answer is an example of this name; or would be, where it could not be written.
    Recorded(String),
    /// Its answer is none that could be saved, or there is none.
    Unfit(String),
    /// Nothing was sent.
    Skipped(String),
    /// This would be sent: method and URL.
    Planned(String),
}

impl Recorded {
    /// How many items came to this.
    pub fn count(&self, of: impl Fn(&RecordOutcome) -> bool) -> usize {
        self.suites.iter().flat_map(|suite| &suite.items).filter(|item| of(&item.outcome)).count()
    }

    /// Whether answers could not be written.
    pub fn has_failed(&self) -> bool {
        self.suites.iter().any(|suite| suite.failure.is_some())
    }

    /// Tells all of it; quietly, not what was saved.
    pub fn write(&self, out: &mut dyn Write, verbosity: Verbosity) -> io::Result<()> {
        let quiet = verbosity == Verbosity::Quiet;
        for suite in &self.suites {
            let is_told = |item: &&RecordedItem| {
                let saved = matches!(item.outcome, RecordOutcome::Recorded(_)) && suite.failure.is_none();
                !(quiet && (saved || matches!(item.outcome, RecordOutcome::Skipped(_))))
            };
            for item in suite.items.iter().filter(is_told) {
                let (word, text) = match &item.outcome {
                    RecordOutcome::Recorded(_) if suite.failure.is_some() => {
                        ("LOST", "not written, see below")
                    }
                    RecordOutcome::Recorded(name) => ("SAVED", name.as_str()),
                    RecordOutcome::Unfit(reason) => ("UNFIT", reason.as_str()),
                    RecordOutcome::Skipped(reason) => ("SKIP", reason.as_str()),
                    RecordOutcome::Planned(request) => ("WOULD", request.as_str()),
                };
                let separator = if word == "SAVED" { "  as " } else { "  " };
                writeln!(out, "{word:5}  {}{separator}{}", item.id, escape::line(text))?;
                let lines =
                    item.wire.iter().flat_map(|seen| wire::of_exchange(&seen.request, &seen.messages));
                for line in lines {
                    writeln!(out, "       {line}")?;
                }
            }
        }
        self.summary(out)?;
        self.suites.iter().try_for_each(|suite| suite.write(out))?;
        for note in &self.notes {
            writeln!(out, "note: {}", escape::line(note))?;
        }
        self.next(out)
    }

    fn summary(&self, out: &mut dyn Write) -> io::Result<()> {
        let unfit = self.count(|outcome| matches!(outcome, RecordOutcome::Unfit(_)));
        let skipped = self.count(|outcome| matches!(outcome, RecordOutcome::Skipped(_)));
        let with_example: usize = self.suites.iter().map(|suite| suite.with_example).sum();
        let left = match with_example {
            0 => String::new(),
            1 => "; 1 request has an example already".to_owned(),
            n => format!("; {n} requests have an example already"),
        };
        let interrupted = self.interrupted.map(|name| format!("; interrupted by {name}")).unwrap_or_default();
        if self.dry {
            let planned = self.count(|outcome| matches!(outcome, RecordOutcome::Planned(_)));
            return writeln!(
                out,
                "\nsummary: {planned} would be sent, {skipped} skipped{left}; nothing was sent"
            );
        }
        let is_saved = |suite: &&RecordedSuite| suite.failure.is_none();
        let saved = self.suites.iter().filter(is_saved).flat_map(|suite| &suite.items);
        let saved = saved.filter(|item| matches!(item.outcome, RecordOutcome::Recorded(_))).count();
        let lost = self.count(|outcome| matches!(outcome, RecordOutcome::Recorded(_))) - saved;
        let lost = if lost == 0 { String::new() } else { format!(", {lost} not written") };
        writeln!(out, "\nsummary: {saved} saved, {unfit} unfit{lost}, {skipped} skipped{left}{interrupted}")
    }

    fn next(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.dry {
            return match self.count(|outcome| matches!(outcome, RecordOutcome::Planned(_))) {
                0 => Ok(()),
                _ => writeln!(
                    out,
                    "\nnext: the same command without --dry-run sends them and saves the answers"
                ),
            };
        }
        let saved = self.suites.iter().filter(|suite| !suite.files.is_empty());
        let names: Vec<&str> = saved.map(|suite| suite.name.as_str()).collect();
        if names.is_empty() {
            return Ok(());
        }
        let names = names.join(" ");
        writeln!(out, "\nnext: look at the change, then")?;
        writeln!(out, "  uphold run {names}      proves the examples on the embedded mock")?;
        writeln!(out, "  uphold learn {names}    where schemas are kept in files")
    }
}

impl RecordedSuite {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for file in &self.files {
            writeln!(out, "written: {}", escape::line(&row::file(file)))?;
        }
        if let Some(backup) = &self.backup {
            writeln!(out, "as it was before: {}", escape::line(&row::file(backup)))?;
        }
        if let Some(failure) = &self.failure {
            writeln!(out, "error: {}", escape::line(failure))?;
        }
        Ok(())
    }
}
