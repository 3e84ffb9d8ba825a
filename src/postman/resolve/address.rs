//! Where a request goes: from a saved URL and the base rules to origin and target.
//!
//! Invariant: under a rule the origin is the rule's, whatever the URL says.

use ::url::Url;

use super::draft::Draft;
use super::fields::Signing;
use super::{AuthChoice, BaseRule, Changes};
use crate::message::Origin;
use crate::postman::auth::{Credential, INVALID, is_credential_name};
use crate::postman::model::{Behavior, Param, UrlSpec};
use crate::postman::url::{self, encode_path, encode_query, host_form, split, write_param};
use crate::postman::variables::{Token, Tokens, stand_in};

/// The id that exists nowhere, where the saved one is a UUID.
const UNKNOWN_UUID: &str = "3f0c9d52-7a1e-4b86-9c35-e2d84af6710b";

/// A resolved URL.
#[derive(Debug)]
pub(super) struct Address {
    pub(super) origin: Origin,
    pub(super) target: String,
    /// `user:password`, still percent-encoded.
    pub(super) user_info: Option<String>,
    /// The names of the path variables, in order.
    pub(super) path_variables: Vec<String>,
    /// The names of the query parameters that carry a credential.
    pub(super) credentials: Vec<String>,
    /// Whether the URL itself, its variables filled, names the host that the request goes to.
    pub(super) names_target: bool,
    /// What the target says otherwise than Postman would write it, and why.
    pub(super) altered: Option<String>,
}

/// Everything that makes a URL.
pub(super) struct Source<'a> {
    pub(super) url: &'a UrlSpec,
    /// The path variables of the item, for those that the example lacks.
    pub(super) fallback: &'a [Param],
    pub(super) behavior: &'a Behavior,
    pub(super) changes: &'a Changes<'a>,
}

/// Resolves the URL; `None` where a cause says why not.
pub(super) fn address(draft: &mut Draft<'_>, source: &Source<'_>, signing: &mut Signing) -> Option<Address> {
    let rule = rule(draft, &source.url.host).cloned();
    let host = host(draft, &source.url.host, rule.as_ref());
    let path = draft.substitute(&source.url.path);
    empty_segments(draft, &source.url.path);
    let (query, credentials) = query(draft, source, signing);
    let parts = split(&host);
    let (origin, rest) = if let Some(rule) = &rule {
        (Some(rule.origin.clone()), under(rule, parts.path, parts.query, &path))
    } else {
        let whole = format!("{host}{path}");
        let parts = split(&whole);
        let query = parts.query.map(|query| format!("?{query}")).unwrap_or_default();
        (origin(draft, parts.scheme, parts.authority), format!("{}{query}", parts.path))
    };
    let names_target = origin.as_ref().is_some_and(|origin| {
        rule.is_none() || host_of(parts.authority).eq_ignore_ascii_case(host_of(origin.authority()))
    });
    let user_info = match (&source.url.userinfo, parts.userinfo) {
        (Some(typed), _) => Some(draft.substitute(typed)),
        (None, held) => held.map(str::to_owned),
    };
    let rest = query.map_or_else(|| rest.clone(), |query| format!("{rest}?{query}"));
    let (rest, path_variables) = fill_path(draft, source, &rest);
    let origin = origin?;
    let (target, altered) = target(draft, &origin, &rest, source.behavior, signing.credential.as_ref())?;
    Some(Address { origin, target, user_info, path_variables, credentials, names_target, altered })
}

/// An authority without its port.
fn host_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => host,
        _ => authority,
    }
}

fn rule<'d>(draft: &'d Draft<'_>, host: &str) -> Option<&'d BaseRule> {
    let bases = &draft.resolver.bases;
    bases.get(host).or_else(|| bases.iter().find(|(form, _)| host_form(form) == host).map(|(_, rule)| rule))
}

/// No server takes a longer URL, so a longer text is no host: a variable that holds itself twice grows
/// to a million bytes, and each of its tokens would be looked for in all of them.
const LONGEST_FORM: usize = 8 << 10;

