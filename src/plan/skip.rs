//! The reasons for which a case is not sent, each with its cure.

use super::case::{Skip, SkipClass};
use crate::postman::Cause;

/// The suite says so.
pub(super) fn by_rule(reason: &str) -> Skip {
    Skip::new(SkipClass::Rule, reason)
}

/// The example has no status code.
pub(super) fn no_status() -> Skip {
    Skip::new(SkipClass::NoStatus, "the example has no status code; say `status = …` for it in suite.toml")
}

/// Another example of the item gets this request.
pub(super) fn twin(head: &str, head_status: u16, status: u16, needs_profile: bool) -> Skip {
    let how = if needs_profile { ", as by an auth profile with fewer rights" } else { "" };
    let head = one_line(head);
    // `(200); say how to get 200` would say nothing.
    let wanted = if head_status == status { "this answer".to_owned() } else { status.to_string() };
    let why = format!("sends the same request as '{head}' ({head_status})");
    without_recipe(SkipClass::Twin, &why, &wanted, how)
}

fn without_recipe(class: SkipClass, why: &str, wanted: &str, how: &str) -> Skip {
    let recipe = format!("say in suite.toml how to get {wanted}{how}");
    Skip { reason: format!("{why}; {recipe}"), recipe, ..Skip::new(class, "") }
}

/// The same reason, where a broken body would be a recipe.
pub(super) fn breakable(skip: &Skip) -> Skip {
    let also = ", or allow broken bodies with `broken_body = true` in `[recipes]` there";
    let with = |text: &str| format!("{text}{also}");
    Skip { reason: with(&skip.reason), recipe: with(&skip.recipe), ..skip.clone() }
}

/// The longest name that a reason shows, in characters.
const LONGEST: usize = 100;

/// A name on one line: generators make names of whole paragraphs.
pub(super) fn one_line(name: &str) -> String {
    let line = name.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
        None => line,
    }
}

/// The answer depends on the rights of the credentials.
pub(super) fn needs_profile(status: u16) -> Skip {
    without_recipe(
        SkipClass::Profile,
        "needs credentials with fewer rights",
        &status.to_string(),
        ", as by an auth profile",
    )
}

/// The host is none that the target names.
pub(super) fn host(form: &str, main: Option<&str>) -> Skip {
    let reason = match (form.is_empty(), main) {
        (true, _) => "its URL names no host; give it one in Postman".to_owned(),
        (false, Some(main)) => format!(
            "goes to `{form}`, while the base URL stands for `{main}`; name a server for it in `[target] hosts` of suite.toml"
        ),
        (false, None) => format!(
            "goes to `{form}`, which the target does not name; give --base-url or `[target] hosts` in suite.toml"
        ),
    };
    Skip::new(SkipClass::Host, reason)
}

/// The token endpoint of the collection is on a host that nobody named.
pub(super) fn token_host(origin: &str) -> Skip {
    Skip::new(
        SkipClass::Host,
        format!(
            "needs a token from {origin}, which the target does not name; allow it with `\"{origin}\" = \"{origin}\"` in `[target] hosts` of suite.toml, or give the grant in [auth.default] there"
        ),
    )
}

/// Set-up steps are not sent for a recording.
pub(super) fn steps() -> Skip {
    Skip::new(
        SkipClass::Rule,
        "`before` of suite.toml sends other cases first, which recording does not; give the values with --var",
    )
}

/// A token is fetched once for many cases, so it cannot hang on what one of them captured.
pub(super) fn captured_grant() -> Skip {
    Skip::new(
        SkipClass::Auth,
        "a captured value cannot stand in a grant of OAuth 2; capture the access token itself and give it as `access_token`",
    )
}

/// Writing is not allowed.
pub(super) fn write(method: &str, host: &str) -> Skip {
    Skip::new(
        SkipClass::Write,
        format!(
            "{method} may change data on {host}; allow it with --allow-writes or `writes = true` in `[target]` of suite.toml"
        ),
    )
}

/// It would be sent several times.
pub(super) fn repeated(method: &str) -> Skip {
    Skip::new(
        SkipClass::Write,
        format!(
            "{method} would be sent several times to both servers; allow it with `repeatable = true` in a `[[case]]` of suite.toml, or all of them with --allow-writes"
        ),
    )
}

/// Only safe methods are asked for.
pub(super) fn only_safe(method: &str) -> Skip {
    Skip::new(SkipClass::OnlySafe, format!("{method} is left out by --only-safe"))
}

/// The request cannot be made; `scripts` says what a script would have done about it.
pub(super) fn causes(causes: &[Cause], scripts: Option<String>) -> Skip {
    let mut kinds: Vec<(SkipClass, &'static str)> = Vec::new();
    for kind in causes.iter().map(kind) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let class = kinds.first().map_or(SkipClass::Malformed, |(class, _)| *class);
    let mut texts: Vec<String> = causes.iter().map(ToString::to_string).collect();
    let capture = scripts.is_some().then_some("scripts are not run: capture it with `before` in suite.toml");
    texts.extend(scripts);
    let cures = kinds.iter().map(|(_, cure)| *cure).filter(|cure| !cure.is_empty());
    let mut reason = vec![texts.join(", ")];
    reason.extend(capture.into_iter().chain(cures).map(str::to_owned));
    Skip { causes: causes.to_vec(), ..Skip::new(class, reason.join("; ")) }
}

/// The class of a cause, and the cure where its own text names none.
fn kind(cause: &Cause) -> (SkipClass, &'static str) {
    match cause {
        Cause::Endless { .. } => {
            (SkipClass::Variable, "correct the values, or give one with --var or `[variables]` of suite.toml")
        }
        Cause::Variable { .. } | Cause::Empty { .. } | Cause::Dynamic { .. } => (
            SkipClass::Variable,
            "give a value with --var, an environment file or `[variables]` of suite.toml",
        ),
        Cause::UnsetEnv { .. } | Cause::UnsetToken { .. } => {
            (SkipClass::Environment, "set it in the environment that uphold is started with")
        }
        Cause::PathVariable { .. } => {
            (SkipClass::PathVariable, "give a value with `path = { … }` in a `[[case]]` of suite.toml")
        }
        Cause::Credential { .. } => {
            (SkipClass::Credential, "give credentials with `[auth.default]` in suite.toml")
        }
        Cause::Upload { path, .. } if path.is_empty() => {
            (SkipClass::Upload, "name one in Postman and put it into the folder of the suite")
        }
        Cause::Upload { .. } => (SkipClass::Upload, ""),
        Cause::Auth { .. } => (SkipClass::Auth, ""),
        Cause::Malformed { .. } => (SkipClass::Malformed, "correct it in Postman or in suite.toml"),
    }
}
