//! Which hosts may be asked for an access token.
//!
//! A token URL of suite.toml names its host itself. One of the collection is used only where the
//! user named the host: by the base URL, by a value of `[target] hosts`, or by a token URL of
//! suite.toml; a key of `[target] hosts` that is its host form sends it to that server.

use super::case::Skip;
use super::hosts::Hosts;
use super::skip;
use crate::message::Origin;
use crate::postman::auth::late::Grant;
use crate::suite::Suite;

/// Lets the grant go where it may, or says why it may not.
pub(super) fn direct(grant: &mut Grant, suite: &Suite, hosts: &Hosts) -> Result<(), Skip> {
    if grant.is_profile {
        return Ok(());
    }
    let target = &suite.settings.target;
    let form = grant.ask.origin.to_string();
    let rule = target.hosts.iter().find(|(key, _)| key.trim_end_matches('/').eq_ignore_ascii_case(&form));
    if let Some((_, rule)) = rule {
        grant.ask.origin = rule.origin.clone();
        if let Some(prefix) = &rule.prefix {
            grant.ask.target = format!("{prefix}{}", grant.ask.target);
        }
        return Ok(());
    }
    let bases = hosts.rules().values().chain(target.hosts.values()).chain(&target.base_url);
    let by_target = bases.map(|rule| &rule.origin).any(|origin| *origin == grant.ask.origin);
    let by_profile = suite.settings.auth.values().any(|auth| {
        let url = auth.params.get("accessTokenUrl").filter(|_| auth.place.starts_with("[auth."));
        url.and_then(|url| Origin::parse(url).ok()).is_some_and(|origin| origin == grant.ask.origin)
    });
    if by_target || by_profile { Ok(()) } else { Err(skip::token_host(&form)) }
}
