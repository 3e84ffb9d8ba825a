//! One item: its examples as cases.

use std::path::PathBuf;
use std::sync::Arc;

use super::case::{Action, Case, Lane, Recipe, Skip, Source};
use super::hosts::{Hosts, form_of};
use super::ids::Named;
use super::recipe::{Candidate, Documented, Signature, assign};
use super::{Options, Target, skip, token_host};
use crate::contract::{ContractError, Contracts, Expectation, corrected};
use crate::finding::CaseId;
use crate::message::{Delivery, Request};
use crate::postman::auth::Late;
use crate::postman::model::Placed;
use crate::postman::{AuthChoice, AuthKind, Changes, Draw, Example, Resolved, Resolver};
use crate::suite::{CaseSettings, Suite};

/// The header by which a mock is told which example is wanted (Postman's mock servers know it).
pub(crate) const MOCK_RESPONSE_ID: &str = "x-mock-response-id";

/// What planning an item needs, the same for every item of a suite.
pub(super) struct Planner<'a> {
    pub(super) suite: &'a Suite,
    pub(super) options: &'a Options,
    pub(super) contracts: &'a Contracts,
    /// Resolves what the user's files give.
    pub(super) resolver: Resolver<'a>,
    /// Resolves with stand-ins for what is missing.
    pub(super) stand_in: Resolver<'a>,
    pub(super) hosts: &'a Hosts,
    pub(super) file: Arc<PathBuf>,
    /// The row of iteration data, from 1.
    pub(super) row: Option<usize>,
}

/// The cases of an item, and the secrets that their requests hold.
pub(super) struct Planned {
    pub(super) cases: Vec<Case>,
    pub(super) secrets: Vec<String>,
    /// Whether dynamic values are in any of them.
    pub(super) drawn: bool,
}

/// An example with what the suite says of it.
struct Entry<'a> {
    id: CaseId,
    example: &'a Arc<Example>,
    rules: CaseSettings,
    status: Option<u16>,
}

/// What an example sends as saved, and without auth; `None` where it cannot be made.
struct Made {
    bare: Option<Signature>,
    full: Option<Signature>,
    has_path_variable: bool,
}

/// What is done with one case.
struct Done {
    recipe: Recipe,
    action: Action,
    notes: Vec<String>,
    altered: Option<String>,
}

impl<'a> Planner<'a> {
    pub(super) fn plan_item(&self, item: &Named<'a>) -> Result<Planned, ContractError> {
        let placed = self.with_default_auth(&item.placed);
        let entries: Vec<Entry<'_>> = item
            .examples
            .iter()
            .zip(&placed.item.examples)
            .map(|(id, example)| self.entry(id, example))
            .collect();
        let mut planned = Planned { cases: Vec::new(), secrets: Vec::new(), drawn: false };
        if !entries.iter().any(|entry| self.options.selection.takes(&entry.id, &entry.rules.tags)) {
            return Ok(planned);
        }
        let expectations = self.expectations(item, &placed, &entries)?;
        let recipes = self.recipes(&placed, &entries);
        for (index, (entry, recipe)) in entries.iter().zip(recipes).enumerate() {
            if !self.options.selection.takes(&entry.id, &entry.rules.tags) {
                continue;
            }
            let Done { recipe, action, notes, altered } = self.act(&placed, entry, recipe, &mut planned);
            let siblings = entries.iter().zip(&expectations).enumerate();
            planned.cases.push(Case {
                id: entry.id.clone(),
                item: placed.item.name.clone(),
                source: self.source(&entry.example.pointer),
                example: Arc::clone(entry.example),
                tags: entry.rules.tags.clone(),
                recipe,
                action,
                expectation: Arc::clone(&expectations[index]),
                siblings: siblings
                    .filter(|(other, (sibling, _))| *other != index && sibling.status.is_some())
                    .map(|(_, (sibling, expectation))| {
                        (sibling.example.name.clone(), Arc::clone(expectation))
                    })
                    .collect(),
                notes,
                altered,
            });
        }
        Ok(planned)
    }

    /// The file and place of a part of the collection.
    pub(super) fn source(&self, pointer: &str) -> Source {
        source(self.suite, &self.file, pointer)
    }

    fn on_mock(&self) -> bool {
        matches!(self.options.target, Target::Mock(_))
    }

