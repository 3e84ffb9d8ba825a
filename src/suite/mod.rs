//! A suite: one collection with its environment, its settings and its schema files; and the
//! workspace in which suites are found.
//!
//! [`Workspace::load`] is the one way in: what it returns is complete and checked, so nothing
//! behind it reads files of the user. Also decides which values are secret ([`Suite::secrets`]).

mod auth_types;
mod base_url;
mod case_rule;
mod document;
mod environment;
mod locate;
mod name;
mod parse;
mod secrets;
pub mod settings;
pub mod workspace;

pub use base_url::{BaseUrlError, parse_base_url};
pub use document::Problem;
pub use name::id_part;
pub use settings::{AuthRule, CaseSettings, Compare, HeaderRules, Level, Settings, SeverityTable, Target};
pub use workspace::{Inputs, SchemaFile, Suite, SuiteError, Workspace};
