//! One item: its examples as cases.

use std::path::PathBuf;
use std::sync::Arc;

use super::case::{Action, Case, Lane, Recipe, Skip, Source};
use super::hosts::{Hosts, form_of};
use super::ids::Named;
use super::recipe::{Candidate, Documented, assign};
use super::{Options, Target, skip, token_host};
use crate::contract::{ContractError, Contracts, Expectation};
use crate::finding::CaseId;
use crate::message::Request;
use crate::postman::auth::Late;
use crate::postman::model::Placed;
use crate::postman::{AuthChoice, AuthKind, Changes, Example, Resolved, Resolver};
use crate::suite::{CaseSettings, Suite};

/// The header by which a mock is told which example is wanted (Postman's mock servers know it).
pub(crate) const MOCK_RESPONSE_ID: &str = "x-mock-response-id";

/// What planning an item needs, the same for every item of a suite.
pub(super) struct Planner<'a> {
    pub(super) suite: &'a Suite,
    pub(super) options: &'a Options,
    pub(super) contracts: Contracts,
    /// Resolves what the user's files give.
    pub(super) resolver: Resolver<'a>,
    /// Resolves with stand-ins for what is missing.
    pub(super) stand_in: Resolver<'a>,
    pub(super) hosts: &'a Hosts,
    pub(super) file: Arc<PathBuf>,
}

/// The cases of an item, and the secrets that their requests hold.
pub(super) struct Planned {
    pub(super) cases: Vec<Case>,
    pub(super) secrets: Vec<String>,
}

/// An example with what the suite says of it.
struct Entry<'a> {
    id: &'a CaseId,
    example: &'a Arc<Example>,
    rules: CaseSettings,
    status: Option<u16>,
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
        let mut planned = Planned { cases: Vec::new(), secrets: Vec::new() };
        if !entries.iter().any(|entry| self.options.selection.takes(entry.id, &entry.rules.tags)) {
            return Ok(planned);
        }
        let expectations = self.expectations(item, &placed, &entries)?;
        let recipes = self.recipes(&placed, &entries);
        for (index, (entry, recipe)) in entries.iter().zip(recipes).enumerate() {
            if !self.options.selection.takes(entry.id, &entry.rules.tags) {
                continue;
            }
            let (recipe, action, notes) = self.act(&placed, entry, recipe, &mut planned.secrets);
            let siblings = entries.iter().zip(&expectations).enumerate();
            planned.cases.push(Case {
                id: entry.id.clone(),
                item: placed.item.name.clone(),
                source: Source { file: Arc::clone(&self.file), pointer: entry.example.pointer.clone() },
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
            });
        }
        Ok(planned)
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

    fn entry<'e>(&self, id: &'e CaseId, example: &'e Arc<Example>) -> Entry<'e> {
        let mut rules = self.suite.settings.case(id);
        if self.on_mock() {
            // The mock serves the example as saved; corrections of it are for the live API.
            rules.error_code = None;
            rules.status = None;
        }
        let status = rules.status.or(example.code).or(self.on_mock().then_some(200));
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
        let candidates: Vec<Candidate<'_>> = entries
            .iter()
            .map(|entry| {
                let bare =
                    self.stand_in.resolve(placed, Some(entry.example), &changes(entry, AuthChoice::Without));
                let full = self.stand_in.resolve(
                    placed,
                    Some(entry.example),
                    &changes(entry, AuthChoice::Inherited),
                );
                let reading = self.contracts.reading(entry.example, entry.status.unwrap_or(200));
                Candidate {
                    name: &entry.example.name,
                    documented: Documented {
                        status: entry.status,
                        outcome: reading.outcome,
                        code: entry.rules.error_code.clone().or(reading.code.map(|code| code.code)),
                    },
                    has_auth: match (&bare, &full) {
                        (Ok(bare), Ok(full)) => bare.request != full.request,
                        _ => false,
                    },
                    has_path_variable: bare.as_ref().is_ok_and(|bare| !bare.path_variables.is_empty()),
                    signature: bare.ok().map(|bare| signature(&bare.request)),
                    rule: entry.rules.auth.as_ref(),
                }
            })
            .collect();
        assign(&candidates)
    }

    /// What is done with one case, by which recipe, and what there is to say of it.
    fn act(
        &self,
        placed: &Placed<'_>,
        entry: &Entry<'_>,
        recipe: Result<Recipe, Skip>,
        secrets: &mut Vec<String>,
    ) -> (Recipe, Action, Vec<String>) {
        let recipe = match recipe {
            Ok(recipe) => recipe,
            Err(_) if self.on_mock() => Recipe::Named,
            Err(reason) => return (Recipe::None, Action::Skip(reason), Vec::new()),
        };
        match self.resolve(placed, entry, &recipe) {
            Err(reason) => (recipe, Action::Skip(reason), Vec::new()),
            Ok(resolved) => {
                secrets.extend(resolved.secrets);
                let lane = (!resolved.request.is_safe())
                    .then(|| Lane(format!("{}{}", resolved.request.origin, resolved.request.path())));
                let carries_auth = resolved.carries_auth;
                let action = Action::Send {
                    request: resolved.request,
                    late: resolved.late.map(Arc::new),
                    carries_auth,
                    lane,
                };
                (recipe, action, resolved.notes)
            }
        }
    }

    fn resolve(&self, placed: &Placed<'_>, entry: &Entry<'_>, recipe: &Recipe) -> Result<Resolved, Skip> {
        if let Some(reason) = &entry.rules.skip {
            return Err(skip::by_rule(reason));
        }
        let mut changes = changes(entry, self.auth_choice(recipe));
        changes.unknown_id = *recipe == Recipe::UnknownId;
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

/// What suite.toml changes in the request of a case.
fn changes<'c>(entry: &Entry<'_>, auth: AuthChoice<'c>) -> Changes<'c> {
    Changes {
        auth,
        path: entry.rules.path.clone(),
        query: entry.rules.query.clone(),
        set: entry.rules.set.clone(),
        headers: Vec::new(),
        unknown_id: false,
    }
}

fn method_of<'m>(placed: &'m Placed<'_>, example: &'m Example) -> &'m str {
    let own = example.request.as_ref().and_then(|request| request.method.as_deref());
    own.or(placed.item.request.method.as_deref()).unwrap_or("GET")
}

/// The request as a text that is equal for equal requests; the order of header fields with
/// different names does not count (RFC 9110 §5.3).
fn signature(request: &Request) -> String {
    let mut headers: Vec<String> = request
        .headers
        .iter()
        .map(|(name, value)| format!("{}: {value}", name.to_ascii_lowercase()))
        .collect();
    headers.sort();
    let body = request.body.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    format!("{} {}\n{}\n\n{body}", request.method, request.url(), headers.join("\n"))
}
