//! Hides secret values in any text that leaves the program.
//!
//! What is secret is decided elsewhere (`suite`, `plan`); a [`Redactor`] only hides: by value
//! ([`Redactor::text`]), and by the name under which a value stands ([`is_secret_name`]).
//!
//! Invariant: outside of [`MASK`], no output of any method of [`Redactor`] holds one of its
//! values, be it plain, in base64 (also cut into lines), base32 or hexadecimal (also with separators), or escaped for JSON,
//! JSON pointers, URLs, forms, HTML, XML, mails or a shell, also in three of these on top of each other (and in any
//! number of escapes: JSON in strings of JSON), and whatever the case of its letters (field names and media types are
//! folded). What is encoded is decoded, never a list of encodings of the values searched, so which of them stand on top of
//! each other makes no difference. The time is linear in the length of the text.
//! A text without secrets comes back borrowed.

mod code;
mod credentials;
mod entity;
mod finder;
mod forms;
mod name;
mod places;
mod view;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

pub use credentials::{credentials_in, tokens_in};
use finder::Values;
pub use name::{is_credential_name, is_plain_word, is_secret_name};

/// What takes the place of a secret.
pub const MASK: &str = "«redacted»";

/// The least number of characters of a value that is hidden wherever it stands.
///
/// Shorter values occur by chance in any text; they are hidden under secret names only.
pub const LEAST: usize = 6;

/// Hides a set of values, and the values under secret names.
///
/// ```
/// use uphold::redact::Redactor;
///
/// let redactor = Redactor::new(["p@ss/word".to_owned()]);
/// assert_eq!(redactor.text("got p@ss/word"), "got «redacted»");
/// assert_eq!(redactor.text(r#"{"echo": "p@ss\/word"}"#), r#"{"echo": "«redacted»"}"#);
/// assert_eq!(redactor.url("/login?pw=p%40ss%2fword"), "/login?pw=«redacted»");
/// assert_eq!(redactor.named("X-Api-Key", "abc"), "«redacted»");
/// ```
///
/// Clones share what they [`learn`](Redactor::learn).
#[derive(Clone, Default)]
pub struct Redactor {
    known: Arc<RwLock<Known>>,
}

/// The values, and what finds them.
#[derive(Default)]
struct Known {
    texts: BTreeSet<String>,
    values: Values,
}

impl fmt::Debug for Redactor {
    /// Says how many forms there are, never which.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let forms = match &self.known().values {
            Values::None => 0,
            Values::Some(finder) => finder.forms(),
            Values::TooLarge => usize::MAX,
        };
        f.debug_struct("Redactor").field("forms", &forms).finish_non_exhaustive()
    }
}

impl Redactor {
    /// A redactor for these values (from [`LEAST`] characters on by value; shorter ones are left
    /// to their names). White space around a value does not count.
    pub fn new<I: IntoIterator<Item = String>>(values: I) -> Self {
        let redactor = Self::default();
        redactor.learn(values);
        redactor
    }

