//! The header fields of a request, and the auth that is written into it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::draft::Draft;
use super::{AuthChoice, Cause, Changes, Resolver};
use crate::message::{Headers, Origin};
use crate::placeholder;
use crate::postman::auth::{self, Auth, AuthKind, Credential, INVALID, Lack, Late, is_credential_name};
use crate::postman::headers::{cleaned, fault, is_of_connection, surviving};
use crate::postman::model::Param;
use crate::redact::{LEAST, credentials_in, is_plain_word};

/// The auth of one request, resolved.
#[derive(Debug, Default)]
pub(super) struct Signing {
    /// What is written into the request.
    pub(super) credential: Option<Credential>,
    /// What is written when it goes out.
    pub(super) late: Option<Late>,
    /// The item's own header, in lower case, that is typed away where auth is taken away.
    pub(super) own_header: Option<String>,
    /// The item's own query parameter, likewise.
    pub(super) own_query: Option<String>,
    /// Secret values.
    pub(super) secrets: Vec<String>,
}

impl Signing {
    fn writes_header(&self, name: &str) -> bool {
        matches!(&self.credential, Some(Credential::Header { name: own, .. }) if own.eq_ignore_ascii_case(name))
            || (name.eq_ignore_ascii_case("authorization")
                && self.late.as_ref().is_some_and(Late::takes_header))
    }
}

/// Resolves the auth that the case chooses. `typed` are the saved header fields.
pub(super) fn sign(
    draft: &mut Draft<'_>,
    inherited: Option<&Auth>,
    choice: AuthChoice<'_>,
    typed: &[Param],
) -> Signing {
    let mut signing = Signing::default();
    if let Some(own) = inherited {
        let own = Auth {
            params: own.params.iter().map(|(k, v)| (k.clone(), draft.preview(v))).collect(),
            ..own.clone()
        };
        signing.own_header = own.header_name();
        signing.own_query = own.query_key();
    }
    match choice {
        AuthChoice::Without => {}
        AuthChoice::Inherited => write(draft, &mut signing, inherited, typed),
        AuthChoice::Profile(profile) => write(draft, &mut signing, Some(profile), typed),
        AuthChoice::Invalid => (signing.credential, signing.late) = invalid(draft, inherited, typed),
    }
    signing
}

fn write(draft: &mut Draft<'_>, signing: &mut Signing, auth: Option<&Auth>, typed: &[Param]) {
    let Some(auth) = auth else { return };
    let granted = granted(draft, auth);
    let auth = granted.as_ref().unwrap_or(auth);
    let before = draft.causes.len();
    let ready = ready(draft, auth);
    if draft.causes.len() > before {
        if granted.is_some() && draft.causes.iter().any(|cause| matches!(cause, Cause::UnsetEnv { .. })) {
            draft.causes.extend(unset_token(draft.resolver, auth));
        }
        return;
    }
    if let Some(scheme) = auth::late::scheme(&auth.kind).filter(|_| draft.resolver.stand_ins) {
        // The mock asks for a credential, not for a signature; it gives no challenge.
        draft.note(format!("auth `{}` with a stand-in credential", auth.kind.name()));
        let value = format!("{scheme} {}", auth::STAND_IN);
        signing.credential = Some(Credential::Header { name: "Authorization".to_owned(), value });
        return;
    }
    let made = ready.credential().and_then(|credential| Ok((credential, ready.late()?)));
    (signing.credential, signing.late) = match made {
        Ok(made) => made,
        Err(lack) => {
            let header = ready.header_name();
            let is_typed =
                lack != Lack::Unsupported && typed.iter().any(|p| is_enabled(p, header.as_deref()));
            (if is_typed { None } else { stand_in(draft, auth, &ready, &lack) }, None)
        }
    };
    let secret = ready.secret().iter().filter_map(|name| ready.params.get(*name));
    signing.secrets.extend(secret.filter(|value| !value.is_empty()).cloned());
    match (&signing.credential, &signing.late) {
        // The pair of Basic auth is as good as the password.
        (Some(Credential::Header { value, .. }), _) => {
            signing.secrets.push(auth::typed_secret(value).to_owned());
        }
        (Some(Credential::Query { value, .. }), _) => signing.secrets.push(value.clone()),
        (None, Some(Late::Grant(grant))) => signing.secrets.extend(grant.derived_secrets()),
        (None, Some(Late::Digest(_) | Late::AwsV4(_) | Late::OAuth1(_)) | None) => {}
    }
}

/// `oauth2` that names a grant and has no stored token that could be used, as the grant. On the
/// mock no token is ever asked for.
fn granted(draft: &Draft<'_>, auth: &Auth) -> Option<Auth> {
    let stored = auth.params.get("accessToken").is_some_and(|text| {
        let value = draft.resolver.scope.substitute(text);
        let filled = draft.resolver.filler.text(text, "credential").is_some();
        value.missing.is_empty()
            && !value.text.trim().is_empty()
            && !filled
            && !placeholder::is_credential(&value.text)
    });
    let wanted = auth.has_grant() && !stored && !draft.resolver.stand_ins;
    wanted.then(|| Auth { kind: AuthKind::Grant, ..auth.clone() })
}