/// The host text with its variables replaced.
///
/// Under a rule, variables that make up scheme and authority need no value. A host is never made
/// of stand-ins.
fn host(draft: &mut Draft<'_>, form: &str, rule: Option<&BaseRule>) -> String {
    let known = draft.resolver.scope.substitute_known(form, &draft.drawn);
    let replaced = rule.is_some_and(|rule| rule.prefix.is_some());
    let excused = |name: &str| {
        let mut tokens = Tokens::of(&known.text).filter(|token| token.name == name);
        let short = known.text.len() <= LONGEST_FORM;
        rule.is_some() && (replaced || short && tokens.all(|token| in_authority(&known.text, token)))
    };
    let needed: Vec<_> = known.missing.iter().filter(|missing| !excused(&missing.name)).cloned().collect();
    if needed.is_empty() || rule.is_none() {
        draft.lack(needed);
        return known.text;
    }
    let filled = draft.resolver.scope.substitute_in(form, &draft.drawn);
    draft.lack(filled.missing.into_iter().filter(|missing| !excused(&missing.name)));
    filled.text
}

/// Whether a token stands where scheme, host or port stand, not glued behind another text that
/// may be the whole host already (`{{HOST}}{{BASE_PATH}}`).
fn in_authority(text: &str, token: Token<'_>) -> bool {
    let before = text.get(..token.start).unwrap_or_default();
    let behind = text.get(token.end..).unwrap_or_default();
    let host = before.rsplit("://").next().unwrap_or_default();
    let joined =
        host.is_empty() || host.ends_with(['.', ':', '-', '@']) || behind.starts_with(['.', ':', '-']);
    !host.contains(['/', '\\', '?', '#']) && !before.ends_with("}}") && joined
}

/// The path and query under a rule: its prefix, or the one that the host form held, then the path.
fn under(rule: &BaseRule, held: &str, held_query: Option<&str>, path: &str) -> String {
    let prefix = rule.prefix.as_deref().unwrap_or(held);
    if let (None, Some(query)) = (&rule.prefix, held_query) {
        // The variable holds a query as well; what follows is a part of it, as Postman has it.
        return format!("{prefix}?{query}{path}");
    }
    if path.starts_with('/') {
        // A variable that ends in a slash makes two of it, as in Postman.
        return format!("{prefix}{path}");
    }
    let glue = if path.is_empty() || path.starts_with(['?', '#']) || prefix.ends_with('/') {
        ""
    } else if rule.prefix.is_some() || prefix.is_empty() {
        "/"
    } else {
        ""
    };
    format!("{prefix}{glue}{path}")
}

fn origin(draft: &mut Draft<'_>, scheme: Option<&str>, authority: &str) -> Option<Origin> {
    if !draft.causes.is_empty() && authority.contains("{{") {
        return None;
    }
    let text = format!("{}://{authority}", scheme.unwrap_or("http"));
    match Origin::parse(&text) {
        Ok(origin) => Some(origin),
        Err(why) => {
            let what = format!("the URL names no host that can be called: {why}; give it a base URL");
            draft.causes.insert(super::Cause::Malformed { what });
            None
        }
    }
}

/// The enabled query parameters as one text, `None` where there are none, and the names of those that
/// carry a credential.
fn query(draft: &mut Draft<'_>, source: &Source<'_>, signing: &mut Signing) -> (Option<String>, Vec<String>) {
    let changes = source.changes;
    let written = match &signing.credential {
        Some(Credential::Query { key, .. }) => Some(key.clone()),
        _ => None,
    };
    let mut texts = Vec::new();
    let mut credentials: Vec<String> = written.iter().cloned().collect();
    let mut placed: Vec<&str> = Vec::new();
    for param in source.url.query.iter().filter(|param| !param.disabled) {
        let key = param.key.as_deref();
        let name = draft.substitute(key.unwrap_or_default());
        if written.as_deref() == Some(&name) {
            continue;
        }
        if let Some((set, value)) = changes.query.get_key_value(&name) {
            if !placed.contains(&set.as_str()) {
                placed.push(set);
                texts.push(draft.substitute(&write_param(Some(set), Some(value))));
            }
            continue;
        }
        let credential = is_credential_name(&name) || signing.own_query.as_deref() == Some(&name);
        if credential && matches!(changes.auth, AuthChoice::Without) {
            continue;
        }
        if credential && matches!(changes.auth, AuthChoice::Invalid) {
            texts.push(write_param(Some(&name), Some(INVALID)));
            credentials.push(name);
            continue;
        }
        let value = param.value.as_deref().map(|value| query_value(draft, value, &name));
        let text = draft.substitute(&write_param(key, value.as_deref()));
        if credential {
            let value = text.split_once('=').map_or("", |(_, value)| value);
            signing.secrets.extend((!value.is_empty()).then(|| value.to_owned()));
            credentials.push(name);
        }
        texts.push(text);
    }
    for (key, value) in changes.query.iter().filter(|(key, _)| !placed.contains(&key.as_str())) {
        texts.push(draft.substitute(&write_param(Some(key), Some(value))));
    }
    ((!texts.is_empty()).then(|| texts.join("&")), credentials)
}

