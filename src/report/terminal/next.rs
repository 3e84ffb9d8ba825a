//! What to do after a run: the last line, where there is something to do.

use std::io::{self, Write};

use super::{Terminal, shown};
use crate::report::curl::quote;
use crate::report::events::RunStarted;

impl<W: Write> Terminal<W> {
    /// How to get examples where there are none, or one case alone where one did not pass. What a skipped
    /// case lacks stands beside its reason, and how to reach an API beside the target.
    pub(super) fn next(&mut self, run: &RunStarted) -> io::Result<()> {
        if let Some(file) = run.bare.first().filter(|_| run.cases == 0) {
            let file = shown(&quote(file));
            return writeln!(
                self.out,
                "next: save examples in Postman and export the collection again, or let `uphold record {file} \
                 --base-url URL` save the answers of a server"
            );
        }
        let Some(id) = &self.first_bad else { return Ok(()) };
        let id = shown(&quote(id));
        writeln!(
            self.out,
            "next: --filter {id} runs the first of these alone; a `$` line is the request for a shell"
        )
    }
}
