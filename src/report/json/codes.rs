//! The code catalogue of run.json.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::codes::{Catalogue, Entry, State, Unknown};
use crate::report::events::{DocumentedRow, SuiteCodesRow};

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "suite_codes")]
pub(super) struct CatalogueJson<'a> {
    /// The suite.
    suite: Cow<'a, str>,
    /// The result codes that its examples document, selected or not, in file order.
    documented: Vec<DocumentedJson<'a>>,
    /// Codes that came in this run and that no example of the suite documents; at most 100.
    unknown: Vec<UnknownJson<'a>>,
    /// How often others came that are not listed.
    unknown_more: usize,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "documented_code")]
struct DocumentedJson<'a> {
    /// The code; a long one is cut.
    code: Cow<'a, str>,
    /// Where it stands: JSON pointers with `*` for array positions, or `header:name`.
    at: Cow<'a, [String]>,
    /// How many examples document it.
    examples: usize,
    /// The cases of these examples, without rows of iteration data.
    cases: Cow<'a, [String]>,
    /// Whether it came, or why it did not.
    state: CodeStateJson,
    /// How many cases got it, in their last answer or one of their steps.
    seen_in: usize,
    /// Why it did not come, where more is known.
    reason: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
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
    /// Its cases are in other shards of the run.
    OtherShard,
    /// Its cases were not selected.
    NotSelected,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "unknown_code")]
struct UnknownJson<'a> {
    /// The code; a long one is cut.
    code: Cow<'a, str>,
    /// Where it first came.
    at: Cow<'a, str>,
    /// The case that got it first.
    case: Cow<'a, str>,
    /// How many cases got it.
    seen_in: usize,
}

impl<'a> From<&Catalogue<'a>> for CatalogueJson<'a> {
    fn from(catalogue: &Catalogue<'a>) -> Self {
        Self {
            suite: catalogue.suite.into(),
            documented: catalogue.documented.iter().map(DocumentedJson::from).collect(),
            unknown: catalogue.unknown.iter().map(UnknownJson::from).collect(),
            unknown_more: catalogue.unknown_more,
        }
    }
}

impl CatalogueJson<'_> {
    /// What the suite documents.
    pub(super) fn read(self) -> SuiteCodesRow {
        let documented = self.documented.into_iter().map(|row| DocumentedRow {
            code: row.code.into_owned(),
            places: row.at.into_owned(),
            cases: row.cases.into_owned(),
        });
        SuiteCodesRow { suite: self.suite.into_owned(), documented: documented.collect() }
    }

    /// The cases of the codes of which it is told that other shards have them.
    pub(super) fn elsewhere(&self) -> impl Iterator<Item = &str> {
        let of_others = self.documented.iter().filter(|row| matches!(row.state, CodeStateJson::OtherShard));
        of_others.flat_map(|row| row.cases.iter().map(String::as_str))
    }
}

impl<'a> From<&Entry<'a>> for DocumentedJson<'a> {
    fn from(entry: &Entry<'a>) -> Self {
        Self {
            code: (&entry.row.code).into(),
            at: (&entry.row.places).into(),
            examples: entry.row.cases.len(),
            cases: (&entry.row.cases).into(),
            state: match entry.state {
                State::Seen => CodeStateJson::Seen,
                State::Failed => CodeStateJson::Failed,
                State::Errored => CodeStateJson::Errored,
                State::NotCompared => CodeStateJson::NotCompared,
                State::Skipped => CodeStateJson::Skipped,
                State::NoRecipe => CodeStateJson::NoRecipe,
                State::OtherShard => CodeStateJson::OtherShard,
                State::NotSelected => CodeStateJson::NotSelected,
            },
            seen_in: entry.seen_in,
            reason: entry.reason.clone(),
        }
    }
}

impl<'a> From<&Unknown<'a>> for UnknownJson<'a> {
    fn from(unknown: &Unknown<'a>) -> Self {
        Self {
            code: unknown.code.into(),
            at: unknown.at.into(),
            case: unknown.case.into(),
            seen_in: unknown.seen_in,
        }
    }
}