    /// `[auth.default]` stands instead of the collection's auth, except where an item says that it
    /// needs none.
    fn with_default_auth(&self, placed: &Placed<'a>) -> Placed<'a> {
        let mut placed = placed.clone();
        let open = placed.auth.is_some_and(|auth| auth.kind == AuthKind::None);
        if let Some(default) = self.suite.settings.auth.get("default")
            && !open
        {
            placed.auth = Some(default);
        }
        placed
    }

    fn entry<'e>(&self, id: &CaseId, example: &'e Arc<Example>) -> Entry<'e> {
        let id = self.row.map_or_else(|| id.clone(), |row| id.with_row(row));
        let mut rules = self.suite.settings.case(&id);
        if self.on_mock() {
            // The mock serves the example as saved; corrections of it are for the live API.
            rules.error_code = None;
            rules.status = None;
        }
        let status = if self.on_mock() {
            // Nor can it serve what no final answer has.
            Some(example.code.filter(|code| *code >= 200).unwrap_or(200))
        } else {
            rules.status.or(example.code)
        };
        Entry { id, example, rules, status }
    }

    fn expectations(
        &self,
        item: &Named<'_>,
        placed: &Placed<'_>,
        entries: &[Entry<'_>],
    ) -> Result<Vec<Arc<Expectation>>, ContractError> {
        let siblings: Vec<(Arc<Example>, Option<u16>)> =
            entries.iter().map(|entry| (Arc::clone(entry.example), entry.status)).collect();
        entries
            .iter()
            .map(|entry| {
                self.contracts.expectation(
                    item.below_suite(),
                    &siblings,
                    entry.example,
                    entry.status.unwrap_or(200),
                    method_of(placed, entry.example),
                    &entry.rules,
                )
            })
            .collect()
    }

    fn recipes(&self, placed: &Placed<'_>, entries: &[Entry<'_>]) -> Vec<Result<Recipe, Skip>> {
        let made: Vec<Made> = entries.iter().map(|entry| self.made(placed, entry)).collect();
        let candidates: Vec<Candidate<'_>> = entries
            .iter()
            .zip(&made)
            .map(|(entry, made)| Candidate {
                name: &entry.example.name,
                documented: self.documented(entry),
                signature: made.bare.clone(),
                has_auth: made.bare.is_some() && made.full.is_some() && made.bare != made.full,
                has_path_variable: made.has_path_variable,
                rule: entry.rules.auth.as_ref(),
            })
            .collect();
        assign(&candidates, &|index, recipe| {
            let (entry, made) = (entries.get(index)?, made.get(index)?);
            match recipe {
                Recipe::AsSaved => made.full.clone(),
                Recipe::WithoutAuth => made.bare.clone(),
                other => {
                    let changes = changes(entry, self.auth_choice(other), *other == Recipe::UnknownId);
                    let with =
                        |resolver: &Resolver<'_>| resolver.resolve(placed, Some(entry.example), &changes);
                    // An unknown id may stand where a variable has no value: what is really sent
                    // counts before what stand-ins would make of it.
                    let real = if self.on_mock() { None } else { with(&self.resolver).ok() };
                    let resolved = real.or_else(|| with(&self.stand_in).ok());
                    resolved.map(|resolved| signature(&resolved.request))
                }
            }
        })
    }

    /// The requests that twins are told by: missing values get stand-ins, so that two examples
    /// that lack the same are twins, too.
    fn made(&self, placed: &Placed<'_>, entry: &Entry<'_>) -> Made {
        let with =
            |auth| self.stand_in.resolve(placed, Some(entry.example), &changes(entry, auth, false)).ok();
        let bare = with(AuthChoice::Without);
        Made {
            has_path_variable: bare.as_ref().is_some_and(|bare| !bare.path_variables.is_empty()),
            bare: bare.map(|bare| signature(&bare.request)),
            full: with(AuthChoice::Inherited).map(|full| signature(&full.request)),
        }
    }

    fn documented(&self, entry: &Entry<'_>) -> Documented {
        let reading = self.contracts.reading(entry.example, entry.status.unwrap_or(200));
        let reading = corrected(reading, &entry.rules);
        Documented {
            status: entry.status,
            outcome: reading.outcome,
            code: reading.code.map(|code| code.code),
        }
    }

    /// What is done with one case.
    fn act(
        &self,
        placed: &Placed<'_>,
        entry: &Entry<'_>,
        recipe: Result<Recipe, Skip>,
        planned: &mut Planned,
    ) -> Done {
        let skipped =
            |recipe, reason| Done { recipe, action: Action::Skip(reason), notes: Vec::new(), altered: None };
        let recipe = match recipe {
            Ok(recipe) => recipe,
            Err(_) if self.on_mock() => Recipe::Named,
            Err(reason) => return skipped(Recipe::None, reason),
        };
        match self.resolve(placed, entry, &recipe) {
            Err(reason) => skipped(recipe, reason),
            Ok(resolved) => {
                planned.secrets.extend(resolved.secrets);
                planned.drawn |= resolved.drawn;
                let lane = (!resolved.request.is_safe())
                    .then(|| Lane(format!("{}{}", resolved.request.origin, resolved.request.path())));
                let carries_auth = resolved.carries_auth;
                let action = Action::Send {
                    request: resolved.request,
                    late: resolved.late.map(Arc::new),
                    delivery: Arc::new(self.delivery(resolved.delivery, entry)),
                    carries_auth,
                    lane,
                };
                Done { recipe, action, notes: resolved.notes, altered: resolved.altered }
            }
        }
    }

    /// A redirect may lead to every origin that the target names. Where the example documents a
    /// redirect, that is the answer that is wanted, and it is not followed.
    fn delivery(&self, mut delivery: Delivery, entry: &Entry<'_>) -> Delivery {
        if entry.status.is_some_and(|status| (300..400).contains(&status)) {
            delivery.redirects.follow = false;
        }
        if delivery.redirects.follow {
            delivery.redirects.named = self.hosts.origins(self.suite);
        }
        delivery
    }

    fn resolve(&self, placed: &Placed<'_>, entry: &Entry<'_>, recipe: &Recipe) -> Result<Resolved, Skip> {
        if let Some(reason) = &entry.rules.skip {
            return Err(skip::by_rule(reason));
        }
        let mut changes = changes(entry, self.auth_choice(recipe), *recipe == Recipe::UnknownId);
        changes.draw = Draw::of(self.options.chance, entry.id.as_str());
        if self.on_mock() {
            changes.headers.push((MOCK_RESPONSE_ID.to_owned(), entry.id.to_string()));
            return self
                .stand_in
                .resolve(placed, Some(entry.example), &changes)
                .map_err(|causes| skip::causes(&causes));
        }
        if entry.status.is_none() {
            return Err(skip::no_status());
        }
        let form = form_of(placed.item, entry.example);
        if !self.hosts.rules().contains_key(form) {
            return Err(skip::host(form, self.hosts.main()));
        }
        let mut resolved = self
            .resolver
            .resolve(placed, Some(entry.example), &changes)
            .map_err(|causes| skip::causes(&causes))?;
        self.guard(&resolved.request)?;
        if let Some(Late::Grant(grant)) = &mut resolved.late {
            token_host::direct(grant, self.suite, self.hosts)?;
        }
        Ok(resolved)
    }

    fn auth_choice(&self, recipe: &Recipe) -> AuthChoice<'a> {
        match recipe {
            Recipe::AsSaved | Recipe::UnknownId | Recipe::Named | Recipe::None => AuthChoice::Inherited,
            Recipe::WithoutAuth => AuthChoice::Without,
            Recipe::InvalidAuth => AuthChoice::Invalid,
            // Settings refuse a profile that is not defined, so this always finds one.
            Recipe::Profile(name) => {
                self.suite.settings.auth.get(name).map_or(AuthChoice::Inherited, AuthChoice::Profile)
            }
        }
    }

    /// Writing needs a yes, except on this machine.
    fn guard(&self, request: &Request) -> Result<(), Skip> {
        if request.is_safe() {
            return Ok(());
        }
        if self.options.only_safe {
            return Err(skip::only_safe(&request.method));
        }
        let allowed = self.options.allow_writes || self.suite.settings.target.writes;
        if allowed || request.origin.is_loopback() {
            return Ok(());
        }
        Err(skip::write(&request.method, request.origin.authority()))
    }
}

