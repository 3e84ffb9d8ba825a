//! Text from outside made safe to look at: in a terminal, in the log of a CI server, in XML.
//!
//! Collections and servers are not trusted. An answer may hold the escape sequences that clear a
//! terminal, characters that XML 1.0 has no way to write, marks that turn the direction of a line
//! around, or the commands that CI servers read from the log of a step. [`line()`] and [`lines`]
//! write all of these out as visible text, `\u{1b}`.
//!
//! Invariants of both results: every character is one of XML 1.0 (§2.2, `Char`); none is a control
//! character (tab and line feed stay in [`lines`]), invisible, or a mark of direction. A text
//! without any of them comes back as it is.

use std::borrow::Cow;

pub(crate) use crate::suite::is_hidden;

/// The text in one line: line breaks and tabs become `\n`, `\r` and `\t`, written out.
///
/// ```
/// use uphold::report::escape::line;
///
/// assert_eq!(line("clear\u{1b}[2J\nand more"), r"clear\u{1b}[2J\nand more");
/// assert_eq!(line("häuser 🏠"), "häuser 🏠");
/// ```
pub fn line(text: &str) -> Cow<'_, str> {
    escape(text, false)
}

/// The text in its lines: line feeds and tabs stay, `\r\n` becomes a line feed.
///
/// The lines are not safe at the beginning of a line of a CI log (`::error::`, also behind
/// blanks): print a text of several lines with a mark of your own before each.
pub fn lines(text: &str) -> Cow<'_, str> {
    escape(text, true)
}

fn escape(text: &str, keep_lines: bool) -> Cow<'_, str> {
    let mut done = String::new();
    let mut copied = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        let next = at + c.len_utf8();
        let rest = text.get(next..).unwrap_or_default();
        if let Some(shown) = replacement(before, c, rest, keep_lines) {
            done.push_str(text.get(copied..at).unwrap_or_default());
            done.push_str(&shown);
            copied = next;
        }
        before = Some(c);
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    done.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(done)
}

/// What is written in the place of this character; `None` where it stays.
fn replacement(before: Option<char>, c: char, rest: &str, keep_lines: bool) -> Option<Cow<'static, str>> {
    match c {
        '\n' | '\t' if keep_lines => None,
        '\r' if keep_lines && rest.starts_with('\n') => Some(Cow::Borrowed("")),
        '\n' => Some(Cow::Borrowed("\\n")),
        '\t' => Some(Cow::Borrowed("\\t")),
        '\r' => Some(Cow::Borrowed("\\r")),
        _ if is_hidden(c) || opens_command(before, c, rest) => {
            Some(Cow::Owned(c.escape_unicode().to_string()))
        }
        _ => None,
    }
}

/// Whether this character completes the opening of a command that a CI server reads anywhere in a
/// line: `##[…]` (GitHub's old form), `##vso[…]` (Azure), `##teamcity[…]`, and
/// `[[ATTACHMENT|path]]` (GitLab and Jenkins, in `JUnit`'s `system-out`).
fn opens_command(before: Option<char>, c: char, rest: &str) -> bool {
    match (before, c) {
        (Some('#'), '#') => rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).starts_with('['),
        (Some('['), '[') => rest.starts_with("ATTACHMENT"),
        _ => false,
    }
}

/// Whether XML 1.0 can write the character (§2.2, `Char`).
#[cfg(test)]
pub(crate) fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dangerous_characters_become_visible() {
        for (text, shown) in [
            ("\u{1b}]0;title\u{7}", r"\u{1b}]0;title\u{7}"),
            ("\0\u{7f}\u{9b}31m", r"\u{0}\u{7f}\u{9b}31m"),
            ("user\u{202e}nimda", r"user\u{202e}nimda"),
            ("\u{feff}a\u{200b}b\u{2028}c", r"\u{feff}a\u{200b}b\u{2028}c"),
            ("\u{fffe}\u{ffff}\u{1fffe}", r"\u{fffe}\u{ffff}\u{1fffe}"),
            ("a\r\nb\rc\td", r"a\r\nb\rc\td"),
            ("##[error]x ##vso[task.y] # # [", r"#\u{23}[error]x #\u{23}vso[task.y] # # ["),
            ("[[ATTACHMENT|/etc/passwd]] [[1]]", r"[\u{5b}ATTACHMENT|/etc/passwd]] [[1]]"),
        ] {
            assert_eq!(line(text), shown);
        }
    }

    #[test]
    fn lines_keep_their_breaks() {
        assert_eq!(lines("a\r\nb\rc\td\n"), "a\nb\\rc\td\n");
    }

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(line("größer: {\"a\": [[1]]} ## heading ]]>"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn only_visible_xml_characters_are_left(text in any::<String>()) {
            let one = line(&text);
            prop_assert!(one.chars().all(|c| is_xml_char(c) && !is_hidden(c)), "{one:?}");
            let many = lines(&text);
            prop_assert!(many.chars().all(|c| matches!(c, '\n' | '\t') || !is_hidden(c)), "{many:?}");
            let twice = line(&one);
            prop_assert_eq!(twice.as_ref(), one.as_ref());
        }

        #[test]
        fn no_command_is_left(parts in prop::collection::vec("##|#|\\[|\\[\\[|vso|ATTACHMENT\\|| |\\]", 0..12)) {
            let shown = line(&parts.concat()).into_owned();
            let open = shown.match_indices("##").any(|(at, _)| {
                shown[at + 2..].trim_start_matches(|c: char| c.is_ascii_alphanumeric()).starts_with('[')
            });
            prop_assert!(!open && !shown.contains("[[ATTACHMENT"), "{shown:?}");
        }
    }
}
