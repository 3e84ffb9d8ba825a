//! Examples become cases: ids, twins, recipes, order, selection, skips with reasons.
//!
//! [`suite`] makes the [`SuitePlan`] of one suite. Nothing is sent, no file is read but the uploads
//! that requests name, and equal arguments and files give equal plans. Invariants: every example of
//! the suite that is selected is exactly one [`Case`]; a case that is sent has a complete request
//! for an origin that the target names; a case that is not sent says why and what would cure it.

mod around;
pub mod case;
mod codes;
mod credential;
pub mod facts;
mod hosts;
mod item;
pub mod lint;
mod orphans;
mod recipe;
mod record;
mod scripts;
mod selection;
mod shard;
mod signature;
mod skip;
mod steps;
#[cfg(test)]
mod tests;
mod token_host;
mod waivers;

use std::path::PathBuf;
use std::sync::Arc;

pub(crate) use crate::suite::ids::name_items;
pub use case::{
    Action, Case, CaseWaiver, Documented, DocumentedCode, Lane, Plan, Recipe, Skip, SkipClass, Source, Step,
    Steps, SuitePlan, WithoutExample,
};
pub use record::{Recording, RecordingPlan};
pub use selection::{GlobError, Selection, meant};
pub use shard::{Shard, ShardError, Share};

use crate::contract::learn::ItemName;
use crate::contract::{ContractError, Contracts};
use crate::finding::CaseId;
use crate::message::Origin;
use crate::placeholder::Filler;
use crate::postman::{BaseRule, Chance, Resolver, Row, Scope, Warning};
use crate::suite::{Suite, SuiteError, Waiver, ids};

/// The seed of the values that stand for type placeholders in requests and in mock answers.
pub const SEED: u64 = 7;

/// Where the requests of a suite go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The embedded mock at this origin: every case can be had, and missing values get stand-ins.
    Mock(Origin),
    /// A live API; `None` where only `[target] hosts` of suite.toml says where.
    Live(Option<BaseRule>),
}

/// What decides the plan besides the suite itself.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to.
    pub target: Target,
    /// Which cases.
    pub selection: Selection,
    /// Unsafe methods may go to hosts that are not loopback, as `[target] writes` says.
    pub allow_writes: bool,
    /// Unsafe methods are not sent at all.
    pub only_safe: bool,
    /// Every request is sent more than once: unsafe methods only with `allow_writes`, or where the case
    /// is `repeatable`.
    pub repeats: bool,
    /// Where dynamic values come from.
    pub chance: Chance,
}

/// Why a suite cannot be planned.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A schema file cannot be used.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// A step of suite.toml does not name one case.
    #[error(transparent)]
    Suite(#[from] SuiteError),
}

/// What the items of a suite and their examples are called, in the order of the collection.
pub fn item_names(suite: &Suite) -> Vec<ItemName> {
    let named = ids::name_items(&suite.name, &suite.collection);
    let name = |item: &ids::Named<'_>| ItemName {
        parts: item.below_suite().to_vec(),
        examples: item.examples.iter().map(|id| id.as_str().to_owned()).collect(),
    };
    named.iter().map(name).collect()
}

/// Plans one suite.
///
/// Fails only where a schema file cannot be used, or a step names no case: everything else that is
/// wrong with a case is its reason for being skipped.
pub fn suite(suite: &Suite, options: &Options) -> Result<SuitePlan, PlanError> {
    let named = ids::name_items(&suite.name, &suite.collection);
    let targets = steps::Targets::find(suite, &named)?;
    let scripts = scripts::Scripts::of(&suite.collection);
    let file = Arc::new(suite.collection.file.clone());
    let hosts = hosts::Hosts::new(suite, &options.target);
    let contracts = Contracts::new(suite);
    let mut plan = without_cases(suite, options, &named, &file);
    let waivers: Vec<Arc<Waiver>> = suite.waivers.iter().cloned().map(Arc::new).collect();
    let today = waivers::day(options.chance.now);
    let mut breaks = !suite.settings.recipes.broken_body;
    // One row after another, each through the whole collection, as in Postman's iterations.
    for (row, values) in rows(suite) {
        let scope = values.map_or_else(|| suite.scope.clone(), |values| suite.scope.with_row(values));
        let stand_in_scope = scope.clone().with_stand_ins();
        let planner = item::Planner {
            suite,
            options,
            contracts: &contracts,
            resolver: resolver(suite, &scope, &hosts, false),
            stand_in: resolver(suite, &stand_in_scope, &hosts, true),
            hosts: &hosts,
            targets: &targets,
            scripts: &scripts,
            file: Arc::clone(&file),
            row,
            waivers: (&waivers, &today),
        };
        plan_row(&planner, &named, &mut plan)?;
        breaks = breaks || plan.cases.iter().any(|case| case.recipe == Recipe::BrokenBody);
        // A selection may leave them all out.
        breaks = breaks || named.iter().any(|item| planner.breaks_a_body(item));
    }
    plan.codes = codes::documented(&named, &contracts, &plan.cases);
    plan.secrets.sort();
    plan.secrets.dedup();
    plan.warnings.extend(unmatched_rules(suite, &named));
    let ids = case_ids(suite, &named);
    plan.warnings.extend(waivers::unmatched(suite, &ids));
    // What the mock answers has no finding that anybody would let go.
    if matches!(options.target, Target::Live(_)) {
        plan.waivers = waivers::decidable(suite, &waivers, &ids, &plan.cases);
    }
    plan.warnings.extend((!breaks).then(|| unused_broken_body(suite)));
    plan.warnings.extend(orphans::warnings(suite, &named, &contracts));
    Ok(plan)
}

