//! One item: its examples as cases.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::case::{Action, Case, CaseWaiver, Documented, Lane, Recipe, Skip, Source};
use super::hosts::{Hosts, form_of};
use super::ids::Named;
use super::recipe::{Breakable, Candidate, Documented as Answered, Signature, assign};
use super::scripts::Scripts;
use super::signature::{named, signature};
use super::steps::Targets;
use super::{Options, Target, credential, skip, token_host};
use crate::contract::{ContractError, Contracts, Expectation, Siblings, corrected};
use crate::finding::CaseId;
use crate::message::{Delivery, Request, is_safe};
use crate::postman::auth::Late;
use crate::postman::hash::fnv;
use crate::postman::model::{Placed, RequestSpec};
use crate::postman::resolve::is_breakable;
use crate::postman::{AuthChoice, AuthKind, Captured, Changes, Deferred, Draw, Example, Resolved, Resolver};
use crate::suite::{CaseSettings, Suite, Waiver};

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
    /// The cases that steps name.
    pub(super) targets: &'a Targets,
    /// What scripts would set.
    pub(super) scripts: &'a Scripts<'a>,
    pub(super) file: Arc<PathBuf>,
    /// The row of iteration data, from 1.
    pub(super) row: Option<usize>,
    /// The waivers of the suite, and the day on which the run starts.
    pub(super) waivers: (&'a [Arc<Waiver>], &'a str),
}

/// The cases of an item, and the secrets that their requests hold.
pub(super) struct Planned {
    pub(super) cases: Vec<Case>,
    pub(super) secrets: Vec<String>,
    /// Whether dynamic values are in any of them.
    pub(super) drawn: bool,
}

/// An item with everything that its cases have in common.
pub(super) struct Ready<'a> {
    placed: Placed<'a>,
    /// Its examples, in file order.
    pub(super) entries: Vec<Entry<'a>>,
    expectations: Vec<Arc<Expectation>>,
    documented: Arc<[Documented]>,
    recipes: Vec<Result<Recipe, Skip>>,
}

/// Items that steps need, by their position.
pub(super) type Prepared<'a> = HashMap<usize, Ready<'a>>;

/// An example with what the suite says of it.
pub(super) struct Entry<'a> {
    pub(super) id: CaseId,
    example: &'a Arc<Example>,
    pub(super) rules: CaseSettings,
    status: Option<u16>,
}

/// What a request is sent for.
pub(super) struct Role<'r> {
    /// The values that will be captured before it is sent.
    pub(super) captured: &'r Captured,
    /// Decides its dynamic values: the id of the case, or for a step something of its own.
    pub(super) draw: &'r str,
    /// Whether it is sent around another case.
    pub(super) is_step: bool,
}

/// What is done with one case, by which recipe, and what there is to say of it.
struct Acted {
    recipe: Recipe,
    action: Action,
    notes: Vec<String>,
    altered: Option<String>,
    deferred: Option<Deferred>,
    /// As in [`Case::path`].
    path: Option<String>,
}

/// The request of a case.
struct OfCase {
    resolved: Resolved,
    deferred: Option<Deferred>,
    /// With dynamic values in it: the same request with those of no run.
    undrawn: Option<Request>,
}

/// What an example sends as saved, and without auth; `None` where it cannot be made.
struct Made {
    bare: Option<Signature>,
    full: Option<Signature>,
    has_path_variable: bool,
    has_json_body: bool,
}

