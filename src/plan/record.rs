//! What is sent to record answers: the items' own requests.

use std::sync::Arc;

use super::case::{Action, Lane, Recipe, Skip, Source};
use super::ids::Named;
use super::item::Planner;

use super::{skip, token_host};
use crate::finding::CaseId;
use crate::postman::auth::Late;
use crate::postman::{Changes, Draw, Warning};
use crate::suite::{AuthRule, CaseSettings, Rate};

/// What is sent to record one suite, and what is not, with the reason.
#[derive(Debug)]
pub struct RecordingPlan {
    /// The suite's name.
    pub name: String,
    /// The selected items, in file order.
    pub recordings: Vec<Recording>,
    /// How many items would be selected, but have an example.
    pub with_example: usize,
    /// Values that must not appear in any output, nor in the collection.
    pub secrets: Vec<String>,
    /// What is odd in the suite's files.
    pub warnings: Vec<Warning>,
    /// `[target] rate`.
    pub rate: Option<Rate>,
}

/// One item whose answer is to be recorded.
#[derive(Debug)]
pub struct Recording {
    /// Suite, folders and item in the form of an id.
    pub id: CaseId,
    /// The name of the item as written.
    pub item: String,
    /// Its JSON pointer in the collection, as in [`Item::pointer`](crate::postman::Item::pointer).
    pub pointer: String,
    /// Where it stands.
    pub source: Source,
    /// The names of the examples that it has.
    pub examples: Vec<String>,
    /// What is sent, or why nothing is.
    pub action: Action,
}

/// The plan for these items. What `[[case]]` tables of suite.toml say of requests (`auth`, `set`, `query`,
/// `path`, `skip`, `tags`) holds for an item where `match` fits its path.
pub(super) fn plan(planner: &Planner<'_>, items: &[Named<'_>], missing_only: bool) -> RecordingPlan {
    let suite = planner.suite;
    let mut plan = RecordingPlan {
        name: suite.name.clone(),
        recordings: Vec::new(),
        with_example: 0,
        secrets: suite.secrets().to_vec(),
        warnings: suite.warnings.clone(),
        rate: suite.settings.target.rate,
    };
    for item in items {
        let id = CaseId::from_parts(&item.parts);
        let rules = suite.settings.case(&id);
        if !planner.options.selection.takes(&id, &rules.tags) {
            continue;
        }
        let own = item.placed.item;
        if missing_only && !own.examples.is_empty() {
            plan.with_example += 1;
            continue;
        }
        let action = act(planner, item, &id, &rules, &mut plan.secrets).unwrap_or_else(Action::Skip);
        plan.recordings.push(Recording {
            item: own.name.clone(),
            pointer: own.pointer.clone(),
            source: planner.source(&own.pointer),
            examples: own.examples.iter().map(|example| example.name.clone()).collect(),
            action,
            id,
        });
    }
    plan.secrets.sort();
    plan.secrets.dedup();
    plan
}

fn act(
    planner: &Planner<'_>,
    item: &Named<'_>,
    id: &CaseId,
    rules: &CaseSettings,
    secrets: &mut Vec<String>,
) -> Result<Action, Skip> {
    if let Some(reason) = &rules.skip {
        return Err(skip::by_rule(reason));
    }
    if !rules.before.is_empty() {
        return Err(skip::steps());
    }
    let form = &item.placed.item.request.url.host;
    if !planner.hosts.rules().contains_key(form) {
        return Err(skip::host(form, planner.hosts.main()));
    }
    let placed = planner.with_default_auth(&item.placed);
    let changes = Changes {
        auth: planner.auth_choice(&recipe(rules.auth.as_ref())),
        path: rules.path.clone(),
        query: rules.query.clone(),
        set: rules.set.clone(),
        draw: Draw::of(planner.options.chance, id.as_str()),
        ..Changes::default()
    };
    let resolved = planner.resolver.resolve(&placed, None, &changes);
    let mut resolved = resolved.map_err(|causes| skip::causes(&causes, planner.scripts.explain(&causes)))?;
    planner.guard(&resolved.request, rules)?;
    if let Some(Late::Grant(grant)) = &mut resolved.late {
        token_host::direct(grant, planner.suite, planner.hosts)?;
    }
    if resolved.delivery.redirects.follow {
        resolved.delivery.redirects.named = planner.hosts.origins(planner.suite);
    }
    secrets.extend(resolved.secrets);
    let lane = (!resolved.request.is_safe()).then(|| Lane::of(&resolved.request));
    Ok(Action::Send {
        request: resolved.request,
        late: resolved.late.map(Arc::new),
        delivery: Arc::new(resolved.delivery),
        carries_auth: resolved.carries_auth,
        lane,
    })
}

fn recipe(rule: Option<&AuthRule>) -> Recipe {
    match rule {
        None => Recipe::AsSaved,
        Some(AuthRule::Without) => Recipe::WithoutAuth,
        Some(AuthRule::Invalid) => Recipe::InvalidAuth,
        Some(AuthRule::Profile(name)) => Recipe::Profile(name.clone()),
    }
}
