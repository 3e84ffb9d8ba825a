//! The schema files that a collection has before it is a suite: those that were learned, edited or
//! written while it was run as a lone file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::error::SuiteError;
use super::locate;
use super::schema_files::{self, SchemaFile};

/// Schema files of a lone collection, which a suite that is made of it goes on with.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Where they lie, and stay: `schemas/<stem>`.
    pub from: PathBuf,
    files: BTreeMap<String, SchemaFile>,
    in_place: bool,
}

impl Taken {
    /// Those of this collection, for a suite whose files lie in `schemas`. `None` where there are none,
    /// or the collection belongs to a suite already.
    pub(super) fn find(root: &Path, collection: &Path, schemas: &Path) -> Result<Option<Self>, SuiteError> {
        let Some(from) = locate::schemas_of_lone(root, collection)? else { return Ok(None) };
        let files = schema_files::read(&from)?;
        let in_place = from == schemas;
        Ok((!files.is_empty()).then_some(Self { from, files, in_place }))
    }

    /// Whether they lie where those of the new suite are looked for.
    pub fn is_in_place(&self) -> bool {
        self.in_place
    }

    /// How many there are, proposals left out.
    pub fn schemas(&self) -> usize {
        self.files.keys().filter(|path| path.ends_with(".schema.json")).count()
    }

    /// Copies them, where they are not in their place. The originals stay: the lone file still has them.
    pub(super) fn copy_to(&self, schemas: &Path) -> Result<(), SuiteError> {
        let mut files = self.files.iter().filter(|_| !self.in_place);
        files.try_for_each(|(path, file)| schema_files::write(schemas, path, &file.text))
    }
}
