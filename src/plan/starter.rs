//! What is known of a new suite, for its first suite.toml.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::case::{Action, Case, SuitePlan};
use super::hosts::{Hosts, count_forms, form_of, server_of, variable_of};
use super::{Options, PlanError, Selection, Target, ids, resolver, suite as plan_suite};
use crate::message::Origin;
use crate::postman::model::Placed;
use crate::postman::{AuthKind, BaseRule, Cause, Chance, Changes, Example};
use crate::redact::Redactor;
use crate::suite::{Cure, OtherHost, SkippedCase, Starter, StarterAuth, Suite};

/// What the first suite.toml of this suite says: read from the collection and from the plan of a
/// live API, in which everything may be sent. `name` is that of the suite's folder. Nothing in it is
/// a secret of the files.
pub fn starter<'e>(
    suite: &Suite,
    name: &str,
    environments: impl Iterator<Item = &'e str>,
) -> Result<Starter, PlanError> {
    let target = Target::Live(Some(BaseRule { origin: Origin::loopback(80), prefix: None }));
    let options = Options {
        target,
        selection: Selection::default(),
        allow_writes: true,
        only_safe: false,
        repeats: false,
        chance: Chance::default(),
    };
    let plan = plan_suite(suite, &options)?;
    let hosts = Hosts::new(suite, &options.target);
    let lacks = Lacks::of(suite, &hosts);
    let secrets = Secrets { redactor: Redactor::new(plan.secrets.iter().cloned()) };
    let main = hosts.main().unwrap_or_default();
    Ok(Starter {
        name: name.to_owned(),
        title: secrets.redactor.text(&suite.collection.name).into_owned(),
        environments: environments.map(str::to_owned).collect(),
        cases: plan.cases.len(),
        base_variable: variable_of(main).map(str::to_owned),
        base_url: server_of(suite, main).and_then(|url| secrets.none_in(url)),
        hosts: other_hosts(suite, main, &secrets),
        unsafe_methods: unsafe_methods(suite),
        variables: lacks.variables.into_iter().collect(),
        auth: auth(suite, lacks.typed, &secrets),
        skipped: skipped(&plan, &lacks.path_variables, &secrets),
    })
}

struct Secrets {
    redactor: Redactor,
}

impl Secrets {
    fn none_in(&self, text: String) -> Option<String> {
        (self.redactor.text(&text) == text).then_some(text)
    }
}

/// Every example with its item.
fn examples(suite: &Suite) -> impl Iterator<Item = (Placed<'_>, &Example)> {
    let items = suite.collection.items().into_iter();
    items.flat_map(|placed| {
        let of_item = placed.item.examples.iter();
        of_item.map(move |example| (placed.clone(), &**example)).collect::<Vec<_>>()
    })
}

/// What requests lack, by how many cases lack it.
#[derive(Default)]
struct Lacks {
    variables: IndexMap<String, usize>,
    /// By case id.
    path_variables: HashMap<String, Vec<String>>,
    /// Typed credentials that are placeholders, by the type of auth that would replace them.
    typed: IndexMap<&'static str, usize>,
}

impl Lacks {
    fn of(suite: &Suite, hosts: &Hosts) -> Self {
        let mut lacks = Self::default();
        let resolver = resolver(suite, &suite.scope, hosts, false);
        for item in ids::name_items(&suite.name, &suite.collection) {
            for (id, example) in item.examples.iter().zip(&item.placed.item.examples) {
                // What is sent nowhere needs nothing.
                if !hosts.rules().contains_key(form_of(item.placed.item, example)) {
                    continue;
                }
                let made = resolver.resolve(&item.placed, Some(example), &Changes::default());
                for cause in made.err().into_iter().flatten() {
                    lacks.add(id.as_str(), cause, example, &item.placed);
                }
            }
        }
        lacks
    }

    fn add(&mut self, id: &str, cause: Cause, example: &Example, placed: &Placed<'_>) {
        match cause {
            Cause::Variable { name } | Cause::Endless { name } => {
                *self.variables.entry(name).or_insert(0) += 1;
            }
            Cause::PathVariable { name } => {
                self.path_variables.entry(id.to_owned()).or_default().push(name);
            }
            Cause::Credential { place, .. } if place.eq_ignore_ascii_case("header `authorization`") => {
                *self.typed.entry(typed_kind(example, placed)).or_insert(0) += 1;
            }
            Cause::Credential { .. }
            | Cause::UnsetEnv { .. }
            | Cause::UnsetToken { .. }
            | Cause::Dynamic { .. }
            | Cause::Upload { .. }
            | Cause::Auth { .. }
            | Cause::Malformed { .. } => {}
        }
    }
}

