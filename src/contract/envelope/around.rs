//! Where an object of an answer stands ([`Around`]).

use super::asked::Asked;
use super::names;

/// Where an object stands.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own on the place")]
pub(super) struct Around<'a> {
    pub(super) asked: &'a Asked,
    /// How many items the list has whose item this is.
    pub(super) list: Option<usize>,
    /// Whether it stands below a list, at any depth.
    pub(super) below_list: bool,
    /// Whether the object around it names its kind.
    pub(super) of_kind: bool,
    /// Whether it belongs to a thing, or tells of an event that is over.
    pub(super) of_thing: bool,
    /// Whether it, or the list that it is in, has the name of a thing, and not of a part of the answer.
    pub(super) is_named: bool,
    pub(super) is_root: bool,
}

impl<'a> Around<'a> {
    /// Around a body.
    pub(super) fn root(asked: &'a Asked) -> Self {
        Self {
            asked,
            list: None,
            below_list: false,
            of_kind: false,
            of_thing: false,
            is_named: false,
            is_root: true,
        }
    }

    /// Around an item of a list.
    pub(super) fn items(self, count: usize) -> Self {
        Self { list: Some(count), below_list: true, is_root: false, ..self }
    }

    /// Around a member of an object that names its kind or not, and that is a thing or not.
    pub(super) fn member(self, name: &str, (of_kind, is_thing): (bool, bool)) -> Self {
        let is_named = !names::is_of_answer(name);
        // At the root an id may be that of the request.
        let owns = is_thing && (is_named || !self.is_root);
        Self {
            list: None,
            of_kind,
            of_thing: self.of_thing || owns || names::is_past(name),
            is_named,
            is_root: false,
            ..self
        }
    }
}