/// The saved value, filled and checked; its variables are replaced later, in the whole URL, where
/// they may bring further parameters with them.
fn query_value(draft: &mut Draft<'_>, value: &str, name: &str) -> String {
    let plain = value.contains("{{").then(|| draft.preview(value));
    let before = draft.drawn.mark();
    let checked = draft.guarded(value, "query", name);
    if plain.as_ref() == Some(&checked) {
        draft.drawn.reset(before);
        value.to_owned()
    } else {
        checked
    }
}

/// Refuses variables that make a whole segment of the path and are empty: `DELETE /users/{{id}}` would
/// go to all users.
fn empty_segments(draft: &mut Draft<'_>, path: &str) {
    for segment in path.split('/').skip(1) {
        if segment.starts_with("{{") && draft.preview(segment).is_empty() {
            draft.empty(segment);
        }
    }
}

/// Replaces the path variables (`:name` at the beginning of a segment) and returns the text with
/// their names.
fn fill_path(draft: &mut Draft<'_>, source: &Source<'_>, rest: &str) -> (String, Vec<String>) {
    let (path, behind) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
    let defined = |name: &str| {
        let has = |params: &[Param]| params.iter().any(|p| p.key.as_deref() == Some(name));
        source.changes.path.contains_key(name) || has(&source.url.variables) || has(source.fallback)
    };
    let segments: Vec<Vec<Piece<'_>>> = path.split('/').map(|segment| pieces(segment, &defined)).collect();
    let mut names: Vec<String> = Vec::new();
    for piece in segments.iter().flatten() {
        if let Piece::Variable(name) = piece
            && !names.iter().any(|known| known == name)
        {
            names.push((*name).to_owned());
        }
    }
    let unknown = if source.changes.unknown_id { names.last().cloned() } else { None };
    let texts: Vec<String> = segments
        .iter()
        .map(|segment| {
            let texts = segment.iter().map(|piece| match piece {
                Piece::Text(text) => (*text).to_owned(),
                Piece::Variable(name) => path_value(draft, source, name, unknown.as_deref() == Some(*name)),
            });
            texts.collect()
        })
        .collect();
    (format!("{}{behind}", texts.join("/")), names)
}

enum Piece<'p> {
    Text(&'p str),
    Variable(&'p str),
}

/// `:id`, `:id.json`, and `:a:b` where both are defined; a `:` elsewhere is text.
fn pieces<'p>(segment: &'p str, defined: &impl Fn(&str) -> bool) -> Vec<Piece<'p>> {
    let mut found = Vec::new();
    let mut rest = segment;
    while let Some(name) = rest.strip_prefix(':') {
        let word =
            name.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(name.len());
        let end = if defined(name) { name.len() } else { word };
        let name = name.get(..end).unwrap_or_default();
        if name.is_empty() || (!found.is_empty() && !defined(name)) {
            break;
        }
        found.push(Piece::Variable(name));
        rest = rest.get(1 + end..).unwrap_or_default();
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    found
}

/// The value of a path variable: the case's, the example's, else the item's.
fn path_value(draft: &mut Draft<'_>, source: &Source<'_>, name: &str, unknown: bool) -> String {
    let changed = source.changes.path.get(name);
    if let (Some(value), false) = (changed, unknown) {
        let filled = draft.substitute(value);
        if filled.is_empty() {
            draft.empty(value);
        }
        return filled;
    }
    let saved = |params: &[Param]| {
        let named = params.iter().rev().filter(|p| p.key.as_deref() == Some(name));
        named.filter_map(|p| p.value.clone()).find(|value| !value.is_empty())
    };
    let (value, borrowed) = match (saved(&source.url.variables), saved(source.fallback)) {
        (Some(value), _) => (Some(value), false),
        (None, Some(value)) => (Some(value), true),
        (None, None) => (None, false),
    };
    if unknown {
        // Of the kind of the value that is known to exist: the case's own before the saved one.
        let known = changed.or(value.as_ref()).map(|value| draft.reveal(draft.preview(value)));
        return unknown_id(known.as_deref().unwrap_or_default());
    }
    if borrowed {
        draft.note(format!("path variable `{name}` taken from the request of the item"));
    }
    let saved = value.unwrap_or_default();
    let value = draft.field(&saved, "path", name);
    if value.is_empty() {
        if draft.resolver.stand_ins {
            return stand_in(name);
        }
        if !saved.is_empty() {
            draft.empty(&saved);
            return value;
        }
        draft.causes.insert(super::Cause::PathVariable { name: name.to_owned() });
    }
    value
}

