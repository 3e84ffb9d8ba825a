//! Long texts cut to what a person reads: the head and the tail, and how much is missing between.

use std::borrow::Cow;

use crate::postman::hash::fnv;

/// At most about `limit` bytes of the text, in one line.
pub(crate) fn line(text: &str, limit: usize) -> Cow<'_, str> {
    cut(text, limit, " ")
}

/// At most about `limit` bytes of the text; the note on what is missing has its own line.
pub(crate) fn lines(text: &str, limit: usize) -> Cow<'_, str> {
    cut(text, limit, "\n")
}

/// The first `limit` characters of the text, with a mark where some are left out.
pub(crate) fn beginning(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

/// How many characters of a place or another name are shown.
const SHOWN_NAME: usize = 240;

/// A place in an answer, or another name by which things are told apart: where it is long, its
/// beginning and a hash of the whole (FNV-1a, 64 bits), so that two of them stay two.
pub(crate) fn name(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN_NAME) {
        Some((end, _)) => {
            let beginning = text.get(..end).unwrap_or_default();
            Cow::Owned(format!("{beginning}…#{:016x}", fnv(text.as_bytes())))
        }
        None => Cow::Borrowed(text),
    }
}

/// Three quarters of the limit are given to the head. The note itself comes on top, so the result
/// may be longer than the limit by `NOTE` bytes.
fn cut<'t>(text: &'t str, limit: usize, around: &str) -> Cow<'t, str> {
    if text.len() <= limit {
        return Cow::Borrowed(text);
    }
    let head = text.floor_char_boundary(limit / 4 * 3);
    let tail = text.ceil_char_boundary(text.len() - limit / 4);
    let (before, after) = (text.get(..head).unwrap_or_default(), text.get(tail..).unwrap_or_default());
    Cow::Owned(format!("{before}{around}… {} bytes left out …{around}{after}", tail - head))
}

/// The most that the note on what is missing takes, in bytes.
#[cfg(test)]
pub(crate) const NOTE: usize = 48;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn head_and_tail_stay() {
        let text = format!("{}{}", "a".repeat(100), "z".repeat(100));
        assert_eq!(line(&text, 8), "aaaaaa … 192 bytes left out … zz");
        assert_eq!(lines(&text, 8), "aaaaaa\n… 192 bytes left out …\nzz");
        assert!(matches!(line(&text, 200), Cow::Borrowed(_)));
    }

    #[test]
    fn a_beginning_has_a_mark_where_it_is_cut() {
        assert_eq!(beginning("üüüü", 3), "üüü…");
        assert!(matches!(beginning("üüü", 3), Cow::Borrowed(_)));
    }

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let long = |end: &str| format!("/{}{end}", "ü".repeat(100_000));
        let (one, two) = (long("a"), long("b"));
        assert_ne!(name(&one), name(&two));
        assert_eq!(name(&one), name(&one.clone()));
        assert_eq!(name(&one).chars().count(), SHOWN_NAME + 18);
        assert!(matches!(name("/users/*/id"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn the_limit_holds(text in any::<String>(), limit in 0usize..64) {
            prop_assert!(line(&text, limit).len() <= limit + NOTE);
        }
    }
}
