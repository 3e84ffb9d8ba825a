//! `uphold init`.

use std::path::PathBuf;

use clap::Args;

use super::Failure;
use super::exit::Exit;
use crate::jobs::Signals;
use crate::jobs::init::{InitSettings, init};
use crate::suite::{NewSuite, Workspace};

/// Make a suite of a collection: cases/, a commented suite.toml, schemas/
///
/// The collection and its environments are copied into cases/NAME/, suite.toml is written with what
/// is known of them (everything that would send is switched off), and the schemas of the examples are
/// learned into schemas/NAME/; schemas that the file has already are taken over as they are. Nothing is
/// asked, nothing is sent, and nothing that is there is ever changed: either all of it is made or none.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # cases/shop/ and schemas/shop/
  uphold init shop.postman_collection.json

  # with an environment, under another name
  uphold init export.json --name billing -e dev.postman_environment.json

  # a folder in Postman's v3 form
  uphold init postman/collections/Shop

Exit codes:
  0        the suite was made
  2        bad usage, unreadable input, or a suite that is there already; nothing was
           changed")]
pub(super) struct InitArgs {
    /// A collection: an exported file, or a v3 folder
    #[arg(value_name = "COLLECTION")]
    collection: PathBuf,

    /// The name of the suite; else that of the file or folder, in the form that it has in ids
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Environment file (JSON or YAML) to go with it; may be repeated, the first is used
    #[arg(short = 'e', long = "env-file", value_name = "FILE")]
    env_files: Vec<PathBuf>,
}

impl InitArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let _ends_at_once = Signals::listen(super::give_up)?;
        let new = NewSuite {
            collection: self.collection.clone(),
            name: self.name.clone(),
            environments: self.env_files.clone(),
        };
        let made = init(&InitSettings { workspace: Workspace::at("."), new })?;
        Failure::unless_printed(made.write(&mut anstream::stdout().lock()))?;
        Ok(Exit::Passed)
    }
}
