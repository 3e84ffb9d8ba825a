//! Why a change may slip through: nothing real shows the place, or the person's settings say so.

use std::borrow::Cow;

use super::change::{Change, Mutation};
use super::kind::Kind;
use super::shown::{Absence, Shown, TypeShown};
use crate::contract::envelope::read;
use crate::contract::headers::{HeaderExpectation, is_ignored};
use crate::contract::pointer::{covers, covers_place, names_place};
use crate::contract::{BodyExpectation, Expectation};
use crate::finding::{Finding, FindingId, Severity};
use crate::message::Headers;
use crate::placeholder;
use crate::plan::Case;
use crate::suite::Compare;

/// Why a survivor is inherent: no contract that is made of these examples and settings finds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// This example shows an object at the place without the field.
    Optional(String),
    /// This example shows that type at the place.
    TypeShown(String),
    /// Null is all that the examples show at the place.
    NullOnly,
    /// Only placeholders or a generator's documentation show the place.
    Documentation,
    /// The body is text, which is checked by media type and emptiness.
    Text,
    /// A header that changes at every call or belongs to the machines before the API.
    HeaderFree,
    /// The loss of a header for browsers and caches is below the level that fails.
    HeaderHint(Severity),
    /// Values of headers are compared where `[headers] exact` lists them.
    HeaderValue,
    /// `compare = "status"` of suite.toml: nothing else is looked at.
    StatusOnly,
    /// `ignore` or `volatile` of suite.toml names the place.
    Ignored,
    /// `[severity]` of suite.toml lowers the finding.
    Severity(FindingId),
    /// A schema that a person wrote allows it; its file.
    SchemaFile(Option<String>),
    /// A waiver lets the finding go.
    Waived {
        /// The finding.
        id: FindingId,
        /// Until when, and why: `until 2027-03-31: why`.
        why: String,
    },
}

impl Reason {
    /// The reason in one clause.
    pub fn text(&self) -> String {
        match self {
            Self::Optional(example) => {
                format!("optional: the example '{example}' shows the place without it")
            }
            Self::TypeShown(example) => format!("the example '{example}' shows this type at the place"),
            Self::NullOnly => "the examples show nothing but null at the place".to_owned(),
            Self::Documentation => "only placeholders or generated documentation show the place".to_owned(),
            Self::Text => "the body is text: media type and emptiness are checked".to_owned(),
            Self::HeaderFree => "a volatile, infrastructure or ignored header".to_owned(),
            Self::HeaderHint(level) => format!("the loss of a security or caching header is {level}"),
            Self::HeaderValue => "values of headers are compared only where they are listed".to_owned(),
            Self::StatusOnly => "`compare = \"status\"` looks at nothing else".to_owned(),
            Self::Ignored => "`ignore` or `volatile` of suite.toml names the place".to_owned(),
            Self::Severity(id) => format!("`[severity]` of suite.toml lowers {id}"),
            Self::SchemaFile(file) => format!("{} allows it", file.as_deref().unwrap_or("the schema file")),
            Self::Waived { id, why } => format!("the waiver of {id} {why}"),
        }
    }

    /// The same for every example: what reports count by.
    pub fn class(&self) -> Cow<'static, str> {
        let class = match self {
            Self::Optional(_) => "optional in another example",
            Self::TypeShown(_) => "the type is shown by an example",
            Self::NullOnly => "nothing but null is shown",
            Self::Documentation => "only documentation shows the place",
            Self::Text => "a text body is not looked into",
            Self::HeaderFree => "a volatile or ignored header",
            Self::HeaderHint(_) => "a security or caching header",
            Self::HeaderValue => "values of headers are not compared",
            Self::StatusOnly => "the case compares the status alone",
            Self::Ignored => "ignored by suite.toml",
            Self::Severity(_) => "lowered by suite.toml",
            Self::SchemaFile(_) => "allowed by the schema file",
            Self::Waived { id, why } => return Cow::Owned(format!("waived: {id} {why}")),
        };
        Cow::Borrowed(class)
    }

    /// What would catch it.
    pub fn cure(&self) -> Cow<'static, str> {
        let cure = match self {
            Self::Optional(_) | Self::TypeShown(_) => {
                "`compare = \"exact\"` for this case, or a schema of your own for the item"
            }
            Self::NullOnly => "an example with a value there",
            Self::Documentation => "a recorded example beside the documentation, or a schema of your own",
            Self::Text => "`compare = \"exact\"` for this case",
            Self::HeaderFree | Self::HeaderValue => "its name under `exact` of `[headers]`",
            Self::HeaderHint(_) => "`--fail-on warning`, or its name under `exact` of `[headers]`",
            Self::StatusOnly => "`compare = \"contract\"` for this case",
            Self::Ignored => "a narrower `ignore` or `volatile`",
            Self::Severity(_) => "the usual level in `[severity]`",
            Self::SchemaFile(None) => "a stricter schema file",
            Self::SchemaFile(Some(file)) => return Cow::Owned(format!("a stricter schema file: {file}")),
            Self::Waived { id, .. } => {
                return Cow::Owned(format!("the contract, without the waiver of {id} in waivers.toml"));
            }
        };
        Cow::Borrowed(cure)
    }

    /// The gravest of these findings that a waiver lets go.
    pub(super) fn waived(found: &[Finding]) -> Option<Self> {
        let waived = found.iter().filter_map(|finding| Some((finding.id, finding.waived.clone()?)));
        let (id, why) = waived.max_by_key(|(id, _)| id.default_severity())?;
        Some(Self::Waived { id, why })
    }
}

