//! What the request of an answer asked for: [`Asked`].
//!
//! A list in an answer shows things, in whatever state they are, or what became of each part of the
//! request. The request tells which: one that only reads has no parts that could fail one by one, and
//! an answer with as many items as the request has answers them one by one.

use serde_json::Value;

use super::names::squeezed;
use crate::postman::model::{BodySpec, RequestSpec};

/// What is known of a request; by default nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    is_known: bool,
    reads: bool,
    /// What the path ends in, without case, `_` and `-`.
    end: String,
    /// Whether its body holds a list.
    lists: bool,
    /// How many objects each list of its body holds.
    parts: Vec<usize>,
}

/// What the path of a call ends in that changes nothing.
const READS: [&str; 7] = ["get", "list", "search", "query", "describe", "find", "lookup"];

/// Below this many steps no list is looked for.
const DEPTH: usize = 8;

impl Asked {
    /// Reads a request as it is saved, nothing substituted: a body that is no JSON before that has no
    /// known parts. Without a request nothing is known.
    pub(crate) fn of(request: Option<&RequestSpec>) -> Self {
        let Some(request) = request else { return Self::default() };
        let method = request.method.as_deref().unwrap_or("GET");
        let query =
            matches!(&request.body, Some(BodySpec::GraphQl { query, .. }) if !query.contains("mutation"));
        let reads =
            query || ["GET", "HEAD", "OPTIONS", "QUERY"].iter().any(|one| method.eq_ignore_ascii_case(one));
        let path = request.url.path.trim_end_matches('/');
        let end = squeezed(path.rsplit('/').next().unwrap_or_default());
        // A call that has the name of what it does (`/item/get`).
        let reads = reads || method.eq_ignore_ascii_case("POST") && READS.contains(&end.as_str());
        let mut parts = Vec::new();
        let mut lists = false;
        if let Some(BodySpec::Raw { text, .. }) = request.body.as_ref().filter(|_| !reads) {
            // Most bodies have no list, and need not be read.
            lists = text.contains('[');
            let body = lists.then(|| serde_json::from_str::<Value>(text).ok());
            count(&body.flatten().unwrap_or_default(), DEPTH, &mut parts);
        }
        Self { is_known: true, reads, end, lists, parts }
    }

    /// Whether there is a request.
    pub(super) fn is_known(&self) -> bool {
        self.is_known
    }

    /// Whether it reads what has this name.
    pub(super) fn asks_for(&self, name: &str) -> bool {
        self.reads && self.end == squeezed(name)
    }

    /// Whether it changes nothing.
    pub(super) fn only_reads(&self) -> bool {
        self.reads
    }

    /// Whether it may ask for several things at once, each of which can fail.
    pub(super) fn is_bulk(&self) -> bool {
        self.lists
    }

    /// Whether a list of its body has as many parts as this list of the answer has items.
    pub(super) fn has_parts(&self, items: usize) -> bool {
        self.parts.contains(&items)
    }
}

fn count(value: &Value, depth: usize, parts: &mut Vec<usize>) {
    match value {
        Value::Array(items) if depth > 0 => {
            if !items.is_empty() && items.iter().all(Value::is_object) && !parts.contains(&items.len()) {
                parts.push(items.len());
            }
            for item in items {
                count(item, depth - 1, parts);
            }
        }
        Value::Object(members) if depth > 0 => {
            for member in members.values() {
                count(member, depth - 1, parts);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &str, body: Option<BodySpec>) -> Asked {
        Asked::of(Some(&RequestSpec { method: Some(method.to_owned()), body, ..RequestSpec::default() }))
    }

    #[test]
    fn a_request_reads_or_has_parts() {
        let raw = |text: &str| Some(BodySpec::Raw { text: text.to_owned(), language: None });
        assert!(asked("get", None).only_reads() && !asked("DELETE", None).only_reads());
        let post = asked("POST", raw(r#"{"users": [{"tags": [{}, {}, {}]}, {}], "ids": [1], "none": []}"#));
        assert!(!post.only_reads());
        assert_eq!([0, 1, 2, 3].map(|items| post.has_parts(items)), [false, false, true, true]);
        let unread = asked("POST", raw(r#"[{"id": {{id}}}]"#));
        assert!(unread.is_bulk() && unread.parts.is_empty());
        assert!(!asked("POST", raw(r#"{"id": 1}"#)).is_bulk());
        assert_eq!(Asked::of(None), Asked::default());
        assert!(asked("GET", raw("[{}]")).parts.is_empty());
        let graphql = |query: &str| {
            asked(
                "POST",
                Some(BodySpec::GraphQl { query: query.to_owned(), operation: None, variables: None }),
            )
        };
        assert!(graphql("{ jobs { status } }").only_reads() && !graphql("mutation { a }").only_reads());
    }
}
