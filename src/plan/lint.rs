//! What is wrong with a suite: found in its plan, without sending anything.
//!
//! A lint never changes a verdict. Equal lints of one suite are one, with the number of places.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use super::case::{Action, Case, SuitePlan};
use crate::contract::BodyExpectation;
use crate::postman::Collection;
use crate::postman::model::Script;
use crate::suite::Suite;

/// One thing that is wrong, or that a user should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// The suite.
    pub suite: String,
    /// The file.
    pub file: PathBuf,
    /// The first place in it (RFC 6901); empty for the whole file.
    pub pointer: String,
    /// What is wrong, and the cure.
    pub message: String,
    /// How many places are alike.
    pub places: usize,
}

/// Every lint of a suite whose whole plan this is.
pub fn lint(suite: &Suite, plan: &SuitePlan) -> Vec<Lint> {
    let mut found = Found { suite: &plan.name, collection: &suite.collection.file, lints: IndexMap::new() };
    for warning in &plan.warnings {
        found.add(&warning.file, &warning.pointer, warning.message.clone());
    }
    for case in &plan.cases {
        for message in case_lints(case) {
            found.add(&case.source.file, &case.source.pointer, message);
        }
    }
    for remark in &suite.collection.remarks {
        found.add(&remark.file, &remark.pointer, remark.message.clone());
    }
    let collection = &suite.collection;
    for script in &collection.scripts {
        found.add_in(collection, &script.pointer, &script_lint(script));
    }
    for placed in collection.items() {
        if placed.item.behavior.delivery.strict_tls == Some(false) {
            found.add_in(collection, &placed.item.pointer, TRUSTING);
        }
    }
    for item in &plan.without_example {
        let message = "the request has no example, so nothing is tested; save one in Postman";
        found.add(&item.source.file, &item.source.pointer, message.to_owned());
    }
    found.lints.into_values().collect()
}

fn script_lint(script: &Script) -> String {
    let kind = if script.before { "pre-request" } else { "test" };
    let names: Vec<String> = script.sets.iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        return format!("its {kind} script is not run; what it would do can be said in suite.toml");
    }
    let names = names.join(", ");
    format!(
        "its {kind} script is not run; capture what it would set with `before` in suite.toml, or give it there: {names}"
    )
}

struct Found<'a> {
    suite: &'a str,
    /// The file, or the folder of a v3 collection, whose files are one for this purpose.
    collection: &'a Path,
    lints: IndexMap<(PathBuf, String), Lint>,
}

/// What is said of `strictSSL: false`.
const TRUSTING: &str = "`strictSSL: false` is not followed: certificates are checked, because a collection \
                        alone is no reason to trust a server; `--insecure` switches that off for a run";

impl Found<'_> {
    /// Adds what is found at a place of the collection, or of the file that it comes from.
    fn add_in(&mut self, collection: &Collection, pointer: &str, message: &str) {
        let (file, pointer) = match collection.places.find(pointer) {
            Some((file, place)) => (file.as_path(), place),
            None => (collection.file.as_path(), pointer),
        };
        self.add(file, pointer, message.to_owned());
    }

    fn add(&mut self, file: &Path, pointer: &str, message: String) {
        let whole = if file.starts_with(self.collection) { self.collection } else { file };
        self.lints.entry((whole.to_owned(), message)).and_modify(|lint| lint.places += 1).or_insert_with_key(
            |(_, message)| Lint {
                suite: self.suite.to_owned(),
                file: file.to_owned(),
                pointer: pointer.to_owned(),
                message: message.clone(),
                places: 1,
            },
        );
    }
}

fn case_lints(case: &Case) -> Vec<String> {
    let mut messages = Vec::new();
    if let Action::Skip(skip) = &case.action {
        messages.push(format!("never sent: {}", skip.reason));
    }
    messages.extend(case.altered.clone());
    if let Some(code) = &case.expectation.code
        && is_code_token(&case.example.name)
        && case.example.name != code.code
    {
        messages.push(format!(
            "the example is named `{}`, but its body says `{}` at {}; the body counts",
            case.example.name, code.code, code.at
        ));
    }
    if let Some(why) = without_body(case) {
        messages.push(format!("a body is saved, but {why} has none; it is not checked"));
    } else if let Some(problem) = broken_json(case) {
        messages.push(format!("the saved body is no JSON ({problem}); only that some text comes is checked"));
    }
    messages
}

/// A name such as `INVALID_DATA`: words of capitals and digits joined by `_`.
fn is_code_token(name: &str) -> bool {
    name.contains('_')
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// Why the answer has no body, where one is saved all the same.
fn without_body(case: &Case) -> Option<String> {
    let saved = case.example.body.as_deref().is_some_and(|body| !body.trim().is_empty());
    if !saved || !matches!(case.expectation.body, BodyExpectation::Any) {
        return None;
    }
    Some(match case.expectation.status {
        status @ (100..=199 | 204 | 304) => format!("an answer with status {status}"),
        _ => "the answer to HEAD".to_owned(),
    })
}

fn broken_json(case: &Case) -> Option<String> {
    let example = &case.example;
    let typed = example.headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("content-type")
            && crate::message::MediaType::parse(value).is_some_and(|media| media.is_json())
    });
    let body = example.body.as_deref().filter(|body| typed && !body.trim().is_empty())?;
    serde_json::from_str::<serde::de::IgnoredAny>(body).err().map(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::is_code_token;

    #[test]
    fn only_words_of_capitals_are_codes() {
        assert!(is_code_token("EMAIL_UPDATE_NOT_ALLOWED"));
        for name in ["SUCCESS RESPONSE", "Not_Found", "OK", "404_NOT_FOUND"] {
            assert!(!is_code_token(name), "{name}");
        }
    }
}