impl<'a> Planner<'a> {
    /// What the cases of an item have in common.
    pub(super) fn prepare(&self, item: &Named<'a>) -> Result<Ready<'a>, ContractError> {
        let placed = self.with_default_auth(&item.placed);
        let entries = self.entries(item);
        let expectations = self.expectations(item, &placed, &entries)?;
        let recipes = self.recipes(&placed, &entries);
        let documented = entries.iter().zip(&expectations).filter(|(entry, _)| entry.status.is_some());
        let documented = documented
            .map(|(entry, expectation)| Documented {
                example: Arc::clone(entry.example),
                expectation: Arc::clone(expectation),
            })
            .collect();
        Ok(Ready { placed, entries, expectations, documented, recipes })
    }

    /// Whether a case of the item is selected.
    pub(super) fn is_wanted(&self, item: &Named<'_>) -> bool {
        item.examples.iter().any(|id| {
            let id = self.row.map_or_else(|| id.clone(), |row| id.with_row(row));
            self.options.selection.takes(&id, &self.suite.settings.case(&id).tags)
        })
    }

    /// The case of one example, without its steps, and what makes its request again where it needs
    /// captured values.
    pub(super) fn case(
        &self,
        ready: &Ready<'a>,
        index: usize,
        role: &Role<'_>,
        planned: &mut Planned,
    ) -> Option<(Case, Option<Deferred>)> {
        let entry = ready.entries.get(index)?;
        let recipe = ready.recipes.get(index)?.clone();
        let Acted { recipe, action, notes, altered, deferred, path } =
            self.act(&ready.placed, entry, recipe, role, planned);
        let case = Case {
            id: entry.id.clone(),
            item: ready.placed.item.name.clone(),
            source: self.source(&entry.example.pointer),
            example: Arc::clone(entry.example),
            tags: entry.rules.tags.clone(),
            asked: asked(&ready.placed, entry, &recipe),
            credential: credential::named(ready.placed.auth, &self.auth_choice(&recipe)),
            recipe,
            action,
            expectation: Arc::clone(ready.expectations.get(index)?),
            documented: Arc::clone(&ready.documented),
            notes,
            altered,
            repeatable: entry.rules.repeatable,
            path,
            steps: None,
            waivers: CaseWaiver::of(self.waivers.0, &entry.id, self.waivers.1),
            clock: self.options.chance.now,
        };
        Some((case, deferred))
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
    pub(super) fn with_default_auth(&self, placed: &Placed<'a>) -> Placed<'a> {
        let mut placed = placed.clone();
        let open = placed.auth.is_some_and(|auth| auth.kind == AuthKind::None);
        if let Some(default) = self.suite.settings.auth.get("default")
            && !open
        {
            placed.auth = Some(default);
        }
        placed
    }

    fn entries(&self, item: &Named<'a>) -> Vec<Entry<'a>> {
        let examples = item.examples.iter().zip(&item.placed.item.examples);
        examples.map(|(id, example)| self.entry(id, example)).collect()
    }

    fn entry(&self, id: &CaseId, example: &'a Arc<Example>) -> Entry<'a> {
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
        let siblings: Vec<_> =
            entries.iter().map(|entry| (Arc::clone(entry.example), entry.status)).collect();
        let siblings = Siblings::of(&siblings);
        entries
            .iter()
            .map(|entry| {
                self.contracts.expectation(
                    item.below_suite(),
                    &siblings,
                    entry.example,
                    entry.status.unwrap_or(200),
                    placed.item.method_of(entry.example),
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
                breakable: self.breakable(made),
                rule: entry.rules.auth.as_ref(),
            })
            .collect();
        assign(&candidates, &|index, recipe| {
            let (entry, made) = (entries.get(index)?, made.get(index)?);
            match recipe {
                Recipe::AsSaved => made.full.clone(),
                Recipe::WithoutAuth => made.bare.clone(),
                other => {
                    let changes = changes(entry, self.auth_choice(other), other);
                    let with =
                        |resolver: &Resolver<'_>| resolver.resolve(placed, Some(entry.example), &changes);
                    // An unknown id may stand where a variable has no value: what is really sent
                    // counts before what stand-ins would make of it.
                    let real = if self.on_mock() { None } else { with(&self.resolver).ok() };
                    let resolved = real.or_else(|| with(&self.stand_in).ok());
                    resolved.map(|resolved| signature(&resolved.request, &entry.rules))
                }
            }
        })
    }

    fn breakable(&self, made: &Made) -> Breakable {
        match (made.has_json_body, self.suite.settings.recipes.broken_body) {
            (false, _) => Breakable::No,
            (true, false) => Breakable::NotAllowed,
            (true, true) => Breakable::Allowed,
        }
    }

    /// Whether a broken body is the recipe of an example of the item.
    pub(super) fn breaks_a_body(&self, item: &Named<'a>) -> bool {
        let placed = self.with_default_auth(&item.placed);
        let entries = self.entries(item);
        let mut recipes = self.recipes(&placed, &entries).into_iter();
        recipes.any(|recipe| recipe == Ok(Recipe::BrokenBody))
    }

    /// The requests that twins are told by: missing values get stand-ins, so that two examples
    /// that lack the same are twins, too.
    fn made(&self, placed: &Placed<'_>, entry: &Entry<'_>) -> Made {
        let with = |auth| {
            self.stand_in.resolve(placed, Some(entry.example), &changes(entry, auth, &Recipe::AsSaved)).ok()
        };
        let bare = with(AuthChoice::Without);
        Made {
            has_path_variable: bare.as_ref().is_some_and(|bare| !bare.path_variables.is_empty()),
            has_json_body: matches!(entry.status, Some(400 | 422))
                && bare.as_ref().and_then(|bare| bare.request.body.as_deref()).is_some_and(is_breakable),
            bare: bare.map(|bare| signature(&bare.request, &entry.rules)),
            full: with(AuthChoice::Inherited).map(|full| signature(&full.request, &entry.rules)),
        }
    }

    fn documented(&self, entry: &Entry<'_>) -> Answered {
        let reading = self.contracts.reading(entry.example, entry.status.unwrap_or(200));
        let reading = corrected(reading, &entry.rules);
        Answered { status: entry.status, outcome: reading.outcome, code: reading.code.map(|code| code.code) }
    }

    fn act(
        &self,
        placed: &Placed<'_>,
        entry: &Entry<'_>,
        recipe: Result<Recipe, Skip>,
        role: &Role<'_>,
        planned: &mut Planned,
    ) -> Acted {
        let skipped = |recipe, skip| Acted {
            recipe,
            action: Action::Skip(skip),
            notes: Vec::new(),
            altered: None,
            deferred: None,
            path: None,
        };
        // What the person says goes before what is missing.
        let told = entry.rules.skip.as_ref().filter(|_| !role.is_step).map(|reason| skip::by_rule(reason));
        let told = told.or_else(|| self.left_out(placed.item.method_of(entry.example)));
        let recipe = match recipe {
            Ok(recipe) => recipe,
            Err(_) if self.on_mock() => Recipe::Named,
            Err(reason) => return skipped(Recipe::None, told.unwrap_or(reason)),
        };
        match told.map_or_else(|| self.resolve(placed, entry, &recipe, role), Err) {
            Err(reason) => skipped(recipe, reason),
            Ok(OfCase { resolved, deferred, undrawn }) => {
                planned.secrets.extend(resolved.secrets);
                planned.drawn |= resolved.drawn;
                let request = named(resolved.request, role.captured);
                let undrawn = undrawn.map(|undrawn| named(undrawn, role.captured));
                let path = Some(undrawn.as_ref().unwrap_or(&request).path().to_owned());
                let lane = (!request.is_safe()).then(|| Lane::of(&request));
                let carries_auth = resolved.carries_auth;
                let action = Action::Send {
                    request,
                    late: resolved.late.map(Arc::new),
                    delivery: Arc::new(self.delivery(resolved.delivery, entry)),
                    carries_auth,
                    lane,
                };
                Acted { recipe, action, notes: resolved.notes, altered: resolved.altered, deferred, path }
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

    fn resolve(
        &self,
        placed: &Placed<'_>,
        entry: &Entry<'_>,
        recipe: &Recipe,
        role: &Role<'_>,
    ) -> Result<OfCase, Skip> {
        let mut changes = changes(entry, self.auth_choice(recipe), recipe);
        changes.draw = Draw::of(self.options.chance, role.draw);
        let usual = if self.on_mock() { &self.stand_in } else { &self.resolver };
        if self.on_mock() {
            changes.headers.push((MOCK_RESPONSE_ID.to_owned(), entry.id.to_string()));
        } else {
            self.check_place(placed, entry)?;
        }
        let (scope, of_case);
        let knowing = if role.captured.is_empty() {
            usual
        } else {
            scope = usual.scope.with_captured(role.captured.clone());
            of_case = Resolver { scope: &scope, ..usual.clone() };
            &of_case
        };
        let mut resolved = knowing
            .resolve(placed, Some(entry.example), &changes)
            .map_err(|causes| skip::causes(&causes, self.scripts.explain(&causes)))?;
        if !self.on_mock() {
            self.guard(&resolved.request, &entry.rules)?;
        }
        if let Some(Late::Grant(grant)) = &mut resolved.late {
            if role.captured.stands_in(&format!("{grant:?}")) {
                return Err(skip::captured_grant());
            }
            token_host::direct(grant, self.suite, self.hosts)?;
        }
        let origin = &resolved.request.origin;
        let deferred = (!role.captured.is_empty())
            .then(|| Deferred::new(usual, placed, entry.example, &changes, origin));
        changes.draw = Draw::default();
        let again = || knowing.resolve(placed, Some(entry.example), &changes).ok();
        let undrawn = if resolved.drawn { again().map(|again| again.request) } else { None };
        Ok(OfCase { resolved, deferred, undrawn })
    }

    /// Live there must be a status to expect, and a server that the target names.
    fn check_place(&self, placed: &Placed<'_>, entry: &Entry<'_>) -> Result<(), Skip> {
        if entry.status.is_none() {
            return Err(skip::no_status());
        }
        let form = form_of(placed.item, entry.example);
        if self.hosts.rules().contains_key(form) { Ok(()) } else { Err(skip::host(form, self.hosts.main())) }
    }

    pub(super) fn auth_choice(&self, recipe: &Recipe) -> AuthChoice<'a> {
        match recipe {
            Recipe::AsSaved | Recipe::UnknownId | Recipe::BrokenBody | Recipe::Named | Recipe::None => {
                AuthChoice::Inherited
            }
            Recipe::WithoutAuth => AuthChoice::Without,
            Recipe::InvalidAuth => AuthChoice::Invalid,
            // Settings refuse a profile that is not defined, so this always finds one.
            Recipe::Profile(name) => {
                self.suite.settings.auth.get(name).map_or(AuthChoice::Inherited, AuthChoice::Profile)
            }
        }
    }

    /// With `--only-safe`, whatever else a request that may write lacks.
    fn left_out(&self, method: &str) -> Option<Skip> {
        let applies = self.options.only_safe && !self.on_mock() && !method.contains("{{");
        (applies && !is_safe(method)).then(|| skip::only_safe(method))
    }

    /// Writing needs a yes, except on this machine; doing it several times needs one everywhere.
    pub(super) fn guard(&self, request: &Request, rules: &CaseSettings) -> Result<(), Skip> {
        if request.is_safe() {
            return Ok(());
        }
        if self.options.repeats {
            let allowed = self.options.allow_writes || rules.repeatable;
            return if allowed { Ok(()) } else { Err(skip::repeated(&request.method)) };
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
    let places = &suite.collection.places;
    let line = places.line(pointer);
    let (file, pointer) = places.find(pointer).unwrap_or((file, pointer));
    Source { file: Arc::clone(file), pointer: pointer.to_owned(), line }
}

/// See [`Case::asked`].
fn asked(placed: &Placed<'_>, entry: &Entry<'_>, recipe: &Recipe) -> u64 {
    let RequestSpec { method, url, headers, body, .. } =
        entry.example.request.as_ref().unwrap_or(&placed.item.request);
    let CaseSettings { path, query, set, auth, .. } = &entry.rules;
    let all = ((method, url, headers, body), (path, query, set, auth), recipe);
    fnv(format!("{all:?}").as_bytes())
}

/// What suite.toml changes in the request of a case. Dynamic values are the same wherever their
/// names stand, so that requests can be compared.
fn changes<'c>(entry: &Entry<'_>, auth: AuthChoice<'c>, recipe: &Recipe) -> Changes<'c> {
    Changes {
        auth,
        path: entry.rules.path.clone(),
        query: entry.rules.query.clone(),
        set: entry.rules.set.clone(),
        headers: Vec::new(),
        unknown_id: *recipe == Recipe::UnknownId,
        broken_body: *recipe == Recipe::BrokenBody,
        draw: Draw::default(),
    }
}