/// The stored token beside a grant, where the process environment lacks it, too.
fn unset_token(resolver: &Resolver<'_>, auth: &Auth) -> Option<Cause> {
    let missing = resolver.scope.substitute(auth.params.get("accessToken")?).missing;
    missing.into_iter().find_map(|missing| missing.env).map(|env| Cause::UnsetToken { env })
}

fn is_enabled(param: &Param, name: Option<&str>) -> bool {
    let value = param.value.as_deref().unwrap_or_default();
    !param.disabled
        && !value.is_empty()
        && name.zip(param.key.as_deref()).is_some_and(|(name, key)| key.eq_ignore_ascii_case(name))
}

/// The auth with the parameters that are read substituted, and only those.
fn ready(draft: &mut Draft<'_>, auth: &Auth) -> Auth {
    let mut ready = Auth { params: indexmap::IndexMap::new(), ..auth.clone() };
    for name in auth.wanted() {
        if let Some(value) = auth.params.get(*name) {
            let value = if auth.secret().contains(name) {
                draft.credential(value, "auth", name)
            } else {
                draft.substitute(value)
            };
            // What is copied as it is gets its value in its place.
            let copied = matches!(auth.kind, AuthKind::Bearer | AuthKind::ApiKey | AuthKind::OAuth2);
            let value = if copied { value } else { draft.reveal(value) };
            ready.params.insert((*name).to_owned(), value);
        }
    }
    ready
}

fn stand_in(draft: &mut Draft<'_>, auth: &Auth, ready: &Auth, lack: &Lack) -> Option<Credential> {
    if draft.resolver.stand_ins {
        let mut full = ready.with_secrets(auth::STAND_IN);
        if full.kind == AuthKind::ApiKey && full.params.get("key").is_none_or(String::is_empty) {
            full.params.insert("key".to_owned(), "X-Api-Key".to_owned());
        }
        draft.note(format!("auth `{}` with a stand-in credential", auth.kind.name()));
        let bearer = format!("Bearer {}", auth::STAND_IN);
        let fallback = Credential::Header { name: "Authorization".to_owned(), value: bearer };
        return Some(full.credential().ok().flatten().unwrap_or(fallback));
    }
    let place = &auth.place;
    let why = match lack {
        Lack::Unsupported => {
            format!("is not supported ({place}); give the case another one as a profile of suite.toml")
        }
        Lack::Wrong(what) => format!("{what} ({place})"),
        Lack::Param("accessToken") if auth.grant_kind().is_err_and(|kind| !kind.is_empty()) => {
            let kind = auth.params.get("grant_type").map(String::as_str).unwrap_or_default();
            format!(
                "has no `accessToken`, and the grant `{kind}` needs a browser ({place}); get a refresh token once and give it in [auth.default] of suite.toml (`grant = \"refresh_token\"`)"
            )
        }
        // A secret that is missing or empty is a credential like any other that nobody gave.
        Lack::Param(name) if auth.secret().contains(name) => {
            let what = format!("has no `{name}` ({place})");
            draft
                .causes
                .insert(Cause::Credential { place: format!("auth type `{}`", auth.kind.name()), what });
            return None;
        }
        Lack::Param(name) => format!("has no `{name}` ({place}); give one in [auth.default] of suite.toml"),
    };
    draft.causes.insert(Cause::Auth { kind: auth.kind.name().to_owned(), why });
    None
}

/// The same auth with a credential that no server knows; a bearer token where there is none, and
/// for types that cannot be signed with such a secret. No token is asked for.
fn invalid(
    draft: &mut Draft<'_>,
    auth: Option<&Auth>,
    typed: &[Param],
) -> (Option<Credential>, Option<Late>) {
    let made = auth.and_then(|auth| {
        // Secret parameters are replaced before substitution: they need no value here.
        let ready = ready(draft, &auth.with_secrets(INVALID));
        if draft.resolver.stand_ins && auth::late::scheme(&ready.kind).is_some() {
            return None;
        }
        let (credential, late) = (ready.credential().ok()?, ready.late().ok()?);
        (credential.is_some() || late.is_some()).then_some((credential, late))
    });
    let is_typed = |p: &Param| !p.disabled && p.key.as_deref().is_some_and(is_credential_name);
    if let Some(made) = made {
        return made;
    }
    if typed.iter().any(is_typed) {
        return (None, None);
    }
    let bearer = Credential::Header { name: "Authorization".to_owned(), value: format!("Bearer {INVALID}") };
    (Some(bearer), None)
}