/// What is known of a suite before its cases are planned.
fn without_cases(
    suite: &Suite,
    options: &Options,
    items: &[ids::Named<'_>],
    file: &Arc<PathBuf>,
) -> SuitePlan {
    let without = items.iter().filter(|item| item.placed.item.examples.is_empty());
    let without_example: Vec<_> = without
        .map(|item| WithoutExample {
            path: item.path(),
            source: item::source(suite, file, &item.placed.item.pointer),
        })
        .collect();
    SuitePlan {
        name: suite.name.clone(),
        bare: (without_example.len() == items.len()).then(|| suite.collection.file.clone()),
        cases: Vec::new(),
        without_example,
        secrets: suite.secrets().to_vec(),
        codes: Vec::new(),
        warnings: suite.warnings.clone(),
        drawn: false,
        rate: match &options.target {
            Target::Mock(_) => None,
            Target::Live(_) => suite.settings.target.rate,
        },
        waivers: Vec::new(),
    }
}

/// Adds the cases of one row of iteration data, or of the one round without any.
fn plan_row(
    planner: &item::Planner<'_>,
    items: &[ids::Named<'_>],
    plan: &mut SuitePlan,
) -> Result<(), PlanError> {
    let mut prepared = item::Prepared::new();
    for index in planner.targets.items() {
        if let Some(item) = items.get(index) {
            prepared.insert(index, planner.prepare(item)?);
        }
    }
    for (index, item) in items.iter().enumerate() {
        let of_item = planner.plan_item(index, item, &prepared)?;
        plan.cases.extend(of_item.cases.into_iter().map(Arc::new));
        plan.secrets.extend(of_item.secrets);
        plan.drawn |= of_item.drawn;
    }
    Ok(())
}

/// Plans the recording of one suite: the request of each selected item, as saved; with `missing_only` of
/// those that have no example.
///
/// Fails as [`suite`] does.
pub fn recording(suite: &Suite, options: &Options, missing_only: bool) -> Result<RecordingPlan, PlanError> {
    let named = ids::name_items(&suite.name, &suite.collection);
    let targets = steps::Targets::find(suite, &named)?;
    let scripts = scripts::Scripts::of(&suite.collection);
    let hosts = hosts::Hosts::of_items(suite, &options.target);
    let contracts = Contracts::new(suite);
    let stand_in_scope = suite.scope.clone().with_stand_ins();
    let planner = item::Planner {
        suite,
        options,
        contracts: &contracts,
        resolver: resolver(suite, &suite.scope, &hosts, false),
        stand_in: resolver(suite, &stand_in_scope, &hosts, true),
        hosts: &hosts,
        targets: &targets,
        scripts: &scripts,
        file: Arc::new(suite.collection.file.clone()),
        row: None,
        waivers: (&[], ""),
    };
    Ok(record::plan(&planner, &named, missing_only))
}

/// The rows of iteration data with their numbers, from 1; without data one row that is none.
fn rows(suite: &Suite) -> Vec<(Option<usize>, Option<&Row>)> {
    if suite.rows.is_empty() {
        return vec![(None, None)];
    }
    suite.rows.iter().enumerate().map(|(at, row)| (Some(at + 1), Some(row))).collect()
}

fn resolver<'a>(suite: &'a Suite, scope: &'a Scope, hosts: &hosts::Hosts, stand_ins: bool) -> Resolver<'a> {
    Resolver {
        scope,
        filler: Filler::new(SEED),
        files: suite.dir.clone(),
        bases: hosts.rules().clone(),
        rewrites: suite.settings.rewrites.clone(),
        stand_ins,
    }
}

/// Broken bodies are allowed, and no case is had by one.
fn unused_broken_body(suite: &Suite) -> Warning {
    let line = suite.settings.recipes.line;
    let message = format!(
        "line {line}: `broken_body = true` is used by no case: none of 400 or 422 has a JSON body and needs a recipe"
    );
    Warning { file: settings_file(suite), pointer: String::new(), message }
}

fn settings_file(suite: &Suite) -> PathBuf {
    suite.settings_file.clone().unwrap_or_else(|| PathBuf::from("suite.toml"))
}

/// The ids of all cases of a suite, selected or not.
fn case_ids(suite: &Suite, items: &[ids::Named<'_>]) -> Vec<CaseId> {
    let examples = || items.iter().flat_map(|item| &item.examples);
    let of_row =
        |row: Option<usize>| examples().map(move |id| row.map_or_else(|| id.clone(), |row| id.with_row(row)));
    rows(suite).into_iter().flat_map(|(row, _)| of_row(row)).collect()
}

/// A `[[case]]` whose `match` fits no case, of no row of iteration data, and a host that nothing goes to, are slips of the pen:
/// they are said, not ignored.
fn unmatched_rules(suite: &Suite, items: &[ids::Named<'_>]) -> Vec<Warning> {
    let of_cases = case_ids(suite, items).into_iter();
    // What has no example yet is what recording asks for.
    let without = items.iter().filter(|item| item.examples.is_empty());
    let ids: Vec<CaseId> = of_cases.chain(without.map(|item| CaseId::from_parts(&item.parts))).collect();
    let file = settings_file(suite);
    let rules = suite.settings.unmatched(&ids).into_iter();
    rules
        .map(|(pattern, line)| format!("line {line}: `match = \"{pattern}\"` matches no case"))
        .chain(hosts::unmatched(suite))
        .map(|message| Warning { file: file.clone(), pointer: String::new(), message })
        .collect()
}
