//! Cases: what is never sent, what is sent otherwise than saved, codes and bodies that do not fit.

use super::found::Found;
use super::table::LintId;
use crate::contract::{BodyExpectation, Outcome};
use crate::plan::case::{Action, Case, Skip, SkipClass};
use crate::plan::skip::one_line;
use crate::postman::Cause;
use crate::postman::variables::names_in;

pub(super) fn lint(case: &Case, found: &mut Found<'_>) {
    let mut add = |id, message: String| found.add(id, &case.source.file, &case.source.pointer, message);
    if let Action::Skip(skip) = &case.action {
        for (id, message) in not_sent(skip) {
            add(id, message);
        }
    }
    if let Some(altered) = &case.altered {
        add(LintId::RequestAltered, altered.clone());
    }
    let (name, expected) = (&case.example.name, &case.expectation);
    if let Some(code) = &expected.code
        && is_code_token(name)
        && *name != code.code
    {
        let message = format!(
            "the example is named `{name}`, but its body says `{}` at {}; the body counts",
            code.code, code.at
        );
        add(LintId::NameDiffersFromCode, message);
    }
    if expected.outcome == Outcome::Error && expected.status < 400 && case.example.code.is_some() {
        let message = format!("documents an error inside of {}; its result code is checked", expected.status);
        add(LintId::ErrorInsideSuccess, message);
    }
    if let Some(why) = without_body(case) {
        let message = format!("a body is saved, but {why} has none; it is not checked");
        add(LintId::BodyNeverComes, message);
    }
}

/// What is said of a case that is not sent; nothing where another lint says it, or suite.toml does.
fn not_sent(skip: &Skip) -> Vec<(LintId, String)> {
    let reason = &skip.reason;
    let whole = |id| vec![(id, format!("never sent: {reason}"))];
    match skip.class {
        SkipClass::Twin | SkipClass::Profile => vec![(LintId::NoRecipe, no_recipe(skip))],
        SkipClass::Host => whole(LintId::SeveralHosts),
        SkipClass::Auth => whole(LintId::UnusableAuth),
        SkipClass::Variable | SkipClass::Environment | SkipClass::PathVariable | SkipClass::Credential => {
            several_causes(skip)
        }
        SkipClass::NoStatus | SkipClass::Rule | SkipClass::Write | SkipClass::OnlySafe => Vec::new(),
        SkipClass::Upload | SkipClass::Malformed => whole(LintId::NotSent),
    }
}

/// One line for each status: of one for each example `list` is the better place.
fn no_recipe(skip: &Skip) -> String {
    let why = if skip.class == SkipClass::Twin { "its request is the one of another example; " } else { "" };
    format!("never sent: {why}{} (`uphold list` shows the reason of each)", skip.recipe)
}

/// Each cause by itself, so that equal ones come together. Variables have a lint of their own.
fn several_causes(skip: &Skip) -> Vec<(LintId, String)> {
    let waits = skip.causes.iter().any(|cause| matches!(cause, Cause::UnsetEnv { .. }));
    let of_cause = |cause: &Cause| {
        Some(match cause {
            Cause::Variable { .. } | Cause::Endless { .. } | Cause::Dynamic { .. } => return None,
            Cause::PathVariable { name } => {
                let name = one_line(name);
                let message = format!(
                    "never sent: path variable `:{name}` has no value; give one with `path = {{ … }}` in a `[[case]]` of suite.toml"
                );
                (LintId::NotSent, message)
            }
            Cause::UnsetEnv { env } | Cause::UnsetToken { env } => (
                LintId::Unset,
                format!("not sent from here: `{}` is not set in the environment", one_line(env)),
            ),
            // What the environment will give is empty until then.
            Cause::Credential { .. } if waits => return None,
            Cause::Empty { name } => (LintId::NotSent, empty(name)),
            Cause::Credential { what, .. } => {
                let message = match what.strip_suffix(" is empty").and_then(|text| names_in(text).next()) {
                    Some(name) => empty(name),
                    None => "never sent: a credential is empty or still a placeholder; give credentials with `[auth.default]` in suite.toml".to_owned(),
                };
                (LintId::MissingCredential, message)
            }
            Cause::Upload { .. } | Cause::Auth { .. } | Cause::Malformed { .. } => {
                (LintId::NotSent, format!("never sent: {cause}"))
            }
        })
    };
    let mut lints: Vec<_> = skip.causes.iter().filter_map(of_cause).collect();
    lints.dedup();
    lints
}

fn empty(name: &str) -> String {
    format!(
        "variable `{}` is empty; give it in `[variables]` of suite.toml or in an environment",
        one_line(name)
    )
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
