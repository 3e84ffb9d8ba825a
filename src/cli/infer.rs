//! `uphold infer`.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap::Args;

use super::Failure;
use super::exit::Exit;
use crate::jobs::Signals;
use crate::jobs::infer::{BodySource, InferSettings, infer};

/// Infer a JSON Schema from loose JSON bodies
///
/// Each FILE holds one JSON text or a sequence of them (NDJSON); each text is one body. `-`, or no
/// FILE where something is piped in, reads stdin. The schema (draft 2020-12) goes to stdout. It
/// accepts every body; formats and patterns that the values only suggest bear `x-level: warning`.
/// Files may be of any size.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # what these answers have in common
  uphold infer one.json two.json > user.schema.json

  # a log of answers, one JSON text a line
  uphold infer < answers.ndjson

  # no other members, no other values than those that were seen
  uphold infer --strict answers.ndjson

  # where a claim of the schema comes from
  uphold infer answers.ndjson --why '/users/*/id'

Exit codes:
  0        the schema was printed
  2        bad usage, unreadable input, or no body shows the place of --why;
           nothing was printed")]
pub(super) struct InferArgs {
    /// Files of JSON texts; - is stdin
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Refuse members and values that no body shows: closed objects and enums
    #[arg(long, conflicts_with = "why")]
    strict: bool,

    /// Say what was seen at a place and in which bodies, instead of the schema
    ///
    /// A JSON pointer with `*` for the positions of an array and `{key}` for any name of an object;
    /// an empty one is the whole body. Where no body shows the place, that is an error.
    #[arg(long, value_name = "POINTER")]
    why: Option<String>,
}

impl InferArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let _ends_at_once = Signals::listen(super::give_up)?;
        if self.why.as_ref().is_some_and(|at| !at.is_empty() && !at.starts_with('/')) {
            let hint = "write a JSON pointer such as /users/*/id, or '' for the whole body";
            return Err(Failure::usage("--why must begin with `/`").with_hint(hint));
        }
        let settings = InferSettings { sources: self.sources()?, strict: self.strict, why: self.why.clone() };
        let inferred = infer(settings)?;
        // A closed stderr leaves nobody to tell.
        let _ = inferred.oddities.write(&mut anstream::stderr().lock());
        Failure::unless_printed(inferred.write(&mut anstream::stdout().lock()))?;
        Ok(Exit::Passed)
    }

    fn sources(&self) -> Result<Vec<BodySource>, Failure> {
        let stdin = || BodySource::Stream { name: "stdin".to_owned(), from: Box::new(std::io::stdin()) };
        if self.files.is_empty() {
            if std::io::stdin().is_terminal() {
                let hint = "give files, as in `uphold infer answer.json`, or pipe JSON into it";
                return Err(Failure::usage("there is nothing to infer from").with_hint(hint));
            }
            return Ok(vec![stdin()]);
        }
        let is_stdin = |file: &PathBuf| file.as_os_str() == "-";
        if self.files.iter().filter(|file| is_stdin(file)).count() > 1 {
            return Err(Failure::usage("stdin can be read only once: give `-` one time"));
        }
        let source = |file: &PathBuf| if is_stdin(file) { stdin() } else { BodySource::File(file.clone()) };
        Ok(self.files.iter().map(source).collect())
    }
}
