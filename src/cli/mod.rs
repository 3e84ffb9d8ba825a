//! The command line: one file per command; what was typed becomes a checked value once, and a
//! job does the work.
//!
//! This room and [`harness`](crate::harness) are the only ones that read arguments and the
//! process environment. Data goes to stdout, everything else to stderr.

mod accept;
mod args;
mod ci;
mod compare;
mod completions;
mod decide;
mod diff;
mod drift;
pub mod exit;
mod explain;
mod failure;
mod history;
mod idle;
mod infer;
mod init;
mod learn;
mod lint;
mod list;
mod man;
mod merge;
mod mock;
mod network;
mod prove;
mod record;
mod reject;
mod reports;
mod review;
mod run;
mod schema;
mod screen;
mod sending;
mod suggest;
mod waive;
mod width;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::jobs::Interrupt;
use failure::Failure;

/// Every saved example of a Postman collection is a test.
///
/// uphold sends the request of each saved example to the base URL you name and checks status,
/// headers, result code and body against what the example documents.
#[derive(Debug, Parser)]
#[command(name = "uphold", version, propagate_version = true, after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"), max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// Colour: auto looks at the terminal, `NO_COLOR` and `CLICOLOR_FORCE`
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

const EXAMPLES: &str = "\
Examples:
  # check the examples against themselves on the embedded mock
  uphold run shop.postman_collection.json

  # test an API
  uphold run shop.postman_collection.json --base-url https://api.example.com

  # make a suite of it: cases/, a commented suite.toml, schemas/
  uphold init shop.postman_collection.json

  # every suite under cases/
  uphold run

  # every night: what is new since the last one, and since when a case fails
  uphold drift --only-safe --fail-on new-breaking
  uphold history '*::get_order::*'

  # decide on what failed: it is right so, let it go for now, or neither
  uphold review

  # how each case is had, and why some are not; what is wrong with the files
  uphold list zoho-crm
  uphold lint zoho-crm

  # what a finding means, and what to do about it
  uphold explain body.field.removed

  # which changes of the API the tests would catch
  uphold prove zoho-crm

  # keep the contract in files that can be read, reviewed and edited
  uphold learn zoho-crm

  # what changed between two versions of a collection, or two answers
  uphold diff shop-v1.json shop-v2.json

  # does the new version of an API break us?
  uphold compare shop.json --old https://api.example.com \\
      --new https://next.example.com

  # a quarter of the cases on each of four machines, one report
  uphold run --shard 1/4 --report json=shards/1.json
  uphold merge shards/*.json

  # save the answers of requests that have no example
  uphold record shop --base-url https://api.example.com";

/// Of every command; see [`exit`].
const EXIT_CODES: &str = "\
Exit codes:
  0        all that ran passed
  1        a case failed
  2        bad usage or unreadable input, nothing was sent
  3        none failed, but one had no usable answer
  4        no case ran
  130/143  interrupted, the reports were written";

/// The help of each is that of its arguments.
#[derive(Debug, Subcommand)]
enum Command {
    Init(init::InitArgs),
    Run(run::RunArgs),
    Drift(drift::DriftArgs),
    History(history::HistoryArgs),
    List(list::ListArgs),
    Lint(lint::LintArgs),
    Mock(mock::MockArgs),
    Prove(prove::ProveArgs),
    Learn(learn::LearnArgs),
    Infer(infer::InferArgs),
    Diff(diff::DiffArgs),
    Compare(compare::CompareArgs),
    Record(record::RecordArgs),
    Merge(merge::MergeArgs),
    Review(review::ReviewArgs),
    Accept(accept::AcceptArgs),
    Waive(waive::WaiveArgs),
    Reject(reject::RejectArgs),
    Explain(explain::ExplainArgs),
    Schema(schema::SchemaArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// Runs the program on its arguments.
pub fn main() -> ExitCode {
    let given = Cli::command().try_get_matches();
    let parsed = given.and_then(|given| Ok((Cli::from_arg_matches(&given)?, given)));
    let (cli, given) = parsed.unwrap_or_else(|error| suggest::better(error).exit());
    match cli.color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    }
    .write_global();
    if let Some((_, given)) = given.subcommand()
        && let Err(failure) = idle::refuse(given)
    {
        return failure.tell().into();
    }
    let result = match &cli.command {
        Command::Init(args) => args.run(),
        Command::Run(args) => args.run(),
        Command::Drift(args) => args.run(),
        Command::History(args) => args.run(),
        Command::List(args) => args.run(),
        Command::Lint(args) => args.run(),
        Command::Mock(args) => args.run(),
        Command::Prove(args) => args.run(),
        Command::Learn(args) => args.run(),
        Command::Infer(args) => args.run(),
        Command::Diff(args) => args.run(),
        Command::Compare(args) => args.run(),
        Command::Record(args) => args.run(),
        Command::Merge(args) => args.run(),
        Command::Review(args) => args.run(),
        Command::Accept(args) => args.run(),
        Command::Waive(args) => args.run(),
        Command::Reject(args) => args.run(),
        Command::Explain(args) => args.run(),
        Command::Schema(args) => args.run(),
        Command::Completions(args) => args.run(),
        Command::Man(args) => args.run(),
    };
    result.unwrap_or_else(|failure: Failure| failure.tell()).into()
}

/// Ends the program at once, with a word and the exit code of the signal. A reader of stderr that takes nothing
/// does not hold it up.
fn give_up(signal: Interrupt) -> ! {
    let told = std::thread::spawn(move || {
        let _ =
            writeln!(anstream::stderr(), "interrupted by {}: nothing more is sent or written", signal.name());
    });
    for _ in 0..20 {
        if told.is_finished() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    std::process::exit(signal.exit_code().into())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn every_help_teaches_by_example_and_fits_a_terminal() {
        let mut all = super::Cli::command().term_width(80);
        all.build();
        let names: Vec<String> = all.get_subcommands().map(|command| command.get_name().to_owned()).collect();
        assert_eq!(
            names,
            [
                "init",
                "run",
                "drift",
                "history",
                "list",
                "lint",
                "mock",
                "prove",
                "learn",
                "infer",
                "diff",
                "compare",
                "record",
                "merge",
                "review",
                "accept",
                "waive",
                "reject",
                "explain",
                "schema",
                "completions",
                "man",
                "help"
            ]
        );
        let mut helps = vec![all.render_long_help().to_string()];
        for name in names.iter().filter(|name| *name != "help") {
            let command = all.find_subcommand_mut(name).unwrap();
            helps.push(command.render_long_help().to_string());
            helps.push(command.render_help().to_string());
        }
        for help in helps {
            let long: Vec<_> = help.lines().filter(|line| line.chars().count() > 80).collect();
            assert_eq!(long, Vec::<&str>::new());
            let (_, examples) = help.split_once("\nExamples:\n").unwrap();
            let shown = examples.lines().take_while(|line| *line != "Exit codes:");
            for line in shown.filter(|line| !line.is_empty()) {
                let whole =
                    ["  # ", "  uphold ", "  curl ", "      "].iter().any(|start| line.starts_with(start));
                assert!(whole, "`{line}` is wrapped in:\n{help}");
            }
        }
    }
}
