//! The status.

use crate::contract::Expectation;
use crate::finding::{Finding, FindingId};
use crate::message::Answer;

/// What says more of the environment than of the API: 429, 502, 503, 504, and 401 or 403 where
/// the case expects a status below 400. A status that the case expects never does.
pub(super) fn environment(expectation: &Expectation, answer: &Answer) -> Option<Finding> {
    if answer.status == expectation.status {
        return None;
    }
    let (id, hint) = match answer.status {
        429 => (FindingId::EnvThrottled, "send fewer requests a second (--rate)"),
        502..=504 => (FindingId::EnvUnavailable, "try again when the server is up"),
        401 | 403 if expectation.status < 400 => {
            (FindingId::EnvAuth, "check the credentials: are they set, valid, and wide enough in scope?")
        }
        _ => return None,
    };
    Some(Finding::new(id, "", expectation.status.to_string(), answer.status.to_string()).with_hint(hint))
}

/// Another status than the expected one; another first digit, or any 5xx, is another class.
pub(super) fn check(expected: u16, answer: &Answer) -> Option<Finding> {
    let actual = answer.status;
    if actual == expected {
        return None;
    }
    let class = actual / 100 != expected / 100 || actual >= 500;
    let id = if class { FindingId::StatusClassChanged } else { FindingId::StatusChanged };
    let finding = Finding::new(id, "", expected.to_string(), actual.to_string());
    let redirects = matches!(actual, 301 | 302 | 303 | 307 | 308);
    Some(match answer.headers.get("location").filter(|_| redirects) {
        // The URL stands last, so that what is hidden in it ends with it.
        Some(to) => finding.with_hint(format!("not followed: a redirect to {}", super::show::cut(to))),
        None => finding,
    })
}
