//! From a saved request to one that can be sent ([`Resolver::resolve`]): substitution, encoding,
//! body, auth.
//!
//! The rules are those of Postman's runtime, measured on the wire, except where it would send
//! something half-filled: then the request is refused with every [`Cause`]. Invariants: what is
//! returned is complete; under a [`BaseRule`] it goes to the rule's origin and nowhere else.

mod address;
mod body;
mod draft;
mod fields;
mod multipart;
mod place;

use std::path::PathBuf;

use indexmap::IndexMap;
use serde_json::Value;

use super::auth::{Auth, INVALID, Late, STAND_IN};
use super::dynamic::{self, Draw};
use super::model::{Behavior, BodySpec, Example, Placed, RequestSpec};
use super::rewrites::Rewrites;
use super::variables::Scope;
use crate::message::{Delivery, Headers, Origin, Request};
use crate::placeholder::Filler;
use address::Source;
pub(crate) use body::is_breakable;
use draft::Draft;

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
    /// Send the JSON body cut off before its last closing bracket, so that it is no JSON any more.
    pub broken_body: bool,
    /// Where dynamic values come from.
    pub draw: Draw,
}

/// Which auth a request carries.
#[derive(Debug, Clone, Copy, Default)]
pub enum AuthChoice<'a> {
    /// The one that holds for the item.
    #[default]
    Inherited,
    /// None; typed Authorization, Cookie and API-key fields are taken away, too, and what the
    /// item's auth would write to.
    Without,
    /// The item's, with a credential that no server knows ([`INVALID`]).
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
    /// A form that is not in here is resolved by its own text; without a scheme it is `http`.
    pub bases: IndexMap<String, BaseRule>,
    /// What the server has other paths for, last of all.
    pub rewrites: Rewrites,
    /// Give stand-ins for what is missing: uploads, empty path variables, placeholder
    /// credentials, auth parameters (for the embedded mock only).
    pub stand_ins: bool,
}

/// A request that can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The request.
    pub request: Request,
    /// Auth that is written into it when it goes out.
    pub late: Option<Late>,
    /// Whether it carries a credential: put in by auth, or typed as a header or query parameter.
    pub carries_auth: bool,
    /// The values of the auth parameters and typed credentials: secret.
    pub secrets: Vec<String>,
    /// The names of the path variables of the URL.
    pub path_variables: Vec<String>,
    /// What the request line says otherwise than Postman would write it, and why.
    pub altered: Option<String>,
    /// What was taken from the item because the example lacks it, or filled, for the plan to say.
    pub notes: Vec<String>,
    /// Whether dynamic values are in it, so that another seed makes another request.
    pub drawn: bool,
    /// How it is sent.
    pub delivery: Delivery,
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
    /// `{{name}}` is a whole segment of the path, and empty: another resource would be asked for.
    #[error("variable `{name}` is empty")]
    Empty {
        /// Its name.
        name: String,
    },
    /// `{{name}}` has a value that leads to itself, or through too many others.
    #[error(
        "variable `{name}` is not filled to the end: values lead in a circle, or through more than 19 others"
    )]
    Endless {
        /// Its name.
        name: String,
    },
    /// `${NAME}` of suite.toml is not set in the process environment.
    #[error("`{env}` is not set in the environment")]
    UnsetEnv {
        /// The name in the process environment.
        env: String,
    },
    /// The grant lacks such values, and so does the stored token that would go in its place.
    #[error("nor is `{env}`, the token that would do without them")]
    UnsetToken {
        /// The name in the process environment.
        env: String,
    },
    /// `{{$name}}` is none of Postman's dynamic variables, and no other variable either.
    #[error("unknown dynamic variable `{{{{{name}}}}}`{}", dynamic::hint(name))]
    Dynamic {
        /// Its name, with the `$`.
        name: String,
    },
    /// A path variable is empty or not defined.
    #[error("path variable `:{name}` has no value")]
    PathVariable {
        /// Its name.
        name: String,
    },
    /// A credential is empty, or still the generator's placeholder.
    #[error("{place}: {what}")]
    Credential {
        /// Where it stands: header `x`, query `x`, auth `token`.
        place: String,
        /// What is wrong with it.
        what: String,
    },
    /// A file to be uploaded is not there, not named, or outside of the suite's folder.
    #[error("{}", upload(path, why))]
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

