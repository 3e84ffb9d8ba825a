//! What stands in the place of a value that is kept from nobody's eyes: a value of the same class.
//!
//! The class of a text hangs on the text alone, and its stand-in is of the same class: the n-th text of a
//! class has the n-th stand-in. So equal texts have equal stand-ins, different ones different ones (as far as
//! the class has so many), and a stand-in at the same place is its own stand-in.

use jiff::civil::{DateTime, date};
use jiff::{SignedDuration, Timestamp};

use crate::contract::schema::infer::format_of;
use crate::contract::volatile::is_timestamp;

/// What a text is, as far as its stand-in must be the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Class {
    Uuid,
    Email,
    Ipv4,
    Ipv6,
    /// A day, or a moment in any form.
    Time,
    /// This many decimal digits; whether the number is beyond 64 bits.
    Digits(usize, bool),
    /// Letters and digits at these places, everything else as it is.
    Shape(String),
}

/// The class by which a text is recognised whatever it is called.
pub(super) fn recognised(text: &str) -> Option<Class> {
    match format_of(text) {
        Some("uuid") => Some(Class::Uuid),
        Some("email") => Some(Class::Email),
        Some("ipv4") => Some(Class::Ipv4),
        Some("ipv6") => Some(Class::Ipv6),
        Some("uri") => None,
        _ => is_timestamp(text).then_some(Class::Time),
    }
}

/// The class of any text.
pub(super) fn class(text: &str) -> Class {
    recognised(text).unwrap_or_else(|| {
        if is_digits(text) {
            Class::Digits(text.len(), text.parse::<u64>().is_err())
        } else {
            Class::Shape(shape(text))
        }
    })
}

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// The n-th stand-in, from 0, for a text of this class.
pub(super) fn stand_in(class: &Class, text: &str, n: u32) -> String {
    match class {
        Class::Uuid => format!("00000000-0000-4000-8000-{:012x}", u64::from(n) + 1),
        Class::Email => format!("user{}@example.com", u64::from(n) + 1),
        Class::Ipv4 => {
            let [_, b, c, d] = n.wrapping_add(1).to_be_bytes();
            format!("10.{b}.{c}.{d}")
        }
        Class::Ipv6 => format!("2001:db8::{:x}", n.wrapping_add(1) & 0xffff),
        Class::Time => moment(text, n).filter(|made| is_alike(text, made)).unwrap_or_else(|| text.to_owned()),
        Class::Digits(length, beyond) => digits(*length, *beyond, n),
        Class::Shape(_) => shaped(text, n),
    }
}

fn is_alike(text: &str, made: &str) -> bool {
    recognised(made) == Some(Class::Time) && format_of(made) == format_of(text)
}

/// `1000`, `1001`, …: a number of this length.
fn digits(length: usize, beyond: bool, n: u32) -> String {
    let n = u64::from(n);
    if let Ok(short @ 1..=18) = u32::try_from(length) {
        let first = 10_u64.pow(short - 1);
        return format!("{:0length$}", (first + n) % (first * 10));
    }
    let first = if beyond && length == 20 { '2' } else { '1' };
    format!("{first}{}{n:018}", "0".repeat(length.saturating_sub(19)))
}

/// Days from 2001-01-01 on, or seconds (minutes, where it has none), in the form of the text.
fn moment(text: &str, n: u32) -> Option<String> {
    let start = date(2001, 1, 1);
    let later = |seconds: i64| start.at(0, 0, 0, 0).checked_add(SignedDuration::from_secs(seconds)).ok();
    let n = i64::from(n) + 1;
    if text.as_bytes().get(4) != Some(&b'-') {
        let base: Timestamp = "2001-01-01T00:00:00Z".parse().ok()?;
        let moment = base.checked_add(SignedDuration::from_secs(n)).ok()?;
        return jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&moment).ok();
    }
    let day = |moment: DateTime| moment.strftime("%Y-%m-%d").to_string();
    let (_, rest) = text.split_at_checked(10)?;
    if rest.is_empty() {
        return later(n * 86_400).map(day);
    }
    let (separator, time) = rest.split_at_checked(1)?;
    let has_seconds = time.as_bytes().get(5) == Some(&b':');
    let moment = later(if has_seconds { n } else { n * 60 })?;
    let shown = if has_seconds { moment.strftime("%H:%M:%S") } else { moment.strftime("%H:%M") }.to_string();
    let tail = time.get(shown.len()..)?;
    // A fraction becomes zeros, an offset stays.
    let fraction =
        tail.strip_prefix('.').map_or(0, |tail| tail.bytes().take_while(u8::is_ascii_digit).count());
    let tail = if fraction == 0 {
        tail.to_owned()
    } else {
        format!(".{}{}", "0".repeat(fraction), tail.get(fraction + 1..)?)
    };
    Some(format!("{}{separator}{shown}{tail}", day(moment)))
}

