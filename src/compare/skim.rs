//! Whether a JSON text can be read as a value, without making one of it: a recorded body may have many
//! megabytes.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A JSON text that `serde_json` reads as a value: no deeper than its limit, every text Unicode.
pub(super) struct Skimmed;

impl<'de> Deserialize<'de> for Skimmed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Skim)
    }
}

struct Skim;

impl<'de> Visitor<'de> for Skim {
    type Value = Skimmed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Skimmed, E> {
        Ok(Skimmed)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Skimmed, E> {
        Ok(Skimmed)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Skimmed, E> {
        Ok(Skimmed)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Skimmed, E> {
        Ok(Skimmed)
    }

    fn visit_str<E>(self, _: &str) -> Result<Skimmed, E> {
        Ok(Skimmed)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Skimmed, A::Error> {
        while items.next_element::<Skimmed>()?.is_some() {}
        Ok(Skimmed)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Skimmed, A::Error> {
        while members.next_entry::<Skimmed, Skimmed>()?.is_some() {}
        Ok(Skimmed)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// What can be skimmed is what can be read.
    fn agree(text: &str) {
        let skimmed = serde_json::from_str::<Skimmed>(text).is_ok();
        assert_eq!(skimmed, serde_json::from_str::<Value>(text).is_ok(), "{text:.100}");
    }

    #[test]
    fn what_is_skimmed_can_be_read() {
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        for text in [
            r#"{"a": [1, -0, 1e400, 1.5, true, null, "\u00e9"], "a": {}}"#,
            "123456789012345678901234567890",
            r#"{"\ud800": 1}"#,
            r#"["\ud800"]"#,
            &deep(127),
            &deep(128),
            &deep(100_000),
            "[1] 2",
            "",
        ] {
            agree(text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_skimmed_as_it_is_read(text in "[\\[\\]{}\":,a-c0-9.eE+ \\\\ud-]{0,60}") {
            agree(&text);
        }
    }
}
