//! URLs as Postman reads them: splitting a text that may hold `{{variables}}`, the host form that
//! stands for a server, and percent-encoding.
//!
//! The rules are those of Postman's `postman-url-encoder`: the scheme ends at `://`, the host at
//! the next `/`, the query begins at the first `?`, the fragment at the first `#`, a backslash is
//! a slash, and nothing inside `{{…}}` counts.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use super::model::{Param, UrlSpec};
use super::variables::Tokens;

const PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'#').add(b'?').add(b'{').add(b'}');
const QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'\'').add(b'<').add(b'>');
/// What not even `disableUrlEncoding` may put into a request line.
const LINE: &AsciiSet = &CONTROLS.add(b' ').add(b'#');

/// The parts of a URL text, borrowed from it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Split<'t> {
    /// Before `://`.
    pub(super) scheme: Option<&'t str>,
    /// Before the last `@` of the authority.
    pub(super) userinfo: Option<&'t str>,
    /// Host and port.
    pub(super) authority: &'t str,
    /// From the `/` on.
    pub(super) path: &'t str,
    /// Behind the `?`.
    pub(super) query: Option<&'t str>,
}

/// Splits a URL; the fragment, which is never sent, is dropped.
pub(super) fn split(text: &str) -> Split<'_> {
    let text = text.trim_start();
    let text = before(text, "#").0;
    let (text, query) = before(text, "?");
    let (scheme, rest) = match before(text, "://") {
        (scheme, Some(rest)) if !scheme.contains(['/', '\\']) => (Some(scheme), rest),
        _ => (None, text),
    };
    let end = find(rest, |c| matches!(c, '/' | '\\')).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (userinfo, authority) = match find_last(authority, '@') {
        Some(at) => (authority.get(..at), authority.get(at + 1..).unwrap_or_default()),
        None => (None, authority),
    };
    Split { scheme, userinfo, authority, path, query }
}

/// Reads a URL text into its parts.
pub(crate) fn parse(text: &str) -> UrlSpec {
    let parts = split(text);
    let mut spec = UrlSpec {
        userinfo: parts.userinfo.map(str::to_owned),
        query: parts.query.map(parse_query).unwrap_or_default(),
        ..UrlSpec::default()
    };
    let (authority, glued) = unglue(parts.authority);
    let scheme = parts.scheme.map(|scheme| format!("{scheme}://")).unwrap_or_default();
    spec.host = host_form(&format!("{scheme}{authority}"));
    spec.path = format!("{glued}{}", parts.path);
    spec
}

/// The one form of a host text: outer spaces and slashes at the end gone, everything outside of
/// variables in lower case.
///
/// `{{baseUrl}}/` and `{{baseUrl}}` are one form, `HTTPS://API.example.com` and
/// `https://api.example.com` are, too.
pub fn host_form(text: &str) -> String {
    let text = text.trim();
    let bare = text.trim_end_matches(|c: char| matches!(c, '/' | '\\') || c.is_whitespace());
    let text = match text.get(..bare.len() + 2) {
        Some(scheme) if scheme.ends_with("://") => scheme,
        _ => bare,
    };
    let mut form = String::with_capacity(text.len());
    let mut done = 0;
    for token in Tokens::of(text) {
        form.push_str(&text.get(done..token.start).unwrap_or_default().to_lowercase());
        form.push_str(text.get(token.start..token.end).unwrap_or_default());
        done = token.end;
    }
    form.push_str(&text.get(done..).unwrap_or_default().to_lowercase());
    form
}

/// A word glued to a variable (`{{apimUrl}}CodeSystem`) belongs to the path: the variable's value
/// ends in a slash. A port or the rest of a domain (`{{tenant}}.example.com`) stays.
fn unglue(authority: &str) -> (&str, &str) {
    let end = match Tokens::of(authority).last() {
        Some(token) => token.end,
        None => return (authority, ""),
    };
    let (host, tail) = authority.split_at(end);
    let word = tail.starts_with(|c: char| c.is_alphanumeric()) && !tail.contains(['.', ':']);
    if word { (host, tail) } else { (authority, "") }
}

/// Reads a query text; a parameter without `=` has no value.
pub(super) fn parse_query(text: &str) -> Vec<Param> {
    let mut rest = text;
    let mut params = Vec::new();
    loop {
        let (one, next) = before(rest, "&");
        let (key, value) = before(one, "=");
        let key = (!one.is_empty()).then(|| key.to_owned());
        params.push(Param { key, value: value.map(str::to_owned), disabled: false });
        match next {
            Some(next) => rest = next,
            None => return params,
        }
    }
}

/// One parameter as it stands in a URL before substitution: what would end it is escaped, outside
/// of variables.
pub(super) fn write_param(key: Option<&str>, value: Option<&str>) -> String {
    let mut text = key.map(|key| escape_outside(key, true)).unwrap_or_default();
    if let Some(value) = value {
        text.push('=');
        text.push_str(&escape_outside(value, false));
    }
    text
}

fn escape_outside(text: &str, key: bool) -> String {
    let escape = |out: &mut String, part: &str| {
        for c in part.chars() {
            match c {
                '&' => out.push_str("%26"),
                '#' => out.push_str("%23"),
                '=' if key => out.push_str("%3D"),
                other => out.push(other),
            }
        }
    };
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for token in Tokens::of(text) {
        escape(&mut out, text.get(done..token.start).unwrap_or_default());
        out.push_str(text.get(token.start..token.end).unwrap_or_default());
        done = token.end;
    }
    escape(&mut out, text.get(done..).unwrap_or_default());
    out
}

