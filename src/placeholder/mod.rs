//! Documentation placeholders: texts such as `<integer>` or `sample string 7` that stand for a
//! value of a type. Recognises them and fills them with seeded values.
//!
//! Three rooms need the same answer: `postman` fills placeholders in requests, `contract` reads
//! them as claims about types, `mock` fills them in answers. Main types: [`Kind`], [`Filler`].
//!
//! Invariants: only a whole text is ever a placeholder (`<p>Hello</p>` or `see <string>` is
//! none); a format in [`Kind::String`] is one of JSON Schema's names; a filled value satisfies
//! the type and format that [`recognise`] gives for its placeholder.

mod fill;

pub use fill::Filler;

/// The JSON type that a placeholder claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Any value: the generator did not know (`<Error: …>`, `<Circular reference to …>`, `{{x}}`).
    Unknown,
    /// A string, perhaps of a format named as in JSON Schema (`date-time`, `uuid`, …).
    String(Option<&'static str>),
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// An array of unknown items.
    Array,
    /// An object of unknown members.
    Object,
}

/// Whether a JSON text may have placeholders in it: each has one of these marks, and `\u` may write
/// any of them. Far cheaper than to read it.
pub fn may_hold(json: &str) -> bool {
    ["<", "string", "{{", "\\u"].iter().any(|mark| json.contains(mark))
}

/// The names between `<` and `>` that claim a type, as `simplified` writes them.
///
/// Postman's `OpenAPI` import writes the format where there is one, else the type; Stripe's
/// collection shows `<unix-time>` (seconds, an integer) and `<decimal>` (digits in a string).
const TYPES: &[(&str, Kind)] = &[
    ("string", Kind::String(None)),
    ("integer", Kind::Integer),
    ("int", Kind::Integer),
    ("int32", Kind::Integer),
    ("int64", Kind::Integer),
    ("long", Kind::Integer),
    ("unixtime", Kind::Integer),
    ("number", Kind::Number),
    ("float", Kind::Number),
    ("double", Kind::Number),
    ("boolean", Kind::Boolean),
    ("bool", Kind::Boolean),
    ("array", Kind::Array),
    ("object", Kind::Object),
    ("date", Kind::String(Some("date"))),
    ("datetime", Kind::String(Some("date-time"))),
    ("time", Kind::String(Some("time"))),
    ("duration", Kind::String(Some("duration"))),
    ("uuid", Kind::String(Some("uuid"))),
    ("email", Kind::String(Some("email"))),
    ("uri", Kind::String(Some("uri"))),
    ("url", Kind::String(Some("uri"))),
    ("hostname", Kind::String(Some("hostname"))),
    ("ipv4", Kind::String(Some("ipv4"))),
    ("ipv6", Kind::String(Some("ipv6"))),
    (DECIMAL, Kind::String(None)),
    (BYTE, Kind::String(None)),
    ("binary", Kind::String(None)),
    ("file", Kind::String(None)),
    ("password", Kind::String(None)),
];

/// A string of digits; filled as such.
const DECIMAL: &str = "decimal";
/// A base64 string; filled as such.
const BYTE: &str = "byte";

/// What the text of a JSON string claims, if the whole of it is a placeholder.
///
/// In this order:
/// 1. `<Error: …` and `<Circular reference to …` claim nothing ([`Kind::Unknown`]);
/// 2. `<NAME>` claims the type of that name (`<long>`, `<dateTime>`, `<string,null>`, …), any
///    other name of `[A-Za-z0-9_. -]` a string; behind a type may stand a number ([`scrubbed`]);
/// 3. one `{{…}}` claims nothing;
/// 4. `string`, repeated without a gap, and `sample string N` claim a string.
///
/// ```
/// use uphold::placeholder::{Kind, recognise};
///
/// assert_eq!(recognise("<integer>"), Some(Kind::Integer));
/// assert_eq!(recognise("<dateTime>"), Some(Kind::String(Some("date-time"))));
/// assert_eq!(recognise("<your id>"), Some(Kind::String(None)));
/// assert_eq!(recognise("sample string 7"), Some(Kind::String(None)));
/// assert_eq!(recognise("{{role_id}}"), Some(Kind::Unknown));
/// assert_eq!(recognise("<p>text</p>"), None);
/// ```
pub fn recognise(text: &str) -> Option<Kind> {
    if text.starts_with("<Error: ") || text.starts_with("<Circular reference to ") {
        return Some(Kind::Unknown);
    }
    if let Some(kind) = type_of(text) {
        return Some(kind);
    }
    let hand_written = bracketed(text).is_some_and(is_plain_name);
    if hand_written || is_repeated_string(text) || is_sample_string(text) {
        return Some(Kind::String(None));
    }
    is_variable(text).then_some(Kind::Unknown)
}

