//! Tests of the room as a whole: against what newman sends, over real collections, and with
//! arbitrary input.

mod behavior;
mod corpus;
mod measured;
mod properties;
mod reading;
mod resolving;
mod v3;
mod writing;

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::read::{self, ReadError};
use super::{AuthChoice, BaseRule, Cause, Changes, Collection, Resolved, Resolver, Rewrites, Scope};
use crate::message::Origin;
use crate::placeholder::Filler;

/// What a test needs to resolve the first item of a collection.
pub(super) struct Bench {
    pub(super) collection: Collection,
    pub(super) scope: Scope,
    pub(super) files: PathBuf,
    pub(super) bases: IndexMap<String, BaseRule>,
    pub(super) stand_ins: bool,
}

impl Bench {
    /// A collection that holds just this item; its variables are the scope.
    pub(super) fn item(item: &Value) -> Result<Self, ReadError> {
        Self::of(&json!({"info": {"name": "t"}, "item": [item]}))
    }

    pub(super) fn of(collection: &Value) -> Result<Self, ReadError> {
        let file = Path::new("t.postman_collection.json");
        let collection = read::collection_from(file, collection.to_string().as_bytes())?;
        let mut scope = Scope::default();
        scope.push_variables(&collection.variables);
        Ok(Self { collection, scope, files: PathBuf::from("."), bases: IndexMap::new(), stand_ins: false })
    }

    /// A GET of that URL with these further members of the request.
    pub(super) fn request(url: impl Into<Value>, more: &Value) -> Result<Self, ReadError> {
        let mut request = json!({"method": "GET", "url": url.into()});
        if let (Some(request), Some(more)) = (request.as_object_mut(), more.as_object()) {
            request.extend(more.clone());
        }
        Self::item(&json!({"name": "i", "request": request}))
    }

    pub(super) fn variable(mut self, key: &str, value: &str) -> Self {
        let binding = super::variables::Binding::Value(value.to_owned());
        self.scope.push_bindings([(key.to_owned(), binding)]);
        self
    }

    pub(super) fn base(mut self, form: &str, url: &str) -> Self {
        self.bases.insert(form.to_owned(), base(url));
        self
    }

    pub(super) fn stand_ins(mut self) -> Self {
        self.stand_ins = true;
        self.scope = self.scope.with_stand_ins();
        self
    }

    pub(super) fn resolver(&self) -> Resolver<'_> {
        Resolver {
            scope: &self.scope,
            filler: Filler::new(1),
            files: self.files.clone(),
            bases: self.bases.clone(),
            rewrites: Rewrites::default(),
            stand_ins: self.stand_ins,
        }
    }

    /// Resolves the first item's first example, or its own request where it has none.
    pub(super) fn resolve_with(&self, changes: &Changes<'_>) -> Result<Resolved, Vec<Cause>> {
        let items = self.collection.items();
        let nothing = || vec![Cause::Malformed { what: "no item".to_owned() }];
        let placed = items.first().ok_or_else(nothing)?;
        self.resolver().resolve(placed, placed.item.examples.first().map(AsRef::as_ref), changes)
    }

    pub(super) fn resolve(&self) -> Result<Resolved, Vec<Cause>> {
        self.resolve_with(&Changes::default())
    }

    pub(super) fn url(&self) -> Result<String, Vec<Cause>> {
        self.resolve().map(|resolved| resolved.request.url())
    }

    pub(super) fn url_with(&self, changes: &Changes<'_>) -> Result<String, Vec<Cause>> {
        self.resolve_with(changes).map(|resolved| resolved.request.url())
    }
}

pub(super) fn with_auth(auth: AuthChoice<'_>) -> Changes<'_> {
    Changes { auth, ..Changes::default() }
}

/// The rule of a base URL as suite.toml reads it.
pub(super) fn base(url: &str) -> BaseRule {
    let origin = Origin::parse(url).unwrap_or_else(|why| unreachable!("{why}"));
    let path = url.splitn(4, '/').nth(3);
    let prefix = path.map(|path| format!("/{path}").trim_end_matches('/').to_owned());
    BaseRule { origin, prefix }
}