/// How a web address begins; what it is depends on it.
fn scheme(text: &str) -> &str {
    ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme)).unwrap_or_default()
}

fn is_hex(text: &str) -> bool {
    text.len() >= 16 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The kind of each character: what may stand there instead.
fn shape(text: &str) -> String {
    let (scheme, hex) = (scheme(text), is_hex(text));
    let kinds = text.chars().skip(scheme.len()).map(|c| match c {
        '0'..='9' => '0',
        _ if c.is_uppercase() => 'A',
        _ if c.is_alphabetic() => 'a',
        _ => c,
    });
    let mark = if hex { "hex " } else { "" };
    format!("{mark}{scheme}{}", kinds.collect::<String>())
}

/// Counts with the letters and digits of the text as its wheels.
fn shaped(text: &str, n: u32) -> String {
    let (scheme, letters) = (scheme(text), if is_hex(text) { 6 } else { 26 });
    let mut left = u64::from(n);
    let mut turn = |wheel: u8, first: u8| {
        let place = u8::try_from(left % u64::from(wheel)).unwrap_or_default();
        left /= u64::from(wheel);
        char::from(first + place)
    };
    let rest: Vec<char> = text.chars().skip(scheme.len()).collect();
    let made: Vec<char> = rest
        .into_iter()
        .rev()
        .map(|c| match c {
            '0'..='9' => turn(10, b'0'),
            _ if c.is_uppercase() => turn(letters, b'A'),
            _ if c.is_alphabetic() => turn(letters, b'a'),
            _ => c,
        })
        .collect();
    scheme.chars().chain(made.into_iter().rev()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stand_in_is_of_the_class_of_what_it_stands_for() {
        for (text, first) in [
            ("988c2c6d-df1b-4bb9-b837-6ba706c0b4ad", "00000000-0000-4000-8000-000000000001"),
            ("ann.lee@corp.example", "user1@example.com"),
            ("192.0.2.7", "10.0.0.1"),
            ("fe80::1", "2001:db8::1"),
            ("2026-11-22", "2001-01-02"),
            ("2026-11-22T07:00:00Z", "2001-01-01T00:00:01Z"),
            ("2026-11-22t07:00:00.123+05:30", "2001-01-01t00:00:01.000+05:30"),
            ("2021-07-02T01:40", "2001-01-01T00:01"),
            ("2021-07-02 01:40:19", "2001-01-01 00:00:01"),
            ("Tue, 11 May 2021 12:02:23 GMT", "Mon, 01 Jan 2001 00:00:01 GMT"),
            ("738964000000291009", "100000000000000000"),
            ("42", "10"),
            ("7", "1"),
            ("18446744073709551615", "10000000000000000000"),
            ("18446744073709551616", "20000000000000000000"),
            ("1000.4f6b9c21cbb24f7e", "0000.0a0a0a00aaa00a0a"),
            ("4d8b6ee4f7d1d284c930a4e807480c5c", "0a0a0aa0a0a0a000a000a0a000000a0a"),
            ("+49 170 1234567", "+00 000 0000000"),
            ("Ünal", "Aaaa"),
            ("https://a.b/c", "https://a.a/a"),
        ] {
            let class = class(text);
            let made = stand_in(&class, text, 0);
            assert_eq!(made, first, "{text}");
            assert_eq!(super::class(&made), class, "{text} {made}");
            let second = stand_in(&class, text, 1);
            assert_ne!(made, second);
            assert_eq!((super::class(&second), format_of(&second)), (class, format_of(text)));
        }
    }
}
