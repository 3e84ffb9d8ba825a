//! Changes of status, media type and header fields.

use super::base::Base;
use super::change::{Change, Mutation};
use super::kind::Kind;
use crate::contract::uri::is_uri;
use crate::message::{MediaType, is_framing};
use crate::plan::Case;

const CONTENT_TYPE: &str = "header:content-type";

pub(super) fn mutations(case: &Case, base: &Base) -> Vec<Mutation> {
    let mut list = statuses(base.answer.status);
    list.extend(media_type(case, base));
    list.extend(fields(base));
    list
}

fn statuses(old: u16) -> Vec<Mutation> {
    // None of 401, 403, 429 and 502 to 504: these say more of the environment than of the API.
    let other_class = if old < 400 { 500 } else { 200 };
    let same_class = match old / 100 {
        2 => [200, 202],
        3 => [302, 307],
        4 => [422, 400],
        class => [class * 100, class * 100 + 1],
    };
    let mutation = |kind, new: u16| Mutation::new(kind, "", format!("{old} to {new}"), Change::Status(new));
    let mut list = vec![mutation(Kind::StatusClass, other_class)];
    let same_class = same_class.into_iter().find(|new| *new != old);
    list.extend(same_class.map(|new| mutation(Kind::StatusWithinClass, new)));
    list
}

fn media_type(case: &Case, base: &Base) -> Vec<Mutation> {
    let Some(written) = base.answer.headers.get("content-type") else { return Vec::new() };
    let mut list = Vec::new();
    let set = |value: &str| Change::Header("Content-Type".to_owned(), Some(value.to_owned()));
    // An answer without a body has no media type worth the name.
    if let Some(media) = MediaType::parse(written).filter(|_| case.expectation.media_type.is_some()) {
        let other = if media.essence == "text/html" { "application/octet-stream" } else { "text/html" };
        let what = format!("{} to {other}", media.essence);
        list.push(Mutation::new(Kind::MediaTypeChanged, CONTENT_TYPE, what, set(other)));
        list.push(Mutation::new(
            Kind::MediaTypeChanged,
            CONTENT_TYPE,
            "gone",
            Change::Header("Content-Type".to_owned(), None),
        ));
        if let Some(other) = other_case(written) {
            let what = format!("{written} to {other}");
            list.push(Mutation::new(Kind::CharsetCase, CONTENT_TYPE, what, set(&other)));
        }
    }
    list
}

/// Type and charset in the other letter case; other parameters, whose case may matter, stay.
fn other_case(written: &str) -> Option<String> {
    let flip = |text: &str| {
        if text.bytes().any(|b| b.is_ascii_lowercase()) {
            text.to_ascii_uppercase()
        } else {
            text.to_ascii_lowercase()
        }
    };
    let mut parts = written.split(';');
    let mut other = flip(parts.next()?);
    for part in parts {
        let charset = part.trim().to_ascii_lowercase().starts_with("charset=");
        other.push(';');
        other.push_str(&if charset { flip(part) } else { part.to_owned() });
    }
    (other != written).then_some(other)
}

fn fields(base: &Base) -> Vec<Mutation> {
    let mut names: Vec<String> =
        base.answer.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| name != "content-type" && !is_framing(name));
    let both = |name: String| {
        let at = format!("header:{name}");
        let old = base.answer.headers.get(&name).unwrap_or_default();
        // Behind a URI it is another one whatever stands there: an id alone may differ.
        let other = format!("{old}{}", if is_uri(old) { "/other" } else { "-other" });
        [
            Mutation::new(Kind::HeaderGone, at.clone(), "gone", Change::Header(name.clone(), None)),
            Mutation::new(Kind::HeaderValue, at, "another value", Change::Header(name, Some(other))),
        ]
    };
    names.into_iter().flat_map(both).collect()
}
