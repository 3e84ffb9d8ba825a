//! Whether a body was recorded or written by a generator, by counting its strings.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::digits::Digits;
use super::recognise::format_of;
use crate::contract::json::NUMBER;
use crate::placeholder;

/// The strings of a body, and the placeholders among them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Census {
    strings: u64,
    /// Those that can be nothing else.
    placeholders: u64,
    /// Those that may be values, such as the word `string`.
    doubtful: u64,
    /// Whether a text is there that no generator makes up from a type.
    has_words: bool,
}

impl Census {
    fn count(&mut self, text: &str) {
        self.strings += 1;
        if speaks_of_types(text) {
            let doubtful = placeholder::may_be_a_value(text);
            self.doubtful += u64::from(doubtful);
            self.placeholders += u64::from(!doubtful);
        } else {
            // Of dates, ids and addresses generators write some that look real.
            self.has_words = self.has_words || !text.is_empty() && format_of(text).is_none();
        }
    }

    /// Whether at least half of the strings are placeholders; doubtful ones count only where no other
    /// text is a word of its own.
    pub(super) fn is_documentation(&self) -> bool {
        let placeholders = self.placeholders + if self.has_words { 0 } else { self.doubtful };
        placeholders > 0 && placeholders * 2 >= self.strings
    }
}

/// Whether a generator wrote the text: a placeholder that does not stand for a value that was there.
fn speaks_of_types(text: &str) -> bool {
    placeholder::recognise(text).is_some() && placeholder::scrubbed(text).is_none()
}

/// The same count, kept while a body is folded.
#[derive(Debug, Default)]
pub(super) struct Tally(Cell<Census>);

impl Tally {
    pub(super) fn count(&self, text: &str) {
        let mut census = self.0.get();
        census.count(text);
        self.0.set(census);
    }

    pub(super) fn is_documentation(&self) -> bool {
        self.0.get().is_documentation()
    }
}

impl<'de> DeserializeSeed<'de> for &mut Census {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Census {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i128<E>(self, _: i128) -> Result<(), E> {
        Ok(())
    }

    fn visit_u128<E>(self, _: u128) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.count(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(&mut *self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        match members.next_key_seed(IsNumber)? {
            Some(true) => members.next_value_seed(Digits).map(|_| ())?,
            Some(false) => members.next_value_seed(&mut *self)?,
            None => return Ok(()),
        }
        while members.next_key::<IgnoredAny>()?.is_some() {
            members.next_value_seed(&mut *self)?;
        }
        Ok(())
    }
}

struct IsNumber;

impl<'de> DeserializeSeed<'de> for IsNumber {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<bool, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for IsNumber {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<bool, E> {
        Ok(name == NUMBER)
    }
}