fn upload(path: &str, why: &str) -> String {
    if path.is_empty() { "an upload names no file".to_owned() } else { format!("upload `{path}`: {why}") }
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
        let mut draft = Draft::new(self, changes.draw);
        let made = Self::make(&mut draft, placed, example, changes);
        match made {
            Some(resolved) if draft.causes.is_empty() => {
                Ok(Resolved { notes: draft.take_notes(), drawn: draft.drawn.any(), ..resolved })
            }
            _ => Err(draft.causes.into_iter().collect()),
        }
    }

    fn make(
        draft: &mut Draft<'_>,
        placed: &Placed<'_>,
        example: Option<&Example>,
        changes: &Changes<'_>,
    ) -> Option<Resolved> {
        let item = &placed.item.request;
        let spec = match example {
            Some(Example { request: Some(request), .. }) => request,
            Some(_) => {
                draft.note("the example has no request of its own; the request of the item is sent");
                item
            }
            None => item,
        };
        let behavior = &placed.item.behavior;
        let method = method(draft, spec, item);
        let url = if is_empty(spec) && !is_empty(item) {
            draft.note("the URL is taken from the request of the item");
            &item.url
        } else {
            &spec.url
        };
        let mut signing = fields::sign(draft, placed.auth, changes.auth, &spec.headers);
        let (mut headers, mut credentials) = fields::headers(draft, &spec.headers, &mut signing, changes);
        let source = Source { url, fallback: &item.url.variables, behavior, changes };
        let address = address::address(draft, &source, &mut signing);
        let body = Self::body(draft, &method, spec, behavior, &mut headers, changes);
        for (name, value) in &changes.headers {
            headers.remove(name);
            fields::push(draft, &mut headers, name, value);
        }
        let address = address?;
        fields::host(draft, &mut headers, &spec.headers, address.names_target);
        if let Some(user_info) = address.user_info
            && matches!(changes.auth, AuthChoice::Inherited | AuthChoice::Profile(_))
            && !user_info.is_empty()
            && !signing.late.as_ref().is_some_and(Late::takes_header)
        {
            signing.secrets.extend(fields::user_info(draft, &mut headers, &user_info));
            credentials.push("authorization".to_owned());
        }
        let mut secrets = signing.secrets;
        secrets.extend(body.as_deref().into_iter().flat_map(fields::credentials));
        let made_up = |secret: &String| secret.ends_with(INVALID) || secret.ends_with(STAND_IN);
        secrets.retain(|secret| !secret.is_empty() && !made_up(secret));
        secrets.sort();
        secrets.dedup();
        let mut resolved = Resolved {
            request: Request { method, origin: address.origin, target: address.target, headers, body },
            late: signing.late,
            carries_auth: !(credentials.is_empty() && address.credentials.is_empty()),
            secrets,
            path_variables: address.path_variables,
            altered: address.altered,
            notes: Vec::new(),
            drawn: false,
            delivery: behavior.delivery.clone(),
        };
        let captured = draft.resolver.scope.captured();
        if captured.has_values() {
            let causes = place::fill(captured, &mut resolved, spec.body.as_ref(), !changes.set.is_empty());
            draft.causes.extend(causes);
        }
        Some(resolved)
    }

    /// Makes the body and, where none is typed, its `Content-Type`.
    fn body(
        draft: &mut Draft<'_>,
        method: &str,
        spec: &RequestSpec,
        behavior: &Behavior,
        headers: &mut Headers,
        changes: &Changes<'_>,
    ) -> Option<bytes::Bytes> {
        let mut saved = spec.body.as_ref();
        if prunes_body(method) && !behavior.keep_body {
            if saved.is_some_and(has_content) {
                draft.note(format!("the body saved with {method} is not sent, as in Postman"));
            }
            saved = None;
        }
        let typed = headers.get("content-type").map(str::to_owned);
        let built = body::build(draft, saved, typed.as_deref(), &changes.set);
        let content_type = built.content_type?;
        if (typed.is_none() && !behavior.no_content_type) || built.names_boundary {
            headers.set("Content-Type", content_type);
        }
        if changes.broken_body { body::broken(draft, built.bytes.as_ref()) } else { built.bytes }
    }
}

/// The method: the example's, else the item's, else GET.
fn method(draft: &mut Draft<'_>, spec: &RequestSpec, item: &RequestSpec) -> String {
    if spec.method.is_none() && item.method.as_deref().is_some_and(|method| method != "GET") {
        draft.note("the method is taken from the request of the item");
    }
    let saved = spec.method.as_deref().or(item.method.as_deref()).unwrap_or("GET");
    let method = draft.substitute(saved).trim().to_uppercase();
    if http::Method::from_bytes(method.as_bytes()).is_ok() {
        return method;
    }
    draft.refuse(format!("`{}` is no method", method.escape_debug()));
    "GET".to_owned()
}

fn is_empty(spec: &RequestSpec) -> bool {
    spec.url.host.is_empty() && spec.url.path.is_empty() && spec.url.query.is_empty()
}

/// The methods whose body Postman does not send unless `disableBodyPruning` says so.
fn prunes_body(method: &str) -> bool {
    matches!(method, "GET" | "COPY" | "HEAD" | "PURGE" | "UNLOCK")
}

fn has_content(body: &BodySpec) -> bool {
    match body {
        BodySpec::Raw { text, .. } => !text.trim().is_empty(),
        BodySpec::UrlEncoded(params) => params.iter().any(|param| !param.disabled),
        BodySpec::FormData(parts) => parts.iter().any(|part| !part.param.disabled),
        BodySpec::File(path) => path.is_some(),
        BodySpec::GraphQl { query, .. } => !query.is_empty(),
    }
}
