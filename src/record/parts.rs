//! What of a longer text speaks of somebody: parts that are recognised by their form alone.
//!
//! Strict on purpose, so that ordinary sentences, version numbers, dates and hashes stay: each part stands
//! alone (no letter or digit beside it), and what has a check digit has the right one.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use crate::contract::formats::uuid;
use crate::contract::schema::infer::format_of;

/// The length of a UUID.
const UUID: usize = 36;
/// Digits of a phone number: E.164 has at most 15.
const PHONE: std::ops::RangeInclusive<usize> = 8..=15;
/// Digits of a payment card (ISO/IEC 7812-1).
const CARD: std::ops::RangeInclusive<usize> = 13..=19;
/// Characters of an IBAN (ISO 13616).
const IBAN: std::ops::RangeInclusive<usize> = 15..=34;
/// Before a number in four parts they say that it is a version.
const VERSIONS: [&str; 5] = ["version", "release", "build", "ver.", "firmware"];

/// Parts whose stand-ins are of a form that is recognised again: e-mail addresses, UUIDs, IP addresses.
pub(super) fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut found = mailboxes(text);
    found.extend(uuids(text));
    found.extend(words(text, |c| c.is_ascii_digit() || c == '.').filter_map(|word| ipv4(text, &word)));
    found.extend(words(text, |c| c.is_ascii_hexdigit() || c == ':').filter(|word| is_ipv6(text, word)));
    found
}

/// Parts of which the form alone is left: tokens (RFC 7519), phone numbers with `+`, card numbers, bank
/// accounts.
pub(super) fn numbers(text: &str) -> Vec<Range<usize>> {
    let is_jwt = |word: &Range<usize>| {
        let word = text.get(word.clone()).unwrap_or_default();
        word.starts_with("eyJ") && word.len() >= 20 && word.bytes().filter(|b| *b == b'.').count() == 2
    };
    let of_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut found: Vec<Range<usize>> =
        words(text, of_token).map(|word| without_dots(text, word)).filter(is_jwt).collect();
    let starts = words(text, |c| c.is_ascii_alphanumeric());
    found.extend(starts.filter_map(|word| account(text, word)));
    found.extend(text.match_indices('+').filter_map(|(at, _)| phone(text, at)));
    found
}

/// E-mail addresses whose `@` is percent-encoded (RFC 3986 §2.1): where they stand, and the addresses.
pub(super) fn encoded_mailboxes(text: &str) -> Vec<(Range<usize>, String)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "%._+-".contains(c);
    let decoded = |word: Range<usize>| {
        let word = without_dots(text, word);
        let plain = text.get(word.clone())?.replace("%40", "@").replace("%2B", "+").replace("%2b", "+");
        (plain.contains('@') && format_of(&plain) == Some("email")).then_some((word, plain))
    };
    if text.contains("%40") { words(text, is_part).filter_map(decoded).collect() } else { Vec::new() }
}

/// The e-mail addresses in a text.
pub(super) fn mailboxes(text: &str) -> Vec<Range<usize>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "@._+-".contains(c);
    let is_mailbox = |word: &Range<usize>| {
        let word = text.get(word.clone()).unwrap_or_default();
        word.contains('@') && format_of(word) == Some("email")
    };
    words(text, is_part).map(|word| without_dots(text, word)).filter(is_mailbox).collect()
}

/// The longest runs of such characters.
fn words(text: &str, is_part: impl Fn(char) -> bool + Copy) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let start = at + rest.find(is_part)?;
        let rest = text.get(start..)?;
        at = start + rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        Some(start..at)
    })
}

/// The word without the dots and dashes around it.
fn without_dots(text: &str, word: Range<usize>) -> Range<usize> {
    let written = text.get(word.clone()).unwrap_or_default();
    let start = word.start + written.len() - written.trim_start_matches(['.', '-']).len();
    let end = word.end - (written.len() - written.trim_end_matches(['.', '-']).len());
    start..end.max(start)
}

