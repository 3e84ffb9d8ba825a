//! The options that several commands share, and how they become checked values.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use super::Failure;
use crate::jobs::{BaseUrls, Chosen, Goal, JobError};
use crate::plan::{Selection, Shard};
use crate::suite::{Inputs, Workspace};

/// Which suites, and the variables for them.
#[derive(Debug, Args)]
pub(super) struct SuiteArgs {
    /// A name under cases/, a folder, or a collection (file or v3 folder); none: every suite
    /// under cases/
    #[arg(value_name = "SUITE", help_heading = None::<&'static str>)]
    suites: Vec<String>,

    /// Environment file (JSON or YAML), instead of the suite's own
    #[arg(short = 'e', long = "env-file", value_name = "FILE", help_heading = "Variables")]
    env_file: Option<PathBuf>,

    /// Globals file (JSON or YAML)
    #[arg(long, value_name = "FILE", help_heading = "Variables")]
    globals: Option<PathBuf>,

    /// Iteration data (JSON or CSV): every case once for each row, as `…::example[2]`
    #[arg(long, value_name = "FILE", help_heading = "Variables")]
    data: Option<PathBuf>,

    /// A variable, before every other source; may be repeated
    ///
    /// Other users of the machine can read what is typed: a secret belongs into suite.toml, as `${NAME}` of the
    /// process environment.
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = key_value, help_heading = "Variables")]
    variables: Vec<(String, String)>,
}

impl SuiteArgs {
    /// The suites of the folder that uphold was started in.
    pub(super) fn chosen(&self) -> Chosen {
        Chosen {
            workspace: Workspace::at("."),
            suites: self.suites.clone(),
            inputs: Inputs {
                environment: self.env_file.clone(),
                globals: self.globals.clone(),
                data: self.data.clone(),
                variables: self.variables.clone(),
                side: None,
                process: process_environment(),
            },
        }
    }
}

/// Variables whose name or value is not Unicode cannot be named in suite.toml.
pub(super) fn process_environment() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Which cases.
#[derive(Debug, Args)]
#[command(next_help_heading = "Selection")]
pub(super) struct SelectArgs {
    /// Only cases whose id fits a glob or contains the text; may be repeated
    ///
    /// `*[2]` is the second row of --data.
    #[arg(long, value_name = "GLOB")]
    filter: Vec<String>,

    /// No cases whose id fits a glob or contains the text; may be repeated
    #[arg(long, value_name = "GLOB")]
    skip: Vec<String>,

    /// Only cases with this tag of suite.toml; may be repeated
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
}

impl SelectArgs {
    pub(super) fn selection(&self) -> Result<Selection, Failure> {
        Ok(Selection::new(&self.filter, &self.skip, &self.tag)?)
    }
}

/// Which part of them.
#[derive(Debug, Args)]
#[command(next_help_heading = "Selection")]
pub(super) struct ShardArgs {
    /// Only the I-th of N parts of the cases; all of them together have each case once
    ///
    /// A part is the same on every machine, and a case that is added moves no other. Cases that change the same
    /// path stay in one part, in their order. `uphold merge` joins the reports.
    #[arg(long, value_name = "I/N")]
    pub(super) shard: Option<Shard>,
}

/// What fails a run besides its cases.
#[derive(Debug, Args)]
#[command(next_help_heading = "Checking")]
pub(super) struct StrictArgs {
    /// Fail (exit code 1) where a case is skipped that could be had, and say what it lacks
    ///
    /// What nobody wants to be sent does not count: by `skip` in suite.toml, and by --only-safe.
    #[arg(long)]
    pub(super) no_skips: bool,
}

/// Where to.
#[derive(Debug, Args)]
#[command(next_help_heading = "Target")]
pub(super) struct TargetArgs {
    /// Where the API is; else suite.toml says it
    ///
    /// A path in it, even `/`, replaces the prefix of the collection's own base URL. Where there are several
    /// suites, each has its own: SUITE=URL, repeated.
    #[arg(long, value_name = "[SUITE=]URL", conflicts_with = "mock")]
    base_url: Vec<String>,

    /// Run against the embedded mock, even where suite.toml names a live API
    #[arg(long)]
    mock: bool,

    /// Allow POST, PUT, PATCH, DELETE, … to hosts other than this machine
    #[arg(long)]
    pub(super) allow_writes: bool,

    /// Skip every case whose method is not GET, HEAD, OPTIONS or TRACE
    #[arg(long)]
    pub(super) only_safe: bool,
}

impl TargetArgs {
    pub(super) fn goal(&self) -> Result<Goal, Failure> {
        if self.mock {
            return Ok(Goal::Mock);
        }
        Ok(Goal::Named(BaseUrls::parse(&self.base_url).map_err(JobError::from)?))
    }
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("a variable is given as NAME=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_needs_a_name() {
        assert_eq!(key_value("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert!(key_value("=b").is_err());
        assert!(key_value("a").is_err());
    }
}
