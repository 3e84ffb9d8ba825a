//! Which part of a header field is secret, whatever it holds: [`secret_part`], [`given_by`].

use std::ops::Range;

use crate::message::Headers;
use crate::placeholder::{is_credential, recognise};
use crate::redact::{Redactor, is_plain_word, is_secret_name, tokens_in};

/// The value of a field under a secret name; of a cookie without its name and attributes (RFC 6265 §4.1.1).
///
/// What the redactor knows is whole first: a secret with a `;` in it, plain or as `&#59;`, does not end where
/// the cookie does.
pub(super) fn secret_part(name: &str, value: &str, redactor: &Redactor) -> Option<Range<usize>> {
    if !name.eq_ignore_ascii_case("set-cookie") {
        return is_secret_name(name).then_some(0..value.len());
    }
    let mut part = cookie_value(value);
    for hidden in redactor.hidden_in(value) {
        // A known secret may also begin before the `=`, or end the value and begin the attributes.
        if hidden.start <= part.end && hidden.end >= part.start {
            let end = part.end.max(hidden.end);
            let rest = value.get(value.ceil_char_boundary(end)..).unwrap_or_default();
            let behind = rest.find(';').unwrap_or(rest.len());
            part = part.start.min(hidden.start)..value.len() - rest.len() + behind;
        }
    }
    Some(value.floor_char_boundary(part.start)..value.ceil_char_boundary(part.end))
}

fn cookie_value(field: &str) -> Range<usize> {
    let end = field.find(';').unwrap_or(field.len());
    let start = field.get(..end).and_then(|pair| pair.find('=')).map_or(0, |at| at + 1);
    start..end
}

/// What an answer gives away under the names of credentials: the same token may stand in it elsewhere, under
/// a harmless name or in a message. No words, and nothing that stands for a value.
pub(crate) fn given_by(headers: &Headers, body: &str) -> Vec<String> {
    let mut given = tokens_in(body);
    for (name, value) in headers.iter() {
        let is_cookie = name.eq_ignore_ascii_case("set-cookie");
        if is_cookie || is_secret_name(name) {
            let part = if is_cookie { cookie_value(value) } else { 0..value.len() };
            given.extend(value.get(part).map(|part| part.trim().to_owned()));
        } else {
            // The user of a URL, `Bearer token="…"`.
            given.extend(tokens_in(&format!("{name}: {value}")));
        }
    }
    given.retain(|value| !is_plain_word(value) && recognise(value).is_none() && !is_credential(value));
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_secret_is_no_cookie_and_attributes() {
        let redactor = Redactor::new(["ab;longsecretpart9".to_owned()]);
        for (field, secret) in [
            ("s=aa; Path=/", "aa"),
            ("s=ab;longsecretpart9; Path=/", "ab;longsecretpart9"),
            ("s=ab&#59;longsecretpart9; Path=/", "ab&#59;longsecretpart9"),
            ("s=x-ab&#x3b;longsecretpart9-y; Path=/", "x-ab&#x3b;longsecretpart9-y"),
            ("ab;longsecretpart9=1; Path=/", "ab;longsecretpart9=1"),
            ("lone", "lone"),
        ] {
            let part = secret_part("Set-Cookie", field, &redactor).and_then(|part| field.get(part));
            assert_eq!(part, Some(secret), "{field}");
        }
        assert_eq!(secret_part("X-Api-Key", "abc", &redactor), Some(0..3));
        assert_eq!(secret_part("X-Echo", "ab;longsecretpart9", &redactor), None);
    }

    #[test]
    fn what_an_answer_gives_away_is_no_word() {
        let fields = [
            ("Set-Cookie", "lang=english; Path=/"),
            ("Set-Cookie", "sid=s1d-17; Path=/"),
            ("X-Api-Key", "k3y-17"),
            ("Location", "https://ann:pw-171@host/x"),
            ("WWW-Authenticate", "Bearer token=\"t0k-17\", error=\"invalid_token\""),
            ("Content-Type", "application/json"),
        ];
        let body =
            r#"{"password": "must be longer", "h": [{"name": "Authorization", "value": "Bearer b3a-17"}]}"#;
        let mut given = given_by(&fields.into_iter().collect(), body);
        given.sort_unstable();
        assert_eq!(given, ["b3a-17", "k3y-17", "pw-171", "s1d-17", "t0k-17"]);
    }
}
