//! Header fields of a request: which of the saved ones are sent, and whether HTTP can hold them.

use std::collections::{HashMap, HashSet};

use crate::message::{is_close, is_framing};

/// Whether a saved field belongs to the connection it was saved from, and is not repeated as it is:
/// framing and hop-by-hop fields but for `Connection: close`, `Expect`, and `Host`, which has a rule
/// of its own.
pub(super) fn is_of_connection(name: &str, value: &str) -> bool {
    (is_framing(name) && !is_close(name, value))
        || ["expect", "host"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Which of these names are sent: of names that differ only in case, those of one spelling, the
/// one that appeared last (Postman's runtime sends them so). Names of one spelling all stay.
pub(super) fn surviving(names: &[String]) -> Vec<bool> {
    let mut seen: HashSet<&str> = HashSet::new();
    let mut last: HashMap<String, &str> = HashMap::new();
    for name in names {
        if seen.insert(name) {
            last.insert(name.to_ascii_lowercase(), name);
        }
    }
    names.iter().map(|name| last.get(&name.to_ascii_lowercase()).is_some_and(|last| last == name)).collect()
}

/// What is wrong with a field, if anything: its name is no token, or its value holds a control
/// character such as a line break, which would begin another field, or one beyond Latin-1, for which
/// there is no byte (RFC 9110 §5.5).
pub(super) fn fault(name: &str, value: &str) -> Option<String> {
    if http::HeaderName::from_bytes(name.as_bytes()).is_err() {
        return Some(format!("header name `{}` is not a token", name.escape_debug()));
    }
    // The value may be a credential, with a character that came along when it was copied: it is not shown.
    let (position, odd) = value.chars().enumerate().find(|(_, c)| *c != '\t' && is_faulty(*c))?;
    let why = if u32::from(odd) > 0xff { "beyond Latin-1" } else { "a line break or control character" };
    Some(format!(
        "header `{name}`: character {} of its value is U+{:04X}, {why}",
        position + 1,
        u32::from(odd)
    ))
}

/// The value with spaces in the place of control characters and of those beyond Latin-1.
pub(super) fn cleaned(value: &str) -> String {
    let clean: String = value.chars().map(|c| if is_faulty(c) { ' ' } else { c }).collect();
    clean.trim().to_owned()
}

/// Whether no value may hold it. A tab may stand there (RFC 9110 §5.5), and is cleaned with the others.
fn is_faulty(c: char) -> bool {
    c.is_ascii_control() || u32::from(c) > 0xff
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surviving_of(names: &[&str]) -> Vec<bool> {
        surviving(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn of_several_spellings_the_last_one_is_sent() {
        assert_eq!(surviving_of(&["X-Dup", "X-Dup", "x-dup"]), [false, false, true]);
        assert_eq!(surviving_of(&["X-Dup", "x-dup", "X-Dup"]), [false, true, false]);
        assert_eq!(surviving_of(&["A", "A", "b"]), [true, true, true]);
    }

    #[test]
    fn what_would_break_the_head_is_a_fault() {
        assert_eq!(fault("X-U", "ü\tx"), None);
        for (name, value) in
            [("X Bad", "1"), ("", "1"), ("X\n", "1"), ("X", "a\r\nb"), ("X", "\0"), ("X", "漢")]
        {
            assert!(fault(name, value).is_some(), "{name:?} {value:?}");
        }
        let told = fault("Cookie", "sid=\tabc\u{202e}").unwrap();
        assert_eq!(told, "header `Cookie`: character 9 of its value is U+202E, beyond Latin-1");
    }

    proptest::proptest! {
        #[test]
        fn a_value_has_a_fault_where_http_cannot_hold_it(value in "[ -~\t\r\n\u{0}-\u{1f}\u{7f}-\u{120}]{0,6}") {
            let bytes = crate::message::field_bytes(&value);
            let holds = bytes.is_some_and(|bytes| http::HeaderValue::from_bytes(&bytes).is_ok());
            proptest::prop_assert_eq!(fault("X", &value).is_none(), holds);
        }
    }
}