/// An id of the same kind that exists nowhere.
fn unknown_id(saved: &str) -> String {
    let digits = !saved.is_empty() && saved.bytes().all(|b| b.is_ascii_digit());
    if digits {
        let digit = if saved.bytes().all(|b| b == b'9') { "8" } else { "9" };
        return digit.repeat(saved.len());
    }
    let hyphens = saved.match_indices('-').map(|(at, _)| at);
    let is_uuid = saved.len() == 36
        && hyphens.eq([8, 13, 18, 23])
        && saved.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit());
    if is_uuid { UNKNOWN_UUID.to_owned() } else { "uphold-unknown-id".to_owned() }
}

/// Path and query on the request line, encoded, in the form that the URL standard gives them, and
/// what that form alters.
fn target(
    draft: &mut Draft<'_>,
    origin: &Origin,
    rest: &str,
    behavior: &Behavior,
    credential: Option<&Credential>,
) -> Option<(String, Option<String>)> {
    let written = match credential {
        Some(Credential::Query { key, value }) => [key.as_str(), value.as_str()],
        _ => ["", ""],
    };
    if !draft.resolver.stand_ins
        && [rest].iter().chain(&written).any(|text| text.contains(['\r', '\n', '\0']))
    {
        // Not quoted: it came with a variable, which may be secret.
        let what =
            "path or query of the URL hold a line break or NUL; where it is meant, write %0D, %0A or %00";
        draft.causes.insert(super::Cause::Malformed { what: what.to_owned() });
        return None;
    }
    let raw = behavior.raw_url;
    // `http://h` stands in for the origin: only what follows it is read.
    let whole = format!("http://h{}{rest}", if rest.starts_with('/') { "" } else { "/" });
    let parts = split(&whole);
    let path = encode_path(&parts.path.replace('\\', "/"), raw);
    let mut query = parts.query.map(|query| encode_query(query, raw));
    if let Some(Credential::Query { key, value }) = credential {
        let param = encode_query(&write_param(Some(key), Some(value)), false);
        let before = query.filter(|query| !query.is_empty()).map(|query| format!("{query}&"));
        query = Some(before.unwrap_or_default() + &param);
    }
    let marked = |query: Option<&str>| query.map(|query| format!("?{query}")).unwrap_or_default();
    let query = marked(query.as_deref());
    let Ok(parsed) = Url::parse(&format!("{origin}{path}{query}")) else {
        let what = format!("path and query `{path}{query}` make no URL");
        draft.causes.insert(super::Cause::Malformed { what });
        return None;
    };
    let behind = marked(parsed.query());
    let altered = url::altered(&path, &format!("{path}{query}"), &format!("{}{behind}", parsed.path()));
    let sent = format!("{}{behind}", draft.resolver.rewrites.path(parsed.path()));
    if let Some(altered) = &altered {
        draft.note(altered.clone());
    }
    Some((sent, altered))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_id_is_of_the_same_kind() {
        assert_eq!(unknown_id("738964000000291009"), "999999999999999999");
        assert_eq!(unknown_id("99"), "88");
        assert_eq!(unknown_id("0b6c2c38-6d6e-4b0e-8f0a-0c2f3e1f2a3b"), UNKNOWN_UUID);
        assert_eq!(unknown_id("abc"), "uphold-unknown-id");
    }

    #[test]
    fn a_token_is_excused_only_where_the_host_stands() {
        let excused = |text: &str| Tokens::of(text).map(|t| in_authority(text, t)).collect::<Vec<_>>();
        assert_eq!(excused("{{HOST}}{{BASE}}"), [true, false]);
        assert_eq!(excused("https://x{{BASE}}"), [false]);
        assert_eq!(excused("{{s}}://{{tenant}}.x.com:{{port}}/{{p}}"), [true, true, true, false]);
    }
}
