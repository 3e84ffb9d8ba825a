//! Where each suite is sent.

use std::collections::BTreeMap;

use crate::message::Origin;
use crate::plan::Target;
use crate::postman::BaseRule;
use crate::redact::MASK;
use crate::suite::parse_base_url;
use crate::suite::{Suite, id_part};

/// The URLs of the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BaseUrls {
    /// `--base-url URL`.
    pub only: Option<BaseRule>,
    /// `--base-url SUITE=URL`, by suite.
    pub by_suite: BTreeMap<String, BaseRule>,
}

impl BaseUrls {
    /// Sorts `URL` and `SUITE=URL` apart: a `=` before any `:`, `/` or `?` ends the name of a suite.
    ///
    /// ```
    /// use uphold::jobs::BaseUrls;
    ///
    /// let urls = BaseUrls::parse(&["zoho-crm=https://www.zohoapis.com".to_owned()])?;
    /// assert!(urls.by_suite.contains_key("zoho_crm"));
    /// # Ok::<(), uphold::jobs::TargetError>(())
    /// ```
    pub fn parse(texts: &[String]) -> Result<Self, TargetError> {
        let mut urls = Self::default();
        for text in texts {
            let (suite, url) = match text.split_once('=') {
                Some((suite, url)) if !suite.contains([':', '/', '?']) => (Some(suite), url),
                _ => (None, text.as_str()),
            };
            let rule = parse_base_url(url)
                // The reason repeats the URL.
                .map_err(|why| (why.to_string().replace(url, &shown(url)), shown(text)))
                .map_err(|(why, text)| TargetError::BadUrl { text, why })?;
            let again = match suite {
                Some(suite) => urls.by_suite.insert(id_part(suite), rule).is_some(),
                None => urls.only.replace(rule).is_some(),
            };
            if again || (urls.only.is_some() && !urls.by_suite.is_empty()) {
                return Err(TargetError::Several { text: shown(text) });
            }
        }
        Ok(urls)
    }
}

/// The text without what stands before an `@`, which may be a password, and without a query, in which a key may
/// stand.
fn shown(text: &str) -> String {
    let scheme = text.get(..text.find("//").map_or(0, |at| at + 2)).unwrap_or_default();
    match (text.rsplit_once('@'), text.split_once('?')) {
        (None, None) => text.to_owned(),
        (None, Some((place, _))) => format!("{place}?{MASK}"),
        // Which of both is the secret, nobody knows.
        (Some((before, _)), Some(_)) if before.contains('?') => format!("{scheme}{MASK}"),
        (Some((_, host)), _) => {
            let (host, query) =
                host.split_once('?').map_or((host, String::new()), |(host, _)| (host, format!("?{MASK}")));
            format!("{scheme}{MASK}@{host}{query}")
        }
    }
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// `--mock`.
    Mock,
    /// A live API, where one is named; else the mock.
    Named(BaseUrls),
}

/// Where the suites of a job are sent: all to the mock, or each to a live API of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Targets {
    /// To the embedded mock.
    Mock,
    /// To these, in the order of the suites.
    Live(Vec<Option<BaseRule>>),
}

/// Why it is not clear where to send what.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Not a base URL.
    #[error("base URL {text}: {why}")]
    BadUrl {
        /// As typed, but for a user name, a password and the values of a query.
        text: String,
        /// What is wrong.
        why: String,
    },
    /// Two URLs for one suite, or one for all beside one for a suite.
    #[error("base URL {text}: there is another one for the same suite")]
    Several {
        /// As typed, but for a user name, a password and the values of a query.
        text: String,
    },
    /// One URL for several suites.
    #[error("one base URL for {} suites: {}", suites.len(), suites.join(", "))]
    Ambiguous {
        /// The suites.
        suites: Vec<String>,
    },
    /// A URL for a suite that is not among the chosen ones.
    #[error("a base URL is given for the suite `{suite}`, which is not one of: {}", suites.join(", "))]
    UnknownSuite {
        /// As typed.
        suite: String,
        /// The chosen suites.
        suites: Vec<String>,
    },
    /// Some suites have a URL and others have none.
    #[error("no base URL for: {}", suites.join(", "))]
    Missing {
        /// The suites without one.
        suites: Vec<String>,
    },
}

impl TargetError {
    pub(super) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Ambiguous { suites } => format!(
                "name the suite for each URL: {}, or run one suite at a time",
                suites.iter().map(|suite| format!("--base-url {suite}=URL")).collect::<Vec<_>>().join(" ")
            ),
            Self::Several { .. } => "name the suite for each URL: --base-url SUITE=URL".to_owned(),
            Self::BadUrl { .. } | Self::UnknownSuite { .. } => return None,
            Self::Missing { suites } => format!(
                "the other suites have one; give {}, run those suites alone, or say --mock",
                suites.iter().map(|suite| format!("--base-url {suite}=URL")).collect::<Vec<_>>().join(" ")
            ),
        })
    }
}

