//! Cases: what is never sent, what is sent otherwise than saved, codes and bodies that do not fit.

use super::found::Found;
use super::table::LintId;
use crate::contract::{BodyExpectation, Outcome};
use crate::plan::case::{Action, Case, Skip};
use crate::plan::skip::one_line;

pub(super) fn lint(case: &Case, found: &mut Found<'_>) {
    let mut add = |id, message: String| found.add(id, &case.source.file, &case.source.pointer, message);
    if let Action::Skip(skip) = &case.action {
        for (id, message) in not_sent(skip, case.expectation.status) {
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
        add(LintId::BodyNotSent, message);
    }
}

/// What is said of a case that is not sent; nothing where another lint says it, or suite.toml does.
fn not_sent(skip: &Skip, status: u16) -> Vec<(LintId, String)> {
    let reason = &skip.reason;
    let whole = |id| vec![(id, format!("never sent: {reason}"))];
    match skip.class {
        "twin" | "profile" => vec![(LintId::NoRecipe, no_recipe(skip, status))],
        "host" => whole(LintId::SeveralHosts),
        "credential" => whole(LintId::MissingCredential),
        "auth" => whole(LintId::UnusableAuth),
        "variable" | "environment" | "path variable" => several_causes(skip),
        "no status" | "skip" | "write" | "only safe" => Vec::new(),
        _ => whole(LintId::NotSent),
    }
}

/// One line for each status: of one for each example `list` is the better place.
fn no_recipe(skip: &Skip, status: u16) -> String {
    let rights =
        if skip.reason.contains("fewer rights") { ", as by an auth profile with fewer rights" } else { "" };
    let broken = if skip.reason.contains("broken_body") {
        ", or allow broken bodies with `broken_body = true` in `[recipes]`"
    } else {
        ""
    };
    let why = if skip.class == "twin" { "its request is the one of another example; " } else { "" };
    format!(
        "never sent: {why}say in suite.toml how to get {status}{rights}{broken} (`uphold list` shows the reason of each)"
    )
}

/// A reason of several causes, each by itself, so that equal ones come together. Variables have a lint
/// of their own.
fn several_causes(skip: &Skip) -> Vec<(LintId, String)> {
    let names = |begin: &str, end: &str| {
        let behind = skip.reason.split(begin).skip(1);
        behind
            .filter_map(|rest| Some(rest.split_once(end)?.0.to_owned()))
            .filter(|name| !name.contains('`'))
            .collect::<Vec<_>>()
    };
    let mut lints = Vec::new();
    for name in names("path variable `:", "` has no value") {
        let name = one_line(&name);
        let message = format!(
            "never sent: path variable `:{name}` has no value; give one with `path = {{ … }}` in a `[[case]]` of suite.toml"
        );
        lints.push((LintId::NotSent, message));
    }
    if skip.class == "environment" {
        const UNSET: &str = "` is not set in the environment";
        for (at, _) in skip.reason.match_indices(UNSET) {
            let before = skip.reason.get(..at).unwrap_or_default();
            let name = before.rsplit('`').next().unwrap_or_default();
            lints.push((LintId::Unset, format!("not sent from here: `{}{UNSET}", one_line(name))));
        }
    } else if skip.reason.contains("`[auth.default]`") {
        let message = "never sent: a credential is empty or still a placeholder; give credentials with `[auth.default]` in suite.toml";
        lints.push((LintId::MissingCredential, message.to_owned()));
    }
    if ["upload `", "auth type `"].iter().any(|part| skip.reason.contains(part)) {
        lints.push((LintId::NotSent, format!("never sent: {}", skip.reason)));
    }
    lints
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
