//! Places in a JSON body: a [`Trail`] while walking down, a [`Place`] once something is to be
//! said, and patterns with `*` and a last `**`.
//!
//! Invariant: [`Place::at`] is a JSON pointer (RFC 6901) whose array positions are `*` and whose
//! names of maps are `{key}` ([`Step`]), so one finding about every item of an array has one place, and two
//! places are never written alike.

use std::fmt::Display;

use serde_json::Value;

pub use super::step::{Step, escape, last_step, steps, unescape};

/// A place in a body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The steps to it, each as [`Step`] writes it: `/users/*/id`. Equal texts are equal steps.
    pub at: String,
    /// The pointer as RFC 6901 writes it: `/users/0/id`.
    pub concrete: String,
}

impl Place {
    /// The place that a pointer names in this body; array positions become `*`.
    pub fn of(pointer: &str, body: &Value) -> Self {
        let mut here = Some(body);
        pointer.split('/').skip(1).fold(Self::default(), |place, segment| {
            let name = unescape(segment);
            let is_item = matches!(here, Some(Value::Array(_)));
            here = here.and_then(|value| child(value, &name));
            place.below(&if is_item { Step::Item } else { Step::Member(name) }, segment)
        })
    }

    /// The place of a member of the object that stands here.
    #[must_use]
    pub fn member(&self, key: &str) -> Self {
        self.below(&Step::Member(key.into()), escape(key))
    }

    /// The place of a name of the map that stands here.
    #[must_use]
    pub fn map_key(&self, key: &str) -> Self {
        self.below(&Step::AnyKey, escape(key))
    }

    /// One step down; `segment` is the one of the pointer.
    #[must_use]
    pub fn below(&self, step: &Step<'_>, segment: impl Display) -> Self {
        Self { at: format!("{}/{step}", self.at), concrete: format!("{}/{segment}", self.concrete) }
    }
}

/// The way from the root of a body to a value, kept on the stack: it costs nothing until a
/// [`Place`] is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Trail<'a> {
    up: Option<&'a Trail<'a>>,
    segment: Segment<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Segment<'a> {
    Root,
    Key(&'a str),
    MapKey(&'a str),
    Index(usize),
}

impl<'a> Trail<'a> {
    /// The root.
    pub const ROOT: Trail<'static> = Trail { up: None, segment: Segment::Root };

    /// One step down, to a member of an object.
    #[must_use]
    pub fn key(&'a self, key: &'a str) -> Self {
        Self { up: Some(self), segment: Segment::Key(key) }
    }

    /// One step down, to a value of a map.
    #[must_use]
    pub fn map_key(&'a self, key: &'a str) -> Self {
        Self { up: Some(self), segment: Segment::MapKey(key) }
    }

    /// One step down, to an item of an array.
    #[must_use]
    pub fn index(&'a self, index: usize) -> Self {
        Self { up: Some(self), segment: Segment::Index(index) }
    }

    /// The name of the nearest member on the way up: an item bears the name of its array.
    pub fn name(&self) -> &'a str {
        match (self.segment, self.up) {
            (Segment::Key(key), _) => key,
            (_, Some(up)) => up.name(),
            (_, None) => "",
        }
    }

    /// The place, written out.
    pub fn place(&self) -> Place {
        let above = self.up.map(Trail::place).unwrap_or_default();
        match self.segment {
            Segment::Root => above,
            Segment::Key(key) => above.member(key),
            Segment::MapKey(key) => above.map_key(key),
            Segment::Index(index) => above.below(&Step::Item, index),
        }
    }
}

/// Whether a pattern names this concrete pointer. `*` and `{key}` stand for any one segment, a last `**`
/// for one or more; `~2` is the member that is named `*` ([`Step::Member`]).
///
/// ```
/// use uphold::contract::pointer::names;
///
/// assert!(names("/users/*/id", "/users/0/id"));
/// assert!(names("/by_id/{key}/name", "/by_id/738964/name"));
/// assert!(names("/meta/**", "/meta/page/size"));
/// assert!(!names("/meta/**", "/meta"));
/// assert!(names("/~2", "/*") && !names("/~2", "/a"));
/// ```
pub fn names(pattern: &str, pointer: &str) -> bool {
    walk_pattern(pattern, segments(pointer), false)
}

/// Whether a pattern names this concrete pointer or a place above it.
///
/// ```
/// use uphold::contract::pointer::covers;
///
/// assert!(covers("/meta", "/meta/page/size"));
/// assert!(covers("/users/*", "/users/3/name"));
/// assert!(!covers("/meta", "/metadata"));
/// ```
pub fn covers(pattern: &str, pointer: &str) -> bool {
    walk_pattern(pattern, segments(pointer), true)
}

/// Whether a pattern names this place ([`Place::at`]): a position of an array is `*` there, and nothing else.
///
/// ```
/// use uphold::contract::pointer::names_place;
///
/// assert!(names_place("/users/*/id", "/users/*/id") && names_place("/*", "/~2"));
/// assert!(!names_place("/~2", "/*"));
/// ```
pub fn names_place(pattern: &str, at: &str) -> bool {
    walk_pattern(pattern, steps(at), false)
}

/// Whether a pattern names this place (as in [`names_place`]) or one above it.
pub fn covers_place(pattern: &str, at: &str) -> bool {
    walk_pattern(pattern, steps(at), true)
}

