//! Where a claim of a schema comes from.

use std::borrow::Cow;

use super::kinds::Kinds;
use super::node::Node;
use super::text::Text;
use crate::contract::pointer::{Step, steps};

/// How many names of bodies one line shows.
const SHOWN_NAMES: usize = 5;

/// What was seen at a place, and in which of the bodies that were read with a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// What was seen: `string or null, date-time`.
    pub shown: String,
    /// The numbers of the bodies that show the place, in order.
    pub sources: Vec<u32>,
    /// How many bodies with a number there are.
    pub of: usize,
}

impl Provenance {
    /// In one line, with at most five names: `string, digits; in 2 of 8: SUCCESS RESPONSE,
    /// DUPLICATE_DATA`.
    pub fn told<'n>(&self, name: impl Fn(u32) -> &'n str) -> String {
        let names: Vec<&str> = self.sources.iter().take(SHOWN_NAMES).map(|source| name(*source)).collect();
        let more = match self.sources.len().saturating_sub(SHOWN_NAMES) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{}; in {} of {}: {}{more}", self.shown, self.sources.len(), self.of, names.join(", "))
    }
}

/// What both roots know of a place.
pub(super) fn of(real: &Node, doc: &Node, at: &str) -> Option<Provenance> {
    let (here, documented) = (descend(real, at), descend(doc, at));
    let name = last_name(at);
    let mut all = real.sources.clone();
    all.merge(&doc.sources);
    let shown = match (&here, &documented) {
        (Some(node), None) => described(node, &name),
        // The bodies are named together, so all that they show is.
        (Some(node), Some(documented)) => {
            let (shown, also) = (described(node, &name), described(documented, &name));
            if shown == also { shown } else { format!("{shown}, or {also} from documentation") }
        }
        (None, Some(node)) => format!("{}, from documentation", described(node, &name)),
        (None, None) => return None,
    };
    let mut sources = here.map(|node| node.sources).unwrap_or_default();
    sources.merge(&documented.map(|node| node.sources).unwrap_or_default());
    let sources = sources.iter().filter_map(|source| u32::try_from(source).ok()).collect();
    Some(Provenance { shown, sources, of: all.iter().count() })
}

fn descend(node: &Node, at: &str) -> Option<Node> {
    let mut here = Cow::Borrowed(node);
    for step in steps(at) {
        let below = match (&step, here) {
            (Step::Item, Cow::Borrowed(node)) => Cow::Borrowed(node.items.as_deref()?),
            (Step::Item, Cow::Owned(node)) => Cow::Owned(*node.items?),
            (Step::AnyKey, node) => Cow::Owned(node.object.as_deref()?.values()),
            (Step::Member(name), Cow::Borrowed(node)) => {
                Cow::Borrowed(&node.object.as_deref()?.members.get(name.as_ref())?.node)
            }
            (Step::Member(name), Cow::Owned(node)) => {
                Cow::Owned(node.object.as_deref()?.members.get(name.as_ref())?.node.clone())
            }
        };
        here = below;
    }
    Some(here.into_owned()).filter(|node| node.n > 0)
}

fn last_name(at: &str) -> String {
    let name = steps(at).rev().find_map(|step| step.name().map(str::to_owned));
    name.unwrap_or_default()
}

fn described(node: &Node, name: &str) -> String {
    let kinds = node.all_kinds();
    let mut names = (kinds - Kinds::NULL).scalar_names();
    names.extend(kinds.contains(Kinds::ARRAY).then_some("array"));
    names.extend(kinds.contains(Kinds::OBJECT).then_some("object"));
    names.extend(kinds.contains(Kinds::NULL).then_some("null"));
    if names.is_empty() {
        names.push("unknown");
    }
    let text = node.text.as_deref();
    let digits = text.is_some_and(|text| text.is_numeric_id(name)).then_some("digits");
    let known = text.and_then(|text| text.known_values(name)).map(|_| "known values");
    let common = text.and_then(Text::format).or(node.claimed.format()).or(digits).or(known);
    [Some(names.join(" or ").as_str()), common].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
