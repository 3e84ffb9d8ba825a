//! Variables: used and defined nowhere, or defined and never used.

use std::collections::HashSet;

use indexmap::IndexMap;
use serde_json::Value;

use super::found::Found;
use super::table::LintId;
use crate::plan::scripts::Scripts;
use crate::plan::skip::one_line;
use crate::postman::model::{BodySpec, Param, RequestSpec};
use crate::postman::variables::names_in;
use crate::postman::{Auth, Row, dynamic};
use crate::suite::{Suite, did_you_mean};

/// Where a name is used: the first place, and how many there are.
struct Use<'a> {
    first: &'a str,
    count: usize,
}

/// The names of variables, with their uses.
#[derive(Default)]
struct Uses<'a> {
    by_name: IndexMap<&'a str, Use<'a>>,
}

impl<'a> Uses<'a> {
    /// Each name once for a place.
    fn add(&mut self, pointer: &'a str, texts: impl IntoIterator<Item = &'a str>) {
        let mut here = HashSet::new();
        for name in texts.into_iter().flat_map(names_in).filter(|name| here.insert(*name)) {
            self.by_name.entry(name).or_insert(Use { first: pointer, count: 0 }).count += 1;
        }
    }
}

pub(super) fn lint(suite: &Suite, found: &mut Found<'_>) {
    let collection = &suite.collection;
    let (mut sent, mut hosts) = (Uses::default(), HashSet::new());
    let placed = collection.items();
    for placed in &placed {
        let item = &placed.item;
        let own = std::iter::once(&item.request);
        let requests = own.chain(item.examples.iter().filter_map(|example| example.request.as_ref()));
        for request in requests {
            // The base URL, or `[target] hosts`, stands for what a URL begins with.
            hosts.extend(names_in(&request.url.host));
            sent.add(&request.pointer, texts(request));
        }
    }
    let auths = placed.iter().filter_map(|placed| placed.auth).map(|auth| (&auth.place, auth));
    for (place, auth) in auths.collect::<IndexMap<&String, &Auth>>() {
        if !suite.settings.auth.contains_key("default") {
            sent.add(place, auth.params.values().map(String::as_str));
        }
    }
    undefined(suite, &sent, found);
    unused(suite, &sent, &hosts, found);
}

/// What of a request is sent and may hold variables, but for the host.
fn texts(request: &RequestSpec) -> Vec<&str> {
    fn pairs(params: &[Param]) -> impl Iterator<Item = &str> {
        let enabled = params.iter().filter(|param| !param.disabled);
        enabled.flat_map(|param| [param.key.as_deref(), param.value.as_deref()]).flatten()
    }
    let url = &request.url;
    let mut texts: Vec<&str> = vec![&url.path];
    texts.extend(url.userinfo.as_deref());
    texts.extend(pairs(&url.query).chain(pairs(&url.variables)).chain(pairs(&request.headers)));
    match &request.body {
        None => {}
        Some(BodySpec::Raw { text, .. }) => texts.push(text),
        Some(BodySpec::UrlEncoded(params)) => texts.extend(pairs(params)),
        Some(BodySpec::FormData(parts)) => {
            texts.extend(parts.iter().flat_map(|part| pairs(std::slice::from_ref(&part.param))));
        }
        Some(BodySpec::File(path)) => texts.extend(path.as_deref()),
        Some(BodySpec::GraphQl { query, operation, variables }) => {
            texts.push(query);
            texts.extend(operation.as_ref().and_then(Value::as_str).into_iter().chain(variables.as_deref()));
        }
    }
    texts
}

/// What a name leads to and has no value: a value may name other variables.
fn lacking(suite: &Suite, name: &str) -> Vec<String> {
    let captured = |name: &str| {
        suite.settings.steps().flat_map(|step| &step.capture).any(|(captured, _)| captured == name)
    };
    let in_a_row = |name: &str| suite.rows.iter().flat_map(Row::iter).any(|(column, _)| column == name);
    let missing = suite.scope.substitute(&format!("{{{{{name}}}}}")).missing.into_iter();
    missing
        .filter(|missing| missing.env.is_none())
        .map(|missing| missing.name)
        .filter(|name| !captured(name) && !in_a_row(name) && !dynamic::is_known(name))
        .collect()
}

