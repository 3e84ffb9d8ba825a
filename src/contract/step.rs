//! How a place of a JSON body is written: [`Step`], one segment of it.
//!
//! Invariant: distinct ways through a body have distinct texts. A position of an array is `*`, any name of
//! a map `{key}`; a member that bears one of these as its own name is written so that it is neither.

use std::borrow::Cow;
use std::fmt;

/// What stands in a place for any name of a map.
const MAP_KEY: &str = "{key}";

/// What stands in a place for any position of an array.
const ITEM: &str = "*";

/// What stands in a pattern for one or more segments.
const REST: &str = "**";

/// One segment of a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step<'a> {
    /// Any item of an array: `*`.
    Item,
    /// Any value of a map: `{key}`.
    AnyKey,
    /// The member of this name, escaped as RFC 6901 §3 has it; of the names `*`, `**` and `{key}`, the
    /// first character is `~2` (`*`) or `~3` (`{`), which no JSON pointer has.
    Member(Cow<'a, str>),
}

impl<'a> Step<'a> {
    /// The step that a segment of a place says.
    ///
    /// ```
    /// use uphold::contract::pointer::Step;
    ///
    /// assert_eq!(Step::of("*"), Step::Item);
    /// assert_eq!(Step::of("~2"), Step::Member("*".into()));
    /// assert_eq!(Step::Member("a/b".into()).to_string(), "a~1b");
    /// ```
    pub fn of(segment: &'a str) -> Self {
        match segment {
            ITEM => Self::Item,
            MAP_KEY => Self::AnyKey,
            name => Self::Member(unescape(name)),
        }
    }

    /// The name of a member.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Member(name) => Some(name),
            Self::Item | Self::AnyKey => None,
        }
    }
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item => f.write_str(ITEM),
            Self::AnyKey => f.write_str(MAP_KEY),
            Self::Member(name) => match name.as_ref() {
                name @ (ITEM | REST) => write!(f, "~2{}", name.get(1..).unwrap_or_default()),
                MAP_KEY => write!(f, "~3{}", MAP_KEY.get(1..).unwrap_or_default()),
                name => f.write_str(&escape(name)),
            },
        }
    }
}

/// The steps of a place, from the root on.
pub fn steps(at: &str) -> impl DoubleEndedIterator<Item = Step<'_>> {
    // The text before the first slash is empty, or no place of a body.
    let rest = at.split_once('/').map(|(_, rest)| rest);
    rest.into_iter().flat_map(|rest| rest.split('/')).map(Step::of)
}

/// The place above, and the last step. `None` for the root.
pub fn last_step(at: &str) -> Option<(&str, Step<'_>)> {
    at.rsplit_once('/').map(|(above, segment)| (above, Step::of(segment)))
}

/// One segment of a pointer, escaped (RFC 6901 §3).
pub fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

/// One segment of a pointer (RFC 6901 §4) or of a place, unescaped.
pub fn unescape(segment: &str) -> Cow<'_, str> {
    if !segment.contains('~') {
        return Cow::Borrowed(segment);
    }
    let plain = segment.replace("~3", "{").replace("~2", ITEM).replace("~1", "/");
    Cow::Owned(plain.replace("~0", "~"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn step() -> impl Strategy<Value = Step<'static>> {
        let odd = [
            "*", "**", "***", "{key}", "", "0", "~", "~0", "~1", "~2", "~3", "~2*", "~3key}", "a/b", "/",
            "key}",
        ];
        let name = prop_oneof![
            prop::sample::select(odd.to_vec()).prop_map(str::to_owned),
            "[*~/{}0-3a-ekxy]{0,6}",
            any::<String>(),
        ];
        prop_oneof![
            1 => Just(Step::Item),
            1 => Just(Step::AnyKey),
            4 => name.prop_map(|name| Step::Member(name.into())),
        ]
    }

    fn way() -> impl Strategy<Value = Vec<Step<'static>>> {
        prop::collection::vec(step(), 0..4)
    }

    fn written(way: &[Step<'_>]) -> String {
        way.iter().map(|step| format!("/{step}")).collect::<Vec<_>>().concat()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn two_places_are_never_written_alike(one in way(), other in way()) {
            let (text, other_text) = (written(&one), written(&other));
            prop_assert_eq!(one == other, text == other_text, "{} {}", text, other_text);
            prop_assert_eq!(steps(&text).collect::<Vec<_>>(), one);
        }

        #[test]
        fn a_name_comes_back_from_a_pointer(name in "[*~/{}0-3a-ekxy]{0,8}") {
            let segment = escape(&name);
            prop_assert_eq!(unescape(&segment), name.as_str());
        }
    }

    #[test]
    fn usual_names_are_written_as_in_a_json_pointer() {
        for (name, segment) in
            [("id", "id"), ("a/b", "a~1b"), ("~", "~0"), ("0", "0"), ("", ""), ("***", "***"), ("a*", "a*")]
        {
            assert_eq!(Step::Member(name.into()).to_string(), segment);
        }
        let odd = [("*", "~2"), ("**", "~2*"), ("{key}", "~3key}"), ("~2", "~02")];
        for (name, segment) in odd {
            assert_eq!(Step::Member(name.into()).to_string(), segment);
            assert_eq!(Step::of(segment), Step::Member(name.into()));
        }
        assert_eq!(last_step("/a/*"), Some(("/a", Step::Item)));
        assert_eq!((last_step(""), steps("").count()), (None, 0));
    }
}
