//! What was seen at one place: [`Node`], a commutative monoid under [`Node::merge`].

use indexmap::IndexMap;
use serde_json::Value;

use super::bits::Bits;
use super::kinds::Kinds;
use super::names::Names;
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
    /// What stands under any name, in the place of the members once there are more than [`MOST_NAMES`].
    pub(super) crowd: Option<Box<Crowd>>,
}

/// More names than these at one place are data, whatever they are, and none of them is kept: a million
/// records may have a million.
pub(super) const MOST_NAMES: usize = 10_000;

/// The members of objects whose names are data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Crowd {
    /// What the names have in common.
    pub(super) names: Names,
    /// The values of all.
    pub(super) values: Node,
}

/// Where the values of a name are kept.
pub(super) enum Under<'o> {
    /// With the member at this index.
    Member(usize),
    /// With those of all names.
    Any(&'o mut Node),
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

    /// Whether all that was seen are texts, null aside.
    pub(super) fn is_of_texts(&self) -> bool {
        self.all_kinds() - Kinds::NULL == Kinds::STRING
    }

    /// Whether all that was seen are arrays, null aside.
    pub(super) fn is_of_arrays(&self) -> bool {
        self.all_kinds() - Kinds::NULL == Kinds::ARRAY
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
        if let Some(object) = &mut self.object {
            let crowd = object.crowd.iter_mut().map(|crowd| &mut crowd.values);
            for node in object.members.values_mut().map(|member| &mut member.node).chain(crowd) {
                *node = std::mem::take(node).documented();
            }
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
        if let Some(crowd) = self.object.iter().find_map(|object| object.crowd.as_ref()) {
            crowd.values.odd(&format!("{at}/{}", Step::AnyKey), tell);
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
            match self.under(&name) {
                Under::Member(index) => {
                    let Some((_, own)) = self.members.get_index_mut(index) else { continue };
                    own.present += member.present;
                    own.repeated += member.repeated;
                    own.node.merge(member.node);
                }
                Under::Any(node) => node.merge(member.node),
            }
        }
        if let Some(crowd) = other.crowd {
            self.crowded().merge(*crowd);
        }
    }

    /// Where the values of a name are kept.
    ///
    /// Which of the two it is in the end depends on how many names there are, and not on their order.
    pub(super) fn under(&mut self, name: &str) -> Under<'_> {
        if self.crowd.is_none() {
            let known = self.members.get_index_of(name);
            if let Some(index) = known {
                return Under::Member(index);
            }
            if self.members.len() < MOST_NAMES {
                return Under::Member(self.members.insert_full(name.into(), Member::default()).0);
            }
        }
        let crowd = self.crowded();
        crowd.names.observe(name);
        Under::Any(&mut crowd.values)
    }

    /// The members as a crowd, from now on.
    fn crowded(&mut self) -> &mut Crowd {
        let members = std::mem::take(&mut self.members);
        let crowd = self.crowd.get_or_insert_default();
        for (name, member) in members {
            crowd.names.observe(&name);
            crowd.values.merge(member.node);
        }
        crowd
    }

    /// What its names have in common.
    pub(super) fn names(&self) -> Names {
        if let Some(crowd) = &self.crowd {
            return crowd.names;
        }
        let mut names = Names::default();
        self.members.keys().for_each(|name| names.observe(name));
        names
    }

    /// Whether none of them has a member.
    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty() && self.crowd.is_none()
    }

    /// Everything that was seen under any name.
    pub(super) fn values(&self) -> Node {
        if let Some(crowd) = &self.crowd {
            return crowd.values.clone();
        }
        let mut all = Node::default();
        self.members.values().for_each(|member| all.merge(member.node.clone()));
        all
    }
}

impl Crowd {
    fn merge(&mut self, other: Self) {
        self.names.merge(other.names);
        self.values.merge(other.values);
    }
}
