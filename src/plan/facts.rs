//! What is known of a new suite, for its first suite.toml.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::case::{Action, Case, SkipClass, SuitePlan};
use super::hosts::{Hosts, count_forms, server_of, variable_of};
use super::{Options, PlanError, Selection, Target, suite as plan_suite};
use crate::message::Origin;
use crate::postman::model::Placed;
use crate::postman::variables::names_in;
use crate::postman::{AuthKind, BaseRule, Cause, Chance, Example, reason};
use crate::redact::Redactor;
use crate::suite::{Cure, Live, OtherHost, SkippedCase, Starter, StarterAuth, Suite};

/// What the first suite.toml of this suite says: read from the collection and from the plan of a
/// live API, in which everything may be sent. `name` is that of the suite's folder. Nothing in it is
/// a secret of the files.
pub fn facts<'e>(
    suite: &mut Suite,
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
    let main = Hosts::new(suite, &options.target).main().unwrap_or_default().to_owned();
    // As suite.toml will say it, so that its plan is the one that is made here.
    suite.settings.target.base_variable = variable_of(&main).map(str::to_owned);
    let (suite, main) = (&*suite, main.as_str());
    let plan = plan_suite(suite, &options)?;
    let lacks = Lacks::of(&plan);
    let secrets = Secrets { redactor: Redactor::new(plan.secrets.iter().cloned()) };
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
        live: live(&plan),
        skipped: skipped(&plan, &lacks.path_variables, &secrets),
    })
}

/// The cases by what they need.
fn live(plan: &SuitePlan) -> Live {
    let mut live = Live::default();
    for case in &plan.cases {
        let number = match &case.action {
            Action::Send { .. } => &mut live.sent,
            Action::Skip(skip) => match skip.class {
                SkipClass::Twin | SkipClass::Profile => &mut live.recipes,
                SkipClass::Upload | SkipClass::Malformed | SkipClass::Rule => &mut live.others,
                SkipClass::NoStatus
                | SkipClass::Host
                | SkipClass::Write
                | SkipClass::OnlySafe
                | SkipClass::Variable
                | SkipClass::Environment
                | SkipClass::PathVariable
                | SkipClass::Credential
                | SkipClass::Auth => &mut live.waiting,
            },
        };
        *number += 1;
    }
    live
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
    /// Typed credentials that cannot be used, by the auth that would replace them.
    typed: IndexMap<Typed, usize>,
}

/// The auth that a typed credential stands for.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Typed {
    kind: String,
    /// The name of an API key's header or parameter.
    key: Option<String>,
    in_query: bool,
}

impl Lacks {
    /// Out of the causes that the plan found.
    fn of(plan: &SuitePlan) -> Self {
        let mut lacks = Self::default();
        for case in &plan.cases {
            let Action::Skip(skip) = &case.action else { continue };
            let mut names: Vec<&str> = Vec::new();
            for cause in &skip.causes {
                let (name, typed) = lacks.add(case, cause);
                names.extend(name.filter(|name| !names.contains(name)));
                if let Some(typed) = typed {
                    *lacks.typed.entry(typed).or_insert(0) += 1;
                }
            }
            for name in names {
                *lacks.variables.entry(name.to_owned()).or_insert(0) += 1;
            }
        }
        lacks
    }

    /// The variable that a cause names, and the auth that would do without the credential.
    fn add<'c>(&mut self, of: &Case, cause: &'c Cause) -> (Option<&'c str>, Option<Typed>) {
        match cause {
            Cause::Variable { name } | Cause::Empty { name } | Cause::Endless { name } => (Some(name), None),
            Cause::PathVariable { name } => {
                self.path_variables.entry(of.id.as_str().to_owned()).or_default().push(name.clone());
                (None, None)
            }
            Cause::Credential { place, what } => {
                let empty = what.strip_suffix(" is empty").and_then(|text| names_in(text).next());
                (empty, stands_for(place, &of.example))
            }
            Cause::UnsetEnv { .. }
            | Cause::UnsetToken { .. }
            | Cause::Dynamic { .. }
            | Cause::Upload { .. }
            | Cause::Auth { .. }
            | Cause::Malformed { .. } => (None, None),
        }
    }
}