impl Targets {
    /// `--base-url` first, else `[target]` of suite.toml; the mock where no suite has either.
    pub fn decide(suites: &[Suite], goal: &Goal) -> Result<Self, TargetError> {
        let Goal::Named(urls) = goal else { return Ok(Self::Mock) };
        let all_names = || suites.iter().map(|suite| suite.name.clone()).collect::<Vec<_>>();
        if urls.only.is_some() && suites.len() > 1 {
            return Err(TargetError::Ambiguous { suites: all_names() });
        }
        if let Some(unknown) = urls.by_suite.keys().find(|key| !suites.iter().any(|s| s.name == **key)) {
            return Err(TargetError::UnknownSuite { suite: unknown.clone(), suites: all_names() });
        }
        let url_of = |suite: &Suite| {
            let named = urls.only.as_ref().or_else(|| urls.by_suite.get(&suite.name));
            named.or(suite.settings.target.base_url.as_ref()).cloned()
        };
        let rules: Vec<Option<BaseRule>> = suites.iter().map(url_of).collect();
        let is_named = |(suite, rule): &(&Suite, &Option<BaseRule>)| {
            rule.is_some() || !suite.settings.target.hosts.is_empty()
        };
        let (named, unnamed): (Vec<_>, Vec<_>) = suites.iter().zip(&rules).partition(is_named);
        if named.is_empty() {
            return Ok(Self::Mock);
        }
        if unnamed.is_empty() {
            return Ok(Self::Live(rules));
        }
        Err(TargetError::Missing { suites: unnamed.iter().map(|(suite, _)| suite.name.clone()).collect() })
    }

    /// What the suite at this position is sent to, for people and for a history: `mock` or the base URL;
    /// without one the servers of its `hosts`, joined with a comma.
    pub fn name(&self, position: usize, suite: &Suite) -> String {
        let Self::Live(rules) = self else { return "mock".to_owned() };
        if let Some(rule) = rules.get(position).and_then(Option::as_ref) {
            return base_url(rule);
        }
        let mut hosts: Vec<String> = suite.settings.target.hosts.values().map(base_url).collect();
        hosts.sort();
        hosts.dedup();
        hosts.join(",")
    }

    /// The URLs of the live APIs as they were written, sorted, joined with a comma.
    pub(super) fn urls(&self) -> String {
        let Self::Live(rules) = self else { return String::new() };
        let mut urls: Vec<String> = rules.iter().flatten().map(base_url).collect();
        urls.sort();
        urls.dedup();
        urls.join(",")
    }

    /// The target of the suite at this position; `mock` is where the mock listens.
    ///
    /// Without a target and without a mock (where nothing is sent) it is a live API on this
    /// machine: what can be had there by the files alone.
    pub fn of(&self, position: usize, mock: Option<&Origin>) -> Target {
        match (self, mock) {
            (Self::Live(rules), _) => Target::Live(rules.get(position).cloned().flatten()),
            (Self::Mock, Some(origin)) => Target::Mock(origin.clone()),
            (Self::Mock, None) => Target::Live(Some(BaseRule { origin: Origin::loopback(80), prefix: None })),
        }
    }
}

/// The URL of a base rule, as it was written.
pub(super) fn base_url(rule: &BaseRule) -> String {
    format!("{}{}", rule.origin, rule.prefix.as_deref().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(texts: &[&str]) -> Result<BaseUrls, TargetError> {
        BaseUrls::parse(&texts.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn a_base_url_may_name_its_suite() {
        let urls = parse(&["zoho-crm=https://a.example/v1", "zendesk=http://b.example"]).unwrap();
        assert_eq!(urls.by_suite.keys().collect::<Vec<_>>(), ["zendesk", "zoho_crm"]);
        assert_eq!(urls.by_suite["zoho_crm"].prefix.as_deref(), Some("/v1"));
    }

    #[test]
    fn two_urls_for_one_suite_are_refused() {
        for texts in
            [["https://a.example", "https://b.example"], ["https://a.example", "x=https://b.example"]]
        {
            assert!(matches!(parse(&texts), Err(TargetError::Several { .. })), "{texts:?}");
        }
        assert!(matches!(parse(&["nonsense"]), Err(TargetError::BadUrl { .. })));
    }

    #[test]
    fn a_password_in_the_url_is_not_repeated() {
        for text in [
            "https://u:topsecret@h",
            "x=https://topsecret@h/a",
            "u:topsecret@h",
            "https://h/v1?key=topsecret",
            "https://h?key=a@topsecret",
            "https://u:topsecret?@h?x=topsecret",
            "https://u:topsecret@h?x=topsecret",
        ] {
            let message = parse(&[text]).unwrap_err().to_string();
            assert!(!message.contains("topsecret"), "{message}");
        }
    }

    #[test]
    fn a_refused_url_shows_its_place() {
        for (text, shown) in [
            ("https://h/v1?key=1", "base URL https://h/v1?«redacted»: "),
            ("https://u:p@h/v1?key=1", "base URL https://«redacted»@h/v1?«redacted»: "),
            ("ftp://h/v1", "base URL ftp://h/v1: "),
        ] {
            let message = parse(&[text]).unwrap_err().to_string();
            assert!(message.starts_with(shown), "{message}");
        }
    }
}