/// Whether no letter or digit is beside it, nor what makes it a part of a longer name or number.
fn stands_alone(text: &str, part: &Range<usize>) -> bool {
    let before = text.get(..part.start).and_then(|before| before.chars().next_back());
    let mut behind = text.get(part.end..).unwrap_or_default().chars();
    let (next, then) = (behind.next(), behind.next());
    let goes_on = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let is_fraction = next == Some('.') && then.is_some_and(char::is_alphanumeric);
    !before.is_some_and(|c| goes_on(c) || c == '.') && !next.is_some_and(goes_on) && !is_fraction
}

fn uuids(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_alone = |part: &Range<usize>| {
        let before = text.get(..part.start).and_then(|before| before.chars().next_back());
        let behind = text.get(part.end..).and_then(|behind| behind.chars().next());
        ![before, behind].into_iter().flatten().any(char::is_alphanumeric)
    };
    let is_uuid = |part: &Range<usize>| text.get(part.clone()).is_some_and(uuid);
    let first = text.match_indices('-').filter_map(|(at, _)| at.checked_sub(8));
    first.map(|start| start..start + UUID).filter(move |part| is_uuid(part) && is_alone(part))
}

/// Four numbers that are no version.
fn ipv4(text: &str, word: &Range<usize>) -> Option<Range<usize>> {
    let word = without_dots(text, word.clone());
    let numbers = text.get(word.clone())?.parse::<Ipv4Addr>().ok()?.octets();
    let before = text.get(..word.start)?;
    let of_path = before.ends_with('/') && !before.ends_with("//");
    let said = before.trim_end().to_ascii_lowercase();
    let is_version = VERSIONS.iter().any(|version| said.ends_with(version));
    // `1.2.3.4` is a version more often.
    let is_large = numbers.iter().any(|number| *number >= 10);
    (is_large && stands_alone(text, &word) && !of_path && !is_version).then_some(word)
}

fn is_ipv6(text: &str, word: &Range<usize>) -> bool {
    let written = text.get(word.clone()).unwrap_or_default();
    // `dad::bed` is a name as likely.
    let is_number = written.len() >= 6 && written.contains(|c: char| c.is_ascii_digit());
    is_number && written.parse::<Ipv6Addr>().is_ok() && stands_alone(text, word)
}

/// `+49 170 1234567`: country codes begin with no zero (E.164).
fn phone(text: &str, at: usize) -> Option<Range<usize>> {
    let before = text.get(..at)?.chars().next_back();
    let rest = text.get(at + 1..)?;
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '.');
    let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let number = rest.get(..end)?.trim_end_matches(|c: char| !c.is_ascii_digit());
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let begins = number.starts_with(|c: char| ('1'..='9').contains(&c));
    let part = at..at + 1 + number.len();
    let behind = text.get(part.end..)?.chars().next();
    let is_alone = ![before, behind].into_iter().flatten().any(|c| c.is_alphanumeric() || c == ':');
    (begins && PHONE.contains(&digits) && is_alone).then_some(part)
}

/// A card number or bank account that begins with this word, in one or in groups of four.
fn account(text: &str, word: Range<usize>) -> Option<Range<usize>> {
    let is_account = |part: &Range<usize>| {
        let plain: String = text.get(part.clone()).unwrap_or_default().replace([' ', '-'], "");
        (is_card(&plain) || is_iban(&plain)) && stands_alone(text, part)
    };
    if is_account(&word) {
        return Some(word);
    }
    let mut part = word.clone();
    let mut longest = None;
    if word.len() != 4 {
        return None;
    }
    while let Some(next) = text.get(part.end..).filter(|rest| rest.starts_with([' ', '-'])) {
        let group = next.get(1..).unwrap_or_default();
        let length = group.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(group.len());
        if !(1..=4).contains(&length) {
            break;
        }
        part.end += 1 + length;
        longest = Some(part.clone()).filter(is_account).or(longest);
        if length < 4 || part.len() > 2 * *IBAN.end() {
            break;
        }
    }
    longest
}

