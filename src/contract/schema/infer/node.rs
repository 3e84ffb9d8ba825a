//! What was seen at one place: [`Node`], a commutative monoid under [`Node::merge`].

use indexmap::IndexMap;
use serde_json::Value;

use super::bits::Bits;
use super::kinds::Kinds;
use super::text::Text;
use crate::contract::pointer::Step;
use crate::placeholder::{Filler, Kind};

/// What was seen at one place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Node {
    /// How often the place was there.
    pub(super) n: u64,
    /// The kinds of the scalars.
    pub(super) kinds: Kinds,
    /// The kinds that placeholders claim.
    pub(super) claims: Kinds,
    /// The format that placeholders for strings claim.
    pub(super) claimed: Claimed,
    /// The strings that are no placeholders.
    pub(super) text: Option<Box<Text>>,
    /// The items of all arrays; `Some` also if each was empty.
    pub(super) items: Option<Box<Node>>,
    /// The members of all objects.
    pub(super) object: Option<Box<Object>>,
    /// Whether a whole number was beyond 2^53, where JavaScript and its kin round.
    pub(super) wide: bool,
    /// Where it was seen.
    pub(super) sources: Bits,
}

/// The objects of one place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Object {
    /// How many objects.
    pub(super) n: u64,
    /// Their members; two objects are equal whatever the order of theirs.
    pub(super) members: IndexMap<Box<str>, Member>,
}

/// A member of the objects of one place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Member {
    /// In how many of the objects it was.
    pub(super) present: u64,
    /// How often it was in an object again.
    pub(super) repeated: u64,
    /// Its values.
    pub(super) node: Node,
}

/// The format that all placeholders for strings at a place claim.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Claimed {
    /// No placeholder for a string.
    #[default]
    Nothing,
    /// All of them claim this one.
    Format(&'static str),
    /// One claims none, or two claim different ones.
    Several,
}

/// Neither empty nor of a format, nor a word of a list.
const HIDDEN: &str = "a hidden value";

fn kinds_of(kind: Kind) -> Kinds {
    match kind {
        Kind::Unknown => Kinds::ANY,
        Kind::String(_) => Kinds::STRING,
        Kind::Integer => Kinds::INTEGER,
        Kind::Number => Kinds::NUMBER,
        Kind::Boolean => Kinds::BOOLEAN,
        Kind::Array => Kinds::ARRAY,
        Kind::Object => Kinds::OBJECT,
    }
}

impl Claimed {
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, one) | (one, Self::Nothing) => one,
            (one, other) if one == other => one,
            _ => Self::Several,
        }
    }

    pub(super) fn format(self) -> Option<&'static str> {
        match self {
            Self::Format(name) => Some(name),
            Self::Nothing | Self::Several => None,
        }
    }
}

impl Node {
    /// Takes a placeholder as what it claims.
    /// A value of this kind was there, and is not shown: of a text without a format nothing else is known.
    pub(super) fn stand_in(&mut self, kind: Kind) {
        self.kinds |= kinds_of(kind);
        match kind {
            Kind::String(Some(_)) => {
                if let Value::String(text) = Filler::new(0).value(kind, "") {
                    self.text.get_or_insert_default().observe(&text);
                }
            }
            Kind::String(None) => self.text.get_or_insert_default().observe(HIDDEN),
            Kind::Unknown | Kind::Integer | Kind::Number | Kind::Boolean | Kind::Array | Kind::Object => {}
        }
    }

    pub(super) fn claim(&mut self, kind: Kind) {
        self.claims |= kinds_of(kind);
        if let Kind::String(format) = kind {
            self.claimed = self.claimed.and(format.map_or(Claimed::Several, Claimed::Format));
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.n += other.n;
        self.kinds |= other.kinds;
        self.claims |= other.claims;
        self.claimed = self.claimed.and(other.claimed);
        self.wide |= other.wide;
        self.sources.merge(&other.sources);
        if let Some(text) = other.text {
            self.text.get_or_insert_default().merge(*text);
        }
        if let Some(items) = other.items {
            self.items.get_or_insert_default().merge(*items);
        }
        if let Some(object) = other.object {
            self.object.get_or_insert_default().merge(*object);
        }
    }

    /// Whether a value that is neither null nor a placeholder was seen.
    pub(super) fn has_values(&self) -> bool {
        !(self.kinds - Kinds::NULL).is_empty() || self.items.is_some() || self.object.is_some()
    }

    /// Whether anything but a placeholder was seen.
    pub(super) fn is_shown(&self) -> bool {
        self.has_values() || self.kinds.contains(Kinds::NULL)
    }

    /// All kinds of value that were seen or claimed, arrays and objects among them.
    pub(super) fn all_kinds(&self) -> Kinds {
        let array = if self.items.is_some() { Kinds::ARRAY } else { Kinds::default() };
        let object = if self.object.is_some() { Kinds::OBJECT } else { Kinds::default() };
        self.kinds | self.claims | array | object
    }

    /// What would be here if the body had been read as documentation from the start.
    pub(super) fn documented(mut self) -> Self {
        if let Some(text) = self.text.take() {
            let (text, any_empty) = text.without_empty();
            self.claims |= if any_empty { Kinds::ANY } else { Kinds::default() };
            if text.is_none() {
                self.kinds = self.kinds - Kinds::STRING;
            }
            self.text = text.map(Box::new);
        }
        self.items = self.items.map(|items| Box::new(items.documented()));
        for member in self.object.iter_mut().flat_map(|object| object.members.values_mut()) {
            member.node = std::mem::take(&mut member.node).documented();
        }
        self
    }

    /// Calls for every place that is odd, with what is: array positions are `*`.
    pub(super) fn odd(&self, at: &str, tell: &mut impl FnMut(Oddity, &str)) {
        if self.wide {
            tell(Oddity::Wide, at);
        }
        if let Some(items) = &self.items {
            items.odd(&format!("{at}/{}", Step::Item), tell);
        }
        for (name, member) in self.object.iter().flat_map(|object| &object.members) {
            let at = format!("{at}/{}", Step::Member(name.as_ref().into()));
            member.node.odd(&at, tell);
            if member.repeated > 0 {
                tell(Oddity::Repeated, &at);
            }
        }
    }
}

/// What may be odd at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Oddity {
    /// The name was twice in one object.
    Repeated,
    /// A whole number was beyond 2^53.
    Wide,
}

impl Object {
    fn merge(&mut self, other: Self) {
        self.n += other.n;
        for (name, member) in other.members {
            let own = self.members.entry(name).or_default();
            own.present += member.present;
            own.repeated += member.repeated;
            own.node.merge(member.node);
        }
    }

    /// Everything that was seen under any name.
    pub(super) fn values(&self) -> Node {
        let mut all = Node::default();
        self.members.values().for_each(|member| all.merge(member.node.clone()));
        all
    }
}
