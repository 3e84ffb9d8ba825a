//! Which server each host form of a suite is sent to.
//!
//! A host form is scheme, host and port of a URL as written (`{{baseUrl}}`). One of them, the
//! main form, takes the base URL: the one that starts with `[target] base_variable`, else the most
//! used one, the first of equals. Others go where `[target] hosts` says, or nowhere.

use indexmap::IndexMap;

use super::Target;
use crate::message::Origin;
use crate::postman::BaseRule;
use crate::postman::model::{Example, Item};
use crate::postman::url::host_form;
use crate::suite::{Suite, parse_base_url};

/// The host forms of a suite with their servers.
#[derive(Debug)]
pub(super) struct Hosts {
    rules: IndexMap<String, BaseRule>,
    main: Option<String>,
    on_mock: bool,
}

/// The host form of an example: its own request's, else the item's.
pub(super) fn form_of<'a>(item: &'a Item, example: &'a Example) -> &'a str {
    match &example.request {
        Some(request) if !request.url.host.is_empty() => &request.url.host,
        _ => &item.request.url.host,
    }
}

impl Hosts {
    /// For the requests of the examples.
    pub(super) fn new(suite: &Suite, target: &Target) -> Self {
        Self::counted(suite, target, count_forms(suite))
    }

    /// For the requests of the items themselves. The base URL stands for what it stands for in a run;
    /// where no example says what that is, for the form that most items have.
    pub(super) fn of_items(suite: &Suite, target: &Target) -> Self {
        let mut counts = count_forms(suite);
        let weight = usize::from(counts.is_empty());
        for placed in suite.collection.items() {
            *counts.entry(placed.item.request.url.host.clone()).or_insert(0) += weight;
        }
        Self::counted(suite, target, counts)
    }

    fn counted(suite: &Suite, target: &Target, counts: IndexMap<String, usize>) -> Self {
        match target {
            Target::Mock(origin) => {
                let rule = BaseRule { origin: origin.clone(), prefix: None };
                Self {
                    rules: counts.into_keys().map(|form| (form, rule.clone())).collect(),
                    main: None,
                    on_mock: true,
                }
            }
            Target::Live(base) => {
                let main = base.as_ref().and_then(|_| main_form(suite, &counts));
                let mut rules = IndexMap::new();
                for (form, _) in counts {
                    if let Some(rule) = named(suite, &form) {
                        rules.insert(form, rule.clone());
                    } else if let Some(base) = base
                        && takes_base(suite, &form, main.as_deref())
                    {
                        rules.insert(form, base.clone());
                    }
                }
                Self { rules, main, on_mock: false }
            }
        }
    }

    /// The server for each form that has one.
    pub(super) fn rules(&self) -> &IndexMap<String, BaseRule> {
        &self.rules
    }

    /// Every origin that the target names: where requests go, and what `[target] hosts` says besides
    /// (but for the mock, which is alone).
    pub(super) fn origins(&self, suite: &Suite) -> Vec<Origin> {
        let more = suite.settings.target.hosts.values().filter(|_| !self.on_mock);
        let mut origins: Vec<Origin> =
            self.rules.values().chain(more).map(|rule| rule.origin.clone()).collect();
        origins.sort();
        origins.dedup();
        origins
    }

    /// The form that takes the base URL.
    pub(super) fn main(&self) -> Option<&str> {
        self.main.as_deref()
    }
}

/// The server that a form stands for by the variables of the suite, where it can be told.
pub(super) fn server_of(suite: &Suite, form: &str) -> Option<String> {
    let filled = suite.scope.substitute(form);
    if !filled.missing.is_empty() || filled.text.is_empty() {
        return None;
    }
    // Postman's default.
    let url = if filled.text.contains("://") { filled.text } else { format!("http://{}", filled.text) };
    parse_base_url(&url).ok().map(|_| url)
}

/// The variable that a form begins with.
pub(super) fn variable_of(form: &str) -> Option<&str> {
    let after_scheme = form.split_once("://").map_or(form, |(_, rest)| rest);
    let name = after_scheme.strip_prefix("{{")?.split_once("}}")?.0;
    (!name.contains(['{', '}'])).then_some(name)
}

/// Forms by number of examples, in order of appearance. Requests without an example are not sent,
/// so their forms do not count.
pub(super) fn count_forms(suite: &Suite) -> IndexMap<String, usize> {
    let mut counts = IndexMap::new();
    for placed in suite.collection.items() {
        for example in &placed.item.examples {
            *counts.entry(form_of(placed.item, example).to_owned()).or_insert(0) += 1;
        }
    }
    counts
}

/// The server that `[target] hosts` names for a form.
fn named<'s>(suite: &'s Suite, form: &str) -> Option<&'s BaseRule> {
    suite.settings.target.hosts.iter().find(|(written, _)| host_form(written) == form).map(|(_, rule)| rule)
}

/// What `[target]` says of hosts that no request of the collection goes to.
pub(super) fn unmatched(suite: &Suite) -> Vec<String> {
    let items = suite.collection.items();
    let forms = || {
        items.iter().flat_map(|placed| {
            let own = placed.item.examples.iter().map(|example| form_of(placed.item, example));
            own.chain([placed.item.request.url.host.as_str()])
        })
    };
    let target = &suite.settings.target;
    let hosts = target.hosts.keys().filter(|written| forms().all(|form| host_form(written) != form));
    let variable = target.base_variable.as_ref();
    let variable = variable.filter(|name| !forms().any(|form| starts_with_variable(form, name)));
    hosts
        .map(|written| format!("`[target] hosts`: no request goes to `{written}`"))
        .chain(variable.map(|name| format!("`[target] base_variable`: no URL begins with `{{{{{name}}}}}`")))
        .collect()
}

fn main_form(suite: &Suite, counts: &IndexMap<String, usize>) -> Option<String> {
    let target = &suite.settings.target;
    let free = counts.iter().filter(|(form, _)| named(suite, form).is_none());
    let mut best: Option<(&String, usize)> = None;
    for (form, count) in free {
        let wanted = target.base_variable.as_deref().is_none_or(|name| starts_with_variable(form, name));
        if wanted && best.is_none_or(|(_, most)| *count > most) {
            best = Some((form, *count));
        }
    }
    best.map(|(form, _)| form.clone())
}

/// All forms that begin with the named base variable take the base URL (`{{url}}`,
/// `{{url}}:{{port}}`); without a named one, only the main form does.
fn takes_base(suite: &Suite, form: &str, main: Option<&str>) -> bool {
    match &suite.settings.target.base_variable {
        Some(name) => starts_with_variable(form, name),
        None => main == Some(form),
    }
}

fn starts_with_variable(form: &str, name: &str) -> bool {
    let after_scheme = form.split_once("://").map_or(form, |(_, rest)| rest);
    after_scheme
        .strip_prefix("{{")
        .and_then(|rest| rest.strip_prefix(name))
        .is_some_and(|rest| rest.starts_with("}}"))
}

#[cfg(test)]
mod tests {
    use super::starts_with_variable;

    #[test]
    fn the_base_variable_is_the_first_token() {
        assert!(starts_with_variable("{{url}}", "url"));
        assert!(starts_with_variable("https://{{url}}:{{port}}", "url"));
        assert!(!starts_with_variable("{{url2}}", "url"));
        assert!(!starts_with_variable("api.{{url}}", "url"));
    }
}
