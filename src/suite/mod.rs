//! A suite: one collection with its environment, its settings and its schema files; and the
//! workspace in which suites are found.
//!
//! [`Workspace::load`] is the one way in: what it returns is complete and checked, so nothing
//! behind it reads files of the user. Also decides which values are secret ([`Suite::secrets`]).

pub mod name;
pub mod settings;
pub mod workspace;

pub use name::id_part;
pub use settings::{AuthRule, CaseSettings, Compare, HeaderRules, Level, Settings, SeverityTable, Target};
pub use workspace::{Inputs, SchemaFile, Suite, SuiteError, Workspace};
