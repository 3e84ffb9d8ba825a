//! Recognisers of formats that practically no other text has. Each is stricter than the check of
//! the format, so that a text which is recognised is never refused.
//!
//! Not recognised on purpose: `time`, `duration`, `hostname`, `regex`, base64 and phone numbers,
//! which ordinary words and numbers resemble, and dates without an offset.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::contract::formats;

/// A set of formats: those that every text seen so far has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Formats(u16);

type Recogniser = fn(&str) -> bool;

/// Each format by its bit, with its name in JSON Schema.
const NAMED: [(u16, &str, Recogniser); 7] = [
    (1, "date-time", date_time),
    (1 << 1, "date", formats::date),
    (1 << 2, "uuid", formats::uuid),
    (1 << 3, "uri", web_address),
    (1 << 4, "email", mailbox),
    (1 << 5, "ipv4", ipv4),
    (1 << 6, "ipv6", ipv6),
];

const DIGITS: u16 = 1 << 7;
/// Digits, and at least as many as ids have: 12.
const LONG_DIGITS: u16 = 1 << 8;

/// Hexadecimal digits, at least 16, one of them decimal: keys such as hashes.
const HEX: u16 = 1 << 9;

const ALL: u16 = (1 << 10) - 1;

impl Default for Formats {
    /// What no text has been seen of yet.
    fn default() -> Self {
        Self(ALL)
    }
}

impl Formats {
    /// Only the formats stay that this text has, too.
    pub(super) fn narrow(&mut self, text: &str) {
        if self.0 == 0 {
            return;
        }
        for (bit, _, recognises) in NAMED {
            if self.0 & bit != 0 && !recognises(text) {
                self.0 &= !bit;
            }
        }
        if self.0 & DIGITS != 0 && !digits(text) {
            self.0 &= !(DIGITS | LONG_DIGITS);
        }
        if self.0 & LONG_DIGITS != 0 && text.len() < 12 {
            self.0 &= !LONG_DIGITS;
        }
        if self.0 & HEX != 0 && !hex(text) {
            self.0 &= !HEX;
        }
    }

    /// Those that both have.
    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The name of the format in JSON Schema.
    pub(super) fn name(self) -> Option<&'static str> {
        NAMED.iter().find(|(bit, ..)| self.0 & bit != 0).map(|(_, name, _)| *name)
    }

    pub(super) fn is_digits(self) -> bool {
        self.0 & DIGITS != 0
    }

    pub(super) fn is_long_digits(self) -> bool {
        self.0 & LONG_DIGITS != 0
    }

    pub(super) fn is_hex(self) -> bool {
        self.0 & HEX != 0
    }
}

/// The format of one text.
pub(crate) fn format_of(text: &str) -> Option<&'static str> {
    let mut formats = Formats::default();
    formats.narrow(text);
    formats.name()
}

pub(super) fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn hex(text: &str) -> bool {
    text.len() >= 16
        && text.bytes().all(|b| b.is_ascii_hexdigit())
        && text.bytes().any(|b| b.is_ascii_digit())
}

fn date_time(text: &str) -> bool {
    text.as_bytes().get(10) == Some(&b'T') && formats::date_time(text)
}

fn ipv4(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

fn ipv6(text: &str) -> bool {
    text.contains(':') && text.parse::<Ipv6Addr>().is_ok()
}

/// `http` or `https`, a host of names or an IPv4 address, perhaps a port, and the rest in the
/// characters that RFC 3986 allows.
fn web_address(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
        return false;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    let valid_port = (1..=5).contains(&port.len()) && digits(port) && port.parse::<u16>().is_ok();
    valid_port && host.split('.').all(is_label) && is_path(path)
}

fn is_path(text: &str) -> bool {
    let mut bytes = text.bytes();
    let mut fragments = 0;
    while let Some(byte) = bytes.next() {
        let good = match byte {
            b'%' => [bytes.next(), bytes.next()].iter().all(|b| b.is_some_and(|b| b.is_ascii_hexdigit())),
            b'#' => {
                fragments += 1;
                fragments == 1
            }
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte),
        };
        if !good {
            return false;
        }
    }
    true
}

/// A plain mailbox: `first.last+tag@example.com`.
fn mailbox(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let is_atom = |atom: &str| {
        !atom.is_empty() && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+-".contains(&b))
    };
    let last_is_word = domain.rsplit('.').next().is_some_and(|l| l.bytes().all(|b| b.is_ascii_alphabetic()));
    local.len() <= 64
        && domain.len() <= 253
        && domain.contains('.')
        && last_is_word
        && local.split('.').all(is_atom)
        && domain.split('.').all(is_label)
}

/// A label of a host name (RFC 1123 §2.1), without the two hyphens that IDNA keeps for itself.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.get(2..4) != Some("--")
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::contract::schema::Schema;

    #[test]
    fn formats_are_recognised() {
        for (text, format) in [
            ("2021-05-11T12:57:36+00:00", Some("date-time")),
            ("2021-05-11", Some("date")),
            ("988c2c6d-df1b-4bb9-b837-6ba706c0b4ad", Some("uuid")),
            ("https://x.y:8080/z?a=%20#b", Some("uri")),
            ("a.b+c@ex-ample.co", Some("email")),
            ("10.0.0.1", Some("ipv4")),
            ("2001:db8::1", Some("ipv6")),
            ("2021-02-30", None),
            ("2021-07-02T01:40:19", None),
            ("https://x.y/%zz", None),
            ("https://x.y:99999/", None),
            ("https://x y/", None),
            ("a..b@c.de", None),
            ("a@b", None),
            ("1.2.3", None),
            ("12:30", None),
            ("", None),
        ] {
            assert_eq!(format_of(text), format, "{text}");
        }
    }

    const SEEDS: &[&str] = &[
        "2021-05-11T12:57:36.5+00:00",
        "2021-05-11",
        "988c2c6d-df1b-4bb9-b837-6ba706c0b4ad",
        "https://user.example.com:8080/a/b?c=%20d&e=f#g",
        "http://10.0.0.1/x--y",
        "first.last+tag@mail.ex-ample.com",
        "192.0.2.255",
        "2001:db8::192.0.2.1",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        /// One to three characters of a good text become others: what is still recognised must be
        /// accepted by the check.
        #[test]
        fn stricter_than_the_check(
            seed in prop::sample::select(SEEDS),
            changes in prop::collection::vec((any::<prop::sample::Index>(), "[0-9a-zA-Z.:@/%#?+, _<>\\[\\]é-]{0,2}"), 1..4),
        ) {
            let mut text: Vec<String> = seed.chars().map(String::from).collect();
            for (at, new) in changes {
                let at = at.index(text.len());
                text[at] = new;
            }
            let text = text.concat();
            if let Some(format) = format_of(&text) {
                let schema = Schema::compile(json!({"format": format})).unwrap();
                prop_assert!(schema.accepts(&json!(text)), "{} is no {}", text, format);
            }
        }
    }
}
