//! From a saved request to one that can be sent: substitution, encoding, body, auth.

use std::path::PathBuf;

use indexmap::IndexMap;
use serde_json::Value;

use super::auth::Auth;
use super::model::{Example, Placed};
use super::variables::Scope;
use crate::message::{Origin, Request};
use crate::placeholder::Filler;

/// Which URLs go to which server, from `--base-url` or `[target]`.
///
/// A base URL replaces scheme and authority of the resolved URL. A path written in it, even `/`,
/// replaces the path prefix that the host form held; without one the prefix stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseRule {
    /// The origin.
    pub origin: Origin,
    /// The path written in it, without a trailing `/`; `None` where it has none at all.
    pub prefix: Option<String>,
}

/// What a case changes in the saved request (its recipe, and `[[case]]` of suite.toml).
#[derive(Debug, Clone, Default)]
pub struct Changes<'a> {
    /// Which auth is used.
    pub auth: AuthChoice<'a>,
    /// Values of path variables, by name, before the saved ones.
    pub path: IndexMap<String, String>,
    /// Query parameters set or added.
    pub query: IndexMap<String, String>,
    /// JSON pointers into a JSON body, and the values put there; strings may hold `{{x}}`.
    pub set: IndexMap<String, Value>,
    /// Header fields added last (`x-mock-response-id`).
    pub headers: Vec<(String, String)>,
    /// Put an id that exists nowhere in the place of the last path variable.
    pub unknown_id: bool,
}

/// Which auth a request carries.
#[derive(Debug, Clone, Copy, Default)]
pub enum AuthChoice<'a> {
    /// The one that holds for the item.
    #[default]
    Inherited,
    /// None; typed Authorization, Cookie and API-key fields are taken away, too.
    Without,
    /// The item's, with a credential that no server knows.
    Invalid,
    /// A profile of suite.toml instead of the item's.
    Profile(&'a Auth),
}

/// Resolves the requests of one suite.
#[derive(Debug, Clone)]
pub struct Resolver<'a> {
    /// Where variables are looked up.
    pub scope: &'a Scope,
    /// Fills type placeholders.
    pub filler: Filler,
    /// The folder below which uploads must lie.
    pub files: PathBuf,
    /// The server for each host form (as in [`UrlSpec::host`](super::model::UrlSpec::host)).
    /// A form that is not in here is resolved by its own text.
    pub bases: IndexMap<String, BaseRule>,
    /// Give stand-ins for what is missing: uploads, empty path variables, placeholder
    /// credentials, auth parameters (for the embedded mock only).
    pub stand_ins: bool,
}

/// A request that can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The request.
    pub request: Request,
    /// Whether auth was put into it.
    pub carries_auth: bool,
    /// The values of the auth parameters and typed credentials: secret.
    pub secrets: Vec<String>,
    /// The names of the path variables of the URL.
    pub path_variables: Vec<String>,
    /// What was taken from the item because the example lacks it, or filled, for the plan to say.
    pub notes: Vec<String>,
}

/// Why a request cannot be sent. Its text names the cause and the cure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Cause {
    /// `{{name}}` has no value.
    #[error("variable `{name}` has no value")]
    Variable {
        /// Its name.
        name: String,
    },
    /// `${NAME}` of suite.toml is not set in the process environment.
    #[error("`{env}` is not set in the environment")]
    UnsetEnv {
        /// The name in the process environment.
        env: String,
    },
    /// A path variable is empty or not defined.
    #[error("path variable `:{name}` has no value")]
    PathVariable {
        /// Its name.
        name: String,
    },
    /// A credential still is the generator's placeholder.
    #[error("`{text}` is a placeholder, not a credential")]
    Credential {
        /// The text.
        text: String,
    },
    /// A file to be uploaded is not there, not named, or outside of the suite's folder.
    #[error("upload `{path}`: {why}")]
    Upload {
        /// As written.
        path: String,
        /// Why it cannot be sent.
        why: String,
    },
    /// An auth type that is not supported, or lacks a parameter.
    #[error("auth type `{kind}`: {why}")]
    Auth {
        /// The type.
        kind: String,
        /// What is wrong.
        why: String,
    },
    /// Anything else that no request can hold: a line break in a header, a URL without a host.
    #[error("{what}")]
    Malformed {
        /// What and where.
        what: String,
    },
}

impl Resolver<'_> {
    /// Makes the request of an example: its `originalRequest`, missing parts from the item, auth
    /// from item, folder or collection. `example: None` resolves the item's own request.
    ///
    /// Fails with every cause, each once, sorted; nothing is ever left half-filled.
    pub fn resolve(
        &self,
        placed: &Placed<'_>,
        example: Option<&Example>,
        changes: &Changes<'_>,
    ) -> Result<Resolved, Vec<Cause>> {
        let _ = (placed, example, changes);
        todo!()
    }
}
