//! Places in a JSON body: a [`Trail`] while walking down, a [`Place`] once something is to be
//! said, and patterns with `*` and a last `**`.
//!
//! Invariant: [`Place::at`] is a JSON pointer (RFC 6901) whose array positions are `*` and whose
//! names of maps are `{key}`, so one finding about every item of an array has one place.

use serde_json::Value;

/// What stands in a place for any name of a map.
pub const MAP_KEY: &str = "{key}";

/// A place in a body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The pointer with `*` for array positions and `{key}` for names of maps: `/users/*/id`.
    pub at: String,
    /// The pointer as RFC 6901 writes it: `/users/0/id`.
    pub concrete: String,
}

impl Place {
    /// The place that a pointer names in this body; array positions become `*`.
    pub fn of(pointer: &str, body: &Value) -> Self {
        let mut at = String::with_capacity(pointer.len());
        let mut here = Some(body);
        for segment in pointer.split('/').skip(1) {
            at.push('/');
            if matches!(here, Some(Value::Array(_))) {
                at.push('*');
            } else {
                at.push_str(segment);
            }
            here = here.and_then(|value| child(value, &unescape(segment)));
        }
        Self { at, concrete: pointer.to_owned() }
    }

    /// The place of a member of the object that stands here.
    #[must_use]
    pub fn member(&self, key: &str) -> Self {
        let key = escape(key);
        Self { at: format!("{}/{key}", self.at), concrete: format!("{}/{key}", self.concrete) }
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
            Segment::MapKey(key) => Place { at: format!("{}/{MAP_KEY}", above.at), ..above.member(key) },
            Segment::Index(index) => {
                Place { at: format!("{}/*", above.at), concrete: format!("{}/{index}", above.concrete) }
            }
        }
    }
}

/// Whether a pattern names this concrete pointer. `*` stands for any one segment, a last `**` for
/// one or more.
///
/// ```
/// use uphold::contract::pointer::names;
///
/// assert!(names("/users/*/id", "/users/0/id"));
/// assert!(names("/meta/**", "/meta/page/size"));
/// assert!(!names("/meta/**", "/meta"));
/// ```
pub fn names(pattern: &str, pointer: &str) -> bool {
    walk_pattern(pattern, pointer, false)
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
    walk_pattern(pattern, pointer, true)
}

fn walk_pattern(pattern: &str, pointer: &str, below: bool) -> bool {
    let mut wanted = pattern.split('/').skip(1).peekable();
    let mut there = pointer.split('/').skip(1);
    while let Some(want) = wanted.next() {
        let Some(segment) = there.next() else { return false };
        if want == "**" && wanted.peek().is_none() {
            return true;
        }
        if want != "*" && want != segment {
            return false;
        }
    }
    below || there.next().is_none()
}

/// Every value at a pattern; `*` stands for every item of an array, `{key}` for every member of an
/// object.
pub fn values_at<'v>(pattern: &str, body: &'v Value) -> Vec<&'v Value> {
    let mut found = vec![body];
    for segment in pattern.split('/').skip(1) {
        found = found
            .into_iter()
            .flat_map(|value| match (segment, value) {
                ("*", Value::Array(items)) => items.iter().collect(),
                (MAP_KEY, Value::Object(members)) => members.values().collect(),
                _ => child(value, &unescape(segment)).into_iter().collect::<Vec<_>>(),
            })
            .collect();
    }
    found
}

fn child<'v>(value: &'v Value, segment: &str) -> Option<&'v Value> {
    match value {
        Value::Object(members) => members.get(segment),
        Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
        _ => None,
    }
}

/// One segment of a pointer, escaped (RFC 6901 §3).
pub fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

/// One segment of a pointer, unescaped (RFC 6901 §4).
pub fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
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
    fn patterns_name_and_cover() {
        assert!(names("", ""));
        assert!(covers("", "/a"));
        assert!(!names("/a", "/a/b"));
        assert!(!names("/a/b", "/a"));
        assert!(covers("/a/**", "/a/b") && !covers("/a/**", "/a"));
    }
}
