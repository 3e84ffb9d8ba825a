//! One file per job: each wires the rooms together for one command.
//!
//! What they share has files of its own: [`load()`] and [`Targets`] say which suites and where each is sent,
//! `planning` and `prepare` make the plans, `work` and `steps` the units of work, `judging` a verdict and
//! `proofs` a proof with a limit of time, [`Signals`] the end of it all.

pub mod accept;
pub mod compare;
pub mod diff;
pub mod drift;
pub mod history;
pub mod infer;
pub mod init;
mod judging;
pub mod learn;
pub mod lint;
pub mod list;
mod load;
mod memory;
pub mod merge;
pub mod mock;
mod pairs;
mod pending;
pub(crate) mod planning;
pub(crate) mod prepare;
mod proofs;
pub mod prove;
mod receiving;
pub mod record;
pub mod review;
pub mod run;
mod signals;
mod steps;
mod target;
mod unused;
pub mod waive;
mod watch;
pub(crate) mod work;

pub use load::{Chosen, load};
pub use signals::{GiveUp, Interrupt, Signals};
pub use target::{BaseUrls, Goal, TargetError, Targets};

use std::path::{Path, PathBuf};

use crate::plan::PlanError;
use crate::postman::Fault;
use crate::report::json::ReadError;
use crate::report::merge::{FileError, MergeError};
use crate::report::{OutputError, ReportError};
use crate::suite::{Side, SuiteError, Workspace};

