//! `uphold mock`.

use std::io::Write;

use clap::Args;

use super::Failure;
use super::args::SuiteArgs;
use super::exit::Exit;
use crate::jobs::mock::{MockSettings, mock};

/// Serve the saved examples on 127.0.0.1, as Postman's mock servers do
///
/// The URL is printed as soon as requests are answered; Ctrl-C or SIGTERM ends with exit code 0. An
/// example is chosen by x-mock-response-id (a case id), x-mock-response-name or
/// x-mock-response-code, then by method, path, query and body. A request whose example was saved
/// with auth gets 401 without it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # serve one suite
  uphold mock zoho-crm --port 8080

  # ask for an example by its status
  curl -X PUT -H 'Authorization: Bearer x' -H 'x-mock-response-code: 401' \\
      http://127.0.0.1:8080/crm/v2/users")]
pub(super) struct MockArgs {
    #[command(flatten)]
    suites: SuiteArgs,

    /// The port; without it a free one
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
}

impl MockArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let settings =
            MockSettings { chosen: self.suites.chosen(), port: self.port, give_up: super::give_up };
        mock(&settings, |origin, examples| {
            // The URL is the data; whoever starts the mock from a script reads it from stdout.
            let _ = writeln!(anstream::stdout(), "{origin}");
            let _ = writeln!(anstream::stderr(), "serving {examples} examples; Ctrl-C ends");
        })?;
        Ok(Exit::Passed)
    }
}
