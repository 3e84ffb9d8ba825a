//! Header fields that announce an end: [`Announcement`].

use std::collections::BTreeSet;

use crate::suite::HeaderRules;

/// An announcement in the header of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Announcement {
    /// `Deprecation` (RFC 9745, and the drafts before it).
    Deprecation,
    /// `Sunset` (RFC 8594).
    Sunset,
    /// `Warning` with the code 299, «miscellaneous persistent warning» (RFC 7234 §5.5.7), which many
    /// APIs use for deprecation. RFC 9111 dropped the field.
    Warning,
}

impl Announcement {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Deprecation, Self::Sunset, Self::Warning];

    /// The name of the field in lower case.
    pub fn field(self) -> &'static str {
        match self {
            Self::Deprecation => "deprecation",
            Self::Sunset => "sunset",
            Self::Warning => "warning",
        }
    }

    /// Whether a header field makes it.
    pub(super) fn is_made_by(self, name: &str, value: &str) -> bool {
        name.trim().eq_ignore_ascii_case(self.field()) && self.is_in(value)
    }

    /// Whether a value of the field is an announcement, also one whose form is wrong. `Deprecation:
    /// false` says that there is none, and so does a `Warning` of another code, such as that of a
    /// stale cache.
    ///
    /// ```
    /// use uphold::contract::announcement::Announcement;
    ///
    /// assert!(Announcement::Deprecation.is_in("@1688169599"));
    /// assert!(!Announcement::Deprecation.is_in("?0"));
    /// assert!(Announcement::Warning.is_in("110 - \"stale, 299\", 299 api \"gone soon\""));
    /// assert!(!Announcement::Warning.is_in("110 - \"stale, 299 \""));
    /// assert!(Announcement::Warning.is_in("299") && Announcement::Warning.is_in("110 - \"stale, 299 -"));
    /// ```
    pub fn is_in(self, value: &str) -> bool {
        match self {
            Self::Deprecation => !matches!(value.trim().to_ascii_lowercase().as_str(), "false" | "?0"),
            Self::Sunset => true,
            Self::Warning => elements(value).any(|element| {
                element
                    .trim()
                    .strip_prefix("299")
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
            }),
        }
    }
}

/// The elements of a field that is a list (RFC 9110 §5.6.1): commas in quoted strings and in `<…>`
/// divide nothing, unless the value ends within one of these: then every comma divides.
pub fn elements(value: &str) -> impl Iterator<Item = &str> {
    let mut whole = Around::default();
    value.chars().for_each(|c| whole.pass(c));
    let (heeded, mut around) = (!whole.is_open(), Around::default());
    value.split(move |c: char| {
        let divides = c == ',' && !(heeded && around.is_open());
        around.pass(c);
        divides
    })
}

/// What a character stands in.
#[derive(Debug, Default)]
struct Around {
    quoted: bool,
    escaped: bool,
    angled: bool,
}

impl Around {
    fn pass(&mut self, c: char) {
        match c {
            _ if self.escaped => self.escaped = false,
            '\\' if self.quoted => self.escaped = true,
            '"' if !self.angled => self.quoted = !self.quoted,
            '<' if !self.quoted => self.angled = true,
            '>' if !self.quoted => self.angled = false,
            _ => {}
        }
    }

    fn is_open(&self) -> bool {
        self.quoted || self.angled
    }
}

/// The announcements that are no news: `shown` has them, or `[headers] ignore` names their field.
pub(super) fn known(shown: impl Iterator<Item = Announcement>, rules: &HeaderRules) -> Vec<Announcement> {
    let shown: BTreeSet<Announcement> = shown.collect();
    let is_known =
        |one: &Announcement| shown.contains(one) || rules.ignore.iter().any(|name| name == one.field());
    Announcement::ALL.into_iter().filter(is_known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_in_quotes_and_brackets_divide_nothing() {
        let list = "<a,b>; rel=\"x, y\", <c\">; title=\"\\\", <\", d";
        assert_eq!(
            elements(list).collect::<Vec<_>>(),
            ["<a,b>; rel=\"x, y\"", " <c\">; title=\"\\\", <\"", " d"]
        );
        for (open, divided) in [("a \"b, c", ["a \"b", " c"]), ("<a, \"b\"", ["<a", " \"b\""])] {
            assert_eq!(elements(open).collect::<Vec<_>>(), divided);
        }
    }

    #[test]
    fn what_an_example_shows_or_a_person_ignores_is_no_news() {
        let fields = [("SUNSET", "soon"), ("Warning", "110 - \"stale\""), ("Deprecation", "false")];
        let made = |one: &Announcement| fields.iter().any(|(name, value)| one.is_made_by(name, value));
        let found = |rules: &HeaderRules| known(Announcement::ALL.into_iter().filter(|one| made(one)), rules);
        assert_eq!(found(&HeaderRules::default()), [Announcement::Sunset]);
        let rules = HeaderRules { ignore: vec!["warning".to_owned()], exact: Vec::new() };
        assert_eq!(found(&rules), [Announcement::Sunset, Announcement::Warning]);
    }
}