fn walk_pattern<'p>(pattern: &str, mut there: impl Iterator<Item = Step<'p>>, below: bool) -> bool {
    let mut wanted = pattern.split('/').skip(1).peekable();
    while let Some(want) = wanted.next() {
        let Some(step) = there.next() else { return false };
        if want == "**" && wanted.peek().is_none() {
            return true;
        }
        let want = Step::of(want);
        if matches!(want, Step::Member(_)) && want != step {
            return false;
        }
    }
    below || there.next().is_none()
}

/// The segments of a JSON pointer: whatever their names, they are members or positions, and no class of them.
fn segments(pointer: &str) -> impl Iterator<Item = Step<'_>> {
    pointer.split('/').skip(1).map(|segment| Step::Member(unescape(segment)))
}

/// Whether a place is another one or lies below it.
///
/// ```
/// use uphold::contract::pointer::is_within;
///
/// assert!(is_within("/users/*/id", "/users") && is_within("/users", "/users"));
/// assert!(!is_within("/users2", "/users"));
/// ```
pub fn is_within(at: &str, holder: &str) -> bool {
    at.strip_prefix(holder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Every value at a place: `*` stands for every item of an array, `{key}` for every member of an object.
pub fn values_at<'v>(at: &str, body: &'v Value) -> Vec<&'v Value> {
    let mut found = vec![body];
    for step in steps(at) {
        found = found
            .into_iter()
            .flat_map(|value| match (&step, value) {
                (Step::Item, Value::Array(items)) => items.iter().collect(),
                (Step::AnyKey, Value::Object(members)) => members.values().collect(),
                (Step::Member(name), value) => child(value, name).into_iter().collect::<Vec<_>>(),
                (Step::Item | Step::AnyKey, _) => Vec::new(),
            })
            .collect();
    }
    found
}

/// Whether a pattern without a last `**` names anything in this body (as [`names`]).
pub fn leads_into(pattern: &str, body: &Value) -> bool {
    let mut found = vec![body];
    for step in steps(pattern) {
        found = found
            .into_iter()
            .flat_map(|value| match (&step, value) {
                (Step::Member(name), value) => child(value, name).into_iter().collect::<Vec<_>>(),
                (Step::Item | Step::AnyKey, Value::Array(items)) => items.iter().collect(),
                (Step::Item | Step::AnyKey, Value::Object(members)) => members.values().collect(),
                (Step::Item | Step::AnyKey, _) => Vec::new(),
            })
            .collect();
    }
    !found.is_empty()
}

fn child<'v>(value: &'v Value, segment: &str) -> Option<&'v Value> {
    match value {
        Value::Object(members) => members.get(segment),
        Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn positions_of_arrays_become_stars_and_members_do_not() {
        let body = json!({"users": [{"0": {"a/b": 1}}]});
        let place = Place::of("/users/0/0/a~1b", &body);
        assert_eq!(place.at, "/users/*/0/a~1b");
        let (users, first) = (Trail::ROOT.key("users"), 0);
        let item = users.index(first);
        let (member, key) = (item.key("0"), "a/b");
        assert_eq!(member.key(key).place(), place);
        assert_eq!(item.name(), "users");
    }

    #[test]
    fn a_place_that_is_not_there_keeps_its_segments() {
        assert_eq!(Place::of("/a/b", &json!([])).at, "/*/b");
        assert_eq!(Place::of("", &json!(1)), Place::default());
    }

    #[test]
    fn values_of_every_item_are_found() {
        let body = json!({"u": [{"c": 1}, {"c": 2}, {}, 3]});
        assert_eq!(values_at("/u/*/c", &body), [&json!(1), &json!(2)]);
        assert_eq!(values_at("/x/*/c", &body), Vec::<&Value>::new());
        assert_eq!(values_at("", &body), [&body]);
        let map = json!({"m": {"1": {"n": 1}, "2": {"n": 2}}});
        assert_eq!(values_at("/m/{key}/n", &map), [&json!(1), &json!(2)]);
        let (m, key) = (Trail::ROOT.key("m"), "a/b");
        let place = m.map_key(key).place();
        assert_eq!((place.at.as_str(), place.concrete.as_str()), ("/m/{key}", "/m/a~1b"));
    }

    #[test]
    fn a_member_that_is_named_like_a_class_is_none() {
        let body = json!({"m": [{"*": 1}, [2]], "{key}": {"x": 3}});
        let (star, position) = (Place::of("/m/0/*", &body), Place::of("/m/1/0", &body));
        assert_eq!((star.at.as_str(), star.concrete.as_str()), ("/m/*/~2", "/m/0/*"));
        assert_eq!(position.at, "/m/*/*");
        assert_eq!(values_at(&star.at, &body), [&json!(1)]);
        assert_eq!(values_at(&position.at, &body), [&json!(2)]);
        let member = Place::of("/{key}/x", &body);
        assert_eq!((member.at.as_str(), values_at(&member.at, &body)), ("/~3key}/x", vec![&json!(3)]));
        assert!(names("/m/*/~2", &star.concrete) && !names("/m/*/~2", &position.concrete));
        assert!(names_place("/m/*/~2", &star.at) && !names_place("/m/*/~2", &position.at));
        assert!(covers_place("/m/*/*", &star.at) && !names_place("/~3key}", "/{key}"));
        assert!(leads_into("/*/x", &body) && !leads_into("/*/y", &body));
    }

    #[test]
    fn patterns_name_and_cover() {
        assert!(names("", ""));
        assert!(covers("", "/a"));
        assert!(!names("/a", "/a/b"));
        assert!(!names("/a/b", "/a"));
        assert!(covers("/a/**", "/a/b") && !covers("/a/**", "/a"));
    }
}
