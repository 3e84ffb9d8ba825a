//! What a case shows the API that it is who it is, in words: for whoever has to look after it when it is refused.

use crate::postman::AuthChoice;
use crate::postman::auth::{Auth, AuthKind};

/// `the bearer token in {{access-token}}`, or `the bearer token of /auth` where no variable stands in it; nothing
/// where the request has no auth of its own, or is to be refused. Names and places alone, no values.
pub(super) fn named(inherited: Option<&Auth>, choice: &AuthChoice<'_>) -> Option<String> {
    let auth = match choice {
        AuthChoice::Inherited => inherited?,
        AuthChoice::Profile(profile) => profile,
        AuthChoice::Without | AuthChoice::Invalid => return None,
    };
    let what = match &auth.kind {
        AuthKind::None | AuthKind::Unsupported(_) => return None,
        AuthKind::Bearer => "bearer token",
        AuthKind::Basic => "basic credential",
        AuthKind::ApiKey => "API key",
        AuthKind::OAuth2 | AuthKind::Grant => "access token",
        AuthKind::Jwt => "JWT",
        AuthKind::Digest => "digest credential",
        AuthKind::AwsV4 => "AWS credential",
        AuthKind::OAuth1 => "OAuth 1.0 credential",
    };
    let mut names: Vec<&str> = Vec::new();
    for name in auth.params.values().flat_map(|value| variables(value)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Some(match names.as_slice() {
        [] => format!("the {what} of {}", auth.place),
        names => format!("the {what} in {{{{{}}}}}", names.join("}}, {{")),
    })
}

/// The names between `{{` and `}}`.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_named_by_its_variables_or_its_place() {
        let auth = |kind, params: &[(&str, &str)]| Auth {
            kind,
            params: params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            place: "[auth.default]".to_owned(),
        };
        let token = auth(AuthKind::Bearer, &[("token", "{{access-token}}")]);
        let pair = auth(AuthKind::Basic, &[("username", "{{ user }}/token"), ("password", "{{key}}")]);
        let plain = auth(AuthKind::ApiKey, &[("value", "s3cr3t"), ("key", "X-Key")]);
        let told = |auth: &Auth| named(Some(auth), &AuthChoice::Inherited);
        assert_eq!(told(&token).as_deref(), Some("the bearer token in {{access-token}}"));
        assert_eq!(told(&pair).as_deref(), Some("the basic credential in {{user}}, {{key}}"));
        assert_eq!(told(&plain).as_deref(), Some("the API key of [auth.default]"));
        assert_eq!(named(Some(&token), &AuthChoice::Profile(&plain)), told(&plain));
        assert_eq!(named(Some(&token), &AuthChoice::Without), None);
        assert_eq!(told(&auth(AuthKind::None, &[])), None);
    }
}