/// Whether a credential still is the generator's placeholder: `<API Key>`, `<your token>`,
/// `Bearer <token>`, `Basic <credentials>`.
///
/// Made for the values of header fields and parameters of any name: a type placeholder standing
/// alone (`<string>`) is none, after an authentication scheme (`Bearer <string>`) it is one. A
/// variable (`Bearer {{token}}`) is none: whether it has a value is another question.
pub fn is_credential(text: &str) -> bool {
    let text = text.trim();
    let (scheme, value) = match text.split_once(' ') {
        Some((scheme, value)) if !scheme.starts_with('<') => (Some(scheme), value.trim_start()),
        _ => (None, text),
    };
    let Some(name) = bracketed(value).filter(|name| is_plain_name(name)) else {
        return false;
    };
    speaks_of_credentials(name) || scheme.is_some_and(speaks_of_credentials)
}

fn speaks_of_credentials(name: &str) -> bool {
    const MARKS: &[&str] = &[
        "token",
        "key",
        "secret",
        "password",
        "passwd",
        "credential",
        "auth",
        "bearer",
        "basic",
        "digest",
        "jwt",
        "session",
        "cookie",
        "signature",
    ];
    let name = name.to_ascii_lowercase();
    MARKS.iter().any(|mark| name.contains(mark))
}

/// The type that `<NAME>` names; a list such as `<string,null>` names its first real type, and
/// `<string,null-date-time>` the format behind it.
fn type_of(text: &str) -> Option<Kind> {
    named_type(text).map(|(_, kind)| kind)
}

fn named_type(text: &str) -> Option<(&'static str, Kind)> {
    let mut found = None;
    let names = bracketed(text)?;
    let names = split_number(names).map_or(names, |(names, _)| names);
    for name in names.split(',').map(simplified).filter(|name| name != "null") {
        let known =
            TYPES.iter().copied().find(|(known, _)| *known == name.strip_prefix("null").unwrap_or(&name))?;
        match found {
            None | Some((_, Kind::String(None))) => found = Some(known),
            Some(_) => {}
        }
    }
    found
}

/// The elements of HTML that nobody would call a value by.
const ELEMENTS: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "body",
    "br",
    "button",
    "div",
    "em",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "li",
    "ol",
    "p",
    "pre",
    "script",
    "span",
    "strong",
    "svg",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];

/// Whether a placeholder may as well be a value that an API answers with: the word `string`, once or
/// repeated, which names a type also in real answers, and an element of HTML, `<br>`.
///
/// ```
/// use uphold::placeholder::may_be_a_value;
///
/// assert!(may_be_a_value("string") && may_be_a_value("<p>"));
/// assert!(!may_be_a_value("<string>") && !may_be_a_value("sample string 1"));
/// ```
pub fn may_be_a_value(text: &str) -> bool {
    is_repeated_string(text)
        || bracketed(text).is_some_and(|name| ELEMENTS.iter().any(|known| name.eq_ignore_ascii_case(known)))
}

/// What the text claims, if it is a placeholder of a string or number with a number of its own,
/// `<uuid#2>`: it stands in the place of
/// a value that was there and is not shown, and equal numbers of one text stand for equal values. So it
/// is no documentation: that there was a value of this type is known.
///
/// ```
/// use uphold::placeholder::{Kind, recognise, scrubbed};
///
/// assert_eq!(scrubbed("<integer#1>"), Some(Kind::Integer));
/// assert_eq!(recognise("<integer#1>"), Some(Kind::Integer));
/// assert_eq!(scrubbed("<integer>"), None);
/// ```
pub fn scrubbed(text: &str) -> Option<Kind> {
    split_number(bracketed(text)?)?;
    type_of(text).filter(|kind| matches!(kind, Kind::String(_) | Kind::Integer | Kind::Number))
}

/// `uuid` and `2` of `uuid#2`.
fn split_number(name: &str) -> Option<(&str, &str)> {
    let (name, number) = name.rsplit_once('#')?;
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some((name, number))
}

/// Lower case without `-` and `_`: `dateTime`, `date-time` and `DATE_TIME` are one name.
fn simplified(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect()
}

/// What stands between `<` and `>`, where these are the ends of the text.
fn bracketed(text: &str) -> Option<&str> {
    text.strip_prefix('<')?.strip_suffix('>').filter(|name| !name.is_empty())
}

fn is_plain_name(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b' ' | b'-'))
}

fn is_variable(text: &str) -> bool {
    text.strip_prefix("{{")
        .and_then(|rest| rest.strip_suffix("}}"))
        .is_some_and(|name| !name.contains(['{', '}']))
}

/// `string`, `stringstring`, …: what a generator writes to reach a `minLength`.
fn is_repeated_string(text: &str) -> bool {
    !text.is_empty()
        && text.len().is_multiple_of(6)
        && text.as_bytes().chunks(6).all(|part| part == b"string")
}

fn is_sample_string(text: &str) -> bool {
    text.strip_prefix("sample string ")
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests;