/// Why this change slips through; `None` where the contract should have found it.
///
/// `fail_on` is the lowest level that fails a case, `owned` says that a person wrote its schema.
pub(super) fn explain(
    case: &Case,
    mutation: &Mutation,
    shown: &Shown,
    (fail_on, owned): (Severity, bool),
) -> Option<Reason> {
    let expectation = &*case.expectation;
    let of_status = matches!(mutation.kind, Kind::StatusClass | Kind::StatusWithinClass);
    if expectation.compare == Compare::Status && !of_status {
        return Some(Reason::StatusOnly);
    }
    if is_ignored_place(expectation, mutation) {
        return Some(Reason::Ignored);
    }
    match mutation.kind {
        Kind::HeaderGone => gone_header(expectation, &mutation.at, fail_on),
        Kind::HeaderValue => free_value(expectation, &mutation.at, fail_on),
        Kind::BodyTruncated | Kind::BodyHtml => unread(&expectation.body),
        kind if kind.is_of_fields() && owned => Some(Reason::SchemaFile(schema_file(expectation))),
        kind if kind.is_of_fields() => of_field(mutation, shown),
        _ => None,
    }
}

fn schema_file(expectation: &Expectation) -> Option<String> {
    let BodyExpectation::Json { schema, .. } = &expectation.body else { return None };
    schema.file().map(|file| file.strip_prefix(".").unwrap_or(file).display().to_string())
}

/// Why another text is no difference: none is compared, or what is saved is free as a whole.
fn unread(body: &BodyExpectation) -> Option<Reason> {
    match body {
        BodyExpectation::Opaque { text: None } => Some(Reason::Text),
        BodyExpectation::Opaque { text: Some(text) } => {
            let text = text.trim_start_matches('\u{feff}').trim();
            placeholder::recognise(text).map(|_| Reason::Documentation)
        }
        _ => None,
    }
}

fn is_ignored_place(expectation: &Expectation, mutation: &Mutation) -> bool {
    let below = |pointer: &str| expectation.ignore.iter().any(|pattern| covers(pattern, pointer));
    let ignored = |at: &str| expectation.ignore.iter().any(|pattern| covers_place(pattern, at));
    let free = |at: &str| expectation.volatile.iter().any(|pattern| names_place(pattern, at));
    match mutation.kind {
        Kind::CodeChanged | Kind::CodeGone | Kind::CodeMoved => ignored(&mutation.at) || free(&mutation.at),
        Kind::OutcomeFlipped => {
            said_at(expectation, &mutation.change).is_some_and(|at| ignored(&at) || free(&at))
        }
        _ => mutation.change.pointer().is_some_and(below),
    }
}

/// The place that alone says, in the changed body or else in the example, that the request failed.
fn said_at(expectation: &Expectation, change: &Change) -> Option<String> {
    let (Change::Whole(body) | Change::Twin(body, _)) = change else { return None };
    let said = read(expectation.status, &Headers::new(), Some(body)).said_at;
    said.or_else(|| expectation.said_at.clone())
}

fn header<'e>(expectation: &'e Expectation, at: &str) -> Option<&'e HeaderExpectation> {
    let name = at.strip_prefix("header:")?;
    expectation.headers.iter().find(|field| field.name == name)
}

fn gone_header(expectation: &Expectation, at: &str, fail_on: Severity) -> Option<Reason> {
    match header(expectation, at) {
        Some(field) => match field.missing {
            Some(level) if level < fail_on => Some(Reason::HeaderHint(level)),
            Some(_) => None,
            None => Some(Reason::HeaderFree),
        },
        // What is looked at is in the list, unless it was never recorded.
        None => is_free_header(expectation, at).then_some(Reason::HeaderFree),
    }
}

fn free_value(expectation: &Expectation, at: &str, fail_on: Severity) -> Option<Reason> {
    match header(expectation, at) {
        Some(HeaderExpectation { missing: None, .. }) => Some(Reason::HeaderFree),
        Some(field) => field.changed.is_none_or(|level| level < fail_on).then_some(Reason::HeaderValue),
        None => is_free_header(expectation, at).then_some(Reason::HeaderFree),
    }
}

/// Volatile by its name, or the only kind that the example has and suite.toml ignores.
fn is_free_header(expectation: &Expectation, at: &str) -> bool {
    at.strip_prefix("header:").is_some_and(is_ignored) || expectation.headers.is_empty()
}

fn of_field(mutation: &Mutation, shown: &Shown) -> Option<Reason> {
    let at = &mutation.at;
    if matches!(mutation.kind, Kind::FieldRemoved | Kind::FieldRemovedLater) {
        return match shown.absence(at) {
            Absence::Never => None,
            Absence::In(example) => Some(Reason::Optional(example)),
            Absence::Undocumented => Some(Reason::Documentation),
        };
    }
    let (_, wanted) = mutation.what.rsplit_once(' ')?;
    match shown.has_type(at, wanted) {
        TypeShown::Never => None,
        TypeShown::In(example) => Some(Reason::TypeShown(example)),
        TypeShown::NullOnly => Some(Reason::NullOnly),
        TypeShown::Undocumented => Some(Reason::Documentation),
    }
}