/// With the check digit of Luhn (ISO/IEC 7812-1, annex B), and a first digit of those who issue cards.
fn is_card(digits: &str) -> bool {
    let doubled = |(at, digit): (usize, u32)| match digit * 2 {
        twice if at % 2 == 1 => twice / 10 + twice % 10,
        _ => digit,
    };
    let sum: u32 = digits.chars().rev().filter_map(|c| c.to_digit(10)).enumerate().map(doubled).sum();
    CARD.contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && digits.starts_with(['3', '4', '5', '6'])
        && sum.is_multiple_of(10)
}

/// With the check digits of ISO 7064 (MOD 97-10).
fn is_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(country), Some(check)) = (bytes.get(..2), bytes.get(2..4)) else { return false };
    let turned = text.chars().skip(4).chain(text.chars().take(4));
    let rest = turned.filter_map(|c| c.to_digit(36)).fold(0, |rest: u32, digit| {
        if digit < 10 { (rest * 10 + digit) % 97 } else { (rest * 100 + digit) % 97 }
    });
    IBAN.contains(&text.len())
        && country.iter().all(u8::is_ascii_uppercase)
        && check.iter().all(u8::is_ascii_digit)
        && check > b"01".as_slice()
        && bytes.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<&str> {
        let mut found = [addresses(text), numbers(text)].concat();
        found.sort_by_key(|range| range.start);
        found.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn parts_are_recognised_by_their_form() {
        for (text, wanted) in [
            (
                "order ff6289b7-e785-40e8-ab2a-a05afc135566 of jane.doe@corp.example, from 10.1.2.3.",
                &["ff6289b7-e785-40e8-ab2a-a05afc135566", "jane.doe@corp.example", "10.1.2.3"][..],
            ),
            (
                "https://x.example/a-ff6289b7-e785-40e8-ab2a-a05afc135566/x",
                &["ff6289b7-e785-40e8-ab2a-a05afc135566"],
            ),
            ("http://192.0.2.7:8080/a and [2001:db8::7]", &["192.0.2.7", "2001:db8::7"]),
            ("call +49 170 555-1234 or (+1 202.555.0143)", &["+49 170 555-1234", "+1 202.555.0143"]),
            (
                "to DE89370400440532013000 or DE89 3704 0044 0532 0130 00.",
                &["DE89370400440532013000", "DE89 3704 0044 0532 0130 00"],
            ),
            (
                "card 4111 1111 1111 1111, 5500-0000-0000-0004, 4111111111111111",
                &["4111 1111 1111 1111", "5500-0000-0000-0004", "4111111111111111"],
            ),
            (
                "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl.",
                &["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"],
            ),
        ] {
            assert_eq!(parts(text), wanted, "{text}");
        }
        let encoded = encoded_mailboxes("https://x.example/?email=jane.doe%40corp.example&a=%40");
        assert_eq!(
            encoded.iter().map(|(_, mail)| mail.as_str()).collect::<Vec<_>>(),
            ["jane.doe@corp.example"]
        );
    }

    #[test]
    fn what_is_harmless_is_none() {
        for text in [
            "version 10.2.3.4 of app/10.0.0.1, app 1.2.3.4, v10.2.3.4, 1.2.3.4.5, build 10.20.30.40",
            "2026-11-22T07:00:00+01:00, 2026-11-22, 1762000000000",
            "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "4111111111111112, DE88370400440532013000, +00 000 0000000, C++ 17, 1+1000000000",
            "std::fs, dad::bed, 12:30:45, 0:1:2",
            "Please call us at 9 to 5, 24/7.",
            "AB12 three four",
        ] {
            assert_eq!(parts(text), Vec::<&str>::new(), "{text}");
        }
    }
}
