//! The policy on header fields: which of the saved ones are checked, and how much they matter.
//!
//! `Content-Type` is not in here: the media type has a check of its own.

use indexmap::IndexMap;

use super::announcement::Announcement;
use super::{uri, volatile};
use crate::finding::Severity;
use crate::message::is_field_name;
use crate::placeholder;
use crate::suite::HeaderRules;

/// One saved header field that is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderExpectation {
    /// The name in lower case.
    pub name: String,
    /// The saved value; several fields of one name are joined with `, ` (RFC 9110 §5.3).
    pub value: String,
    /// The level at which its absence is found; `None`: it may be absent.
    pub missing: Option<Severity>,
    /// The level at which another value is found; `None`: the value is free.
    pub changed: Option<Severity>,
}

impl HeaderExpectation {
    /// Whether this value is no other one: it is the same, or both are URIs that differ in their ids alone
    /// ([`uri::is_same_form`]), which the value of `Location` always is; letter by letter where the field is
    /// listed under `[headers] exact`.
    pub fn accepts(&self, value: &str) -> bool {
        let same = if is_reference(&self.name) { uri::has_same_pieces } else { uri::is_same_form };
        value == self.value || !self.is_exact() && same(&self.value, value)
    }

    fn is_exact(&self) -> bool {
        self.changed == Some(Severity::Breaking)
    }
}

/// Fields that belong to the connection or to how the bytes are framed.
const FRAMING: &[&str] = &[
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Fields that change with every call or with the machines before the API.
const VOLATILE: &[&str] = &[
    "age",
    "alt-svc",
    "b3",
    "cf-cache-status",
    "cf-ray",
    "client-request-id",
    "date",
    "etag",
    "last-modified",
    "nel",
    "report-to",
    "request-id",
    "retry-after",
    "sentry-trace",
    "server",
    "server-timing",
    "set-cookie",
    "traceparent",
    "tracestate",
    "vary",
    "via",
    "x-amz-id-2",
    "x-amz-request-id",
    "x-amzn-requestid",
    "x-amzn-trace-id",
    "x-cache",
    "x-cache-hits",
    "x-cloud-trace-context",
    "x-correlation-id",
    "x-ms-request-id",
    "x-powered-by",
    "x-request-id",
    "x-runtime",
    "x-served-by",
    "x-timer",
    "x-varnish",
];

const VOLATILE_PREFIXES: &[&str] =
    &["x-b3-", "x-datadog-", "x-amz-cf-", "x-ratelimit-", "x-rate-limit-", "ratelimit"];

const VOLATILE_SUFFIXES: &[&str] = &["-request-id", "-trace-id"];

/// Fields for browsers and caches: their loss is a warning.
const SECURITY_AND_CACHING: &[&str] = &[
    "cache-control",
    "expires",
    "permissions-policy",
    "pragma",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-download-options",
    "x-frame-options",
    "x-xss-protection",
];

const SECURITY_PREFIXES: &[&str] = &["access-control-", "content-security-policy", "cross-origin-"];

/// What is expected of the headers of an answer.
///
/// `saved` are the fields of the example, `known` those of its siblings; they and the ignored ones
/// may come, so they are no news. By name and value, the first that applies:
/// 1. `[headers] exact`: presence and value, both breaking;
/// 2. `[headers] ignore`, framing, volatile and infrastructure names, and what is no name of a field at all:
///    nothing;
/// 3. a value that is a timestamp or an opaque token, as in [`is_free_value`]: may be absent, value free;
/// 4. security and caching names: absence is a warning, another value info;
/// 5. fields of an [`Announcement`]: may be absent, for what was announced may be withdrawn; another value is
///    info;
/// 6. else absence is breaking, another value info. The value of a type placeholder is free, and so are the
///    ids in a URI ([`HeaderExpectation::accepts`]).
pub fn expected<'h>(
    saved: &[(String, String)],
    known: impl Iterator<Item = &'h str>,
    rules: &HeaderRules,
) -> Vec<HeaderExpectation> {
    let mut fields: IndexMap<String, Vec<&str>> = IndexMap::new();
    for (name, value) in saved {
        fields.entry(name.trim().to_ascii_lowercase()).or_default().push(value.trim());
    }
    let mut expected: Vec<_> =
        fields.into_iter().filter_map(|(name, values)| one(name, &values, rules)).collect();
    if expected.is_empty() {
        return expected;
    }
    let known = known.map(str::to_ascii_lowercase).filter(|name| is_checked(name, rules));
    for name in known.chain(rules.ignore.iter().cloned()) {
        if expected.iter().all(|field| field.name != name) {
            expected.push(HeaderExpectation { name, value: String::new(), missing: None, changed: None });
        }
    }
    expected
}

/// Whether a field of that name (in lower case) is looked at at all.
fn is_checked(name: &str, rules: &HeaderRules) -> bool {
    let listed = |names: &[String]| names.iter().any(|known| known == name);
    listed(&rules.exact) || !listed(&rules.ignore) && !is_ignored(name) && is_field_name(name)
}

/// `values` are those of all fields of the name.
fn one(name: String, values: &[&str], rules: &HeaderRules) -> Option<HeaderExpectation> {
    if !is_checked(&name, rules) {
        return None;
    }
    let exact = rules.exact.contains(&name);
    let filled = values.iter().any(|value| placeholder::recognise(value).is_some());
    let value = values.join(", ");
    let (missing, changed) = if exact {
        (Some(Severity::Breaking), (!filled).then_some(Severity::Breaking))
    } else if is_free_value(&name, &value) {
        (None, None)
    } else if Announcement::ALL.iter().any(|one| one.field() == name) {
        (None, (!filled).then_some(Severity::Info))
    } else {
        (Some(missing_level(&name)), (!filled).then_some(Severity::Info))
    };
    Some(HeaderExpectation { name, value, missing, changed })
}

