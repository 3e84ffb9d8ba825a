//! Where objects stand, and where they are maps: the places at which the finished schema says so.

use std::collections::BTreeSet;

use super::node::{Node, Object};
use super::rules::MapRules;
use crate::contract::pointer::Step;

/// The places of objects, and of those that are maps.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// All.
    pub(super) objects: BTreeSet<String>,
    /// Those whose names are data.
    pub(super) maps: BTreeSet<String>,
}

impl Places {
    /// Those of a body. It is 127 levels deep at most, and so is this.
    pub(super) fn of(real: &Node, doc: &Node, rules: &MapRules) -> Self {
        let mut places = Self::default();
        places.add(Some(real), Some(doc), "", rules);
        places
    }

    fn add(&mut self, real: Option<&Node>, doc: Option<&Node>, at: &str, rules: &MapRules) {
        if let (real, doc) =
            (real.and_then(|node| node.items.as_deref()), doc.and_then(|node| node.items.as_deref()))
            && (real.is_some() || doc.is_some())
        {
            self.add(real, doc, &format!("{at}/{}", Step::Item), rules);
        }
        let (real, doc) =
            (real.and_then(|node| node.object.as_deref()), doc.and_then(|node| node.object.as_deref()));
        if real.is_some() || doc.is_some() {
            self.objects.insert(at.to_owned());
            self.add_below(real, doc, at, rules);
        }
    }

    fn add_below(&mut self, real: Option<&Object>, doc: Option<&Object>, at: &str, rules: &MapRules) {
        if rules.map(real, doc, || at.to_owned()).is_some() {
            self.maps.insert(at.to_owned());
            let (real, doc) = (real.map(Object::values), doc.map(Object::values));
            self.add(real.as_ref(), doc.as_ref(), &format!("{at}/{}", Step::AnyKey), rules);
            return;
        }
        let objects = || real.into_iter().chain(doc);
        let members: BTreeSet<&str> =
            objects().flat_map(|object| object.members.keys()).map(AsRef::as_ref).collect();
        for member in members {
            let real = real.and_then(|object| object.members.get(member)).map(|member| &member.node);
            let doc = doc.and_then(|object| object.members.get(member)).map(|member| &member.node);
            self.add(real, doc, &format!("{at}/{}", Step::Member(member.into())), rules);
        }
    }
}
