//! Whether a body was recorded or written by a generator, by counting its strings.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::observe::Digits;
use crate::contract::json::NUMBER;
use crate::placeholder;

/// The strings of a body, and the placeholders among them.
#[derive(Default)]
pub(super) struct Census {
    strings: u64,
    placeholders: u64,
}

impl Census {
    pub(super) fn is_documentation(&self) -> bool {
        self.placeholders > 0 && self.placeholders * 2 >= self.strings
    }
}

/// Whether a generator wrote the text: a placeholder that does not stand for a value that was there.
pub(super) fn speaks_of_types(text: &str) -> bool {
    placeholder::recognise(text).is_some() && placeholder::scrubbed(text).is_none()
}

/// The same count, kept while a body is folded.
#[derive(Debug, Default)]
pub(super) struct Tally {
    strings: Cell<u64>,
    placeholders: Cell<u64>,
}

impl Tally {
    pub(super) fn count(&self, is_placeholder: bool) {
        self.strings.set(self.strings.get() + 1);
        self.placeholders.set(self.placeholders.get() + u64::from(is_placeholder));
    }

    pub(super) fn is_documentation(&self) -> bool {
        let (strings, placeholders) = (self.strings.get(), self.placeholders.get());
        Census { strings, placeholders }.is_documentation()
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
        self.strings += 1;
        self.placeholders += u64::from(speaks_of_types(text));
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