    /// Hides these values, too, from now on, in every clone: secrets that only come up while a run
    /// goes on, such as an access token. The rules of [`Redactor::new`] hold.
    pub fn learn<I: IntoIterator<Item = String>>(&self, values: I) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let before = known.texts.len();
        let values = values.into_iter().map(|value| value.trim().to_owned());
        known.texts.extend(values.filter(|value| value.chars().count() >= LEAST));
        if known.texts.len() > before {
            known.values = Values::of(&known.texts);
        }
    }

    /// A panic elsewhere leaves it whole: it is replaced in one step.
    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// A redactor of its own that hides these values besides: what one answer gives away is a secret of that
    /// answer, and may be a word of another.
    #[must_use]
    pub fn with<I: IntoIterator<Item = String>>(&self, values: I) -> Self {
        let mut more = values.into_iter().peekable();
        if more.peek().is_none() {
            return self.clone();
        }
        let known: Vec<String> = self.known().texts.iter().cloned().collect();
        Self::new(known.into_iter().chain(more))
    }

    /// The text with every secret value replaced by [`MASK`].
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        masked(text, self.by_value(text))
    }

    /// The value of a header, parameter or JSON member of that name, hidden whole where the name
    /// itself says that it is secret, else as [`Redactor::text`].
    ///
    /// Nothing is hidden in `true`, `false`, `null` and an empty value. Under a name that is
    /// secret only perhaps (`key`, `session`, `signature`, `auth`, `addressKey`) a value is hidden
    /// where it looks like a credential: 16 or more characters, letters and digits, no space.
    pub fn named<'t>(&self, name: &str, value: &'t str) -> Cow<'t, str> {
        if name::hides_member(name, value) { Cow::Borrowed(MASK) } else { self.text(value) }
    }

    /// A URL or a request target: as [`Redactor::text`], and besides the password before the host
    /// and the values of query and fragment parameters under secret names ([`is_secret_name`]).
    pub fn url<'t>(&self, url: &'t str) -> Cow<'t, str> {
        let mut ranges = self.by_value(url);
        places::in_url(url, &mut ranges);
        masked(url, ranges)
    }

    /// A body or a whole message: as [`Redactor::text`], and besides the values under secret names
    /// in `"name": "value"`, `name=value`, `<name>value</name>`, lines of `name: value`, parts of a form, tags with
    /// `name` and `value`, tables of names and values, and GraphQL or JSON inside of strings, by the
    /// rule of [`Redactor::named`]. The text may be broken or cut off anywhere.
    pub fn body<'t>(&self, body: &'t str) -> Cow<'t, str> {
        masked(body, self.hidden_in(body))
    }

    /// A text that a server said, such as the value of one member: as [`Redactor::url`], and as
    /// [`Redactor::body`] except for lines of `name: value`, of which only a value that is no plain word is
    /// hidden: `invalid token: expired` stays.
    pub fn said(&self, text: &str) -> String {
        let mut ranges = self.by_value(text);
        places::in_url(text, &mut ranges);
        places::in_words(text, &mut ranges);
        masked(text, ranges).into_owned()
    }

    /// The ranges that [`Redactor::body`] hides, sorted, none within another: for who puts something else
    /// into their place.
    pub fn hidden_in(&self, body: &str) -> Vec<Range<usize>> {
        let mut ranges = self.by_value(body);
        places::in_body(body, &mut ranges);
        ranges.retain(|range| !range.is_empty());
        ranges.sort_unstable_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
        let mut end = 0;
        ranges.retain(|range| {
            let is_new = range.end > end;
            end = end.max(range.end);
            is_new
        });
        ranges
    }

    /// Header fields: names as [`Redactor::text`], each value hidden whole where [`is_secret_name`] says so of its name, else
    /// as [`Redactor::url`] (`Location` and `Link` hold URLs), with parameters such as `token="…"`.
    pub fn headers<'t>(&self, fields: impl IntoIterator<Item = (&'t str, &'t str)>) -> Vec<(String, String)> {
        let hide = |name: &str, value: &'t str| {
            if name::hides_parameter(name, value) {
                return Cow::Borrowed(MASK);
            }
            let mut ranges = self.by_value(value);
            places::in_field(value, &mut ranges);
            masked(value, ranges)
        };
        fields
            .into_iter()
            .map(|(name, value)| (self.text(name).into_owned(), hide(name, value).into_owned()))
            .collect()
    }

    /// The ranges of the text that hold a value in any form.
    fn by_value(&self, text: &str) -> Vec<Range<usize>> {
        match &self.known().values {
            Values::None => Vec::new(),
            Values::TooLarge => std::iter::once(0..text.len()).collect(),
            Values::Some(finder) => finder.search(text.as_bytes()).found,
        }
    }
}

/// The text with these ranges replaced by [`MASK`], one for each run of ranges that touch.
fn masked(text: &str, mut ranges: Vec<Range<usize>>) -> Cow<'_, str> {
    ranges.retain(|range| !range.is_empty());
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    ranges.sort_unstable_by_key(|range| range.start);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for range in ranges {
        let start = text.floor_char_boundary(range.start);
        // A range that touches the one before it is a part of the same run.
        if done == 0 || start > done {
            out.push_str(text.get(done..start).unwrap_or_default());
            out.push_str(MASK);
        }
        done = done.max(text.ceil_char_boundary(range.end));
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(out)
}

#[cfg(test)]
mod tests;
