//! When a case is tried again, and how long is waited before.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use super::exchange::SendError;
use crate::message::{Answer, Origin, Request};

/// The longest that `Retry-After` is waited for.
const LONGEST: Duration = Duration::from_secs(30);
/// The longest wait before the first retry; it doubles with every further one.
const FIRST: Duration = Duration::from_millis(500);

/// The servers that wanted more time than is waited for, each with how many cases that concerns and
/// the most that it wanted.
#[derive(Debug, Default)]
pub(super) struct Unwaited {
    asked: Mutex<BTreeMap<String, (usize, Duration)>>,
}

impl Unwaited {
    /// A case was not tried again.
    pub(super) fn add(&self, origin: &Origin, time: Duration) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let (cases, longest) = asked.entry(origin.to_string()).or_default();
        *cases += 1;
        *longest = time.max(*longest);
    }

    /// One line for each server.
    pub(super) fn notes(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let note = |(origin, (cases, longest)): (&String, &(usize, Duration))| {
            let cases = if *cases == 1 { "1 case was".to_owned() } else { format!("{cases} cases were") };
            format!(
                "{cases} not tried again: {origin} asks to wait {} s (Retry-After), and no more than {} s are waited",
                longest.as_secs(),
                LONGEST.as_secs()
            )
        };
        asked.iter().map(note).collect()
    }
}

/// What comes after a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing: it stands.
    Keep,
    /// Another try, after that time.
    Wait(Duration),
    /// Nothing, though it could be tried again: the server wants more time than is waited for.
    TooLong(Duration),
}

/// Whether the request may be tried again: GET, HEAD and OPTIONS (RFC 9110 §9.2.1, without TRACE).
pub(super) fn allowed(request: &Request) -> bool {
    matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS")
}

/// What comes after the try of that number, from 1.
///
/// Tried again is what has no answer because there was no connection, a time ran out or the answer
/// broke off, and an answer 429, 502, 503 or 504 that is not the expected one. The wait is the
/// answer's `Retry-After`, else a random time from half of [`FIRST`] to the whole of it, twice as
/// long after each try, no longer than [`LONGEST`]. `chance` is any number; `now` is the time in
/// seconds since 1970, where it is known.
pub(super) fn next(
    result: &Result<Answer, SendError>,
    expected: u16,
    tried: u32,
    chance: u32,
    now: Option<u64>,
) -> Next {
    let asked = match result {
        Err(SendError::Connect(_) | SendError::Timeout(_) | SendError::Broken(_)) => None,
        Err(
            SendError::Untrusted(_)
            | SendError::TooLarge { .. }
            | SendError::Decode(_)
            | SendError::Grant { .. }
            | SendError::Redirects { .. }
            | SendError::Unsendable(_),
        ) => return Next::Keep,
        Ok(answer) if answer.status == expected => return Next::Keep,
        Ok(answer) if !matches!(answer.status, 429 | 502..=504) => return Next::Keep,
        Ok(answer) => retry_after(answer, now),
    };
    match asked {
        Some(time) if time > LONGEST => Next::TooLong(time),
        Some(time) => Next::Wait(time),
        None => Next::Wait(backoff(tried, chance)),
    }
}

fn backoff(tried: u32, chance: u32) -> Duration {
    let longest = FIRST.saturating_mul(1 << tried.saturating_sub(1).min(10)).min(LONGEST);
    let share = f64::from(chance) / f64::from(u32::MAX);
    longest.mul_f64(0.5 + share / 2.0)
}

