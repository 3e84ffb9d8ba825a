//! A suite: one collection with its environment, its settings and its schema files; and the
//! workspace in which suites are found.
//!
//! [`Workspace::load`] is the one way in: what it returns is complete and checked, so nothing
//! behind it reads files of the user. [`schema_files`] is the only writer below `schemas/`, [`Workspace::stage`] that of new suites below `cases/`, [`CollectionFile`] that of a collection that is
//! there, and [`StagedFiles`] writes what was accepted and waived, with the schemas that follow from it, all of
//! it or nothing. Also decides which values are secret ([`Suite::secrets`]).

mod accepted;
mod auth_types;
mod base_url;
mod beside;
mod bodies;
mod case_rule;
mod case_table;
mod collection_file;
mod compare_table;
mod copy;
mod document;
mod environment;
mod error;
mod hidden;
mod hold;
pub(crate) mod id_glob;
pub(crate) mod ids;
mod inputs;
mod locate;
mod make;
mod name;
mod owned;
mod parse;
mod rate;
mod reach;
pub mod schema;
pub mod schema_files;
pub(crate) mod secrets;
mod settings;
mod starter;
mod step;
mod step_table;
mod taken;
mod together;
mod waiver_table;
mod waivers;
mod walk;
mod workspace;

pub use accepted::{AcceptedAnswer, AcceptedFiles};
pub use base_url::{BaseUrlError, parse_base_url};
pub(crate) use beside::{beside, sweep, sweep_below};
pub use bodies::open_bodies;
pub use case_rule::{AuthRule, CaseSettings, CaseTable, Compare};
pub use collection_file::{CollectionFile, SaveError, Written, unsavable};
pub use compare_table::Side;
pub use document::Problem;
pub use error::SuiteError;
pub(crate) use hidden::is_hidden;
pub use hold::Hold;
pub use id_glob::IdGlob;
pub use inputs::Inputs;
pub use make::{Made, MadeFile, NewSuite, Staged};
pub use name::{did_you_mean, id_part, nearest};
pub use rate::Rate;
pub use schema_files::SchemaFile;
pub use settings::{HeaderRules, Level, Recipes, Settings, SeverityTable, Target};
pub use starter::{Cure, Live, OtherHost, SkippedCase, Starter, StarterAuth};
pub use step::{Capture, CaptureFrom, CapturePart, Step};
pub use taken::Taken;
pub use together::{FileChange, Staged as StagedFiles, Undo};
pub use waivers::{NewWaiver, WAIVERS, Waiver, waivable, with_waiver};
pub use workspace::{Suite, Workspace};
