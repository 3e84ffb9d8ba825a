//! What the terminal says of a comparison of two servers before its cases.

use std::io::{self, Write};

use anstyle::AnsiColor;

use super::{Terminal, Verbosity, count, shown};
use crate::compare::live::Reason;
use crate::report::comparison::{CancelledRow, Comparison};
use crate::report::escape;

/// Cases that are named as differing from their saved examples.
const SHOWN_VIOLATING: usize = 5;
/// Differences that are listed as not counting.
const SHOWN_CANCELLED: usize = 1000;

impl<W: Write> Terminal<W> {
    /// The sentence, the servers, and what did not count.
    pub(super) fn comparison(&mut self, compared: &Comparison) -> io::Result<()> {
        let counts = compared.counts;
        let color = match (counts.breaking, counts.warnings, counts.not_comparable) {
            (0, 0, 0) => AnsiColor::Green,
            (0, _, _) => AnsiColor::Yellow,
            (_, _, _) => AnsiColor::Red,
        };
        let label = self.paint("compare:", color);
        writeln!(self.out, "{label} {}", escape::line(&compared.sentence))?;
        if self.verbosity == Verbosity::Quiet && !compared.lists_cancelled {
            return Ok(());
        }
        writeln!(self.out, "old: {}", escape::line(&compared.old))?;
        writeln!(self.out, "new: {}", escape::line(&compared.new))?;
        writeln!(self.out, "sent: {}, --rounds {}", count(counts.requests, "request"), compared.rounds)?;
        if counts.intermittent > 0 {
            writeln!(
                self.out,
                "intermittent: {} with differences that not every round had",
                count(counts.intermittent, "case")
            )?;
        }
        self.violating(&compared.violating)?;
        self.cancelled(compared)
    }

    fn violating(&mut self, cases: &[String]) -> io::Result<()> {
        if cases.is_empty() {
            return Ok(());
        }
        let named: Vec<_> = cases.iter().take(SHOWN_VIOLATING).map(|id| escape::line(id)).collect();
        let more = if cases.len() > SHOWN_VIOLATING { ", …" } else { "" };
        writeln!(
            self.out,
            "old differs from its own saved example in {}: {}{more}",
            count(cases.len(), "case"),
            named.join(", ")
        )
    }

    fn cancelled(&mut self, compared: &Comparison) -> io::Result<()> {
        let number = |reason| compared.cancelled.iter().filter(|row| row.reason == reason).count();
        let (noise, documented) = (number(Reason::Noise), number(Reason::Documented));
        if compared.cancelled.is_empty() {
            return Ok(());
        }
        let seldom = match number(Reason::Seldom) {
            0 => String::new(),
            seldom => format!(", {seldom} that came too seldom to tell from chance"),
        };
        let list = if compared.lists_cancelled { "" } else { " (--show-cancelled lists them)" };
        writeln!(
            self.out,
            "cancelled: {noise} that old has against itself, {documented} that the saved examples allow{seldom}{list}"
        )?;
        if !compared.lists_cancelled {
            return Ok(());
        }
        for CancelledRow { case, finding, reason } in compared.cancelled.iter().take(SHOWN_CANCELLED) {
            let reason = match reason {
                Reason::Noise => "noise",
                Reason::Documented => "documented",
                Reason::Seldom => "seldom",
            };
            let place = if finding.at.is_empty() { "" } else { "  " };
            writeln!(
                self.out,
                "cancelled {reason}  {}  {}{place}{}: {} → {}",
                escape::line(case),
                finding.id,
                escape::line(&finding.at),
                shown(&finding.expected),
                shown(&finding.actual)
            )?;
        }
        match compared.cancelled.len().checked_sub(SHOWN_CANCELLED) {
            Some(more) if more > 0 => {
                writeln!(self.out, "cancelled and {more} more: run.json has all of them")
            }
            Some(_) | None => Ok(()),
        }
    }
}
