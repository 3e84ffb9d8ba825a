//! suite.toml as checked values.
//!
//! ```toml
//! environment = "sandbox.postman_environment.json"
//!
//! [target]
//! base_url = "https://sandbox.example.com"
//! base_variable = "api-domain"
//! writes = true
//! hosts = { "{{soap_endpoint}}" = "http://127.0.0.1:8080/soap" }
//! rate = "10/s"                   # or /m, /h
//!
//! [variables]
//! user_id = "738964000000291009"
//! token = "${ZOHO_TOKEN}"
//!
//! [auth.default]
//! type = "oauth2"                 # noauth, bearer, basic, apikey, jwt, digest, awsv4, oauth1
//! accessToken = "{{token}}"       # parameters as Postman names them, or access_token
//! headerPrefix = "Zoho-oauthtoken"
//!
//! [auth.fetched]
//! type = "oauth2"
//! grant = "client_credentials"    # or refresh_token, password
//! token_url = "https://accounts.example.com/token"
//! client_id = "me"
//! client_secret = "${CLIENT_SECRET}"
//!
//! [recipes]
//! broken_body = true              # examples of 400 and 422: send the JSON body broken
//!
//! [headers]
//! ignore = ["clientVersion"]
//! exact = ["X-Content-Type-Options"]
//!
//! [severity]
//! "body.field.added" = "warning"  # or info, breaking, env, off
//!
//! [compare.new]                   # what is another one on the new server; likewise [compare.old]
//! base_url = "https://next.example.com"
//! rewrite = { "/crm/v2" = "/crm/v8" }
//!
//! [[case]]
//! match = "*::update_user::*"     # a glob; `*` crosses `::`
//! query = { page = "2" }
//! before = [{ case = "*::get_users::ok", capture = { active_id = "/users/0/id" } }]
//! after = [{ case = "*::delete_user::ok" }]
//! ```
//!
//! `${NAME}` stands for a value of the process environment in `[variables]`, in parameters of
//! `[auth]`, and in `set`, `query` and `path` of a case, alone or inside of a text; `$${` stands
//! for `${`. An empty value counts as none. Such values are secret.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::case_rule::{self, CaseRule, CaseSettings, CaseTable};
use super::compare_table::{CompareSide, Side};
use super::environment;
use super::rate::Rate;
use super::step::Step;
use crate::finding::{CaseId, Finding, FindingId, Severity};
use crate::postman::variables::{Binding, names_in};
use crate::postman::{Auth, BaseRule, Rewrites};

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
    /// `[recipes]`.
    pub recipes: Recipes,
    /// `[headers]`.
    pub headers: HeaderRules,
    /// `[severity]`.
    pub severity: SeverityTable,
    /// Paths that the server has otherwise: `rewrite` of `[compare.old]` or `[compare.new]`, where the
    /// suite is loaded for one of the two.
    pub rewrites: Rewrites,
    /// `[compare.old]` and `[compare.new]`.
    pub(super) compare: [CompareSide; 2],
    /// `[[case]]`, in file order; private, because the first match wins per key.
    pub(super) cases: Vec<CaseRule>,
    /// Line and column of `environment`.
    pub(super) environment_place: (usize, usize),
    /// Values of the process environment that stand in any of the above.
    pub(super) secrets: BTreeSet<String>,
    /// Names that the process environment has no value for.
    pub(super) unset: BTreeSet<String>,
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
    /// `rate`: how many requests the API is sent in how long.
    pub rate: Option<Rate>,
}

/// `[recipes]`: ways to get an answer that are taken only where they are allowed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Recipes {
    /// `broken_body`: examples of 400 and 422 that need a request of their own and have a JSON body
    /// are had by sending that body broken.
    pub broken_body: bool,
    /// The line of `broken_body` in suite.toml.
    pub line: usize,
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

    /// Whether it changes no level.
    pub fn is_empty(&self) -> bool {
        self.levels.is_empty()
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

impl Settings {
    /// Every tag of every `[[case]]`, as often as it is written.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.cases.iter().flat_map(|rule| &rule.tags).map(String::as_str)
    }

    /// What holds on one of the two servers of a comparison: its own base URL or none, its variables and
    /// hosts before those of the suite, its profile as `[auth.default]`, its paths.
    pub(super) fn on(mut self, side: Side) -> Self {
        let [old, new] = std::mem::take(&mut self.compare);
        let own = match side {
            Side::Old => old,
            Side::New => new,
        };
        self.target.base_url = own.base_url;
        self.variables.extend(own.variables);
        self.target.hosts.extend(own.hosts);
        self.rewrites = own.rewrites;
        if let Some(auth) = own.auth.and_then(|name| self.auth.get(&name).cloned()) {
            self.auth.insert("default".to_owned(), auth);
        }
        self
    }

    /// What the `[[case]]` tables say of this case.
    pub fn case(&self, id: &CaseId) -> CaseSettings {
        case_rule::together(self.cases.iter().filter(|rule| rule.matches(id)))
    }

    /// The `match` patterns that match none of these cases, each with its line in suite.toml.
    pub fn unmatched<'a>(&self, ids: impl IntoIterator<Item = &'a CaseId>) -> Vec<(String, usize)> {
        let mut left: Vec<&CaseRule> = self.cases.iter().collect();
        for id in ids {
            left.retain(|rule| !rule.matches(id));
        }
        left.into_iter().map(|rule| (rule.pattern.clone(), rule.line)).collect()
    }

    /// The `[[case]]` tables, in file order.
    pub fn tables(&self) -> impl Iterator<Item = CaseTable<'_>> {
        self.cases.iter().map(CaseTable)
    }

    /// The variables that values of suite.toml name, but those of `[variables]`.
    pub fn names_used(&self) -> Vec<&str> {
        let auth = self.auth.values().flat_map(|auth| auth.params.values());
        auth.flat_map(|text| names_in(text)).chain(self.tables().flat_map(CaseTable::names_used)).collect()
    }

    /// Every step of every `[[case]]`, in file order, also of those that match no case.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        let lists = self.cases.iter().flat_map(|rule| [&rule.before, &rule.after]);
        lists.flatten().flatten()
    }

    /// Every `error_code` of a `[[case]]`, in file order, also of those that match no case.
    pub fn error_codes(&self) -> impl Iterator<Item = &str> {
        self.cases.iter().filter_map(|rule| rule.error_code.as_deref())
    }

    /// `[variables]` as a layer of a scope, and a binding for every `${NAME}` without a value that
    /// stands elsewhere.
    pub(super) fn bindings(&self) -> impl Iterator<Item = (String, Binding)> {
        let variables = self.variables.iter().map(|(name, binding)| (name.clone(), binding.clone()));
        let unset =
            self.unset.iter().map(|name| (environment::variable(name), Binding::UnsetEnv(name.clone())));
        variables.chain(unset)
    }
}
