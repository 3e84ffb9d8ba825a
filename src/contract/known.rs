//! What the other examples of a suite have to say on one of them ([`Known`]).

use std::sync::Arc;

use super::announcement::Announcement;
use super::codes::CodeBook;
use super::envelope::{Asked, Flags, Kin};
use super::schema::infer::MapRules;
use super::sources::Sources;

/// What the other examples of a suite show: it decides no verdict by itself, but whether something
/// is news, and what there is to say beside a difference.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The result codes of the suite.
    pub codes: Arc<CodeBook>,
    /// Announcements that are no news: an example of the item and status has them, or `[headers]
    /// ignore` names their field.
    pub announced: Vec<Announcement>,
    /// The examples that the claims about the body come from; `None` where the body is no JSON.
    pub sources: Option<Arc<Sources>>,
    /// What the successes of the group show under the names of flags.
    pub(crate) flags: Arc<Flags>,
    /// Errors of the group that differ from its successes by their members.
    pub(crate) kin: Arc<Kin>,
    /// What the request asks for.
    pub(crate) asked: Asked,
    /// What suite.toml says of maps in the group.
    pub(crate) maps: MapRules,
}
