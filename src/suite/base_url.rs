//! The text of a base URL.

use crate::message::{Origin, OriginError};
use crate::postman::BaseRule;

/// Why a text is no base URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// It names no server.
    #[error(transparent)]
    Origin(#[from] OriginError),
    /// White space, a control character or a backslash.
    #[error("a base URL holds no {0}")]
    Character(&'static str),
    /// A variable, which nothing would replace.
    #[error("`{0}` holds a variable; a base URL is written out")]
    Variable(String),
    /// User and password before the host; the text is not repeated here.
    #[error(
        "the base URL holds a user name or password before the host; use [auth.default] in suite.toml instead"
    )]
    UserInfo,
    /// A query.
    #[error("`{0}` holds a query; a base URL is scheme, host and path")]
    Query(String),
    /// A fragment.
    #[error("`{0}` holds a fragment; a base URL is scheme, host and path")]
    Fragment(String),
}

/// Reads a base URL, as `--base-url` and `[target] base_url` have it.
///
/// A path written in it, even `/`, is kept as the prefix, without a trailing `/`; without one
/// there is no prefix. Query, fragment and user name are refused.
///
/// ```
/// use uphold::suite::parse_base_url;
///
/// let prefix = |text| parse_base_url(text).map(|rule| rule.prefix);
/// assert_eq!(prefix("https://api.example.com"), Ok(None));
/// assert_eq!(prefix("https://api.example.com/"), Ok(Some(String::new())));
/// assert_eq!(prefix("https://api.example.com/crm/v8/"), Ok(Some("/crm/v8".to_owned())));
/// ```
pub fn parse_base_url(text: &str) -> Result<BaseRule, BaseUrlError> {
    // First of all, as every other fault quotes the text.
    let behind_scheme = text.split_once("://").map_or(text, |(_, rest)| rest);
    if behind_scheme.split(['/', '?', '#']).next().unwrap_or_default().contains('@') {
        return Err(BaseUrlError::UserInfo);
    }
    // The URL parser drops or rewrites these without a word.
    if text.contains(char::is_whitespace) || text.contains(char::is_control) {
        return Err(BaseUrlError::Character("white space or control character"));
    }
    if text.contains('\\') {
        return Err(BaseUrlError::Character("backslash"));
    }
    // The URL parser would take them as a part of the host.
    if text.contains(['{', '}']) {
        return Err(BaseUrlError::Variable(text.to_owned()));
    }
    let not_absolute = || OriginError::NotAbsolute(text.to_owned());
    let (_, rest) = text.split_once("://").ok_or_else(not_absolute)?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, behind) = rest.split_at(end);
    // The parser takes `https:///host` for `https://host`.
    if authority.is_empty() {
        return Err(not_absolute().into());
    }
    if behind.contains('#') {
        return Err(BaseUrlError::Fragment(text.to_owned()));
    }
    if behind.contains('?') {
        return Err(BaseUrlError::Query(text.to_owned()));
    }
    let origin = Origin::parse(text)?;
    let url = url::Url::parse(text).map_err(|_| not_absolute())?;
    let prefix = (!behind.is_empty()).then(|| url.path().trim_end_matches('/').to_owned());
    Ok(BaseRule { origin, prefix })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_are_told_from_none() {
        for (text, origin, prefix) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", None),
            ("HTTP://Host:80//", "http://host", Some("")),
            ("http://[::1]:1/a/../b/", "http://[::1]:1", Some("/b")),
            ("https://h/a%20b/ü", "https://h", Some("/a%20b/%C3%BC")),
        ] {
            let rule = parse_base_url(text).expect(text);
            assert_eq!(
                (rule.origin.to_string().as_str(), rule.prefix.as_deref()),
                (origin, prefix),
                "{text}"
            );
        }
    }

    #[test]
    fn anything_else_is_refused_by_its_fault() {
        for (text, expected) in [
            ("https://h/?a=1", "holds a query"),
            ("https://h?", "holds a query"),
            ("https://h#x", "holds a fragment"),
            ("https://user:topsecret@h", "user name or password"),
            ("https://@h", "user name or password"),
            ("user:topsecret@h", "user name or password"),
            ("https://user:topsecret@{{host}}", "user name or password"),
            ("api.example.com", "not an absolute URL"),
            ("https:host", "not an absolute URL"),
            ("https:///host", "not an absolute URL"),
            ("https://{{host}}", "holds a variable"),
            ("${BASE_URL}", "holds a variable"),
            ("ftp://h", "neither http nor https"),
            (" https://h", "white space"),
            ("https://h\\a", "backslash"),
            ("https://h/\u{7}", "control character"),
            ("", "not an absolute URL"),
        ] {
            let error = parse_base_url(text).expect_err(text).to_string();
            assert!(error.contains(expected) && !error.contains("topsecret"), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in "(https?://)?[a-z0-9:@/?#.%\\[\\]ü\\\\ -]{0,24}") {
            if let Ok(rule) = parse_base_url(&text) {
                prop_assert!(rule.prefix.is_none_or(|prefix| !prefix.ends_with('/')));
            }
        }
    }
}