/// Why a job cannot go on. All of these end the program before anything is sent.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// A suite cannot be used.
    #[error(transparent)]
    Suite(#[from] crate::suite::SuiteError),
    /// A schema file, or a step of suite.toml, cannot be used.
    #[error(transparent)]
    Plan(#[from] crate::plan::PlanError),
    /// It is not clear where to send what.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// It is not clear where one of two servers is.
    #[error("{} server: {source}", side.name())]
    Side {
        /// Which of them.
        side: Side,
        /// Why.
        source: TargetError,
    },
    /// There is nothing under `cases/`.
    #[error("no suite in {}", cases.display())]
    NoSuites {
        /// The folder that was looked into.
        cases: PathBuf,
    },
    /// Two suites whose cases would have the same ids.
    #[error("two suites have the name `{name}`: {} and {}", files[0].display(), files[1].display())]
    SameName {
        /// The name, as in ids.
        name: String,
        /// Their collections.
        files: [PathBuf; 2],
    },
    /// Two answers or collections cannot be compared.
    #[error(transparent)]
    Compare(#[from] crate::compare::CompareError),
    /// The history may not be used, or not be read.
    #[error(transparent)]
    History(#[from] crate::history::HistoryError),
    /// The pending answers cannot be read.
    #[error(transparent)]
    Pending(#[from] crate::report::waiting::PendingError),
    /// A waiver for no case.
    #[error("no case of the suites under cases/ fits `{case}`{meant}")]
    NoCase {
        /// The glob.
        case: String,
        /// `; did you mean …?`, or nothing.
        meant: String,
    },
    /// A waiver whose last day is over.
    #[error("{until} is over: the waiver would let nothing go")]
    Over {
        /// The day.
        until: String,
    },
    /// What was written does not do what it was written for; all of it was taken back.
    #[error("{what}; everything was taken back")]
    TakenBack {
        /// What is wrong.
        what: String,
    },
    /// The way to the servers cannot be taken.
    #[error(transparent)]
    Network(#[from] crate::send::NetworkError),
    /// A body cannot be read.
    #[error(transparent)]
    Body(crate::contract::schema::infer::BodyError),
    /// A place that no body shows.
    #[error("no body shows `{at}`")]
    NotShown {
        /// The place.
        at: String,
    },
    /// The mock cannot be started.
    #[error(transparent)]
    Mock(#[from] crate::mock::MockError),
    /// A report would take the place of a file that the run is made from.
    #[error("{} is a place for files of a suite, not for a report; reports/ is one", file.display())]
    OverInput {
        /// The file.
        file: PathBuf,
    },
    /// A report would take the place of one that it is joined from.
    #[error("{} is one of the reports to be joined: name others with --report", file.display())]
    OverReport {
        /// The file.
        file: PathBuf,
    },
    /// A report that is to be joined cannot be used.
    #[error(transparent)]
    ReportFile(#[from] crate::report::merge::FileError),
    /// Reports cannot be joined.
    #[error(transparent)]
    Merge(#[from] crate::report::merge::MergeError),
    /// A report cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The report is not complete.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// Answers are to be recorded, and no API is named.
    #[error(
        "answers are recorded from an API, and none is named: the mock knows only the examples that there are"
    )]
    NoApi,
    /// Answers are to be recorded for rows of iteration data.
    #[error("--data: an example keeps its variables, so the examples of all rows would be the same")]
    RecordRows,
    /// Shards would draw dynamic values each for itself.
    #[error(
        "the requests have dynamic values ({{$guid}}, {{$randomInt}}, …), and each shard would draw its own"
    )]
    ShardSeed,
    /// The runtime or the signal handlers cannot be set up.
    #[error("cannot start: {0}")]
    Runtime(#[source] std::io::Error),
}

impl JobError {
    /// All that is wrong, each with its place where it is in a file.
    pub fn faults(&self) -> Vec<Fault> {
        let spot = match self {
            Self::Suite(error) | Self::Plan(PlanError::Suite(error)) => return error.faults(),
            Self::Plan(PlanError::Contract(error)) => error.spot(),
            Self::Compare(error) => error.spot(),
            Self::Body(error) => error.spot(),
            _ => None,
        };
        vec![Fault { message: self.to_string(), spot }]
    }

    /// What to do about it, where something is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoSuites { .. } => Some(
                "give a collection file, e.g. `uphold run my.postman_collection.json`, or put one into cases/<suite>/"
                    .to_owned(),
            ),
            Self::SameName { .. } => {
                Some("rename one of the files or folders, or run one suite at a time".to_owned())
            }
            Self::Plan(PlanError::Contract(_)) => Some(
                "mend the file, or take it away: without it the schema is that of the examples, and \
                 `uphold learn` writes it"
                    .to_owned(),
            ),
            Self::Suite(SuiteError::NoCollection { dir }) => suites_below(dir),
            Self::Suite(SuiteError::Exists { there, .. })
                if there.parent().is_some_and(|parent| parent.ends_with("schemas")) =>
            {
                Some(
                    "it holds schemas, of another suite or learned of a lone file; take the folder away where it \
                     holds nothing that you edited, or give another name with --name"
                        .to_owned(),
                )
            }
            Self::Suite(SuiteError::Exists { name, .. }) => Some(format!(
                "if it is the suite, it runs by `uphold run {name}`; another name is given with --name"
            )),
            Self::Output(error) | Self::Report(ReportError::Output(error)) => error.hint().map(str::to_owned),
            Self::NoApi => Some("give --base-url URL, or `base_url` in `[target]` of suite.toml".to_owned()),
            Self::NoCase { .. } => Some("`uphold list` shows the ids of the cases".to_owned()),
            Self::Pending(_) => Some(
                "it must be a folder that you may read and write; another one is named by --pending DIR".to_owned(),
            ),
            Self::Merge(MergeError::Missing { .. }) => Some(
                "run it again with the same options and its `--shard`, or look why its report is not here".to_owned(),
            ),
            Self::ReportFile(FileError::Content { error: ReadError::Version { .. } | ReadError::Damaged { .. }, .. }) => {
                Some("run that shard again with this uphold, then join the new reports".to_owned())
            }
            Self::ShardSeed => Some(
                "give all of them the same seed, another one for each run, such as the number of the build: --seed N"
                    .to_owned(),
            ),
            Self::RecordRows => Some("give the values with --var".to_owned()),
            Self::NotShown { .. } => Some(
                "a place is a JSON pointer with `*` for the positions of an array: /users/*/id".to_owned(),
            ),
            Self::Target(error) => error.hint(),
            Self::Side { side, source: TargetError::Missing { .. } } => Some(format!(
                "give --{0} URL, or `base_url` in `[compare.{0}]` of suite.toml",
                side.name()
            )),
            Self::Side { side, source } => {
                source.hint().map(|hint| hint.replace("--base-url", &format!("--{}", side.name())))
            }
            Self::Network(error) => error.hint(),
            Self::Compare(error) => error.hint(),
            Self::History(error) => error.hint(),
            _ => None,
        }
    }
}

/// A folder that was taken for a suite, and has suites in it: `cases/`, or the folder above.
fn suites_below(dir: &Path) -> Option<String> {
    let above = if dir.ends_with("cases") { dir.parent()? } else { dir };
    let suites = Workspace::at(above).suites().ok().filter(|suites| !suites.is_empty())?;
    let names = suites.join(" ");
    Some(if [Path::new(""), Path::new(".")].contains(&above) {
        format!("its suites run without a name: `uphold run`; or name some of them: `uphold run {names}`")
    } else {
        format!("it holds suites: start uphold in {}, or name the folder of a suite", above.display())
    })
}
