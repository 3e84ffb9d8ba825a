//! Where objects are maps: the places at which the finished schema says so.

use std::collections::BTreeSet;

use super::maps::of as map_of;
use super::node::{Node, Object};
use crate::contract::pointer::Step;

/// Adds the places of maps at and below `at`. A body is 127 levels deep at most, and so is this.
pub(super) fn maps(real: Option<&Node>, doc: Option<&Node>, at: &str, found: &mut BTreeSet<String>) {
    if let (real, doc) =
        (real.and_then(|node| node.items.as_deref()), doc.and_then(|node| node.items.as_deref()))
        && (real.is_some() || doc.is_some())
    {
        maps(real, doc, &format!("{at}/{}", Step::Item), found);
    }
    let (real, doc) =
        (real.and_then(|node| node.object.as_deref()), doc.and_then(|node| node.object.as_deref()));
    if real.is_some() || doc.is_some() {
        of_objects(real, doc, at, found);
    }
}

fn of_objects(real: Option<&Object>, doc: Option<&Object>, at: &str, found: &mut BTreeSet<String>) {
    if map_of(real, doc).is_some() {
        found.insert(at.to_owned());
        let (real, doc) = (real.map(Object::values), doc.map(Object::values));
        maps(real.as_ref(), doc.as_ref(), &format!("{at}/{}", Step::AnyKey), found);
        return;
    }
    let objects = || real.into_iter().chain(doc);
    let members: BTreeSet<&str> =
        objects().flat_map(|object| object.members.keys()).map(AsRef::as_ref).collect();
    for member in members {
        let real = real.and_then(|object| object.members.get(member)).map(|member| &member.node);
        let doc = doc.and_then(|object| object.members.get(member)).map(|member| &member.node);
        maps(real, doc, &format!("{at}/{}", Step::Member(member.into())), found);
    }
}
