//! What to do after a run: the last line, where there is something to do.

use std::io::{self, Write};

use super::{Terminal, shown};
use crate::report::curl::quote;
use crate::report::events::{CaseRow, RunStarted, VerdictRow};

/// The first cases that did not pass.
#[derive(Debug, Default)]
pub(super) struct Bad {
    failed: Option<String>,
    /// Why the first had no usable answer.
    errored: Option<String>,
}

impl Bad {
    pub(super) fn add(&mut self, row: &CaseRow) {
        match row.verdict {
            VerdictRow::Failed if self.failed.is_none() => self.failed = Some(row.id.clone()),
            VerdictRow::Errored if self.errored.is_none() => {
                self.errored = Some(row.reason.clone().unwrap_or_else(|| "not sent".to_owned()));
            }
            VerdictRow::Passed | VerdictRow::Skipped | VerdictRow::Failed | VerdictRow::Errored => {}
        }
    }
}

impl<W: Write> Terminal<W> {
    /// How to get examples where there are none, one case alone where one failed, and what to mend where
    /// answers are missing. What a skipped case lacks stands beside its reason, and how to reach an API
    /// beside the target.
    pub(super) fn next(&mut self, run: &RunStarted) -> io::Result<()> {
        if let Some(file) = run.bare.first().filter(|_| run.cases == 0) {
            let file = shown(&quote(file));
            return writeln!(
                self.out,
                "next: save examples in Postman and export the collection again, or let `uphold record {file} \
                 --base-url URL` save the answers of a server"
            );
        }
        match (&self.bad.failed, &self.bad.errored) {
            (Some(id), _) => {
                let id = shown(&quote(id));
                writeln!(
                    self.out,
                    "next: run the first that failed alone with --filter {id}, or paste its `$` line into a shell"
                )
            }
            (None, Some(reason)) => {
                writeln!(
                    self.out,
                    "next: no case failed, but answers are missing; see to this first: {}",
                    shown(reason)
                )
            }
            (None, None) => Ok(()),
        }
    }
}