fn undefined(suite: &Suite, sent: &Uses<'_>, found: &mut Found<'_>) {
    let mut missing: IndexMap<String, Use<'_>> = IndexMap::new();
    for (name, used) in &sent.by_name {
        for name in lacking(suite, name) {
            missing.entry(name).or_insert(Use { first: used.first, count: 0 }).count += used.count;
        }
    }
    let scripts = Scripts::of(&suite.collection);
    missing.sort_by(|_, a, _, b| b.count.cmp(&a.count));
    if let Some(file) = &suite.settings_file {
        let names = suite.settings.names_used().into_iter().flat_map(|name| lacking(suite, name));
        for name in names.filter(|name| !missing.contains_key(name)) {
            let message = format!("variable `{}`, which stands in it, has no value", one_line(&name));
            found.add(LintId::UndefinedVariable, file, "", message);
        }
    }
    let (known, plain): (Vec<_>, Vec<_>) = missing
        .into_iter()
        .map(|(name, used)| (told(suite, &scripts, &name, used.count), name, used))
        .partition(|(told, ..)| told.1);
    let shown = if plain.len() > MOST { MOST } else { plain.len() };
    for ((message, _), _, used) in known.iter().chain(plain.get(..shown).unwrap_or_default()) {
        found.add_in(LintId::UndefinedVariable, used.first, message.clone());
    }
    if let Some(rest @ [(_, _, first), ..]) = plain.get(shown..) {
        let named: Vec<String> =
            rest.iter().take(NAMED).map(|(_, name, _)| format!("`{}`", one_line(name))).collect();
        let more = match rest.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let message = format!("{} more variables have no value: {}{more}", rest.len(), named.join(", "));
        found.add_in(LintId::UndefinedVariable, first.first, message);
    }
}

/// So many undefined variables, the most used ones, have a line of their own, and so have all of which more
/// can be said than that.
const MOST: usize = 20;

/// How many of the others are named.
const NAMED: usize = 100;

/// What is said of a variable, and whether more is known than that it has no value.
fn told(suite: &Suite, scripts: &Scripts<'_>, name: &str, count: usize) -> (String, bool) {
    let collection = &suite.collection;
    let shown = one_line(name);
    let disabled = collection.variables.iter().any(|variable| variable.disabled && variable.key == *name);
    let mut is_plain = false;
    let why = if let Some(of) = name.strip_prefix('$') {
        let hint = dynamic::hint(name);
        format!("unknown dynamic variable `{{{{${}}}}}`{hint}", one_line(of))
    } else if suite.scope.has(name) {
        format!("variable `{shown}` leads to itself, or through too many others")
    } else if disabled {
        format!("variable `{shown}` has no value: it is switched off in the collection")
    } else if let Some(script) = scripts.of_variable(name) {
        format!(
            "variable `{shown}` has no value; {script} would set it; scripts are not run: capture it with `before` in suite.toml"
        )
    } else {
        let hint = did_you_mean(name, suite.scope.names());
        is_plain = hint.is_empty();
        format!(
            "variable `{shown}` has no value; give it in `[variables]` of suite.toml or in an environment{hint}"
        )
    };
    let uses = if count == 1 { "used once".to_owned() } else { format!("used in {count} requests") };
    (format!("{why} ({uses})"), !is_plain)
}

fn unused(suite: &Suite, sent: &Uses<'_>, hosts: &HashSet<&str>, found: &mut Found<'_>) {
    let collection = &suite.collection;
    let mut used: HashSet<&str> = sent.by_name.keys().copied().chain(hosts.iter().copied()).collect();
    used.extend(suite.scope.names_in_values());
    let given = || suite.settings.variables.iter();
    used.extend(suite.settings.names_used());
    let own: HashSet<&str> = collection.variables.iter().map(|variable| variable.key.as_str()).collect();
    if let Some(file) = &suite.settings_file {
        for (name, _) in given().filter(|(name, _)| !used.contains(name.as_str())) {
            let hint = did_you_mean(name, used.iter().copied());
            let message = format!("`[variables] {}` is used nowhere{hint}", one_line(name));
            found.add(LintId::UnmatchedOverride, file, "", message);
        }
    }
    // A script may use any, by names that are put together, too.
    if collection.scripts.is_empty() {
        for name in
            own.into_iter().filter(|name| !used.contains(name)).collect::<std::collections::BTreeSet<_>>()
        {
            let message = format!("the collection defines `{}` and uses it nowhere", one_line(name));
            found.add_in(LintId::UnusedVariable, "", message);
        }
    }
}
