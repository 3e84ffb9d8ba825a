//! Texts from outside as pieces of TOML: keys, values, and words of a comment.

use std::fmt::Write as _;

use crate::suite::is_hidden;

/// The text as a key: bare where it may be, else quoted.
pub(super) fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { value(name) }
}

/// The text as a value on one line: a basic string of TOML. Not by the `toml` crate: that writes line breaks into it, and
/// leaves what is invisible as it is.
pub(super) fn value(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if is_hidden(c) => {
                let _ = write!(quoted, "\\U{:08x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// The text as words of a comment: on one line, and all of it visible.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars() {
        if is_hidden(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn toml_reads_back_what_was_written(name in any::<String>(), text in any::<String>()) {
            let written = format!("{} = {}", key(&name), value(&text));
            let read: toml::Table = written.parse().unwrap();
            prop_assert_eq!(read.get(&name).and_then(toml::Value::as_str), Some(text.as_str()));
            prop_assert!(!written.contains(is_hidden), "{}", written);
        }

        #[test]
        fn words_of_a_comment_stay_in_their_line(text in any::<String>()) {
            prop_assert!(!shown(&text).contains(is_hidden));
        }
    }
}
