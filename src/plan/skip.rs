//! The reasons for which a case is not sent, each with its cure.

use super::case::Skip;
use crate::postman::Cause;

/// The suite says so.
pub(super) fn by_rule(reason: &str) -> Skip {
    Skip { class: "skip", reason: reason.to_owned() }
}

/// The example has no status code.
pub(super) fn no_status() -> Skip {
    Skip {
        class: "no status",
        reason: "the example has no status code; say `status = …` for it in suite.toml".to_owned(),
    }
}

/// Another example of the item gets this request.
pub(super) fn twin(head: &str, head_status: u16, status: u16, needs_profile: bool) -> Skip {
    let cure = if needs_profile {
        format!("name an auth profile in suite.toml that gets {status}")
    } else {
        format!("say in suite.toml how to get {status}")
    };
    Skip { class: "twin", reason: format!("sends the same request as '{head}' ({head_status}); {cure}") }
}

/// The answer depends on the rights of the credentials.
pub(super) fn needs_profile(status: u16) -> Skip {
    Skip {
        class: "profile",
        reason: format!(
            "needs credentials with fewer rights; name an auth profile in suite.toml that gets {status}"
        ),
    }
}

/// The host is none that the target names.
pub(super) fn host(form: &str, main: Option<&str>) -> Skip {
    let reason = match (form.is_empty(), main) {
        (true, _) => "its URL names no host".to_owned(),
        (false, Some(main)) => format!(
            "goes to `{form}`, while the base URL stands for `{main}`; name a server for it in `[target] hosts` of suite.toml"
        ),
        (false, None) => format!(
            "goes to `{form}`, which the target does not name; give --base-url or `[target] hosts` in suite.toml"
        ),
    };
    Skip { class: "host", reason }
}

/// The token endpoint of the collection is on a host that nobody named.
pub(super) fn token_host(origin: &str) -> Skip {
    Skip {
        class: "host",
        reason: format!(
            "needs a token from {origin}, which the target does not name; allow it with `\"{origin}\" = \"{origin}\"` in `[target] hosts` of suite.toml, or give the grant in [auth.default] there"
        ),
    }
}

/// Writing is not allowed.
pub(super) fn write(method: &str, host: &str) -> Skip {
    Skip {
        class: "write",
        reason: format!(
            "{method} may change data on {host}; allow it with --allow-writes or `writes = true` in `[target]` of suite.toml"
        ),
    }
}

/// Only safe methods are asked for.
pub(super) fn only_safe(method: &str) -> Skip {
    Skip { class: "only safe", reason: format!("{method} is left out by --only-safe") }
}

/// The request cannot be made.
pub(super) fn causes(causes: &[Cause]) -> Skip {
    let class = match causes.first() {
        Some(Cause::Variable { .. } | Cause::UnsetEnv { .. }) => "variable",
        Some(Cause::PathVariable { .. }) => "path variable",
        Some(Cause::Credential { .. }) => "credential",
        Some(Cause::Upload { .. }) => "upload",
        Some(Cause::Auth { .. }) => "auth",
        Some(Cause::Malformed { .. }) | None => "malformed",
    };
    let texts: Vec<String> = causes.iter().map(ToString::to_string).collect();
    let cure = match class {
        "variable" => "; give a value with --var, an environment file or `[variables]` of suite.toml",
        "path variable" => "; give a value with `path = { … }` in a `[[case]]` of suite.toml",
        "credential" => "; give credentials with `[auth.default]` in suite.toml",
        _ => "",
    };
    Skip { class, reason: format!("{}{cure}", texts.join(", ")) }
}