/// The fields that are sent: the saved ones that are enabled, but for framing and for what auth
/// writes or the case takes away, then auth's own.
///
/// Returns the names of the fields that carry a credential besides, in lower case.
pub(super) fn headers(
    draft: &mut Draft<'_>,
    saved: &[Param],
    signing: &mut Signing,
    changes: &Changes<'_>,
) -> (Headers, Vec<String>) {
    let enabled = saved.iter().filter(|p| !p.disabled && p.key.as_ref().is_some_and(|key| !key.is_empty()));
    let fields: Vec<(String, &Param)> =
        enabled.map(|p| (draft.substitute(p.key.as_deref().unwrap_or_default()), p)).collect();
    let names: Vec<String> = fields.iter().map(|(name, _)| name.clone()).collect();
    let mut headers = Headers::new();
    let mut credentials = Vec::new();
    for ((name, param), survives) in fields.iter().zip(surviving(&names)) {
        let saved = param.value.as_deref().unwrap_or_default();
        if !survives || is_of_connection(name, saved) || signing.writes_header(name) {
            continue;
        }
        let own = signing.own_header.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name));
        let credential = own || is_credential_name(name);
        let cookie = name.eq_ignore_ascii_case("cookie");
        let value = match changes.auth {
            AuthChoice::Without if credential || cookie => continue,
            AuthChoice::Invalid if cookie => continue,
            AuthChoice::Invalid if credential => match saved.trim().split_once(' ') {
                Some((scheme, _)) if !scheme.contains(['{', '<']) => format!("{scheme} {INVALID}"),
                _ => INVALID.to_owned(),
            },
            _ => draft.guarded(saved, "header", name),
        };
        if credential || cookie {
            let secrets = [value.trim(), auth::typed_secret(&value)].map(str::to_owned);
            signing.secrets.extend(secrets);
            signing.secrets.extend(value.split(';').filter(|_| cookie).filter_map(cookie_value));
        }
        if push(draft, &mut headers, name, &value) && credential {
            credentials.push(name.to_ascii_lowercase());
        }
    }
    let cookies: Vec<&str> = headers.get_all("cookie").collect();
    if cookies.len() > 1 {
        // One field is all that may be sent (RFC 6265 §5.4).
        let joined = cookies.join("; ");
        headers.set("Cookie", joined);
    }
    if let Some(Credential::Header { name, value }) = &signing.credential
        && push(draft, &mut headers, name, value)
    {
        credentials.push(name.to_ascii_lowercase());
    }
    if signing.late.is_some() {
        credentials.push("authorization".to_owned());
    }
    (headers, credentials)
}

/// A typed `Host` is sent where the URL itself names the host that the request goes to. Where a base
/// URL sends it elsewhere, the field still names the server that it was saved for: it is left out.
pub(super) fn host(draft: &mut Draft<'_>, headers: &mut Headers, saved: &[Param], names_target: bool) {
    let typed = saved.iter().rev().filter(|p| !p.disabled);
    let typed = typed.filter(|p| p.key.as_deref().is_some_and(|key| key.eq_ignore_ascii_case("host")));
    let Some(text) = typed.filter_map(|p| p.value.as_deref()).find(|value| !value.trim().is_empty()) else {
        return;
    };
    if headers.contains("host") {
        // Written by auth, which takes the place of typed fields.
        return;
    }
    if !names_target || draft.resolver.stand_ins {
        return draft.note("the typed `Host` is left out: the request goes to another host");
    }
    let value = draft.substitute(text);
    match Origin::parse(&format!("http://{}", value.trim())) {
        Ok(_) if !value.contains(['/', '\\', '?', '#']) => _ = push(draft, headers, "Host", &value),
        Ok(_) | Err(_) => draft.refuse("header `Host`: its value is no host".to_owned()),
    }
}

/// Adds a field that HTTP can hold; with stand-ins a faulty value is cleaned, a faulty name left
/// out.
pub(super) fn push(draft: &mut Draft<'_>, headers: &mut Headers, name: &str, value: &str) -> bool {
    let value = value.trim_matches([' ', '\t']);
    match fault(name, value) {
        None => headers.push(name, value),
        Some(what) => {
            draft.refuse(what);
            let value = cleaned(value);
            if !draft.resolver.stand_ins || fault(name, &value).is_some() {
                return false;
            }
            headers.push(name, value);
        }
    }
    true
}

/// The credentials that stand under their names in a body: what an answer repeats of them is hidden there, too.
/// What the documentation of an API leaves to be filled in is none.
pub(super) fn credentials(body: &[u8]) -> Vec<String> {
    // An upload is no text, and has no names.
    let mut found = std::str::from_utf8(body).map(credentials_in).unwrap_or_default();
    found.retain(|value| placeholder::recognise(value).is_none() && !placeholder::is_credential(value));
    found
}

/// The value of one cookie of a field `Cookie`, where it is no word such as that of a language.
fn cookie_value(pair: &str) -> Option<String> {
    let (_, value) = pair.split_once('=')?;
    let value = value.trim().trim_matches('"');
    (value.chars().count() >= LEAST && !is_plain_word(value)).then(|| value.to_owned())
}

/// User and password of the URL become Basic auth, unless an `Authorization` is there already.
pub(super) fn user_info(draft: &mut Draft<'_>, headers: &mut Headers, user_info: &str) -> Vec<String> {
    if headers.contains("authorization") {
        return Vec::new();
    }
    let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
    let decode = |text: &str| {
        draft.reveal(percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned())
    };
    let password = decode(password);
    let pair = BASE64.encode(format!("{}:{password}", decode(user)));
    push(draft, headers, "Authorization", &format!("Basic {pair}"));
    vec![password, pair]
}