/// Percent-encodes a path; `%` is never encoded again.
pub(super) fn encode_path(text: &str, raw: bool) -> String {
    utf8_percent_encode(text, if raw { LINE } else { PATH }).to_string()
}

/// Percent-encodes a query; `%` is never encoded again.
pub(super) fn encode_query(text: &str, raw: bool) -> String {
    utf8_percent_encode(text, if raw { LINE } else { QUERY }).to_string()
}

/// Whether a path has segments that the URL standard resolves away.
pub(super) fn has_dot_segments(path: &str) -> bool {
    path.split('/')
        .any(|segment| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | ".."))
}

/// What the URL standard changes in a target that Postman sends as written: `wanted`, whose path is
/// `path`, becomes `sent`.
pub(super) fn altered(path: &str, wanted: &str, sent: &str) -> Option<String> {
    if wanted == sent {
        return None;
    }
    if has_dot_segments(path) {
        return Some(
            "`.` and `..` in the path are resolved before it is sent (RFC 3986 §5.2.4); Postman sends them as written"
                .to_owned(),
        );
    }
    let mut rest = sent;
    let mut encoded: Vec<String> = Vec::new();
    for c in wanted.chars() {
        let escaped = utf8_percent_encode(c.encode_utf8(&mut [0; 4]), NON_ALPHANUMERIC).to_string();
        if let Some(behind) = rest.strip_prefix(c) {
            rest = behind;
        } else if let Some(behind) = rest.strip_prefix(&escaped) {
            rest = behind;
            let shown = format!("`{c}`");
            if !encoded.contains(&shown) {
                encoded.push(shown);
            }
        }
    }
    Some(format!(
        "{} in the URL is percent-encoded before it is sent (URL Standard §1.3), also with `disableUrlEncoding`; Postman sends it as written",
        encoded.join(", ")
    ))
}

/// The URL without its query and fragment.
pub(super) fn without_query(text: &str) -> &str {
    before(before(text, "#").0, "?").0
}

/// The text before and behind the first `mark` outside of variables.
fn before<'t>(text: &'t str, mark: &str) -> (&'t str, Option<&'t str>) {
    let mut done = 0;
    let mut tokens = Tokens::of(text);
    loop {
        let token = tokens.next();
        let end = token.map_or(text.len(), |token| token.start);
        if let Some(at) = text.get(done..end).and_then(|plain| plain.find(mark)) {
            let at = done + at;
            return (text.get(..at).unwrap_or(text), text.get(at + mark.len()..));
        }
        match token {
            Some(token) => done = token.end,
            None => return (text, None),
        }
    }
}

fn find(text: &str, wanted: impl Fn(char) -> bool) -> Option<usize> {
    let mut tokens = Tokens::of(text).peekable();
    text.char_indices().find_map(|(at, c)| {
        while tokens.next_if(|token| token.end <= at).is_some() {}
        let inside = tokens.peek().is_some_and(|token| token.start <= at);
        (!inside && wanted(c)).then_some(at)
    })
}

fn find_last(text: &str, wanted: char) -> Option<usize> {
    let mut last = None;
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| find(rest, |c| c == wanted)) {
        last = Some(from + at);
        from += at + wanted.len_utf8();
    }
    last
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn host_and_path(text: &str) -> (String, String) {
        let spec = parse(text);
        (spec.host, spec.path)
    }

    #[test]
    fn a_text_is_split_outside_of_variables_only() {
        for (text, host, path) in [
            ("https://API.example.com:8080/A?x#y", "https://api.example.com:8080", "/A"),
            ("{{base/url?}}/a", "{{base/url?}}", "/a"),
            ("{{HOST}}{{BASE_PATH}}/v1", "{{HOST}}{{BASE_PATH}}", "/v1"),
            ("https:///open/x", "https://", "/open/x"),
            ("{{apimUrl}}CodeSystem/1", "{{apimUrl}}", "CodeSystem/1"),
            ("{{tenant}}.example.com/1", "{{tenant}}.example.com", "/1"),
            ("{{host}}:8080/1", "{{host}}:8080", "/1"),
            ("  http://h", "http://h", ""),
            ("h/a://b", "h", "/a://b"),
            (r"http://good\@evil/x", "http://good", r"\@evil/x"),
            ("", "", ""),
        ] {
            assert_eq!(host_and_path(text), (host.to_owned(), path.to_owned()), "{text}");
        }
    }

    #[test]
    fn user_and_password_are_no_part_of_the_form() {
        let spec = parse("https://u:p@x@h/a");
        assert_eq!((spec.host.as_str(), spec.userinfo.as_deref()), ("https://h", Some("u:p@x")));
    }

    #[test]
    fn one_host_has_one_form() {
        for text in ["{{baseUrl}}", " {{baseUrl}}/ ", "{{baseUrl}}//"] {
            assert_eq!(host_form(text), "{{baseUrl}}");
        }
        assert_eq!(host_form("HTTP://{{Sub}}.Example.COM/"), "http://{{Sub}}.example.com");
        assert_eq!(host_form("https://"), "https://");
    }

    #[test]
    fn a_query_keeps_what_its_text_says() {
        let text = "b&c=&d=1=2&=v&{{a&b}}=x&";
        let written: Vec<_> =
            parse_query(text).iter().map(|p| write_param(p.key.as_deref(), p.value.as_deref())).collect();
        assert_eq!(written.join("&"), text);
    }

    proptest! {
        #[test]
        fn splitting_never_panics_and_the_form_is_stable(text in "[{}a:/?#@\\\\.ü A]{0,30}") {
            let spec = parse(&text);
            prop_assert_eq!(host_form(&spec.host), spec.host.clone());
            prop_assert!(!encode_path(&spec.path, true).contains([' ', '\r', '\n', '\0']));
        }
    }
}
