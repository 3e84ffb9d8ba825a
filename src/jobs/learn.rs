//! `uphold learn`: the schema files of the chosen suites, as their examples make them today.

use super::{Chosen, JobError, load};
use crate::contract::learn::{Changes, Manner, changes};
use crate::contract::schema::infer::Strictness;
use crate::plan::{PlanError, item_names};
use crate::report::schemas::SuiteSchemas;
use crate::suite::{Suite, schema_files};

/// What is learned, and how.
#[derive(Debug, Clone)]
pub struct LearnSettings {
    /// Which suites.
    pub chosen: Chosen,
    /// Objects are closed and known values are enums.
    pub strict: bool,
    /// Nothing is written.
    pub check: bool,
}

/// Learns the schemas of the chosen suites, and gives what became of each file; with `check`, what
/// would become of it.
///
/// Every suite is looked at before the first file is written. Fails where a suite cannot be used, a
/// schema file is no JSON, or a file cannot be written; what was written before that is whole.
pub fn learn(settings: &LearnSettings) -> Result<Vec<SuiteSchemas>, JobError> {
    let suites = load(&settings.chosen)?;
    let strictness = if settings.strict { Strictness::Closed } else { Strictness::Open };
    let mut learned = Vec::new();
    for suite in &suites {
        suite.owns_its_schemas()?;
        let changes = of_suite(suite, Manner::As(strictness))?;
        learned.push(SuiteSchemas { name: suite.name.clone(), dir: suite.schemas_dir.clone(), changes });
    }
    if !settings.check {
        learned.iter().try_for_each(write)?;
    }
    Ok(learned)
}

/// What would become of the schema files of a suite.
pub(super) fn of_suite(suite: &Suite, manner: Manner) -> Result<Changes, JobError> {
    Ok(changes(suite, &item_names(suite), manner).map_err(PlanError::from)?)
}

fn write(suite: &SuiteSchemas) -> Result<(), JobError> {
    for change in suite.changes.files.iter().filter(|change| change.deed.is_change()) {
        match change.deed.text() {
            Some(text) => schema_files::write(&suite.dir, &change.path, text)?,
            None => schema_files::remove(&suite.dir, &change.path)?,
        }
    }
    Ok(())
}
