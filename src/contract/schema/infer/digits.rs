//! Numbers as `serde_json` hands them on with all of their digits.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};

use super::kinds::Kinds;

/// The largest whole number up to which a 64-bit float keeps every one.
pub(super) const EXACT: u64 = 1 << 53;

/// The digits of a number.
pub(super) struct Digits;

/// What the digits of a number say.
pub(super) struct Number {
    pub(super) kind: Kinds,
    /// A whole number beyond 2^53.
    pub(super) wide: bool,
}

impl<'de> DeserializeSeed<'de> for Digits {
    type Value = Number;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Number, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Digits {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
        let size = text.parse::<i64>().map(i64::unsigned_abs).or_else(|_| text.parse::<u64>());
        if let Ok(size) = size {
            return Ok(Number { kind: Kinds::INTEGER, wide: size > EXACT });
        }
        // An object may bear the name by chance, as it may in `serde_json` itself.
        text.parse::<serde_json::Number>().map_err(E::custom)?;
        let wide = text.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit());
        // Beyond 64 bits nobody keeps a whole number whole: the writer means a number.
        Ok(Number { kind: Kinds::NUMBER, wide })
    }
}
