//! `uphold learn`: the schema files of the chosen suites, as their examples make them today.

use super::{Chosen, JobError, load};
use crate::contract::learn::{Manner, changes, still_hold};
use crate::contract::schema::infer::Strictness;
use crate::plan::{PlanError, item_names};
use crate::report::schemas::SuiteSchemas;
use crate::suite::{Hold, Suite, schema_files};

/// What is learned, and how.
#[derive(Debug, Clone)]
pub struct LearnSettings {
    /// Which suites.
    pub chosen: Chosen,
    /// Every file is learned closed; without it each stays as it was learned, and new ones are open.
    pub strict: bool,
    /// Nothing is written.
    pub check: bool,
}

/// Learns the schemas of the chosen suites, and gives what became of each file; with `check`, what
/// would become of it.
///
/// Every suite is looked at before the first file is written. Fails where a suite cannot be used, a
/// schema file cannot be used, or a file cannot be written; what was written before that is whole.
pub fn learn(settings: &LearnSettings) -> Result<Vec<SuiteSchemas>, JobError> {
    // To accept an answer writes the same files.
    let _hold = (!settings.check).then(|| Hold::of(settings.chosen.folders()));
    let suites = load(&settings.chosen)?;
    let manner = if settings.strict { Manner::As(Strictness::Closed) } else { Manner::AsBefore };
    let mut learned = Vec::new();
    for suite in &suites {
        suite.owns_its_schemas()?;
        let changes = changes(suite, &item_names(suite), manner).map_err(PlanError::from)?;
        still_hold(suite, &changes).map_err(PlanError::from)?;
        let never = settings.check && suite.schemas.is_empty();
        learned.push(SuiteSchemas {
            name: suite.name.clone(),
            dir: suite.schemas_dir.clone(),
            changes,
            never,
        });
    }
    if !settings.check {
        suites.iter().for_each(Suite::sweep);
        learned.iter().try_for_each(write)?;
    }
    Ok(learned)
}

fn write(suite: &SuiteSchemas) -> Result<(), JobError> {
    for change in suite.changes.files.iter().filter(|change| change.deed.is_change()) {
        match change.deed.text() {
            Some(text) => schema_files::write(&suite.dir, &change.path, text)?,
            None => schema_files::remove(&suite.dir, &change.path)?,
        }
    }
    let renamed = &suite.changes.renamed;
    Ok(renamed.iter().try_for_each(|(path, text)| schema_files::write(&suite.dir, path, text))?)
}
