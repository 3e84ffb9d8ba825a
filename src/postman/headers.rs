//! Header fields of a request: which of the saved ones are sent, and whether HTTP can hold them.

use std::collections::{HashMap, HashSet};

use crate::message::{field_bytes, is_close, is_framing};

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
    let shown = value.escape_debug();
    let Some(bytes) = field_bytes(value) else {
        return Some(format!("header `{name}`: value `{shown}` holds a character beyond Latin-1"));
    };
    if http::HeaderValue::from_bytes(&bytes).is_err() {
        return Some(format!("header `{name}`: value `{shown}` holds a line break or control character"));
    }
    None
}

/// The value with spaces in the place of control characters and of those beyond Latin-1.
pub(super) fn cleaned(value: &str) -> String {
    let faulty = |c: char| c.is_ascii_control() || u32::from(c) > 0xff;
    let clean: String = value.chars().map(|c| if faulty(c) { ' ' } else { c }).collect();
    clean.trim().to_owned()
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
    }
}
