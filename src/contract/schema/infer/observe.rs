//! From JSON into a [`Node`], without a tree of values between: one visitor over whatever serde can
//! read, a text or a value that is there already.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::bits::Bits;
use super::census::Tally;
use super::digits::{Digits, EXACT};
use super::kinds::Kinds;
use super::node::{Node, Object, Under};
use crate::contract::json::NUMBER;
use crate::placeholder;

/// Folds one value into a node.
pub(super) struct Fold<'n, 't> {
    pub(super) node: &'n mut Node,
    pub(super) way: Way<'t>,
}

/// How a body is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way<'t> {
    /// A generator wrote it: an empty string says that it knew nothing of the value.
    pub(super) documentation: bool,
    /// Where it comes from.
    pub(super) source: Option<u32>,
    /// Counts the strings, where it shows only at the end who wrote the body.
    pub(super) tally: Option<&'t Tally>,
}

impl<'de> DeserializeSeed<'de> for Fold<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        self.node.n += 1;
        if let Some(source) = self.way.source.and_then(|source| usize::try_from(source).ok()) {
            self.node.sources.insert(source);
        }
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Fold<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.node.kinds |= Kinds::NULL;
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.node.kinds |= Kinds::BOOLEAN;
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.node.kinds |= Kinds::INTEGER;
        self.node.wide |= value.unsigned_abs() > EXACT;
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.node.kinds |= Kinds::INTEGER;
        self.node.wide |= value > EXACT;
        Ok(())
    }

    // Beyond 64 bits nobody keeps a whole number whole: the writer means a number.
    fn visit_i128<E>(self, _: i128) -> Result<(), E> {
        self.node.kinds |= Kinds::NUMBER;
        self.node.wide = true;
        Ok(())
    }

    fn visit_u128<E>(self, _: u128) -> Result<(), E> {
        self.node.kinds |= Kinds::NUMBER;
        self.node.wide = true;
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.node.kinds |= Kinds::NUMBER;
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        if let Some(tally) = self.way.tally {
            tally.count(text);
        }
        if let Some(kind) = placeholder::scrubbed(text) {
            self.node.stand_in(kind);
            return Ok(());
        }
        match placeholder::recognise(text) {
            Some(kind) => self.node.claim(kind),
            None if self.way.documentation && text.is_empty() => self.node.claims |= Kinds::ANY,
            None => {
                self.node.kinds |= Kinds::STRING;
                self.node.text.get_or_insert_default().observe(text);
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let node = self.node.items.get_or_insert_default();
        while items.next_element_seed(Fold { node: &mut *node, way: self.way })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        match members.next_key_seed(First(&mut self.node.object))? {
            Some(Key::Number) => {
                let digits = members.next_value_seed(Digits)?;
                self.node.kinds |= digits.kind;
                self.node.wide |= digits.wide;
                Ok(())
            }
            first => {
                let object = self.node.object.get_or_insert_default();
                object.n += 1;
                fold_members(object, first, members, self.way)
            }
        }
    }
}

fn fold_members<'de, A: MapAccess<'de>>(
    object: &mut Object,
    first: Option<Key>,
    mut members: A,
    way: Way<'_>,
) -> Result<(), A::Error> {
    let mut seen = Bits::default();
    let mut key = first;
    while let Some(found) = key {
        let (node, guess) = match (found, &mut object.crowd) {
            (Key::Member(index), None) => {
                let Some((_, member)) = object.members.get_index_mut(index) else { return Ok(()) };
                if seen.insert(index) {
                    member.present += 1;
                } else {
                    member.repeated += 1;
                }
                // Records of one kind have their members in one order: look there first.
                (&mut member.node, index + 1)
            }
            // In a crowd no name is kept, so that none is known to come again.
            (_, Some(crowd)) => (&mut crowd.values, 0),
            (Key::Number | Key::Any, None) => return Ok(()),
        };
        members.next_value_seed(Fold { node, way })?;
        key = members.next_key_seed(Next { object: &mut *object, guess })?;
    }
    Ok(())
}

/// What a name stands for.
enum Key {
    /// The member at this index.
    Member(usize),
    /// Any name.
    Any,
    /// A number in the form of a map.
    Number,
}

/// The first name of a map, before it is known to be an object.
struct First<'o>(&'o mut Option<Box<Object>>);

impl<'de> DeserializeSeed<'de> for First<'_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Key, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for First<'_> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Key, E> {
        if name == NUMBER {
            return Ok(Key::Number);
        }
        Next { object: self.0.get_or_insert_default(), guess: 0 }.visit_str(name)
    }
}

/// A name of an object; at `guess` it stood in the last one.
struct Next<'o> {
    object: &'o mut Object,
    guess: usize,
}

impl<'de> DeserializeSeed<'de> for Next<'_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Key, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Next<'_> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Key, E> {
        if self.object.members.get_index(self.guess).is_some_and(|(known, _)| **known == *name) {
            return Ok(Key::Member(self.guess));
        }
        Ok(match self.object.under(name) {
            Under::Member(index) => Key::Member(index),
            Under::Any(_) => Key::Any,
        })
    }
}
