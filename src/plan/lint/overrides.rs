//! What suite.toml says of places that are nowhere: pointers, path variables, header fields.

use std::collections::HashSet;

use super::found::Found;
use super::table::LintId;
use crate::contract::Contracts;
use crate::contract::body::SavedBody;
use crate::contract::pointer::{leads_into, names_place};
use crate::plan::case::{Case, SuitePlan};
use crate::plan::skip::one_line;
use crate::postman::model::UrlSpec;
use crate::suite::{CaseTable, Suite};

pub(super) fn lint(suite: &Suite, plan: &SuitePlan, found: &mut Found<'_>) {
    let Some(file) = &suite.settings_file else { return };
    let mut add = |line: usize, message: String| {
        found.add(LintId::UnmatchedOverride, file, "", format!("line {line}: {message}"));
    };
    let any_maps = suite.settings.tables().any(CaseTable::says_maps);
    let contracts = any_maps.then(|| Contracts::new(suite));
    for table in suite.settings.tables() {
        let cases: Vec<&Case> =
            plan.cases.iter().map(|case| &**case).filter(|case| table.matches(&case.id)).collect();
        // That it fits no case at all is said elsewhere.
        if cases.is_empty() {
            continue;
        }
        for (key, pointer) in lost_pointers(suite, table, &cases) {
            add(table.line(), format!("`{key}`: no saved body of its cases has `{}`", one_line(pointer)));
        }
        for (key, pointer) in contracts.iter().flat_map(|contracts| lost_maps(contracts, table, &cases)) {
            add(
                table.line(),
                format!("`{key}`: no saved body of its cases has an object at `{}`", one_line(pointer)),
            );
        }
        for name in lost_path_variables(suite, table, &cases) {
            add(table.line(), format!("`path`: no URL of its cases has `:{}`", one_line(name)));
        }
    }
    let saved: HashSet<String> = plan
        .cases
        .iter()
        .flat_map(|case| &case.example.headers)
        .map(|(name, _)| name.trim().to_ascii_lowercase())
        .collect();
    let headers = &suite.settings.headers;
    for (key, names) in [("ignore", &headers.ignore), ("exact", &headers.exact)] {
        for name in names.iter().filter(|name| !saved.contains(name.as_str())) {
            let message = format!("`[headers] {key}`: no example has the field `{name}`");
            found.add(LintId::UnmatchedOverride, file, "", message);
        }
    }
}

/// Pointers into answers that lead nowhere in any saved body, nor in a schema file.
fn lost_pointers<'t>(suite: &Suite, table: CaseTable<'t>, cases: &[&Case]) -> Vec<(&'static str, &'t str)> {
    let mut pointers: Vec<_> = table.pointers().collect();
    if pointers.is_empty() {
        return pointers;
    }
    pointers.retain(|(_, pointer)| !in_a_schema(suite, pointer));
    for case in cases {
        if pointers.is_empty() {
            break;
        }
        let body = SavedBody::of(&case.example);
        let Some(json) = body.json() else { continue };
        pointers.retain(|(_, pointer)| {
            let place = pointer.strip_suffix("/**").unwrap_or(pointer);
            !leads_into(place, json)
        });
    }
    pointers
}

/// Pointers of maps that name no object in any saved body of a group.
fn lost_maps<'t>(
    contracts: &Contracts,
    table: CaseTable<'t>,
    cases: &[&Case],
) -> Vec<(&'static str, &'t str)> {
    let mut pointers: Vec<_> = table.maps().collect();
    for case in cases {
        if pointers.is_empty() {
            break;
        }
        let objects = contracts.objects(&case.example).unwrap_or_default();
        pointers.retain(|(_, pointer)| !objects.iter().any(|at| names_place(pointer, at)));
    }
    pointers
}

/// Whether a schema file names the last member of a pointer: an accepted answer or a person put it there.
fn in_a_schema(suite: &Suite, pointer: &str) -> bool {
    let member = pointer.rsplit('/').find(|segment| !segment.starts_with('*')).unwrap_or_default();
    let quoted = format!("\"{}\"", member.replace("~1", "/").replace("~0", "~"));
    suite.schemas.values().any(|schema| schema.text.contains(&quoted))
}

/// Names of path variables that no request of these cases has.
fn lost_path_variables<'t>(suite: &Suite, table: CaseTable<'t>, cases: &[&Case]) -> Vec<&'t str> {
    let mut names: Vec<&str> = table.path_variables().collect();
    if names.is_empty() {
        return names;
    }
    let pointers: HashSet<&str> = cases.iter().map(|case| case.example.pointer.as_str()).collect();
    for placed in suite.collection.items() {
        let item = &placed.item;
        let fits = item.examples.iter().filter(|example| pointers.contains(example.pointer.as_str()));
        for example in fits {
            let own = example.request.as_ref().map(|request| &request.url).filter(|url| !url.path.is_empty());
            let url = own.unwrap_or(&item.request.url);
            names.retain(|name| !has_variable(url, name));
        }
    }
    names
}

fn has_variable(url: &UrlSpec, name: &str) -> bool {
    url.path
        .split('/')
        .any(|segment| segment.strip_prefix(':').is_some_and(|variable| variable.starts_with(name)))
        || url.path.contains("{{")
}