/// The file and place of a part of the collection; `file` is the collection itself.
pub(super) fn source(suite: &Suite, file: &Arc<PathBuf>, pointer: &str) -> Source {
    let (file, pointer) = suite.collection.places.find(pointer).unwrap_or((file, pointer));
    Source { file: Arc::clone(file), pointer: pointer.to_owned() }
}

/// What suite.toml changes in the request of a case. Dynamic values are the same wherever their
/// names stand, so that requests can be compared.
fn changes<'c>(entry: &Entry<'_>, auth: AuthChoice<'c>, unknown_id: bool) -> Changes<'c> {
    Changes {
        auth,
        path: entry.rules.path.clone(),
        query: entry.rules.query.clone(),
        set: entry.rules.set.clone(),
        headers: Vec::new(),
        unknown_id,
        draw: Draw::default(),
    }
}

fn method_of<'m>(placed: &'m Placed<'_>, example: &'m Example) -> &'m str {
    let own = example.request.as_ref().and_then(|request| request.method.as_deref());
    own.or(placed.item.request.method.as_deref()).unwrap_or("GET")
}

/// The request as bytes that are equal for equal requests; the order of header fields with
/// different names does not count (RFC 9110 §5.3), nor does what Postman makes anew for each call, or what becomes of the connection.
fn signature(request: &Request) -> Signature {
    let mut headers: Vec<(String, &str)> = request
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .filter(|(name, _)| !["connection", "postman-token"].contains(&name.as_str()))
        .collect();
    // Fields of one name keep their order: it has a meaning.
    headers.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut text = format!("{} {}\n", request.method, request.url());
    for (name, value) in headers {
        text.extend([name.as_str(), ": ", value, "\n"]);
    }
    let mut signature = text.into_bytes();
    signature.push(b'\n');
    signature.extend_from_slice(request.body.as_deref().unwrap_or_default());
    signature
}
