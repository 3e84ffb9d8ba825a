//! The front for `cargo test` and `cargo nextest run`: every case is a test under its id.
//!
//! A crate that keeps collections under `cases/` adds one file:
//!
//! ```no_run
//! // tests/cases.rs, with `harness = false` for it in Cargo.toml
//! fn main() -> std::process::ExitCode {
//!     uphold::harness::main()
//! }
//! ```
//!
//! Environment: `UPHOLD_BASE_URL` makes the run live (`URL`, or `SUITE=URL` for each suite, joined
//! by commas; that allows writes only where suite.toml does), `UPHOLD_SUITES` names the suites
//! (joined by commas; default: all under `cases/`). Without a URL the embedded mock serves the
//! examples.
//!
//! Requests are sent many at a time, whatever `--test-threads` says: libtest-mimic's one thread
//! only collects the verdicts. A process that is asked for single cases (`--exact`, as nextest
//! does) loads only their suites.

use std::collections::{BTreeMap, HashMap};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, Sender, channel};

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::finding::Severity;
use crate::jobs::prepare::{Asked, Prepared, prepare};
use crate::jobs::work::Work;
use crate::jobs::{BaseUrls, Chosen, Goal, JobError, load};
use crate::plan::{Action, Case, Selection};
use crate::redact::Redactor;
use crate::report::events::{CaseRow, VerdictRow};
use crate::report::{failure, terminal};
use crate::send::{Cancel, Client, Limits, Signing};
use crate::suite::{Inputs, Workspace, id_part};

/// Requests in flight at once: the trials wait for nothing else.
const JOBS: usize = 64;

/// Runs the cases of the workspace in the current folder as tests, by the arguments of libtest.
///
/// Exit codes are libtest's: 0 all passed, 101 a test failed; 2 where the suites cannot be read.
pub fn main() -> ExitCode {
    let mut args = Arguments::from_args();
    // The requests run beside each other on a runtime; one thread is enough to collect them.
    args.test_threads = Some(1);
    match tests(&args) {
        Ok(tests) => tests.run(&args),
        Err(error) => {
            // A closed stderr leaves nobody to tell; the exit code still says it.
            let _ =
                failure::write(&mut anstream::stderr().lock(), &error.to_string(), error.hint().as_deref());
            ExitCode::from(2)
        }
    }
}

/// The trials, and what is to be done for those that are wanted.
struct Tests {
    trials: Vec<Trial>,
    senders: HashMap<String, Sender<CaseRow>>,
    prepared: Prepared,
    runtime: tokio::runtime::Runtime,
}

fn tests(args: &Arguments) -> Result<Tests, JobError> {
    let environment: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let goal = Goal::Named(BaseUrls::parse(&list_of(&environment, "UPHOLD_BASE_URL"))?);
    let chosen = chosen(args, environment)?;
    let suites = load(&chosen)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(JobError::Runtime)?;
    let selection = Selection::default();
    let asked = Asked { selection: &selection, goal: &goal, allow_writes: false, only_safe: false };
    let prepared = runtime.block_on(prepare(&suites, &asked))?;
    // nextest judges a process by its exit code: a skipped case must not be run at all there.
    let skips_are_ignored = std::env::var_os("NEXTEST").is_some();
    let mut trials = Vec::new();
    let mut senders = HashMap::new();
    for case in prepared.plan.suites.iter().flat_map(|suite| &suite.cases) {
        let (sender, receiver) = channel();
        senders.insert(case.id.to_string(), sender);
        trials.push(trial(case, receiver, skips_are_ignored));
    }
    Ok(Tests { trials, senders, prepared, runtime })
}

/// The suites of `UPHOLD_SUITES`, else those of the cases asked for by `--exact`, else all.
fn chosen(args: &Arguments, environment: BTreeMap<String, String>) -> Result<Chosen, JobError> {
    let workspace = Workspace::at(".");
    let mut suites = list_of(&environment, "UPHOLD_SUITES");
    if let (true, Some(filter), true) = (args.exact, &args.filter, suites.is_empty()) {
        let wanted = filter.split("::").next().unwrap_or_default();
        suites = workspace.suites()?;
        suites.retain(|name| id_part(name) == wanted);
    }
    Ok(Chosen { workspace, suites, inputs: Inputs { process: environment, ..Inputs::default() } })
}

fn list_of(environment: &BTreeMap<String, String>, name: &str) -> Vec<String> {
    let text = environment.get(name).map(String::as_str).unwrap_or_default();
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn trial(case: &Case, receiver: Receiver<CaseRow>, skips_are_ignored: bool) -> Trial {
    let skipped = matches!(case.action, Action::Skip(_));
    Trial::ignorable_test(case.id.to_string(), move || verdict(&receiver))
        .with_ignored_flag(skipped && skips_are_ignored)
}

fn verdict(receiver: &Receiver<CaseRow>) -> Result<Completion, Failed> {
    let row = receiver.recv().map_err(|_| Failed::from("the run ended before this case had a verdict"))?;
    match row.verdict {
        VerdictRow::Passed => Ok(Completion::Completed),
        VerdictRow::Skipped => Ok(Completion::ignored_with(row.reason.unwrap_or_default())),
        VerdictRow::Failed | VerdictRow::Errored => Err(Failed::from(terminal::plain(&row))),
    }
}

impl Tests {
    fn run(mut self, args: &Arguments) -> ExitCode {
        if !args.list {
            let unwanted: Vec<&str> = self
                .trials
                .iter()
                .filter(|trial| args.is_filtered_out(trial) || args.is_ignored(trial))
                .map(Trial::name)
                .collect();
            for name in unwanted {
                self.senders.remove(name);
            }
            self.runtime.spawn(send(self.prepared, self.senders));
        }
        libtest_mimic::run(args, self.trials).exit_code()
    }
}

/// Sends the wanted cases and hands each row to its trial.
async fn send(prepared: Prepared, senders: HashMap<String, Sender<CaseRow>>) {
    let Prepared { plan, mock, redactor, .. } = prepared;
    let signing = Signing::new(jiff::Timestamp::now().into(), Redactor::clone(&redactor));
    let client = Client::new(Limits { jobs: JOBS, ..Limits::default() }).signing_with(signing);
    let mut work = Work::new(&plan, redactor, |case| senders.contains_key(case.id.as_str()));
    let tell = |row: CaseRow| {
        if let Some(sender) = senders.get(&row.id) {
            // A trial that is gone needs no row.
            let _ = sender.send(row);
        }
    };
    work.skipped().into_iter().for_each(tell);
    let mut run = work.send(&client, &Cancel::new(), Severity::Breaking);
    while let Some((_, row)) = run.next().await {
        row.into_iter().for_each(tell);
    }
    if let Some(mock) = mock {
        mock.stop().await;
    }
}
