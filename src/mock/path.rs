//! How alike two paths are, by the steps of Postman's mock servers: as it stands, without the
//! trailing slash, in lower case, without ids. A step that is needed costs points.

use percent_encoding::percent_decode_str;

/// A path in comparable form: percent-decoded segments, dot segments resolved (RFC 3986 §5.2.4),
/// since clients resolve them before they send.
#[derive(Debug)]
pub(super) struct Path {
    segments: Vec<Segment>,
    /// It ends with `/` behind a segment.
    slash: bool,
}

#[derive(Debug)]
struct Segment {
    text: String,
    lower: String,
    id: bool,
    /// In the collection a path variable or `{{variable}}` stands here: any text will do.
    open: bool,
}

/// The steps, each with the points that it leaves.
const EXACT: u8 = 100;
const WITHOUT_SLASH: u8 = 95;
const LOWER_CASE: u8 = 85;
const WITHOUT_IDS: u8 = 75;

impl Path {
    /// A path as it stands on the request line.
    pub(super) fn new(path: &str) -> Self {
        let mut segments: Vec<Segment> = Vec::new();
        let mut slash = false;
        for raw in path.strip_prefix('/').unwrap_or(path).split('/') {
            let text = percent_decode_str(raw).decode_utf8_lossy().into_owned();
            slash = matches!(text.as_str(), "" | "." | "..");
            match text.as_str() {
                "." => {}
                ".." => drop(segments.pop()),
                _ => segments.push(Segment::new(text)),
            }
        }
        if segments.last().is_some_and(|last| last.text.is_empty()) {
            segments.pop();
        }
        Self { slash: slash && !segments.is_empty(), segments }
    }

    /// A planned path; `written` is the path in the collection, whose variables stay open. They
    /// are lined up from the end, because a base URL may put a prefix in front.
    pub(super) fn planned(path: &str, written: &str) -> Self {
        let mut planned = Self::new(path);
        for (segment, written) in
            planned.segments.iter_mut().rev().zip(Self::new(written).segments.iter().rev())
        {
            let variable = written.text.starts_with(':') || written.text.contains("{{");
            if !variable && written.text != segment.text {
                // A value with a slash in it: from here on nothing lines up.
                break;
            }
            segment.open = variable;
        }
        planned
    }

    /// The points of an asked path, at most 100; `None` where this is another path. An open
    /// segment that differs costs one point, so that a literal match wins.
    pub(super) fn score(&self, asked: &Self) -> Option<u8> {
        let same_slash = self.slash == asked.slash;
        let exact = |a: &Segment, b: &Segment| a.text == b.text;
        let lower = |a: &Segment, b: &Segment| a.lower == b.lower;
        let ids = |a: &Segment, b: &Segment| a.lower == b.lower || (a.id && b.id);
        let open = || self.open_segments(asked);
        if self.matches(asked, exact) {
            let points = if same_slash { EXACT } else { WITHOUT_SLASH };
            return Some(points.saturating_sub(open()));
        }
        if self.matches(asked, lower) {
            return Some(LOWER_CASE.saturating_sub(open()));
        }
        self.matches(asked, ids).then(|| WITHOUT_IDS.saturating_sub(open()))
    }

    /// The number of segments that are equal at the same place, case aside.
    pub(super) fn common(&self, asked: &Self) -> usize {
        self.segments.iter().zip(&asked.segments).filter(|(a, b)| a.lower == b.lower).count()
    }

    fn matches(&self, asked: &Self, equal: impl Fn(&Segment, &Segment) -> bool) -> bool {
        self.segments.len() == asked.segments.len()
            && self.segments.iter().zip(&asked.segments).all(|(a, b)| a.open || equal(a, b))
    }

    fn open_segments(&self, asked: &Self) -> u8 {
        let differ = self.segments.iter().zip(&asked.segments).filter(|(a, b)| a.open && a.text != b.text);
        // More than the distance to the next step would turn the order of the steps around.
        u8::try_from(differ.count()).unwrap_or(u8::MAX).min(EXACT - WITHOUT_SLASH - 1)
    }
}

impl Segment {
    fn new(text: String) -> Self {
        Self { lower: text.to_lowercase(), id: is_id(&text), open: false, text }
    }
}

/// Whether a segment looks like an id: letters, digits, `-` and `_` with at least one digit, other
/// than a version such as `v2` or `v2.1`.
fn is_id(segment: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let version = segment.strip_prefix(['v', 'V']).is_some_and(digits);
    !version
        && segment.chars().any(|c| c.is_ascii_digit())
        && segment.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn score(planned: &str, written: &str, asked: &str) -> Option<u8> {
        Path::planned(planned, written).score(&Path::new(asked))
    }

    #[test]
    fn each_step_costs_more_than_the_one_before() {
        let planned = "/crm/v2/Users/42";
        assert_eq!(score(planned, "", "/crm/v2/Users/42"), Some(100));
        assert_eq!(score(planned, "", "/crm/v2/Users/42/"), Some(95));
        assert_eq!(score(planned, "", "/crm/v2/users/42/"), Some(85));
        assert_eq!(score(planned, "", "/crm/v2/users/43"), Some(75));
        assert_eq!(score(planned, "", "/crm/v3/users/42"), None);
        assert_eq!(score(planned, "", "/crm/v2/users"), None);
        assert_eq!(score(planned, "", "/crm/v2/users/me"), None);
    }

    #[test]
    fn variables_of_the_collection_stay_open_behind_a_prefix() {
        let planned = "/restapi/v2.1/accounts/a1/users/u";
        let written = "/v2.1/accounts/{{accountId}}/users/:user";
        assert_eq!(score(planned, written, "/restapi/v2.1/accounts/zz top/users/u"), Some(99));
        assert_eq!(score(planned, written, "/restapi/v2.1/accounts/zz%20top/users/v"), Some(98));
        assert_eq!(score(planned, written, "/other/v2.1/accounts/a1/users/u"), None);
        // The value of `:id` is `a/b`: only what stands behind it lines up.
        let written = "/:tenant/v/:id/users";
        assert_eq!(score("/z/v/a/b/users", written, "/z/v/a/c/users"), Some(99));
        assert_eq!(score("/z/v/a/b/users", written, "/z/w/a/b/users"), None);
    }

    #[test]
    fn encoding_and_dot_segments_do_not_matter() {
        assert_eq!(score("/a%20b/./c/../d", "", "/a b/d"), Some(100));
        assert_eq!(score("/", "", ""), Some(100));
        assert_eq!(score("/a%2Fb", "", "/a/b"), None);
        assert_eq!(score("//a", "", "/a"), None);
    }

    proptest! {
        #[test]
        fn every_path_is_wholly_like_itself(path in "(/[a-zA-Z0-9.%:{} é_-]{0,8}){0,6}", written in "\\PC{0,20}") {
            prop_assert_eq!(score(&path, &written, &path), Some(100));
        }
    }
}
