//! Prefixes of paths that another server has otherwise ([`Rewrites`]).

/// Prefixes of paths with what stands in their place.
///
/// A prefix fits whole segments: `/crm/v2` fits `/crm/v2` and `/crm/v2/users`, not `/crm/v20`. Of several
/// that fit, the longest counts, and only once. Never changes the host: only the path of a request
/// target (RFC 9112 §3.2.1) is looked at, as it is sent, percent-encoded.
///
/// ```
/// use uphold::postman::Rewrites;
///
/// let rewrites: Rewrites = [("/crm/v2", "/crm/v8"), ("/crm/v2/old", "/")].into_iter().collect();
/// assert_eq!(rewrites.path("/crm/v2/users"), "/crm/v8/users");
/// assert_eq!(rewrites.path("/crm/v2/old/x"), "/x");
/// assert_eq!(rewrites.path("/crm/v20"), "/crm/v20");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rewrites {
    /// Without a trailing `/`, the longest first.
    pairs: Vec<(String, String)>,
}

impl Rewrites {
    /// The path as the server has it.
    pub fn path(&self, path: &str) -> String {
        let rest = |prefix: &str| {
            path.strip_prefix(prefix)
                .filter(|rest| rest.is_empty() || rest.starts_with('/'))
                .map(str::to_owned)
        };
        let found = self.pairs.iter().find_map(|(from, to)| Some((to, rest(from)?)));
        match found {
            Some((to, rest)) if to.is_empty() && rest.is_empty() => "/".to_owned(),
            Some((to, rest)) => format!("{to}{rest}"),
            None => path.to_owned(),
        }
    }
}

impl<A: AsRef<str>, B: AsRef<str>> FromIterator<(A, B)> for Rewrites {
    fn from_iter<I: IntoIterator<Item = (A, B)>>(pairs: I) -> Self {
        let plain = |text: &str| text.trim_end_matches('/').to_owned();
        let mut pairs: Vec<(String, String)> =
            pairs.into_iter().map(|(from, to)| (plain(from.as_ref()), plain(to.as_ref()))).collect();
        pairs.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
        Self { pairs }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_longest_prefix_of_whole_segments_counts() {
        let rewrites: Rewrites =
            [("/a", "/x"), ("/a/b/", "/y/"), ("/gone", "/"), ("/t/", "/u")].into_iter().collect();
        for (path, wanted) in [
            ("/a", "/x"),
            ("/a/", "/x/"),
            ("/a/c", "/x/c"),
            ("/a/b", "/y"),
            ("/a/b/a", "/y/a"),
            ("/ab", "/ab"),
            ("/gone", "/"),
            ("/gone/z", "/z"),
            ("/t", "/u"),
            ("/", "/"),
        ] {
            assert_eq!(rewrites.path(path), wanted, "{path}");
        }
        let all: Rewrites = [("/", "/v2")].into_iter().collect();
        assert_eq!((all.path("/"), all.path("/a")), ("/v2/".to_owned(), "/v2/a".to_owned()));
    }

    proptest! {
        #[test]
        fn a_path_stays_a_path(path in "(/[a-c%?é]{0,3}){1,4}", pairs in prop::collection::vec(("(/[a-c]{0,2}){1,3}", "(/[a-c]{0,2}){1,3}"), 0..4)) {
            let rewrites: Rewrites = pairs.into_iter().collect();
            let made = rewrites.path(&path);
            prop_assert!(made.starts_with('/'));
            prop_assert_eq!(Rewrites::default().path(&path), path);
        }
    }
}
