//! suite.toml as checked values.

use indexmap::IndexMap;
use serde_json::Value;

use crate::finding::{CaseId, Finding, FindingId, Severity};
use crate::postman::variables::Binding;
use crate::postman::{Auth, BaseRule};

/// Everything that the collection cannot say. The default is what holds without a suite.toml.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// `environment`: a file name, relative to the suite's folder.
    pub environment: Option<String>,
    /// `[target]`.
    pub target: Target,
    /// `[variables]`.
    pub variables: IndexMap<String, Binding>,
    /// `[auth.NAME]`: profiles; `default` stands instead of the collection's auth.
    pub auth: IndexMap<String, Auth>,
    /// `[headers]`.
    pub headers: HeaderRules,
    /// `[severity]`.
    pub severity: SeverityTable,
    /// `[[case]]`, in file order; private, because the first match wins per key.
    cases: Vec<CaseRule>,
}

/// `[target]`.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// `base_url`.
    pub base_url: Option<BaseRule>,
    /// `base_variable`: the variable that `base_url` stands for.
    pub base_variable: Option<String>,
    /// `writes`: unsafe methods may go to hosts that are not loopback.
    pub writes: bool,
    /// `hosts`: a server for each further host form.
    pub hosts: IndexMap<String, BaseRule>,
}

/// `[headers]`; names in lower case.
#[derive(Debug, Clone, Default)]
pub struct HeaderRules {
    /// `ignore`: neither presence nor value is checked.
    pub ignore: Vec<String>,
    /// `exact`: presence and value are checked.
    pub exact: Vec<String>,
}

/// A level of `[severity]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The finding is not made.
    Off,
    /// The finding is made at this level.
    At(Severity),
}

/// `[severity]`: levels that differ from the default ones.
#[derive(Debug, Clone, Default)]
pub struct SeverityTable {
    levels: IndexMap<FindingId, Level>,
}

impl SeverityTable {
    /// A table of these levels.
    pub fn new(levels: IndexMap<FindingId, Level>) -> Self {
        Self { levels }
    }

    /// The finding at the level that the table gives it; `None` where it is switched off.
    pub fn apply(&self, finding: Finding) -> Option<Finding> {
        match self.levels.get(&finding.id) {
            Some(Level::Off) => None,
            Some(Level::At(severity)) => Some(finding.at_severity(*severity)),
            None => Some(finding),
        }
    }
}

/// `auth` of a `[[case]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthRule {
    /// `"none"`.
    Without,
    /// `"invalid"`.
    Invalid,
    /// The name of a profile (`[auth.NAME]`), checked to exist.
    Profile(String),
}

/// `compare` of a `[[case]]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compare {
    /// Only the status.
    Status,
    /// Status, headers, result code, and the body against its schema.
    #[default]
    Contract,
    /// Besides, every value that is not volatile.
    Exact,
}

/// What the `[[case]]` tables say of one case, the first match winning per key.
#[derive(Debug, Clone, Default)]
pub struct CaseSettings {
    /// `auth`.
    pub auth: Option<AuthRule>,
    /// `set`: JSON pointers into the request body.
    pub set: IndexMap<String, Value>,
    /// `query`.
    pub query: IndexMap<String, String>,
    /// `path`.
    pub path: IndexMap<String, String>,
    /// `status`.
    pub status: Option<u16>,
    /// `error_code`.
    pub error_code: Option<String>,
    /// `compare`.
    pub compare: Compare,
    /// `volatile`: pointers with `*`; the value is free, its kind is checked.
    pub volatile: Vec<String>,
    /// `unordered`: pointers of arrays whose order is free where values are compared.
    pub unordered: Vec<String>,
    /// `ignore`: pointers with `*` and a last `**`; nothing is checked there.
    pub ignore: Vec<String>,
    /// `skip`: why the case is not run.
    pub skip: Option<String>,
    /// `tags`, of all matching tables.
    pub tags: Vec<String>,
}

/// One `[[case]]` table.
#[derive(Debug, Clone)]
struct CaseRule {}

impl Settings {
    /// What the `[[case]]` tables say of this case.
    pub fn case(&self, id: &CaseId) -> CaseSettings {
        let _ = (id, &self.cases);
        CaseSettings::default()
    }

    /// The `match` patterns that match none of these cases, each with its line in suite.toml.
    pub fn unmatched<'a>(&self, ids: impl Iterator<Item = &'a CaseId>) -> Vec<(String, usize)> {
        let _ = ids.count();
        Vec::new()
    }
}