/// How long an answer asks to wait: seconds, or until a date (RFC 9110 §10.2.3), which counts from
/// the answer's own `Date`, since the clocks may differ. A date gone by is no time at all; `None`
/// where there is neither.
fn retry_after(answer: &Answer, now: Option<u64>) -> Option<Duration> {
    let text = answer.headers.get("retry-after")?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are more than is waited for.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    let dated = answer.headers.get("date").and_then(|text| httpdate::parse_http_date(text.trim()).ok());
    let now = dated.or_else(|| UNIX_EPOCH.checked_add(Duration::from_secs(now?)))?;
    Some(until.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;

    fn answer(status: u16, fields: &[(&str, &str)]) -> Answer {
        Answer { status, headers: fields.iter().copied().collect(), body: Bytes::new() }
    }

    #[test]
    fn what_is_tried_again_and_what_stands() {
        let waits =
            |result: Result<Answer, SendError>, expected| next(&result, expected, 1, 0, None) != Next::Keep;
        for status in [429, 502, 503, 504] {
            assert!(waits(Ok(answer(status, &[])), 200), "{status}");
            assert!(!waits(Ok(answer(status, &[])), status), "{status} is what the case expects");
            assert!(!waits(Ok(answer(200, &[])), status), "another answer than an expected {status} is one");
        }
        for status in [200, 302, 400, 401, 404, 408, 425, 500, 501, 505] {
            assert!(!waits(Ok(answer(status, &[])), 200), "{status}");
        }
        let text = String::new;
        for error in [SendError::Connect(text()), SendError::Timeout(text()), SendError::Broken(text())] {
            assert!(waits(Err(error.clone()), 200) && waits(Err(error), 503));
        }
        for error in [
            SendError::Untrusted(text()),
            SendError::TooLarge { limit: 1 },
            SendError::Decode(text()),
            SendError::Unsendable(text()),
            SendError::Grant { place: text(), why: text() },
        ] {
            assert!(!waits(Err(error), 200));
        }
    }

    #[test]
    fn waits_double_within_a_cap_and_are_spread() {
        let wait = |tried, chance| backoff(tried, chance).as_millis();
        assert_eq!([1, 2, 3, 6].map(|tried| wait(tried, u32::MAX)), [500, 1000, 2000, 16_000]);
        assert_eq!([1, 2, 3, 6].map(|tried| wait(tried, 0)), [250, 500, 1000, 8000]);
        assert_eq!([7, 20, u32::MAX].map(|tried| wait(tried, u32::MAX)), [30_000; 3]);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let at_noon = "Sun, 06 Nov 1994 12:00:00 GMT";
        let noon = 784_123_200;
        for (value, date, expected) in [
            ("7", None, Some(7)),
            (" 0 ", None, Some(0)),
            ("99999999999999999999", None, Some(u64::MAX)),
            ("Sun, 06 Nov 1994 12:00:09 GMT", None, Some(9)),
            ("Sunday, 06-Nov-94 12:00:09 GMT", None, Some(9)),
            ("Sun Nov  6 12:00:09 1994", None, Some(9)),
            ("Sun, 06 Nov 1994 11:00:00 GMT", None, Some(0)),
            // By the server's clock, not by ours.
            ("Sun, 06 Nov 1994 15:00:05 GMT", Some("Sun, 06 Nov 1994 15:00:00 GMT"), Some(5)),
            ("Sun, 06 Nov 1994 12:00:09 GMT", Some("yesterday"), Some(9)),
            ("-1", None, None),
            ("soon", None, None),
            ("", None, None),
            ("1.5", None, None),
        ] {
            let fields = [("Retry-After", value), ("Date", date.unwrap_or(at_noon))];
            let fields = &fields[..=usize::from(date.is_some())];
            let got = retry_after(&answer(503, fields), Some(noon));
            assert_eq!(got, expected.map(Duration::from_secs), "{value:?} {date:?}");
        }
        let dated = answer(503, &[("Retry-After", at_noon)]);
        assert_eq!(retry_after(&dated, None), None, "nobody knows what time it is");
    }

    #[test]
    fn what_the_server_asks_for_is_waited_for_within_a_cap() {
        let after = |value| next(&Ok(answer(429, &[("Retry-After", value)])), 200, 3, 0, None);
        assert_eq!(after("30"), Next::Wait(Duration::from_secs(30)));
        assert_eq!(after("31"), Next::TooLong(Duration::from_secs(31)));
        assert_eq!(after("later"), Next::Wait(Duration::from_secs(1)), "as if there were none");
    }

    proptest! {
        #[test]
        fn no_wait_is_longer_than_the_cap(
            value in ".{0,40}|[0-9]{1,25}|(Mon|Sun), [0-9]{2} Nov [0-9]{4} 12:00:09 GMT",
            tried in any::<u32>(),
            chance in any::<u32>(),
            now in any::<Option<u64>>(),
        ) {
            let result = Ok(Answer {
                status: 503,
                headers: [("Retry-After", value)].into_iter().collect(),
                body: Bytes::new(),
            });
            if let Next::Wait(time) = next(&result, 200, tried, chance, now) {
                prop_assert!(time <= LONGEST);
            }
        }
    }
}
