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
//! Requests to other machines go through the proxies of the usual variables (`HTTPS_PROXY`, `NO_PROXY`,
//! …), and keep `[target] rate` of suite.toml within one process.
//!
//! Dynamic variables such as `{{$guid}}` get other values in every process.
//!
//! Requests are sent many at a time, whatever `--test-threads` says: libtest-mimic's one thread
//! only collects the verdicts. A process that is asked for single cases (`--exact`, as nextest
//! does) loads only their suites.
//!
//! A case that is skipped is never told as passed: libtest shows it as ignored, with the reason.
//! nextest sees it as an ignored test, and one that is run all the same (`--run-ignored`) fails
//! with the reason.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, channel};

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::finding::Severity;
use crate::jobs::planning::Wanted;
use crate::jobs::prepare::{Prepared, prepare};
use crate::jobs::work::Work;
use crate::jobs::{BaseUrls, Chosen, Goal, JobError, TargetError, load};
use crate::plan::{Action, Case, Selection};
use crate::postman::Chance;
use crate::redact::Redactor;
use crate::report::events::{CaseRow, VerdictRow};
use crate::report::{failure, terminal};
use crate::send::{Cancel, Client, Limits, Network, NetworkSettings, Sender, Signing};
use crate::suite::{Inputs, Suite, Workspace, id_part};

/// Columns of a line of a file that is shown in an error: libtest writes for logs.
const WIDTH: usize = 100;

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
            let _ = failure::write(
                &mut anstream::stderr().lock(),
                &error.faults(),
                hint(&error).as_deref(),
                WIDTH,
            );
            ExitCode::from(2)
        }
    }
}

/// The trials, and what is to be done for those that are wanted.
struct Tests {
    trials: Vec<Trial>,
    senders: HashMap<String, mpsc::Sender<CaseRow>>,
    prepared: Prepared,
    network: Network,
    runtime: tokio::runtime::Runtime,
}

fn tests(args: &Arguments) -> Result<Tests, JobError> {
    let environment: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let urls = BaseUrls::parse(&list_of(&environment, "UPHOLD_BASE_URL"))?;
    let network = Network::load(&NetworkSettings::from_environment(&environment))?;
    let suites = load(&chosen(args, environment)?)?;
    let goal = Goal::Named(if args.exact { urls_of(&suites, urls)? } else { urls });
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(JobError::Runtime)?;
    let chance = Chance { seed: fresh_seed(), now: jiff::Timestamp::now() };
    let wanted = Wanted {
        selection: Selection::default(),
        allow_writes: false,
        only_safe: false,
        repeats: false,
        chance,
    };
    let prepared = runtime.block_on(prepare(&suites, &goal, &wanted))?;
    prepared.redactor.learn(network.secrets());
    // nextest judges a process by its exit code: a skipped case must not be run at all there.
    let skips_are_ignored = std::env::var_os("NEXTEST").is_some();
    let mut trials = Vec::new();
    let mut senders = HashMap::new();
    for case in prepared.plan.suites.iter().flat_map(|suite| &suite.cases) {
        let (sender, receiver) = channel();
        senders.insert(case.id.to_string(), sender);
        trials.push(trial(case, receiver, skips_are_ignored));
    }
    Ok(Tests { trials, senders, prepared, network, runtime })
}

