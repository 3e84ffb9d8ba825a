//! A set of JSON types.

use std::ops::{BitOr, BitOrAssign, Sub};

/// A set of JSON types; [`Kinds::ANY`] stands for a placeholder that claims none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(1 << 1);
    pub(super) const INTEGER: Self = Self(1 << 2);
    pub(super) const NUMBER: Self = Self(1 << 3);
    pub(super) const STRING: Self = Self(1 << 4);
    pub(super) const ARRAY: Self = Self(1 << 5);
    pub(super) const OBJECT: Self = Self(1 << 6);
    pub(super) const ANY: Self = Self(1 << 7);

    pub(super) fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The names of the scalar types, sorted, null last; `number` covers `integer`.
    pub(super) fn scalar_names(self) -> Vec<&'static str> {
        let integer = self.contains(Self::INTEGER) && !self.contains(Self::NUMBER);
        [
            (self.contains(Self::BOOLEAN), "boolean"),
            (integer, "integer"),
            (self.contains(Self::NUMBER), "number"),
            (self.contains(Self::STRING), "string"),
            (self.contains(Self::NULL), "null"),
        ]
        .into_iter()
        .filter_map(|(there, name)| there.then_some(name))
        .collect()
    }
}

impl BitOr for Kinds {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Kinds {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl Sub for Kinds {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}
