//! Announcements that newly appear (a deprecation, a sunset, a persistent warning), and a documented
//! sunset that has come near.

use std::time::SystemTime;

use jiff::Timestamp;

use super::show;
use crate::contract::Expectation;
use crate::contract::announcement::{Announcement, elements};
use crate::finding::{Finding, FindingId, Severity};
use crate::message::{Answer, Headers};

/// From how many seconds before it on a sunset is breaking: 90 days.
const NEAR: i64 = 90 * 24 * 60 * 60;

/// What `rel` says of links that explain an announcement (RFC 9745, RFC 8594, RFC 5829).
const RELATIONS: [&str; 4] = ["deprecation", "sunset", "successor-version", "latest-version"];

/// One finding for each announcement that no example of the item and status makes.
///
/// The clock is the answer's own `Date`, else `clock`, the start of the run: a sunset that is past by it, or at
/// most 90 days away, is breaking; of several the nearest counts. Without either nothing says how near the
/// sunset is, which is a warning then. So is a sunset told that the example documents for later. The links that
/// explain stand in the hint of the first announcement.
pub(super) fn check(expectation: &Expectation, answer: &Answer, clock: Option<Timestamp>) -> Vec<Finding> {
    let fields = &answer.headers;
    let now = fields.get("date").and_then(date).or(clock);
    let mut found: Vec<Finding> = Announcement::ALL
        .into_iter()
        .filter(|one| !expectation.known.announced.contains(one))
        .filter_map(|one| {
            let values: Vec<&str> = fields.get_all(one.field()).filter(|value| one.is_in(value)).collect();
            (!values.is_empty()).then(|| finding(one, &values, now))
        })
        .collect();
    found.extend(nearer(expectation, fields, now));
    if let (Some(first), Some(links)) = (found.first_mut(), links(fields)) {
        first.hint = Some(links);
    }
    found
}

/// A sunset that the example documents for later, and that is past or at most 90 days away now.
fn nearer(expectation: &Expectation, fields: &Headers, now: Option<Timestamp>) -> Option<Finding> {
    let name = Announcement::Sunset.field();
    let documented = expectation.headers.iter().find(|field| field.name == name)?;
    // Several fields are joined by commas, and a date holds one itself: then it is none.
    let then = date(&documented.value)?;
    let end = fields.get_all(name).filter_map(date).min()?;
    let is_near = |end| urgency(end, now) == Severity::Breaking;
    (is_near(end) && !is_near(then)).then(|| {
        let told = |end| format!("sunset {}", day(end));
        let id = FindingId::HeaderDeprecationAnnounced;
        Finding::new(id, format!("header:{name}"), told(then), told(end)).at_severity(Severity::Breaking)
    })
}

fn finding(one: Announcement, values: &[&str], now: Option<Timestamp>) -> Finding {
    let at = format!("header:{}", one.field());
    let told = |actual: &str| {
        Finding::new(FindingId::HeaderDeprecationAnnounced, at, "no announcement", show::cut(actual))
    };
    let raw = values.join(", ");
    match one {
        Announcement::Deprecation => told(&deprecation(values, &raw, now)),
        Announcement::Sunset => match values.iter().filter_map(|value| date(value)).min() {
            Some(end) => told(&format!("sunset {}", day(end))).at_severity(urgency(end, now)),
            None => told(&format!("sunset: {raw}")),
        },
        Announcement::Warning => {
            let all = values.iter().flat_map(|value| elements(value)).map(str::trim);
            let ours: Vec<&str> = all.filter(|element| one.is_in(element)).collect();
            told(&ours.join(", "))
        }
    }
}

/// RFC 9745 has a date (`@1688169599`), the drafts before it had `true` or an HTTP date. Of what is
/// none of these nothing more is said than what stands there.
fn deprecation(values: &[&str], raw: &str, now: Option<Timestamp>) -> String {
    let since = values.iter().find_map(|value| structured_date(value).or_else(|| date(value)));
    match since {
        Some(since) if now.is_some_and(|now| now < since) => format!("deprecated from {}", day(since)),
        Some(since) => format!("deprecated since {}", day(since)),
        None if values.iter().all(|value| ["true", "?1"].contains(&value.trim())) => "deprecated".to_owned(),
        None => format!("deprecated: {raw}"),
    }
}

fn urgency(end: Timestamp, now: Option<Timestamp>) -> Severity {
    match now {
        Some(now) if end.as_second().saturating_sub(now.as_second()) <= NEAR => Severity::Breaking,
        Some(_) | None => Severity::Warning,
    }
}

/// A date of RFC 9651 §3.3.7, `@` and seconds since 1970; parameters behind it say nothing to us.
fn structured_date(value: &str) -> Option<Timestamp> {
    let value = value.split(';').next().unwrap_or_default();
    let digits = value.trim().strip_prefix('@')?;
    let plain = digits.strip_prefix('-').unwrap_or(digits);
    let is_number = (1..=15).contains(&plain.len()) && plain.bytes().all(|byte| byte.is_ascii_digit());
    Timestamp::from_second(digits.parse().ok().filter(|_| is_number)?).ok()
}

/// A date in one of the three forms of RFC 9110 §5.6.7.
fn date(value: &str) -> Option<Timestamp> {
    let time: SystemTime = httpdate::parse_http_date(value.trim()).ok()?;
    Timestamp::try_from(time).ok()
}

fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}

/// `see https://… (deprecation), https://… (sunset)`.
fn links(fields: &Headers) -> Option<String> {
    let all: Vec<&str> = fields.get_all("link").flat_map(elements).collect();
    let told: Vec<String> = RELATIONS
        .into_iter()
        .filter_map(|relation| {
            let target = all.iter().find_map(|link| target(link, relation))?;
            Some(format!("{target} ({relation})"))
        })
        .collect();
    (!told.is_empty()).then(|| show::cut(&format!("see {}", told.join(", "))))
}

/// The target of a link (RFC 8288 §3) with that relation, if it can be a URI.
fn target(link: &str, relation: &str) -> Option<String> {
    let (target, parameters) = link.trim_start().strip_prefix('<')?.split_once('>')?;
    let relations = parameters.split(';').filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("rel").then(|| value.trim().trim_matches('"'))
    });
    // Where there are several, the first counts (RFC 8288 §3.3).
    let is_asked =
        relations.take(1).flat_map(str::split_whitespace).any(|one| one.eq_ignore_ascii_case(relation));
    let is_uri =
        !target.is_empty() && !target.contains(|c: char| c == '<' || c.is_whitespace() || c.is_control());
    (is_asked && is_uri).then(|| target.to_owned())
}
