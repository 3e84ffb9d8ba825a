//! The code catalogue of run.json.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::codes::{Catalogue, Entry, State, Unknown};

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "suite_codes")]
pub(super) struct CatalogueJson<'a> {
    /// The suite.
    suite: &'a str,
    /// The result codes that its examples document, selected or not, in file order.
    documented: Vec<DocumentedJson<'a>>,
    /// Codes that came in this run and that no example of the suite documents; at most 100.
    unknown: Vec<UnknownJson<'a>>,
    /// How often others came that are not listed.
    unknown_more: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "documented_code")]
struct DocumentedJson<'a> {
    /// The code; a long one is cut.
    code: &'a str,
    /// Where it stands: JSON pointers with `*` for array positions, or `header:name`.
    at: &'a [String],
    /// How many examples document it.
    examples: usize,
    /// The cases of these examples, without rows of iteration data.
    cases: &'a [String],
    /// Whether it came, or why it did not.
    state: CodeStateJson,
    /// How many cases got it, in their last answer or one of their steps.
    seen_in: usize,
    /// Why it did not come, where more is known.
    reason: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "code_state")]
enum CodeStateJson {
    /// It came.
    Seen,
    /// A case that documents it got another answer.
    Failed,
    /// A case got no usable answer.
    Errored,
    /// A case passed, but its code is not compared.
    NotCompared,
    /// A case was not sent.
    Skipped,
    /// No recipe gives this answer.
    NoRecipe,
    /// Its cases were not selected.
    NotSelected,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "unknown_code")]
struct UnknownJson<'a> {
    /// The code; a long one is cut.
    code: &'a str,
    /// Where it first came.
    at: &'a str,
    /// The case that got it first.
    case: &'a str,
    /// How many cases got it.
    seen_in: usize,
}

impl<'a> From<&Catalogue<'a>> for CatalogueJson<'a> {
    fn from(catalogue: &Catalogue<'a>) -> Self {
        Self {
            suite: catalogue.suite,
            documented: catalogue.documented.iter().map(DocumentedJson::from).collect(),
            unknown: catalogue.unknown.iter().map(UnknownJson::from).collect(),
            unknown_more: catalogue.unknown_more,
        }
    }
}

impl<'a> From<&Entry<'a>> for DocumentedJson<'a> {
    fn from(entry: &Entry<'a>) -> Self {
        Self {
            code: &entry.row.code,
            at: &entry.row.places,
            examples: entry.row.cases.len(),
            cases: &entry.row.cases,
            state: match entry.state {
                State::Seen => CodeStateJson::Seen,
                State::Failed => CodeStateJson::Failed,
                State::Errored => CodeStateJson::Errored,
                State::NotCompared => CodeStateJson::NotCompared,
                State::Skipped => CodeStateJson::Skipped,
                State::NoRecipe => CodeStateJson::NoRecipe,
                State::NotSelected => CodeStateJson::NotSelected,
            },
            seen_in: entry.seen_in,
            reason: entry.reason.clone(),
        }
    }
}

impl<'a> From<&Unknown<'a>> for UnknownJson<'a> {
    fn from(unknown: &Unknown<'a>) -> Self {
        Self { code: unknown.code, at: unknown.at, case: unknown.case, seen_in: unknown.seen_in }
    }
}