/// A number from the operating system's randomness, by way of the keys of a hash map.
pub(crate) fn fresh_seed() -> u32 {
    let bits = std::collections::hash_map::RandomState::new().hash_one(());
    u32::try_from(bits >> 32).unwrap_or_default()
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

/// The URLs of these suites, where the other suites are not loaded.
///
/// A suite without a URL beside others that have one is no reason to fall back to the mock: a run
/// of all of them is refused, and so is this one.
fn urls_of(suites: &[Suite], mut urls: BaseUrls) -> Result<BaseUrls, JobError> {
    let before = urls.by_suite.len();
    urls.by_suite.retain(|name, _| suites.iter().any(|suite| suite.name == *name));
    let targets = suites.iter().map(|suite| &suite.settings.target);
    let nowhere = targets.clone().all(|target| target.base_url.is_none() && target.hosts.is_empty());
    if before > 0 && urls.by_suite.is_empty() && nowhere && !suites.is_empty() {
        let suites = suites.iter().map(|suite| suite.name.clone()).collect();
        return Err(TargetError::Missing { suites }.into());
    }
    Ok(urls)
}

/// The cure in the words of this front: there are no options, but variables.
fn hint(error: &JobError) -> Option<String> {
    let JobError::Target(error) = error else { return error.hint() };
    let url_for = |suites: &[String]| {
        let urls: Vec<String> = suites.iter().map(|suite| format!("{suite}=URL")).collect();
        format!("UPHOLD_BASE_URL={}", urls.join(","))
    };
    Some(match error {
        TargetError::BadUrl { .. } => "it stands in UPHOLD_BASE_URL".to_owned(),
        TargetError::Several { .. } => url_for(&["SUITE".to_owned(), "OTHER".to_owned()]),
        TargetError::Ambiguous { suites } | TargetError::Missing { suites } => {
            format!("say {}, or choose suites with UPHOLD_SUITES=SUITE,…", url_for(suites))
        }
        TargetError::UnknownSuite { .. } => "see UPHOLD_BASE_URL and UPHOLD_SUITES".to_owned(),
    })
}

fn list_of(environment: &BTreeMap<String, String>, name: &str) -> Vec<String> {
    let text = environment.get(name).map(String::as_str).unwrap_or_default();
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn trial(case: &Case, receiver: Receiver<CaseRow>, skips_are_ignored: bool) -> Trial {
    let skipped = matches!(case.action, Action::Skip(_));
    Trial::ignorable_test(case.id.to_string(), move || verdict(&receiver, skips_are_ignored))
        .with_ignored_flag(skipped && skips_are_ignored)
}

fn verdict(receiver: &Receiver<CaseRow>, skips_are_ignored: bool) -> Result<Completion, Failed> {
    let row = receiver.recv().map_err(|_| Failed::from("the run ended before this case had a verdict"))?;
    match row.verdict {
        VerdictRow::Passed => Ok(Completion::Completed),
        VerdictRow::Skipped if skips_are_ignored => {
            // Asked for although it is ignored; an exit code of 0 would say that it passed.
            Err(Failed::from(format!("skipped: {}", row.reason.unwrap_or_default())))
        }
        VerdictRow::Skipped => Ok(Completion::ignored_with(row.reason.unwrap_or_default())),
        VerdictRow::Failed | VerdictRow::Errored => Err(Failed::from(terminal::plain(&row).trim_end())),
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
            self.runtime.spawn(send(self.prepared, self.network, self.senders));
        }
        libtest_mimic::run(args, self.trials).exit_code()
    }
}

/// Sends the wanted cases and hands each row to its trial.
async fn send(prepared: Prepared, network: Network, senders: HashMap<String, mpsc::Sender<CaseRow>>) {
    let Prepared { plan, mock, redactor, .. } = prepared;
    let signing = Signing::new(jiff::Timestamp::now().into(), Redactor::clone(&redactor));
    let client = Client::over(network, Limits { jobs: JOBS, ..Limits::default() });
    let sender = Sender::new(client, signing);
    let mut work = Work::new(&plan, redactor, |case| senders.contains_key(case.id.as_str()));
    let tell = |row: CaseRow| {
        if let Some(sender) = senders.get(&row.id) {
            // A trial that is gone needs no row.
            let _ = sender.send(row);
        }
    };
    work.skipped().into_iter().for_each(tell);
    let mut run = work.send(&sender, &Cancel::new(), Severity::Breaking);
    while let Some((_, row)) = run.next().await {
        tell(row);
    }
    if let Some(mock) = mock {
        mock.stop().await;
    }
}
