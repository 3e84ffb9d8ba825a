//! Cookies that servers set, kept apart per suite.

use std::sync::Arc;

use reqwest::Url;
use reqwest::cookie::CookieStore;
use reqwest::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};

/// A jar of cookies (RFC 6265: scoped by host, path, `Secure` and lifetime). Clones share it.
#[derive(Clone)]
pub struct Jar {
    /// `None` gives and keeps nothing.
    store: Option<Arc<reqwest::cookie::Jar>>,
}

impl Default for Jar {
    /// An empty jar.
    fn default() -> Self {
        Self { store: Some(Arc::default()) }
    }
}

impl std::fmt::Debug for Jar {
    /// Shows no cookie: they are secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Jar").finish_non_exhaustive()
    }
}

impl Jar {
    /// One that gives no cookie and keeps none.
    pub(super) fn closed() -> Self {
        Self { store: None }
    }

    /// Puts the cookies for this URL into the request, after those it names itself. A name that
    /// the request gives is not given twice: what the user wrote counts.
    pub(super) fn add_to(&self, request: &mut reqwest::Request) {
        let Some(kept) = self.store.as_ref().and_then(|store| store.cookies(request.url())) else { return };
        let headers = request.headers_mut();
        let written: Vec<&[u8]> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
        let merged = merge(&written, kept.as_bytes());
        // Both sides are valid field values, and so is what joins them.
        if let Ok(value) = HeaderValue::from_bytes(&merged) {
            headers.insert(COOKIE, value);
        }
    }

    /// Keeps the cookies of an answer from this URL.
    pub(super) fn store(&self, url: &Url, headers: &HeaderMap) {
        let mut fields = headers.get_all(SET_COOKIE).iter().peekable();
        if let Some(store) = self.store.as_ref().filter(|_| fields.peek().is_some()) {
            store.set_cookies(&mut fields, url);
        }
    }
}

/// The written cookies as they stand, then those of the jar whose names are not among them.
fn merge(written: &[&[u8]], kept: &[u8]) -> Vec<u8> {
    let mut merged = written.join(&b"; "[..]);
    let taken: Vec<Vec<u8>> = pairs(&merged).map(|pair| name(pair).to_vec()).collect();
    for pair in pairs(kept).filter(|pair| !taken.iter().any(|name_| name_ == name(pair))) {
        if !merged.is_empty() {
            merged.extend_from_slice(b"; ");
        }
        merged.extend_from_slice(pair);
    }
    merged
}

fn pairs(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b';').map(<[u8]>::trim_ascii).filter(|pair| !pair.is_empty())
}

fn name(pair: &[u8]) -> &[u8] {
    pair.split(|byte| *byte == b'=').next().unwrap_or(pair)
}

#[cfg(test)]
mod tests {
    use super::merge;

    #[test]
    fn what_is_written_stands_first_and_wins() {
        for (written, kept, expected) in [
            (vec![], "a=1; b=2", "a=1; b=2"),
            (vec!["x=y"], "a=1", "x=y; a=1"),
            (vec!["a=mine; x"], "a=1; x=2; b=3", "a=mine; x; b=3"),
            (vec!["a=1", "b=2"], "c=3", "a=1; b=2; c=3"),
            (vec![""], "c=3=4", "c=3=4"),
        ] {
            let written: Vec<&[u8]> = written.iter().map(|text| text.as_bytes()).collect();
            assert_eq!(String::from_utf8(merge(&written, kept.as_bytes())).as_deref(), Ok(expected));
        }
    }
}
