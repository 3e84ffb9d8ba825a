//! `uphold init`: a suite of a collection.

use super::learn::{LearnSettings, learn};
use super::{Chosen, JobError};
use crate::contract::learn::Deed;
use crate::plan::facts::facts;
use crate::report::initiated::Initiated;
use crate::suite::{Inputs, Made, NewSuite, Settings, Staged, Starter, Workspace};

/// What is made, and where.
#[derive(Debug, Clone)]
pub struct InitSettings {
    /// Where `cases/` and `schemas/` are, or will be.
    pub workspace: Workspace,
    /// The suite.
    pub new: NewSuite,
}

/// Makes a suite with a suite.toml that fits its collection, and learns its schemas.
///
/// Either everything is made or nothing: where a step fails, what was made before is taken back.
pub fn init(settings: &InitSettings) -> Result<Initiated, JobError> {
    let workspace = &settings.workspace;
    let staged = workspace.stage(&settings.new)?;
    let described = describe(&staged, workspace);
    let (facts, secrets, without_example) = match described {
        Ok(described) => described,
        Err(error) => {
            staged.drop_all();
            return Err(error);
        }
    };
    let made = staged.settle(&facts.text())?;
    let (schemas, unlearned) = match with_schemas(workspace, &made) {
        Ok(learned) => learned,
        Err(error) => {
            made.take_back()?;
            return Err(error);
        }
    };
    let Made { name, dir, files, left_out, taken, .. } = made;
    let url = facts.command_url().to_owned();
    Ok(Initiated {
        name,
        dir,
        files,
        left_out,
        taken,
        schemas,
        unlearned,
        cases: facts.cases,
        without_example,
        live: facts.live,
        secrets,
        url,
        writes: !facts.unsafe_methods.is_empty(),
    })
}

/// What suite.toml says, how many values are secret, and how many requests have no example.
fn describe(staged: &Staged, workspace: &Workspace) -> Result<(Starter, usize, usize), JobError> {
    let mut suite = staged.load(workspace)?;
    let facts = facts(&mut suite, staged.name(), staged.environments())?;
    let text = facts.text();
    Settings::parse(&text, "suite.toml".as_ref(), &std::collections::BTreeMap::new())?;
    let without = suite.collection.items().iter().filter(|placed| placed.item.examples.is_empty()).count();
    Ok((facts, suite.secrets().len(), without))
}

/// Goes on with the schema files that the collection has already, as they are: a person may have edited
/// them. Without any, learns them.
fn with_schemas(workspace: &Workspace, made: &Made) -> Result<(usize, usize), JobError> {
    match &made.taken {
        Some(taken) => {
            made.take_over()?;
            Ok((taken.schemas(), 0))
        }
        None => learned(workspace, made),
    }
}

/// How many schema files were learned, and for how many groups of examples none could be.
fn learned(workspace: &Workspace, made: &Made) -> Result<(usize, usize), JobError> {
    let chosen =
        Chosen { workspace: workspace.clone(), suites: vec![made.name.clone()], inputs: Inputs::default() };
    let learned = learn(&LearnSettings { chosen, strict: false, check: false })?;
    let files = || learned.iter().flat_map(|suite| &suite.changes.files);
    let unlearned = files().filter(|change| matches!(change.deed, Deed::Unlearned(_))).count();
    Ok((files().filter(|change| change.deed.is_change()).count(), unlearned))
}
