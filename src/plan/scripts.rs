//! Which script would set a variable that a case lacks: scripts are not run, and people look there.

use std::collections::{HashMap, HashSet};

use super::skip::one_line;
use crate::postman::model::Script;
use crate::postman::{Cause, Collection};

/// How many variables a reason explains.
const NAMED: usize = 3;

/// The scripts of a collection by the variables that they would set.
pub(super) struct Scripts<'a> {
    collection: &'a Collection,
    by_name: HashMap<&'a str, Vec<&'a Script>>,
}

impl<'a> Scripts<'a> {
    pub(super) fn of(collection: &'a Collection) -> Self {
        let mut by_name: HashMap<&str, Vec<&Script>> = HashMap::new();
        for script in &collection.scripts {
            for name in &script.sets {
                by_name.entry(name).or_default().push(script);
            }
        }
        Self { collection, by_name }
    }

    /// For each variable that is missing, or empty as a credential, the first script that would set
    /// it.
    pub(super) fn explain(&self, causes: &[Cause]) -> Option<String> {
        let mut missing: Vec<&str> = causes.iter().flat_map(variables).collect();
        let mut seen = HashSet::new();
        missing.retain(|name| seen.insert(*name));
        let mut known = missing.into_iter().filter_map(|name| Some((name, self.by_name.get(name)?)));
        let mut texts: Vec<String> = known
            .by_ref()
            .take(NAMED)
            .filter_map(|(name, scripts)| Some(format!("`{name}` would be set by {}", self.one(scripts)?)))
            .collect();
        match known.count() {
            0 => {}
            more => texts.push(format!("{more} more by other scripts")),
        }
        (!texts.is_empty()).then(|| texts.join(", "))
    }

    /// The first script that would set a variable: `the test script of 'Login' (…)`.
    pub(super) fn of_variable(&self, name: &str) -> Option<String> {
        self.one(self.by_name.get(name)?)
    }

    fn one(&self, scripts: &[&Script]) -> Option<String> {
        let script = scripts.first()?;
        let kind = if script.before { "pre-request" } else { "test" };
        let place = match self.collection.places.find(&script.pointer) {
            Some((file, place)) => {
                let file = file.strip_prefix(&self.collection.file).unwrap_or(file);
                format!("{} {place}", file.display())
            }
            None => script.pointer.clone(),
        };
        let others = match scripts.len() - 1 {
            0 => String::new(),
            1 => " and 1 other".to_owned(),
            more => format!(" and {more} others"),
        };
        let owner = one_line(&script.owner);
        Some(format!("the {kind} script of '{owner}' ({place}){others}"))
    }
}

/// The variables that a cause speaks of.
fn variables(cause: &Cause) -> Vec<&str> {
    match cause {
        Cause::Variable { name } | Cause::Empty { name } | Cause::Endless { name } => vec![name],
        // `{{token}}` is empty.
        Cause::Credential { what, .. } => {
            let tokens = what.split("{{").skip(1);
            tokens.filter_map(|behind| Some(behind.split_once("}}")?.0)).collect()
        }
        Cause::UnsetEnv { .. }
        | Cause::UnsetToken { .. }
        | Cause::Dynamic { .. }
        | Cause::PathVariable { .. }
        | Cause::Upload { .. }
        | Cause::Auth { .. }
        | Cause::Malformed { .. } => Vec::new(),
    }
}