/// What a typed credential stands for; `place` is as in [`Cause::Credential`].
fn stands_for(place: &str, example: &Example) -> Option<Typed> {
    let (kind, rest) = place.split_once(" `")?;
    let name = rest.strip_suffix('`')?;
    match kind {
        "header" if name.eq_ignore_ascii_case("authorization") => {
            Some(Typed { kind: typed_kind(example).to_owned(), key: None, in_query: false })
        }
        "header" | "query" if !name.eq_ignore_ascii_case("cookie") => {
            Some(Typed { kind: "apikey".to_owned(), key: Some(name.to_owned()), in_query: kind == "query" })
        }
        _ => None,
    }
}

/// `basic` where the typed Authorization says so, else `bearer`.
fn typed_kind(example: &Example) -> &'static str {
    let headers = example.request.iter().flat_map(|request| &request.headers);
    let typed = headers.into_iter().find(|header| {
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

/// The auth of most cases: of the collection, else what typed credentials stand for.
fn auth(suite: &Suite, typed: IndexMap<Typed, usize>, secrets: &Secrets) -> Option<StarterAuth> {
    let mut kinds: IndexMap<Typed, usize> = IndexMap::new();
    for auth in examples(suite).filter_map(|(placed, _)| placed.auth).filter(|a| a.kind != AuthKind::None) {
        let params = Some(&auth.params).filter(|_| auth.kind == AuthKind::ApiKey);
        let key = params.and_then(|params| params.get("key")).filter(|key| !key.is_empty()).cloned();
        let place = params.and_then(|params| params.get("in"));
        let in_query = place.is_some_and(|place| place.eq_ignore_ascii_case("query"));
        let found = Typed { kind: auth.kind.name().to_owned(), key, in_query };
        *kinds.entry(found).or_insert(0) += 1;
    }
    if kinds.is_empty() {
        kinds = typed;
    }
    // The first of equals.
    let (best, cases) = kinds.iter().rev().max_by_key(|(_, cases)| **cases)?;
    let others = kinds.keys().map(|other| &other.kind).filter(|other| **other != best.kind);
    let mut named: Vec<String> = Vec::new();
    for other in others {
        if !named.contains(other) {
            named.push(other.clone());
        }
    }
    Some(StarterAuth {
        kind: best.kind.clone(),
        cases: *cases,
        api_key: best.key.clone().and_then(|key| secrets.none_in(key)),
        in_query: best.in_query,
        others: named,
    })
}

/// The status that an example without a code seems to have: its name says it.
fn status_of(name: &str) -> Option<u16> {
    let words = [
        ("not found", 404),
        ("no such", 404),
        ("unauthorized", 401),
        ("unauthenticated", 401),
        ("forbidden", 403),
        ("malformed", 400),
        ("bad request", 400),
        ("invalid", 400),
    ];
    let plain = name.to_lowercase().replace(['_', '-'], " ");
    let worded = || words.iter().find(|(word, _)| plain.contains(word)).map(|(_, status)| *status);
    reason::said(name).or_else(worded)
}

/// The cases that are skipped for other reasons than those that a section of their own speaks of.
fn skipped(plan: &SuitePlan, paths: &HashMap<String, Vec<String>>, secrets: &Secrets) -> Vec<SkippedCase> {
    let of_case = |case: &Case| {
        let Action::Skip(skip) = &case.action else { return None };
        let cure = match skip.class {
            SkipClass::Variable
            | SkipClass::Credential
            | SkipClass::Host
            | SkipClass::Environment
            | SkipClass::Write
            | SkipClass::OnlySafe => return None,
            SkipClass::NoStatus => Cure::Status(status_of(&case.example.name)),
            SkipClass::PathVariable => {
                paths.get(case.id.as_str()).map_or(Cure::Request, |names| Cure::Path(names.clone()))
            }
            SkipClass::Rule
            | SkipClass::Twin
            | SkipClass::Profile
            | SkipClass::Upload
            | SkipClass::Auth
            | SkipClass::Malformed => Cure::Request,
        };
        let reason = secrets.redactor.text(&skip.reason).into_owned();
        Some(SkippedCase { id: case.id.as_str().to_owned(), reason, cure })
    };
    plan.cases.iter().filter_map(|case| of_case(case)).collect()
}
