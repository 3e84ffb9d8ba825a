//! A request that is made again when its captured values are there ([`Deferred`]).

use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;

use super::auth::Auth;
use super::captured::Captured;
use super::dynamic::Draw;
use super::model::{Example, Item, Placed};
use super::resolve::{AuthChoice, BaseRule, Cause, Changes, Resolved, Resolver};
use super::rewrites::Rewrites;
use super::variables::Scope;
use crate::message::Origin;
use crate::placeholder::Filler;

/// Everything that made a request, kept to make it once more with captured values.
///
/// Invariant: what it makes goes to the origin that the plan decided, or it makes nothing.
#[derive(Debug, Clone)]
pub struct Deferred {
    scope: Scope,
    filler: Filler,
    files: PathBuf,
    bases: IndexMap<String, BaseRule>,
    rewrites: Rewrites,
    stand_ins: bool,
    item: Item,
    auth: Option<Auth>,
    example: Arc<Example>,
    changes: Kept,
    origin: Origin,
}

/// [`Changes`] that borrow nothing.
#[derive(Debug, Clone)]
struct Kept {
    auth: Choice,
    path: IndexMap<String, String>,
    query: IndexMap<String, String>,
    set: IndexMap<String, Value>,
    headers: Vec<(String, String)>,
    unknown_id: bool,
    broken_body: bool,
    draw: Draw,
}

/// [`AuthChoice`] that borrows nothing.
#[derive(Debug, Clone)]
enum Choice {
    Inherited,
    Without,
    Invalid,
    Profile(Auth),
}

impl Deferred {
    /// Keeps what [`Resolver::resolve`] takes. The scope of the resolver holds no captured values;
    /// `origin` is where the request goes.
    pub fn new(
        resolver: &Resolver<'_>,
        placed: &Placed<'_>,
        example: &Arc<Example>,
        changes: &Changes<'_>,
        origin: &Origin,
    ) -> Self {
        Self {
            scope: resolver.scope.clone(),
            filler: resolver.filler,
            files: resolver.files.clone(),
            bases: resolver.bases.clone(),
            rewrites: resolver.rewrites.clone(),
            stand_ins: resolver.stand_ins,
            item: Item { examples: Vec::new(), ..placed.item.clone() },
            auth: placed.auth.cloned(),
            example: Arc::clone(example),
            changes: Kept::of(changes),
            origin: origin.clone(),
        }
    }

    /// The request with these values: each is data, encoded for its place, and read by nothing on
    /// the way.
    ///
    /// Fails with every cause; no cause repeats a value.
    pub fn resolve(&self, captured: &Captured) -> Result<Resolved, Vec<Cause>> {
        let scope = self.scope.with_captured(captured.clone());
        let resolver = Resolver {
            scope: &scope,
            filler: self.filler,
            files: self.files.clone(),
            bases: self.bases.clone(),
            rewrites: self.rewrites.clone(),
            stand_ins: self.stand_ins,
        };
        let placed = Placed { folders: Vec::new(), item: &self.item, auth: self.auth.as_ref() };
        let made = resolver.resolve(&placed, Some(&self.example), &self.changes.borrowed())?;
        if made.request.origin == self.origin {
            Ok(made)
        } else {
            let what = format!("it would go to {}, not to {}", made.request.origin, self.origin);
            Err(vec![Cause::Malformed { what }])
        }
    }
}

impl Kept {
    fn of(changes: &Changes<'_>) -> Self {
        Self {
            auth: match changes.auth {
                AuthChoice::Inherited => Choice::Inherited,
                AuthChoice::Without => Choice::Without,
                AuthChoice::Invalid => Choice::Invalid,
                AuthChoice::Profile(profile) => Choice::Profile(profile.clone()),
            },
            path: changes.path.clone(),
            query: changes.query.clone(),
            set: changes.set.clone(),
            headers: changes.headers.clone(),
            unknown_id: changes.unknown_id,
            broken_body: changes.broken_body,
            draw: changes.draw,
        }
    }

    fn borrowed(&self) -> Changes<'_> {
        Changes {
            auth: match &self.auth {
                Choice::Inherited => AuthChoice::Inherited,
                Choice::Without => AuthChoice::Without,
                Choice::Invalid => AuthChoice::Invalid,
                Choice::Profile(profile) => AuthChoice::Profile(profile),
            },
            path: self.path.clone(),
            query: self.query.clone(),
            set: self.set.clone(),
            headers: self.headers.clone(),
            unknown_id: self.unknown_id,
            broken_body: self.broken_body,
            draw: self.draw,
        }
    }
}