/// Whether a field (its name in lower case) has a value that is new with every call: a timestamp or an opaque
/// token. A date under `*-version` is neither: APIs are named by their dates (`Stripe-Version: 2022-11-28`); and
/// where the field says that its value is a URI, no value is, however it looks (`Location: /o/26eb9237-…`).
pub fn is_free_value(name: &str, value: &str) -> bool {
    let version = volatile::is_timestamp(value) && !is_version(name);
    version || volatile::is_opaque(value) && !is_reference(name)
}

/// Whether the value is a reference to a resource: `Location` and `Content-Location` (RFC 9110 §10.2.2, §8.7),
/// `*-Location` such as `Operation-Location`, and `Link` (RFC 8288).
fn is_reference(name: &str) -> bool {
    name == "link" || name == "location" || name.ends_with("-location")
}

/// Whether the field names the version of the API: `api-version`, `*-api-version`, and `*-version` where the
/// version is a date.
pub fn is_api_version(name: &str, value: &str) -> bool {
    name == "api-version"
        || name.ends_with("-api-version")
        || is_version(name) && volatile::is_timestamp(value)
}

/// `version`, `*-version`.
fn is_version(name: &str) -> bool {
    name.strip_suffix("version").is_some_and(|before| before.is_empty() || before.ends_with('-'))
}

/// Whether nothing is ever said of a field of that name (in lower case) unless it is listed.
pub fn is_ignored(name: &str) -> bool {
    FRAMING.contains(&name)
        || VOLATILE.contains(&name)
        || VOLATILE_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || VOLATILE_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

fn missing_level(name: &str) -> Severity {
    let security = SECURITY_AND_CACHING.contains(&name)
        || SECURITY_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    if security { Severity::Warning } else { Severity::Breaking }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(name: &str, value: &str, rules: &HeaderRules) -> Option<(Option<Severity>, Option<Severity>)> {
        let saved = [(name.to_owned(), value.to_owned())];
        expected(&saved, std::iter::empty(), rules).first().map(|field| (field.missing, field.changed))
    }

    #[test]
    fn the_policy_by_name_and_value() {
        use Severity::{Breaking, Info, Warning};
        let rules = HeaderRules { ignore: vec!["clientversion".into()], exact: vec!["etag".into()] };
        for (name, value, wanted) in [
            ("Content-Language", "en-US", Some((Some(Breaking), Some(Info)))),
            ("X-Frame-Options", "deny", Some((Some(Warning), Some(Info)))),
            ("Access-Control-Allow-Origin", "*", Some((Some(Warning), Some(Info)))),
            ("X-ACCESSTOKEN-RESET", "2021-05-11T12:57:36+00:00", Some((None, None))),
            ("clientsubVersion", "4d8b6ee4f7d1d284c930a4e807480c5c", Some((None, None))),
            ("Expires", "Thu, 01 Jan 1970 00:00:00 GMT", Some((None, None))),
            ("Location", "/api/v1/orders/12345", Some((Some(Breaking), Some(Info)))),
            ("Location", "/o/26eb9237-8670-4698-81df-595dca5b63a4", Some((Some(Breaking), Some(Info)))),
            ("Location", "26eb9237-8670-4698-81df-595dca5b63a4", Some((Some(Breaking), Some(Info)))),
            ("Operation-Location", "/u/a1b2c3d4e5f6a7b8c9d0", Some((Some(Breaking), Some(Info)))),
            ("X-Next", "/u/a1b2c3d4e5f6a7b8c9d0", Some((None, None))),
            ("X-GitHub-Api-Version", "2022-11-28", Some((Some(Breaking), Some(Info)))),
            ("api-version", "2022-11-28", Some((Some(Breaking), Some(Info)))),
            ("Stripe-Version", "2022-11-28", Some((Some(Breaking), Some(Info)))),
            ("X-Conversion", "2022-11-28", Some((None, None))),
            ("X-Build-Version", "4d8b6ee4f7d1d284c930a4e807480c5c", Some((None, None))),
            ("Expires", "0", Some((Some(Warning), Some(Info)))),
            ("X-Count", "<integer>", Some((Some(Breaking), None))),
            ("Deprecation", "true", Some((None, Some(Info)))),
            ("Warning", "299 - \"gone soon\"", Some((None, Some(Info)))),
            ("Sunset", "soon", Some((None, Some(Info)))),
            ("ETag", "x", Some((Some(Breaking), Some(Breaking)))),
            ("clientVersion", "4023320", None),
            ("Content-Length", "12", None),
            ("Content-Encoding", "gzip", None),
            ("Retry-After", "<integer>", None),
            ("X-RateLimit-Remaining", "9", None),
            ("my-trace-id", "9", None),
            ("X Bad Name", "9", None),
        ] {
            assert_eq!(levels(name, value, &rules), wanted, "{name}: {value}");
        }
    }

    #[test]
    fn fields_of_one_name_are_one_and_siblings_are_known() {
        let saved = [("Allow", "GET"), ("allow", "PUT")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        let found = expected(&saved, ["X-Other", "Date"].into_iter(), &HeaderRules::default());
        let pairs: Vec<_> = found.iter().map(|f| (f.name.as_str(), f.value.as_str())).collect();
        assert_eq!(pairs, [("allow", "GET, PUT"), ("x-other", "")]);
    }
}
