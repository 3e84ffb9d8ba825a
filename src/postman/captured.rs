//! Values that were captured from the answers of a case's set-up ([`Captured`]).
//!
//! Such a value comes from the other side, so it is data and nothing else: what stands in it is
//! never looked up as a variable, and never read as a part of a URL, a header or a body. While a
//! request is made, a *mark* stands for it, a number of 40 digits that goes through every encoding
//! as it is; in the finished request each mark gives way to the value, in the encoding of its place
//! (`resolve::place`).
//!
//! Invariant: no text of a value is ever substituted, parsed or split; only auth that is computed
//! from a value (Basic, JWT, signatures) reads it, whole.

use indexmap::IndexMap;

use super::hash::fnv;

/// What every mark begins with. No id, time or amount of a real collection does.
const BEGIN: &str = "730016180339887498";

/// Digits behind the beginning.
const REST: usize = 22;

/// The captured variables of one case: their names, and as soon as they are there their values.
///
/// ```
/// use uphold::postman::Captured;
///
/// let mut captured = Captured::default();
/// captured.expect("id");
/// assert!(captured.names().eq(["id"]));
/// captured.set("id", "7".to_owned());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captured {
    values: IndexMap<String, Option<String>>,
}

impl Captured {
    /// A value will be captured under this name.
    pub fn expect(&mut self, name: &str) {
        self.values.entry(name.to_owned()).or_insert(None);
    }

    /// The value of a name; of several the last one counts.
    pub fn set(&mut self, name: &str, value: String) {
        self.values.insert(name.to_owned(), Some(value));
    }

    /// The names, in the order in which they came up.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether any value is there.
    pub(super) fn has_values(&self) -> bool {
        self.values.values().any(Option::is_some)
    }

    /// Whether the text stands for any of these values.
    pub fn stands_in(&self, text: &str) -> bool {
        self.marks(text.as_bytes()).next().is_some()
    }

    /// The text with the names in the place of the values: `{{id}}`.
    pub fn named(&self, text: &str) -> String {
        let named = self.put(text.as_bytes(), |mark| Ok::<_, ()>(format!("{{{{{}}}}}", mark.name)));
        named.ok().flatten().map_or_else(|| text.to_owned(), |bytes| lossy(&bytes))
    }

    /// The text with the values as they are; a name without a value keeps its mark.
    pub(super) fn revealed(&self, text: &str) -> String {
        let revealed = self.put(text.as_bytes(), |mark| Ok::<_, ()>(mark.value.to_owned()));
        revealed.ok().flatten().map_or_else(|| text.to_owned(), |bytes| lossy(&bytes))
    }

    /// The name and the mark of each, as a layer of variables.
    pub(super) fn marked(&self) -> impl Iterator<Item = (String, String)> {
        self.names().map(|name| (name.to_owned(), mark(name)))
    }

    /// The bytes with what `encoded` makes of each mark in its place; `None` where there is none.
    pub(super) fn put<E>(
        &self,
        bytes: &[u8],
        mut encoded: impl FnMut(&Mark<'_>) -> Result<String, E>,
    ) -> Result<Option<Vec<u8>>, E> {
        let mut out = Vec::new();
        let mut done = 0;
        for mark in self.marks(bytes) {
            out.extend_from_slice(bytes.get(done..mark.start).unwrap_or_default());
            out.extend_from_slice(encoded(&mark)?.as_bytes());
            done = mark.start + BEGIN.len() + REST;
        }
        if done == 0 {
            return Ok(None);
        }
        out.extend_from_slice(bytes.get(done..).unwrap_or_default());
        Ok(Some(out))
    }

    /// Every mark, in order.
    fn marks<'m>(&'m self, bytes: &'m [u8]) -> impl Iterator<Item = Mark<'m>> {
        let marks: Vec<(String, &str, Option<&str>)> =
            self.values.iter().map(|(name, value)| (mark(name), name.as_str(), value.as_deref())).collect();
        let mut at = 0;
        std::iter::from_fn(move || {
            if marks.is_empty() {
                return None;
            }
            loop {
                let start = at + find(bytes.get(at..)?, BEGIN.as_bytes())?;
                let text = bytes.get(start..start + BEGIN.len() + REST)?;
                if let Some((_, name, value)) = marks.iter().find(|(mark, ..)| mark.as_bytes() == text) {
                    at = start + text.len();
                    return Some(Mark { start, name, value: value.unwrap_or_default() });
                }
                at = start + 1;
            }
        })
    }
}

/// The place of a captured value in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark<'c> {
    /// Where it begins, in bytes.
    pub(super) start: usize,
    /// The name of the variable.
    pub(super) name: &'c str,
    /// Its value; empty before it is there.
    pub(super) value: &'c str,
}

/// The mark of a name: digits alone, so that no encoding touches it, and as a bare JSON literal it is
/// a number.
fn mark(name: &str) -> String {
    let hash = u128::from(fnv(name.as_bytes())) << 64 | u128::from(fnv(format!("{name}:").as_bytes()));
    format!("{BEGIN}{:0width$}", hash % 10_u128.pow(22), width = REST)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut at = 0;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == first)?;
        if bytes.get(at..)?.starts_with(wanted) {
            return Some(at);
        }
        at += 1;
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_mark_is_a_number_of_forty_digits_and_another_one_for_each_name() {
        let marks: std::collections::BTreeSet<String> = (0..100).map(|n| mark(&format!("x{n}"))).collect();
        assert_eq!(marks.len(), 100);
        for text in marks {
            assert!(text.len() == 40 && text.bytes().all(|b| b.is_ascii_digit()), "{text}");
            assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|v| v.is_number()));
        }
    }

    #[test]
    fn a_name_without_a_value_shows_as_its_name() {
        let mut captured = Captured::default();
        captured.expect("id");
        let text = format!("/users/{}?x=1", mark("id"));
        assert_eq!(captured.named(&text), "/users/{{id}}?x=1");
        assert!(captured.stands_in(&text) && !captured.stands_in("/users/730016180339887498"));
    }

    proptest! {
        #[test]
        fn values_stand_where_their_marks_stood(texts in any::<Vec<String>>(), a in any::<String>(), b in any::<String>()) {
            let mut captured = Captured::default();
            captured.set("a", a.clone());
            captured.set("b", b.clone());
            let marked: String = texts.iter().flat_map(|text| [text.clone(), mark("a"), mark("b")]).collect();
            let expected: String = texts.iter().flat_map(|text| [text.clone(), a.clone(), b.clone()]).collect();
            prop_assert_eq!(captured.revealed(&marked), expected);
        }
    }
}
