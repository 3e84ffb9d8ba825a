//! What can be found wrong: [`Finding`], the table of ids ([`FindingId`]) with their levels and
//! explanations, and the [`CaseId`] that says where.
//!
//! A finding is one difference between what an answer must be and what it was. One fact gives
//! one finding: for each place (`at`) an id stands at most once.

mod advice;

use std::fmt;

pub use advice::{About, Advice};

/// How much a finding matters, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; breaks no client.
    Info,
    /// May break a client that is strict.
    Warning,
    /// Breaks a client that relied on the example.
    Breaking,
    /// Says something about the environment (credentials, throttling), nothing about the API.
    Env,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Breaking => "breaking",
            Self::Env => "env",
        })
    }
}

macro_rules! finding_ids {
    ($($variant:ident, $id:literal, $severity:ident, $explanation:literal;)*) => {
        /// The kinds of finding, each with a stable text id.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FindingId {
            $(#[doc = concat!("`", $id, "`: ", $explanation)] $variant,)*
        }

        impl FindingId {
            /// Every id, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The id as it is written in reports and in `[severity]`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// The level where suite.toml says nothing else.
            pub fn default_severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// What the finding means, in one sentence.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$variant => $explanation,)* }
            }
        }
    };
}

finding_ids! {
    TransportError, "transport.error", Env, "no complete HTTP answer arrived";
    TransportTimeout, "transport.timeout", Env, "the answer did not arrive in time";
    EnvThrottled, "env.throttled", Env, "the server limits the rate of requests";
    EnvUnavailable, "env.unavailable", Env, "the server or a gateway before it is unavailable";
    EnvAuth, "env.auth", Env, "the credentials were refused where success was expected";
    SetupFailed, "setup.failed", Env, "a request that prepares the case did not go as documented";
    TeardownFailed, "teardown.failed", Warning, "a request that cleans up after the case did not go as documented";
    StatusClassChanged, "status.class_changed", Breaking, "the status has another first digit";
    StatusChanged, "status.changed", Breaking, "another status of the same class";
    OutcomeSuccessBecameError, "outcome.success_became_error", Breaking, "an error arrived where the example documents success";
    OutcomeErrorBecameSuccess, "outcome.error_became_success", Breaking, "success arrived where the example documents an error";
    ErrorCodeChanged, "error.code_changed", Breaking, "the result code is another one";
    ErrorCodeUnknown, "error.code_unknown", Warning, "a result code that no example of the suite documents came where none was expected";
    ErrorCodeMissing, "error.code_missing", Breaking, "the answer carries no result code any more";
    ErrorLocationChanged, "error.location_changed", Breaking, "the result code stands at another place";
    MediaTypeChanged, "media_type.changed", Breaking, "the body has another media type";
    MediaTypeParamChanged, "media_type.param_changed", Info, "a parameter of the media type, such as charset, changed";
    HeaderMissing, "header.missing", Breaking, "a documented header is gone";
    HeaderAdded, "header.added", Info, "a header that no example shows";
    HeaderValueChanged, "header.value_changed", Info, "a header has another value";
    HeaderApiVersionChanged, "header.api_version_changed", Info, "the API version that a header names is another one";
    HeaderDeprecationAnnounced, "header.deprecation_announced", Warning, "the answer announces that the API will end or is replaced, as no example does";
    BodyBecameEmpty, "body.became_empty", Breaking, "the body is gone";
    BodyBecameNonempty, "body.became_nonempty", Warning, "a body arrived where the example has none";
    BodyNotJson, "body.not_json", Breaking, "the body is no JSON where the example's is";
    BodyNotXml, "body.not_xml", Breaking, "the body is no well-formed XML where the example's is";
    BodyRootTypeChanged, "body.root_type_changed", Breaking, "the body as a whole is of another type or has another root element";
    BodyFieldRemoved, "body.field.removed", Breaking, "a field that every example has is gone";
    BodyFieldUndocumentedAbsence, "body.field.undocumented_absence", Info, "a field known only from documentation is absent";
    BodyFieldAdded, "body.field.added", Info, "a field that no example shows";
    BodyFieldRenamed, "body.field.renamed", Breaking, "a field is gone and one of nearly the same name came";
    BodyTypeChanged, "body.type.changed", Breaking, "a value is of a type that no example shows";
    BodyTypeWidened, "body.type.widened", Breaking, "a fraction arrived where every example has an integer";
    BodyNullAppeared, "body.null.appeared", Breaking, "null arrived where every example has a value";
    BodyNullResolved, "body.null.resolved", Info, "a value arrived where every example has null";
    BodyFormatChanged, "body.format.changed", Breaking, "a value is not in the format that the schema asks for";
    BodyStringBecameEmpty, "body.string.became_empty", Breaking, "an empty text arrived where the schema asks for a format";
    BodyEnumNewValue, "body.enum.new_value", Breaking, "a value that the schema does not list";
    BodyValueChanged, "body.value.changed", Info, "a value is another one (only where values are compared)";
    BodyArrayBecameEmpty, "body.array.became_empty", Breaking, "an array is shorter than the schema allows";
    BodyArrayFirstItems, "body.array.first_items", Info, "items arrived in an array that was always empty";
    BodyMapBecameEmpty, "body.map.became_empty", Warning, "a map has no entry where every example has some";
    BodyMapKeyShape, "body.map.key_shape", Breaking, "a key of a map is not of the kind that the schema asks for";
    LatencyRegression, "latency.regression", Warning, "the answer takes far longer than in earlier runs";
    CaseGone, "case.gone", Warning, "an example, or a request without one, is not in the new collection";
    CaseNew, "case.new", Info, "an example, or a request without one, is only in the new collection";
    CaseRenamed, "case.renamed", Info, "an example has another name in the new collection";
    RequestChanged, "request.changed", Info, "the example sends another request in the new collection";
    ErrorCodeGone, "error.code_gone", Warning, "no example of the new collection documents a result code";
    WaiverExpired, "waiver.expired", Warning, "a finding counts again: the last day of its waiver is over";
    WaiverUnused, "waiver.unused", Warning, "every case that a waiver fits was judged, and none had the finding that it lets go";
    LintDuplicateKey, "lint.duplicate_key", Warning, "a name is twice in one object, and readers disagree on which value counts";
    SchemaViolation, "schema.violation", Breaking, "another rule of the schema is broken";
}

