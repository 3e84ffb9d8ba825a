//! Which script would set a variable that a case lacks: scripts are not run, and people look there.

use std::collections::HashMap;

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

    /// For each variable that is missing, the first script that would set it, and what to do.
    pub(super) fn explain(&self, causes: &[Cause]) -> Option<String> {
        let missing = causes.iter().filter_map(|cause| match cause {
            Cause::Variable { name } => Some(name.as_str()),
            _ => None,
        });
        let mut known = missing.filter_map(|name| Some((name, self.by_name.get(name)?)));
        let mut texts: Vec<String> =
            known.by_ref().take(NAMED).filter_map(|(name, scripts)| self.one(name, scripts)).collect();
        if texts.is_empty() {
            return None;
        }
        match known.count() {
            0 => {}
            more => texts.push(format!("{more} more by other scripts")),
        }
        let texts = texts.join(", ");
        Some(format!(
            "{texts}; scripts are not run: capture it with `before` in suite.toml, or give it there"
        ))
    }

    fn one(&self, name: &str, scripts: &[&Script]) -> Option<String> {
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
        Some(format!("`{name}` would be set by the {kind} script of '{owner}' ({place}){others}"))
    }
}
