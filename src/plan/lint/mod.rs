//! What is wrong with a suite: found in its files and its plan, without sending anything.
//!
//! A lint never changes a verdict. Each has an id ([`LintId`]) with a level, a meaning and a cure; equal
//! lints of one suite are one, with the number of places. No message holds the value of a credential.

mod bodies;
mod cases;
mod found;
mod items;
mod overrides;
mod schema_files;
mod secrets;
mod status;
mod table;
mod variables;

pub use found::Lint;
pub use table::LintId;

use super::PlanError;
use super::case::SuitePlan;
use super::skip::one_line;
use crate::postman::model::Script;
use crate::suite::{Suite, WAIVERS};
use found::Found;

/// Every lint of a suite whose whole plan this is, for a live API.
///
/// Fails as the plan does, where a schema file cannot be used.
pub fn lint(suite: &Suite, plan: &SuitePlan) -> Result<Vec<Lint>, PlanError> {
    let collection = &suite.collection;
    let mut found = Found::new(&plan.name, collection);
    for warning in &plan.warnings {
        let of_settings = suite.settings_file.as_ref() == Some(&warning.file);
        let of_decision = warning.file == suite.dir.join(WAIVERS)
            || suite.accepted_dir.as_ref().is_some_and(|dir| warning.file.starts_with(dir));
        let id = match (of_settings, of_decision) {
            (true, _) => LintId::UnmatchedOverride,
            (false, true) => LintId::OddDecision,
            (false, false) if warning.file.starts_with(&suite.schemas_dir) => LintId::SchemaWithoutExample,
            (false, false) => LintId::OddFile,
        };
        found.add_warning(id, warning);
    }
    overrides::lint(suite, plan, &mut found);
    for case in &plan.cases {
        cases::lint(case, &mut found);
    }
    variables::lint(suite, &mut found);
    secrets::lint(collection, &mut found);
    let placed = collection.items();
    items::lint(suite, &placed, &mut found);
    for example in placed.iter().flat_map(|placed| &placed.item.examples) {
        status::lint(example, &mut found);
        bodies::lint(example, &mut found);
    }
    for remark in &collection.contradictions {
        found.add_warning(LintId::StatusContradicted, remark);
    }
    for remark in &collection.remarks {
        found.add_warning(LintId::SettingWithoutEffect, remark);
    }
    scripts(&collection.scripts, &mut found);
    schema_files::lint(suite, &mut found)?;
    Ok(found.into_lints())
}

/// So many scripts that set variables have a line of their own.
const MOST_SCRIPTS: usize = 20;

fn scripts(scripts: &[Script], found: &mut Found<'_>) {
    let (setting, other): (Vec<&Script>, Vec<&Script>) =
        scripts.iter().partition(|script| !script.sets.is_empty());
    let shown = if setting.len() > MOST_SCRIPTS { MOST_SCRIPTS } else { setting.len() };
    for script in setting.iter().take(shown).chain(&other) {
        found.add_in(LintId::ScriptNotRun, &script.pointer, script_lint(script));
    }
    if let Some(rest @ [first, ..]) = setting.get(shown..) {
        let message = format!(
            "{} more scripts that set variables are not run; the lints of undefined variables name those that would be needed",
            rest.len()
        );
        found.add_in(LintId::ScriptNotRun, &first.pointer, message);
    }
}

/// How many variables are named of a script.
const NAMED: usize = 5;

fn script_lint(script: &Script) -> String {
    let kind = if script.before { "pre-request" } else { "test" };
    let mut names: Vec<String> =
        script.sets.iter().take(NAMED).map(|name| format!("`{}`", one_line(name))).collect();
    if names.is_empty() {
        return format!("its {kind} script is not run; what it would do can be said in suite.toml");
    }
    match script.sets.len().saturating_sub(NAMED) {
        0 => {}
        more => names.push(format!("{more} more")),
    }
    let names = names.join(", ");
    format!(
        "its {kind} script is not run; capture what it would set with `before` in suite.toml, or give it there: {names}"
    )
}