impl FindingId {
    /// Whether answers of the API can have it in a run: not what speaks of the way to it, of requests around a case, of
    /// two collections, of waivers or of time.
    pub fn is_of_an_answer(self) -> bool {
        !matches!(
            self,
            Self::TransportError
                | Self::TransportTimeout
                | Self::EnvThrottled
                | Self::EnvUnavailable
                | Self::EnvAuth
                | Self::SetupFailed
                | Self::TeardownFailed
                | Self::LatencyRegression
                | Self::CaseGone
                | Self::CaseNew
                | Self::CaseRenamed
                | Self::RequestChanged
                | Self::ErrorCodeGone
                | Self::WaiverExpired
                | Self::WaiverUnused
        )
    }

    /// The id of that text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|id| id.as_str() == text)
    }
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One difference between what an answer must be and what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of difference.
    pub id: FindingId,
    /// How much it matters, after `[severity]` of suite.toml.
    pub severity: Severity,
    /// Where: a JSON pointer into the body (RFC 6901) with `*` for array positions and `{key}` for
    /// keys of a map, or `header:name` in lower case, or `step:` with the id of the case whose request
    /// was sent before or after, or `request:` with the part of the request; empty for the answer as a whole.
    pub at: String,
    /// What had to be there, for people.
    pub expected: String,
    /// What was there, for people.
    pub actual: String,
    /// What to do or to know, where something can be said.
    pub hint: Option<String>,
    /// Which examples make the claim that is broken, where it is inferred from them:
    /// `string, digits; in 2 of 8: SUCCESS RESPONSE, DUPLICATE_DATA`.
    pub provenance: Option<String>,
    /// Until when it is let go, and why (`until 2027-03-31: they bring it back`): its level is info then.
    pub waived: Option<String>,
    /// What earlier runs say of it, where it is not new to a run with memory: `known since 2026-11-03`.
    pub earlier: Option<String>,
}

impl Finding {
    /// A finding at the default level of its id, without a hint.
    pub fn new(
        id: FindingId,
        at: impl Into<String>,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> Self {
        Self {
            id,
            severity: id.default_severity(),
            at: at.into(),
            expected: expected.into(),
            actual: actual.into(),
            hint: None,
            provenance: None,
            waived: None,
            earlier: None,
        }
    }

    /// The word for its level: `waived` where it does not count.
    pub fn level(&self) -> String {
        self.waived.as_ref().map_or_else(|| self.severity.to_string(), |_| "waived".to_owned())
    }

    /// The same in one text, for a list of its own: `known since 2026-11-03: body.field.removed /fax`.
    pub fn earlier_note(&self) -> Option<String> {
        let place = if self.at.is_empty() { "" } else { " " };
        self.earlier.as_ref().map(|earlier| format!("{earlier}: {}{place}{}", self.id, self.at))
    }

    /// The same finding at another level.
    #[must_use]
    pub fn at_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The same finding with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The stable name of a case: suite, folders, item, example.
///
/// Every part is lower case ASCII (`[a-z0-9_]`); the text form joins them with `::`. A case of
/// iteration data ends in its row, counted from 1: `…::example[2]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId {
    text: String,
}

impl CaseId {
    /// Joins parts that are already in the form of an id; the first is the suite.
    pub fn from_parts<S: AsRef<str>>(parts: &[S]) -> Self {
        let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
        Self { text: parts.join("::") }
    }

    /// The whole id, `suite::folder::item::example`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The id of the same case for a row of iteration data, counted from 1.
    #[must_use]
    pub fn with_row(&self, row: usize) -> Self {
        Self { text: format!("{}[{row}]", self.without_row()) }
    }

    /// The id as it is without iteration data.
    pub fn without_row(&self) -> &str {
        self.text.split('[').next().unwrap_or_default()
    }

    /// The parts, the suite first.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.text.split("::")
    }

    /// The suite.
    pub fn suite(&self) -> &str {
        self.text.split("::").next().unwrap_or_default()
    }

    /// The example: the last part.
    pub fn example(&self) -> &str {
        self.text.rsplit("::").next().unwrap_or_default()
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_read_back() {
        for id in FindingId::ALL {
            assert_eq!(FindingId::parse(id.as_str()), Some(*id));
        }
        let mut texts: Vec<_> = FindingId::ALL.iter().map(|id| id.as_str()).collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), FindingId::ALL.len());
    }

    #[test]
    fn a_row_stands_behind_the_id() {
        let id = CaseId::from_parts(&["shop", "get", "ok"]);
        assert_eq!(id.with_row(2).as_str(), "shop::get::ok[2]");
        assert_eq!(id.with_row(2).with_row(3).without_row(), id.without_row());
        assert_eq!(id.with_row(12).example(), "ok[12]");
    }

    #[test]
    fn levels_are_ordered() {
        assert!(Severity::Info < Severity::Warning && Severity::Warning < Severity::Breaking);
    }
}