/// `basic` where the typed Authorization says so, else `bearer`.
fn typed_kind(example: &Example, placed: &Placed<'_>) -> &'static str {
    let request = example.request.as_ref().unwrap_or(&placed.item.request);
    let typed = request.headers.iter().find(|header| {
        header.key.as_deref().is_some_and(|key| key.trim().eq_ignore_ascii_case("authorization"))
    });
    let value = typed.and_then(|header| header.value.as_deref()).unwrap_or_default();
    let scheme = value.split_whitespace().next().unwrap_or_default();
    if scheme.eq_ignore_ascii_case("basic") { "basic" } else { "bearer" }
}

/// The forms that the base URL does not stand for.
fn other_hosts(suite: &Suite, main: &str, secrets: &Secrets) -> Vec<OtherHost> {
    let variable = variable_of(main);
    let forms = count_forms(suite).into_iter().filter(|(form, _)| {
        let takes_base = variable.is_some() && variable_of(form) == variable;
        !form.is_empty() && form != main && !takes_base
    });
    forms
        .filter_map(|(form, cases)| {
            let url = server_of(suite, &form).and_then(|url| secrets.none_in(url));
            Some(OtherHost { form: secrets.none_in(form)?, url, cases })
        })
        .collect()
}

fn unsafe_methods(suite: &Suite) -> Vec<(String, usize)> {
    let mut methods: IndexMap<String, usize> = IndexMap::new();
    for (placed, example) in examples(suite) {
        let method = placed.item.method_of(example);
        if !matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE") {
            *methods.entry(method.to_owned()).or_insert(0) += 1;
        }
    }
    methods.into_iter().collect()
}

/// The auth of most cases: of the collection, else what typed headers stand for.
fn auth(suite: &Suite, typed: IndexMap<&'static str, usize>, secrets: &Secrets) -> Option<StarterAuth> {
    let mut kinds: IndexMap<&str, usize> = IndexMap::new();
    let all: Vec<_> = examples(suite).filter_map(|(placed, _)| placed.auth).collect();
    for auth in all.iter().filter(|auth| auth.kind != AuthKind::None) {
        *kinds.entry(auth.kind.name()).or_insert(0) += 1;
    }
    if kinds.is_empty() {
        kinds = typed.into_iter().collect();
    }
    // The first of equals.
    let (kind, cases) = kinds.iter().rev().max_by_key(|(_, cases)| **cases)?;
    let keys = all.iter().filter(|auth| auth.kind == AuthKind::ApiKey);
    let key = keys.clone().find_map(|auth| auth.params.get("key").filter(|key| !key.is_empty()));
    let in_query = |place: &String| place.eq_ignore_ascii_case("query");
    Some(StarterAuth {
        kind: (*kind).to_owned(),
        cases: *cases,
        api_key: key.cloned().and_then(|key| secrets.none_in(key)),
        in_query: keys.clone().any(|auth| auth.params.get("in").is_some_and(in_query)),
        others: kinds.keys().filter(|other| *other != kind).map(|other| (*other).to_owned()).collect(),
    })
}

/// The cases that are skipped for other reasons than those that a section of their own speaks of.
fn skipped(plan: &SuitePlan, paths: &HashMap<String, Vec<String>>, secrets: &Secrets) -> Vec<SkippedCase> {
    let of_case = |case: &Case| {
        let Action::Skip(skip) = &case.action else { return None };
        let cure = match skip.class {
            "variable" | "credential" | "host" | "environment" | "write" => return None,
            "no status" => Cure::Status,
            "path variable" => {
                paths.get(case.id.as_str()).map_or(Cure::Request, |names| Cure::Path(names.clone()))
            }
            _ => Cure::Request,
        };
        let reason = secrets.redactor.text(&skip.reason).into_owned();
        Some(SkippedCase { id: case.id.as_str().to_owned(), reason, cure })
    };
    plan.cases.iter().filter_map(|case| of_case(case)).collect()
}
